"""Keeps what a version of the store's schema writes: `python -m tests.store.versions.make` in the repository's root.

It runs feedpub over the invented town (town.py), as a program, and writes v<version>/store.sql, the store as SQL, and
v<version>/output.json, what was published.

    --code DIR    runs the code of another checkout, of an older version
    --python FILE runs it with another Python
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.store.versions.town import ACTS, configure, documents, town

_ROOT = Path(__file__).parents[3]
_VERSION = "from feedpub.store.schema import VERSION; print(VERSION)"
_RENDERING = "from feedpub.editions import _RENDERING; print(_RENDERING)"
_RUN = """
import sys
from home import at_home
from feedpub.cli import main
with at_home(int(sys.argv.pop(1))):
    main()
"""


def make(code: Path, python: str) -> Path:
    """Run a version's code over the town and keep what it wrote; gives the folder."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{code}{os.pathsep}{Path(__file__).parent}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [python, "-P", "-c", *arguments], env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        if done.returncode:
            raise SystemExit(f"{arguments[1:]} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    version = int(run(_VERSION))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with town(folder) as place:
            config = configure(folder, version)
            for at, act in ACTS:
                act(place)
                # What a file's time says of it is in the store.
                for file in place.inbox.iterdir():
                    os.utime(file, (0, 0))
                port = str(place.site.server.port)
                run(_RUN, port, "publish", "-q", "-c", str(config), "--now", at.isoformat())
        kept = Path(__file__).parent / f"v{version}"
        kept.mkdir(exist_ok=True)
        with closing(sqlite3.connect(folder / "store.db")) as connection:
            # Of what is told of runs, the last is enough, and its number is needed.
            connection.execute("DELETE FROM run WHERE id < (SELECT MAX(id) FROM run)")
            connection.commit()
            # The folder had its name for this run only.
            text = "\n".join(connection.iterdump()).replace(f"{folder}/", "{folder}/") + "\n"
        (kept / "store.sql").write_text(text, "utf-8")
        facts = documents(folder / "public")
        facts["rendering"] = {"feeds": run(_RENDERING).strip()}
        lines = [f"{json.dumps(path)}: {json.dumps(facts[path], ensure_ascii=False)}" for path in facts]
        (kept / "output.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    return kept


def main() -> None:
    """Read the arguments and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--code", type=Path, default=_ROOT)
    parser.add_argument("--python", default=sys.executable)
    given = parser.parse_args()
    kept = make(given.code.resolve(), given.python)
    sys.stderr.write(f"{kept}: {sum(file.stat().st_size for file in kept.iterdir()):,} bytes\n")


if __name__ == "__main__":
    main()

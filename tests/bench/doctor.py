"""Benchmark of `feedpub doctor`: `.venv/bin/python tests/bench/doctor.py [STORIES]`. It judges nothing.

A site of 10,000 stories: to tell only, and to repair where nothing, and where everything, is to be done; an export;
with the memory that each takes. The stories are those of tests/bench/feeds.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
import msgspec
from sqlalchemy import case, insert, update

from feedpub import mending
from feedpub.entries import names
from feedpub.store import anew, schema, stories
from feedpub.store.database import Store
from tests.bench.feeds import Site

_SCRIPT = Path(sys.executable).with_name("feedpub")


def _timed(name: str, *command: object) -> None:
    started = time.monotonic()
    process = subprocess.Popen([str(_SCRIPT), *map(str, command)], stderr=subprocess.PIPE)
    said = process.stderr.read().decode() if process.stderr else ""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds, own = time.monotonic() - started, used.ru_utime + used.ru_stime
    print(
        f"{name}: {seconds:.0f} s ({own:.0f} s of the processor), {used.ru_maxrss / 1024:.0f} MB; {said.strip()[:400]}"
    )


def _know(folder: Path) -> None:
    """Keep what entries go by, and that those of a story are a pair, as joining them would have."""
    store = Store(f"sqlite:///{folder / 'store.db'}")
    with store.transaction() as connection:
        for entry in list(anew.placed(connection)):
            stories.put_names(connection, entry.id, names.names(entry))
            own = [
                stories.StoredClaim(entry=entry.id, name=one.name, language=one.language) for one in names.claims(entry)
            ]
            stories.put_claims(connection, [entry.id], own)
        first = schema.entry.c.id + stories.FOUNDED == schema.entry.c.story
        connection.execute(update(schema.entry).values(seen=case((first, 0), else_=1)))
        mates: dict[str, list[stories.Place]] = {}
        for place in stories.places(connection, [entry.id for entry in anew.placed(connection)]).values():
            mates.setdefault(place.story, []).append(place)
        for one, other in mates.values():
            shift = mending.shift(one, other)
            pair = stories.StoredPair(one=one.id, other=other.id, shift=shift, score=9, margin=9)
            connection.execute(insert(schema.pair).values(msgspec.structs.asdict(pair)))
    store.close()


def main() -> None:
    """Run it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = Site(folder, count)
        _know(folder)
        site.run()
        config = folder / "site.toml"
        _timed("publish", "publish", "--offline", "-q", "-c", config)
        _timed("nothing to be done, only to tell", "doctor", "--check", "-c", config)
        _timed("nothing to be done", "doctor", "-c", config)
        _timed("export", "export", "-c", config, "-o", folder / "backup.jsonl.gz")
        shutil.rmtree(folder / "public")
        _timed("everything to be done", "doctor", "-c", config)


if __name__ == "__main__":
    main()

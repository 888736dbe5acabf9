"""A store in PostgreSQL: the same documents as of one in SQLite; from one into the other. Skips where there is none.

The server is started for these tests as a user of its own, reached by a socket, and ended.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from io import BufferedReader, BytesIO
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from feedpub import config, doctoring, job, moving
from feedpub.collect.kinds import KINDS
from feedpub.config import Settings
from feedpub.errors import ConfigError
from feedpub.progress import NoBar
from feedpub.store.database import Store
from feedpub.store.schema import metadata
from tests.storydesk import begun

_FOLDERS = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt/postgresql")
_PATIENCE = 60.0
pytestmark = pytest.mark.long


def _programs() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += [place.parent for folder in _FOLDERS for place in Path(folder).glob("**/bin/initdb")]
    return next((place for place in places if (place / "pg_ctl").exists()), None)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of its own: what stands before and after the name of a database in its address."""
    programs = _programs()
    if programs is None or not find_spec("pg8000"):
        pytest.skip("PostgreSQL or pg8000 is not installed (the extra `postgresql`)")
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="feedpub-pg-"))
    try:
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        how = f"-k {folder} -c listen_addresses= -c fsync=off"

        def run(*command: object) -> None:
            # To files: the server keeps what it was started with open.
            with (folder.parent / f"{folder.name}.log").open("ab") as log:
                subprocess.run(
                    list(map(str, command)), check=True, user=user, cwd="/", stdout=log, stderr=log, timeout=_PATIENCE
                )

        run(programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--locale=C", "-E", "UTF8")
        run(programs / "pg_ctl", "-D", data, "-o", how, "-w", "start")
        try:
            yield f"postgresql+pg8000://postgres@/NAME?unix_sock={folder}/.s.PGSQL.5432"
        finally:
            run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    except LookupError:
        pytest.skip("there is no user to run PostgreSQL as")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        (folder.parent / f"{folder.name}.log").unlink(missing_ok=True)


@pytest.fixture
def database(server: str) -> str:
    """The address of an empty database."""
    name = f"d{os.urandom(4).hex()}"
    engine = create_engine(server.replace("NAME", "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.replace("NAME", name)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _settings(folder: Path, url: str) -> Settings:
    place = folder / "site.toml"
    place.write_text(place.read_text("utf-8").replace('"sqlite:///var/store.db"', f'"{url}"'), "utf-8")
    return config.load(place, KINDS)


def _export(settings: Settings) -> bytes:
    parts: list[bytes] = []
    moving.export(settings, parts.append)
    return b"".join(parts)


def _import(settings: Settings, body: bytes) -> None:
    moving.take_in(settings, None, BufferedReader(BytesIO(body)))


def _files(root: Path) -> dict[str, bytes]:
    found = (place for place in root.rglob("*") if place.is_file() and not place.name.startswith("status."))
    return {str(place.relative_to(root)): place.read_bytes() for place in found}


def test_all_of_a_life_is_published_as_from_sqlite(database: str, tmp_path: Path) -> None:
    with begun(_made(tmp_path / "start")) as start:
        here, there = start.again(tmp_path / "here"), start.again(tmp_path / "there")
        shutil.rmtree(there.public)
        _settings(there.folder, database)
        for desk in (here, there):
            desk.now = start.desk.now
            desk.run()
        for desk in (here, there):
            desk.site.edit("P2026112000201", paragraphs=("The pool closes at one.",))
            desk.site.withdraw("P2026112000101")
        for desk in (here, there):
            desk.runs(4)
        assert _files(here.public) == _files(there.public)


def test_a_store_goes_from_sqlite_to_postgresql_and_back(database: str, tmp_path: Path) -> None:
    with begun(_made(tmp_path / "start")) as start:
        here, there, back = (start.again(tmp_path / name) for name in ("here", "there", "back"))
        exported = _export(config.load(here.config, KINDS))
        settings = _settings(there.folder, database)
        _import(settings, exported)
        assert _export(settings) == exported
        with pytest.raises(ConfigError, match="has something in it already"):
            _import(settings, exported)

        shutil.rmtree(there.public)
        job.run(settings, job.Run(now=here.now, offline=True))
        assert _files(there.public) == _files(here.public)
        assert doctoring.examine(settings, here.now, NoBar(), check=True).exit_code == 0
        assert doctoring.examine(settings, here.now, NoBar(), check=False).exit_code == 0

        shutil.rmtree(back.folder / "var")
        _import(config.load(back.config, KINDS), _export(settings))
        assert _export(config.load(back.config, KINDS)) == _export(settings)


def test_of_a_bad_file_nothing_is_stored(database: str, tmp_path: Path) -> None:
    with begun(_made(tmp_path / "start")) as start:
        exported = _export(config.load(start.desk.config, KINDS))
        settings = _settings(start.again(tmp_path / "there").folder, database)
        with pytest.raises(ConfigError, match="nothing was stored"):
            _import(settings, exported[: len(exported) // 2])
    engine = create_engine(database)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    engine.dispose()
    assert found == []


def test_a_reading_sees_one_state(database: str) -> None:
    store = Store(database)
    note = metadata.tables["note"]
    with store.reading() as connection:
        assert connection.execute(note.select()).all() == []
        with store.transaction() as other:
            other.execute(note.insert().values(name="one", value="1"))
        assert connection.execute(note.select()).all() == []
    store.close()

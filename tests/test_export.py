"""Everything in a store as lines, into another store: nothing is lost, nothing else is published, nothing half done."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from feedpub import __version__, config, job, moving
from feedpub.collect.kinds import KINDS
from feedpub.config import Settings
from feedpub.errors import ConfigError, LockedError, StoreError
from feedpub.publish.directory import Directory
from feedpub.store.database import Store
from feedpub.store.schema import VERSION, metadata
from tests.life import Office
from tests.loopback import Loopback
from tests.newssite import NewsSite
from tests.store import test_migrations

SCRIPT = Path(sys.executable).with_name("feedpub")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A site with topics and a third language in which things were corrected, withdrawn and paired late."""
    with Loopback() as server:
        found = Office(NewsSite(server), tmp_path_factory.mktemp("here"), random.Random(11))
        found.configure()
        for _ in range(4):
            found.act()
            found.run(12)
        yield found


@pytest.fixture(scope="module")
def exported(office: Office) -> bytes:
    return _export(_settings(office.folder))


def _settings(folder: Path) -> Settings:
    return config.load(folder / "site.toml", KINDS)


def _export(settings: Settings) -> bytes:
    parts: list[bytes] = []
    moving.export(settings, parts.append)
    return b"".join(parts)


def _another(office: Office, folder: Path) -> Settings:
    """The same config in another folder, where there is no store and nothing published."""
    shutil.copytree(office.folder, folder, ignore=shutil.ignore_patterns("public", "var"))
    return _settings(folder)


def _import(settings: Settings, lines: bytes) -> dict[str, int]:
    return moving.take_in(settings, None, _input(lines))


def _input(body: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(body))


def _files(root: Path) -> dict[str, bytes]:
    return {str(place.relative_to(root)): place.read_bytes() for place in root.rglob("*") if place.is_file()}


def _store(settings: Settings) -> Path:
    return Path(settings.store_url.removeprefix("sqlite:///"))


# Giving it out


def test_there_is_a_line_for_each_row_between_a_first_and_a_last(office: Office, exported: bytes) -> None:
    first, *rows, last = map(json.loads, exported.splitlines())
    assert first == {"format": "feedpub export", "feedpub": __version__, "schema": VERSION}
    tables = [row["table"] for row in rows]
    assert last["rows"] == {name: tables.count(name) for name in metadata.tables}
    assert last["sha256"] == hashlib.sha256(b"".join(exported.splitlines(keepends=True)[:-1])).hexdigest()
    with closing(sqlite3.connect(_store(_settings(office.folder)))) as connection:
        for name in metadata.tables:
            (count,) = connection.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608 - our own names
            assert last["rows"][name] == count


def test_what_columns_have_is_not_changed_in_a_byte(office: Office, exported: bytes) -> None:
    rows = [row for row in map(json.loads, exported.splitlines()[1:-1]) if row["table"] == "entry"]
    with closing(sqlite3.connect(_store(_settings(office.folder)))) as connection:
        stored = connection.execute("SELECT id, data FROM entry ORDER BY id").fetchall()
    assert [(row["row"]["id"], row["row"]["data"]) for row in rows] == stored


def test_the_same_store_gives_the_same_bytes_compressed_or_not(office: Office, exported: bytes, tmp_path: Path) -> None:
    settings = _settings(office.folder)
    for name in ("one.jsonl", "one.jsonl.gz", "two.jsonl.gz"):
        moving.export_file(settings, tmp_path / name)
    assert (tmp_path / "one.jsonl").read_bytes() == exported
    assert (tmp_path / "one.jsonl.gz").read_bytes() == (tmp_path / "two.jsonl.gz").read_bytes()
    assert gzip.decompress((tmp_path / "one.jsonl.gz").read_bytes()) == exported
    assert len(list(tmp_path.iterdir())) == 3


def test_it_is_one_state_of_the_store_while_a_run_writes(office: Office, exported: bytes, tmp_path: Path) -> None:
    settings = _another(office, tmp_path / "there")
    _import(settings, exported)
    head: list[bytes] = []
    parts: list[bytes] = []

    def write(some: bytes) -> None:
        if not parts:
            with closing(sqlite3.connect(_store(settings), isolation_level=None)) as connection:
                connection.execute("DELETE FROM entry")
                connection.execute("DELETE FROM touched")
        parts.append(some)

    # The state is that at the first row; what is written after that is not seen.
    moving.export(settings, lambda some: write(some) if some.startswith(b'{"table"') else head.append(some))
    first = b"".join([*head[:1], *parts, *head[1:]])
    assert json.loads(first.splitlines()[-1])["rows"]["entry"] in (
        0,
        json.loads(exported.splitlines()[-1])["rows"]["entry"],
    )
    assert _import(_another(office, tmp_path / "third"), first)


def test_a_file_that_cannot_be_written_leaves_the_one_before(office: Office, tmp_path: Path) -> None:
    settings = _settings(office.folder)
    (tmp_path / "taken").mkdir()
    with pytest.raises(ConfigError, match="taken: cannot be written: Is a directory"):
        moving.export_file(settings, tmp_path / "taken")
    with pytest.raises(ConfigError, match="cannot be written: No such file or directory"):
        moving.export_file(settings, tmp_path / "nowhere" / "backup.jsonl")
    assert [one.name for one in tmp_path.iterdir()] == ["taken"]


def test_what_could_not_be_taken_in_again_is_not_exported(office: Office, exported: bytes, tmp_path: Path) -> None:
    settings = _another(office, tmp_path / "there")
    _import(settings, exported)
    with closing(sqlite3.connect(_store(settings))) as connection:
        connection.execute("UPDATE entry SET data = CAST('x' AS BLOB) WHERE id = (SELECT min(id) FROM entry)")
        connection.commit()
    before = tmp_path / "backup.jsonl"
    before.write_text("the one of yesterday")
    with pytest.raises(StoreError, match=r'damaged: table "entry", row .* has no data; run `feedpub doctor`'):
        moving.export_file(settings, before)
    assert before.read_text() == "the one of yesterday"


# Taking it in


def test_another_store_publishes_the_same_bytes(office: Office, exported: bytes, tmp_path: Path) -> None:
    here = _settings(office.folder)
    original = tmp_path / "original"
    shutil.copytree(office.folder, original, ignore=shutil.ignore_patterns("public"))
    other = _another(office, tmp_path / "other")
    counts = _import(other, exported)
    assert counts == json.loads(exported.splitlines()[-1])["rows"]
    assert _export(other) == exported == _export(here)

    for settings in (_settings(original), other):
        assert job.run(settings, job.Run(now=office.now, offline=True)).exit_code == 0

    one, two = _files(original / "public"), _files(tmp_path / "other" / "public")
    assert one.keys() == two.keys()
    assert [path for path in one if one[path] != two[path]] == []
    assert len(one) > 150


def test_an_export_of_an_earlier_version_comes_to_what_its_store_would_have(tmp_path: Path) -> None:
    place = tmp_path / "old.db"
    test_migrations.make(place, 3, test_migrations._TABLES).close()  # noqa: SLF001 - the rows of such a store
    settings = _plain(tmp_path)
    _import(settings, _lines(3, test_migrations._TABLES))  # noqa: SLF001 - as above
    for name in (*metadata.tables, "schema_version"):
        assert _rows(_store(settings), name) == _rows(place, name), name


def _plain(folder: Path) -> Settings:
    """A config by itself; nobody is asked."""
    with Loopback() as server:
        NewsSite(server).config(folder)
    return _settings(folder)


def _lines(schema: int, tables: dict[str, list[dict[str, Any]]]) -> bytes:
    """An export as a version of feedpub would have written it."""
    lines = [{"format": "feedpub export", "feedpub": "0.0.1", "schema": schema}]
    lines += [{"table": name, "row": row} for name, rows in tables.items() for row in rows]
    text = b"".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines)
    tail = {"rows": {name: len(rows) for name, rows in tables.items()}, "sha256": hashlib.sha256(text).hexdigest()}
    return text + json.dumps(tail, separators=(",", ":")).encode() + b"\n"


def _rows(place: Path, name: str) -> list[Any]:
    with closing(sqlite3.connect(place)) as connection:
        return sorted(connection.execute(f"SELECT * FROM {name}").fetchall())  # noqa: S608 - our own names


def test_one_of_a_later_version_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"line 1: is of version 99, of feedpub 0.0.1; this feedpub knows {VERSION}"):
        _import(_plain(tmp_path), _lines(99, {}))


def test_a_store_with_something_in_it_is_left_as_it_is(office: Office, exported: bytes, tmp_path: Path) -> None:
    settings = _another(office, tmp_path / "there")
    _import(settings, exported)
    with pytest.raises(ConfigError, match=r"has something in it already.* name another in \[store\] url of"):
        _import(settings, exported)
    assert _export(settings) == exported


def test_a_store_that_was_only_opened_is_empty(office: Office, exported: bytes, tmp_path: Path) -> None:
    settings = _another(office, tmp_path / "there")
    Store(settings.store_url).close()
    _import(settings, exported)
    assert _export(settings) == exported


def test_nothing_is_imported_during_a_run(office: Office, exported: bytes, tmp_path: Path) -> None:
    settings = _another(office, tmp_path / "there")
    with Directory(settings.output).lock(), pytest.raises(LockedError):
        _import(settings, exported)


_Change = Callable[[list[bytes]], list[bytes]]
_BAD: dict[str, tuple[_Change, str]] = {
    "nothing": (lambda _: [], "standard input: is empty"),
    "text": (lambda _: [b"Dear Sirs,\n", b"we regret\n"], "line 1: is not the first line of what `feedpub export`"),
    "other JSON": (lambda _: [b'{"id": 1}\n'], "line 1: is not the first line of what `feedpub export`"),
    "bytes": (lambda _: [b"\xff\xfe\x00\x01" * 99], "line 1: is not the first line of what `feedpub export`"),
    "no last line": (lambda lines: lines[:-1], "without the last line of an export: it was cut off"),
    "half of it": (lambda lines: lines[: len(lines) // 2], "without the last line of an export: it was cut off"),
    "half a line": (lambda lines: [*lines[:9], lines[9][:40]], "line 10: is not a row of an export"),
    "a line less": (lambda lines: lines[:20] + lines[21:], "counts other rows than there are before it"),
    "a line twice": (lambda lines: lines[:2] + lines[1:], "table .*UNIQUE constraint failed"),
    "another order": (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "has another SHA-256 than the lines"),
    "another letter": (lambda lines: [one.replace(b"Notice", b"Motice") for one in lines], "another SHA-256"),
    "a bit": (lambda lines: [*lines[:5], lines[5].replace(b'"', b"\xa2", 1), *lines[6:]], "line 6: is neither a row"),
    "no UTF-8": (lambda lines: [*lines[:5], lines[5].replace(b"tag:", b"t\xffg:"), *lines[6:]], "line 6: is not a row"),
    "more after it": (lambda lines: [*lines, lines[1]], "there is something after the last line"),
    "two of them": (lambda lines: lines + lines, "there is something after the last line"),
    "no such table": (lambda lines: _edited(lines, b'"table":"claim"', b'"table":"clams"'), 'no table "clams"'),
    "no such column": (lambda lines: _edited(lines, b'"refused":', b'"accepted":'), 'column "accepted" is not known'),
    "a number": (lambda lines: _edited(lines, b'"refused":""', b'"refused":1'), 'column "refused" cannot have 1'),
    "a null": (lambda lines: _edited(lines, b'"refused":""', b'"refused":null'), "line 2: is not a row of an export"),
}


def _edited(lines: list[bytes], old: bytes, new: bytes) -> list[bytes]:
    assert old in lines[1]
    return [lines[0], lines[1].replace(old, new, 1), *lines[2:]]


@pytest.mark.parametrize("how", _BAD)
def test_of_a_bad_file_nothing_is_stored(how: str, exported: bytes, tmp_path: Path) -> None:
    change, said = _BAD[how]
    settings = _plain(tmp_path)
    bad = b"".join(change(exported.splitlines(keepends=True)))
    with pytest.raises(ConfigError, match=said) as caught:
        _import(settings, bad)
    assert str(caught.value).endswith("; nothing was stored")
    assert not _store(settings).exists()


@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_a_compressed_file_that_is_cut_says_so(share: float, exported: bytes, tmp_path: Path) -> None:
    packed = gzip.compress(exported)
    with pytest.raises(ConfigError, match="it was cut off; take another copy"):
        _import(_plain(tmp_path), packed[: int(len(packed) * share)])


def test_a_compressed_file_with_another_byte_is_refused(exported: bytes, tmp_path: Path) -> None:
    settings, packed = _plain(tmp_path), gzip.compress(exported)
    chance = random.Random(3)
    for place in chance.sample(range(10, len(packed)), 5):
        bad = bytearray(packed)
        bad[place] ^= 1 << chance.randrange(8)
        with pytest.raises(ConfigError, match="nothing was stored"):
            _import(settings, bytes(bad))
    assert not _store(settings).exists()


# As commands


def test_a_backup_is_one_line_and_is_restored_by_two(office: Office, exported: bytes, tmp_path: Path) -> None:
    here, there = office.folder / "site.toml", _another(office, tmp_path / "there").path
    backup = tmp_path / "backup.jsonl.gz"
    _shell(f"{SCRIPT} export -c {here} -o {backup}")
    assert gzip.decompress(backup.read_bytes()) == exported
    _shell(f"{SCRIPT} import -q -c {there} {backup}")
    job.run(config.load(there, KINDS), job.Run(now=office.now, offline=True))
    assert (tmp_path / "there/public/feeds/all/en.atom").read_bytes() == (
        office.folder / "public/feeds/all/en.atom"
    ).read_bytes()


@pytest.mark.long
def test_it_goes_through_a_pipe_from_one_store_into_another(office: Office, exported: bytes, tmp_path: Path) -> None:
    here, there = office.folder / "site.toml", _another(office, tmp_path / "there")
    said = _shell(f"{SCRIPT} export -c {here} | {SCRIPT} import --json -c {there.path} -")
    assert json.loads(said.stdout)["rows"] == json.loads(exported.splitlines()[-1])["rows"]
    assert b"imported" in said.stderr
    assert _export(there) == exported


def test_a_copy_by_sqlite_is_a_backup_as_well(office: Office, exported: bytes, tmp_path: Path) -> None:
    here, there = _settings(office.folder), _another(office, tmp_path / "there")
    _store(there).parent.mkdir()
    with closing(sqlite3.connect(_store(here))) as connection:
        connection.execute("VACUUM INTO ?", [str(_store(there))])
    assert _export(there) == exported


def test_what_nobody_reads_on_is_no_whole_export(office: Office) -> None:
    said = _shell(f"{{ {SCRIPT} export -c {office.folder / 'site.toml'}; echo $? >&2; }} | head -c 9", check=False)
    assert said.stderr.splitlines()[-1] == b"1"
    assert b"the export is not whole" in said.stderr
    assert b"Traceback" not in said.stderr


def test_where_nothing_was_published_there_is_nothing_to_export(tmp_path: Path) -> None:
    settings = _plain(tmp_path)
    with pytest.raises(StoreError, match="nothing was published yet"):
        _export(settings)


def _shell(line: str, *, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(line, shell=True, check=check, capture_output=True, timeout=60)  # noqa: S602 - as cron does


# A large store


def _large(settings: Settings, entries: int) -> None:
    """A store with so many rows, each with a text of 3,000 characters."""
    Store(settings.store_url).close()
    with closing(sqlite3.connect(_store(settings))) as connection:
        row = ("gov", "en", "2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z", 1, 1, "", 1, 0, "2026-11", "2026-11", 0)
        columns = "id, key, data, source, language, published, updated, run, seen, story, open, alone, month"
        rows = ((f"tag:{one}", f"P{one}", json.dumps({"n": one, "text": "x" * 3_000}), *row) for one in range(entries))
        marks = ", ".join("?" * 15)
        connection.executemany(f"INSERT INTO entry ({columns}, story_month, gone) VALUES ({marks})", rows)  # noqa: S608
        connection.commit()


@pytest.mark.parametrize("entries", [1_500, pytest.param(100_000, marks=pytest.mark.long)])
def test_memory_does_not_grow_with_the_store(entries: int, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    here, there = _plain(tmp_path / "one"), _plain(tmp_path / "two")
    _large(here, entries)
    backup = tmp_path / "backup.jsonl.gz"
    tracemalloc.start()
    try:
        moving.export_file(here, backup)
        given = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        moving.take_in(there, backup, _input(b""))
        taken = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert given < 30_000_000
    assert taken < 30_000_000
    assert _store(there).stat().st_size > entries * 3_000

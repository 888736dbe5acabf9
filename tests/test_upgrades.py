"""Stores of every version so far, as their code wrote them, go on: the same ids, times, texts and addresses."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from feedpub import config, editions, job, state
from feedpub.collect.kinds import KINDS
from feedpub.errors import StoreError
from feedpub.report import RunReport
from feedpub.store import database
from feedpub.store.database import Store
from feedpub.store.schema import MIGRATIONS, VERSION
from tests.store.versions import town
from tests.store.versions.town import LAST

VERSIONS = range(1, VERSION + 1)
_KEPT = Path(__file__).parent / "store" / "versions"
_SOME = [v if v in (1, 3, VERSION) else pytest.param(v, marks=pytest.mark.long) for v in VERSIONS]
_HOUR = timedelta(hours=1)
_ENTRIES = "SELECT id, source, key, language, published, updated FROM entry ORDER BY id"
_REVISIONS = "SELECT entry, number, replaced, data FROM revision ORDER BY entry, number"
_STORIES = "SELECT id, story FROM entry ORDER BY id"
_TIED = "SELECT id, topics, body FROM story ORDER BY id"
_IDS, _ITS_PUBLISHED, _ITS_UPDATED = 0, 2, 3


class Upgrade:
    """A store of an old version below a folder, and what was published with it."""

    def __init__(self, version: int, folder: Path) -> None:
        self.version, self.folder = version, folder
        self.before: dict[str, Any] = json.loads((_KEPT / f"v{version}" / "output.json").read_text("utf-8"))
        self.rendering = self.before.pop("rendering")["feeds"]
        text = (_KEPT / f"v{version}" / "store.sql").read_text("utf-8").replace("{folder}", str(folder))
        with closing(sqlite3.connect(self.place)) as connection:
            connection.executescript(text)
        self.config = town.configure(folder, version)

    @property
    def place(self) -> Path:
        return self.folder / "store.db"

    def rows(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.place)) as connection:
            return connection.execute(query).fetchall()

    def run(self, hours: int = 1, **how: Any) -> RunReport:
        return job.run(config.load(self.config, KINDS), job.Run(now=LAST + hours * _HOUR, **how))

    def documents(self) -> dict[str, Any]:
        return town.documents(self.folder / "public")


def upgrade(version: int, folder: Path) -> Upgrade:
    """An old store beside the folder of releases as it was."""
    with lived(folder):
        return Upgrade(version, folder)


@contextmanager
def lived(folder: Path) -> Iterator[None]:
    """The town as it is in the end, on a server; its files have the times that the stores know."""
    shutil.rmtree(folder / "inbox", ignore_errors=True)
    with town.lived(folder) as place:
        for file in place.inbox.iterdir():
            os.utime(file, (0, 0))
        yield


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Upgrade:
    return upgrade(request.param, tmp_path)


@pytest.fixture(params=VERSIONS[:-1])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Upgrade:
    return upgrade(request.param, tmp_path)


def entries_of(documents: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Every entry of every feed, with the path of its document."""
    for path, facts in documents.items():
        if path.startswith("feeds/"):
            for entry in facts.get("entries", ()):
                yield path, entry


def check_nothing_is_lost(old: Upgrade) -> None:
    """Every document is there, has the entries that it had, and none of them looks new."""
    after = old.documents()
    assert set(old.before) - set(after) == set()
    known = {(path, entry[_IDS]): entry for path, entry in entries_of(after)}
    for path, entry in entries_of(old.before):
        now = known[path, entry[_IDS]]
        assert now[_ITS_PUBLISHED:] == entry[_ITS_PUBLISHED:], path
        assert now[1] == entry[1] or path.endswith(".rss"), path
    for path, facts in old.before.items():
        # The order of readers, too.
        if path.startswith("feeds/") and facts.get("entries"):
            assert [one[_IDS] for one in after[path]["entries"]] == [one[_IDS] for one in facts["entries"]], path
            assert after[path].get("updated") == facts.get("updated"), path


def test_there_is_a_store_of_every_version() -> None:
    """Of the current one too: README.md beside them says how it is made when a migration is released."""
    assert {place.name for place in _KEPT.glob("v*")} == {f"v{version}" for version in VERSIONS}


# A run after the upgrade


def test_an_old_store_goes_on_without_its_sources(old: Upgrade) -> None:
    """Nothing is asked: all comes from the store, and the output is written anew from it."""
    entries, revisions = old.rows(_ENTRIES), old.rows(_REVISIONS)
    stories = old.rows(_STORIES) if old.version > 1 else []
    tied = old.rows(_TIED) if old.version > 2 else []
    assert old.run(offline=True).exit_code == 0
    assert old.rows(_ENTRIES) == entries
    assert old.rows(_REVISIONS) == revisions
    assert old.rows(_STORIES) == stories or not stories
    assert old.rows(_TIED) == tied or not tied
    check_nothing_is_lost(old)
    # By its number, feeds have to have the bytes that they had.
    if old.rendering == editions._RENDERING:  # noqa: SLF001 - nobody else wants to know
        after = old.documents()
        feeds = [path for path in old.before if path.startswith("feeds/")]
        assert [path for path in feeds if after[path]["sha256"] != old.before[path]["sha256"]] == []
    again = old.run(offline=True)
    assert (again.written, again.exit_code) == ((), 0)


@pytest.mark.parametrize("version", _SOME)
def test_an_old_store_goes_on_with_its_sources(version: int, tmp_path: Path) -> None:
    """The same site: nothing of it is new or changed, and what was withdrawn meanwhile is found to be."""
    old = upgrade(version, tmp_path)
    entries = old.rows(_ENTRIES)
    with lived(tmp_path):
        report = old.run()
        assert report.exit_code == 0, report
        assert [(one.new, one.changed, one.restored) for one in report.sources] == [(0, 0, 0)] * 2
        assert old.rows(_ENTRIES) == entries
        check_nothing_is_lost(old)
        later = [old.run(hours) for hours in (2, 3, 4)]
    assert [one.exit_code for one in later] == [0, 0, 0]
    assert {(one.new, one.changed, one.restored) for report in later for one in report.sources} == {(0, 0, 0)}
    ids = [row[0] for row in entries]
    assert [row[0] for row in old.rows(_ENTRIES)] == ids
    moved = {row[0] for row in old.rows(_ENTRIES)} - {row[0] for row in set(entries) & set(old.rows(_ENTRIES))}
    # Versions that never looked again had no idea that one is gone.
    assert moved <= {one for one in ids if town.ROWING.key in one}


def test_pairs_that_a_version_could_not_make_are_made_and_nothing_looks_new(tmp_path: Path) -> None:
    """Version 1 had no stories."""
    old = upgrade(1, tmp_path)
    report = old.run(offline=True)
    assert (report.pairs.linked, report.pairs.found) == (1, 1)
    stories = dict(old.rows(_STORIES))
    keys = {one.rpartition(":")[2]: story for one, story in stories.items()}
    assert keys[town.FIRE.key] == keys[town.FIRE_CHINESE.key]
    assert keys[town.MEASLES.key] == keys[town.MEASLES_CHINESE.key]


def test_the_state_of_an_old_store_is_told(old: Upgrade) -> None:
    """Also what an older version reported of its last run."""
    found = state.read(config.load(old.config, KINDS), LAST)
    assert [one.id for one in found.sources] == ["town", "inbox"]
    assert sum(sum(one.entries.values()) for one in found.sources) == len(old.rows(_ENTRIES))


# Migrating


def dump(place: Path) -> list[str]:
    with closing(sqlite3.connect(place)) as connection:
        return list(connection.iterdump())


def test_a_migration_that_fails_anywhere_leaves_the_old_store_and_is_made_the_next_time(
    older: Upgrade, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(older.place)
    steps = sum(map(len, MIGRATIONS[older.version :]))
    for at in range(1, steps + 1):
        with monkeypatch.context() as patch:
            patch.setattr(database, "MIGRATIONS", failing(at, older.version, break_off))
            with pytest.raises((StoreError, RuntimeError)):
                Store(f"sqlite:///{older.place}")
        assert dump(older.place) == before, at
    Store(f"sqlite:///{older.place}").close()
    assert older.rows("SELECT version FROM schema_version") == [(VERSION,)]


@pytest.mark.parametrize("version", [3])
def test_a_migration_that_is_killed_leaves_the_old_store_and_is_made_the_next_time(
    version: int, tmp_path: Path
) -> None:
    old = upgrade(version, tmp_path)
    before = dump(old.place)
    steps = sum(map(len, MIGRATIONS[version:]))
    for at in (1, steps // 2, steps):
        child = _ELSEWHERE.Process(target=_migrate_killed, args=(str(old.place), at, version))
        child.start()
        child.join(30)
        assert child.exitcode == -signal.SIGKILL
        assert dump(old.place) == before, at
    assert old.run(offline=True).exit_code == 0
    check_nothing_is_lost(old)


@pytest.mark.long
@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_a_migration_that_is_killed_at_any_statement_leaves_the_old_store(version: int, tmp_path: Path) -> None:
    old = upgrade(version, tmp_path)
    before = dump(old.place)
    for at in range(1, sum(map(len, MIGRATIONS[version:])) + 1):
        child = _ELSEWHERE.Process(target=_migrate_killed, args=(str(old.place), at, version))
        child.start()
        child.join(30)
        assert child.exitcode == -signal.SIGKILL
        assert dump(old.place) == before, at
    assert old.run(offline=True).exit_code == 0
    check_nothing_is_lost(old)


def failing(at: int, version: int, end: Any) -> tuple[tuple[Any, ...], ...]:
    """The migrations, where something happens right after the `at`-th statement of those after a version."""
    migrations = list(MIGRATIONS)
    for number in range(version, len(migrations)):
        if at <= len(migrations[number]):
            steps = list(migrations[number])
            steps.insert(at, end)
            migrations[number] = tuple(steps)
            return tuple(migrations)
        at -= len(migrations[number])
    raise AssertionError("there are not so many")


def break_off(_: Connection) -> None:
    raise RuntimeError("broken off")


_ELSEWHERE = multiprocessing.get_context("forkserver")
_ELSEWHERE.set_forkserver_preload(["feedpub.store.database", __name__])


def _migrate_killed(place: str, at: int, version: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", failing(at, version, _die))
        Store(f"sqlite:///{place}")


def _die(_: Connection) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_of_two_that_open_an_old_store_at_once_one_migrates_and_both_work(older: Upgrade) -> None:
    url = f"sqlite:///{older.place}"
    barrier = _ELSEWHERE.Barrier(2)
    children = [_ELSEWHERE.Process(target=_open, args=(url, barrier)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join(30)
    assert [child.exitcode for child in children] == [0, 0]
    assert older.rows("SELECT version FROM schema_version") == [(VERSION,)]


def _open(url: str, barrier: Any) -> None:
    barrier.wait(30)
    store = Store(url)
    with store.transaction() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM page").scalar() is not None
    store.close()


def test_who_waits_for_a_migration_finds_it_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the old version before either begins."""
    old = upgrade(1, tmp_path)
    seen: list[int] = []
    real = Store._version  # noqa: SLF001 - two look before either goes on

    def looked(store: Store) -> int:
        seen.append(real(store))
        with barrier:
            barrier.notify_all()
            assert barrier.wait_for(lambda: len(seen) == 2, 20)
        return seen[-1]

    barrier = threading.Condition()
    monkeypatch.setattr(Store, "_version", looked)
    with ThreadPoolExecutor(2) as pool:
        for store in pool.map(Store, [f"sqlite:///{old.place}"] * 2):
            store.close()
    assert seen == [1, 1]
    assert old.rows("SELECT version FROM schema_version") == [(VERSION,)]


def test_a_store_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    old = upgrade(VERSION, tmp_path)
    with closing(sqlite3.connect(old.place)) as connection:
        connection.execute("UPDATE schema_version SET version = ?", (VERSION + 1,))
        connection.commit()
    before = dump(old.place)
    said = rf"the store is of version {VERSION + 1}, this feedpub knows {VERSION}; update feedpub"
    for attempt in (partial(old.run, offline=True), lambda: state.read(config.load(old.config, KINDS), LAST)):
        with pytest.raises(StoreError, match=said):
            attempt()
    assert dump(old.place) == before
    assert not [place for place in (old.folder / "public").rglob("*") if place.is_file()]

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from feedpub.errors import StoreError
from feedpub.store.database import Store, utc
from feedpub.store.schema import MIGRATIONS, VERSION, metadata

TABLES = {
    *("entry", "revision", "sighting", "validators", "source", "document", "run", "schema_version"),
    *("name", "claim", "pair"),
    *("story", "member", "touched", "note"),
    *("period", "enclosure"),
    *("fault", "backfill", "robots", "page", "thumbnail"),
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "feedpub.db"


@pytest.fixture
def store(place: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{place}")
    yield opened
    opened.close()


def rows(place: Path, query: str) -> list[tuple[object, ...]]:
    """What another program reads from the file."""
    connection = sqlite3.connect(place)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def write(place: Path, *statements: str) -> None:
    connection = sqlite3.connect(place)
    try:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    finally:
        connection.close()


def tables(place: Path) -> set[object]:
    return {name for (name,) in rows(place, "SELECT name FROM sqlite_master WHERE type = 'table'")}


def add_run(store: Store, number: int) -> None:
    with store.transaction() as connection:
        connection.execute(text("INSERT INTO run VALUES (:number, 'now', '{}')"), {"number": number})


# The schema


def test_an_empty_place_becomes_a_store_of_the_current_version(store: Store, place: Path) -> None:
    with store.transaction():
        pass
    assert tables(place) == TABLES
    assert rows(place, "SELECT version FROM schema_version") == [(VERSION,)]


def test_the_migrations_make_the_columns_that_the_program_asks_for(store: Store, place: Path) -> None:
    with store.transaction():
        pass
    assert {*metadata.tables, "schema_version"} == tables(place)
    for table in metadata.tables.values():
        made = [column for (_, column, *_) in rows(place, f"PRAGMA table_info({table.name})")]
        # A column that a later migration added stands last in the store; nobody asks for one by its place.
        assert sorted(map(str, made)) == sorted(column.name for column in table.columns)


def test_folders_on_the_way_to_the_store_are_made(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path}/var/lib/feedpub.db").close()
    assert (tmp_path / "var/lib/feedpub.db").is_file()


def test_opening_a_store_again_keeps_what_is_in_it(store: Store, place: Path) -> None:
    add_run(store, 1)
    store.close()
    again = Store(store.url)
    with again.transaction() as connection:
        assert connection.execute(text("SELECT id FROM run")).all() == [(1,)]
    again.close()
    assert rows(place, "SELECT version FROM schema_version") == [(VERSION,)]


def test_a_store_of_an_older_version_gets_only_the_migrations_it_lacks(
    store: Store, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_run(store, 1)
    store.close()
    monkeypatch.setattr("feedpub.store.database.MIGRATIONS", (*MIGRATIONS, ("ALTER TABLE run ADD COLUMN extra TEXT",)))
    monkeypatch.setattr("feedpub.store.database.VERSION", VERSION + 1)
    Store(store.url).close()
    assert rows(place, "SELECT id, extra FROM run") == [(1, None)]
    assert rows(place, "SELECT version FROM schema_version") == [(VERSION + 1,)]


def test_a_migration_that_fails_half_way_leaves_the_store_as_it_was(
    store: Store, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_run(store, 1)
    store.close()
    broken = ("CREATE TABLE half (way TEXT)", "ALTER TABLE run ADD COLUMN extra TEXT", "ALTER TABLE nothing ADD x TEXT")
    monkeypatch.setattr("feedpub.store.database.MIGRATIONS", (*MIGRATIONS, broken))
    monkeypatch.setattr("feedpub.store.database.VERSION", VERSION + 1)
    with pytest.raises(StoreError, match="the store cannot be used"):
        Store(store.url)
    assert tables(place) == TABLES
    assert rows(place, "SELECT * FROM run") == [(1, "now", "{}")]
    assert rows(place, "SELECT version FROM schema_version") == [(VERSION,)]


def test_a_store_of_a_newer_version_is_refused_with_a_sentence_and_left_alone(store: Store, place: Path) -> None:
    add_run(store, 1)
    store.close()
    write(place, "UPDATE schema_version SET version = 99")
    with pytest.raises(StoreError) as caught:
        Store(store.url)
    assert str(caught.value) == (
        f"sqlite:///{place}: the store is of version 99, this feedpub knows {VERSION}; update feedpub"
    )
    assert rows(place, "SELECT version FROM schema_version") == [(99,)]
    assert rows(place, "SELECT id FROM run") == [(1,)]


def test_a_file_that_is_no_database_is_refused_with_a_sentence(place: Path) -> None:
    place.write_bytes(b"this is a text file, and not a short one " * 100)
    with pytest.raises(StoreError, match=r"feedpub\.db: the store cannot be used: file is not a database"):
        Store(f"sqlite:///{place}")


def test_a_folder_in_place_of_the_store_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the store cannot be used"):
        Store(f"sqlite:///{tmp_path}")


def test_a_file_in_place_of_the_stores_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_bytes(b"")
    with pytest.raises(StoreError, match="the store's folder cannot be made"):
        Store(f"sqlite:///{tmp_path}/var/feedpub.db")


@pytest.mark.parametrize("url", ["postgresql+nosuchdriver://x/y", "nosuchdatabase://x", "no url at all"])
def test_a_database_that_cannot_be_reached_by_any_driver_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(StoreError, match="the store cannot be opened"):
        Store(url)


@pytest.mark.parametrize("folder", ["a b", "新聞", "a#b", "a%20b", "a?b=c", "a@b:c"])
def test_the_path_of_a_store_may_hold_what_an_address_may_not(folder: str, tmp_path: Path) -> None:
    place = tmp_path / folder / "feedpub.db"
    opened = Store(f"sqlite:///{place}")
    with opened.transaction():
        pass
    opened.close()
    assert tables(place) == TABLES


# Transactions


def test_a_transaction_that_ends_well_is_kept(store: Store, place: Path) -> None:
    add_run(store, 1)
    assert rows(place, "SELECT id FROM run") == [(1,)]


def test_a_transaction_that_raises_is_undone_as_a_whole(store: Store, place: Path) -> None:
    add_run(store, 1)

    def fail() -> None:
        with store.transaction() as connection:
            connection.execute(text("INSERT INTO run VALUES (2, 'now', '{}')"))
            connection.execute(text("DELETE FROM run WHERE id = 1"))
            connection.execute(text("INSERT INTO source VALUES ('a', '', '', '', '', '')"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert rows(place, "SELECT id FROM run") == [(1,)]
    assert rows(place, "SELECT id FROM source") == []


def test_what_the_database_refuses_is_a_store_error_and_undoes_the_transaction(store: Store, place: Path) -> None:
    add_run(store, 1)

    def add_twice() -> None:
        with store.transaction() as connection:
            connection.execute(text("INSERT INTO run VALUES (2, 'now', '{}')"))
            connection.execute(text("INSERT INTO run VALUES (1, 'now', '{}')"))

    with pytest.raises(StoreError, match="the store cannot be used: UNIQUE"):
        add_twice()
    assert rows(place, "SELECT id FROM run") == [(1,)]


def test_others_see_nothing_of_a_transaction_until_it_ends(store: Store, place: Path) -> None:
    with store.transaction() as connection:
        connection.execute(text("INSERT INTO run VALUES (1, 'now', '{}')"))
        assert rows(place, "SELECT id FROM run") == []
    assert rows(place, "SELECT id FROM run") == [(1,)]


def test_the_write_ahead_log_is_on(store: Store, place: Path) -> None:
    with store.transaction() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    assert rows(place, "PRAGMA journal_mode") == [("wal",)]


def test_a_writer_waits_for_another_instead_of_failing_at_once(store: Store, place: Path) -> None:
    other = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    freed = threading.Timer(0.3, other.execute, ["COMMIT"])
    freed.start()
    try:
        add_run(store, 1)
    finally:
        freed.join(10)
        other.close()
    assert rows(place, "SELECT id FROM run") == [(1,)]


# Times


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 11, 23, 8, 0, 5, tzinfo=ZoneInfo("Asia/Hong_Kong")), "2026-11-23T00:00:05Z"),
        (datetime(2026, 1, 1, 0, 0, tzinfo=timezone(timedelta(hours=5, minutes=45))), "2025-12-31T18:15:00Z"),
        (datetime(2026, 11, 23, 8, 0, 0, 999_999, tzinfo=UTC), "2026-11-23T08:00:00Z"),
    ],
)
def test_a_time_is_written_in_utc_so_that_text_sorts_like_time(moment: datetime, written: str) -> None:
    assert utc(moment) == written


def test_who_opens_a_store_that_has_no_log_yet_waits_for_whoever_writes_it(place: Path) -> None:
    write(place, "CREATE TABLE beside (name TEXT)")
    with closing(sqlite3.connect(place, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO beside VALUES ('of another')")
        done = threading.Timer(0.3, other.execute, ["COMMIT"])
        done.start()
        with closing(sqlite3.connect(place, timeout=0)) as third, pytest.raises(sqlite3.OperationalError):
            third.execute("PRAGMA journal_mode=WAL")
        Store(f"sqlite:///{place}").close()
        done.join()
    assert rows(place, "PRAGMA journal_mode") == [("wal",)]

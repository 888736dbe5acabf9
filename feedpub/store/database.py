"""Opening the store: one database, brought to the current schema, used in transactions."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, text

from feedpub.errors import StoreError
from feedpub.store.schema import MIGRATIONS, VERSION

_SQLITE = "sqlite:///"
_READING = "feedpub_reading"
_PATIENCE, _AGAIN = 60, 0.01
"""Seconds to wait for another that writes, and between two looks whether it still does."""
_DAMAGED = "move the file away and restore a backup with `feedpub import`, or let `feedpub doctor` look at it"
_ADVICE = {
    "is full": "make room; nothing is lost, and the next run goes on",
    "locked": "another program holds it; nothing is lost, and the next run goes on",
    "readonly": "let the user that feedpub runs as write the file and its folder",
    "unable to open": "let the user that feedpub runs as write the file and its folder",
    "not a database": _DAMAGED,
    "malformed": _DAMAGED,
    "disk I/O error": "look at the disk; the next run goes on where this one ended",
}
"""What to do, by words in what SQLite says."""


class Store:
    """The store. Every read and write goes through a transaction."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = _engine(url)
        try:
            self._migrate()
        except exc.SQLAlchemyError as problem:
            raise _unusable(url, problem) from None

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing: what is done with the connection is kept when the block ends, and undone if it raises.

        Raises:
            StoreError: the database refuses.
        """
        with self._connected({}) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The store as it is now, while others may write.

        Raises:
            StoreError: the database refuses.
        """
        options: dict[str, Any] = {_READING: True}
        if self._engine.dialect.name != "sqlite":
            options["isolation_level"] = "REPEATABLE READ"  # One state for all queries; SQLite gives no other.
        with self._connected(options) as connection:
            yield connection

    @contextmanager
    def _connected(self, options: dict[str, Any]) -> Iterator[Connection]:
        try:
            with self._engine.connect().execution_options(**options) as connection, connection.begin():
                yield connection
        except exc.DBAPIError as problem:
            raise _unusable(self.url, problem) from None

    def _migrate(self) -> None:
        version = self._version()
        if version > VERSION:
            raise StoreError(
                f"{self.url}: the store is of version {version}, this feedpub knows {VERSION}; update feedpub",
            )
        if version == VERSION:
            return
        with self._engine.begin() as connection:
            # Writing first takes SQLite's write lock: of two first starts at once, the second waits here.
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
            version = connection.exec_driver_sql("SELECT version FROM schema_version").scalar() or 0
            migrate(connection, version, VERSION)

    def _version(self) -> int:
        try:
            with self._engine.connect().execution_options(**{_READING: True}) as connection:
                return connection.exec_driver_sql("SELECT version FROM schema_version").scalar() or 0
        except (exc.OperationalError, exc.ProgrammingError) as problem:
            if "schema_version" in str(problem.orig):
                return 0  # There is no such table yet.
            raise


@contextmanager
def unmigrated(url: str) -> Iterator[Connection]:
    """A database in one transaction, whatever version the store in it is of, if there is one.

    Raises:
        StoreError: the database refuses.
    """
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    except exc.DBAPIError as problem:
        raise _unusable(url, problem) from None
    finally:
        engine.dispose()


def migrate(connection: Connection, before: int, after: int) -> None:
    """Bring a store from one version to a later one; 0 is that of an empty database."""
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    for number in range(before, after):
        for step in MIGRATIONS[number]:
            if isinstance(step, str):
                connection.exec_driver_sql(step)
            else:
                step(connection)
    connection.exec_driver_sql("DELETE FROM schema_version")
    connection.execute(text("INSERT INTO schema_version VALUES (:version)"), {"version": after})


def _engine(url: str) -> Engine:
    try:
        if not url.startswith(_SQLITE):
            return create_engine(url)
        path = url.removeprefix(_SQLITE)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # Not from the text of the address: a path may hold characters that mean something in one.
        engine = create_engine(URL.create("sqlite", database=path))
    except OSError as problem:
        raise StoreError(f"{url}: the store's folder cannot be made: {problem.strerror}") from None
    except (exc.SQLAlchemyError, ImportError) as problem:
        raise StoreError(f"{url}: the store cannot be opened: {problem}") from None
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    # Python's sqlite3 begins transactions late, and none before DDL; so it is told to begin none, and `_begin` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    # What is published must not be ahead of the store after a power cut, so each commit is synced.
    for pragma in (f"busy_timeout={1000 * _PATIENCE}", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Have a write-ahead log. SQLite does not wait for whoever writes a database that has none yet."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_AGAIN)
        else:
            return


def _begin(connection: Connection) -> None:
    # A backfill writes while runs do: who first reads and then wants to write would be refused, not made to wait.
    reading = connection.get_execution_options().get(_READING)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _unusable(url: str, problem: Exception) -> StoreError:
    cause = str(getattr(problem, "orig", None) or problem)
    advice = next((f"; {what}" for words, what in _ADVICE.items() if words in cause), "")
    return StoreError(f"{url}: the store cannot be used: {cause}{advice}")


def utc(moment: datetime) -> str:
    """A moment as the store writes it: UTC, RFC 3339 with seconds, so that text sorts like time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

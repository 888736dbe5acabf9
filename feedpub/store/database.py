"""Opening the store: one database, brought to the current schema, used in transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, exc, text

from feedpub.errors import StoreError
from feedpub.store.schema import MIGRATIONS, VERSION

_SQLITE = "sqlite:///"


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
        try:
            with self._engine.begin() as connection:
                yield connection
        except exc.DBAPIError as problem:
            raise _unusable(self.url, problem) from None

    def _migrate(self) -> None:
        with self._engine.begin() as connection:
            version = _version(connection)
            if version > VERSION:
                raise StoreError(
                    f"{self.url}: the store is of version {version}, this feedpub knows {VERSION}; update feedpub",
                )
            for number in range(version, VERSION):
                for statement in MIGRATIONS[number]:
                    connection.exec_driver_sql(statement)
            if version < VERSION:
                connection.exec_driver_sql("DELETE FROM schema_version")
                connection.execute(text("INSERT INTO schema_version VALUES (:version)"), {"version": VERSION})


def _version(connection: Connection) -> int:
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    return connection.exec_driver_sql("SELECT version FROM schema_version").scalar() or 0


def _engine(url: str) -> Engine:
    if url.startswith(_SQLITE):
        folder = Path(url.removeprefix(_SQLITE)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise StoreError(f"{folder}: the store's folder cannot be made: {problem.strerror}") from None
    try:
        engine = create_engine(url)
    except (exc.SQLAlchemyError, ImportError) as problem:
        raise StoreError(f"{url}: the store cannot be opened: {problem}") from None
    if url.startswith(_SQLITE):

        @event.listens_for(engine, "connect")
        def _(connection: object, _record: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]  # SQLAlchemy types it as a bare object
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

    return engine


def _unusable(url: str, problem: Exception) -> StoreError:
    cause = getattr(problem, "orig", None) or problem
    return StoreError(f"{url}: the store cannot be used: {cause}")


def utc(moment: datetime) -> str:
    """A moment as the store writes it: UTC, RFC 3339 with seconds, so that text sorts like time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

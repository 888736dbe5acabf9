"""Whether the file of a SQLite store is whole; what of it can be mended; a copy of it.

Indexes and free pages can be made anew from the tables. A table that is damaged cannot.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from feedpub.errors import StoreError

_SQLITE = "sqlite:///"
_MOST = 20
"""Faults that are listed at most."""
_AT_ONCE = 1_000
_TEMPORARY = ".feedpub-tmp"
_PATIENCE = 60.0
"""Seconds that a backfill's writing is waited for."""


def place(url: str) -> Path | None:
    """The file of a store; None where it is in another database than SQLite."""
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None


def faults(file: Path) -> list[str]:
    """What SQLite finds wrong with a store's file; nothing where it is whole.

    Raises:
        StoreError: it is no database, is empty, or cannot be read at all; says what to do.
    """
    with _opened(file) as connection:
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'").fetchone()
        if not tables[0]:
            raise StoreError(f"{file}: there is no store in this file{_RESTORE}")
        return _faults(connection)


def mend(file: Path) -> None:
    """Make a store's file anew from its tables, in one transaction; nothing is changed where one is damaged.

    Raises:
        StoreError: a table is damaged; says what to do.
    """
    beside = file.with_name(f".{file.name}{_TEMPORARY}")
    beside.unlink(missing_ok=True)
    try:
        with _opened(file) as connection, closing(sqlite3.connect(beside, isolation_level=None)) as fresh:
            _rebuild(connection, fresh)
            if _faults(fresh):
                raise sqlite3.DatabaseError("its tables do not make a whole store")
            fresh.backup(connection)
            if left := _faults(connection):
                raise sqlite3.DatabaseError(left[0])
    finally:
        beside.unlink(missing_ok=True)


def _rebuild(connection: sqlite3.Connection, fresh: sqlite3.Connection) -> None:
    """Put all rows into an empty database, read in the order of their tables and not by any index."""
    connection.text_factory = fresh.text_factory = bytes  # Text that is none is looked at later.
    schema = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    told = [(kind.decode(), name.decode(), sql.decode()) for kind, name, sql in schema]
    fresh.execute("BEGIN")
    for _, name, sql in (one for one in told if one[0] == "table"):
        fresh.execute(sql)
        count, last = 0, None
        columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
        marks = ", ".join("CAST(? AS TEXT)" if column[2] == b"TEXT" else "?" for column in columns)
        rows = connection.execute(f'SELECT rowid, * FROM "{name}" NOT INDEXED')  # noqa: S608 - names of our tables
        while some := rows.fetchmany(_AT_ONCE):
            for row in some:
                if last is not None and row[0] <= last:
                    raise sqlite3.DatabaseError(f"table {name}: its rows are out of order")
                last = row[0]
            count += len(some)
            values = [row[1:] for row in some]
            fresh.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values)  # noqa: S608 - as above
        _check_count(connection, name, count)
    for _, _, sql in (one for one in told if one[0] == "index"):
        fresh.execute(sql)
    fresh.execute("COMMIT")


def _check_count(connection: sqlite3.Connection, name: str, count: int) -> None:
    """Compare with the indexes that can be read: one that has more rows than the table knows of some that were lost."""
    for _, index, _, _, partial in connection.execute(f'PRAGMA index_list("{name}")').fetchall():
        if not partial:
            known = 0
            with suppress(sqlite3.DatabaseError, UnicodeDecodeError):
                query = f'SELECT count(*) FROM "{name}" INDEXED BY "{index.decode()}"'  # noqa: S608 - names of ours
                (known,) = connection.execute(query).fetchone()
            if known > count:
                raise sqlite3.DatabaseError(f"table {name}: rows are lost")


def copy(file: Path, target: Path) -> None:
    """Copy a store as it is now, page by page; runs may go on meanwhile.

    Raises:
        StoreError: it cannot be read, or the copy cannot be written.
    """
    with _opened(file) as connection:
        try:
            with sqlite3.connect(target) as other:
                connection.backup(other, pages=10_000)
            other.close()
        except sqlite3.Error as problem:
            raise StoreError(f"{file}: cannot be copied to {target.parent} to look at it: {problem}") from None


_RESTORE = (
    ": restore a backup in its place, or move it and its -wal and -shm files away and take the last export in with "
    "`feedpub import`. What is published stays as it is"
)


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", _PATIENCE, isolation_level=None, uri=True)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.OperationalError as problem:
        raise StoreError(f"{file}: the store cannot be opened: {problem}") from None
    except (sqlite3.DatabaseError, UnicodeDecodeError) as problem:  # What SQLite says may quote what is damaged.
        raise StoreError(f"{file}: the store is damaged beyond repair: {problem}{_RESTORE}") from None


def _faults(connection: sqlite3.Connection) -> list[str]:
    try:
        rows = connection.execute(f"PRAGMA integrity_check({_MOST})").fetchall()
    except sqlite3.OperationalError:
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as problem:
        return [str(problem)]
    texts = (text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text) for (text,) in rows)
    said = [line for text in texts for line in text.splitlines() if not line.startswith("***")]
    return [] if said == ["ok"] else said

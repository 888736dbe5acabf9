"""All that a store has as lines of JSON: given out of one state of it, and taken into an empty database.

    {"format": "feedpub export", "feedpub": "0.1.0", "schema": 6}
    {"table": "entry", "row": {"id": "tag:…", …}}
    …
    {"rows": {"entry": 2, …}, "sha256": "…"}

The rows of a table stand together, in the order of its primary key. The last line counts them, and has the SHA-256 of
all lines before it with their ends. Rows are of the schema that the first line names: those of an earlier one go into
tables of that version, which are then brought to the current one. JSON in a column stays the text that it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    exc,
    func,
    insert,
    inspect,
    select,
)

from feedpub import __version__
from feedpub.errors import StoreError
from feedpub.store.database import migrate
from feedpub.store.schema import VERSION, metadata

_FORMAT = "feedpub export"
_AT_ONCE = 1_000
"""Rows that are read, and put into a table, at once."""
_encode = msgspec.json.Encoder().encode
_VERSION_TABLE = "schema_version"


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line: what it is, and of which versions of feedpub and of the schema."""

    format: str
    feedpub: str
    schema: int


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of a table."""

    table: str
    row: dict[str, str | int | float]


class _Tail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last line: how many rows there are of each table, and the SHA-256 of all lines before, with their ends."""

    rows: dict[str, int]
    sha256: str


class LineError(Exception):
    """Lines that cannot be taken in; says which (the first is 1) and why not."""


_decode_head = msgspec.json.Decoder(_Head).decode
_decode_line = msgspec.json.Decoder(_Line).decode
_decode_tail = msgspec.json.Decoder(_Tail).decode


def give(connection: Connection) -> Iterator[bytes]:
    """All that a store has, some lines at a time.

    Raises:
        StoreError: a row is not as a store has it, and could not be taken in again.
    """
    digest, counts = hashlib.sha256(), dict[str, int]()
    head = _encode(_Head(_FORMAT, __version__, VERSION)) + b"\n"
    digest.update(head)
    yield head
    for table in metadata.sorted_tables:
        of = str(table.name)
        counts[of] = 0
        names = [str(column.name) for column in table.columns]
        query = select(table).order_by(*_key(table, connection))
        for rows in connection.execute(query).yield_per(_AT_ONCE).partitions():
            for row in rows:
                _check(of, names, tuple(row))
            counts[of] += len(rows)
            lines = b"".join(_encode({"table": of, "row": dict(zip(names, row, strict=True))}) + b"\n" for row in rows)
            digest.update(lines)
            yield lines
    yield _encode(_Tail(counts, digest.hexdigest())) + b"\n"


def _key(table: Table, connection: Connection) -> list[ColumnElement[Any]]:
    """What a table's rows are ordered by: text by its bytes, in whatever language the database is."""
    if connection.dialect.name != "postgresql":
        return list(table.primary_key)
    return [one.collate("C") if isinstance(one.type, Text) else one for one in table.primary_key]


def _check(table: str, names: Sequence[str], row: tuple[object, ...]) -> None:
    for name, value in zip(names, row, strict=True):
        if not isinstance(value, (str, int, float)):
            raise StoreError(
                f'the store is damaged: table "{table}", row {row[0]!r} has no {name}; run `feedpub doctor`'
            )


def is_empty(connection: Connection) -> bool:
    """Whether there is no row of ours in a database, of whatever version its tables are."""
    return all(
        not connection.execute(select(func.count()).select_from(table)).scalar() for table in _tables(connection)
    )


def take(connection: Connection, lines: Iterable[bytes]) -> dict[str, int]:
    """Put lines into a database in which there are no rows of ours; all has to be undone where they turn out to be bad.

    Args:
        connection: of a transaction.
        lines: with their ends.

    Returns:
        How many rows there are of each table.

    Raises:
        LineError: a line is not as it should be, or the last one is not there.
    """
    return _Taking(connection).take(lines)


class _Taking:
    """Takes lines in, one after the other."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.digest = hashlib.sha256()
        self.tables: dict[str, Table] = {}
        self.counts: dict[str, int] = {}
        self.waiting: list[dict[str, str | int | float]] = []
        self.of = ""
        self.number = 0

    def take(self, lines: Iterable[bytes]) -> dict[str, int]:
        schema, is_whole = 0, False
        for number, line in enumerate(lines, start=1):
            self.number = number
            if is_whole:
                raise LineError(f"line {number}: there is something after the last line of the export")
            if number == 1:
                schema = self._head(line)
            elif line.startswith(b'{"table"'):
                self._row(line)
            else:
                self._tail(line)
                is_whole = True
            self.digest.update(line)
        if not is_whole:
            what = f"ends after line {self.number} without the last line of an export" if self.number else "is empty"
            raise LineError(f"{what}: it was cut off; take another copy")
        migrate(self.connection, schema, VERSION)
        return self.counts

    def _head(self, line: bytes) -> int:
        """Make the tables that the rows are of; gives the schema's version."""
        try:
            head = _decode_head(line)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise LineError("line 1: is not the first line of what `feedpub export` writes") from None
        if head.format != _FORMAT or head.schema < 1:
            raise LineError("line 1: is not the first line of what `feedpub export` writes")
        if head.schema > VERSION:
            raise LineError(
                f"line 1: is of version {head.schema}, of feedpub {head.feedpub}; this feedpub knows {VERSION}; "
                "update feedpub"
            )
        for table in _tables(self.connection):
            table.drop(self.connection)
        self.connection.exec_driver_sql(f"DROP TABLE IF EXISTS {_VERSION_TABLE}")
        migrate(self.connection, 0, head.schema)
        self.tables = {table.name: table for table in _tables(self.connection)}
        self.counts = dict.fromkeys(self.tables, 0)
        return head.schema

    def _row(self, line: bytes) -> None:
        try:
            read = _decode_line(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
            raise LineError(f"line {self.number}: is not a row of an export: {problem}") from None
        table = self.tables.get(read.table)
        if table is None:
            raise LineError(f'line {self.number}: there is no table "{read.table}"')
        wrong = _wrong(table, read.row)
        if wrong:
            raise LineError(f'line {self.number}: table "{read.table}": {wrong}')
        if self.of != read.table or len(self.waiting) == _AT_ONCE:
            self._put()
        self.of = read.table
        self.waiting.append(read.row)
        self.counts[read.table] += 1

    def _put(self) -> None:
        if self.waiting:
            try:
                self.connection.execute(insert(self.tables[self.of]), self.waiting)
            except exc.OperationalError:
                raise
            except (exc.StatementError, OverflowError) as problem:
                reason = getattr(problem, "orig", None) or problem
                first = self.number - len(self.waiting)
                raise LineError(f'lines {first} to {self.number - 1}: table "{self.of}": {reason}') from None
        self.waiting.clear()

    def _tail(self, line: bytes) -> None:
        self._put()
        try:
            tail = _decode_tail(line)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise LineError(f"line {self.number}: is neither a row nor the last line of an export") from None
        if {name: count for name, count in tail.rows.items() if count} != {
            name: count for name, count in self.counts.items() if count
        }:
            raise LineError(f"line {self.number}: counts other rows than there are before it: some were lost or added")
        if tail.sha256 != self.digest.hexdigest():
            raise LineError(f"line {self.number}: has another SHA-256 than the lines before it: some were changed")


def _tables(connection: Connection) -> list[Table]:
    """Our tables as they are in a database now."""
    there = inspect(connection).get_table_names()
    found = MetaData()
    return [Table(name, found, autoload_with=connection) for name in metadata.tables if name in there]


def _wrong(table: Table, row: dict[str, str | int | float]) -> str:
    """What is wrong with a row; "" if nothing is."""
    columns = table.columns
    odd = sorted(row.keys() ^ set(columns.keys()))
    if odd:
        return f'the column "{odd[0]}" is {"not known" if odd[0] in row else "missing"}'
    for name, value in row.items():
        kind = columns[name].type
        fits = isinstance(value, int) if isinstance(kind, Integer) else isinstance(value, str)
        if isinstance(kind, Float):
            fits = isinstance(value, (int, float))
        if not fits:
            return f'the column "{name}" cannot have {value!r}'
    return ""

"""Stories: what entries go by, what they say of their other languages, and which pairs evidence made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Column, Connection, Row, Select, delete, func, insert, or_, select, update

from feedpub.model import Entry
from feedpub.store.schema import claim as claims
from feedpub.store.schema import entry as entries
from feedpub.store.schema import name as names
from feedpub.store.schema import pair as pairs
from feedpub.store.some import some

_decode = msgspec.json.Decoder(Entry).decode
_T = TypeVar("_T")
FOUNDED = "?story"
"""What stands behind the id of a story's first entry in the story's (entries/identity.py)."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an entry stands: its story ("" if it was never placed), and the run that saw it first."""

    id: str
    language: str
    published: str
    seen: int
    story: str


class Recent(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of late: whether it is marked as one of a single language, and how many entries its story has."""

    id: str
    language: str
    published: str
    alone: bool
    size: int

    @property
    def group(self) -> str:
        """The authority of the id: only entries of one authority can be versions of one another."""
        return self.id.partition(",")[0]


class StoredClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry says of another language version; `target` is the entry that it leads to, "" if it is not known.

    `refused` is why it is not believed, "" if it is.
    """

    entry: str
    name: str
    language: str
    target: str = ""
    refused: str = ""


class StoredPair(msgspec.Struct, frozen=True, kw_only=True):
    """A pair that evidence made; `shift` is that of its earlier entry (entries/pairing.py)."""

    one: str
    other: str
    shift: int
    score: float
    margin: float


def changed(connection: Connection, since: int) -> list[str]:
    """The entries that were stored or moved after a run, and those that were never placed, the oldest first."""
    found = {
        row.id: (row.published, row.id)
        for condition in (entries.c.run > since, entries.c.story == "")
        for row in connection.execute(select(entries.c.id, entries.c.published).where(condition))
    }
    return sorted(found, key=found.__getitem__)


def load(connection: Connection, identifiers: Iterable[str]) -> dict[str, Entry]:
    """Entries by their ids."""
    return {
        entry.id: entry
        for few in some(identifiers)
        for (data,) in connection.execute(select(entries.c.data).where(entries.c.id.in_(few)))
        if (entry := _decode(data))
    }


def between(connection: Connection, start: str, end: str) -> dict[str, tuple[Entry, bool]]:
    """The entries published from a moment and before another, and whether each is open."""
    query = select(entries.c.data, entries.c.open).where(entries.c.published >= start, entries.c.published < end)
    return {entry.id: (entry, bool(is_open)) for data, is_open in connection.execute(query) if (entry := _decode(data))}


def any_open(connection: Connection, start: str, end: str) -> bool:
    """Whether evidence may join any entry published from a moment and before another."""
    query = select(entries.c.id).where(entries.c.published >= start, entries.c.published < end, entries.c.open == 1)
    return connection.execute(query.limit(1)).first() is not None


def places(connection: Connection, identifiers: Iterable[str]) -> dict[str, Place]:
    """Where entries stand."""
    columns = (entries.c.id, entries.c.language, entries.c.published, entries.c.seen, entries.c.story)
    return {
        row.id: Place(
            id=row.id,
            language=row.language,
            published=row.published,
            seen=row.seen,
            story=row.story,
        )
        for few in some(identifiers)
        for row in connection.execute(select(*columns).where(entries.c.id.in_(few)))
    }


def members(connection: Connection, stories: Iterable[str]) -> dict[str, list[Entry]]:
    """The entries of stories."""
    found: dict[str, list[Entry]] = {}
    for few in some(stories):
        for story, data in connection.execute(select(entries.c.story, entries.c.data).where(entries.c.story.in_(few))):
            found.setdefault(story, []).append(_decode(data))
    return found


def put_names(connection: Connection, identifier: str, found: Iterable[str]) -> None:
    """Keep what an entry goes by now, beside what it went by."""
    known = set(connection.execute(select(names.c.name).where(names.c.entry == identifier)).scalars())
    if rows := [{"name": name, "entry": identifier} for name in sorted(set(found) - known)]:
        connection.execute(insert(names), rows)


def names_of(connection: Connection, identifiers: Iterable[str]) -> list[tuple[str, str]]:
    """What entries go by: the name and the entry."""
    rows = _rows(connection, select(names.c.name, names.c.entry), names.c.entry, identifiers)
    return [(row.name, row.entry) for row in rows]


def called(connection: Connection, found: Iterable[str]) -> list[tuple[str, str]]:
    """Which entries go by some names: the name and the entry."""
    rows = _rows(connection, select(names.c.name, names.c.entry), names.c.name, found)
    return [(row.name, row.entry) for row in rows]


def put_claims(connection: Connection, identifiers: Iterable[str], found: Iterable[StoredClaim]) -> None:
    """Keep what entries say of their other languages, in place of what they said before."""
    for few in some(identifiers):
        connection.execute(delete(claims).where(claims.c.entry.in_(few)))
    for one in found:
        connection.execute(insert(claims).values(msgspec.structs.asdict(one)))


def claims_of(connection: Connection, identifiers: Iterable[str]) -> list[StoredClaim]:
    """What entries say of their other languages."""
    rows = _rows(connection, select(claims), claims.c.entry, identifiers)
    return [_as(row, StoredClaim) for row in rows]


def claimants(connection: Connection, found: Iterable[str]) -> list[str]:
    """Which entries claim some names."""
    return [row.entry for row in _rows(connection, select(claims.c.entry), claims.c.name, found)]


def linked_with(connection: Connection, identifiers: Iterable[str]) -> list[tuple[str, str]]:
    """The believed links from and to entries."""
    query = select(claims.c.entry, claims.c.target).where(claims.c.target != "", claims.c.refused == "")
    identifiers = list(identifiers)
    return [
        (row.entry, row.target)
        for column in (claims.c.entry, claims.c.target)
        for row in _rows(connection, query, column, identifiers)
    ]


def refused_of(connection: Connection, identifiers: Iterable[str]) -> set[tuple[str, str]]:
    """Which claims of entries are not believed: the entry and the language that it names."""
    query = select(claims.c.entry, claims.c.language).where(claims.c.refused != "")
    return {(row.entry, row.language) for row in _rows(connection, query, claims.c.entry, identifiers)}


def refused(connection: Connection, limit: int) -> list[StoredClaim]:
    """Claims that are not believed."""
    rows = connection.execute(select(claims).where(claims.c.refused != "").order_by(claims.c.entry).limit(limit))
    return [_as(row, StoredClaim) for row in rows]


def pairs_with(connection: Connection, identifiers: Iterable[str]) -> list[StoredPair]:
    """The pairs by evidence that entries are in."""
    identifiers = list(identifiers)
    found = {
        (row.one, row.other): _as(row, StoredPair)
        for column in (pairs.c.one, pairs.c.other)
        for row in _rows(connection, select(pairs), column, identifiers)
    }
    return [found[pair] for pair in sorted(found)]


def pairs_of_shifts(connection: Connection, first: int, last: int) -> list[StoredPair]:
    """The pairs by evidence of some shifts."""
    rows = connection.execute(select(pairs).where(pairs.c.shift >= first, pairs.c.shift <= last))
    return [_as(row, StoredPair) for row in rows]


def replace_pairs(connection: Connection, first: int, last: int, found: Iterable[StoredPair]) -> None:
    """Keep the pairs by evidence of some shifts, in place of those that there were."""
    connection.execute(delete(pairs).where(pairs.c.shift >= first, pairs.c.shift <= last))
    for one in found:
        connection.execute(insert(pairs).values(msgspec.structs.asdict(one)))


def set_open(connection: Connection, identifier: str, *, is_open: bool, alone: bool) -> None:
    """Keep whether evidence may join an entry with others, and whether it is marked as one of a single language."""
    connection.execute(update(entries).where(entries.c.id == identifier).values(open=int(is_open), alone=int(alone)))


def move(connection: Connection, identifiers: Sequence[str], story: str, run: int) -> None:
    """Put entries into a story; their editions are rendered again."""
    query = select(entries.c.month).where(entries.c.id == story.removesuffix(FOUNDED))
    month = connection.execute(query).scalar() or ""
    for few in some(identifiers):
        moved = update(entries).where(entries.c.id.in_(few))
        connection.execute(moved.values(story=story, story_month=month, run=run))


def touch(connection: Connection, identifiers: Sequence[str], run: int) -> None:
    """Have the editions of entries rendered again: something that they show of another entry changed."""
    for few in some(identifiers):
        connection.execute(update(entries).where(entries.c.id.in_(few)).values(run=run))


def find(connection: Connection, text: str) -> list[str]:
    """The entries with an id, story id or key, with its source's id before it or without."""
    keys = or_(entries.c.key == text, entries.c.key == entries.c.source + "/" + text)
    query = select(entries.c.id).where(or_(entries.c.id == text, entries.c.story == text, keys))
    return [found for (found,) in connection.execute(query.order_by(entries.c.id))]


def recent(connection: Connection, start: str, end: str) -> list[Recent]:
    """The entries published from a moment and before another, the oldest first."""
    there = (entries.c.published >= start, entries.c.published < end)
    sizes = (
        select(entries.c.story, func.count().label("size"))
        .where(entries.c.story.in_(select(entries.c.story).where(*there)))
        .group_by(entries.c.story)
        .subquery()
    )
    query = (
        select(entries.c.id, entries.c.language, entries.c.published, entries.c.alone, sizes.c.size)
        .join(sizes, entries.c.story == sizes.c.story)
        .where(*there)
        .order_by(entries.c.published, entries.c.id)
    )
    return [
        Recent(
            id=row.id,
            language=row.language,
            published=row.published,
            alone=bool(row.alone),
            size=row.size,
        )
        for row in connection.execute(query)
    ]


def _rows(
    connection: Connection,
    query: Select[Any],
    column: Column[Any],
    values: Iterable[str],
) -> list[Row[Any]]:
    return [row for few in some(values) for row in connection.execute(query.where(column.in_(few)))]


def _as(row: Row[Any], kind: type[_T]) -> _T:
    return msgspec.convert(row._mapping, kind)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping

"""Entries and their revisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, desc, func, insert, select, update

from feedpub.model import Entry
from feedpub.store import notes
from feedpub.store.database import utc
from feedpub.store.schema import GONE
from feedpub.store.schema import entry as entries
from feedpub.store.schema import revision as revisions

_decode = msgspec.json.Decoder(Entry).decode
PLACED = entries.c.story != ""
"""Of an entry that a story has. A backfill may store others at any time; they are published once they have one."""
BURIED = 2
"""In the column `gone`: withdrawn, and the notice was shown long enough (1 is withdrawn)."""


def get(connection: Connection, source: str, key: str, language: str) -> Entry | None:
    """The stored entry of a release, by its source's own key."""
    found = connection.execute(
        select(entries.c.data).where(
            entries.c.source == source,
            entries.c.key == key,
            entries.c.language == language,
        ),
    ).scalar()
    return None if found is None else _decode(found)


def published(connection: Connection, identifier: str) -> datetime:
    """When an entry was issued."""
    found = connection.execute(select(entries.c.published).where(entries.c.id == identifier)).scalar_one()
    return datetime.fromisoformat(found)


def owner(connection: Connection, identifier: str) -> tuple[str, str, str] | None:
    """Whose an id is: source, key and language; None if it is free."""
    found = connection.execute(
        select(entries.c.source, entries.c.key, entries.c.language).where(entries.c.id == identifier),
    ).first()
    return None if found is None else (found[0], found[1], found[2])


def add(connection: Connection, entry: Entry, run: int) -> None:
    """Store a new entry; one that was lost and is there again was seen first when it was."""
    seen = _seen_before(connection, entry.id)
    values = {"id": entry.id, "seen": run if seen is None else seen, "story": "", "open": 1, "alone": 0}
    connection.execute(insert(entries).values(**values, **columns(entry, run)))


def lose(connection: Connection, identifier: str, seen: int, text: str = "") -> None:
    """Keep what is known of an entry that was lost, until it is there again.

    Args:
        connection: to the store.
        identifier: its id.
        seen: the run that saw it first: stories have their ids from those that were seen first.
        text: what is left of its data.
    """
    notes.put(connection, f"seen {identifier}", str(seen))
    if text:
        notes.put(connection, f"damaged {identifier}", text)


def _seen_before(connection: Connection, identifier: str) -> int | None:
    known = notes.get(connection, f"seen {identifier}")
    if not known:
        return None
    for name in ("seen", "damaged"):
        notes.drop(connection, f"{name} {identifier}")
    return int(known)


def replace(connection: Connection, old: Entry, new: Entry, run: int) -> None:
    """Store an entry's new revision, and keep the old one."""
    last = connection.execute(select(func.max(revisions.c.number)).where(revisions.c.entry == old.id)).scalar() or 0
    connection.execute(
        insert(revisions).values(
            entry=old.id,
            number=last + 1,
            replaced=utc(new.updated),
            data=msgspec.json.encode(old).decode(),
        ),
    )
    connection.execute(update(entries).where(entries.c.id == old.id).values(**columns(new, run)))


def put(connection: Connection, entry: Entry, run: int) -> None:
    """Store an entry as it is now, with no revision kept: nothing that people read changed."""
    connection.execute(update(entries).where(entries.c.id == entry.id).values(**columns(entry, run)))


def revisions_of(connection: Connection, identifier: str) -> list[Entry]:
    """What an entry was before, the oldest first."""
    found = connection.execute(
        select(revisions.c.data).where(revisions.c.entry == identifier).order_by(revisions.c.number),
    )
    return [_decode(data) for (data,) in found]


def newest(connection: Connection, language: str, limit: int) -> list[tuple[str, str]]:
    """The ids of the newest entries in a language by issue time that are not buried, each after its story's."""
    query = select(entries.c.story, entries.c.id).where(entries.c.language == language, entries.c.gone < BURIED, PLACED)
    query = query.order_by(desc(entries.c.published), desc(entries.c.id)).limit(limit)
    return [(story, entry) for story, entry in connection.execute(query)]


def withdrawn(connection: Connection) -> list[Entry]:
    """The entries that were withdrawn and are not buried yet."""
    query = select(entries.c.data).where(GONE, entries.c.gone < BURIED).order_by(entries.c.id)
    return [_decode(data) for (data,) in connection.execute(query)]


def buried(connection: Connection, languages: Sequence[str], limit: int) -> list[tuple[str, str]]:
    """The ids of the entries in some languages that were buried last, each after its story's."""
    query = select(entries.c.story, entries.c.id).where(GONE, entries.c.gone == BURIED, PLACED)
    query = query.where(entries.c.language.in_(languages)).order_by(desc(entries.c.updated), desc(entries.c.id))
    return [(story, entry) for story, entry in connection.execute(query.limit(limit))]


def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many entries there are by source and language."""
    query = select(entries.c.source, entries.c.language, func.count()).group_by(entries.c.source, entries.c.language)
    return {(source, language): count for source, language, count in connection.execute(query)}


def columns(entry: Entry, run: int) -> dict[str, object]:
    """What the columns of an entry that a run stores have, as far as they follow from it."""
    return {
        "source": entry.source,
        "key": entry.key,
        "language": entry.language,
        "published": utc(entry.published),
        "updated": utc(entry.updated),
        "run": run,
        "month": entry.month,
        "gone": 0 if entry.withdrawn is None else BURIED if entry.withdrawn.buried else 1,
        "data": msgspec.json.encode(entry).decode(),
    }

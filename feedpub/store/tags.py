"""Tags: what each story is about, which feeds its entries are in, and which run changed a feed last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import Connection, delete, desc, func, insert, select, update

from feedpub.model import Entry, Tags
from feedpub.store.schema import entry as entries
from feedpub.store.schema import member as members
from feedpub.store.schema import story as stories
from feedpub.store.schema import touched
from feedpub.store.some import some

_decode = msgspec.json.Decoder(Entry).decode
_AT_ONCE = 1_000
"""Entries that are read at once where all stories are gone through."""


class Place(msgspec.Struct, frozen=True):
    """An entry in a feed."""

    feed: str
    entry: str


def changed_stories(connection: Connection, run: int) -> list[str]:
    """The stories with an entry that a run changed or moved."""
    query = select(entries.c.story).where(entries.c.run == run, entries.c.story != "").distinct()
    return list(connection.execute(query.order_by(entries.c.story)).scalars())


def all_stories(connection: Connection) -> Iterator[dict[str, list[Entry]]]:
    """All stories with their entries, some at a time."""
    last = ""
    while True:
        query = select(entries.c.story, entries.c.data).where(entries.c.story > last).order_by(entries.c.story)
        rows = connection.execute(query.limit(_AT_ONCE)).all()
        found: dict[str, list[Entry]] = {}
        for story, data in rows:
            found.setdefault(story, []).append(_decode(data))
        if len(rows) == _AT_ONCE and len(found) > 1:
            found.popitem()  # The last one may go on; it is read again, whole.
        if not found:
            return
        yield found
        last = next(reversed(found))


def count_stories(connection: Connection) -> int:
    """How many stories there are."""
    return connection.execute(select(func.count(entries.c.story.distinct()))).scalar() or 0


def tagged(connection: Connection, identifiers: Iterable[str]) -> dict[str, Tags]:
    """What stories are about, as far as they are tagged."""
    return {
        row.id: Tags(topics=tuple(row.topics.split()), body=row.body)
        for few in some(identifiers)
        for row in connection.execute(select(stories).where(stories.c.id.in_(few)))
    }


def put(connection: Connection, found: dict[str, Tags], known: Iterable[str]) -> None:
    """Keep what stories are about; `known` are those that were tagged before."""
    known = set(known)
    rows = [{"id": one, "topics": " ".join(tags.topics), "body": tags.body} for one, tags in found.items()]
    for row in (row for row in rows if row["id"] in known):
        connection.execute(update(stories).where(stories.c.id == row["id"]).values(row))
    fresh = [row for row in rows if row["id"] not in known]
    if fresh:
        connection.execute(insert(stories), fresh)


def forget(connection: Connection, identifiers: Iterable[str]) -> None:
    """Drop what is known of stories that are no more."""
    for few in some(identifiers):
        connection.execute(delete(stories).where(stories.c.id.in_(few)))


def forget_orphans(connection: Connection) -> None:
    """Drop what is known of all stories that have no entry."""
    connection.execute(delete(stories).where(stories.c.id.not_in(select(entries.c.story))))


def feeds_of(connection: Connection, identifiers: Iterable[str]) -> dict[str, set[str]]:
    """Which feeds entries are in."""
    found: dict[str, set[str]] = {}
    for few in some(identifiers):
        for row in connection.execute(select(members.c.feed, members.c.entry).where(members.c.entry.in_(few))):
            found.setdefault(row.entry, set()).add(row.feed)
    return found


def enter(connection: Connection, rows: list[dict[str, str]]) -> None:
    """Put entries into feeds: rows of feed, entry, language and the moment of issue as the store writes it."""
    if rows:
        connection.execute(insert(members), rows)


def leave(connection: Connection, places: Iterable[Place]) -> None:
    """Take entries out of feeds."""
    for place in places:
        connection.execute(delete(members).where(members.c.feed == place.feed, members.c.entry == place.entry))


def newest(connection: Connection, feed: str, language: str, limit: int) -> list[tuple[str, Entry]]:
    """The newest entries of a feed in a language by issue time, each with its story's id."""
    query = (
        select(entries.c.story, entries.c.data)
        .join(members, members.c.entry == entries.c.id)
        .where(members.c.feed == feed, members.c.language == language)
        .order_by(desc(members.c.published), desc(members.c.entry))
        .limit(limit)
    )
    return [(story, _decode(data)) for story, data in connection.execute(query)]


def touch(connection: Connection, feeds: Iterable[tuple[str, str]], run: int) -> None:
    """Take note that a run changed feeds: each by its id and the language of the entries."""
    for feed, language in sorted(set(feeds)):
        where = (touched.c.feed == feed, touched.c.language == language)
        if not connection.execute(update(touched).where(*where).values(run=run)).rowcount:
            connection.execute(insert(touched).values(feed=feed, language=language, run=run))


def touched_feeds(connection: Connection) -> dict[tuple[str, str], int]:
    """The run that changed each feed last, by its id and the language of the entries."""
    return {(row.feed, row.language): row.run for row in connection.execute(select(touched))}

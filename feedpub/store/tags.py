"""Tags: what each story is about, which feeds its entries are in, and which run changed a feed last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import Connection, delete, desc, func, insert, select, update

from feedpub.model import Entry, Tags
from feedpub.store.database import utc
from feedpub.store.entries import BURIED
from feedpub.store.schema import GONE, touched
from feedpub.store.schema import entry as entries
from feedpub.store.schema import member as members
from feedpub.store.schema import story as stories
from feedpub.store.some import some

_decode = msgspec.json.Decoder(Entry).decode
_AT_ONCE = 1_000
"""Entries that are read at once where all stories are gone through."""


class Place(msgspec.Struct, frozen=True):
    """An entry in a feed."""

    feed: str
    entry: str


def changed_stories(connection: Connection, since: int) -> list[str]:
    """The stories with an entry that was stored, changed or moved after a run."""
    query = select(entries.c.story).where(entries.c.run > since, entries.c.story != "").distinct()
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


def feeds_of(connection: Connection, identifiers: Iterable[str]) -> dict[str, dict[str, int]]:
    """Which feeds entries are in, and since which run."""
    found: dict[str, dict[str, int]] = {}
    columns = (members.c.feed, members.c.entry, members.c.since)
    for few in some(identifiers):
        for row in connection.execute(select(*columns).where(members.c.entry.in_(few))):
            found.setdefault(row.entry, {})[row.feed] = row.since
    return found


def enter(connection: Connection, places: Iterable[tuple[str, Entry]], run: int) -> None:
    """Put entries into feeds, by the feeds' ids."""
    rows = [
        {
            "feed": feed,
            "entry": entry.id,
            "language": entry.language,
            "published": utc(entry.published),
            "month": entry.month,
            "since": run,
        }
        for feed, entry in places
    ]
    if rows:
        connection.execute(insert(members), rows)


def leave(connection: Connection, places: Iterable[Place]) -> None:
    """Take entries out of feeds."""
    for place in places:
        connection.execute(delete(members).where(members.c.feed == place.feed, members.c.entry == place.entry))


def newest(connection: Connection, feed: str, language: str, limit: int) -> list[tuple[str, str]]:
    """The ids of the newest entries of a feed in a language that are not buried, each after its story's."""
    query = (
        select(entries.c.story, entries.c.id)
        .join(members, members.c.entry == entries.c.id)
        .where(members.c.feed == feed, members.c.language == language, entries.c.gone < BURIED)
        .order_by(desc(members.c.published), desc(members.c.entry))
        .limit(limit)
    )
    return [(story, entry) for story, entry in connection.execute(query)]


def buried(connection: Connection, feed: str, languages: Sequence[str], limit: int) -> list[tuple[str, str]]:
    """The ids of the entries of a feed in some languages that were buried last, each after its story's."""
    query = (
        select(entries.c.story, entries.c.id)
        .join(members, members.c.entry == entries.c.id)
        .where(GONE, entries.c.gone == BURIED)
        .where(members.c.feed == feed, entries.c.language.in_(languages))
        .order_by(desc(entries.c.updated), desc(entries.c.id))
        .limit(limit)
    )
    return [(story, entry) for story, entry in connection.execute(query)]


def touch(connection: Connection, feeds: Iterable[tuple[str, str]], run: int) -> None:
    """Take note that a run changed feeds: each by its id and the language of the entries."""
    for feed, language in sorted(set(feeds)):
        where = (touched.c.feed == feed, touched.c.language == language)
        if not connection.execute(update(touched).where(*where).values(run=run)).rowcount:
            connection.execute(insert(touched).values(feed=feed, language=language, run=run))


def touched_feeds(connection: Connection) -> dict[tuple[str, str], int]:
    """The run that changed each feed last, by its id and the language of the entries."""
    return {(row.feed, row.language): row.run for row in connection.execute(select(touched))}

"""What a store has in all, and what is forgotten of it, where everything is worked out anew from the entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from feedpub.model import Entry
from feedpub.store import schema
from feedpub.store.repairs import Finding, found

_AT_ONCE = 1_000
_entry = msgspec.json.Decoder(Entry).decode


def touch_missing(connection: Connection, every: str, run: int) -> list[Finding]:
    """Take note of feeds that have entries, or had documents, and of which it is not known when they changed.

    Args:
        connection: of a transaction.
        every: what feeds that simply have all entries are called here.
        run: the number of the run that does it.
    """
    touched, member, period = schema.touched, schema.member, schema.period
    known = {(row.feed, row.language) for row in connection.execute(select(touched))}
    wanted = {
        (row.feed, row.language) for row in connection.execute(select(member.c.feed, member.c.language).distinct())
    }
    languages = set(connection.execute(select(schema.entry.c.language).where(schema.entry.c.story != "")).scalars())
    wanted |= {(every, language) for language in languages}
    # A body's feed that has no entry any more is still there: addresses are permanent.
    grouped = period.c.feed.contains("/")
    bare = set(connection.execute(select(period.c.feed).where(grouped).distinct()).scalars())
    bare -= {feed for feed, _ in known | wanted}
    wanted |= {(feed, language) for feed in bare for language in languages}
    missing = sorted(wanted - known)
    if missing:
        connection.execute(
            insert(touched), [{"feed": feed, "language": language, "run": run} for feed, language in missing]
        )
    return found("touched: when a feed changed was forgotten, put right", [" ".join(one) for one in missing])


def restore_since(connection: Connection, run: int) -> list[Finding]:
    """Of entries that were put into feeds by a run again, take it that they were in them from the beginning."""
    member, entry = schema.member, schema.entry
    first = select(entry.c.seen).where(entry.c.id == member.c.entry).scalar_subquery()
    which = [
        f"{row.feed} {row.entry}"
        for row in connection.execute(select(member.c.feed, member.c.entry).where(member.c.since == run))
    ]
    if which:
        connection.execute(update(member).where(member.c.since == run).values(since=first))
    return found("member: an entry was not in a feed that it belongs to, put right", which)


def count_entries(connection: Connection) -> int:
    """How many entries there are."""
    return connection.execute(select(func.count()).select_from(schema.entry)).scalar_one()


def count_stories(connection: Connection) -> int:
    """How many stories there are."""
    story = schema.entry.c.story
    return connection.execute(select(func.count(story.distinct())).where(story != "")).scalar_one()


def count_members(connection: Connection) -> int:
    """How many entries are in feeds."""
    return connection.execute(select(func.count()).select_from(schema.member)).scalar_one()


def render_all(connection: Connection) -> None:
    """Have everything rendered anew that is published: what was known of it is forgotten."""
    connection.execute(update(schema.document).values(basis=""))
    note = schema.note
    derived = note.c.name.in_(("pages", "pages' folders", "days"))
    connection.execute(delete(note).where(or_(derived, note.c.name.startswith("archive ", autoescape=True))))


def published_paths(connection: Connection) -> set[str]:
    """The paths of documents that were published, and of small photos."""
    return set(connection.execute(select(schema.document.c.path)).scalars()) | {
        path for path in connection.execute(select(schema.thumbnail.c.path)).scalars() if path
    }


def names_by_entry(connection: Connection) -> dict[str, set[str]]:
    """What all entries go by."""
    known: dict[str, set[str]] = {}
    for name, entry in connection.execute(select(schema.name.c.name, schema.name.c.entry)):
        known.setdefault(entry, set()).add(name)
    return known


def claims_by_entry(connection: Connection) -> dict[str, set[tuple[str, str]]]:
    """What all entries say of their other languages: names and languages."""
    known: dict[str, set[tuple[str, str]]] = {}
    claim = schema.claim
    for name, language, entry in connection.execute(select(claim.c.name, claim.c.language, claim.c.entry)):
        known.setdefault(entry, set()).add((name, language))
    return known


def drop_pairs(connection: Connection, which: Sequence[tuple[str, str]]) -> None:
    """Take pairs by evidence away."""
    pair = schema.pair
    for one, other in which:
        connection.execute(delete(pair).where(pair.c.one == one, pair.c.other == other))


def placed(connection: Connection) -> Iterator[Entry]:
    """All entries that are in stories."""
    query = select(schema.entry.c.data).where(schema.entry.c.story != "").order_by(schema.entry.c.id)
    for (data,) in connection.execute(query).yield_per(_AT_ONCE):
        yield _entry(data)

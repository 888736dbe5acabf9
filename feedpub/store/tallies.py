"""What the status page counts. Only `change` is asked in every run: it looks at ends of indexes and small tables."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, literal_column, select, union

from feedpub.model import Sighting
from feedpub.report import Problem
from feedpub.store.schema import claim as claims
from feedpub.store.schema import entry as entries
from feedpub.store.schema import fault as faults
from feedpub.store.schema import pair as pairs
from feedpub.store.schema import sighting as sightings
from feedpub.store.schema import source as sources
from feedpub.store.schema import story as stories
from feedpub.store.sightings import FAILED, GIVEN_UP

_decode = msgspec.json.Decoder(Sighting).decode
_MINUTE = len("2026-11-28T08:00")


def change(connection: Connection, named: Sequence[str]) -> tuple[object, ...]:
    """What is other than it was when an entry was stored or moved, or a source goes otherwise than before.

    Args:
        connection: of a transaction.
        named: the sources.
    """
    newest = connection.execute(select(func.max(entries.c.run))).scalar()
    states = select(sources.c.id, sources.c.problem).where(sources.c.id.in_(named)).order_by(sources.c.id)
    standing = select(faults.c.source, faults.c.name, faults.c.since, faults.c.what).where(faults.c.ended == "")
    unread_ = select(sightings.c.source, sightings.c.state, func.count()).where(
        sightings.c.source.in_(named), sightings.c.state.in_((FAILED, GIVEN_UP))
    )
    queries = (
        states,
        standing.order_by(faults.c.source, faults.c.name),
        unread_.group_by(sightings.c.source, sightings.c.state).order_by(sightings.c.source, sightings.c.state),
    )
    return newest, [[tuple(row) for row in connection.execute(query)] for query in queries]


def unread(connection: Connection, source: str) -> list[Problem]:
    """The releases of a source that could not be read: where each is, and why not."""
    query = select(sightings.c.data, sightings.c.problem).where(
        sightings.c.source == source, sightings.c.state.in_((FAILED, GIVEN_UP))
    )
    rows = connection.execute(query.order_by(sightings.c.key, sightings.c.language))
    return [Problem(_decode(data).address, problem) for data, problem in rows]


def releases(connection: Connection, start: str, end: str) -> dict[tuple[str, str], int]:
    """How many releases were issued from a moment and before another, by language and minute ("2026-11-28T08:00")."""
    # In the statement's text: PostgreSQL takes two parameters for two values.
    minute = func.substr(entries.c.published, literal_column("1"), literal_column(str(_MINUTE)))
    query = select(entries.c.language, minute, func.count()).where(
        entries.c.published >= start, entries.c.published < end
    )
    return {
        (language, at): count for language, at, count in connection.execute(query.group_by(entries.c.language, minute))
    }


def topical(connection: Connection, start: str, end: str) -> list[tuple[str, tuple[str, ...]]]:
    """The stories with a topic that came from a moment and before another: when each came first, and its topics."""
    late = select(entries.c.story).where(entries.c.published >= start, entries.c.published < end)
    first = func.min(entries.c.published)
    query = (
        select(first, stories.c.topics)
        .join(stories, stories.c.id == entries.c.story)
        .where(entries.c.story.in_(late), stories.c.topics != "")
        .group_by(entries.c.story, stories.c.topics)
        .having(first >= start)
    )
    return [(published, tuple(topics.split())) for published, topics in connection.execute(query)]


def linked(connection: Connection, start: str, end: str) -> int:
    """How many pairs a link made, of which a release was issued from a moment and before another."""
    query = (
        select(claims.c.entry, claims.c.target)
        .join(entries, entries.c.id == claims.c.entry)
        .where(entries.c.published >= start, entries.c.published < end, claims.c.target != "", claims.c.refused == "")
    )
    return len({frozenset((one, other)) for one, other in connection.execute(query)})


def evident(connection: Connection, start: str, end: str) -> int:
    """How many pairs evidence made, of which a release was issued from a moment and before another."""
    there = (entries.c.published >= start, entries.c.published < end)
    found = union(
        *(
            select(pairs.c.one, pairs.c.other).join(entries, entries.c.id == column).where(*there)
            for column in (pairs.c.one, pairs.c.other)
        )
    ).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()

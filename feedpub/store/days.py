"""Which stories are of which time: a story's time is that of the version that was seen first, and never moves."""

from __future__ import annotations

from sqlalchemy import Connection, case, func, select

from feedpub.store.entries import PLACED
from feedpub.store.schema import entry as entries
from feedpub.store.some import some
from feedpub.store.stories import FOUNDED


def touched(connection: Connection, since: int) -> list[str]:
    """The issue times of all versions of stories with an entry that was stored or changed after a run."""
    stories = (
        connection.execute(select(entries.c.story).where(entries.c.run > since, PLACED).distinct()).scalars().all()
    )
    return [
        published
        for few in some(stories)
        for (published,) in connection.execute(select(entries.c.published).where(entries.c.story.in_(few)))
    ]


def every(connection: Connection) -> list[str]:
    """The issue times of all entries."""
    return list(connection.execute(select(entries.c.published).where(PLACED)).scalars())


def between(connection: Connection, start: str, end: str) -> list[tuple[str, str]]:
    """The stories with a version published from a moment and before another, with their times, the newest first."""
    near = select(entries.c.story).where(entries.c.published >= start, entries.c.published < end, PLACED)
    founder = case((entries.c.id + FOUNDED == entries.c.story, entries.c.published))
    # As a story is shown (showing.py): of one whose founder went to another story, the time of its earliest version.
    first = func.coalesce(func.max(founder), func.min(entries.c.published)).label("first")
    query = select(entries.c.story, first).where(entries.c.story.in_(near)).group_by(entries.c.story)
    rows = connection.execute(query.order_by(first.desc(), entries.c.story.desc()))
    return [(row.story, row.first) for row in rows if start <= row.first < end]

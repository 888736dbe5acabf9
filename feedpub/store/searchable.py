"""What is indexed for search: the stories of each part of a month, and whether anything of them changed."""

from __future__ import annotations

import hashlib

import msgspec
from sqlalchemy import Connection, func, select

from feedpub.store.schema import entry as entries
from feedpub.store.schema import story as stories
from feedpub.store.schema import touched

_AT_ONCE = 5_000


class Part(msgspec.Struct, frozen=True):
    """Stories of a month ("2026-11") in the order of their issue, and a digest that changes with them."""

    month: str
    stories: tuple[str, ...]
    digest: str


def last_change(connection: Connection) -> str:
    """A text that is another when an entry was stored or moved since, or a story tagged otherwise."""
    runs = (connection.execute(select(func.max(column))).scalar() for column in (entries.c.run, touched.c.run))
    return " ".join(str(run or 0) for run in runs)


def parts(connection: Connection, most: int) -> dict[str, Part]:
    """All stories by the part that they are in: "2026-11", "2026-11-2" ..., the newest first.

    Args:
        connection: to the store.
        most: stories in a part.
    """
    columns = (
        entries.c.story,
        entries.c.story_month,
        entries.c.month,
        entries.c.published,
        entries.c.id,
        entries.c.run,
    )
    query = (
        select(*columns, stories.c.topics)
        .outerjoin(stories, stories.c.id == entries.c.story)
        .where(entries.c.story != "")
        .order_by(entries.c.published, entries.c.id)
    )
    months: dict[str, dict[str, list[str]]] = {}
    known: dict[str, list[str]] = {}
    for row in connection.execute(query).yield_per(_AT_ONCE):
        told = known.get(row.story)
        if told is None:
            known[row.story] = told = [row.topics or ""]
            months.setdefault(row.story_month or row.month, {})[row.story] = told
        told += (row.id, str(row.run))
    return {
        f"{month}-{start // most + 1}" if start else month: _part(month, found, list(found)[start : start + most])
        for month, found in sorted(months.items(), reverse=True)
        for start in reversed(range(0, len(found), most))
    }


def _part(month: str, told: dict[str, list[str]], chosen: list[str]) -> Part:
    said = "\n".join(" ".join((story, *told[story])) for story in chosen)
    return Part(month, tuple(chosen), hashlib.sha256(said.encode()).hexdigest())

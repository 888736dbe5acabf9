"""The pages of stories: where each is, and which have to be written.

`due` is the run that found out that a page has to be written, 0 where it stands. A story that became part of another
keeps its page, which then leads there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, desc, insert, select, update

from feedpub.store.schema import PAGE_DUE
from feedpub.store.schema import entry as entries
from feedpub.store.schema import page as pages
from feedpub.store.some import some
from feedpub.store.stories import FOUNDED


class Page(msgspec.Struct, frozen=True):
    """A story's page: its path below a language's folder, and the run that found that it has to be written."""

    story: str
    path: str
    due: int


def changed(connection: Connection, since: int) -> dict[str, str]:
    """The stories with entries that were stored or moved after a run, and their months ("2026-11").

    Those that such an entry founded are among them, with "" where it is in another now.
    """
    found: dict[str, str] = {}
    query = select(entries.c.id, entries.c.story, entries.c.story_month).where(entries.c.run > since)
    for row in connection.execute(query.where(entries.c.story != "")):
        found[row.story] = row.story_month
        found.setdefault(row.id + FOUNDED, "")
    return found


def every(connection: Connection) -> dict[str, str]:
    """All stories and their months."""
    query = select(entries.c.story, entries.c.story_month).where(entries.c.story != "").distinct()
    return {row.story: row.story_month for row in connection.execute(query)}


def known(connection: Connection, stories: Iterable[str]) -> set[str]:
    """Which of some stories have a page."""
    return {
        story
        for few in some(stories)
        for (story,) in connection.execute(select(pages.c.story).where(pages.c.story.in_(few)))
    }


def owners(connection: Connection, paths: Iterable[str]) -> dict[str, str]:
    """Whose pages are at some paths: the story by the path."""
    return {
        row.path: row.story
        for few in some(paths)
        for row in connection.execute(select(pages.c.path, pages.c.story).where(pages.c.path.in_(few)))
    }


def add(connection: Connection, found: Mapping[str, str], run: int) -> None:
    """Have the first pages of stories written: their paths by the stories."""
    rows = [{"story": story, "path": path, "month": _month(path), "due": run} for story, path in found.items()]
    if rows:
        connection.execute(insert(pages), rows)


def mark(connection: Connection, stories: Iterable[str], run: int) -> None:
    """Have the pages of stories written that have one."""
    for few in some(stories):
        connection.execute(update(pages).where(pages.c.story.in_(few)).values(due=run))


def mark_with(connection: Connection, identifiers: Iterable[str], run: int) -> None:
    """Have the pages written that show some entries: something that they show beside them changed."""
    for few in some(identifiers):
        shown = select(entries.c.story).where(entries.c.id.in_(few))
        connection.execute(update(pages).where(pages.c.story.in_(shown)).values(due=run))


def mark_all(connection: Connection, run: int) -> None:
    """Have all pages written that there are."""
    connection.execute(update(pages).values(due=run))


def mark_paths(connection: Connection, paths: Iterable[str], run: int) -> None:
    """Have the pages at some paths written."""
    for few in some(paths):
        connection.execute(update(pages).where(pages.c.path.in_(few)).values(due=run))


def due(connection: Connection, before: str, limit: int) -> list[Page]:
    """Pages that have to be written, the later stories of an authority first.

    Args:
        connection: to the store.
        before: the last story of those that were given already, "" at first.
        limit: how many at most.
    """
    query = select(pages.c.story, pages.c.path, pages.c.due).where(PAGE_DUE).order_by(desc(pages.c.story)).limit(limit)
    if before:
        query = query.where(pages.c.story < before)
    return [Page(row.story, row.path, row.due) for row in connection.execute(query)]


def settle(connection: Connection, written: Sequence[Page]) -> None:
    """Take note that pages were written; one that was marked again meanwhile stays due."""
    if not written:
        return
    same = (pages.c.story == bindparam("which"), pages.c.due == bindparam("its"))
    rows = [{"which": page.story, "its": page.due} for page in written]
    connection.execute(update(pages).where(*same).values(due=0), rows)


def newest_months(connection: Connection, limit: int) -> list[str]:
    """The newest months that have pages, the newest first."""
    query = select(pages.c.month).distinct().order_by(desc(pages.c.month)).limit(limit)
    return list(connection.execute(query).scalars())


def standing(connection: Connection, month: str) -> list[str]:
    """The paths of a month's pages that do not have to be written."""
    query = select(pages.c.path).where(pages.c.month == month, pages.c.due == 0)
    return list(connection.execute(query).scalars())


def _month(path: str) -> str:
    """The month that is in a path: "2026-11" of "stories/2026/11/p1-1k3f9a2c.html"."""
    return "-".join(path.split("/")[1:3])

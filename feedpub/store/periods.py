"""Archive documents (RFC 5005): which months each edition has, which are due, and what each document holds.

A document holds the stories of its month that were in the feed by a run (`upto`). Those that came later are in the
subscription document; the document takes them in before they fall out of that.

Behind each month with stories there is a document of the next one, written ahead: so a document has the address of the
one that follows from the beginning, and does not change when that month comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Select, func, insert, select, update

from feedpub.store.entries import BURIED, PLACED
from feedpub.store.schema import PERIOD_DUE
from feedpub.store.schema import entry as entries
from feedpub.store.schema import member as members
from feedpub.store.schema import period as periods
from feedpub.store.stories import FOUNDED

EVERY = ""
"""The name here of the feeds that simply have every entry."""
WAITING, ANEW, CHANGED = 1, 2, 3
"""Why a document is due: there are stories that it does not hold yet; it has to be written again, though what it holds
is as it was; what it holds is not as it was."""
_Row = TypeVar("_Row", bound=tuple[Any, ...])


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """An archive document: of a feed, one of its editions, and a month; why it is due, and which runs' stories it has.

    `ahead` says that its month has no stories yet. `size` is that of the published document in bytes, 0 where there is
    none yet.
    """

    feed: str
    edition: str
    month: str
    ahead: bool
    due: int
    upto: int
    size: int


class Held(msgspec.Struct, frozen=True):
    """A story in a month: its id and its entry's, the run since which it is in the feed, and its issue time (store's).

    `buried` says that only a tombstone is left.
    """

    story: str
    entry: str
    since: int
    published: str
    buried: bool


def known(connection: Connection, feed: str, edition: str, month: str) -> Period | None:
    """An archive document; None if there is none."""
    return next(iter(_found(connection, select(periods).where(*_is(feed, edition, month)))), None)


def mark(connection: Connection, feed: str, edition: str, month: str, due: int) -> None:
    """Have a document written, a new one where there is none."""
    before = known(connection, feed, edition, month)
    if before is None:
        _insert(connection, feed, edition, month, ahead=False)
    elif before.ahead:
        values = {"ahead": 0, "due": CHANGED}
        connection.execute(update(periods).where(*_is(feed, edition, month)).values(values))
    elif before.due < due:
        connection.execute(update(periods).where(*_is(feed, edition, month)).values(due=due))
    if before is None or before.ahead:
        following = next_month(month)
        if known(connection, feed, edition, following) is None:
            _insert(connection, feed, edition, following, ahead=True)


def _insert(connection: Connection, feed: str, edition: str, month: str, *, ahead: bool) -> None:
    """A new document; its neighbours lead to it."""
    for neighbour in around(connection, feed, edition, month):
        where = (*_is(feed, edition, neighbour), periods.c.due < ANEW)
        connection.execute(update(periods).where(*where).values(due=ANEW))
    row = {"feed": feed, "edition": edition, "month": month, "ahead": int(ahead), "digest": "", "size": 0}
    connection.execute(insert(periods).values(row | {"due": ANEW if ahead else CHANGED, "upto": 0}))


def complete(connection: Connection) -> list[str]:
    """Have the documents written ahead that there should be behind each with stories; gives where one was missing."""
    rows = connection.execute(select(periods.c.feed, periods.c.edition, periods.c.month, periods.c.ahead)).all()
    there = {(row.feed, row.edition, row.month) for row in rows}
    wanted = {(row.feed, row.edition, next_month(row.month)) for row in rows if not row.ahead}
    missing = sorted(wanted - there)
    for feed, edition, month in missing:
        _insert(connection, feed, edition, month, ahead=True)
    return [" ".join(one) for one in missing]


def next_month(month: str) -> str:
    """The month after one: "2027-01" after "2026-12"."""
    year, number = int(month[:-3]), int(month[-2:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def mark_all(connection: Connection, feed: str, edition: str) -> None:
    """Have all documents of an edition written again."""
    where = (periods.c.feed == feed, periods.c.edition == edition, periods.c.due < ANEW)
    connection.execute(update(periods).where(*where).values(due=ANEW))


def months(connection: Connection, key: str, languages: Iterable[str]) -> list[str]:
    """The months in which a feed has entries in some languages."""
    query = _in_feed(select(entries.c.month).distinct(), key).where(entries.c.language.in_(list(languages)))
    return sorted(connection.execute(query).scalars())


def months_bilingual(connection: Connection, key: str, languages: Iterable[str]) -> list[str]:
    """The months in which the first versions of a feed's stories were issued."""
    query = _in_feed(select(entries.c.story_month).distinct(), key).where(entries.c.language.in_(list(languages)))
    return sorted(connection.execute(query).scalars())


def due(connection: Connection) -> list[Period]:
    """The documents that are due, by month, so that those that show the same stories follow one another."""
    query = select(periods).where(PERIOD_DUE)
    return _found(connection, query.order_by(periods.c.month, periods.c.edition, periods.c.feed))


def newest(connection: Connection) -> dict[tuple[str, str], Period]:
    """The newest document with stories of each edition, by feed and edition."""
    latest = (
        select(periods.c.feed, periods.c.edition, func.max(periods.c.month).label("month"))
        .where(periods.c.ahead == 0)
        .group_by(periods.c.feed, periods.c.edition)
        .subquery()
    )
    query = select(periods).join(
        latest,
        (periods.c.feed == latest.c.feed)
        & (periods.c.edition == latest.c.edition)
        & (periods.c.month == latest.c.month),
    )
    return {(one.feed, one.edition): one for one in _found(connection, query)}


def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """How many documents of each edition are published, by feed and edition."""
    query = select(periods.c.feed, periods.c.edition, func.count()).where(periods.c.size > 0)
    query = query.group_by(periods.c.feed, periods.c.edition)
    return {(feed, edition): count for feed, edition, count in connection.execute(query)}


def around(connection: Connection, feed: str, edition: str, month: str) -> tuple[str, str]:
    """The months of the documents before and after one; "" where there is none."""
    of_edition = (periods.c.feed == feed, periods.c.edition == edition)
    before = select(func.max(periods.c.month)).where(*of_edition, periods.c.month < month)
    after = select(func.min(periods.c.month)).where(*of_edition, periods.c.month > month)
    return connection.execute(before).scalar() or "", connection.execute(after).scalar() or ""


def settle(connection: Connection, period: Period, digest: str, size: int) -> None:
    """Take note of a published document, with what it holds (`upto`) and why it goes on being due, if it does."""
    where = _is(period.feed, period.edition, period.month)
    connection.execute(update(periods).where(*where).values(due=period.due, upto=period.upto, digest=digest, size=size))


def held(connection: Connection, key: str, languages: Iterable[str], month: str) -> list[Held]:
    """The stories that a feed has in a month in some languages, by their own issue times, the newest first.

    Args:
        connection: to the store.
        key: the feed's id, or EVERY.
        languages: of the entries.
        month: "2026-11".
    """
    query = select(entries.c.story, entries.c.id, _since(key), entries.c.published, entries.c.gone)
    of_month = entries.c.month if key == EVERY else members.c.month
    query = _in_feed(query, key).where(of_month == month, entries.c.language.in_(list(languages)))
    return _held(connection, query)


def held_bilingual(connection: Connection, key: str, languages: Iterable[str], month: str) -> list[Held]:
    """The stories that a feed has, in some languages, whose first version was issued in a month; the newest first.

    Every entry of a story tells the story's month.
    """
    query = select(entries.c.story, entries.c.id, _since(key), entries.c.published, entries.c.gone)
    query = _in_feed(query, key)
    return _held(connection, query.where(entries.c.story_month == month, entries.c.language.in_(list(languages))))


def _in_feed(query: Select[_Row], key: str) -> Select[_Row]:
    if key == EVERY:
        return query.where(PLACED)
    return query.join(members, members.c.entry == entries.c.id).where(members.c.feed == key)


def _since(key: str) -> Column[int]:
    return entries.c.seen if key == EVERY else members.c.since


def _held(connection: Connection, query: Select[Any]) -> list[Held]:
    """One row a story: of several, the first that was in the feed says since when; buried is what wholly is.

    Where it has its first entry, that says when it was issued.
    """
    found: dict[str, Held] = {}
    for story, entry, since, published, gone in connection.execute(query):
        other = found.get(story)
        if other is None:
            found[story] = Held(story, entry, since, published, gone == BURIED)
        else:
            issued = published if story == entry + FOUNDED else other.published
            buried = other.buried and gone == BURIED
            found[story] = Held(story, other.entry, min(since, other.since), issued, buried)
    return sorted(found.values(), key=lambda one: (one.published, one.story), reverse=True)


def _found(connection: Connection, query: Select[Any]) -> list[Period]:
    return [
        Period(
            feed=row.feed,
            edition=row.edition,
            month=row.month,
            ahead=bool(row.ahead),
            due=row.due,
            upto=row.upto,
            size=row.size,
        )
        for row in connection.execute(query)
    ]


def _is(feed: str, edition: str, month: str) -> tuple[ColumnElement[bool], ...]:
    return periods.c.feed == feed, periods.c.edition == edition, periods.c.month == month

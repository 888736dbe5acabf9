"""What is wrong with the sources, from the run that a fault begins in until it is over and everybody was told.

A fault is known by its source and its name: one of a name at a time. Its row goes through

    begun  ->  standing  ->  ended  ->  gone

and `take` gives each fault's beginning and its end once, to be told. A fault that begins again before its end was taken
goes on as if it had never ended: nobody heard that it had. One that comes and goes between two takings gives both.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select, update

from feedpub.report import Fault
from feedpub.store.database import utc
from feedpub.store.schema import fault as faults

_UNTOLD, _BEGUN_TOLD = 0, 1


class Ended(msgspec.Struct, frozen=True):
    """A fault of a source that is over, and when it ended, as the store writes times."""

    source: str
    fault: Fault
    at: str


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to tell: faults that began, with their sources, and faults that ended; the oldest first."""

    begun: tuple[tuple[str, Fault], ...] = ()
    ended: tuple[Ended, ...] = ()


def standing(connection: Connection, source: str) -> tuple[Fault, ...]:
    """What is wrong with a source, the oldest first."""
    query = select(faults).where(faults.c.source == source, faults.c.ended == "")
    return tuple(_fault(row) for row in connection.execute(query.order_by(faults.c.since, faults.c.name)))


def begin(connection: Connection, source: str, fault: Fault, now: datetime) -> None:
    """Take note of a fault that begins; one that stands goes on, with what is said of it now.

    Args:
        connection: of a transaction.
        source: whose fault.
        fault: its `since` is when it began; where that is empty, it began now.
        now: the run's time.
    """
    values = {"what": " ".join(fault.what.split()), "place": fault.where, "ended": ""}
    if not connection.execute(update(faults).where(_is(source, fault.name)).values(**values)).rowcount:
        begun = {"source": source, "name": fault.name, "since": fault.since or utc(now), "told": _UNTOLD}
        connection.execute(insert(faults).values(**begun, **values))


def end(connection: Connection, source: str, name: str, now: datetime) -> None:
    """Take note that a fault is over."""
    connection.execute(update(faults).where(_is(source, name), faults.c.ended == "").values(ended=utc(now)))


def take(connection: Connection, sources: Collection[str], *, wanted: bool) -> News:
    """What was not taken yet of faults that began and ended; faults that are over and taken are forgotten.

    Args:
        connection: of a transaction; whoever takes has to keep what is taken in the same one.
        sources: of the config. The faults of others are forgotten without a word.
        wanted: whether there is anybody to tell. If not, nothing is taken: whoever is named later is told of the faults
            that stand then, and of none that ended before.
    """
    others = faults.c.source.not_in(sources)
    over = faults.c.ended != ""
    query = select(faults).where(or_(others, over, faults.c.told == _UNTOLD)).order_by(faults.c.since, faults.c.source)
    rows = connection.execute(query).all()
    if any(row.ended or row.source not in sources for row in rows):
        connection.execute(delete(faults).where(or_(others, over)))
    if not wanted:
        return News()
    new = [row for row in rows if row.source in sources]
    if any(row.told == _UNTOLD for row in new):
        connection.execute(update(faults).where(faults.c.told == _UNTOLD).values(told=_BEGUN_TOLD))
    return News(
        begun=tuple((row.source, _fault(row)) for row in new if row.told == _UNTOLD),
        ended=tuple(Ended(row.source, _fault(row), row.ended) for row in new if row.ended),
    )


def _is(source: str, name: str) -> ColumnElement[bool]:
    return and_(faults.c.source == source, faults.c.name == name)


def _fault(row: Row[tuple[object, ...]]) -> Fault:
    return Fault(name=row.name, what=row.what, where=row.place, since=row.since)

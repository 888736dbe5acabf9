"""How far a backfill is: the parts of a source's past whose lists were read, and the releases that they named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from feedpub.model import Sighting
from feedpub.store import sightings
from feedpub.store.database import utc
from feedpub.store.schema import backfill
from feedpub.store.schema import sighting as rows


def done(connection: Connection, source: str) -> frozenset[str]:
    """The names of the parts that are read."""
    return frozenset(connection.execute(select(backfill.c.day).where(backfill.c.source == source)).scalars())


def settle(connection: Connection, source: str, name: str) -> None:
    """Take note that a part is read."""
    if connection.execute(select(backfill.c.day).where(backfill.c.source == source, backfill.c.day == name)).first():
        return
    connection.execute(insert(backfill).values(source=source, day=name))


def remember(connection: Connection, seen: Sequence[Sighting], now: datetime) -> list[Sighting]:
    """Take note of releases that a part names, and give those that were never read.

    They are no run's to read. What a run knows already is left to the runs; what could not be read before is tried
    again.
    """
    wanted = []
    for one in {(one.key, one.language): one for one in seen}.values():
        state = connection.execute(select(rows.c.state).where(sightings.same(one))).scalar()
        if state is None:
            connection.execute(insert(rows).values(**sightings.columns(one, sightings.PAST), first_seen=utc(now)))
        if state in (None, sightings.PAST, sightings.PAST_FAILED):
            wanted.append(one)
    return wanted


def fail(connection: Connection, one: Sighting, problem: str) -> None:
    """Take note that a release of the past could not be read, and why."""
    connection.execute(update(rows).where(sightings.same(one)).values(state=sightings.PAST_FAILED, problem=problem))

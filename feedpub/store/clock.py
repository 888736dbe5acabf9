"""The clock of the machine may have been wrong: what the store says of a time that never was does not stand.

Each run leaves its time. Where the next is far before it, the clock was ahead, or is behind now; what was planned or
found out by the wrong one would stay so for as long as it was wrong. Where the next is far after it, nothing was asked
for long, or the clock was behind: that time is none in which something was tried in vain.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from feedpub.store import notes, sightings
from feedpub.store.database import utc
from feedpub.store.schema import entry as entries
from feedpub.store.schema import fault as faults
from feedpub.store.schema import sighting, source

_NOTE = "clock"
"""A note in the store: the time of the last run."""
_BACK = timedelta(hours=1)
"""A clock that is set back by less does no harm: all is late by that at most."""
_PAUSE = timedelta(days=3)
"""After so long without a run, what failed before it did not fail all the time. Less than it takes to give up."""


def check(connection: Connection, now: datetime, recheck: Mapping[str, timedelta]) -> None:
    """Compare the clock with the last run's, and take back what does not stand.

    Args:
        connection: of a transaction.
        now: the time of the run that begins.
        recheck: how long the releases of each source are looked at again.
    """
    at, found = utc(now), notes.get(connection, _NOTE) or _latest(connection)
    if found != at:
        notes.put(connection, _NOTE, at)
    if not found:
        return
    last = datetime.fromisoformat(found)
    if last - now > _BACK:
        _take_back(connection, now, last - now, recheck)
    elif now - last > _PAUSE:
        _resume(connection, at)


def _latest(connection: Connection) -> str:
    """When a source was asked last, in a store of a version that left no time; "" if none was."""
    return connection.execute(select(func.max(source.c.last_run))).scalar() or ""


def _take_back(connection: Connection, now: datetime, ahead: timedelta, recheck: Mapping[str, timedelta]) -> None:
    """Undo what was planned and found out by a clock that was ahead."""
    at = utc(now)
    for row in connection.execute(select(source).where(source.c.not_before > at)).all():
        # It wants to be left alone for as long as it said, from now on at the latest.
        until = min(datetime.fromisoformat(row.not_before) - ahead, now + sightings.LATEST)
        values = {"not_before": utc(until) if until > now else ""}
        connection.execute(update(source).where(source.c.id == row.id).values(**values))
    missing = sighting.c.missing_since > at
    connection.execute(update(sighting).where(missing).values(missing_since=at, next_look=at))
    for table, names in (
        (source, ("last_run", "last_success")),
        (sighting, ("first_seen", "failed_since")),
        (faults, ("since", "ended")),
    ):
        for name in names:
            connection.execute(update(table).where(table.c[name] > at).values({name: at}))
    given_up = sighting.c.state == sightings.GIVEN_UP, sighting.c.failed_since > utc(now - sightings.GIVE_UP_AFTER)
    connection.execute(update(sighting).where(*given_up).values(state=sightings.FAILED))
    late = sighting.c.next_look > utc(now + sightings.LATEST)
    connection.execute(update(sighting).where(late).values(next_look=at))
    for name, age in recheck.items():
        # They seemed to be too old for it.
        young = select(entries.c.id).where(entries.c.source == name, entries.c.published > utc(now - age))
        never = sighting.c.state == sightings.DONE, sighting.c.next_look == "", sighting.c.entry.in_(young)
        connection.execute(update(sighting).where(sighting.c.source == name, *never).values(next_look=at))


def _resume(connection: Connection, at: str) -> None:
    """Count anew how long something fails or is missing."""
    failing = sighting.c.state == sightings.FAILED
    connection.execute(update(sighting).where(failing).values(failed_since=at))
    there = select(entries.c.id).where(entries.c.gone == 0)
    missing = sighting.c.missing_since != "", sighting.c.entry.in_(there)
    connection.execute(update(sighting).where(*missing).values(missing_since=at))

"""How far a backfill is: the lists of a source's past that were asked for, and the releases that they named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from feedpub.model import Sighting
from feedpub.store import sightings
from feedpub.store.database import utc
from feedpub.store.schema import backfill
from feedpub.store.schema import sighting as rows

_OURS = (sightings.PAST, sightings.PAST_FAILED)
_decode = msgspec.json.Decoder(Sighting).decode
_named = msgspec.json.Decoder(list[tuple[str, str]]).decode


def done(connection: Connection, source: str) -> frozenset[str]:
    """The names of the parts that are read."""
    query = select(backfill.c.day).where(backfill.c.source == source, backfill.c.named == "")
    return frozenset(connection.execute(query).scalars())


def settle(connection: Connection, source: str, name: str) -> None:
    """Take note that a part is read."""
    _put(connection, source, name, "")


def remember(
    connection: Connection, source: str, name: str, seen: Iterable[Sighting], now: datetime, *, again: bool = False
) -> None:
    """Take note of the releases that a part names. They are no run's to read; those that runs know are left to them.

    Args:
        connection: to the store.
        source: its id.
        name: of the part; "" if it has to be asked again, whatever it says now.
        seen: what it names.
        now: the backfill's time.
        again: whether what could not be read before is tried again.
    """
    named = {(one.key, one.language): one for one in seen}
    for one in named.values():
        state = connection.execute(select(rows.c.state).where(sightings.same(one))).scalar()
        if state is None:
            connection.execute(insert(rows).values(**sightings.columns(one, sightings.PAST), first_seen=utc(now)))
        elif state == sightings.PAST or (again and state == sightings.PAST_FAILED):
            values = sightings.columns(one, sightings.PAST)
            connection.execute(update(rows).where(sightings.same(one)).values(**values))
    if name and named:
        _put(connection, source, name, msgspec.json.encode(list(named)).decode())


def named(connection: Connection, source: str, name: str) -> list[tuple[str, str]] | None:
    """The keys and languages of the releases that a part named; None if it has to be asked."""
    query = select(backfill.c.named).where(backfill.c.source == source, backfill.c.day == name)
    found = connection.execute(query).scalar()
    return None if found is None else _named(found or "[]")


def unread(connection: Connection, source: str, which: Sequence[tuple[str, str]]) -> list[Sighting]:
    """Those of some releases, by key and language, that a backfill has still to read."""
    columns = (rows.c.source == source, rows.c.state == sightings.PAST)
    found = []
    for key, language in which:
        query = select(rows.c.data).where(*columns, rows.c.key == key, rows.c.language == language)
        if data := connection.execute(query).scalar():
            found.append(_decode(data))
    return found


def fail(connection: Connection, one: Sighting, problem: str) -> None:
    """Take note that a release of the past could not be read, and why; unless a run knows it by now."""
    values = {"state": sightings.PAST_FAILED, "problem": problem}
    connection.execute(update(rows).where(sightings.same(one), rows.c.state.in_(_OURS)).values(**values))


def leave(connection: Connection, one: Sighting) -> None:
    """Leave a release to the next run."""
    connection.execute(update(rows).where(sightings.same(one)).values(state=sightings.DUE))


def _put(connection: Connection, source: str, name: str, named: str) -> None:
    connection.execute(delete(backfill).where(backfill.c.source == source, backfill.c.day == name))
    connection.execute(insert(backfill).values(source=source, day=name, named=named))

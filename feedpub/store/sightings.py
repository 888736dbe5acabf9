"""What the sources' lists said: which releases have to be read, and what to ask the lists with the next time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, tuple_, update

from feedpub.model import Sighting, Validators
from feedpub.store.database import utc
from feedpub.store.schema import sighting as sightings
from feedpub.store.schema import validators

DUE, FAILED, DONE, GIVEN_UP = "due", "failed", "done", "given up"
_GIVE_UP_AFTER = timedelta(days=7)
_BATCH = 300
_decode = msgspec.json.Decoder(Sighting).decode


def record(connection: Connection, seen: Sequence[Sighting], now: datetime) -> None:
    """Take note of what a list says: a release that is new, or whose stamp changed, is due to be read."""
    for start in range(0, len(seen), _BATCH):
        batch = {(one.key, one.language): one for one in seen[start : start + _BATCH]}.values()
        before = _known(connection, batch)
        for one in batch:
            known = before.get((one.key, one.language))
            if known is None:
                connection.execute(insert(sightings).values(**_row(one), first_seen=utc(now)))
            elif known.stamp != one.stamp or (known.digest and one.digest and known.digest != one.digest):
                connection.execute(update(sightings).where(_is(one)).values(**_row(one)))
            elif one.digest and not known.digest:
                connection.execute(update(sightings).where(_is(one)).values(data=_encode(one)))


def _known(connection: Connection, batch: Iterable[Sighting]) -> dict[tuple[str, str], Sighting]:
    keys = [(one.source, one.key, one.language) for one in batch]
    query = select(sightings.c.data).where(
        tuple_(sightings.c.source, sightings.c.key, sightings.c.language).in_(keys),
    )
    found = (_decode(data) for (data,) in connection.execute(query))
    return {(one.key, one.language): one for one in found}


def due(connection: Connection, source: str) -> list[Sighting]:
    """What has to be read: new, changed, or failed the last time."""
    return _in_state(connection, source, DUE, FAILED)


def _in_state(connection: Connection, source: str, *states: str) -> list[Sighting]:
    query = select(sightings.c.data).where(sightings.c.source == source, sightings.c.state.in_(states))
    return [_decode(data) for (data,) in connection.execute(query.order_by(sightings.c.first_seen))]


def settle(connection: Connection, one: Sighting, problem: str, now: datetime) -> bool:
    """Take note of how reading a release went; `problem` is empty when it went well.

    Returns:
        False if the release is given up, because it kept failing for a week.
    """
    if not problem:
        connection.execute(update(sightings).where(_is(one)).values(state=DONE, problem="", failed_since=""))
        return True
    since = connection.execute(select(sightings.c.failed_since).where(_is(one))).scalar_one() or utc(now)
    hopeless = since < utc(now - _GIVE_UP_AFTER)
    state = GIVEN_UP if hopeless else FAILED
    connection.execute(update(sightings).where(_is(one)).values(state=state, problem=problem, failed_since=since))
    return not hopeless


def forget_missing(connection: Connection, source: str, seen: Sequence[Sighting]) -> None:
    """Drop what is still to be read but no longer there, for a source whose list is complete."""
    there = {(one.key, one.language) for one in seen}
    for one in _in_state(connection, source, DUE, FAILED, GIVEN_UP):
        if (one.key, one.language) not in there:
            connection.execute(delete(sightings).where(_is(one)))


def failing(connection: Connection) -> list[tuple[str, str, str]]:
    """What could not be read: source, address and problem."""
    query = select(sightings.c.source, sightings.c.data, sightings.c.problem).where(
        sightings.c.state.in_((FAILED, GIVEN_UP)),
    )
    return [
        (source, _decode(data).address, problem)
        for source, data, problem in connection.execute(query.order_by(sightings.c.source, sightings.c.key))
    ]


def known_validators(connection: Connection, source: str) -> dict[str, Validators]:
    """What to ask a source's lists with, by address."""
    query = select(validators).where(validators.c.source == source)
    return {
        row.address: Validators(etag=row.etag, last_modified=row.last_modified) for row in connection.execute(query)
    }


def keep_validators(connection: Connection, source: str, given: dict[str, Validators]) -> None:
    """Keep what servers gave to ask them again with."""
    for address, one in given.items():
        connection.execute(delete(validators).where(validators.c.address == address))
        connection.execute(
            insert(validators).values(address=address, source=source, etag=one.etag, last_modified=one.last_modified),
        )


def _encode(one: Sighting) -> str:
    return msgspec.json.encode(one).decode()


def _is(one: Sighting) -> ColumnElement[bool]:
    return and_(
        sightings.c.source == one.source,
        sightings.c.key == one.key,
        sightings.c.language == one.language,
    )


def _row(one: Sighting) -> dict[str, object]:
    return {
        "source": one.source,
        "key": one.key,
        "language": one.language,
        "data": _encode(one),
        "state": DUE,
        "failed_since": "",
        "problem": "",
    }

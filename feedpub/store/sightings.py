"""What the sources' lists said: which releases have to be read, and what to ask the lists with the next time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    desc,
    func,
    insert,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from feedpub.model import Sighting, Validators
from feedpub.store.database import utc
from feedpub.store.schema import AWAY, LOOKED_AT, validators
from feedpub.store.schema import entry as entries
from feedpub.store.schema import sighting as sightings


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A release that was read: what its server gave to ask it again with, and since when it is missing ("" if not)."""

    sighting: Sighting
    entry: str
    validators: Validators
    missing_since: str


DUE, FAILED, DONE, GIVEN_UP = "due", "failed", "done", "given up"
PAST, PAST_FAILED = "past", "past failed"
"""What a backfill has to read, and what it could not: no run reads these."""
GIVE_UP_AFTER = timedelta(days=7)
LATEST = timedelta(days=7)
"""A release that is looked at again is so within so long."""
_BATCH = 300
_decode = msgspec.json.Decoder(Sighting).decode


def record(connection: Connection, seen: Sequence[Sighting], now: datetime) -> None:
    """Take note of what a list says: a release that is new, changed by its stamp or moved is due to be read."""
    for start in range(0, len(seen), _BATCH):
        batch = {(one.key, one.language): one for one in seen[start : start + _BATCH]}.values()
        _take_over(connection, batch)
        before = _known(connection, batch)
        for one in batch:
            known = before.get((one.key, one.language))
            if known is None:
                connection.execute(insert(sightings).values(**columns(one), first_seen=utc(now)))
            elif _is_other(known, one):
                connection.execute(update(sightings).where(same(one)).values(**columns(one)))
            elif one.digest and not known.digest:
                connection.execute(update(sightings).where(same(one)).values(data=_encode(one)))


def _take_over(connection: Connection, batch: Iterable[Sighting]) -> None:
    """What a list of today names is a run's to read, though a backfill found it first."""
    keys = [(one.source, one.key, one.language) for one in batch]
    where = tuple_(sightings.c.source, sightings.c.key, sightings.c.language).in_(keys)
    connection.execute(update(sightings).where(where, sightings.c.state.in_((PAST, PAST_FAILED))).values(state=DUE))


def _is_other(known: Sighting, one: Sighting) -> bool:
    """Whether a release has to be read again; a digest that comes or goes tells nothing."""
    if (known.stamp, known.address) != (one.stamp, one.address):
        return True
    return bool(known.digest and one.digest and known.digest != one.digest)


def _known(connection: Connection, batch: Iterable[Sighting]) -> dict[tuple[str, str], Sighting]:
    keys = [(one.source, one.key, one.language) for one in batch]
    query = select(sightings.c.data).where(
        tuple_(sightings.c.source, sightings.c.key, sightings.c.language).in_(keys),
    )
    found = (_decode(data) for (data,) in connection.execute(query))
    return {(one.key, one.language): one for one in found}


def due(connection: Connection, source: str) -> list[Sighting]:
    """What has to be read: new or changed, then what failed the last time."""
    return _in_state(connection, source, DUE, FAILED)


def asked_before(connection: Connection, source: str) -> list[tuple[str, str]]:
    """The keys and languages of what was read and became an entry, and of what could not be read."""
    asked = or_(sightings.c.entry != "", sightings.c.state.in_((FAILED, GIVEN_UP, PAST_FAILED)))
    query = select(sightings.c.key, sightings.c.language).where(sightings.c.source == source, asked)
    found = connection.execute(query.order_by(sightings.c.key, sightings.c.language))
    return [(row.key, row.language) for row in found]


def looks(connection: Connection, source: str, which: Sequence[tuple[str, str]]) -> list[Look]:
    """What is known of some releases, by key and language."""
    query = select(sightings).where(
        sightings.c.source == source, tuple_(sightings.c.key, sightings.c.language).in_(which)
    )
    return [_look(row) for row in connection.execute(query.order_by(sightings.c.key, sightings.c.language))]


def _in_state(connection: Connection, source: str, *states: str) -> list[Sighting]:
    query = select(sightings.c.data).where(sightings.c.source == source, sightings.c.state.in_(states))
    return [_decode(data) for (data,) in connection.execute(query.order_by(sightings.c.state, sightings.c.first_seen))]


def look(connection: Connection, one: Sighting) -> Look | None:
    """What is known of a release from reading it; None if it was never listed."""
    found = connection.execute(select(sightings).where(same(one))).first()
    return _look(found) if found else None


def any_listed(connection: Connection, source: str) -> bool:
    """Whether there was a release in a source's lists."""
    query = select(sightings.c.key).where(sightings.c.source == source, sightings.c.listed == 1)
    return connection.execute(query.where(sightings.c.state == DONE).limit(1)).first() is not None


def has_other(connection: Connection, one: Sighting, entry: str) -> bool:
    """Whether an entry was also read from another sighting that is not missing: a file that was renamed."""
    query = select(sightings.c.key).where(
        sightings.c.entry == entry, sightings.c.state == DONE, sightings.c.missing_since == "", not_(same(one))
    )
    return connection.execute(query.limit(1)).first() is not None


def forget(connection: Connection, one: Sighting) -> None:
    """Drop what is known of a release as a list has it; its entry stays."""
    connection.execute(delete(sightings).where(same(one)))


def settle(connection: Connection, one: Sighting, entry: str, validators_: Validators, next_look: str) -> None:
    """Take note that a release was read, or is as it was: what it became, and when to look again ("" is never)."""
    connection.execute(
        update(sightings)
        .where(same(one))
        .values(
            state=DONE,
            problem="",
            failed_since="",
            missing_since="",
            entry=entry,
            next_look=next_look,
            etag=validators_.etag,
            last_modified=validators_.last_modified,
        ),
    )


def look_later(connection: Connection, one: Sighting, next_look: str) -> None:
    """Have a release looked at again at another time ("" is never)."""
    connection.execute(update(sightings).where(same(one)).values(next_look=next_look))


def miss(connection: Connection, one: Sighting, since: str, next_look: str) -> None:
    """Take note that a release was not where it was, since when, and when to look again."""
    # Without validators: when it is there again, it has to be read.
    values = {"state": DONE, "problem": "", "failed_since": "", "missing_since": since, "next_look": next_look}
    values |= {"etag": "", "last_modified": ""}
    connection.execute(update(sightings).where(same(one)).values(**values))


def looks_due(connection: Connection, source: str, now: datetime, limit: int) -> list[Look]:
    """The releases that it is time to look at again, the longest due first."""
    query = select(sightings).where(
        sightings.c.source == source,
        LOOKED_AT,
        sightings.c.next_look <= utc(now),
        sightings.c.state == DONE,
    )
    return [_look(found) for found in connection.execute(query.order_by(sightings.c.next_look).limit(limit))]


def control(connection: Connection, source: str, besides: Iterable[str]) -> Look | None:
    """A release that should be there, to tell a release that is gone from a site that is broken; the newest read.

    Args:
        connection: to the store.
        source: its id.
        besides: keys of those that are known to be gone.
    """
    query = select(sightings).where(
        sightings.c.source == source,
        sightings.c.state == DONE,
        sightings.c.missing_since == "",
        sightings.c.key.not_in(list(besides)),
    )
    found = connection.execute(query.order_by(desc(sightings.c.first_seen), desc(sightings.c.key)).limit(1)).first()
    return _look(found) if found else None


def count_missing(connection: Connection, source: str, since: str, besides: Iterable[str]) -> int:
    """How many releases are missing, and were first missed after a moment.

    Args:
        connection: to the store.
        source: its id.
        since: the moment, as the store writes it.
        besides: keys of those that are not counted.
    """
    query = select(func.count()).select_from(sightings)
    query = query.where(sightings.c.source == source, sightings.c.missing_since != "")
    query = query.where(sightings.c.missing_since > since)
    return connection.execute(query.where(sightings.c.key.not_in(list(besides)))).scalar_one()


def compare(connection: Connection, source: str, listed: Sequence[Sighting], now: datetime, *, complete: bool) -> None:
    """Find out what a list no longer has and has again, and have both looked at.

    What should be in a list that is not complete is what was issued after the oldest in it that tells its time.
    """
    there = {(one.key, one.language) for one in listed}
    again = select(sightings).where(sightings.c.source == source, AWAY)
    for row in connection.execute(again).all():
        if (row.key, row.language) in there and not row.listed:
            look = utc(now) if row.missing_since else row.next_look
            connection.execute(update(sightings).where(_same(row)).values(listed=1, next_look=look))
    for row in _expected(connection, source, listed, complete=complete):
        if (row.key, row.language) not in there:
            connection.execute(update(sightings).where(_same(row)).values(listed=0, next_look=utc(now)))


def _expected(connection: Connection, source: str, listed: Sequence[Sighting], *, complete: bool) -> list[Row[Any]]:
    """The releases that were in a list and should be in it still."""
    known = (sightings.c.source == source, sightings.c.state == DONE, sightings.c.listed == 1)
    columns = select(sightings.c.source, sightings.c.key, sightings.c.language)
    if complete:
        return list(connection.execute(columns.where(*known)))
    oldest: dict[str, datetime] = {}
    for one in listed:
        if one.issued:
            # By UTC: in the hour that a zone has twice, its own clock tells no order.
            moment = one.issued.astimezone(UTC)
            oldest[one.language] = min(moment, oldest.get(one.language, moment))
    found: list[Row[Any]] = []
    for language, moment in sorted(oldest.items()):
        query = columns.join(entries, entries.c.id == sightings.c.entry)
        query = query.where(*known, sightings.c.language == language, entries.c.published > utc(moment))
        found += connection.execute(query)
    return found


def fail(connection: Connection, one: Sighting, problem: str, now: datetime, *, for_ever: bool = True) -> bool:
    """Take note that a release could not be read, and why.

    Args:
        connection: to the store.
        one: which release.
        problem: why.
        now: of the run.
        for_ever: whether it may be given up, because others could be read.

    Returns:
        False if the release is given up, because it kept failing for a week.
    """
    since = connection.execute(select(sightings.c.failed_since).where(same(one))).scalar_one() or utc(now)
    hopeless = for_ever and since < utc(now - GIVE_UP_AFTER)
    state = GIVEN_UP if hopeless else FAILED
    connection.execute(update(sightings).where(same(one)).values(state=state, problem=problem, failed_since=since))
    return not hopeless


def forget_missing(connection: Connection, source: str, seen: Sequence[Sighting]) -> None:
    """Drop what is still to be read but no longer there, for a source whose list is complete.

    What was read before is kept where the list is not empty: it is missing, like all that were read (`compare`).
    """
    there = {(one.key, one.language) for one in seen}
    for one in _in_state(connection, source, DUE, FAILED, GIVEN_UP):
        if (one.key, one.language) not in there:
            if seen:
                read = {"state": DONE, "problem": "", "failed_since": ""}
                connection.execute(update(sightings).where(same(one), sightings.c.entry != "").values(**read))
            connection.execute(delete(sightings).where(same(one), sightings.c.state != DONE))


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


def _look(found: Row[Any]) -> Look:
    return Look(
        sighting=_decode(found.data),
        entry=found.entry,
        validators=Validators(etag=found.etag, last_modified=found.last_modified),
        missing_since=found.missing_since,
    )


def _same(found: Row[Any]) -> ColumnElement[bool]:
    return and_(
        sightings.c.source == found.source, sightings.c.key == found.key, sightings.c.language == found.language
    )


def _encode(one: Sighting) -> str:
    return msgspec.json.encode(one).decode()


def same(one: Sighting) -> ColumnElement[bool]:
    """That a row is a release's."""
    return and_(
        sightings.c.source == one.source,
        sightings.c.key == one.key,
        sightings.c.language == one.language,
    )


def columns(one: Sighting, state: str = DUE) -> dict[str, object]:
    """What a release's row has that a list says, and what is to be done with it."""
    return {
        "source": one.source,
        "key": one.key,
        "language": one.language,
        "data": _encode(one),
        "state": state,
        "failed_since": "",
        "problem": "",
    }

"""What the store takes back of a time that never was, and of one in which nothing ran."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from feedpub.model import Entry, Sighting
from feedpub.store import clock, entries, notes, published, schema, sightings
from feedpub.store.database import utc

HKT = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=HKT)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
RECHECK = {"gov": 30 * DAY}


def row(connection: Connection, key: str = "P1", **values: Any) -> None:
    """A release of which the store knows something."""
    one = Sighting(source="gov", key=key, language="en", address=f"https://x.example/{key}", stamp="a")
    known = {"entry": "", "listed": 1, "next_look": "", "missing_since": "", "etag": "", "last_modified": ""}
    connection.execute(
        insert(schema.sighting).values(
            **sightings.columns(one, sightings.DONE) | known | {"first_seen": utc(NOW - DAY)} | values
        )
    )


def entry(connection: Connection, key: str = "P1", issued: datetime = NOW - DAY) -> str:
    one = Entry(id=f"tag:{key}", source="gov", key=key, language="en", title="T", published=issued, updated=issued)
    entries.add(connection, one, 1)
    return one.id


def known(connection: Connection, key: str = "P1") -> Any:
    return connection.execute(select(schema.sighting).where(schema.sighting.c.key == key)).one()


def ran(connection: Connection, *moments: datetime) -> None:
    for moment in moments:
        clock.check(connection, moment, RECHECK)


def test_each_run_leaves_its_time(connection: Connection) -> None:
    ran(connection, NOW, NOW + HOUR)
    assert notes.get(connection, "clock") == utc(NOW + HOUR)


@pytest.mark.parametrize("back", [timedelta(), timedelta(minutes=59)])
def test_a_clock_that_is_set_back_a_little_changes_nothing(back: timedelta, connection: Connection) -> None:
    row(connection, next_look=utc(NOW + 20 * DAY), missing_since=utc(NOW + HOUR), failed_since=utc(NOW + HOUR))
    before = known(connection)
    ran(connection, NOW, NOW - back)
    assert known(connection) == before


def test_what_is_known_of_a_time_that_has_not_come_is_of_now(connection: Connection) -> None:
    far = utc(NOW + YEAR)
    row(connection, state=sightings.FAILED, first_seen=far, failed_since=far, missing_since=far, next_look=far)
    published.record_source(connection, "gov", far, "", "", "")
    ran(connection, NOW + YEAR, NOW)
    found, state = known(connection), published.source_states(connection)["gov"]
    assert {found.first_seen, found.failed_since, found.missing_since, found.next_look} == {utc(NOW)}
    assert (state.last_run, state.last_success) == (utc(NOW), utc(NOW))


def test_what_is_known_of_the_past_stands(connection: Connection) -> None:
    past = utc(NOW - HOUR)
    row(connection, first_seen=past, next_look=utc(NOW + 6 * DAY))
    published.record_source(connection, "gov", past, "", "", "")
    before = known(connection)
    ran(connection, NOW + YEAR, NOW)
    assert known(connection) == before
    assert published.source_states(connection)["gov"].last_success == past


def test_what_was_given_up_too_soon_is_tried_again(connection: Connection) -> None:
    row(connection, "soon", state=sightings.GIVEN_UP, failed_since=utc(NOW - DAY))
    row(connection, "long", state=sightings.GIVEN_UP, failed_since=utc(NOW - 9 * DAY))
    ran(connection, NOW + YEAR, NOW)
    assert [known(connection, key).state for key in ("soon", "long")] == [sightings.FAILED, sightings.GIVEN_UP]


def test_what_seemed_to_be_too_old_is_looked_at_again(connection: Connection) -> None:
    for key, issued in (("young", NOW - DAY), ("old", NOW - 31 * DAY)):
        row(connection, key, entry=entry(connection, key, issued))
    ran(connection, NOW + YEAR, NOW)
    assert [known(connection, key).next_look for key in ("young", "old")] == [utc(NOW), ""]


@pytest.mark.parametrize(
    ("asked", "left"),
    [(2 * HOUR, 2 * HOUR), (-2 * HOUR, timedelta())],
)
def test_who_asked_to_be_left_alone_is_for_what_is_left_of_it(
    asked: timedelta, left: timedelta, connection: Connection
) -> None:
    wrong = NOW + YEAR
    published.record_source(connection, "gov", utc(wrong), "HTTP 429", "", utc(wrong + asked))
    ran(connection, wrong, NOW)
    assert published.source_states(connection)["gov"].not_before == (utc(NOW + left) if left else "")


def test_a_store_of_a_version_that_left_no_time_knows_when_a_source_was_asked(connection: Connection) -> None:
    row(connection, next_look=utc(NOW + YEAR))
    published.record_source(connection, "gov", utc(NOW + YEAR), "", "", "")
    ran(connection, NOW)
    assert known(connection).next_look == utc(NOW)


@pytest.mark.parametrize(("gap", "anew"), [(DAY, ""), (3 * DAY, ""), (3 * DAY + HOUR, "anew"), (20_000 * DAY, "anew")])
def test_time_without_runs_is_none_in_which_something_failed_or_was_missing(
    gap: timedelta, anew: str, connection: Connection
) -> None:
    then = utc(NOW - gap)
    row(connection, "failed", state=sightings.FAILED, failed_since=then)
    row(connection, "missing", missing_since=then, entry=entry(connection, "missing"))
    ran(connection, NOW - gap, NOW)
    assert known(connection, "failed").failed_since == (utc(NOW) if anew else then)
    assert known(connection, "missing").missing_since == (utc(NOW) if anew else then)

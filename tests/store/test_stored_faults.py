"""Faults as the store keeps them: standing, ended, and each beginning and end given out once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from feedpub.report import Fault
from feedpub.store import faults
from feedpub.store.database import Store, utc
from feedpub.store.faults import Ended, News
from feedpub.store.schema import fault as rows

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SILENT = Fault("silent", "nothing new for 30 hours", since=utc(NOON))
EMPTY = Fault("empty", "the list is empty", "https://office.example/list", utc(NOON + HOUR))


def standing(connection: Connection, source: str = "office") -> list[str]:
    return [one.name for one in faults.standing(connection, source)]


def take(connection: Connection, *sources: str, wanted: bool = True) -> News:
    return faults.take(connection, sources or ("office",), wanted=wanted)


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(rows)).scalar() or 0


def test_what_is_wrong_with_a_source_stands_the_oldest_first(connection: Connection) -> None:
    faults.begin(connection, "office", EMPTY, NOON + HOUR)
    faults.begin(connection, "office", SILENT, NOON)
    faults.begin(connection, "court", SILENT, NOON)
    assert faults.standing(connection, "office") == (SILENT, EMPTY)
    assert faults.standing(connection, "school") == ()


def test_a_fault_that_does_not_say_since_when_began_now(connection: Connection) -> None:
    faults.begin(connection, "office", Fault("empty", "the list is empty"), NOON)
    assert faults.standing(connection, "office")[0].since == "2026-11-20T12:00:00Z"


def test_what_is_said_of_a_fault_may_change_while_it_stands(connection: Connection) -> None:
    faults.begin(connection, "office", SILENT, NOON)
    later = Fault("silent", "nothing new\nfor 31 hours", "https://office.example/", since=utc(NOON))
    faults.begin(connection, "office", later, NOON + HOUR)
    kept = Fault("silent", "nothing new for 31 hours", "https://office.example/", since=utc(NOON))
    assert faults.standing(connection, "office") == (kept,)
    assert take(connection).begun == (("office", kept),)


def test_a_fault_that_ended_stands_no_more(connection: Connection) -> None:
    for one in (SILENT, EMPTY):
        faults.begin(connection, "office", one, NOON)
        faults.begin(connection, "court", one, NOON)
    faults.end(connection, "office", "silent", NOON + HOUR)
    assert standing(connection) == ["empty"]
    assert standing(connection, "court") == ["silent", "empty"]


def test_each_beginning_and_each_end_is_taken_once(connection: Connection) -> None:
    faults.begin(connection, "office", EMPTY, NOON)
    faults.begin(connection, "office", SILENT, NOON)
    assert take(connection) == News(begun=(("office", SILENT), ("office", EMPTY)))
    assert take(connection) == News()
    faults.end(connection, "office", "silent", NOON + 2 * HOUR)
    assert take(connection) == News(ended=(Ended("office", SILENT, utc(NOON + 2 * HOUR)),))
    assert take(connection) == News()
    assert count(connection) == 1, "what is over and was taken is forgotten"


def test_a_fault_that_begins_anew_is_taken_anew(connection: Connection) -> None:
    faults.begin(connection, "office", SILENT, NOON)
    faults.end(connection, "office", "silent", NOON + HOUR)
    take(connection)
    again = Fault("silent", "nothing new for 40 hours", since=utc(NOON + 3 * HOUR))
    faults.begin(connection, "office", again, NOON + 3 * HOUR)
    assert take(connection) == News(begun=(("office", again),))


def test_a_fault_that_came_and_went_before_it_was_taken_gives_both(connection: Connection) -> None:
    faults.begin(connection, "office", SILENT, NOON)
    faults.end(connection, "office", "silent", NOON + HOUR)
    assert take(connection) == News(begun=(("office", SILENT),), ended=(Ended("office", SILENT, utc(NOON + HOUR)),))
    assert count(connection) == 0


def test_a_fault_that_begins_again_before_its_end_was_taken_goes_on(connection: Connection) -> None:
    faults.begin(connection, "office", SILENT, NOON)
    take(connection)
    faults.end(connection, "office", "silent", NOON + HOUR)
    faults.begin(connection, "office", Fault("silent", "nothing new", since=utc(NOON + 2 * HOUR)), NOON + 2 * HOUR)
    assert take(connection) == News()
    assert [one.since for one in faults.standing(connection, "office")] == [SILENT.since]


def test_the_faults_of_a_source_that_is_no_longer_in_the_config_are_forgotten(connection: Connection) -> None:
    for source in ("court", "school"):
        faults.begin(connection, source, SILENT, NOON)
    faults.begin(connection, "office", SILENT, NOON)
    faults.end(connection, "school", "silent", NOON + HOUR)
    assert take(connection) == News(begun=(("office", SILENT),))
    assert count(connection) == 1


def test_where_there_is_nobody_to_tell_nothing_is_taken_and_what_is_over_is_forgotten(connection: Connection) -> None:
    for one in (SILENT, EMPTY):
        faults.begin(connection, "office", one, NOON)
    faults.end(connection, "office", "empty", NOON + HOUR)
    assert take(connection, wanted=False) == News()
    assert count(connection) == 1
    assert take(connection) == News(begun=(("office", SILENT),)), "who is named later is told of what stands"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('faults')}/feedpub.db")
    yield store
    store.close()


@given(st.lists(st.sampled_from(["begin", "end", "take"]), max_size=25))
@settings(max_examples=60, deadline=None)
def test_beginnings_and_ends_take_turns_and_the_last_one_says_how_it_is(store: Store, steps: list[str]) -> None:
    told: list[str] = []
    stands = False
    with store.transaction() as connection:
        connection.execute(rows.delete())
        for hours, step in enumerate([*steps, "take"]):
            now = NOON + hours * HOUR
            if step == "begin":
                faults.begin(connection, "office", Fault("silent", "nothing new", since=utc(now)), now)
                stands = True
            elif step == "end":
                faults.end(connection, "office", "silent", now)
                stands = False
            else:
                news = take(connection)
                told += ["began"] * len(news.begun) + ["ended"] * len(news.ended)
            assert bool(faults.standing(connection, "office")) == stands
    assert told == [("began", "ended")[number % 2] for number in range(len(told))]
    assert (told[-1:] == ["began"]) == stands

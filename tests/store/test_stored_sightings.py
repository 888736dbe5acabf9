from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from feedpub.model import Sighting, Validators
from feedpub.store import sightings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def seen(key: str, stamp: str = "a", *, source: str = "hksar", language: str = "en") -> Sighting:
    address = f"https://{source}.example/{language}/{key}"
    return Sighting(source=source, key=key, language=language, address=address, stamp=stamp, issued=NOW)


def due(connection: Connection, source: str = "hksar") -> list[Sighting]:
    return sightings.due(connection, source)


def read(connection: Connection, one: Sighting) -> None:
    """Take note that a release was read, and need not be looked at again."""
    sightings.settle(connection, one, f"tag:{one.key}", Validators(), "")


# Due


def test_a_release_that_is_seen_for_the_first_time_is_due_with_all_that_was_said_of_it(connection: Connection) -> None:
    sightings.record(connection, [seen("P1")], NOW)
    assert due(connection) == [seen("P1")]


def test_a_release_that_was_read_is_no_longer_due_however_often_it_is_seen(connection: Connection) -> None:
    sightings.record(connection, [seen("P1")], NOW)
    read(connection, seen("P1"))
    sightings.record(connection, [seen("P1")], NOW + DAY)
    assert due(connection) == []
    assert sightings.failing(connection) == []


def test_a_release_whose_stamp_changed_is_due_again_as_it_is_now(connection: Connection) -> None:
    sightings.record(connection, [seen("P1", "a")], NOW)
    read(connection, seen("P1", "a"))
    sightings.record(connection, [seen("P1", "b")], NOW + DAY)
    assert due(connection) == [seen("P1", "b")]


def test_a_release_that_is_due_and_changes_is_due_once(connection: Connection) -> None:
    sightings.record(connection, [seen("P1", "a")], NOW)
    sightings.record(connection, [seen("P1", "b")], NOW + DAY)
    assert due(connection) == [seen("P1", "b")]


def test_languages_and_sources_are_apart(connection: Connection) -> None:
    sightings.record(connection, [seen("P1"), seen("P1", language="zh-Hant"), seen("P1", source="inbox")], NOW)
    read(connection, seen("P1"))
    assert due(connection) == [seen("P1", language="zh-Hant")]
    assert due(connection, "inbox") == [seen("P1", source="inbox")]


def test_what_was_seen_first_is_due_first(connection: Connection) -> None:
    sightings.record(connection, [seen("P9")], NOW)
    sightings.record(connection, [seen("P1"), seen("P5")], NOW + DAY)
    assert due(connection)[0].key == "P9"


def test_a_list_keeps_its_order(connection: Connection) -> None:
    listed = [seen(f"P{number * 7 % 50}") for number in range(50)]
    sightings.record(connection, listed, NOW)
    assert due(connection) == listed


def test_a_list_of_any_length_is_recorded(connection: Connection) -> None:
    listed = [seen(f"P{number}") for number in range(1201)]
    sightings.record(connection, listed, NOW)
    sightings.record(connection, listed, NOW)
    assert len(due(connection)) == 1201


def test_a_list_that_names_a_release_twice_is_recorded(connection: Connection) -> None:
    sightings.record(connection, [seen("P1", "a"), seen("P2"), seen("P1", "a")], NOW)
    assert [one.key for one in due(connection)] == ["P1", "P2"]


def test_an_empty_list_changes_nothing(connection: Connection) -> None:
    sightings.record(connection, [seen("P1")], NOW)
    sightings.record(connection, [], NOW)
    assert due(connection) == [seen("P1")]


# Failed


def test_a_release_that_failed_is_due_again_and_told_with_its_problem(connection: Connection) -> None:
    sightings.record(connection, [seen("P1"), seen("P2")], NOW)
    assert sightings.fail(connection, seen("P1"), "cut off", NOW) is True
    read(connection, seen("P2"))
    assert due(connection) == [seen("P1")]
    assert sightings.failing(connection) == [("hksar", "https://hksar.example/en/P1", "cut off")]


def test_the_last_problem_is_the_one_that_is_told(connection: Connection) -> None:
    sightings.record(connection, [seen("P1")], NOW)
    sightings.fail(connection, seen("P1"), "first", NOW)
    sightings.fail(connection, seen("P1"), "second", NOW)
    assert [problem for _, _, problem in sightings.failing(connection)] == ["second"]


def test_a_release_that_failed_and_then_was_read_is_well(connection: Connection) -> None:
    sightings.record(connection, [seen("P1")], NOW)
    sightings.fail(connection, seen("P1"), "cut off", NOW)
    read(connection, seen("P1"))
    assert due(connection) == []
    assert sightings.failing(connection) == []


def test_a_release_that_fails_for_seven_days_is_still_tried(connection: Connection) -> None:
    sightings.record(connection, [seen("P1")], NOW)
    for day in range(8):
        assert sightings.fail(connection, seen("P1"), "cut off", NOW + day * DAY) is True
        assert due(connection) == [seen("P1")]


def test_a_release_that_fails_for_longer_is_given_up_and_still_told(connection: Connection) -> None:
    sightings.record(connection, [seen("P1")], NOW)
    assert sightings.fail(connection, seen("P1"), "cut off", NOW) is True
    assert sightings.fail(connection, seen("P1"), "cut off", NOW + 7 * DAY) is True
    assert sightings.fail(connection, seen("P1"), "still cut off", NOW + 7 * DAY + timedelta(seconds=1)) is False
    assert due(connection) == []
    assert sightings.failing(connection) == [("hksar", "https://hksar.example/en/P1", "still cut off")]


def test_seeing_a_release_that_was_given_up_does_not_bring_it_back(connection: Connection) -> None:
    sightings.record(connection, [seen("P1")], NOW)
    sightings.fail(connection, seen("P1"), "cut off", NOW)
    assert sightings.fail(connection, seen("P1"), "cut off", NOW + 8 * DAY) is False
    sightings.record(connection, [seen("P1")], NOW + 9 * DAY)
    assert due(connection) == []


def test_a_change_of_its_stamp_brings_back_a_release_that_was_given_up_with_a_new_week(connection: Connection) -> None:
    sightings.record(connection, [seen("P1", "a")], NOW)
    sightings.fail(connection, seen("P1", "a"), "cut off", NOW)
    assert sightings.fail(connection, seen("P1", "a"), "cut off", NOW + 8 * DAY) is False
    sightings.record(connection, [seen("P1", "b")], NOW + 9 * DAY)
    assert due(connection) == [seen("P1", "b")]
    assert sightings.failing(connection) == []
    assert sightings.fail(connection, seen("P1", "b"), "cut off", NOW + 10 * DAY) is True


def test_an_edit_that_fails_a_year_later_has_its_week_too(connection: Connection) -> None:
    sightings.record(connection, [seen("P1", "a")], NOW)
    read(connection, seen("P1", "a"))
    sightings.record(connection, [seen("P1", "b")], NOW + 365 * DAY)
    assert sightings.fail(connection, seen("P1", "b"), "cut off", NOW + 366 * DAY) is True


def test_a_source_that_was_away_for_weeks_does_not_lose_its_releases_at_their_first_failure(
    connection: Connection,
) -> None:
    # The run was stopped before it read the release, and the machine was off for a month.
    sightings.record(connection, [seen("P1")], NOW)
    assert sightings.fail(connection, seen("P1"), "no answer", NOW + 30 * DAY) is True
    assert due(connection) == [seen("P1")]


# Gone


def test_what_a_complete_list_no_longer_names_is_not_tried_again(connection: Connection) -> None:
    sightings.record(connection, [seen("P1"), seen("P2"), seen("P3", source="inbox")], NOW)
    sightings.fail(connection, seen("P1"), "cut off", NOW)
    sightings.forget_missing(connection, "hksar", [seen("P2")])
    assert due(connection) == [seen("P2")]
    assert sightings.failing(connection) == []
    assert due(connection, "inbox") == [seen("P3", source="inbox")]


def test_what_was_read_stays_read_though_a_list_leaves_it_out_for_a_while(connection: Connection) -> None:
    sightings.record(connection, [seen("P1")], NOW)
    read(connection, seen("P1"))
    sightings.forget_missing(connection, "hksar", [])
    sightings.record(connection, [seen("P1")], NOW + DAY)
    assert due(connection) == []


def test_what_was_given_up_and_is_gone_is_no_longer_told(connection: Connection) -> None:
    # Else a file that could not be read and was deleted makes `feedpub status` fail for ever.
    sightings.record(connection, [seen("P1")], NOW)
    assert sightings.fail(connection, seen("P1"), "cut off", NOW) is True
    assert sightings.fail(connection, seen("P1"), "cut off", NOW + 8 * DAY) is False
    sightings.forget_missing(connection, "hksar", [])
    assert sightings.failing(connection) == []


# Validators


def test_validators_come_back_by_address_for_their_source_only(connection: Connection) -> None:
    given = {"https://a.example/en": Validators(etag='"1"'), "https://a.example/zh": Validators(last_modified="Mon")}
    sightings.keep_validators(connection, "hksar", given)
    sightings.keep_validators(connection, "other", {"https://b.example/": Validators(etag='"2"', last_modified="Tue")})
    assert sightings.known_validators(connection, "hksar") == given
    assert sightings.known_validators(connection, "nobody") == {}


def test_new_validators_replace_the_old_ones_of_their_address(connection: Connection) -> None:
    sightings.keep_validators(connection, "hksar", {"/a": Validators(etag='"1"'), "/b": Validators(etag='"1"')})
    sightings.keep_validators(connection, "hksar", {"/a": Validators(last_modified="Tue")})
    assert sightings.known_validators(connection, "hksar") == {
        "/a": Validators(last_modified="Tue"),
        "/b": Validators(etag='"1"'),
    }

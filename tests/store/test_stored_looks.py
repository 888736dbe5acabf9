"""Releases that were read: when to look at them again, and what the lists say of those that are not there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection

from feedpub.model import Entry, Sighting, Validators
from feedpub.store import entries, sightings
from feedpub.store.database import utc
from feedpub.store.sightings import Look

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HONG_KONG = timezone(timedelta(hours=8))
HOUR = timedelta(hours=1)
NEVER = ""
NOTHING = Validators()


def seen(
    key: str, hours: float | None = None, *, stamp: str = "a", source: str = "hksar", language: str = "en"
) -> Sighting:
    """A release as a list has it, issued so many hours before now."""
    return Sighting(
        source=source,
        key=key,
        language=language,
        address=f"https://{source}.example/{language}/{key}",
        stamp=stamp,
        issued=None if hours is None else NOW - hours * HOUR,
    )


def read(
    connection: Connection,
    one: Sighting,
    *,
    entry: str = "",
    at: datetime = NOW,
    validators: Validators = NOTHING,
    next_look: str = NEVER,
) -> None:
    """Have a release in the list and its entry in the store."""
    sightings.record(connection, [one], at)
    identifier = entry or f"tag:{one.source}:{one.key}:{one.language}"
    if entries.owner(connection, identifier) is None:
        entries.add(connection, _entry(one, identifier), 1)
    sightings.settle(connection, one, identifier, validators, next_look)


def _entry(one: Sighting, identifier: str) -> Entry:
    issued = (one.issued or NOW).astimezone(HONG_KONG)
    return Entry(
        id=identifier,
        source=one.source,
        key=one.key,
        language=one.language,
        title="Title",
        published=issued,
        updated=issued,
    )


def known(connection: Connection, one: Sighting) -> Look:
    found = sightings.look(connection, one)
    assert found is not None
    return found


def due(connection: Connection, *, hours: float = 0, source: str = "hksar", limit: int = 10) -> list[str]:
    """The keys of what has to be looked at again so many hours from now, as often as it is in it."""
    return [look.sighting.key for look in sightings.looks_due(connection, source, NOW + hours * HOUR, limit)]


def compare(connection: Connection, *listed: Sighting, complete: bool = False, now: datetime = NOW) -> None:
    sightings.compare(connection, "hksar", listed, now, complete=complete)


# What is known from reading


def test_a_release_that_was_never_listed_is_not_known(connection: Connection) -> None:
    assert sightings.look(connection, seen("P1")) is None


def test_a_release_that_is_listed_and_not_read_yet_has_become_nothing(connection: Connection) -> None:
    sightings.record(connection, [seen("P1")], NOW)
    assert sightings.look(connection, seen("P1")) == Look(
        sighting=seen("P1"), entry="", validators=NOTHING, missing_since=""
    )


def test_a_release_that_was_read_is_known_with_its_entry_and_what_its_server_gave(connection: Connection) -> None:
    given = Validators(etag='"7"', last_modified="Mon, 23 Nov 2026 00:00:00 GMT")
    read(connection, seen("P1"), entry="tag:P1", validators=given)
    assert sightings.look(connection, seen("P1")) == Look(
        sighting=seen("P1"), entry="tag:P1", validators=given, missing_since=""
    )
    assert sightings.look(connection, seen("P1", language="zh-Hant")) is None


def test_validators_that_a_server_no_longer_gives_are_not_kept(connection: Connection) -> None:
    read(connection, seen("P1"), validators=Validators(etag='"7"'))
    read(connection, seen("P1"), validators=Validators(last_modified="Mon"))
    assert known(connection, seen("P1")).validators == Validators(last_modified="Mon")


def test_a_release_that_changed_in_its_list_and_cannot_be_read_keeps_its_entry(connection: Connection) -> None:
    read(connection, seen("P1"), entry="tag:P1")
    sightings.record(connection, [seen("P1", stamp="b")], NOW)
    sightings.fail(connection, seen("P1", stamp="b"), "cut off", NOW)
    assert known(connection, seen("P1")).entry == "tag:P1"


# When to look again


def test_a_release_is_looked_at_again_when_its_time_has_come(connection: Connection) -> None:
    read(connection, seen("P1"), next_look=utc(NOW + HOUR))
    assert due(connection, hours=0.99) == []
    assert due(connection, hours=1) == ["P1"]
    assert due(connection, hours=100) == ["P1"], "until it is settled"


def test_a_release_that_need_not_be_looked_at_again_never_is(connection: Connection) -> None:
    read(connection, seen("P1"), next_look=NEVER)
    assert due(connection, hours=100_000) == []


def test_the_longest_due_are_looked_at_first_and_only_so_many(connection: Connection) -> None:
    for key, hours in (("P1", 3), ("P2", 1), ("P3", 2)):
        read(connection, seen(key), next_look=utc(NOW + hours * HOUR))
    assert due(connection, hours=5) == ["P2", "P3", "P1"]
    assert due(connection, hours=5, limit=2) == ["P2", "P3"]


def test_a_look_that_is_settled_is_due_at_its_next_time(connection: Connection) -> None:
    read(connection, seen("P1"), next_look=utc(NOW))
    read(connection, seen("P1"), next_look=utc(NOW + 3 * HOUR))
    assert due(connection, hours=2) == []
    assert due(connection, hours=3) == ["P1"]


def test_a_look_may_be_put_off_or_be_left_for_good(connection: Connection) -> None:
    read(connection, seen("P1"), entry="tag:P1", validators=Validators(etag='"7"'), next_look=utc(NOW))
    sightings.look_later(connection, seen("P1"), utc(NOW + HOUR))
    assert due(connection) == []
    assert due(connection, hours=1) == ["P1"]
    assert (known(connection, seen("P1")).entry, known(connection, seen("P1")).validators.etag) == ("tag:P1", '"7"')
    sightings.look_later(connection, seen("P1"), NEVER)
    assert due(connection, hours=100_000) == []


@pytest.mark.parametrize("fails", [False, True])
def test_what_is_due_to_be_read_is_not_also_looked_at(fails: bool, connection: Connection) -> None:  # noqa: FBT001 - a table's column
    read(connection, seen("P1"), next_look=utc(NOW))
    sightings.record(connection, [seen("P1", stamp="b")], NOW)
    if fails:
        sightings.fail(connection, seen("P1", stamp="b"), "cut off", NOW)
    assert due(connection, hours=100) == []
    assert [one.key for one in sightings.due(connection, "hksar")] == ["P1"]


def test_the_looks_of_sources_are_apart(connection: Connection) -> None:
    read(connection, seen("P1"), next_look=utc(NOW))
    read(connection, seen("P2", source="inbox"), next_look=utc(NOW))
    assert due(connection) == ["P1"]
    assert due(connection, source="inbox") == ["P2"]


# Missing


def test_a_missing_release_is_known_as_such_since_when_and_keeps_its_entry(connection: Connection) -> None:
    read(connection, seen("P1"), entry="tag:P1")
    sightings.miss(connection, seen("P1"), utc(NOW), utc(NOW + HOUR))
    found = known(connection, seen("P1"))
    assert (found.entry, found.missing_since) == ("tag:P1", utc(NOW))
    assert due(connection, hours=0.99) == []
    assert due(connection, hours=1) == ["P1"]


def test_a_missing_release_is_asked_for_whole_when_it_is_there_again(connection: Connection) -> None:
    # Its server would say "not modified", and the entry would stay withdrawn.
    read(connection, seen("P1"), validators=Validators(etag='"7"', last_modified="Mon"))
    sightings.miss(connection, seen("P1"), utc(NOW), NEVER)
    assert known(connection, seen("P1")).validators == NOTHING


def test_a_missing_release_that_is_read_again_is_missing_no_more(connection: Connection) -> None:
    read(connection, seen("P1"))
    sightings.miss(connection, seen("P1"), utc(NOW), NEVER)
    read(connection, seen("P1"))
    assert known(connection, seen("P1")).missing_since == ""


def test_a_release_that_failed_before_it_was_missed_is_neither_due_nor_failing(connection: Connection) -> None:
    read(connection, seen("P1"))
    sightings.record(connection, [seen("P1", stamp="b")], NOW)
    sightings.fail(connection, seen("P1", stamp="b"), "cut off", NOW)
    sightings.miss(connection, seen("P1", stamp="b"), utc(NOW), NEVER)
    assert sightings.due(connection, "hksar") == []
    assert sightings.failing(connection) == []


def test_a_missing_release_that_changes_in_its_list_is_due_to_be_read(connection: Connection) -> None:
    read(connection, seen("P1"))
    sightings.miss(connection, seen("P1"), utc(NOW), NEVER)
    sightings.record(connection, [seen("P1", stamp="b")], NOW)
    assert sightings.due(connection, "hksar") == [seen("P1", stamp="b")]


# What a list no longer has: one that has the newest only


def test_what_a_list_of_the_newest_no_longer_has_is_looked_at(connection: Connection) -> None:
    for key, hours in (("P1", 1), ("P2", 2), ("P3", 3)):
        read(connection, seen(key, hours))
    compare(connection, seen("P1", 1), seen("P3", 3))
    assert due(connection) == ["P2"]


def test_what_is_older_than_the_oldest_in_a_list_fell_off_its_end_and_is_not_expected(connection: Connection) -> None:
    for key, hours in (("P1", 1), ("P2", 2), ("P3", 3), ("P4", 2)):
        read(connection, seen(key, hours))
    compare(connection, seen("P1", 1), seen("P2", 2))
    assert due(connection, hours=100) == [], "what was issued in the same minute as the oldest may have fallen off, too"


def test_what_is_expected_is_by_language(connection: Connection) -> None:
    for language in ("en", "zh-Hant"):
        read(connection, seen("P1", 2, language=language))
        read(connection, seen("P2", 5, language=language))
    compare(connection, seen("P3", 3), seen("P2", 5, language="zh-Hant"))
    looked = sightings.looks_due(connection, "hksar", NOW, 10)
    assert {(look.sighting.key, look.sighting.language) for look in looked} == {("P1", "en"), ("P1", "zh-Hant")}


@pytest.mark.parametrize("listed", [[], [seen("P9", 9, language="zh-Hant")], [seen("P9")]])
def test_a_list_that_tells_no_time_in_a_language_misses_nothing_in_it(
    listed: Sequence[Sighting], connection: Connection
) -> None:
    # A feed that answers "not modified" has no sightings, a listing page tells no times.
    read(connection, seen("P1", 1))
    compare(connection, *listed)
    assert due(connection, hours=100) == []


def test_the_oldest_that_tells_its_time_counts_where_others_do_not(connection: Connection) -> None:
    read(connection, seen("P1", 1))
    compare(connection, seen("P2"), seen("P3", 3))
    assert due(connection) == ["P1"]


def test_the_issue_time_that_counts_is_the_entrys_own(connection: Connection) -> None:
    # The list said nothing of it when it was read; the page said that it was issued now.
    read(connection, seen("P1"))
    compare(connection, seen("P3", 3))
    assert due(connection) == ["P1"]


def test_what_was_never_read_is_not_missed(connection: Connection) -> None:
    sightings.record(connection, [seen("P1", 1)], NOW)
    compare(connection, seen("P3", 3))
    assert due(connection, hours=100) == []


# What a list no longer has: one that is complete


def test_all_that_a_complete_list_no_longer_has_is_looked_at_however_old(connection: Connection) -> None:
    for key, hours in (("P1", 1), ("P2", 1000), ("P3", None)):
        read(connection, seen(key, hours))
    read(connection, seen("P4", language="zh-Hant"))
    compare(connection, seen("P1"), complete=True)
    assert sorted(due(connection)) == ["P2", "P3", "P4"]


def test_the_lists_of_sources_are_compared_apart(connection: Connection) -> None:
    read(connection, seen("P1"))
    read(connection, seen("P2", source="inbox"))
    compare(connection, seen("P1"), complete=True)
    assert due(connection, source="inbox") == []


@pytest.mark.parametrize("complete", [False, True])
def test_what_left_a_list_is_looked_at_once(complete: bool, connection: Connection) -> None:  # noqa: FBT001 - a table's column
    read(connection, seen("P1", 1))
    compare(connection, seen("P3", 3), complete=complete)
    assert due(connection) == ["P1"]
    read(connection, seen("P1", 1))
    compare(connection, seen("P3", 3), complete=complete, now=NOW + HOUR)
    assert due(connection, hours=100) == [], "it is there, only not listed"


# Back in the list


@pytest.mark.parametrize("complete", [False, True])
def test_a_missing_release_that_is_in_the_list_again_is_looked_at(complete: bool, connection: Connection) -> None:  # noqa: FBT001 - a table's column
    read(connection, seen("P1", 1))
    compare(connection, seen("P3", 3), complete=complete)
    sightings.miss(connection, seen("P1", 1), utc(NOW), NEVER)
    compare(connection, seen("P3", 3), complete=complete, now=NOW + HOUR)
    assert due(connection, hours=100) == []
    compare(connection, seen("P1", 1), seen("P3", 3), complete=complete, now=NOW + 2 * HOUR)
    assert due(connection, hours=1) == []
    assert due(connection, hours=2) == ["P1"]


def test_a_release_that_is_in_the_list_again_and_never_was_missing_keeps_its_time(connection: Connection) -> None:
    read(connection, seen("P1", 1))
    compare(connection, seen("P3", 3))
    sightings.look_later(connection, seen("P1", 1), utc(NOW + 5 * HOUR))
    compare(connection, seen("P1", 1), seen("P3", 3), now=NOW + HOUR)
    assert due(connection, hours=4) == []
    assert due(connection, hours=5) == ["P1"]


def test_a_release_that_leaves_the_list_a_second_time_is_looked_at_again(connection: Connection) -> None:
    read(connection, seen("P1", 1))
    compare(connection, seen("P3", 3))
    read(connection, seen("P1", 1))
    compare(connection, seen("P1", 1), seen("P3", 3))
    assert due(connection, hours=100) == []
    compare(connection, seen("P3", 3), now=NOW + HOUR)
    assert due(connection, hours=1) == ["P1"]


# A release that should be there


def test_the_control_is_the_release_that_was_listed_last(connection: Connection) -> None:
    for key, hours in (("P1", 3), ("P2", 1), ("P3", 2)):
        read(connection, seen(key), at=NOW - hours * HOUR, validators=Validators(etag=f'"{key}"'))
    found = sightings.control(connection, "hksar", [])
    assert found is not None
    assert (found.sighting.key, found.validators.etag) == ("P2", '"P2"')


def test_the_control_is_none_that_is_gone_or_missing_or_was_not_read(connection: Connection) -> None:
    for hours, key in enumerate(("P1", "P2", "P3", "P4", "P5")):
        read(connection, seen(key), at=NOW + hours * HOUR)
    sightings.record(connection, [seen("P6")], NOW + 6 * HOUR)
    sightings.record(connection, [seen("P5", stamp="b")], NOW + 6 * HOUR)
    sightings.miss(connection, seen("P4"), utc(NOW), NEVER)
    read(connection, seen("P7", source="inbox"), at=NOW + 7 * HOUR)
    found = sightings.control(connection, "hksar", ["P3", "P1"])
    assert found is not None
    assert found.sighting.key == "P2"


def test_where_all_is_gone_there_is_no_control(connection: Connection) -> None:
    assert sightings.control(connection, "hksar", []) is None
    read(connection, seen("P1"))
    assert sightings.control(connection, "hksar", ["P1"]) is None


# Another sighting of the same entry


def test_an_entry_that_was_read_from_another_file_as_well_was_renamed(connection: Connection) -> None:
    read(connection, seen("old-name"), entry="tag:P1")
    assert not sightings.has_other(connection, seen("old-name"), "tag:P1")
    read(connection, seen("new-name"), entry="tag:P1")
    assert sightings.has_other(connection, seen("old-name"), "tag:P1")
    assert not sightings.has_other(connection, seen("old-name"), "tag:P2")


def test_another_sighting_that_is_missing_itself_or_not_read_yet_does_not_count(connection: Connection) -> None:
    for name in ("old-name", "new-name", "third-name"):
        read(connection, seen(name), entry="tag:P1")
    sightings.miss(connection, seen("new-name"), utc(NOW), NEVER)
    sightings.record(connection, [seen("third-name", stamp="b")], NOW)
    assert not sightings.has_other(connection, seen("old-name"), "tag:P1")


def test_what_is_forgotten_is_a_new_release_when_it_is_listed_again_and_its_entry_stays(connection: Connection) -> None:
    read(connection, seen("P1"), entry="tag:P1")
    sightings.forget(connection, seen("P1"))
    assert sightings.look(connection, seen("P1")) is None
    assert entries.owner(connection, "tag:P1") == ("hksar", "P1", "en")
    sightings.record(connection, [seen("P1")], NOW)
    assert sightings.due(connection, "hksar") == [seen("P1")]


def test_what_is_forgotten_is_that_sighting_only(connection: Connection) -> None:
    read(connection, seen("P1"))
    read(connection, seen("P1", language="zh-Hant"))
    sightings.forget(connection, seen("P1"))
    assert sightings.look(connection, seen("P1", language="zh-Hant")) is not None


# Whether anything was listed


def test_a_source_has_something_listed_from_its_first_release_that_was_read(connection: Connection) -> None:
    assert not sightings.any_listed(connection, "hksar")
    sightings.record(connection, [seen("P1")], NOW)
    assert not sightings.any_listed(connection, "hksar")
    read(connection, seen("P1"))
    assert sightings.any_listed(connection, "hksar")
    assert not sightings.any_listed(connection, "inbox")


def test_a_source_whose_list_lost_all_it_had_has_nothing_listed(connection: Connection) -> None:
    read(connection, seen("P1"))
    compare(connection, seen("P2"), complete=True)
    assert not sightings.any_listed(connection, "hksar")
    compare(connection, seen("P1"), complete=True)
    assert sightings.any_listed(connection, "hksar")

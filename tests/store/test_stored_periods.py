"""Archive documents: which there are, which are due and why, and what each holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from sqlalchemy import Connection

from feedpub.entries.identity import story_id
from feedpub.model import Entry, Withdrawal
from feedpub.store import entries, periods, stories, tags
from feedpub.store.database import utc
from feedpub.store.periods import ANEW, CHANGED, EVERY, WAITING, Held, Period

HKT = timezone(timedelta(hours=8))
BOTH = ("en", "zh-Hant")


def at(day: int, hour: int = 12, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=HKT)


def entry(key: str, published: datetime, language: str = "en") -> Entry:
    return Entry(
        id=f"tag:www.gov.example,2026:{key}",
        source="gov",
        key=key,
        language=language,
        title=f"Title of {key}",
        published=published,
        updated=published,
    )


def tell(connection: Connection, *found: Entry, run: int = 1, feed: str = "") -> None:
    """Store entries as one story, founded by the first; in a feed, if one is named."""
    for one in found:
        entries.add(connection, one, run)
    stories.move(connection, [one.id for one in found], story_id(found[0].id), run)
    if feed:
        tags.enter(connection, [(feed, one) for one in found], run)


def bury(connection: Connection, one: Entry) -> None:
    gone = msgspec.structs.replace(one, withdrawn=Withdrawal(at=one.published, buried=True))
    entries.put(connection, gone, 9)


def mark(connection: Connection, *months: str, due: int = WAITING, feed: str = "all", edition: str = "en") -> None:
    for month in months:
        periods.mark(connection, feed, edition, month, due)


def publish(connection: Connection, upto: int = 1) -> None:
    """Have all documents that are due written."""
    for one in periods.due(connection):
        periods.settle(connection, msgspec.structs.replace(one, due=0, upto=upto), "digest", 1000)


def chain(connection: Connection, feed: str = "all", edition: str = "en") -> dict[str, tuple[bool, int]]:
    """The documents of an edition: whether each is written ahead, and why it is due."""
    found: dict[str, tuple[bool, int]] = {}
    month = ""
    while month := periods.around(connection, feed, edition, month)[1]:
        one = periods.known(connection, feed, edition, month)
        assert one is not None
        found[month] = one.ahead, one.due
    return found


def keys(found: list[Held]) -> list[str]:
    return [one.entry.rpartition(":")[2] for one in found]


def held(connection: Connection, month: str, languages: tuple[str, ...] = ("en",), feed: str = EVERY) -> list[str]:
    return keys(periods.held(connection, feed, languages, month))


def held_bilingual(connection: Connection, month: str, feed: str = EVERY) -> list[str]:
    """The stories, by the keys of their founders."""
    found = periods.held_bilingual(connection, feed, BOTH, month)
    return [one.story.rpartition(":")[2].removesuffix("?story") for one in found]


# Which documents there are


def test_a_document_that_nobody_marked_is_not_known(connection: Connection) -> None:
    assert periods.known(connection, "all", "en", "2026-11") is None
    assert periods.due(connection) == []
    assert periods.newest(connection) == {}


@pytest.mark.parametrize("due", [WAITING, ANEW, CHANGED])
def test_a_new_document_has_to_be_written_whatever_it_was_marked_for(due: int, connection: Connection) -> None:
    mark(connection, "2026-11", due=due)
    assert periods.known(connection, "all", "en", "2026-11") == Period(
        feed="all", edition="en", month="2026-11", ahead=False, due=CHANGED, upto=0, size=0
    )


def test_behind_a_month_with_stories_the_next_one_is_written_ahead(connection: Connection) -> None:
    mark(connection, "2026-12")
    assert chain(connection) == {"2026-12": (False, CHANGED), "2027-01": (True, ANEW)}


def test_the_documents_of_feeds_and_editions_are_apart(connection: Connection) -> None:
    mark(connection, "2026-11")
    mark(connection, "2026-05", edition="zh-Hant")
    mark(connection, "2026-01", feed="topics/health")
    assert list(chain(connection)) == ["2026-11", "2026-12"]
    assert list(chain(connection, edition="zh-Hant")) == ["2026-05", "2026-06"]
    assert list(chain(connection, feed="topics/health")) == ["2026-01", "2026-02"]


@pytest.mark.parametrize(
    ("month", "following"), [("2026-01", "2026-02"), ("2026-09", "2026-10"), ("2026-12", "2027-01")]
)
def test_a_month_is_followed_by_the_next(month: str, following: str) -> None:
    assert periods.next_month(month) == following


def test_a_document_stands_between_its_neighbours(connection: Connection) -> None:
    mark(connection, "2026-03", "2026-11")
    assert periods.around(connection, "all", "en", "2026-11") == ("2026-04", "2026-12")
    assert periods.around(connection, "all", "en", "2026-03") == ("", "2026-04")
    assert periods.around(connection, "all", "en", "2026-12") == ("2026-11", "")
    assert periods.around(connection, "all", "zh-Hant", "2026-11") == ("", "")


# Why a document is due


def test_a_published_document_is_due_no_more_and_known_with_what_it_holds(connection: Connection) -> None:
    mark(connection, "2026-11")
    before = periods.known(connection, "all", "en", "2026-11")
    assert before is not None
    periods.settle(connection, msgspec.structs.replace(before, due=0, upto=7), "digest", 5_000_000_000)
    assert periods.known(connection, "all", "en", "2026-11") == msgspec.structs.replace(
        before, due=0, upto=7, size=5_000_000_000
    )
    assert [one.month for one in periods.due(connection)] == ["2026-12"]


@pytest.mark.parametrize(
    ("marks", "due"),
    [
        ((WAITING,), WAITING),
        ((ANEW,), ANEW),
        ((CHANGED,), CHANGED),
        ((WAITING, ANEW, CHANGED), CHANGED),
        ((CHANGED, ANEW, WAITING), CHANGED),
        ((ANEW, WAITING), ANEW),
    ],
)
def test_of_several_reasons_the_strongest_stands(marks: tuple[int, ...], due: int, connection: Connection) -> None:
    mark(connection, "2026-11")
    publish(connection)
    for one in marks:
        mark(connection, "2026-11", due=one)
    assert chain(connection)["2026-11"] == (False, due)


def test_a_mark_says_nothing_about_what_a_document_holds(connection: Connection) -> None:
    mark(connection, "2026-11")
    publish(connection, upto=4)
    mark(connection, "2026-11", due=CHANGED)
    (found,) = periods.due(connection)
    assert (found.upto, found.size) == (4, 1000)


def test_what_is_due_comes_by_month_and_then_by_edition(connection: Connection) -> None:
    # Documents that show the same stories follow one another.
    for feed in ("topics/health", "all"):
        mark(connection, "2026-11", "2026-10", feed=feed)
        mark(connection, "2026-10", feed=feed, edition="bilingual")
    found = [(one.month, one.edition, one.feed) for one in periods.due(connection)]
    assert found == sorted(found)
    assert len(found) == 10


def test_all_documents_of_an_edition_may_have_to_be_written_again(connection: Connection) -> None:
    mark(connection, "2026-10", "2026-11")
    mark(connection, "2026-10", edition="zh-Hant")
    publish(connection)
    mark(connection, "2026-10", due=WAITING)
    mark(connection, "2026-11", due=CHANGED)
    periods.mark_all(connection, "all", "en")
    assert chain(connection) == {"2026-10": (False, ANEW), "2026-11": (False, CHANGED), "2026-12": (True, ANEW)}
    assert {due for _, due in chain(connection, edition="zh-Hant").values()} == {0}


# Neighbours


def test_when_a_month_comes_its_document_is_there_and_the_one_before_it_stands(connection: Connection) -> None:
    mark(connection, "2026-11")
    publish(connection)
    mark(connection, "2026-12")
    assert chain(connection) == {
        "2026-11": (False, 0),
        "2026-12": (False, CHANGED),
        "2027-01": (True, ANEW),
    }


def test_a_newly_marked_earlier_month_has_the_month_after_it_written_anew(connection: Connection) -> None:
    mark(connection, "2026-11")
    publish(connection)
    mark(connection, "2026-10")
    assert chain(connection) == {"2026-10": (False, CHANGED), "2026-11": (False, ANEW), "2026-12": (True, 0)}


def test_a_month_long_before_has_the_first_after_it_written_anew_and_no_other(connection: Connection) -> None:
    mark(connection, "2026-10", "2026-11")
    publish(connection)
    mark(connection, "2026-03")
    assert chain(connection) == {
        "2026-03": (False, CHANGED),
        "2026-04": (True, ANEW),
        "2026-10": (False, ANEW),
        "2026-11": (False, 0),
        "2026-12": (True, 0),
    }


def test_a_month_between_two_others_has_both_written_anew(connection: Connection) -> None:
    mark(connection, "2026-03", "2026-11")
    publish(connection)
    mark(connection, "2026-07")
    assert chain(connection) == {
        "2026-03": (False, 0),
        "2026-04": (True, ANEW),
        "2026-07": (False, CHANGED),
        "2026-08": (True, ANEW),
        "2026-11": (False, ANEW),
        "2026-12": (True, 0),
    }


def test_a_month_that_is_left_out_stays_one_without_stories(connection: Connection) -> None:
    mark(connection, "2026-08", "2026-11")
    assert chain(connection) == {
        "2026-08": (False, CHANGED),
        "2026-09": (True, ANEW),
        "2026-11": (False, CHANGED),
        "2026-12": (True, ANEW),
    }


def test_a_neighbour_that_changed_itself_stays_changed(connection: Connection) -> None:
    mark(connection, "2026-11")
    publish(connection)
    mark(connection, "2026-11", due=CHANGED)
    mark(connection, "2026-10")
    assert chain(connection)["2026-11"] == (False, CHANGED)


def test_the_months_come_to_the_same_documents_in_any_order(connection: Connection) -> None:
    months = ("2026-02", "2026-03", "2026-06", "2026-10", "2026-12")
    mark(connection, *months)
    mark(connection, *reversed(months), feed="reversed")
    mark(connection, *(months[number] for number in (2, 0, 4, 1, 3)), feed="mixed")
    found = {month: ahead for month, (ahead, _) in chain(connection).items()}
    assert [month for month, ahead in found.items() if not ahead] == list(months)
    assert [month for month, ahead in found.items() if ahead] == ["2026-04", "2026-07", "2026-11", "2027-01"]
    for feed in ("reversed", "mixed"):
        assert {month: ahead for month, (ahead, _) in chain(connection, feed=feed).items()} == found


def test_the_newest_document_of_each_edition_is_the_last_with_stories(connection: Connection) -> None:
    mark(connection, "2026-11", "2026-12", "2026-10")
    mark(connection, "2026-05", edition="zh-Hant")
    mark(connection, "2026-01", feed="topics/health")
    found = periods.newest(connection)
    assert {name: one.month for name, one in found.items()} == {
        ("all", "en"): "2026-12",
        ("all", "zh-Hant"): "2026-05",
        ("topics/health", "en"): "2026-01",
    }
    assert found["all", "en"] == periods.known(connection, "all", "en", "2026-12")


# Months


def test_the_months_of_a_feed_are_those_of_its_entries_by_their_own_clocks(connection: Connection) -> None:
    tell(connection, entry("P1", at(30, 23, 59)))
    tell(connection, entry("P2", at(1, 0, 30, month=12)), feed="harbour")
    tell(connection, entry("P3", at(1, 0, 30, month=10), "zh-Hant"), feed="harbour")
    assert periods.months(connection, EVERY, ["en"]) == ["2026-11", "2026-12"]
    assert periods.months(connection, EVERY, BOTH) == ["2026-10", "2026-11", "2026-12"]
    assert periods.months(connection, "harbour", ["en"]) == ["2026-12"]
    assert periods.months(connection, "health", ["en"]) == []
    assert periods.months(connection, EVERY, []) == []


def test_the_bilingual_months_of_a_feed_are_those_of_the_first_versions(connection: Connection) -> None:
    tell(connection, entry("P1", at(30), "zh-Hant"), entry("P2", at(1, month=12)))
    tell(connection, entry("P3", at(1, month=10)), feed="harbour")
    assert periods.months_bilingual(connection, EVERY, BOTH) == ["2026-10", "2026-11"]
    assert periods.months_bilingual(connection, "harbour", BOTH) == ["2026-10"]
    assert periods.months_bilingual(connection, "health", BOTH) == []


def test_the_bilingual_month_of_a_feed_is_the_first_versions_though_only_the_other_is_in_it(
    connection: Connection,
) -> None:
    first, second = entry("P1", at(30), "zh-Hant"), entry("P2", at(1, month=12))
    tell(connection, first, second)
    tags.enter(connection, [("english", second)], 1)
    assert periods.months_bilingual(connection, "english", BOTH) == ["2026-11"]
    assert held_bilingual(connection, "2026-11", "english") == ["P1"]


# What a document holds


def test_a_document_holds_the_stories_of_its_month_the_newest_first(connection: Connection) -> None:
    for key, day in (("P2", 2), ("P9", 9), ("P5", 5)):
        tell(connection, entry(key, at(day)))
    tell(connection, entry("P1", at(1, month=12)))
    assert held(connection, "2026-11") == ["P9", "P5", "P2"]
    assert held(connection, "2026-12") == ["P1"]
    assert held(connection, "2026-10") == []


def test_a_story_is_held_with_its_entry_and_the_run_since_which_it_is_there(connection: Connection) -> None:
    one = entry("P1", at(2))
    tell(connection, one, run=4)
    assert periods.held(connection, EVERY, ["en"], "2026-11") == [
        Held(story=story_id(one.id), entry=one.id, since=4, published=utc(one.published), buried=False)
    ]


def test_the_month_of_an_entry_is_by_its_own_clock(connection: Connection) -> None:
    tell(connection, entry("P1", at(1, 0, 30, month=12)))
    tell(connection, entry("P2", datetime(2026, 11, 30, 16, 30, tzinfo=UTC)))
    assert held(connection, "2026-12") == ["P1"], "half past midnight"
    assert held(connection, "2026-11") == ["P2"], "the same moment elsewhere"


def test_a_document_of_a_language_holds_its_own_entries(connection: Connection) -> None:
    tell(connection, entry("P1", at(2)), entry("P2", at(2, 13), "zh-Hant"))
    tell(connection, entry("P3", at(3), "zh-Hant"))
    assert held(connection, "2026-11", ("en",)) == ["P1"]
    assert held(connection, "2026-11", ("zh-Hant",)) == ["P3", "P2"]
    assert held(connection, "2026-11", ()) == []


def test_a_story_in_several_of_the_languages_is_held_once_since_the_first_was_there(connection: Connection) -> None:
    # As where a site converts Traditional into Simplified, and has some releases in Simplified.
    first, second = entry("P1", at(2), "zh-Hant"), entry("P2", at(3), "zh-Hans")
    tell(connection, first, run=3)
    entries.add(connection, second, 7)
    stories.move(connection, [second.id], story_id(first.id), 7)
    (found,) = periods.held(connection, EVERY, ("zh-Hans", "zh-Hant"), "2026-11")
    assert (found.story, found.since) == (story_id(first.id), 3)


def test_since_when_a_story_is_in_a_feed_is_when_it_was_put_there(connection: Connection) -> None:
    one = entry("P1", at(2))
    tell(connection, one, run=3)
    tags.enter(connection, [("harbour", one)], 8)
    tell(connection, entry("P2", at(3)), run=3)
    (found,) = periods.held(connection, "harbour", ["en"], "2026-11")
    assert (found.entry, found.since) == (one.id, 8)
    assert {found.since for found in periods.held(connection, EVERY, ["en"], "2026-11")} == {3}


def test_an_edit_does_not_move_a_story_nor_make_it_newer(connection: Connection) -> None:
    one = entry("P1", at(2))
    tell(connection, one, run=3)
    entries.replace(connection, one, msgspec.structs.replace(one, title="New", updated=at(5, month=12)), 9)
    (found,) = periods.held(connection, EVERY, ["en"], "2026-11")
    assert found.since == 3
    assert held(connection, "2026-12") == []


def test_what_was_there_by_a_run_is_told_from_what_came_later(connection: Connection) -> None:
    for run in (1, 2, 3):
        tell(connection, entry(f"P{run}", at(run)), run=run)
    mark(connection, "2026-11")
    publish(connection, upto=2)
    period = periods.known(connection, "all", "en", "2026-11")
    assert period is not None
    found = periods.held(connection, EVERY, ["en"], "2026-11")
    assert keys([one for one in found if one.since <= period.upto]) == ["P2", "P1"]
    assert keys([one for one in found if one.since > period.upto]) == ["P3"]


def test_a_buried_story_is_held_as_such(connection: Connection) -> None:
    for key in ("P1", "P2"):
        tell(connection, entry(key, at(2)))
    withdrawn = msgspec.structs.replace(entry("P1", at(2)), withdrawn=Withdrawal(at=at(3)))
    entries.put(connection, withdrawn, 2)
    bury(connection, entry("P2", at(2)))
    found = periods.held(connection, EVERY, ["en"], "2026-11")
    assert [(one.entry.rpartition(":")[2], one.buried) for one in found] == [("P2", True), ("P1", False)]


# What a bilingual document holds


def test_a_bilingual_document_holds_a_story_in_the_month_of_its_first_version(connection: Connection) -> None:
    tell(connection, entry("P1", at(30, 23, 59), "zh-Hant"), entry("P2", at(1, 0, 30, month=12)))
    assert held_bilingual(connection, "2026-11") == ["P1"]
    assert held_bilingual(connection, "2026-12") == [], "not twice"
    assert held(connection, "2026-12") == ["P2"], "its own edition has it in its own month"
    assert held(connection, "2026-11", ("zh-Hant",)) == ["P1"]


def test_the_first_version_is_the_one_that_was_seen_first_and_not_the_one_that_says_that_it_is_older(
    connection: Connection,
) -> None:
    tell(connection, entry("P2", at(1, month=12)), entry("P1", at(30), "zh-Hant"))
    assert held_bilingual(connection, "2026-11") == []
    assert held_bilingual(connection, "2026-12") == ["P2"]


def test_a_bilingual_document_is_ordered_by_the_first_versions(connection: Connection) -> None:
    tell(connection, entry("P1", at(2)), entry("P4", at(9), "zh-Hant"))
    tell(connection, entry("P2", at(5)))
    tell(connection, entry("P3", at(3), "zh-Hant"), entry("P5", at(1)))
    assert held_bilingual(connection, "2026-11") == ["P2", "P3", "P1"]
    first = periods.held_bilingual(connection, EVERY, BOTH, "2026-11")[-1]
    assert first.published == utc(at(2))


def test_a_version_that_joins_later_does_not_make_a_story_new(connection: Connection) -> None:
    first, second = entry("P1", at(2)), entry("P2", at(1, month=12), "zh-Hant")
    tell(connection, first, run=3)
    tell(connection, second, run=7)
    assert held_bilingual(connection, "2026-12") == ["P2"], "a story of its own, as long as nobody knows better"
    stories.move(connection, [second.id], story_id(first.id), 8)
    (found,) = periods.held_bilingual(connection, EVERY, BOTH, "2026-11")
    assert (found.story, found.since) == (story_id(first.id), 3)
    assert held_bilingual(connection, "2026-12") == []
    assert periods.months_bilingual(connection, EVERY, BOTH) == ["2026-11"]


def test_a_version_that_is_parted_from_a_story_is_in_its_own_month_again(connection: Connection) -> None:
    first, second = entry("P1", at(2)), entry("P2", at(1, month=12), "zh-Hant")
    tell(connection, first, second)
    stories.move(connection, [second.id], story_id(second.id), 2)
    assert held_bilingual(connection, "2026-11") == ["P1"]
    assert held_bilingual(connection, "2026-12") == ["P2"]


def test_a_bilingual_story_is_buried_when_all_its_versions_are(connection: Connection) -> None:
    first, second = entry("P1", at(2)), entry("P2", at(2), "zh-Hant")
    tell(connection, first, second)
    bury(connection, first)
    assert [one.buried for one in periods.held_bilingual(connection, EVERY, BOTH, "2026-11")] == [False]
    bury(connection, second)
    assert [one.buried for one in periods.held_bilingual(connection, EVERY, BOTH, "2026-11")] == [True]
    assert held_bilingual(connection, "2026-11") == ["P1"]


def test_a_bilingual_document_of_a_feed_holds_the_stories_with_a_version_in_it(connection: Connection) -> None:
    tell(connection, entry("P1", at(2)), entry("P2", at(2), "zh-Hant"), feed="harbour")
    tell(connection, entry("P3", at(3)))
    assert held_bilingual(connection, "2026-11", "harbour") == ["P1"]
    assert held_bilingual(connection, "2026-11") == ["P3", "P1"]


def test_a_bilingual_document_holds_stories_in_the_languages_that_are_asked_for(connection: Connection) -> None:
    tell(connection, entry("P1", at(2), "zh-Hans"))
    tell(connection, entry("P2", at(1), "zh-Hans"), entry("P3", at(2)))
    assert held_bilingual(connection, "2026-11") == ["P2"]


def test_the_store_and_the_entries_call_a_story_alike() -> None:
    assert story_id("tag:x") == "tag:x" + stories.FOUNDED

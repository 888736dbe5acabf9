from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from feedpub.model import Entry, Withdrawal
from feedpub.store import entries, stories, tags
from feedpub.store.tags import Place

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def entry(key: str, *, language: str = "en", hours: int = 0, buried: bool = False) -> Entry:
    at = NOON + timedelta(hours=hours)
    return Entry(
        id=f"tag:example.hk,2026-11-23:{key}",
        source="hksar",
        key=key,
        language=language,
        title=f"Title of {key}",
        published=at,
        updated=at,
        withdrawn=Withdrawal(at=at, buried=True) if buried else None,
    )


def enter(connection: Connection, feed: str, *found: Entry, run: int = 1) -> None:
    """Store entries, each in a story of its own, and put them into a feed."""
    for one in found:
        entries.add(connection, one, run)
        stories.move(connection, [one.id], f"{one.id}?story", run)
    tags.enter(connection, [(feed, one) for one in found], run)


def keys(found: list[tuple[str, str]]) -> list[str]:
    return [identifier.rpartition(":")[2] for _, identifier in found]


# What a feed has


def test_the_newest_of_a_feed_come_first_as_ids_after_those_of_their_stories(connection: Connection) -> None:
    enter(connection, "harbour", entry("P1", hours=1), entry("P3", hours=3), entry("P2", hours=2))
    assert tags.newest(connection, "harbour", "en", 2) == [
        (f"{entry(key).id}?story", entry(key).id) for key in ("P3", "P2")
    ]


def test_the_newest_of_a_feed_are_its_own_in_one_language(connection: Connection) -> None:
    enter(connection, "harbour", entry("P1"), entry("P2", language="zh-Hant"))
    enter(connection, "health", entry("P3"))
    assert keys(tags.newest(connection, "harbour", "en", 10)) == ["P1"]


def test_what_is_buried_is_none_of_the_newest_and_comes_with_the_buried(connection: Connection) -> None:
    enter(connection, "harbour", entry("P1"), entry("P2", hours=2, buried=True), entry("P3", hours=3, buried=True))
    enter(connection, "health", entry("P4", buried=True))
    assert keys(tags.newest(connection, "harbour", "en", 1)) == ["P1"]
    assert tags.buried(connection, "harbour", ["en"], 10) == [
        (f"{entry(key).id}?story", entry(key).id) for key in ("P3", "P2")
    ]
    assert keys(tags.buried(connection, "harbour", ["en", "zh-Hant"], 1)) == ["P3"]
    assert tags.buried(connection, "harbour", ["zh-Hant"], 10) == []


def test_an_entry_is_in_a_feed_since_the_run_that_put_it_there(connection: Connection) -> None:
    one = entry("P1")
    enter(connection, "harbour", one, run=3)
    tags.enter(connection, [("health", one)], 5)
    assert tags.feeds_of(connection, [one.id]) == {one.id: {"harbour": 3, "health": 5}}


def test_an_entry_that_leaves_a_feed_and_comes_back_is_in_it_since_then(connection: Connection) -> None:
    one = entry("P1")
    enter(connection, "harbour", one, run=3)
    tags.leave(connection, [Place("harbour", one.id)])
    assert tags.feeds_of(connection, [one.id]) == {}
    assert tags.newest(connection, "harbour", "en", 10) == []
    tags.enter(connection, [("harbour", one)], 7)
    assert tags.feeds_of(connection, [one.id]) == {one.id: {"harbour": 7}}


# Which run changed a feed last


def test_a_feed_that_no_run_changed_is_not_known(connection: Connection) -> None:
    assert tags.touched_feeds(connection) == {}


def test_the_last_change_of_a_feed_is_the_last_run_that_touched_it(connection: Connection) -> None:
    tags.touch(connection, [("harbour", "en"), ("harbour", "zh-Hant"), ("health", "en")], 3)
    tags.touch(connection, [("harbour", "en"), ("harbour", "en")], 7)
    assert tags.touched_feeds(connection) == {("harbour", "en"): 7, ("harbour", "zh-Hant"): 3, ("health", "en"): 3}


def test_the_feeds_that_have_everything_are_touched_as_one(connection: Connection) -> None:
    tags.touch(connection, [("", "en"), ("", "zh-Hant")], 3)
    tags.touch(connection, [("", "en")], 5)
    assert tags.touched_feeds(connection) == {("", "en"): 5, ("", "zh-Hant"): 3}

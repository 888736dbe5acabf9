from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from feedpub.model import Entry, Sighting, Tags
from feedpub.report import Fault, Problem
from feedpub.store import entries, faults, published, sightings, stories, tags, tallies
from feedpub.store.database import utc
from feedpub.store.stories import StoredClaim, StoredPair

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
START, END = utc(NOON), utc(NOON + timedelta(days=1))


def add(connection: Connection, key: str, *, language: str = "en", minutes: float = 0, story: str = "") -> str:
    """Store an entry in a story, its own if none is named."""
    at = NOON + timedelta(minutes=minutes)
    entry = Entry(
        id=f"tag:port.example,2026-11-23:{key}",
        source="port",
        key=key,
        language=language,
        title=f"Title of {key}",
        published=at,
        updated=at,
    )
    entries.add(connection, entry, 1)
    stories.move(connection, [entry.id], story or f"{entry.id}?story", 1)
    return entry.id


def test_releases_are_counted_by_language_and_minute_from_the_start_until_before_the_end(
    connection: Connection,
) -> None:
    for key, minutes in (("P1", -1), ("P2", 0), ("P3", 0.5), ("P4", 61), ("P5", 1_440)):
        add(connection, key, minutes=minutes)
    add(connection, "P6", language="zh-Hant")
    assert tallies.releases(connection, START, END) == {
        ("en", "2026-11-23T12:00"): 2,
        ("en", "2026-11-23T13:01"): 1,
        ("zh-Hant", "2026-11-23T12:00"): 1,
    }


def test_a_story_counts_once_when_its_first_version_came(connection: Connection) -> None:
    for story, first, second in (("old", -5, 5), ("new", 3, 70), ("plain", 4, 5)):
        add(connection, f"{story}-en", minutes=first, story=story)
        add(connection, f"{story}-zh", language="zh-Hant", minutes=second, story=story)
    tagged = {"old": Tags(topics=("health",)), "new": Tags(topics=("health", "sports")), "plain": Tags()}
    tags.put(connection, tagged, ())
    assert tallies.topical(connection, START, END) == [("2026-11-23T12:03:00Z", ("health", "sports"))]


def test_pairs_are_counted_once_whichever_side_says_so_and_only_those_of_the_time(connection: Connection) -> None:
    one, other, third, old = (add(connection, key, minutes=at) for key, at in (("A", 1), ("B", 2), ("C", 3), ("D", -9)))
    found = (
        StoredClaim(entry=one, name="B", language="zh-Hant", target=other),
        StoredClaim(entry=other, name="A", language="en", target=one),
        StoredClaim(entry=third, name="A", language="en", target=one, refused="another day"),
        StoredClaim(entry=third, name="X", language="zh-Hant"),
        StoredClaim(entry=old, name="C", language="en", target=third),
    )
    stories.put_claims(connection, [], found)
    assert tallies.linked(connection, START, END) == 1
    found_pairs = [(one, third), (old, other), (old, "gone")]
    stories.replace_pairs(
        connection, 0, 9, [StoredPair(one=a, other=b, shift=1, score=1, margin=1) for a, b in found_pairs]
    )
    assert tallies.evident(connection, START, END) == 2


def test_what_could_not_be_read_is_told_of_its_source(connection: Connection) -> None:
    for source in ("port", "quay"):
        sighting = Sighting(
            source=source, key="P1", language="en", address=f"https://{source}.example/1.html", stamp="1"
        )
        sightings.record(connection, [sighting], NOON)
        sightings.fail(connection, sighting, "no title", NOON)
    assert tallies.unread(connection, "port") == [Problem("https://port.example/1.html", "no title")]


def test_a_change_of_any_kind_is_seen_and_a_run_that_changes_nothing_is_not(connection: Connection) -> None:
    seen = [tallies.change(connection, ["port"])]

    def differs() -> bool:
        seen.append(tallies.change(connection, ["port"]))
        return seen[-1] != seen[-2]

    add(connection, "P1")
    assert differs()
    published.record_source(connection, "port", utc(NOON), "")
    assert differs()
    published.record_source(connection, "port", utc(NOON + timedelta(minutes=10)), "")
    assert not differs()
    published.record_source(connection, "port", utc(NOON), "HTTP 503")
    assert differs()
    published.record_source(connection, "another", utc(NOON), "HTTP 503")
    assert not differs()
    faults.begin(connection, "port", Fault("empty", "it has no release"), NOON)
    assert differs()
    faults.end(connection, "port", "empty", NOON)
    assert differs()

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from feedpub.model import Entry, Link, Measure, Photo
from feedpub.store import enclosures
from feedpub.store.enclosures import Unmeasured

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SITE = "https://media.example/"


def entry(key: str, photos: tuple[str, ...] = (), attachments: tuple[str, ...] = ()) -> Entry:
    return Entry(
        id=f"tag:{key}",
        source="hksar",
        key=key,
        language="en",
        title="Title",
        published=NOON,
        updated=NOON,
        photos=tuple(Photo(url=SITE + name, thumbnail=f"{SITE}t-{name}") for name in photos),
        attachments=tuple(Link(url=SITE + name) for name in attachments),
        videos=(Link(url=f"{SITE}video.mp4"),),
        related=(Link(url=f"{SITE}related.htm"),),
    )


def due(connection: Connection, *, source: str = "hksar", limit: int = 1000) -> list[tuple[str, str]]:
    """What has to be asked for: the name of the file and the entry."""
    return [(one.url.removeprefix(SITE), one.entry) for one in enclosures.due(connection, source, limit)]


def test_the_photos_and_attachments_of_an_entry_are_asked_for_and_nothing_else(connection: Connection) -> None:
    one = entry("P1", ("1.jpg", "2.jpg"), ("a.pdf",))
    assert enclosures.addresses(one) == (f"{SITE}1.jpg", f"{SITE}2.jpg", f"{SITE}a.pdf")
    enclosures.want(connection, "hksar", one)
    assert due(connection) == [("1.jpg", "tag:P1"), ("2.jpg", "tag:P1"), ("a.pdf", "tag:P1")]


def test_an_entry_without_enclosures_wants_nothing(connection: Connection) -> None:
    enclosures.want(connection, "hksar", entry("P1"))
    assert due(connection) == []


def test_an_enclosure_of_several_entries_is_asked_for_once_with_the_first(connection: Connection) -> None:
    enclosures.want(connection, "hksar", entry("P1", ("1.jpg", "1.jpg"), ("1.jpg",)))
    enclosures.want(connection, "hksar", entry("P2", ("1.jpg", "2.jpg")))
    assert due(connection) == [("1.jpg", "tag:P1"), ("2.jpg", "tag:P2")]


def test_what_was_asked_for_is_not_asked_for_again_when_its_entry_changes(connection: Connection) -> None:
    enclosures.want(connection, "hksar", entry("P1", ("1.jpg",)))
    enclosures.settle(connection, f"{SITE}1.jpg", Measure(length=5))
    enclosures.want(connection, "hksar", entry("P1", ("1.jpg", "2.jpg")))
    assert due(connection) == [("2.jpg", "tag:P1")]


def test_an_entry_may_have_any_number_of_enclosures(connection: Connection) -> None:
    many = tuple(f"{number:04}.jpg" for number in range(1200))
    enclosures.want(connection, "hksar", entry("P1", many))
    enclosures.want(connection, "hksar", entry("P2", (*many, "last.jpg")))
    assert len(due(connection, limit=2000)) == 1201
    assert due(connection, limit=2) == [("0000.jpg", "tag:P1"), ("0001.jpg", "tag:P1")]


def test_the_enclosures_of_sources_are_apart(connection: Connection) -> None:
    enclosures.want(connection, "hksar", entry("P1", ("1.jpg",)))
    assert due(connection, source="inbox") == []
    assert enclosures.due(connection, "hksar", 10) == [Unmeasured(f"{SITE}1.jpg", "tag:P1")]


# What came of it


def test_what_a_server_said_is_known_by_address(connection: Connection) -> None:
    enclosures.want(connection, "hksar", entry("P1", ("1.jpg",), ("a.pdf",)))
    large = Measure(length=5_000_000_000, media_type="image/jpeg")
    enclosures.settle(connection, f"{SITE}1.jpg", large)
    assert due(connection) == [("a.pdf", "tag:P1")]
    asked = [f"{SITE}1.jpg", f"{SITE}a.pdf", f"{SITE}nowhere"]
    assert enclosures.measures(connection, asked) == {f"{SITE}1.jpg": large}
    assert enclosures.measures(connection, []) == {}


def test_a_server_that_answers_and_says_nothing_is_not_asked_again(connection: Connection) -> None:
    enclosures.want(connection, "hksar", entry("P1", ("1.jpg",)))
    enclosures.settle(connection, f"{SITE}1.jpg", Measure())
    assert due(connection) == []
    assert enclosures.measures(connection, [f"{SITE}1.jpg"]) == {f"{SITE}1.jpg": Measure()}


def test_a_server_that_cannot_be_asked_is_tried_twenty_times_behind_the_others(connection: Connection) -> None:
    enclosures.want(connection, "hksar", entry("P1", ("1.jpg", "2.jpg")))
    for _ in range(19):
        enclosures.settle(connection, f"{SITE}1.jpg", None)
        assert due(connection) == [("2.jpg", "tag:P1"), ("1.jpg", "tag:P1")]
    enclosures.settle(connection, f"{SITE}1.jpg", None)
    assert due(connection) == [("2.jpg", "tag:P1")]
    assert enclosures.measures(connection, [f"{SITE}1.jpg"]) == {}


def test_what_was_given_up_is_not_tried_again_with_another_entry(connection: Connection) -> None:
    enclosures.want(connection, "hksar", entry("P1", ("1.jpg",)))
    for _ in range(20):
        enclosures.settle(connection, f"{SITE}1.jpg", None)
    enclosures.want(connection, "hksar", entry("P2", ("1.jpg",)))
    assert due(connection) == []


def test_a_server_that_failed_before_may_answer_at_last(connection: Connection) -> None:
    enclosures.want(connection, "hksar", entry("P1", ("1.jpg",)))
    for _ in range(19):
        enclosures.settle(connection, f"{SITE}1.jpg", None)
    enclosures.settle(connection, f"{SITE}1.jpg", Measure(length=7))
    assert due(connection) == []
    assert enclosures.measures(connection, [f"{SITE}1.jpg"]) == {f"{SITE}1.jpg": Measure(length=7)}

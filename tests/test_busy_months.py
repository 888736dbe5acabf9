"""Archive documents of busy months: written rarely, never behind, and the same whenever they are made again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from feedpub import archives
from tests.loopback import Loopback
from tests.newssite import NewsSite, Paper
from tests.publisher import Start
from tests.test_archives import EDITIONS, Desk

SHORT = '[[feed]]\nid = "all"\nlimit = 2\n'
TOPIC = '[[feed]]\nid = "topics/health"\nlimit = 2\n'


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start[Desk]]:
    """A site where more than three stories make a month busy, with one on 31 October and each day until 5 November."""
    with Loopback() as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(archives, "_SMALL", 3)
        desk = Desk(NewsSite(server), tmp_path_factory.mktemp("start"))
        desk.set_up(SHORT)
        days(desk, 31, 31, "2026-10")
        days(desk, 1, 5)
        assert behind(desk)
        yield Start(desk)


@pytest.fixture
def desk(start: Start[Desk], tmp_path: Path) -> Desk:
    return start.again(tmp_path)


def of_day(desk: Desk, day: int) -> tuple[Paper, Paper]:
    """The story of a day in November."""
    english, chinese = (one for one in desk.site.papers.values() if (one.issued.month, one.issued.day) == (11, day))
    return english, chinese


def days(desk: Desk, first: int, last: int, month: str = "2026-11") -> list[tuple[Paper, Paper]]:
    """A story each day from one to another, each with its run; after each nothing may be missing."""
    found = []
    for day in range(first, last + 1):
        found.append(desk.story(f"{month}-{day:02} 09:00", "health" if day % 3 else "weather"))
        desk.run_at(f"{month}-{day:02} 10:00")
        desk.is_whole()
    return found


def behind(desk: Desk, edition: str = "en", month: str = "2026-11") -> set[str]:
    """The stories of a month that are in the subscription document only, so far."""
    of_month = f",{month}-"
    return {one for one in desk.ids(f"all/{edition}.atom") if of_month in one} - set(desk.archived(edition))


def test_the_document_is_not_written_for_each_new_story_and_nothing_is_ever_missing(desk: Desk) -> None:
    place = desk.place("all/archive/en/2026-11.atom")
    written, last = 0, place.read_bytes()
    for day in range(6, 12):
        days(desk, day, day)
        written, last = written + (place.read_bytes() != last), place.read_bytes()
    assert written == 2, "each time that a third story would have pushed one out that waits"


def test_what_waits_is_taken_in_when_the_next_month_pushes_it_out(desk: Desk) -> None:
    days(desk, 1, 2, "2026-12")
    assert not behind(desk)
    assert len([one for one in desk.archived() if ",2026-11-" in one]) == 5


def test_the_document_of_a_topic_is_not_behind_either(desk: Desk) -> None:
    desk.set_up(SHORT + TOPIC, topics=True)
    for day in range(6, 10):
        days(desk, day, day)
        desk.is_whole("topics/health", "health")
    days(desk, 1, 2, "2026-12")
    desk.is_whole("topics/health", "health")


def test_a_correction_takes_in_what_waits(desk: Desk) -> None:
    desk.site.edit(of_day(desk, 1)[0].key, title="Measles again")
    desk.run_at("2026-11-05 11:00")
    desk.is_whole()
    assert not behind(desk)


@pytest.mark.parametrize("what", ["the title", "a deleted document", "a deleted folder"])
def test_what_waits_is_not_forgotten_when_documents_are_made_again(what: str, desk: Desk) -> None:
    if what == "the title":
        desk.set_up(SHORT.replace("limit", 'title = "All"\nlimit', 1))
    elif what == "a deleted document":
        desk.place("all/archive/en/2026-11.atom").unlink()
    else:
        shutil.rmtree(desk.place("all/archive"))
    desk.run_at("2026-11-05 11:00")
    desk.is_whole()
    days(desk, 1, 2, "2026-12")


@pytest.mark.parametrize("shorter", ["limit = 1", "max_bytes = 1"])
def test_what_waits_is_not_forgotten_when_the_feed_gets_shorter(shorter: str, desk: Desk) -> None:
    desk.set_up(SHORT.replace("2", "50"))
    days(desk, 6, 7)
    assert len(behind(desk)) > 1
    desk.set_up(SHORT.replace("limit = 2", shorter))
    desk.run_at("2026-11-07 11:00")
    desk.is_whole()


def test_what_waits_and_is_withdrawn_leaves_its_tombstone(desk: Desk) -> None:
    english, chinese = of_day(desk, 5)
    identifier = desk.entry(english.key).id
    assert identifier in behind(desk)
    desk.site.withdraw(english.key)
    desk.site.withdraw(chinese.key)
    for moment in ("2026-11-07 12:00", "2026-11-07 13:00", "2026-11-10 12:00"):
        desk.run_at(moment)
    desk.is_whole()
    assert identifier in [one.ref for one in desk.tombstones("all/archive/en/2026-11.atom")]


def test_the_same_store_gives_the_same_bytes_in_an_empty_directory(desk: Desk) -> None:
    before = documents(desk)
    shutil.rmtree(desk.public)
    desk.run_at("2027-01-01 12:00", offline=True)
    assert documents(desk) == before


@pytest.mark.parametrize("month", ["2026-10", "2026-11"])
def test_a_deleted_document_comes_back_as_it_was(month: str, desk: Desk) -> None:
    before = documents(desk)
    for edition in EDITIONS:
        desk.place(f"all/archive/{edition}/{month}.atom").unlink()
    desk.run_at("2026-11-05 11:00")
    assert documents(desk) == before


def test_a_document_that_was_written_over_comes_back(desk: Desk) -> None:
    before = documents(desk)
    place = desk.place("all/archive/en/2026-11.atom")
    place.write_bytes(place.read_bytes()[:100])
    desk.run_at("2026-11-05 11:00")
    assert documents(desk) == before


def test_a_story_that_leaves_a_topic_leaves_its_archive_and_is_in_that_of_the_other(desk: Desk) -> None:
    desk.set_up(SHORT, topics=True)
    desk.run_at("2026-11-05 11:00")
    for paper in of_day(desk, 2):
        title, text = ("Rainstorm", "Rainstorm news.") if paper.language == "en" else ("暴雨", "暴雨消息。")
        assert any(paper.key in one for one in desk.archived(paper.language, "topics/health"))
        desk.site.publish(replace(paper, title=title, paragraphs=(text,)))
    desk.run_at("2026-11-05 12:00")
    for topic in ("health", "weather"):
        desk.is_whole(f"topics/{topic}", topic)


def documents(desk: Desk) -> dict[str, bytes]:
    return {name: raw for name, (_, raw) in desk.files().items()}

"""The history of each edition as a reader walks it: from its `prev-archive` back to the first month (RFC 5005)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.loopback import Loopback
from tests.newssite import HKT, NewsSite, Paper
from tests.publisher import SUFFIXES, Publisher, Start

SITE = 'derive = { zh-Hans = "zh-Hant" }\nwithdrawn_for = "2d"'
LANGUAGES = ("en", "zh-Hant", "zh-Hans")
EDITIONS = (*LANGUAGES, "bilingual")
SUBJECTS = {"health": ("Measles", "麻疹"), "weather": ("Rainstorm", "暴雨")}
TAXONOMY = "".join(
    f"""[[topic]]
id = "{topic}"
label = {{ en = "{topic}", zh-Hant = "{chinese}" }}
scope = "News of it."
last = {"true" if topic == "weather" else "false"}
[topic.terms]
en = {{ sure = ["{english}"] }}
zh-Hant = {{ sure = ["{chinese}"] }}
"""
    for topic, (english, chinese) in SUBJECTS.items()
)


class Desk(Publisher):
    """A site in both languages and with Simplified Chinese converted; with topics where a test is about them."""

    def __init__(self, site: NewsSite, folder: Path) -> None:
        self.count = 0
        (folder / "taxonomy.toml").write_text(TAXONOMY, "utf-8")
        (folder / "bodies.toml").touch()
        super().__init__(site, folder, datetime(2026, 9, 30, 12, 0, tzinfo=HKT))

    def set_up(self, feeds: str = "", *, topics: bool = False) -> None:
        tables = f'[topics]\ntaxonomy = "taxonomy.toml"\n{feeds}' if topics else feeds
        self.configure(source='recheck = "0"', site=SITE, tables=tables, languages=LANGUAGES)

    def story(self, issued: str, topic: str = "health", later: timedelta = timedelta()) -> tuple[Paper, Paper]:
        """Publish a story that was issued then, its Chinese version so much later; nothing is run."""
        self.count += 1
        moment = datetime.fromisoformat(issued).replace(tzinfo=HKT)
        keys = f"P{moment:%Y%m%d}{self.count:05}", f"P{moment:%Y%m%d}{self.count + 50000:05}"
        words = SUBJECTS[topic]
        english = Paper(keys[0], f"{words[0]} {self.count}", (f"{words[0]} news.",), "en", moment)
        chinese = Paper(keys[1], f"{words[1]}{self.count}", (f"{words[1]}消息。",), "zh-Hant", moment + later)
        english = replace(english, counterpart=chinese.path.removesuffix(".htm"))
        chinese = replace(chinese, counterpart=english.path.removesuffix(".htm"))
        self.site.publish(english, chinese)
        return english, chinese

    def run_at(self, moment: str, **how: Any) -> None:
        """Run the job at a time; it has to go well."""
        self.now = datetime.fromisoformat(moment).replace(tzinfo=HKT)
        assert self.run(timedelta(), **how).exit_code == 0

    def months(self, edition: str = "en", feed: str = "all") -> list[str]:
        """The months of which an edition's archive has stories, the newest first."""
        return [Path(name).stem for name in self.archives(edition, feed) if self.ids(name)]

    def is_whole(self, feed: str = "all", topic: str = "") -> None:
        """Every story of every edition is in a subscription document or in the archive, and in that at most once."""
        for edition in EDITIONS:
            archived = self.archived(edition, feed)
            assert len(archived) == len(set(archived)), f"{edition}: a story stands twice"
            language = "zh-Hant" if edition == "zh-Hans" else "en" if edition == "bilingual" else edition
            expected = {
                key
                for key, paper in self.site.papers.items()
                if paper.language == language and (not topic or any(one in paper.title for one in SUBJECTS[topic]))
            }
            for suffix in SUFFIXES:
                found = {*archived, *self.ids(f"{feed}/{edition}{suffix}")}
                assert {one.partition(":P")[2].partition("?")[0] for one in found} == {key[1:] for key in expected}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start[Desk]]:
    """A site without releases yet."""
    with Loopback() as server:
        desk = Desk(NewsSite(server), tmp_path_factory.mktemp("empty"))
        desk.set_up()
        yield Start(desk)


@pytest.fixture
def desk(empty: Start[Desk], tmp_path: Path) -> Desk:
    return empty.again(tmp_path)


@pytest.fixture(scope="module")
def start(empty: Start[Desk], tmp_path_factory: pytest.TempPathFactory) -> Start[Desk]:
    desk = empty.again(tmp_path_factory.mktemp("grown"))
    three_months(desk)
    return Start(desk)


@pytest.fixture
def grown(start: Start[Desk], tmp_path: Path) -> Desk:
    """A site with four stories over three months, the last of 1 December."""
    return start.again(tmp_path)


def three_months(desk: Desk) -> list[tuple[Paper, Paper]]:
    """Publish four stories over three months, each when it comes."""
    found = []
    for day, topic in (("10-30", "health"), ("10-31", "weather"), ("11-02", "health"), ("12-01", "health")):
        found.append(desk.story(f"2026-{day} 23:00", topic))
        desk.run_at(f"2026-{day} 23:30")
    return found


# Walking


def test_every_story_is_there_exactly_once_in_each_edition(grown: Desk) -> None:
    grown.is_whole()
    for edition in EDITIONS:
        assert grown.months(edition) == ["2026-12", "2026-11", "2026-10"]
        assert grown.archived(edition) == grown.ids(f"all/{edition}.atom"), "both have all, the newest first"


def test_each_topic_has_a_history_of_its_own(desk: Desk) -> None:
    desk.set_up(topics=True)
    three_months(desk)
    for topic, months in (("health", ["2026-12", "2026-11", "2026-10"]), ("weather", ["2026-10"])):
        desk.is_whole(f"topics/{topic}", topic)
        assert desk.months("bilingual", f"topics/{topic}") == months


def test_stories_of_many_months_that_are_first_seen_at_once_are_all_there(desk: Desk) -> None:
    for month in (3, 4, 7, 12):
        desk.story(f"2026-{month:02}-15 09:00")
    desk.run_at("2026-12-15 12:00")
    desk.is_whole()
    assert desk.months() == ["2026-12", "2026-07", "2026-04", "2026-03"]


def test_a_document_says_where_it_belongs(grown: Desk) -> None:
    for edition in EDITIONS:
        name = f"all/archive/{edition}/2026-11.atom"
        links = {one: grown.link(name, one) for one in ("self", "current", "prev-archive", "next-archive", "hub")}
        assert links == {
            "self": name,
            "current": f"all/{edition}.atom",
            "prev-archive": f"all/archive/{edition}/2026-10.atom",
            "next-archive": f"all/archive/{edition}/2026-12.atom",
            "hub": "",
        }
        assert grown.tree(name).find("{http://purl.org/syndication/history/1.0}archive") is not None
        assert grown.link("all/archive/en/2026-10.atom", "prev-archive") == ""
        following = grown.link("all/archive/en/2026-12.atom", "next-archive")
        assert grown.ids(following) == [], "the next month is there already, and leads back"
        assert grown.link(following, "prev-archive") == "all/archive/en/2026-12.atom"


def test_a_json_feed_leads_to_the_archive_too(grown: Desk) -> None:
    address = grown.json()["_feedpub"]["archive"]
    assert address == "https://news.example/feeds/all/archive/en/2026-12.atom"


def test_a_story_is_in_the_month_of_its_own_clock(desk: Desk) -> None:
    desk.story("2026-10-31 23:59")  # In UTC both are in October.
    desk.story("2026-11-01 00:01")
    desk.run_at("2026-11-01 01:00")
    assert [len(desk.ids(name)) for name in desk.archives()] == [1, 1]


def test_a_story_whose_versions_are_in_two_months_is_in_that_of_each_and_in_one_as_a_whole(desk: Desk) -> None:
    desk.story("2026-10-31 23:50", later=timedelta(minutes=20))
    desk.run_at("2026-11-01 01:00")
    assert [desk.months(one) for one in EDITIONS] == [["2026-10"], ["2026-11"], ["2026-11"], ["2026-10"]]
    desk.is_whole()


def test_a_version_of_another_month_that_comes_later_joins_its_story_there(desk: Desk) -> None:
    english, chinese = desk.story("2026-10-31 23:50", later=timedelta(minutes=20))
    desk.site.withdraw(chinese.key)
    desk.run_at("2026-11-01 00:05")
    desk.site.publish(chinese)
    desk.run_at("2026-11-01 01:00")
    desk.is_whole()
    (shown,) = desk.shown("all/archive/bilingual/2026-10.atom")
    assert shown.title == f"{english.title} | {chinese.title}"
    desk.site.edit(chinese.key, title="麻疹更正")
    desk.run_at("2026-11-01 02:00")
    (shown,) = desk.shown("all/archive/bilingual/2026-10.atom")
    assert shown.title == f"{english.title} | 麻疹更正"


def test_two_stories_that_turn_out_to_be_one_are_in_the_bilingual_archive_once(desk: Desk) -> None:
    english, chinese = desk.story("2026-10-31 23:50", later=timedelta(minutes=20))
    desk.site.publish(replace(english, counterpart=""), replace(chinese, title="渡輪停航", counterpart=""))
    desk.run_at("2026-11-01 01:00")
    assert desk.months("bilingual") == ["2026-11", "2026-10"], "nothing tells yet"
    desk.site.publish(replace(english, title="Measles news"), replace(chinese, title="麻疹消息"))
    desk.run_at("2026-11-01 02:00")
    assert desk.months("bilingual") == ["2026-10"]
    desk.is_whole()


# What is written


def changed(desk: Desk, before: dict[str, tuple[int, bytes]]) -> set[str]:
    """The archive documents of the feed of all that are not as they were: "en/2026-11"."""
    after = desk.files()
    names = (name for name in after if name.startswith("all/archive/") and before.get(name) != after[name])
    return {name.removeprefix("all/archive/").removesuffix(".atom") for name in names}


def test_a_new_month_leaves_the_documents_of_the_others_as_they_are(grown: Desk) -> None:
    before = grown.files()
    grown.story("2027-01-01 00:10")
    grown.run_at("2027-01-01 01:00")
    assert changed(grown, before) == {f"{one}/{month}" for one in EDITIONS for month in ("2027-01", "2027-02")}


def test_a_new_story_changes_the_document_of_its_month_only(grown: Desk) -> None:
    before = grown.files()
    grown.story("2026-12-02 09:00")
    grown.run_at("2026-12-02 10:00")
    assert changed(grown, before) == {f"{one}/2026-12" for one in EDITIONS}


def test_a_new_story_changes_no_document_of_another_topic(desk: Desk) -> None:
    desk.set_up(topics=True)
    three_months(desk)
    before = desk.files()
    desk.story("2026-12-02 09:00", "weather")
    desk.run_at("2026-12-02 10:00")
    assert {name for name, file in desk.files().items() if "/health/" in name and before.get(name) != file} == set()


def test_a_correction_changes_the_document_of_its_month_only(grown: Desk) -> None:
    (key,) = [one.key for one in grown.site.papers.values() if one.language == "en" and one.issued.month == 11]
    before = grown.files()
    grown.site.edit(key, title="Measles again")
    grown.run_at("2026-12-02 10:00")
    # The Chinese version shows the title, too.
    assert changed(grown, before) == {f"{one}/2026-11" for one in EDITIONS}
    assert [one.title for one in grown.shown("all/archive/en/2026-11.atom")] == ["Measles again"]


def test_a_run_with_nothing_new_writes_nothing(grown: Desk) -> None:
    before = grown.files()
    grown.run_at("2027-03-01 10:00")
    assert grown.files() == before


# What falls out of the subscription documents


@pytest.mark.parametrize(
    ("feed", "limits"),
    [("all", "limit = 1"), ("all", "max_bytes = 1"), ("all", "max_bytes = 4000"), ("topics/health", "limit = 1")],
)
def test_tight_limits_lose_nothing(feed: str, limits: str, desk: Desk) -> None:
    topic = feed.removeprefix("all").removeprefix("topics/")
    desk.set_up(f'[[feed]]\nid = "{feed}"\n{limits}\n', topics=bool(topic))
    for day in range(28, 33):
        moment = datetime(2026, 10, 1, 9, 0, tzinfo=HKT) + timedelta(days=day)
        desk.story(f"{moment:%Y-%m-%d %H:%M}", "health" if day % 3 else "weather")
        desk.run_at(f"{moment:%Y-%m-%d} 10:00")
        desk.is_whole(feed, topic)
    assert len(desk.ids(f"{feed}/en.atom")) < len(desk.archived("en", feed))


def test_a_feed_without_an_archive_has_none(desk: Desk) -> None:
    desk.set_up('[[feed]]\nid = "all"\narchive = false\n')
    three_months(desk)
    assert not desk.place("all/archive").exists()
    assert desk.link("all/en.atom", "prev-archive") == ""
    assert "archive" not in desk.json()["_feedpub"]


@pytest.mark.parametrize("feed", ["all", "topics/health"])
def test_an_archive_that_is_turned_on_later_has_the_past(feed: str, desk: Desk) -> None:
    desk.set_up(f'[[feed]]\nid = "{feed}"\narchive = false\nlimit = 1\n', topics=feed != "all")
    three_months(desk)
    desk.set_up(f'[[feed]]\nid = "{feed}"\narchive = true\nlimit = 1\n', topics=feed != "all")
    desk.run_at("2026-12-02 10:00")
    assert desk.months("bilingual", feed) == ["2026-12", "2026-11", "2026-10"]
    desk.is_whole(feed, feed.partition("/")[2])

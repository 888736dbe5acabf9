"""Stories through whole runs: real folders of releases that arrive, change and contradict one another."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.report import RunReport
from feedpub.store.schema import MIGRATIONS, VERSION
from tests.loopback import Loopback
from tests.newssite import HKT, NewsSite, Paper

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=HKT)
TAG = "tag:feedpub.internal,2026-11-20:"
# Each: title and text, by language.
FIRE = {
    "en": (
        "No. 3 alarm fire in Mong Kok under control",
        (
            "The No. 3 alarm fire which broke out at 10.42am today in Mong Kok was put under control at 12.15pm. "
            "A total of 57 residents were evacuated and 4 persons were sent to Kwong Wah Hospital."
        ),
    ),
    "zh-Hant": (
        "旺角三級火警受到控制",
        "今日上午十時四十二分在旺角發生的三級火警，於下午十二時十五分受到控制。共有57名居民疏散，四人送往廣華醫院。",
    ),
    "zh-Hans": (
        "旺角三级火警受到控制",
        "今日上午十时四十二分在旺角发生的三级火警，于下午十二时十五分受到控制。共有57名居民疏散，四人送往广华医院。",
    ),
}
FLAGS = {
    "en": (
        "Red flags hoisted at 9 beaches",
        (
            "The Leisure and Cultural Services Department announced today that red flags were hoisted at 9 beaches in "
            "Southern District because of big waves. Swimmers are advised not to swim there."
        ),
    ),
    "zh-Hant": (
        "九個泳灘懸掛紅旗",
        "康樂及文化事務署今日宣布，由於大浪，南區九個泳灘懸掛紅旗。泳客不應在該處游泳。",
    ),
}
MISSING = {
    "en": (
        "Appeal for information on missing man in Sha Tin",
        (
            "Police today appealed to the public for information on a man who went missing in Sha Tin. "
            "He is 84 years old and about 1.65 metres tall. Call 3661 1173 with information."
        ),
    ),
    "zh-Hant": (
        "警方呼籲提供沙田失蹤男子消息",
        "警方今日呼籲市民提供一名在沙田失蹤男子的消息。他84歲，身高約1.65米。請致電3661 1173提供消息。",
    ),
}
_TITLES = {"en": "News", "zh-Hant": "新聞", "zh-Hans": "新闻"}


class Newsroom:
    """A site with a folder of releases for each language; the source has the language's name in small letters."""

    def __init__(self, folder: Path, languages: tuple[str, ...] = ("en", "zh-Hant"), extra: str = "") -> None:
        self.folder, self.now = folder, NOW
        derived = "zh-Hans" if "derive" in extra else ""
        titles = ", ".join(f'{tag} = "{_TITLES[tag]}"' for tag in languages)
        tables = ""
        for tag in languages:
            if tag == derived:
                continue
            (folder / tag).mkdir(parents=True)
            source = f'id = "{tag.lower()}"\nkind = "files"\ndirectory = "{tag}"\nlanguage = "{tag}"'
            tables += f"[[source]]\n{source}\n"
        listed = ", ".join(f'"{tag}"' for tag in languages)
        (folder / "site.toml").write_text(
            f'[site]\nbase_url = "https://news.example/"\ntitle = {{ {titles} }}\nlanguages = [{listed}]\n'
            f'timezone = "Asia/Hong_Kong"\n{extra}\n[output]\ndirectory = "public"\n'
            f'[store]\nurl = "sqlite:///store.db"\n{tables}',
            "utf-8",
        )

    def write(self, language: str, name: str, release: dict[str, tuple[str, str]], **matter: Any) -> None:
        """Put a release into the folder of its language, or write it anew."""
        title, text = release[language]
        matter = {"date": NOW - timedelta(hours=5)} | matter
        front = "".join(f"{key} = {_toml(value)}\n" for key, value in matter.items())
        (self.folder / language / f"{name}.txt").write_text(f"+++\n{front}+++\n{title}\n\n{text}\n", "utf-8")

    def run(self) -> RunReport:
        """Run the job an hour after the last time."""
        self.now += timedelta(hours=1)
        report = job.run(config.load(self.folder / "site.toml", KINDS), job.Run(now=self.now))
        assert report.exit_code == 0, report
        return report

    def rows(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "store.db")) as connection:
            return connection.execute(query).fetchall()

    def stories(self) -> dict[str, set[str]]:
        """The stories in the store: their ids and what is in them, without what all ids begin with."""
        found: dict[str, set[str]] = {}
        for identifier, story in self.rows("SELECT id, story FROM entry"):
            found.setdefault(story.removeprefix(TAG), set()).add(identifier.removeprefix(TAG))
        return found

    def entries(self, name: str = "bilingual") -> list[Any]:
        parsed = feedparser.parse((self.folder / "public/feeds/all" / f"{name}.atom").read_bytes())
        assert not parsed.bozo
        return list(parsed.entries)


def _toml(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else f'"{value}"'


def related(entry: Any) -> list[tuple[str, str, str]]:
    return [(link.hreflang, link.title, link.href) for link in entry.get("links", ()) if link.rel == "related"]


def related_addresses(entry: Any) -> list[str]:
    return [link.href for link in entry.links if link.rel == "related"]


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


# Joining


@pytest.mark.parametrize("first", ["en", "zh-Hant"])
@pytest.mark.parametrize("how", ["the first names it", "it names the first", "evidence"])
def test_a_counterpart_of_a_later_run_joins_the_story_of_the_first(how: str, first: str, room: Newsroom) -> None:
    second = "zh-Hant" if first == "en" else "en"
    founder = f"{first.lower()}/fire"
    story = f"{founder}?story"
    room.write(first, "fire", FIRE, **({"counterpart": f"{second.lower()}/fire"} if how.startswith("the") else {}))
    room.run()
    assert room.stories() == {story: {founder}}
    (alone,), (both,) = room.entries(first), room.entries()
    assert both.id == TAG + story

    # It says that it is older: the story's founder is the one that was seen first all the same.
    earlier = NOW - timedelta(hours=6)
    names = {"counterpart": founder} if how.startswith("it") else {}
    room.write(second, "fire", FIRE, date=earlier, url="https://www.example.gov/second.htm", **names)
    report = room.run()
    by_link = how != "evidence"
    assert (report.pairs.linked, report.pairs.found, report.pairs.parted) == (by_link, not by_link, 0)
    assert room.stories() == {story: {"en/fire", "zh-hant/fire"}}
    (joined,), (composed,) = room.entries(first), room.entries()
    assert (joined.id, joined.published, joined.updated) == (alone.id, alone.published, alone.updated)
    assert (composed.id, composed.published, composed.updated) == (both.id, both.published, both.updated)
    assert composed.title == f"{FIRE['en'][0]} | {FIRE['zh-Hant'][0]}"
    assert related(joined) == [(second, FIRE[second][0], "https://www.example.gov/second.htm")]
    assert joined.content[0].value.endswith(f"{FIRE[second][0]}</a></p>")


def test_of_two_of_the_same_run_the_one_issued_first_is_the_storys(room: Newsroom) -> None:
    room.write("en", "fire", FIRE)
    room.write("zh-Hant", "fire", FIRE, date=NOW - timedelta(hours=6))
    room.run()
    assert room.stories() == {"zh-hant/fire?story": {"en/fire", "zh-hant/fire"}}


def test_a_run_with_nothing_new_changes_no_story_and_writes_nothing(room: Newsroom) -> None:
    for name, release in (("fire", FIRE), ("flags", FLAGS), ("missing", MISSING)):
        room.write("en", name, release)
        room.write("zh-Hant", name, release)
    room.run()
    before = room.rows("SELECT id, story, run, seen, open FROM entry ORDER BY id")
    assert len(room.stories()) == 3
    report = room.run()
    assert (report.pairs.linked, report.pairs.found, report.pairs.parted, report.written) == (0, 0, 0, ())
    assert room.rows("SELECT id, story, run, seen, open FROM entry ORDER BY id") == before


def test_a_correction_of_the_text_leaves_the_story_and_updates_it(room: Newsroom) -> None:
    room.write("en", "fire", FIRE)
    room.write("zh-Hant", "fire", FIRE, date=NOW - timedelta(hours=4))
    room.run()
    (before,) = room.entries()
    title, text = FIRE["zh-Hant"]
    room.write("zh-Hant", "fire", {"zh-Hant": (title, f"{text}火警原因有待調查。")}, date=NOW - timedelta(hours=4))
    report = room.run()
    assert (report.pairs.found, report.pairs.parted) == (0, 0)
    assert room.stories() == {"en/fire?story": {"en/fire", "zh-hant/fire"}}
    (after,) = room.entries()
    assert (after.id, after.published) == (before.id, before.published)
    assert datetime.fromisoformat(after.updated) == room.now


def test_a_new_title_of_one_version_is_in_the_editions_of_the_other(room: Newsroom) -> None:
    room.write("en", "fire", FIRE)
    room.write("zh-Hant", "fire", FIRE, url="https://www.example.gov/c.htm")
    room.run()
    (before,) = room.entries("en")
    renamed = (f"更正：{FIRE['zh-Hant'][0]}", FIRE["zh-Hant"][1])
    room.write("zh-Hant", "fire", {"zh-Hant": renamed}, url="https://www.example.gov/c.htm")
    room.run()
    (after,) = room.entries("en")
    assert related(after) == [("zh-Hant", renamed[0], "https://www.example.gov/c.htm")]
    assert after.updated == before.updated, "it did not change itself"


def test_three_languages_with_a_source_each_are_one_story(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, ("en", "zh-Hant", "zh-Hans"))
    for language in ("en", "zh-Hant", "zh-Hans"):
        room.write(language, "fire", FIRE, url=f"https://www.example.gov/{language}.htm")
    room.run()
    members = {"en/fire", "zh-hant/fire", "zh-hans/fire"}
    assert room.stories() == {"en/fire?story": members}
    for language in ("en", "zh-Hant", "zh-Hans"):
        (entry,) = room.entries(language)
        others = [tag for tag in ("en", "zh-Hant", "zh-Hans") if tag != language]
        assert related(entry) == [(tag, FIRE[tag][0], f"https://www.example.gov/{tag}.htm") for tag in others]
    (composed,) = room.entries()
    assert composed.title == " | ".join(FIRE[tag][0] for tag in ("en", "zh-Hant", "zh-Hans"))


@pytest.mark.parametrize("last", ["en", "zh-Hant", "zh-Hans"])
def test_the_third_language_joins_the_two_that_links_joined_before(last: str, tmp_path: Path) -> None:
    languages = ("en", "zh-Hant", "zh-Hans")
    room = Newsroom(tmp_path, languages)
    # Each names the next in a circle, whether it is there yet or not.
    for language in languages:
        after = languages[(languages.index(language) + 1) % 3].lower()
        if language != last:
            room.write(language, "fire", FIRE, counterpart=f"{after}/fire")
    room.run()
    (story,) = room.stories()
    assert len(room.stories()[story]) == 2
    after = languages[(languages.index(last) + 1) % 3].lower()
    room.write(last, "fire", FIRE, counterpart=f"{after}/fire")
    room.run()
    assert room.stories() == {story: {"en/fire", "zh-hant/fire", "zh-hans/fire"}}


@pytest.mark.parametrize("languages", [("en", "zh-Hant"), ("en", "zh-Hant", "zh-Hans")])
def test_a_key_that_all_languages_share_joins_them(languages: tuple[str, ...], tmp_path: Path) -> None:
    room = Newsroom(tmp_path, languages)
    for hours, language in enumerate(languages):
        # Too far apart for evidence.
        issued = NOW - timedelta(hours=9) + timedelta(hours=7 * hours)
        room.write(language, language, FIRE, key="fire", counterpart="fire", date=issued)
    report = room.run()
    assert report.pairs.found == 0
    assert room.stories() == {"en/fire?story": {f"{language.lower()}/fire" for language in languages}}


# Parting


def test_a_link_that_comes_later_parts_a_wrong_pair_made_by_evidence(room: Newsroom) -> None:
    room.write("en", "fire", FIRE, date=NOW - timedelta(hours=6), url="https://www.example.gov/e.htm")
    room.write("zh-Hant", "wrong", FIRE, url="https://www.example.gov/wrong.htm")
    report = room.run()
    assert report.pairs.found == 1
    assert room.stories() == {"en/fire?story": {"en/fire", "zh-hant/wrong"}}
    (before,) = room.entries("en")

    room.write("zh-Hant", "right", FIRE, counterpart="en/fire", url="https://www.example.gov/right.htm")
    report = room.run()
    assert (report.pairs.linked, report.pairs.found, report.pairs.parted) == (1, 0, 1)
    assert room.stories() == {"en/fire?story": {"en/fire", "zh-hant/right"}, "zh-hant/wrong?story": {"zh-hant/wrong"}}
    (after,) = room.entries("en")
    assert (after.id, after.updated) == (before.id, before.updated)
    assert related(after) == [("zh-Hant", FIRE["zh-Hant"][0], "https://www.example.gov/right.htm")]
    wrong = {entry.id.removeprefix(TAG): related(entry) for entry in room.entries("zh-Hant")}["zh-hant/wrong"]
    assert wrong == [], "it leads nowhere any more"
    assert [entry.id.removeprefix(TAG) for entry in room.entries()] == ["zh-hant/wrong?story", "en/fire?story"]


def test_a_founder_that_is_parted_from_its_story_keeps_the_storys_id(room: Newsroom) -> None:
    room.write("zh-Hant", "wrong", FIRE, date=NOW - timedelta(hours=6))
    room.run()
    room.write("en", "fire", FIRE)
    room.run()
    assert room.stories() == {"zh-hant/wrong?story": {"en/fire", "zh-hant/wrong"}}
    room.write("zh-Hant", "right", FIRE)
    room.write("en", "fire", FIRE, counterpart="zh-hant/right")
    room.run()
    assert room.stories() == {"zh-hant/wrong?story": {"zh-hant/wrong"}, "en/fire?story": {"en/fire", "zh-hant/right"}}


def test_a_link_that_is_taken_back_parts_what_only_it_joined(room: Newsroom) -> None:
    # Too far apart for evidence, near enough for a link.
    room.write("en", "fire", FIRE, counterpart="zh-hant/fire")
    room.write("zh-Hant", "fire", FIRE, date=NOW - timedelta(hours=15))
    report = room.run()
    assert (report.pairs.linked, report.pairs.found) == (1, 0)
    assert room.stories() == {"zh-hant/fire?story": {"en/fire", "zh-hant/fire"}}
    room.write("en", "fire", FIRE)
    room.run()
    assert room.stories() == {"en/fire?story": {"en/fire"}, "zh-hant/fire?story": {"zh-hant/fire"}}
    assert related(room.entries("en")[0]) == related(room.entries("zh-Hant")[0]) == []


def test_a_link_that_is_taken_back_is_counted_as_parted(room: Newsroom) -> None:
    room.write("en", "fire", FIRE, counterpart="zh-hant/fire")
    room.write("zh-Hant", "fire", FIRE, date=NOW - timedelta(hours=15))
    room.run()
    room.write("en", "fire", FIRE)
    assert room.run().pairs.parted == 1


def test_a_link_that_was_believed_before_is_not_counted_again(room: Newsroom) -> None:
    room.write("en", "fire", FIRE, counterpart="zh-hant/fire")
    room.write("zh-Hant", "fire", FIRE)
    assert room.run().pairs.linked == 1
    title, text = FIRE["en"]
    room.write("en", "fire", {"en": (title, f"{text} It is being investigated.")}, counterpart="zh-hant/fire")
    assert room.run().pairs.linked == 0


def test_links_that_contradict_one_another_are_reported_and_not_believed(room: Newsroom) -> None:
    room.write("en", "fire", FIRE)
    for name in ("one", "two"):
        room.write("zh-Hant", name, FIRE, counterpart="en/fire")
    report = room.run()
    assert (report.pairs.linked, report.pairs.found) == (0, 0)
    refused = {problem.where.removeprefix(TAG): problem.what for problem in report.pairs.refused}
    assert set(refused) == {"zh-hant/one", "zh-hant/two"}
    for name, rival in (("one", "two"), ("two", "one")):
        assert refused[f"zh-hant/{name}"].startswith("key:feedpub.internal/en/fire: ")
        assert f"{TAG}zh-hant/{rival}" in refused[f"zh-hant/{name}"]
    assert all(len(members) == 1 for members in room.stories().values())
    assert len(room.stories()) == 3
    assert all(related(entry) == [] for entry in room.entries("zh-Hant"))


def test_of_links_that_contradict_one_another_the_mutual_one_is_believed(room: Newsroom) -> None:
    room.write("en", "fire", FIRE, counterpart="zh-hant/two")
    for name in ("one", "two"):
        room.write("zh-Hant", name, FIRE, counterpart="en/fire", date=NOW - timedelta(hours=4))
    report = room.run()
    assert [problem.where.removeprefix(TAG) for problem in report.pairs.refused] == ["zh-hant/one"]
    assert room.stories() == {"en/fire?story": {"en/fire", "zh-hant/two"}, "zh-hant/one?story": {"zh-hant/one"}}


def test_a_rival_link_of_a_later_run_has_the_first_one_doubted(room: Newsroom) -> None:
    room.write("en", "fire", FIRE)
    room.write("zh-Hant", "one", FIRE, counterpart="en/fire", date=NOW - timedelta(hours=4))
    assert room.run().pairs.linked == 1
    room.write("zh-Hant", "two", FIRE, counterpart="en/fire", date=NOW - timedelta(hours=4))
    report = room.run()
    assert report.pairs.parted == 1
    assert {problem.where.removeprefix(TAG) for problem in report.pairs.refused} == {"zh-hant/one", "zh-hant/two"}
    assert all(len(members) == 1 for members in room.stories().values())


def test_a_link_to_a_release_in_the_same_language_is_not_believed(room: Newsroom) -> None:
    room.write("en", "fire", FIRE, counterpart="en/flags")
    room.write("en", "flags", FLAGS)
    report = room.run()
    (problem,) = report.pairs.refused
    assert problem.where == f"{TAG}en/fire"
    assert "same language" in problem.what
    assert len(room.stories()) == 2


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with Loopback() as server:
        yield NewsSite(server)


def _published(site: NewsSite, folder: Path, now: datetime = NOW) -> tuple[RunReport, dict[str, list[Any]]]:
    """Run the job for a site whose pages name their other languages by address."""
    report = job.run(config.load(site.config(folder), KINDS), job.Run(now=now))
    assert report.exit_code == 0
    return report, {
        language: feedparser.parse((folder / f"public/feeds/all/{language}.atom").read_bytes()).entries
        for language in ("en", "zh-Hant")
    }


def test_a_page_that_is_not_read_yet_is_linked_without_a_title(site: NewsSite, tmp_path: Path) -> None:
    site.publish(Paper("P2026112000001", "Harbour reopens", counterpart="P2026112000099"))
    _, found = _published(site, tmp_path)
    (entry,) = found["en"]
    ((tag, address),) = [(link.hreflang, link.href) for link in entry.links if link.rel == "related"]
    assert (tag, address.partition("?")[0].rpartition("/")[2]) == ("zh-Hant", "P2026112000099.htm")
    assert entry.content[0].value.endswith(">繁體中文版</a></p>")


def test_a_link_that_is_not_believed_is_not_shown(site: NewsSite, tmp_path: Path) -> None:
    site.publish(
        Paper("P2026112000001", "Harbour reopens"),
        Paper("P2026112000002", "海港重開", ("海港今日重開。",), "zh-Hant", counterpart="P2026112000001"),
        Paper("P2026112000003", "海港重開", ("海港今日重開。",), "zh-Hant", counterpart="P2026112000001"),
    )
    report, found = _published(site, tmp_path)
    assert len(report.pairs.refused) == 2
    assert [related(entry) for entry in found["zh-Hant"]] == [[], []]
    assert all("English version" not in entry.content[0].value for entry in found["zh-Hant"])


def test_a_link_that_is_doubted_later_goes_from_an_edition_where_nothing_else_changed(
    site: NewsSite, tmp_path: Path
) -> None:
    site.publish(Paper("P2026112000001", "Harbour reopens", counterpart="P2026112000099"))
    _, found = _published(site, tmp_path)
    assert len(related_addresses(found["en"][0])) == 1
    site.publish(Paper("P2026112000099", "局長談話（只有中文）", ("局長今日會見傳媒。",), "zh-Hant"))
    report, found = _published(site, tmp_path, NOW + timedelta(hours=1))
    assert len(report.pairs.refused) == 1
    assert related_addresses(found["en"][0]) == []


# Derived languages


def test_a_derived_language_has_feeds_of_its_own(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, ("en", "zh-Hant", "zh-Hans"), 'derive = { zh-Hans = "zh-Hant" }')
    room.write("en", "fire", FIRE, url="https://www.example.gov/e.htm")
    room.write("zh-Hant", "fire", FIRE, url="https://www.example.gov/c.htm")
    report = room.run()
    assert {"feeds/all/zh-Hans.atom", "feeds/all/zh-Hans.rss"} <= set(report.written)
    (derived,) = room.entries("zh-Hans")
    assert derived.id == f"{TAG}zh-hant/fire?zh-Hans"
    assert (derived.title, derived.link) == (FIRE["zh-Hans"][0], "https://www.example.gov/c.htm")
    assert FIRE["zh-Hans"][1] in derived.content[0].value
    assert "（简体中文版由繁体中文版自动转换。）" in derived.content[0].value
    # It has no page of its own, so its address is that of the Traditional one, and says so.
    (alternate,) = [link for link in derived.links if link.rel == "alternate"]
    assert alternate.hreflang == "zh-Hant"
    assert related(derived) == [
        ("en", FIRE["en"][0], "https://www.example.gov/e.htm"),
        ("zh-Hant", FIRE["zh-Hant"][0], "https://www.example.gov/c.htm"),
    ]
    (english,) = room.entries("en")
    assert related(english) == [("zh-Hant", FIRE["zh-Hant"][0], "https://www.example.gov/c.htm")]
    feed = feedparser.parse((tmp_path / "public/feeds/all/zh-Hans.atom").read_bytes()).feed
    assert (feed.title, feed.language) == ("新闻", "zh-Hans")


def test_a_derived_language_is_neither_stored_nor_bilingual(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, ("en", "zh-Hant", "zh-Hans"), 'derive = { zh-Hans = "zh-Hant" }')
    room.write("en", "fire", FIRE)
    room.write("zh-Hant", "fire", FIRE)
    report = room.run()
    assert room.stories() == {"en/fire?story": {"en/fire", "zh-hant/fire"}}
    assert report.health.paired == {"en": 1.0, "zh-Hant": 1.0}
    (composed,) = room.entries()
    assert FIRE["zh-Hans"][0] not in composed.title + composed.content[0].value


def test_a_change_of_what_a_derived_language_is_made_of_is_published(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, ("en", "zh-Hant", "zh-Hans"), 'derive = { zh-Hans = "zh-Hant" }')
    room.write("zh-Hant", "fire", FIRE)
    room.run()
    room.write("zh-Hant", "fire", {"zh-Hant": ("旺角三級火警救熄", FIRE["zh-Hant"][1])})
    report = room.run()
    assert "feeds/all/zh-Hans.atom" in report.written
    (derived,) = room.entries("zh-Hans")
    assert derived.title == "旺角三级火警救熄"
    assert datetime.fromisoformat(derived.updated) == room.now


# Health


def test_single_stories_are_counted_and_named_after_the_time_that_is_set(room: Newsroom) -> None:
    room.write("en", "fire", FIRE)
    room.write("zh-Hant", "fire", FIRE)
    room.write("en", "flags", FLAGS, url="https://www.example.gov/flags.htm")
    health = room.run().health
    assert (health.paired, health.single) == ({"en": 0.5, "zh-Hant": 1.0}, 0)
    room.now += timedelta(days=1)
    health = room.run().health
    assert health.paired == {"en": 0.5, "zh-Hant": 1.0}
    assert [(one.where, one.what) for one in health.newest_single] == [
        ("https://www.example.gov/flags.htm", FLAGS["en"][0])
    ]
    room.write("zh-Hant", "flags", FLAGS)
    health = room.run().health
    assert (health.paired, health.single) == ({"en": 1.0, "zh-Hant": 1.0}, 0)


def test_a_story_is_single_as_soon_as_the_config_says(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    place = tmp_path / "site.toml"
    place.write_text(place.read_text("utf-8") + '[pairing]\nsingle_after = "4h"\n', "utf-8")
    room.write("en", "fire", FIRE, date=NOW - timedelta(hours=4))
    room.write("zh-Hant", "flags", FLAGS, date=NOW - timedelta(hours=2))
    assert [one.where for one in room.run().health.newest_single] == [f"{TAG}en/fire"]


def test_a_release_that_is_marked_as_single_is_not_counted(room: Newsroom) -> None:
    title, text = FLAGS["en"]
    room.write("en", "flags", {"en": (f"{title} (English only)", text)})
    room.write("en", "fire", FIRE)
    room.write("zh-Hant", "fire", FIRE)
    room.now += timedelta(days=2)
    health = room.run().health
    assert (health.paired, health.single) == ({"en": 1.0, "zh-Hant": 1.0}, 0)


def test_what_is_older_than_a_week_is_not_counted(room: Newsroom) -> None:
    room.write("en", "fire", FIRE)
    room.write("zh-Hant", "flags", FLAGS)
    room.now += timedelta(days=8)
    health = room.run().health
    assert (health.paired, health.single) == ({}, 0)


# A store of version 1


def _to_version_1(place: Path) -> None:
    """Make a store anew as feedpub 0.1.0 left it: the same entries in the tables of its first migration."""
    columns = "id, source, key, language, published, updated, run, data"
    with closing(sqlite3.connect(place)) as connection:
        rows = connection.execute(f"SELECT {columns} FROM entry").fetchall()  # noqa: S608 - our own columns
        runs = connection.execute("SELECT id, at, report FROM run").fetchall()
    for path in place.parent.glob(f"{place.name}*"):
        path.unlink()
    with closing(sqlite3.connect(place)) as connection:
        for statement in ("CREATE TABLE schema_version (version INTEGER NOT NULL)", *MIGRATIONS[0]):
            assert isinstance(statement, str)
            connection.execute(statement)
        connection.execute("INSERT INTO schema_version VALUES (1)")
        connection.executemany(f"INSERT INTO entry ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608
        connection.executemany("INSERT INTO run VALUES (?, ?, ?)", runs)
        connection.commit()


@pytest.mark.parametrize("files", ["are there", "are gone"])
def test_the_entries_of_a_store_of_version_1_are_paired_in_the_next_run(files: str, room: Newsroom) -> None:
    room.write("en", "fire", FIRE, date=NOW - timedelta(hours=6))
    room.write("zh-Hant", "fire", FIRE)
    room.write("en", "flags", FLAGS, counterpart="zh-hant/flags")
    room.write("zh-Hant", "flags", FLAGS)
    room.write("en", "missing", MISSING)
    room.run()
    before, ids = room.stories(), {entry.id for entry in room.entries("en")}
    assert sorted(map(len, before.values())) == [1, 2, 2]
    _to_version_1(room.folder / "store.db")
    if files == "are gone":
        for path in room.folder.glob("*/*.txt"):
            path.unlink()
    report = room.run()
    assert room.rows("SELECT version FROM schema_version") == [(VERSION,)]
    assert (report.pairs.linked, report.pairs.found) == (1, 1)
    assert room.stories() == before
    assert {entry.id for entry in room.entries("en")} == ids
    assert len(room.entries()) == 3
    report = room.run()
    assert (report.pairs.linked, report.pairs.found, report.written) == (0, 0, ())


def test_a_pair_in_later_parts_than_another_release_of_its_day_is_made(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedpub.joining._AT_ONCE", 1)
    room.write("en", "flags", FLAGS, date=NOW - timedelta(hours=6))
    room.write("en", "missing", MISSING)
    room.write("zh-Hant", "missing", MISSING)
    room.run()
    assert room.stories() == {"en/flags?story": {"en/flags"}, "en/missing?story": {"en/missing", "zh-hant/missing"}}


def test_a_store_of_version_1_that_is_paired_in_small_parts_comes_to_the_same(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language, name, release, matter in _ARRIVING:
        room.write(language, name, release, **matter)
    room.run()
    before = room.stories()
    _to_version_1(room.folder / "store.db")
    monkeypatch.setattr("feedpub.joining._AT_ONCE", 1)
    room.run()
    assert room.stories() == before


def test_what_arrives_after_the_migration_joins_an_entry_of_before_under_its_id(room: Newsroom) -> None:
    room.write("en", "fire", FIRE)
    room.run()
    _to_version_1(room.folder / "store.db")
    room.write("zh-Hant", "fire", FIRE, date=NOW - timedelta(hours=6))
    room.run()
    assert room.stories() == {"en/fire?story": {"en/fire", "zh-hant/fire"}}


# Any order


_ARRIVING: tuple[tuple[str, str, dict[str, tuple[str, str]], dict[str, Any]], ...] = (
    ("en", "fire", FIRE, {}),
    ("zh-Hant", "wrong", FIRE, {"date": NOW - timedelta(hours=4)}),
    ("zh-Hant", "right", FIRE, {"counterpart": "en/fire"}),
    ("en", "flags", FLAGS, {"counterpart": "zh-hant/flags"}),
    ("zh-Hant", "flags", FLAGS, {}),
    ("en", "missing", MISSING, {}),
    ("zh-Hant", "missing", MISSING, {}),
    ("en", "rivals", FIRE, {"date": NOW - timedelta(days=3)}),
    ("zh-Hant", "rival-1", FIRE, {"counterpart": "en/rivals", "date": NOW - timedelta(days=3)}),
    ("zh-Hant", "rival-2", FIRE, {"counterpart": "en/rivals", "date": NOW - timedelta(days=3)}),
)


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 12))])
def test_the_members_of_stories_do_not_depend_on_the_order_of_runs(seed: int, room: Newsroom) -> None:
    order = random.Random(seed)
    waiting = list(_ARRIVING)
    order.shuffle(waiting)
    while waiting:
        some = order.randint(1, 3)
        for language, name, release, matter in waiting[:some]:
            room.write(language, name, release, **matter)
        del waiting[:some]
        room.run()
    by_name = {one: one.rpartition(":")[2] for members in room.stories().values() for one in members}
    assert {frozenset(by_name[one] for one in members) for members in room.stories().values()} == {
        frozenset({"en/fire", "zh-hant/right"}),
        frozenset({"zh-hant/wrong"}),
        frozenset({"en/flags", "zh-hant/flags"}),
        frozenset({"en/missing", "zh-hant/missing"}),
        frozenset({"en/rivals"}),
        frozenset({"zh-hant/rival-1"}),
        frozenset({"zh-hant/rival-2"}),
    }


# Feeds of some sources


def test_a_feed_of_one_source_leads_to_the_languages_of_the_others(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    with (tmp_path / "site.toml").open("a", encoding="utf-8") as config_file:
        config_file.write('[[feed]]\nid = "all"\nsources = ["en"]\n')
    room.write("en", "fire", FIRE, url="https://www.example.gov/e.htm")
    room.write("zh-Hant", "fire", FIRE, url="https://www.example.gov/c.htm")
    room.run()
    (english,) = room.entries("en")
    assert related(english) == [("zh-Hant", FIRE["zh-Hant"][0], "https://www.example.gov/c.htm")]
    assert room.entries("zh-Hant") == [], "what is listed is of that source only"
    (both,) = room.entries()
    assert both.title == f"{FIRE['en'][0]} | {FIRE['zh-Hant'][0]}"


def test_of_three_languages_a_link_from_the_other_side_keeps_its_mate(tmp_path: Path) -> None:
    """English and Chinese are linked by the Chinese page only; evidence for another Chinese page makes no pair."""
    room = Newsroom(tmp_path, ("en", "zh-Hant", "zh-Hans"))
    room.write("en", "fire", FIRE)
    room.write("zh-Hant", "linked", {"zh-Hant": ("鳴謝各界", "謹此致意。")}, counterpart="fire")
    room.write("zh-Hant", "alike", FIRE)
    room.run()
    assert {"en/fire", "zh-hant/linked"} in room.stories().values()
    assert room.rows("SELECT * FROM pair") == []

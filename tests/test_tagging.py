"""Topics through whole runs: real folders of releases, the small taxonomy, and the feeds that come out."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.errors import ConfigError
from feedpub.progress import NoBar
from feedpub.report import RunReport
from tests.newssite import HKT
from tests.test_cli import feedpub

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=HKT)
TAXONOMY = Path(__file__).parent / "entries" / "topics"
MEASLES = {
    "en": ("Measles in the harbour", "The Department of Health (DH) reported three cases of measles."),
    "zh-Hant": ("海港區出現麻疹", "衞生署公布三宗麻疹個案。"),
}
ROWING = {
    "en": ("Rowing finals conclude", "Athletes of seven districts took part in the rowing finals."),
    "zh-Hant": ("賽艇決賽圓滿結束", "七區運動員參加賽艇決賽。"),
}
STORM = {
    "en": ("Rainstorm over the harbour", "The Harbour Observatory issued a warning."),
    "zh-Hant": ("海港區有暴雨", "海港天文台發出警告。"),
}
ATOM = {"atom": "http://www.w3.org/2005/Atom"}


class Site:
    """A site in two languages with a folder of releases for each; topics by the small taxonomy."""

    def __init__(self, folder: Path, feeds: str = "", site: str = "", languages: str = '"en", "zh-Hant"') -> None:
        self.folder, self.now = folder, NOW
        for tag in ("en", "zh-Hant"):
            (folder / tag).mkdir(parents=True, exist_ok=True)
        for name in ("taxonomy.toml", "bodies.toml"):
            shutil.copy(TAXONOMY / name, folder / name)
        self.configure(feeds, site, languages)

    def configure(self, feeds: str = "", site: str = "", languages: str = '"en", "zh-Hant"') -> None:
        sources = "".join(
            f'[[source]]\nid = "{tag.lower()}"\nkind = "files"\ndirectory = "{tag}"\nlanguage = "{tag}"\n'
            f'credit = {{ en = "Lantern", zh-Hant = "燈港" }}\n'
            for tag in ("en", "zh-Hant")
        )
        (self.folder / "site.toml").write_text(
            f'[site]\nbase_url = "https://news.example/"\ntitle = {{ en = "News", zh-Hant = "新聞" }}\n'
            f'languages = [{languages}]\ntimezone = "Asia/Hong_Kong"\n{site}\n[output]\ndirectory = "public"\n'
            f'[store]\nurl = "sqlite:///store.db"\n[topics]\ntaxonomy = "taxonomy.toml"\n{sources}{feeds}',
            "utf-8",
        )

    @property
    def path(self) -> Path:
        return self.folder / "site.toml"

    def write(self, language: str, name: str, release: dict[str, tuple[str, str]], *, age: int = 5) -> None:
        title, text = release[language]
        front = f'key = "{name}-{language}"\ndate = {(NOW - timedelta(hours=age)).isoformat()}\n'
        other = "zh-Hant" if language == "en" else "en"
        if other in release:
            front += f'counterpart = "{name}-{other}"\n'
        (self.folder / language / f"{name}.txt").write_text(f"+++\n{front}+++\n{title}\n\n{text}\n", "utf-8")

    def story(self, name: str, release: dict[str, tuple[str, str]], *, age: int = 5) -> None:
        for language in release:
            self.write(language, name, release, age=age)

    def run(self) -> RunReport:
        self.now += timedelta(hours=1)
        report = job.run(config.load(self.path, KINDS), job.Run(now=self.now))
        assert report.exit_code == 0, report
        return report

    def retag(self) -> RunReport:
        self.now += timedelta(hours=1)
        return job.retag(config.load(self.path, KINDS), self.now, NoBar())

    def titles(self, name: str) -> list[str]:
        return [entry.title for entry in self.parsed(name).entries]

    def parsed(self, name: str) -> Any:
        parsed = feedparser.parse(self.bytes(name))
        assert not parsed.bozo, name
        return parsed

    def bytes(self, name: str) -> bytes:
        return (self.folder / "public/feeds" / name).read_bytes()

    def files(self) -> dict[str, int]:
        """The published files with the times of their last change."""
        root = self.folder / "public"
        found = (path for path in root.rglob("*.*") if path.suffix not in (".gz", ".br"))
        return {str(path.relative_to(root)): path.stat().st_mtime_ns for path in found}

    def edit(self, name: str, old: str, new: str) -> None:
        place = self.folder / name
        text = place.read_text("utf-8")
        assert old in text
        place.write_text(text.replace(old, new), "utf-8")

    def rows(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "store.db")) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.story("measles", MEASLES, age=5)
    site.story("rowing", ROWING, age=4)
    return site


# What is in the feeds


def test_entries_carry_the_same_terms_in_both_languages_and_labels_in_their_own(site: Site) -> None:
    site.run()
    found = {}
    for name in ("en", "zh-Hant", "bilingual"):
        root = etree.fromstring(site.bytes(f"topics/health/{name}.atom"))
        found[name] = [dict(one.attrib) for one in root.findall("atom:entry/atom:category", ATOM)]
    own, iptc = "https://news.example/topics/", "http://cv.iptc.org/newscodes/mediatopic/"
    assert found["en"] == [
        {"term": "health", "scheme": own, "label": "Health"},
        {"term": "07000000", "scheme": iptc, "label": "health"},
    ]
    assert found["zh-Hant"] == [
        {"term": "health", "scheme": own, "label": "醫療衞生"},
        {"term": "07000000", "scheme": iptc, "label": "衞生"},
    ]
    assert found["bilingual"] == [
        {"term": "health", "scheme": own, "label": "Health | 醫療衞生"},
        {"term": "07000000", "scheme": iptc, "label": "health | 衞生"},
    ]


def test_rss_names_the_term_and_the_scheme(site: Site) -> None:
    site.run()
    for name in ("en", "zh-Hant"):
        (item,) = etree.fromstring(site.bytes(f"topics/health/{name}.rss")).findall("channel/item")
        assert [(one.get("domain"), one.text) for one in item.findall("category")] == [
            ("https://news.example/topics/", "health"),
            ("http://cv.iptc.org/newscodes/mediatopic/", "07000000"),
        ]


def test_the_issuing_body_is_the_author_else_the_source(site: Site) -> None:
    site.run()
    authors = {entry.title: entry.author for entry in site.parsed("all/en.atom").entries}
    assert authors == {MEASLES["en"][0]: "Department of Health", ROWING["en"][0]: "Lantern"}
    assert site.parsed("bodies/dh/zh-Hant.rss").entries[0].author == "衞生署"
    assert site.parsed("bodies/dh/bilingual.atom").entries[0].author == "Department of Health | 衞生署"


def test_every_topic_has_a_feed_and_every_body_with_releases(site: Site) -> None:
    site.run()
    public = site.folder / "public/feeds"
    assert sorted(path.name for path in (public / "topics").iterdir()) == [
        "administration",
        "health",
        "law",
        "sports",
        "weather",
    ]
    assert [path.name for path in (public / "bodies").iterdir()] == ["dh"]
    assert site.titles("topics/health/en.atom") == [MEASLES["en"][0]]
    assert site.titles("topics/health/bilingual.rss") == [f"{MEASLES['en'][0]} | {MEASLES['zh-Hant'][0]}"]
    assert site.titles("topics/weather/en.atom") == []
    assert site.parsed("topics/health/zh-Hant.atom").feed.title == "新聞：醫療衞生"
    assert site.parsed("bodies/dh/en.atom").feed.title == "News: Department of Health"


def test_what_a_unit_issues_is_in_the_feed_of_the_body_that_it_is_part_of(site: Site) -> None:
    site.story("protection", {"en": ("CHP finds measles", "The Centre for Health Protection said so.")})
    site.run()
    assert site.titles("bodies/chp/en.atom") == ["CHP finds measles"]
    assert set(site.titles("bodies/dh/en.atom")) == {"CHP finds measles", MEASLES["en"][0]}
    assert not (site.folder / "public/feeds/bodies/hb").exists(), "a department is not its bureau"


def test_a_derived_language_has_the_same_topics(tmp_path: Path) -> None:
    site = Site(tmp_path, site='derive = { zh-Hans = "zh-Hant" }', languages='"en", "zh-Hant", "zh-Hans"')
    site.story("measles", MEASLES)
    site.run()
    (entry,) = site.parsed("topics/health/zh-Hans.atom").entries
    assert [(tag.term, tag.label) for tag in entry.tags] == [("health", "医疗卫生"), ("07000000", "卫生")]
    assert entry.author == "卫生署"
    assert site.parsed("topics/health/zh-Hans.atom").feed.title == "新闻：医疗卫生"


def test_the_second_language_has_the_topics_of_the_story_although_its_text_says_less(tmp_path: Path) -> None:
    site = Site(tmp_path)
    release = MEASLES | {"zh-Hant": ("公告", "請看英文版。")}
    site.write("en", "measles", release)
    site.run()
    site.write("zh-Hant", "measles", release)
    site.run()
    assert site.titles("topics/health/zh-Hant.atom") == ["公告"]
    assert len(site.rows("SELECT * FROM story")) == 1


# The config's feeds


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ('topics = ["health"]', ["measles"]),
        ('topics = ["health", "sports"]', ["measles", "rowing"]),
        ('bodies = ["dh"]', ["measles"]),
        ('sources = ["en"]\ntopics = ["sports"]', ["rowing"]),
        ('text = ["渡輪", "district"]', ["rowing"]),
        ('any = [{ topics = ["weather"] }, { text = ["麻疹"] }]', ["measles"]),
        ('not = [{ bodies = ["dh"] }]', ["rowing"]),
        ('topics = ["health", "sports"]\nnot = [{ text = ["Department of Health"] }]', ["rowing"]),
    ],
)
def test_a_feed_combines_conditions(site: Site, selection: str, expected: list[str]) -> None:
    site.configure(f'[[feed]]\nid = "mine"\n{selection}\n')
    site.run()
    titles = {MEASLES["en"][0]: "measles", ROWING["en"][0]: "rowing"}
    assert sorted(titles[title] for title in site.titles("mine/en.atom")) == expected


def test_a_feed_that_is_edited_takes_what_is_there_already(site: Site) -> None:
    site.configure('[[feed]]\nid = "mine"\ntopics = ["health"]\n')
    site.run()
    site.configure('[[feed]]\nid = "mine"\ntopics = ["sports"]\n')
    site.run()
    assert site.titles("mine/en.atom") == [ROWING["en"][0]]


def test_the_feed_of_a_topic_can_be_told_how_to_be(site: Site) -> None:
    site.configure('[[feed]]\nid = "topics/health"\ntitle = { en = "To your health", zh-Hant = "健康" }\nlimit = 1\n')
    site.story("more", {"en": ("More measles", "A hospital.")}, age=1)
    site.run()
    assert site.parsed("topics/health/en.atom").feed.title == "To your health"
    assert site.titles("topics/health/en.atom") == ["More measles"]


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        (
            'id = "mine"\ntopics = ["helth"]',
            'feed "mine": topics: "helth" is not in the taxonomy; did you mean "health"?',
        ),
        ('id = "mine"\nnot = [{ bodies = ["dhh"] }]', 'feed "mine": bodies: "dhh" is not in the taxonomy'),
        ('id = "topics/helth"', 'feed "topics/helth": topics: "helth" is not in the taxonomy'),
        (
            'id = "topics/health"\ntopics = ["sports"]',
            'feed "topics/health": selects the stories of its health already',
        ),
        ('id = "mine"\nany = [{}]', 'feed "mine": any: has a table that selects nothing in particular'),
        ('id = "mine"\nany = [{ topic = ["health"] }]', 'feed "mine": any number 1: unknown key "topic"'),
        ('id = "mine"\ntext = ["…"]', 'feed "mine": text: "…" has no letter to look for'),
    ],
)
def test_a_feed_that_cannot_be_is_told(site: Site, feed: str, said: str) -> None:
    site.configure(f"[[feed]]\n{feed}\n")
    for command in ("check", "publish"):
        done = feedpub(command, "-c", site.path)
        assert done.code == 2
        assert said in done.err


# What changes


def test_only_the_feeds_that_hold_a_new_story_are_rendered(site: Site) -> None:
    site.run()
    before = site.files()
    site.story("storm", STORM, age=1)
    report = site.run()
    lists = {f"feeds/{language}.opml" for language in ("en", "zh-Hant")}
    editions = [path for path in report.written if path.startswith("feeds/") and path not in lists]
    touched = {path.partition("/archive/")[0].removeprefix("feeds/") for path in editions if "/archive/" in path}
    touched |= {path.rpartition("/")[0].removeprefix("feeds/") for path in editions if "/archive/" not in path}
    assert touched == {"all", "topics/weather", "bodies/ho"}
    pages = {path.removesuffix("/index.html") for path in report.written if path.endswith("/index.html")}
    assert {path.removeprefix("en/feeds/") for path in pages if path.startswith("en/feeds/")} == touched
    after = site.files()
    assert {path for path in before if before[path] != after[path]} == {
        *(path for path in report.written if path in before),
    }


def test_a_run_with_nothing_new_writes_nothing(site: Site) -> None:
    site.run()
    before = site.files()
    report = site.run()
    assert (report.written, report.tags.tagged) == ((), 0)
    assert site.files() == before


def test_an_edited_taxonomy_is_told_and_retag_brings_the_stories_up_to_it(site: Site) -> None:
    site.run()
    before = site.parsed("all/en.atom").entries
    site.edit("taxonomy.toml", 'sure = ["rowing final", ', "sure = [")
    site.edit("taxonomy.toml", 'sure = ["賽艇決賽", ', "sure = [")
    site.edit(
        "taxonomy.toml", 'likely = ["weather", "strong wind"]', 'likely = ["weather", "rowing", "conclude", "district"]'
    )
    assert site.run().tags.stale
    assert feedpub("publish", "-c", site.path).err.count("feedpub retag") == 1
    assert feedpub("status", "-c", site.path).out.count("feedpub retag") == 1
    files = site.files()
    report = site.retag()
    assert (report.tags.tagged, report.tags.changed, report.tags.stale) == (2, 1, False)
    assert site.titles("topics/weather/en.atom") == [ROWING["en"][0]]
    after = site.parsed("all/en.atom").entries
    assert [entry.updated for entry in after] == [entry.updated for entry in before]
    changed = {path for path, moment in site.files().items() if files.get(path) != moment}
    assert changed == set(report.written)
    feeds = {path for path in changed if path.startswith("feeds/")}
    assert {path.split("/")[1] for path in feeds} == {"all", "topics"}
    assert {path.split("/")[2] for path in feeds if "/topics/" in path} == {"sports", "weather"}
    assert site.retag().written == ()
    assert not site.run().tags.stale
    assert "feedpub retag" not in feedpub("status", "-c", site.path).out


def test_a_feed_of_a_body_stays_when_it_has_no_release_any_more(site: Site) -> None:
    site.run()
    site.edit("bodies.toml", 'name = { en = "Department of Health", zh-Hant = "衞生署" }', 'name = { en = "Other" }')
    site.edit("bodies.toml", 'short = { en = ["DH"] }\n', "")
    site.retag()
    assert site.titles("bodies/dh/en.atom") == []


def test_a_label_that_is_edited_is_seen_without_retagging(site: Site) -> None:
    site.run()
    site.edit("taxonomy.toml", 'label = { en = "Health",', 'label = { en = "Wellness",')
    site.run()
    assert site.parsed("topics/health/en.atom").feed.title == "News: Wellness"


def test_a_store_of_before_topics_is_tagged_by_the_next_run(site: Site) -> None:
    text = site.path.read_text("utf-8")
    site.path.write_text(text.replace('[topics]\ntaxonomy = "taxonomy.toml"\n', ""), "utf-8")
    site.run()
    assert not (site.folder / "public/feeds/topics").exists()
    assert site.rows("SELECT * FROM member") == []
    site.path.write_text(text, "utf-8")
    assert site.run().tags.tagged == 2
    assert site.titles("topics/health/en.atom") == [MEASLES["en"][0]]


def test_a_story_that_is_corrected_moves_between_feeds(site: Site) -> None:
    site.run()
    site.story("measles", {"en": ("Rainstorm in the harbour", "Rainstorm."), "zh-Hant": ("海港區有暴雨", "暴雨。")})
    site.run()
    assert site.titles("topics/health/en.atom") == []
    assert site.titles("topics/weather/en.atom") == ["Rainstorm in the harbour"]
    assert site.titles("bodies/dh/en.atom") == []


# Lists of feeds


def outlines(site: Site, name: str) -> dict[str, list[str]]:
    """The groups of a list with the addresses in them."""
    root = etree.parse(site.folder / "public" / name).getroot()
    assert root.get("version") == "2.0"
    return {
        group.get("text", ""): [one.get("xmlUrl", "") for one in group.iter("outline") if one.get("xmlUrl")]
        for group in root.findall("body/outline")
    }


def test_the_list_of_a_language_has_its_feeds_in_groups(site: Site) -> None:
    site.run()
    found = outlines(site, "feeds/zh-Hant.opml")
    assert list(found) == ["主要消息", "主題", "發布機構"]
    assert found["主要消息"] == ["https://news.example/feeds/all/zh-Hant.atom"]
    assert found["主題"][1] == "https://news.example/feeds/topics/health/zh-Hant.atom"
    assert found["發布機構"] == ["https://news.example/feeds/bodies/dh/zh-Hant.atom"]


def test_the_list_of_all_has_each_language_and_the_bilingual_editions(site: Site) -> None:
    site.run()
    found = outlines(site, "feeds.opml")
    assert list(found) == ["English", "繁體中文", "English | 繁體中文"]
    assert "https://news.example/feeds/topics/sports/bilingual.atom" in found["English | 繁體中文"]
    every = [address for addresses in found.values() for address in addresses]
    assert len(every) == len(set(every)) == 3 * 7
    for address in every:
        assert (site.folder / "public" / address.removeprefix("https://news.example/")).is_file()


def test_the_lists_change_only_with_the_feeds(site: Site) -> None:
    site.run()
    before = site.files()
    site.story("more", {"en": ("More measles", "A hospital.")}, age=1)
    site.run()
    assert {path for path, moment in site.files().items() if path.endswith("opml") and before[path] != moment} == set()
    site.story("storm", STORM, age=1)
    assert {"feeds.opml", "feeds/en.opml", "feeds/zh-Hant.opml"} <= set(site.run().written)


def test_the_lists_follow_a_label_that_no_title_shows(site: Site) -> None:
    site.configure('[[feed]]\nid = "all"\n[[feed]]\nid = "topics/health"\ntitle = "All about it"\n')
    site.run()
    site.edit("taxonomy.toml", '"Health"', '"Medicine"')
    assert {"feeds.opml", "feeds/en.opml"} <= set(site.run().written)
    assert b'text="Medicine"' in site.bytes("en.opml")


# The taxonomy's files


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("taxonomy.toml", 'id = "health"', 'id = "weather"', 'taxonomy.toml: topic: "weather" stands there twice'),
        ("taxonomy.toml", 'id = "health"', 'id = "Health"', 'topic "Health": id: "Health": expected small letters'),
        (
            "taxonomy.toml",
            'scope = "Diseases',
            'scop = "Diseases',
            'topic "health": unknown key "scop"; did you mean "scope"?',
        ),
        (
            "taxonomy.toml",
            'likely = ["dh", "chp"]',
            'likely = ["dhh"]',
            'topic "health": bodies: likely: no body "dhh"',
        ),
        ("taxonomy.toml", "sure = 8", 'sure = "8"', "weights: sure: expected a number, got text"),
        ("taxonomy.toml", 'scheme = "topics/"', 'scheme = "topics"', 'scheme: "topics": expected a relative path'),
        ("taxonomy.toml", 'iptc = "07000000"', 'iptc = "7"', 'topic "health": iptc: "7": expected the eight digits'),
        (
            "taxonomy.toml",
            "[topic.terms.en]",
            "[topic.terms.de]",
            'topic "administration": terms: unknown language "de"',
        ),
        ("taxonomy.toml", "[[topic]]", "[[topic]", "is not valid TOML"),
        ("bodies.toml", 'part_of = "hb"', 'part_of = "hbb"', 'body "dh": part_of: no body "hbb"; did you mean "hb"?'),
        ("bodies.toml", 'part_of = "hb"', 'part_of = "chp"', 'body "dh": part_of: leads back to itself'),
        ("bodies.toml", 'id = "hb"', 'id = "dh"', 'body: "dh" stands there twice'),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_told(site: Site, name: str, old: str, new: str, said: str) -> None:
    site.edit(name, old, new)
    for command in ("check", "publish"):
        done = feedpub(command, "-c", site.path)
        assert done.code == 2, done
        assert f"{site.folder / name}: " in done.err
        assert said in done.err


def test_a_file_that_is_not_there_is_told(site: Site) -> None:
    (site.folder / "bodies.toml").unlink()
    done = feedpub("publish", "-c", site.path)
    assert done.code == 2
    assert f"a file that [topics] bodies of {site.path} names; it cannot be read" in done.err


def test_check_tells_terms_of_no_use(site: Site) -> None:
    assert f"{site.folder / 'taxonomy.toml'}: nothing wrong with its terms" in feedpub("check", "-c", site.path).err
    site.edit("taxonomy.toml", '"rainstorm"]', '"rainstorm", "measles"]')
    done = feedpub("check", "-c", site.path)
    assert done.code == 2
    assert 'topic "weather": terms: en: sure: "measles" stands under topic "health" as well' in done.err
    assert feedpub("publish", "-q", "-c", site.path).code == 0, "it stops no run"


def test_retag_without_a_taxonomy_is_told(site: Site) -> None:
    site.path.write_text(site.path.read_text("utf-8").replace('[topics]\ntaxonomy = "taxonomy.toml"\n', ""), "utf-8")
    with pytest.raises(ConfigError, match="names no taxonomy to tag by"):
        site.retag()


def test_retag_as_a_command_says_what_it_did(site: Site) -> None:
    site.run()
    done = feedpub("retag", "-c", site.path)
    assert done.code == 0
    assert "topics: 2 tagged, 0 of them new or changed" in done.err
    assert feedpub("retag", "-q", "-c", site.path).err == ""

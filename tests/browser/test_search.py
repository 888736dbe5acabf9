"""The search page in a browser: what is found, how it is shown, in whose language, and what never happens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from feedpub import scripts, searchindex
from feedpub.publish.directory import Directory
from feedpub.site import assets, search
from feedpub.site.frame import Site
from feedpub.site.listing import Label
from feedpub.site.search import Part, Searchable, Told
from feedpub.site.searchwords import fold
from tests.browser.conftest import Opening, Serving
from tests.browser.served import Served
from tests.newssite import HKT
from tests.site.hostile import CANARY

if find_spec("pagefind") is None:
    pytest.skip("pagefind is not installed (the extra `search`)", allow_module_level=True)
pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (the extra `test`)")

from playwright.sync_api import Page, expect

from tests.browser.looks import DARK, LIGHT, axe, overflow
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

TERMS = Path(__file__).parents[1] / "site" / "search" / "terms.txt"
LANGUAGES = ("en", "zh-Hant", "zh-Hans", "fr")
SITE = Site(
    url="https://news.example/",
    title={"en": "News", "zh-Hant": "新聞", "zh-Hans": "新闻", "fr": "Nouvelles"},
    languages=LANGUAGES,
    search=True,
)
HOSTILE = '<img src="x" onerror="window.__pwned = 1"> & <b>bold</b> </script><script>window.__pwned = 1</script>'
SAMPLES = 40
"""Parts of texts that are looked for."""
_NOON = datetime(2026, 11, 1, 12, 0, tzinfo=HKT)


def _story(
    number: int, english: tuple[str, str] | None, chinese: tuple[str, str] | None, topic: str = ""
) -> Searchable:
    versions = {}
    if english:
        versions["en"] = Told(title=english[0], text=english[1])
    if chinese:
        versions["zh-Hant"] = Told(title=chinese[0], text=chinese[1])
        versions["zh-Hans"] = Told(title=scripts.simplified(chinese[0]), text=scripts.simplified(chinese[1]))
    return Searchable(
        path=f"stories/2026/11/p{number}-abcdefgh.html",
        when=_NOON + timedelta(hours=number),
        versions=versions,
        indexed=("en", "zh-Hant", "fr"),
        topics=(topic,) if topic else (),
    )


def _mixed() -> list[str]:
    """Texts of Chinese words, some of them with figures or Latin letters, next to one another."""
    random, terms = Random(11), TERMS.read_text("utf-8").split()
    return ["".join(random.choice(terms) for _ in range(25)) for _ in range(12)]


STORIES = (
    _story(1, ("New timetable for ferries", "The ferries to the north pier run twice an hour."),
           ("往碼頭渡輪的新時間表", "往北碼頭的渡輪每小時兩班，市民可接種COVID疫苗。"), "transport"),
    _story(2, ("Department of Health reports a measles case", "The vaccination of residents begins on Monday."),
           ("衞生署公布一宗麻疹個案", "居民於星期一開始接種疫苗，詳情載於答覆。"), "health"),
    _story(3, ("A notice in English alone", "Nothing but words about the quarry."), None),
    _story(4, None, ("果園開放日", "果園於十一月開放。")),
    _story(5, (HOSTILE, f"{HOSTILE} kettle"), ("<svg onload=window.__pwned=1>水壺", "{{constructor}} 水壺"), "health"),
    _story(6, ("x" * 10_000, "y" * 10_000 + " viaduct"), None),
)  # fmt: skip
OLDER = tuple(_story(number, (f"A meeting about the harbour {number}", "Harbour."), None) for number in range(-40, 0))
MIXED = tuple(_story(100 + number, None, ("通告", text)) for number, text in enumerate(_mixed()))


@dataclass
class Searching:
    """The search pages, served with the strict policy, and how a visitor uses them."""

    server: Served
    visit: Opening

    def open(self, language: str = "en", query: str = "", **options: Any) -> Page:
        """The search page, with something to look for in its address."""
        page = self.visit(**options)
        page.goto(self.server.at(f"{language}/search/{query}"))
        return page

    def ask(self, page: Page, query: str) -> list[str]:
        """Type something, and give the titles of what is found."""
        page.fill("#q", query)
        page.keyboard.press("Enter")
        page.locator("#found:not([aria-busy])").wait_for(state="attached")
        expect(page.locator("#told")).to_have_text(re.compile(r"\d|Nothing|找不到|Aucun"))
        return page.locator("#found h2").all_inner_texts()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of search pages: two indexes, the second of older stories."""
    place = tmp_path_factory.mktemp("search")
    directory, parts = Directory(place), []
    for name, some in (("2026-11", (*STORIES, *MIXED)), ("2026-10", OLDER)):
        searchindex.write(directory, name, [search.record(one) for one in some], "en", ())
        parts.append(Part(name=name, month=name, stories=len(some)))
    topics = {
        tag: [Label(text="Health", path="health"), Label(text="Transport", path="transport")] for tag in LANGUAGES
    }
    documents = *search.pages(SITE, topics), search.folds(), search.contents(parts, "en", "1")
    for document in (*documents, *assets.documents(search=True)):
        directory.write(document)
    return place


@pytest.fixture
def searching(folder: Path, serve: Serving, visit: Opening) -> Searching:
    return Searching(serve(folder), visit)


def test_every_part_of_a_chinese_text_is_found(searching: Searching) -> None:
    page, random = searching.open("zh-Hant"), Random(4)
    latin = re.compile(r"[^\W\u3400-\u9fff]{2}")
    missed, asked = [], 0
    while asked < SAMPLES:
        story = random.choice(MIXED)
        text = story.versions[random.choice(("zh-Hant", "zh-Hans"))].text
        size = random.randint(1, 6)
        start = random.randrange(len(text) - size)
        part = text[start : start + size]
        if (
            any(latin.fullmatch(text[max(0, at - 1) : at + 1]) for at in (start, start + size))
            or not fold(part).isalnum()
        ):
            continue
        asked += 1
        searching.ask(page, part)
        links = page.locator("#found h2 a")
        if not any(story.path in (one.get_attribute("href") or "") for one in links.all()):
            missed.append(part)
    assert missed == []


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("ferry", [1]),
        ("vaccinations", [2]),
        ("vaccin", [2]),
        ("MEASLES", [2]),
        ("north pier", [1]),
        ('"pier north"', []),
        ('"north pier"', [1]),
        ("measles quarry", []),
        ("measles qwertyuiop", []),
        ("qwertyuiop", []),
        ("COVID疫苗", [1]),
        ("COVID 疫苗", [1]),
        ("接种 答复", [2]),
        ("衛生署", [2]),
        ("園開", [4]),
        ("表", [1]),
        ("。，", []),
        ("viaduct", [6]),
    ],
)
def test_what_is_found(searching: Searching, query: str, numbers: list[int]) -> None:
    page = searching.open()
    searching.ask(page, query)
    links = [one.get_attribute("href") or "" for one in page.locator("#found h2 a").all()]
    found = [int(number) for link in links for number in re.findall(r"/p(-?\d+)-", link)]
    assert [number for number in found if number < 100] == numbers


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "New timetable for ferries"), ("zh-Hant", "往碼頭渡輪的新時間表"), ("zh-Hans", "往码头渡轮的新时间表")],
)
def test_a_result_is_shown_in_the_visitor_s_language(searching: Searching, language: str, title: str) -> None:
    page = searching.open(language)
    for query in ("timetable", "新時間表"):
        assert title in searching.ask(page, query)
    link = page.locator("#found h2 a", has_text=title)
    assert urlsplit(link.evaluate("one => one.href")).path == f"/{language}/stories/2026/11/p1-abcdefgh.html"
    assert link.get_attribute("lang") is None


def test_a_result_that_there_is_in_another_language_only_says_so(searching: Searching) -> None:
    page = searching.open("zh-Hant")
    assert searching.ask(page, "quarry") == ["A notice in English alone"]
    assert page.locator("#found h2 a").get_attribute("lang") == "en"
    assert page.locator("#found .summary").get_attribute("lang") == "en"
    assert "2026年11月1日" in page.locator("#found .facts").inner_text()


def test_what_was_found_is_marked(searching: Searching) -> None:
    page = searching.open("zh-Hant")
    searching.ask(page, "COVID疫苗")
    assert page.locator("#found mark").all_inner_texts() == ["COVID疫苗"]
    searching.ask(page, "vaccination 衛生署")
    assert page.locator("#found mark").all_inner_texts() == ["衞生署", "vaccination"]


def test_the_address_tells_what_is_looked_for(searching: Searching) -> None:
    page = searching.open("en", "?q=" + quote("往碼頭渡輪"))
    expect(page.locator("#found h2")).to_have_text(["New timetable for ferries"])
    searching.ask(page, "measles")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["measles"]}
    page.get_by_role("navigation").get_by_text("繁體中文").click()
    expect(page.locator("#q")).to_have_value("measles")
    expect(page.locator("#found h2")).to_have_text(["衞生署公布一宗麻疹個案"])


def test_a_search_is_narrowed_to_a_topic(searching: Searching) -> None:
    page = searching.open()
    page.select_option("#topic", "health")
    expect(page.locator("#told")).to_have_text("2 results")
    assert searching.ask(page, "ferries") == []
    page.select_option("#topic", "transport")
    expect(page.locator("#told")).to_have_text("1 result")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["ferries"], "topic": ["transport"]}


def test_more_results_are_the_next_older_ones_and_get_the_focus(searching: Searching) -> None:
    page = searching.open()
    assert searching.ask(page, "harbour") == [f"A meeting about the harbour {number}" for number in range(-1, -11, -1)]
    expect(page.locator("#told")).to_have_text("40 results")
    page.locator("#more").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#found h2")).to_have_count(20)
    assert page.evaluate("document.activeElement.textContent") == "A meeting about the harbour -11"
    page.locator("#more").click()
    page.locator("#more").click()
    expect(page.locator("#found h2")).to_have_count(40)
    expect(page.locator("#more")).to_be_hidden()


def test_older_stories_are_not_asked_for_while_there_is_enough(searching: Searching, watch: Watch) -> None:
    page = searching.open("zh-Hant")
    searching.ask(page, "通告")
    expect(page.locator("#told")).to_have_text("2026年11月至今12個結果")
    assert not [one for one in watch.requests if "/search/2026-10/" in one]
    page.locator("#more").click()
    expect(page.locator("#found h2")).to_have_count(12)


def test_it_searches_while_somebody_types(searching: Searching) -> None:
    page = searching.open()
    page.locator("#q").press_sequentially("measles")
    expect(page.locator("#found h2")).to_have_text(["Department of Health reports a measles case"])
    page.fill("#q", "")
    expect(page.locator("#told")).to_have_text("")
    expect(page.locator("#found li")).to_have_count(0)


@pytest.mark.parametrize(
    "query", [HOSTILE, "kettle", "水壺", "javascript:window.__pwned=1", '"', "\u202e\u0000x", "*.*(["]
)
def test_nothing_that_is_looked_for_or_found_runs(searching: Searching, query: str) -> None:
    page = searching.open("en", "?q=" + quote(query))
    expect(page.locator("#told")).to_have_text(re.compile(r"\d|Nothing"))
    assert page.evaluate(f"{CANARY} === undefined")
    assert page.locator("#found :not(li, h2, a, bdi, mark, p, time)").count() == 0
    if query == "kettle":
        assert page.locator("#found h2").inner_text() == HOSTILE


def test_only_the_site_is_asked_and_no_policy_is_violated(searching: Searching, watch: Watch) -> None:
    page = searching.open()
    searching.ask(page, "ferries")
    hosts = {urlsplit(one).netloc for one in watch.requests}
    assert hosts == {urlsplit(searching.server.at()).netloc}
    assert watch.problems == []
    assert len([one for one in watch.requests if one.endswith(".pagefind")]) >= 1


def test_without_scripts_it_says_so(searching: Searching) -> None:
    page = searching.open(java_script_enabled=False)
    expect(page.get_by_text("The search needs JavaScript.")).to_be_visible()
    expect(page.locator("form")).to_be_hidden()


@pytest.mark.parametrize(
    "missing", ["search/contents.json", "search/pagefind.js", "search/2026-11/pagefind-entry.json"]
)
def test_a_search_that_cannot_be_loaded_says_so_and_is_tried_again(
    searching: Searching, watch: Watch, missing: str
) -> None:
    watch.expect("404", "Failed to load", "Failed to fetch", "pagefind")
    searching.server.missing.add(f"/{missing}")
    page = searching.open("en", "?q=ferries")
    expect(page.locator("#told")).to_have_text("The search could not be loaded.")
    searching.server.missing.clear()
    if missing.endswith(".js"):
        page.reload()  # A browser does not ask again for a module.
    page.keyboard.press("Tab")
    assert searching.ask(page, "ferries") == ["New timetable for ferries"]


@pytest.mark.parametrize(("language", "query"), [("en", "harbour"), ("zh-Hant", "水壺"), ("fr", "viaduct")])
def test_axe_finds_nothing_and_nothing_is_too_wide(searching: Searching, language: str, query: str) -> None:
    page = searching.open(language)
    assert searching.ask(page, query)
    for scheme in (LIGHT, DARK):
        assert axe(page, scheme) == []
    for width in (320, 1280):
        assert overflow(page, width) == []

"""The published site in a browser: what its visitors do with it."""

from __future__ import annotations

import re

import feedparser
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opening, Serving
from tests.browser.kinds import CASES, EVERY, IN_NO_LANGUAGE, KINDS
from tests.browser.town import TITLES, Town
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

EVERYTHING = {"en": "All press releases", "zh-Hant": "所有新聞公報", "zh-Hans": "所有新闻公报"}
SOME = re.compile(r"\S(.|\s){18,}\S")
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}


# Where it leads


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en-GB", "en"),
        ("en-US", "en"),
        ("zh-HK", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-Hans-CN", "zh-Hans"),
    ],
)
def test_the_first_page_leads_to_the_visitor_s_language(locale: str, language: str, visit: Opening, site: Town) -> None:
    page = visit(site.at(), locale=locale)
    page.wait_for_url(site.at(f"{language}/"))
    assert page.title() == TITLES[language]


def test_the_visitor_s_second_language_is_better_than_none(visit: Opening, site: Town) -> None:
    page = visit()
    page.add_init_script("Object.defineProperty(navigator, 'languages', { value: ['de-CH', 'zh-HK', 'en'] })")
    page.goto(site.at())
    page.wait_for_url(site.at("zh-Hant/"))


@pytest.mark.parametrize(("locale", "address"), [("de-DE", ""), ("en-GB", "#json"), ("zh-HK", "index.html#json")])
def test_the_first_page_stays_for_whom_it_has_no_language_or_who_came_for_a_place_in_it(
    locale: str, address: str, visit: Opening, site: Town
) -> None:
    page = visit(site.at(address), locale=locale)
    page.wait_for_load_state("networkidle")
    assert page.url == site.at(address)
    assert [link.get_attribute("href") for link in page.locator("main h1 a, main h2 a").all()] == [
        "en/", "zh-Hant/", "zh-Hans/",
    ]  # fmt: skip


def test_who_comes_back_to_the_first_page_from_a_page_of_the_site_can_choose(visit: Opening, site: Town) -> None:
    page = visit(site.at("zh-Hant/feeds/"))
    page.evaluate("location.href = '../../'")
    page.wait_for_url(site.at())
    page.wait_for_load_state("networkidle")
    assert page.url == site.at()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (*IN_NO_LANGUAGE, "a frame")])
def test_the_language_switch_keeps_the_place(kind: str, visit: Opening, site: Town) -> None:
    page = visit(site.at(site.path(kind, "en")))
    for language in ("zh-Hant", "zh-Hans", "en"):
        page.locator(f"header nav a[hreflang={language}]").click()
        page.wait_for_url(re.compile(re.escape(site.at(site.path(kind, language)).removesuffix("index.html"))))
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("header nav a[aria-current]").get_attribute("hreflang") == language


# Subscribing


@pytest.mark.parametrize("kind", ["the front page", "all feeds", "a feed", "the releases of a body", "a topic"])
def test_subscribe_buttons_lead_to_feeds_that_readers_read(kind: str, visit: Opening, site: Town) -> None:
    page = visit(site.at(site.path(kind)))
    found = page.locator("main a[type]").evaluate_all("all => all.map(a => [a.href, a.type])")
    feeds = [(address, media) for address, media in found if media in TYPES.values()]
    assert len(feeds) >= 3
    for address, media in feeds:
        answer = page.request.get(address)
        assert answer.ok, address
        assert answer.headers["content-type"].partition(";")[0] == media, address
        if media == TYPES["json"]:
            assert answer.json()["title"], address
        else:
            parsed = feedparser.parse(answer.body())
            assert (parsed.bozo, bool(parsed.feed.title)) == (False, True), address


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_a_feed_s_title_is_what_the_list_calls_it(language: str, visit: Opening, site: Town) -> None:
    page = visit(site.at(f"{language}/feeds/"))
    rows = page.locator("main ul.feeds > li").evaluate_all(
        "all => all.map(row => [row.querySelector('a').textContent, row.querySelector('a[type$=\\'atom+xml\\']').href])"
    )
    titles = {name: feedparser.parse(page.request.get(address).body()).feed.title for name, address in rows}
    assert len(titles) >= 7
    assert {name: title for name, title in titles.items() if name not in title and name != EVERYTHING[language]} == {}


def test_a_feed_has_the_title_of_its_page(visit: Opening, site: Town) -> None:
    for language, label in (("en", "Health"), ("zh-Hant", "醫療衞生"), ("zh-Hans", "医疗卫生")):
        page = visit(site.at(f"{language}/feeds/topics/health/"))
        assert page.locator("h1").inner_text() == label
        own = page.locator(f"main a[href$='/{language}.atom']").first
        assert label in feedparser.parse(page.request.get(own.evaluate("a => a.href")).body()).feed.title


@pytest.mark.parametrize("kind", ["the front page", "a feed", "all feeds"])
def test_feed_readers_find_the_feeds_of_a_page_in_its_head(kind: str, visit: Opening, site: Town) -> None:
    page = visit(site.at(site.path(kind)))
    found = page.locator("head link[rel=alternate][type]").evaluate_all(
        "all => all.map(a => [a.href, a.type, a.title])"
    )
    announced = [(address, title) for address, media, title in found if media in TYPES.values()]
    assert len(announced) >= 3
    assert all(title and page.request.get(address).ok for address, title in announced)


@pytest.mark.parametrize("kind", ["the front page", "a feed", "all feeds"])
def test_an_address_can_be_copied_and_the_button_says_so(kind: str, visit: Opening, site: Town) -> None:
    page = visit(site.at(site.path(kind)), permissions=["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name=re.compile("Copy")).first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert page.request.get(copied).ok
    assert copied.startswith(site.at("feeds/"))


def test_an_address_can_be_copied_where_there_is_no_clipboard(visit: Opening, site: Town) -> None:
    page = visit(permissions=["clipboard-read"])
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(site.at("en/feeds/all/"))
    page.evaluate("document.addEventListener('copy', () => { window.copied = String(document.activeElement.value) })")
    page.get_by_role("button", name=re.compile("Copy")).first.click()
    assert page.evaluate("window.copied").startswith(site.at("feeds/all/"))


# With less


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_a_page_is_whole_without_scripts(kind: str, language: str, visit: Opening, site: Town) -> None:
    page = visit(site.at(site.path(kind, language)), java_script_enabled=False)
    assert page.url == site.at(site.path(kind, language))
    # What only who has no script is to see may be late.
    expect(page.locator("main" if kind != "a frame" else "body")).to_have_text(SOME, use_inner_text=True)
    assert [link for link in page.locator("a").all() if not (link.get_attribute("href") or "").strip()] == []


def test_without_scripts_the_front_page_has_its_stories_feeds_and_languages(visit: Opening, site: Town) -> None:
    page = visit(site.at("en/"), java_script_enabled=False)
    assert page.locator("main ol.stories > li").count() >= 10
    assert page.locator("main a[href*='stories/2026/11/']").count() >= 10
    for feed in ("topics/health", "topics/weather", "bodies/dh", "piers", "all"):
        assert page.locator(f"main a[href='feeds/{feed}/']").count() >= 1, feed
    assert page.locator("main a[href$='feeds/en.opml']").count() == 1
    assert page.locator("header nav a[hreflang]").count() == 3
    assert page.get_by_role("button").count() == 0, "nothing that does nothing"


def test_every_page_works_under_a_strict_policy_and_asks_no_other_host(
    visit: Opening, site: Town, watch: Watch
) -> None:
    """A violation and a request to another host fail the test at its end; here, that they would be seen."""
    page = visit()
    for kind, language in EVERY:
        answer = page.goto(site.at(f"{site.path(kind, language)}#stay"))
        assert answer is not None
        assert answer.headers["content-security-policy"].startswith("default-src 'self'"), (kind, language)
    assert len(watch.requests) > 40


def test_the_site_works_below_any_address(visit: Opening, site: Town, serve: Serving) -> None:
    """Its pages are looked at where they were not published for, one click after the other."""
    moved = serve(site.public, "/a/look/")
    page = visit(moved.at("en/"))
    for click in (
        "main ol.stories a >> nth=0", "header nav a[hreflang=zh-Hant]", "header .brand a",
        "main a[href^='feeds/topics/']", "header nav a[hreflang=en]", "header .places a >> nth=0",
    ):  # fmt: skip
        page.locator(click).first.click()
        page.wait_for_load_state()
        assert page.url.startswith(moved.at()), click
        assert page.locator("main h1").is_visible(), click
        assert page.evaluate("getComputedStyle(document.body).fontFamily") != "", click
    assert moved.paths

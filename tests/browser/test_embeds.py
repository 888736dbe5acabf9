"""Embeds in pages of a portal, in a browser: the element and the frame."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Serving
from tests.browser.portal import BOX, ERROR, MISSING, NOON, PASTED, Portal, expected, opened, titles
from tests.browser.watch import Watch
from tests.loopback import late, silent

ANEW = """() => {
  const element = document.createElement("feedpub-latest");
  element.setAttribute("feed", "health");
  document.getElementById("here").replaceChildren(element);
}"""
VIOLATIONS = "addEventListener('securitypolicyviolation', () => { window.violations = (window.violations || 0) + 1; });"


@pytest.fixture(autouse=True)  # before any page, so that pages end before the servers do
def portal(serve: Serving, tmp_path: Path) -> Portal:
    return opened(serve, tmp_path)


# What it shows, and in which language


def test_the_pasted_line_shows_the_newest_stories(page: Page, portal: Portal) -> None:
    page.add_init_script(VIOLATIONS)
    page.goto(portal.put(portal.line()))
    assert titles(page) == expected("en", 5)
    expect(page.locator("feedpub-latest .heading")).to_have_text("Health")
    expect(page.locator("feedpub-latest .credit")).to_have_text("Source: Harbour Town Council")
    link = page.locator("feedpub-latest .link").first
    expect(link).to_have_attribute("href", "https://news.harbour.example/en/1")
    expect(link).to_have_attribute("title", expected("en", 1)[0])
    more = portal.feeds.at("en/feeds/topics/health/")
    expect(page.get_by_role("link", name="All entries")).to_have_attribute("href", more)
    assert page.evaluate("window.violations") is None


@pytest.mark.parametrize(
    ("languages", "by_tag"),
    [
        (
            ("en", "zh-Hant"),
            {
                "en": "en", "en-GB": "en", "fr": "en", "not a tag!": "en", "zh": "zh-Hant", "zh-HK": "zh-Hant",
                "zh-TW": "zh-Hant", "zh_HK": "zh-Hant", "yue": "zh-Hant", "zh-CN": "zh-Hant", "ZH-hant": "zh-Hant",
            },
        ),
        (
            ("zh-Hant", "zh-Hans"),
            {
                "zh": "zh-Hant", "zh-MO": "zh-Hant", "zh-CN": "zh-Hans", "zh-SG": "zh-Hans", "zh-Hans-HK": "zh-Hans",
                "en": "zh-Hant",
            },
        ),
    ],
)  # fmt: skip
def test_it_speaks_the_language_of_its_place(
    languages: tuple[str, ...], by_tag: dict[str, str], page: Page, serve: Serving, tmp_path: Path
) -> None:
    portal = opened(serve, tmp_path / "more", languages)
    places = "".join(f'<div lang="{tag}">{PASTED}</div>' for tag in by_tag)
    page.goto(portal.put(portal.line("") + places))
    expect(page.locator("feedpub-latest .link")).to_have_count(5 * len(by_tag))
    found = page.locator(f"{BOX} .list").evaluate_all("all => all.map((one) => one.lang)")
    assert dict(zip(by_tag, found, strict=True)) == by_tag


def test_its_own_language_counts_before_that_of_the_page(page: Page, portal: Portal) -> None:
    without, own = '<feedpub-latest id="a" feed="all">', '<feedpub-latest id="b" feed="all" lang="en-US">'
    page.goto(portal.put(portal.line(f"{without}</feedpub-latest>{own}</feedpub-latest>"), lang=' lang="zh-HK"'))
    assert titles(page, "#a") == expected("zh-Hant", 5)
    assert titles(page, "#b") == expected("en", 5)


def test_a_page_of_no_language_has_the_site_s_first(page: Page, portal: Portal) -> None:
    page.goto(portal.put(portal.line(), lang=""))
    assert titles(page) == expected("en", 5)
    expect(page.get_by_role("list")).to_have_attribute("lang", "en")


def test_the_language_around_counts_out_of_another_shadow_tree_as_well(page: Page, portal: Portal) -> None:
    page.goto(portal.put(portal.line("") + '<div lang="zh-HK"><p id="host"></p></div>'))
    page.evaluate(
        """() => {
          const element = document.createElement("feedpub-latest");
          element.setAttribute("feed", "all");
          const inner = document.createElement("p");
          inner.append(element);
          document.getElementById("host").attachShadow({ mode: "open" }).append(inner);
        }"""
    )
    assert titles(page) == expected("zh-Hant", 5)


def test_it_follows_a_page_that_changes_its_language(page: Page, portal: Portal) -> None:
    page.goto(portal.put(portal.line()))
    assert titles(page) == expected("en", 5)
    page.evaluate("document.documentElement.lang = 'zh-HK'")
    expect(page.locator("feedpub-latest .heading")).to_have_text("衞生")
    assert titles(page) == expected("zh-Hant", 5)


@pytest.mark.parametrize(
    ("feed", "asked"), [("health", "topics/health"), ("topics/health", "topics/health"), ("all", "all")]
)
def test_a_topic_goes_by_its_name_alone_and_nothing_is_asked_in_vain(
    feed: str, asked: str, page: Page, portal: Portal
) -> None:
    page.goto(portal.put(portal.line(f'<feedpub-latest feed="{feed}"></feedpub-latest>')))
    titles(page)
    assert [one for one in portal.feeds.paths if one.endswith(".json")] == [f"/embed/{asked}/en.json"]


def test_a_feed_that_is_newer_than_the_script_is_found(page: Page, portal: Portal, watch: Watch) -> None:
    watch.expect("404")
    (portal.feeds.folder / "embed/new").mkdir()
    portal.say("new", "en", portal.data("all", "en"))
    page.goto(portal.put(portal.line('<feedpub-latest feed="new"></feedpub-latest>')))
    assert titles(page) == expected("en", 5)


def test_the_count_is_from_one_to_twenty(page: Page, portal: Portal) -> None:
    counts = {"1": 1, "3": 3, "20": 20, "99": 20, "0": 5, "-2": 5, "many": 5, "2.9": 2}
    all_of_them = "".join(f'<feedpub-latest feed="all" count="{count}"></feedpub-latest>' for count in counts)
    page.goto(portal.put(portal.line(all_of_them)))
    expect(page.locator("feedpub-latest .link")).to_have_count(sum(counts.values()))
    found = page.locator("feedpub-latest .list").evaluate_all("all => all.map((one) => one.childElementCount)")
    assert dict(zip(counts, found, strict=True)) == counts


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["15 minutes ago", "3 hours ago", "15 hours ago", "1 day ago"]),
        ("zh-HK", ["15 分鐘前", "3 小時前", "15 小時前", "1 天前"]),
    ],
)
def test_times_are_told_from_now_in_the_language(language: str, said: list[str], page: Page, portal: Portal) -> None:
    page.clock.set_fixed_time(NOON)
    page.goto(portal.put(portal.line(f'<feedpub-latest feed="all" lang="{language}" count="10"></feedpub-latest>')))
    titles(page)
    times = page.locator("feedpub-latest time").all()
    assert [times[number].inner_text() for number in (0, 1, 5, 9)] == said
    assert times[1].get_attribute("datetime") == "2026-11-18T13:30:00+08:00"
    assert times[1].get_attribute("title") in ("18 November 2026, 13:30", "2026年11月18日13時30分")


def test_a_time_that_is_not_of_this_week_or_not_yet(page: Page, portal: Portal) -> None:
    address = portal.put(portal.line())
    said = {}
    for now in ("2026-11-18T16:30:20+08:00", "2026-11-18T09:00:00+08:00", "2026-12-09T12:00:00+08:00"):
        page.clock.set_fixed_time(now)
        page.goto(address)
        titles(page)
        said[now[5:16]] = page.locator("feedpub-latest time").first.inner_text()
    assert said == {
        "11-18T16:30": "this minute",
        "11-18T09:00": "this minute",
        "12-09T12:00": "18 November 2026, 16:30",
    }


# The other language


def test_a_button_shows_the_other_language(page: Page, portal: Portal) -> None:
    page.goto(portal.put(portal.line()))
    assert titles(page) == expected("en", 5)
    chinese, english = (page.get_by_role("button", name=name) for name in ("繁體中文", "English"))
    expect(english).to_have_attribute("aria-pressed", "true")
    expect(chinese).to_have_attribute("lang", "zh-Hant")
    chinese.click()
    expect(page.locator("feedpub-latest .heading")).to_have_text("衞生")
    assert titles(page) == expected("zh-Hant", 5)
    expect(chinese).to_have_attribute("aria-pressed", "true")
    expect(english).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("group")).to_have_attribute("aria-label", "語言")


def test_the_keyboard_reaches_the_languages_the_stories_and_the_rest(page: Page, portal: Portal) -> None:
    page.goto(portal.put(portal.line('<feedpub-latest feed="health" count="2"></feedpub-latest>')))
    titles(page)
    inside = "document.querySelector('feedpub-latest').shadowRoot.activeElement"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("feedpub-latest .heading")).to_have_text("衞生")
    assert page.evaluate(f"{inside}.textContent") == "繁體中文"
    assert page.evaluate(f"getComputedStyle({inside}).outlineStyle") == "solid"
    seen = []
    for _ in range(3):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(f"{inside}.textContent"))
    assert seen == [*expected("zh-Hant", 2), "全部內容"]


# When something is wrong


def _wrong(page: Page, portal: Portal, kind: str) -> None:
    path = "/embed/topics/health/en.json"
    if kind == "offline":
        page.context.set_offline(True)
    elif kind == "no such feed":
        portal.feeds.missing |= {path, "/embed/health/en.json"}
    elif kind == "an error":
        portal.feeds.statuses[path] = 503
    else:
        portal.say("topics/health", "en", {"cut": b'{"items": [', "a page": b"<!DOCTYPE html>", "other": b"[]"}[kind])


def test_what_is_wrong_is_said_and_can_be_tried_again(page: Page, portal: Portal, watch: Watch) -> None:
    watch.expect("Failed to load resource")
    page.goto(portal.put(portal.line("") + '<div id="here"></div>'))
    page.wait_for_function("!!customElements.get('feedpub-latest')")
    good = portal.data("topics/health", "en")
    for kind in ("offline", "no such feed", "an error", "cut", "a page", "other"):
        _wrong(page, portal, kind)
        page.evaluate(ANEW)
        status, retry = page.get_by_role("status"), page.get_by_role("button", name="Try again")
        expect(status).to_have_text(MISSING if kind == "no such feed" else ERROR)
        expect(status).to_be_visible()
        expect(page.locator("feedpub-latest .skeleton")).to_be_hidden()
        page.context.set_offline(False)
        portal.feeds.missing.clear()
        portal.feeds.statuses.clear()
        portal.say("topics/health", "en", good)
        retry.click()
        assert titles(page) == expected("en", 5)
        expect(retry).to_be_hidden()
        expect(status).to_have_text("")


def test_a_retry_by_keyboard_in_vain_keeps_the_focus(page: Page, portal: Portal, watch: Watch) -> None:
    watch.expect("Failed to load resource")
    _wrong(page, portal, "an error")
    page.goto(portal.put(portal.line()))
    retry = page.get_by_role("button", name="Try again")
    retry.focus()
    page.keyboard.press("Enter")
    portal.feeds.wait_for(2, "/embed/topics/health/en.json")
    expect(retry).to_be_focused()


def test_no_answer_at_all_is_an_error_after_some_seconds(page: Page, portal: Portal) -> None:
    portal.feeds.routes["/embed/topics/health/en.json"] = silent()
    page.clock.install()
    page.goto(portal.put(portal.line()))
    expect(page.locator("feedpub-latest .skeleton")).to_be_visible()
    portal.feeds.wait_for(1, "/embed/topics/health/en.json")
    page.clock.run_for(21_000)
    expect(page.get_by_role("status")).to_have_text(ERROR)


def test_a_feed_without_stories_says_so(page: Page, portal: Portal) -> None:
    portal.say("topics/health", "en", portal.data("topics/health", "en") | {"items": []})
    page.goto(portal.put(portal.line()))
    expect(page.get_by_role("status")).to_have_text("Nothing here yet.")
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()


# Several of them, and changes


def test_two_of_them_with_two_scripts_are_two(page: Page, portal: Portal) -> None:
    other = portal.line('<feedpub-latest id="b" feed="all" lang="zh-HK" count="2"></feedpub-latest>')
    page.goto(portal.put(portal.line('<feedpub-latest id="a" feed="health" count="3"></feedpub-latest>') + other))
    assert titles(page, "#a") == expected("en", 3)
    assert titles(page, "#b") == expected("zh-Hant", 2)
    page.locator("#a").get_by_role("button", name="繁體中文").click()
    expect(page.locator("#a .heading")).to_have_text("衞生")
    assert titles(page, "#b") == expected("zh-Hant", 2)


def test_attributes_that_change_are_followed_with_one_request(page: Page, portal: Portal) -> None:
    page.goto(portal.put(portal.line()))
    titles(page)
    before = len(portal.feeds.paths)
    page.evaluate(
        """() => {
          const element = document.querySelector("feedpub-latest");
          const wanted = { feed: "all", lang: "zh-HK", count: "7", heading: "新聞", level: "3", toggle: "none" };
          for (const name in wanted) element.setAttribute(name, wanted[name]);
        }"""
    )
    expect(page.locator("feedpub-latest .link")).to_have_count(7)
    assert titles(page) == expected("zh-Hant", 7)
    expect(page.get_by_role("heading", level=3)).to_have_text("新聞")
    expect(page.get_by_role("button")).to_have_count(0)
    assert portal.feeds.paths[before:] == ["/embed/all/zh-Hant.json"]


def test_without_a_heading_and_a_toggle_only_the_stories_are_there(page: Page, portal: Portal) -> None:
    page.goto(portal.put(portal.line('<feedpub-latest feed="all" heading="none" toggle="none"></feedpub-latest>')))
    titles(page)
    expect(page.locator("feedpub-latest .header")).to_be_hidden()
    expect(page.get_by_role("list")).to_have_attribute("aria-label", "Harbour news")


def test_one_that_is_removed_while_it_loads_is_quiet_and_loads_when_it_is_back(page: Page, portal: Portal) -> None:
    address = "/embed/topics/health/en.json"
    route = portal.feeds.route(address)
    portal.feeds.routes[address] = late(route, 3)
    page.goto(portal.put(portal.line('<div id="here"></div>' + PASTED)))
    expect(page.locator("feedpub-latest .skeleton")).to_be_visible()
    page.evaluate("window.kept = document.querySelector('feedpub-latest'); window.kept.remove()")
    portal.feeds.routes[address] = route
    page.evaluate("document.getElementById('here').append(window.kept)")
    assert titles(page) == expected("en", 5)


def test_the_last_choice_counts_whichever_answer_comes_first(page: Page, portal: Portal) -> None:
    page.goto(portal.put(portal.line()))
    titles(page)
    route = portal.feeds.route("/embed/topics/health/zh-Hant.json")
    portal.feeds.routes["/embed/topics/health/zh-Hant.json"] = late(route, 0.4)
    page.get_by_role("button", name="繁體中文").click()
    page.get_by_role("button", name="English").click()
    page.wait_for_timeout(600)
    assert titles(page) == expected("en", 5)

"""Embeds that trust nobody: the element with hostile data, and the frame, which has no script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opening, Serving
from tests.browser.looks import DARK, LIGHT, axe, overflow
from tests.browser.portal import PASTED, Portal, expected, opened, titles
from tests.browser.watch import Watch
from tests.site.hostile import ADDRESSES, CANARY, TEXTS


@pytest.fixture(autouse=True)  # before any page, so that pages end before the servers do
def portal(serve: Serving, tmp_path: Path) -> Portal:
    return opened(serve, tmp_path)


# Hostile data


def test_nothing_runs_and_nothing_is_wider_whatever_the_data_says(page: Page, portal: Portal) -> None:
    texts, addresses = list(TEXTS.values()), list(ADDRESSES)
    items = [
        {"title": text, "url": addresses[number % len(addresses)], "page": addresses[-1 - number % len(addresses)],
         "time": text, "when": text, "topics": [text]}
        for number, text in enumerate(texts)
    ]  # fmt: skip
    size = 20
    feeds = [items[start : start + size] for start in range(0, len(items), size)]
    for number, part in enumerate(feeds):
        (portal.feeds.folder / f"embed/topics/bad{number}").mkdir()
        bad = {"title": texts[number], "page": addresses[0], "credit": texts[-1], "items": part}
        portal.say(f"topics/bad{number}", "en", bad)
    body = "".join(f'<feedpub-latest feed="bad{number}" count="20"></feedpub-latest>' for number in range(len(feeds)))
    page.goto(portal.put(portal.line("") + body))
    expect(page.locator("feedpub-latest .link")).to_have_count(len(items))
    assert page.locator("feedpub-latest .link").all_text_contents() == texts
    assert page.locator("feedpub-latest a[href]").count() == 0
    assert page.evaluate(CANARY) is None
    assert overflow(page, 320) == []


def test_data_of_another_shape_breaks_nothing(page: Page, portal: Portal) -> None:
    shapes: tuple[list[object], ...] = (
        [None],
        [1, "x"],
        [{}],
        [{"title": {"a": 1}, "url": 3, "topics": "x", "time": []}],
    )
    for number, items in enumerate(shapes):
        (portal.feeds.folder / f"embed/topics/odd{number}").mkdir()
        portal.say(f"topics/odd{number}", "en", {"items": items})
    body = "".join(f'<feedpub-latest feed="odd{number}"></feedpub-latest>' for number in range(len(shapes)))
    page.goto(portal.put(portal.line(body + PASTED)))
    titles(page, "feedpub-latest:last-of-type")
    expect(page.locator("feedpub-latest .rows:not([aria-busy])")).to_have_count(len(shapes) + 1)
    expect(page.locator("feedpub-latest .skeleton:visible")).to_have_count(0)


# The frame


def test_a_frame_has_its_stories_without_any_script(visit: Opening, portal: Portal) -> None:
    page = visit(java_script_enabled=False)
    for fragment, shown in {"": 10, "#n1": 1, "#n5": 5, "#n10": 10, "#n20": 20, "#n99": 10}.items():
        page.goto("about:blank")
        page.goto(portal.feeds.at(f"embed/topics/health/en.html{fragment}"))
        assert page.locator(".link:visible").all_text_contents() == expected("en", shown)
        assert page.evaluate("scrollY") == 0


def test_a_frame_in_a_portal_without_scripts_changes_its_language_and_keeps_its_size(
    visit: Opening, portal: Portal, watch: Watch
) -> None:
    watch.expect("Blocked script execution")  # Playwright's own, by which it clicks.
    line = (portal.feeds.folder / "en/embed/index.html").read_text()
    code = re.search(r'data-kind="frame".*?<code[^>]*>(.*?)</code>', line, re.DOTALL)
    assert code is not None
    frame = code[1].replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&amp;", "&")
    page = visit(portal.put(frame), java_script_enabled=False)
    inside = page.frame_locator("iframe")
    expect(inside.locator(".link:visible")).to_have_text(expected("en", 5))
    place = inside.locator(".box").bounding_box()
    assert place is not None
    assert place["height"] == 540
    inside.get_by_role("link", name="繁體中文").click()
    expect(inside.locator(".link:visible")).to_have_text(expected("zh-Hant", 5))
    expect(inside.locator("[aria-current]")).to_have_text("繁體中文")


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_axe_finds_nothing_in_a_frame(language: str, page: Page, portal: Portal) -> None:
    page.goto(portal.feeds.at(f"embed/topics/health/{language}.html#n5"))
    assert {scheme: axe(page, scheme) for scheme in (LIGHT, DARK)} == {LIGHT: [], DARK: []}
    assert overflow(page, 320) == []

"""Pages for people who use a screen reader, a keyboard, a narrow screen, or paper."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Opening
from tests.browser.kinds import CASES, KINDS
from tests.browser.looks import DARK, LIGHT, axe, overflow, reachable, tabs
from tests.browser.town import Town

pytestmark = pytest.mark.browser

WIDTHS = (320, 768, 1440)


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_axe_finds_nothing_light_and_dark(kind: str, language: str, visit: Opening, site: Town) -> None:
    page = visit(site.at(f"{site.path(kind, language)}#stay"))
    assert {scheme: axe(page, scheme) for scheme in (LIGHT, DARK)} == {LIGHT: [], DARK: []}


@pytest.mark.long
def test_axe_finds_nothing_on_any_page(visit: Opening, site: Town) -> None:
    page = visit()
    found: list[str] = []
    for path in site.pages():
        page.goto(site.at(f"{path}#stay"))
        found.extend(f"{path}: {one}" for one in (*axe(page, LIGHT), *axe(page, DARK)))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_nothing_is_wider_than_the_screen(kind: str, language: str, visit: Opening, site: Town) -> None:
    page = visit(site.at(f"{site.path(kind, language)}#stay"))
    assert {width: overflow(page, width) for width in WIDTHS} == {width: [] for width in WIDTHS}


@pytest.mark.parametrize("kind", KINDS)
def test_the_tab_key_reaches_every_link_and_control_and_shows_where_it_is(
    kind: str, visit: Opening, site: Town
) -> None:
    page = visit(site.at(site.path(kind)) if kind != "the first page" else site.at("index.html#stay"))
    there = reachable(page)
    seen = tabs(page, there + 5)
    assert [one["text"] for one in seen if not one["visible"]] == []
    assert len(seen) >= there


@pytest.mark.parametrize("kind", ["the front page", "a story", "all feeds"])
def test_the_first_tab_offers_to_skip_the_header(kind: str, visit: Opening, site: Town) -> None:
    page = visit(site.at(site.path(kind)))
    (first,) = tabs(page, 1)
    assert first["visible"]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('content').contains(document.activeElement)")


@pytest.mark.parametrize("kind", ["the front page", "a story", "a long story", "all feeds", "the status"])
def test_a_printed_page_has_its_text_and_no_navigation(kind: str, visit: Opening, site: Town) -> None:
    page = visit(site.at(site.path(kind)), color_scheme="dark")
    page.emulate_media(media="print")
    assert page.locator("main h1").is_visible()
    assert not page.locator("header nav").first.is_visible()
    assert not page.locator("a.skip").is_visible()
    page.set_viewport_size({"width": 700, "height": 900})  # A4 at 96 dots an inch, within its margins.
    assert overflow(page, 700) == []
    ink = page.evaluate("getComputedStyle(document.body).color.match(/[\\d.]+/g).slice(0, 3).map(Number)")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(ink) < 3 * 100, "dark ink"
    assert paper in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"), "no ink for the paper"


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_text_of_twice_the_size_has_room(kind: str, language: str, visit: Opening, site: Town) -> None:
    """WCAG 1.4.4."""
    page = visit(site.at(f"{site.path(kind, language)}#stay"))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(page, 640) == []

"""How the element looks in a portal: nothing moves, light and dark, for everybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Serving
from tests.browser.looks import DARK, LIGHT, axe
from tests.browser.portal import BOX, ERROR, MISSING, Portal, opened, titles
from tests.browser.watch import Watch
from tests.loopback import silent

pytestmark = pytest.mark.browser

RESERVING = "feedpub-latest:not(:defined) { display: block; height: calc(5 * 5em + 6.5em + 3px); }"
SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifted += one.value; })
  .observe({ type: "layout-shift", buffered: true });"""


@pytest.fixture(autouse=True)  # before any page, so that pages end before the servers do
def portal(serve: Serving, tmp_path: Path) -> Portal:
    return opened(serve, tmp_path)


def test_nothing_moves_from_the_page_s_first_paint_to_its_last_state(page: Page, portal: Portal, watch: Watch) -> None:
    watch.expect("Failed to load resource")
    page.add_init_script(SHIFTS)
    portal.feeds.latency = 0.15
    page.goto(portal.put(portal.line() + "<p id='below'>Below</p>", style=f"body {{ margin: 1rem }} {RESERVING}"))
    place = "document.getElementById('below').getBoundingClientRect().top"
    page.wait_for_function("!!customElements.get('feedpub-latest')")
    loading = page.evaluate(place)
    titles(page)
    loaded = page.evaluate(place)
    page.get_by_role("button", name="繁體中文").click()
    expect(page.locator("feedpub-latest .heading")).to_have_text("衞生")
    chinese = page.evaluate(place)
    page.context.set_offline(True)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("status")).to_have_text(ERROR)
    assert {loaded, chinese, page.evaluate(place)} == {loading}
    assert page.evaluate("new Promise((done) => setTimeout(() => done(window.shifted), 100))") == pytest.approx(
        0, abs=1e-3
    )


@pytest.mark.parametrize("width", [320, 1280])
def test_every_state_has_the_same_height(width: int, page: Page, portal: Portal, watch: Watch) -> None:
    watch.expect("Failed to load resource")
    portal.say("bodies/port", "en", portal.data("bodies/port", "en") | {"items": []})
    portal.feeds.routes["/embed/topics/slow/en.json"] = silent()
    feeds = ("all", "bodies/port", "topics/none", "topics/slow")
    body = "".join(f'<feedpub-latest feed="{feed}" count="3"></feedpub-latest>' for feed in feeds)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(portal.put(portal.line("") + body))
    expect(page.get_by_text(MISSING)).to_be_visible()
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    titles(page)
    heights = page.locator("feedpub-latest").evaluate_all("all => all.map((one) => one.offsetHeight)")
    assert len(set(heights)) == 1
    assert heights[0] > 250
    rows = page.locator("feedpub-latest :is(.entry, .blank):visible")
    assert set(rows.evaluate_all("all => all.map((one) => one.offsetHeight)")) == {80}
    assert rows.evaluate_all("all => all.filter((one) => one.scrollHeight > one.clientHeight).length") == 0


def test_it_is_light_or_dark_as_its_visitor_or_the_page_says(page: Page, portal: Portal) -> None:
    themes = ("auto", "light", "dark")
    body = "".join(f'<feedpub-latest feed="health" theme="{theme}"></feedpub-latest>' for theme in themes)
    page.goto(portal.put(portal.line(body)))
    expect(page.locator("feedpub-latest .link")).to_have_count(15)
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found[scheme] = page.locator(BOX).evaluate_all("all => all.map((one) => getComputedStyle(one).backgroundColor)")
    white, black = "rgb(255, 255, 255)", "rgb(27, 31, 35)"
    assert found == {"light": [white, white, black], "dark": [black, white, black]}


def test_a_portal_gives_it_its_own_look(page: Page, portal: Portal) -> None:
    style = (
        "feedpub-latest { --feedpub-text: rgb(1, 2, 3) } feedpub-latest::part(heading) { text-transform: uppercase }"
    )
    page.goto(portal.put(portal.line('<feedpub-latest feed="health" accent="#c00000"></feedpub-latest>'), style=style))
    titles(page)
    shown = {
        name: page.locator(f"feedpub-latest .{name}").first.evaluate(f"one => getComputedStyle(one).{of}")
        for name, of in (("link", "color"), ("heading", "textTransform"), ("more", "color"))
    }
    assert shown == {"link": "rgb(1, 2, 3)", "heading": "uppercase", "more": "rgb(192, 0, 0)"}


def test_an_accent_that_is_no_colour_is_left_out(page: Page, portal: Portal) -> None:
    accents = ("red;} .box{display:none", "url(x)", "notacolour", "}")
    body = "".join(f'<feedpub-latest feed="health" accent="{accent}"></feedpub-latest>' for accent in accents)
    page.goto(portal.put(portal.line(body)))
    expect(page.locator("feedpub-latest .more:visible")).to_have_count(len(accents))
    colours = page.locator("feedpub-latest .more").evaluate_all("all => all.map((one) => getComputedStyle(one).color)")
    assert set(colours) == {"rgb(11, 90, 112)"}


def test_who_wants_no_motion_sees_none(page: Page, portal: Portal) -> None:
    portal.feeds.routes["/embed/topics/health/en.json"] = silent()
    page.goto(portal.put(portal.line()))
    blank = page.locator("feedpub-latest .blank").first
    assert blank.evaluate("one => getComputedStyle(one).animationName") == "blank"
    page.emulate_media(reduced_motion="reduce")
    assert blank.evaluate("one => getComputedStyle(one).animationName") == "none"


def test_axe_finds_nothing_in_any_state(page: Page, portal: Portal, watch: Watch) -> None:
    watch.expect("Failed to load resource")
    portal.say("bodies/port", "en", portal.data("bodies/port", "en") | {"items": []})
    portal.feeds.routes["/embed/topics/slow/en.json"] = silent()
    body = "".join(
        f'<div lang="{lang}"><feedpub-latest feed="{feed}" count="2" theme="{theme}"></feedpub-latest></div>'
        for feed in ("all", "bodies/port", "none", "topics/slow")
        for lang in ("en", "zh-HK")
        for theme in (("auto", "dark") if feed == "all" else ("auto",))
        if (feed, lang) != ("topics/slow", "zh-HK")
    )
    page.goto(portal.put(portal.line("") + body))
    expect(page.get_by_text(MISSING)).to_be_visible()
    titles(page)
    page.wait_for_timeout(200)
    assert {scheme: axe(page, scheme) for scheme in (LIGHT, DARK)} == {LIGHT: [], DARK: []}

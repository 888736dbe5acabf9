"""The builder of embeds in a browser: choosing, seeing, copying, and pasting what was copied."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opening, Serving
from tests.browser.looks import DARK, LIGHT, axe, overflow, tabs
from tests.browser.portal import Portal, expected, opened, titles
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

BUILDER = "en/embed/"


@pytest.fixture(autouse=True)  # before any page, so that pages end before the servers do
def portal(serve: Serving, tmp_path: Path) -> Portal:
    return opened(serve, tmp_path)


def _line(page: Page, kind: str = "script") -> str:
    return page.locator(f".line[data-kind={kind}] code").inner_text()


def test_what_is_chosen_is_shown_and_stands_in_the_line(page: Page, portal: Portal) -> None:
    page.goto(portal.feeds.at(BUILDER))
    assert titles(page) == expected("en", 5)
    page.get_by_label("Feed", exact=True).select_option("Health")
    page.get_by_role("combobox", name="Language").select_option("繁體中文")
    page.get_by_label("Entries", exact=True).fill("3")
    page.get_by_label("Dark", exact=True).check()
    page.get_by_label("Accent colour").fill("#aa3377")
    expect(page.locator("feedpub-latest .link")).to_have_text(expected("zh-Hant", 3))
    expect(page.locator("feedpub-latest .heading")).to_have_text("衞生")
    assert page.locator("feedpub-latest .box").evaluate("one => getComputedStyle(one).color") == "rgb(232, 230, 225)"
    address = portal.feeds.at("embed/feedpub.js")
    assert _line(page) == (
        f'<script src="{address}" async></script><feedpub-latest feed="topics/health" lang="zh-Hant" count="3" '
        'theme="dark" accent="#aa3377"></feedpub-latest>'
    )
    assert "calc(3 * 5em" in _line(page, "reserve")


def test_the_line_pasted_into_a_bare_page_shows_the_right_stories(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.feeds.at(BUILDER)}?feed=topics/health")
    page.get_by_label("Entries", exact=True).fill("4")
    expect(page.locator("feedpub-latest .link")).to_have_count(4)
    line = _line(page)
    page.goto(portal.put(line, ' lang="zh-TW"'))
    assert titles(page) == expected("zh-Hant", 4)


def test_a_frame_is_shown_as_it_will_be(page: Page, portal: Portal) -> None:
    page.goto(portal.feeds.at(BUILDER))
    page.get_by_label("Feed", exact=True).select_option("bodies/port")
    page.get_by_role("radio", name="As a frame").check()
    expect(page.frame_locator(".stage iframe").locator(".link:visible")).to_have_text(expected("en", 5))
    expect(page.get_by_label("Accent colour")).to_be_disabled()
    address = portal.feeds.at("embed/bodies/port/en.html#n5")
    assert _line(page, "frame") == (
        f'<iframe src="{address}" title="Latest: Port “Office” &#38; Quay" width="100%" height="540" frameborder="0" '
        'loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )
    page.get_by_role("combobox", name="Language").select_option("繁體中文")
    expect(page.locator(".line[data-kind=frame] code")).to_contain_text('title="最新：港務處"')
    page.goto(portal.put(_line(page, "frame")))
    expect(page.frame_locator("iframe").locator(".link:visible")).to_have_text(expected("zh-Hant", 5))


def test_a_fragment_has_its_address(page: Page, portal: Portal) -> None:
    page.goto(portal.feeds.at(BUILDER))
    page.get_by_role("radio", name="As a server-side include").check()
    expect(page.frame_locator(".stage iframe").locator(".feedpub-link")).to_have_text(expected("en", 10))
    assert _line(page, "include") == f'<esi:include src="{portal.feeds.at("embed/all/en.inc")}"/>'
    expect(page.get_by_label("Entries", exact=True)).to_be_disabled()


def test_the_chosen_feed_stays_when_the_page_is_loaded_again_and_in_other_languages(page: Page, portal: Portal) -> None:
    page.goto(portal.feeds.at(BUILDER))
    page.get_by_label("Feed", exact=True).select_option("topics/health")
    expect(page.locator("feedpub-latest .heading")).to_have_text("Health")
    page.reload()
    expect(page.locator("feedpub-latest .heading")).to_have_text("Health")
    page.locator(".switch").get_by_role("link", name="繁體中文").click()
    expect(page.locator("feedpub-latest .heading")).to_have_text("衞生")
    assert page.url == f"{portal.feeds.at('zh-Hant/embed/')}?feed=topics/health"


def test_a_feed_that_there_is_not_is_not_chosen(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.feeds.at(BUILDER)}?feed=%22%3E%3Cscript%3E")
    expect(page.locator("feedpub-latest .heading")).to_have_text("Harbour news")


@pytest.mark.parametrize("clipboard", ["with a clipboard", "without"])
def test_the_line_is_copied_and_it_is_said(clipboard: str, page: Page, portal: Portal) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    if clipboard == "without":
        page.add_init_script(
            "window.own = navigator.clipboard;Object.defineProperty(navigator, 'clipboard', { value: undefined });"
        )
    page.clock.install()
    page.goto(portal.feeds.at(BUILDER))
    button = page.get_by_role("button", name="Copy: With a script")
    button.click()
    expect(page.locator(".lines [role=status]")).to_have_text("Copied")
    expect(button).to_have_text("Copied")
    read = "(window.own || navigator.clipboard).readText()"
    assert page.evaluate(read) == _line(page)
    page.clock.run_for(2_100)
    expect(button).to_have_text("Copy")


def test_a_count_that_is_none_is_taken_as_the_nearest(page: Page, portal: Portal) -> None:
    page.goto(portal.feeds.at(BUILDER))
    for given, taken in {"": 1, "0": 1, "400": 20}.items():
        page.get_by_label("Entries", exact=True).fill(given)
        expect(page.locator(".line[data-kind=script] code")).to_contain_text(f'count="{taken}"')


def test_without_a_script_the_lines_are_there(visit: Opening, portal: Portal) -> None:
    page = visit(portal.feeds.at(BUILDER), java_script_enabled=False)
    assert all(one.is_visible() for one in page.locator(".line code").all())
    assert page.locator(".line code").count() == 4
    assert page.locator("main :is(form, button, iframe):visible").count() == 0
    expect(page.get_by_text("Choosing needs JavaScript.")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_everybody_can_use_it(language: str, page: Page, portal: Portal, watch: Watch) -> None:
    watch.expect("Blocked script execution")  # axe's own, in a frame.
    page.goto(portal.feeds.at(f"{language}/embed/"))
    titles(page)
    assert {scheme: axe(page, scheme) for scheme in (LIGHT, DARK)} == {LIGHT: [], DARK: []}
    assert {width: overflow(page, width) for width in (320, 768, 1440)} == {320: [], 768: [], 1440: []}
    page.evaluate("document.activeElement.blur()")
    assert [one["text"] for one in tabs(page, 40) if not one["visible"]] == []
    page.locator("[name=kind][value=frame]").check()
    expect(page.locator(".stage iframe")).to_be_visible()
    assert axe(page) == []

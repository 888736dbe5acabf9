"""The builder's page: what it offers, and the lines that are there without a script."""

from __future__ import annotations

import pytest
from lxml import html
from msgspec.structs import replace

from feedpub.site import builder
from feedpub.site.builder import Builder
from tests.site.harbour import building
from tests.site.hostile import TEXTS
from tests.site.htmlcheck import faults

URL = "https://feeds.harbour.example/"


def _page(shown: Builder | None = None) -> html.HtmlElement:
    return html.fromstring(builder.page(shown or building()).body.decode())


def _lines(page: html.HtmlElement) -> dict[str, str]:
    return {one.get("data-kind", ""): one.xpath("pre")[0].text_content() for one in page.find_class("line")}


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_the_page_is_valid(language: str) -> None:
    made = builder.page(building(language))
    assert made.path == f"{language}/embed/index.html"
    assert faults(made.body) == []


def test_all_feeds_are_offered_in_their_groups() -> None:
    groups = _page().xpath("//optgroup")
    assert {one.get("label"): one.xpath("option/@value") for one in groups} == {
        "Feeds": ["all"],
        "Topics": ["topics/health"],
        "Bodies": ["bodies/port"],
    }


def test_every_language_of_the_site_is_offered_after_the_page_s_own() -> None:
    options = _page().xpath("//select[@name='lang']/option")
    assert [(one.get("value"), one.text) for one in options] == [
        ("auto", "As the page"),
        ("en", "English"),
        ("zh-Hant", "繁體中文"),
    ]


def test_the_lines_for_the_first_feed_are_there_without_a_script() -> None:
    assert _lines(_page()) == {
        "script": f'<script src="{URL}embed/feedpub.js" async></script>'
        '<feedpub-latest feed="all" lang="auto" count="5"></feedpub-latest>',
        "frame": f'<iframe src="{URL}embed/all/en.html#n5" title="Latest: Harbour news" width="100%" height="540" '
        'frameborder="0" loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>',
        "include": f'<esi:include src="{URL}embed/all/en.inc"/>',
        "reserve": "feedpub-latest:not(:defined) { display: block; height: calc(5 * 5em + 6.5em + 3px); }",
    }


def test_what_only_a_script_can_do_is_hidden_without_one() -> None:
    page = _page()
    assert all(one.get("hidden") is not None for one in page.xpath("//main//form | //main//button"))
    assert page.xpath("//p[@class='note']/text()") == ["Choosing needs JavaScript. These lines work as they are:"]


def test_a_site_of_two_languages_has_the_page_in_each() -> None:
    assert _page().xpath("//link[@rel='alternate' and @hreflang]/@href") == [
        f"{URL}en/embed/",
        f"{URL}zh-Hant/embed/",
        f"{URL}en/embed/",
    ]


def test_a_site_without_feeds_has_a_page_all_the_same() -> None:
    assert faults(builder.page(replace(building(), groups=())).body) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_a_hostile_title_says_stays_text(text: str) -> None:
    page = _page(replace(building(), groups=((text, (("all", text),)),)))
    assert page.xpath("//optgroup/@label") == [text]
    assert len(page.xpath("//main//script | //main//iframe | //main//img | //main//svg")) == 0
    frame = html.fragment_fromstring(_lines(page)["frame"])
    assert frame.get("title") == f"Latest: {text}"

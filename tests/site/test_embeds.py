"""Embeds as documents: the data, the frame, the fragment, oEmbed, and what they load."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest
from lxml import html
from msgspec.structs import replace

from feedpub.model import Document
from feedpub.site import embeds
from feedpub.site.assets import source
from feedpub.site.embeds import Embedded
from feedpub.site.listing import Listed
from tests.site.harbour import FEEDS, NEWS, embedded, site, stories
from tests.site.hostile import ADDRESSES, TEXTS
from tests.site.htmlcheck import faults

FEEDS_URL = "https://feeds.harbour.example/"
BUDGET = 6 * 1024
"""Bytes of the script at most, compressed."""


def _made(shown: Embedded | None = None) -> dict[str, Document]:
    shown = shown or embedded()
    found = {one.path: one for one in embeds.documents(shown)}
    start = f"embed/{shown.feed}/{shown.language}"
    return {path.removeprefix(start): one for path, one in found.items()}


def _data(shown: Embedded | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_made(shown)[".json"].body)
    return found


def _page(shown: Embedded | None = None, suffix: str = ".html") -> html.HtmlElement:
    return html.fromstring(_made(shown)[suffix].body.decode())


def _one(**changes: Any) -> Embedded:
    (story,) = stories("en", 1)
    return embedded(items=(replace(story, **changes),))


def test_a_feed_has_its_data_a_frame_a_fragment_and_oembed() -> None:
    assert {path: one.media_type for path, one in _made().items()} == {
        ".json": "application/json",
        ".html": "text/html",
        ".inc": "text/html",
        ".oembed.json": "application/json",
    }
    assert embeds.path("topics/health", "en", ".oembed.json") == "embed/topics/health/en.oembed.json"


# The data of the script


def test_the_data_names_the_feed_its_page_and_who_is_credited() -> None:
    data = _data()
    del data["items"]
    assert data == {
        "feed": "topics/health",
        "title": "Health",
        "language": "en",
        "page": f"{FEEDS_URL}en/feeds/topics/health/",
        "credit": "Source: Harbour Town Council",
    }


def test_a_story_of_the_data_has_both_its_addresses_and_its_time_for_machines_and_people() -> None:
    assert _data()["items"][1] == {
        "title": "Free vaccination (2)",
        "url": f"{NEWS}en/2",
        "page": f"{FEEDS_URL}en/stories/2026/11/2.html",
        "time": "2026-11-18T13:30:00+08:00",
        "when": "18 November 2026, 13:30",
        "topics": ["Sea"],
    }


def test_the_data_has_the_newest_twenty() -> None:
    assert [one["title"][-4:] for one in _data()["items"]][::19] == [" (1)", "(20)"]
    assert len(_data()["items"]) == 20


def test_a_feed_of_a_topic_does_not_say_so_at_each_story() -> None:
    topics = {feed: _data(embedded(feed))["items"][0]["topics"] for feed in ("all", "topics/health")}
    assert topics == {"all": ["Health", "Sea"], "topics/health": ["Sea"]}


def test_a_withdrawn_story_is_marked() -> None:
    shown = _one(withdrawn=True)
    assert _data(shown)["items"][0]["withdrawn"] is True
    assert _page(shown).xpath("//li/@class") == ["entry withdrawn"]
    assert _page(shown, ".inc").xpath("//li/@class") == ["feedpub-entry feedpub-withdrawn"]


def test_the_data_of_a_feed_without_stories_is_empty() -> None:
    assert _data(embedded(items=()))["items"] == []


# The frame and the fragment


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
@pytest.mark.parametrize("count", [0, 1, 30])
def test_a_frame_is_a_valid_page_without_any_script(language: str, count: int) -> None:
    made = _made(embedded(language=language, items=stories(language, count)))[".html"]
    assert faults(made.body) == []
    assert b"<script" not in made.body
    assert b"style=" not in made.body


def test_a_frame_s_stories_open_outside_of_it() -> None:
    links = _page().xpath("//li/a")
    assert len(links) == 20
    assert {(one.get("target"), one.get("rel")) for one in links} == {("_blank", "noopener")}
    assert links[0].get("href") == f"{NEWS}en/1"


def test_a_frame_leads_to_its_other_languages_with_the_same_number_of_stories() -> None:
    links = _page().xpath("//nav/a")
    assert [one.get("href") for one in links[:2]] == [
        "zh-Hant.html#n1",
        "zh-Hant.html#n2",
    ]
    assert {one.get("target") for one in links} == {None}
    assert _page().xpath("//nav/*[@aria-current]/text()") == ["English"]


def test_a_fragment_s_addresses_are_absolute() -> None:
    assert {one[:8] for one in _page(suffix=".inc").xpath("//@href")} == {"https://"}


def test_a_frame_works_under_any_address() -> None:
    (style,) = _page().xpath("//link[@rel='stylesheet']/@href")
    (more,) = _page().xpath("//a[@class='more']/@href")
    assert (style, more) == ("../../frame.css", "../../../en/feeds/topics/health/")
    assert _page().xpath("//link[@rel='canonical']/@href") == [f"{FEEDS_URL}en/feeds/topics/health/"]


def test_a_fragment_has_ten_stories_its_other_languages_and_no_look() -> None:
    page = _page(suffix=".inc")
    assert page.tag == "section"
    assert len(page.xpath(".//li[@class='feedpub-entry']")) == 10
    assert page.xpath(".//ul/li/a/@href") == [f"{FEEDS_URL}zh-Hant/feeds/topics/health/"]
    assert page.xpath(".//@style | .//style | .//script | .//@id") == []


def test_a_feed_of_one_language_offers_no_other() -> None:
    shown = replace(embedded(), languages=("en",))
    assert _page(shown).xpath("//nav") == []
    assert _page(shown, ".inc").xpath("//ul") == []


@pytest.mark.parametrize(("language", "said"), [("en", "Nothing here yet."), ("zh-Hant", "暫時未有內容。")])
def test_a_feed_without_stories_says_so(language: str, said: str) -> None:
    shown = embedded(language=language, items=())
    assert said in _made(shown)[".html"].body.decode()
    assert said in _made(shown)[".inc"].body.decode()


def test_a_story_without_an_official_address_leads_to_its_page() -> None:
    shown = _one(url="")
    assert "url" not in _data(shown)["items"][0]
    assert _page(shown).xpath("//li/a/@href") == ["../../../en/stories/2026/11/1.html"]
    assert _page(shown, ".inc").xpath("//ol/li/a/@href") == [f"{FEEDS_URL}en/stories/2026/11/1.html"]


# oEmbed


def test_oembed_gives_the_frame() -> None:
    data = json.loads(_made()[".oembed.json"].body)
    frame = html.fragment_fromstring(data.pop("html"))
    assert data == {
        "version": "1.0",
        "type": "rich",
        "title": "Health",
        "provider_name": "Harbour news",
        "provider_url": FEEDS_URL,
        "cache_age": 300,
        "width": 600,
        "height": 940,
    }
    assert frame.get("src") == f"{FEEDS_URL}embed/topics/health/en.html#n10"
    assert (frame.get("width"), frame.get("height"), frame.get("title")) == ("600", "940", "Latest: Health")


def test_a_title_with_quotes_stays_in_its_attribute() -> None:
    data = json.loads(_made(replace(embedded(), title='"><script>{count}</script>'))[".oembed.json"].body)
    frame = html.fragment_fromstring(data["html"])
    assert frame.get("title") == 'Latest: "><script>{count}</script>'


# What they load


def _shared(*languages: str) -> dict[str, str]:
    town = site(languages=languages or ("en", "zh-Hant"))
    return {one.path: one.body.decode() for one in embeds.shared(town, FEEDS)}


@pytest.mark.parametrize("languages", [("en", "zh-Hant"), ("en", "zh-Hant", "zh-Hans")])
def test_the_script_fits_in_six_kilobytes(languages: tuple[str, ...]) -> None:
    script = _shared(*languages)["embed/feedpub.js"].encode()
    assert len(gzip.compress(script, 9, mtime=0)) <= BUDGET


def test_the_script_has_the_site_s_languages_and_no_others() -> None:
    script = _shared()["embed/feedpub.js"]
    assert '"%site%"' not in script
    assert "暫時未能顯示最新內容。" in script
    assert "暂时未能显示最新内容。" not in script


def test_the_script_knows_the_feeds_that_are_of_no_topic_or_body() -> None:
    assert '"feeds":["all"]' in _shared()["embed/feedpub.js"]


def test_the_script_never_parses_html_or_runs_text() -> None:
    script = _shared()["embed/feedpub.js"]
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc"):
        assert word not in script


def test_the_published_script_has_the_code_of_the_source() -> None:
    script = _shared()["embed/feedpub.js"]
    code = [line.strip() for line in source("js/feedpub.js").splitlines()]
    kept = [line for line in code if line and not line.startswith("//") and "%site%" not in line]
    assert [line for line in script.splitlines() if not line.startswith("const site = ")] == kept


def test_a_style_sheet_keeps_what_its_white_space_says() -> None:
    compact = embeds.compact(source("css/embed.css"))
    assert "/*" not in compact
    assert "  " not in compact
    assert "calc(var(--count) * var(--row))" in compact
    assert compact.count("{") == compact.count("}") == source("css/embed.css").count("{")


@pytest.mark.parametrize("count", [1, 5, 9, 10, 11, 20])
def test_a_frame_s_style_shows_as_many_stories_as_the_fragment_says(count: int) -> None:
    rules = re.findall(
        rf"#n{count}:target~\.box \.entry:nth-child\(([^)]+)\){{display:(\w+)}}", _shared()["embed/frame.css"]
    )
    expected = [(f"n+{count + 1}", "none")] if count < 10 else [(f"-n+{count}", "flex")] if count > 10 else []
    assert rules == expected


# Hostile texts


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_a_hostile_text_says_stays_text(text: str) -> None:
    (story,) = stories("en", 1)
    items: tuple[Listed, ...] = (replace(story, title=text, topics=(replace(story.topics[0], text=text, path=""),)),)
    town = replace(site(), credits={"en": (text,)}, title={"en": text, "zh-Hant": text})
    shown = replace(embedded(items=items, town=town), title=text)
    made = _made(shown)
    data = json.loads(made[".json"].body)
    assert (data["title"], data["items"][0]["title"], data["items"][0]["topics"]) == (text, text, [text])
    assert re.search(rb"[<>&]", made[".json"].body + made[".oembed.json"].body) is None
    for suffix in (".html", ".inc"):
        page = html.fromstring(made[suffix].body.decode())
        assert {one.tag for one in page.iter()} <= _OURS
        assert not any(name.startswith(("on", "style", "src")) for one in page.iter() for name in one.attrib)


_OURS = {
    "html", "head", "meta", "title", "link", "body", "i", "main", "div", "h1", "h2", "nav", "span", "a", "ol", "ul",
    "li", "p", "time", "section", "bdi",
}  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_hostile_address_becomes_no_link(address: str) -> None:
    shown = _one(url=address)
    own = "en/stories/2026/11/1.html"
    assert "url" not in _data(shown)["items"][0]
    assert _page(shown).xpath("//li/a/@href") == [f"../../../{own}"]
    assert _page(shown, ".inc").xpath("//ol/li/a/@href") == [f"{FEEDS_URL}{own}"]

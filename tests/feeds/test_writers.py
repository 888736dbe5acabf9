"""The writers against golden files, by what readers need (FORMATS: feeds that every reader understands).

After a change that is meant, `pytest tests/feeds --golden` writes the golden files anew; read the difference.
"""

from __future__ import annotations

import locale
import re
from datetime import datetime
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from feedpub import feeds
from feedpub.feeds import atom, rss
from feedpub.model import Edition
from tests.feeds.editions import ATTACHED, BARE, FULL, HKT, OTHER, edition

HERE = Path(__file__).parent
_NS = {
    "a": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "content": "http://purl.org/rss/1.0/modules/content/",
}


def _everything() -> Edition:
    return edition(FULL, BARE, ATTACHED)


@pytest.mark.parametrize("suffix", [".atom", ".rss"])
def test_an_edition_with_everything_is_the_golden_file(suffix: str, request: pytest.FixtureRequest) -> None:
    (document,) = [one for one in feeds.documents(_everything(), "feeds/all/en") if one.path.endswith(suffix)]
    golden = HERE / f"everything{suffix}"
    # One element a line, so that a difference can be read.
    readable = re.sub(rb"(?<=>)(?=<[a-z]|</(?:entry|item|channel|feed|rss))", b"\n", document.body)
    if request.config.getoption("--golden"):
        golden.write_bytes(readable)
    assert readable.decode() == golden.read_text("utf-8")


@pytest.mark.parametrize("render", [atom.render, rss.render])
def test_an_edition_without_entries_is_a_valid_feed_with_a_fixed_date(render: object) -> None:
    assert callable(render)
    parsed = feedparser.parse(render(edition(language="zh-Hant")))
    assert not parsed.bozo
    assert (parsed.feed.title, parsed.feed.language, parsed.entries) == ("新聞及公告", "zh-Hant", [])
    assert parsed.feed.updated_parsed[:3] == (2000, 1, 1)


def test_every_feed_level_element_of_atom_stands_before_the_first_entry() -> None:
    names = [etree.QName(child).localname for child in etree.fromstring(atom.render(_everything()))]
    assert names.index("entry") == len(names) - 3


def test_an_entry_has_one_alternate_in_its_own_language_and_the_other_as_related() -> None:
    root = etree.fromstring(atom.render(edition(FULL)))
    links = [dict(link.attrib) for link in root.findall("a:entry/a:link", _NS)]
    (alternate,) = [link for link in links if link["rel"] == "alternate"]
    assert (alternate["href"], alternate["hreflang"]) == (FULL.url, "en")
    others = [link for link in links if link["rel"] == "related" and "hreflang" in link]
    expected = {"rel": "related", "type": "text/html", "hreflang": "zh-Hant", "title": OTHER.title, "href": OTHER.url}
    assert others == [expected], "and none that only the entry itself names"


@pytest.mark.parametrize("render", [atom.render, rss.render])
def test_a_related_link_has_the_title_of_what_it_leads_to(render: object) -> None:
    assert callable(render)
    root = etree.fromstring(render(edition(FULL)))
    related = [link for link in root.iter("{http://www.w3.org/2005/Atom}link") if link.get("rel") == "related"]
    titles = {link.get("href"): link.get("title") for link in related}
    known = {link.url: link.title for link in (*FULL.videos, *FULL.related)} | {OTHER.url: OTHER.title}
    assert {url: titles.get(url) for url in known} == known


def test_an_rss_channel_has_no_alternate_link_and_an_item_none_either() -> None:
    root = etree.fromstring(rss.render(_everything()))
    assert root.xpath("count(//a:link[@rel='alternate' or not(@rel)])", namespaces=_NS) == 0
    assert [link.get("rel") for link in root.findall("channel/a:link", _NS)] == ["self"]


def test_an_rss_item_has_at_most_one_enclosure_and_its_other_photos_directly() -> None:
    root = etree.fromstring(rss.render(_everything()))
    full, bare, attached = root.findall("channel/item")
    assert [len(item.findall("enclosure")) for item in (full, bare, attached)] == [1, 0, 1]
    assert [media.get("url") for media in full.findall("media:content", _NS)] == [p.url for p in FULL.photos[1:]]
    assert root.find(".//media:group", _NS) is None
    assert [link.get("href") for link in attached.findall("a:link", _NS)] == [ATTACHED.attachments[1].url]


def test_an_rss_item_says_its_description_before_its_content() -> None:
    item = etree.fromstring(rss.render(edition(FULL))).find("channel/item")
    assert item is not None
    names = [etree.QName(child).localname for child in item]
    assert names.index("description") < names.index("encoded")


def test_rss_titles_have_hexadecimal_references() -> None:
    raw = rss.render(edition(FULL)).decode()
    assert "<title>Fish &#x26; chips &#x3C;fair&#x3E; returns" in raw
    assert "<title>News &#x26; notices</title>" in raw


def test_dates_are_english_whatever_the_locale_and_the_locale_stays() -> None:
    before = locale.setlocale(locale.LC_ALL)
    raw = rss.render(edition(FULL)).decode()
    assert "<pubDate>Fri, 20 Nov 2026 09:30:00 +0800</pubDate>" in raw
    assert "<lastBuildDate>Fri, 20 Nov 2026 17:05:00 +0800</lastBuildDate>" in raw
    assert locale.setlocale(locale.LC_ALL) == before


def test_the_feed_is_as_new_as_its_newest_entry() -> None:
    assert atom.updated(_everything()) == datetime(2026, 11, 20, 17, 5, tzinfo=HKT)


@pytest.mark.parametrize("limit", [1, 2_500, 4_000, 6_000, 1_000_000])
def test_a_document_is_never_larger_than_its_limit_unless_one_entry_is(limit: int) -> None:
    for document in feeds.documents(edition(FULL, BARE, ATTACHED, max_bytes=limit), "feeds/all/en"):
        count = len(feedparser.parse(document.body).entries)
        assert count == 1 or len(document.body) <= limit
        assert count >= 1


def test_control_characters_in_a_config_do_not_break_a_feed() -> None:
    broken = edition(FULL)
    broken.feed.title["en"] = "Bell \x07 and \ud800"
    for document in feeds.documents(broken, "feeds/all/en"):
        assert feedparser.parse(document.body).feed.title == "Bell  and"

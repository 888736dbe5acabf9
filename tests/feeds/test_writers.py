"""Atom and RSS by what readers need (FORMATS: feeds that every reader understands)."""

from __future__ import annotations

import locale

import feedparser
import msgspec
import pytest
from lxml import etree

from feedpub import feeds
from feedpub.feeds.fragments import Fragments
from feedpub.model import BILINGUAL, Edition, Tombstone
from tests.feeds import reading
from tests.feeds.editions import ATTACHED, BARE, FULL, OTHER, document, edition
from tests.feeds.reading import NS, tree

XML = (".atom", ".rss")
CHINESE = msgspec.structs.replace(BARE, language="zh-Hant", title="便條")


def _everything() -> Edition:
    return edition(FULL, BARE, ATTACHED)


def test_an_edition_is_rendered_in_every_format_below_its_path() -> None:
    rendered = feeds.render(_everything(), "feeds/all/en", Fragments())
    assert {one.path: one.media_type for one in rendered.documents} == {
        "feeds/all/en.atom": "application/atom+xml",
        "feeds/all/en.rss": "application/rss+xml",
        "feeds/all/en.json": "application/feed+json",
    }
    assert rendered.shown == {FULL.id, BARE.id, ATTACHED.id}


@pytest.mark.parametrize("form", feeds.FORMATS, ids=lambda form: form.suffix)
def test_the_same_edition_is_the_same_bytes_with_its_entries_in_their_order(form: feeds.Format) -> None:
    raw = document(_everything(), form.suffix)
    assert raw == document(_everything(), form.suffix)
    assert reading.ids(raw, form.suffix) == [FULL.id, BARE.id, ATTACHED.id]


@pytest.mark.parametrize("suffix", XML)
def test_an_edition_without_entries_is_a_valid_feed_with_a_fixed_date(suffix: str) -> None:
    parsed = feedparser.parse(document(edition(language="zh-Hant"), suffix))
    assert not parsed.bozo
    assert (parsed.feed.title, parsed.feed.language, parsed.entries) == ("新聞及公告", "zh-Hant", [])
    assert parsed.feed.updated_parsed[:3] == (2000, 1, 1)


@pytest.mark.parametrize(("tag", "language"), [("en", "en"), ("zh-Hant", "zh-Hant"), (BILINGUAL, "en")])
def test_a_feed_leads_to_its_page_in_its_language(tag: str, language: str) -> None:
    shown = msgspec.structs.replace(edition(language="en" if tag == BILINGUAL else tag), tag=tag)
    (page,) = reading.links(tree(document(shown, ".atom")), "alternate")
    home = f"https://news.example/{language}/feeds/all/"
    assert page["href"] == tree(document(shown, ".rss")).findtext("channel/link") == home


def test_every_feed_level_element_of_atom_stands_before_the_first_entry() -> None:
    buried = Tombstone(id="tag:www.example.gov,2026-11-17:P1", when=FULL.updated)
    full = msgspec.structs.replace(
        _everything(), tombstones=(buried,), hubs=("https://hub.example/",), previous="2026-10"
    )
    names = [etree.QName(child).localname for child in tree(document(full, ".atom"))]
    assert names.index("entry") == len(names) - 3


def test_an_entry_has_one_alternate_in_its_own_language_and_the_other_as_related() -> None:
    (entry,) = tree(document(edition(FULL), ".atom")).findall("a:entry", NS)
    (alternate,) = reading.links(entry, "alternate")
    assert (alternate["href"], alternate["hreflang"]) == (FULL.url, "en")
    others = [link for link in reading.links(entry, "related") if "hreflang" in link]
    expected = {"rel": "related", "type": "text/html", "hreflang": "zh-Hant", "title": OTHER.title, "href": OTHER.url}
    assert others == [expected], "and none that only the entry itself names"


@pytest.mark.parametrize("suffix", XML)
def test_a_related_link_has_the_title_of_what_it_leads_to(suffix: str) -> None:
    root = tree(document(edition(FULL), suffix))
    related = [link for link in root.iter("{http://www.w3.org/2005/Atom}link") if link.get("rel") == "related"]
    titles = {link.get("href"): link.get("title") for link in related}
    known = {link.url: link.title for link in (*FULL.videos, *FULL.related)} | {OTHER.url: OTHER.title}
    assert {url: titles.get(url) for url in known} == known


def test_an_rss_channel_has_no_alternate_link_and_an_item_none_either() -> None:
    root = tree(document(_everything(), ".rss"))
    assert root.xpath("count(//a:link[@rel='alternate' or not(@rel)])", namespaces=NS) == 0
    assert [link.get("rel") for link in root.findall("channel/a:link", NS)] == ["self"]


@pytest.mark.parametrize("suffix", XML)
def test_a_document_names_itself_and_the_hubs_that_tell_of_it(suffix: str) -> None:
    hubs = ("https://hub.example/?a=1&b=2", "https://other.example/")
    root = tree(document(edition(FULL, hubs=hubs), suffix))
    channel = root if suffix == ".atom" else root[0]
    assert [link["href"] for link in reading.links(channel, "hub")] == list(hubs)
    assert [link["href"] for link in reading.links(channel, "self")] == [f"https://news.example/feeds/all/en{suffix}"]


def test_an_entry_in_another_language_than_its_edition_says_so() -> None:
    shown = edition(FULL, CHINESE)
    root = tree(document(shown, ".atom"))
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert root.get(lang) == "en"
    assert [entry.get(lang) for entry in root.findall("a:entry", NS)] == [None, "zh-Hant"]
    items = tree(document(shown, ".rss")).findall("channel/item", NS)
    assert [found.findtext("dc:language", namespaces=NS) for found in items] == [None, "zh-Hant"]


@pytest.mark.parametrize("suffix", XML)
def test_an_entry_is_by_its_author_under_terms_that_are_no_labels(suffix: str) -> None:
    root = tree(document(edition(FULL), suffix))
    if suffix == ".atom":
        (entry,) = root.findall("a:entry", NS)
        author, found = entry.findtext("a:author/a:name", namespaces=NS), entry.findall("a:category", NS)
        terms = [(one.get("term"), one.get("scheme"), one.get("label")) for one in found]
        assert terms[0] == ("food", "https://news.example/topics/", "Food & drink")
        assert terms[2] == ("10000000", "http://cv.iptc.org/newscodes/mediatopic/", None)
    else:
        (entry,) = root.findall("channel/item")
        author, found = entry.findtext("dc:creator", namespaces=NS), entry.findall("category")
        assert (found[0].text, found[0].get("domain")) == ("food", "https://news.example/topics/")
    assert author == "Fisheries & Fairs Department"
    assert len(found) == 3


def test_an_rss_item_says_its_description_before_its_content() -> None:
    item = tree(document(edition(FULL), ".rss")).find("channel/item")
    assert item is not None
    names = [etree.QName(child).localname for child in item]
    assert names.index("description") < names.index("encoded")


def test_an_rss_item_without_a_text_says_its_title() -> None:
    item = tree(document(edition(BARE), ".rss")).find("channel/item")
    assert item is not None
    escaped = "A note &lt;without&gt; an address &amp; a text"
    assert item.findtext("description") == escaped
    assert item.findtext("content:encoded", namespaces=NS) == escaped


def test_rss_titles_have_hexadecimal_references() -> None:
    raw = document(edition(FULL), ".rss").decode()
    assert "<title>Fish &#x26; chips &#x3C;fair&#x3E; returns" in raw
    assert "<title>News &#x26; notices</title>" in raw


def test_dates_are_english_whatever_the_locale_and_the_locale_stays() -> None:
    before = locale.setlocale(locale.LC_ALL)
    raw = document(edition(FULL), ".rss").decode()
    assert "<pubDate>Fri, 20 Nov 2026 09:30:00 +0800</pubDate>" in raw
    assert "<lastBuildDate>Fri, 20 Nov 2026 17:05:00 +0800</lastBuildDate>" in raw
    assert locale.setlocale(locale.LC_ALL) == before


@pytest.mark.parametrize("form", feeds.FORMATS, ids=lambda form: form.suffix)
def test_the_feed_is_as_new_as_its_newest_entry_or_tombstone(form: feeds.Format) -> None:
    assert reading.updated(document(_everything(), form.suffix), form.suffix) == FULL.updated
    later = Tombstone(id="tag:x:1", when=FULL.updated.replace(hour=20))
    earlier = Tombstone(id="tag:x:2", when=FULL.updated.replace(hour=8))
    shown = msgspec.structs.replace(_everything(), tombstones=(later, earlier))
    assert reading.updated(document(shown, form.suffix), form.suffix) == later.when
    assert reading.updated(document(edition(tombstones=(earlier,)), form.suffix), form.suffix) == earlier.when


@pytest.mark.parametrize("suffix", XML)
def test_control_characters_in_a_config_do_not_break_a_feed(suffix: str) -> None:
    broken = edition(FULL)
    broken.feed.title["en"] = "Bell \x07 and \ud800"
    parsed = feedparser.parse(document(broken, suffix))
    assert parsed.feed.title == "Bell  and"
    assert [entry.id for entry in parsed.entries] == [FULL.id]

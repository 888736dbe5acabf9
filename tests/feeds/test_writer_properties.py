"""For any text at all, what is written is well-formed and reads back as it was."""

from __future__ import annotations

import json
import re
from calendar import timegm
from datetime import datetime, timedelta, timezone

import feedparser
import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feedpub.characters import xml_safe
from feedpub.model import Category, Correction, Entry, Item, Link, Photo, Version
from tests.feeds.editions import document, edition

ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs", "Cc", "Cn", "Co"]),
        st.sampled_from("<>&\"'\u00a0\u3000\u200b\ufffe\uffff\x00\x1f\r\n\t]"),
    ),
    max_size=60,
)
MOMENTS = st.datetimes(datetime(1998, 1, 1), datetime(2099, 1, 1)).map(  # noqa: DTZ001 - the zone comes next
    lambda moment: moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=8))),
)
ENTRIES = st.builds(
    Entry,
    id=st.just("tag:www.example.gov,2026-11-20:P1"),
    source=st.just("gov"),
    key=st.just("P1"),
    language=st.sampled_from(["en", "zh-Hant"]),
    title=ANY_TEXT.filter(lambda text: xml_safe(text).strip() != ""),
    summary=ANY_TEXT,
    content=ANY_TEXT,
    published=MOMENTS,
    updated=MOMENTS,
    url=st.sampled_from([None, "https://www.example.gov/a.htm"]),
)
ITEMS = st.builds(
    Item,
    entry=st.builds(
        lambda entry, caption, title, before, at: msgspec.structs.replace(
            entry,
            photos=(Photo(url="https://x.example/1.jpg", caption=caption, credit=title),),
            attachments=(Link(url="https://x.example/1.pdf", title=title),),
            videos=(Link(url="https://x.example/v", title=caption),),
            corrections=(Correction(at=at, title=before),),
        ),
        ENTRIES,
        ANY_TEXT,
        ANY_TEXT,
        ANY_TEXT,
        MOMENTS,
    ),
    author=ANY_TEXT,
    versions=st.builds(lambda title: (Version(language="zh-Hans", url="https://x.example/2", title=title),), ANY_TEXT),
    categories=st.builds(
        lambda label: (Category(term="food", scheme="https://x.example/", label=label, topic=True),), ANY_TEXT
    ),
)
_ATOM = "{http://www.w3.org/2005/Atom}"
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
_SURROGATE = re.compile("[\ud800-\udfff]")


def _read_back(text: str | None) -> str:
    return text or ""


@settings(max_examples=200, deadline=None)
@given(ENTRIES)
def test_atom_is_well_formed_and_reads_back(entry: Entry) -> None:
    root = etree.fromstring(document(edition(entry), ".atom"))
    found = root.find(f"{_ATOM}entry")
    assert found is not None
    assert _read_back(found.findtext(f"{_ATOM}title")) == xml_safe(entry.title)
    assert _read_back(found.findtext(f"{_ATOM}content")) == xml_safe(entry.content)
    assert _read_back(found.findtext(f"{_ATOM}summary")) == xml_safe(entry.summary)
    assert datetime.fromisoformat(found.findtext(f"{_ATOM}published", "")) == entry.published


@settings(max_examples=200, deadline=None)
@given(ENTRIES)
def test_rss_is_well_formed_and_reads_back(entry: Entry) -> None:
    raw = document(edition(entry), ".rss")
    item = etree.fromstring(raw).find("channel/item")
    assert item is not None
    assert _read_back(item.findtext("title")) == xml_safe(entry.title)
    if xml_safe(entry.content):
        assert _read_back(item.findtext(_ENCODED)) == xml_safe(entry.content)
    assert not re.search(rb"<title>[^<]*&(?!#)", raw)


@settings(max_examples=200, deadline=None)
@given(ENTRIES)
def test_json_is_well_formed_and_reads_back(entry: Entry) -> None:
    # JSON holds every character but lone surrogates; where there is one, the item is cleaned as for XML.
    texts = (entry.title, entry.content, entry.summary)
    kept = xml_safe if any(map(_SURROGATE.search, texts)) else str
    (found,) = json.loads(document(edition(entry), ".json"))["items"]
    assert found["title"] == kept(entry.title)
    assert found.get("summary", "") == kept(entry.summary)
    if kept(entry.content):
        assert found["content_html"] == kept(entry.content)
    assert datetime.fromisoformat(found["date_published"]) == entry.published
    assert datetime.fromisoformat(found["date_modified"]) == entry.updated


@settings(max_examples=60, deadline=None)
@given(ENTRIES)
def test_a_reader_sees_one_entry_with_its_id_and_date(entry: Entry) -> None:
    for suffix in (".atom", ".rss"):
        parsed = feedparser.parse(document(edition(entry), suffix))
        assert not parsed.bozo
        (found,) = parsed.entries
        assert found.id == entry.id
        assert timegm(found.published_parsed) == entry.published.timestamp()


@settings(max_examples=200, deadline=None)
@given(ITEMS)
def test_no_text_of_an_item_breaks_a_document(item: Item) -> None:
    shown = edition(item)
    (entry,) = etree.fromstring(document(shown, ".atom")).iter(f"{_ATOM}entry")
    (found,) = etree.fromstring(document(shown, ".rss")).iter("item")
    (read,) = json.loads(document(shown, ".json"))["items"]
    assert entry.findtext(f"{_ATOM}id") == found.findtext("guid") == read["id"] == item.entry.id
    (category,) = entry.iter(f"{_ATOM}category")
    assert category.get("label", "") == xml_safe(item.categories[0].label)
    assert _read_back(entry.findtext(f"{_ATOM}author/{_ATOM}name")) == xml_safe(item.author)

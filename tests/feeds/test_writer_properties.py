"""For any text at all, what is written is well-formed and reads back as it was."""

from __future__ import annotations

import re
from calendar import timegm
from datetime import datetime, timedelta, timezone

import feedparser
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feedpub.characters import xml_safe
from feedpub.feeds import atom, legible, rss
from feedpub.model import Entry
from tests.feeds.editions import edition

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
_ATOM = "{http://www.w3.org/2005/Atom}"
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"


def _read_back(text: str | None) -> str:
    return text or ""


@settings(max_examples=200, deadline=None)
@given(ENTRIES)
def test_atom_is_well_formed_and_reads_back(entry: Entry) -> None:
    root = etree.fromstring(legible.render(edition(entry), atom.render))
    found = root.find(f"{_ATOM}entry")
    assert found is not None
    assert _read_back(found.findtext(f"{_ATOM}title")) == xml_safe(entry.title)
    assert _read_back(found.findtext(f"{_ATOM}content")) == xml_safe(entry.content)
    assert _read_back(found.findtext(f"{_ATOM}summary")) == xml_safe(entry.summary)
    assert datetime.fromisoformat(found.findtext(f"{_ATOM}published", "")) == entry.published


@settings(max_examples=200, deadline=None)
@given(ENTRIES)
def test_rss_is_well_formed_and_reads_back(entry: Entry) -> None:
    raw = legible.render(edition(entry), rss.render)
    item = etree.fromstring(raw).find("channel/item")
    assert item is not None
    assert _read_back(item.findtext("title")) == xml_safe(entry.title)
    if xml_safe(entry.content):
        assert _read_back(item.findtext(_ENCODED)) == xml_safe(entry.content)
    assert not re.search(rb"<title>[^<]*&(?!#)", raw)


@settings(max_examples=60, deadline=None)
@given(ENTRIES)
def test_a_reader_sees_one_entry_with_its_id_and_date(entry: Entry) -> None:
    for render in (atom.render, rss.render):
        parsed = feedparser.parse(legible.render(edition(entry), render))
        assert not parsed.bozo
        (found,) = parsed.entries
        assert found.id == entry.id
        assert timegm(found.published_parsed) == entry.published.timestamp()

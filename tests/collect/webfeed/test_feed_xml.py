"""Feeds that want to do harm, or were harmed on the way: nothing is expanded, nothing takes long."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feedpub.collect.webfeed import feedxml, source
from feedpub.errors import SourceError
from tests.loopback import Loopback

URL = "https://feeds.example/all.xml"
WHOLE = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>News</title>'
    "<item><title>One &amp; two</title><link>https://a.example/1</link><description><![CDATA[<p>A</p>]]></description>"
    '<media:content url="https://a.example/1.jpg"/></item>'
    "<item><title>Three</title><link>https://a.example/3</link></item></channel></rss>"
)


def titles(text: str) -> list[str | None]:
    return [item.findtext("title") for item in feedxml.read(text, URL).items]


def test_a_feed_that_ends_anywhere_before_its_end_is_refused() -> None:
    assert titles(WHOLE) == ["One & two", "Three"]
    for end in range(len(WHOLE)):
        with pytest.raises(SourceError):
            source.read(WHOLE[:end], URL)


@given(st.text())
@example("<rss/>")
@example("<?<!--")
@example("<rss><channel><item></item></channel></rss>")
@example('{"version": "https://jsonfeed.org/version/1", "items": [' + "[" * 5000)
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    for whole in (text, f"<rss><channel><item>{text}</item></channel></rss>"):
        with suppress(SourceError):
            source.read(whole, URL)


@given(
    st.lists(st.sampled_from(["&", "&amp;", "&eacute;", "&nope;", "\x01", "<a:b/>", "<![CDATA[&]]>", "é", "<c>x</c>"]))
)
def test_what_is_mended_is_well_formed_and_keeps_its_text(parts: list[str]) -> None:
    text = f"<rss><channel><item><title>T</title>{''.join(parts)}</item></channel></rss>"
    (item,) = feedxml.read(text, URL).items
    said = {"&amp;": "&", "&eacute;": "é", "\x01": "", "<a:b/>": "", "<![CDATA[&]]>": "&", "<c>x</c>": "x"}
    assert "".join(item.itertext()) == "T" + "".join(said.get(part, part) for part in parts)


@pytest.mark.parametrize(
    "attack",
    [
        "<item>" * 300_000,
        "<item><title>x</title></item>" * 100_000,
        "<item><![CDATA[" * 300_000,
        "<a>" * 500_000,
        "&" * 300_000,
        "<item x='" * 300_000,
        "<!--" * 500_000,
        "<item><title><b></item>" * 20_000,
        "<item><title>" + "<b>" * 100_000 + "</title></item>",
    ],
    ids=["open", "many", "cdata", "deep", "ampersands", "quotes", "comments", "broken", "deep item"],
)
def test_a_feed_that_is_made_to_take_long_does_not(attack: str) -> None:
    # In a time that grows with its square each of these would take minutes, and the suite be stopped.
    try:
        found = feedxml.read(f"<rss><channel>{attack}</channel></rss>", URL)
    except SourceError:
        return
    assert len(found.items) <= feedxml.MOST_ITEMS


def test_only_so_many_items_are_read_and_that_is_told() -> None:
    items = "".join(f"<item><title>{number}</title></item>" for number in range(feedxml.MOST_ITEMS + 5))
    found = feedxml.read(f"<rss><channel>{items}</channel></rss>", URL)
    assert [found.items[0].findtext("title"), found.items[-1].findtext("title")] == ["0", "1999"]
    assert found.warnings == ("has 2,005 items; the first 2,000 were read",)


def test_a_dtd_somewhere_else_is_not_asked_for() -> None:
    with Loopback() as server:
        doctype = f'<!DOCTYPE rss PUBLIC "-//Somebody//DTD RSS 0.91//EN" "{server.address("/rss.dtd")}">'
        assert titles(doctype + WHOLE.removeprefix('<?xml version="1.0"?>')) == ["One & two", "Three"]
    assert server.paths == []

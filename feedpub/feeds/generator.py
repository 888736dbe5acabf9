"""feedgen, and our one extension of it. The only module that knows feedgen.

feedgen 1.0.0 loses an entry's link attributes, writes the build time where it is told nothing, prepends entries,
switches the process's locale for every RFC 822 date and has no xml:lang or atom:updated. So feedgen builds the feed
and the entries' plain elements, and the extension writes what it gets wrong.

A feed and each of its entries are built one by one and put together as bytes: an entry that stands in several
documents is built once, and a document is never in memory as a tree.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml.etree import Element, SubElement, _Element, tostring

from feedpub import __version__

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
NAME = "feedpub"
Extend = Callable[[_Element], None]


class _FeedExtension(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Hands the feed's element to `extend`."""

    def __init__(self) -> None:
        self.extend: Extend = _nothing
        self.namespaces: dict[str, str] = {}

    def extend_ns(self) -> dict[str, str]:
        return self.namespaces

    def extend_atom(self, atom_feed: _Element) -> _Element:
        self.extend(atom_feed)
        return atom_feed

    def extend_rss(self, rss_feed: _Element) -> _Element:
        self.extend(rss_feed[0])
        return rss_feed


class _EntryExtension(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """Hands the entry's element to `extend`, after feedgen wrote its own."""

    def __init__(self) -> None:
        self.extend: Extend = _nothing

    def extend_atom(self, entry: _Element) -> _Element:
        self.extend(entry)
        return entry

    def extend_rss(self, item: _Element) -> _Element:
        self.extend(item)
        return item


def _nothing(_: _Element) -> None:
    pass


__all__ = [
    "ATOM", "CONTENT", "DC", "HISTORY", "MEDIA", "TOMBSTONES", "FeedEntry", "FeedGenerator",
    "inner", "new_entry", "new_feed", "rfc822", "sub",
]  # fmt: skip


def new_feed(extend: Extend, namespaces: dict[str, str]) -> FeedGenerator:
    """A feed whose element is handed to `extend`; `namespaces` by prefix, also those of its entries."""
    feed = FeedGenerator()
    feed.register_extension(NAME, _FeedExtension, _EntryExtension)
    feed.feedpub.extend, feed.feedpub.namespaces = extend, namespaces
    feed.generator("feedpub", version=__version__)
    # It would be the build time, formatted by switching the process's locale; there is no way to unset it.
    feed._FeedGenerator__rss_lastBuildDate = None  # noqa: SLF001
    return feed


def new_entry(extend: Extend) -> FeedEntry:
    """An entry whose element is handed to `extend`."""
    entry = FeedEntry()
    entry.register_extension(NAME, _EntryExtension)
    entry.feedpub.extend = extend
    return entry


def inner(element: _Element, namespaces: dict[str, str]) -> bytes:
    """An element as UTF-8 bytes that can stand inside a document that declares these namespaces, by prefix."""
    Element("document", nsmap=namespaces).append(element)
    raw = tostring(element, encoding="UTF-8", with_tail=False)
    for prefix, name in namespaces.items():
        # Of what is declared around it, lxml repeats the declarations in the first tag.
        raw = raw.replace(f' xmlns:{prefix}="{name}"'.encode(), b"", 1)
    return raw


def sub(parent: _Element, name: str, text: str | None = None, /, **attributes: str) -> _Element:
    """A child element; attributes without a value are left out."""
    if "" in attributes.values():
        attributes = {key: value for key, value in attributes.items() if value}
    element = SubElement(parent, name, attributes)
    if text:
        element.text = text
    return element


def rfc822(moment: datetime) -> str:
    """A date as RSS has it, with a four-digit year, in English whatever the locale."""
    return format_datetime(moment)

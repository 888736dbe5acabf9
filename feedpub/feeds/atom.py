"""Atom 1.0 (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime

from lxml.etree import _Element

from feedpub.feeds import generator, links, versions
from feedpub.feeds.generator import sub
from feedpub.model import Edition, Entry

MEDIA_TYPE = "application/atom+xml"
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed that never had an entry changed: an element that has to be there, and that validators find plausible."""
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def updated(edition: Edition) -> datetime:
    """When the feed changed last: the newest of its entries', never the clock; 2000 where it has none."""
    return max((entry.updated for entry in edition.entries), default=_NEVER)


def render(edition: Edition) -> bytes:
    """An edition as an Atom feed document, UTF-8."""
    address = f"{edition.address}.atom"

    def extend_feed(feed: _Element) -> None:
        # feedgen writes Atom's namespace as an attribute, so its elements, and ours among them, carry none.
        sub(feed, "link", rel="self", type=MEDIA_TYPE, href=address)
        sub(feed, "link", rel="alternate", type="text/html", hreflang=edition.language, href=edition.home)

    feed = generator.new_feed(extend_feed, {})
    feed.id(address)
    feed.title(edition.title)
    feed.updated(updated(edition))
    feed.language(edition.language)
    feed.author(name=edition.site_title)
    if edition.description != edition.title:
        feed.subtitle(edition.description)
    if edition.rights:
        feed.rights(edition.rights)
    for entry in edition.entries:
        _add(feed, entry, edition)
    body: bytes = feed.atom_str()
    return body


def _add(feed: generator.FeedGenerator, entry: Entry, edition: Edition) -> None:
    def extend(element: _Element) -> None:
        if entry.language != edition.language:
            element.set(_XML_LANG, entry.language)
        if entry.url:
            language = links.page_language(entry, edition)
            sub(element, "link", rel="alternate", type="text/html", hreflang=language, href=entry.url)
        for other in links.related(entry, edition):
            sub(
                element,
                "link",
                rel="related",
                type=other.media_type,
                hreflang=other.language,
                title=other.title,
                href=other.url,
            )
        for enclosure in (*links.photos(entry), *links.attachments(entry)):
            sub(
                element,
                "link",
                rel="enclosure",
                type=enclosure.media_type,
                title=enclosure.title,
                href=enclosure.url,
            )

    item = generator.add_entry(feed, extend)
    item.id(entry.id)
    item.title(entry.title)
    item.updated(entry.updated)
    item.published(entry.published)
    item.author(name=edition.author(entry))
    for category in edition.categories.get(entry.id, ()):
        item.category(term=category.term, scheme=category.scheme, label=category.label)
    if entry.summary:
        item.summary(entry.summary)
    item.content(versions.content(entry, edition), type="html")

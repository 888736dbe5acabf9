"""Atom 1.0 (RFC 4287), its archive documents (RFC 5005) and tombstones (RFC 6721)."""

from __future__ import annotations

from datetime import datetime

from lxml.etree import _Element

from feedpub.feeds import content, generator, links
from feedpub.feeds.frame import Frame
from feedpub.feeds.generator import HISTORY, MEDIA, TOMBSTONES, sub
from feedpub.model import Edition, Item, Tombstone

MEDIA_TYPE = "application/atom+xml"
_NAMESPACES = {"media": MEDIA}
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_END = b"</feed>"


def frame(edition: Edition, updated: datetime) -> Frame:
    """What stands around the entries: every feed-level element, tombstones too, before the first of them."""
    own = f"{edition.archive(edition.month)}.atom" if edition.month else f"{edition.address}.atom"

    def extend(feed: _Element) -> None:
        # feedgen writes Atom's namespace as an attribute, so its elements, and ours among them, carry none.
        sub(feed, "link", rel="self", type=MEDIA_TYPE, href=own)
        sub(feed, "link", rel="alternate", type="text/html", hreflang=edition.language, href=edition.home)
        if edition.month:
            sub(feed, "link", rel="current", type=MEDIA_TYPE, href=f"{edition.address}.atom")
            sub(feed, f"{{{HISTORY}}}archive")
        else:
            for hub in edition.hubs:
                sub(feed, "link", rel="hub", href=hub)
        for rel, month in (("prev-archive", edition.previous), ("next-archive", edition.following)):
            if month:
                sub(feed, "link", rel=rel, type=MEDIA_TYPE, href=f"{edition.archive(month)}.atom")
        for tombstone in edition.tombstones:
            _bury(feed, tombstone)

    namespaces = dict(_NAMESPACES)
    namespaces |= {"fh": HISTORY} if edition.month else {}
    namespaces |= {"at": TOMBSTONES} if edition.tombstones else {}
    feed = generator.new_feed(extend, namespaces)
    feed.id(f"{edition.address}.atom")
    feed.title(edition.title)
    feed.updated(updated)
    feed.language(edition.language)
    feed.author(name=edition.site_title)
    if edition.description != edition.title:
        feed.subtitle(edition.description)
    if edition.rights:
        feed.rights(edition.rights)
    return Frame.around(feed.atom_str(), _END)


def _bury(feed: _Element, tombstone: Tombstone) -> None:
    name = f"{{{TOMBSTONES}}}deleted-entry"
    stone = sub(feed, name, ref=tombstone.id, when=tombstone.when.isoformat())
    if tombstone.comment:
        sub(stone, f"{{{TOMBSTONES}}}comment", tombstone.comment)


def entry(item: Item, edition: Edition) -> bytes:
    """An entry of an edition."""
    own = item.entry
    photos, attachments = links.photos(item), links.attachments(item)

    def extend(element: _Element) -> None:
        if own.language != edition.language:
            element.set(_XML_LANG, own.language)
        if own.url:
            language = links.page_language(item)
            sub(element, "link", rel="alternate", type="text/html", hreflang=language, href=own.url)
        for other in links.related(item):
            sub(
                element,
                "link",
                rel="related",
                type=other.media_type,
                hreflang=other.language,
                title=other.title,
                href=other.url,
            )
        for enclosure in (*photos, *attachments):
            sub(
                element,
                "link",
                rel="enclosure",
                type=enclosure.media_type,
                length=str(enclosure.length or ""),
                title=enclosure.title,
                href=enclosure.url,
            )
        for photo in photos[:1]:
            if photo.thumbnail:
                sub(element, f"{{{MEDIA}}}thumbnail", url=photo.thumbnail)

    built = generator.new_entry(extend)
    built.id(own.id)
    built.title(own.title)
    built.updated(own.updated)
    built.published(own.published)
    built.author(name=item.author)
    for category in item.categories:
        built.category(term=category.term, scheme=category.scheme, label=category.label)
    if own.summary:
        built.summary(own.summary)
    built.content(content.content(item, edition.feed), type="html")
    return generator.inner(built.atom_entry(), _NAMESPACES)

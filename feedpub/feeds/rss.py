"""RSS 2.0, by the RSS Advisory Board's profile."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape

from lxml.etree import _Element

from feedpub.feeds import content, generator, links
from feedpub.feeds.frame import Frame
from feedpub.feeds.generator import ATOM, CONTENT, DC, MEDIA, sub
from feedpub.feeds.links import UNKNOWN_TYPE, Target
from feedpub.model import Edition, Item

MEDIA_TYPE = "application/rss+xml"
_OWN = {"dc": DC, "media": MEDIA}
_NAMESPACES = {"atom": ATOM, "content": CONTENT, **_OWN}
_TITLE = re.compile(rb"<title>([^<]*)</title>")
_SPECIAL = frozenset("&<>")
_END = b"</channel></rss>"


def frame(edition: Edition, updated: datetime) -> Frame:
    """What stands around the items."""

    def extend(channel: _Element) -> None:
        for hub in edition.hubs:
            sub(channel, f"{{{ATOM}}}link", rel="hub", href=hub)
        sub(channel, "language", edition.language)
        sub(channel, "lastBuildDate", generator.rfc822(updated))
        sub(channel, "ttl", str(edition.ttl))

    feed = generator.new_feed(extend, _OWN)
    feed.title(edition.title)
    # The channel's <link> is the last one that feedgen is given; "self" goes to atom:link.
    feed.link(href=f"{edition.address}.rss", rel="self", type=MEDIA_TYPE)
    feed.link(href=edition.home, rel="alternate")
    feed.description(edition.description)
    if edition.rights:
        feed.copyright(edition.rights)
    return Frame.around(_with_plain_title(feed.rss_str(), edition.title), _END)


def _with_plain_title(raw: bytes, title: str) -> bytes:
    """`&` and `<` in titles as the profile wants them, for readers that decode a title twice."""
    return _TITLE.sub(_hexadecimal, raw, count=1) if _SPECIAL.intersection(title) else raw


def _hexadecimal(title: re.Match[bytes]) -> bytes:
    text = title[1].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")
    return b"<title>" + text + b"</title>"


def entry(item: Item, edition: Edition) -> bytes:
    """An item of an edition."""
    own = item.entry
    photos, attachments = links.photos(item), links.attachments(item)
    # At most one enclosure an item: readers differ in which of several they take.
    enclosures = [*photos, *attachments][:1]

    def extend(element: _Element) -> None:
        sub(element, f"{{{DC}}}creator", item.author)
        for category in item.categories:
            # RSS has no label: the term is what stays the same in every language.
            sub(element, "category", category.term, domain=category.scheme)
        sub(element, "pubDate", generator.rfc822(own.published))
        for enclosure in enclosures:
            # A length of 0 is one that is not known (RSS Advisory Board's profile, "enclosure").
            kind, length = enclosure.media_type or UNKNOWN_TYPE, str(enclosure.length)
            sub(element, "enclosure", url=enclosure.url, length=length, type=kind)
        for photo in photos:
            _photo(element, photo)
        for other in (*links.related(item), *(attachments if photos else attachments[1:])):
            sub(
                element,
                f"{{{ATOM}}}link",
                rel="related",
                type=other.media_type,
                hreflang=other.language,
                title=other.title,
                href=other.url,
            )
        if own.language != edition.language:
            sub(element, f"{{{DC}}}language", own.language)
        sub(element, f"{{{ATOM}}}updated", own.updated.isoformat())

    built = generator.new_entry(extend)
    built.title(own.title)
    built.guid(own.id, permalink=False)
    if own.url:
        built.link(href=own.url)
    # A description is HTML. It is never left out: feedgen would put the content in its place.
    built.description(escape(own.summary or own.title, quote=False))
    built.content(content.content(item, edition.feed) or escape(own.title, quote=False))
    return _with_plain_title(generator.inner(built.rss_entry(), _NAMESPACES), own.title)


def _photo(element: _Element, photo: Target) -> None:
    """A photo as Media RSS, directly in the item: a group would say that several are the same one."""
    length = str(photo.length or "")
    media = sub(element, f"{{{MEDIA}}}content", url=photo.url, fileSize=length, type=photo.media_type, medium="image")
    if photo.title:
        sub(media, f"{{{MEDIA}}}title", photo.title, type="plain")
    if photo.thumbnail:
        sub(media, f"{{{MEDIA}}}thumbnail", url=photo.thumbnail)
    if photo.credit:
        sub(media, f"{{{MEDIA}}}credit", photo.credit)

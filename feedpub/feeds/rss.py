"""RSS 2.0, by the RSS Advisory Board's profile."""

from __future__ import annotations

import re
from html import escape

from lxml.etree import _Element

from feedpub.feeds import atom, generator, links, versions
from feedpub.feeds.generator import ATOM, DC, MEDIA, sub
from feedpub.model import Edition, Entry

MEDIA_TYPE = "application/rss+xml"
_TITLE = re.compile(rb"<title>([^<]*)</title>")
_SPECIAL = frozenset("&<>")
_UNKNOWN_LENGTH = "0"


def render(edition: Edition) -> bytes:
    """An edition as an RSS document, UTF-8."""
    newest = atom.updated(edition)

    def extend_channel(channel: _Element) -> None:
        sub(channel, "language", edition.language)
        sub(channel, "lastBuildDate", generator.rfc822(newest))
        sub(channel, "ttl", str(edition.ttl))

    feed = generator.new_feed(extend_channel, {"dc": DC, "media": MEDIA})
    feed.title(edition.title)
    # The channel's <link> is the last one that feedgen is given; "self" goes to atom:link.
    feed.link(href=f"{edition.address}.rss", rel="self", type=MEDIA_TYPE)
    feed.link(href=edition.home, rel="alternate")
    feed.description(edition.description)
    if edition.rights:
        feed.copyright(edition.rights)
    for entry in edition.entries:
        _add(feed, entry, edition)
    body: bytes = feed.rss_str()
    if any(_SPECIAL.intersection(title) for title in (edition.title, *(entry.title for entry in edition.entries))):
        body = _TITLE.sub(_hexadecimal, body)
    return body


def _hexadecimal(title: re.Match[bytes]) -> bytes:
    """`&` and `<` in titles as the profile wants them, for readers that decode a title twice."""
    text = title[1].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")
    return b"<title>" + text + b"</title>"


def _add(feed: generator.FeedGenerator, entry: Entry, edition: Edition) -> None:
    photos, attachments = links.photos(entry), links.attachments(entry)
    # At most one enclosure an item: readers differ in which of several they take.
    enclosures = [*photos, *attachments]

    def extend(item: _Element) -> None:
        sub(item, f"{{{DC}}}creator", edition.author(entry))
        for category in edition.categories.get(entry.id, ()):
            # RSS has no label: the term is what stays the same in every language.
            sub(item, "category", category.term, domain=category.scheme)
        sub(item, "pubDate", generator.rfc822(entry.published))
        for enclosure in enclosures[:1]:
            sub(item, "enclosure", url=enclosure.url, length=_UNKNOWN_LENGTH, type=enclosure.media_type)
        for photo in photos[1:]:
            media = sub(item, f"{{{MEDIA}}}content", url=photo.url, type=photo.media_type, medium="image")
            if photo.title:
                sub(media, f"{{{MEDIA}}}description", photo.title, type="plain")
        for other in (*links.related(entry, edition), *(attachments if photos else attachments[1:])):
            sub(
                item,
                f"{{{ATOM}}}link",
                rel="related",
                type=other.media_type,
                hreflang=other.language,
                title=other.title,
                href=other.url,
            )
        if entry.language != edition.language:
            sub(item, f"{{{DC}}}language", entry.language)
        sub(item, f"{{{ATOM}}}updated", entry.updated.isoformat())

    item = generator.add_entry(feed, extend)
    item.title(entry.title)
    item.guid(entry.id, permalink=False)
    if entry.url:
        item.link(href=entry.url)
    # A description is HTML. It is never left out: feedgen would put the content in its place.
    item.description(escape(entry.summary or entry.title, quote=False))
    item.content(versions.content(entry, edition) or escape(entry.title, quote=False))

"""A page of info.gov.hk -> its parts and what of its markup gave them, for people who look for what changed in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from feedpub.collect import charsets
from feedpub.collect.base import Examined, Part, Reading
from feedpub.collect.examining import NO_ADDRESS
from feedpub.collect.gia import addresses, lists, page
from feedpub.collect.http import Reply
from feedpub.collect.whereabouts import stands
from feedpub.config import Source
from feedpub.errors import ReleaseError, SourceError
from feedpub.model import Link, Sighting

_FEED = re.compile(rb"\s*(?:\xef\xbb\xbf)?<(?:\?xml|rss)\b", re.IGNORECASE)
_CHINESE = re.compile(r"/(?:c|general_zh|ctoday|\d{1,2}c)\.\w+$|_zh\.xml$")
_RELATED = "a.contentref_text"


def examine(
    reply: Reply, source: Source, base_url: str, reading: Callable[[Sighting], Reading], *, known: bool
) -> Examined:
    """Read a page of the site: a release, a listing page or an official feed.

    Args:
        reply: the page.
        source: whose it is.
        base_url: that the releases' addresses are below of.
        reading: how the source reads a release's page.
        known: whether the reply's address is the page's own, and not one in its place.
    """
    detail = addresses.detail(reply.url)
    if _FEED.match(reply.body[:100]):
        return _list(reply, source, base_url)
    found = _release(reply, source, reading, known=known)
    if detail is None and found.release is None:
        listed = _list(reply, source, base_url)
        return listed if listed.sightings and found.problem else found
    return found


def _release(reply: Reply, source: Source, reading: Callable[[Sighting], Reading], *, known: bool) -> Examined:
    release, body, problem = None, "", ""
    parts: list[Part] = []
    removed: tuple[str, ...] = ()
    detail = addresses.detail(reply.url)
    zone = source.timezone
    try:
        found = page.read(reply.body, url=reply.url, zone=zone, charset=reply.charset)
        parts, body, removed = _parts(reply, found, zone), found.body, _removed(reply, found)
        if not known:
            parts.append(Part(name="key", problem=NO_ADDRESS))
        elif detail is None:
            problem = "its address is not that of a release (general/YYYYMM/DD/ID.htm), so it has no key"
        else:
            given = Sighting(
                source=source.id,
                key=addresses.key(detail),
                language=found.language or "en",
                address=reply.url,
                stamp="",
            )
            release = reading(given).release
            parts.append(Part(name="key", found=(given.key,), by="its address"))
    except ReleaseError as fault:
        problem = str(fault)
    return Examined(
        address=reply.url if known else "",
        what="release",
        language=release.language if release else "",
        parts=tuple(parts),
        release=release,
        body=body,
        removed=removed,
        problem=problem,
    )


def _parts(reply: Reply, found: page.Page, zone: ZoneInfo) -> list[Part]:
    decoded = charsets.decode(reply.body, reply.charset, tolerant=True)
    root = page.parse(decoded.text)
    title = " ".join(found.title.split())
    own = root.xpath("boolean(id('PRHeadlineSpan PRHeadline'))")
    where = "#PRHeadlineSpan" if own else stands(root, lambda text: text.startswith(title))
    date = "its last lines" if found.issued else "not in its last lines: its list tells it, or the day in its address"
    return [
        Part(name="title", found=(title,), by=where),
        Part(name="date", found=(str(found.issued.astimezone(zone)),) if found.issued else (), by=date),
        _part("language", (found.language,) if found.language else (), "its language links, its last lines"),
        Part(name="body", by="#pressrelease"),
        _part("images", (f"{one.url} {one.caption}".rstrip() for one in found.photos), "a.fancybox"),
        _part("attachments", _links(found.attachments), "a.attach_text"),
        _part("videos", _links(found.videos), "a.videsLnkArrow"),
        _part("related", _links(found.related), _RELATED),
        _part("versions", (f"{one}: {url}" for one, url in found.counterparts.items()), "#hdrENLnk, #hdrTCLnk …"),
        Part(name="charset", found=(decoded.charset,), by="told by its letters" if decoded.guessed else ""),
    ]


def _removed(reply: Reply, found: page.Page) -> tuple[str, ...]:
    """The last lines, which are no text."""
    root = page.parse(charsets.decode(reply.body, reply.charset, tolerant=True).text)
    tails = (page.inner(one, found.title).tail for one in root.xpath("id('pressrelease')"))
    return tuple(line for tail in tails if (line := " ".join(tail.split())))


def _part(name: str, found: Iterable[str], by: str) -> Part:
    several = tuple(found)
    return Part(name=name, found=several, by=by if several else "")


def _links(links: Iterable[Link]) -> list[str]:
    return [f"{one.url} {one.title}".rstrip() for one in links]


def _list(reply: Reply, source: Source, base_url: str) -> Examined:
    language = "zh-Hant" if _CHINESE.search(reply.url) else "en"
    found: tuple[Sighting, ...] = ()
    problem = ""
    try:
        if _FEED.match(reply.body[:100]):
            found = lists.from_feed(
                reply.body,
                source=source.id,
                base_url=base_url,
                language=language,
                zone=source.timezone,
                charset=reply.charset,
            )
        else:
            found = lists.from_listing(
                reply.body, source=source.id, base_url=base_url, language=language, charset=reply.charset
            )
    except SourceError as fault:
        problem = f"{reply.url}: {fault}"
    return Examined(address=reply.url, what="list", language=language, sightings=found, problem=problem)

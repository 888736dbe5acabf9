"""The lists of releases: the official feeds and the listing pages -> sightings."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import msgspec
from lxml import etree

from feedpub.collect import charsets, plaintext, stamps
from feedpub.collect.gia import addresses, page
from feedpub.errors import ReleaseError, SourceError
from feedpub.model import YEARS, Sighting

# It names a charset that the text is no longer in.
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
MOST_TAGS = 500_000
"""Tags of a feed: each takes a multiple of its bytes in memory."""
_PAGE = re.compile(r"\s*(?:<!DOCTYPE\s+)?<?html\b", re.IGNORECASE)
_DTD = re.compile(r"<!DOCTYPE[^>\[]*\[", re.IGNORECASE)


def from_feed(
    raw: bytes,
    *,
    source: str,
    base_url: str,
    language: str,
    zone: ZoneInfo,
    charset: str = "",
) -> tuple[Sighting, ...]:
    """The releases of an official feed (RSS 2.0), in its order.

    Raises:
        SourceError: it is not well-formed RSS.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        text = charsets.decode(raw, charset, what="feed").text
    except ReleaseError as problem:
        raise SourceError(f"not a feed: {problem}") from None
    if _PAGE.match(text):
        raise SourceError(f"not a feed but {plaintext.page_name(text)}")
    if text.count("<") > MOST_TAGS:
        raise SourceError(f"not a feed: has more than {MOST_TAGS:,} tags, as no list of news has")
    if _DTD.search(text):
        raise SourceError("not a feed: has a DTD with declarations of its own, which no feed needs and some harm")
    try:
        root = etree.fromstring(_DECLARATION.sub("", text, count=1).encode(), parser)
    except etree.XMLSyntaxError as problem:
        raise SourceError(f"not a feed: it is not well-formed XML ({' '.join(problem.msg.split())})") from None
    if root.tag != "rss":
        raise SourceError(f"not a feed: expected <rss>, got <{root.tag!s}>")
    found: dict[str, Sighting] = {}
    for item in root.iter("item"):
        detail = addresses.detail(item.findtext("link") or item.findtext("guid") or "")
        if detail:
            sighting = _sighting(source, base_url, language, detail, item.findtext("title") or "")
            sighting = _with_time(sighting, item.findtext("pubDate") or "", zone)
            digest = stamps.digest(item.findtext("description") or "")
            found.setdefault(detail.key, msgspec.structs.replace(sighting, digest=digest))
    return tuple(found.values())


def from_listing(
    raw: bytes, *, source: str, base_url: str, language: str, charset: str = "", day: date | None = None
) -> tuple[Sighting, ...]:
    """The releases of a listing page, in its order; none where it lists none.

    `ul.list li > a` inside `#contentBody`, `ul#prlist li a` in 2012.

    Args:
        raw: the page.
        source: the source's id.
        base_url: that the releases' addresses are below of.
        language: of the list.
        charset: what the server declared.
        day: of a page that lists the releases of one day; where it has no list that is known, as the oldest may have
            none, its links to releases of that day are taken.

    Raises:
        SourceError: it is not a page, or no listing, or that of another day.
    """
    try:
        text = charsets.decode(raw, charset, tolerant=True).text
        page.refuse_cut_off(text)
        root = page.parse(text, page.MOST_LISTED_TAGS)
    except ReleaseError as problem:
        raise SourceError(f"not a listing: {problem}") from None
    lists = root.xpath("//ul[@id='prlist' or contains(concat(' ', @class, ' '), ' list ')]")
    found = _linked(lists, source, base_url, language)
    if day and found and not _of(day, found):
        raise SourceError(f"not the listing of {day}: its releases are of other days")
    if found or lists:
        return found
    anywhere = _linked([root], source, base_url, language)
    if day and (of_day := _of(day, anywhere)):
        return of_day
    if anywhere or not root.xpath("boolean(id('contentBody'))"):
        raise SourceError("not a listing: it has no ul.list or ul#prlist; it was redesigned, or is an error page")
    return ()


def _of(day: date, found: tuple[Sighting, ...]) -> tuple[Sighting, ...]:
    return tuple(one for one in found if (detail := addresses.detail(one.address)) and detail.day == day)


def _linked(elements: list[page.Element], source: str, base_url: str, language: str) -> tuple[Sighting, ...]:
    found: dict[str, Sighting] = {}
    for anchor in (anchor for element in elements for anchor in element.iter("a")):
        detail = addresses.detail(anchor.get("href") or "")
        title = "".join(anchor.itertext())
        if detail and title.strip():
            found.setdefault(detail.key, _sighting(source, base_url, language, detail, title))
    return tuple(found.values())


def _sighting(source: str, base_url: str, language: str, detail: addresses.Detail, title: str) -> Sighting:
    return Sighting(
        source=source,
        key=addresses.key(detail),
        language=language,
        address=addresses.detail_url(base_url, detail),
        stamp=stamps.stamp(title),
        title=" ".join(title.split()),
    )


def _with_time(sighting: Sighting, written: str, zone: ZoneInfo) -> Sighting:
    try:
        issued: datetime = parsedate_to_datetime(written)
        issued = issued.replace(tzinfo=zone) if issued.tzinfo is None else issued.astimezone(zone)
    except (ValueError, OverflowError):
        return sighting
    return msgspec.structs.replace(sighting, issued=issued) if issued.year in YEARS else sighting

"""A detail page -> a release. Reads the page that it is given and fetches nothing.

Markup (November 2026): the title in `span#PRHeadlineSpan`, the text in `span#pressrelease` with the tail and sometimes
the right column inside it; photos `a.fancybox`, attachments `a.attach_text`, videos `a.videsLnkArrow`,
related releases `a.contentref_text`; language links around `img#hdrTCLnk`, `img#hdrSCLnk`, `img#hdrENLnk`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

import msgspec
from lxml import etree

from feedpub.collect import furniture
from feedpub.collect.gia import addresses
from feedpub.collect.gia.hkscs import restore
from feedpub.errors import ReleaseError
from feedpub.model import Link, Photo

Element = etree._Element  # noqa: SLF001 - lxml's element type has no public name
_ENDINGS = re.compile(rb"</\s*(?:html|body)\s*>", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_NOT_TEXT = ("script", "style", "noscript", "template", "iframe", "object", "form", "select", "button")
_LANGUAGE_LINKS = {"hdrENLnk": "en", "hdrTCLnk": "zh-Hant", "hdrSCLnk": "zh-Hans"}
_MOJIBAKE = "\ufffd"


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a detail page says. `language` is None where the page gives no sign of it."""

    title: str
    body: str
    language: str | None
    issued: datetime | None
    photos: tuple[Photo, ...]
    attachments: tuple[Link, ...]
    videos: tuple[Link, ...]
    related: tuple[Link, ...]
    counterparts: dict[str, str]


def decode(raw: bytes, charset: str) -> str:
    """The page's text.

    Args:
        raw: the page's bytes.
        charset: what the server declared, "" if nothing.

    UTF-8 is tried first whatever is declared: text of another charset is practically never valid UTF-8.
    A page whose UTF-8 is broken is read all the same, and refused in `read` if what is broken would be published:
    the site cuts `og:description` by bytes.

    Raises:
        ReleaseError: no bytes, or not of the charset that is declared.
    """
    if not raw.strip():
        raise ReleaseError("the page is empty")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        declared = charset or (found[1].decode("ascii") if (found := _META_CHARSET.search(raw[:4096])) else "utf-8")
        if declared.lower().replace("_", "-") in ("utf-8", "utf8", "us-ascii", "ascii"):
            return raw.decode("utf-8", "replace")
        try:
            return raw.decode("big5hkscs" if declared.lower().startswith("big5") else declared)
        except (UnicodeDecodeError, LookupError):
            raise ReleaseError(
                f'the page is neither UTF-8 (byte {problem.start}) nor "{declared}", which it declares',
            ) from None


def read(raw: bytes, *, url: str, zone: ZoneInfo, charset: str = "") -> Page:
    """Read a detail page.

    Args:
        raw: the page's bytes.
        url: the page's address, for the relative ones in it.
        zone: the zone of the issue time.
        charset: what the server declared.

    Raises:
        ReleaseError: the page is empty, cut off, in a wrong charset, or no release.
    """
    text = decode(raw, charset)
    if not _ENDINGS.search(raw[-4096:]):
        raise ReleaseError("the page is cut off: it has no </body> or </html>")
    root = parse(text)
    title = _title(root)
    if not title:
        raise ReleaseError("no release in the page: no title in #PRHeadlineSpan, og:title or <title>")
    article = _by_id(root, "pressrelease")
    if article is None:
        raise ReleaseError("no release in the page: no text in #pressrelease")
    photos, attachments, videos, related = _right_column(root, url)
    body, tail = _body(article, title)
    issued = furniture.issue_time(tail, zone)
    if _MOJIBAKE in text and _MOJIBAKE not in raw.decode("utf-8", "ignore") and _MOJIBAKE in title + body:
        raise ReleaseError("the page's text is not valid UTF-8: it is in another charset, or damaged")
    if not (photos or attachments or videos or etree.HTML(f"<div>{body}</div>").xpath("normalize-space()")):
        raise ReleaseError("no release in the page: its text is empty")
    links = _language_links(root, url)
    return Page(
        title=restore(title),
        body=restore(body),
        language=_language(links, tail),
        issued=issued,
        photos=photos,
        attachments=attachments,
        videos=videos,
        related=related,
        counterparts=links,
    )


def parse(text: str) -> Element:
    """Parse HTML with nothing loaded and nothing expanded.

    Raises:
        ReleaseError: there is no markup at all.
    """
    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        raise ReleaseError("no release in the page: it has no markup")
    return root


def _by_id(root: Element, identifier: str) -> Element | None:
    found: list[Element] = root.xpath("(//*[@id=$id])[1]", id=identifier)
    return found[0] if found else None


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _title(root: Element) -> str:
    for identifier in ("PRHeadlineSpan", "PRHeadline"):
        element = _by_id(root, identifier)
        if element is not None and (text := "".join(element.itertext()).strip()):
            return text
    for path in ("//meta[@property='og:title']/@content", "//head/title/text()"):
        for text in root.xpath(path):
            if text.strip():
                return str(text).strip()
    return ""


def _body(article: Element, title: str) -> tuple[str, str]:
    """The text's inner HTML without furniture, and the tail."""
    for element in article.xpath(
        ".//*[@id='rightContent' or contains(concat(' ', @class, ' '), ' controlDisplay2 ')]",
    ):
        cut(element)
    return inner(article, title)


def inner(article: Element, title: str) -> tuple[str, str]:
    """The HTML inside an element, without scripts, controls and furniture; and the tail that was cut off."""
    etree.strip_elements(article, *_NOT_TEXT, with_tail=False)
    slots = list(_slots(article))
    trimmed = furniture.trim([getattr(element, part) for element, part in slots], title)
    for (element, part), piece in zip(slots, trimmed.pieces, strict=True):
        setattr(element, part, piece)
    parts = [etree.tostring(child, encoding="unicode", method="html", with_tail=True) for child in article]
    return _escape(article.text or "") + "".join(parts), trimmed.tail


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _slots(element: Element) -> Iterator[tuple[Element, str]]:
    """The places of text below an element, in document order."""
    if element.text:
        yield element, "text"
    for child in element:
        yield from _slots(child)
        if child.tail:
            yield child, "tail"


def cut(element: Element) -> None:
    """Remove an element but not the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _right_column(
    root: Element,
    url: str,
) -> tuple[tuple[Photo, ...], tuple[Link, ...], tuple[Link, ...], tuple[Link, ...]]:
    """Photos, attachments, videos and related releases; the column may stand twice, so each address counts once."""
    photos: dict[str, Photo] = {}
    others: dict[str, dict[str, Link]] = {"attach_text": {}, "videsLnkArrow": {}, "contentref_text": {}}
    heading = ""
    for element in root.iter("a", "div"):
        classes = (element.get("class") or "").split()
        if element.tag == "div":
            if "sessionHdr" in classes or "video_text" in classes:
                heading = _text(element)
            continue
        address = _web_address(element.get("href"), url)
        if not address:
            continue
        if "fancybox" in classes:
            caption = " ".join((element.get("title") or "").split())
            photos.setdefault(address, Photo(url=address, caption=restore(caption)))
        for name, found in others.items():
            if name in classes:
                title = heading if name == "videsLnkArrow" else _text(element)
                found.setdefault(address, Link(url=address, title=restore(title or _text(element))))
    attachments, videos, related = (tuple(found.values()) for found in others.values())
    return tuple(photos.values()), attachments, videos, related


def _web_address(href: str | None, base: str) -> str | None:
    if not href:
        return None
    try:
        address = urljoin(base, href.strip())
        return address if urlsplit(address).scheme in ("http", "https") else None
    except ValueError:
        return None


def _language_links(root: Element, url: str) -> dict[str, str]:
    """The addresses of the other languages, in their one spelling."""
    links: dict[str, str] = {}
    for image in root.iter("img"):
        language = _LANGUAGE_LINKS.get(image.get("id") or "")
        anchor = next(image.iterancestors("a"), None)
        if language is None or anchor is None:
            continue
        address = _web_address(anchor.get("href"), url)
        if not address:
            continue
        if language == "zh-Hans":
            simplified = addresses.simplified_url(address)
            if simplified:
                links.setdefault(language, simplified)
        elif found := addresses.detail(address):
            links.setdefault(language, urljoin(address, found.path.rpartition("/")[2]))
    return links


def _language(links: dict[str, str], tail: str) -> str | None:
    """A page links to the languages that it is not in; its tail is in its own."""
    if "zh-Hant" in links:
        return "en"
    if "en" in links or "香港時間" in tail:
        return "zh-Hant"
    return "en" if "HKT" in tail else None

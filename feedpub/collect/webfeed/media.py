"""The pictures and files of a feed's item: enclosures of RSS and Atom, and Media RSS (https://www.rssboard.org/media-rss).

A `media:group` holds one picture in several sizes. What stands in a `media:content` is said of it; what stands in the
group of it, or in the item, of those that say nothing themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import msgspec
from lxml import etree

from feedpub.collect import plaintext
from feedpub.collect.webaddress import absolute
from feedpub.model import Link, Photo

Element = etree._Element  # noqa: SLF001 - lxml's element type has no public name
NAMESPACES = ("http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss")
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)\Z", re.IGNORECASE)
_MOVING = re.compile(r"\.(?:mp4|m4v|mov|webm|mp3|m4a|ogg|wav|m3u8)\Z", re.IGNORECASE)
_PHOTO, _VIDEO, _FILE = "photo", "video", "file"


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """What an item has beside its text."""

    photos: tuple[Photo, ...] = ()
    attachments: tuple[Link, ...] = ()
    videos: tuple[Link, ...] = ()


class _File(msgspec.Struct, frozen=True, kw_only=True):
    """One picture or file: its address, what it is, and what is said of it."""

    url: str
    kind: str
    caption: str = ""
    thumbnail: str = ""
    credit: str = ""


def read(item: Element, base: str) -> Media:
    """The pictures, attachments and videos of an item, each once, with all that is said of it anywhere.

    Args:
        item: the element of an item or entry.
        base: the address that relative ones are relative to.
    """
    found: dict[str, _File] = {}
    for one in (*_media(item, base), *_enclosures(item, base)):
        had = found.get(one.url)
        found[one.url] = _together(had, one) if had else one
    files = tuple(found.values())
    return Media(
        photos=tuple(
            Photo(url=one.url, caption=one.caption, thumbnail=one.thumbnail, credit=one.credit)
            for one in files
            if one.kind == _PHOTO
        ),
        attachments=tuple(Link(url=one.url, title=one.caption or _name(one.url)) for one in files if one.kind == _FILE),
        videos=tuple(Link(url=one.url, title=one.caption) for one in files if one.kind == _VIDEO),
    )


def kind_of(url: str, media_type: str, medium: str = "") -> str:
    """What an address leads to, by what is said of it, else by its ending."""
    path = urlsplit(url).path
    if medium == "image" or media_type.startswith("image/") or (not media_type and not medium and _IMAGE.search(path)):
        return _PHOTO
    moves = media_type.startswith(("video/", "audio/", "application/x-shockwave"))
    if medium in ("video", "audio") or moves or (not media_type and _MOVING.search(path)):
        return _VIDEO
    return _FILE


def of_files(files: list[tuple[str, str, str]]) -> Media:
    """What some (address, media type, title) are."""
    photos = tuple(Photo(url=url, caption=title) for url, kind, title in files if kind_of(url, kind) == _PHOTO)
    attachments = tuple(
        Link(url=url, title=title or _name(url)) for url, kind, title in files if kind_of(url, kind) == _FILE
    )
    videos = tuple(Link(url=url, title=title) for url, kind, title in files if kind_of(url, kind) == _VIDEO)
    return Media(photos=photos, attachments=attachments, videos=videos)


def _media(item: Element, base: str) -> Iterator[_File]:
    groups = list(_children(item, "group"))
    lone = list(_children(item, "content"))
    for group in groups:
        contents = list(_children(group, "content"))
        if contents:
            yield from _file(max(contents, key=_size), group, base)
    # What is said in the item itself is of its only picture; of several nobody knows.
    for content in lone:
        yield from _file(content, item if len(lone) + len(groups) == 1 else None, base)
    if not lone and not groups:
        caption = _said(item, "description") or _said(item, "title")
        for thumbnail in _children(item, "thumbnail"):
            url = absolute(base, thumbnail.get("url") or thumbnail.text)
            if url:
                yield _File(url=url, kind=_PHOTO, caption=caption)


def _file(content: Element, around: Element | None, base: str) -> Iterator[_File]:
    places = [content] if around is None else [content, around]
    url = absolute(base, content.get("url"))
    if url is None:  # Only a player of somebody else's is given.
        return
    thumbnails = [one.get("url") or one.text for place in places for one in _children(place, "thumbnail")]
    captions = [_said(place, name) for place in places for name in ("description", "title")]
    yield _File(
        url=url,
        kind=kind_of(url, (content.get("type") or "").lower(), (content.get("medium") or "").lower()),
        caption=next(filter(None, captions), ""),
        thumbnail=(absolute(base, thumbnails[0]) or "") if thumbnails else "",
        credit=next(filter(None, (_said(place, "credit") for place in places)), ""),
    )


def _enclosures(item: Element, base: str) -> Iterator[_File]:
    for child in item:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child)
        if name.localname == "enclosure" and name.namespace not in NAMESPACES:
            address = child.get("url") or child.get("href")
        elif name.localname == "link" and child.get("rel", "").lower() == "enclosure":
            address = child.get("href")
        else:
            continue
        url = absolute(base if child.base == item.base else child.base, address)
        if url:
            kind = kind_of(url, (child.get("type") or "").lower())
            yield _File(url=url, kind=kind, caption=" ".join((child.get("title") or "").split()))


def _together(one: _File, other: _File) -> _File:
    return _File(
        url=one.url,
        kind=one.kind,
        caption=one.caption or other.caption,
        thumbnail=one.thumbnail or other.thumbnail,
        credit=one.credit or other.credit,
    )


def _children(element: Element, name: str) -> Iterator[Element]:
    for namespace in NAMESPACES:
        yield from element.iterchildren(f"{{{namespace}}}{name}")


def _said(element: Element, name: str) -> str:
    """A text about a picture, in one line."""
    for child in _children(element, name):
        words = "".join(child.itertext())
        found = plaintext.plain(words) if plaintext.is_markup(words) else " ".join(words.split())
        if found:
            return found
    return ""


def _size(content: Element) -> tuple[bool, int, int]:
    """By what the picture of a group is chosen: the one that is said to be it, else the widest, else the largest."""
    return (content.get("isDefault") == "true", _number(content.get("width")), _number(content.get("fileSize")))


def _number(written: str | None) -> int:
    return int(written) if written and written.isdecimal() and len(written) < 12 else 0  # noqa: PLR2004 - a sane size


def _name(url: str) -> str:
    """What a file is called that has no title: its name."""
    return unquote(urlsplit(url).path.rpartition("/")[2], errors="replace")

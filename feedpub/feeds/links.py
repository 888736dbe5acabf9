"""Where an entry leads: its own page, its other languages, its photos, attachments and videos."""

from __future__ import annotations

import msgspec

from feedpub.model import Item

# Python's own table reads the machine's files; the same store has to give the same bytes everywhere.
_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "csv": "text/csv",
    "txt": "text/plain",
    "htm": "text/html",
    "html": "text/html",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
UNKNOWN_TYPE = "application/octet-stream"
"""For formats that want a type of what has none that is known (RFC 2046, 4.5.1)."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """An address with what a reader has to know of it; empty, or 0, where it is not known. `length` is in bytes."""

    url: str
    media_type: str
    title: str = ""
    language: str = ""
    length: int = 0
    thumbnail: str = ""
    credit: str = ""


def media_type(url: str, default: str = "") -> str:
    """The media type that an address's ending tells."""
    return _TYPES.get(url.partition("?")[0].rpartition(".")[2].lower(), default)


def photos(item: Item) -> list[Target]:
    """The photos with their captions."""
    return [
        msgspec.structs.replace(
            _enclosure(item, photo.url, photo.caption), thumbnail=photo.thumbnail, credit=photo.credit
        )
        for photo in item.entry.photos
    ]


def attachments(item: Item) -> list[Target]:
    """The attachments with their titles."""
    return [_enclosure(item, link.url, link.title) for link in item.entry.attachments]


def _enclosure(item: Item, url: str, title: str) -> Target:
    """What the enclosure's server said of it counts; else its address tells the type, and nothing the size."""
    measure = item.measures.get(url)
    return Target(
        url=url,
        media_type=(measure.media_type if measure else "") or media_type(url),
        title=title,
        length=measure.length if measure else 0,
    )


def page_language(item: Item) -> str:
    """The language of an entry's own page: another where the entry was converted here and has no page of its own."""
    others = (other.language for other in item.versions if other.url == item.entry.url)
    return next(others, item.entry.language)


def related(item: Item) -> list[Target]:
    """The entry's other languages, then its videos and related releases.

    Exactly one own-language `alternate` is written elsewhere; half of the readers follow the first alternate and
    half the last, so another language is never one.
    """
    others = [
        Target(url=other.url, media_type="text/html", language=other.language, title=other.title)
        for other in item.versions
    ]
    pages = [
        Target(url=link.url, media_type=media_type(link.url, "text/html"), title=link.title)
        for link in (*item.entry.videos, *item.entry.related)
    ]
    return others + pages

"""Where an entry leads: its own page, its other languages, its photos, attachments and videos."""

from __future__ import annotations

import msgspec

from feedpub.model import Edition, Entry

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


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """An address with what a reader has to know of it; empty where it is not known."""

    url: str
    media_type: str
    title: str = ""
    language: str = ""


def media_type(url: str, default: str) -> str:
    """The media type that an address's ending tells."""
    return _TYPES.get(url.partition("?")[0].rpartition(".")[2].lower(), default)


def photos(entry: Entry) -> list[Target]:
    """The photos with their captions."""
    return [Target(url=p.url, media_type=media_type(p.url, "image/jpeg"), title=p.caption) for p in entry.photos]


def attachments(entry: Entry) -> list[Target]:
    """The attachments with their titles."""
    return [
        Target(url=a.url, media_type=media_type(a.url, "application/octet-stream"), title=a.title)
        for a in entry.attachments
    ]


def page_language(entry: Entry, edition: Edition) -> str:
    """The language of an entry's own page: another where the entry was converted here and has no page of its own."""
    others = (other.language for other in edition.versions.get(entry.id, ()) if other.url == entry.url)
    return next(others, entry.language)


def related(entry: Entry, edition: Edition) -> list[Target]:
    """The entry's other languages, then its videos and related releases.

    Exactly one own-language `alternate` is written elsewhere; half of the readers follow the first alternate and
    half the last, so another language is never one.
    """
    others = [
        Target(url=other.url, media_type="text/html", language=other.language, title=other.title)
        for other in edition.versions.get(entry.id, ())
    ]
    pages = [
        Target(url=link.url, media_type=media_type(link.url, "text/html"), title=link.title)
        for link in (*entry.videos, *entry.related)
    ]
    return others + pages

"""A file of a folder -> its parts and what in it gave them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from feedpub.collect import charsets, furniture
from feedpub.collect.base import Examined, Part
from feedpub.collect.files import textdates, textfile
from feedpub.collect.gia import page
from feedpub.collect.whereabouts import stands
from feedpub.errors import ReleaseError
from feedpub.model import Release

_PAGES = (".html", ".htm")


def examine(path: Path, read: Callable[[], Release], zone: ZoneInfo, *, key: str) -> Examined:
    """Read a file.

    Args:
        path: where it is.
        read: how its source reads it.
        zone: the source's.
        key: the key that its name gives.
    """
    try:
        release = read()
    except ReleaseError as problem:
        return Examined(address=str(path), what="release", problem=str(problem))
    decoded = charsets.decode(path.read_bytes(), what="file", tolerant=True)
    is_page = path.suffix.lower() in _PAGES
    parts = _of_page(decoded.text, release) if is_page else _of_text(decoded.text, release, zone)
    own = release.key.partition("/")[2] == key
    images = tuple(f"{one.url} {one.caption}".rstrip() for one in release.photos)
    files = tuple(f"{one.url} {one.title}".rstrip() for one in release.attachments)
    named = (*(f"{tag}: {url}" for tag, url in release.counterparts.items()), *release.counterpart_keys)
    return Examined(
        address=str(path),
        what="release",
        language=release.language,
        parts=(
            *parts[:1],
            Part(name="date", found=(str(release.issued),), by=_date(path, decoded.text, release, zone)),
            Part(name="language", found=(release.language,), by="" if is_page else "the source's, or front matter"),
            Part(name="body", by="" if is_page else "what follows the title"),
            Part(name="images", found=images),
            Part(name="attachments", found=files),
            Part(name="versions", found=named, by=("its links" if is_page else "front matter") if named else ""),
            Part(name="charset", found=(decoded.charset,), by="told by its letters" if decoded.guessed else ""),
            Part(name="key", found=(release.key,), by="the file's name" if own else "front matter"),
            *parts[1:],
        ),
        release=release,
        removed=_removed(decoded.text, zone) if not is_page else (),
    )


def _of_page(text: str, release: Release) -> list[Part]:
    title = " ".join(release.title.split())
    by = stands(page.parse(text), lambda said: said.startswith(title))
    address = Part(name="address", found=(release.url,) if release.url else (), by="canonical link, or og:url")
    return [Part(name="title", found=(title,), by=by), address]


def _of_text(text: str, release: Release, zone: ZoneInfo) -> list[Part]:
    matter, _ = textfile.split_front_matter(text.replace("\r\n", "\n"), zone)
    by = "front matter" if matter.url not in ("", "#") else "the link of its title"
    address = Part(name="address", found=(release.url,) if release.url else (), by=by if release.url else "")
    return [Part(name="title", found=(release.title,), by="its first line"), address]


def _removed(text: str, zone: ZoneInfo) -> tuple[str, ...]:
    _, rest = textfile.split_front_matter(text.replace("\r\n", "\n"), zone)
    tail = " ".join(textfile.read(rest, markdown=False).tail.split())
    return (tail,) if tail else ()


def _date(path: Path, text: str, release: Release, zone: ZoneInfo) -> str:
    """What gave the issue time: the first, in the order of the source, that says the same."""
    issued = release.issued
    if path.suffix.lower() not in _PAGES:
        matter, rest = textfile.split_front_matter(text.replace("\r\n", "\n"), zone)
        if matter.issued:
            return "front matter"
        if furniture.issue_time(textfile.read(rest, markdown=False).tail, zone):
            return "its last lines"
    in_name = textdates.in_file_name(path.name)
    if issued and in_name == issued.date():
        return "the file's name"
    return "the file's time" if issued == datetime.fromtimestamp(path.stat().st_mtime, zone) else "its text"

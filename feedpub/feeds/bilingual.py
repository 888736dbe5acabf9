"""A story as one entry in all of its languages, for those who read more than one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

import msgspec

from feedpub.languages import LANGUAGES
from feedpub.model import Entry, Link, Photo, Story


def compose(story: Story) -> Entry:
    """One entry of a story: the titles of all languages in the story's order, its id and times the story's.

    Its text is made of `sections`. Photos stand once: those of the language that has the most, with the captions of all
    that have as many; attachments and videos once an address.
    """
    versions = list(story.entries.values())
    first = versions[0]
    gone = [entry.withdrawn for entry in versions if entry.withdrawn]
    corrections = (correction for entry in versions for correction in entry.corrections)
    return msgspec.structs.replace(
        first,
        id=story.id,
        title=" | ".join(dict.fromkeys(entry.title for entry in versions)),
        published=story.published,
        updated=story.updated,
        summary="\n".join(entry.summary for entry in versions if entry.summary),
        content="",
        markers=tuple(sorted({marker for entry in versions for marker in entry.markers})),
        photos=_photos(versions),
        attachments=_once(entry.attachments for entry in versions),
        videos=_once(entry.videos for entry in versions),
        related=_once(entry.related for entry in versions),
        corrections=tuple(sorted(corrections, key=lambda correction: correction.at)),
        withdrawn=gone[0] if len(gone) == len(versions) else None,
    )


def sections(versions: Sequence[Entry], text: Callable[[Entry], str]) -> str:
    """The texts of all versions, each in a section (`div`) with `lang`, headed by its title where there are several."""
    return "".join(_section(entry, text(entry), headed=len(versions) > 1) for entry in versions)


def _section(entry: Entry, text: str, *, headed: bool) -> str:
    tag = escape(entry.language)
    heading = f"<h2>{escape(entry.title, quote=False)}</h2>" if headed else ""
    source = ""
    if headed and entry.url:
        link = escape(LANGUAGES[entry.language].version_only, quote=False)
        source = f'<p><a href="{escape(entry.url)}" hreflang="{tag}">{link}</a></p>'
    return f'<div lang="{tag}">{heading}{text}{source}</div>'


def _photos(versions: list[Entry]) -> tuple[Photo, ...]:
    most = max(versions, key=lambda entry: len(entry.photos))
    alike = [entry for entry in versions if len(entry.photos) == len(most.photos)]
    return tuple(
        msgspec.structs.replace(
            same[0],
            caption=" | ".join(dict.fromkeys(photo.caption for photo in same if photo.caption)),
            credit=" | ".join(dict.fromkeys(photo.credit for photo in same if photo.credit)),
        )
        for same in zip(*(entry.photos for entry in alike), strict=True)
    )


def _once(links: Iterable[tuple[Link, ...]]) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for link in (link for some in links for link in some):
        found.setdefault(link.url, link)
    return tuple(found.values())

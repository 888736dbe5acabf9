"""A story as one entry in all of its languages, for those who read more than one."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import msgspec

from feedpub.languages import LANGUAGES
from feedpub.model import Entry, Link, Photo, Story


def compose(story: Story) -> Entry:
    """One entry of a story: titles and texts of all languages in the story's order, its id and times the story's.

    The text has a section (`div`) with `lang` for each language, headed by its title. Photos stand once: those of the
    language that has the most, with the captions of all that have as many; attachments and videos once an address.
    """
    versions = list(story.entries.values())
    first = versions[0]
    return msgspec.structs.replace(
        first,
        id=story.id,
        title=" | ".join(dict.fromkeys(entry.title for entry in versions)),
        published=story.published,
        updated=story.updated,
        summary="\n".join(entry.summary for entry in versions if entry.summary),
        content="".join(_section(entry, headed=len(versions) > 1) for entry in versions),
        photos=_photos(versions),
        attachments=_once(entry.attachments for entry in versions),
        videos=_once(entry.videos for entry in versions),
        related=_once(entry.related for entry in versions),
    )


def _section(entry: Entry, *, headed: bool) -> str:
    tag = escape(entry.language)
    heading = f"<h2>{escape(entry.title, quote=False)}</h2>" if headed else ""
    source = ""
    if headed and entry.url:
        text = escape(LANGUAGES[entry.language].version_only, quote=False)
        source = f'<p><a href="{escape(entry.url)}" hreflang="{tag}">{text}</a></p>'
    return f'<div lang="{tag}">{heading}{entry.content}{source}</div>'


def _photos(versions: list[Entry]) -> tuple[Photo, ...]:
    most = max(versions, key=lambda entry: len(entry.photos))
    alike = [entry for entry in versions if len(entry.photos) == len(most.photos)]
    return tuple(
        Photo(url=same[0].url, caption=" | ".join(dict.fromkeys(photo.caption for photo in same if photo.caption)))
        for same in zip(*(entry.photos for entry in alike), strict=True)
    )


def _once(links: Iterable[tuple[Link, ...]]) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for link in (link for some in links for link in some):
        found.setdefault(link.url, link)
    return tuple(found.values())

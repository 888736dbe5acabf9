"""An entry in a language that is converted from another: Simplified from Traditional Chinese."""

from __future__ import annotations

import msgspec

from feedpub.entries import identity
from feedpub.languages import LANGUAGES
from feedpub.model import Entry, Link, Photo
from feedpub.scripts import simplified


def derive(entry: Entry, language: str) -> Entry:
    """An entry converted by OpenCC's `hk2s`, marked as converted at the end of its text.

    Its id is its own, and its address the source's own page in that language where the entry names one.
    """

    def links(found: tuple[Link, ...]) -> tuple[Link, ...]:
        return tuple(Link(url=link.url, title=simplified(link.title)) for link in found)

    return msgspec.structs.replace(
        entry,
        id=identity.derived_id(entry.id, language),
        language=language,
        title=simplified(entry.title),
        summary=simplified(entry.summary),
        # Characters only: marks and addresses hold none that are converted, but for addresses in Chinese.
        content=_converted(entry.content) + f"<p>{LANGUAGES[language].converted}</p>",
        issuer=simplified(entry.issuer),
        url=entry.counterparts.get(language, entry.url),
        photos=tuple(_photo(photo) for photo in entry.photos),
        attachments=links(entry.attachments),
        videos=links(entry.videos),
        related=links(entry.related),
        corrections=tuple(msgspec.structs.replace(one, title=simplified(one.title)) for one in entry.corrections),
        withdrawn=entry.withdrawn
        and msgspec.structs.replace(entry.withdrawn, notice=_converted(entry.withdrawn.notice)),
    )


def _photo(photo: Photo) -> Photo:
    return msgspec.structs.replace(photo, caption=simplified(photo.caption), credit=simplified(photo.credit))


def _converted(content: str) -> str:
    """Safe HTML with its text converted and its tags as they are."""
    parts = content.split("<")
    converted = [simplified(parts[0])]
    for part in parts[1:]:
        tag, closed, text = part.partition(">")
        converted.append(f"<{tag}{closed}{simplified(text)}")
    return "".join(converted)

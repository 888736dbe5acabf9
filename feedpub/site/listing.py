"""Stories in a list, as front pages, the pages of feeds and embeds show them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from feedpub.model import Item


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What something is called, and the path of its page ("" if it has none)."""

    text: str
    path: str = ""


class Other(msgspec.Struct, frozen=True, kw_only=True):
    """Another language of a story: its tag, and its title where it is known."""

    language: str
    title: str = ""
    url: str = ""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A story in a list, in one language.

    `url` is the official release ("" if it has no address), `path` the path of the story's page below the output
    directory. `when` is the issue time, aware.
    """

    language: str
    title: str
    path: str
    url: str
    when: datetime
    summary: str = ""
    issuer: str = ""
    topics: tuple[Label, ...] = ()
    others: tuple[Other, ...] = ()
    withdrawn: bool = False
    corrected: bool = False
    photos: int = 0


def listed(item: Item, language: str) -> Listed:
    """An edition's item in a list of a language's pages."""
    entry = item.entry
    return Listed(
        language=entry.language,
        title=entry.title,
        path=f"{language}/{item.page}",
        url=entry.url or "",
        when=entry.published,
        summary=entry.summary,
        issuer=item.author,
        topics=tuple(
            Label(text=one.label, path=f"{language}/feeds/topics/{one.term}/index.html")
            for one in item.categories
            if one.topic
        ),
        others=tuple(Other(language=one.language, title=one.title, url=one.url) for one in item.versions),
        withdrawn=entry.withdrawn is not None,
        corrected=bool(entry.corrections),
        photos=len(entry.photos),
    )

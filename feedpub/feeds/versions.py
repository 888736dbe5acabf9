"""The line at the end of an entry's text that leads to its other languages, each in its own."""

from __future__ import annotations

from html import escape

from feedpub.languages import LANGUAGES
from feedpub.model import Edition, Entry, Version


def content(entry: Entry, edition: Edition) -> str:
    """An entry's content, with the line where the feed has it and there are other languages."""
    others = edition.versions.get(entry.id, ())
    if not others or not edition.feed.counterpart_line:
        return entry.content
    return f"{entry.content}<p>{' · '.join(_link(other) for other in others)}</p>"


def _link(version: Version) -> str:
    language = LANGUAGES[version.language]
    text = language.version.format(title=version.title) if version.title else language.version_only
    tag, url = escape(version.language), escape(version.url)
    return f'<a href="{url}" hreflang="{tag}" lang="{tag}">{escape(text, quote=False)}</a>'

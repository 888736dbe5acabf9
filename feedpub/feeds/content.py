"""An entry's text as a feed shows it: with a note about corrections, and a line that leads to its other languages."""

from __future__ import annotations

from html import escape

from feedpub.feeds import bilingual, corrections
from feedpub.languages import LANGUAGES
from feedpub.model import Entry, Feed, Item, Version


def content(item: Item, feed: Feed) -> str:
    """An item's content, with the note and the line where the feed has them and there is something to say."""

    def noted(entry: Entry) -> str:
        told = feed.correction_note and not entry.withdrawn
        return entry.content + corrections.note(entry) if told else entry.content

    text = bilingual.sections(item.parts, noted) if item.parts else noted(item.entry)
    if feed.counterpart_line and item.versions:
        text += f"<p>{' · '.join(_link(other) for other in item.versions)}</p>"
    return text


def _link(version: Version) -> str:
    language = LANGUAGES[version.language]
    text = language.version.format(title=version.title) if version.title else language.version_only
    tag, url = escape(version.language), escape(version.url)
    return f'<a href="{url}" hreflang="{tag}" lang="{tag}">{escape(text, quote=False)}</a>'

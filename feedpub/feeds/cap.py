"""Keeps a document below its feed's `max_bytes`: the newest entries that fit, at least one."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import msgspec

from feedpub.feeds import legible
from feedpub.model import Edition, Entry

_ENTRY_OVERHEAD = 1_200
"""Bytes of markup, ids, dates and links around an entry's texts, roughly; a wrong guess costs a second rendering."""


def render_within(edition: Edition, render: Callable[[Edition], bytes]) -> bytes:
    """Render an edition, with fewer of its entries where it would be larger than `max_bytes` (0 is no cap)."""
    limit = edition.feed.max_bytes
    if limit:
        edition = msgspec.structs.replace(edition, entries=tuple(_no_giant(entry, limit) for entry in edition.entries))
    count = _fitting(edition.entries, limit) if limit else len(edition.entries)
    while True:
        body = legible.render(msgspec.structs.replace(edition, entries=edition.entries[:count]), render)
        if not limit or len(body) <= limit or count <= 1:
            return body
        count = max(1, min(count - 1, count * limit // len(body)))


def _no_giant(entry: Entry, limit: int) -> Entry:
    """An entry, its text only as a summary where it alone would take the room of all the others."""
    if 2 * _escaped_size(entry.content) <= limit or not entry.summary:
        return entry
    return msgspec.structs.replace(entry, content=f"<p>{escape(entry.summary, quote=False)}</p>")


def _fitting(entries: tuple[Entry, ...], limit: int) -> int:
    total = 0
    for count, entry in enumerate(entries):
        total += _ENTRY_OVERHEAD + _escaped_size(entry.content) + _escaped_size(entry.summary)
        total += 300 * (len(entry.photos) + len(entry.attachments))
        if total > limit:
            return max(count, 1)
    return len(entries)


def _escaped_size(text: str) -> int:
    return len(text.encode("utf-8", "replace")) + 3 * (text.count("<") + text.count(">")) + 4 * text.count("&")

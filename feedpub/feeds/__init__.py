"""Room 4: editions -> documents. Pure: no input or output, no clock; the same edition gives the same bytes.

A new format is one module with a `frame` and an `entry`, and one line in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from html import escape

import msgspec

from feedpub.feeds import atom, jsonfeed, legible, rss
from feedpub.feeds.fragments import Fragment, Fragments, Key
from feedpub.feeds.frame import Frame
from feedpub.model import Document, Edition, Entry, Item

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed that never had an entry changed: an element that has to be there, and that validators find plausible."""


class Format(msgspec.Struct, frozen=True):
    """A feed format: the ending of its documents, their media type, and what renders an edition's frame and entries."""

    suffix: str
    media_type: str
    frame: Callable[[Edition, datetime], Frame]
    entry: Callable[[Item, Edition], bytes]


ATOM = Format(".atom", atom.MEDIA_TYPE, atom.frame, atom.entry)
FORMATS = (
    ATOM,
    Format(".rss", rss.MEDIA_TYPE, rss.frame, rss.entry),
    Format(".json", jsonfeed.MEDIA_TYPE, jsonfeed.frame, jsonfeed.entry),
)


class Rendered(msgspec.Struct, frozen=True):
    """An edition's documents, and the ids of the entries that every one of them shows."""

    documents: tuple[Document, ...]
    shown: frozenset[str]


def render(edition: Edition, path: str, fragments: Fragments) -> Rendered:
    """An edition in every format: the newest entries that fit into the feed's `max_bytes`, at least one.

    Args:
        edition: what to render.
        path: below the output directory, without its ending: "feeds/all/en".
        fragments: what is rendered already of the same state of the store.
    """
    documents, shown = [], frozenset(item.entry.id for item in edition.items)
    for form in FORMATS:
        frame = _frame(edition, form, updated(edition, [item.entry for item in edition.items]))
        entries = _fitting(edition, form, frame, fragments)
        if len(entries) < len(edition.items):
            kept = edition.items[: len(entries)]
            frame = _frame(edition, form, updated(edition, [item.entry for item in kept]))
            shown &= {item.entry.id for item in kept}
        documents.append(_document(form, path, frame, entries))
    return Rendered(tuple(documents), shown)


def archive(edition: Edition, entries: Sequence[Fragment], path: str) -> Document:
    """An archive document (RFC 5005, 4): Atom, with every entry of its month.

    Args:
        edition: without items; its `month` is set.
        entries: rendered in Atom, the newest first.
        path: below the output directory, without its ending.
    """
    return _document(ATOM, path, _frame(edition, ATOM, updated(edition, entries)), entries)


def fragment(item: Item, edition: Edition, form: Format, fragments: Fragments, shape: str = "") -> Fragment:
    """An entry of an edition in one format; rendered, where it was not before."""
    key = key_of(item.key or item.entry.id, edition, form, shape)
    kept = fragments.get(key)
    if kept is None:
        kept = Fragment(legible.render(item, lambda one: form.entry(one, edition)), item.entry.updated)
        fragments.keep(key, kept)
    return kept


def key_of(key: str, edition: Edition, form: Format, shape: str = "") -> Key:
    """What a rendered entry is kept by: all that it depends on beside the store.

    Args:
        key: of the item.
        edition: that shows it.
        form: the format.
        shape: tells a variant of it.
    """
    feed = edition.feed
    return form.suffix, edition.tag, key, feed.counterpart_line, feed.correction_note, shape


def updated(edition: Edition, entries: Iterable[Entry | Fragment]) -> datetime:
    """When an edition changed last: the newest of its entries' and tombstones', never the clock; 2000 without any."""
    gone = (tombstone.when for tombstone in edition.tombstones)
    return max((*(entry.updated for entry in entries), *gone), default=_NEVER)


def _frame(edition: Edition, form: Format, latest: datetime) -> Frame:
    return legible.render(edition, lambda one: form.frame(one, latest))


def _document(form: Format, path: str, frame: Frame, entries: Sequence[Fragment]) -> Document:
    body = b"".join((frame.before, frame.between.join([entry.raw for entry in entries]), frame.after))
    return Document(path=path + form.suffix, media_type=form.media_type, body=body)


def _fitting(edition: Edition, form: Format, frame: Frame, fragments: Fragments) -> list[Fragment]:
    """The entries that fit, rendered."""
    limit = edition.feed.max_bytes
    if not limit:
        return [fragment(item, edition, form, fragments) for item in edition.items]
    entries: list[Fragment] = []
    total = frame.size
    for item in edition.items:
        entry = fragment(item, edition, form, fragments)
        if 2 * len(entry.raw) > limit and item.entry.summary:
            # It would take the room of all the others.
            entry = fragment(_brief(item), edition, form, fragments, "brief")
        total += len(entry.raw) + (len(frame.between) if entries else 0)
        if total > limit and entries:
            break
        entries.append(entry)
    return entries


def _brief(item: Item) -> Item:
    """An item with its summary in place of its text; of several versions, each with its own."""
    return msgspec.structs.replace(item, entry=_summed_up(item.entry), parts=tuple(map(_summed_up, item.parts)))


def _summed_up(entry: Entry) -> Entry:
    return msgspec.structs.replace(entry, content=f"<p>{escape(entry.summary, quote=False)}</p>")

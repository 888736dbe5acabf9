"""What a newly read entry means beside the one that is stored: decided here, done elsewhere."""

from __future__ import annotations

import html
import re
from datetime import datetime
from enum import Enum

import msgspec

from feedpub.entries import text
from feedpub.model import Entry

_TAGS = re.compile(r"<[^>]*>")


class Change(Enum):
    """What happened to an entry."""

    NEW = "new"
    EDITED = "changed"
    """Title or text differ in more than white space: `updated` moves, the old revision is kept."""
    TOUCHED = "touched"
    """Something else differs (a photo, a link): published again, but nothing looks new."""
    SAME = "unchanged"


class Decision(msgspec.Struct, frozen=True):
    """The change, and the entry as it has to be stored."""

    change: Change
    entry: Entry


def decide(stored: Entry | None, fresh: Entry, now: datetime) -> Decision:
    """Compare an entry with the stored one.

    The id and `published` are those of the first time, whatever the source says later. `updated` moves to `now`
    when title or text changed in more than white space.
    """
    if stored is None:
        return Decision(Change.NEW, fresh)
    kept = msgspec.structs.replace(fresh, id=stored.id, published=stored.published, updated=stored.updated)
    if kept == stored:
        return Decision(Change.SAME, stored)
    if _bones(kept) == _bones(stored):
        return Decision(Change.TOUCHED, kept)
    moved = max(now.astimezone(stored.published.tzinfo), stored.updated)
    return Decision(Change.EDITED, msgspec.structs.replace(kept, updated=moved))


def _bones(entry: Entry) -> tuple[str, str]:
    return text.bones(entry.title), text.bones(html.unescape(_TAGS.sub("", entry.content)))

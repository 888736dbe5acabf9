"""What was corrected in a story, as its page tells it: what came and what went, with no more around it than helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

SAME, ADDED, REMOVED, GAP = "same", "added", "removed", "gap"
_AROUND = 90
"""Characters that are shown of what stayed before and after what changed."""


class Part(msgspec.Struct, frozen=True):
    """A piece of text that stayed, came or went; a GAP stands where what stayed is not shown."""

    kind: str
    text: str = ""


Line = tuple[Part, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A correction of one language version: when it was seen, what it came to in a sentence, and its lines.

    `title` is empty where the title stayed, `lines` where no line can be shown.
    """

    language: str
    when: datetime
    told: str
    title: Line = ()
    lines: tuple[Line, ...] = ()


def brief(paragraphs: Iterable[Line]) -> tuple[Line, ...]:
    """The paragraphs that changed, what stayed in them shortened; one gap for each run of paragraphs that stayed."""
    found: list[Line] = []
    for line in paragraphs:
        changed = any(part.kind != SAME for part in line)
        if changed:
            found.append(tuple(_shortened(line)))
        elif not found or found[-1] != (Part(GAP),):
            found.append((Part(GAP),))
    return tuple(found) if any(part.kind != GAP for line in found for part in line) else ()


def changed(line: Line) -> Line:
    """A line as it is where something in it changed, else none."""
    return line if any(part.kind != SAME for part in line) else ()


def _shortened(line: Line) -> Iterator[Part]:
    last = len(line) - 1
    for number, part in enumerate(line):
        first_part, last_part = number == 0, number == last
        shown = (not first_part) + (not last_part)
        if part.kind != SAME or len(part.text) <= _AROUND * (shown + 1):
            yield part
            continue
        if not first_part:
            yield Part(SAME, part.text[:_AROUND].rstrip())
        yield Part(GAP)
        if not last_part:
            yield Part(SAME, part.text[-_AROUND:].lstrip())

"""The paragraphs of safe HTML as plain text, and what two sequences of words or paragraphs have in common."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

import msgspec

from feedpub.entries import text

_ENDS = re.compile(r"</(?:p|h[1-6]|blockquote|li|caption|tr|pre)>|<br>")
_CELL_ENDS = re.compile(r"</t[dh]>")
_TAGS = re.compile(r"<[^>]*>")
_MOST_MATCHES = 50_000
"""Pairs of equal words above which it would take too long to find which belong together."""


class Run(msgspec.Struct, frozen=True):
    """Where a stretch of an old sequence and the stretch of a new one that is in its place begin and end."""

    same: bool
    first: int
    last: int
    start: int
    end: int


def paragraphs(content: str) -> list[str]:
    """The text of each paragraph, heading, list item and table row, on one line each; none that is empty."""
    found = (text.one_line(html.unescape(_TAGS.sub("", _CELL_ENDS.sub(" ", part)))) for part in _ENDS.split(content))
    return [part for part in found if part]


def plain(content: str) -> str:
    """The text of safe HTML."""
    return html.unescape(_TAGS.sub("", content))


def runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """The stretches that two sequences have in common and those in which they differ, in their order.

    Where there is too much of the same in both, all between their common start and end is taken to differ.
    """
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    last, end = len(old) - tail, len(new) - tail
    before, after = old[head:last], new[head:end]
    found = [Run(same=True, first=0, last=head, start=0, end=head)]
    ours, theirs = Counter(before), Counter(after)
    if sum(count * theirs[one] for one, count in ours.items()) > _MOST_MATCHES:
        found.append(Run(same=False, first=head, last=last, start=head, end=end))
    else:
        codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        found += (Run(kind == "equal", head + a, head + b, head + c, head + d) for kind, a, b, c, d in codes)
    found.append(Run(same=True, first=last, last=len(old), start=end, end=len(new)))
    return [run for run in found if run.first < run.last or run.start < run.end]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many members two sequences have in common from their start."""
    count = 0
    for mine, its in zip(one, other, strict=False):
        if mine != its:
            break
        count += 1
    return count

"""What differs between two revisions of an entry, word by word, for people to see."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal

import msgspec

from feedpub.entries import text
from feedpub.entries.paragraphs import paragraphs, runs
from feedpub.languages import LANGUAGES
from feedpub.model import Entry

# A word of a spaced script, one character of any other, a mark; each with the white space behind it.
_SPACED = re.compile(r"\s*(?:\w+|[^\w\s])\s*|\s+")
_UNSPACED = re.compile(r"\s*(?:[0-9A-Za-z\u00c0-\u024f]+|\S)\s*|\s+")
_CLAUSE_ENDS = frozenset(".!?;:。！？；：")
_MOST_ALIGNED = 400
"""Pairs of paragraphs above which it is not weighed which became which."""


class Part(msgspec.Struct, frozen=True):
    """A piece of text that stayed, came or went."""

    kind: Literal["same", "added", "removed"]
    text: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The title and the paragraphs of an entry with what came and what went; paragraphs that stayed are one part."""

    title: tuple[Part, ...]
    paragraphs: tuple[tuple[Part, ...], ...]


class _Piece(msgspec.Struct, frozen=True):
    """Words of the old text and the new ones in their place. Where they stayed, `same`."""

    same: bool
    old: str
    new: str

    @property
    def size(self) -> int:
        return max(len(self.old), len(self.new))


def differences(old: Entry, new: Entry) -> Difference:
    """What differs between two revisions."""
    pattern = _SPACED if LANGUAGES[new.language].spaced else _UNSPACED
    return Difference(
        title=_words(old.title, new.title, pattern),
        paragraphs=tuple(_paragraphs(paragraphs(old.content), paragraphs(new.content), pattern)),
    )


def _paragraphs(old: list[str], new: list[str], pattern: re.Pattern[str]) -> Iterator[tuple[Part, ...]]:
    for run in runs([text.bones(one) for one in old], [text.bones(one) for one in new]):
        if run.same:
            yield from ((Part("same", one),) for one in new[run.start : run.end])
            continue
        for was, is_ in _aligned(old[run.first : run.last], new[run.start : run.end], pattern):
            yield _words(was, is_, pattern)


def _aligned(old: list[str], new: list[str], pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Which paragraph became which, in their order; "" for what one that came was, and for what one that went became.

    As many as can are taken for changed. Where there are more on one side, those that have most words in common are.
    """
    if len(old) > len(new):
        return [(was, is_) for is_, was in _aligned(new, old, pattern)]
    if len(old) == len(new) or not old or len(old) * len(new) > _MOST_ALIGNED:
        return [*zip(old, new, strict=False), *(("", one) for one in new[len(old) :])]
    bags = [[Counter(word.strip() for word in pattern.findall(one)) for one in side] for side in (old, new)]
    spare = len(new) - len(old)
    # best[i][j]: of the first i of the old ones and the first i + j of the new ones, how much they have in common, and
    # how many new ones came since the last that was paired.
    best = [[(0.0, j) for j in range(spare + 1)]]
    for i, mine in enumerate(bags[0]):
        row: list[tuple[float, int]] = []
        for j in range(spare + 1):
            paired = (best[i][j][0] + _likeness(mine, bags[1][i + j]), 0)
            skipped = (row[-1][0], row[-1][1] + 1) if row else (-1.0, 0)
            row.append(max(paired, skipped, key=lambda one: one[0]))
        best.append(row)
    found: list[tuple[str, str]] = []
    i, j = len(old), spare
    while i or j:
        came = best[i][j][1]
        found += (("", new[i + j - 1 - back]) for back in range(came))
        j -= came
        if i:
            i -= 1
            found.append((old[i], new[i + j]))
    return found[::-1]


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    return 2 * (one & other).total() / ((one.total() + other.total()) or 1)


def _words(old: str, new: str, pattern: re.Pattern[str]) -> tuple[Part, ...]:
    """The parts of a line: where words were replaced, what went stands before what came."""
    parts: list[Part] = []
    for piece in _legible(_pieces(pattern.findall(old), pattern.findall(new))):
        if piece.same:
            parts.append(Part("same", piece.new))
            continue
        parts += [Part("removed", piece.old)] if piece.old else []
        parts += [Part("added", piece.new)] if piece.new else []
    return tuple(parts)


def _pieces(old: list[str], new: list[str]) -> Iterator[_Piece]:
    """What stayed and what changed: by clauses first, as a long text has few of the same, and by words within these."""
    before, after = _clauses(old), _clauses(new)
    for outer in runs([_stripped(one) for one in before], [_stripped(one) for one in after]):
        was = [*chain.from_iterable(before[outer.first : outer.last])]
        is_ = [*chain.from_iterable(after[outer.start : outer.end])]
        if outer.same:
            yield _Piece(outer.same, "".join(was), "".join(is_))
            continue
        for run in runs([word.strip() for word in was], [word.strip() for word in is_]):
            yield _Piece(run.same, "".join(was[run.first : run.last]), "".join(is_[run.start : run.end]))


def _clauses(words: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for word in words:
        found[-1].append(word)
        if word.strip() in _CLAUSE_ENDS:
            found.append([])
    return [clause for clause in found if clause]


def _stripped(words: list[str]) -> str:
    return " ".join(word.strip() for word in words)


def _legible(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Pieces without those that stayed by chance: not longer than what changed before and behind them."""
    found: list[_Piece] = []
    for piece in pieces:
        now = piece
        if found and found[-1].same == now.same:
            now = _joined(found.pop(), now)
        while not now.same and found[1:] and found[-1].size <= min(found[-2].size, now.size):
            stayed, changed = found.pop(), found.pop()
            now = _joined(changed, stayed, now)
        found.append(now)
    return found


def _joined(*pieces: _Piece) -> _Piece:
    return _Piece(pieces[0].same, "".join(one.old for one in pieces), "".join(one.new for one in pieces))

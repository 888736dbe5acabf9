"""Entries -> stories: which entries are language versions of one release, one entry a language.

First by the language links of the pages (links.py), then, for entries without a link, by evidence (evidence.py).
By evidence a pair is made only if it is in the best one-to-one assignment of its neighbourhood, likely in itself, and
clearly better than doing without it: a wrong pair is far worse than a missing one.

What is decided of an entry depends on the entries of the hours around it only, and not on the order in which they came.
`Shifts` asks for them by stretches of eight hours, so that neither the size of the store nor of a year matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from feedpub.entries import clues, evidence, links, matching
from feedpub.entries.clues import Clues, Lore
from feedpub.model import Entry

LIKELY = 1.5
"""The least log odds of a pair by itself: 4.5 to 1."""
MARGIN = 1.3
"""The least by which the assignment with a pair is better than the best one without it."""
_HOPELESS = 8.0
"""A pair so far below another of the same entry is not considered: series would hang together for a year otherwise."""
SHIFT = 8 * 3600
"""Entries are looked at in stretches of this many seconds, longer than two versions can be apart (evidence.WINDOW)."""
_MOST_SHIFTS = 9
"""How far beyond the shifts that are asked for pairs are followed that hang together."""
_SHIFTS_KEPT = 32
_UNRELATED = -8.0
"""The log odds below which a link in one direction is not believed: real versions have 7 and more without rivals."""
_LONGEST_APART = 4 * 86_400

Pair = tuple[str, str]


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that may be paired by evidence.

    `mates` are the entries that links join it with, ids and languages; `waits` the languages in which it names a
    version that is not known yet: "" where it does not say which.
    """

    clues: Clues
    mates: tuple[tuple[str, str], ...] = ()
    waits: frozenset[str] = frozenset()


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """A pair made by evidence: ids in the order of their languages, its log odds, and its margin (matching.py)."""

    pair: Pair
    score: float
    margin: float


class Edge(msgspec.Struct, frozen=True):
    """What is known of a pair that may be: its log odds, the shift of its earlier entry, and its languages in order."""

    score: float
    shift: int
    languages: Pair


Load = Callable[[int], Sequence[Candidate]]
"""Gives the candidates that were published in a shift: a number of eight hours since 1970."""


def shift_of(published: int) -> int:
    """The shift of a moment: both are counted from 1970, in eight hours and in seconds."""
    return published // SHIFT


class Shifts:
    """Pairs the entries of shifts, looking at those around them as far as that matters."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._candidates: dict[int, dict[str, Candidate]] = {}
        self._near: dict[tuple[int, str], evidence.Surroundings] = {}
        self._edges: dict[int, dict[Pair, Edge]] = {}

    def pair(self, first: int, last: int) -> list[Joined]:
        """The pairs of which the earlier entry was published from the first to the last shift."""
        start, end = first - 1, last + 1
        while True:
            edges = _hopeful(
                {pair: edge for shift in range(start, end + 1) for pair, edge in self.edges(shift).items()}
            )
            groups = matching.groups(edges)
            touching = [group for group in groups if any(first <= edges[pair].shift <= last for pair in group)]
            reached = [edges[pair].shift for group in touching for pair in group]
            wider = min([start, *(shift - 1 for shift in reached)]), max([end, *(shift + 1 for shift in reached)])
            wider = max(wider[0], first - 1 - _MOST_SHIFTS), min(wider[1], last + 1 + _MOST_SHIFTS)
            if wider == (start, end):
                found = _joined({pair: edges[pair] for group in touching for pair in group})
                return [one for one in found if first <= edges[one.pair].shift <= last]
            start, end = wider

    def near(self, shift: int, group: str) -> evidence.Surroundings:
        """The entries of a shift, linked or not: what is common among them says little."""
        if (shift, group) not in self._near:
            around = (one.clues for one in self.candidates(shift).values())
            self._near[shift, group] = evidence.Surroundings(one for one in around if one.group == group)
            _forget(self._near)
        return self._near[shift, group]

    def edges(self, shift: int) -> dict[Pair, Edge]:
        """The pairs of which the earlier entry was published on a shift, as far as they are more likely than not."""
        if shift not in self._edges:
            now, later = self.candidates(shift).values(), self.candidates(shift + 1).values()
            ordered = sorted((*now, *later), key=lambda one: (one.clues.published, one.clues.id))
            self._edges[shift] = dict(self._likely(ordered[: len(now)], ordered, shift))
            _forget(self._edges)
        return self._edges[shift]

    def _likely(self, now: list[Candidate], ordered: list[Candidate], shift: int) -> Iterator[tuple[Pair, Edge]]:
        for number, one in enumerate(now, start=1):
            language, latest = one.clues.language, one.clues.published + evidence.WINDOW
            for other in islice(ordered, number, None):
                if other.clues.published > latest:
                    break
                if other.clues.language == language or not evidence.possible(one.clues, other.clues):
                    continue
                if _free(one, other) and _free(other, one):
                    first, second = sorted((one.clues, other.clues), key=lambda clues: clues.language)
                    score = evidence.weigh(first, second, self.near(shift, first.group)).score
                    if score > 0:
                        yield (first.id, second.id), Edge(score, shift, (first.language, second.language))

    def candidates(self, shift: int) -> dict[str, Candidate]:
        """All entries of a shift."""
        if shift not in self._candidates:
            self._candidates[shift] = {one.clues.id: one for one in self._load(shift)}
            _forget(self._candidates)
        return self._candidates[shift]


def unrelated(one: Clues, other: Clues) -> bool:
    """Whether two entries, of which only one names the other, cannot be versions of one release."""
    far = abs(one.published - other.published) > _LONGEST_APART
    weighed = evidence.weigh(one, other, evidence.Surroundings(()))
    return weighed.score < LIKELY if far else weighed.score - weighed.parts["openings differ"] < _UNRELATED


def stories(entries: Iterable[Entry], lore: Lore, *, by_links: bool = True) -> list[frozenset[str]]:
    """The stories that some entries make: ids that belong together, in a fixed order.

    Args:
        entries: all entries that there are.
        lore: bilingual terms and readings.
        by_links: whether to believe the entries' language links; else evidence is all there is.
    """
    entries = sorted(entries, key=lambda entry: entry.id)
    known = {entry.id: clues.clues(entry, lore) for entry in entries}
    linked = [links.linked(entry) for entry in entries] if by_links else []
    believed = links.believe(linked, lambda one, other: unrelated(known[one], known[other]))
    languages = {identifier: found.language for identifier, found in known.items()}
    mates = join(languages, believed.pairs, ())
    by_shift: dict[int, list[Candidate]] = {}
    for identifier, found in known.items():
        others = tuple(sorted((one, known[one].language) for one in mates[identifier] - {identifier}))
        candidate = Candidate(clues=found, mates=others, waits=believed.waits.get(identifier, frozenset()))
        by_shift.setdefault(shift_of(found.published), []).append(candidate)
    shifts = Shifts(lambda shift: by_shift.get(shift, ()))
    joined = [one for shift in sorted(by_shift) for one in shifts.pair(shift, shift)]
    return sorted(set(join(languages, believed.pairs, joined).values()), key=min)


def join(languages: dict[str, str], linked: Iterable[Pair], joined: Iterable[Joined]) -> dict[str, frozenset[str]]:
    """The story of each entry: what links join, then what evidence joins, the best first, one entry a language.

    Args:
        languages: of the entries, by id.
        linked: pairs that links join; of entries that are not among them, nothing is said.
        joined: pairs that evidence joins.
    """
    story = {one: frozenset({one}) for one in languages}
    best_first = sorted(joined, key=lambda one: (-one.score, one.pair))
    for one, other in (*sorted(linked), *(found.pair for found in best_first)):
        if one not in story or other not in story or other in story[one]:
            continue
        union = story[one] | story[other]
        if len({languages[member] for member in union}) == len(union):
            for member in union:
                story[member] = union
    return story


def _joined(edges: dict[Pair, Edge]) -> list[Joined]:
    """The pairs that are likely and clear, each two languages by themselves."""
    by_languages: dict[Pair, dict[Pair, float]] = {}
    for pair, edge in edges.items():
        by_languages.setdefault(edge.languages, {})[pair] = edge.score
    return [
        Joined(pair=pair, score=edges[pair].score, margin=margin)
        for languages in sorted(by_languages)
        for pair, margin in matching.assign(by_languages[languages]).items()
        if edges[pair].score >= LIKELY and margin >= MARGIN
    ]


def _hopeful(edges: dict[Pair, Edge]) -> dict[Pair, Edge]:
    """The edges without those that are far below another of the same entry."""
    best: dict[str, float] = {}
    for pair, edge in edges.items():
        for one in pair:
            best[one] = max(best.get(one, 0.0), edge.score)
    return {pair: edge for pair, edge in edges.items() if edge.score + _HOPELESS > max(best[one] for one in pair)}


def _free(one: Candidate, other: Candidate) -> bool:
    """Whether an entry has not got, and does not wait for, a version in the other's language."""
    language = other.clues.language
    return "" not in one.waits and language not in one.waits and all(language != tag for _, tag in one.mates)


def _forget(cache: dict[Any, Any]) -> None:
    """Let go of the oldest where there are too many."""
    while len(cache) > _SHIFTS_KEPT:
        del cache[next(iter(cache))]

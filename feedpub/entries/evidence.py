"""How likely it is that two entries are versions of one release, from their clues alone.

Every clue of one entry that the other covers speaks for the pair, the more the rarer it is among the entries of those
days; every one that it does not cover speaks against it, the more the surer such a clue is translated. A clue counts
ln(c / p) where it is covered and ln((1 - c) / (1 - p)) where it is not: `c` is how often a translation has it, `p` how
often any entry has it. Clues of one text are not independent, so they are summed up by kind, and the kinds are weighed
against one another: the weights are those of a logistic regression over some 700 invented and real pairs and all that
could be mistaken for them, rounded. The score is in natural units of log odds: 0 is even.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from feedpub.entries.clues import Clues, is_small
from feedpub.languages import LANGUAGES

WINDOW = 6.5 * 3600
"""Seconds between the versions of a release: those of info.gov.hk are up to six hours apart."""

_LEAST_AGREEMENT = 0.12
"""The share of opening clues that two versions agree in at least; what has less is not looked at."""
_PRIOR_ENTRIES = 15
"""How many entries the usual rate of a kind of clue counts for, beside the entries of those days."""
_MOST_COMMON = 0.95
_BRIEF = 250
_MOST_BY_TITLES = 15.0
"""A series has one title again and again: from here on, more of the same says no more."""


class _Kind(msgspec.Struct, frozen=True):
    """A kind of clue: the name of its sum, how often a translation has it, and how often any entry has it."""

    name: str
    translated: float
    usual: float


# fmt: off
_TERM = _Kind("terms", 0.62, 0.03)
_SOUND = _Kind("names", 0.75, 0.02)
_LARGE_NUMBER = _Kind("numbers", 0.85, 0.01)
_SMALL_NUMBER = _Kind("small numbers", 0.45, 0.1)
_KINDS = {
    "date": _Kind("dates", 0.85, 0.05), "time": _Kind("times", 0.8, 0.02), "latin": _Kind("latin", 0.85, 0.01),
    "address": _Kind("numbers", 0.85, 0.01), "file": _Kind("numbers", 0.3, 0.005),
}
_WEIGHTS = {
    "title terms": 0.22, "both titles": 0.42, "title numbers": 0.17, "terms": 0.16, "numbers": 0.16, "dates": 0.4,
    "times": 0.3, "small numbers": 0.6, "latin": 0.12, "names": 0.25, "time apart": -0.45, "length": -0.3,
    "photos agree": 2.4, "photos differ": -0.4, "as many files": 0.7, "other files": -0.7,
    "same part": 2.0, "other part": -10.0, "same question": 4.0, "other question": -10.0, "series": -3.9,
    "other title word": -10.0, "other title number": -5.0, "other title time": -5.0,
    "other opening word": -3.0, "other opening number": -4.0, "other opening time": -4.0,
}
_BASE = -0.3
# fmt: on
PARTS = tuple(_WEIGHTS)


class Weighed(msgspec.Struct, frozen=True):
    """A score, and what every part of the evidence adds to it."""

    score: float
    parts: dict[str, float]


class Surroundings:
    """The entries of some days: what is common among them says little."""

    def __init__(self, near: Iterable[Clues]) -> None:
        self._by_language: dict[str, list[Clues]] = {}
        for one in near:
            self._by_language.setdefault(one.language, []).append(one)
        self._covers: dict[str, Counter[str]] = {}
        self._sounds: dict[str, Counter[str]] = {}
        self._worth: dict[tuple[str, str], tuple[float, float, float]] = {}

    def worth(self, clue: str, kind: _Kind, language: str) -> tuple[float, float, float]:
        """What it is worth that an entry in a language covers a clue, that it does not, and how rare that is."""
        known = self._worth.get((clue, language))
        if known is None:
            counted = self._count(kind, language)
            entries = len(self._by_language.get(language, ()))
            rate = (counted[clue] + _PRIOR_ENTRIES * kind.usual) / (entries + _PRIOR_ENTRIES)
            rate = min(rate, _MOST_COMMON)
            translated = max(kind.translated, rate)
            known = math.log(translated / rate), math.log((1.02 - translated) / (1.02 - rate)), -math.log(rate)
            self._worth[clue, language] = known
        return known

    def _count(self, kind: _Kind, language: str) -> Counter[str]:
        entries = self._by_language.get(language, ())
        if kind is _SOUND:
            if language not in self._sounds:
                named = frozenset[str]().union(
                    *(one.sounds for tag, found in self._by_language.items() if _has_names(tag) for one in found),
                )
                self._sounds[language] = Counter(sound for one in entries for sound in one.sounds & named)
            return self._sounds[language]
        if language not in self._covers:
            self._covers[language] = Counter(clue for one in entries for clue in one.covers)
        return self._covers[language]


def possible(one: Clues, other: Clues) -> bool:
    """Whether two entries can be versions of one release at all, and agree enough to be looked at."""
    if one.language == other.language or one.group != other.group or abs(one.published - other.published) > WINDOW:
        return False
    if not (speaks(one, other.language) and speaks(other, one.language)):
        return False
    agreed = len(one.opening & other.covers) + len(other.opening & one.covers)
    return agreed >= _LEAST_AGREEMENT * (len(one.opening) + len(other.opening))


def speaks(entry: Clues, language: str) -> bool:
    """Whether the markers of an entry allow for a version in a language: "(English only)" does not for Chinese."""
    only = [marker.removesuffix("-only") for marker in entry.markers if marker.endswith("-only")]
    return not only or language.partition("-")[0] in only


def rarity(clue: str, language: str, near: Surroundings) -> float:
    """How rare it is that an entry in a language covers a clue, in natural units."""
    return near.worth(clue, _kind(clue), language)[2]


def weigh(one: Clues, other: Clues, near: Surroundings) -> Weighed:
    """Weigh the evidence that two entries are versions of one release."""
    sums = dict.fromkeys(_WEIGHTS, 0.0)
    _add_clues(sums, one, other, near)
    _add_clues(sums, other, one, near)
    _add_names(sums, one, other, near)
    _add_names(sums, other, one, near)
    _add_frame(sums, one, other)
    _add_contrasts(sums, one, other)
    sums["both titles"] = min(sums["both titles"], _MOST_BY_TITLES)
    parts = {name: _WEIGHTS[name] * value for name, value in sums.items()}
    return Weighed(_BASE + sum(parts.values()), parts)


def _add_frame(sums: dict[str, float], one: Clues, other: Clues) -> None:
    """Add what the entries say beside their words: times, lengths, photos."""
    sums["time apart"] = math.log1p(abs(one.published - other.published) / 60)
    media, others = one.markers & {"photos", "video"}, other.markers & {"photos", "video"}
    sums["photos agree"] = float(bool(media) and media == others)
    sums["photos differ"] = float(media != others)
    sums["length"] = min(4.0, math.log((one.length + 50) / (other.length + 50)) ** 2)
    for name in ("photos", "attachments"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine and theirs:
            sums["as many files" if mine == theirs else "other files"] += 1


def _add_contrasts(sums: dict[str, float], one: Clues, other: Clues) -> None:
    """Add what one entry has where the other has something that excludes it."""
    for series in one.series.keys() | other.series.keys():
        mine, theirs = one.series.get(series), other.series.get(series)
        sums[f"same {series}" if mine == theirs else f"other {series}" if mine and theirs else "series"] += 1
    for choice in one.choices.keys() & other.choices.keys():
        if one.choices[choice].isdisjoint(other.covers) and other.choices[choice].isdisjoint(one.covers):
            sums["other " + " ".join(choice.split(" ")[:2])] += 1


def _add_clues(sums: dict[str, float], one: Clues, other: Clues, near: Surroundings) -> None:
    """Add what the clues of one entry say about the other."""
    foreign = _has_names(one.language)
    for clue in one.title:
        kind = _kind(clue)
        if kind.name == "latin" and foreign and not _has_names(other.language):
            continue
        covered, missed, rarity = near.worth(clue, kind, other.language)
        agrees = clue in other.covers
        sums[_in_title(kind)] += covered if agrees else missed
        if kind is _TERM and clue in other.title_covers:
            sums["both titles"] += rarity
    found: dict[str, list[float]] = {}
    reach = 1.4 * other.length + _BRIEF
    for clue, place in one.body.items():
        if place > reach or clue in one.title:
            continue
        kind = _kind(clue)
        if kind.name == "latin" and foreign and not _has_names(other.language):
            continue
        covered, missed, _ = near.worth(clue, kind, other.language)
        found.setdefault(kind.name, []).append(covered if clue in other.covers else missed)
    for name, values in found.items():
        sums[name] += _damped(values)


def _add_names(sums: dict[str, float], one: Clues, other: Clues, near: Surroundings) -> None:
    """Add how many of the names of an entry in Latin letters are heard in one that is written otherwise."""
    if not _has_names(one.language) or _has_names(other.language):
        return
    values = []
    for sound in one.sounds:
        covered, missed, _ = near.worth(sound, _SOUND, other.language)
        values.append(covered if sound in other.sounds else missed)
    sums["names"] += _damped(values)


def _damped(values: list[float]) -> float:
    """The sum of values that are not independent: many count less than as many times one."""
    return sum(values) / math.sqrt(1 + len(values) / 8)


def _in_title(kind: _Kind) -> str:
    if kind is _TERM:
        return "title terms"
    return "title numbers" if kind in (_LARGE_NUMBER, _SMALL_NUMBER) else kind.name


def _has_names(language: str) -> bool:
    return LANGUAGES[language].latin


@lru_cache(maxsize=100_000)
def _kind(clue: str) -> _Kind:
    name, _, value = clue.partition(":")
    if name == "number":
        return _SMALL_NUMBER if is_small(value) else _LARGE_NUMBER
    return _KINDS.get(name, _TERM)

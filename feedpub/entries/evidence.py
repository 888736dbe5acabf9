"""How likely it is that two entries are versions of one release, from their clues alone.

Every clue of one entry that the other covers speaks for the pair, the more the rarer it is among the entries of those
days; every one that it does not cover speaks against it, the more the surer such a clue is translated. A clue counts
ln(c / p) where it is covered and ln((1 - c) / (1 - p)) where it is not: `c` is how often a translation has it, `p` how
often any entry has it. Clues of one text are not independent, so they are summed up by kind, and the kinds are weighed
against one another: the weights began as those of a logistic regression over invented and real pairs and all that could
be mistaken for them. What excludes a pair (another place, another number, another part of a series) weighs what it has
to so that no pair of thousands is wrong. The score is in natural units of log odds: 0 is even.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from feedpub.entries.clues import TITLE, Clues, is_small
from feedpub.entries.links import allows
from feedpub.languages import LANGUAGES

WINDOW = 6.5 * 3600
"""Seconds between the versions of a release: those of info.gov.hk are up to six hours apart."""

_LEAST_AGREEMENT = 0.25
"""The share of opening clues that two versions agree in at least; what has less is not looked at."""
_PRIOR_ENTRIES = 15
"""How many entries the usual rate of a kind of clue counts for, beside the entries of those days."""
_MOST_COMMON = 0.95
_BRIEF = 250
_USUALLY_UNCOVERED = 0.35
"""The share of titles and first lines that is not in the other version even where two are versions of one release."""
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
    "same series": 3.0, "other series": -10.0, "one series": -7.0,
    "other title": -3.0, "more in title": -7.0,
    "other title word": -10.0, "other title number": -5.0, "other title time": -5.0,
    "other opening word": -8.0, "other opening number": -10.0, "other opening time": -8.0, "openings differ": -8.0,
}
_BASE = -0.3
_IN_TITLE = {"terms": "title terms", "numbers": "title numbers", "small numbers": "title numbers"}
# fmt: on


class Weighed(msgspec.Struct, frozen=True):
    """A score, and what every part of the evidence adds to it."""

    score: float
    parts: dict[str, float]


class _Worth(NamedTuple):
    """What a clue is worth: the name of its sum, if it is covered, if it is not, and how rare it is."""

    name: str
    covered: float
    missed: float
    rarity: float


class Surroundings:
    """The entries of some days: what is common among them says little."""

    def __init__(self, near: Iterable[Clues]) -> None:
        self._entries = tuple(near)
        self._clues: dict[str, _Worths] = {}
        self._sounds: dict[str, _Worths] = {}

    def clues(self, language: str) -> Mapping[str, _Worth]:
        """What clues are worth where an entry in a language is to cover them."""
        if language not in self._clues:
            there = [one for one in self._entries if one.language == language]
            self._clues[language] = _Worths(_kind, Counter(clue for one in there for clue in one.covers), len(there))
        return self._clues[language]

    def sounds(self, language: str) -> Mapping[str, _Worth]:
        """What the sounds of names are worth where an entry in a language is to have them."""
        if language not in self._sounds:
            there = [one for one in self._entries if one.language == language]
            named = {sound for one in self._entries for sound in one.names}
            counted = Counter(sound for one in there for sound in one.sounds & named)
            self._sounds[language] = _Worths(lambda _: _SOUND, counted, len(there))
        return self._sounds[language]


class _Worths(dict[str, _Worth]):
    """What clues are worth, worked out when they are asked for."""

    def __init__(self, kind: Callable[[str], _Kind], counted: Counter[str], entries: int) -> None:
        super().__init__()
        self._kind, self._counted, self._entries = kind, counted, entries

    def __missing__(self, clue: str) -> _Worth:
        kind = self._kind(clue)
        rate = (self._counted[clue] + _PRIOR_ENTRIES * kind.usual) / (self._entries + _PRIOR_ENTRIES)
        rate = min(rate, _MOST_COMMON)
        translated = max(kind.translated, rate)
        missed = math.log((1.02 - translated) / (1.02 - rate))
        self[clue] = worth = _Worth(kind.name, math.log(translated / rate), missed, -math.log(rate))
        return worth


def possible(one: Clues, other: Clues) -> bool:
    """Whether two entries can be versions of one release at all, and agree enough to be looked at."""
    if one.language == other.language or one.group != other.group or abs(one.published - other.published) > WINDOW:
        return False
    if not (allows(one.only, other.language) and allows(other.only, one.language)):
        return False
    agreed = len(one.opening & other.covers) + len(other.opening & one.covers)
    said = len(one.opening) + len(other.opening)
    for first, second in ((one, other), (other, one)):
        said -= len(first.opening & unsaid) if (unsaid := _unsaid(first, second)) else 0
    return agreed >= _LEAST_AGREEMENT * said


def _unsaid(one: Clues, other: Clues) -> frozenset[str]:
    """The terms of an entry that have no translation in the language of another."""
    return one.unsaid.get(LANGUAGES[other.language].terms, one.unsaid[""])


def weigh(one: Clues, other: Clues, near: Surroundings) -> Weighed:
    """Weigh the evidence that two entries are versions of one release."""
    sums = dict.fromkeys(_WEIGHTS, 0.0)
    _add_clues(sums, one, other, near)
    _add_clues(sums, other, one, near)
    _add_names(sums, one, other, near)
    _add_names(sums, other, one, near)
    _add_frame(sums, one, other)
    _add_contrasts(sums, one, other)
    sums["openings differ"] = max(0.0, _uncovered(one, other, near) - _USUALLY_UNCOVERED)
    sums["both titles"] = min(sums["both titles"], _MOST_BY_TITLES)
    parts = {name: _WEIGHTS[name] * value for name, value in sums.items()}
    return Weighed(_BASE + sum(parts.values()), parts)


def _uncovered(one: Clues, other: Clues, near: Surroundings) -> float:
    """How much of what the titles and first lines say is not in the other entry: a share, weighed by rarity."""
    said, missing = [0.0], [0.0]
    for first, second in ((one, other), (other, one)):
        worth = near.clues(second.language)
        opening = first.opening - unsaid if (unsaid := _unsaid(first, second)) else first.opening
        said += [worth[clue].rarity for clue in opening]
        missing += [worth[clue].rarity for clue in opening - second.covers]
    # Exact whatever the order, which is another in every process.
    return math.fsum(missing) / (math.fsum(said) or 1.0)


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
    for series in sorted(one.series.keys() | other.series.keys()):
        mine, theirs = one.series.get(series), other.series.get(series)
        sums["same series" if mine == theirs else "other series" if mine and theirs else "one series"] += 1
    for choice in one.choices.keys() & other.choices.keys():
        chosen, others = one.choices[choice], other.choices[choice]
        if chosen.isdisjoint(other.covers) and others.isdisjoint(one.covers):
            sums["other " + " ".join(choice.split(" ")[:2])] += 1
        elif choice.startswith(TITLE) and chosen - other.covers and others - one.covers:
            sums["more in title"] += 1
        elif choice.startswith(TITLE) and chosen.isdisjoint(other.title_covers) and others.isdisjoint(one.title_covers):
            sums["other title"] += 1


def _add_clues(sums: dict[str, float], one: Clues, other: Clues, near: Surroundings) -> None:
    """Add what the clues of one entry say about the other."""
    worth, covers, unsaid = near.clues(other.language), other.covers, _unsaid(one, other)
    # Words with a capital are taken over into another language in Latin letters; elsewhere they are mostly translated.
    both_latin = LANGUAGES[other.language].latin
    for clue in (*one.title, *one.title_words) if both_latin else one.title:
        if clue in unsaid:
            continue
        name, covered, missed, rarity = worth[clue]
        sums[_IN_TITLE.get(name, name)] += covered if clue in covers else missed
        if name == _TERM.name and clue in other.title_covers:
            sums["both titles"] += rarity
    found: dict[str, list[float]] = {}
    reach = 1.4 * other.length + _BRIEF
    for clues in (one.body, one.words) if both_latin else (one.body,):
        for clue, place in clues:
            if place > reach:
                break
            if clue in unsaid:
                continue
            name, covered, missed, _ = worth[clue]
            found.setdefault(name, []).append(covered if clue in covers else missed)
    for name, values in found.items():
        sums[name] += _damped(values)


def _add_names(sums: dict[str, float], one: Clues, other: Clues, near: Surroundings) -> None:
    """Add how many of the names of an entry in Latin letters are heard in one that is written otherwise."""
    if one.names and other.sounds:
        worth = near.sounds(other.language)
        heard = ((worth[sound], sound in other.sounds) for sound in one.names)
        sums["names"] += _damped([found.covered if agrees else found.missed for found, agrees in heard])


def _damped(values: list[float]) -> float:
    """The sum of values that are not independent: many count less than as many times one."""
    return sum(values) / math.sqrt(1 + len(values) / 8)


@lru_cache(maxsize=100_000)
def _kind(clue: str) -> _Kind:
    name, _, value = clue.partition(":")
    if name == "number":
        return _SMALL_NUMBER if is_small(value) else _LARGE_NUMBER
    return _KINDS.get(name, _TERM)

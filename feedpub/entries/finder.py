"""Finds many phrases in a text at once, whatever its language: folded, whole words, the longest from the left.

A text is folded to bytes: case, width and punctuation do not matter, nor, in Chinese, whether it is written in
Traditional or Simplified characters. Where words are separated by spaces, a phrase matches whole words, with the last
one's plural and possessive, and with a hyphen, a space or nothing in place of a hyphen. A phrase that ends in `*` takes
any ending of its last word. One that is written in capitals matches capitals only: "AIDS" is no aid.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import msgspec
from ahocorasick_rs import BytesAhoCorasick, MatchKind

from feedpub import scripts
from feedpub.languages import Language

_LETTERS = bytes(code if chr(code).isalnum() else 0x20 for code in range(0x80)) + bytes(range(0x80, 0x100))
_FOREIGN_MARKS = "’‘“”«»–—\u2011…•·、。，；：！？（）《》「」\u00a0\u202f\u3000"
_BETWEEN = b" | "
"""Stands between the parts of a text; no phrase reaches over it."""
_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))
_WIDE = range(0xFF01, 0xFF5F)
# Characters that OpenCC keeps apart where spellings of one word differ in them.
_SAME = (("峯", "峰"), ("羣", "群"), ("枱", "台"), ("著", "着"))
_SPACES = re.compile(r"\s+")
_ACRONYM = re.compile(r"[A-Z0-9&]*[A-Z][A-Z0-9&]*")
_SIBILANT = ("s", "x", "z", "ch", "sh")
_VOWELS = frozenset("aeiou")
_STAR = "*"


_NO_EDGES = (False, False)


class Folded(msgspec.Struct, frozen=True):
    """A text ready to be looked through: in small letters, and with its capitals; both of the same length."""

    low: bytes
    kept: bytes


class Phrase(msgspec.Struct, frozen=True):
    """A spelling to look for, folded; `kept` where its capitals matter. `edges`: it may not continue a Latin word."""

    low: bytes
    kept: bytes = b""
    edges: tuple[bool, bool] = _NO_EDGES


def fold(text: str, language: Language) -> Folded:
    """Fold a text (or a part of one)."""
    return _fold_words(text) if language.spaced else _fold_characters(text)


def join(parts: Iterable[str], language: Language) -> tuple[Folded, tuple[int, ...]]:
    """Fold the parts of a text into one, with the places where each part ends."""
    folded = [fold(part, language) for part in parts]
    ends, place = [], 0
    for part in folded:
        place += len(part.low) + len(_BETWEEN)
        ends.append(place)
    low = _BETWEEN.join(part.low for part in folded)
    return Folded(low, _BETWEEN.join(part.kept for part in folded)), tuple(ends)


def spellings(phrase: str, language: Language) -> Iterator[Phrase]:
    """How a phrase may be written, folded; nothing where it can never match."""
    return _word_spellings(phrase) if language.spaced else _character_spellings(phrase)


class Finder:
    """Looks for all phrases of one language at once; each is known by a number that is given with it.

    Of phrases that overlap only the longest from the left is found, or all of them where `overlapping`.
    """

    def __init__(self, phrases: Iterable[tuple[Phrase, int]], *, overlapping: bool = False) -> None:
        by_spelling: dict[bytes, list[tuple[Phrase, int]]] = {}
        for phrase, number in phrases:
            by_spelling.setdefault(phrase.low, []).append((phrase, number))
        self._plain: list[int] = []
        self._choices: dict[int, list[tuple[Phrase, int]]] = {}
        for pattern, found in enumerate(by_spelling.values()):
            phrase, number = found[0]
            plain = not phrase.kept and phrase.edges == _NO_EDGES
            self._plain.append(number if plain else -1)
            if not plain:
                # Where capitals decide between two, the one that asks for them is asked first.
                self._choices[pattern] = sorted(found, key=lambda one: not one[0].kept)
        self._overlapping = overlapping
        kind = MatchKind.Standard if overlapping else MatchKind.LeftmostLongest
        self._automaton = BytesAhoCorasick(list(by_spelling), matchkind=kind)

    def find(self, text: Folded) -> list[tuple[int, int, int]]:
        """The numbers of the phrases in a text with their places (start, end), from the left."""
        plain, chosen = self._plain, self._chosen
        return [
            (number, start, end)
            for pattern, start, end in self._automaton.find_matches_as_indexes(text.low, self._overlapping)
            if (number := plain[pattern] if plain[pattern] >= 0 else chosen(pattern, text, start, end)) >= 0
        ]

    def find_inside(self, phrases: Sequence[Phrase]) -> Iterator[tuple[int, int, int, int]]:
        """The same in each of many phrases at once: which phrase, then the number and its place in that phrase.

        Capitals are taken for granted.
        """
        between = b"\n|\n"
        starts, place = [], 0
        for phrase in phrases:
            starts.append(place)
            place += len(phrase.low) + len(between)
        low = between.join(phrase.low for phrase in phrases)
        which = 0
        for number, start, end in self.find(Folded(low, low.upper())):
            while which + 1 < len(starts) and starts[which + 1] <= start:
                which += 1
            yield which, number, start - starts[which], end - starts[which]

    def _chosen(self, pattern: int, text: Folded, start: int, end: int) -> int:
        """Which of the phrases of one spelling stands at a place, -1 if none does."""
        return next((number for one, number in self._choices[pattern] if _fits(one, text, start, end)), -1)


def _fits(phrase: Phrase, text: Folded, start: int, end: int) -> bool:
    if phrase.kept and text.kept[start:end] != phrase.kept:
        return False
    before, after = phrase.edges
    return not (
        (before and start > 0 and _is_latin(text.low[start - 1]))
        or (after and end < len(text.low) and _is_latin(text.low[end]))
    )


def _is_latin(byte: int) -> bool:
    return byte < 0x80 and chr(byte).isalnum()  # noqa: PLR2004 - beyond ASCII


# Words: each stands between two spaces of its own, so that neighbours can both be found.


def _fold_words(text: str) -> Folded:
    if not text.isascii():
        for mark in _FOREIGN_MARKS:
            text = text.replace(mark, " ")
    kept = b" " + b"  ".join(text.encode("utf-8", "ignore").translate(_LETTERS).split()) + b" "
    if kept.isascii():
        return Folded(kept.lower(), kept)
    low = kept.decode().lower().encode()
    return Folded(low if len(low) == len(kept) else kept.lower(), kept)


def _word_spellings(phrase: str) -> Iterator[Phrase]:
    star = phrase.endswith(_STAR)
    phrase = phrase.rstrip(_STAR)
    for spelling in dict.fromkeys((phrase, phrase.replace("-", ""))):
        folded = _fold_words(spelling)
        if not folded.low.strip():
            continue
        capitals = _is_acronym(spelling)
        forms = [folded] if star else [folded, *(_fold_words(form) for form in _plurals(spelling, capitals=capitals))]
        for form in forms:
            low, kept = (form.low.rstrip(b" "), form.kept.rstrip(b" ")) if star else (form.low, form.kept)
            yield Phrase(low, kept if capitals else b"")


def _is_acronym(phrase: str) -> bool:
    words = [word for word in re.split(r"[^A-Za-z0-9&]+", phrase) if word]
    return bool(words) and all(_ACRONYM.fullmatch(word) for word in words) and any(len(word) > 1 for word in words)


def _plurals(phrase: str, *, capitals: bool) -> Iterator[str]:
    """The plural of a phrase's last word, as far as it is regular."""
    last = phrase[-1:]
    if not last.isalpha():
        return
    if capitals:
        yield phrase + "s"
    elif phrase.endswith(_SIBILANT):
        if not phrase.endswith(("ics", "ies")):
            yield phrase + "es"
    elif last == "y" and phrase[-2:-1] not in _VOWELS:
        yield phrase[:-1] + "ies"
    else:
        yield phrase + "s"
        if phrase.endswith("man"):
            yield phrase[:-3] + "men"


# Characters: no spaces between words, so a phrase is found wherever its characters stand.


@cache
def _characters() -> dict[int, str]:
    """What each character is folded to; characters that stay are in it too, as a miss costs more than a hit."""
    codes = [code for first, end in _HAN for code in range(first, end)]
    simplified = scripts.simplified("\n".join(map(chr, codes))).split("\n")
    table = {code: one if len(one) == 1 else chr(code) for code, one in zip(codes, simplified, strict=True)}
    # The same character in a form that OpenCC takes for another.
    table |= {ord(one): other for one, other in _SAME}
    table |= {code: chr(code) for code in range(0x80)} | {0x3000: " ", 0xA0: " "}
    table |= {code: chr(code - 0xFEE0) for code in _WIDE}
    return table


def _fold_characters(text: str) -> Folded:
    kept = text.translate(_characters()).encode("utf-8", "ignore")
    return Folded(kept.lower(), kept)


def _character_spellings(phrase: str) -> Iterator[Phrase]:
    phrase = _SPACES.sub(" ", phrase.strip()).rstrip(_STAR)
    folded = _fold_characters(phrase)
    if folded.low.strip() and any(one.isalnum() for one in phrase):
        edges = (_is_latin(folded.low[0]), _is_latin(folded.low[-1]))
        yield Phrase(folded.low, folded.kept if _is_acronym(phrase) else b"", edges)

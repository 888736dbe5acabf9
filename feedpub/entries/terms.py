"""Bilingual terms: what an English text calls "alarm fire", a Chinese one calls 火警.

The tables are texts that a person can edit: a first line with the languages' tags, then a line a concept, a tab between
the languages, a bar between variants: `Food and Environmental Hygiene Department|FEHD<TAB>食物環境衞生署|食環署`.

In a table of contrasts, the concepts between two empty lines exclude one another: a title about one of them is not the
version of a title about another (opening and closing remarks, Sha Tin and Tuen Mun).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from ahocorasick_rs import AhoCorasick, MatchKind

from feedpub import scripts
from feedpub.languages import LANGUAGES, Language

_NONE: frozenset[str] = frozenset()


class TermsError(ValueError):
    """A table that cannot be read: says the line and what is wrong with it."""


class Terms:
    """Finds the terms of a text, whatever its language, and knows their translations.

    A term is named by its language's column and its folded spelling: "zh-Hant:火警".
    """

    def __init__(self, tables: Iterable[str], contrasts: Iterable[str] = ()) -> None:
        """Read tables of terms and of contrasts.

        Raises:
            TermsError: with the line and what was expected.
        """
        known: dict[str, dict[str, set[str]]] = {}
        contrasted: dict[str, dict[str, set[str]]] = {}
        self._sets: dict[str, set[str]] = {}
        for table in tables:
            for row in read_table(table):
                _add(row, known)
        for number, table in enumerate(contrasts):
            for row in read_table(table):
                _add(row, known)
                for term in _add(row, contrasted):
                    self._sets.setdefault(term, set()).add(f"{number}.{row.block}")
        self._finders = {tag: _Finder(tag, found) for tag, found in known.items()}
        self._contrasts = {tag: _Finder(tag, found) for tag, found in contrasted.items()}

    def find(self, text: str, language: Language) -> list[tuple[str, int]]:
        """The terms of a folded text with their places in that, the longest where several begin at one place."""
        finder = self._finders.get(language.terms)
        return finder.find(text) if finder else []

    def translations(self, term: str) -> frozenset[str]:
        """What a term may be called in the other languages."""
        return self._finders[term.partition(":")[0]].translations.get(term, _NONE)

    def columns(self, term: str) -> frozenset[str]:
        """The languages that have a translation of a term."""
        return self._finders[term.partition(":")[0]].columns[term]

    @property
    def languages(self) -> frozenset[str]:
        """The languages that have a column in any table."""
        return frozenset(self._finders)

    def choices(self, text: str, language: Language) -> Iterator[tuple[str, str, int]]:
        """What a folded text chooses from the sets whose concepts exclude one another: set, term and place."""
        finder = self._contrasts.get(language.terms)
        for term, place in finder.find(text) if finder else ():
            for chosen in self._sets[term]:
                yield chosen, term, place


class Row(msgspec.Struct, frozen=True):
    """One concept: its variants by language tag, and which block between empty lines it stands in."""

    variants: dict[str, tuple[str, ...]]
    block: int


def read_table(table: str) -> Iterator[Row]:
    """The rows of one table.

    Raises:
        TermsError: with the line and what was expected.
    """
    lines = table.removeprefix("\ufeff").splitlines()
    tags = lines[0].split("\t") if lines else []
    for tag in tags:
        if tags.count(tag) > 1:
            raise TermsError(f'line 1: "{tag}" heads two columns')
        if tag not in LANGUAGES:
            raise TermsError(f'line 1: unknown language "{tag}"; expected tags with tabs between them: en<TAB>zh-Hant')
    block = 0
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            block += 1
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != len(tags):
            raise TermsError(
                f'line {number}: {len(cells)} cells with tabs between them, expected {len(tags)}: "{line}"'
            )
        variants = {
            tag: tuple(variant.strip() for variant in cell.split("|"))
            for tag, cell in zip(tags, cells, strict=True)
            if cell.strip()
        }
        yield Row(variants, block)


def _add(row: Row, known: dict[str, dict[str, set[str]]]) -> set[str]:
    """Add a concept to the known spellings with their translations; gives its terms."""
    folded = {tag: _folded(variants, LANGUAGES[tag]) for tag, variants in row.variants.items()}
    for tag, variants in folded.items():
        others = {f"{other}:{term}" for other in folded if other != tag for term in folded[other]}
        for variant in variants:
            known.setdefault(tag, {}).setdefault(variant, set()).update(others)
    return {f"{tag}:{term}" for tag, variants in folded.items() for term in variants}


class _Finder:
    """All terms of one language, looked for at once."""

    def __init__(self, tag: str, known: dict[str, set[str]]) -> None:
        self._names = [f"{tag}:{spelling}" for spelling in known]
        self.translations = {name: frozenset(found) for name, found in zip(self._names, known.values(), strict=True)}
        self.columns = {
            name: frozenset(term.partition(":")[0] for term in found) for name, found in self.translations.items()
        }
        self._automaton = AhoCorasick(list(known), matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> list[tuple[str, int]]:
        matches = self._automaton.find_matches_as_indexes(text)
        return [(self._names[pattern], start) for pattern, start, _ in matches]


def _folded(variants: Iterable[str], language: Language) -> set[str]:
    return {fold(variant, language) for variant in variants} - {""}


def fold(text: str, language: Language) -> str:
    """A text as terms are looked for in it: words by their stems, or characters without spaces, simplified."""
    if language.spaced:
        return "".join([f" {stem} " for stem in language.stems(text)])
    return "".join(scripts.simplified(text).lower().split())

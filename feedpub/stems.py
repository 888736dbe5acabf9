"""Words without their inflection, cut the same way in terms and texts, so that a term is found in any of its forms.

They need not be words: what counts is that "pêches" and "pêche" come to the same, and that other words do not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from feedpub.scripts import unaccented

_ENGLISH_WORD = re.compile(r"[A-Za-z0-9&\u00c0-\u024f]+(?:['’](?:s\b)?[A-Za-z]*)?")
_POSSESSIVE = re.compile(r"['’]s?$")
_VOWELS = frozenset("aeiouy")
_WORD = re.compile(r"[A-Za-z0-9&\u00c0-\u024f]+")
# l’eau and qu’une: the first is no word of its own.
_ELIDED = re.compile(r"(?<![^\W_])(?:[cdjlmnst]|(?:jus|lors|puis)?qu)['’]", re.IGNORECASE)
_FRENCH_ENDINGS = (("eaux", "eau"), ("aux", "al"), ("s", ""), ("x", ""))
_PORTUGUESE_ENDINGS = (
    ("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ns", "m"), ("res", "r"), ("zes", "z"), ("s", ""),
)  # fmt: skip
_LEAST = 3
"""Letters that are left of a word at least."""


def english(text: str) -> list[str]:
    """The words of an English text."""
    return [_english(word) for word in _ENGLISH_WORD.findall(text)]


def french(text: str) -> list[str]:
    """The words of a French text, without accents: capitals often have none."""
    return [_french(word) for word in _WORD.findall(_ELIDED.sub(" ", text))]


def portuguese(text: str) -> list[str]:
    """The words of a Portuguese text, without accents."""
    return [_portuguese(word) for word in _WORD.findall(text)]


@lru_cache(maxsize=50_000)
def _english(word: str) -> str:
    """Without its inflection; acronyms as they are."""
    word = _POSSESSIVE.sub("", word)
    if len(word) > 1 and word.isupper():
        return word
    if len(word) > 2 and word.endswith("s") and word[:-1].isupper():  # noqa: PLR2004 - NGOs
        return word[:-1]
    word = _singular(word.lower())
    for ending, least in (("ing", 6), ("ed", 5)):
        stem = word.removesuffix(ending)
        if len(stem) < len(word) >= least and not _VOWELS.isdisjoint(stem):
            # Of "exceed" and "agreed" only the d goes, and then the e as always.
            word = word[:-1] if word.endswith("eed") else stem
    if word[-1] == word[-2:-1] and word[-1] not in _VOWELS and word[-1] not in "lsz":
        word = word[:-1]
    if word.endswith("ie") and len(word) > 4:  # noqa: PLR2004 - what is shorter is no inflected word
        return word[:-2] + "y"
    if word.endswith("i") and len(word) > 3:  # noqa: PLR2004 - hurried
        return word[:-1] + "y"
    return word.rstrip("e") if word.endswith("e") and len(word) > 3 else word  # noqa: PLR2004 - as above


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004 - as above
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes")) and len(word) > 4:  # noqa: PLR2004 - as above
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:  # noqa: PLR2004 - as above
        return word[:-1]
    return word


@lru_cache(maxsize=50_000)
def _french(word: str) -> str:
    """In the singular and without the e of the feminine: "nationaux" and "nationales" are "national"."""
    return _cut(word, _FRENCH_ENDINGS, "e")


@lru_cache(maxsize=50_000)
def _portuguese(word: str) -> str:
    """In the singular and without its last vowel: "públicos" and "pública" are "public"."""
    return _cut(word, _PORTUGUESE_ENDINGS, "aoe")


def _cut(word: str, endings: tuple[tuple[str, str], ...], last: str) -> str:
    if len(word) > 1 and word.isupper():
        return unaccented(word)
    word = unaccented(word.lower())
    for ending, instead in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            word = word.removesuffix(ending) + instead
            break
    return word.rstrip(last) if len(word.rstrip(last)) >= _LEAST else word

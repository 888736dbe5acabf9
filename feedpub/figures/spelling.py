"""Numbers in Romance languages: in digits with a comma for the fraction, and in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from feedpub.figures.common import MOST_DIGITS

_PARTING = re.compile(r"[.\s]")
_HUNDRED, _THOUSAND, _MILLION = 100, 10**3, 10**6
# "soixante et onze" and "quatre-vingt-onze": twenty count from there.
_TWENTY_MORE = (60, 80)


def digits(text: str) -> Decimal | None:
    """The value of 1 234,5 or 1.234,5; None if nobody means a value by so many digits."""
    plain = _PARTING.sub("", text).replace(",", ".")
    return Decimal(plain) if len(plain) <= MOST_DIGITS else None


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


def values(words: Iterable[str], known: Mapping[str, int]) -> Iterator[int]:
    """The numbers that a run of words says: "vingt et un" is one, "deux et trois" are two."""
    run: list[int] = []
    found = [known[word] for word in words]
    for before, value in pairwise([0, *found]):
        if run and not _goes_on(before, value):
            yield _value(run)
            run = []
        run.append(value)
    if run:
        yield _value(run)


def _goes_on(before: int, value: int) -> bool:
    """Whether a word can belong to the number that the word before it belongs to."""
    if value >= _THOUSAND:
        return True
    if value == _HUNDRED and before < 10:  # noqa: PLR2004 - "deux cents"
        return True
    if before < _HUNDRED:
        return before >= 20 and value < (20 if before in _TWENTY_MORE else 10)  # noqa: PLR2004 - tens
    return value < before


def _value(run: list[int]) -> int:
    millions = thousands = current = 0
    for value in run:
        if value >= _MILLION:
            millions += (thousands + current or 1) * value
            thousands = current = 0
        elif value == _THOUSAND:
            thousands += (current or 1) * value
            current = 0
        elif value == _HUNDRED and 0 < current < 10:  # noqa: PLR2004 - as above
            current *= value
        else:
            current += value
    return millions + thousands + current

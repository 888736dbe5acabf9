"""Numbers and times of day in French: 1 234,5, 2,5 millions, 25 M$, vingt et un, 3e, 14 h 30, midi."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from feedpub.figures.common import MOST_DIGITS, clock, spelled
from feedpub.figures.spelling import any_of, digits, values

# fmt: off
_NUMBERS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
    "dix-sept": 17, "dix-huit": 18, "dix-neuf": 19, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50,
    "soixante": 60, "quatre-vingt": 80, "quatre-vingts": 80, "septante": 70, "huitante": 80, "nonante": 90,
    "cent": 100, "cents": 100,
}
_ORDINALS = {
    "premier": 1, "première": 1, "deuxième": 2, "seconde": 2, "troisième": 3, "quatrième": 4, "cinquième": 5,
    "sixième": 6, "septième": 7, "huitième": 8, "neuvième": 9, "dixième": 10, "onzième": 11, "douzième": 12,
    "quinzième": 15, "vingtième": 20, "centième": 100,
}
# fmt: on
_SCALES = {"mille": 10**3, "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9}
_SHORT_SCALES = {"k$": 10**3, "M$": 10**6, "G$": 10**9, "Md$": 10**9, "M€": 10**6, "Md€": 10**9}
_WORDS = _NUMBERS | _SCALES | _ORDINALS
_ARTICLES = ("un", "une")
"""By themselves they count nothing: "une entente"."""
_SPACE = "[ \u00a0\u202f\u2009]"
# A telephone number is 613 555-0199, and no number of thousands.
_DIGITS = rf"\d{{3}}(?={_SPACE}\d{{3}}-\d{{4}})|\d{{1,3}}(?:{_SPACE}\d{{3}}(?![\d-]))+(?:,\d+)?|\d+(?:,\d+)?"
_SCALE = any_of(_SCALES)
_WORD = any_of(_WORDS)
_WORD_ONE = re.compile(_WORD, re.IGNORECASE)
_NUMBER = re.compile(
    rf"(?<![\w.,])(?:(?P<digits>(?>{_DIGITS}))(?:ers?|[èe]res?|res?|i?[èe]mes?|es?|ᵉ)?(?![A-Za-z])"
    rf"(?:(?P<scales>(?:{_SPACE}(?i:{_SCALE})\b)+)|{_SPACE}?(?P<short>{any_of(map(re.escape, _SHORT_SCALES))}))?"
    # The prime minister and the first nations are the first of nothing.
    rf"|(?i:(?!premi(?:er|ère)s?\s(?:ministre|nation))(?P<words>(?:{_WORD})(?:(?:\set\s|-et-|[\s-])(?:{_WORD}))*+)(?!\w)))",
)
_TIME = re.compile(
    rf"(?<![\d.,])(?:(?P<hour>\d{{1,2}}){_SPACE}?h(?:{_SPACE}?(?P<minute>\d\d)(?!\d)|(?![\w/]))"
    rf"|(?:(?<=\bà\s)|(?<=\bdès\s)|(?<=\bvers\s)|(?<=\bde\s))(?P<hour2>\d{{1,2}}){_SPACE}heures?\b"
    rf"(?:{_SPACE}(?P<minute2>\d\d)(?!\d))?"
    r"|(?P<hour3>[0-2]?\d):(?P<minute3>[0-5]\d)(?![\d:])|\b(?P<word>midi|minuit)\b)",
    re.IGNORECASE,
)
_AT_WORD = {"midi": "12:00", "minuit": "00:00"}


def read(text: str) -> Iterator[tuple[str, int]]:
    """The figures of a French text with their places in it: times of day, then numbers."""
    for match in _TIME.finditer(text):
        if found := _time(match):
            yield found, match.start()
    for match in _NUMBER.finditer(_TIME.sub(lambda time: " " * len(time[0]), text)):
        for amount in _amounts(match):
            yield spelled(amount), match.start()


def number(text: str) -> int:
    """A whole number in digits; 0 if it is none."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0


def _amounts(match: re.Match[str]) -> Iterator[Decimal]:
    if match["words"]:
        words = [word.lower() for word in _WORD_ONE.findall(match["words"])]
        if len(words) > 1 or words[0] not in _ARTICLES:
            yield from map(Decimal, values(words, _WORDS))
        return
    amount = digits(match["digits"])
    if amount is not None:
        for scale in (match["scales"] or "").lower().split():
            amount *= _SCALES[scale]
        yield amount * _SHORT_SCALES.get(match["short"] or "", 1)


def _time(match: re.Match[str]) -> str | None:
    if match["word"]:
        return _AT_WORD[match["word"].lower()]
    hour = match["hour"] or match["hour2"] or match["hour3"]
    minute = match["minute"] or match["minute2"] or match["minute3"] or "0"
    return clock(int(hour), int(minute), afternoon=False, morning=False)

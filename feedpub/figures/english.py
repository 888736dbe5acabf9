"""Numbers and times of day in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from feedpub.figures.common import DIGITS, clock, digits, spelled

# fmt: off
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12, "twice": 2,
    "fourth": 4, "sixth": 6, "seventh": 7, "tenth": 10, "eleventh": 11, "twentieth": 20, "thirtieth": 30,
}
# fmt: on
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "mn": 10**6,
    "bn": 10**9,
}
_WORDS = {word: Decimal(number) for number, word in enumerate(_ONES)}
_WORDS |= {word: Decimal(10 * number) for number, word in enumerate(_TENS, start=2)}
_WORDS |= {f"{ten}-{one}": _WORDS[ten] + _WORDS[one] for ten in _TENS for one in _ONES[1:10]}
_WORDS |= {word: Decimal(number) for word, number in _ORDINALS.items()}
_SCALE = r"hundred|thousand|million|billion|trillion|(?<=\d)(?:mn|bn)"
_NUMBER = re.compile(
    rf"(?<![\w.])(?:(?P<digits>{DIGITS})(?:st|nd|rd|th)?|(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))}))"
    rf"(?:[\s-]?(?P<scale>{_SCALE}))?(?![A-Za-z])",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\d.])(?:(?P<hour>\d{1,2})(?:[.:](?P<minute>\d\d))?\s?(?P<half>[ap])\.?\s?m\b\.?"
    r"|(?P<hour24>[0-2]?\d):(?P<minute24>[0-5]\d)(?!\d)|(?P<word>\b(?:noon|midnight)\b))",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"(?<![\d.])(?P<first>\d{1,2}(?:[.:]\d\d)?)(?P<to>\s?(?:-|–|to|and)\s?)"
    r"(?P<second>\d{1,2}(?:[.:]\d\d)?)(?=\s?(?P<half>[ap])\.?\s?m\b)",
    re.IGNORECASE,
)
_AT_WORD = {"noon": "12:00", "midnight": "00:00"}


def read(text: str) -> Iterator[tuple[str, int]]:
    """The figures of an English text with their places in it: times of day, then numbers."""
    text = _SPAN.sub(_whole_span, text)
    for match in _TIME.finditer(text):
        if found := _time(match):
            yield found, match.start()
    for match in _NUMBER.finditer(_TIME.sub(lambda time: " " * len(time[0]), text)):
        value = digits(match["digits"]) if match["digits"] else _WORDS[match["word"].lower()]
        if value is not None:
            yield spelled(value * _SCALES.get((match["scale"] or "").lower(), 1)), match.start()


def _whole_span(match: re.Match[str]) -> str:
    """Say twice what "1.30-3pm" says once; "11-1pm" begins in the morning."""
    first, second = (int(re.split("[.:]", match[name])[0]) % 12 for name in ("first", "second"))
    half = match["half"] if first <= second else "a"
    return f"{match['first']}{half}m{match['to']}{match['second']}"


def number(text: str) -> int:
    """A whole number in digits; 0 if it is none."""
    return int(text) if text.isdecimal() else 0


def _time(match: re.Match[str]) -> str | None:
    if match["word"]:
        return _AT_WORD[match["word"].lower()]
    if match["hour24"]:
        return clock(int(match["hour24"]), int(match["minute24"]), afternoon=False, morning=False)
    half = match["half"].lower()
    return clock(int(match["hour"]), int(match["minute"] or 0), afternoon=half == "p", morning=half == "a")

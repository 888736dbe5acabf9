"""Numbers and times of day in English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from feedpub.figures.common import DIGITS, MOST_DIGITS, clock, digits, spelled

# fmt: off
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ODD_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12, "twice": 2,
}
# fmt: on
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT_SCALES = {"mn": 10**6, "bn": 10**9}


def _number_words() -> dict[str, int]:
    words = {word: number for number, word in enumerate(_ONES)}
    ordinals = {f"{word}th": number for word, number in words.items() if number > 3} | _ODD_ORDINALS  # noqa: PLR2004 - "third" is odd
    units = {word: number for word, number in ordinals.items() if number in range(1, 10) and word != "twice"}
    for number, ten in enumerate(_TENS, start=2):
        words[ten], ordinals[f"{ten[:-1]}ieth"] = 10 * number, 10 * number
        words |= {f"{ten}-{one}": 10 * number + ones for ones, one in enumerate(_ONES[1:10], start=1)}
        ordinals |= {f"{ten}-{word}": 10 * number + ones for word, ones in units.items()}
    return words | ordinals


_WORDS = _number_words()


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first, by first letters: most text is passed over quickly."""
    by_start: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_start.setdefault(word[:2], []).append(word[2:])
    return "|".join(f"{start}(?:{'|'.join(rest)})" for start, rest in by_start.items())


_WORD = _any_of(_WORDS)
_SCALE = "|".join(_SCALES)
# Of "five hundred and six thousand" the words; of "1,500m" the digits, whatever comes behind.
_NUMBER = re.compile(
    rf"(?<![\w.])(?=[\defnostzEFNOSTZ])(?:(?P<digits>(?>{DIGITS}))(?:st|nd|rd|th)?(?P<short>mn|bn)?|(?P<word>{_WORD})(?![A-Za-z]))"
    rf"(?P<scales>(?:[\s-](?:{_SCALE})(?![A-Za-z]))*)(?:\sand\s(?P<rest>{_WORD})(?![A-Za-z]))?",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\d.])(?:(?P<hour>\d{1,2})(?:[.:](?P<minute>\d\d))?\s?(?P<half>[ap])\.?\s?m\b\.?"
    r"|(?P<hour24>[0-2]?\d):(?P<minute24>[0-5]\d)(?!\d)|(?:\b12\s)?(?P<word>\b(?:noon|midnight)\b))",
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
        for amount in _amounts(match):
            yield spelled(amount), match.start()


def _amounts(match: re.Match[str]) -> Iterator[Decimal]:
    first = digits(match["digits"]) if match["digits"] else Decimal(_WORDS[match["word"].lower()])
    scales = [_SCALES[scale.lower()] for scale in re.split(r"[\s-]", match["scales"]) if scale]
    if first is not None:
        for scale in (*scales, _SHORT_SCALES.get((match["short"] or "").lower(), 1)):
            first *= scale
    rest = Decimal(_WORDS[match["rest"].lower()]) if match["rest"] else None
    if first is not None and rest is not None and scales and scales[-1] == _SCALES["hundred"]:
        yield first + rest
        return
    yield from (amount for amount in (first, rest) if amount is not None)


def _whole_span(match: re.Match[str]) -> str:
    """Say twice what "1.30-3pm" says once; "11-1pm" begins in the morning."""
    first, second = (int(re.split("[.:]", match[name])[0]) % 12 for name in ("first", "second"))
    half = match["half"] if first <= second else "a"
    return f"{match['first']}{half}m{match['to']}{match['second']}"


def number(text: str) -> int:
    """A whole number in digits; 0 if it is none."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0


def _time(match: re.Match[str]) -> str | None:
    if match["word"]:
        return _AT_WORD[match["word"].lower()]
    if match["hour24"]:
        return clock(int(match["hour24"]), int(match["minute24"]), afternoon=False, morning=False)
    half = match["half"].lower()
    return clock(int(match["hour"]), int(match["minute"] or 0), afternoon=half == "p", morning=half == "a")

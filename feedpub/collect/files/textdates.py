"""The day that a text says it was issued: "today (December 3)", 今日（十二月三日）."""

from __future__ import annotations

import re
from calendar import isleap
from datetime import date

from feedpub.languages import Language

_IN_NAME = (
    re.compile(r"(?<!\d)(\d{4})[-_.](\d{1,2})[-_.](\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)"),
    re.compile(r"(?<![A-Za-z])P(\d{4})(\d{2})(\d{2})\d{4,5}(?!\d)"),
)

_LOOKED_AT = 100_000
"""Characters at the start of a text in which its day is looked for."""


def in_file_name(name: str) -> date | None:
    """A date in a file's name: 2024-12-03, 20241203, or an info.gov.hk id (P202412030…)."""
    for pattern in _IN_NAME:
        for match in pattern.finditer(name):
            if found := _date(*(int(part) for part in match.groups())):
                return found
    return None


def in_text(text: str, language: Language, today: date) -> date | None:
    """The day of issue as a text tells it.

    The first date that is called today wins, else the first that is not after `today`.
    A date without a year is the latest such day that is not after `today`.
    """
    first: date | None = None
    matches = sorted(
        (match for pattern in language.dates for match in pattern.finditer(text, 0, _LOOKED_AT)),
        key=lambda match: match.start(),
    )
    for match in matches:
        found = _resolve(match, language, today)
        if found is None or found > today:
            continue
        if language.today.search(text, max(0, match.start() - 40), match.start()):
            return found
        first = first or found
    return first


def _resolve(match: re.Match[str], language: Language, today: date) -> date | None:
    day, month = language.number(match["day"]), language.month(match["month"])
    if match["year"]:
        return _date(language.number(match["year"]), month, day)
    for year in range(today.year, today.year - 9, -1):  # Nine years always hold a 29 February.
        if (month, day) == (2, 29) and not isleap(year):
            continue
        found = _date(year, month, day)
        if found is None or found <= today:
            return found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

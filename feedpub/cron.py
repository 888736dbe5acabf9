"""When a source is asked: a cron line of five fields, or an interval like "10m".

Only reading and checking; what to do with it is schedule.py's.
"""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec

_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_INTERVAL = re.compile(
    r"(?:every\s+)?(\d{1,9})\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)",
    re.IGNORECASE,
)
_YEAR = 366 * 86400
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_RANGE = re.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d{1,4}))?", re.ASCII)
_LONG_NAMES = {
    name[:3]: name
    for name in (
        *("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"),
        *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
        *("november", "december"),
    )
}
_MOST_DIGITS = 4
_ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, ("", *_MONTHS)),
    ("day_of_week", 0, 7, _WEEKDAYS),
)


class Cron(msgspec.Struct, frozen=True):
    """The values that each field of a cron line allows; weekdays by name, as numbering them differs between tools."""

    minute: tuple[int, ...]
    hour: tuple[int, ...]
    day: tuple[int, ...]
    month: tuple[int, ...]
    day_of_week: tuple[str, ...]
    either_day: bool
    """Both days are restricted: crontab(5) then runs on a day that fits either of them."""


def interval(text: str) -> timedelta | None:
    """Read an interval ("10m", "every 2 hours"); None if a text is none.

    Raises:
        ValueError: it is too short or too long.
    """
    found = _INTERVAL.fullmatch(text.strip())
    if not found:
        return None
    seconds = int(found[1]) * _UNITS[found[2][0].lower()]
    if not 0 < seconds <= _YEAR:
        raise ValueError(f'"{text.strip()}": an interval is at least one second and at most a year')
    return timedelta(seconds=seconds)


def parse(line: str) -> Cron | timedelta:
    """Read a schedule.

    Args:
        line: a crontab(5) line ("*/10 * * * *", "@hourly") or an interval ("10m", "every 2 hours").

    Raises:
        ValueError: with what was expected.
    """
    line = line.strip()
    if found := interval(line):
        return found
    fields = _ALIASES.get(line, line).split()
    if len(fields) != len(_FIELDS):
        raise ValueError(
            f'"{line[:80]}" has {len(fields)} field{"" if len(fields) == 1 else "s"}, a cron line has 5 '
            '(minute hour day month weekday); an interval looks like "10m"',
        )
    minute, hour, day, month, week = (_values(text, *spec) for text, spec in zip(fields, _FIELDS, strict=True))
    any_week = fields[4].startswith("*")
    if any_week and all(_MONTH_DAYS[one - 1] < day[0] for one in month):
        raise ValueError(f'"{line}" never comes: no month of it has a day {day[0]}')
    weekdays = tuple(dict.fromkeys(_WEEKDAYS[number % 7] for number in week))
    return Cron(minute, hour, day, month, weekdays, not fields[2].startswith("*") and not any_week)


def _values(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.split(","):
        match = _RANGE.fullmatch(part)
        if not match:
            raise ValueError(f'"{part}" is not a {name.replace("_", " ")} of a cron line')
        star, first, last, step = match.groups()
        start = low if star else _number(first, name, low, high, names)
        end = start if not star and last is None and step is None else high
        if last is not None:
            end = _number(last, name, low, high, names)
        if end < start or (step is not None and int(step) == 0):
            raise ValueError(f'"{part}" never comes: check the {name.replace("_", " ")} range and step')
        found.update(range(start, end + 1, int(step or 1)))
    return tuple(sorted(found))


def _number(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> int:
    short = text.lower()[:3]
    named = short in names and text.lower() in (short, _LONG_NAMES.get(short))
    number = names.index(short) if named else int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else -1
    if not low <= number <= high:
        raise ValueError(f'"{text}" is not a {name.replace("_", " ")}; expected {low} to {high}')
    return number

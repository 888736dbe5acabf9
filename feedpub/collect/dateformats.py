"""Dates by the formats of a config: strptime's directives, found inside longer text, whatever the process's locale.

A format becomes a pattern that is looked for anywhere in a text, so that "%d %B %Y" reads the date in
"Published: 26 November 2026 | Press Office". Names of months are those of all languages of languages.py, in full or cut
to three letters and more; names of days and zones are passed over. White space in a format is any white space.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from re import Pattern

import msgspec

from feedpub.languages import LANGUAGES

_WORD = r"[^\W\d_]+\.?"
_DIRECTIVES = {
    "Y": r"\d{4}",
    "y": r"\d\d",
    "m": r"1[0-2]|0?[1-9]",
    "d": r"3[01]|[12]\d|0?[1-9]",
    "H": r"2[0-3]|[01]?\d",
    "I": r"1[0-2]|0?[1-9]",
    "M": r"[0-5]?\d",
    "S": r"6[01]|[0-5]?\d",
    "f": r"\d{1,6}",
    "p": r"[AaPp]\.?\s?[Mm]\.?|上午|下午",
    "B": _WORD,
    "b": _WORD,
    "A": _WORD,
    "a": _WORD,
    "z": r"Z|[+-]\d\d:?\d\d",
    "Z": r"[A-Za-z]{1,5}",
    "s": r"\d{9,10}",
}
"""What each directive looks like. "%s", seconds since 1970, is the C library's; feeds and APIs have them."""
_TWO_DIGITS = frozenset("ymdHIMS")
_NUMBERS = _TWO_DIGITS | {"Y", "f", "s"}
_TIMES = frozenset("HIs")
_TOKEN = re.compile(r"%(.)|(\s+)|([^%\s]+)", re.DOTALL)
_CENTURY = 69
"""POSIX: two digits from here on are of the last century."""
_NOON = 12


def check(key: str, given: str) -> None:
    """Check a format of a config.

    Raises:
        ValueError: it has a directive that is none, one twice, or does not tell a day.
    """
    seen = [match[1] for match in _TOKEN.finditer(given) if match[1] and match[1] != "%"]
    for one in seen:
        if one not in _DIRECTIVES:
            known = " ".join(f"%{name}" for name in _DIRECTIVES)
            raise ValueError(f'{key}: "{given}": "%{one}" is not known; expected any of {known}')
        if seen.count(one) > 1:
            raise ValueError(f'{key}: "{given}": has "%{one}" twice')
    if given.rstrip().endswith("%") and not given.rstrip().endswith("%%"):
        raise ValueError(f'{key}: "{given}": ends in "%"')
    told = set(seen)
    if "s" not in told and not (told & {"Y", "y"} and told & {"m", "B", "b"} and "d" in told):
        raise ValueError(f'{key}: "{given}": does not tell a day; expected year, month and day, as in "%d %B %Y"')


class Found(msgspec.Struct, frozen=True):
    """A date in a text: when it is, where it stands, and whether the format tells the time of day."""

    moment: datetime
    start: int
    end: int
    timed: bool


def find(text: str, given: str, zone: tzinfo) -> Found | None:
    """The first date in a text that a format tells, in `zone`; None if there is none."""
    for match in _pattern(given).finditer(text):
        told = match.groupdict()
        if moment := _moment(told, zone):
            return Found(moment, match.start(), match.end(), not _TIMES.isdisjoint(told))
    return None


@lru_cache(maxsize=256)
def _pattern(given: str) -> Pattern[str]:
    """The pattern of a format. Numbers without anything between them have all of their digits."""
    tokens = list(_TOKEN.finditer(given))
    names = ["", *(match[1] or "" for match in tokens), ""]
    parts = []
    for number, match in enumerate(tokens, start=1):
        if match[2]:
            parts.append(r"\s+")
        elif match[3] or match[1] == "%":
            parts.append(re.escape(match[3] or "%"))
        else:
            name = match[1]
            beside = _NUMBERS & {names[number - 1], names[number + 1]}
            parts.append(f"(?P<{name}>{r'[0-9]{2}' if beside and name in _TWO_DIGITS else _DIRECTIVES[name]})")
    # From the start of each word only: otherwise every letter of a long one would be tried.
    before = r"(?<![^\W\d_])" if parts[0].endswith(f">{_WORD})") else ""
    return re.compile(r"(?<!\d)" + before + "".join(parts) + r"(?!\d)")


def _moment(found: dict[str, str | None], zone: tzinfo) -> datetime | None:
    told = {name: text for name, text in found.items() if text}
    try:
        if "s" in told:
            return datetime.fromtimestamp(int(told["s"]), UTC).astimezone(zone)
        month = month_of(told.get("B") or told.get("b") or "") or int(told.get("m", 0))
        moment = datetime(
            _year(told),
            month,
            int(told["d"]),
            _hour(told),
            int(told.get("M", 0)),
            min(int(told.get("S", 0)), 59),
            int(told.get("f", "0").ljust(6, "0")),
            tzinfo=offset(told["z"]) if "z" in told else zone,
        )
        return moment.astimezone(zone)
    except (ValueError, OverflowError):
        return None


def _year(told: dict[str, str]) -> int:
    if "Y" in told:
        return int(told["Y"])
    short = int(told["y"])
    return short + (1900 if short >= _CENTURY else 2000)


def _hour(told: dict[str, str]) -> int:
    if "I" not in told:
        return int(told.get("H", 0))
    half = told.get("p", "").lower()
    return int(told["I"]) % _NOON + (_NOON if half.startswith("p") or half == "下午" else 0)


def offset(written: str) -> timezone:
    """A zone as "Z", "+0800", "+08:00" or "+8".

    Raises:
        ValueError: there is no such offset.
    """
    if written in ("Z", "z"):
        return UTC
    digits = written[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) < 3 else (int(digits[:-2]), int(digits[-2:]))  # noqa: PLR2004 - "+8", "+08"
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if written[0] == "-" else span)


@lru_cache(maxsize=512)
def month_of(word: str) -> int:
    """The number of a month, named in any language, in full or by its first three letters or more; 0 if it is none."""
    plain = _plain(word).rstrip(".")
    if len(plain) < 3:  # noqa: PLR2004 - see above
        return 0
    found = {
        number
        for row in LANGUAGES.values()
        for number, name in enumerate(row.months, start=1)
        if _plain(name).startswith(plain)
    }
    return found.pop() if len(found) == 1 else 0


def _plain(word: str) -> str:
    """A word in lower case and without accents."""
    return "".join(one for one in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(one))

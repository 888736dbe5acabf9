"""When a release was issued, as pages, lists and feeds write it.

A text may be longer than its date. What is understood without a format: ISO 8601 and RFC 3339 (and a year first with
"/" or "."), RFC 822, names of months in the languages of languages.py ("November 26, 2026 4:30 pm",
"26 novembre 2026 à 16 h 30"), and Chinese dates, in digits or numerals. The order of day and month is never guessed:
"01/02/2026" is no date without a format.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, time, tzinfo
from heapq import nsmallest

from feedpub.collect import dateformats
from feedpub.model import YEARS

_HAN = "○〇零一二三四五六七八九十"
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>\d{4})(?P<between>[-/.])(?P<month>\d{1,2})(?P=between)(?P<day>\d{1,2})(?!\d)"
)
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|[ºª°])?[\s-]+(?:(?:of|de)\s+)?(?P<name>[^\W\d_]{3,})\.?"
    r"(?:,?[\s-]+)(?:de\s+)?(?P<year>\d{4})(?!\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"(?<![^\W\d_])(?P<name>[^\W\d_]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!\d)",
    re.IGNORECASE,
)
_HAN_DATE = re.compile(
    rf"(?P<year>\d{{4}}|[{_HAN}]{{4}})\s*年\s*(?P<month>\d{{1,2}}|[{_HAN}]{{1,2}})\s*月\s*"
    rf"(?P<day>\d{{1,2}}|[{_HAN}廿卅]{{1,3}})\s*[日號号]"
)
_FINDERS = (_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST, _HAN_DATE)
_HALF = r"(?P<half>上午|早上|凌晨|清晨|中午|正午|下午|傍晚|晚上)\s*"
_AFTER = r"(?:\s?(?P<ampm>[ap])\.?\s?m\b\.?)"
_ZONE = r"(?:\s*\(?(?P<zone>Z\b|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d\d)?(?!\d)|UTC\b|GMT\b))?"
_TIME = re.compile(
    rf"(?:{_HALF})?(?<![\d.,])(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?(?![\d:])"
    rf"{_AFTER}?{_ZONE}"
    rf"|(?<![\d.,])(?P<hour2>\d{{1,2}})(?:\.(?P<minute2>\d\d))?{_AFTER.replace('ampm', 'ampm2')}"
    rf"|(?<!\d)(?P<hour3>\d{{1,2}})\s?h(?:eures?)?(?:\s?(?P<minute3>\d\d)(?!\d)|(?![^\W\d_]))"
    rf"|(?:{_HALF.replace('half', 'half4')})?(?P<hour4>\d{{1,2}}|[{_HAN}]{{1,3}})\s*[時时點点]"
    rf"(?:\s*(?:(?P<minute4>\d{{1,2}}|[{_HAN}]{{1,3}})\s*分|(?P<thirty4>半)))?",
    re.IGNORECASE,
)
_MORNING = frozenset({"a", "上午", "早上", "凌晨", "清晨"})
_NOON = 12
_MOST = 1_000
"""Dates that are looked at in a text, for one that can be that of a release."""
_REACH = 32
"""Characters within which a time stands behind a date, or before it."""
_JOINT = re.compile(r"[^\d]*\Z")
_LINK = re.compile(r"[\s,，|·–—-]*(?:on\s)?\s*\Z")


def parse(text: str, formats: Iterable[str], zone: tzinfo) -> datetime | None:
    """Read the first date in a text.

    Args:
        text: with a date in it, anywhere.
        formats: strptime formats (dateformats.py), tried in turn before what is understood anyway. Where one tells only
            the day, the time may stand beside it.
        zone: of dates that have no zone of their own, and of the result.

    Returns:
        When it is; midnight where only a day is told; None where there is no date, or one that could be two.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    return next((one for one in _moments(plain, formats, zone) if one.year in YEARS), None)


def is_day(moment: datetime) -> bool:
    """Whether a moment tells its day only: midnight."""
    return moment.timetz().replace(tzinfo=None) == time.min


def _moments(text: str, formats: Iterable[str], zone: tzinfo) -> Iterator[datetime]:
    """The dates in a text: by the formats, then by what is understood anyway, in their order."""
    for one in formats:
        if found := dateformats.find(text, one, zone):
            yield found.moment if found.timed else _with_time(found.moment, text, found.start, found.end)
    for match in nsmallest(_MOST, _dates(text), key=lambda match: match.start()):
        try:
            yield _moment(text, match, zone)
        except (ValueError, OverflowError):
            continue


def _dates(text: str) -> Iterator[re.Match[str]]:
    for finder in _FINDERS:
        yield from finder.finditer(text)


def _moment(text: str, match: re.Match[str], zone: tzinfo) -> datetime:
    told = match.groupdict()
    month = dateformats.month_of(told["name"]) if "name" in told else _number(told["month"])
    day = datetime(_number(told["year"]), month, _number(told["day"]), tzinfo=zone)
    return _with_time(day, text, match.start(), match.end())


def _with_time(day: datetime, text: str, start: int, end: int) -> datetime:
    """A day with the time of day that stands beside it: behind it, no number between; else right before it."""
    found = _time_beside(text, start, end)
    if not found:
        return day
    hour, minute, second, own = found
    moment = day.replace(hour=hour, minute=minute, second=second)
    return moment.replace(tzinfo=dateformats.offset(own)).astimezone(day.tzinfo) if own else moment


def _time_beside(text: str, start: int, end: int) -> tuple[int, int, int, str] | None:
    behind = text[end : end + _REACH + 20]
    if behind[:1] in ("T", "t"):
        behind = " " + behind[1:]
    after = _TIME.search(behind)
    if after and after.start() <= _REACH and _JOINT.match(behind[: after.start()]):
        return _clock(after)
    before = text[max(0, start - _REACH) : start]
    for earlier in _TIME.finditer(before):
        if _LINK.match(before, earlier.end()):
            return _clock(earlier)
    return None


def _clock(match: re.Match[str]) -> tuple[int, int, int, str] | None:
    told = {name.rstrip("234"): found for name, found in match.groupdict().items() if found}
    hour, minute = _number(told["hour"]), 30 if "thirty" in told else _number(told.get("minute", "0"))
    half = told.get("half") or told.get("ampm", "").lower()
    if half and hour <= _NOON:
        hour = hour % _NOON + (0 if half in _MORNING else _NOON)
    second = int(told.get("second", 0))
    if hour >= 24 or minute >= 60:  # noqa: PLR2004 - a clock's
        return None
    own = told.get("zone", "").upper()
    if own in ("UTC", "GMT"):
        own = "Z"
    return hour, minute, min(second, 59), own.removeprefix("UTC").removeprefix("GMT")


def _number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    from feedpub.figures import han  # noqa: PLC0415 - its patterns are many, and most dates are in digits

    return han.number(written)

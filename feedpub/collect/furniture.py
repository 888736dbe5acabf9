"""What stands around the text of a release and is not text: the title said again, a line of stars, the tail.

The tail of a government press release, in a page or in a text file:
`Ends/Tuesday, June 21, 2022`, `Issued at HKT 20:16`, `NNNN`; in Chinese `完`, `2025年11月27日（星期四）`,
`香港時間20時00分`. It is data (the issue time), not text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from feedpub.model import YEARS

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_WEEKDAYS = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_EN_DAY = rf"(?:{_WEEKDAYS}\s*,?\s*)?(?P<month>{_MONTHS})\s+(?P<day>\d{{1,2}})\s*,?\s*(?P<year>\d{{4}})"
_EN_TIME = r"Issued\s+at\s+HKT\s+(?P<hour>\d{1,2})\s*[:.]?\s*(?P<minute>\d{2})(?!\d)(?:\s*(?:hrs?|hours))?"
_ZH_DAY = (
    r"(?P<zyear>\d{4})\s*年\s*(?P<zmonth>\d{1,2})\s*月\s*(?P<zday>\d{1,2})\s*日\s*"
    r"(?:[(\[\ufe5d\u3014]?星期[一二三四五六日天][)\]\ufe5e\u3015]?)?"
)
_ZH_TIME = r"香港時間\s*:?\s*(?P<zhour>\d{1,2})\s*時\s*(?P<zminute>\d{1,2})\s*分"
_BARE_EN_DAY, _BARE_EN_TIME, _BARE_ZH_DAY, _BARE_ZH_TIME = (
    re.sub(r"\?P<\w+>", "?:", pattern) for pattern in (_EN_DAY, _EN_TIME, _ZH_DAY, _ZH_TIME)
)
_DAY, _TIME = f"(?:{_BARE_EN_DAY}|{_BARE_ZH_DAY})", f"(?:{_BARE_EN_TIME}|{_BARE_ZH_TIME})"
_END = r"(?:[(【\[]?完[)】\]]?(?:[。.](?=\s*\d{4}\s*年))?|Ends?(?=\s*(?:/|\n|$)))[\s/]*"
_TAIL_DAY, _TAIL_TIME = rf"{_DAY}[\s/.。]*", rf"{_TIME}[\s/.。]*"
# A day belongs to the tail only behind an ending word or before a time: letters and tables end with a date, too.
_TAIL = re.compile(
    rf"^[^\S\n]*(?:{_END}(?:{_TAIL_DAY})?(?:{_TAIL_TIME})?(?:NNNN\s*)?|(?:{_TAIL_DAY})?{_TAIL_TIME}(?:NNNN\s*)?|NNNN\s*)\Z",
    re.MULTILINE | re.IGNORECASE,
)
# All of a tail ends the text even where something follows it: unclosed markup lets the page's foot run in.
_WHOLE_TAIL = re.compile(rf"^[^\S\n]*{_END}{_TAIL_DAY}{_TAIL_TIME}(?:NNNN)?", re.MULTILINE | re.IGNORECASE)
_TAIL_LENGTH = 240
"""Characters that a tail has at most, white space included."""
_TAIL_PIECES = 200
"""Lines at the end of a text in which its tail is looked for; most of so many would be empty."""
_HEAD_PIECES = 12
"""Pieces within which the line of stars stands, if there is one."""
_FINDERS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (_EN_DAY, _EN_TIME, _ZH_DAY, _ZH_TIME))
_STARS = re.compile(r"[\s\u200b]*[*\uff0a]{3,}[\s\u200b]*")
_INVISIBLE = re.compile(r"[\s\u200b\u2060\ufeff]+")


class Trimmed(msgspec.Struct, frozen=True):
    """Pieces of text without their furniture, as many as there were, and the tail that was cut off."""

    pieces: list[str]
    tail: str


def trim(pieces: Sequence[str], title: str) -> Trimmed:
    """Cut the tail off the end, and the title and the line of stars off the start.

    Args:
        pieces: the text in order, cut anywhere: the text nodes of a page, or the paragraphs of a file.
        title: the release's title, to know it again.
    """
    left = list(pieces)
    tail = _cut_tail(left)
    _cut_head(left, title)
    return Trimmed(left, tail)


def issue_time(tail: str, zone: ZoneInfo) -> datetime | None:
    """The issue time that a tail tells; None without a full date and time."""
    found: dict[str, str] = {}
    for finder in _FINDERS:
        if match := finder.search(unicodedata.normalize("NFKC", tail)):
            found |= match.groupdict()
    if "month" in found:
        found["month"] = str(_MONTHS.split("|").index(found["month"].capitalize()) + 1)
    names = ("year", "month", "day", "hour", "minute")
    for prefix in ("", "z"):
        if all(found.get(prefix + name) for name in names):
            year, month, day, hour, minute = (int(found[prefix + name]) for name in names)
            try:
                moment = datetime(year, month, day, hour, minute, tzinfo=zone)
            except ValueError:
                return None
            return moment if year in YEARS else None
    return None


def _cut_tail(pieces: list[str]) -> str:
    """Cut the tail, and what follows it, off the pieces; a piece begins a line."""
    first = len(pieces)
    length = 0
    while first > 0 and length < _TAIL_LENGTH and len(pieces) - first < _TAIL_PIECES:
        first -= 1
        length += len(pieces[first].strip())
    kept = [piece[-_TAIL_LENGTH:] for piece in pieces[first:]]
    # What is not the start of a line must not look like one.
    marked = [("…" if len(piece) > _TAIL_LENGTH else "") + end for piece, end in zip(pieces[first:], kept, strict=True)]
    window = "\n".join(marked)
    match = _TAIL.search(_fold_width(window))
    if match:
        position = 0
        for index, (end, mark) in enumerate(zip(kept, marked, strict=True), start=first):
            cut = min(max(match.start() - position - (len(mark) - len(end)), 0), len(end))
            position += len(mark) + 1
            pieces[index] = pieces[index][: len(pieces[index]) - len(end) + cut]
        return window[match.start() :]
    return _cut_whole_tail(pieces)


def _cut_whole_tail(pieces: list[str]) -> str:
    """Cut at a tail that is whole, wherever it stands."""
    text = "\n".join(pieces)
    if "HKT" not in text.upper() and "香港時間" not in text:
        return ""
    match = _WHOLE_TAIL.search(_fold_width(text))
    if not match:
        return ""
    position = 0
    for index, piece in enumerate(pieces):
        pieces[index] = piece[: max(match.start() - position, 0)]
        position += len(piece) + 1
    return text[match.start() : match.end()]


def _cut_head(pieces: list[str], title: str) -> None:
    """Cut up to the line of stars, if nothing but the title (in one piece or several) stands before it."""
    if not any("*" in piece or "＊" in piece for piece in pieces[:_HEAD_PIECES]):
        return
    wanted, seen = _bones(title), ""
    for index, piece in enumerate(pieces):
        end = 0
        for line in piece.splitlines(keepends=True):
            end += len(line)
            if len(line) > len(title) + _TAIL_LENGTH:
                return
            bones = _bones(line)
            if bones and _STARS.fullmatch(line):
                pieces[: index + 1] = [*([""] * index), piece[end:]]
                return
            seen += bones
            if not wanted.startswith(seen):
                return


def _bones(text: str) -> str:
    return _INVISIBLE.sub("", _fold_width(text))


def _fold_width(text: str) -> str:
    """Full-width ASCII to ASCII, invisible characters to spaces, one by one, so that positions stay."""
    return text if text.isascii() else text.translate(_WIDTH)


_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys((0x3000, 0x200B, 0x2060, 0xFEFF), 0x20)

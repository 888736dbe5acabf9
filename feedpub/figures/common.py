"""What the languages share: a number's one spelling, and numbers in Arabic digits."""

from __future__ import annotations

import re
from decimal import Decimal

# Thousands are parted by a comma or a space, telephone numbers by a space: either way it is one number.
DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[ \u00a0\u2009\u3000]\d{3,4}(?!\d))+(?:\.\d+)?|\d+(?:\.\d+)?"
_PARTING = re.compile(r"[,\s]")
MOST_DIGITS = 24


def digits(text: str) -> Decimal | None:
    """The value of a number that `DIGITS` found; None if nobody means a value by so many digits."""
    plain = _PARTING.sub("", text)
    return Decimal(plain) if len(plain) <= MOST_DIGITS else None


def spelled(value: Decimal) -> str:
    """A number's one spelling: no exponent, no zeros at the end of its fraction."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def clock(hour: int, minute: int, *, afternoon: bool, morning: bool) -> str | None:
    """A time of day as "17:30"; None if there is no such time."""
    if afternoon and hour < 12:  # noqa: PLR2004 - a clock's hours
        hour += 12
    if morning and hour == 12:  # noqa: PLR2004 - as above
        hour = 0
    return f"{hour % 24:02}:{minute:02}" if hour <= 24 and minute < 60 else None  # noqa: PLR2004 - as above

"""Offices that never were: their issue times over a year and more, to measure what is noticed and what is not."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Hong_Kong")
START = date(2025, 1, 1)
DAYS = 480
"""The first 115 days are there to learn from: a year is judged."""

HOLIDAYS = {
    date(2025, 1, 1), date(2025, 4, 4), date(2025, 4, 18), date(2025, 4, 19), date(2025, 4, 21), date(2025, 5, 1),
    date(2025, 5, 5), date(2025, 5, 31), date(2025, 7, 1), date(2025, 10, 1), date(2025, 10, 7), date(2025, 10, 29),
    date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 4), date(2026, 4, 6),
    date(2026, 4, 7),
}  # fmt: skip
NEW_YEAR = {date(2025, 1, 29), date(2025, 1, 30), date(2025, 1, 31), date(2025, 2, 1)} | {
    date(2026, 2, day) for day in (17, 18, 19, 20)
}
_TYPHOONS = {date(2025, 7, 20), date(2025, 9, 8), date(2025, 9, 23), date(2025, 9, 24)}
FLAT = (0,) * 8 + (2,) * 15 + (1,)
"""The same from 8:00 to 23:30."""
PEAKED = (0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 4, 5, 7, 3, 4, 6, 8, 8, 5, 4, 4, 3, 3, 2)
"""Most at noon and in the late afternoon."""


def office(random: Random, hours: tuple[int, ...] = FLAT) -> list[datetime]:
    """A government: 40 releases on weekdays, 12 on Saturdays, 8 on Sundays and holidays, 4 at Lunar New Year."""

    def rate(day: date) -> float:
        season = 1 + 0.2 * math.sin((day.timetuple().tm_yday - 30) / 365 * 2 * math.pi)
        if day in NEW_YEAR:
            return 4
        if day in HOLIDAYS:
            return 8
        if day in _TYPHOONS:
            return 60
        return season * (40, 40, 40, 40, 40, 12, 8)[day.weekday()]

    return _times(random, rate, hours)


def weekday_office(random: Random) -> list[datetime]:
    """12 releases a day from Monday to Friday, none on other days and on holidays."""
    off = HOLIDAYS | NEW_YEAR
    return _times(random, lambda day: 0 if day in off or day.weekday() > 4 else 12, (0,) * 9 + (1,) * 9 + (0,) * 6)


def daily(random: Random) -> list[datetime]:
    """A bulletin a day, between 17:00 and 18:00; none on holidays."""
    off = HOLIDAYS | NEW_YEAR
    days = (START + timedelta(days=number) for number in range(DAYS))
    return [_at(day, 17, random) for day in days if day not in off]


def small(random: Random) -> list[datetime]:
    """Three releases a week, in office hours."""
    return _times(
        random, lambda day: 0 if day.weekday() > 4 or day in NEW_YEAR else 0.6, (0,) * 9 + (1,) * 9 + (0,) * 6
    )


def rare(random: Random) -> list[datetime]:
    """One release a month."""
    return _times(random, lambda _: 1 / 30, FLAT)


OFFICES: dict[str, Callable[[Random], list[datetime]]] = {
    "40 a day, evenly from 8:00 to 23:30": office,
    "40 a day, most at noon and at 17:00": lambda random: office(random, PEAKED),
    "12 a day, weekdays only": weekday_office,
    "a bulletin a day": daily,
    "3 a week": small,
    "1 a month": rare,
}


def translated(random: Random, times: list[datetime]) -> list[datetime]:
    """The other language's times: nine of ten have one, within minutes, sometimes hours."""
    late = ((one, random.expovariate(1 / 10) if random.random() < 0.9 else random.uniform(0, 180)) for one in times)
    return sorted(one + timedelta(minutes=minutes) for one, minutes in late if random.random() < 0.9)


def _times(random: Random, rate: Callable[[date], float], hours: tuple[int, ...]) -> list[datetime]:
    found = []
    for number in range(DAYS):
        day = START + timedelta(days=number)
        count = _poisson(random, rate(day))
        found += [_at(day, hour, random) for hour in random.choices(range(24), hours, k=count)]
    return sorted(found)


def _at(day: date, hour: int, random: Random) -> datetime:
    minutes = 30 if hour == 23 else 60
    local = datetime.combine(day, time(hour), ZONE) + timedelta(minutes=random.randrange(minutes))
    return local.astimezone(UTC)


def _poisson(random: Random, mean: float) -> int:
    count, left = 0, random.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + random.expovariate(1.0)
    return count

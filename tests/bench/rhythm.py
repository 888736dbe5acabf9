"""How many false alarms years of invented offices give, and how soon a site that stops is told.

Run with `.venv/bin/python -m tests.bench.rhythm [YEARS]`. A source is asked every ten minutes, all day; what is usual
is learned anew every night, as the job does.
"""

from __future__ import annotations

import statistics
import sys
import timeit
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from random import Random

from feedpub import rhythm
from feedpub.faults import Expected
from feedpub.report import Fault
from feedpub.rhythm import Heard, Rhythm
from tests import office

_STEP = timedelta(minutes=10)
_LEARNED_FROM = 115
_LONG = timedelta(days=30)


class Year:
    """One invented year of a source, in one language or two."""

    def __init__(self, languages: dict[str, list[datetime]], expected: Expected) -> None:
        self.languages, self.expected = languages, expected
        self._rhythms: dict[tuple[str, int], Rhythm] = {}

    def rhythm(self, tag: str, now: datetime) -> Rhythm:
        """What was learned in the night before."""
        midnight = datetime.combine(now.astimezone(office.ZONE).date(), time(), office.ZONE).astimezone(UTC)
        key = (tag, midnight.toordinal())
        if key not in self._rhythms:
            times = self.languages[tag]
            start = bisect_left(times, midnight - timedelta(weeks=8))
            self._rhythms[key] = rhythm.learn(times[start : bisect_right(times, midnight)], midnight, office.ZONE)
        return self._rhythms[key]

    def judge(self, now: datetime, stopped: dict[str, datetime] | None = None) -> tuple[Fault, ...]:
        """What a run would tell; a language that stopped goes on being learned from what came before."""
        heard = {tag: self._heard(tag, now, stopped or {}) for tag in self.languages}
        return rhythm.judge(heard, now, office.ZONE, self.expected)

    def _heard(self, tag: str, now: datetime, stopped: dict[str, datetime]) -> Heard:
        times, until = self.languages[tag], min(now, stopped.get(tag, now))
        end = bisect_right(times, until)
        midnight = datetime.combine(now.astimezone(office.ZONE).date(), time(), office.ZONE).astimezone(UTC)
        start, before = bisect_left(times, midnight), bisect_left(times, midnight - timedelta(days=1))
        return Heard(
            rhythm=self.rhythm(tag, until),
            last=times[end - 1] if end else None,
            since=lambda moment: end - bisect_left(times, moment),
            yesterday=max(0, min(end, start) - before),
        )

    def false_alarms(self) -> Counter[str]:
        """Faults told in a year in which all is well, each once."""
        told: Counter[str] = Counter()
        now = self.first_day()
        standing: set[tuple[str, str]] = set()
        while now < self.first_day() + timedelta(days=365):
            found = {(fault.name, fault.where) for fault in self.judge(now)}
            told.update(name for name, _ in found - standing)
            standing = found
            now += _STEP
        return told

    def told_after(self, stop: datetime, only: str = "") -> timedelta:
        """How long after a stop, of one language or all, it is told."""
        now = stop
        while now - stop < _LONG:
            now += _STEP
            faults = self.judge(now, {tag: stop for tag in self.languages if only in ("", tag)})
            if any(fault.name == ("language-gone" if only else "silent") for fault in faults):
                break
        return now - stop

    @staticmethod
    def first_day() -> datetime:
        """When the year begins that is judged."""
        return datetime.combine(office.START, time(), office.ZONE).astimezone(UTC) + timedelta(days=_LEARNED_FROM)


_STOPS = (
    ("all, on a weekday at 10:00", range(5), 10, ""),
    ("all, on a weekday at 23:00", range(5), 23, ""),
    ("all, on a Sunday at 10:00", (6,), 10, ""),
    ("all, on a Sunday at 20:00", (6,), 20, ""),
    ("Chinese, on a weekday at 10:00", range(5), 10, "zh-Hant"),
)


def main(years: int) -> None:
    """Print the figures."""
    listed = tuple(sorted(office.HOLIDAYS | office.NEW_YEAR))
    for name, make in office.OFFICES.items():
        for expected in (Expected(), Expected(holidays=listed)):
            made = [_year(make, Random(seed), expected, two="40" in name) for seed in range(years)]
            told = [year.false_alarms() for year in made]
            total = [one.total() for one in told]
            names = dict(sum(told, Counter()))
            print(f"{name}{', holidays listed' if expected.holidays else ''}")
            print(f"  false alarms a year: {statistics.mean(total):.2f}, at most {max(total)} {names or ''}")
            if "month" in name:
                continue
            for what, weekdays, hour, only in _STOPS:
                hours = sorted(
                    year.told_after(stop, only) / timedelta(hours=1)
                    for year in made
                    if not only or only in year.languages
                    for stop in _stops(weekdays, hour)
                )
                if hours:
                    shares = ", ".join(f"{hours[int(len(hours) * share)]:.1f} h" for share in (0.5, 0.8, 0.95))
                    within = sum(one <= 6 for one in hours) / len(hours)
                    print(f"  {what}: half, 80 and 95 of 100 within {shares}; {within:.0%} within 6 h")
    _cost()


def _year(make: Callable[[Random], list[datetime]], random: Random, expected: Expected, *, two: bool) -> Year:
    english = make(random)
    return Year({"en": english} | ({"zh-Hant": office.translated(random, english)} if two else {}), expected)


def _stops(weekdays: Sequence[int], hour: int) -> Iterator[datetime]:
    """Every third such day that is no holiday."""
    for number in range(0, 365, 3):
        day = Year.first_day() + timedelta(days=number)
        local = day.astimezone(office.ZONE).date()
        if local.weekday() in weekdays and local not in office.HOLIDAYS | office.NEW_YEAR:
            yield day + timedelta(hours=hour)


def _cost() -> None:
    random = Random(1)
    times = office.office(random)[:3000]
    now = times[-1] + timedelta(hours=1)
    seconds = timeit.timeit(lambda: rhythm.learn(times, now, office.ZONE), number=5) / 5
    known = rhythm.learn(times, now, office.ZONE)
    well = timeit.timeit(lambda: rhythm.judge_silence(known, times[-1], now, office.ZONE), number=1000) / 1000
    late = now + timedelta(days=1)
    ill = timeit.timeit(lambda: rhythm.judge_silence(known, times[-1], late, office.ZONE), number=1000) / 1000
    print(f"learn {seconds * 1e3:.1f} ms; judge {well * 1e6:.1f} µs, where it is silent {ill * 1e6:.1f} µs")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)

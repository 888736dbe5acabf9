"""How a source's releases usually come: the longest usual silence by weekday and hour, releases a day by weekday.

Learned from eight weeks of issue times, at most once a day; judged in every run, from what was learned and the time of
the last release. Pure: no clock, no store.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import accumulate, pairwise
from statistics import median

import msgspec

from feedpub.faults import Expected
from feedpub.report import Fault

_WEEKS = 8
_LEAST_DAYS, _LEAST_RELEASES = 14, 20
_AROUND = 2
"""Hours before and after an hour whose silences are usual for it, too."""
_OFTEN = 4
"""From so many weeks on, the longest silence of one week, an outage or a holiday, is not taken for usual."""
_TIMES, _MORE = 1.5, timedelta(hours=1)
"""A silence is a fault when it is longer than the longest usual one so many times, and by so much."""
_CHANCE = 0.7
"""And when so many releases should have come meanwhile that it is no chance: the logarithm of how many come in a year,
and this. Releases that come independently of one another are missed so in one year of two (e**-0.7), without the rule
above."""
_MISSED_ON_HOLIDAY = 4.0
"""And when so many should have come even if there are holidays in the silence. Holidays are rare, and so this is less:
more would have a site that stops in the morning told in the evening, less would tell of 17 holidays a year twice."""
_SURE = 9.0
"""How much one release speaks against a holiday where the quietest weekday has none at that time."""
_WITHOUT = 4.0
"""A language is gone when it should have had so many releases by those that another language had meanwhile."""
_DAYS_OFF = 2
"""So many days of a silence may be holidays."""
_FEW, _MANY = 10, 10
"""A day with less than a tenth of the fewest ever is a fault where that is at least ten."""
_SETTLED = timedelta(hours=1)
"""After midnight, before yesterday is judged: its last releases may still be on their way."""
_HOUR, _DAY_HOURS, _WEEK_HOURS = timedelta(hours=1), 24, 168
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


class Usual(msgspec.Struct, frozen=True, array_like=True):
    """Releases on one weekday: the fewest, the median, the most."""

    fewest: int
    median: float
    most: int


class Rhythm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is usual for one language of a source; empty, which judges nothing, where too little is known.

    `longest` and `rates` have a value for each hour of the week, from Monday 0:00 on: the longest usual silence in
    minutes, and how many releases come in that hour. `days` has a value for each weekday. `learned` is when.
    """

    learned: datetime | None = None
    longest: tuple[int, ...] = ()
    rates: tuple[float, ...] = ()
    days: tuple[Usual, ...] = ()


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one language of a source now.

    `last` is the issue time of its last release that is not in the future, None if there never was one. `since` counts
    the releases that were issued from a moment on; it is asked only where the silence is longer than usual. `yesterday`
    are those of the day before, None where it was not collected in whole.
    """

    rhythm: Rhythm
    last: datetime | None
    since: Callable[[datetime], int]
    yesterday: int | None = None


def learn(times: Sequence[datetime], now: datetime, zone: tzinfo) -> Rhythm:
    """Learn from the issue times of one language of a source.

    The silence that goes on now is not learned from: it may be the fault. Of those before, the longest of all weeks is
    left out at each hour, once there are four.

    Args:
        times: aware, in any order; those in the future and those older than eight weeks do not count.
        now: when it is learned.
        zone: the source's.
    """
    start = now.astimezone(UTC) - timedelta(weeks=_WEEKS)
    known = sorted(moment for one in times if start <= (moment := one.astimezone(UTC)) <= now)
    if len(known) < _LEAST_RELEASES or now - known[0] < timedelta(days=_LEAST_DAYS):
        return Rhythm(learned=now)
    local = [_wall(one, zone) for one in known]
    weeks = (now - known[0]) / timedelta(weeks=1)
    hours = _hours(local)
    return Rhythm(
        learned=now,
        longest=_longest(known, zone),
        rates=tuple(round(hours[hour] / weeks, 4) for hour in range(_WEEK_HOURS)),
        days=_days(local, _wall(now, zone).date()),
    )


def judge(
    languages: Mapping[str, Heard],
    now: datetime,
    zone: tzinfo,
    expected: Expected = Expected(),  # noqa: B008 - it is frozen
) -> tuple[Fault, ...]:
    """What is wrong with how a source's releases come: `silent`, `language-gone`, `few`; the last two have its tag.

    `silent` is where all languages that can be judged are silent. One is gone if it is silent, and another had so many
    releases since that it should have had four.
    """
    lasts = {tag: heard.last.astimezone(UTC) for tag, heard in languages.items() if heard.last}
    judged = [tag for tag in lasts if expected.silence is not None or languages[tag].rhythm.longest]
    quiet = {
        tag: fault
        for tag in judged
        if (fault := judge_silence(languages[tag].rhythm, lasts[tag], now, zone, expected, languages[tag].since))
    }
    found = []
    if quiet and len(quiet) == len(judged):
        found.append(quiet[max(quiet, key=lasts.__getitem__)])
    for tag, fault in quiet.items():
        others = (heard for other, heard in languages.items() if other != tag)
        if any(_goes_on(other, languages[tag], lasts[tag]) for other in others):
            found.append(Fault("language-gone", f"in {tag}, while another language goes on: {fault.what}", tag))
    for tag, heard in languages.items():
        if tag not in quiet and heard.yesterday is not None:
            fewer = judge_few(heard.rhythm, heard.yesterday, now, zone, expected)
            found += [Fault("few", f"in {tag}: {fewer.what}", tag)] if fewer else []
    return tuple(found)


def judge_silence(
    rhythm: Rhythm,
    last: datetime,
    now: datetime,
    zone: tzinfo,
    expected: Expected = Expected(),  # noqa: B008 - it is frozen
    since: Callable[[datetime], int] = lambda _: 1,
) -> Fault | None:
    """Whether one language of a source is silent for too long (`silent`).

    It is where three things meet:

    - the silence is one and a half times as long as the longest usual one within two hours of this hour of the week;
    - so many releases should have come meanwhile that none is no chance (the logarithm of a year's, or more);
    - it cannot be explained by holidays, on which as many come as on the quietest weekday. Where the config does not
      list them, up to two days of the silence may be some, also the day of the last release, if it had few until then.

    Args:
        rhythm: what is usual; where it is empty, only the config's `silence` is judged.
        last: when the last release was issued.
        now: the time of the run.
        zone: the source's.
        expected: its `silence` overrides what was learned.
        since: how many releases were issued from a moment on; asked only where there may be a fault.
    """
    silence = now.astimezone(UTC) - last.astimezone(UTC)
    if expected.silence is not None:
        if silence <= expected.silence:
            return None
        most = f"the config expects one every {_span(expected.silence)}"
        return Fault("silent", f"no release for {_span(silence)}, since {_clock(last, zone)}; {most}")
    if not rhythm.longest:
        return None
    here, there = _wall(now, zone), _wall(last, zone)
    usual = timedelta(minutes=rhythm.longest[_hour(here)])
    if silence < max(usual * _TIMES, usual + _MORE):
        return None
    missed = _Missed(rhythm, there, here, expected.holidays)
    if missed.usually < missed.many or missed.on_holidays(since(_midnight(last, zone))) < _MISSED_ON_HOLIDAY:
        return None
    return Fault(
        "silent",
        f"no release for {_span(silence)}, since {_clock(last, zone)}; on {_DAYS[here.weekday()]} about this hour "
        f"{_span(usual)} is the longest usual silence, and about {missed.usually:.0f} should have come",
    )


def judge_few(
    rhythm: Rhythm,
    yesterday: int,
    now: datetime,
    zone: tzinfo,
    expected: Expected = Expected(),  # noqa: B008 - it is frozen
) -> Fault | None:
    """Whether yesterday had too few releases (`few`): fewer than the config's `per_day`.

    Where that is not set, less than a tenth of the fewest ever on that weekday, if those were ten or more.
    """
    here = _wall(now, zone)
    if here - datetime.combine(here.date(), time()) < _SETTLED:
        return None
    day = here.date() - timedelta(days=1)
    had = f"{yesterday or 'no'} release{'' if yesterday == 1 else 's'} on {day.isoformat()}"
    if expected.per_day is not None:
        if yesterday >= expected.per_day:
            return None
        return Fault("few", f"{had}; the config expects at least {expected.per_day} a day")
    usual = rhythm.days[day.weekday()] if rhythm.days else None
    if usual is None or usual.fewest < _MANY or yesterday * _FEW >= usual.fewest:
        return None
    return Fault("few", f"{had}; {_DAYS[day.weekday()]} had {usual.fewest} to {usual.most} in the last weeks")


def _goes_on(other: Heard, gone: Heard, last: datetime) -> bool:
    """Whether another language had so many releases since that the one that is silent should have had some, too."""
    theirs, own = sum(other.rhythm.rates), sum(gone.rhythm.rates)
    share = min(1.0, own / theirs) if own and theirs else 1.0
    return share * other.since(last) >= _WITHOUT


class _Missed:
    """How many releases should have come between two local times."""

    def __init__(self, rhythm: Rhythm, last: datetime, now: datetime, holidays: Sequence[date]) -> None:
        self._sums = (0.0, *accumulate(rhythm.rates))
        self._last = last
        totals = [self._sums[end] - self._sums[end - _DAY_HOURS] for end in range(_DAY_HOURS, _WEEK_HOURS + 1, 24)]
        self._quietest = totals.index(min(totals))
        days = list(_by_day(last, now))
        saved = {start.date(): max(0.0, self._between(start, end) - self._quietly(start, end)) for start, end in days}
        self.usually = self._between(last, now) - sum(saved.get(day, 0.0) for day in holidays)
        listed_until = max(holidays, default=date.min)
        self._may_save = {day: much for day, much in saved.items() if day > listed_until}

    @property
    def many(self) -> float:
        """How many have to be missed before it is no chance."""
        return _CHANCE + math.log(max(1.0, 52 * self._sums[-1]))

    def on_holidays(self, known: int) -> float:
        """How many should have come even if the two days for which it makes most are holidays.

        The day of the last release is the less likely one, the more releases it had until then, `known`: by the
        logarithm of how much more often a usual day has so many than a holiday (Poisson).
        """
        others = sorted(much for day, much in self._may_save.items() if day != self._last.date())
        without = self.usually - sum(others[-_DAYS_OFF:])
        first = self._may_save.get(self._last.date())
        if first is None:
            return without
        days = sorted((first, *others))
        return min(without, self.usually - sum(days[-_DAYS_OFF:]) + self._against(known))

    def _against(self, known: int) -> float:
        midnight = datetime.combine(self._last.date(), time())
        usual, quiet = self._between(midnight, self._last), self._quietly(midnight, self._last)
        if usual <= quiet:
            return 0.0
        return known * (math.log(usual / quiet) if quiet > 0 else _SURE) - (usual - quiet)

    def _between(self, start: datetime, end: datetime) -> float:
        return self._until(end) - self._until(start)

    def _quietly(self, start: datetime, end: datetime) -> float:
        """Between two times of one day, if it were like the quietest weekday."""
        shift = timedelta(days=self._quietest - start.weekday())
        return self._between(start + shift, end + shift)

    def _until(self, wall: datetime) -> float:
        """Releases since the first Monday there was, at today's rates; ordinal 1 is a Monday."""
        hour, weeks = _hour(wall), (wall.toordinal() - 1) // 7
        within = self._sums[hour] + (self._sums[hour + 1] - self._sums[hour]) * wall.minute / 60
        return weeks * self._sums[-1] + within


def _by_day(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The days between two times, in parts where they are; after a week they come again, and are left out."""
    for _ in range(9):
        if start >= end:
            return
        midnight = datetime.combine(start.date(), time()) + timedelta(days=1)
        yield start, min(midnight, end)
        start = midnight


def _longest(known: Sequence[datetime], zone: tzinfo) -> tuple[int, ...]:
    """The longest usual silence within two hours of each hour of the week, in minutes.

    Each silence counts in the hours it lasted for, as long as it was then.
    """
    weeks: dict[tuple[int, int], float] = {}
    for last, following in pairwise(known):
        start = last.replace(minute=0, second=0, microsecond=0)
        while start < following:
            wall = _wall(start, zone)
            week, hour = divmod((wall.toordinal() - 1) * _DAY_HOURS + wall.hour, _WEEK_HOURS)
            start += _HOUR
            minutes = (min(start, following) - last) / timedelta(minutes=1)
            for shift in range(-_AROUND, _AROUND + 1):
                further, near = divmod(hour + shift, _WEEK_HOURS)
                key = (near, week + further)
                weeks[key] = max(weeks.get(key, 0.0), minutes)
    by_hour: dict[int, list[float]] = {}
    for (hour, _), minutes in weeks.items():
        by_hour.setdefault(hour, []).append(minutes)
    return tuple(_usual(by_hour.get(hour, [])) for hour in range(_WEEK_HOURS))


def _hours(local: Sequence[datetime]) -> dict[int, float]:
    """How many releases each hour of the week had in all.

    The busiest day of each weekday counts as the one after it: a storm is not what is usual.
    """
    days = Counter(one.date() for one in local)
    hours: dict[int, float] = dict.fromkeys(range(_WEEK_HOURS), 0.0)
    weights = dict.fromkeys(days, 1.0)
    for weekday in range(7):
        busiest = sorted((count, day) for day, count in days.items() if day.weekday() == weekday)[-2:]
        if len(busiest) > 1:
            weights[busiest[1][1]] = busiest[0][0] / busiest[1][0]
    for one in local:
        hours[_hour(one)] += weights[one.date()]
    return hours


def _usual(silences: list[float]) -> int:
    silences = sorted(silences)
    longest = silences[-2] if len(silences) >= _OFTEN else silences[-1]
    return math.ceil(longest)


def _days(local: Sequence[datetime], today: date) -> tuple[Usual, ...]:
    """Releases a day by weekday; the first day, which may not be whole, and today do not count."""
    counts = Counter(one.date() for one in local)
    first = min(counts)
    by_weekday: list[list[int]] = [[] for _ in range(7)]
    for ordinal in range(first.toordinal() + 1, today.toordinal()):
        by_weekday[(ordinal - 1) % 7].append(counts[date.fromordinal(ordinal)])
    return tuple(Usual(min(day), median(day), max(day)) for day in by_weekday)


def _wall(moment: datetime, zone: tzinfo) -> datetime:
    """What the clock shows there, as a time without a zone: differences are then of clock times."""
    return moment.astimezone(zone).replace(tzinfo=None)


def _midnight(moment: datetime, zone: tzinfo) -> datetime:
    """When the day of a moment began there."""
    return datetime.combine(moment.astimezone(zone).date(), time(), zone).astimezone(UTC)


def _hour(wall: datetime) -> int:
    return wall.weekday() * _DAY_HOURS + wall.hour


def _clock(moment: datetime, zone: tzinfo) -> str:
    return _wall(moment, zone).isoformat(" ", "minutes")


def _span(span: timedelta) -> str:
    """A length of time for people: "40 minutes", "6 hours", "2 days 3 hours"."""
    minutes = max(0, int(span / timedelta(minutes=1)))
    days, hours = divmod(minutes // 60, 24)
    if days:
        return _count(days, "day") + (f" {_count(hours, 'hour')}" if hours else "")
    return _count(hours, "hour") if hours else _count(minutes, "minute")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

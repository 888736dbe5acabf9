"""The schedule: when each source is asked, whatever the clock does."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedpub import cron, schedule
from feedpub.config import Options, Source

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday


# When


def source(line: str, zone: str = "UTC", name: str = "a") -> Source:
    return Source(
        id=name,
        kind="files",
        authority="a.example",
        timezone=ZoneInfo(zone),
        schedule=cron.parse(line),
        credits={},
        options=Options(),
    )


def firings(line: str, count: int, zone: str = "UTC", start: datetime = START) -> list[datetime]:
    """The next times of a schedule after `start`."""
    trigger = schedule.trigger(source(line, zone), 0)
    found: list[datetime] = []
    now, previous = start, start
    for _ in range(count):
        fires = trigger.get_next_fire_time(previous, now)
        assert fires is not None
        found.append(fires)
        previous, now = fires, fires + timedelta(microseconds=1)
    return found


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def walked(line: str, count: int) -> list[datetime]:
    """The same, minute by minute, as crontab(5) says it."""
    allowed = cron.parse(line)
    assert isinstance(allowed, cron.Cron)
    found: list[datetime] = []
    moment = START
    while len(found) < count:
        moment += timedelta(minutes=1)
        day = moment.day in allowed.day
        weekday = WEEKDAYS[moment.weekday()] in allowed.day_of_week
        if (
            moment.minute in allowed.minute
            and moment.hour in allowed.hour
            and moment.month in allowed.month
            and (day or weekday if allowed.either_day else day and weekday)
        ):
            found.append(moment)
    return found


@pytest.mark.parametrize(
    "line",
    [
        "*/10 * * * *",
        "*/7 * * * *",
        "30 9 * * *",
        "0 9 * * mon",
        "0 9 * * 1-5",
        "0 9 * * 0",
        "0 9 * * 7",
        "0 9 * * 6,7",
        "0 9 * * sun,wed",
        "0 0 1,15 * *",
        "0 0 13 * fri",
        "0 12 1-7 * mon",
        "0 0 */10 * 1",
        "5 4 1 jan-mar *",
        "@hourly",
        "@daily",
        "@weekly",
        "@monthly",
    ],
)
def test_a_cron_line_fires_when_crontab_says(line: str) -> None:
    assert firings(line, 6) == walked(line, 6)


def test_monday_is_monday() -> None:
    # crontab counts weekdays from Sunday, APScheduler from Monday.
    assert [fires.isoformat() for fires in firings("0 9 * * 1", 2)] == [
        "2026-11-23T09:00:00+00:00",
        "2026-11-30T09:00:00+00:00",
    ]


def test_two_restricted_days_fire_on_either_and_once_when_both_fit() -> None:
    # November 2026: the 13th was a Friday; Fridays from the 27th on; the 13th of December is a Sunday.
    days = [fires.date().isoformat() for fires in firings("0 0 13 * 5", 5)]
    assert days == ["2026-11-27", "2026-12-04", "2026-12-11", "2026-12-13", "2026-12-18"]
    both = firings("0 0 27 * 5", 3)
    assert [fires.date().isoformat() for fires in both] == ["2026-11-27", "2026-12-04", "2026-12-11"]


def test_a_cron_line_is_in_the_time_zone_of_its_source() -> None:
    (fires,) = firings("30 8 * * *", 1, "Asia/Hong_Kong")
    assert fires.astimezone(UTC) == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    (fires,) = firings("30 8 * * mon", 1, "Asia/Hong_Kong")
    assert fires.astimezone(UTC) == datetime(2026, 11, 30, 0, 30, tzinfo=UTC)


def test_a_weekday_begins_at_midnight_in_the_time_zone_of_its_source() -> None:
    # Half past midnight on Tuesday in Hong Kong is still Monday in UTC.
    (fires,) = firings("30 0 * * tue", 1, "Asia/Hong_Kong")
    assert fires.astimezone(UTC) == datetime(2026, 11, 23, 16, 30, tzinfo=UTC)


def test_summer_time_does_not_shift_a_cron_line() -> None:
    before_the_change = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    found = firings("0 9 * * *", 2, "Europe/Lisbon", before_the_change)
    assert [fires.astimezone(UTC).hour for fires in found] == [8, 8]
    assert [fires.hour for fires in found] == [9, 9]


@pytest.mark.parametrize(("line", "step"), [("30s", 30), ("10m", 600), ("every 2 hours", 7200), ("1d", 86400)])
def test_an_interval_counts_from_the_last_time(line: str, step: int) -> None:
    assert firings(line, 3) == [START + timedelta(seconds=step * number) for number in (1, 2, 3)]


@pytest.mark.parametrize("line", ["0 * * * *", "0 0 13 * 5", "1h"])
def test_jitter_makes_a_run_later_by_at_most_so_many_seconds_and_never_earlier(line: str) -> None:
    exact = firings(line, 1)[0]
    jittered = schedule.trigger(source(line), 20)
    late = set()
    for _ in range(50):
        fires = jittered.get_next_fire_time(START, START)
        assert fires is not None
        late.add((fires - exact).total_seconds())
    assert all(0 <= seconds <= 20 for seconds in late)
    assert len(late) > 1


def test_a_jittered_run_is_not_followed_by_a_second_one_for_the_same_time() -> None:
    trigger = schedule.trigger(source("0 * * * *"), 20)
    fires = datetime(2026, 11, 23, 9, 0, 15, tzinfo=UTC)
    following = trigger.get_next_fire_time(fires, fires + timedelta(seconds=1))
    assert following is not None
    assert following >= datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_a_short_interval_is_not_drowned_in_jitter() -> None:
    trigger = schedule.trigger(source("10s"), 20)
    for _ in range(50):
        fires = trigger.get_next_fire_time(START, START)
        assert fires is not None
        assert 10 <= (fires - START).total_seconds() <= 11


# Whatever the clock does


class Clock(datetime):
    """The clock of APScheduler and ours: the machine's, and so many seconds more."""

    more = 0.0

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override] # as it is called here
        return datetime.fromtimestamp(cls.wall(), UTC).astimezone(tz)  # type: ignore[arg-type] # a time zone

    @classmethod
    def wall(cls) -> float:
        return time.time() + cls.more


class Runs:
    """Takes note of what is run."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._gate = threading.Condition()

    def __call__(self, identifier: str) -> None:
        with self._gate:
            self.ids.append(identifier)
            self._gate.notify_all()

    def within(self, seconds: float, count: int) -> bool:
        """Whether there were so many within so many seconds."""
        with self._gate:
            return self._gate.wait_for(lambda: len(self.ids) >= count, seconds)


@pytest.fixture
def runs() -> Runs:
    return Runs()


@pytest.fixture
def planned(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> Iterator[schedule.Schedule]:
    """A schedule by a clock that can be set."""
    monkeypatch.setattr(Clock, "more", 0.0)
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Clock)
    monkeypatch.setattr("apscheduler.triggers.interval.datetime", Clock)
    monkeypatch.setattr(schedule, "datetime", Clock)
    one = schedule.Schedule(runs, jitter=0, wall=Clock.wall)
    one.start()
    yield one
    one.end()


def test_a_clock_that_was_set_back_by_years_holds_up_no_run(
    planned: schedule.Schedule, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "more", 11 * 365 * 86_400.0)  # Before the time was set.
    planned.heed_clock()
    planned.follow([source("1s")])
    assert runs.within(5, 2)
    monkeypatch.setattr(Clock, "more", 0.0)
    assert planned.heed_clock() == pytest.approx(11 * 365 * 86_400, abs=1)
    assert runs.within(5, len(runs.ids) + 2)
    assert planned.heed_clock() == 0


def test_what_became_due_while_the_machine_slept_is_run_once_and_at_once(
    planned: schedule.Schedule, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned.follow([source("1h")])
    assert runs.within(5, 1)
    monkeypatch.setattr(Clock, "more", 7 * 3_600.0)
    assert planned.heed_clock() == 0
    assert runs.within(5, 2)
    assert not runs.within(0.3, 3)


def test_a_clock_that_is_corrected_by_a_little_changes_nothing(
    planned: schedule.Schedule, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned.follow([source("1h")])
    for seconds in (-5.0, 2.0, -20.0):
        monkeypatch.setattr(Clock, "more", seconds)
        assert planned.heed_clock() == 0
    assert not runs.within(0.3, 2)


def test_many_small_steps_back_are_a_great_one(planned: schedule.Schedule, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    for number in range(1, 9):
        monkeypatch.setattr(Clock, "more", -11.0 * number)
        steps.append(planned.heed_clock())
    assert [round(one) for one in steps] == [0, 0, 33, 0, 0, 33, 0, 0]


# What it follows


def test_sources_can_be_added_taken_away_and_left_for_later(planned: schedule.Schedule, runs: Runs) -> None:
    planned.follow([source("1h", name="a"), source("1h", name="b")])
    assert runs.within(5, 2)
    planned.follow([source("1h", name="b"), source("1h", name="c"), source("1s", name="d")], later=["b", "d"])
    assert runs.within(5, 4)
    assert sorted(runs.ids[:2]) == ["a", "b"]
    assert runs.ids[2:4] == ["c", "d"]


def test_a_scheduler_that_starts_nothing_is_noticed(
    planned: schedule.Schedule, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned.follow([source("1h")])
    assert runs.within(5, 1)
    assert planned.trouble() == ""
    seconds = [0.0]
    monkeypatch.setattr(planned, "_clock", lambda: seconds[0])
    monkeypatch.setattr(Clock, "more", 7_200.0)  # It sleeps on: nobody woke it.
    assert planned.trouble() == ""
    seconds[0] += 61
    assert planned.trouble() == "the scheduler does not start what is due"
    planned.end()
    assert planned.trouble() == "the scheduler has ended"
    planned.start()

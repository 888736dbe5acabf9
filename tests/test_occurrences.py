"""The times that a schedule comes to, as APScheduler has them, and where the clock is set forward or back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub import cron, occurrences, schedule
from feedpub.config import Options, Source

HONG_KONG, BERLIN = ZoneInfo("Asia/Hong_Kong"), ZoneInfo("Europe/Berlin")
SOURCE = Source(
    id="x", kind="x", authority="x.example", timezone=HONG_KONG, schedule=timedelta(1), credits={}, options=Options()
)
MINUTES = st.sampled_from(["*", "*/10", "0", "7-19/4", "59", "0,30"])
HOURS = st.sampled_from(["*", "0", "23", "8-20/3", "*/5"])
DAYS = st.sampled_from(["*", "1", "29", "31", "*/2", "10-12"])
MONTHS = st.sampled_from(["*", "1", "2", "6-8", "*/5"])
WEEK = st.sampled_from(["*", "0", "1-5", "6,7", "*/3"])
NEVER = {("29", "2"), ("31", "2"), ("31", "*/5")}


@given(
    fields=st.tuples(MINUTES, HOURS, DAYS, MONTHS, WEEK).filter(lambda one: (one[2], one[3]) not in NEVER),
    seconds=st.integers(0, 4 * 366 * 86_400),
)
@settings(max_examples=200, deadline=None)
def test_a_cron_line_comes_when_the_scheduler_runs_it(fields: tuple[str, ...], seconds: int) -> None:
    source = msgspec.structs.replace(SOURCE, schedule=cron.parse(" ".join(fields)))
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    # The scheduler gives a time that is not before a moment.
    expected = schedule.trigger(source, 0).get_next_fire_time(None, now + timedelta(seconds=1))
    assert occurrences.after(source.schedule, now, HONG_KONG) == expected


def test_an_interval_comes_so_long_after() -> None:
    moment = datetime(2026, 11, 28, 12, 0, tzinfo=HONG_KONG)
    assert occurrences.after(timedelta(minutes=10), moment, BERLIN) == moment + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("line", "moment", "expected"),
    [
        # 02:00 to 03:00 there is not.
        ("30 2 * * *", "2026-03-29T00:30+01:00", "2026-03-29T03:30+02:00"),
        ("*/20 * * * *", "2026-03-29T01:40+01:00", "2026-03-29T03:00+02:00"),
        # 02:00 to 03:00 there is twice.
        ("30 2 * * *", "2026-10-25T01:00+02:00", "2026-10-25T02:30+02:00"),
        ("30 2 * * *", "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"),
        ("0 3 * * *", "2026-10-25T02:59+02:00", "2026-10-25T03:00+01:00"),
        ("*/20 * * * *", "2026-10-25T02:50+01:00", "2026-10-25T03:00+01:00"),
        ("0 6 29 2 *", "2026-03-01T00:00+01:00", "2028-02-29T06:00+01:00"),
        ("0 6 29 2 *", "2096-03-01T00:00+01:00", "2104-02-29T06:00+01:00"),
        ("0 0 1 1 *", "2026-01-01T00:00+01:00", "2027-01-01T00:00+01:00"),
    ],
)
def test_where_the_clock_is_set_and_where_years_differ(line: str, moment: str, expected: str) -> None:
    found = occurrences.after(cron.parse(line), datetime.fromisoformat(moment), BERLIN)
    assert found == datetime.fromisoformat(expected)

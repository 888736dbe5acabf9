from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.faults import Expected
from feedpub.report import Fault
from feedpub.rhythm import Heard, Rhythm, judge, judge_few, judge_silence, learn
from tests import office

ZONE = ZoneInfo("Asia/Hong_Kong")
MONDAY = date(2026, 3, 2)
"""The eight weeks before it are learned from."""


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = ZONE) -> datetime:
    """A time in the week of MONDAY: day 0 is that day."""
    return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute), zone).astimezone(UTC)


def regular(zone: ZoneInfo = ZONE, monday: date = MONDAY, days: int = 56) -> list[datetime]:
    """On weekdays every half hour from 9:00 to 18:00, on Saturdays and Sundays at 10:00 and 16:00."""
    found = []
    for number in range(-days, 0):
        day = monday + timedelta(days=number)
        minutes = range(540, 1081, 30) if day.weekday() < 5 else (600, 960)
        found += [datetime.combine(day, time(minute // 60, minute % 60), zone) for minute in minutes]
    return found


LEARNED = learn(regular(), at(0, 0), ZONE)


def hour(day: int, hour_: int) -> int:
    return 24 * day + hour_


def silent(last: datetime, now: datetime, count: int = 9, expected: Expected = Expected()) -> bool:  # noqa: B008 - frozen
    return judge_silence(LEARNED, last, now, ZONE, expected, lambda _: count) is not None


@pytest.mark.parametrize(
    ("day", "hour_", "longest"),
    [
        pytest.param(2, 14, 30, id="in the day: half an hour"),
        pytest.param(2, 3, 12 * 60, id="at 3:00, and so until 6:00: since 18:00"),
        pytest.param(2, 10, 15 * 60, id="at 10:00, and so at 9:00: since 18:00"),
        pytest.param(2, 11, 30, id="at 11:00, and so from 9:00 on: half an hour"),
        pytest.param(6, 3, 14 * 60, id="on Sunday at 3:00: since Saturday 16:00"),
        pytest.param(0, 3, 14 * 60, id="on Monday at 3:00: since Sunday 16:00"),
    ],
)
def test_the_longest_silence_is_learned_by_weekday_and_hour(day: int, hour_: int, longest: int) -> None:
    assert LEARNED.longest[hour(day, hour_)] == longest


def test_how_many_come_is_learned_by_weekday_and_hour() -> None:
    assert LEARNED.rates[hour(1, 11)] == pytest.approx(2, rel=0.02)
    assert LEARNED.rates[hour(1, 8)] == 0
    assert sum(LEARNED.rates) == pytest.approx(5 * 19 + 4, rel=0.02)
    assert [(day.fewest, day.median, day.most) for day in LEARNED.days] == [(19, 19, 19)] * 5 + [(2, 2, 2)] * 2


def test_one_storm_or_one_outage_is_not_usual() -> None:
    storm = [at(-6, 12, minute) for minute in range(60)]
    assert learn(regular() + storm, at(0, 0), ZONE).rates[hour(1, 12)] < 4
    outage = [one for one in regular() if one.date() != at(-6, 12).date()]
    assert learn(outage, at(0, 0), ZONE).longest[hour(1, 14)] == 30


def test_the_silence_that_goes_on_is_not_learned_from() -> None:
    stopped = [one for one in regular() if one <= at(-7, 10)]
    rhythm = learn(stopped, at(0, 0), ZONE)
    assert rhythm.longest[hour(2, 14)] == 30
    assert judge_silence(rhythm, stopped[-1], at(0, 0), ZONE) is not None


@pytest.mark.parametrize(
    "times",
    [
        pytest.param([], id="nothing"),
        pytest.param(regular()[-19:], id="19 releases"),
        pytest.param(regular(days=13), id="13 days"),
        pytest.param([one - timedelta(weeks=9) for one in regular()], id="long ago"),
        pytest.param([one + timedelta(weeks=9) for one in regular()], id="in the future"),
    ],
)
def test_where_too_little_is_known_nothing_is_judged(times: list[datetime]) -> None:
    rhythm = learn(times, at(0, 0), ZONE)
    assert rhythm == Rhythm(learned=at(0, 0))
    assert judge_silence(rhythm, at(-300, 0), at(0, 0), ZONE) is None
    assert judge_few(rhythm, 0, at(0, 12), ZONE) is None
    assert judge({"en": Heard(rhythm=rhythm, last=None, since=lambda _: 0)}, at(0, 0), ZONE) == ()


@pytest.mark.parametrize(
    ("last", "now", "count", "told"),
    [
        pytest.param(at(1, 11), at(1, 13), 5, False, id="a weekday, two hours"),
        pytest.param(at(1, 11), at(1, 17), 5, True, id="a weekday, six hours"),
        pytest.param(at(1, 11), at(1, 17), 1, False, id="the same with one release before: it may be a holiday"),
        pytest.param(at(1, 18), at(2, 9), 19, False, id="a night"),
        pytest.param(at(1, 18), at(2, 15), 19, False, id="a night and a day that may be a holiday"),
        pytest.param(at(1, 18), at(4, 12), 19, True, id="two and a half days"),
        pytest.param(at(5, 16), at(6, 15), 2, False, id="a Sunday so far"),
        pytest.param(at(4, 18), at(7, 9), 19, False, id="a whole weekend"),
        pytest.param(at(1, 11), at(1, 10), 5, False, id="the release is of the future"),
    ],
)
def test_silence_is_judged_by_what_is_usual(last: datetime, now: datetime, count: int, told: bool) -> None:  # noqa: FBT001 - of the table
    assert silent(last, now, count) == told


def test_listed_holidays_leave_no_doubt() -> None:
    tuesday, later = MONDAY + timedelta(days=1), MONDAY + timedelta(days=30)
    assert not silent(at(0, 18), at(1, 18), expected=Expected(holidays=(tuesday,)))
    assert not silent(at(0, 18), at(1, 18))
    assert silent(at(0, 18), at(1, 18), expected=Expected(holidays=(later,)))


def test_the_config_overrides_what_was_learned() -> None:
    expected = Expected(silence=timedelta(hours=3))
    assert not silent(at(1, 11), at(1, 14), expected=expected)
    fault = judge_silence(Rhythm(), at(1, 11), at(1, 14, 1), ZONE, expected)
    assert fault == Fault(
        "silent", "no release for 3 hours, since 2026-03-03 11:00; the config expects one every 3 hours"
    )


def test_a_fault_says_since_when_and_what_is_usual() -> None:
    fault = judge_silence(LEARNED, at(1, 11), at(1, 16, 30), ZONE, since=lambda _: 5)
    assert fault == Fault(
        "silent",
        "no release for 5 hours, since 2026-03-03 11:00; on Tuesdays about this hour 1 hour is the longest usual "
        "silence, and about 11 should have come",
    )


def test_nothing_is_asked_of_the_store_where_all_is_well() -> None:
    def asked(_: datetime) -> int:
        raise AssertionError

    assert judge({"en": Heard(rhythm=LEARNED, last=at(1, 11), since=asked)}, at(1, 12), ZONE) == ()


def test_clocks_that_change_change_nothing() -> None:
    zone = ZoneInfo("Europe/Brussels")
    for monday in (date(2026, 3, 30), date(2026, 10, 26)):
        before = regular(zone, monday)
        rhythm = learn(before, before[-1], zone)
        assert rhythm.longest[hour(2, 14)] == 30
        assert [number for number, rate in enumerate(rhythm.rates[24:48]) if rate] == list(range(9, 19))
        sunday = datetime.combine(monday - timedelta(days=1), time(16), zone)
        for hours in range(18):
            now = sunday.astimezone(UTC) + timedelta(hours=hours)
            assert judge_silence(rhythm, sunday, now, zone) is None


def heard(last: datetime, now: datetime, times: list[datetime]) -> Heard:
    def since(moment: datetime) -> int:
        return sum(moment <= one <= min(now, last) for one in times)

    return Heard(rhythm=LEARNED, last=last, since=since)


WEEK = [one + timedelta(weeks=1) for one in regular()]


@pytest.mark.parametrize(
    ("english", "chinese", "found"),
    [
        pytest.param(at(1, 17), at(1, 17), [], id="all is well"),
        pytest.param(at(1, 11), at(1, 11), [("silent", "")], id="all are silent"),
        pytest.param(at(1, 17), at(1, 11), [("language-gone", "zh-Hant")], id="one is silent, the other goes on"),
        pytest.param(at(1, 11), at(1, 16), [("language-gone", "en")], id="the other one"),
        pytest.param(at(1, 11), at(1, 15), [("language-gone", "en")], id="the other is late, too"),
        pytest.param(at(1, 11), at(1, 11, 30), [("silent", "")], id="the other stopped a little later"),
    ],
)
def test_one_language_is_gone_or_all_are_silent(
    english: datetime, chinese: datetime, found: list[tuple[str, str]]
) -> None:
    now = at(1, 17)
    languages = {"en": heard(english, now, WEEK), "zh-Hant": heard(chinese, now, WEEK)}
    assert [(fault.name, fault.where) for fault in judge(languages, now, ZONE)] == found


def test_a_gone_language_stays_gone_when_the_other_stops_later() -> None:
    now = at(4, 17)
    languages = {"en": heard(at(4, 10), now, WEEK), "zh-Hant": heard(at(1, 11), now, WEEK)}
    assert [fault.name for fault in judge(languages, now, ZONE)] == ["silent", "language-gone"]


@pytest.mark.parametrize(
    ("yesterday", "now", "expected", "told"),
    [
        pytest.param(2, at(2, 9), Expected(), False, id="a tenth of the fewest"),
        pytest.param(1, at(2, 9), Expected(), True, id="less than a tenth"),
        pytest.param(0, at(6, 9), Expected(), False, id="a weekday that never had ten"),
        pytest.param(1, at(2, 0, 30), Expected(), False, id="right after midnight"),
        pytest.param(4, at(2, 9), Expected(per_day=5), True, id="less than the config expects"),
        pytest.param(5, at(2, 9), Expected(per_day=5), False, id="as the config expects"),
        pytest.param(0, at(2, 9), Expected(per_day=0), False, id="the config expects none"),
    ],
)
def test_too_few_yesterday(yesterday: int, now: datetime, expected: Expected, told: bool) -> None:  # noqa: FBT001 - of the table
    assert (judge_few(LEARNED, yesterday, now, ZONE, expected) is not None) == told


def test_a_silent_language_is_not_told_to_have_few_releases_as_well() -> None:
    one = msgspec.structs.replace(heard(at(1, 11), at(1, 17), WEEK), yesterday=0)
    assert [fault.name for fault in judge({"en": one}, at(1, 17), ZONE)] == ["silent"]
    well = msgspec.structs.replace(heard(at(1, 17), at(1, 17), WEEK), yesterday=0)
    assert [(fault.name, fault.where) for fault in judge({"en": well}, at(1, 17), ZONE)] == [("few", "en")]


moments = st.lists(st.integers(0, 57 * 24 * 60), max_size=150)


@given(moments, st.integers(0, 40 * 24 * 60), st.sampled_from(["Asia/Hong_Kong", "Europe/Brussels", "Asia/Kathmandu"]))
def test_any_times_can_be_learned_and_kept_and_a_longer_silence_is_never_less_missed(
    minutes: list[int], later: int, name: str
) -> None:
    zone, now = ZoneInfo(name), datetime(2026, 4, 10, 7, 3, tzinfo=UTC)
    times = [now - timedelta(minutes=one) for one in minutes]
    rhythm = learn(times, now, zone)
    assert msgspec.json.decode(msgspec.json.encode(rhythm), type=Rhythm) == rhythm
    assert rhythm == learn(times[::-1], now, zone)
    if rhythm.longest:
        assert len(rhythm.longest) == len(rhythm.rates) == 168
        last = max(times)
        assert judge_silence(rhythm, last, last + timedelta(minutes=30), zone) is None
        told = judge_silence(rhythm, last, now + timedelta(minutes=later), zone)
        assert told is None or judge_silence(rhythm, last, now + timedelta(minutes=later, weeks=4), zone)


def alarms(times: list[datetime], start: date, days: int) -> int:
    """How often a source is taken for silent that is asked every hour and is not."""
    count, silent_ = 0, False
    for number in range(days):
        midnight = datetime.combine(start + timedelta(days=number), time(), ZONE)
        rhythm = learn([one for one in times if one < midnight], midnight, ZONE)
        for hour_ in range(24):
            now = midnight + timedelta(hours=hour_)
            known = [one for one in times if one <= now]
            since = _counter(known)
            told = judge_silence(rhythm, known[-1], now, ZONE, since=since) is not None
            count, silent_ = count + (told and not silent_), told
    return count


def _counter(known: list[datetime]) -> Callable[[datetime], int]:
    return lambda moment: sum(moment <= one for one in known)


def test_a_month_with_the_lunar_new_year_is_no_fault() -> None:
    """The figures for whole years are those of tests/bench/rhythm.py."""
    times = [one for one in office.office(Random(2)) if one > datetime(2025, 12, 1, tzinfo=UTC)]
    assert alarms(times, date(2026, 2, 9), 18) == 0

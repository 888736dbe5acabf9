from __future__ import annotations

import re
from calendar import monthrange
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from feedpub.cron import Cron, parse

EVERY_DAY = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def cron(line: str) -> Cron:
    found = parse(line)
    assert isinstance(found, Cron)
    return found


def test_five_stars_allow_every_minute() -> None:
    assert cron("* * * * *") == Cron(
        tuple(range(60)), tuple(range(24)), tuple(range(1, 32)), tuple(range(1, 13)), EVERY_DAY, either_day=False
    )


@pytest.mark.parametrize(
    ("field", "minutes"),
    [
        ("0", (0,)),
        ("59", (59,)),
        ("05", (5,)),
        ("0-3", (0, 1, 2, 3)),
        ("5-5", (5,)),
        ("*/20", (0, 20, 40)),
        ("*/7", (0, 7, 14, 21, 28, 35, 42, 49, 56)),
        ("*/60", (0,)),
        ("10-20/5", (10, 15, 20)),
        ("10-21/5", (10, 15, 20)),
        ("50/5", (50, 55)),
        ("1,2,40", (1, 2, 40)),
        ("40,1,2,1", (1, 2, 40)),
        ("*/30,15", (0, 15, 30)),
        ("0-2,58-59", (0, 1, 2, 58, 59)),
    ],
)
def test_a_field_is_a_number_a_range_a_step_or_a_list_of_them(field: str, minutes: tuple[int, ...]) -> None:
    assert cron(f"{field} * * * *").minute == minutes


def test_each_field_has_its_place_and_its_own_limits() -> None:
    line = cron("59 23 31 12 6")
    assert (line.minute, line.hour, line.day, line.month, line.day_of_week) == ((59,), (23,), (31,), (12,), ("sat",))
    line = cron("0 0 1 1 0")
    assert (line.minute, line.hour, line.day, line.month, line.day_of_week) == ((0,), (0,), (1,), (1,), ("sun",))


def test_months_have_names_in_any_case() -> None:
    assert cron("0 0 1 jan,Mar,DEC *").month == (1, 3, 12)
    assert cron("0 0 1 jun-aug *").month == (6, 7, 8)


def test_weekdays_have_names_in_any_case() -> None:
    assert cron("0 0 * * mon-FRI").day_of_week == ("mon", "tue", "wed", "thu", "fri")
    assert set(cron("0 0 * * Sat,sun").day_of_week) == {"sat", "sun"}


@pytest.mark.parametrize("sunday", ["0", "7", "sun", "0,7"])
def test_0_and_7_are_sunday(sunday: str) -> None:
    assert cron(f"0 0 * * {sunday}").day_of_week == ("sun",)


def test_a_range_of_weekdays_may_end_with_sunday() -> None:
    assert set(cron("0 0 * * 5-7").day_of_week) == {"fri", "sat", "sun"}


def test_no_weekday_is_told_twice() -> None:
    assert sorted(cron("0 0 * * 0-7").day_of_week) == sorted(EVERY_DAY)


@pytest.mark.parametrize(
    ("alias", "line"),
    [
        ("@hourly", "0 * * * *"),
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
    ],
)
def test_an_alias_is_the_line_that_it_stands_for(alias: str, line: str) -> None:
    assert parse(alias) == parse(line)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("30s", timedelta(seconds=30)),
        ("10m", timedelta(minutes=10)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
        ("90M", timedelta(minutes=90)),
        ("10 m", timedelta(minutes=10)),
        ("10 minutes", timedelta(minutes=10)),
        ("10min", timedelta(minutes=10)),
        ("every 2 hours", timedelta(hours=2)),
        ("Every 1 day", timedelta(days=1)),
        ("  10m  ", timedelta(minutes=10)),
    ],
)
def test_an_interval_is_a_number_and_a_unit(written: str, meant: timedelta) -> None:
    assert parse(written) == meant


@pytest.mark.parametrize(
    ("line", "either"),
    [
        ("0 0 1 * 1", True),
        ("0 0 1-31 * 0-6", True),
        ("0 0 * * 1", False),
        ("0 0 1 * *", False),
        ("0 0 * * *", False),
        # crontab(5): a field that begins with a star restricts nothing, whatever follows.
        ("0 0 */2 * 1", False),
        ("0 0 1 * */2", False),
    ],
)
def test_two_restricted_days_mean_either_of_them(line: str, either: bool) -> None:  # noqa: FBT001 - a table's column
    assert cron(line).either_day is either


@pytest.mark.parametrize("spaced", ["0  0\t1 * *", " 0 0 1 * * "])
def test_white_space_between_the_fields_is_free(spaced: str) -> None:
    assert parse(spaced) == parse("0 0 1 * *")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", '"" has 0 fields, a cron line has 5'),
        ("*/10", '"*/10" has 1 field, a cron line has 5'),
        ("*/10 * * *", '"*/10 * * *" has 4 fields, a cron line has 5'),
        ("0 0 0 * * *", '"0 0 0 * * *" has 6 fields, a cron line has 5'),
        ("@fortnightly", '"@fortnightly" has 1 field, a cron line has 5'),
        ("60 * * * *", '"60" is not a minute; expected 0 to 59'),
        ("* 24 * * *", '"24" is not a hour; expected 0 to 23'),
        ("* * 0 * *", '"0" is not a day; expected 1 to 31'),
        ("* * 32 * *", '"32" is not a day; expected 1 to 31'),
        ("* * * 0 *", '"0" is not a month; expected 1 to 12'),
        ("* * * 13 *", '"13" is not a month; expected 1 to 12'),
        ("* * * foo *", '"foo" is not a month'),
        ("* * * * 8", '"8" is not a day of week; expected 0 to 7'),
        ("* * * * xyz", '"xyz" is not a day of week'),
        ("mon * * * *", '"mon" is not a minute'),
        ("-1 * * * *", '"-1" is not a minute'),
        ("5- * * * *", '"5-" is not a minute'),
        ("1,,2 * * * *", '"" is not a minute'),
        ("1.5 * * * *", '"1.5" is not a minute'),
        ("*/0 * * * *", '"*/0" never comes'),
        ("*/00 * * * *", '"*/00" never comes'),
        ("5-1 * * * *", '"5-1" never comes'),
        ("*/-5 * * * *", '"*/-5" is not a minute'),
        ("*-5 * * * *", '"*-5" is not a minute'),
        ("0m", "at least one second"),
        ("0 hours", "at least one second"),
        ("every minute", "has 2 fields, a cron line has 5"),
    ],
)
def test_a_line_that_is_none_is_told_with_what_was_expected(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        parse(line)


@pytest.mark.parametrize("line", ["9" * 30 + "d", "9" * 5000 + "s", "99999999999 h"])
def test_an_interval_that_no_calendar_holds_is_told_as_one(line: str) -> None:
    with pytest.raises(ValueError, match="interval"):
        parse(line)


@pytest.mark.parametrize("line", ["¹ * * * *", "٣ * * * *", "三 * * * *", "*/² * * * *"])
def test_digits_of_other_scripts_never_end_in_anything_but_values_or_a_complaint(line: str) -> None:
    try:
        found = parse(line)
    except ValueError as problem:
        assert "minute" in str(problem)  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(found, Cron)


@pytest.mark.parametrize("line", ["0 0 1 junk *", "0 0 * * month"])
def test_a_word_that_only_begins_like_a_name_is_no_name(line: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        parse(line)


@pytest.mark.parametrize("line", ["1 month", "500 ms", "2 hens", "every 5 dogs"])
def test_a_word_that_only_begins_like_a_unit_is_no_unit(line: str) -> None:
    with pytest.raises(ValueError, match="fields"):
        parse(line)


@pytest.mark.parametrize("line", ["0 0 31 2 *", "0 0 30 feb *", "0 0 31 4,6,9,11 *"])
def test_a_day_that_no_month_of_the_line_has_never_comes(line: str) -> None:
    with pytest.raises(ValueError, match="never comes"):
        parse(line)


LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


@st.composite
def parts(draw: st.DrawFn, low: int, high: int) -> tuple[str, frozenset[int]]:
    """One part of a field, and by brute force what it allows."""
    first = draw(st.integers(low, high))
    last = draw(st.integers(first, high))
    step = draw(st.integers(1, high + 1))
    shape = draw(st.sampled_from(["*", "a", "a-b", "*/n", "a/n", "a-b/n"]))
    text = shape.replace("a", str(first)).replace("b", str(last)).replace("n", str(step))
    start = low if "*" in shape else first
    end = last if "b" in shape else first if shape == "a" else high
    pace = step if "n" in shape else 1
    return text, frozenset(
        value for value in range(low, high + 1) if start <= value <= end and not (value - start) % pace
    )


@st.composite
def fields(draw: st.DrawFn, low: int, high: int) -> tuple[str, frozenset[int]]:
    drawn = draw(st.lists(parts(low, high), min_size=1, max_size=3))
    return ",".join(text for text, _ in drawn), frozenset().union(*(values for _, values in drawn))


@given(st.tuples(*(fields(low, high) for low, high in LIMITS)))
def test_a_line_allows_what_a_brute_force_reading_of_it_allows(drawn: tuple[tuple[str, frozenset[int]], ...]) -> None:
    minute, hour, day, month, week = (values for _, values in drawn)
    line = " ".join(text for text, _ in drawn)
    assume(min(day) <= max(monthrange(2024, number)[1] for number in month))
    found = cron(line)
    assert set(found.minute) == minute
    assert set(found.hour) == hour
    assert set(found.day) == day
    assert set(found.month) == month
    assert set(found.day_of_week) == {EVERY_DAY[number % 7] for number in week}
    assert list(found.minute) == sorted(found.minute)


@given(st.text(max_size=30))
def test_any_text_is_a_schedule_or_a_value_error(text: str) -> None:
    try:
        found = parse(text)
    except ValueError as problem:
        assert str(problem)  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(found, Cron | timedelta)

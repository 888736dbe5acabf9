"""Dates as pages, lists and feeds write them."""

from __future__ import annotations

import locale
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from feedpub.collect import dateformats
from feedpub.collect.dates import is_day, parse

HK = ZoneInfo("Asia/Hong_Kong")
LISBON = ZoneInfo("Europe/Lisbon")


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=HK)  # type: ignore[misc,arg-type]  # year, month, day and what follows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # ISO 8601 and RFC 3339, and other years that come first
        ("2026-11-26", at(2026, 11, 26)),
        ("2026-11-26T09:30", at(2026, 11, 26, 9, 30)),
        ("2026-11-26T09:30:15.250+08:00", at(2026, 11, 26, 9, 30, 15)),
        ("2026-11-26T09:30:00Z", at(2026, 11, 26, 17, 30)),
        ("2026-11-26T20:00:00-0500", at(2026, 11, 27, 9, 0)),
        ("2026/11/26 16:30", at(2026, 11, 26, 16, 30)),
        ("2026.11.6", at(2026, 11, 6)),
        # RFC 822
        ("Thu, 26 Nov 2026 09:30:00 GMT", at(2026, 11, 26, 17, 30)),
        ("26 Nov 2026 09:30 +0800", at(2026, 11, 26, 9, 30)),
        # English
        ("November 26, 2026 4:30 pm", at(2026, 11, 26, 16, 30)),
        ("Nov. 26th, 2026, at 4 p.m.", at(2026, 11, 26, 16)),
        ("4.30pm, 26 November 2026", at(2026, 11, 26, 16, 30)),
        ("12:05 a.m. on November 26, 2026", at(2026, 11, 26, 0, 5)),
        ("Published: 26 November 2026 | Press Office, 3 Mill Lane", at(2026, 11, 26)),
        ("26-Nov-2026", at(2026, 11, 26)),
        # Chinese
        ("2026年11月26日（星期四）下午4時30分", at(2026, 11, 26, 16, 30)),
        ("二○二六年十一月二十六日上午九時半", at(2026, 11, 26, 9, 30)),
        ("二〇二六年十一月廿六日", at(2026, 11, 26)),
        ("發布日期：２０２６年１１月２６日　１６：３０", at(2026, 11, 26, 16, 30)),  # noqa: RUF001 - full-width digits
        ("2026年11月26日 上午12:05", at(2026, 11, 26, 0, 5)),
        ("2026年11月26日 16时30分", at(2026, 11, 26, 16, 30)),
        ("2026年11月26日16:30 (GMT+8)", at(2026, 11, 26, 16, 30)),
        # French and Portuguese
        ("Le 26 novembre 2026 à 16 h 30", at(2026, 11, 26, 16, 30)),
        ("1er décembre 2026", at(2026, 12, 1)),
        ("26 de Novembro de 2026, 16h05", at(2026, 11, 26, 16, 5)),
        # What is no date is passed over
        ("No. 2026-13-40 of 2026-11-26", at(2026, 11, 26)),
        ("31 February 2026, corrected on 1 March 2026", at(2026, 3, 1)),
        # A number between a date and a time: the time may be of something else
        ("2026-11-26, Room 4, 16:30", at(2026, 11, 26)),
        ("2026-11-26 25:61", at(2026, 11, 26)),
    ],
)
def test_what_is_understood_without_a_format(text: str, expected: datetime) -> None:
    assert parse(text, (), HK) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "01/02/2026",
        "1.7.2018",
        "02-01-26",
        "26/11",
        "November 2026",
        "2026",
        "20261126",
        "16:30",
        "十一月二十六日",
        "昨日",
        "0001-01-01T00:00:00+08:00",
    ],
)
def test_what_could_be_two_dates_or_is_none_is_none(text: str) -> None:
    assert parse(text, (), HK) is None


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("01/02/2026", ["%d/%m/%Y"], at(2026, 2, 1)),
        ("01/02/2026", ["%m/%d/%Y"], at(2026, 1, 2)),
        ("Posted on 1.7.2018.", ["%d.%m.%Y"], at(2018, 7, 1)),
        ("05/11/26 4:30 PM", ["%d/%m/%y %I:%M %p"], at(2026, 11, 5, 16, 30)),
        ("05/11/26 12:30 AM", ["%d/%m/%y %I:%M %p"], at(2026, 11, 5, 0, 30)),
        ("5 févr. 2026", ["%d %b %Y"], at(2026, 2, 5)),
        ("Thursday 26\u00a0NOVEMBER 2026", ["%A %d %B %Y"], at(2026, 11, 26)),
        ("20261104_140809_185", ["%Y%m%d_%H%M%S"], at(2026, 11, 4, 14, 8, 9)),
        ("20261104", ["%Y%m%d"], at(2026, 11, 4)),
        ("2026-11-04T14:08:09+0000", ["%Y-%m-%dT%H:%M:%S%z"], at(2026, 11, 4, 22, 8, 9)),
        ("1795600000", ["%s"], datetime.fromtimestamp(1795600000, UTC)),
        ("100 % on 26/11/2026", ["%% on %d/%m/%Y"], at(2026, 11, 26)),
        # The first format that fits; else what is understood anyway
        ("26/11/2026", ["%Y/%m/%d", "%d/%m/%Y"], at(2026, 11, 26)),
        ("November 26, 2026", ["%d/%m/%Y"], at(2026, 11, 26)),
        # A day by a format, the time beside it
        ("26/11/2026 16:30", ["%d/%m/%Y"], at(2026, 11, 26, 16, 30)),
        # No part of a longer number, and the next that is a date
        ("99/99/2026 and 12/11/2026", ["%d/%m/%Y"], at(2026, 11, 12)),
        ("126/11/20261", ["%d/%m/%Y"], None),
    ],
)
def test_formats_of_a_config(text: str, formats: list[str], expected: datetime | None) -> None:
    assert parse(text, formats, HK) == expected


def test_naive_times_are_in_the_zone_and_the_result_is_too() -> None:
    winter, summer = parse("2026-01-26 12:00", (), LISBON), parse("2026-07-26 12:00", (), LISBON)
    assert winter is not None
    assert summer is not None
    assert (winter.utcoffset(), summer.utcoffset()) == (timedelta(), timedelta(hours=1))
    told = parse("2026-07-26T12:00:00+08:00", (), LISBON)
    assert told == datetime(2026, 7, 26, 5, tzinfo=LISBON)
    assert told.tzinfo is LISBON


def test_only_midnight_is_a_day() -> None:
    assert is_day(at(2026, 11, 26))
    assert not is_day(at(2026, 11, 26, 0, 1))


@pytest.mark.parametrize("name", ["fr_FR.UTF-8", "zh_TW.UTF-8"])
def test_the_locale_of_the_process_does_not_matter(name: str) -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        locale.setlocale(locale.LC_TIME, name)
    except locale.Error:
        pytest.skip("this machine has no such locale")
    try:
        assert parse("26 November 2026 4:30 PM", ["%d %B %Y %I:%M %p"], HK) == at(2026, 11, 26, 16, 30)
    finally:
        locale.setlocale(locale.LC_TIME, before)


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ("%d %Q %Y", '"%Q" is not known'),
        ("%d/%m", "does not tell a day"),
        ("%H:%M", "does not tell a day"),
        ("%d/%m/%Y %d", 'has "%d" twice'),
        ("%d/%m/%Y%", 'ends in "%"'),
    ],
)
def test_a_format_that_cannot_tell_a_day_is_refused(given_: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^date_formats: ") as refused:
        dateformats.check("date_formats", given_)
    assert said in str(refused.value)


def test_formats_that_tell_a_day_are_taken() -> None:
    for one in ("%s", "%Y%m%d", "%A, %d. %b %y", "%d/%m/%Y at %I:%M %p %Z 100%%"):
        dateformats.check("date_formats", one)


_FORMATS = ("%Y-%m-%d %H:%M", "%d/%m/%Y %I:%M %p", "%d %B %Y %H:%M", "%b %d, %Y %H:%M", "%Y%m%d%H%M")


@given(
    some.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2099, 12, 31)),  # noqa: DTZ001 - a clock on the wall
    some.sampled_from(_FORMATS),
    some.sampled_from(["", "Issued: ", "（發稿時間）", "Ref. A/7 – "]),
)
def test_what_strftime_writes_is_read_again_anywhere_in_a_text(moment: datetime, how: str, lead: str) -> None:
    zone = timezone(timedelta(hours=8))
    wanted = moment.replace(second=0, microsecond=0, tzinfo=zone)
    assert parse(f"{lead}{moment.strftime(how)} | Press", [how], zone) == wanted


@given(some.dates(min_value=date(1970, 1, 1), max_value=date(2099, 12, 31)), some.sampled_from(["en", "zh", "digits"]))
def test_every_day_is_read_as_people_write_it(day: date, how: str) -> None:
    numerals = "〇一二三四五六七八九"
    tens = ["", "十", "二十", "三十"]

    def han(number: int) -> str:
        return tens[number // 10] + (numerals[number % 10] if number % 10 else "")

    written = {
        "en": f"{day:%A, %B} {day.day}, {day.year}",
        "zh": f"{''.join(numerals[int(one)] for one in str(day.year))}年{han(day.month)}月{han(day.day)}日",
        "digits": f"{day.year}年{day.month}月{day.day}日",
    }[how]
    assert parse(written, (), HK) == datetime(day.year, day.month, day.day, tzinfo=HK)


@given(some.text(max_size=80))
def test_any_text_gives_a_date_in_the_zone_or_none(text: str) -> None:
    found = parse(text, ["%d/%m/%y"], HK)
    assert found is None or found.tzinfo is HK

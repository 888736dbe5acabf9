"""The day that a file's name or a text tells."""

from __future__ import annotations

from datetime import date

import pytest

from feedpub.collect.files.textdates import in_file_name, in_text
from feedpub.languages import LANGUAGES

_TODAY = date(2026, 12, 10)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2026-11-17-drill.txt", date(2026, 11, 17)),
        ("drill 2026.11.7.txt", date(2026, 11, 7)),
        ("2026_11_17.md", date(2026, 11, 17)),
        ("20261117_drill.md", date(2026, 11, 17)),
        ("P2026111700356.html", date(2026, 11, 17)),
        ("P201209040321.html", date(2012, 9, 4)),
        ("2026-02-30-and-2026-03-01.txt", date(2026, 3, 1)),
        ("2024-02-29.txt", date(2024, 2, 29)),
        ("2026-02-29.txt", None),
        ("drill.txt", None),
        ("drill-120261117.txt", None),
        ("2026.txt", None),
        ("pr-2026-0418-en.md", None),
        ("", None),
    ],
)
def test_a_file_name_may_hold_a_date(name: str, day: date | None) -> None:
    assert in_file_name(name) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("signed today (December 3) the agreement", date(2026, 12, 3)),
        ("signed this afternoon (December 3)", date(2026, 12, 3)),
        ("signed on December 3, 2025, in Saltmarsh", date(2025, 12, 3)),
        ("signed on December 3 2025", date(2025, 12, 3)),
        ("signed on 3 December 2025", date(2025, 12, 3)),
        ("signed on the 3rd Dec. 2025", date(2025, 12, 3)),
        ("SIGNED ON DECEMBER 3RD", date(2026, 12, 3)),
        ("signed on Sept. 30", date(2026, 9, 30)),
        ("signed on December\n3", date(2026, 12, 3)),
        ("on December 10", date(2026, 12, 10)),
        ("signed in December 2025", None),
        ("on December 32", None),
        ("on February 30", None),
        ("no date at all", None),
        ("", None),
    ],
)
def test_english_dates(text: str, day: date | None) -> None:
    assert in_text(text, LANGUAGES["en"], _TODAY) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("今日（十二月三日）簽署協議", date(2026, 12, 3)),
        ("今晚(十二月三日)簽署協議", date(2026, 12, 3)),
        ("二○二五年十二月三日簽署", date(2025, 12, 3)),
        ("二〇二五年十二月廿三日簽署", date(2025, 12, 23)),
        ("2025年12月3日簽署", date(2025, 12, 3)),
        ("２０２５年１２月３日簽署", date(2025, 12, 3)),
        ("十月十日簽署", date(2026, 10, 10)),
        ("十一月三十日簽署", date(2026, 11, 30)),
        ("五月三十一號簽署", date(2026, 5, 31)),
        ("五月卅一日簽署", date(2026, 5, 31)),
        ("十三月三日", None),
        ("二月三十日", None),
        ("十二個月內", None),
        ("", None),
    ],
)
def test_chinese_dates(text: str, day: date | None) -> None:
    assert in_text(text, LANGUAGES["zh-Hant"], _TODAY) == day


@pytest.mark.parametrize(("language", "text"), [("en", "on December {}"), ("zh-Hant", "十二月{}日")])
def test_a_date_without_a_year_is_the_latest_such_day_that_is_not_in_the_future(language: str, text: str) -> None:
    row = LANGUAGES[language]
    assert in_text(text.format(9), row, _TODAY) == date(2026, 12, 9)
    assert in_text(text.format(10), row, _TODAY) == date(2026, 12, 10)
    assert in_text(text.format(11), row, _TODAY) == date(2025, 12, 11)


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2026, 12, 10), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2024, 2, 29)),
        (date(2024, 2, 28), date(2020, 2, 29)),
        (date(2104, 2, 28), date(2096, 2, 29)),  # 2100 was no leap year.
    ],
)
def test_29_february_is_looked_for_in_leap_years(today: date, day: date) -> None:
    assert in_text("today (February 29)", LANGUAGES["en"], today) == day
    assert in_text("今日（二月二十九日）", LANGUAGES["zh-Hant"], today) == day


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "From January 5, 2027, until then as since December 3, 2026."),
        ("zh-Hant", "由二○二七年一月五日起，取代二○二六年十二月三日的安排。"),
    ],
)
def test_a_past_date_counts_and_a_future_one_does_not(language: str, text: str) -> None:
    assert in_text(text, LANGUAGES[language], _TODAY) == date(2026, 12, 3)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Following the drill of November 17, the Warden today (December 3) thanked all."),
        ("zh-Hant", "就十一月十七日的演習，署長今日（十二月三日）感謝各人。"),
    ],
)
def test_the_day_that_is_called_today_counts_before_an_earlier_one_in_the_text(language: str, text: str) -> None:
    assert in_text(text, LANGUAGES[language], _TODAY) == date(2026, 12, 3)


@pytest.mark.parametrize("text", ["the codec 5 is out", "Omar 3 and Trojan 4 won", "to his dismay 4 boats sank"])
def test_the_end_of_a_word_is_no_month(text: str) -> None:
    assert in_text(text, LANGUAGES["en"], _TODAY) is None

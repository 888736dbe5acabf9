"""Figures of English texts: numbers and times of day in every spelling that texts use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.figures import english

_LONG = 100_000


def _figures(text: str) -> list[str]:
    return [figure for figure, _ in english.read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234,567 gulls", "1234567"),
        ("25 000 gulls", "25000"),
        ("1\u00a0000\u00a0000 gulls", "1000000"),
        ("$33.2 million", "33200000"),
        ("$1.5bn", "1500000000"),
        ("10mn", "10000000"),
        ("4,500 thousand", "4500000"),
        ("two hundred", "200"),
        ("Forty-five", "45"),
        ("twelve", "12"),
        ("the third pier", "3"),
        ("the 21st pier", "21"),
        ("twice", "2"),
        ("1.50", "1.5"),
        ("007", "7"),
        ("0.0", "0"),
        ("call 2345 6789.", "23456789"),
        ("12 per cent", "12"),
        ("24-hour", "24"),
    ],
)
def test_a_number_has_one_spelling(text: str, expected: str) -> None:
    assert _figures(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5.30pm", "17:30"),
        ("5.30 p.m.", "17:30"),
        ("9am", "09:00"),
        ("9:05 A.M.", "09:05"),
        ("12.30am", "00:30"),
        ("12pm", "12:00"),
        ("17:30", "17:30"),
        ("24:00", "00:00"),
        ("at noon", "12:00"),
        ("Midnight", "00:00"),
    ],
)
def test_a_time_of_day_is_on_a_clock_of_24_hours(text: str, expected: str) -> None:
    assert _figures(text) == [expected]


@pytest.mark.parametrize("text", ["", "v2", "A5N1", "tenants", "someone", "seconds", "5.75pm", "25:00", "²", "9" * 30])
def test_what_is_no_figure_is_not_read(text: str) -> None:
    assert _figures(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("12 noon", ["12:00"]),
        pytest.param("12km", ["12"]),
        pytest.param("the 1990s", ["1990"]),
        pytest.param("1,500m", ["1500"]),
        pytest.param("twenty-first", ["21"]),
        pytest.param("fifteenth", ["15"]),
        pytest.param("five hundred thousand", ["500000"]),
        pytest.param("one hundred and five", ["105"]),
    ],
)
def test_a_figure_is_read_whole(text: str, expected: list[str]) -> None:
    assert _figures(text) == expected


def test_figures_have_their_places_times_first() -> None:
    assert list(english.read("All 12 boats left at 5pm, 3 late")) == [("17:00", 21), ("12", 4), ("3", 26)]


@pytest.mark.parametrize(("text", "expected"), [("12", 12), ("012", 12), ("", 0), ("x", 0), ("1.5", 0), ("²", 0)])
def test_a_whole_number_is_read_and_anything_else_is_0(text: str, expected: int) -> None:
    assert english.number(text) == expected


def test_a_whole_number_of_any_length_does_not_raise() -> None:
    english.number("9" * 5000)


@given(st.integers(0, 10**15), st.sampled_from([",", " ", "\u00a0", ""]))
def test_a_number_with_separators_is_read_back(number: int, separator: str) -> None:
    assert _figures(f"about {number:,} gulls".replace(",", separator)) == [str(number)]


@given(st.text(st.one_of(st.sampled_from("0123456789,.: ٣²½\u3000apmon-"), st.characters())))
def test_no_text_raises_and_places_are_in_it(text: str) -> None:
    assert all(0 <= place < len(text) for _, place in english.read(text))


@pytest.mark.parametrize("piece", ["9", "٣", "²", " ", "9 ", "9,", "999,", "9.", "9 999", "9:", "one ", "twenty-"])
def test_a_long_run_is_read_in_linear_time(piece: str) -> None:
    for _ in english.read("1" + piece * (_LONG // len(piece))):
        pass

"""Figures of French texts: numbers and times of day in every spelling that texts use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.figures import english, french


def _figures(text: str) -> list[str]:
    return [figure for figure, _ in french.read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 234 567 goélands", "1234567"),
        ("14\u00a0000 oiseaux", "14000"),
        ("14\u202f000 oiseaux", "14000"),
        ("2,3 %", "2.3"),
        ("1 234,50 $", "1234.5"),
        ("24,5 millions de dollars", "24500000"),
        ("41,8 milliards", "41800000000"),
        ("25 M$", "25000000"),
        ("1,2\u00a0G$", "1200000000"),
        ("un million", "1000000"),
        ("deux cent mille", "200000"),
        ("Vingt et un", "21"),
        ("soixante et onze", "71"),
        ("soixante-dix-sept", "77"),
        ("quatre-vingt-dix-neuf", "99"),
        ("quatre-vingts", "80"),
        ("deux cent cinquante", "250"),
        ("trois mille deux cents", "3200"),
        ("la première fois", "1"),
        ("la 3e édition", "3"),
        ("la 1re édition", "1"),
        ("le 21ᵉ siècle", "21"),
        ("90 km/h", "90"),
        ("24 heures", "24"),
    ],
)
def test_a_number_has_one_spelling(text: str, expected: str) -> None:
    assert _figures(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14 h 30", "14:30"),
        ("14\u00a0h\u00a005", "14:05"),
        ("9h", "09:00"),
        ("à 16 heures", "16:00"),
        ("17:30", "17:30"),
        ("à midi", "12:00"),
        ("Minuit", "00:00"),
    ],
)
def test_a_time_of_day_is_on_a_clock_of_24_hours(text: str, expected: str) -> None:
    assert _figures(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("de 9 h à 17 h", ["09:00", "17:00"]),
        ("deux et trois", ["2", "3"]),
        ("613 555-0142", ["613", "555", "142"]),
        ("entre 15 et 30 ans", ["15", "30"]),
    ],
)
def test_what_stands_together_may_be_several_figures(text: str, expected: list[str]) -> None:
    assert _figures(text) == expected


@pytest.mark.parametrize("text", ["", "une entente", "la première ministre", "les Premières Nations", "A5N1", "9" * 30])
def test_what_is_no_figure_is_not_read(text: str) -> None:
    assert _figures(text) == []


@given(st.integers(min_value=0, max_value=10**12))
def test_a_number_in_digits_is_the_same_in_english(value: int) -> None:
    said = f"{value:,}"
    assert _figures(said.replace(",", "\u00a0")) == [figure for figure, _ in english.read(said)] == [str(value)]


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    assert all(0 <= place < len(text) for _, place in french.read(text))

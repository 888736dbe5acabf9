"""Figures of Portuguese texts as the government of Macao writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.figures import han, portuguese


def _figures(text: str) -> list[str]:
    return [figure for figure, _ in portuguese.read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234.567 patacas", "1234567"),
        ("10 000 patacas", "10000"),
        ("2,3%", "2.3"),
        ("200 mil visitantes", "200000"),
        ("2,3 mil milhões de patacas", "2300000000"),
        ("três mil milhões e duzentos milhões", "3200000000"),
        ("um milhão", "1000000"),
        ("Vinte e um", "21"),
        ("duzentas e cinquenta", "250"),
        ("dois mil e vinte e seis", "2026"),
        ("a primeira fase", "1"),
        ("a 3.ª edição", "3"),
        ("o 29.º Festival", "29"),
        ("tel. 2833 5555", "28335555"),
    ],
)
def test_a_number_has_one_spelling(text: str, expected: str) -> None:
    assert _figures(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17h30", "17:30"),
        ("9H00", "09:00"),
        ("às 15 horas", "15:00"),
        ("às 3 horas e 30 minutos da tarde", "15:30"),
        ("às 9 horas e meia", "09:30"),
        ("às 11:00 horas", "11:00"),
        ("meio-dia", "12:00"),
        ("à meia-noite", "00:00"),
    ],
)
def test_a_time_of_day_is_on_a_clock_of_24_hours(text: str, expected: str) -> None:
    assert _figures(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"), [("dois ou três", ["2", "3"]), ("Lei n.º 5/2026", ["5", "2026"]), ("2 e 3", ["2", "3"])]
)
def test_what_stands_together_may_be_several_figures(text: str, expected: list[str]) -> None:
    assert _figures(text) == expected


@pytest.mark.parametrize("text", ["", "uma reunião", "quarta-feira", "segunda-feira", "segundo a Direcção", "9" * 30])
def test_what_is_no_figure_is_not_read(text: str) -> None:
    assert _figures(text) == []


@pytest.mark.parametrize(
    ("text", "chinese"),
    [("2,3 mil milhões", "23億"), ("200 mil", "二十萬"), ("às 15 horas", "下午三時"), ("10.000", "1萬")],
)
def test_a_figure_is_the_same_in_chinese(text: str, chinese: str) -> None:
    assert _figures(text) == [figure for figure, _ in han.read(chinese)]


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    assert all(0 <= place < len(text) for _, place in portuguese.read(text))

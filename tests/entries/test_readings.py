"""How names sound: Chinese characters and their Cantonese spelling. All names are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.entries.readings import Readings
from feedpub.lore import lore

_READINGS = lore().readings["cantonese"]
_TABLE = Readings("# a comment\ncan\t陳\ntaai\t泰\nman\t文民\nhong\t行\nhang\t行\n\nnothing\n")


@pytest.mark.parametrize(
    ("characters", "spelled"),
    [
        ("陳泰文", "Chan Tai-man"),
        ("何寶珠", "Ho Po-chu"),
        ("盧永康", "Lo Wing-hong"),
        ("羅永康", "Lo Wing-hong"),
        ("吳志強", "Ng Chi-keung"),
        ("張子聰", "Cheung Tsz-chung"),
        ("謝詩敏", "Tse Sze-man"),
        ("許秀英", "Hui Sau-ying"),
        ("周家樂", "Chow Ka-lok"),
        ("袁淑儀", "Yuen Shuk-yee"),
        ("海棠街", "Hoi Tong Street"),
        ("雙魚街", "Sheung Yue Street"),
        ("觀水路", "Kwun Shui Road"),
        ("古松街", "Kwu Chung Street"),
        ("翠竹邨", "Tsui Chuk Estate"),
        ("金鳳樓", "Kam Fung House"),
        pytest.param("鄺文", "Kwong Man"),
        pytest.param("佘玉", "Sheh Yuk"),
        pytest.param("筲箕里", "Shau Kei Lane"),
        pytest.param("陳泰", "CHAN Tai"),
    ],
)
def test_a_name_sounds_like_its_spelling(characters: str, spelled: str) -> None:
    assert _READINGS.of_characters(characters) & _READINGS.of_names(f"Meet {spelled}.")


@pytest.mark.parametrize(("characters", "spelled"), [("陳泰文", "Ho Po-chu"), ("海棠街", "Kwun Shui Road")])
def test_other_names_sound_otherwise(characters: str, spelled: str) -> None:
    assert not _READINGS.of_characters(characters) & _READINGS.of_names(spelled)


def test_a_pair_is_in_order() -> None:
    assert not _TABLE.of_characters("泰陳") & _TABLE.of_names("Chan Tai")


def test_a_second_reading_counts_as_well() -> None:
    assert _TABLE.of_characters("行文") >= _TABLE.of_names("Hong Man") | _TABLE.of_names("Hang Man")


@pytest.mark.parametrize("text", ["", "Chan", "chan tai", "Chan, Tai", "Chan\nTai", "The Lamp Post"])
def test_what_is_no_name_of_syllables_has_no_sounds(text: str) -> None:
    assert not _TABLE.of_names(text)


def test_one_character_is_no_pair() -> None:
    assert not _TABLE.of_characters("陳")


def test_what_has_no_sound_makes_no_pair() -> None:
    assert not _TABLE.of_characters("，AB。")


@given(st.text())
def test_no_text_raises(text: str) -> None:
    _READINGS.of_characters(text)
    _READINGS.of_names(text)

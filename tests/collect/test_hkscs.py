"""Characters that old pages hold in the private use area come back."""

from __future__ import annotations

import pytest

from feedpub.collect.hkscs import restore

_AREAS = {0xFA: 0xE000, 0x8E: 0xE311, 0x81: 0xEEB8, 0xC6: 0xF6B1 - 63}
"""The first row of each user-defined area of Big5 and where Microsoft put its first column (0xC6 begins at 0xA1)."""


def _private(character: str) -> str:
    """Where a character of HKSCS stood before Unicode had it: by its Big5 code, in rows of 157."""
    row, trail = character.encode("big5hkscs")
    first = max((lead for lead in _AREAS if lead <= row), key=lambda lead: lead)
    column = trail - 0x40 if trail < 0x80 else trail - 0xA1 + 63
    return chr(_AREAS[first] + (row - first) * 157 + column)


@pytest.mark.parametrize(("private", "character"), [("\ue40c", "衞"), ("\ue2e5", "着")])
def test_characters_seen_in_real_pages_come_back(private: str, character: str) -> None:
    assert _private(character) == private
    assert restore(f"保{private}家園") == f"保{character}家園"


@pytest.mark.parametrize("character", ["邨", "踎", "嘅", "啲", "冚"])
def test_characters_of_cantonese_come_back(character: str) -> None:
    assert restore(_private(character)) == character


@pytest.mark.parametrize("character", ["の", "あ", "①", "ё"])
def test_characters_of_the_rows_c6_to_c8_come_back(character: str) -> None:
    # U+F6B1 to U+F848: Big5 C6A1 to C8FE, kana and circled numbers among them.
    assert restore(_private(character)) == character


def test_other_text_stays_as_it_is() -> None:
    text = "鹽沼 Saltmarsh 衞 30 005 \U0001f6f6"
    assert restore(text) == text


def test_a_private_character_that_hkscs_does_not_define_stays() -> None:
    stays = [code for code in range(0xE000, 0xF6B1) if restore(chr(code)) == chr(code)]
    assert stays
    assert restore(f"a{chr(stays[0])}b") == f"a{chr(stays[0])}b"


def test_two_private_characters_become_the_same_only_where_hkscs_had_one_twice() -> None:
    found = [restored for code in range(0xE000, 0xF6B1) if (restored := restore(chr(code))) != chr(code)]
    assert len(found) > 4600
    twice = {one for one in found if found.count(one) > 1}
    assert twice == set("嘅廐悤惞猪蠏覩鼗蔃鍮弌牐瑨靝瀞"), "later editions withdrew one code of each"

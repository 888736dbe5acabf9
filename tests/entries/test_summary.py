"""Summaries: whole sentences, else whole words, never half a character."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedpub.entries.text import first_sentences, shorten
from feedpub.languages import LANGUAGES, Language

_EN, _ZH = LANGUAGES["en"], LANGUAGES["zh-Hant"]
_ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
_FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
_CHARACTERS = {
    "a combining accent": "e\u0301",
    "two combining marks": "a\u0323\u0302",
    "a family joined by zero-width joiners": _FAMILY,
    "a hand with a skin tone": "\U0001f44b\U0001f3fd",
    "a flag of two letters": "\U0001f1ed\U0001f1f0",
    "a flag of tags": _ENGLAND,
    "a heart with a variation selector": "\u2764\ufe0f",
    "a keycap": "1\ufe0f\u20e3",
    "an ideograph with a variation selector": "\u845b\U000e0100",
    "a Devanagari vowel sign": "\u0915\u093f",
}


@pytest.mark.parametrize("character", _CHARACTERS.values(), ids=_CHARACTERS.keys())
@pytest.mark.parametrize("language", [_EN, _ZH], ids=["en", "zh-Hant"])
def test_a_cut_never_goes_through_a_character(character: str, language: Language) -> None:
    text = "x" * 3 + character * 4 + "y" * 30
    for limit in range(5, len(text)):
        short = first_sentences(text, language, limit)
        assert len(short) <= limit
        assert short.endswith("…")
        middle = short.removesuffix("…").removeprefix("xxx").rstrip("y")
        assert middle == character * (len(middle) // len(character)), f"limit {limit}"


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_a_row_of_flags_is_cut_between_flags(count: int) -> None:
    flag = "\U0001f1ed\U0001f1f0"
    short = shorten(flag * 10, count)
    assert short == flag * ((count - 1) // 2) + "…"


def test_a_text_that_fits_stays() -> None:
    assert first_sentences("A short one.", _EN, 12) == "A short one."
    assert first_sentences("", _EN, 12) == ""


def test_as_many_sentences_as_fit() -> None:
    text = "One is here. Two is here. Three is far longer than that."
    assert first_sentences(text, _EN, 30) == "One is here. Two is here."
    assert first_sentences(text, _EN, 25) == "One is here. Two is here."
    assert first_sentences(text, _EN, 24) == "One is here."


def test_chinese_sentences_need_no_space() -> None:
    text = "海堤今日啟用。市民可登堤觀海。其他安排將於稍後公布。"
    assert first_sentences(text, _ZH, 16) == "海堤今日啟用。市民可登堤觀海。"


@pytest.mark.parametrize(
    "text",
    [
        'She said, "It took eleven winters." Then she left for the lower town.',
        "She said that it took eleven winters (and one spring.) Then she left.",
    ],
)
def test_a_quotation_or_bracket_that_ends_a_sentence_belongs_to_it(text: str) -> None:
    short = first_sentences(text, _EN, len(text) - 5)
    assert text.startswith(short)
    assert short[-2:] in ('."', ".)")


def test_a_chinese_quotation_that_ends_a_sentence_belongs_to_it() -> None:
    assert first_sentences("她說：「花了十一個寒冬。」其後她離開灰鷺灣。", _ZH, 16) == "她說：「花了十一個寒冬。」"


@pytest.mark.parametrize(
    "text",
    [
        "It was opened by Mr. Smith of the Guild today. The rest follows in a long, long sentence here.",
        "It was opened by Prof. Marram of the Guild today. The rest follows in a long sentence here.",
        "It was opened at 9 a.m. on the pier by all today. The rest follows in a long sentence here.",
        "It was opened by J. R. Fenn of the Guild today. The rest follows in a long sentence here.",
        "It is at No. 12 in Lamp Street as of today. The rest follows in a long sentence here.",
        "It cost 3.5 million shells, they said today. The rest follows in a long sentence here.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str) -> None:
    assert first_sentences(text, _EN, 55).endswith("today.")
    assert first_sentences(text, _EN, 30).endswith("…")


def test_a_sentence_that_does_not_fit_is_cut_between_words() -> None:
    assert (
        first_sentences("The Harbour Warden announced that lamps will shine.", _EN, 30)
        == "The Harbour Warden announced…"
    )


def test_no_comma_or_open_bracket_stands_before_the_ellipsis() -> None:
    assert shorten("海堤啟用，市民可登堤", 6) == "海堤啟用…"
    assert shorten("The wall (open) is new", 11) == "The wall…"


_MARKS = [
    "\u0301",
    "\u200d",
    "\ufe0f",
    "\U0001f3fd",
    "\U0001f1ed",
    "\U0001f1f0",
    "\U000e0067",
    "。",
    "！",
    ".",
    " ",
    "，",
]


@settings(deadline=None, max_examples=150)
@given(st.text(st.sampled_from([*"aB字衞", *_MARKS, "\U0001f469", "\u2764"]), max_size=60), st.integers(1, 40))
@example("好！\ufe00" + "字" * 20, 5)
@example("Yes! No.\u0301 " + "x" * 20, 8)
@example("！\U0001f3fd", 1)
def test_a_summary_is_a_start_of_the_text_that_ends_with_a_whole_character(text: str, limit: int) -> None:
    for language in (_EN, _ZH):
        short = first_sentences(text, language, limit)
        assert len(short) <= limit
        kept = short if text.startswith(short) else short.removesuffix("…")
        assert text.startswith(kept)
        rest = text[len(kept) :]
        if kept and rest:
            assert unicodedata.category(rest[0]) not in ("Mn", "Me", "Mc"), "a mark was cut off its character"
            assert rest[0] not in "\u200d\ufe0f\U0001f3fd\U000e0067"
            assert kept[-1] != "\u200d"

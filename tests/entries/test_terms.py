"""Bilingual terms: tables, the longest match, inflection, acronyms, contrasts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.entries.terms import Terms, TermsError, fold, read_table
from feedpub.languages import LANGUAGES

_EN, _ZH = LANGUAGES["en"], LANGUAGES["zh-Hant"]
_TERMS = Terms(
    ["\ufeffen\tzh-Hant\n# a comment\nalarm fire|fire\t火警|火災\nLamp Services Department|LSD\t燈務署\nlamp\t燈火\n"],
    ["en\tzh-Hant\nopening\t開場\nclosing\t閉幕\n\nNorth Pier\t北碼頭\nSouth Pier\t南碼頭\n"],
)


def _found(text: str) -> list[str]:
    return [term for term, _ in _TERMS.find(fold(text, _EN), _EN)]


def test_the_longest_term_is_found() -> None:
    assert _found("An alarm fire, one lamp, the Lamp Services Department") == [
        "en: alarm  fir ",
        "en: lamp ",
        "en: lamp  servic  department ",
    ]


def test_a_term_is_whole_words() -> None:
    assert _found("The clampdown at the campfire") == []


def test_acronyms_are_case_sensitive() -> None:
    assert _found("LSD's lsd Lsd") == ["en: LSD "]


def test_a_chinese_term_is_found_without_spaces_and_simplified() -> None:
    assert _TERMS.find(fold("燈　務署說火警", _ZH), _ZH) == [("zh-Hant:灯务署", 0), ("zh-Hant:火警", 4)]
    assert _TERMS.find(fold("灯务署", _ZH), _ZH) == [("zh-Hant:灯务署", 0)]


def test_a_term_has_all_variants_of_the_other_language_as_translations() -> None:
    assert _TERMS.translations("en: fir ") == {"zh-Hant:火警", "zh-Hant:火灾"}
    assert _TERMS.translations("zh-Hant:火警") == {"en: fir ", "en: alarm  fir "}
    assert _TERMS.translations("en: unknown ") == frozenset()


def test_contrasts_are_sets_between_empty_lines() -> None:
    chosen = list(_TERMS.choices(fold("Closing of the North Pier", _EN), _EN))
    same = list(_TERMS.choices(fold("開場，南碼頭", _ZH), _ZH))
    assert [found for found, _, _ in chosen] == [found for found, _, _ in same]
    assert [term for _, term, _ in chosen] == ["en: clos ", "en: north  pier "]
    assert len({found for found, _, _ in chosen}) == 2
    assert [place for _, _, place in same] == [0, 3]


def test_contrasts_are_terms_too() -> None:
    assert _found("North Pier") == ["en: north  pier "]


def test_without_tables_nothing_is_found() -> None:
    assert Terms([""]).find(fold("fire", _EN), _EN) == []
    assert list(Terms([]).choices(fold("fire", _EN), _EN)) == []


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("xx\tzh-Hant\na\t甲乙", 'line 1: unknown language "xx"'),
        ("en zh-Hant\na\t甲乙", "line 1: unknown language"),
        ("en\tzh-Hant\na", "line 2: 1 cells"),
        ("en\tzh-Hant\n# c\n\na\t甲乙\tb", "line 4: 3 cells with tabs between them, expected 2"),
        pytest.param(
            "en\ten\na\tb",
            "line 1",
        ),
    ],
)
def test_a_table_that_cannot_be_read_says_where(table: str, message: str) -> None:
    with pytest.raises(TermsError, match=message):
        list(read_table(table))


def test_columns_may_be_in_any_order_and_cells_empty() -> None:
    rows = list(read_table("zh-Hant\ten\r\n甲乙 | 丙丁\tx\r\n\r\n\ty\r\n"))
    assert [(row.variants, row.block) for row in rows] == [
        ({"zh-Hant": ("甲乙", "丙丁"), "en": ("x",)}, 0),
        ({"en": ("y",)}, 1),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ferry", "ferries"),
        ("class", "classes"),
        ("stop", "stopped"),
        ("run", "running"),
        ("fall", "falling"),
        ("match", "matches"),
        ("boy", "boys’"),
        ("leave", "leaves"),
        *(
            pytest.param(one, other)
            for one, other in [
                ("bus", "buses"),
                ("box", "boxes"),
                ("tax", "taxes"),
                ("fire", "fired"),
                ("hurry", "hurried"),
                ("add", "adding"),
                ("speed", "speeding"),
                ("see", "seeing"),
                ("NGO", "NGOs"),
            ]
        ),
    ],
)
def test_an_inflected_word_has_the_stem_of_the_word(one: str, other: str) -> None:
    assert fold(one, _EN) == fold(other, _EN)


@pytest.mark.parametrize(("one", "other"), [("IT", "it"), ("news", "newt"), ("bus", "bu"), ("string", "str")])
def test_other_words_have_other_stems(one: str, other: str) -> None:
    assert fold(one, _EN) != fold(other, _EN)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    for language in (_EN, _ZH):
        folded = fold(text, language)
        assert all(0 <= place < len(folded) for _, place in _TERMS.find(folded, language))
        list(_TERMS.choices(folded, language))

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.entries.finder import Finder, Folded, fold, join, spellings
from feedpub.languages import LANGUAGES

EN, HANT = LANGUAGES["en"], LANGUAGES["zh-Hant"]


def found(text: str, *phrases: str, language: str = "en", overlapping: bool = False) -> list[str]:
    row = LANGUAGES[language]
    numbered = [(one, number) for number, phrase in enumerate(phrases) for one in spellings(phrase, row)]
    finder = Finder(numbered, overlapping=overlapping)
    return [phrases[number] for number, _, _ in finder.find(fold(text, row))]


def test_words_are_found_whole_whatever_their_case() -> None:
    assert found("Tax rises. A TAX! Syntax and taxi.", "tax") == ["tax", "tax"]


def test_the_longest_phrase_from_the_left_is_found() -> None:
    assert found("the housing authority", "housing", "housing authority", "authority") == ["housing authority"]
    assert found("衞生防護中心", "衞生", "衞生防護中心", language="zh-Hant") == ["衞生防護中心"]


def test_neighbours_are_both_found() -> None:
    assert found("public housing land sale", "public housing", "land sale") == ["public housing", "land sale"]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("three schools", "school"),
        ("the policies", "policy"),
        ("two bays", "bay"),
        ("bus and buses", "buses"),
        ("the churches", "church"),
        ("the fishermen", "fisherman"),
        ("the school's roof", "school"),
        ("the Schools’ roofs", "school"),
        ("cooperation", "co-operation"),
        ("co-operation", "co-operation"),
        ("co operation", "co-operation"),
        ("Food & drink", "food & drink"),
        ("“Quoted”", "quoted"),
        ("vaccinating", "vaccinat*"),
        ("flu-like", "flu"),
        ("Élan vital", "élan"),
    ],
)
def test_a_phrase_matches_its_forms(text: str, phrase: str) -> None:
    assert phrase in found(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("schooling", "school"),
        ("a revaccination", "vaccinat*"),
        ("first aid aids", "AIDS"),
        ("the who", "WHO"),
        ("health of the bureau", "health bureau"),
    ],
)
def test_a_phrase_does_not_match_other_words(text: str, phrase: str) -> None:
    assert found(text, phrase) == []


def test_capitals_decide_between_an_acronym_and_a_word() -> None:
    assert found("AIDS awareness and hearing aids", "AIDS", "aids") == ["AIDS", "aids"]
    assert found("多個NGO", "NGO", language="zh-Hant") == ["NGO"]
    assert found("多個ngo", "NGO", language="zh-Hant") == []
    assert found("the ETOs", "ETO") == ["ETO"]


@pytest.mark.parametrize("text", ["衞生署", "衛生署", "卫生署"])
def test_chinese_is_found_in_any_script_and_variant(text: str) -> None:
    assert found(text, "衞生署", language="zh-Hant") == ["衞生署"]
    assert found(text, "衞生署", language="zh-Hans") == ["衞生署"]


def test_wide_letters_are_narrow() -> None:
    assert found("ＡＴＭ及５Ｇ網絡", "ATM", "5g", language="zh-Hant") == ["ATM", "5g"]


def test_latin_words_in_chinese_are_whole() -> None:
    assert found("使用app的人", "app", language="zh-Hant") == ["app"]
    assert found("happy的人", "app", language="zh-Hant") == []


def test_no_phrase_reaches_over_the_parts_of_a_text() -> None:
    finder = Finder([(one, 0) for one in spellings("land sale", EN)])
    text, ends = join(("the land", "sale"), EN)
    assert list(finder.find(text)) == []
    assert len(ends) == 2
    finder = Finder([(one, 0) for one in spellings("賣地", HANT)])
    assert list(finder.find(join(("買賣", "地政"), HANT)[0])) == []


def test_all_phrases_are_found_where_they_may_overlap() -> None:
    assert found("the housing authority", "housing", "housing authority", overlapping=True) == [
        "housing",
        "housing authority",
    ]


@given(st.text(max_size=200), st.sampled_from(["en", "zh-Hant", "zh-Hans"]))
def test_folding_keeps_capitals_in_the_same_places(text: str, tag: str) -> None:
    folded = fold(text, LANGUAGES[tag])
    assert len(folded.low) == len(folded.kept)


@given(st.text(alphabet="衞生防護中心發展房屋abcAB ,，。", min_size=1, max_size=12), st.sampled_from(["en", "zh-Hant"]))
def test_a_phrase_is_found_in_itself(phrase: str, tag: str) -> None:
    phrase = " ".join(phrase.split())
    if list(spellings(phrase, LANGUAGES[tag])):
        assert phrase in found(phrase, phrase, language=tag)


def test_the_parts_of_a_text_are_parted_and_their_ends_told() -> None:
    text, ends = join(("A Pier", "Opens."), EN)
    assert text == Folded(b" a  pier  |  opens ", b" A  Pier  |  Opens ")
    assert ends == (12, 22)
    text, ends = join(("碼頭", "MTR"), HANT)
    assert text == Folded("码头 | mtr".encode(), "码头 | MTR".encode())
    assert ends == (9, 15)


def test_where_small_letters_take_other_room_the_others_are_small() -> None:
    # A capital I with a dot is two bytes, its small form three; every place has to stay the same in both.
    folded = fold("İstanbul PIER", EN)
    assert folded == Folded("İ".encode().join((b" ", b"stanbul  pier ")), "İ".encode().join((b" ", b"stanbul  PIER ")))
    assert found("İstanbul PIER", "pier") == ["pier"]
    assert fold("ÉCOLE", EN).low == " école ".encode()


def test_places_are_those_in_the_folded_text() -> None:
    finder = Finder([(one, 7) for one in spellings("pier", EN)])
    assert finder.find(fold("a pier, two piers", EN)) == [(7, 3, 9), (7, 14, 21)]


def test_phrases_are_looked_for_inside_others() -> None:
    finder = Finder([(one, number) for number, phrase in enumerate(("pier", "MTR")) for one in spellings(phrase, EN)])
    outer = [next(spellings(phrase, EN)) for phrase in ("old pier", "harbour", "pier of the mtr", "ferry")]
    # Which phrase, then the number and its place there; capitals are taken for granted.
    assert list(finder.find_inside(outer)) == [(0, 0, 5, 11), (2, 0, 0, 6), (2, 1, 15, 20)]
    assert list(finder.find_inside([])) == []


def test_a_single_capital_is_no_acronym_and_one_with_a_star_is() -> None:
    assert found("plan b", "B") == ["B"]
    assert found("MTRs, MTR-like, mtrs", "MTR*") == ["MTR*", "MTR*"]

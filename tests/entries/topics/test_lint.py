from __future__ import annotations

import pytest

from feedpub.entries.lint import complaints
from feedpub.taxonomy import read_gazetteer, read_taxonomy
from tests.entries.topics.small import GAZETTEER, TAXONOMY


def told(english: str = "", chinese: str = "", nothing: str = "", bodies: str = "") -> list[str]:
    """What is said of a taxonomy of two topics, of which the first has a few terms and the second these."""
    text = f"""
[nothing]
en = [{nothing}]
[[topic]]
id = "health"
label = {{ en = "Health" }}
terms = {{ en = {{ sure = ["measles", "health policy", "AIDS"] }}, zh-Hant = {{ sure = ["麻疹"] }} }}
[[topic]]
id = "sports"
label = {{ en = "Sports" }}
terms = {{ en = {{ likely = [{english}] }}, zh-Hant = {{ likely = [{chinese}] }} }}
"""
    gazetteer = read_gazetteer(bodies)
    found = complaints(read_taxonomy(text, gazetteer), gazetteer)
    assert all(one.file == ("bodies" if one.where.startswith("body") else "taxonomy") for one in found)
    return [f"{one.where}: {one.what}" for one in found]


def test_nothing_is_said_where_nothing_is_wrong() -> None:
    assert complaints(TAXONOMY, GAZETTEER) == []
    assert told('"athlete", "health policies of clubs"', '"運動員"') == []


@pytest.mark.parametrize("term", ['"measles"', '"Measles"', '"health-policies"'])
def test_a_term_under_two_topics_is_told(term: str) -> None:
    (said,) = told(term)
    assert said.startswith('topic "sports": terms: en: likely: "')
    assert 'stands under topic "health" as well' in said


@pytest.mark.parametrize("terms", ['"athlete", "athlete"', '"athlete", "athletes"', '"co-op", "co op"'])
def test_a_term_that_stands_twice_is_told(terms: str) -> None:
    (said,) = told(terms)
    assert "stands there twice" in said


def test_a_term_twice_in_chinese_is_told_whatever_the_script() -> None:
    (said,) = told(chinese='"運動員", "运动员"')
    assert '"运动员" stands there twice as "運動員"; remove one' in said


@pytest.mark.parametrize("term", ['""', '"!"', '"運動員"', '" "', '"*"'])
def test_a_term_that_can_never_match_is_told(term: str) -> None:
    (said,) = told(term)
    assert "can never match" in said
    assert "English" in said


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (
            {"english": '"!"'},
            'topic "sports": terms: en: likely: "!" can never match: it has no letter that a text in English may have',
        ),
        (
            {"english": '"a*b"'},
            (
                'topic "sports": terms: en: likely: "a*b" can never match: a * stands for an ending, '
                "so it has to be the last character"
            ),
        ),
        (
            {"english": '"Measles"'},
            (
                'topic "sports": terms: en: likely: "Measles" stands under topic "health" as well as "measles"; '
                "a term belongs to one topic"
            ),
        ),
        (
            {"english": '"game", "game"'},
            'topic "sports": terms: en: likely: "game" stands there twice; remove one',
        ),
        (
            {"nothing": '"AIDS", "AIDS"'},
            'nothing: en: "AIDS" stands there twice; remove one',
        ),
        (
            {"chinese": '"麻疹"'},
            (
                'topic "sports": terms: zh-Hant: likely: "麻疹" stands under topic "health" as well; '
                "a term belongs to one topic"
            ),
        ),
    ],
)
def test_it_is_said_what_is_wrong_where_and_what_to_do(terms: dict[str, str], said: str) -> None:
    assert told(**terms)[0] == said


def test_a_star_inside_a_term_is_told() -> None:
    (said,) = told('"foot*ball"')
    assert "it has to be the last character" in said


def test_a_term_hidden_by_a_phrase_that_says_nothing_is_told() -> None:
    (said,) = told('"good game"', nothing='"good game"')
    assert "stands under nothing, which is found before" in said


def test_a_term_hidden_by_the_name_of_a_body_is_told() -> None:
    (said,) = told('"sports council"', bodies='[[body]]\nid = "sc"\nkind = "office"\nname = { en = "Sports Council" }')
    assert '"sports council" can never match here: it stands under body "sc" as "Sports Council"' in said


def test_a_name_under_two_bodies_is_told() -> None:
    one = '[[body]]\nid = "{}"\nkind = "office"\nname = {{ en = "{}" }}\nshort = {{ en = ["SC"] }}\n'
    (said,) = told(bodies=one.format("a", "Sports Council") + one.format("b", "School Council"))
    assert said == 'body "b": en: "SC" can never match here: it stands under body "a", which is found before'


def test_an_acronym_and_a_word_are_two_terms() -> None:
    assert told('"aids"') == []

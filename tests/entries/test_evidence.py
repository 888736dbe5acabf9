"""What each part of the evidence adds to the score of a pair, in figures that can be worked out by hand."""

from __future__ import annotations

from math import log, log1p, sqrt
from typing import Any

import msgspec
import pytest

from feedpub.entries.clues import Clues
from feedpub.entries.evidence import WINDOW, Surroundings, possible, weigh

NOWHERE = Surroundings(())
NOON = 1_795_147_200
_NOTHING = Clues(
    id="",
    language="en",
    group="lamp.example",
    published=NOON,
    title=(),
    title_words=(),
    body=(),
    words=(),
    opening=frozenset(),
    title_covers=frozenset(),
    covers=frozenset(),
    unsaid={"": frozenset()},
    choices={},
    series={},
    names=(),
    sounds=frozenset(),
    markers=frozenset(),
    only=frozenset(),
    photos=0,
    attachments=0,
    length=1_000,
)


def english(**what: Any) -> Clues:
    return msgspec.structs.replace(_NOTHING, id="e", **what)


def chinese(**what: Any) -> Clues:
    return msgspec.structs.replace(_NOTHING, id="z", language="zh-Hant", **what)


def parts(one: Clues, other: Clues, near: Surroundings = NOWHERE) -> dict[str, float]:
    """What adds to the score, rounded; it is the same whichever is first."""
    found = weigh(one, other, near)
    assert found.score == pytest.approx(-0.3 + sum(found.parts.values()))
    assert weigh(other, one, near).score == pytest.approx(found.score)
    return {name: round(value, 6) for name, value in found.parts.items() if value}


def adds(**expected: float) -> dict[str, float]:
    return {name.replace("_", " "): round(value, 6) for name, value in expected.items()}


def covered(translated: float, usual: float) -> float:
    return log(translated / usual)


def missed(translated: float, usual: float) -> float:
    return log((1.02 - translated) / (1.02 - usual))


def test_without_any_evidence_a_pair_is_a_little_less_likely_than_not() -> None:
    assert weigh(english(), chinese(), NOWHERE).score == -0.3
    assert parts(english(), chinese()) == {}


# Clues


@pytest.mark.parametrize(
    ("clue", "name", "weight", "translated", "usual"),
    [
        ("number:33200000", "title numbers", 0.17, 0.85, 0.01),
        ("number:12", "title numbers", 0.17, 0.45, 0.1),
        ("date:11-20", "dates", 0.4, 0.85, 0.05),
        ("time:17:30", "times", 0.3, 0.8, 0.02),
        ("latin:mou", "latin", 0.12, 0.85, 0.01),
        ("address:www.lamp.example", "title numbers", 0.17, 0.85, 0.01),
    ],
)
def test_a_clue_of_a_title_speaks_for_a_pair_or_against_it(
    clue: str, name: str, weight: float, translated: float, usual: float
) -> None:
    mine = english(title=(clue,))
    expected = {name: round(weight * covered(translated, usual), 6)}
    assert parts(mine, chinese(covers=frozenset({clue}))) == expected
    assert parts(mine, chinese()) == {name: round(weight * missed(translated, usual), 6)}


@pytest.mark.parametrize(
    ("clue", "name", "weight", "translated", "usual"),
    [
        ("number:33200000", "numbers", 0.16, 0.85, 0.01),
        ("number:12", "small numbers", 0.6, 0.45, 0.1),
        ("date:11-20", "dates", 0.4, 0.85, 0.05),
        ("file:map", "numbers", 0.16, 0.3, 0.005),
        ("en: fir ", "terms", 0.16, 0.62, 0.03),
    ],
)
def test_a_clue_of_a_text_speaks_alone_a_little_less(
    clue: str, name: str, weight: float, translated: float, usual: float
) -> None:
    mine = english(body=((clue, 0),))
    alone = sqrt(1 + 1 / 8)
    assert parts(mine, chinese(covers=frozenset({clue}))) == {
        name: round(weight * covered(translated, usual) / alone, 6)
    }
    assert parts(mine, chinese()) == {name: round(weight * missed(translated, usual) / alone, 6)}


def test_many_clues_of_a_kind_count_less_than_as_many_times_one() -> None:
    numbers = [f"number:{number}" for number in range(100, 108)]
    mine = english(body=tuple((number, 0) for number in numbers))
    said = 5 * covered(0.85, 0.01) + 3 * missed(0.85, 0.01)
    assert parts(mine, chinese(covers=frozenset(numbers[:5]))) == adds(numbers=0.16 * said / sqrt(2))


def test_a_term_that_both_titles_have_counts_once_more_by_its_rarity_up_to_an_end() -> None:
    term = frozenset({"en: fir "})
    mine = english(title=("en: fir ",))
    usual = 0.22 * covered(0.62, 0.03)
    assert parts(mine, chinese(covers=term)) == {"title terms": round(usual, 6)}
    assert parts(mine, chinese(covers=term, title_covers=term)) == {
        "title terms": round(usual, 6),
        "both titles": round(0.42 * -log(0.03), 6),
    }
    many = tuple(f"en: t{number} " for number in range(9))
    found = parts(english(title=many), chinese(covers=frozenset(many), title_covers=frozenset(many)))
    assert found["both titles"] == 0.42 * 15


def test_a_number_that_both_titles_have_counts_once() -> None:
    number = frozenset({"number:500"})
    found = parts(english(title=("number:500",)), chinese(covers=number, title_covers=number))
    assert list(found) == ["title numbers"]


def test_what_cannot_be_said_in_a_language_is_no_evidence() -> None:
    unsaid = {"": frozenset({"en: fir ", "en: pool "}), "zh-Hant": frozenset({"en: fir "})}
    mine = english(title=("en: fir ",), body=(("en: fir ", 0),), unsaid=unsaid)
    assert parts(mine, chinese()) == {}
    # Simplified Chinese has the terms of Traditional, and Portuguese no column of its own.
    assert parts(mine, msgspec.structs.replace(chinese(), language="zh-Hans")) == {}
    pool = english(title=("en: pool ",), unsaid=unsaid)
    assert set(parts(pool, chinese())) == {"title terms"}
    assert parts(pool, msgspec.structs.replace(chinese(), language="pt")) == {}


def test_words_with_a_capital_count_between_languages_in_latin_letters_only() -> None:
    mine = english(title_words=("latin:harbour",), words=(("latin:pool", 0),))
    assert parts(mine, chinese()) == {}
    other = msgspec.structs.replace(_NOTHING, id="p", language="pt")
    once = missed(0.85, 0.01)
    assert parts(mine, other) == adds(latin=0.12 * (once + once / sqrt(1 + 1 / 8)))


def test_what_stands_far_behind_the_end_of_a_short_version_is_not_missed_there() -> None:
    short = chinese(length=100)
    mine = english(length=100)
    for place, looked in ((390, True), (391, False)):
        found = parts(msgspec.structs.replace(mine, body=(("number:500", place),)), short)
        assert bool(found) == looked
    both = msgspec.structs.replace(mine, body=(("number:500", 0), ("number:501", 391), ("number:502", 0)))
    assert parts(both, short) == adds(numbers=0.16 * missed(0.85, 0.01) / sqrt(1 + 1 / 8)), "they are in order"


def test_a_clue_says_less_the_more_of_those_days_have_it() -> None:
    clue = "number:500"
    near = Surroundings([chinese(covers=frozenset({clue})), chinese(), english(covers=frozenset({clue}))])
    rate = (1 + 15 * 0.01) / (2 + 15)
    mine = english(title=(clue,))
    assert parts(mine, chinese(covers=frozenset({clue})), near) == {
        "title numbers": round(0.17 * covered(0.85, rate), 6)
    }
    assert parts(mine, chinese(), near) == {"title numbers": round(0.17 * missed(0.85, rate), 6)}


def test_a_clue_that_all_have_says_nothing() -> None:
    clue = "number:500"
    near = Surroundings([chinese(covers=frozenset({clue}))] * 1_000)
    # It is no rarer in others than in a translation, of which at most 95 in 100 have anything.
    assert parts(english(title=(clue,)), chinese(covers=frozenset({clue})), near) == {}
    assert parts(english(title=(clue,)), chinese(), near) == {}


# Names


def test_names_are_heard_in_a_text_in_characters() -> None:
    mine = english(names=("ab", "bc", "cd"))
    other = chinese(sounds=frozenset({"ab", "bc", "xy"}))
    said = 2 * covered(0.75, 0.02) + missed(0.75, 0.02)
    assert parts(mine, other) == adds(names=0.25 * said / sqrt(1 + 3 / 8))
    assert parts(mine, chinese()) == {}, "a text without sounds says nothing of names"


def test_a_name_that_many_texts_have_says_less() -> None:
    near = Surroundings([english(names=("ab",)), chinese(sounds=frozenset({"ab", "xy"})), chinese()])
    rate = (1 + 15 * 0.02) / (2 + 15)
    found = parts(english(names=("ab",)), chinese(sounds=frozenset({"ab"})), near)
    assert found == adds(names=0.25 * covered(0.75, rate) / sqrt(1 + 1 / 8))
    # Nobody there is called so: it is as rare as usual.
    found = parts(english(names=("xy",)), chinese(sounds=frozenset({"xy"})), near)
    assert found == adds(names=0.25 * covered(0.75, 15 * 0.02 / 17) / sqrt(1 + 1 / 8))


# Beside the words


def test_the_farther_apart_the_less_likely() -> None:
    assert parts(english(), chinese(published=NOON + 3_600)) == adds(time_apart=-0.45 * log1p(60))
    assert parts(english(published=NOON + 90), chinese()) == adds(time_apart=-0.45 * log1p(1.5))


def test_photos_and_videos_that_both_titles_tell_of_speak_for_a_pair() -> None:
    photos, video = frozenset({"photos"}), frozenset({"video", "en-only"})
    assert parts(english(markers=photos), chinese(markers=photos | {"zh-only"})) == adds(photos_agree=2.4)
    assert parts(english(markers=photos), chinese()) == adds(photos_differ=-0.4)
    assert parts(english(markers=photos), chinese(markers=video)) == adds(photos_differ=-0.4)
    assert parts(english(markers=frozenset({"en-only"})), chinese()) == {}
    assert parts(english(markers=video), chinese(markers=video)) == adds(photos_agree=2.4)


def test_versions_are_about_as_long() -> None:
    assert parts(english(length=1_000), chinese(length=500)) == adds(length=-0.3 * log(1_050 / 550) ** 2)
    assert parts(english(length=100_000), chinese(length=0)) == adds(length=-0.3 * 4)


def test_versions_have_as_many_files() -> None:
    assert parts(english(photos=2, attachments=1), chinese(photos=2, attachments=1)) == adds(as_many_files=1.4)
    assert parts(english(photos=2), chinese(photos=1)) == adds(other_files=-0.7)
    assert parts(english(photos=2), chinese()) == {}, "one of them may not have been read yet"


# What excludes a pair


def test_parts_of_a_series() -> None:
    one = {"question": "12", "part": "2"}
    assert parts(english(series=one), chinese(series=one)) == adds(same_series=6)
    assert parts(english(series=one), chinese(series={"question": "12", "part": "3"})) == adds(
        same_series=3, other_series=-10
    )
    assert parts(english(series=one), chinese(series={"question": "12"})) == adds(same_series=3, one_series=-7)
    assert parts(english(), chinese(series={"question": "12"})) == adds(one_series=-7)


PLACE = "title word 0.0"


def choosing(*chosen: str, name: str = PLACE) -> dict[str, frozenset[str]]:
    return {name: frozenset(chosen)}


def in_opening(one: Clues) -> Clues:
    return msgspec.structs.replace(one, choices={"opening word 0.0": one.choices[PLACE]})


@pytest.mark.parametrize(
    ("name", "kind", "weight"),
    [
        ("title word 0.0", "other title word", -10.0),
        ("title number", "other title number", -5.0),
        ("title time", "other title time", -5.0),
        ("opening word 3.1", "other opening word", -8.0),
        ("opening number", "other opening number", -10.0),
        ("opening time", "other opening time", -8.0),
    ],
)
def test_what_excludes_one_another(name: str, kind: str, weight: float) -> None:
    mine = english(choices=choosing("a", name=name), covers=frozenset({"a"}))
    theirs = chinese(choices=choosing("b", name=name), covers=frozenset({"b"}))
    assert parts(mine, theirs) == {kind: weight}
    assert parts(mine, msgspec.structs.replace(theirs, choices={})) == {}


def test_a_title_that_chooses_more_than_the_other_says() -> None:
    mine = english(choices=choosing("a", "b"), covers=frozenset("ab"), title_covers=frozenset("ab"))
    theirs = chinese(choices=choosing("b", "c"), covers=frozenset("bc"), title_covers=frozenset("bc"))
    assert parts(mine, theirs) == adds(more_in_title=-7)
    assert parts(in_opening(mine), in_opening(theirs)) == {}
    # One of them says all that the other does.
    assert parts(mine, chinese(choices=choosing("b"), covers=frozenset("b"), title_covers=frozenset("b"))) == {}


def test_titles_that_choose_what_the_other_says_in_its_text_only() -> None:
    mine = english(choices=choosing("a"), covers=frozenset("ab"), title_covers=frozenset("a"))
    theirs = chinese(choices=choosing("b"), covers=frozenset("ab"), title_covers=frozenset("b"))
    assert parts(mine, theirs) == adds(other_title=-3)
    assert parts(in_opening(mine), in_opening(theirs)) == {}
    told = msgspec.structs.replace(theirs, title_covers=frozenset("ab"))
    assert parts(mine, told) == {}, "its title says both"


def test_openings_of_which_more_than_usual_is_not_in_the_other() -> None:
    mine = english(opening=frozenset({"number:500", "number:501", "date:11-20"}))
    theirs = chinese(opening=frozenset({"number:500"}), covers=frozenset({"number:500"}))
    mine = msgspec.structs.replace(mine, covers=frozenset({"number:500"}))
    said = 3 * -log(0.01) - log(0.05)
    missing = -log(0.01) - log(0.05)
    assert parts(mine, theirs) == adds(openings_differ=-8 * (missing / said - 0.35))
    # A third is usual.
    less = msgspec.structs.replace(theirs, covers=frozenset({"number:500", "number:501"}))
    assert parts(mine, less) == {}
    unsaid = {"": frozenset({"number:501", "date:11-20"})}
    assert parts(msgspec.structs.replace(mine, unsaid=unsaid), theirs) == {}


# Whether to look at all


def test_versions_are_of_two_languages_and_one_authority() -> None:
    assert possible(english(), chinese())
    assert not possible(english(), english())
    assert not possible(english(), chinese(group="other.example"))


def test_versions_are_at_most_so_many_hours_apart() -> None:
    for sign in (1, -1):
        assert possible(english(), chinese(published=NOON + sign * int(WINDOW)))
        assert not possible(english(), chinese(published=NOON + sign * (int(WINDOW) + 1)))


def test_a_title_may_say_that_there_is_no_other_language() -> None:
    both = frozenset({"en", "zh"})
    assert not possible(english(only=frozenset({"en"})), chinese())
    assert not possible(english(), chinese(only=frozenset({"zh"})))
    assert possible(english(only=both), chinese())
    assert possible(english(), chinese(only=both))


def test_openings_agree_in_a_quarter_at_least() -> None:
    mine = english(opening=frozenset("abcd"), covers=frozenset("abcd"))
    assert possible(mine, chinese(covers=frozenset("a")))
    assert not possible(mine, chinese(covers=frozenset("x")))
    # Two of eight, one of seven.
    assert possible(mine, chinese(opening=frozenset("awxy"), covers=frozenset("awxy")))
    assert not possible(mine, chinese(opening=frozenset("axy"), covers=frozenset("xy")))


def test_what_cannot_be_said_is_not_asked_for_in_an_opening() -> None:
    mine = english(opening=frozenset("abcdefgh"), covers=frozenset("abcdefgh"))
    theirs = chinese(covers=frozenset("a"))
    assert not possible(mine, theirs)
    said = msgspec.structs.replace(mine, unsaid={"": frozenset("efgh"), "pt": frozenset("abcd")})
    assert possible(said, theirs)
    assert possible(theirs, said)
    assert not possible(msgspec.structs.replace(said, unsaid={"": frozenset("fgh")}), theirs)

"""What each thing that a story says adds to its topics, in figures that can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from feedpub.entries.topics import Evidence, Rules, Tagger
from feedpub.model import Entry
from tests.entries.topics.small import GAZETTEER, TAGGER, TAXONOMY, chinese, english

FILLER = "boat " * 120
"""More than the lead."""


def scores(*entries: Entry) -> dict[str, float]:
    return {one.topic: one.score for one in TAGGER.explain(entries)}


def test_a_term_adds_its_weight_in_the_title_and_three_tenths_of_it_in_the_lead() -> None:
    assert scores(english("Measles")) == {"health": 8}
    assert scores(english("Hospital")) == {"health": 4}
    assert scores(english("A notice", "Measles.")) == {"health": 2.4}
    assert scores(english("Measles", "A hospital.")) == {"health": 9.2}


@pytest.mark.parametrize(("times", "expected"), [(1, 8), (2, 8.24), (4, 8.72), (5, 8.72), (9, 8.72)])
def test_each_of_three_further_mentions_adds_three_hundredths(times: int, expected: float) -> None:
    assert scores(english("Measles " * times)) == {"health": expected}


def test_mentions_in_the_lead_add_as_much() -> None:
    assert scores(english("A notice", "Measles, measles.")) == {"health": 2.64}
    assert scores(english("Measles", "Measles.")) == {"health": 8.24}


def test_a_lead_adds_six_at_most() -> None:
    assert scores(english("A notice", "Measles, AIDS.")) == {"health": 4.8}
    assert scores(english("A notice", "Measles, AIDS, a seasonal influenza.")) == {"health": 6}


def test_hints_add_two_and_a_half_at_most_wherever_they_stand() -> None:
    assert scores(english("A nurse")) == {"health": 1.5}
    assert scores(english("A nurse", "For health.")) == {"health": 1.95}
    assert scores(english("A nurse of health")) == {"health": 2.5}
    assert scores(english("A nurse of measles")) == {"health": 9.5}


def test_a_text_adds_as_much_as_a_topic_goes_through_it() -> None:
    # One stretch of six that a text has at least, by its weight of the surest.
    assert scores(english("A notice", f"{FILLER}measles")) == {"health": 2.33}
    assert scores(english("A notice", f"{FILLER}hospital")) == {"health": 1.17}
    stretch = "boat " * 64
    assert scores(english("A notice", f"{FILLER}measles {stretch} measles")) == {"health": 4.67}
    throughout = english("A notice", FILLER + ("measles " + "boat " * 60) * 20)
    assert scores(throughout)["health"] == pytest.approx(14, abs=0.8)


def test_what_speaks_against_a_topic_takes_away() -> None:
    assert scores(english("Animal hospital")) == {"health": -4}
    assert scores(english("Measles in the animal hospital")) == {"health": 4}


def test_the_versions_of_a_story_count_half_each() -> None:
    assert scores(english("Measles"), chinese("公告")) == {"health": 4}
    assert scores(english("Measles"), chinese("麻疹")) == {"health": 8}
    assert scores(english("Measles"), chinese("暴雨")) == {"health": 4, "weather": 4}
    # The taxonomy has no terms in Portuguese: that version says nothing.
    assert scores(english("Measles"), chinese("Sarampo", language="pt")) == {"health": 8}


def test_what_the_issuing_body_is_known_for_counts_a_fifth_more_once() -> None:
    assert scores(english("Harbour Observatory opens")) == {"weather": 4.8}
    assert scores(english("Observatory opens"), chinese("天文台開放")) == {"weather": 4.8}
    assert scores(english("Leisure Department opens")) == {"sports": 1.8}


def test_what_another_body_is_known_for_counts_a_fifth() -> None:
    # The first one named issued it.
    assert scores(english("DH meets the Observatory")) == {"health": 4.8, "weather": 0.8}
    assert scores(english("DH", "It met the Observatory.")) == {"health": 4.8, "weather": 0.8}
    assert scores(english("DH meets the Observatory", "The Observatory.")) == {"health": 4.8, "weather": 1.6}
    assert scores(english("DH", f"{FILLER} the Observatory")) == {"health": 4.8}


def evidence(*entries: Entry) -> list[tuple[str, tuple[Evidence, ...]]]:
    return [(one.topic, one.evidence) for one in TAGGER.explain(entries)]


def told(what: str, place: str, adds: float, mentions: int = 1, language: str = "en") -> Evidence:
    return Evidence(what=what, language=language, place=place, mentions=mentions, adds=adds)


def test_an_explanation_tells_everything_the_weightiest_first() -> None:
    entry = english("DH meets the Observatory: measles, measles", f"A nurse. {FILLER} measles rainstorm")
    assert evidence(entry) == [
        (
            "health",
            (
                told("measles", "title", 8.48, 3),
                told("dh", "issuer", 4.8),
                told("measles", "text", 2.33),
                told("nurse", "lead", 0.45),
            ),
        ),
        ("weather", (told("rainstorm", "text", 2.33), told("ho", "title", 0.8))),
    ]


def test_an_explanation_tells_of_each_language_and_of_what_speaks_against() -> None:
    assert evidence(english("Animal hospital"), chinese("麻疹")) == [
        ("health", (told("麻疹", "title", 8, language="zh-Hant"), told("animal hospital", "title", -4))),
    ]


def test_an_explanation_tells_which_topics_are_given() -> None:
    found = TAGGER.explain([english("Measles", "Strong wind.")])
    assert [(one.topic, one.given) for one in found] == [("health", True), ("weather", False)]


# Which topics are given


def given(rules: Rules, *entries: Entry) -> Sequence[str]:
    return Tagger(TAXONOMY, GAZETTEER, rules).tag(entries).topics


def test_a_topic_needs_its_threshold() -> None:
    both = english("Measles", "The weather.")
    for threshold, expected in ((1.2, ("health", "weather")), (1.21, ("health",))):
        assert given(Rules(threshold=threshold, share=0), both) == expected


def test_a_topic_needs_its_share_of_the_top_score() -> None:
    both = english("Measles and the weather")
    for share, expected in ((0.5, ("health", "weather")), (0.51, ("health",))):
        assert given(Rules(threshold=1, share=share), both) == expected


def test_what_is_given_last_needs_a_larger_share() -> None:
    both = english("Measles, an appointment")
    for share, expected in ((0.5, ("health", "administration")), (0.51, ("health",))):
        assert given(Rules(threshold=1, share=0, last_share=share), both) == expected


def test_a_topic_that_has_enough_needs_no_share_where_the_title_names_it() -> None:
    both = english("Measles and the weather")
    assert given(Rules(threshold=1, share=0.9, enough=4), both) == ("health", "weather")
    assert given(Rules(threshold=1, share=0.9, enough=4.1), both) == ("health",)
    # In the title it has less than what is central.
    assert given(Rules(threshold=1, share=0.9, enough=4, central=4), both) == ("health", "weather")
    assert given(Rules(threshold=1, share=0.9, enough=4, central=4.1), both) == ("health",)


def test_a_topic_that_has_enough_needs_no_share_where_no_title_names_any() -> None:
    both = english("A notice", "Measles and the weather.")
    assert given(Rules(threshold=1, share=0.9, enough=1.2), both) == ("health", "weather")
    # What is just central does name one.
    just = english("Hospital", "The weather.")
    assert given(Rules(threshold=1, share=0.9, enough=1.2, central=4), just) == ("health",)
    assert given(Rules(threshold=1, share=0.9, enough=1.2, central=4.1), just) == ("health", "weather")
    named = english("An athlete", "Measles and the weather.")
    assert given(Rules(threshold=1, share=0.9, enough=1.2), named) == ("sports",)


def test_of_two_that_are_equal_the_first_of_the_taxonomy_is_first_and_what_is_given_last_last() -> None:
    three = english("Civil service, measles, rainstorm")
    assert given(Rules(), three) == ("health", "weather", "administration")


def test_what_has_less_than_the_threshold_gives_the_best_hint() -> None:
    assert given(Rules(), english("A nurse at a game", "A game.")) == ("sports",)
    assert given(Rules(), english("A nurse at a game")) == ("health",)
    assert given(Rules(), english("Animal hospital")) == ("administration",)


def test_a_story_in_a_language_without_terms_has_no_topic_unless_something_speaks_for_one() -> None:
    assert given(Rules(), chinese("Sarampo", language="pt")) == ()
    assert given(Rules(), english("A notice"), chinese("Sarampo", language="pt")) == ("administration",)

from __future__ import annotations

import msgspec
import pytest

from feedpub.entries.selection import Selector
from feedpub.model import Feed, Selection
from tests.entries.topics.small import chinese, english

ENGLISH = english("Measles in the harbour", "Two ferries &amp; a policy on ferries.")
CHINESE = chinese("海港區出現麻疹", "渡輪照常行駛。")


def feeds(select: Selection, topics: tuple[str, ...] = ("health",), bodies: tuple[str, ...] = ("chp", "dh")) -> bool:
    """Whether the English version of the story is in a feed."""
    selector = Selector([Feed(id="one", title={}, select=select), Feed(id="all", title={})])
    found = selector.feeds([ENGLISH, CHINESE], topics, bodies)
    assert "all" not in found[ENGLISH.id], "a feed that selects nothing simply has everything"
    return "one" in found[ENGLISH.id]


@pytest.mark.parametrize(
    "select",
    [
        Selection(topics=("health",)),
        Selection(topics=("sports", "health")),
        Selection(bodies=("dh",)),
        Selection(sources=("labelled",)),
        Selection(topics=("health",), bodies=("chp",)),
        Selection(text=("ferry", "nothing of it")),
        Selection(text=("two ferries",)),
        Selection(text=("渡輪",)),
        Selection(text=("渡轮",)),
        Selection(text=("harbour",), topics=("health",)),
        Selection(any=(Selection(topics=("sports",)), Selection(text=("polic*",)))),
        Selection(topics=("health",), none=(Selection(topics=("weather",)),)),
        Selection(none=(Selection(topics=("health",), text=("storm",)),)),
        Selection(any=(Selection(none=(Selection(bodies=("lcd",)),)),)),
        Selection(none=(Selection(sources=("other",)),)),
        Selection(any=(Selection(sources=("labelled",)),)),
        Selection(text=("harbour", "ferry"), none=(Selection(text=("harbour two",)),)),
    ],
)
def test_a_story_is_in_a_feed_whose_conditions_it_meets(select: Selection) -> None:
    assert feeds(select)


@pytest.mark.parametrize(
    "select",
    [
        Selection(topics=("sports",)),
        Selection(bodies=("lcd",)),
        Selection(sources=("other",)),
        Selection(none=(Selection(sources=("labelled",)),)),
        Selection(any=(Selection(sources=("other",)), Selection(any=(Selection(sources=("other",)),)))),
        Selection(topics=("health",), bodies=("lcd",)),
        Selection(text=("ferr",)),
        Selection(text=("harbour",), topics=("sports",)),
        Selection(any=(Selection(topics=("sports",)), Selection(text=("storm",)))),
        Selection(topics=("health",), none=(Selection(text=("ferry",)),)),
    ],
)
def test_a_story_is_not_in_a_feed_of_which_it_fails_a_condition(select: Selection) -> None:
    assert not feeds(select)


def test_phrases_that_lie_in_one_another_are_all_found() -> None:
    selector = Selector(
        [
            Feed(id="long", title={}, select=Selection(text=("policy on ferries",))),
            Feed(id="short", title={}, select=Selection(text=("ferry",))),
        ],
    )
    entry = english("A notice", "A policy on ferries.")
    assert selector.feeds([entry], (), ())[entry.id] == {"long", "short"}


def test_a_source_is_that_of_the_entry_the_rest_that_of_the_story() -> None:
    other = msgspec.structs.replace(CHINESE, source="other")
    selector = Selector(
        [
            Feed(id="other", title={}, select=Selection(sources=("other",))),
            Feed(id="words", title={}, select=Selection(text=("harbour",))),
        ],
    )
    assert selector.feeds([ENGLISH, other], (), ()) == {ENGLISH.id: {"words"}, other.id: {"other", "words"}}

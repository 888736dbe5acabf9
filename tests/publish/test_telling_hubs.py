"""What a hub is told, and what is left for the next run."""

from __future__ import annotations

import pytest

from feedpub.errors import FetchError
from feedpub.publish.websub import Told, tell
from feedpub.report import Problem

HUB = "https://hub.example/"


class Post:
    """A hub that fails for some documents."""

    def __init__(self, *fails: str) -> None:
        self.fails = fails
        self.asked: list[str] = []

    def __call__(self, hub: str, form: dict[str, str]) -> None:
        assert (hub, list(form), form["hub.mode"]) == (HUB, ["hub.mode", "hub.url"], "publish")
        self.asked.append(form["hub.url"])
        if form["hub.url"] in self.fails:
            raise FetchError(f"{hub}: HTTP 500")


def failed(*topics: str) -> tuple[Problem, ...]:
    return tuple(Problem(topic, f"{HUB}: HTTP 500") for topic in topics)


def test_a_hub_is_told_of_each_document_once_in_order() -> None:
    post = Post()
    assert tell(HUB, ["b", "a", "b", "c"], post) == Told(count=3, left=(), failed=())
    assert post.asked == ["b", "a", "c"]


def test_a_hub_that_need_not_be_told_anything_is_not_asked() -> None:
    post = Post()
    assert tell(HUB, [], post) == Told(count=0, left=(), failed=())
    assert post.asked == []


def test_what_failed_is_left_and_named() -> None:
    post = Post("b")
    assert tell(HUB, ["a", "b", "c"], post) == Told(count=2, left=("b",), failed=failed("b"))


def test_after_three_failures_in_a_row_the_rest_is_left_without_asking() -> None:
    post = Post("b", "c", "d")
    told = tell(HUB, ["a", "b", "c", "d", "e", "f"], post)
    assert told == Told(count=1, left=("b", "c", "d", "e", "f"), failed=failed("b", "c", "d"))
    assert post.asked == ["a", "b", "c", "d"]


def test_failures_with_one_that_is_told_between_them_are_not_in_a_row() -> None:
    post = Post("a", "b", "d", "e")
    told = tell(HUB, ["a", "b", "c", "d", "e", "f"], post)
    assert told == Told(count=2, left=("a", "b", "d", "e"), failed=failed("a", "b", "d", "e"))


def test_of_very_many_that_are_left_the_last_ones_wait() -> None:
    topics = [f"{number}" for number in range(2_003)]
    told = tell(HUB, topics, Post(*topics))
    assert told.left == tuple(topics[3:])


def test_what_is_no_failure_of_the_hub_is_not_hidden() -> None:
    def post(_: str, __: dict[str, str]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tell(HUB, ["a"], post)

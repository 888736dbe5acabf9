"""Assignments, against brute force over small problems."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub.entries.matching import Pair, assign, groups

_LARGE = 25
# Eighths add up exactly.
_problems = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["p", "q", "r", "s"])),
    st.integers(-8, 40).map(lambda eighths: eighths / 8),
    max_size=12,
)


def _best_total(scores: dict[Pair, float]) -> float:
    """The highest sum over all one-to-one assignments, by trying them."""
    pairs = sorted(pair for pair, score in scores.items() if score > 0)

    def best(position: int, taken: frozenset[str]) -> float:
        if position == len(pairs):
            return 0.0
        without = best(position + 1, taken)
        if taken.isdisjoint(pairs[position]):
            return max(without, scores[pairs[position]] + best(position + 1, taken | set(pairs[position])))
        return without

    return best(0, frozenset())


@given(_problems)
def test_the_total_is_that_of_the_best_assignment(scores: dict[Pair, float]) -> None:
    found = assign(scores)
    assert sum(scores[pair] for pair in found) == _best_total(scores)
    assert all(scores[pair] > 0 for pair in found)
    for side in (0, 1):
        assert len({pair[side] for pair in found}) == len(found)


@given(_problems)
@settings(max_examples=60)
def test_each_margin_is_what_is_lost_without_the_pair(scores: dict[Pair, float]) -> None:
    total = _best_total(scores)
    for pair, margin in assign(scores).items():
        assert margin == total - _best_total({one: score for one, score in scores.items() if one != pair})


@given(_problems, st.randoms())
@settings(max_examples=60)
def test_ties_do_not_depend_on_the_order_of_the_scores(scores: dict[Pair, float], random: Random) -> None:
    shuffled = list(scores.items())
    random.shuffle(shuffled)
    assert list(assign(dict(shuffled)).items()) == list(assign(scores).items())


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({}, {}),
        ({("a", "p"): 0.0}, {}),
        ({("a", "p"): -1.0}, {}),
        ({("a", "p"): 2.0}, {("a", "p"): 2.0}),
        ({("a", "p"): 2.0, ("b", "p"): 1.5}, {("a", "p"): 0.5}),
        ({("a", "p"): 3.0, ("a", "q"): 2.0, ("b", "p"): 2.0}, {("a", "q"): 1.0, ("b", "p"): 1.0}),
    ],
)
def test_small_problems_have_the_expected_margins(scores: dict[Pair, float], expected: dict[Pair, float]) -> None:
    assert assign(scores) == expected


def test_groups_share_no_entry_and_hold_every_pair_once() -> None:
    found = groups([("b", "q"), ("a", "p"), ("a", "q"), ("c", "r")])
    assert [sorted(group) for group in found] == [[("a", "p"), ("a", "q"), ("b", "q")], [("c", "r")]]


def test_a_group_that_is_too_large_keeps_the_pairs_that_are_best_for_both() -> None:
    sides = range(_LARGE)
    scores = {(f"a{one}", f"p{other}"): 5.0 if one == other else 1.0 for one in sides for other in sides}
    assert assign(scores) == {(f"a{one}", f"p{one}"): 2.0 for one in sides}


def test_a_group_that_is_too_large_gives_no_entry_two_pairs() -> None:
    sides = range(_LARGE)
    found = assign({(f"a{one}", f"p{other}"): 1.0 for one in sides for other in sides})
    assert len({left for left, _ in found}) == len(found)


def test_a_group_that_is_too_large_counts_half_the_distance_to_the_next_best_of_either_side() -> None:
    sides = range(_LARGE)
    scores = {(f"a{one}", f"p{other}"): 5.0 if one == other else 1.0 for one in sides for other in sides}
    scores["a0", "p1"], scores["a2", "p0"] = 3.0, 2.0
    found = assign(scores)
    assert (found["a0", "p0"], found["a1", "p1"], found["a2", "p2"], found["a3", "p3"]) == (1.0, 1.0, 1.5, 2.0)


def test_a_group_of_twenty_four_is_not_too_large() -> None:
    sides = range(_LARGE - 1)
    scores = {(f"a{one}", f"p{other}"): 5.0 if one == other else 1.0 for one in sides for other in sides}
    # To stay single costs 5, to be paired with others 8.
    assert assign(scores)["a0", "p0"] == 5.0

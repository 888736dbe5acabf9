"""Whole days of releases in two languages, paired by evidence alone: never a wrong pair, hardly one missing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from random import Random

import pytest

from tests.entries.pairs import read, series

_SETS = (("day-living",), ("day-society",), ("event",), ("day-living", "day-society"))
_SEEDS = range(12)
_RECALL = 0.95
_of_each_set = pytest.mark.parametrize("names", _SETS, ids=" and ".join)


@pytest.mark.parametrize("names", [*_SETS, ("collision",), ("two-days",), ("typhoon",)], ids=" and ".join)
def test_pairs_of_a_day_are_found_and_none_is_wrong(names: tuple[str, ...]) -> None:
    outcome = read.outcome(read.rows(*names))

    assert len(outcome.true) >= 35 * len(names)
    assert outcome.wrong == []
    assert read.recall([outcome]) >= _RECALL, outcome.missing


@_of_each_set
def test_a_half_whose_other_half_is_missing_stays_single(names: tuple[str, ...]) -> None:
    assert _wrong(_halved(names)) == []


@_of_each_set
def test_missing_halves_do_not_hide_the_pairs_that_are_whole(names: tuple[str, ...]) -> None:
    outcomes = _halved(names)

    assert all(len(outcome.true) == 30 * len(names) for outcome in outcomes)
    assert read.recall(outcomes) >= _RECALL, _missing(outcomes)


def test_series_that_differ_in_one_thing_are_never_mistaken() -> None:
    assert _wrong(_series()) == []


def test_series_that_differ_in_one_thing_are_found() -> None:
    assert read.recall(_series()) >= _RECALL, _missing(_series())


def test_series_without_every_second_half_are_never_mistaken() -> None:
    assert _wrong(_halved_series()) == []


def test_series_without_every_second_half_are_found() -> None:
    assert read.recall(_halved_series()) >= _RECALL, _missing(_halved_series())


@pytest.mark.long
def test_series_of_many_seeds_are_never_mistaken() -> None:
    assert _wrong(_many_series()) == []


@pytest.mark.long
def test_series_of_many_seeds_are_found() -> None:
    assert read.recall(_many_series()) >= _RECALL, _missing(_many_series())


def test_series_are_the_same_for_a_seed() -> None:
    assert series.rows(3) == series.rows(3)
    assert series.rows(3) != series.rows(4)


@cache
def _halved(names: tuple[str, ...]) -> list[read.Outcome]:
    """A set without the English or the Chinese half of every second pair, for some seeds."""
    rows = read.rows(*names)
    return [read.outcome(series.without_halves(rows, _random(seed))) for seed in range(6)]


@cache
def _series() -> list[read.Outcome]:
    return [read.outcome(series.rows(seed)) for seed in _SEEDS]


@cache
def _halved_series() -> list[read.Outcome]:
    return [read.outcome(series.without_halves(series.rows(seed), _random(seed))) for seed in _SEEDS]


@cache
def _many_series() -> list[read.Outcome]:
    return [read.outcome(series.rows(seed)) for seed in range(1_000, 1_200)]


def _random(seed: int) -> Random:
    return Random(seed)


def _wrong(outcomes: Iterable[read.Outcome]) -> list[str]:
    return [wrong for outcome in outcomes for wrong in outcome.wrong]


def _missing(outcomes: Iterable[read.Outcome]) -> list[str]:
    return [missing for outcome in outcomes for missing in outcome.missing]

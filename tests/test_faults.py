from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.faults import NAMES, Expected, Standing, standing, wanted
from feedpub.report import Fault

START = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
EMPTY = Fault("empty", "it has no release", "https://news.example/list")


def story(looks: str, minutes: int) -> str:
    """What is told in a series of runs: `x` finds the fault, `.` does not, `?` cannot tell; `S` starts, `E` ends it."""
    told, kept = "", tuple[Standing, ...]()
    for number, look in enumerate(looks):
        now = START + timedelta(minutes=minutes * number)
        found = [EMPTY] if look == "x" else []
        change = standing(kept, found, lambda _, look=look: look != "?", now)  # type: ignore[misc]
        told += "S" if change.started else "E" if change.ended else "-"
        kept = change.standing
    return told


@pytest.mark.parametrize(
    ("minutes", "looks", "told"),
    [
        pytest.param(10, "..x.........", "--SE--------", id="ends when it is not found any more"),
        pytest.param(10, "x.x.x.x.x.x.", "SES---------", id="comes and goes: told twice"),
        pytest.param(10, "x.....x......x", "SE----S-----ES", id="is back within an hour, then ends after an hour"),
        pytest.param(60, "x..x.x..", "SE-SESE-", id="asked hourly"),
        pytest.param(1440, "xx..x.x.", "S-E-SESE", id="asked daily"),
        pytest.param(10, "x????????????..", "S------------E-", id="not judged for two hours"),
        pytest.param(60, "x???????.", "S-------E", id="not judged for seven hours"),
        pytest.param(1440, "x" + "?" * 31, "S" + "-" * 29 + "E-", id="never judged again"),
    ],
)
def test_a_fault_is_told_when_it_starts_and_when_it_ends(minutes: int, looks: str, told: str) -> None:
    assert story(looks, minutes) == told


def test_a_fault_that_goes_on_is_told_of_with_its_newest_figures_and_its_first_day() -> None:
    first = standing((), [EMPTY], lambda _: True, START)
    later = msgspec.structs.replace(EMPTY, what="it still has no release")
    change = standing(first.standing, [later], lambda _: True, START + timedelta(hours=2))
    assert (change.started, change.ended) == ((), ())
    (one,) = change.standing
    assert (one.fault, one.since, one.seen) == (later, START, START + timedelta(hours=2))


def test_faults_of_two_lists_start_and_end_apart() -> None:
    other = msgspec.structs.replace(EMPTY, where="https://news.example/other")
    first = standing((), [EMPTY], lambda _: True, START)
    second = standing(first.standing, [EMPTY, other], lambda _: True, START)
    assert second.started == (other,)
    third = standing(second.standing, [other], lambda _: True, START + timedelta(days=1))
    assert [one.fault for one in third.ended] == [EMPTY]
    assert [one.fault for one in third.standing if one.stands()] == [other]


def test_what_is_ignored_is_not_wanted() -> None:
    assert wanted([EMPTY, Fault("silent", "…")], Expected(ignore=("empty",))) == (Fault("silent", "…"),)


@given(st.lists(st.tuples(st.sampled_from("x.?"), st.integers(1, 3000)), max_size=40))
def test_starts_and_ends_take_turns_and_what_is_kept_can_be_stored(looks: list[tuple[str, int]]) -> None:
    now, kept, open_ = START, tuple[Standing, ...](), False
    for look, minutes in looks:
        now += timedelta(minutes=minutes)
        change = standing(kept, [EMPTY] if look == "x" else [], lambda _, look=look: look != "?", now)  # type: ignore[misc]
        assert not (change.started and change.ended)
        assert not (change.started and open_)
        assert not change.ended or open_
        open_ = (open_ or bool(change.started)) and not change.ended
        assert any(one.over is None for one in change.standing) == open_ == (open_ or look == "x")
        kept = msgspec.json.decode(msgspec.json.encode(change.standing), type=tuple[Standing, ...])
        assert kept == change.standing


def test_names_are_words_that_a_script_can_use_and_say_what_they_are() -> None:
    for name, what in NAMES.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert what
        assert not what.endswith(".")

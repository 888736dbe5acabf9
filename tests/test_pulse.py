"""Signs of life of a run."""

from __future__ import annotations

from pathlib import Path

import msgspec

from feedpub.config import Settings
from feedpub.configtables import AlertTable, HttpTable
from feedpub.pulse import Pulse, patience
from tests.serving.here import settings


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_run_that_gives_no_sign_of_life_for_longer_than_it_may_hangs() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    with pulse.run("gov"):
        clock.now += 60
        assert pulse.hangs(60) == ""
        clock.now += 1
        assert pulse.hangs(60) == "gave no sign of life for 61 s"
        pulse.beat()
        assert pulse.hangs(60) == ""


def test_progress_is_a_sign_of_life() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    with pulse.run("gov"):
        clock.now += 61
        pulse.begin("gov", 3)
        assert not pulse.hangs(60)
        clock.now += 61
        assert pulse.hangs(60)
        pulse.advance(2)
        assert not pulse.hangs(60)


def test_a_run_that_goes_on_for_ever_hangs_whatever_signs_it_gives() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    with pulse.run("gov"):
        clock.now += 12 * 3600 + 1
        pulse.beat()
        assert pulse.hangs(60) == "goes on for 43201 s"


def test_between_runs_nothing_hangs_and_the_next_begins_anew() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    with pulse.run("gov"):
        assert pulse.source == "gov"
    clock.now += 100_000
    assert (pulse.source, pulse.hangs(60)) == ("", "")
    assert pulse.where() == []
    with pulse.run("inbox"):
        assert pulse.hangs(60) == ""


def test_where_a_run_is_can_be_told() -> None:
    pulse = Pulse()
    with pulse.run("gov"):
        assert any(line.endswith("test_where_a_run_is_can_be_told") for line in pulse.where())


def test_what_the_config_lets_a_run_take_is_never_taken_for_a_hang(tmp_path: Path) -> None:
    plain = settings(tmp_path)

    def more(**changes: object) -> Settings:
        return msgspec.structs.replace(plain, **changes)

    assert patience(plain) >= plain.http.run_time + plain.http.deadline + 600
    assert patience(more(http=HttpTable(run_time=9_000))) >= 9_000
    assert patience(more(hubs=("a", "b"), hub_timeout=500.0)) >= patience(plain) + 2 * 3 * 500
    assert patience(more(alert=AlertTable(timeout=1_000.0))) >= 2_000

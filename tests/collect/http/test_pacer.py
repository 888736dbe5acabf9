from __future__ import annotations

from feedpub.collect.pacer import Pacer


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def paced() -> tuple[Pacer, Clock]:
    clock = Clock()
    return Pacer(clock.read, clock.sleep), clock


def test_the_first_request_does_not_wait() -> None:
    pacer, clock = paced()
    pacer("a.example", 2)
    assert clock.slept == []


def test_requests_to_one_host_are_spaced_out() -> None:
    pacer, clock = paced()
    for _ in range(4):
        pacer("a.example", 2)
    assert clock.slept == [0.5, 0.5, 0.5]


def test_less_than_one_request_a_second_is_possible() -> None:
    pacer, clock = paced()
    pacer("a.example", 0.1)
    pacer("a.example", 0.1)
    assert clock.slept == [10.0]


def test_hosts_do_not_wait_for_one_another() -> None:
    pacer, clock = paced()
    pacer("a.example", 1)
    pacer("b.example", 1)
    assert clock.slept == []


def test_only_what_is_left_of_the_pause_is_waited_for() -> None:
    pacer, clock = paced()
    pacer("a.example", 1)
    clock.now += 0.75
    pacer("a.example", 1)
    assert clock.slept == [0.25]


def test_a_pause_that_is_long_over_gives_no_credit_for_a_burst() -> None:
    pacer, clock = paced()
    pacer("a.example", 1)
    clock.now += 60
    pacer("a.example", 1)
    pacer("a.example", 1)
    assert clock.slept == [1.0]


def test_0_is_no_limit() -> None:
    pacer, clock = paced()
    for _ in range(100):
        pacer("a.example", 0)
    assert clock.slept == []


def test_two_sources_with_their_own_rates_share_the_pauses_of_a_host() -> None:
    pacer, clock = paced()
    pacer("a.example", 1)
    pacer("a.example", 4)
    pacer("a.example", 1)
    assert clock.slept == [1.0, 0.25]

"""A run that is to end cuts its requests short, and learns nothing of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import msgspec
import pytest

from feedpub.collect.http import Client, dialer
from feedpub.collect.pacer import Pacer, pacing
from feedpub.configtables import HttpTable
from feedpub.errors import FetchError, StoppedError, TemporaryError
from tests import loopback
from tests.collect.http.asking import LIMIT, SOON, surroundings
from tests.loopback import Loopback, Route


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture(autouse=True)
def _short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialer, "_GRACE", 0.3)
    monkeypatch.setattr(dialer, "_LOOK_EVERY", 0.05)


def asking(server: Loopback, stop: threading.Event, limits: HttpTable | None = None) -> Client:
    around = surroundings(limits or HttpTable(), pacer=Pacer(sleep=pacing(stop.is_set)))
    return Client(server.url, msgspec.structs.replace(around, stop=stop.is_set), allow_private=True)


def seconds_until_cut(server: Loopback, route: Route, limits: HttpTable | None = None) -> float:
    """How long a request still goes on when the run is to end."""
    stop = threading.Event()
    server.routes["/page"] = route
    began: list[float] = []

    def end() -> None:
        server.wait_for(1)
        time.sleep(0.1)
        began.append(time.monotonic())
        stop.set()

    ending = threading.Thread(target=end)
    ending.start()
    with asking(server, stop, limits) as client, pytest.raises(StoppedError):
        client.get(server.address("/page"), max_bytes=LIMIT)
    ended = time.monotonic()
    ending.join()
    return ended - began[0]


@pytest.mark.parametrize(
    "route",
    [loopback.silent(), loopback.dripping(b"x", 100, 0.05), loopback.late(loopback.page("x"), 60)],
    ids=["silent", "dripping", "late"],
)
def test_a_request_under_way_has_a_little_time_left_and_is_then_cut(server: Loopback, route: Route) -> None:
    assert 0.2 < seconds_until_cut(server, route) < SOON


def test_what_fails_for_now_is_not_tried_again_and_says_nothing_of_its_server(server: Loopback) -> None:
    late_failure = loopback.late(loopback.answer(status=503), 0.25)
    assert seconds_until_cut(server, late_failure, HttpTable(attempts=10, retry_wait=30)) < SOON
    assert len(server.paths) == 1


def test_an_answer_that_comes_in_that_time_is_taken(server: Loopback) -> None:
    stop = threading.Event()
    server.routes["/page"] = loopback.late(loopback.page("the text"), 0.15)
    stop.set()
    with asking(server, stop) as client:
        assert client.get(server.address("/page"), max_bytes=LIMIT).body == b"the text"


def test_afterwards_nothing_is_asked(server: Loopback) -> None:
    stop = threading.Event()
    server.routes["/page"] = loopback.page("the text")
    stop.set()
    with asking(server, stop) as client:
        client.get(server.address("/page"), max_bytes=LIMIT)
        time.sleep(0.35)
        with pytest.raises(StoppedError):
            client.get(server.address("/page"), max_bytes=LIMIT)
    assert len(server.paths) == 1


def test_a_wait_for_ones_turn_ends(server: Loopback) -> None:
    stop = threading.Event()
    pacer = Pacer(sleep=pacing(stop.is_set))
    pacer("host", 0.01)
    threading.Timer(0.1, stop.set).start()
    began = time.monotonic()
    with pytest.raises(StoppedError):
        pacer("host", 0.01)
    assert time.monotonic() - began < SOON
    assert server.paths == []


def test_a_run_that_goes_on_waits_as_it_did(server: Loopback) -> None:
    # In looks, but as long as a server has, and no longer.
    server.routes["/page"] = loopback.silent()
    began = time.monotonic()
    limits = HttpTable(timeout=0.4, attempts=1)
    with asking(server, threading.Event(), limits) as client, pytest.raises(TemporaryError, match=r"within 0\.4 s"):
        client.get(server.address("/page"), max_bytes=LIMIT)
    assert 0.4 <= time.monotonic() - began < SOON
    server.routes["/page"] = loopback.late(loopback.page("the text"), 0.3)
    with asking(server, threading.Event(), HttpTable(timeout=SOON)) as client:
        assert client.get(server.address("/page"), max_bytes=LIMIT).body == b"the text"
    sleep, began = pacing(lambda: False), time.monotonic()
    sleep(0.3)
    assert 0.3 <= time.monotonic() - began < SOON


def test_to_be_stopped_is_no_failure_to_fetch() -> None:
    # Whoever takes a failure to fetch for an answer must not take this for one.
    assert not issubclass(StoppedError, FetchError)

"""What fails for now is asked for again: how often, after how long, and what is not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st

from feedpub.collect.http import retrying
from feedpub.configtables import HttpTable
from feedpub.errors import FetchError, TemporaryError
from feedpub.model import Validators
from tests import loopback
from tests.collect.http.asking import LIMIT, NOW, SOON, Visits, client, in_turn, reset, sent
from tests.loopback import Conversation, Loopback, Route

QUICK = HttpTable(timeout=SOON, retry_wait=0.01)
GOOD = loopback.page("text")
SERVERS_CLOCK = "Fri, 20 Nov 2026 10:00:00 GMT"


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def get(server: Loopback, route: Route, limits: HttpTable = QUICK) -> bytes:
    server.routes["/page"] = route
    with client(server.url, limits=limits) as asking:
        return asking.get(server.address("/page"), max_bytes=LIMIT).body


def failure(server: Loopback, route: Route, limits: HttpTable = QUICK) -> TemporaryError:
    with pytest.raises(TemporaryError) as failed:
        get(server, route, limits)
    return failed.value


def busy(status: int = 503, **headers: str) -> Route:
    return loopback.answer(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})


def _hung_up(conversation: Conversation) -> None:
    conversation.hang_up()


FOR_NOW = {
    "408": busy(408),
    "425": busy(425),
    "429": busy(429),
    "500": busy(500),
    "502": busy(502),
    "503": busy(503),
    "504": busy(504),
    "a server that hangs up": _hung_up,
    "a connection that is reset": sent(end=reset),
    "a body that is cut off": loopback.cut_off(b"te", 4),
    "chunks without an end": loopback.chunked([b"te"], whole=False),
    "no HTTP": sent(b"220 mail.example ESMTP ready\r\n"),
    "a redirect to what is no address": loopback.redirect("http://[::broken/"),
}
FOR_GOOD = {
    "400": busy(400),
    "401": busy(401),
    "403": busy(403),
    "404": busy(404),
    "410": busy(410),
    "451": busy(451),
    "204": busy(204),
    "a page that is too large": loopback.answer(headers={"Content-Length": "5000000"}),
    "gzip that is none": loopback.encoded(b"text", "gzip"),
    "another host": loopback.redirect("http://other.example/"),
    "a redirect to a file": loopback.redirect("file:///etc/hostname"),
}


@pytest.mark.parametrize("case", FOR_NOW)
def test_what_fails_for_now_may_go_well_the_next_time(case: str, server: Loopback) -> None:
    assert get(server, in_turn(FOR_NOW[case], FOR_NOW[case], GOOD)) == b"text"
    assert server.paths == ["/page"] * 3


@pytest.mark.parametrize("case", FOR_NOW)
def test_what_goes_on_failing_is_given_up(case: str, server: Loopback) -> None:
    failure(server, FOR_NOW[case])
    assert server.paths == ["/page"] * 3


@pytest.mark.parametrize("case", FOR_GOOD)
def test_what_fails_for_good_is_asked_for_once(case: str, server: Loopback) -> None:
    with pytest.raises(FetchError) as failed:
        get(server, FOR_GOOD[case])
    assert not isinstance(failed.value, TemporaryError)
    assert server.paths == ["/page"]


def test_what_fails_for_good_the_second_time_is_not_asked_for_again(server: Loopback) -> None:
    with pytest.raises(FetchError, match="HTTP 404"):
        get(server, in_turn(busy(500), busy(404), GOOD))
    assert server.paths == ["/page"] * 2


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_the_number_of_attempts_is_the_configs(attempts: int, server: Loopback) -> None:
    failure(server, busy(500), HttpTable(attempts=attempts, retry_wait=0.001))
    assert server.paths == ["/page"] * attempts


def test_an_error_is_that_of_the_last_attempt(server: Loopback) -> None:
    assert "HTTP 502" in str(failure(server, in_turn(busy(500), busy(503), busy(502))))


def test_a_server_that_is_not_there_is_tried_again() -> None:
    with Loopback() as gone:
        url = gone.url
    with client(url, limits=QUICK) as asking, pytest.raises(TemporaryError, match="refused"):
        asking.get(url, max_bytes=LIMIT)


def test_conditions_are_sent_each_time(server: Loopback) -> None:
    server.routes["/page"] = in_turn(busy(500), loopback.validated(b"text", etag='"7"'))
    with client(server.url, limits=QUICK) as asking:
        assert asking.get(server.address("/page"), max_bytes=LIMIT, known=Validators(etag='"7"')).not_modified


def test_a_measure_and_a_form_are_asked_for_once(server: Loopback) -> None:
    server.routes["/page"] = busy(503)
    with client(server.url, limits=QUICK) as asking:
        with pytest.raises(TemporaryError):
            asking.measure(server.address("/page"))
        with pytest.raises(TemporaryError):
            asking.post(server.address("/page"), {"a": "b"})
        with pytest.raises(TemporaryError):
            asking.post_json(server.address("/page"), b"{}")
    assert [one.method for one in server.requests] == ["HEAD", "POST", "POST"]


# How long is waited


def test_waits_grow_and_no_two_are_alike(monkeypatch: pytest.MonkeyPatch, server: Loopback) -> None:
    first: list[float] = []
    second: list[float] = []
    for waits in (first, second):
        monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waits.append))
        failure(server, busy(500), HttpTable(attempts=5, retry_wait=1))
    for waits in (first, second):
        assert [low <= wait <= low + 1 for low, wait in zip((1, 2, 4, 8), waits, strict=True)] == [True] * 4, waits
    assert first != second


@pytest.mark.parametrize("status", [429, 503])
def test_it_is_waited_as_long_as_the_server_asks_for(
    status: int, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waits.append))
    assert get(server, in_turn(busy(status, Retry_After="7"), GOOD), HttpTable()) == b"text"
    assert waits == [7]


@pytest.mark.parametrize("off", [timedelta(0), timedelta(days=400), timedelta(days=-400)])
def test_a_date_is_by_the_servers_own_clock(off: timedelta, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waits.append))
    clock = NOW + off
    until = format_datetime(clock + timedelta(seconds=9), usegmt=True)
    head = f"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nDate: {format_datetime(clock, usegmt=True)}\r\n"
    busy_until = sent(f"{head}Retry-After: {until}\r\n\r\n".encode())
    assert get(server, in_turn(busy_until, GOOD), HttpTable()) == b"text"
    assert waits == [9]


def test_who_asks_to_be_left_alone_for_long_is_not_waited_for(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waits.append))
    problem = failure(server, busy(429, Retry_After="3600"), HttpTable())
    assert str(problem).endswith(": HTTP 429 Too Many Requests; asks to wait 3600 s")
    assert (problem.after, waits, server.paths) == (3600, [], ["/page"])


def test_what_is_asked_for_is_told_to_the_run(server: Loopback) -> None:
    visits = Visits()
    server.routes |= {"/long": busy(429, Retry_After="600"), "/short": busy(429, Retry_After="9"), "/no": busy(503)}
    with client(server.url, limits=HttpTable(attempts=1), pacer=visits) as asking:
        for path in ("/long", "/short", "/no"):
            with pytest.raises(TemporaryError):
                asking.get(server.address(path), max_bytes=LIMIT)
    assert visits.take_rest() == 600
    assert visits.take_rest() == 0


def test_what_would_be_after_the_deadline_is_not_waited_for(server: Loopback) -> None:
    started = time.monotonic()
    problem = failure(server, busy(503, Retry_After="9"), HttpTable(deadline=5))
    assert problem.after == 9
    failure(server, busy(500), HttpTable(deadline=3, retry_wait=5))
    assert time.monotonic() - started < SOON
    assert server.paths == ["/page"] * 2


def test_a_wait_never_goes_past_the_deadline(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    # The first wait would fit, the second not: what is told is what went wrong, and not that the time is over.
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waits.append))
    problem = failure(server, busy(500), HttpTable(attempts=9, deadline=7, retry_wait=1))
    assert "HTTP 500" in str(problem)
    assert len(waits) == 3
    assert sum(waits) <= 2 + 3 + 5


def test_the_time_of_all_attempts_is_bounded(server: Loopback) -> None:
    started = time.monotonic()
    failure(server, loopback.silent(), HttpTable(timeout=0.2, deadline=0.5, retry_wait=0.01, attempts=100))
    assert time.monotonic() - started < SOON


def test_nothing_is_said_while_it_is_waited(server: Loopback, capfd: pytest.CaptureFixture[str]) -> None:
    # Standard output is for data, and cron mails what is on it.
    assert get(server, in_turn(busy(500), GOOD)) == b"text"
    assert capfd.readouterr() == ("", "")


def test_where_retrying_is_switched_off_it_is_asked_once(server: Loopback) -> None:
    stamina.set_active(False)
    try:
        failure(server, busy(500))
    finally:
        stamina.set_active(True)
    assert server.paths == ["/page"]


# Retry-After


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 0),
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("86400", 86_400),
        ("86401", 86_400),
        ("9" * 500, 86_400),
        ("-5", 0),
        ("1.5", 0),
        ("١٢٠", 0),
        ("soon", 0),
        ("Fri, 20 Nov 2026 10:02:00 GMT", 120),
        ("Fri, 20 Nov 2026 18:02:00 +0800", 120),
        ("Friday, 20-Nov-26 10:02:00 GMT", 120),
        ("Fri Nov 20 10:02:00 2026", 120),
        ("Fri, 20 Nov 2026 09:00:00 GMT", 0),
        ("Fri, 20 Nov 2099 10:00:00 GMT", 86_400),
        ("Fri, 32 Nov 2026 10:00:00 GMT", 0),
        ("Fri, 20 Nov 99999999 10:00:00 GMT", 0),
    ],
)
def test_retry_after(header: str, seconds: float) -> None:
    assert retrying.asked_for(header, SERVERS_CLOCK) == seconds


def test_without_a_date_of_the_servers_ours_is_taken() -> None:
    soon = format_datetime(datetime.now(NOW.tzinfo) + timedelta(seconds=100), usegmt=True)
    for date in ("", "no date"):
        assert 90 < retrying.asked_for(soon, date) <= 100


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_a_server_asks_for_it_is_a_number_of_seconds(header: str, date: str) -> None:
    assert 0 <= retrying.asked_for(header, date) <= 86_400

"""The dialer by itself: what it connects to, and what a connection may take."""

from __future__ import annotations

import ssl
import threading
import time
from math import inf
from typing import Any

import httpcore
import httpx
import pytest

from feedpub.collect import guard
from feedpub.collect.http.dialer import Dialer, TooMuchError, Transport
from feedpub.errors import FetchError, StoppedError

OURS, OTHER, PRIVATE = "203.198.7.10", "203.198.7.11", "10.0.0.7"
NAMES = {"news.example": [OURS, OTHER], "proxy.example": [PRIVATE], "nowhere.example": []}
OPTIONS = ((6, 1, 1),)


class Wires(httpcore.MockBackend):
    """Connections that are made up: takes notes of them, and of those that it refuses."""

    def __init__(self, *refuses: str) -> None:
        super().__init__([b"text", b"more"])
        self.refuses = refuses
        self.made: list[tuple[str, int, Any, Any, Any]] = []

    def answer(self, parts: list[bytes]) -> None:
        """From now on, connections say this, twice."""
        self._buffer = parts * 2

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        self.made.append((host, port, timeout, local_address, socket_options))
        if host in self.refuses:
            raise httpcore.ConnectError(f"{host} refuses")
        return super().connect_tcp(host, port, timeout, local_address, socket_options)


@pytest.fixture
def wires(monkeypatch: pytest.MonkeyPatch) -> Wires:
    made = Wires()
    monkeypatch.setattr(httpcore, "SyncBackend", lambda: made)
    monkeypatch.setattr(guard, "resolve", lambda host, _: NAMES[host])
    return made


def dialer(seconds: float = 20, size: int = 1_000_000, *, allow_private: bool = False) -> Dialer:
    made = Dialer(allow_private=allow_private)
    made.begin(seconds)
    made.allow(size)
    return made


# Connecting


def test_it_connects_to_the_address_with_all_that_was_asked(wires: Wires) -> None:
    dialer().connect_tcp("news.example", 8443, 3.0, "192.0.2.1", OPTIONS)
    assert wires.made == [(OURS, 8443, 3.0, "192.0.2.1", OPTIONS)]


def test_it_takes_no_longer_than_the_request_has(wires: Wires) -> None:
    for timeout in (None, 30.0):
        dialer(seconds=5).connect_tcp("news.example", 80, timeout)
    assert all(4 < made[2] <= 5 for made in wires.made)
    assert len(wires.made) == 2


def test_it_connects_to_no_private_address_unless_it_may(wires: Wires) -> None:
    with pytest.raises(guard.RefusedError, match="private network"):
        dialer().connect_tcp("proxy.example", 80)
    assert wires.made == []
    dialer(allow_private=True).connect_tcp("proxy.example", 80)
    assert [made[0] for made in wires.made] == [PRIVATE]


def test_of_several_addresses_that_refuse_the_last_one_is_told(wires: Wires) -> None:
    wires.refuses = (OURS, OTHER)
    with pytest.raises(httpcore.ConnectError, match=f"{OTHER} refuses"):
        dialer().connect_tcp("news.example", 80)
    assert [made[0] for made in wires.made] == [OURS, OTHER]


def test_a_name_without_an_address_is_told(wires: Wires) -> None:
    with pytest.raises(httpcore.ConnectError, match=r"^its name has no address$"):
        dialer().connect_tcp("nowhere.example", 80)
    assert wires.made == []


# What a request may take


def test_each_thread_has_its_own_time_and_none_before_it_begins() -> None:
    ours = Dialer(allow_private=False)
    assert (ours.seconds, ours.until) == (0.0, 0.0)
    ours.begin(7.5)
    assert ours.seconds == 7.5
    assert time.monotonic() < ours.until <= time.monotonic() + 7.5
    seen: list[float] = []
    thread = threading.Thread(target=lambda: seen.extend((ours.seconds, ours.until)))
    thread.start()
    thread.join()
    assert seen == [0.0, 0.0]


def test_a_request_whose_time_is_over_may_take_no_step() -> None:
    ours = dialer(seconds=0)
    for timeout in (None, 5.0):
        with pytest.raises(httpcore.ReadTimeout):
            ours.left(timeout)


def test_as_many_bytes_as_are_allowed_may_come_and_not_one_more(wires: Wires) -> None:
    stream = dialer(size=8).connect_tcp("news.example", 80)
    assert stream.read(100) + stream.read(100) == b"textmore"
    stream = dialer(size=7).connect_tcp("news.example", 80)
    stream.read(100)
    with pytest.raises(TooMuchError):
        stream.read(100)
    assert len(wires.made) == 2


def test_where_nothing_was_allowed_nothing_may_come() -> None:
    ours = Dialer(allow_private=False)
    ours.count(0)
    with pytest.raises(TooMuchError):
        ours.count(1)


def test_a_request_is_untouched_until_it_connects_or_something_comes(wires: Wires) -> None:
    ours = dialer()
    assert not ours.untouched
    ours.untouched = True
    ours.count(0)
    assert ours.untouched
    ours.count(4)
    assert not ours.untouched
    ours.untouched = True
    ours.connect_tcp("news.example", 80)
    assert not ours.untouched
    assert len(wires.made) == 1


# Steps of a connection


class Clock:
    """A monotonic clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("feedpub.collect.http.dialer.time", made)
    return made


class Wire(httpcore.NetworkStream):
    """A connection that is made up: it says its parts in turn, and where there are none it waits. Takes notes."""

    def __init__(self, clock: Clock, *parts: bytes) -> None:
        self.clock, self.parts = clock, list(parts)
        self.steps: list[tuple[Any, ...]] = []

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.steps.append(("read", max_bytes, timeout))
        if self.parts:
            return self.parts.pop(0)
        self.clock.now += timeout or 0.0
        raise httpcore.ReadTimeout

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.steps.append(("write", buffer, timeout))

    def close(self) -> None:
        self.steps.append(("close",))

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self.steps.append(("tls", ssl_context, server_hostname, timeout))
        return self

    def get_extra_info(self, info: str) -> str:
        return f"the {info}"


def connected(monkeypatch: pytest.MonkeyPatch, ours: Dialer, wire: Wire) -> httpcore.NetworkStream:
    monkeypatch.setattr(ours._backend, "connect_tcp", lambda *_: wire)  # noqa: SLF001 - the end of the wire
    return ours.connect_tcp("news.example", 80)


def test_every_step_has_the_time_that_it_asks_for_or_what_the_request_has_left(
    wires: Wires, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(clock, b"text", b"more", b"and more")
    stream = connected(monkeypatch, dialer(seconds=20), wire)
    trust = ssl.create_default_context()
    stream.write(b"GET", 3.0)
    stream.read(100, 4.0)
    clock.now += 5
    stream.write(b"GET")
    stream.read(200)
    secure = stream.start_tls(trust, "news.example", 30.0)
    assert secure.read(300, 16.0) == b"and more"
    assert secure.get_extra_info("socket") == "the socket"
    secure.close()
    assert wire.steps == [
        ("write", b"GET", 3.0),
        ("read", 100, 4.0),
        ("write", b"GET", 15.0),
        ("read", 200, 15.0),
        ("tls", trust, "news.example", 15.0),
        ("read", 300, 15.0),
        ("close",),
    ]
    assert wires.made == []


def test_what_comes_over_tls_is_counted(wires: Wires, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = connected(monkeypatch, dialer(size=7), Wire(clock, b"text", b"more"))
    secure = stream.start_tls(ssl.create_default_context(), "news.example")
    secure.read(100)
    with pytest.raises(TooMuchError):
        secure.read(100)
    assert wires.made == []


# A run that is to end


class Stop:
    """Whether a run is to end."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        return self.asked


def test_where_a_run_may_be_stopped_reading_looks_up_from_time_to_time(
    wires: Wires, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Dialer(allow_private=False, stop=Stop())
    ours.begin(1.25)
    wire = Wire(clock)
    stream = connected(monkeypatch, ours, wire)
    with pytest.raises(httpcore.ReadTimeout):
        stream.read(100)
    assert wire.steps == [("read", 100, 0.5), ("read", 100, 0.5), ("read", 100, 0.25)]
    assert wires.made == []


def test_a_run_that_is_to_end_waits_two_seconds_for_its_requests(
    wires: Wires, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Stop()
    ours = Dialer(allow_private=False, stop=stop)
    ours.begin(60)
    wire = Wire(clock)
    stream = connected(monkeypatch, ours, wire)
    assert (ours.grace(), ours.left(None)) == (inf, 60)
    stop.asked = True
    clock.now += 10
    assert (ours.grace(), ours.left(None), ours.left(0.5)) == (2, 2, 0.5)
    clock.now += 0.75
    assert (ours.grace(), ours.left(None)) == (1.25, 1.25)
    with pytest.raises(StoppedError, match=r"^the run is to end$"):
        stream.read(100)
    assert clock.now == 1_012
    with pytest.raises(StoppedError):
        ours.left(5)
    assert wires.made == []


# The transport


ANSWER = [b"HTTP/1.1 203 Odd\r\nX-Seen: 1\r\nContent-Length: 4\r\n\r\n", b"text"]


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What pools of connections are made with: the proxy's address, "" without one, and the rest by name."""
    made: list[tuple[str, dict[str, Any]]] = []

    class Pool(httpcore.ConnectionPool):
        def __init__(self, **how: Any) -> None:
            made.append(("", how))
            super().__init__(**how)

    class Proxied(httpcore.HTTPProxy):
        def __init__(self, proxy_url: str, **how: Any) -> None:
            made.append((proxy_url, how))
            super().__init__(proxy_url, **how)

    monkeypatch.setattr(httpcore, "ConnectionPool", Pool)
    monkeypatch.setattr(httpcore, "HTTPProxy", Proxied)
    return made


def ask(transport: Transport, url: str = "http://news.example/page?a=1") -> bytes:
    answer = transport.handle_request(httpx.Request("GET", url))
    assert (answer.status_code, answer.headers["x-seen"]) == (203, "1")
    assert answer.extensions["http_version"] == b"HTTP/1.1"
    try:
        return answer.read()
    finally:
        answer.close()


def test_a_pool_is_made_once_and_keeps_connections_for_a_while(
    wires: Wires, pools: list[tuple[str, dict[str, Any]]]
) -> None:
    wires.answer(ANSWER)
    ours = dialer()
    transport = Transport(ours, 3)
    assert ask(transport) + ask(transport) == b"texttext"
    transport.close()
    assert pools == [
        ("", {"ssl_context": None, "max_connections": 3, "keepalive_expiry": 4.0, "network_backend": ours}),
    ]


def test_a_proxy_may_be_in_a_private_network_and_gets_its_password_by_itself(
    wires: Wires, pools: list[tuple[str, dict[str, Any]]]
) -> None:
    wires.answer(ANSWER)
    transport = Transport(dialer(), 3, "http://me:s%40id@proxy.example:3128")
    assert ask(transport) == b"text"
    transport.close()
    assert [(made[0], made[1], made[3]) for made in wires.made] == [(PRIVATE, 3128, None)]
    assert all(0 < made[2] <= 20 for made in wires.made)
    ((address, how),) = pools
    assert address == "http://proxy.example:3128"
    assert how.pop("network_backend") is not None
    assert how == {
        "proxy_auth": (b"me", b"s@id"),
        "ssl_context": None,
        "proxy_ssl_context": None,
        "max_connections": 3,
        "keepalive_expiry": 4.0,
    }


def test_a_proxy_is_connected_to_with_all_that_was_asked(wires: Wires, pools: list[tuple[str, dict[str, Any]]]) -> None:
    wires.answer(ANSWER)
    transport = Transport(dialer(), 1, "proxy.example:3128")
    ask(transport)
    transport.close()
    ((address, how),) = pools
    assert (address, how["proxy_auth"]) == ("http://proxy.example:3128", None)
    wires.made.clear()
    how["network_backend"].connect_tcp("proxy.example", 3129, 2.0, "192.0.2.1", OPTIONS)
    assert wires.made == [(PRIVATE, 3129, 2.0, "192.0.2.1", OPTIONS)]


def test_a_proxy_that_is_asked_over_tls_is_trusted_as_servers_are(
    wires: Wires, pools: list[tuple[str, dict[str, Any]]]
) -> None:
    wires.answer(ANSWER)
    transport = Transport(dialer(), 1, "https://proxy.example")
    assert ask(transport) == b"text"
    transport.close()
    assert [made[:2] for made in wires.made] == [(PRIVATE, 443)]
    trust = pools[0][1]["proxy_ssl_context"]
    assert (trust.verify_mode, trust.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("socks5://me:secret@proxy.example", 'a proxy with the scheme "socks5" cannot be used; expected http:// or'),
        ("http://", 'a proxy with the scheme "http" cannot be used; expected http:// or https://'),
        ("http://me:secret@[::1", "the address of the proxy is no address; see `proxy` in [http], or the environment"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_told_without_its_password(proxy: str, said: str, wires: Wires) -> None:
    with pytest.raises(FetchError) as refused:
        ask(Transport(dialer(), 1, proxy))
    assert str(refused.value).startswith(said)
    assert wires.made == []

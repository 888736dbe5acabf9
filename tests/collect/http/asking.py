"""What tests of the HTTP room ask with: clients, a network of names, answers byte for byte."""

from __future__ import annotations

import ipaddress
import os
import socket
import struct
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from feedpub.collect.base import Surroundings
from feedpub.collect.guard import Hosts
from feedpub.collect.http import Client
from feedpub.collect.pacer import Pacer
from feedpub.collect.robots import Robots
from feedpub.configtables import HttpTable
from feedpub.errors import FetchError
from tests.loopback import Conversation, Route

LIMIT = 1_000_000
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
# Seconds within which a short time-out must have come; far more than it takes, as machines stall.
SOON = 2.5
ONCE = HttpTable(timeout=SOON, attempts=1)


class Visits(Pacer):
    """A pacer that only takes notes."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[tuple[str, float]] = []

    def __call__(self, host: str, per_second: float) -> None:
        self.made.append((host, per_second))


def surroundings(limits: HttpTable, *, pacer: Pacer | None = None, robots: Robots | None = None) -> Surroundings:
    return Surroundings(
        now=NOW, http=limits, user_agent="feedpub-test/1", languages=("en",), pacer=pacer or Pacer(), robots=robots
    )


def client(
    hosts: Hosts | Iterable[str] | str,
    *,
    limits: HttpTable = ONCE,
    allow_private: bool = True,
    per_second: float = 0,
    pacer: Pacer | None = None,
    robots: Robots | None = None,
    connections: int = 1,
) -> Client:
    """A client for the hosts of addresses."""
    addresses = [hosts] if isinstance(hosts, str) else hosts
    return Client(
        addresses if isinstance(addresses, Hosts) else Hosts.of(addresses),
        surroundings(limits, pacer=pacer, robots=robots),
        per_second=per_second,
        allow_private=allow_private,
        connections=connections,
    )


def refusal(asking: Client, url: str) -> str:
    """What is said of an address that cannot be had; it is one line, and begins with the address."""
    with pytest.raises(FetchError) as caught:
        asking.get(url, max_bytes=LIMIT)
    said = str(caught.value)
    assert "\n" not in said
    assert said.startswith(f"{url}: ")
    return said.removeprefix(f"{url}: ")


class HasPort(Protocol):
    """A server on loopback."""

    @property
    def port(self) -> int: ...


class Network:
    """An invented internet, for this process.

    Names resolve to what `names` says, one answer after the other, and the last one goes on; addresses to themselves,
    also in the spellings that a C library takes for one. `servers` are what is at an address, at every port; whatever
    else is connected to refuses. `looked_up` and `dialled` are what was done.
    """

    def __init__(
        self,
        patch: pytest.MonkeyPatch,
        names: Mapping[str, list[tuple[str, ...]]],
        servers: Mapping[str, HasPort] | None = None,
    ) -> None:
        self.names = {name: list(answers) for name, answers in names.items()}
        self.servers = dict(servers or {})
        self.looked_up: list[str] = []
        self.dialled: list[str] = []
        patch.setattr(socket, "getaddrinfo", self._look_up)
        patch.setattr(socket, "create_connection", self._dial)

    def _look_up(self, host: str, port: int, *_: object, **__: object) -> list[Any]:
        self.looked_up.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in self._answer(host)]

    def _answer(self, host: str) -> tuple[str, ...]:
        answers = self.names.get(host, [])
        if not answers:
            return (_literal(host),)
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _dial(self, address: tuple[str, int], timeout: float, **_: object) -> socket.socket:
        self.dialled.append(address[0])
        if address[0] not in self.servers:
            raise ConnectionRefusedError(111, "Connection refused")
        made = socket.socket()
        made.settimeout(timeout)
        made.connect(("127.0.0.1", self.servers[address[0]].port))
        return made


def _literal(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None


def sent(*parts: bytes, end: Callable[[Conversation], None] = Conversation.hang_up) -> Route:
    """An answer byte for byte, its head too."""

    def route(conversation: Conversation) -> None:
        for part in parts:
            conversation.write(part)
        end(conversation)

    return route


def reset(conversation: Conversation) -> None:
    """Break the connection off (RST)."""
    conversation.hang_up()
    connection = conversation._handler.connection  # noqa: SLF001 - nothing else here goes below HTTP
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())


def in_turn(*routes: Route) -> Route:
    """The first route the first time, and so on; the last one goes on."""
    left = list(routes)

    def route(conversation: Conversation) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(conversation)

    return route

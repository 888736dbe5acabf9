"""The town's name leads home: to a port of this machine. For any version of feedpub, so it imports nothing of ours."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

HOST = "www.town.example"


@contextmanager
def at_home(port: int) -> Iterator[None]:
    """Lead the town's name to a port of this machine: its address, and so all ids and bytes, are always the same."""
    connect, look_up = socket.create_connection, socket.getaddrinfo

    def find(host: Any, *more: Any, **named: Any) -> Any:
        return look_up("127.0.0.1" if host in (HOST, HOST.encode()) else host, *more, **named)

    def lead(address: tuple[str, int], *more: Any, **named: Any) -> socket.socket:
        known = address[0] in (HOST, "127.0.0.1") and address[1] == 80
        return connect(("127.0.0.1", port) if known else address, *more, **named)

    with mock.patch("socket.getaddrinfo", find), mock.patch("socket.create_connection", lead):
        yield

"""An invented internet: names that resolve as a test says, and addresses behind which loopback servers are.

Whatever else is connected to is noted and refused: that the guard lets nothing through is seen in `dialled`.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.loopback import Loopback

_CERTIFICATE = Path(__file__).with_name("selfsigned.pem")


class TlsLoopback(Loopback):
    """A server that speaks TLS with a certificate that nobody signed but itself."""

    def __init__(self) -> None:
        super().__init__()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_CERTIFICATE)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)


class Net:
    """Names and servers. `names` has what a name resolves to, one answer after the other; the last one goes on."""

    def __init__(self) -> None:
        self.names: dict[str, list[tuple[str, ...]]] = {}
        self.servers: dict[tuple[str, int], int] = {}
        self.dialled: list[tuple[str, int]] = []
        self._connect = socket.create_connection

    def serve(self, name: str, address: str, server: Loopback, port: int = 80) -> None:
        """Have a server answer at a public address that has a name."""
        self.names[name] = [(address,)]
        self.servers[address, port] = server.port

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put it in place of the real one, for this process."""
        patch.setattr(socket, "getaddrinfo", self.resolve)
        patch.setattr(socket, "create_connection", self.connect)

    def resolve(self, host: str, port: int, *_: object, **__: object) -> list[Any]:
        """As `socket.getaddrinfo`."""
        return [(_family(one), socket.SOCK_STREAM, 6, "", (one, port)) for one in self._answer(host)]

    def connect(self, address: tuple[str, int], *arguments: Any, **named: Any) -> socket.socket:
        """As `socket.create_connection`."""
        self.dialled.append(address)
        if address not in self.servers:
            raise ConnectionRefusedError(f"nothing is at {address}")
        return self._connect(("127.0.0.1", self.servers[address]), *arguments, **named)

    def _answer(self, host: str) -> Sequence[str]:
        try:
            return [str(ipaddress.ip_address(host.partition("%")[0]))]
        except ValueError:
            answers = self.names.get(host)
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return answers.pop(0) if len(answers) > 1 else answers[0]


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET

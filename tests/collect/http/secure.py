"""Servers that speak TLS, with certificates made for the test run, and a proxy."""

from __future__ import annotations

import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest

from tests.loopback import Loopback


def certificate(folder: Path, name: str) -> Path:
    """A key and a certificate for a name, signed by nobody but itself, in one file."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("makes a certificate with the openssl command, which is not here")
    made = folder / f"{name}.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", made, "-out", f"{made}.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    made.write_bytes(made.read_bytes() + Path(f"{made}.crt").read_bytes())
    return made


class TlsLoopback(Loopback):
    """A server that speaks TLS."""

    def __init__(self, pem: Path) -> None:
        super().__init__()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)


class Proxy:
    """A proxy. It answers what it is asked to forward with `body`, and connects what is tunnelled to `target`.

    Both only if `status` is 200. `heads` are the request lines and headers that came.
    """

    def __init__(
        self, *, status: str = "200 OK", body: bytes = b"from the proxy", target: Loopback | None = None
    ) -> None:
        self.status, self.body, self.target = status, body, target
        self.heads: list[str] = []
        owner = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    owner.serve(self.connection)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            got = connection.recv(65_536)
            if not got:
                return
            head += got
        self.heads.append(head.decode())
        if self.status != "200 OK":
            connection.sendall(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        elif head.startswith(b"CONNECT "):
            assert self.target is not None
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with socket.socket() as there:
                there.connect(("127.0.0.1", self.target.port))
                pumps = [
                    threading.Thread(target=_pump, args=pair) for pair in ((connection, there), (there, connection))
                ]
                for pump in pumps:
                    pump.start()
                for pump in pumps:
                    pump.join(5)
        else:
            size = len(self.body)
            connection.sendall(
                f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n".encode() + self.body
            )


def _pump(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while data := here.recv(65_536):
            there.sendall(data)
    with suppress(OSError):
        there.shutdown(socket.SHUT_WR)

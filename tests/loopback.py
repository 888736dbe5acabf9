"""A small real HTTP server on 127.0.0.1 for tests: a dict of paths, and a log of what was asked.

    with Loopback({"/page": page("text"), "/old": redirect("/page")}) as server:
        client.get(server.address("/page"))
        assert server.paths == ["/page"]

What a path maps to is called with the `Conversation`; the functions below make the usual ones. Routes may be changed
while the server runs. A path with a query is looked up with it first, then without. Leaving the block ends every
conversation, and raises what went wrong inside a route.
"""

from __future__ import annotations

import gzip
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from typing import Any, Self

_PATIENCE = 5.0
"""Seconds after which a test server gives up waiting for its own threads."""


@dataclass(frozen=True)
class Request:
    """What was asked. `path` has its query; the names of `headers` are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


class Conversation:
    """One request and the answer to it, byte for byte in the route's hands."""

    def __init__(self, handler: _Handler, request: Request, closing: threading.Event) -> None:
        self._handler, self.request, self._closing = handler, request, closing
        self._over = False

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the status line and the headers; they are the whole answer to HEAD."""
        self._over = self.request.method == "HEAD"
        self._handler.send_response(status)
        for name, value in headers.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def write(self, data: bytes) -> None:
        """Send bytes of the body as they are."""
        if self._over:
            return
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def wait(self, seconds: float) -> None:
        """Do nothing for a while; the end of the server ends the wait."""
        if self._closing.wait(seconds):
            raise ConnectionAbortedError

    def hang_up(self) -> None:
        """Close the connection after this answer."""
        self._handler.close_connection = True


Route = Callable[[Conversation], None]


def answer(body: bytes = b"", *, status: int = 200, headers: Mapping[str, str] | None = None) -> Route:
    """A whole answer; Content-Length is set unless `headers` have their own."""

    def route(conversation: Conversation) -> None:
        conversation.head(status, {"Content-Length": str(len(body)), **(headers or {})})
        conversation.write(body)

    return route


def page(text: str | bytes, content_type: str = "text/html; charset=utf-8") -> Route:
    """A text as a page."""
    return answer(text.encode() if isinstance(text, str) else text, headers={"Content-Type": content_type})


def redirect(to: str, status: int = 302, body: bytes = b"") -> Route:
    """A redirect to an address, absolute or not."""
    return answer(body, status=status, headers={"Location": to})


def validated(body: bytes, *, etag: str = "", last_modified: str = "", content_type: str = "text/html") -> Route:
    """A body with validators: 304 to who already has it."""
    given = {"ETag": etag, "Last-Modified": last_modified}
    headers = {"Content-Type": content_type} | {name: value for name, value in given.items() if value}

    def route(conversation: Conversation) -> None:
        asked = conversation.request.headers
        if (etag and asked.get("if-none-match") == etag) or (
            last_modified and "if-none-match" not in asked and asked.get("if-modified-since") == last_modified
        ):
            conversation.head(304, headers)
        else:
            conversation.head(200, {"Content-Length": str(len(body)), **headers})
            conversation.write(body)

    return route


def gzipped(body: bytes, content_type: str = "text/html; charset=utf-8") -> Route:
    """A body, compressed."""
    return encoded(gzip.compress(body, mtime=0), "gzip", content_type)


def encoded(raw: bytes, encoding: str, content_type: str = "text/html; charset=utf-8") -> Route:
    """Bytes as they are, under a content encoding."""
    return answer(raw, headers={"Content-Type": content_type, "Content-Encoding": encoding})


def chunked(parts: Iterable[bytes], *, whole: bool = True, headers: Mapping[str, str] | None = None) -> Route:
    """A body in chunks; if not `whole`, the connection closes where the last chunk should have come."""
    kept = tuple(parts)

    def route(conversation: Conversation) -> None:
        conversation.head(200, {"Content-Type": "text/html", "Transfer-Encoding": "chunked", **(headers or {})})
        for part in kept:
            conversation.write(b"%x\r\n%s\r\n" % (len(part), part))
        if whole:
            conversation.write(b"0\r\n\r\n")
        else:
            conversation.hang_up()

    return route


def cut_off(body: bytes, promised: int, headers: Mapping[str, str] | None = None) -> Route:
    """A body that is shorter than its Content-Length."""

    def route(conversation: Conversation) -> None:
        conversation.head(200, {"Content-Type": "text/html", "Content-Length": str(promised), **(headers or {})})
        conversation.write(body)
        conversation.hang_up()

    return route


def dripping(part: bytes, times: int, every: float) -> Route:
    """A body that comes in drops, `every` so many seconds."""

    def route(conversation: Conversation) -> None:
        conversation.head(200, {"Content-Type": "text/html", "Content-Length": str(len(part) * times)})
        for _ in range(times):
            conversation.write(part)
            conversation.wait(every)

    return route


def late(route: Route, seconds: float) -> Route:
    """Any route, but it takes so long before the first byte."""

    def waiting(conversation: Conversation) -> None:
        conversation.wait(seconds)
        route(conversation)

    return waiting


def silent() -> Route:
    """No answer, until the server ends."""
    return late(answer(), 600)


class Loopback:
    """The server. Use it as a context manager; it listens on a free port of 127.0.0.1."""

    def __init__(self, routes: Mapping[str, Route] | None = None) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.requests: list[Request] = []
        self._asked = threading.Condition()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address, with the last slash."""
        return f"http://127.0.0.1:{self.port}/"

    def address(self, path: str) -> str:
        """The absolute address of a path."""
        return self.url.removesuffix("/") + path

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        with self._asked:
            return [request.path for request in self.requests]

    def wait_for(self, count: int, path: str | None = None, timeout: float = 20.0) -> None:
        """Wait until there were so many requests (for a path, or at all); fails after `timeout` seconds."""

        def enough() -> bool:
            return sum(path in (None, request.path) for request in self.requests) >= count

        with self._asked:
            assert self._asked.wait_for(enough, timeout), f"not asked {count} times for {path} in {timeout} s"

    def route(self, path: str) -> Route:
        """What answers a request for a path, query and all."""
        route = self.routes.get(path) or self.routes.get(path.partition("?")[0])
        return route or answer(b"no such page", status=404)

    def note(self, request: Request) -> None:
        """Take note of a request."""
        with self._asked:
            self.requests.append(request)
            self._asked.notify_all()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._server.end()
        self._thread.join(_PATIENCE)
        if self._server.faults and kind is None:
            raise self._server.faults[0]


class _Server(ThreadingMixIn, HTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, owner: Loopback) -> None:
        self.owner, self.closing = owner, threading.Event()
        self.faults: list[BaseException] = []
        self._open: set[socket.socket] = set()
        self._gate = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        # As HTTPServer's, but without its look-up of our own name.
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._gate:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._gate:
            self._open.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - as the base class has it
        fault = sys.exception()
        # A client that goes away is no fault of the test server: some tests are about that.
        if fault is not None and not isinstance(fault, OSError):
            self.faults.append(fault)

    def end(self) -> None:
        """Stop listening, end every conversation, and wait for their threads."""
        self.closing.set()
        self.shutdown()
        with self._gate:
            for one in self._open:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
        self.server_close()
        until = time.monotonic() + _PATIENCE
        while self._open and time.monotonic() < until:
            time.sleep(0.005)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "loopback"
    # Small writes go out at once: tests count on what was sent before a pause.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        owner = self.server.owner
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        request = Request(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        owner.note(request)
        owner.route(self.path)(Conversation(self, request, self.server.closing))

    do_HEAD = do_POST = do_GET  # noqa: N815 - the base class looks for these names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
        """Say nothing: `Loopback.requests` is the log."""

"""A web server for the output directory, in a thread of its own: uvicorn around the application."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import uvicorn

from feedpub import sitewide
from feedpub.config import REMOTE, Settings
from feedpub.errors import ConfigError, FeedpubError
from feedpub.serving.address import LOOPBACK, Address
from feedpub.serving.answers import Served
from feedpub.serving.app import Application
from feedpub.serving.own import Own
from feedpub.site import missing

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})
_PATIENCE = 10.0
"""Seconds in which a server that listens already has to answer."""
_GRACE = 1
"""Seconds that answers under way have at the end."""
_END = 3.0
"""Seconds after which a server that does not end is left behind: its thread goes with the process."""
_WAITING = 128
"""Connections that wait to be taken."""
_ANYWHERE = {"0.0.0.0": LOOPBACK, "::": "::1"}  # noqa: S104 - only to tell how it is reached from here


def application(settings: Settings, clock: Callable[[], datetime], started: datetime | None = None) -> Application:
    """The output directory of a config as an ASGI application; `started` is when the job began to run beside it."""
    site = sitewide.site(settings)
    names = tuple(unquote(name) for name in urlsplit(settings.base_url).path.split("/") if name)
    pages = {language: missing.page(site, (language,)).body for language in settings.languages}
    served = Served(base_url=settings.base_url, hubs=settings.hubs, remote_images=settings.images == REMOTE)
    return Application(settings.output, names, served, pages, clock, Own(settings, clock, started))


class Serving:
    """A server: what it serves, and where.

    Args:
        settings: the config whose output directory is served.
        at: where it listens.
        clock: tells the time.
        runs: the job runs beside it.
    """

    def __init__(self, settings: Settings, at: Address, clock: Callable[[], datetime], *, runs: bool = False) -> None:
        self._at, self._clock, self._runs = at, clock, runs
        self.use(settings)

    def use(self, settings: Settings) -> None:
        """Serve the output directory of another config from now on; answers under way end as they began."""
        # Its sources may be new, and are asked at once.
        self._application = application(settings, self._clock, self._clock() if self._runs else None)
        path = urlsplit(settings.base_url).path or "/"
        self.address = f"http://{Address(_ANYWHERE.get(self._at.host, self._at.host), self._at.port)}{path}"
        """The address of the first page."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._application(scope, receive, send)


@contextmanager
def running(settings: Settings, at: Address, clock: Callable[[], datetime], *, runs: bool = False) -> Iterator[Serving]:
    """Serve the output directory until the block is left; then at once, whoever is still connected.

    Signals are left to the thread that calls this; `runs` says that the job runs beside it.

    Raises:
        ConfigError: it cannot listen there.
    """
    listening = listen(at)
    serving = Serving(settings, Address(at.host, listening.getsockname()[1]), clock, runs=runs)
    config = uvicorn.Config(
        serving,
        # What is chosen by what else is installed would differ from one machine to the next.
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level=logging.ERROR,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), name="serving", daemon=True)
    # Threads inherit the mask: a signal to the process would end it, if this one took it.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        thread.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    try:
        _wait_for_start(server, thread)
        yield serving
    finally:
        server.should_exit = True
        thread.join(_END)
        listening.close()


class _Server(uvicorn.Server):
    """Ends also where somebody does not read what he asked for."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let answers under way end for a while, then cut them off."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # That is no fault.
        await super().shutdown(sockets)
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # It is done by the loop.


def _wait_for_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    until = time.monotonic() + _PATIENCE
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            raise FeedpubError("the web server does not start")
        time.sleep(0.005)


def listen(at: Address) -> socket.socket:
    """Listen at an address; whoever connects waits until it is served.

    Raises:
        ConfigError: it is in use, may not be used, or is not this machine's.
    """
    try:
        places = socket.getaddrinfo(at.host, at.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise ConfigError(f"{at}: there is no such host") from None
    problem = ""
    for family, kind, protocol, _, place in places:
        try:
            listening = socket.socket(family, kind, protocol)
        except OSError as error:
            problem = error.strerror or str(error)
            continue
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(place)
            listening.listen(_WAITING)
        except OSError as error:
            listening.close()
            problem = error.strerror or str(error)
        else:
            return listening
    raise ConfigError(f"{at}: cannot listen there: {problem}; choose another HOST:PORT")


@contextmanager
def signals() -> Iterator[Callable[[], None]]:
    """Have SIGTERM and SIGINT (Ctrl-C) end no more than a wait, until the block is left.

    Yields:
        What waits for one.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield _wait_for_signal
    finally:
        while signal.sigtimedwait(_SIGNALS, 0):
            pass  # A second signal asked for what has just been done.
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wait_for_signal() -> None:
    signal.sigwait(_SIGNALS)

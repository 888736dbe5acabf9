"""Makes the connections: only to addresses that the guard has checked, and none outlasts its request's deadline."""

from __future__ import annotations

import functools
import math
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined] # unlisted

import httpcore
import httpx

from feedpub.collect import guard
from feedpub.errors import FetchError, StoppedError

ENVIRONMENT = "environment"
"""As the proxy: those that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name."""
_KEPT = 4.0
"""Seconds that a connection is kept without being used: a little less than servers keep them."""
_GRACE = 2.0
"""Seconds that requests still have when the run is to end."""
_LOOK_EVERY = 0.5
"""Seconds after which somebody who waits for bytes looks whether the run is to end."""
_SocketOptions = Iterable[httpcore.SOCKET_OPTION] | None


class TooMuchError(Exception):
    """A server sends more bytes than an answer may have, whatever it calls them."""


class Dialer(httpcore.NetworkBackend):
    """Connects, with a check after the name is resolved and for every hop of a redirect, where nothing gets round it.

    Args:
        allow_private: whether addresses of private networks may be connected to.
        stop: whether the run is to end; None where it is never asked.
    """

    def __init__(self, *, allow_private: bool, stop: Callable[[], bool] | None = None) -> None:
        self.allow_private, self.stop = allow_private, stop
        self._stopped: float | None = None
        self._backend = httpcore.SyncBackend()
        self._own = threading.local()

    def begin(self, seconds: float) -> None:
        """Let this thread's next request take so many seconds."""
        self._own.seconds = seconds
        self.until = time.monotonic() + seconds

    @property
    def seconds(self) -> float:
        """How many seconds the request that this thread makes has."""
        return getattr(self._own, "seconds", 0.0)

    @property
    def until(self) -> float:
        """When the request that this thread makes has to be over, on the monotonic clock."""
        return getattr(self._own, "until", 0.0)

    @until.setter
    def until(self, moment: float) -> None:
        self._own.until = moment

    def allow(self, size: int) -> None:
        """Let the answer to this thread's next request have so many bytes on the wire, everything included."""
        self._own.size = size

    @property
    def untouched(self) -> bool:
        """Whether nothing came for this thread's request since this was set, and it needed no connection."""
        return not getattr(self._own, "touched", True)

    @untouched.setter
    def untouched(self, untouched: bool) -> None:
        self._own.touched = not untouched

    def count(self, size: int) -> None:
        """Take note of bytes that came.

        Raises:
            TooMuchError: more than were allowed.
        """
        self.untouched &= not size
        self._own.size = getattr(self._own, "size", 0) - size
        if self._own.size < 0:
            raise TooMuchError

    def left(self, timeout: float | None) -> float:
        """The seconds that one step may take.

        Raises:
            ReadTimeout: the request has none left.
            StoppedError: the run is to end, and has waited.
        """
        left = min(self.until - time.monotonic(), self.grace())
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(timeout, left)

    def left_to_try_again(self) -> float:
        """The seconds that further attempts may take.

        Raises:
            StoppedError: the run is to end: what failed for now might have gone well.
        """
        if self.stop is not None and self.stop():
            raise StoppedError("the run is to end")
        return self.until - time.monotonic()

    def grace(self) -> float:
        """The seconds for which requests are still waited for: no end of them, but when the run is to end.

        Raises:
            StoppedError: there are none left.
        """
        if self.stop is None or not self.stop():
            return math.inf
        now = time.monotonic()
        if self._stopped is None:
            self._stopped = now
        if now >= self._stopped + _GRACE:
            raise StoppedError("the run is to end")
        return self._stopped + _GRACE - now

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: _SocketOptions = None,
    ) -> httpcore.NetworkStream:
        """Connect, but only to where the guard allows; of several addresses to the first that answers."""
        resolver = guard.resolve if self.allow_private else guard.checked_addresses
        return self.connect(resolver(host, port), port, timeout, local_address, socket_options)

    def connect(
        self,
        addresses: list[str],
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: _SocketOptions,
    ) -> httpcore.NetworkStream:
        """Connect to the first of several addresses that answers."""
        self.untouched = False
        problem: Exception = httpcore.ConnectError("its name has no address")
        for address in addresses:
            try:
                stream = self._backend.connect_tcp(address, port, self.left(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
            else:
                return _Stream(stream, self)
        raise problem

    def check_behind_proxy(self, host: str, port: int) -> None:
        """Check a host that a proxy will connect to. The proxy resolves its name; here it is checked as far as known.

        Raises:
            RefusedError: it is an address of a private network, or its name resolves to one here.
        """
        if self.allow_private:
            return
        try:
            guard.checked_addresses(host, port)
        except guard.UnknownNameError:
            return  # Behind a proxy there may be no name service at all.


class _ToProxy(httpcore.NetworkBackend):
    """Connects to a proxy, which the operator named: it may be in a private network."""

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: _SocketOptions = None,
    ) -> httpcore.NetworkStream:
        return self._dialer.connect(guard.resolve(host, port), port, timeout, local_address, socket_options)


class _Stream(httpcore.NetworkStream):
    """A connection whose every step ends at the deadline, and whose bytes are counted."""

    def __init__(self, inner: httpcore.NetworkStream, dialer: Dialer) -> None:
        self._inner, self._dialer = inner, dialer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._read(max_bytes, timeout)
        self._dialer.count(len(data))
        return data

    def _read(self, max_bytes: int, timeout: float | None) -> bytes:
        left = self._dialer.left(timeout)
        if self._dialer.stop is None:
            return self._inner.read(max_bytes, left)
        until = time.monotonic() + left
        while True:
            try:
                return self._inner.read(max_bytes, min(left, _LOOK_EVERY))
            except httpcore.ReadTimeout:
                self._dialer.grace()
                left = until - time.monotonic()
                if left <= 0:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._dialer.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._dialer.left(timeout)), self._dialer)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class Transport(httpx.BaseTransport):
    """httpx's own transport, but with a dialer of ours; httpx has no public way to give it one.

    Args:
        dialer: makes the connections.
        connections: how many there may be at once.
        proxy: the address of a proxy; "environment" for those that the environment names; "" for none.
    """

    def __init__(self, dialer: Dialer, connections: int, proxy: str = "") -> None:
        self._dialer, self._connections, self._proxy = dialer, connections, proxy
        self._pools: dict[tuple[str, str], httpcore.ConnectionPool] = {}
        self._gate = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask, and give the answer with its body not read yet."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        body = request.read()
        asked = httpcore.Request(
            request.method, url, headers=request.headers.raw, content=body, extensions=request.extensions
        )
        answer = self._answer(self._pool(self._proxy_for(request.url), request.url.scheme), asked)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )

    def _answer(self, pool: httpcore.ConnectionPool, asked: httpcore.Request) -> httpcore.Response:
        """What a server answers. A kept connection that turns out to be closed is replaced (RFC 9112, 9.3.1)."""
        while True:
            self._dialer.untouched = True
            try:
                return pool.handle_request(asked)
            except (httpcore.RemoteProtocolError, httpcore.NetworkError):
                if not (self._dialer.untouched and asked.method in (b"GET", b"HEAD")):
                    raise

    def _proxy_for(self, url: httpx.URL) -> str:
        host, port = url.raw_host.decode("ascii"), url.port or guard.PORTS[url.scheme]
        proxy = self._proxy
        if proxy == ENVIRONMENT:
            proxy = "" if proxy_bypass_environment(f"{host}:{port}") else getproxies_environment().get(url.scheme, "")
        if proxy:
            self._dialer.check_behind_proxy(host, port)
        return proxy

    def _pool(self, proxy: str, scheme: str) -> httpcore.ConnectionPool:
        with self._gate:
            if (proxy, scheme) not in self._pools:
                # What is trusted takes time to load, and many sources need none of it.
                trust = _trust() if scheme == "https" else None
                self._pools[proxy, scheme] = self._new_pool(proxy, trust)
            return self._pools[proxy, scheme]

    def _new_pool(self, proxy: str, trust: ssl.SSLContext | None) -> httpcore.ConnectionPool:
        if not proxy:
            return httpcore.ConnectionPool(
                ssl_context=trust,
                max_connections=self._connections,
                keepalive_expiry=_KEPT,
                network_backend=self._dialer,
            )
        at = _proxy_address(proxy)
        # As bytes: httpcore takes only ASCII as text.
        name, password = (text.encode() for text in (at.username, at.password))
        return httpcore.HTTPProxy(
            str(at.copy_with(username=None, password=None)),
            proxy_auth=(name, password) if name else None,
            ssl_context=trust,
            proxy_ssl_context=_trust() if at.scheme == "https" else None,
            max_connections=self._connections,
            keepalive_expiry=_KEPT,
            network_backend=_ToProxy(self._dialer),
        )

    def close(self) -> None:
        """Close the connections."""
        for pool in self._pools.values():
            pool.close()


def _proxy_address(proxy: str) -> httpx.URL:
    """A proxy's address. What is said of it has no more than its scheme: the rest may be its password.

    Raises:
        FetchError: it is none.
    """
    try:
        at = httpx.URL(proxy if "://" in proxy else f"http://{proxy}")
    except (httpx.InvalidURL, UnicodeError):
        raise FetchError("the address of the proxy is no address; see `proxy` in [http], or the environment") from None
    if at.scheme not in guard.PORTS or not at.host:
        raise FetchError(f'a proxy with the scheme "{at.scheme}" cannot be used; expected http:// or https://')
    return at


@functools.cache
def _trust() -> ssl.SSLContext:
    return httpcore.default_ssl_context()


class _Body(httpx.SyncByteStream):
    """The body of an answer as it comes off the wire."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()

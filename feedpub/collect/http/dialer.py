"""Makes the connections: only to addresses that the guard has checked, and none outlasts its request's deadline."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from feedpub.collect import guard

ENVIRONMENT = "environment"
"""As the proxy: those that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name."""


class Dialer(httpcore.NetworkBackend):
    """Connects, with a check after the name is resolved and for every hop of a redirect, where nothing gets round it.

    Args:
        allow_private: whether addresses of private networks may be connected to.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self.proxies: set[tuple[str, int]] = set()
        self._backend = httpcore.SyncBackend()
        self._own = threading.local()

    @property
    def until(self) -> float:
        """When the request that this thread makes has to be over, on the monotonic clock."""
        return getattr(self._own, "until", 0.0)

    @until.setter
    def until(self, moment: float) -> None:
        self._own.until = moment

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect, but only to where the guard allows; of several addresses to the first that answers."""
        free = self._allow_private or (host, port) in self.proxies
        addresses = [host] if free else guard.checked_addresses(host, port)
        for address in addresses[:-1]:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(addresses[-1], port, timeout, local_address, socket_options)

    def _connect(
        self,
        address: str,
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.NetworkStream:
        stream = self._backend.connect_tcp(address, port, self.left(timeout), local_address, socket_options)
        return _Stream(stream, self)

    def check_behind_proxy(self, host: str, port: int) -> None:
        """Check a host that a proxy will connect to. The proxy resolves its name; here it is checked as far as known.

        Raises:
            RefusedError: it is an address of a private network, or its name resolves to one here.
        """
        if self._allow_private:
            return
        try:
            known = guard.resolve(host, port)
        except guard.RefusedError:
            return  # Behind a proxy there may be no name service at all.
        guard.checked_addresses(host, port, lambda *_: known)

    def left(self, timeout: float | None) -> float:
        """The seconds that one step may take."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection whose every step ends at the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, dialer: Dialer) -> None:
        self._inner, self._dialer = inner, dialer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._dialer.left(timeout))

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
        self._pools: dict[str, httpcore.ConnectionPool] = {}
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
        answer = self._pool(self._proxy_for(request.url)).handle_request(asked)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )

    def _proxy_for(self, url: httpx.URL) -> str:
        proxy = self._proxy
        if proxy == ENVIRONMENT:
            proxy = "" if proxy_bypass(url.host) else getproxies().get(url.scheme, "")
        if proxy:
            self._dialer.check_behind_proxy(url.host, url.port or guard.PORTS[url.scheme])
        return proxy

    def _pool(self, proxy: str) -> httpcore.ConnectionPool:
        with self._gate:
            if proxy not in self._pools:
                self._pools[proxy] = self._new_pool(proxy)
            return self._pools[proxy]

    def _new_pool(self, proxy: str) -> httpcore.ConnectionPool:
        if not proxy:
            return httpcore.ConnectionPool(max_connections=self._connections, network_backend=self._dialer)
        at = httpx.URL(proxy)
        self._dialer.proxies.add((at.host, at.port or guard.PORTS.get(at.scheme, 0)))
        return httpcore.HTTPProxy(
            str(at.copy_with(username=None, password=None)),
            proxy_auth=(at.username, at.password) if at.username else None,
            max_connections=self._connections,
            network_backend=self._dialer,
        )

    def close(self) -> None:
        """Close the connections."""
        for pool in self._pools.values():
            pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer as it comes off the wire."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()

"""The one place that speaks HTTP: bounded, paced, guarded, conditional."""

from __future__ import annotations

import re
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Self

import httpcore
import httpx
import msgspec

from feedpub.collect import guard
from feedpub.collect.pacer import Pacer
from feedpub.configtables import HttpTable
from feedpub.errors import FetchError, GoneError
from feedpub.model import Measure, Validators

_STEP = 65_536
"""Bytes that one decoding step may give, so that a small bomb is noticed after 64 KiB and not after 4 GB."""
_NOT_MODIFIED = 304
_GONE = frozenset({404, 410})
_NO_HEAD = frozenset({405, 501})
_UNTYPED = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})
"""Types that a server says where it knows none."""
_PAGE = "text/html"
_GZIP_WINDOW = 31
_LENGTH = re.compile(r"[0-9]{1,15}")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: its final address, status, decoded body, declared charset ("" if none) and validators."""

    url: str
    status: int
    body: bytes
    charset: str
    validators: Validators

    @property
    def not_modified(self) -> bool:
        """Whether the server said that nothing changed since the validators were given."""
        return self.status == _NOT_MODIFIED


class _Dialer(httpcore.NetworkBackend):
    """Connects to addresses that the guard has checked, and lets nothing outlast the deadline.

    The check is here, after the name is resolved and for every hop of a redirect, where nothing gets round it.
    """

    def __init__(self, trusted: tuple[str, int] | None, *, allow_private: bool) -> None:
        self._trusted, self._allow_private = trusted, allow_private
        self._backend = httpcore.SyncBackend()
        self.until = 0.0

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect, but only to where the guard allows."""
        if not self._allow_private and (host, port) != self._trusted:
            host = guard.checked_address(host, port)
        stream = self._backend.connect_tcp(host, port, self.left(timeout), local_address, socket_options)
        return _Stream(stream, self)

    def left(self, timeout: float | None) -> float:
        """The seconds that one step may take."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection whose every step ends at the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, dialer: _Dialer) -> None:
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


class _Transport(httpx.BaseTransport):
    """httpx's own transport, but with a dialer of ours; httpx has no public way to give it one."""

    def __init__(self, dialer: _Dialer) -> None:
        self._pool = httpcore.ConnectionPool(network_backend=dialer)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
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
        answer = self._pool.handle_request(asked)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer as it comes off the wire."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class Client:
    """A client for one source.

    Args:
        base_url: the source's own address. Where the operator wrote it as a private address, that host is
            trusted, and only that one.
        limits: what one request may cost.
        user_agent: says who asks.
        per_second: requests a second to one host; 0 is no limit.
        allow_private: whether hosts of private networks may be asked.
        pacer: waits for its turn; share one between clients of the same host.
    """

    def __init__(
        self,
        base_url: str,
        *,
        limits: HttpTable,
        user_agent: str,
        per_second: float,
        allow_private: bool,
        pacer: Pacer,
    ) -> None:
        own = httpx.URL(base_url)
        trusted = None
        if guard.is_literal_private(own.host):
            trusted = (own.host, own.port or (443 if own.scheme == "https" else 80))
        self._limits, self._per_second, self._pace = limits, per_second, pacer
        self._dialer = _Dialer(trusted, allow_private=allow_private)
        self._client = httpx.Client(
            transport=_Transport(self._dialer),
            timeout=limits.timeout,
            headers={
                "User-Agent": user_agent,
                "Accept": "text/html, application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5",
                # Only what is decoded here in bounded steps.
                "Accept-Encoding": "gzip, identity",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, url: str, *, max_bytes: int, known: Validators | None = None) -> Reply:
        """Get an address, with at most the configured redirects.

        Args:
            url: absolute, http or https.
            max_bytes: of the decoded body.
            known: validators from the last time; the reply may then be "not modified".

        Raises:
            FetchError: no answer, an answer that is not 200 (or 304 where asked for), too large, or cut off.
        """
        headers = {}
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        with self._asked(url, "GET", headers) as response:
            return self._reply(response, url, max_bytes, conditional=bool(headers))

    def measure(self, url: str) -> Measure:
        """Ask with HEAD for the size and the type of what is at an address; 0 and "" where the server does not say.

        Raises:
            FetchError: no answer, or one that says nothing about it.
        """
        with self._asked(url, "HEAD", {"Accept": "*/*", "Accept-Encoding": "identity"}) as response:
            if response.status_code in _NO_HEAD:
                return Measure()
            if response.status_code != httpx.codes.OK:
                raise _refused(response, url)
            length = response.headers.get("Content-Length", "") if "Content-Encoding" not in response.headers else ""
            media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if media_type == _PAGE and not url.partition("?")[0].endswith((".htm", ".html")):
                return Measure()  # A page of the server's own, that there is no such thing.
            return Measure(
                length=int(length) if _LENGTH.fullmatch(length) else 0,
                media_type="" if media_type in _UNTYPED or not _TYPE.fullmatch(media_type) else media_type,
            )

    def post(self, url: str, fields: dict[str, str]) -> None:
        """Post a form.

        Raises:
            FetchError: no answer, one that is not 2xx, or a redirect that does not take the form with it.
        """
        with self._asked(url, "POST", {}, fields) as response:
            if response.request.method != "POST":
                raise FetchError(f"{url}: leads to {response.url}, which did not get what was posted; use that address")
            if not response.is_success:
                raise _refused(response, url)

    @contextmanager
    def _asked(
        self, url: str, method: str, headers: dict[str, str], fields: dict[str, str] | None = None
    ) -> Iterator[httpx.Response]:
        """The answer to a request, after at most the configured redirects; its body is not read yet."""
        self._dialer.until = time.monotonic() + self._limits.deadline
        try:
            request = self._client.build_request(method, url, headers=headers, data=fields)
            response = self._follow(request, url)
            try:
                yield response
            finally:
                response.close()
        except guard.RefusedError as problem:
            raise FetchError(f"{url}: {problem}") from None
        except (httpx.InvalidURL, UnicodeError) as problem:
            raise FetchError(f"{url}: is no address ({problem})") from None
        except (httpx.TimeoutException, httpcore.TimeoutException):
            if time.monotonic() >= self._dialer.until:
                raise FetchError(f"{url}: took longer than {self._limits.deadline:g} s") from None
            raise FetchError(f"{url}: no answer within {self._limits.timeout:g} s") from None
        except (
            httpx.HTTPError,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.UnsupportedProtocol,
        ) as problem:
            raise FetchError(f"{url}: {str(problem) or type(problem).__name__}") from None
        except zlib.error as problem:
            raise FetchError(f"{url}: the gzip body is broken ({problem})") from None

    def _follow(self, request: httpx.Request, url: str) -> httpx.Response:
        for _ in range(self._limits.max_redirects + 1):
            self._pace(request.url.host, self._per_second)
            response = self._client.send(request, stream=True)
            if response.next_request is None:
                return response
            # The body of a redirect is never read.
            response.close()
            request = response.next_request
        raise FetchError(f"{url}: more than {self._limits.max_redirects} redirects")

    def _reply(self, response: httpx.Response, url: str, max_bytes: int, *, conditional: bool) -> Reply:
        status = response.status_code
        if status != httpx.codes.OK and not (conditional and status == _NOT_MODIFIED):
            raise _refused(response, url)
        body = bytearray()
        if status != _NOT_MODIFIED:
            for chunk in _decoded(response, url):
                body += chunk
                if len(body) > max_bytes:
                    raise FetchError(f"{url}: larger than {max_bytes:,} bytes")
        return Reply(
            url=str(response.url),
            status=status,
            body=bytes(body),
            charset=response.charset_encoding or "",
            validators=Validators(
                etag=response.headers.get("ETag", ""),
                last_modified=response.headers.get("Last-Modified", ""),
            ),
        )


def _refused(response: httpx.Response, url: str) -> FetchError:
    kind = GoneError if response.status_code in _GONE else FetchError
    return kind(f"{url}: HTTP {response.status_code} {response.reason_phrase}".rstrip())


def _decoded(response: httpx.Response, url: str) -> Iterator[bytes]:
    """The body in steps of at most 64 KiB, whatever the encoding."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        yield from response.iter_raw()
        return
    if encoding not in ("gzip", "x-gzip"):
        raise FetchError(f'{url}: content encoding "{encoding}" was not asked for')
    inflate = zlib.decompressobj(_GZIP_WINDOW)
    for chunk in response.iter_raw():
        waiting = chunk
        while waiting:
            if inflate.eof:  # A gzip body may have several members (RFC 1952, 2.2).
                inflate = zlib.decompressobj(_GZIP_WINDOW)
            yield inflate.decompress(waiting, _STEP)
            waiting = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
    while not inflate.eof and (rest := inflate.decompress(inflate.unconsumed_tail, _STEP)):
        yield rest
    if not inflate.eof:
        raise FetchError(f"{url}: the gzip body is cut off")

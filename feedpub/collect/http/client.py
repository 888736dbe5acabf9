"""The client of one source: what it may ask, what a request may cost, and what went wrong, as a sentence."""

from __future__ import annotations

import re
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Self, TypeVar

import httpcore
import httpx
import msgspec

from feedpub.collect import guard
from feedpub.collect.base import Surroundings
from feedpub.collect.http import decoding, retrying
from feedpub.collect.http.dialer import Dialer, Transport
from feedpub.collect.keptpages import Kept, Use
from feedpub.collect.options import WebOptions
from feedpub.collect.robots import MOST_BYTES
from feedpub.errors import FetchError, GoneError, RefusedAddressError, ReleaseError, TemporaryError
from feedpub.model import Measure, Validators

_NOT_MODIFIED, _BUSY, _SERVER_ERROR = 304, frozenset({408, 425, 429}), 500
_GONE = frozenset({404, 410})
_NO_HEAD = frozenset({405, 501})
_UNTYPED = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})
"""Types that a server says where it knows none."""
_PAGE = "text/html"
_LENGTH = re.compile(r"[0-9]{1,15}")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")
_BROKEN = (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)
_T = TypeVar("_T")


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


def open_client(addresses: Iterable[str], options: WebOptions, around: Surroundings) -> Client:
    """A client for a source.

    Args:
        addresses: the source's own; with `options.hosts` they say which hosts it may ask.
        options: of the source.
        around: of the run.
    """
    return Client(
        guard.Hosts.of(addresses, options.hosts),
        around,
        per_second=options.requests_per_second,
        allow_private=options.allow_private_network,
        connections=options.connections,
        heed_robots=options.robots,
    )


class Client:
    """A client for one source. Threads may share it.

    Args:
        hosts: which may be asked; an address stands for its host.
        around: what one request may cost, who asks, whose turn it is, and what hosts' robots.txt say.
        per_second: requests a second to one host; 0 is no limit.
        allow_private: whether hosts of private networks may be asked.
        connections: how many there may be at once.
        heed_robots: whether robots.txt are heeded.
    """

    def __init__(
        self,
        hosts: guard.Hosts | str,
        around: Surroundings,
        *,
        per_second: float = 0,
        allow_private: bool = False,
        connections: int = 1,
        heed_robots: bool = True,
    ) -> None:
        self._hosts = guard.Hosts.of([hosts]) if isinstance(hosts, str) else hosts
        self._limits, self._per_second, self._pace = around.http, per_second, around.pacer
        self._robots = around.robots if heed_robots else None
        self._pages = around.pages
        self._dialer = Dialer(allow_private=allow_private)
        self._client = httpx.Client(
            transport=Transport(self._dialer, connections, self._limits.proxy),
            trust_env=False,
            timeout=self._limits.timeout,
            headers={
                "User-Agent": around.user_agent,
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

    @contextmanager
    def page(self, url: str, *, max_bytes: int, known: Validators | None = None) -> Iterator[Reply]:
        """Get the page of a release, as `get`, to be read in the block; where pages are kept, it may come from there.

        It is kept when the block ends. Where the block finds that it is no release, a page that was kept before stays:
        what came may be an error page.

        Raises:
            FetchError: as of `get`; or the run reads kept pages only, and this one is not there.
        """
        pages = self._pages
        if pages is None:
            yield self.get(url, max_bytes=max_bytes, known=known)
            return
        if pages.use is not Use.FILL and (found := pages.find(url)):
            yield Reply(url=found.url, status=200, body=found.body, charset=found.charset, validators=found.validators)
            return
        if pages.use is Use.ONLY:
            raise FetchError(f"{url}: was not kept")
        # One that is not kept yet must not be "not modified".
        reply = self.get(url, max_bytes=max_bytes, known=known if pages.has(url) else None)
        kept = Kept(asked=url, url=reply.url, body=reply.body, charset=reply.charset, validators=reply.validators)
        try:
            yield reply
        except ReleaseError:
            if not pages.has(url):
                pages.keep(kept)
            raise
        if not reply.not_modified:
            pages.keep(kept)

    def get(self, url: str, *, max_bytes: int, known: Validators | None = None) -> Reply:
        """Get an address, with at most the configured redirects and attempts.

        Args:
            url: absolute, http or https.
            max_bytes: of the decoded body.
            known: validators from the last time; the reply may then be "not modified".

        Raises:
            TemporaryError: no answer for now, a broken connection, 429 or 5xx.
            GoneError: 404 or 410.
            RefusedAddressError: it, or where it leads, may not be asked.
            FetchError: another answer that is not 200 (or 304 where asked for), too large, or cut off.
        """
        if self._pages and self._pages.use is Use.ONLY:
            raise FetchError(f"{url}: not asked; only pages that were kept are read")
        headers = {}
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified

        def once() -> Reply:
            with self._asked(url, "GET", headers) as response:
                return self._reply(response, url, max_bytes, conditional=bool(headers))

        return self._within_deadline(once, self._limits.attempts)

    def measure(self, url: str) -> Measure:
        """Ask with HEAD for the size and the type of what is at an address; 0 and "" where the server does not say.

        Raises:
            FetchError: no answer, or one that says nothing about it.
        """

        def once() -> Measure:
            with self._asked(url, "HEAD", {"Accept": "*/*", "Accept-Encoding": "identity"}) as response:
                return _measure(response, url)

        return self._within_deadline(once)

    def post(self, url: str, fields: dict[str, str]) -> None:
        """Post a form.

        Raises:
            FetchError: no answer, one that is not 2xx, or a redirect that does not take the form with it.
        """
        self._post(url, fields=fields)

    def post_json(self, url: str, data: bytes) -> None:
        """Post JSON.

        Raises:
            FetchError: as of `post`.
        """
        self._post(url, data=data)

    def _post(self, url: str, fields: dict[str, str] | None = None, data: bytes | None = None) -> None:
        def once() -> None:
            headers = {"Content-Type": "application/json"} if data is not None else {}
            with self._asked(url, "POST", headers, fields, data) as response:
                if response.request.method != "POST":
                    raise FetchError(
                        f"{url}: leads to {response.url}, which did not get what was posted; use that address"
                    )
                if not response.is_success:
                    raise _refused(response, url)

        self._within_deadline(once)

    def _within_deadline(self, once: Callable[[], _T], attempts: int = 1) -> _T:
        until = self._dialer.until = time.monotonic() + self._limits.deadline
        try:
            return retrying.tried(
                once, attempts=attempts, wait=self._limits.retry_wait, left=lambda: until - time.monotonic()
            )
        except TemporaryError as problem:
            if problem.after > retrying.LONGEST_WAIT:
                self._pace.rest(problem.after)
            raise

    @contextmanager
    def _asked(
        self,
        url: str,
        method: str,
        headers: dict[str, str],
        fields: dict[str, str] | None = None,
        data: bytes | None = None,
        *,
        heed_robots: bool = True,
    ) -> Iterator[httpx.Response]:
        """The answer to a request, after at most the configured redirects; its body is not read yet."""
        try:
            request = self._client.build_request(method, url, headers=headers, data=fields, content=data)
            response = self._follow(request, url, heed_robots=heed_robots)
            try:
                yield response
            finally:
                response.close()
        except guard.RefusedError as problem:
            raise RefusedAddressError(f"{url}: {problem}") from None
        except (httpx.InvalidURL, UnicodeError) as problem:
            raise FetchError(f"{url}: is no address ({problem})") from None
        except (httpx.TimeoutException, httpcore.TimeoutException):
            if time.monotonic() >= self._dialer.until:
                raise TemporaryError(f"{url}: took longer than {self._limits.deadline:g} s") from None
            raise TemporaryError(f"{url}: no answer within {self._limits.timeout:g} s") from None
        except _BROKEN as problem:
            kind = FetchError if _is_untrusted(problem) else TemporaryError
            raise kind(f"{url}: {str(problem) or type(problem).__name__}") from None
        except zlib.error as problem:
            raise FetchError(f"{url}: the gzip body is broken ({problem})") from None

    def _follow(self, request: httpx.Request, url: str, *, heed_robots: bool) -> httpx.Response:
        for _ in range(self._limits.max_redirects + 1):
            asked = str(request.url)
            try:
                self._hosts.check(asked)
            except guard.RefusedError as problem:
                raise guard.RefusedError(f"leads to {asked[:300]}: {problem}" if asked != url else problem) from None
            delay = self._robots.check(asked, self._robots_text) if self._robots and heed_robots else 0.0
            self._pace(request.url.host, min(self._per_second or 1 / delay, 1 / delay) if delay else self._per_second)
            response = self._client.send(request, stream=True)
            if response.next_request is None:
                return response
            # The body of a redirect is never read.
            response.close()
            request = response.next_request
        raise FetchError(f"{url}: more than {self._limits.max_redirects} redirects")

    def _robots_text(self, url: str) -> str:
        """What a robots.txt says; "" where there is none that can be had (RFC 9309, 2.3.1.3)."""
        try:
            with self._asked(url, "GET", {"Accept": "text/plain, */*;q=0.5"}, heed_robots=False) as response:
                return self._reply(response, url, MOST_BYTES, conditional=False).body.decode("utf-8", "replace")
        except TemporaryError:
            raise
        except FetchError:
            return ""

    def _reply(self, response: httpx.Response, url: str, max_bytes: int, *, conditional: bool) -> Reply:
        status = response.status_code
        if status != httpx.codes.OK and not (conditional and status == _NOT_MODIFIED):
            raise _refused(response, url)
        return Reply(
            url=str(response.url),
            status=status,
            body=b"" if status == _NOT_MODIFIED else decoding.body(response, url, max_bytes),
            charset=response.charset_encoding or "",
            validators=Validators(
                etag=response.headers.get("ETag", ""),
                last_modified=response.headers.get("Last-Modified", ""),
            ),
        )


def _measure(response: httpx.Response, url: str) -> Measure:
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


def _refused(response: httpx.Response, url: str) -> FetchError:
    status = response.status_code
    said = f"{url}: HTTP {status} {response.reason_phrase}".rstrip()
    if status in _GONE:
        return GoneError(said)
    if status not in _BUSY and status < _SERVER_ERROR:
        return FetchError(said)
    after = retrying.asked_for(response.headers.get("Retry-After", ""), response.headers.get("Date", ""))
    return TemporaryError(f"{said}; asks to wait {after:.0f} s" if after else said, after)


def _is_untrusted(problem: BaseException | None) -> bool:
    """Whether a connection broke because its certificate is not trusted: that does not pass by itself."""
    while problem is not None:
        if isinstance(problem, ssl.SSLCertVerificationError):
            return True
        problem = problem.__cause__ or problem.__context__
    return False

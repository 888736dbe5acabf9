"""The client of one source: what it may ask, what a request may cost, and what went wrong, as a sentence."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self, TypeVar

import httpcore
import httpx
import msgspec

from feedpub.collect import guard
from feedpub.collect.base import Surroundings
from feedpub.collect.http import decoding, problems, retrying
from feedpub.collect.http.dialer import Dialer, TooMuchError, Transport
from feedpub.collect.keptpages import Kept, Use
from feedpub.collect.options import WebOptions
from feedpub.collect.robots import MOST_BYTES
from feedpub.errors import FetchError, RefusedAddressError, ReleaseError, TemporaryError
from feedpub.model import Measure, Validators

_NOT_MODIFIED = 304
_NO_HEAD = frozenset({405, 501})
_UNTYPED = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})
"""Types that a server says where it knows none."""
_PAGE = "text/html"
_PICTURES = "image/webp, image/jpeg, image/png, image/gif;q=0.9, */*;q=0.1"
_LENGTH = re.compile(r"[0-9]{1,15}")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")
_BARE = frozenset({204, 304})
"""Statuses of answers that have no body, whatever they say of its length (RFC 9112, 6.3)."""
_BESIDES = 262_144
"""Bytes that an answer may have besides its body: headers, interim answers, chunks' sizes."""
_LONGEST_VALIDATOR, _MOST_COOKIES = 1_000, 4_096
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
        self._dialer = Dialer(allow_private=allow_private, stop=around.stop)
        self._client = httpx.Client(
            transport=Transport(self._dialer, connections, self._limits.proxy),
            trust_env=False,
            timeout=self._limits.timeout,
            # Kept for one request only (`_follow`): what a page says does not depend on those before.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
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
        headers = _conditions(known) if known else {}

        def once() -> Reply:
            with self._asked(url, "GET", headers, max_bytes=max_bytes) as response:
                return self._reply(response, problems.shown(url), max_bytes, conditional=bool(headers))

        return self._within_deadline(once, self._limits.attempts)

    def measure(self, url: str) -> Measure:
        """Ask with HEAD for the size and the type of what is at an address; 0 and "" where the server does not say.

        Raises:
            FetchError: no answer, or one that says nothing about it.
        """

        def once() -> Measure:
            with self._asked(url, "HEAD", {"Accept": "*/*", "Accept-Encoding": "identity"}) as response:
                return _measure(response, problems.shown(url))

        return self._within_deadline(once)

    def picture(self, url: str, seconds: float) -> bytes:
        """Get a picture, in one attempt and so many seconds, or in the configured ones where these are fewer.

        Raises:
            FetchError: as of `get`.
        """
        limit = self._limits.max_picture_bytes

        def once() -> bytes:
            with self._asked(url, "GET", {"Accept": _PICTURES}, max_bytes=limit) as response:
                return self._reply(response, problems.shown(url), limit, conditional=False).body

        return self._within_deadline(once, seconds=seconds)

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
            with self._asked(url, "POST", headers, fields=fields, data=data) as response:
                if response.request.method != "POST":
                    raise FetchError(
                        f"{url}: leads to {response.url}, which did not get what was posted; use that address"
                    )
                if not response.is_success:
                    raise problems.refused(response, url)

        self._within_deadline(once)

    def _within_deadline(self, once: Callable[[], _T], attempts: int = 1, seconds: float = 0) -> _T:
        self._dialer.begin(min(seconds or self._limits.deadline, self._limits.deadline))
        try:
            return retrying.tried(
                once,
                attempts=attempts,
                wait=self._limits.retry_wait,
                left=self._dialer.left_to_try_again,
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
        *,
        fields: dict[str, str] | None = None,
        data: bytes | None = None,
        max_bytes: int = 0,
        heed_robots: bool = True,
    ) -> Iterator[httpx.Response]:
        """The answer to a request, after at most the configured redirects; its body is not read yet."""
        shown = problems.shown(url)
        try:
            request = self._client.build_request(method, url, headers=headers, data=fields, content=data)
            response = self._follow(request, shown, max_bytes, heed_robots=heed_robots)
            try:
                yield response
            finally:
                _let_go(response)
        except guard.RefusedError as problem:
            raise RefusedAddressError(f"{shown}: {problem}") from None
        except guard.UnknownNameError as problem:
            raise (TemporaryError if problem.passes else FetchError)(f"{shown}: {problem}") from None
        except (httpx.InvalidURL, UnicodeError) as problem:
            raise FetchError(f"{shown}: is no address ({problems.short(problem)})") from None
        except TooMuchError:
            raise FetchError(f"{shown}: larger than {max_bytes:,} bytes, with far more around them") from None
        except httpcore.TimeoutException:
            if time.monotonic() >= self._dialer.until:
                raise TemporaryError(f"{shown}: took longer than {self._dialer.seconds:g} s") from None
            raise TemporaryError(f"{shown}: no answer within {self._limits.timeout:g} s") from None
        except problems.BROKEN as problem:
            raise problems.broken(problem, shown) from None
        except zlib.error as problem:
            raise FetchError(f"{shown}: the gzip body is broken ({problem})") from None

    def _follow(self, request: httpx.Request, url: str, max_bytes: int, *, heed_robots: bool) -> httpx.Response:
        cookies = httpx.Cookies()
        for hop in range(self._limits.max_redirects + 1):
            try:
                response = self._send(request, url, max_bytes, heed_robots=heed_robots)
            except guard.RefusedError as problem:
                leads = f"leads to {problems.short(request.url)}: " if hop else ""
                raise guard.RefusedError(f"{leads}{problem}") from None
            if response.next_request is None:
                return response
            # The body of a redirect is never read.
            _let_go(response)
            cookies.extract_cookies(response)
            request = response.next_request
            cookies.set_cookie_header(request)
            if len(request.headers.get("Cookie", "")) > _MOST_COOKIES:
                del request.headers["Cookie"]
        raise FetchError(f"{url}: more than {self._limits.max_redirects} redirects")

    def _send(self, request: httpx.Request, url: str, max_bytes: int, *, heed_robots: bool) -> httpx.Response:
        """Make one request, where it may be made and when it is its turn."""
        # httpx's own reading of the address, as that is what is connected to.
        asked = request.url
        place = guard.Place.of(asked.scheme, asked.raw_host.decode("ascii"), asked.port, named=bool(asked.userinfo))
        self._hosts.permit(place)
        self._wait_turn(place.host, self._delay(str(asked)) if heed_robots else 0.0)
        self._dialer.allow(2 * max_bytes + _BESIDES)
        try:
            return self._client.send(request, stream=True)
        except (httpx.InvalidURL, httpx.RemoteProtocolError) as problem:
            # "data:…" and the like are meant; what is no address at all may be an answer that was garbled.
            kind = FetchError if isinstance(problem, httpx.InvalidURL) else TemporaryError
            raise kind(f"{url}: leads to what is no address ({problems.short(problem)})") from None

    def _delay(self, url: str) -> float:
        """The seconds between two requests that a robots.txt asks for. To read it takes nothing of a page's time."""
        if not self._robots:
            return 0.0
        since = time.monotonic()
        left, self._dialer.until = self._dialer.until - since, since + self._limits.deadline
        try:
            return self._robots.check(url, self._robots_text)
        finally:
            self._dialer.until = time.monotonic() + left

    def _wait_turn(self, host: str, delay: float) -> None:
        """Wait until a host may be asked; that takes nothing of the time that it has to answer."""
        since = time.monotonic()
        self._pace(host, min(self._per_second or 1 / delay, 1 / delay) if delay else self._per_second)
        self._dialer.until += time.monotonic() - since

    def _robots_text(self, url: str) -> str:
        """What a robots.txt says, up to what has to be read of it; "" where there is none (RFC 9309, 2.3.1.3)."""
        headers = {"Accept": "text/plain, */*;q=0.5"}
        with self._asked(url, "GET", headers, max_bytes=MOST_BYTES, heed_robots=False) as response:
            if response.is_client_error and response.status_code not in problems.BUSY:
                return ""
            if response.status_code != httpx.codes.OK:
                raise problems.refused(response, url)
            found = decoding.body(response, url, MOST_BYTES, cut=True)
        whole = found.rpartition(b"\n")[0] if len(found) == MOST_BYTES else found
        return whole.decode("utf-8-sig", "replace")

    def _reply(self, response: httpx.Response, url: str, max_bytes: int, *, conditional: bool) -> Reply:
        status = response.status_code
        if status != httpx.codes.OK and not (conditional and status == _NOT_MODIFIED):
            raise problems.refused(response, url)
        return Reply(
            url=str(response.url),
            status=status,
            body=b"" if status == _NOT_MODIFIED else decoding.body(response, url, max_bytes),
            charset=response.charset_encoding or "",
            validators=Validators(
                etag=_validator(response.headers.get("ETag", "")),
                last_modified=_validator(response.headers.get("Last-Modified", "")),
            ),
        )


def _conditions(known: Validators) -> dict[str, str]:
    given = {"If-None-Match": _validator(known.etag), "If-Modified-Since": _validator(known.last_modified)}
    return {name: value for name, value in given.items() if value}


def _validator(value: str) -> str:
    """A validator that can be sent back as it came; "" for any other."""
    return value if value.isascii() and value.isprintable() and len(value) <= _LONGEST_VALIDATOR else ""


def _let_go(response: httpx.Response) -> None:
    """Let go of an answer: its connection can be used again where there is nothing of it left to read."""
    bare = response.request.method == "HEAD" or response.status_code in _BARE
    if (bare or response.headers.get("Content-Length") == "0") and not response.is_stream_consumed:
        for _ in response.iter_raw():
            break  # Says that there is nothing; reads nothing.
    response.close()


def _measure(response: httpx.Response, url: str) -> Measure:
    if response.status_code in _NO_HEAD:
        return Measure()
    if response.status_code != httpx.codes.OK:
        raise problems.refused(response, url)
    length = response.headers.get("Content-Length", "") if "Content-Encoding" not in response.headers else ""
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type == _PAGE and not url.partition("?")[0].endswith((".htm", ".html")):
        return Measure()  # A page of the server's own, that there is no such thing.
    return Measure(
        length=int(length) if _LENGTH.fullmatch(length) else 0,
        media_type="" if media_type in _UNTYPED or not _TYPE.fullmatch(media_type) else media_type,
    )

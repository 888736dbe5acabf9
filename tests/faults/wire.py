"""Faults of connections, lengths, packing and statuses."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache, partial

from tests import loopback
from tests.faults.fault import BODIES, Fault, Spot, drops, half, head, raw, reset, sized, wait
from tests.loopback import Route, answer, encoded

_NO_BODY = "the answer to HEAD has no body"
_LATE = "no answer within|took longer than"
_BROKEN = "reset|disconnected|closed|incomplete|broken|cut off"
_slow = partial(Fault, group="no answer in time", says=_LATE, slow=True, passes=True)
_cut = partial(Fault, group="broken connections", says=_BROKEN, passes=True)
_length = partial(Fault, group="wrong lengths")
_packed = partial(Fault, group="packing", forms=BODIES, why=_NO_BODY)
_status = partial(Fault, group="statuses")


@cache
def bomb() -> bytes:
    """A gigabyte of nothing, in a megabyte of gzip."""
    return gzip.compress(bytes(10_000_000), 9, mtime=0) * 100


def line(size: int) -> bytes:
    """One long line."""
    return b"<p>" + b"the same words again " * (size // 21)


def _endless_line(spot: Spot) -> Route:
    return loopback.chunked([line(1_000_000)] * 50, headers={"Content-Type": spot.good.content_type})


def _code(status: int, **headers: str) -> Route:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(
        b"<html><body><h1>Sorry</h1></body></html>", status=status, headers=named | {"Content-Type": "text/html"}
    )


def _answering(status: int) -> Callable[[Spot], Route]:
    return lambda _: _code(status)


def _at_a_date(_: Spot) -> Route:
    now = datetime.now(UTC)
    return _code(429, Retry_After=format_datetime(now + timedelta(minutes=5), usegmt=True))


WIRE = (
    _slow("no answer", route=lambda _: loopback.silent()),
    _slow("headers that drip", route=lambda _: drops(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n")),
    _slow("a body that drips", route=lambda spot: drops(sized(spot.good, 90_000), b" "), forms=BODIES, why=_NO_BODY),
    _slow(
        "a body that stops",
        route=lambda spot: raw(sized(spot.good), half(spot.good), end=wait),
        forms=BODIES,
        why=_NO_BODY,
    ),
    _cut("closed without an answer", route=lambda _: raw()),
    _cut("reset without an answer", route=lambda _: raw(end=reset)),
    _cut("reset in the headers", route=lambda spot: raw(sized(spot.good)[:-9], end=reset)),
    _cut(
        "reset in the body",
        route=lambda spot: raw(sized(spot.good), half(spot.good), end=reset),
        forms=BODIES,
        why=_NO_BODY,
    ),
    _cut(
        "a body shorter than promised",
        route=lambda spot: raw(sized(spot.good), half(spot.good)),
        forms=BODIES,
        why=_NO_BODY,
    ),
    _cut(
        "chunks without an end",
        route=lambda spot: loopback.chunked(
            [half(spot.good)], whole=False, headers={"Content-Type": spot.good.content_type}
        ),
        forms=BODIES,
        why=_NO_BODY,
    ),
    _cut(
        "no HTTP at all",
        route=lambda _: raw(b"220 mail.example ESMTP ready\r\n"),
        says="illegal|protocol|HTTP",
    ),
    _length(
        "a Content-Length that is too long",
        route=lambda spot: raw(sized(spot.good, 9), spot.good.body),
        says=_BROKEN,
        passes=True,
        forms=BODIES,
        why=_NO_BODY,
    ),
    _length(
        "a Content-Length that is too short",
        route=lambda spot: raw(sized(spot.good, len(half(spot.good)) - len(spot.good.body)), spot.good.body),
        says="cut off|not a feed|no JSON|no feed",
        forms=frozenset({"xml", "html", "json"}),
        roles=frozenset({"list", "page", "again"}),
        why="what is missing at the end of a robots.txt, or of the last page of a list, nobody can tell",
    ),
    _length(
        "a negative Content-Length",
        route=lambda spot: raw(head(spot.good, "Content-Length: -5"), spot.good.body),
        says="content-length",
        passes=True,
    ),
    _length(
        "two Content-Lengths",
        route=lambda spot: raw(head(spot.good, "Content-Length: 20", "Content-Length: 30"), spot.good.body),
        says="content-length",
        passes=True,
    ),
    _length(
        "a Content-Length of 50 GB",
        route=lambda spot: raw(head(spot.good, "Content-Length: 50000000000"), spot.good.body),
        says=f"larger than|{_BROKEN}",
        passes=True,
        forms=BODIES,
        why=_NO_BODY,
    ),
    _length("one line of 50 MB", route=_endless_line, says="larger than", forms=BODIES, why=_NO_BODY),
    _packed("a gzip bomb", route=lambda spot: encoded(bomb(), "gzip", spot.good.content_type), says="larger than"),
    _packed(
        "a bomb in a bomb",
        route=lambda spot: encoded(gzip.compress(bomb(), mtime=0), "gzip, gzip", spot.good.content_type),
        says="was not asked for",
    ),
    _packed("deflate", route=lambda spot: encoded(bomb(), "deflate", spot.good.content_type), says="was not asked for"),
    _packed(
        "brotli", route=lambda spot: encoded(b"\x0b\x02\x80", "br", spot.good.content_type), says="was not asked for"
    ),
    _packed(
        "gzip that is none",
        route=lambda spot: encoded(spot.good.body, "gzip", spot.good.content_type),
        says="gzip body is broken",
    ),
    _packed(
        "gzip that is cut off",
        route=lambda spot: encoded(gzip.compress(spot.good.body, mtime=0)[:-12], "gzip", spot.good.content_type),
        says="cut off",
    ),
    *(
        _status(str(code), route=_answering(code), says=f"HTTP {code}")
        for code in (204, 206, 400, 401, 403, 404, 410, 451)
    ),
    _status(
        "304 that was not asked for",
        route=lambda _: answer(status=304),
        says="HTTP 304",
        roles=frozenset({"next", "page", "robots", "head"}),
        why="what was asked for with validators may answer 304",
    ),
    _status("429", route=lambda _: _code(429), says="HTTP 429", passes=True),
    _status(
        "429 for seconds",
        route=lambda _: _code(429, Retry_After="9"),
        says="HTTP 429.*wait 9 s",
        passes=True,
        rests=True,
    ),
    _status("429 until a date", route=_at_a_date, says=r"HTTP 429.*wait (300|299) s", passes=True, rests=True),
    _status(
        "429 for an hour",
        route=lambda _: _code(429, Retry_After="3600"),
        says="HTTP 429.*wait 3600 s",
        passes=True,
        rests=True,
    ),
    _status("500", route=lambda _: _code(500), says="HTTP 500", passes=True),
    _status("503", route=lambda _: _code(503, Retry_After="120"), says="HTTP 503.*wait 120 s", passes=True, rests=True),
)

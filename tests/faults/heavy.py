"""Answers that are too much, each at a source of its own in one config: what they cost is measured in one process."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace

from tests.faults.fault import Spot
from tests.faults.kinds import ASKS, Ask
from tests.faults.sites import SITES
from tests.faults.table import FAULTS
from tests.loopback import Loopback, Route, encoded, page

_FEED_LIMIT, _PAGE_LIMIT = 10_000_000, 5_000_000
"""Bytes that a list and a page may have, as the config has it where it says nothing."""


def _limit(ask: Ask) -> int:
    return _PAGE_LIMIT if ask.role == "page" else _FEED_LIMIT


def _line(spot: Spot) -> Route:
    """What should be there, but a text in it goes on up to the limit."""
    words = "市民可於上午七時至晚上十一時使用有關設施，".encode()
    body = spot.good.body
    place = body.find("市民可於".encode()) if "市民可於".encode() in body else body.find("公告）".encode())
    more = words * ((_limit(spot.ask) - len(body)) // len(words) - 1)
    return page(body[:place] + more + body[place:], spot.good.content_type)


def _white(spot: Spot) -> Route:
    """White space up to the limit before the end, in a few kilobytes of gzip."""
    body = spot.good.body
    place = body.rfind(b"<") if b"<" in body else len(body)
    raw = body[:place] + b" " * (_limit(spot.ask) - len(body) - 1) + body[place:]
    return encoded(gzip.compress(raw, mtime=0), "gzip", spot.good.content_type)


def _tags(spot: Spot) -> Route:
    """As many elements as go into what is let through."""
    tag, end = (b"<item></item>", b"</channel>") if spot.ask.form == "xml" else (b"<br>", b"</body>")
    body = spot.good.body
    place = body.find(end)
    more = tag * ((_limit(spot.ask) - len(body)) // len(tag) - 1)
    return page(body[:place] + more + body[place:], spot.good.content_type)


Make = Callable[[Spot], Route]
_ANY = frozenset({"list", "next", "page"})
HEAVY: dict[str, tuple[Make, frozenset[str]]] = {
    **{
        name: (FAULTS[name].route, _ANY)
        for name in (
            "a gzip bomb",
            "a bomb in a bomb",
            "deflate",
            "one line of 50 MB",
            "100,000 links",
            "100,000 <div> in each other",
        )
    },
    "a billion laughs": (FAULTS["a billion laughs"].route, frozenset({"xml"})),
    "a line up to the limit": (_line, _ANY),
    "white space up to the limit": (_white, _ANY),
    "elements up to the limit": (_tags, frozenset({"xml", "html"})),
}
"""By name: what happens, and the roles or the forms of requests that it happens to."""
BORNE = {
    "gia's feed: a line up to the limit": "of that feed, titles and links are read",
    "gia's feed: white space up to the limit": "XML says nothing with it",
    "api's answer: white space up to the limit": "JSON says nothing with it",
    "webfeed's feed: white space up to the limit": "XML says nothing with it",
}
"""What does no harm."""


def cases(heavy: str) -> dict[str, tuple[Ask, Make]]:
    """One of them at every kind of request that it makes sense at, by its name."""
    make, where = HEAVY[heavy]
    return {
        f"{ask.name}: {heavy}": (ask, make)
        for ask in ASKS.values()
        if ask.role in _ANY and where & {ask.role, ask.form}
    }


def serve(server: Loopback, number: int, ask: Ask, make: Make) -> str:
    """Have a site with a fault below a path of a server; gives the keys of its source."""
    root = f"/s{number}"
    build, keys = SITES[ask.site]
    files = build(ask.state)
    below = {path: replace(file, body=_moved(file.body, root)) for path, file in files.items()}
    for path, file in below.items():
        server.routes[root + path] = file.route()
    server.routes[root + ask.path] = make(Spot(ask, below[ask.path]))
    keys = keys.replace("http://broken.example", server.url.rstrip("/") + root)
    return keys.replace('authority = "broken.example"', f'authority = "s{number}.example"')


def _moved(body: bytes, root: str) -> bytes:
    for start in (b'href="/', b"<link>/", b'"link": "/'):
        body = body.replace(start, start[:-1] + f"{root}/".encode())
    return body

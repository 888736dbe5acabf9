"""What a request asks for besides its path: the encodings and languages it takes, a part, or only what is new.

All of it is pure: the values of headers go in, a decision comes out. What is not understood is as if it were not there
(RFC 9110).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from feedpub.collect.languagetags import known

_ELEMENT = re.compile(r"\s*([^\s;,]+)\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?", re.ASCII | re.IGNORECASE)
_RANGE = re.compile(r"\s*bytes\s*=\s*([0-9]*)\s*-\s*([0-9]*)\s*", re.ASCII | re.IGNORECASE)
_TAG = re.compile(r'(W/)?("[^"]*")')
_DIGITS = 19
"""More digits than the size of any file has: longer numbers are cut, they are as good as any that is too large."""
_READ = 4_000
"""Characters of a header that are read."""
OK, NOT_MODIFIED, FAILED = 200, 304, 412


def weights(header: str) -> dict[str, float]:
    """The elements of a header like Accept-Encoding, in lower case, with their weights (RFC 9110, 12.4.2).

    One that cannot be read is left out; of one that is there twice, the first counts.
    """
    found: dict[str, float] = {}
    for element in header[:_READ].split(","):
        read = _ELEMENT.fullmatch(element)
        if read:
            found.setdefault(read[1].lower(), min(float(read[2] or 1), 1.0))
    return found


def encodings(header: str | None, ours: Sequence[str]) -> tuple[str, ...]:
    """Which of our content encodings to answer in, the best first (RFC 9110, 12.5.3).

    Args:
        header: Accept-Encoding, None if there was none.
        ours: what there may be, the one that we prefer first.

    Returns:
        Those that are taken, and not less gladly than the document as it is.
    """
    if not header:
        return ()
    asked = weights(header)
    if "x-gzip" in asked:
        asked.setdefault("gzip", asked["x-gzip"])
    plain = asked.get("identity", 0.0)
    taken = {one: asked.get(one, asked.get("*", 0.0)) for one in ours}
    return tuple(sorted((one for one in ours if taken[one] > 0 and taken[one] >= plain), key=lambda one: -taken[one]))


def language(header: str | None, ours: Sequence[str]) -> str:
    """Which of our languages a visitor reads best (RFC 9110, 12.5.4); the first of them, where none is asked for.

    Of a language that we have in another script only, that is better than another language.
    """
    asked = weights(header or "")
    for tag in sorted((tag for tag in asked if asked[tag] > 0), key=lambda tag: -asked[tag]):
        exact = known(tag)
        if exact and exact in ours:
            return exact
        related = [one for one in ours if one.split("-")[0] == tag.split("-")[0]]
        if related:
            return related[0]
    return ours[0]


class Part(NamedTuple):
    """The bytes of a document from `start` up to, but not with, `end`."""

    start: int
    end: int


def part(header: str | None, size: int) -> Part | None:
    """The part of a document that is asked for (RFC 9110, 14.1.2); an empty one can not be given (HTTP 416).

    Args:
        header: Range. Who asks for several ranges gets all: RFC 9110, 14.2 lets a server ignore what it will.
        size: the document's, in bytes.

    Returns:
        None where all is asked for.
    """
    found = _RANGE.fullmatch(header[:_READ]) if header else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return Part(max(0, size - _number(found[2])), size)
    first, last = _number(found[1]), _number(found[2]) if found[2] else size
    if last < first:
        return None if found[2] else Part(size, size)
    return Part(min(first, size), min(last + 1, size))


def _number(digits: str) -> int:
    return int(digits.lstrip("0")[:_DIGITS] or "0")


def precondition(headers: Mapping[str, str], tag: str, modified: int) -> int:
    """Whether what is asked for is wanted as it is now, in the order of RFC 9110, 13.2.2.

    Args:
        headers: the request's.
        tag: the document's strong entity tag, with its quotes.
        modified: when it was written, in seconds.

    Returns:
        OK, NOT_MODIFIED or FAILED.
    """
    match, unmodified = headers.get("if-match"), _seconds(headers.get("if-unmodified-since"))
    if match is not None:
        if not _named(match, tag, strong=True):
            return FAILED
    elif unmodified is not None and modified > unmodified:
        return FAILED
    none_match, since = headers.get("if-none-match"), _seconds(headers.get("if-modified-since"))
    if none_match is not None:
        return NOT_MODIFIED if _named(none_match, tag, strong=False) else OK
    return NOT_MODIFIED if since is not None and modified <= since else OK


def same(header: str | None, tag: str) -> bool:
    """Whether the rest of a document can be sent to who has its beginning (If-Range; RFC 9110, 13.1.5).

    A date is not believed: a document may be written twice within its second.
    """
    return header is None or header.strip() == tag


def _named(header: str, tag: str, *, strong: bool) -> bool:
    listed = [found[2] for found in _TAG.finditer(header[:_READ]) if not (strong and found[1])]
    return header.strip() == "*" or tag in listed


def _seconds(header: str | None) -> int | None:
    """A date of HTTP in seconds; None if it is none."""
    if not header:
        return None
    try:
        moment = parsedate_to_datetime(header[:_READ])
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None

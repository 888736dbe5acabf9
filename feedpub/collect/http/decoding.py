"""The body of an answer, decoded in bounded steps: however it is packed, it costs no more than it may."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

from feedpub.errors import FetchError

_STEP = 65_536
"""Bytes that one decoding step may give, so that a small bomb is noticed after 64 KiB and not after 4 GB."""
_GZIP_WINDOW = 31
_MOST_MEMBERS = 1_000
"""Of a gzip body; more hold nothing and cost time."""


def body(response: httpx.Response, url: str, max_bytes: int, *, cut: bool = False) -> bytes:
    """The decoded body.

    Args:
        response: with its body not read yet.
        url: for messages.
        max_bytes: that the body may have, decoded; and on the wire, where little may be packed into much.
        cut: whether a larger one is cut there, and not refused.

    Raises:
        FetchError: it is larger, cut off, or encoded in a way that was not asked for.
    """
    promised = response.headers.get("Content-Length", "")
    if promised.isdecimal() and int(promised) > max_bytes and not cut:
        raise _too_large(url, max_bytes)
    found = bytearray()
    for chunk in _decoded(_counted(response, url, max_bytes), response, url):
        found += chunk
        if len(found) > max_bytes:
            if cut:
                return bytes(found[:max_bytes])
            raise _too_large(url, max_bytes)
    return bytes(found)


def _too_large(url: str, max_bytes: int) -> FetchError:
    return FetchError(f"{url}: larger than {max_bytes:,} bytes")


def _counted(response: httpx.Response, url: str, max_bytes: int) -> Iterator[bytes]:
    left = max_bytes + _STEP  # Packing may make a little more of something.
    for chunk in response.iter_raw():
        left -= len(chunk)
        if left < 0:
            raise _too_large(url, max_bytes)
        yield chunk


def _decoded(raw: Iterator[bytes], response: httpx.Response, url: str) -> Iterator[bytes]:
    """The body in steps of at most 64 KiB, whatever the encoding."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        yield from raw
        return
    if encoding not in ("gzip", "x-gzip"):
        raise FetchError(f'{url}: content encoding "{encoding[:50]}" was not asked for')
    inflate, members = zlib.decompressobj(_GZIP_WINDOW), 1
    for chunk in raw:
        waiting = chunk
        while waiting:
            if inflate.eof:  # A gzip body may have several members (RFC 1952, 2.2).
                members += 1
                if members > _MOST_MEMBERS:
                    raise FetchError(f"{url}: the gzip body has more than {_MOST_MEMBERS:,} members")
                inflate = zlib.decompressobj(_GZIP_WINDOW)
            yield inflate.decompress(waiting, _STEP)
            waiting = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
    while not inflate.eof and (rest := inflate.decompress(inflate.unconsumed_tail, _STEP)):
        yield rest
    if not inflate.eof:
        raise FetchError(f"{url}: the gzip body is cut off")

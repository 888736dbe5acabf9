"""Documents compressed once, when they are published, for servers that send them as they are (`.gz`, `.br`)."""

from __future__ import annotations

import gzip
from collections.abc import Callable

_GZIP_LEVEL = 6
_LEAST_WINDOW, _MOST_WINDOW = 16, 22
"""Powers of two, in bytes."""
_BROTLI_QUALITY = 5
"""Higher ones take many times as long for a few in a hundred: most documents change every few minutes."""


def _gzip(body: bytes) -> bytes:
    # Without a time in it, the same document gives the same bytes.
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)


def _brotli(body: bytes) -> bytes:
    import brotli  # noqa: PLC0415 - an extra; the config was checked

    # A window no larger than the document: several are compressed at once, and each takes its memory.
    window = min(max(len(body).bit_length(), _LEAST_WINDOW), _MOST_WINDOW)
    compressed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY, lgwin=window)
    return compressed


_SMALL_ALREADY = ("image/webp", "image/jpeg", "image/png", "image/gif", "application/gzip")


def gain(media_type: str) -> bool:
    """Whether documents of a type get smaller: pictures and archives are compressed by themselves."""
    return media_type not in _SMALL_ALREADY


SUFFIXES = {"gzip": ".gz", "br": ".br"}
"""What stands behind a document's name, by HTTP content encoding."""
COMPRESS: dict[str, Callable[[bytes], bytes]] = {"gzip": _gzip, "br": _brotli}


def decompressed(encoding: str, packed: bytes) -> bytes | None:
    """What a compressed document gives; None where it is damaged."""
    try:
        if encoding == "gzip":
            return gzip.decompress(packed)
        import brotli  # noqa: PLC0415 - an extra; the config was checked

        unpacked: bytes = brotli.decompress(packed)
    except Exception:  # noqa: BLE001 - gzip raises three kinds, and brotli one that mypy does not know
        return None
    return unpacked

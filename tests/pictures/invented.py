"""Pictures that are invented where they are needed, and those that somebody might invent to do harm."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 60), (30, 60, 200)


def encoded(image: Image.Image, form: str = "JPEG", **how: Any) -> bytes:
    """A picture as a file."""
    body = BytesIO()
    image.save(body, form, **how)
    return body.getvalue()


def quarters(width: int = 800, height: int = 600) -> Image.Image:
    """A picture that is red in its upper left, green in its upper right and blue below."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    return image


def photo(width: int = 800, height: int = 600, form: str = "JPEG", **how: Any) -> bytes:
    """A photo of quarters."""
    return encoded(quarters(width, height), form, **how)


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG file whose header says more than there is in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpeg_of_many_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again, each a pass over the picture for a few bytes."""
    body = photo(progressive=True)
    last = body.rindex(b"\xff\xda")
    scan, end = body[last:-2], body[-2:]
    return body[:last] + scan * count + end


def colour(image: Image.Image, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place, from 0 to 1 across and down."""
    found = image.convert("RGB").getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    assert isinstance(found, tuple)
    return tuple(int(part) for part in found)


def is_like(one: tuple[int, ...], other: tuple[int, ...], within: int = 12) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))

"""How documents are compressed."""

from __future__ import annotations

import gzip

import pytest

from feedpub.publish.encodings import COMPRESS, SUFFIXES, decompressed, gain

TEXT = "<p>新聞公報</p>\n".encode()


def window(compressed: bytes) -> int:
    """The window of a Brotli stream, as a power of two (RFC 7932, 9.1): only those of 16 and of 18 to 24."""
    return 16 if not compressed[0] & 1 else 17 + (compressed[0] >> 1 & 7)


def test_a_gzip_file_has_no_time_and_no_name_in_it() -> None:
    compressed = COMPRESS["gzip"](TEXT)
    # RFC 1952, 2.3: the magic number, deflate, no flags, no time.
    assert compressed[:8] == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
    assert gzip.decompress(compressed) == TEXT


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, 16), (1, 16), (65_535, 16), (200_000, 18), (1_048_576, 21), (4_000_000, 22), (9_000_000, 22)],
)
def test_to_read_a_brotli_file_takes_no_more_memory_than_its_document_needs(size: int, expected: int) -> None:
    brotli = pytest.importorskip("brotli")
    body = (TEXT * (size // len(TEXT) + 1))[:size]
    compressed = COMPRESS["br"](body)
    assert window(compressed) == expected
    assert brotli.decompress(compressed) == body


@pytest.mark.parametrize("encoding", list(COMPRESS))
def test_what_is_compressed_can_be_had_back_unless_it_is_damaged(encoding: str) -> None:
    pytest.importorskip("brotli")
    packed = COMPRESS[encoding](TEXT)
    assert decompressed(encoding, packed) == TEXT
    for damaged in (packed[:-3], b"text", b"\xff" * 40):
        assert decompressed(encoding, damaged) is None


def test_every_encoding_has_a_suffix() -> None:
    assert list(SUFFIXES) == list(COMPRESS)


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/atom+xml", True),
        ("text/html; charset=utf-8", True),
        ("image/svg+xml", True),
        ("image/png", False),
        ("image/webp", False),
        ("application/gzip", False),
    ],
)
def test_what_is_compressed_by_itself_is_not_compressed_again(media_type: str, *, expected: bool) -> None:
    assert gain(media_type) is expected

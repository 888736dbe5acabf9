"""Which characters a document can hold, and which a reader can see."""

from __future__ import annotations

# XML 1.0, 2.2 Char: everything else cannot stand in a document, not even as a reference.
_CONTROLS = bytes(code for code in range(0x20) if chr(code) not in "\t\n\r")
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_ZERO_WIDTH = tuple(character.encode() for character in "\u200b\u2060\ufeff")


def xml_safe(text: str) -> str:
    """Remove what XML 1.0 cannot hold: control characters, lone surrogates, U+FFFE and U+FFFF."""
    return _without(text, _NONCHARACTERS)


def xml_safe_bytes(text: str) -> bytes:
    """The same in UTF-8, for a parser."""
    return _encoded(text, _NONCHARACTERS)


def clean(text: str) -> str:
    """XML-safe, and without zero-width spaces and byte order marks, which the pages are sprinkled with."""
    return _without(text, _NONCHARACTERS + _ZERO_WIDTH)


def _without(text: str, unwanted: tuple[bytes, ...]) -> str:
    if text.isascii() and text.isprintable():
        return text
    return _encoded(text, unwanted).decode()


def _encoded(text: str, unwanted: tuple[bytes, ...]) -> bytes:
    # On bytes: every text passes here, and a regular expression takes ten times as long.
    raw = text.encode("utf-8", "ignore").translate(None, _CONTROLS)
    for sequence in unwanted:
        if sequence in raw:
            raw = raw.replace(sequence, b"")
    return raw

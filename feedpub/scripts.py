"""Scripts: Simplified Chinese of Traditional as in Hong Kong (OpenCC's `hk2s`), Latin letters without accents."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415 - most runs convert nothing

    return OpenCC("hk2s")


def simplified(text: str) -> str:
    """A text in Simplified Chinese, character by character; what is not Traditional stays as it is."""
    converted: str = _converter().convert(text)
    return converted


_LIGATURES = {"æ": "ae", "œ": "oe", "Æ": "AE", "Œ": "OE"}


@cache
def _accented() -> dict[int, str]:
    letters = {chr(code): unicodedata.normalize("NFD", chr(code))[0] for code in range(0xC0, 0x250)}
    return str.maketrans({letter: base for letter, base in letters.items() if base.isascii()} | _LIGATURES)


def unaccented(text: str) -> str:
    """A text with its Latin letters plain: "Montréal" and "Montreal" are one name, "cœur" is "coeur"."""
    return text if text.isascii() else text.translate(_accented())

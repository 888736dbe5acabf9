"""Scripts: Simplified Chinese of Traditional as in Hong Kong (OpenCC's `hk2s`), variants, Latin without accents."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415 - most runs convert nothing

    return OpenCC("hk2s")


def simplified(text: str) -> str:
    """A text in Simplified Chinese, character by character; what is not Traditional stays as it is."""
    converted: str = _converter().convert(text)
    return converted


@cache
def variants() -> tuple[str, ...]:
    """The Han characters that are written for one another, in Traditional, Simplified and regional use: "坛墰壇壜罈罎".

    Only those of mainland China's and Hong Kong's common character sets are among them. What OpenCC makes of a text,
    character by character, is the same text where of each group one character stands for all. A table: OpenCC's own
    dictionaries take a second and forty megabytes (tests/test_variants.py makes it of them).
    """
    return tuple(files("feedpub").joinpath("data", "variants.txt").read_text("utf-8").split())


_LIGATURES = {"æ": "ae", "œ": "oe", "Æ": "AE", "Œ": "OE"}


@cache
def _accented() -> dict[int, str]:
    letters = {chr(code): unicodedata.normalize("NFD", chr(code))[0] for code in range(0xC0, 0x250)}
    return str.maketrans({letter: base for letter, base in letters.items() if base.isascii()} | _LIGATURES)


def unaccented(text: str) -> str:
    """A text with its Latin letters plain: "Montréal" and "Montreal" are one name, "cœur" is "coeur"."""
    return text if text.isascii() else text.translate(_accented())

"""Chinese scripts: Traditional as written in Hong Kong, and Simplified, by OpenCC's `hk2s`."""

from __future__ import annotations

from functools import cache

from opencc import OpenCC


@cache
def _converter() -> OpenCC:
    return OpenCC("hk2s")


def simplified(text: str) -> str:
    """A text in Simplified Chinese, character by character; what is not Traditional stays as it is."""
    converted: str = _converter().convert(text)
    return converted

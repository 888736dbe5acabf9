"""Chinese scripts: Traditional as written in Hong Kong, and Simplified, by OpenCC's `hk2s`."""

from __future__ import annotations

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

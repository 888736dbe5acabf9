"""Characters that a document cannot hold cost those characters, not the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from feedpub.characters import xml_safe

_T = TypeVar("_T", bound=msgspec.Struct)
_R = TypeVar("_R")


def render(data: _T, writer: Callable[[_T], _R]) -> _R:
    """Render an item or an edition; where one of its texts is refused, once more with all of them cleaned.

    Entries are clean when they are stored, so looking at each text again would only take time.
    """
    try:
        return writer(data)
    except ValueError:
        return writer(msgspec.convert(_cleaned(msgspec.to_builtins(data)), type(data)))


def _cleaned(data: Any) -> Any:
    if isinstance(data, str):
        return xml_safe(data)
    if isinstance(data, dict):
        return {key: _cleaned(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_cleaned(value) for value in data]
    return data

"""Characters that a document cannot hold cost those characters, not the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from feedpub.characters import xml_safe
from feedpub.model import Edition


def render(edition: Edition, writer: Callable[[Edition], bytes]) -> bytes:
    """Render an edition; where lxml refuses one of its texts, once more with all of them cleaned.

    Entries are clean when they are stored, so looking at each text again would only take time.
    """
    try:
        return writer(edition)
    except ValueError:
        return writer(msgspec.convert(_cleaned(msgspec.to_builtins(edition)), Edition))


def _cleaned(data: Any) -> Any:
    if isinstance(data, str):
        return xml_safe(data)
    if isinstance(data, dict):
        return {key: _cleaned(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_cleaned(value) for value in data]
    return data

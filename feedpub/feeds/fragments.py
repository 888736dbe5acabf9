"""Entries that are rendered already: one that stands in several documents of a run is rendered once."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

import msgspec

_MOST_BYTES = 48_000_000
Key = tuple[str | bool, ...]


class Fragment(msgspec.Struct, frozen=True):
    """An entry as bytes, in one format, and when it was changed last."""

    raw: bytes
    updated: datetime


class Fragments:
    """The entries that were rendered last, as many as fit into so many bytes."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._kept: OrderedDict[Key, Fragment] = OrderedDict()
        self._most, self._size = most_bytes, 0

    def get(self, key: Key) -> Fragment | None:
        """An entry that is rendered already; None where it is not here."""
        kept = self._kept.get(key)
        if kept:
            self._kept.move_to_end(key)
        return kept

    def keep(self, key: Key, fragment: Fragment) -> None:
        """Keep an entry for the documents to come."""
        before = self._kept.pop(key, None)
        self._kept[key] = fragment
        self._size += len(fragment.raw) - (len(before.raw) if before else 0)
        while self._size > self._most:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped.raw)

"""A document without its entries: what stands before the first and after the last."""

from __future__ import annotations

from typing import Self

import msgspec


class Frame(msgspec.Struct, frozen=True):
    """The bytes before the entries, after them, and between any two."""

    before: bytes
    after: bytes
    between: bytes = b""

    @classmethod
    def around(cls, empty: bytes, end: bytes) -> Self:
        """The frame of a document without entries that ends in `end`."""
        head, found, tail = empty.rpartition(end)
        if not found:
            raise AssertionError(f"a document without entries does not end in {end.decode()}")
        return cls(head, found + tail)

    @property
    def size(self) -> int:
        """Its bytes without what stands between entries."""
        return len(self.before) + len(self.after)

"""Values for queries, some at a time."""

from __future__ import annotations

from collections.abc import Iterable

_AT_ONCE = 500
"""How many values a query names at most: SQLite's limit is far above, and its plans get no better."""


def some(values: Iterable[str]) -> list[list[str]]:
    """Values without repetition, in order, in parts that one query can name."""
    ordered = sorted(set(values))
    return [ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE)]

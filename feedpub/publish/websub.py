"""WebSub: telling hubs which documents changed. What a hub could not be told is told by the next run."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from feedpub.errors import FetchError
from feedpub.report import Problem

_MOST_FAILURES = 3
"""In a row, after which a hub is left alone until the next run."""
_MOST_WAITING = 2_000
Post = Callable[[str, dict[str, str]], None]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What telling one hub came to: how many documents it was told of, those that are left, and what failed."""

    count: int
    left: tuple[str, ...]
    failed: tuple[Problem, ...]


def tell(hub: str, topics: Iterable[str], post: Post) -> Told:
    """Tell a hub that documents changed.

    Args:
        hub: its address.
        topics: the addresses of the documents.
        post: sends a form to an address; raises FetchError.
    """
    left: list[str] = []
    failed: list[Problem] = []
    count = in_a_row = 0
    for topic in dict.fromkeys(topics):
        if in_a_row >= _MOST_FAILURES:
            left.append(topic)
            continue
        try:
            # One a request: not every hub reads several.
            post(hub, {"hub.mode": "publish", "hub.url": topic})
        except FetchError as problem:
            failed.append(Problem(topic, str(problem)))
            left.append(topic)
            in_a_row += 1
        else:
            count, in_a_row = count + 1, 0
    return Told(count=count, left=tuple(left[-_MOST_WAITING:]), failed=tuple(failed))

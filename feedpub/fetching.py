"""Several things asked for at once, with what came of each in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")
_AHEAD = 10
"""So many times as many as there are connections are asked for ahead of what is taken."""


def fetched(wanted: Iterable[_T], ask: Callable[[_T], _R], connections: int) -> Iterator[tuple[_T, _R | Exception]]:
    """Ask for each, and give what came of it: an answer, or the exception that asking raised.

    Who stops taking stops the asking: what is under way is waited for, the rest is not asked.

    Args:
        wanted: what is asked for.
        ask: asks for one; several threads call it where there are several connections.
        connections: how many are asked for at once.
    """

    def attempt(one: _T) -> _R | Exception:
        try:
            return ask(one)
        except Exception as problem:  # noqa: BLE001 - whoever takes it decides what it means
            return problem

    if connections == 1:
        for one in wanted:
            yield one, attempt(one)
        return
    waiting: deque[tuple[_T, Future[_R | Exception]]] = deque()
    with ThreadPoolExecutor(connections, thread_name_prefix="fetch") as pool:
        try:
            for one in wanted:
                waiting.append((one, pool.submit(attempt, one)))
                if len(waiting) >= _AHEAD * connections:
                    first, answer = waiting.popleft()
                    yield first, answer.result()
            while waiting:
                first, answer = waiting.popleft()
                yield first, answer.result()
        finally:
            for _, answer in waiting:
                answer.cancel()

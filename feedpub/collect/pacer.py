"""Not too many requests at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from feedpub.errors import StoppedError

_LOOK_EVERY = 0.2
"""Seconds."""


class Pacer:
    """Spaces out the requests to one host, whichever source makes them."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._next: dict[str, float] = {}
        self._gate = threading.Lock()
        self._rest = 0.0

    def __call__(self, host: str, per_second: float) -> None:
        """Wait until the next request to `host` is due; `per_second` 0 is no limit."""
        if per_second <= 0:
            return
        with self._gate:
            now = self._clock()
            due = max(self._next.get(host, now), now)
            self._next[host] = due + 1 / per_second
        if due > now:
            self._sleep(due - now)

    def rest(self, seconds: float) -> None:
        """A host asks to be left alone for longer than a run waits."""
        with self._gate:
            self._rest = max(self._rest, seconds)

    def take_rest(self) -> float:
        """The longest that hosts asked for since this was last asked; 0 if none did."""
        with self._gate:
            longest, self._rest = self._rest, 0.0
            return longest


def pacing(stop: Callable[[], bool]) -> Callable[[float], None]:
    """A sleep that ends when `stop` says so, with StoppedError: what was waited for is not to be done any more."""

    def sleep(seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if stop():
                raise StoppedError("the run is to end")
            time.sleep(min(left, _LOOK_EVERY))

    return sleep

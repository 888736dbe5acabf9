"""What the server says of itself: /healthz and /metrics.

Both are worked out at most once in a while, by one thread at a time, so that nobody loads the machine by asking; and
whoever asks gets an answer within some seconds, whatever keeps the store.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec

from feedpub import health
from feedpub.config import Settings
from feedpub.health import Health
from feedpub.store.database import utc

HEALTH, METRICS = "healthz", "metrics"
NAMES = frozenset({(HEALTH,), (METRICS,)})
"""The paths; what was published under one of these names is not seen."""
_LIVE = b"live"
_PATIENCE = 5.0
KEPT = {HEALTH: 1.0, METRICS: 5.0}
"""Seconds for which an answer is."""
_OK, _UNAVAILABLE = 200, 503
_JSON = "application/json"


class Said(NamedTuple):
    """An answer."""

    status: int
    media_type: str
    body: bytes


class Own:
    """Answers what is asked about the server and its sources.

    Args:
        settings: the config.
        clock: tells the time.
        started: when the service began, if it is one that runs the job; its first run may still go on.
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime], started: datetime | None = None) -> None:
        self._clock = clock
        work = {HEALTH: partial(_health, settings, clock, started), METRICS: partial(_metrics, settings, clock)}
        self._kept = {name: _Kept(work[name], KEPT[name]) for name in work}

    async def answer(self, name: str, query: bytes) -> Said:
        """Answer a question.

        Args:
            name: HEALTH or METRICS.
            query: as it came; "live" asks only whether the server answers.
        """
        if name == HEALTH and query == _LIVE:
            return Said(_OK, _JSON, b'{"status":"live"}')
        try:
            return await self._kept[name].get()
        except TimeoutError:
            return self._sorry("the store does not answer")
        except Exception as problem:  # noqa: BLE001 - a server that cannot tell is not well
            return self._sorry(f"a fault in feedpub, please report it: {type(problem).__name__}")

    def _sorry(self, why: str) -> Said:
        told = Health(status=health.STALE, at=utc(self._clock()), why=why)
        return Said(_UNAVAILABLE, _JSON, msgspec.json.encode(told))


class _Kept:
    """An answer that is kept for some seconds.

    Args:
        work: works it out; in a thread that nobody waits for at the end, as a store may take long.
        kept: seconds.
    """

    def __init__(self, work: Callable[[], Said], kept: float) -> None:
        self._work, self._seconds = work, kept
        self._answer: asyncio.Future[Said] | None = None
        self._old = 0.0

    async def get(self) -> Said:
        """The answer.

        Raises:
            TimeoutError: it takes too long.
        """
        loop = asyncio.get_running_loop()
        if self._answer is None or (self._answer.done() and loop.time() >= self._old):
            self._answer = loop.create_future()
            threading.Thread(target=self._find, args=(loop, self._answer), name="own", daemon=True).start()
        return await asyncio.wait_for(asyncio.shield(self._answer), _PATIENCE)

    def _find(self, loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Said]) -> None:
        found: Said | Exception
        try:
            found = self._work()
        except Exception as problem:  # noqa: BLE001 - whoever waits for it says so
            found = problem
        with suppress(RuntimeError):  # The server has ended meanwhile.
            loop.call_soon_threadsafe(self._settle, loop, answer, found)

    def _settle(self, loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Said], found: Said | Exception) -> None:
        self._old = loop.time() + self._seconds
        if isinstance(found, Exception):
            answer.set_exception(found)
            answer.exception()  # Nobody may wait any more.
        else:
            answer.set_result(found)


def _health(settings: Settings, clock: Callable[[], datetime], started: datetime | None) -> Said:
    found = health.look(settings, clock(), started)
    return Said(_OK if found.status == health.OK else _UNAVAILABLE, _JSON, msgspec.json.encode(found))


def _metrics(settings: Settings, clock: Callable[[], datetime]) -> Said:
    from feedpub import metrics  # noqa: PLC0415 - most servers are never asked

    facts = metrics.look(settings, clock())
    return Said(_OK, metrics.CONTENT_TYPE, metrics.exposition(facts, process=True))

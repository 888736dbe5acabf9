"""Whether the run that is going on is alive: it gives signs of life as it asks, stores and renders."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from feedpub.config import Settings

_STAGES = 900.0
"""Seconds that the stages of a run that give no sign of life may take, besides what the config bounds: to render all
feeds after an update, to make one search index."""
_LONGEST = 12 * 3600.0
"""Seconds that a run may take in all, whatever signs it gives."""


class Pulse:
    """The signs of life of the runs, one at a time; it is what a run shows its progress to.

    Args:
        clock: in seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._gate = threading.Lock()
        self._of, self._thread = "", 0
        self._began = self._last = clock()

    @contextmanager
    def run(self, source: str) -> Iterator[None]:
        """A run of a source goes on, in this thread, until the block is left."""
        with self._gate:
            self._of, self._thread = source, threading.get_ident()
            self._began = self._last = self._clock()
        try:
            yield
        finally:
            with self._gate:
                self._of = ""

    @property
    def source(self) -> str:
        """Whose run goes on; "" if none does."""
        with self._gate:
            return self._of

    def beat(self) -> None:
        """It is alive."""
        self._last = self._clock()

    def begin(self, what: str, total: int) -> None:  # noqa: ARG002 - as Progress has it
        """A piece of work begins."""
        self.beat()

    def advance(self, count: int = 1) -> None:  # noqa: ARG002 - as above
        """Some of it is done."""
        self.beat()

    def hangs(self, patience: float) -> str:
        """Why the run that goes on is taken for dead, as a sentence; "" if none is.

        Args:
            patience: seconds without a sign of life.
        """
        with self._gate:
            if not self._of:
                return ""
            silent, since = self._clock() - self._last, self._clock() - self._began
        if silent > patience:
            return f"gave no sign of life for {silent:.0f} s"
        return f"goes on for {since:.0f} s" if since > _LONGEST else ""

    def where(self) -> list[str]:
        """Where the run is, from the outside in: a line a call."""
        frame = sys._current_frames().get(self._thread)  # noqa: SLF001 - documented, in spite of its name
        calls = traceback.extract_stack(frame) if frame and self.source else []
        return [f"{call.filename.rpartition('/')[2]}:{call.lineno} {call.name}" for call in calls]


def patience(settings: Settings) -> float:
    """The seconds for which a run may give no sign of life, by what its config lets its parts take."""
    http, alert = settings.http, settings.alert
    # A source's lists are asked for before its first release; hubs and alerts come after its last document.
    asking = http.run_time + http.deadline
    telling = 2 * alert.timeout + sum(3 * settings.hub_timeout for _ in settings.hubs)
    return asking + telling + _STAGES

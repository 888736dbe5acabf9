"""Signals to a service, as something to wait for."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from types import FrameType
from typing import NoReturn, Self

ENDING = frozenset({signal.SIGTERM, signal.SIGINT})
RELOADING = signal.SIGHUP
_BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a program."""


class Signals:
    """SIGTERM, SIGINT and SIGHUP end nothing, but can be waited for in the main thread, until the block is left.

    They are handled, not blocked: programs that the service starts would inherit that, and not end when they are told.
    The handlers do nothing, as they may interrupt anything; Python writes the numbers to a socket.
    """

    def __enter__(self) -> Self:
        self._reading, self._writing = socket.socketpair()
        for one in (self._reading, self._writing):
            one.settimeout(0)
        self._terminals = [number for number in (0, 2) if os.isatty(number)]
        self._wakeup = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _heard) for number in (*ENDING, RELOADING)}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        self._reading.close()
        self._writing.close()

    def wait(self, seconds: float) -> list[signal.Signals]:
        """Wait for signals, or for `wake`, no longer than so many seconds; gives the signals in their order.

        SIGHUP of a terminal that went away asks to end, and so is given as SIGTERM.
        """
        ready, _, _ = select.select([self._reading], [], [], max(seconds, 0.0))
        numbers = self._reading.recv(4096) if ready else b""
        found = [signal.Signals(number) for number in numbers if number]
        return [signal.SIGTERM if one == RELOADING and self._hung_up() else one for one in found]

    def wake(self) -> None:
        """End the wait that goes on; any thread may call it."""
        try:
            self._writing.send(b"\0")
        except OSError:  # Enough is written to end it, or nobody waits any more.
            return

    def _hung_up(self) -> bool:
        return any(not os.isatty(number) for number in self._terminals)


def end_by(number: signal.Signals) -> NoReturn:
    """End this process now, as the signal would."""
    sys.stderr.flush()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    os._exit(_BY_SIGNAL + number)  # The first process of a container is ended by no signal of its own.


def _heard(_number: int, _frame: FrameType | None) -> None:
    """Nothing: the number was written to the socket."""

"""Telling a service manager how the service is: the protocol of sd_notify(3), which systemd and podman speak.

A message is a datagram of lines NAME=VALUE to a Unix socket that the environment names. Where it names none, nobody is
told. What cannot be told is no fault of the service.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import MutableMapping
from contextlib import suppress

from feedpub.terminal import printable

_SOCKET, _USEC, _PID = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"
_LONGEST_STATUS = 500
_PATIENCE = 2.0
"""Seconds that a manager has to take a message."""
_MICRO = 1_000_000


class Notifier:
    """Tells the manager.

    Args:
        environment: names the socket and how often the watchdog wants to hear. The names are taken out of it, so that
            no program that the service starts speaks for it.
    """

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        self._place = _address(environment.pop(_SOCKET, ""))
        usec, pid = environment.pop(_USEC, ""), environment.pop(_PID, "")
        meant = usec.isascii() and usec.isdecimal() and pid in ("", str(os.getpid()))
        self.every: float | None = int(usec) / _MICRO / 2 if self._place and meant and int(usec) else None
        """Seconds after which the watchdog is to be told that all is well; None where there is none.

        Half of what it waits, as sd_watchdog_enabled(3) asks for.
        """

    def ready(self, status: str) -> None:
        """The service has started, or goes on after a reload."""
        self._send("READY=1", _status(status))

    def reloading(self) -> None:
        """The service reads its config again. `ready` ends it."""
        now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000
        self._send("RELOADING=1", f"MONOTONIC_USEC={now}")

    def stopping(self, status: str) -> None:
        """The service ends."""
        self._send("STOPPING=1", _status(status))

    def status(self, status: str) -> None:
        """How the service is, as a sentence."""
        self._send(_status(status))

    def alive(self) -> None:
        """All is well; only a watchdog wants to know."""
        if self.every:
            self._send("WATCHDOG=1")

    def _send(self, *lines: str) -> None:
        if not self._place:
            return
        message = "\n".join(lines).encode("utf-8", "replace")
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sending:
            sending.settimeout(_PATIENCE)
            sending.sendto(message, self._place)


def _address(place: str) -> str:
    """Where to send to: a path, or a name in Linux's abstract name space, which begins with NUL; "" for nowhere."""
    if place.startswith("@"):
        return "\0" + place[1:]
    return place if place.startswith("/") else ""


def _status(status: str) -> str:
    return f"STATUS={printable(status)[:_LONGEST_STATUS]}"

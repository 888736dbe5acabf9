"""`feedpub run` as a process, with what it logs and what it tells a service manager.

with running(place) as one:
    one.until("run ended", source="gov")
    one.send(signal.SIGHUP)
    assert one.ended(signal.SIGTERM).code == 0
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

SCRIPT = Path(sys.executable).with_name("feedpub")
PATIENCE = 20.0


class End(NamedTuple):
    """How a service ended: its exit code, and after how many seconds."""

    code: int
    seconds: float


class Service:
    """A running service. `events` are what it logged; `lines` of its log that are no events are in `odd`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.events: list[dict[str, Any]] = []
        self.odd: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            with self._news:
                if event is None:
                    self.odd.append(line)
                else:
                    self.events.append(event)
                self._news.notify_all()

    def named(self, event: str, **fields: object) -> list[dict[str, Any]]:
        """The events of a name that have these fields."""
        return [one for one in self.events if one["event"] == event and fields.items() <= one.items()]

    def until(self, event: str, *, times: int = 1, **fields: object) -> dict[str, Any]:
        """Wait for an event; gives the last of so many."""
        with self._news:
            came = self._news.wait_for(lambda: len(self.named(event, **fields)) >= times, PATIENCE)
        assert came, f"not {times} times {event} {fields}: {self.events[-3:]} {self.odd[-3:]}"
        return self.named(event, **fields)[times - 1]

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def ended(self, *numbers: signal.Signals) -> End:
        """Send signals, and wait for the end."""
        began = time.monotonic()
        for number in numbers:
            self.send(number)
        code = self.process.wait(PATIENCE * 2)
        seconds = time.monotonic() - began
        self._reader.join(PATIENCE)
        return End(code, seconds)

    def close(self) -> None:
        """Let go of its log."""
        self._reader.join(PATIENCE)
        assert self.process.stderr
        self.process.stderr.close()


@contextmanager
def running(
    place: Path, *arguments: str, environment: Mapping[str, str] | None = None, before: str = ""
) -> Iterator[Service]:
    """Run a service; it is killed in the end if it has not ended by itself.

    Args:
        place: its config.
        arguments: more of them.
        environment: more of it.
        before: Python that is run before the service, in its process: to have something in it misbehave.
    """
    program = [str(SCRIPT)]
    if before:
        program = [sys.executable, "-c", f"{before}\nfrom feedpub.cli import main\nmain()"]
    process = subprocess.Popen(
        [*program, "run", "-c", str(place), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    service = Service(process)
    try:
        yield service
    finally:
        process.kill()
        process.wait(PATIENCE)
        service.close()


class Manager:
    """A service manager: hears what it is told, each message as its lines."""

    def __init__(self, at: str) -> None:
        self.at = at
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + at[1:] if at.startswith("@") else at)
        self._socket.settimeout(PATIENCE)
        self.heard: list[dict[str, str]] = []

    def next(self, seconds: float = PATIENCE) -> dict[str, str]:
        """The next message; TimeoutError if none comes in so many seconds."""
        self._socket.settimeout(seconds)
        message = self._socket.recv(65_536).decode()
        self.heard.append(dict(line.split("=", 1) for line in message.split("\n")))
        return self.heard[-1]

    def until(self, met: Callable[[dict[str, str]], bool]) -> dict[str, str]:
        """The next message that is as wanted."""
        limit = time.monotonic() + PATIENCE
        while not met(one := self.next()):
            assert time.monotonic() < limit, self.heard
        return one

    def pings(self, seconds: float) -> int:
        """How many times it is told within so many seconds that all is well."""
        until, count = time.monotonic() + seconds, 0
        while (left := until - time.monotonic()) > 0:
            try:
                count += "WATCHDOG" in self.next(left)
            except TimeoutError:
                break
        return count

    def close(self) -> None:
        """Hear nothing any more."""
        self._socket.close()

"""Keeps the job running until a signal ends it: what `feedpub run` does.

Three threads: the main one waits for signals, looks whether the others live and tells the service manager; the
scheduler starts what is due; its worker runs one source at a time.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import msgspec
import structlog

from feedpub import accepting, job, memory, pulse
from feedpub.config import Settings
from feedpub.errors import FeedpubError, LockedError
from feedpub.notifying import Notifier
from feedpub.pulse import Pulse
from feedpub.report import lines
from feedpub.schedule import JITTER, Schedule
from feedpub.signals import RELOADING, Signals, end_by
from feedpub.telling import Teller

LONGEST_END = 25.0
"""Seconds that a run in progress has to end; then the process ends all the same, and the next run repairs what is left.

Less than what service managers wait before they kill: systemd 90, Kubernetes 30."""
_LOOK_EVERY = 10.0
"""Seconds after which the main thread looks at the others, where no watchdog wants it more often."""
_SAME = 0.5
"""Seconds within which a second signal is the first one: timeout(1) sends two, to the process and to its group."""
_FRONT = "index.html"
_log = structlog.get_logger()


class Server(Protocol):
    """A web server beside the schedule; `address` is that of its first page."""

    address: str

    def use(self, settings: Settings) -> None:
        """Serve the output directory of another config from now on."""


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What a service is connected with.

    `read` reads the config again; raises ConfigError. `server` goes on with another config where there is one. `ready`
    is called when the schedule stands and signals are heeded. A run starts later by at most `jitter` seconds.
    """

    read: Callable[[], Settings]
    server: Server | None = None
    ready: Callable[[], None] = lambda: None
    notifier: Notifier = msgspec.field(default_factory=lambda: Notifier({}))
    jitter: int = JITTER


def keep_running(settings: Settings, around: Around) -> None:
    """Run every source once, then on its schedule, until SIGTERM or SIGINT. SIGHUP reads the config again.

    A signal lets the run in progress finish: it reads no further release, stores and publishes what it has, and ends.
    Where that takes longer than LONGEST_END, or at a second signal, the process ends at once.

    Raises:
        ConfigError: a file that the config names is bad.
    """
    accepting.check(settings)
    with Signals() as signals:
        service = _Service(settings, around, signals)
        try:
            service.start()
            service.end(service.heed())
        except Exception:  # noqa: BLE001 - told as all else is
            _log.exception("service failed", problem="a fault in feedpub, please report it")
            sys.stderr.flush()
            os._exit(1)  # A run that hangs would keep the process, and so the manager from starting it anew.


class _Service:
    def __init__(self, settings: Settings, around: Around, signals: Signals) -> None:
        self._around, self._signals, self._notifier = around, signals, around.notifier
        self._schedule = Schedule(self._run_source, around.jitter)
        self._pulse, self._teller, self._accepted = Pulse(), Teller(), accepting.Accepted()
        self._stopping = threading.Event()
        self._gate = threading.Lock()
        # Together under the gate: what the next run goes by, whose run goes on, what is to be served after a run.
        self._settings = settings
        self._running = ""
        self._to_serve: Settings | None = None
        self._trouble = ""

    def start(self) -> None:
        """Begin to run what is due: every source, at once."""
        settings = self._settings
        self._schedule.start()
        self._schedule.follow(settings.sources)
        sources = [source.id for source in settings.sources]
        _log.info("running", sources=sources, output=str(settings.output))
        if self._around.server:
            _log.info("serving", at=self._around.server.address, output=str(settings.output))
        self._notifier.ready(f"asking {', '.join(sources)}")
        self._around.ready()

    def heed(self) -> signal.Signals:
        """Do what signals ask for, until one asks to end; gives that."""
        every = min(self._notifier.every or _LOOK_EVERY, _LOOK_EVERY)
        while True:
            for number in self._signals.wait(every):
                if number != RELOADING:
                    return number
                self._reload()
            self._look()

    def _look(self) -> None:
        """Look whether all is alive; only then the watchdog is told so."""
        if back := self._schedule.heed_clock():
            _log.warning("clock set back", seconds=round(back))
        trouble = self._schedule.trouble() or self._pulse.hangs(pulse.patience(self._settings))
        if not trouble:
            self._notifier.alive()
        if trouble and not self._trouble:
            _log.critical("service hangs", source=self._pulse.source, what=trouble, where=self._pulse.where())
            self._notifier.status(f"hangs: {trouble}")
        elif self._trouble and not trouble:
            _log.info("service goes on")
        self._trouble = trouble

    # What the config says

    def _reload(self) -> None:
        self._notifier.reloading()
        said = "config refused"
        try:
            fresh = self._around.read()
            accepting.check(fresh)
            self._follow(fresh)
        except FeedpubError as problem:
            _log.error("config refused", problem=str(problem), kept="the one before")
            said = f"config refused: {problem}"
        except Exception:  # noqa: BLE001 - the service goes on
            _log.exception("config refused", kept="the one before")
        else:
            said = "config read again"
        finally:
            self._notifier.ready(said)

    def _follow(self, fresh: Settings) -> None:
        """Go by another config. A run in progress ends under the one before; its source is then asked once more."""
        old = self._settings
        if fresh == old:
            _log.info("config read again", changed=False)
            return
        # What was published last is served until there is something else.
        is_there = fresh.output == old.output or (fresh.output / _FRONT).is_file()
        with self._gate:
            self._settings, running = fresh, self._running
            self._to_serve = None if is_there else fresh
        if is_there:
            self._use(fresh)
        self._schedule.follow(fresh.sources, later=[running])
        sources = [source.id for source in fresh.sources]
        _log.info("config read again", changed=True, sources=sources, output=str(fresh.output))

    # Runs, in the worker's thread

    def _run_source(self, identifier: str) -> None:
        """Run a source that is due; again, where the config became another meanwhile."""
        try:
            settings = self._next(identifier)
            while settings is not None:
                self._run(settings, identifier)
                memory.give_back()
                settings = self._next(identifier, settings)
        finally:
            with self._gate:
                self._running = ""
            self._signals.wake()

    def _next(self, identifier: str, done: Settings | None = None) -> Settings | None:
        """The config to run a source by; None if it is not to be run, or was run by it just now."""
        with self._gate:
            settings = self._settings
            wanted = settings is not done and any(source.id == identifier for source in settings.sources)
            self._running = identifier if wanted and not self._stopping.is_set() else ""
            return settings if self._running else None

    def _run(self, settings: Settings, identifier: str) -> None:
        """One run of one source. Whatever goes wrong is logged, and the schedule goes on."""
        now = datetime.now(settings.timezone)
        how = job.Run(now=now, only=(identifier,), stop=self._asked_to_stop, progress=self._pulse)
        said = "failed"
        try:
            with self._pulse.run(identifier):
                report = job.run(settings, how, self._accepted.topical(settings))
        except LockedError as problem:
            said = "skipped"
            _log.warning("run skipped", source=identifier, problem=str(problem))
        except FeedpubError as problem:
            _log.error("run failed", source=identifier, problem=str(problem))
        except Exception:  # noqa: BLE001 - a fault in one run may not end the schedule
            _log.exception("run failed", source=identifier, problem="a fault in feedpub, please report it")
        else:
            said = next(iter(lines(report)), "")
            self._teller.tell(report)
            self._serve(settings)
        self._notifier.status(f"last run {now:%Y-%m-%d %H:%M}: {said}")

    def _asked_to_stop(self) -> bool:
        self._pulse.beat()
        return self._stopping.is_set()

    def _serve(self, settings: Settings) -> None:
        """Have served what was published, if that waited for it."""
        with self._gate:
            due = self._to_serve is settings
            self._to_serve = None if due else self._to_serve
        if due:
            self._use(settings)

    def _use(self, settings: Settings) -> None:
        if self._around.server:
            self._around.server.use(settings)
            _log.info("serving", at=self._around.server.address, output=str(settings.output))

    # The end

    def end(self, number: signal.Signals) -> None:
        """Let the run in progress end; returns when it did. Else the process ends here."""
        began = time.monotonic()
        with self._gate:
            self._stopping.set()
            running = self._running
        _log.info("stopping", signal=number.name, source=running)
        self._notifier.stopping(f"waiting for the run of {running}" if running else "ending")
        self._schedule.end()
        while self._still_running():
            left = began + LONGEST_END - time.monotonic()
            if left <= 0:
                _log.error("run cut off", source=running, seconds=LONGEST_END, where=self._pulse.where())
                sys.stderr.flush()
                os._exit(1)
            for further in self._signals.wait(min(left, _LOOK_EVERY)):
                if further != RELOADING and time.monotonic() - began > _SAME:
                    _log.warning("ended at once", signal=further.name, source=running)
                    end_by(further)
        _log.info("stopped", seconds=round(time.monotonic() - began, 3))

    def _still_running(self) -> bool:
        with self._gate:
            return bool(self._running)

"""Keeps the job running: APScheduler around it, each source on its own schedule."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from feedpub import job
from feedpub.config import Settings, Source
from feedpub.cron import Cron
from feedpub.errors import FeedpubError, LockedError
from feedpub.report import RunReport, lines

_JITTER = 20
"""Seconds at most by which a run starts later, so that not every installation asks at the full minute."""
_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})
_log = structlog.get_logger()


def keep_running(settings: Settings, *, jitter: int = _JITTER, ready: Callable[[], None] = lambda: None) -> None:
    """Run every source once, then on its schedule, until SIGTERM or SIGINT.

    A signal lets the run in progress finish: it reads no further release, stores and publishes what it has, and ends.

    Args:
        settings: the config.
        jitter: seconds at most by which a run starts later.
        ready: called when the schedule stands and signals are heeded.
    """
    stopping = threading.Event()
    # Signals are waited for, not handled: a handler may interrupt anything, and may not log. Threads inherit the mask.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    # One worker: two sources that are due at once wait for one another.
    scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone=settings.timezone)
    try:
        for source in settings.sources:
            scheduler.add_job(
                run_source,
                trigger(source, jitter),
                args=(settings, source.id, stopping.is_set),
                id=source.id,
                name=source.id,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                next_run_time=datetime.now(settings.timezone),
            )
        scheduler.start()
        _log.info("running", sources=[source.id for source in settings.sources], output=str(settings.output))
        ready()
        number = signal.sigwait(_SIGNALS)
        _log.info("stopping after the run in progress", signal=signal.Signals(number).name)
        stopping.set()
        scheduler.shutdown(wait=True)
        _log.info("stopped")
    finally:
        while signal.sigtimedwait(_SIGNALS, 0):
            pass  # A second signal asked for what has just been done.
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def trigger(source: Source, jitter: int) -> BaseTrigger:
    """A source's schedule as APScheduler has it, in the source's own time zone."""
    schedule, zone = source.schedule, source.timezone
    if isinstance(schedule, timedelta):
        return IntervalTrigger(
            seconds=int(schedule.total_seconds()),
            timezone=zone,
            jitter=min(jitter, int(schedule.total_seconds() / 10)) or None,
        )
    if not schedule.either_day:
        return _cron(schedule, source, jitter, day=True, week=True)
    return OrTrigger(
        [_cron(schedule, source, jitter, day=True, week=False), _cron(schedule, source, jitter, day=False, week=True)],
    )


def _cron(cron: Cron, source: Source, jitter: int, *, day: bool, week: bool) -> CronTrigger:
    return CronTrigger(
        minute=_listed(cron.minute),
        hour=_listed(cron.hour),
        day=_listed(cron.day) if day else "*",
        month=_listed(cron.month),
        day_of_week=_listed(cron.day_of_week) if week else "*",
        timezone=source.timezone,
        jitter=jitter or None,
    )


def _listed(values: tuple[int, ...] | tuple[str, ...]) -> str:
    return ",".join(str(value) for value in values)


def run_source(settings: Settings, identifier: str, stop: Callable[[], bool]) -> None:
    """One scheduled run of one source. Whatever goes wrong is logged, and the schedule goes on."""
    if stop():
        return
    now = datetime.now(settings.timezone)
    try:
        report = job.run(settings, job.Run(now=now, only=(identifier,), stop=stop))
    except LockedError as problem:
        _log.warning("skipped", source=identifier, reason=str(problem))
    except FeedpubError as problem:
        _log.error("failed", source=identifier, problem=str(problem))
    except Exception:  # noqa: BLE001 - a fault in one run may not end the schedule
        _log.exception("a fault in feedpub, please report it", source=identifier)
    else:
        _tell(report)


def _tell(report: RunReport) -> None:
    tell = _log.info if report.well else _log.error
    for line in lines(report):
        tell(line)

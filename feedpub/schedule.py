"""When each source is asked: APScheduler around the runs, each source on its own schedule."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from feedpub.config import Source
from feedpub.cron import Cron

JITTER = 20
"""Seconds at most by which a run starts later, so that not every installation asks at the full minute."""
_SET_BACK = 30.0
"""Seconds by which the clock may be set back before the schedule is made anew: what is due waits for no lost hour."""
_LATE = 60.0
"""Seconds that the scheduler has to start what is due, before it is taken for dead."""


class Schedule:
    """Asks sources when they are due, one at a time, in a thread of its own.

    Args:
        run: runs a source by its id. Whatever goes wrong with it is its own.
        jitter: seconds at most by which a run starts later.
        wall: tells the time, in seconds since 1970.
        clock: in seconds, monotonic.
    """

    def __init__(
        self,
        run: Callable[[str], None],
        jitter: int = JITTER,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run, self._jitter, self._wall, self._clock = run, jitter, wall, clock
        # One worker: two sources that are due at once wait for one another.
        self._scheduler = _Scheduler(executors={"default": ThreadPoolExecutor(1)}, timezone=UTC)
        self._sources: tuple[Source, ...] = ()
        self._ahead = wall() - clock()
        self._late_since: float | None = None

    def start(self) -> None:
        """Begin to ask what is due."""
        self._scheduler.start()

    def follow(self, sources: Sequence[Source], *, later: Iterable[str] = ()) -> None:
        """Ask these sources from now on, and no others: at once, then on their schedules.

        Args:
            sources: what to ask.
            later: the ids of those that are not asked at once.
        """
        self._sources = tuple(sources)
        self._plan(at_once={source.id for source in sources} - set(later))

    def _plan(self, at_once: set[str]) -> None:
        self._scheduler.remove_all_jobs()
        now = datetime.now(UTC)
        for source in self._sources:
            # Without a time, the first is when the schedule says.
            when = {"next_run_time": now} if source.id in at_once else {}
            self._scheduler.add_job(
                self._run,
                trigger(source, self._jitter),
                args=(source.id,),
                id=source.id,
                name=source.id,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                **when,
            )

    def heed_clock(self) -> float:
        """Go by the clock as it is now; has to be called now and then.

        APScheduler waits for a moment. A clock that was set back would have it wait for that long: the schedule begins
        again. What became due while the machine slept or the clock was set forward is asked at once.

        Returns:
            By how many seconds the clock was set back, 0 if it was not.
        """
        ahead = self._wall() - self._clock()
        back, self._ahead = self._ahead - ahead, max(ahead, self._ahead)
        if back > _SET_BACK:
            self._ahead = ahead
            self._plan(at_once=set())
            return back
        self._scheduler.wakeup()
        return 0.0

    def trouble(self) -> str:
        """Why nothing is asked any more, as a sentence; "" if all is well."""
        if not self._scheduler.is_alive():
            return "the scheduler has ended"
        now, clock = datetime.now(UTC), self._clock()
        due = [one.next_run_time for one in self._scheduler.get_jobs() if one.next_run_time]
        if not any((now - moment).total_seconds() > _LATE for moment in due):
            self._late_since = None
        elif self._late_since is None:
            self._late_since = clock
        elif clock - self._late_since > _LATE:
            return "the scheduler does not start what is due"
        return ""

    def end(self) -> None:
        """Ask nothing any more. A run that goes on is not waited for."""
        self._scheduler.shutdown(wait=False)


class _Scheduler(BackgroundScheduler):  # type: ignore[misc] # APScheduler has no types
    """Tells whether its thread lives."""

    def is_alive(self) -> bool:
        """Whether it can still start anything."""
        return bool(self._thread and self._thread.is_alive())


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

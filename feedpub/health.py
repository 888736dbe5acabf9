"""Whether every source is fresh: it was asked with success as lately as its schedule says, and gives what it should."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Connection

from feedpub import existing, occurrences
from feedpub.config import Settings, Source
from feedpub.errors import StoreError
from feedpub.report import Fault
from feedpub.store import faults, measures, published
from feedpub.store.database import utc

OK, STALE, STARTING = "ok", "stale", "starting"
_AWAY = frozenset({"unreachable", "list-failed", "no-answer"})
"""Faults of a source that may be back in the next run: they count once it was away for longer than it may be late."""
_SLIGHT = frozenset({"pages-gone", "short", "mass-change", "few"})
"""Faults in spite of which its new releases are published."""
_LATE_RUNS = 2
_SHORTEST, _LONGEST = timedelta(minutes=30), timedelta(hours=1)
_DELAY = timedelta(minutes=1)
"""By which a run may begin later than its time."""
_LONGEST_START = timedelta(hours=1)
_CLOCKS = timedelta(minutes=5)
"""By which the clocks of two machines may differ."""


class Freshness(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How fresh a source is; times as the store writes them, "" where there is none. `why` says why it is not.

    `fresh_until` is when it is not fresh any more if no run has success until then.
    """

    id: str
    fresh: bool
    last_success: str = ""
    fresh_until: str = ""
    why: str = ""


class Health(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether all sources are fresh; `status` is OK, STALE, or STARTING where a first run is under way."""

    status: str
    at: str
    why: str = ""
    sources: tuple[Freshness, ...] = ()


def fresh_until(source: Source, success: datetime, run_time: float) -> datetime:
    """How long a success counts.

    A source may be late by two of its runs, but by no less than half an hour and no more than an hour; and by the time
    that a run may take.

    Args:
        source: has the schedule.
        success: when it was asked with success.
        run_time: seconds that one run may ask a source for.
    """
    due = occurrences.after(source.schedule, success, source.timezone)
    apart = occurrences.after(source.schedule, due, source.timezone) - due
    late = min(max(_LATE_RUNS * apart, _SHORTEST), _LONGEST)
    return due + late + timedelta(seconds=run_time) + _DELAY


def look(settings: Settings, now: datetime, started: datetime | None = None) -> Health:
    """Whether all sources are fresh, and the store can be read; `read` says what is taken."""
    if not existing.is_there(settings):
        starting = started and _is_starting(settings, now, started)
        return Health(status=STARTING if starting else STALE, at=utc(now), why="nothing was published yet")
    try:
        store = existing.open_store(settings)
        try:
            with store.reading() as connection:
                return read(connection, settings, now, started)
        finally:
            store.close()
    except StoreError:
        # What it says has the place of the store in it.
        return Health(status=STALE, at=utc(now), why="the store cannot be read")


def read(connection: Connection, settings: Settings, now: datetime, started: datetime | None = None) -> Health:
    """Read from the store whether all sources are fresh.

    Args:
        connection: of a transaction.
        settings: the config.
        now: the time.
        started: when the service began that asks the sources, where it is the one that wants to know.
    """
    states = published.source_states(connection)
    found = tuple(
        _freshness(
            source,
            states.get(source.id, published.SourceState()),
            faults.standing(connection, source.id),
            settings.http.run_time,
            now,
        )
        for source in settings.sources
    )
    stale = [one for one in found if not one.fresh]
    ended = measures.last_ended(connection)
    why = _unended(settings, ended, now)
    if not stale and not why:
        return Health(status=OK, at=utc(now), sources=found)
    if started and _is_starting(settings, now, started):
        asked = {name for name, state in states.items() if state.last_run >= utc(started)}
        if ended < utc(started) or not any(one.id in asked for one in stale):
            return Health(status=STARTING, at=utc(now), why="the first run has not ended", sources=found)
    return Health(status=STALE, at=utc(now), why=why, sources=found)


def _unended(settings: Settings, ended: str, now: datetime) -> str:
    """Why what was asked may not be published: the runs are killed before they end."""
    if not ended:
        return "no run has ended yet"
    last = datetime.fromisoformat(ended)
    late = any(now > fresh_until(source, last, settings.http.run_time) for source in settings.sources)
    return f"no run has ended since {ended}" if late else ""


def _is_starting(settings: Settings, now: datetime, started: datetime) -> bool:
    """Whether a service began so lately that its first run may still go on."""
    longest = min(len(settings.sources) * timedelta(seconds=settings.http.run_time), _LONGEST_START)
    return now - started < longest


def lines(health: Health) -> list[str]:
    """What is not as it should be, for people."""
    said = [f"{one.id}: {one.why}" for one in health.sources if not one.fresh]
    return [health.why, *said] if health.why else said


def _freshness(
    source: Source,
    state: published.SourceState,
    standing: Sequence[Fault],
    run_time: float,
    now: datetime,
) -> Freshness:
    success = _success(state, standing)
    if success is None:
        why = "was never asked with success" if state.last_run else "was never asked"
        return Freshness(id=source.id, fresh=False, why="; ".join((why, *_said(standing))))
    until = fresh_until(source, success, run_time)
    broken = [fault for fault in standing if fault.name not in _AWAY | _SLIGHT]
    reasons = list(_said(broken))
    if success > now + _CLOCKS:
        reasons.append("its last success is in the future: the clock was set back")
    elif now > until:
        late = f"no success since {utc(success)}, expected by {utc(until)}"
        reasons += [late, *_said([fault for fault in standing if fault.name in _AWAY])]
        if state.not_before > utc(now):
            reasons.append(f"asks to be left alone until {state.not_before}")
    return Freshness(
        id=source.id,
        fresh=not reasons,
        last_success=utc(success),
        fresh_until=utc(until),
        why="; ".join(reasons),
    )


def _success(state: published.SourceState, standing: Sequence[Fault]) -> datetime | None:
    """When a source was last asked with success.

    One of its releases that cannot be read keeps it from having success, for days; the others are no older for that.
    """
    away = any(fault.name in _AWAY for fault in standing)
    found = state.last_success if away else state.last_run
    return datetime.fromisoformat(found).astimezone(UTC) if found else None


def _said(standing: Sequence[Fault]) -> list[str]:
    """Faults by their names: what is said of them is for the operator, and this for everybody."""
    return [f"{fault.name} since {fault.since}" for fault in standing]

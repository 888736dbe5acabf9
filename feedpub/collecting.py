"""One run's look at one source: its lists are judged, what is new is read, what was read is looked at again in time."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from feedpub.collect import kinds
from feedpub.collect.base import Discovery, OpenSource, Surroundings
from feedpub.config import Source
from feedpub.errors import FeedpubError, SourceError, StoppedError, StoreError, fault
from feedpub.reading import Asking
from feedpub.report import Fault, SourceReport
from feedpub.run import Run
from feedpub.store import entries as stored
from feedpub.store import published, robots, sightings
from feedpub.store.database import Store, utc
from feedpub.watching import Watch

if TYPE_CHECKING:
    from feedpub.picturing import Album

_MOST_LOOKS = 50
"""Releases that a run looks at again; the others wait for the next."""
_SILENT = frozenset({"unreachable", "no-answer"})
"""Faults of a source that gives no releases: its photos wait."""


def ask(
    store: Store, source: Source, around: Surroundings, how: Run, number: int, album: Album | None = None
) -> SourceReport:
    """Ask one source. Whatever goes wrong with it is a line of the report.

    Args:
        store: where what comes of it is kept.
        source: the source.
        around: what asking may cost.
        how: of the run.
        number: of the run.
        album: for small versions of its photos, if there are to be any.
    """
    if how.offline and not kinds.is_local(source):
        return SourceReport(id=source.id, skipped="not asked (offline)")
    with store.transaction() as connection:
        state = published.source_states(connection).get(source.id, published.SourceState())
    if state.not_before > utc(how.now):
        return SourceReport(id=source.id, skipped=f"not asked: it asks to be left alone until {state.not_before}")
    watch = Watch(source, state.expected, how.now)
    until = time.monotonic() + around.http.run_time
    try:
        opened = kinds.open_source(source, around)
        try:
            report = _collect(store, source, opened, around, how, number, watch)
            if album and not {one.name for one in report.faults} & _SILENT:
                report = msgspec.structs.replace(report, warnings=(*report.warnings, *_fill(album, opened, until)))
        finally:
            opened.close()
    except StoreError:
        raise
    except StoppedError:
        # Nothing is judged by half a look; what was stored is published.
        return SourceReport(id=source.id, skipped="stopped before it had answered")
    except FeedpubError as problem:
        report = SourceReport(id=source.id, faults=(Fault("unreachable", str(problem)),))
    except Exception as problem:  # noqa: BLE001 - a fault in one source may not stop the others
        report = SourceReport(id=source.id, faults=(Fault("unreachable", fault(problem)),))
    with store.transaction() as connection:
        report = watch.end(connection, report)
        trouble = report.problem or "; ".join(f"{one.where}: {one.what}" for one in report.failed[:3])
        published.record_source(connection, source.id, utc(how.now), trouble, watch.learned, _rest(around, how.now))
        if around.robots:
            robots.keep(connection, around.robots.fresh)
    return report


def _fill(album: Album, opened: OpenSource, until: float) -> tuple[str, ...]:
    """Publish small versions of photos; whatever goes wrong is a warning."""
    try:
        return album.fill(opened, until)
    except StoreError:
        raise
    except Exception as problem:  # noqa: BLE001 - what was read may not be lost for a photo
        return (f"photos: {fault(problem)}",)


def bury(store: Store, before: datetime, number: int) -> None:
    """Have the entries that were withdrawn before a moment leave their feeds; tombstones stay."""
    with store.transaction() as connection:
        for entry in stored.withdrawn(connection):
            if entry.withdrawn and entry.withdrawn.at <= before:
                buried = msgspec.structs.replace(entry.withdrawn, buried=True)
                stored.put(connection, msgspec.structs.replace(entry, withdrawn=buried), number)


def _rest(around: Surroundings, now: datetime) -> str:
    """Until when a source's servers asked to be left alone, longer than a run waits; "" if they did not."""
    seconds = around.pacer.take_rest()
    return utc(now + timedelta(seconds=seconds)) if seconds else ""


def _collect(
    store: Store,
    source: Source,
    opened: OpenSource,
    around: Surroundings,
    how: Run,
    number: int,
    watch: Watch,
) -> SourceReport:
    with store.transaction() as connection:
        known = sightings.known_validators(connection, source.id)
    discovery: Discovery | None = None
    faults: list[Fault] = []
    wrong: set[str] = set()
    try:
        said = opened.discover(known.get)
        discovery = watch.lists(said)
        # A list may have the texts of its releases, too.
        wrong = {listed.language for listed in said.lists if listed not in discovery.lists}
        faults += [Fault("list-failed", failure) for failure in discovery.failures]
    except SourceError as failure:
        faults.append(Fault("unreachable", str(failure)))
    warnings = list(discovery.warnings) if discovery else []
    with store.transaction() as connection:
        if discovery:
            # Together: a list that answers "not modified" next time must have left its releases here.
            warnings += _take_note(connection, source, discovery, how.now)
        due = [one for one in sightings.due(connection, source.id) if one.language not in wrong]
        looks = sightings.looks_due(connection, source.id, how.now, _MOST_LOOKS) if discovery else []
        looks = [one for one in looks if one.sighting.language not in wrong]
    up = discovery is not None and not discovery.failures
    asking = Asking(store, source, opened, around, how, number, watch)
    if discovery and discovery.complete:
        asking.there = len(discovery.sightings)
    asking.read(due, looks, up=up)
    if source.measure_enclosures:
        asking.measure()
    counts = asking.counts
    return SourceReport(
        id=source.id,
        seen=len(discovery.sightings) if discovery else 0,
        faults=(*faults, *asking.problems),
        warnings=(*warnings, *asking.warnings),
        failed=tuple(asking.failed),
        looked=len(looks),
        left=asking.left,
        new=counts["new"],
        changed=counts["changed"],
        touched=counts["touched"],
        unchanged=counts["unchanged"],
        withdrawn=counts["withdrawn"],
        restored=counts["restored"],
    )


def _take_note(connection: Connection, source: Source, discovery: Discovery, now: datetime) -> list[str]:
    """Keep what a source's lists say; gives what there is to warn of."""
    sightings.record(connection, discovery.sightings, now)
    sightings.keep_validators(connection, source.id, discovery.validators)
    if discovery.complete:
        sightings.forget_missing(connection, source.id, discovery.sightings)
        if not discovery.sightings and sightings.any_listed(connection, source.id):
            return ["it is empty, and was not before: taken for a folder that is not mounted; nothing is withdrawn"]
    if discovery.sightings and not discovery.failures:
        sightings.compare(connection, source.id, discovery.sightings, now, complete=discovery.complete)
    return []

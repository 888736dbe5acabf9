"""`feedpub backfill`: the past of the sources, newest first, part by part; what was read is not read again.

Runs of the job go on meanwhile: a backfill holds no lock of theirs, keeps its releases apart from those that runs have
to read, and stores each when it is read, so that it goes on where it was stopped, whatever stopped it. What it stored
is joined, tagged and published every now and then, or by the next run.
"""

from __future__ import annotations

import fcntl
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import cast

import msgspec
from sqlalchemy import Connection

from feedpub import job
from feedpub.collect import kinds
from feedpub.collect.base import HasPast, OpenSource, Past, Surroundings
from feedpub.collect.keptpages import KeptPages, Use
from feedpub.config import Settings, Source
from feedpub.errors import ConfigError, FeedpubError, LockedError, ReleaseError, StoreError, TemporaryError, fault
from feedpub.progress import PastProgress, ReleasesOf
from feedpub.reading import Asking, Prepared, Task
from feedpub.report import PastReport, Problem
from feedpub.run import Run
from feedpub.store import backfills, published, robots
from feedpub.store.database import Store
from feedpub.watching import Watch

_MOST_UNREADABLE = 20
"""Releases in a row that are none, before a source's past is left: its pages are of a kind that is not known."""
_PUBLISHED_AFTER = 2_000
"""Releases after which what was stored is joined, tagged and published."""
_WAIT, _LONGEST_WAIT = 2.0, 900.0
"""Seconds to wait for a run to end before publishing."""
_MOST_TOLD = 20


class Backfill(msgspec.Struct, frozen=True, kw_only=True):
    """What to backfill.

    `first` and `last` are days, both included. `only` are the sources, all that have a past if empty. `again` asks for
    parts that were read before, too. `stop` is asked between releases whether to leave the rest for another time.
    """

    first: date
    last: date
    now: datetime
    only: tuple[str, ...] = ()
    again: bool = False
    stop: Callable[[], bool] = lambda: False
    progress: PastProgress


def backfill(settings: Settings, how: Backfill) -> tuple[PastReport, ...]:
    """Read the past of the sources.

    Raises:
        ConfigError: `only` names a source that there is not, or one that has no past; or none has.
        LockedError: another backfill of the same store is going on.
        StoreError, PublishError: the store or the output directory cannot be used at all.
    """
    sources = _chosen(settings, how)
    with _alone(settings):
        store = Store(settings.store_url)
        try:
            with store.transaction() as connection:
                around = _unhurried(job.surroundings(settings, how.now, robots.known(connection)))
            reports = tuple(_Backfilling(store, settings, source, around, how).report() for source in sources)
        finally:
            store.close()
        _publish(settings, how)
    return reports


def _chosen(settings: Settings, how: Backfill) -> list[Source]:
    job.check_sources(settings, how.only)
    sources = [source for source in settings.sources if source.id in how.only or not how.only]
    able = [source for source in sources if kinds.has_past(source)]
    if how.only and len(able) < len(sources):
        unable = next(source for source in sources if source not in able)
        raise ConfigError(
            f'{settings.path}: source "{unable.id}" (kind "{unable.kind}") has no past that can be asked for'
        )
    if not able:
        raise ConfigError(f"{settings.path}: no source has a past that can be asked for; those of kind gia have")
    return able


def _unhurried(around: Surroundings) -> Surroundings:
    """What one run may cost does not bind a backfill; its pages may have been kept before it was stopped."""
    pages = KeptPages(around.pages.folder, Use.PREFER) if around.pages else None
    limits = msgspec.structs.replace(around.http, pages_per_run=1_000_000_000, run_time=math.inf)
    return msgspec.structs.replace(around, http=limits, pages=pages)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the store's folder, or the config where the store is no file: for one backfill at a time."""
    prefix = "sqlite:///"
    file = settings.store_url.startswith(prefix)
    place = Path(settings.store_url.removeprefix(prefix)).parent if file else settings.path
    try:
        if file:
            place.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_RDONLY)
    except OSError as problem:
        raise StoreError(f"{place}: the store's folder cannot be used: {problem.strerror}") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LockedError(f"{place}: another backfill is going on") from None
        yield
    finally:
        os.close(handle)


class _Backfilling:
    """Reads the past of one source, part by part."""

    def __init__(self, store: Store, settings: Settings, source: Source, around: Surroundings, how: Backfill) -> None:
        self.store, self.settings, self.source, self.around, self.how = store, settings, source, around, how
        self.parts = self.skipped = self.read = self.unpublished = self.in_a_row = self.number = 0
        self.failed: list[Problem] = []
        self.problem = ""

    def report(self) -> PastReport:
        """Read it. Whatever goes wrong ends it, and is a line of the report."""
        try:
            opened = kinds.open_source(self.source, self.around)
            try:
                self._parts(opened)
            finally:
                opened.close()
        except FeedpubError as problem:
            self.problem = f"{problem}; the same command goes on from here"
        except Exception as problem:  # noqa: BLE001 - a fault in one source may not stop the others
            self.problem = fault(problem)
        return PastReport(
            id=self.source.id,
            parts=self.parts,
            skipped=self.skipped,
            read=self.read,
            failed=tuple(self.failed[:_MOST_TOLD]),
            unread=len(self.failed),
            problem=self.problem,
            stopped=self.how.stop(),
        )

    def _parts(self, opened: OpenSource) -> None:
        parts = list(cast("HasPast", opened).past(self.how.first, self.how.last))
        with self.store.transaction() as connection:
            known = frozenset[str]() if self.how.again else backfills.done(connection, self.source.id)
            self.number = published.next_run(connection)
        wanted = [part for part in parts if part.name not in known]
        self.skipped = len(parts) - len(wanted)
        self.how.progress.begin(self.source.id, len(wanted))
        for part in wanted:
            if self.how.stop() or self.problem:
                return
            self._part(opened, part)
            self.how.progress.advance()
            if self.unpublished >= _PUBLISHED_AFTER:
                _publish(self.settings, self.how)
                self.unpublished = 0
                with self.store.transaction() as connection:
                    self.number = published.next_run(connection)

    def _part(self, opened: OpenSource, part: Past) -> None:
        """Read one part: its lists, then what they name that was never read; each is stored at once."""
        seen = tuple(one for listed in part.lists() for one in listed.sightings or ())
        with self.store.transaction() as connection:
            wanted = backfills.remember(connection, seen, self.how.now)
            if self.around.robots:
                robots.keep(connection, self.around.robots.fresh)
        how = Run(now=self.how.now, stop=self.how.stop, progress=ReleasesOf(self.how.progress))
        watch = Watch(self.source, "", self.how.now, trusting=True)
        asking = _PastAsking(self.store, self.source, opened, self.around, how, self.number, watch)
        asking.in_a_row = self.in_a_row
        asking.read(wanted, [], up=True, at_once=1)
        self.in_a_row = asking.in_a_row
        self.read += sum(asking.counts.values())
        self.unpublished += sum(asking.counts.values())
        self.failed += asking.failed
        self.parts += 1
        if asking.problems:
            self.problem = f"{part.name}: {asking.problems[0].what}; the same command goes on from here"
        elif self.in_a_row >= _MOST_UNREADABLE:
            self.problem = f"{part.name}: {self.in_a_row} releases in a row are none: {asking.failed[-1].what}"
        elif part.settled and not asking.left and not asking.waiting:
            with self.store.transaction() as connection:
                backfills.settle(connection, self.source.id, part.name)


class _PastAsking(Asking):
    """Reads releases of the past: one that is none is given up at once, one that cannot be had for now waits."""

    in_a_row = 0
    waiting = 0

    def _fail(self, connection: Connection, task: Task, problem: Exception) -> None:
        one = task.sighting
        said = self.said(one, problem)
        self.failed.append(Problem(one.address, said))
        if isinstance(problem, TemporaryError):
            self.waiting += 1
            return
        self.in_a_row = self.in_a_row + 1 if isinstance(problem, ReleaseError) else 0
        backfills.fail(connection, one, said)

    def _store(self, connection: Connection, one: Prepared) -> None:
        self.in_a_row = 0
        super()._store(connection, one)


def _publish(settings: Settings, how: Backfill) -> None:
    """Join, tag and publish what is stored, when no run is going on; else the next run does."""
    until = time.monotonic() + _LONGEST_WAIT
    while True:
        try:
            job.run(settings, Run(now=how.now, offline=True))
        except LockedError:
            if how.stop() or time.monotonic() >= until:
                return
            time.sleep(_WAIT)
        else:
            return

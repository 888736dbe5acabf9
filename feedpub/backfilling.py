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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

import msgspec
from sqlalchemy import Connection

from feedpub import job
from feedpub.collect import kinds
from feedpub.collect.base import HasPast, OpenSource, Past, Reading, Surroundings
from feedpub.collect.keptpages import KeptPages, Use
from feedpub.config import Settings, Source
from feedpub.entries.changes import Change
from feedpub.errors import (
    ConfigError,
    FeedpubError,
    FetchError,
    LockedError,
    SourceError,
    StoreError,
    TemporaryError,
    fault,
)
from feedpub.model import Sighting
from feedpub.progress import PastProgress, ReleasesOf
from feedpub.reading import Asking, Prepared, Task
from feedpub.report import BackfillReport, PastReport, Problem
from feedpub.run import Run
from feedpub.store import backfills, published, robots
from feedpub.store.database import Store, utc
from feedpub.watching import Watch

_MOST_UNREADABLE = 20
"""Releases in a row that cannot be read, before a source's past is left: its pages are of a kind that is not known."""
_MOST_UNLISTED = 3
"""Lists in a row that cannot be read, before a source's past is left."""
_PUBLISHED_AFTER = 2_000
"""Releases after which what was stored is joined, tagged and published."""
_WAIT, _LONGEST_WAIT = 0.5, 900.0
"""Seconds to wait for a run to end before publishing."""
_MOST_TOLD = 20


class Backfill(msgspec.Struct, frozen=True, kw_only=True):
    """What to backfill.

    `first` and `last` are days, both included. `clock` says what time it is: a backfill may take days. `only` are the
    sources, all that have a past if empty. `again` asks for parts that were read before, too. `stop` is asked between
    releases whether to leave the rest for another time.
    """

    first: date
    last: date
    clock: Callable[[], datetime]
    only: tuple[str, ...] = ()
    again: bool = False
    stop: Callable[[], bool] = lambda: False
    progress: PastProgress


def backfill(settings: Settings, how: Backfill) -> BackfillReport:
    """Read the past of the sources, and publish it.

    Raises:
        ConfigError: `only` names a source that there is not, or one that has no past; or none has; or pages are to be
            kept, and cannot be.
        LockedError: another backfill of the same store is going on.
        StoreError: the store cannot be used at all.
    """
    sources = _chosen(settings, how)
    job.check_terms(settings)
    with _alone(settings):
        store = Store(settings.store_url)
        publishing = _Publishing(settings, how)
        try:
            now = how.clock()
            with store.reading() as connection:
                around = _unhurried(job.surroundings(settings, now, robots.known(connection)), again=how.again)
            reports = tuple(_Backfilling(store, source, around, how, now, publishing).report() for source in sources)
        finally:
            store.close()
        publishing.publish(wait=True)
    return BackfillReport(
        sources=reports, published=publishing.done, failed=tuple(publishing.failed), stopped=how.stop()
    )


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
        raise ConfigError(
            f"{settings.path}: no source has a past that can be asked for; those of kind gia have one, "
            "and most of kinds api and pages"
        )
    return able


def _unhurried(around: Surroundings, *, again: bool) -> Surroundings:
    """What one run may cost does not bind a backfill; its pages may have been kept before it was stopped."""
    pages = None
    if around.pages:
        # What failed may have been an error page, that was kept.
        pages = KeptPages(around.pages.folder, Use.FILL if again else Use.PREFER)
        pages.check()
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
            if settings.output.exists() and place.samefile(settings.output):
                place = settings.path  # Runs hold the output directory.
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


class _Publishing:
    """Joins, tags and publishes what is stored, when no run is going on; else the next run does."""

    def __init__(self, settings: Settings, how: Backfill) -> None:
        self.settings, self.how = settings, how
        self.done = True
        self.failed: list[Problem] = []

    def publish(self, *, wait: bool) -> None:
        """Publish now, or when the run that is going on has ended."""
        until = time.monotonic() + (_LONGEST_WAIT if wait else 0.0)
        while True:
            try:
                report = job.run(self.settings, Run(now=self.how.clock(), offline=True))
            except LockedError:
                if self.how.stop() or time.monotonic() >= until:
                    self.done = False
                    return
                time.sleep(_WAIT)
            except FeedpubError as problem:
                # What is read is stored: the next run publishes it.
                self.done, self.failed = False, [Problem(str(self.settings.output), str(problem))]
                return
            else:
                self.done, self.failed = True, list(report.failed)
                return


class _Backfilling:
    """Reads the past of one source, part by part."""

    def __init__(
        self,
        store: Store,
        source: Source,
        around: Surroundings,
        how: Backfill,
        now: datetime,
        publishing: _Publishing,
    ) -> None:
        self.store, self.source, self.around, self.how, self.now = store, source, around, how, now
        self.publishing = publishing
        self.parts = self.skipped = self.left = self.read = self.unread = self.unpublished = 0
        self.unreadable = self.unlisted = self.unanswered = 0
        self.bare: list[Past] = []
        self.are_bare = 0
        self.failed: list[Problem] = []
        self.warnings: list[str] = []
        self.problem = ""

    def report(self) -> PastReport:
        """Read it. Whatever goes wrong ends it, and is a line of the report."""
        try:
            self._ask()
        except FeedpubError as problem:
            self.problem = str(problem)
        except Exception as problem:  # noqa: BLE001 - a fault in one source may not stop the others
            self.problem = fault(problem)
        return PastReport(
            id=self.source.id,
            parts=self.parts,
            bare=self.are_bare,
            skipped=self.skipped,
            left=self.left,
            read=self.read,
            failed=tuple(self.failed),
            warnings=tuple(self.warnings),
            unread=self.unread,
            problem=self.problem,
        )

    def _ask(self) -> None:
        with self.store.reading() as connection:
            state = published.source_states(connection).get(self.source.id, published.SourceState())
        if state.not_before > utc(self.now):
            self.problem = f"not asked: it asks to be left alone until {state.not_before}"
            return
        opened = kinds.open_source(self.source, self.around)
        try:
            self._parts(opened)
        finally:
            opened.close()
            self._rest()

    def _rest(self) -> None:
        """Keep until when the source asks to be left alone, for runs and the next backfill."""
        seconds = self.around.pacer.take_rest()
        if not seconds:
            return
        with self.store.transaction() as connection:
            known = published.source_states(connection).get(self.source.id, published.SourceState())
            until = utc(self.how.clock() + timedelta(seconds=seconds))
            published.record_source(connection, self.source.id, known.last_run, known.problem, known.expected, until)

    def _parts(self, opened: OpenSource) -> None:
        parts = list(cast("HasPast", opened).past(self.how.first, self.how.last))
        with self.store.reading() as connection:
            known = frozenset[str]() if self.how.again else backfills.done(connection, self.source.id)
        wanted = [part for part in parts if part.name not in known]
        self.skipped, self.left = len(parts) - len(wanted), len(wanted)
        self.how.progress.begin(self.source.id, len(wanted))
        for part in wanted:
            if self.how.stop() or self.problem:
                return
            self._part(opened, part)
            self.how.progress.advance()
            if self.unpublished >= _PUBLISHED_AFTER:
                self.publishing.publish(wait=False)
                self.unpublished = 0
        if self.bare:
            self.problem = (
                f"none of the {len(self.bare)} lists is there, {self.bare[0].name} to {self.bare[-1].name}: "
                "look at base_url, and at the days"
            )

    def _part(self, opened: OpenSource, part: Past) -> None:
        """Read one part: its list, then what it names that was never read; each is stored at once."""
        try:
            named = self._named(part)
        except (FetchError, SourceError) as problem:
            self._tell(Problem(part.name, str(problem)))
            self.unlisted += 1
            asked_to_wait = isinstance(problem, TemporaryError) and problem.after
            if asked_to_wait or self.unlisted >= _MOST_UNLISTED:
                self.problem = f"asked for no more lists: {problem}"
            return
        self.unlisted = 0
        if named is None:
            self.are_bare += 1
        else:
            with self.store.reading() as connection:
                wanted = backfills.unread(connection, self.source.id, named)
            self._read(opened, part, wanted)
        self._settle(part, named)

    def _named(self, part: Past) -> list[tuple[str, str]] | None:
        """The releases that a part names, asked once; None if there is no such list."""
        if not self.how.again:
            with self.store.reading() as connection:
                named = backfills.named(connection, self.source.id, part.name)
            if named is not None:
                return named
        lists = part.lists()
        for failure in (one for listed in lists for one in listed.failures):
            self._tell(Problem(part.name, failure))
        seen = [one for listed in lists for one in listed.sightings or ()]
        with self.store.transaction() as connection:
            name = part.name if part.settled else ""
            backfills.remember(connection, self.source.id, name, seen, self.now, again=self.how.again)
            if self.around.robots:
                robots.keep(connection, self.around.robots.fresh)
        return [(one.key, one.language) for one in seen] if lists else None

    def _read(self, opened: OpenSource, part: Past, wanted: Sequence[Sighting]) -> None:
        how = Run(now=self.now, stop=self.how.stop, progress=ReleasesOf(self.how.progress))
        watch = Watch(self.source, "", self.now, trusting=True)
        asking = _PastAsking(self.store, self.source, opened, self.around, how, 0, watch)
        asking.resume(self.unreadable, self.unanswered)
        try:
            asking.read(wanted, [], up=True, at_once=1)
        finally:
            read = sum(asking.counts.values())
            self.read += read
            self.unpublished += read
            self.unreadable, self.unanswered = asking.unreadable, asking.unanswered
            self.warnings += asking.warnings
            for one in asking.failed:
                self._tell(one)
        if asking.problems:
            self.problem = f"{part.name}: {asking.problems[0].what}"
        elif self.unreadable >= _MOST_UNREADABLE:
            self.problem = (
                f"{part.name}: {self.unreadable} releases in a row could not be read; "
                "the same command goes on after them, --again tries them again"
            )

    def _settle(self, part: Past, named: Sequence[tuple[str, str]] | None) -> None:
        """Take note that a part is read, if all of it is.

        A list that is not there counts as read only where others are there: else the whole site may not be.
        """
        there = named is not None
        self.parts += there
        if not there and not self.parts and not self.skipped:
            self.bare.append(part)
            self.left -= 1
            return
        with self.store.transaction() as connection:
            whole = not (named and backfills.unread(connection, self.source.id, named))
            for one in (*self.bare, *([part] if whole else [])):
                if one.settled:
                    backfills.settle(connection, self.source.id, one.name)
        self.left -= whole
        self.bare = []

    def _tell(self, problem: Problem) -> None:
        self.unread += 1
        if len(self.failed) < _MOST_TOLD:
            self.failed.append(problem)


class _PastAsking(Asking):
    """Reads releases of the past: one that is none is given up at once, one that cannot be had for now waits."""

    unreadable = 0

    def resume(self, unreadable: int, unanswered: int) -> None:
        """Go on from another list, with how many in a row could not be read, and had no answer."""
        self.unreadable, self._unanswered = unreadable, unanswered

    @property
    def unanswered(self) -> int:
        """How many in a row had no answer."""
        return self._unanswered

    def _prepared(self, connection: Connection, task: Task, answer: Reading | Exception) -> Prepared | None:
        # A run may have begun since; what is stored now is paired by the next one.
        self.number = published.next_run(connection)
        return super()._prepared(connection, task, answer)

    def _wanted(self, tasks: Sequence[Task]) -> Iterator[Task]:
        for task in super()._wanted(tasks):
            if self.unreadable >= _MOST_UNREADABLE:
                return
            which = task.sighting.key, task.sighting.language
            with self.store.reading() as connection:
                # A run may have read it meanwhile.
                still = backfills.unread(connection, self.source.id, [which])
            if still:
                yield task

    def _fail(self, connection: Connection, task: Task, problem: Exception) -> None:
        one = task.sighting
        said = self.said(one, problem)
        self.failed.append(Problem(one.address, said))
        if not isinstance(problem, TemporaryError):
            self.unreadable += 1
            backfills.fail(connection, one, said)

    def _store(self, connection: Connection, one: Prepared) -> None:
        self.unreadable = 0
        if one.decision.change in (Change.NEW, Change.SAME):
            super()._store(connection, one)
        else:
            # Only a run may change what is published.
            backfills.leave(connection, one.task.sighting)

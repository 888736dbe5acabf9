"""The one run: collect, normalise, store, render, publish. The only place where the rooms meet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from feedpub import __version__, catalogue, stories, subjects
from feedpub.collect import kinds
from feedpub.collect.base import Discovery, OpenSource, Surroundings
from feedpub.collect.pacer import Pacer
from feedpub.config import Settings, Source
from feedpub.editions import publish_editions
from feedpub.errors import ConfigError, FeedpubError, ReleaseError, SourceError, StoreError, fault
from feedpub.model import Release, Sighting
from feedpub.progress import NoBar, Progress
from feedpub.publish.directory import Directory
from feedpub.report import Problem, RunReport, SourceReport
from feedpub.store import entries as stored
from feedpub.store import published, sightings
from feedpub.store.database import Store, utc
from feedpub.subjects import Subjects


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """How to run the job.

    `now` is the only clock that what is published may depend on. `only` are the sources to ask, all if empty.
    `offline` asks only sources that need no network. `stop` is asked between releases whether to finish early:
    what was read is then stored and published, and the rest is left for the next run.
    """

    now: datetime
    only: tuple[str, ...] = ()
    offline: bool = False
    stop: Callable[[], bool] = lambda: False
    progress: Progress = NoBar()


def run(settings: Settings, how: Run) -> RunReport:
    """Run the job once.

    Raises:
        ConfigError: `only` names a source that there is not, or a table of terms cannot be read.
        LockedError: another run holds the output directory.
        StoreError, PublishError: the store or the output directory cannot be used at all.
    """
    for identifier in how.only:
        if identifier not in [source.id for source in settings.sources]:
            known = ", ".join(f'"{source.id}"' for source in settings.sources)
            raise ConfigError(f'{settings.path}: no source "{identifier}"; there are {known}')
    check_terms(settings)
    started = time.monotonic()
    with _held(settings) as (store, directory):
        number, topical = _begin(store, settings)
        around = surroundings(settings, how.now)
        reports = tuple(
            _source(store, source, around, how, number)
            for source in settings.sources
            if not how.only or source.id in how.only
        )
        pairs = stories.pair(store, settings, number)
        tags = stories.tag(store, settings, topical, number, how.progress)
        with store.transaction() as connection:
            health = stories.health(connection, settings, how.now)
        outcome = publish_editions(store, settings, topical, directory)
        report = RunReport(
            at=how.now,
            sources=reports,
            written=outcome.written,
            unchanged=outcome.unchanged,
            failed=outcome.failed,
            pairs=pairs,
            health=health,
            tags=tags,
            stopped=how.stop(),
            seconds=round(time.monotonic() - started, 3),
        )
        _record(store, number, report)
        return report


def retag(settings: Settings, now: datetime, progress: Progress) -> RunReport:
    """Tag all stories anew and publish what changed; no source is asked.

    Raises:
        ConfigError: there is no taxonomy, or it cannot be read.
        LockedError: another run holds the output directory.
        StoreError, PublishError: the store or the output directory cannot be used at all.
    """
    if not settings.taxonomy:
        raise ConfigError(f"{settings.path}: names no taxonomy to tag by; add [topics] with taxonomy to it")
    started = time.monotonic()
    with _held(settings) as (store, directory):
        number, topical = _begin(store, settings)
        tags = stories.retag(store, settings, topical, number, progress)
        outcome = publish_editions(store, settings, topical, directory)
        report = RunReport(
            at=now,
            written=outcome.written,
            unchanged=outcome.unchanged,
            failed=outcome.failed,
            tags=tags,
            seconds=round(time.monotonic() - started, 3),
        )
        _record(store, number, report)
        return report


@contextmanager
def _held(settings: Settings) -> Iterator[tuple[Store, Directory]]:
    """The store and the output directory, for one run at a time."""
    directory = Directory(settings.output)
    with directory.lock():
        store = Store(settings.store_url)
        try:
            yield store, directory
        finally:
            store.close()


def _begin(store: Store, settings: Settings) -> tuple[int, Subjects]:
    with store.transaction() as connection:
        topical = subjects.known(connection, settings)
        catalogue.check(settings, topical)
        return published.next_run(connection), topical


def _record(store: Store, number: int, report: RunReport) -> None:
    with store.transaction() as connection:
        published.record_run(connection, number, utc(report.at), msgspec.json.encode(report).decode())


def check_terms(settings: Settings) -> None:
    """Read the operator's own tables of terms, where there are any: better now than in the middle of a run.

    Raises:
        ConfigError: one cannot be read; says the file, the line and what was expected.
    """
    if settings.terms:
        from feedpub.lore import lore  # noqa: PLC0415 - a run with nothing new and no tables needs none

        lore(settings.terms)


def surroundings(settings: Settings, now: datetime) -> Surroundings:
    """What a source is opened with."""
    return Surroundings(
        now=now,
        http=settings.http,
        user_agent=f"feedpub/{__version__} (+{settings.base_url})",
        languages=settings.collected,
        pacer=Pacer(),
    )


def _source(store: Store, source: Source, around: Surroundings, how: Run, number: int) -> SourceReport:
    """Ask one source. Whatever goes wrong with it is a line of the report."""
    if how.offline and source.kind not in kinds.LOCAL_KINDS:
        return SourceReport(id=source.id, skipped="not asked (offline)")
    try:
        opened = kinds.open_source(source, around)
        try:
            report = _collect(store, source, opened, how, number)
        finally:
            opened.close()
    except StoreError:
        raise
    except FeedpubError as problem:
        report = SourceReport(id=source.id, problem=str(problem))
    except Exception as problem:  # noqa: BLE001 - a fault in one source may not stop the others
        report = SourceReport(id=source.id, problem=fault(problem))
    with store.transaction() as connection:
        trouble = report.problem or "; ".join(f"{one.where}: {one.what}" for one in report.failed[:3])
        published.record_source(connection, source.id, utc(how.now), trouble)
    return report


def _collect(store: Store, source: Source, opened: OpenSource, how: Run, number: int) -> SourceReport:
    with store.transaction() as connection:
        known = sightings.known_validators(connection, source.id)
    discovery: Discovery | None = None
    problem = ""
    try:
        discovery = opened.discover(known.get)
    except SourceError as failure:
        problem = str(failure)
    with store.transaction() as connection:
        if discovery:
            # Together: a list that answers "not modified" next time must have left its releases here.
            sightings.record(connection, discovery.sightings, how.now)
            sightings.keep_validators(connection, source.id, discovery.validators)
            if discovery.complete:
                sightings.forget_missing(connection, source.id, discovery.sightings)
        due = sightings.due(connection, source.id)
    tally = _Tally()
    if due:
        how.progress.begin(source.id, len(due))
        with store.transaction() as connection:
            for one in due:
                if how.stop():
                    break
                _read(connection, opened, one, how.now, number, tally)
                how.progress.advance()
    return SourceReport(
        id=source.id,
        seen=len(discovery.sightings) if discovery else 0,
        problem=problem or "; ".join(discovery.failures if discovery else ()),
        warnings=(*(discovery.warnings if discovery else ()), *tally.warnings),
        failed=tuple(tally.failed),
        new=tally.counts["new"],
        changed=tally.counts["changed"],
        touched=tally.counts["touched"],
        unchanged=tally.counts["unchanged"],
    )


class _Tally:
    """Counts what the releases of one source came to."""

    def __init__(self) -> None:
        self.counts = {"new": 0, "changed": 0, "touched": 0, "unchanged": 0}
        self.failed: list[Problem] = []
        self.warnings: list[str] = []


def _read(connection: Connection, opened: OpenSource, one: Sighting, now: datetime, number: int, tally: _Tally) -> None:
    """Read one release; whatever goes wrong costs that release only, and it is tried again next run."""
    problem = ""
    try:
        tally.counts[_keep(connection, opened.read(one), now, number)] += 1
    except StoreError:
        raise
    except FeedpubError as failure:
        problem = str(failure).removeprefix(f"{one.address}: ")
    except Exception as failure:  # noqa: BLE001 - a fault in one release may not stop the others
        problem = fault(failure)
    if problem:
        tally.failed.append(Problem(one.address, problem))
    if not sightings.settle(connection, one, problem, now):
        tally.warnings.append(f"{one.address}: given up after a week; it is read again when its list entry changes")


def _keep(connection: Connection, release: Release, now: datetime, number: int) -> str:
    """Normalise a release and store what changed; gives the name of the change."""
    from feedpub.entries import changes  # noqa: PLC0415 - a run with nothing new needs no parser
    from feedpub.entries.normalise import normalise  # noqa: PLC0415

    fresh = normalise(release)
    old = stored.get(connection, fresh.source, fresh.key, fresh.language)
    decision = changes.decide(old, fresh, now)
    if old is None:
        holder = stored.owner(connection, fresh.id)
        if holder:
            raise ReleaseError(f"its id {fresh.id} is already that of {holder[1]} ({holder[2]}) of source {holder[0]}")
        stored.add(connection, decision.entry, number)
    elif decision.change is not changes.Change.SAME:
        stored.replace(connection, old, decision.entry, number)
    return str(decision.change.value)

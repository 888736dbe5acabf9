"""The one run: collect, normalise, store, render, publish. The only place where the rooms meet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from feedpub import __version__, alerting, catalogue, collecting, hubs, output, rereading, stories, subjects, textfile
from feedpub.collect import kinds
from feedpub.collect.base import Surroundings
from feedpub.collect.keptpages import KeptPages
from feedpub.collect.pacer import Pacer, pacing
from feedpub.collect.robots import Robots
from feedpub.config import LOCAL, Settings, Source
from feedpub.errors import ConfigError
from feedpub.progress import Progress
from feedpub.publish.directory import Directory
from feedpub.report import RunReport
from feedpub.run import Run
from feedpub.store import clock, published, robots
from feedpub.store.database import Store, utc
from feedpub.subjects import Subjects

if TYPE_CHECKING:
    from feedpub.picturing import Album

_AGENT = "feedpub"
__all__ = ["Run", "check_terms", "retag", "run", "surroundings"]


def run(settings: Settings, how: Run, topical: Subjects | None = None) -> RunReport:
    """Run the job once.

    Args:
        settings: the config.
        how: to run it.
        topical: what to tag by, in place of the files that the config names.

    Raises:
        ConfigError: `only` names a source that there is not, or a table of terms cannot be read.
        LockedError: another run holds the output directory.
        StoreError, PublishError: the store or the output directory cannot be used at all.
    """
    check_sources(settings, how.only)
    check_terms(settings)
    if how.reread and not settings.keep_pages:
        raise ConfigError(f"{settings.path}: keeps no pages to read again; name a folder in [collect] keep_pages")
    started = time.monotonic()
    with textfile.telling_failure(settings, how.now), _held(settings) as (store, directory):
        number, topical = _begin(store, settings, how.now, topical)
        with store.transaction() as connection:
            around = surroundings(settings, how.now, robots.known(connection), how.stop)
        album = partial(_album, settings, store, directory, how, number)
        reports = tuple(
            rereading.reread(store, source, around, how, number)
            if how.reread
            else collecting.ask(store, source, around, how, number, album(source))
            for source in settings.sources
            if not how.only or source.id in how.only
        )
        collecting.bury(store, how.now - settings.withdrawn_for, number)
        pairs = stories.pair(store, settings, number)
        tags = stories.tag(store, settings, topical, number, how.progress)
        with store.transaction() as connection:
            health = stories.health(connection, settings, how.now)
        outcome = output.publish(store, settings, topical, directory, number, how.now, stop=how.stop)
        told = hubs.tell(store, settings, around, offline=how.offline)
        alerts = alerting.tell(store, settings, around, offline=how.offline)
        report = RunReport(
            at=how.now,
            sources=reports,
            written=outcome.written,
            unchanged=outcome.unchanged,
            failed=outcome.failed,
            pairs=pairs,
            health=health,
            tags=tags,
            hubs=told,
            alerts=alerts,
            stopped=how.stop(),
            seconds=round(time.monotonic() - started, 3),
        )
        report = textfile.tell(store, settings, report, number)
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
    with textfile.telling_failure(settings, now), _held(settings) as (store, directory):
        number, topical = _begin(store, settings, now)
        tags = stories.retag(store, settings, topical, number, progress)
        outcome = output.publish(store, settings, topical, directory, number, now)
        told = hubs.tell(store, settings, surroundings(settings, now), offline=False)
        report = RunReport(
            at=now,
            written=outcome.written,
            unchanged=outcome.unchanged,
            failed=outcome.failed,
            tags=tags,
            hubs=told,
            seconds=round(time.monotonic() - started, 3),
        )
        report = textfile.tell(store, settings, report, number)
        _record(store, number, report)
        return report


def _album(
    settings: Settings, store: Store, directory: Directory, how: Run, number: int, source: Source
) -> Album | None:
    """For small versions of a source's photos, where the config wants them."""
    if settings.images != LOCAL or kinds.is_local(source):
        return None
    from feedpub.picturing import Album  # noqa: PLC0415 - most sites have links to photos

    return Album(store, directory, source, settings.http, number, how.stop)


@contextmanager
def _held(settings: Settings) -> Iterator[tuple[Store, Directory]]:
    """The store and the output directory, for one run at a time."""
    directory = Directory(settings.output, settings.compress)
    with directory.lock():
        store = Store(settings.store_url)
        try:
            yield store, directory
        finally:
            store.close()


def _begin(store: Store, settings: Settings, now: datetime, topical: Subjects | None = None) -> tuple[int, Subjects]:
    with store.transaction() as connection:
        topical = subjects.known(connection, settings) if topical is None else topical
        catalogue.check(settings, topical)
        number = published.begin_run(connection)
        recheck = {one.id: one.recheck for one in settings.sources if one.recheck and not kinds.is_local(one)}
        clock.check(connection, now, recheck)
        return number, topical


def _record(store: Store, number: int, report: RunReport) -> None:
    with store.transaction() as connection:
        published.record_run(connection, number, utc(report.at), msgspec.json.encode(report).decode())


def check_sources(settings: Settings, only: tuple[str, ...]) -> None:
    """Check that sources are the config's.

    Raises:
        ConfigError: one is not.
    """
    for identifier in only:
        if identifier not in [source.id for source in settings.sources]:
            known = ", ".join(f'"{source.id}"' for source in settings.sources)
            raise ConfigError(f'{settings.path}: no source "{identifier}"; there are {known}')


def check_terms(settings: Settings) -> None:
    """Read the operator's own tables of terms, where there are any: better now than in the middle of a run.

    Raises:
        ConfigError: one cannot be read; says the file, the line and what was expected.
    """
    if settings.terms:
        from feedpub.lore import lore  # noqa: PLC0415 - a run with nothing new and no tables needs none

        lore(settings.terms)


def surroundings(
    settings: Settings,
    now: datetime,
    known: dict[str, tuple[str, str]] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Surroundings:
    """What a source is opened with.

    Args:
        settings: the config.
        now: the run's time.
        known: what is known of hosts' robots.txt (store/robots.py).
        stop: whether requests are to be cut short, as the run is to end; None where they never are.
    """
    return Surroundings(
        now=now,
        http=settings.http,
        user_agent=f"{_AGENT}/{__version__} (+{settings.base_url})",
        languages=settings.collected,
        pacer=Pacer(sleep=pacing(stop) if stop else time.sleep),
        robots=Robots(_AGENT, now, known),
        pages=KeptPages(settings.keep_pages) if settings.keep_pages else None,
        stop=stop,
    )

"""An invented site with a past: a listing page for each day and language; and backfills of it, here and elsewhere."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from feedpub import backfilling, config
from feedpub.backfilling import Backfill
from feedpub.collect.kinds import KINDS
from feedpub.progress import PastProgress
from feedpub.report import BackfillReport
from feedpub.store.database import Store
from tests.loopback import Conversation, Loopback, Route
from tests.loopback import page as plain
from tests.newssite import HKT, LANGUAGES, NewsSite, Paper, listing, page
from tests.publisher import Publisher

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=HKT)
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 3)
_TITLES = {"en": "Road works in district {}, phase {}", "zh-Hant": "第{}區道路工程第{}期"}
_TEXTS = {"en": "Works of phase {1} in district {0} start.", "zh-Hant": "第{}區第{}期工程展開。"}


def papers(first: date = FIRST, last: date = LAST, each: int = 1) -> list[Paper]:
    """Releases of some days: so many a day, each in two languages that link to each other."""
    found = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        for number in range(each):
            keys = {language: f"P{day:%Y%m%d}{number + 500 * at:05}" for at, language in enumerate(LANGUAGES)}
            for language, other in zip(LANGUAGES, reversed(LANGUAGES), strict=True):
                found.append(
                    Paper(
                        keys[language],
                        _TITLES[language].format(day.day, number + 1),
                        (_TEXTS[language].format(day.day, number + 1),),
                        language,
                        datetime(day.year, day.month, day.day, 9, number % 60, tzinfo=HKT),
                        counterpart=keys[other],
                    )
                )
    return found


def listing_path(day: date, language: str) -> str:
    return f"/gia/general/{day:%Y%m}/{day:%d}{'' if language == 'en' else 'c'}.htm"


def file(server: Loopback, *filed: Paper) -> None:
    """Put releases on the site, in the listings of their days only."""
    days: dict[str, list[Paper]] = {}
    for paper in filed:
        server.routes[paper.path] = plain(page(paper))
        days.setdefault(listing_path(paper.issued.date(), paper.language), []).append(paper)
    for path, listed in days.items():
        server.routes[path] = plain(listing(listed))


class Past(Publisher):
    """A site with a past below a folder."""

    def __init__(self, server: Loopback, folder: Path, now: datetime = NOW) -> None:
        super().__init__(NewsSite(server), folder, now)

    def backfill(self, first: date = FIRST, last: date = LAST, **how: Any) -> BackfillReport:
        """Read the past, here."""
        return read(self.config, self.now, first, last, **how)

    def killed(self, first: date = FIRST, last: date = LAST, *, at: int = 0) -> multiprocessing.process.BaseProcess:
        """Begin to read the past in another process, which ends itself at its `at`-th step with the store, if any."""
        child = _ELSEWHERE.Process(target=_read, args=(self.config, self.now, first, last, at))
        child.start()
        return child

    @property
    def asked(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(self.site.server.paths)

    def stored(self, query: str) -> list[Any]:
        """What the store has."""
        store = Store(config.load(self.config, KINDS).store_url)
        try:
            with store.reading() as connection:
                return [tuple(row) for row in connection.exec_driver_sql(query)]
        finally:
            store.close()

    def published(self) -> dict[str, bytes]:
        """All files of the output, but for the status page, which tells when it was."""
        found = (place for place in sorted(self.public.rglob("*")) if place.is_file())
        places = (place for place in found if not place.name.startswith("status."))
        return {str(place.relative_to(self.public)): place.read_bytes() for place in places}


def read(place: Path, now: datetime, first: date, last: date, **how: Any) -> BackfillReport:
    """Read the past by a config, at a time."""
    how.setdefault("clock", lambda: now)
    how.setdefault("progress", PastProgress())
    return backfilling.backfill(config.load(place, KINDS), Backfill(first=first, last=last, **how))


# Forked from a process that has the modules: a new one for every kill would take seconds.
_ELSEWHERE = multiprocessing.get_context("forkserver")
_ELSEWHERE.set_forkserver_preload(["feedpub.joining", "feedpub.tagging", "feedpub.collect.gia.lists", __name__])


def _read(place: Path, now: datetime, first: date, last: date, at: int) -> None:
    if at:
        _die_at(at)
    read(place, now, first, last)


def _die_at(step: int) -> None:
    """Have this process killed at a step: when it begins a transaction, or has ended one."""
    steps = 0
    connected = Store._connected  # noqa: SLF001 - every step passes through it

    def count() -> None:
        nonlocal steps
        steps += 1
        if steps == step:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def counted(self: Store, options: dict[str, bool]) -> Iterator[Any]:
        count()
        with connected(self, options) as connection:
            yield connection
        count()

    Store._connected = counted  # type: ignore[method-assign]  # noqa: SLF001 - as above; the process is this test's own


def once(first: Route, then: Route) -> Route:
    """A route that is another from the second time."""
    asked = 0

    def route(conversation: Conversation) -> None:
        nonlocal asked
        asked += 1
        (first if asked == 1 else then)(conversation)

    return route


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)

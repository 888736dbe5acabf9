"""All stories by day, month and year: which of these pages have to be written, and publishing them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from feedpub import __version__
from feedpub.config import Settings
from feedpub.entries.addresses import page_path
from feedpub.model import Document, Entry, Story, Tags
from feedpub.publish.directory import Directory
from feedpub.publishing import Attempts, Outcome
from feedpub.store import days, notes
from feedpub.store import stories as stored
from feedpub.store.database import Store, utc

if TYPE_CHECKING:
    from feedpub.site.days import Around
    from feedpub.site.listing import Listed

_RENDERING = "3"
"""Raised when a change of the program changes what it writes, so that everything is rendered again."""
_NOTE = "days"


class _Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was published: up to which run, by which settings, and the months that have stories (their first days).

    `begun` are days that are being published for the first time: if the run is killed, the next one knows that their
    neighbours have still to lead there.
    """

    run: int = 0
    basis: str = ""
    months: tuple[date, ...] = ()
    begun: tuple[date, ...] = ()


def publish(store: Store, settings: Settings, directory: Directory, run: int) -> Outcome:
    """Publish the pages of days with stories that changed since the last time, and of their months.

    Args:
        store: the store.
        settings: the config.
        directory: the output directory.
        run: the run's number.
    """
    basis = _basis(settings)
    with store.reading() as connection:
        known = notes.get(connection, _NOTE)
        done = msgspec.json.decode(known, type=_Done) if known else _Done()
        whole = done.basis != basis or directory.size(f"{settings.languages[0]}/stories/index.html") is None
        times = days.every(connection) if whole else days.touched(connection, done.run)
        due = {_day(time, settings) for time in times}
        if not due and not whole:
            return Attempts(directory).outcome
        months = frozenset({_first(day) for day in due} | set(() if whole else done.months))
        work = _Days(connection, settings, Attempts(directory), months)
        first = tuple(sorted({*done.begun, *(day for day in due if work.is_missing(day))}))
        if first != done.begun and not whole:
            _keep(store, msgspec.structs.replace(done, begun=first))
        work.publish(due, first, fresh=months - (frozenset() if whole else frozenset(done.months)))
    if not work.attempts.outcome.failed:
        _keep(store, _Done(run=run, basis=basis, months=tuple(sorted(months))))
    return work.attempts.outcome


def _keep(store: Store, done: _Done) -> None:
    with store.transaction() as connection:
        notes.put(connection, _NOTE, msgspec.json.encode(done).decode())


class _Days:
    """Renders and writes pages of days."""

    def __init__(self, connection: Connection, settings: Settings, attempts: Attempts, months: frozenset[date]) -> None:
        from feedpub.sitewide import site  # noqa: PLC0415 - a run with nothing new renders nothing

        self.connection, self.settings, self.attempts = connection, settings, attempts
        self.months = sorted(months)
        self.site = site(settings)
        self._counted: dict[date, list[tuple[date, int]]] = {}

    def is_missing(self, day: date) -> bool:
        """Whether a day has no page yet."""
        return self.attempts.directory.size(self._path(day)) is None

    def publish(self, due: set[date], first: Iterable[date], *, fresh: frozenset[date]) -> None:
        """Write the pages of days, of their months, and of the neighbours that lead to new ones.

        Args:
            due: the days.
            first: those that had no page.
            fresh: the months that had no page.
        """
        every = set(due)
        for day in first:
            every |= {one for one in self._around(day) if one}
        for day in sorted(every, reverse=True):
            self._write_day(day)
        months = {_first(day) for day in due}
        for month in fresh:
            months |= {one for one in self._around_month(month) if one}
        for month in sorted(months, reverse=True):
            self._write_month(month)
        if fresh:
            self._write_months()

    def _write_day(self, day: date) -> None:
        from feedpub.site import days as pages  # noqa: PLC0415 - as above

        stories = self._stories(day)
        if not stories:
            return  # Its only story moved to another day; nothing leads there any more.
        for language in self.settings.languages:
            shown = pages.DayPage(
                site=self.site,
                language=language,
                day=day,
                stories=tuple(self._listed(story, language) for story in stories),
                around=self._around(day),
            )
            path = pages.day_path(language, day)
            self.attempts.attempt(path, partial(self._write, pages.day, shown))

    def _write_month(self, month: date) -> None:
        from feedpub.site import days as pages  # noqa: PLC0415 - as above

        for language in self.settings.languages:
            shown = pages.MonthPage(
                site=self.site,
                language=language,
                month=month,
                days=tuple(self._days(month)),
                around=self._around_month(month),
            )
            path = pages.month_path(language, month)
            self.attempts.attempt(path, partial(self._write, pages.month, shown))

    def _write_months(self) -> None:
        from feedpub.site import days as pages  # noqa: PLC0415 - as above

        for tag in self.settings.languages:
            path = f"{tag}/stories/index.html"
            self.attempts.attempt(path, partial(self._write, pages.months, self.site, tag, self.months))

    def _write(self, render: Callable[..., Document], *shown: object) -> None:
        self.attempts.write(render(*shown))

    def _stories(self, day: date) -> list[Story]:
        """The stories of a day, the newest first."""
        from feedpub.showing import story_of  # noqa: PLC0415 - as above

        found = [story for story, _ in self._between(day, day + timedelta(days=1))]
        members = stored.members(self.connection, found)
        return [story_of(one, list(map(_bare, members[one])), Tags(), self.settings) for one in found]

    def _listed(self, story: Story, language: str) -> Listed:
        """A story in a language's list, by its title in that language, else in the first that it has."""
        from feedpub.entries import withdrawal  # noqa: PLC0415 - as above
        from feedpub.site.listing import Listed, Other  # noqa: PLC0415 - as above

        titles = {tag: withdrawal.shown(entry).title for tag, entry in story.entries.items()}
        own = language if language in titles else next(iter(titles))
        origin = self.settings.derive.get(own, own)
        pair = {own, origin, *(one for one, of in self.settings.derive.items() if of == own)}
        return Listed(
            language=own,
            title=titles[own],
            path=f"{language}/{page_path(story)}",
            url="",
            when=story.published,
            others=tuple(
                Other(language=one, title=title)
                for one, title in titles.items()
                if one not in pair and one in self.settings.collected
            ),
        )

    def _around(self, day: date) -> Around:
        """The days with stories before and after one."""
        month = _first(day)
        before, after = self._around_month(month)
        near = [one for of in (before, month, after) if of for one, _ in self._days(of)]
        return (
            max((one for one in near if one < day), default=None),
            min((one for one in near if one > day), default=None),
        )

    def _around_month(self, month: date) -> Around:
        return (
            max((one for one in self.months if one < month), default=None),
            min((one for one in self.months if one > month), default=None),
        )

    def _days(self, month: date) -> list[tuple[date, int]]:
        """The days of a month that have stories, and how many."""
        if month not in self._counted:
            following = _first(month + timedelta(days=31))
            counts = Counter(_day(time, self.settings) for _, time in self._between(month, following))
            self._counted[month] = sorted(counts.items())
        return self._counted[month]

    def _between(self, start: date, end: date) -> list[tuple[str, str]]:
        return days.between(self.connection, self._start(start), self._start(end))

    def _start(self, day: date) -> str:
        """When a day begins, as the store writes times."""
        return utc(datetime(day.year, day.month, day.day, tzinfo=self.settings.timezone))

    def _path(self, day: date) -> str:
        from feedpub.site.days import day_path  # noqa: PLC0415 - as above

        return day_path(self.settings.languages[0], day)


def _day(time: str, settings: Settings) -> date:
    """The day of a time of the store's, in the site's time zone."""
    return datetime.fromisoformat(time).astimezone(settings.timezone).date()


def _bare(entry: Entry) -> Entry:
    """An entry without its text, which is not shown, and would take long to convert."""
    return msgspec.structs.replace(entry, content="", summary="")


def _first(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def _basis(settings: Settings) -> str:
    """All that the pages are made of beside the stories."""
    credits_ = [(source.id, source.credits) for source in settings.sources]
    derived = sorted(settings.derive.items())
    parts = (_RENDERING, __version__, settings.base_url, settings.title, settings.languages, derived, credits_)
    return msgspec.json.encode((*parts, str(settings.timezone), settings.compress, settings.search)).decode()

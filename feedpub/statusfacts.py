"""From the store to what the status page tells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import msgspec
from sqlalchemy import Connection

from feedpub import __version__, catalogue, stories
from feedpub.config import Settings, Source
from feedpub.report import Problem
from feedpub.site.redacting import public
from feedpub.site.statusdata import Pairs, SourceState, State, TopicWeeks, Trouble
from feedpub.store import entries, faults, published, tags, tallies
from feedpub.store.database import utc
from feedpub.subjects import Subjects

_DAYS, _WEEKS, _WATCHED = 30, 12, timedelta(days=7)
_MOST_UNREAD = 5
"""Releases that could not be read which are named, of each source."""


def state(connection: Connection, settings: Settings, subjects: Subjects, now: datetime, unwritten: int) -> State:
    """How all is as of a time.

    Args:
        connection: of a transaction.
        settings: the config.
        subjects: the taxonomy, whose topics are counted.
        now: the time; its day by the site's clock is the last one.
        unwritten: how many documents could not be written.
    """
    return _Gathering(connection, settings, subjects, now).state(unwritten)


class _Gathering:
    """Reads from the store what the page tells."""

    def __init__(self, connection: Connection, settings: Settings, subjects: Subjects, now: datetime) -> None:
        self.connection, self.settings, self.subjects, self.now = connection, settings, subjects, now
        self.today = now.astimezone(settings.timezone).date()
        self.end = self._begins(self.today + timedelta(days=1))
        self.private = tuple(_private(settings))

    def state(self, unwritten: int) -> State:
        counts = entries.counts(self.connection)
        collected = self.settings.collected
        days = tuple(self.today - timedelta(days=age) for age in reversed(range(_DAYS)))
        monday = self.today - timedelta(days=self.today.weekday())
        weeks = tuple(monday - timedelta(weeks=age) for age in reversed(range(_WEEKS)))
        totals = {tag: sum(count for (_, language), count in counts.items() if language == tag) for tag in collected}
        return State(
            at=utc(self.now),
            version=__version__,
            zone=self.settings.timezone.key,
            sources=self._sources(counts),
            unwritten=unwritten,
            entries=totals,
            stories=tags.count_stories(self.connection),
            days=days,
            per_day=self._per_day(days),
            weeks=weeks,
            topics=self._topics(weeks),
            pairs=self._pairs(),
        )

    def _sources(self, counts: dict[tuple[str, str], int]) -> tuple[SourceState, ...]:
        states = published.source_states(self.connection)
        return tuple(
            self._source(source, states.get(source.id, published.SourceState()), counts)
            for source in self.settings.sources
        )

    def _source(self, source: Source, state: published.SourceState, counts: dict[tuple[str, str], int]) -> SourceState:
        standing = faults.standing(self.connection, source.id)
        troubles = [Trouble(name=one.name, what=self._public(one.what), since=one.since) for one in standing]
        if state.problem and not troubles:
            troubles.append(Trouble(what=self._public(state.problem)))
        unread = tallies.unread(self.connection, source.id)
        return SourceState(
            id=source.id,
            kind=source.kind,
            name={tag: source.credits[tag].name for tag in self.settings.languages},
            last_run=state.last_run,
            last_success=state.last_success,
            not_before=state.not_before if state.not_before > utc(self.now) else "",
            entries={tag: count for tag in self.settings.collected if (count := counts.get((source.id, tag)))},
            troubles=tuple(troubles),
            unread=len(unread),
            unreadable=tuple(Problem(self._public(one.where), self._public(one.what)) for one in unread[:_MOST_UNREAD]),
        )

    def _per_day(self, days: tuple[date, ...]) -> dict[str, tuple[int, ...]]:
        found = dict.fromkeys(((tag, day) for tag in self.settings.collected for day in days), 0)
        for (tag, minute), count in tallies.releases(self.connection, self._begins(days[0]), self.end).items():
            key = tag, self._day(f"{minute}Z")
            if key in found:
                found[key] += count
        return {tag: tuple(found[tag, day] for day in days) for tag in self.settings.collected}

    def _topics(self, weeks: tuple[date, ...]) -> tuple[TopicWeeks, ...]:
        if not self.subjects.taxonomy.topic:
            return ()
        found: dict[tuple[str, date], int] = {}
        for moment, topics in tallies.topical(self.connection, self._begins(weeks[0]), self.end):
            day = self._day(moment)
            week = day - timedelta(days=day.weekday())
            for topic in topics:
                found[topic, week] = found.get((topic, week), 0) + 1
        return tuple(
            TopicWeeks(
                id=topic.id,
                label={tag: catalogue.name(topic.label, tag) for tag in self.settings.languages},
                counts=tuple(found.get((topic.id, week), 0) for week in weeks),
            )
            for topic in self.subjects.taxonomy.topic
        )

    def _pairs(self) -> Pairs:
        health = stories.health(self.connection, self.settings, self.now)
        start = utc(self.now - _WATCHED)
        return Pairs(
            share=health.paired,
            by_link=tallies.linked(self.connection, start, self.end),
            by_evidence=tallies.evident(self.connection, start, self.end),
            single=health.single,
        )

    def _begins(self, day: date) -> str:
        """When a day begins by the site's clock, as the store writes times."""
        return utc(datetime.combine(day, time(), self.settings.timezone))

    def _day(self, moment: str) -> date:
        """The day of a time of the store by the site's clock."""
        return datetime.fromisoformat(moment).astimezone(self.settings.timezone).date()

    def _public(self, text: str) -> str:
        return public(text, self.private)


def _private(settings: Settings) -> Iterable[str]:
    """What the config names that nobody else shall read: its folders, its store, and what it reaches others by."""
    yield from (settings.store_url, settings.http.proxy, settings.alert.webhook)
    yield from (str(path) for path in (settings.path, settings.path.resolve().parent, settings.output))
    yield from (
        str(path) for path in (settings.keep_pages, settings.taxonomy, *settings.terms, *settings.bodies) if path
    )
    for source in settings.sources:
        for value in msgspec.structs.asdict(source.options).values():
            if isinstance(value, str) and value.startswith("/"):
                yield value

"""Asks a source for its releases, and keeps what comes of it. Whatever goes wrong costs the one release only."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from feedpub.collect import kinds
from feedpub.collect.base import OpenSource, Reading, Surroundings
from feedpub.config import Source
from feedpub.errors import (
    FeedpubError,
    FetchError,
    GoneError,
    RefusedAddressError,
    ReleaseError,
    StoppedError,
    TemporaryError,
    fault,
)
from feedpub.fetching import fetched
from feedpub.model import Entry, Sighting, Validators
from feedpub.report import Fault, Problem
from feedpub.run import Run
from feedpub.store import enclosures, sightings
from feedpub.store import entries as stored
from feedpub.store import stories as stored_stories
from feedpub.store.database import Store, utc
from feedpub.store.sightings import Look
from feedpub.watching import Seen, Watch

if TYPE_CHECKING:
    from feedpub.entries.changes import Decision

_GONE_AFTER = timedelta(hours=1)
"""Between two runs that find nothing where a release was, before it counts as withdrawn."""
_SOONEST = timedelta(hours=1)
"""After which a release is looked at again: half its age, within this and sightings.LATEST."""
_FUTURE = timedelta(days=1)
"""Releases are announced hours before; what is dated later than that is told once, as it stands first until then."""
_MOST_GONE, _AT_ONCE = 10, timedelta(days=1)
"""Releases that may go in so long a time; more, where they are most of those asked for, are a fault of the site."""
_MOST_MEASURED = 100
"""Enclosures that a run asks for."""
_MOST_UNMEASURED = 5
"""Enclosures that cannot be asked for before a run leaves the others for the next."""
_MOST_SAID = 3
"""Of these, so many are named."""
_MOST_UNANSWERED = 3
"""Releases in a row that cannot be fetched for now, before a run leaves the others for the next."""
_AT_ONCE_JUDGED = 50
"""Releases that are judged and stored together."""


class Task(msgspec.Struct, frozen=True):
    """A release to ask for: one that is due, or one that is looked at again."""

    sighting: Sighting
    look: Look | None = None

    @property
    def known(self) -> Validators:
        """What its server gave the last time it was read."""
        return self.look.validators if self.look else Validators()


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A release that was read, beside what is known of it; not stored yet."""

    task: Task
    reading: Reading
    old: Entry | None
    decision: Decision


class Asking:
    """One run's asking of one source.

    Args:
        store: where what comes of it is kept.
        source: the source.
        opened: it, ready to be asked.
        around: what asking may cost.
        how: of the run.
        number: of the run.
        watch: judges what was read before it is kept.
    """

    def __init__(
        self,
        store: Store,
        source: Source,
        opened: OpenSource,
        around: Surroundings,
        how: Run,
        number: int,
        watch: Watch,
    ) -> None:
        self.store, self.source, self.opened, self.how, self.number = store, source, opened, how, number
        self.limits, self.watch, self.pages = around.http, watch, around.pages
        self.until = time.monotonic() + around.http.run_time
        self.counts: Counter[str] = Counter()
        self.failed: list[Problem] = []
        self.warnings: list[str] = []
        self.problems: list[Fault] = []
        self.gone: list[Look] = []
        self.there = 0
        self.left = 0
        self._unanswered = 0

    def read(self, due: Sequence[Sighting], looks: Sequence[Look], *, up: bool, at_once: int = _AT_ONCE_JUDGED) -> None:
        """Read what is due, look at some again, and decide about what is gone.

        Args:
            due: releases to read.
            looks: releases to look at again.
            up: whether the lists answered.
            at_once: how many are judged and stored together.
        """
        tasks = [*map(Task, due), *(Task(look.sighting, look) for look in looks)]
        if not tasks:
            return
        self.how.progress.begin(self.source.id, min(len(tasks), self.limits.pages_per_run))
        answers = fetched(self._wanted(tasks), self._ask, getattr(self.source.options, "connections", 1))
        taken = 0
        while batch := list(islice(self._counted(answers), at_once)):
            taken += len(batch)
            self._take(batch)
        self.left = len(tasks) - taken
        if self.pages and (trouble := self.pages.trouble()):
            self.warnings.append(trouble)
        if self.gone and not self.how.stop():
            with self.store.transaction() as connection:
                self._miss(connection, up=up)

    def _wanted(self, tasks: Sequence[Task]) -> Iterator[Task]:
        """What to ask for, as long as there is a budget for it and the source answers."""
        for task in tasks[: self.limits.pages_per_run]:
            if self.how.stop() or self._unanswered >= _MOST_UNANSWERED or time.monotonic() >= self.until:
                return
            yield task

    def _ask(self, task: Task) -> Reading:
        return self.opened.read(task.sighting, task.known)

    def _counted(
        self, answers: Iterable[tuple[Task, Reading | Exception]]
    ) -> Iterator[tuple[Task, Reading | Exception]]:
        """The answers, with an eye on whether the source still gives any."""
        for task, answer in answers:
            if isinstance(answer, StoppedError):
                return  # It is left, as are those after it.
            self.how.progress.advance()
            if isinstance(answer, TemporaryError):
                # Who asks to be left alone is; who fails for now, after a few.
                self._unanswered = _MOST_UNANSWERED if answer.after else self._unanswered + 1
                if self._unanswered == _MOST_UNANSWERED:
                    self.problems.append(Fault("no-answer", f"asked for no more releases: {answer}"))
            else:
                self._unanswered = 0
            yield task, answer

    def _take(self, batch: Sequence[tuple[Task, Reading | Exception]]) -> None:
        """Judge what came, and store it together: a batch in which all is wrong must not be published."""
        with self.store.transaction() as connection:
            prepared: list[Prepared] = []
            for task, answer in batch:
                found = self._prepared(connection, task, answer)
                if found:
                    prepared.append(found)
            held = self.watch.releases([self._seen(one) for one in prepared], len(batch), self._unread(batch))
            there: set[str] = set()
            for one in prepared:
                reason = held.get((one.task.sighting.key, one.task.sighting.language))
                if reason:
                    self._fail(connection, one.task, ReleaseError(f"held back: {reason}"))
                elif one.decision.entry.id not in there:
                    there.add(one.decision.entry.id)
                    self._store(connection, one)
                elif anew := self._prepared(connection, one.task, one.reading):
                    self._store(connection, anew)  # Two addresses led to one release.

    def _prepared(self, connection: Connection, task: Task, answer: Reading | Exception) -> Prepared | None:
        """What came of asking for one release, if it is to be stored; else it is settled here."""
        if isinstance(answer, Exception):
            self._fail(connection, task, answer)
            return None
        if answer.release is None:
            if task.look and task.look.entry:
                self.there += 1
                issued = stored.published(connection, task.look.entry)
                self._settle(connection, task.sighting, task.look.entry, answer, issued)
            else:
                self._fail(connection, task, ReleaseError("answered that it is not modified, and was not asked that"))
            return None
        from feedpub.entries.normalise import normalise  # noqa: PLC0415 - a run with nothing new needs no parser

        try:
            fresh = normalise(answer.release)
        except Exception as problem:  # noqa: BLE001 - a fault in one release may not stop the others
            self._fail(connection, task, problem)
            return None
        old = stored.get(connection, fresh.source, fresh.key, fresh.language)
        if old is None and (holder := stored.owner(connection, fresh.id)):
            taken = f"its id {fresh.id} is already that of {holder[1]} ({holder[2]}) of source {holder[0]}"
            self._fail(connection, task, ReleaseError(taken))
            return None
        return Prepared(task=task, reading=answer, old=old, decision=self._decide(old, fresh))

    def _decide(self, old: Entry | None, fresh: Entry) -> Decision:
        from feedpub.entries import changes  # noqa: PLC0415 - as in _prepared

        return changes.decide(old, fresh, self.how.now)

    def _fail(self, connection: Connection, task: Task, problem: Exception) -> None:
        """Take note that a release could not be read. What is known of it stands."""
        one = task.sighting
        if isinstance(problem, GoneError):
            look = task.look or sightings.look(connection, one)
            if look and look.entry:
                self.gone.append(look)
                return
        said = self.said(one, problem)
        if task.look:
            self.warnings.append(f"{one.address}: could not be looked at again: {said}")
            sightings.look_later(connection, one, utc(self.how.now + _SOONEST))
            return
        self.failed.append(Problem(one.address, said))
        # While a source is broken as a whole, none of its releases is given up.
        if not sightings.fail(connection, one, said, self.how.now, for_ever=self.there > 0):
            again = "it is read again when its list entry changes"
            self.warnings.append(f"{one.address}: given up after a week; {again}")

    @staticmethod
    def said(one: Sighting, problem: Exception) -> str:
        """What is said of a release that failed, beside its address."""
        return str(problem).removeprefix(f"{one.address}: ") if isinstance(problem, FeedpubError) else fault(problem)

    @staticmethod
    def _seen(one: Prepared) -> Seen:
        from feedpub.entries.changes import Change  # noqa: PLC0415 - as in _prepared

        entry = one.decision.entry
        return Seen(
            sighting=one.task.sighting,
            entry=entry,
            again=one.old is not None,
            changed=one.decision.change is Change.EDITED,
        )

    @staticmethod
    def _unread(batch: Sequence[tuple[Task, Reading | Exception]]) -> int:
        """How many answers were pages that are no release."""
        return sum(isinstance(answer, ReleaseError) for _, answer in batch)

    def _store(self, connection: Connection, one: Prepared) -> None:
        from feedpub.entries import changes, names  # noqa: PLC0415 - as in _prepared

        entry, change = one.decision.entry, one.decision.change
        if one.old is None:
            stored.add(connection, entry, self.number)
            if entry.published > self.how.now + _FUTURE:
                self.warnings.append(f"{one.task.sighting.address}: is dated {entry.published:%Y-%m-%d}, in the future")
        elif change is not changes.Change.SAME:
            stored.replace(connection, one.old, entry, self.number)
        stored_stories.put_names(connection, entry.id, map(names.address, one.reading.called))
        if self.source.measure_enclosures and change is not changes.Change.SAME:
            enclosures.want(connection, self.source.id, entry)
        self.there += 1
        self.counts[change.value] += 1
        self._settle(connection, one.task.sighting, entry.id, one.reading, entry.published)

    def _settle(self, connection: Connection, one: Sighting, entry: str, reading: Reading, issued: datetime) -> None:
        sightings.settle(connection, one, entry, reading.validators, self._next_look(issued))

    def _next_look(self, since: datetime) -> str:
        """When to look at a release again that is there, or gone, since a moment; "" is never."""
        age = self.how.now - since
        if kinds.is_local(self.source) or age > self.source.recheck:
            return ""
        # One of the future is as far away as one of the past.
        return utc(self.how.now + min(max(abs(age) / 2, _SOONEST), sightings.LATEST))

    def _miss(self, connection: Connection, *, up: bool) -> None:
        """Decide about releases that are not where they were: only where the site is well, are they gone."""
        asked = len(self.gone) + self.there
        since = utc(self.how.now - _AT_ONCE)
        late = sightings.count_missing(connection, self.source.id, since, (look.sighting.key for look in self.gone))
        many = len(self.gone) + late > _MOST_GONE and 2 * len(self.gone) > asked
        if many or not (up and self._is_well(connection)):
            later = utc(self.how.now + _SOONEST)
            for look in self.gone:
                sightings.look_later(connection, look.sighting, later)
            # Where a list failed, that is told; a few that go meanwhile are no problem besides.
            if many or up:
                self.problems.append(
                    Fault(
                        "pages-gone",
                        f"{len(self.gone)} of {asked} releases that were there are not found "
                        f"({self.gone[0].sighting.address}): taken for a fault of the site, nothing is withdrawn",
                    )
                )
            return
        for look in self.gone:
            self._miss_one(connection, look)

    def _is_well(self, connection: Connection) -> bool:
        """Whether the source gives releases at all: one in this run, or the newest that should be there.

        Where there is none left that should be, nothing tells a release that is gone from a site that is broken.
        """
        if self.there or kinds.is_local(self.source):
            return True
        control = sightings.control(connection, self.source.id, (look.sighting.key for look in self.gone))
        if control is None:
            return False
        try:
            self.opened.read(control.sighting, control.validators)
        except FeedpubError:
            return False
        return True

    def _miss_one(self, connection: Connection, look: Look) -> None:
        from feedpub.entries import changes  # noqa: PLC0415 - as in _prepared

        one, now = look.sighting, self.how.now
        if sightings.has_other(connection, one, look.entry):
            sightings.forget(connection, one)
            return
        since = datetime.fromisoformat(look.missing_since) if look.missing_since else now
        next_look = self._next_look(since)
        entry = stored_stories.load(connection, [look.entry]).get(look.entry)
        if entry and not entry.withdrawn:
            if now - since < _GONE_AFTER:
                next_look = utc(since + _GONE_AFTER)
            else:
                decision = changes.withdraw(entry, now)
                stored.replace(connection, entry, decision.entry, self.number)
                self.counts[decision.change.value] += 1
        sightings.miss(connection, one, utc(since), next_look)

    def measure(self) -> None:
        """Ask for the sizes and types of enclosures; entries are shown anew with what comes of it."""
        failures = 0
        said: list[str] = []
        with self.store.transaction() as connection:
            wanted = enclosures.due(connection, self.source.id, _MOST_MEASURED)
        for one in wanted:
            if self.how.stop() or failures == _MOST_UNMEASURED or time.monotonic() >= self.until:
                break
            try:
                measure = self.opened.measure(one.url)
            except StoppedError:
                break
            except FetchError as problem:
                measure = None
                failures += not isinstance(problem, RefusedAddressError)
                said.append(f"size of an enclosure: {problem}")
            with self.store.transaction() as connection:
                enclosures.settle(connection, one.url, measure)
                if measure is not None:
                    stored_stories.touch(connection, [one.entry], self.number)
        more = [f"size of an enclosure: {len(said) - _MOST_SAID} more that cannot be had"] if said[_MOST_SAID:] else []
        self.warnings += said[:_MOST_SAID] + more

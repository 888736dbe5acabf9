"""One run's look at one source: what is new or changed is read, what was read before is looked at again in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from feedpub.collect import kinds
from feedpub.collect.base import Discovery, OpenSource, Reading, Surroundings
from feedpub.config import Source
from feedpub.errors import FeedpubError, FetchError, GoneError, ReleaseError, SourceError, StoreError, fault
from feedpub.model import Sighting, Validators
from feedpub.progress import NoBar, Progress
from feedpub.report import Problem, SourceReport
from feedpub.store import enclosures, published, sightings
from feedpub.store import entries as stored
from feedpub.store import stories as stored_stories
from feedpub.store.database import Store, utc
from feedpub.store.sightings import Look

_GONE_AFTER = timedelta(hours=1)
"""Between two runs that find nothing where a release was, before it counts as withdrawn."""
_SOONEST, _LATEST = timedelta(hours=1), timedelta(days=7)
"""After which a release is looked at again: half its age, within these."""
_MOST_LOOKS = 50
"""Releases that a run looks at again; the others wait for the next."""
_MOST_GONE, _AT_ONCE = 10, timedelta(days=1)
"""Releases that may go in so long a time; more, where they are most of those asked for, are a fault of the site."""
_MOST_MEASURED = 100
"""Enclosures that a run asks for."""
_MOST_UNMEASURED = 5
"""Enclosures that cannot be asked for before a run leaves the others for the next."""


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


def ask(store: Store, source: Source, around: Surroundings, how: Run, number: int) -> SourceReport:
    """Ask one source. Whatever goes wrong with it is a line of the report."""
    if how.offline and not kinds.is_local(source):
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


def bury(store: Store, before: datetime, number: int) -> None:
    """Have the entries that were withdrawn before a moment leave their feeds; tombstones stay."""
    with store.transaction() as connection:
        for entry in stored.withdrawn(connection):
            if entry.withdrawn and entry.withdrawn.at <= before:
                buried = msgspec.structs.replace(entry.withdrawn, buried=True)
                stored.put(connection, msgspec.structs.replace(entry, withdrawn=buried), number)


def _collect(store: Store, source: Source, opened: OpenSource, how: Run, number: int) -> SourceReport:
    with store.transaction() as connection:
        known = sightings.known_validators(connection, source.id)
    discovery: Discovery | None = None
    problem = ""
    try:
        discovery = opened.discover(known.get)
    except SourceError as failure:
        problem = str(failure)
    warnings = list(discovery.warnings) if discovery else []
    with store.transaction() as connection:
        if discovery:
            # Together: a list that answers "not modified" next time must have left its releases here.
            warnings += _take_note(connection, source, discovery, how.now)
        due = sightings.due(connection, source.id)
        looks = sightings.looks_due(connection, source.id, how.now, _MOST_LOOKS) if discovery else []
    up = discovery is not None and not discovery.failures
    asking = _Asking(store, source, opened, how, number)
    if discovery and discovery.complete:
        asking.there = len(discovery.sightings)
    asking.read(due, looks, up=up)
    if source.measure_enclosures:
        asking.measure()
    counts = asking.counts
    return SourceReport(
        id=source.id,
        seen=len(discovery.sightings) if discovery else 0,
        problem=problem or "; ".join((*(discovery.failures if discovery else ()), *asking.problems)),
        warnings=(*warnings, *asking.warnings),
        failed=tuple(asking.failed),
        looked=len(looks),
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


class _Asking:
    """Asks a source for releases, and keeps what comes of it. Whatever goes wrong costs the one release only."""

    def __init__(self, store: Store, source: Source, opened: OpenSource, how: Run, number: int) -> None:
        self.store, self.source, self.opened, self.how, self.number = store, source, opened, how, number
        self.counts: Counter[str] = Counter()
        self.failed: list[Problem] = []
        self.warnings: list[str] = []
        self.problems: list[str] = []
        self.gone: list[Look] = []
        self.there = 0

    def read(self, due: list[Sighting], looks: list[Look], *, up: bool) -> None:
        """Read what is due, look at some again, and decide about what is gone; `up` says that the lists answered."""
        if not due and not looks:
            return
        self.how.progress.begin(self.source.id, len(due) + len(looks))
        with self.store.transaction() as connection:
            for one in due:
                if self.how.stop():
                    break
                self._read(connection, one)
                self.how.progress.advance()
            for look in looks:
                if self.how.stop():
                    break
                self._look(connection, look)
                self.how.progress.advance()
            if self.gone:
                self._miss(connection, up=up)

    def _read(self, connection: Connection, one: Sighting) -> None:
        """Read one release; what fails is tried again next run."""
        problem = ""
        try:
            self._keep(connection, one, self.opened.read(one, Validators()))
        except StoreError:
            raise
        except GoneError as failure:
            look = sightings.look(connection, one)
            if look and look.entry:
                self.gone.append(look)
                return
            problem = str(failure).removeprefix(f"{one.address}: ")
        except FeedpubError as failure:
            problem = str(failure).removeprefix(f"{one.address}: ")
        except Exception as failure:  # noqa: BLE001 - a fault in one release may not stop the others
            problem = fault(failure)
        if problem:
            self.failed.append(Problem(one.address, problem))
            if not sightings.fail(connection, one, problem, self.how.now):
                again = "it is read again when its list entry changes"
                self.warnings.append(f"{one.address}: given up after a week; {again}")

    def _look(self, connection: Connection, look: Look) -> None:
        """Look at a release again; where that fails, what is known of it stands."""
        one = look.sighting
        try:
            reading = self.opened.read(one, look.validators)
            if reading.release is None:
                self.there += 1
                self._settle(connection, one, look.entry, reading)
            else:
                self._keep(connection, one, reading)
        except StoreError:
            raise
        except GoneError:
            self.gone.append(look)
        except Exception as failure:  # noqa: BLE001 - as in _read
            said = (
                str(failure).removeprefix(f"{one.address}: ") if isinstance(failure, FeedpubError) else fault(failure)
            )
            self.warnings.append(f"{one.address}: could not be looked at again: {said}")
            sightings.look_later(connection, one, utc(self.how.now + _SOONEST))

    def _keep(self, connection: Connection, one: Sighting, reading: Reading) -> None:
        """Normalise a release and store what changed."""
        from feedpub.entries import changes, names  # noqa: PLC0415 - a run with nothing new needs no parser
        from feedpub.entries.normalise import normalise  # noqa: PLC0415 - as above

        if reading.release is None:
            raise ReleaseError("answered that it is not modified, and was not asked that")
        fresh = normalise(reading.release)
        old = stored.get(connection, fresh.source, fresh.key, fresh.language)
        decision = changes.decide(old, fresh, self.how.now)
        entry, change = decision.entry, decision.change
        if old is None:
            holder = stored.owner(connection, fresh.id)
            if holder:
                raise ReleaseError(
                    f"its id {fresh.id} is already that of {holder[1]} ({holder[2]}) of source {holder[0]}"
                )
            stored.add(connection, entry, self.number)
        elif change is not changes.Change.SAME:
            stored.replace(connection, old, entry, self.number)
        stored_stories.put_names(connection, entry.id, map(names.address, reading.called))
        if self.source.measure_enclosures and change is not changes.Change.SAME:
            enclosures.want(connection, self.source.id, entry)
        self.there += 1
        self.counts[change.value] += 1
        self._settle(connection, one, entry.id, reading)

    def _settle(self, connection: Connection, one: Sighting, entry: str, reading: Reading) -> None:
        issued = stored.published(connection, entry)
        sightings.settle(connection, one, entry, reading.validators, self._next_look(issued))

    def _next_look(self, since: datetime) -> str:
        """When to look at a release again that is there, or gone, since a moment; "" is never."""
        age = self.how.now - since
        if kinds.is_local(self.source) or age > self.source.recheck:
            return ""
        return utc(self.how.now + min(max(age / 2, _SOONEST), _LATEST))

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
            self.problems.append(
                f"{len(self.gone)} of {asked} releases that were there are not found "
                f"({self.gone[0].sighting.address}): taken for a fault of the site, nothing is withdrawn",
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
        from feedpub.entries import changes  # noqa: PLC0415 - as in _keep

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
        with self.store.transaction() as connection:
            for one in enclosures.due(connection, self.source.id, _MOST_MEASURED):
                if self.how.stop() or failures == _MOST_UNMEASURED:
                    break
                try:
                    measure = self.opened.measure(one.url)
                except FetchError:
                    enclosures.settle(connection, one.url, None)
                    failures += 1
                    continue
                enclosures.settle(connection, one.url, measure)
                stored_stories.touch(connection, [one.entry], self.number)

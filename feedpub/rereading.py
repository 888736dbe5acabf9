"""`feedpub publish --reread`: pages that were kept are read again, by readers that are better now. Nothing is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from feedpub.collect import kinds
from feedpub.collect.base import Reading, Surroundings
from feedpub.collect.keptpages import KeptPages, Use
from feedpub.config import Source
from feedpub.errors import FeedpubError, FetchError
from feedpub.model import Entry, Sighting
from feedpub.reading import Asking, Task
from feedpub.report import Problem, SourceReport
from feedpub.run import Run
from feedpub.store import sightings
from feedpub.store.database import Store
from feedpub.watching import Watch

if TYPE_CHECKING:
    from feedpub.entries.changes import Decision

_AT_ONCE = 200


def reread(store: Store, source: Source, around: Surroundings, how: Run, number: int) -> SourceReport:
    """Read the kept pages of a source again. What they give now is taken in as it is: the source corrected nothing."""
    if kinds.is_local(source) or around.pages is None:
        return SourceReport(id=source.id, skipped="has no kept pages")
    kept = KeptPages(around.pages.folder, Use.ONLY)
    limits = msgspec.structs.replace(around.http, pages_per_run=_AT_ONCE)
    around = msgspec.structs.replace(around, pages=kept, http=limits)
    try:
        opened = kinds.open_source(source, around)
    except FeedpubError as problem:
        return SourceReport(id=source.id, problem=str(problem))
    asking = _Rereading(store, source, opened, around, how, number, Watch(source, "", how.now, trusting=True))
    try:
        with store.reading() as connection:
            wanted = sightings.asked_before(connection, source.id)
        how.progress.begin(source.id, len(wanted))
        for start in range(0, len(wanted), _AT_ONCE):
            asking.again(wanted[start : start + _AT_ONCE])
    finally:
        opened.close()
    counts = asking.counts
    return SourceReport(
        id=source.id,
        seen=len(wanted),
        new=counts["new"],
        touched=counts["touched"],
        unchanged=counts["unchanged"],
        unkept=asking.unkept,
        failed=tuple(asking.failed),
    )


class _Rereading(Asking):
    """Reads what was read before, from kept pages, and what could not be; what cannot be read now stands as it is."""

    unkept = 0

    def again(self, wanted: Sequence[tuple[str, str]]) -> None:
        """Read some releases again, by their keys and languages."""
        with self.store.reading() as connection:
            tasks = [Task(look.sighting, look) for look in sightings.looks(connection, self.source.id, wanted)]
        answers = [(task, self._answer(task)) for task in tasks]
        self.how.progress.advance(len(answers))
        self._take(answers)

    def _answer(self, task: Task) -> Reading | Exception:
        try:
            return self._ask(task)
        except Exception as problem:  # noqa: BLE001 - a fault in one release may not stop the others
            return problem

    def _decide(self, old: Entry | None, fresh: Entry) -> Decision:
        from feedpub.entries import changes  # noqa: PLC0415 - as in Asking

        return changes.reread(old, fresh) if old else changes.decide(old, fresh, self.how.now)

    def _fail(self, connection: Connection, task: Task, problem: Exception) -> None:  # noqa: ARG002 - as the base has it
        if not (task.look and task.look.entry):
            return  # It was told when it failed first.
        if isinstance(problem, FetchError):
            self.unkept += 1
        else:
            self.failed.append(Problem(task.sighting.address, self.said(task.sighting, problem)))

    def _settle(self, connection: Connection, one: Sighting, entry: str, reading: Reading, issued: datetime) -> None:
        """What its server gave, and when it is looked at again, stays; unless this is the first time it can be read."""
        known = sightings.look(connection, one)
        if known and not known.entry:
            super()._settle(connection, one, entry, reading, issued)

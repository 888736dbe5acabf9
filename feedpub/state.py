"""`feedpub status`: how the sources are, read from the store."""

from __future__ import annotations

from datetime import datetime

import msgspec

from feedpub import stories, subjects
from feedpub.config import Settings
from feedpub.existing import open_store
from feedpub.report import Fault, PairHealth, PairReport, Problem, TagReport, pair_lines, tag_lines
from feedpub.store import entries, faults, published, sightings
from feedpub.store import stories as stored

_MOST_LISTED = 20


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One source: times in UTC (empty where there is none yet), entries by language, what is wrong.

    `faults` stand, `failing` are releases that could not be read, `problem` is what the last run said.
    """

    id: str
    kind: str
    last_run: str
    last_success: str
    entries: dict[str, int]
    problem: str
    failing: tuple[Problem, ...]
    faults: tuple[Fault, ...] = ()
    not_before: str = ""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """All sources of a config, how complete the last week's stories are, and language links that are not believed.

    `stale` says that the taxonomy was edited since all stories were tagged by it.
    """

    config: str
    sources: tuple[SourceStatus, ...]
    pairs: PairHealth = PairHealth()
    refused: tuple[Problem, ...] = ()
    stale: bool = False

    @property
    def well(self) -> bool:
        """Whether no source has a problem."""
        return all(not source.problem and not source.failing and not source.faults for source in self.sources)


def read(settings: Settings, now: datetime) -> Status:
    """Read the status as of a time.

    Raises:
        StoreError: there is no store yet, or it cannot be used.
    """
    digest = subjects.digest(settings)
    store = open_store(settings)
    try:
        with store.reading() as connection:
            states = published.source_states(connection)
            counts = entries.counts(connection)
            failing = sightings.failing(connection)
            standing = {source.id: faults.standing(connection, source.id) for source in settings.sources}
            pairs = stories.health(connection, settings, now)
            stale = stories.stale(connection, digest)
            refused = tuple(
                Problem(claim.entry, f"{claim.name}: {claim.refused}")
                for claim in stored.refused(connection, _MOST_LISTED)
            )
    finally:
        store.close()
    found = []
    for source in settings.sources:
        state = states.get(source.id, published.SourceState())
        found.append(
            SourceStatus(
                id=source.id,
                kind=source.kind,
                last_run=state.last_run,
                last_success=state.last_success,
                entries={language: count for (name, language), count in counts.items() if name == source.id},
                problem=state.problem,
                failing=tuple(Problem(where, what) for name, where, what in failing if name == source.id),
                faults=standing[source.id],
                not_before=state.not_before,
            ),
        )
    return Status(
        config=str(settings.path),
        sources=tuple(found),
        pairs=pairs,
        refused=refused,
        stale=stale,
    )


def lines(status: Status) -> list[str]:
    """The status for people."""
    said = []
    for source in status.sources:
        count = ", ".join(f"{number} {language}" for language, number in sorted(source.entries.items())) or "no entries"
        success = f"last success {source.last_success}" if source.last_success else "no success yet"
        said.append(f"{source.id} ({source.kind}): {count}; {success}; last run {source.last_run or 'never'}")
        said += [f"  {fault.name}, since {fault.since}: {fault.what}" for fault in source.faults]
        if source.problem and not source.faults:
            said.append(f"  problem: {source.problem}")
        if source.not_before:
            said.append(f"  asks to be left alone until {source.not_before}")
        said += [f"  failing: {problem.where}: {problem.what}" for problem in source.failing]
    said += pair_lines(PairReport(refused=status.refused), status.pairs)
    said += [f"  single: {single.where}: {single.what}" for single in status.pairs.newest_single]
    return said + tag_lines(TagReport(stale=status.stale))

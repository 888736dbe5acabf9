"""`feedpub status`: how the sources are, read from the store."""

from __future__ import annotations

from pathlib import Path

import msgspec

from feedpub.config import Settings
from feedpub.errors import StoreError
from feedpub.report import Problem
from feedpub.store import entries, published, sightings
from feedpub.store.database import Store


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One source: times in UTC (empty where there is none yet), entries by language, problems."""

    id: str
    kind: str
    last_run: str
    last_success: str
    entries: dict[str, int]
    problem: str
    failing: tuple[Problem, ...]


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """All sources of a config."""

    config: str
    sources: tuple[SourceStatus, ...]

    @property
    def well(self) -> bool:
        """Whether no source has a problem."""
        return all(not source.problem and not source.failing for source in self.sources)


def read(settings: Settings) -> Status:
    """Read the status.

    Raises:
        StoreError: there is no store yet, or it cannot be used.
    """
    prefix = "sqlite:///"
    if settings.store_url.startswith(prefix) and not Path(settings.store_url.removeprefix(prefix)).exists():
        raise StoreError(f"{settings.store_url}: nothing was published yet; run `feedpub publish -c {settings.path}`")
    store = Store(settings.store_url)
    try:
        with store.transaction() as connection:
            states = published.source_states(connection)
            counts = entries.counts(connection)
            failing = sightings.failing(connection)
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
            ),
        )
    return Status(config=str(settings.path), sources=tuple(found))


def lines(status: Status) -> list[str]:
    """The status for people."""
    said = []
    for source in status.sources:
        count = ", ".join(f"{number} {language}" for language, number in sorted(source.entries.items())) or "no entries"
        success = f"last success {source.last_success}" if source.last_success else "no success yet"
        said.append(f"{source.id} ({source.kind}): {count}; {success}; last run {source.last_run or 'never'}")
        if source.problem:
            said.append(f"  problem: {source.problem}")
        said += [f"  failing: {problem.where}: {problem.what}" for problem in source.failing]
    return said

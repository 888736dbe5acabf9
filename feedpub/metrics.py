"""How the sources, the store and the last run are, as metrics for Prometheus.

Names follow its guidelines: base units, `_total` for what only grows, `_timestamp_seconds` for times since 1970, of
which 0 is never. Labels are ids and names from fixed lists; what others wrote, paths and addresses are in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Connection

from feedpub import __version__, alerting, existing, health, stories
from feedpub.config import Settings, Source
from feedpub.errors import StoreError
from feedpub.faults import NAMES
from feedpub.report import PairHealth, RunReport
from feedpub.store import entries, faults, measures, published, sightings, tags, untold

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Of the text format, which every version of Prometheus reads."""
_STATES = (
    sightings.DUE,
    sightings.FAILED,
    sightings.GIVEN_UP,
    sightings.PAST,
    sightings.PAST_FAILED,
)
_decode = msgspec.json.Decoder(RunReport).decode


class LastRun(msgspec.Struct, frozen=True, kw_only=True):
    """The last run: when it began, its seconds, its exit code, and how many documents it wrote, left and failed with.

    `documents` is None for a run that ended before it published any.
    """

    at: datetime
    seconds: float
    exit_code: int
    documents: dict[str, int] | None = None


class SourceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A source: times in seconds since 1970, 0 for never; entries by language, releases that are not read by state.

    `well` is whether its last run had no problem; `faults` are the names of those that stand.
    """

    id: str
    kind: str
    last_run: float = 0
    last_success: float = 0
    fresh_until: float = 0
    rests_until: float = 0
    well: bool = False
    faults: tuple[str, ...] = ()
    entries: dict[str, int] = {}
    pending: dict[str, int] = {}


class StoreFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the store tells: its size in bytes, its version, how many runs and stories there are, and what waits.

    `hubs_waiting` are addresses that hubs have still to be told of, `alerts_waiting` events for the operator.
    """

    size: int
    version: int
    runs: int
    stories: int
    pairs: PairHealth
    hubs_waiting: int
    alerts_waiting: int
    sources: tuple[SourceFacts, ...]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is measured; `store` is None where it cannot be read, `last` where there was no run."""

    last: LastRun | None = None
    store: StoreFacts | None = None


def of_report(report: RunReport) -> LastRun:
    """What a report says of its run."""
    documents = {"written": len(report.written), "unchanged": report.unchanged, "failed": len(report.failed)}
    return LastRun(at=report.at, seconds=report.seconds, exit_code=report.exit_code, documents=documents)


def last_run(connection: Connection) -> LastRun | None:
    """The last run whose report was kept."""
    kept = published.last_report(connection)
    try:
        return of_report(_decode(kept)) if kept else None
    except msgspec.ValidationError:
        return None  # Of a version that told other things.


def look(settings: Settings, now: datetime) -> Facts:
    """All that the store tells; nothing where it cannot be read."""
    try:
        store = existing.open_store(settings)
        try:
            with store.reading() as connection:
                return Facts(last=last_run(connection), store=read(connection, settings, now))
        finally:
            store.close()
    except StoreError:
        return Facts()


def read(connection: Connection, settings: Settings, now: datetime) -> StoreFacts:
    """Read what the store tells.

    Args:
        connection: of a transaction.
        settings: the config.
        now: the time.
    """
    return StoreFacts(
        size=measures.size(connection),
        version=measures.version(connection),
        runs=measures.count_runs(connection),
        stories=tags.count_stories(connection),
        pairs=stories.health(connection, settings, now),
        hubs_waiting=_hubs_waiting(connection, settings.hubs),
        alerts_waiting=alerting.waiting(connection),
        sources=_sources(connection, settings, now),
    )


def _hubs_waiting(connection: Connection, hubs: Iterable[str]) -> int:
    known = untold.waiting(connection)
    return sum(len(known.get(hub, ())) for hub in hubs)


def _sources(connection: Connection, settings: Settings, now: datetime) -> tuple[SourceFacts, ...]:
    states = published.source_states(connection)
    counts = entries.counts(connection)
    pending = measures.pending(connection)
    fresh = {one.id: one.fresh_until for one in health.read(connection, settings, now).sources}

    def facts(source: Source) -> SourceFacts:
        state = states.get(source.id, published.SourceState())
        return SourceFacts(
            id=source.id,
            kind=source.kind,
            last_run=_seconds(state.last_run),
            last_success=_seconds(state.last_success),
            fresh_until=_seconds(fresh[source.id]),
            rests_until=_seconds(state.not_before),
            well=bool(state.last_run) and not state.problem,
            faults=tuple(fault.name for fault in faults.standing(connection, source.id)),
            entries={language: count for (name, language), count in counts.items() if name == source.id},
            pending={state: pending.get((source.id, state), 0) for state in _STATES},
        )

    return tuple(map(facts, settings.sources))


def _seconds(moment: str) -> float:
    """A time of the store in seconds since 1970; 0 where there is none."""
    return datetime.fromisoformat(moment).timestamp() if moment else 0


def exposition(facts: Facts, *, process: bool = False) -> bytes:
    """Write metrics in the text format.

    Args:
        facts: what is measured.
        process: also tell of this process: its memory, open files, time of the processors.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(facts))
    if process:
        ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Collector(Collector):
    """Gives facts to the library."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def describe(self) -> Iterable[Metric]:
        """Nothing: what there is depends on the facts."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All metrics."""
        yield _gauge("build_info", "The version of feedpub.", {(__version__,): 1}, "version")
        yield _gauge("store_up", "Whether the store can be read.", {(): int(self.facts.store is not None)})
        if self.facts.last:
            yield from _of_run(self.facts.last)
        if self.facts.store:
            yield from _of_store(self.facts.store)
            yield from _of_sources(self.facts.store.sources)


def _of_run(last: LastRun) -> Iterator[Metric]:
    yield _gauge("last_run_timestamp_seconds", "When the last run began.", {(): last.at.timestamp()})
    yield _gauge("last_run_duration_seconds", "How long the last run took.", {(): last.seconds})
    told = "The exit code of the last run: 0 all well, 1 something failed, 2 a config error."
    yield _gauge("last_run_exit_code", told, {(): last.exit_code})
    if last.documents is not None:
        documents = {(result,): count for result, count in last.documents.items()}
        yield _gauge("last_run_documents", "Documents of the last run by what came of them.", documents, "result")


def _of_store(store: StoreFacts) -> Iterator[Metric]:
    yield _gauge("store_size_bytes", "The size of the store.", {(): store.size})
    yield _gauge("store_schema_version", "The version of the store's tables.", {(): store.version})
    yield CounterMetricFamily("feedpub_runs", "Runs of the job.", value=store.runs)
    yield _gauge("stories", "Stories in the store.", {(): store.stories})
    told = "Stories of the last seven days that still have a single language after [pairing] single_after."
    yield _gauge("single_language_stories", told, {(): store.pairs.single})
    told = "The share of the releases of the last seven days that have another language, of those that should."
    paired = {(language,): share for language, share in store.pairs.paired.items()}
    yield _gauge("paired_ratio", told, paired, "language")
    yield _gauge(
        "hub_notifications_waiting", "Changes that WebSub hubs have still to be told of.", {(): store.hubs_waiting}
    )
    yield _gauge("alerts_waiting", "Alerts that could not be sent yet.", {(): store.alerts_waiting})


def _of_sources(sources: Iterable[SourceFacts]) -> Iterator[Metric]:
    every = {(one.id,): one for one in sources}
    kinds = {(one.id, one.kind): 1.0 for one in every.values()}
    yield _gauge("source_info", "The sources of the config.", kinds, "source", "kind")
    for name, told, field in (
        ("last_run_timestamp_seconds", "When a source was last asked.", "last_run"),
        ("last_success_timestamp_seconds", "When a source was last asked and nothing failed.", "last_success"),
        ("fresh_until_timestamp_seconds", "When a source is stale, if no run has success until then.", "fresh_until"),
        ("rests_until_timestamp_seconds", "Until when a source asked to be left alone.", "rests_until"),
        ("last_run_success", "Whether nothing failed when a source was last asked.", "well"),
    ):
        yield _gauge(f"source_{name}", told, {which: getattr(one, field) for which, one in every.items()}, "source")
    faults_ = {
        (one.id, name): float(name in one.faults)
        for one in every.values()
        for name in dict.fromkeys((*NAMES, *one.faults))
    }
    yield _gauge("source_fault_active", "Whether a fault of a source stands.", faults_, "source", "fault")
    pending = {
        (one.id, state.replace(" ", "_")): count for one in every.values() for state, count in one.pending.items()
    }
    told = "Releases of a source that are not read: due, failed, given up; of a backfill: past, past_failed."
    yield _gauge("source_pending_releases", told, pending, "source", "state")
    counts = {(one.id, language): count for one in every.values() for language, count in one.entries.items()}
    yield _gauge("entries", "Entries in the store.", counts, "source", "language")


def _gauge(name: str, told: str, values: Mapping[Any, float], *labels: str) -> Metric:
    """A gauge with its values by their labels."""
    metric = GaugeMetricFamily(f"feedpub_{name}", told, labels=labels)
    for which, value in values.items():
        metric.add_metric(which, value)
    return metric

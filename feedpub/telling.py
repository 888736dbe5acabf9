"""What a scheduled run did, as events for the log.

Events are constant, and operators script against them: one is never renamed. What they are about are their fields.
"""

from __future__ import annotations

from typing import Any

import structlog

from feedpub.report import Fault, RunReport, SourceReport

_log = structlog.get_logger()
_COUNTS = ("seen", "touched", "unchanged", "restored", "looked", "left", "unkept")
"""Counts of a source that are told where there are any, besides those that are always told."""


class Teller:
    """Logs the reports of runs. What stands is remembered, so that what began is told from what goes on."""

    def __init__(self) -> None:
        self._standing: dict[str, dict[str, Fault]] = {}

    def tell(self, report: RunReport) -> None:
        """Log one run: what is wrong first, each on its own, then what came of it as a whole."""
        for source in report.sources:
            self._faults(source)
            for problem in source.failed:
                _log.error("release failed", source=source.id, where=problem.where, what=problem.what)
            for warning in source.warnings:
                _log.warning("source warning", source=source.id, what=warning)
        for problem in report.pairs.refused:
            _log.warning("link not believed", where=problem.where, what=problem.what)
        for problem in report.failed:
            _log.error("document failed", where=problem.where, what=problem.what)
        for problem in report.hubs.failed:
            _log.warning("hub not told", where=problem.where, what=problem.what)
        for problem in report.alerts.failed:
            _log.error("alert failed", where=problem.where, what=problem.what)
        if report.tags.stale:
            _log.warning("taxonomy edited", what="`feedpub retag` brings the older stories up to it")
        (_log.info if report.well else _log.error)("run ended", **summary(report))

    def _faults(self, source: SourceReport) -> None:
        """Log the faults of a source: what began as an error, what stands as a warning, what ended."""
        if source.skipped:
            return
        before, now = self._standing.get(source.id, {}), {fault.name: fault for fault in source.faults}
        for name, fault in now.items():
            fields = {"source": source.id, "fault": name, "what": fault.what, "since": fault.since}
            if fault.where:
                fields["where"] = fault.where
            if name in before:
                _log.warning("fault stands", **fields)
            else:
                _log.error("fault began", **fields)
        for name in before.keys() - now.keys():
            _log.info("fault ended", source=source.id, fault=name, since=before[name].since)
        self._standing[source.id] = now


def summary(report: RunReport) -> dict[str, Any]:
    """A run in figures: those that are always told, and those that are not 0; `seconds` is how long it took."""
    sources = report.sources
    fields: dict[str, Any] = {
        "source": " ".join(source.id for source in sources),
        "new": sum(source.new for source in sources),
        "changed": sum(source.changed for source in sources),
        "withdrawn": sum(source.withdrawn for source in sources),
        "failed": sum(len(source.failed) for source in sources),
        "faults": [fault.name for source in sources for fault in source.faults],
        "written": len(report.written),
        "seconds": report.seconds,
    }
    more: dict[str, Any] = {name: sum(getattr(source, name) for source in sources) for name in _COUNTS}
    more |= {
        "skipped": "; ".join(source.skipped for source in sources if source.skipped),
        "documents_unchanged": report.unchanged,
        "documents_failed": len(report.failed),
        "paired": report.pairs.linked + report.pairs.found,
        "parted": report.pairs.parted,
        "single": report.health.single,
        "tagged": report.tags.tagged,
        "retagged": report.tags.changed,
        "hubs_told": report.hubs.told,
        "alerts_told": report.alerts.told,
        "alerts_waiting": report.alerts.waiting,
        "stopped": report.stopped,
    }
    return fields | {name: value for name, value in more.items() if value}

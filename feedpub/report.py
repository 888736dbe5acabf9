"""What a run did: a line a source for people, the same as data for programs."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """Something that failed: which release or document (an address, a path), and why."""

    where: str
    what: str


class SourceReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one source gave. Counts are of releases; `seen` of those in its lists this time."""

    id: str
    seen: int = 0
    new: int = 0
    changed: int = 0
    touched: int = 0
    unchanged: int = 0
    problem: str = ""
    failed: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    skipped: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing failed."""
        return not self.problem and not self.failed


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of the job did. `written` and `unchanged` count documents; `seconds` is how long it took."""

    at: datetime
    sources: tuple[SourceReport, ...] = ()
    written: tuple[str, ...] = ()
    unchanged: int = 0
    failed: tuple[Problem, ...] = ()
    stopped: bool = False
    seconds: float = 0.0

    @property
    def well(self) -> bool:
        """Whether nothing failed."""
        return not self.failed and all(source.well for source in self.sources)

    @property
    def exit_code(self) -> int:
        """0 all well, 1 a source or an entry failed."""
        return 0 if self.well else 1


def lines(report: RunReport) -> list[str]:
    """The report for people."""
    said = []
    for source in report.sources:
        said.append(f"{source.id}: {_summary(source)}")
        said += [f"  failed: {problem.where}: {problem.what}" for problem in source.failed]
        said += [f"  warning: {warning}" for warning in source.warnings]
    documents = f"{len(report.written)} document{_s(len(report.written))} written, {report.unchanged} unchanged"
    said.append(f"{documents}, {report.seconds:.1f} s" + (", stopped early" if report.stopped else ""))
    said += [f"  failed: {problem.where}: {problem.what}" for problem in report.failed]
    return said


def _summary(source: SourceReport) -> str:
    if source.skipped:
        return source.skipped
    found = {
        "new": source.new,
        "changed": source.changed,
        "touched": source.touched,
        "unchanged": source.unchanged,
        "failed": len(source.failed),
    }
    counts = ", ".join(f"{count} {what}" for what, count in found.items() if count) or "nothing new"
    return f"FAILED: {source.problem}; {counts}" if source.problem else counts


def _s(count: int) -> str:
    return "" if count == 1 else "s"

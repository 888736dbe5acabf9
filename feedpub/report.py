"""What a run did: a line a source for people, the same as data for programs."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """Something that failed: which release or document (an address, a path), and why."""

    where: str
    what: str


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that is wrong with a source: one of the names in `expectations.NAMES`, and a sentence about it.

    `where` is the list's address, where it is about one list. `since` is when it began, as the store writes times.
    """

    name: str
    what: str
    where: str = ""
    since: str = ""


class SourceReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one source gave. Counts are of releases; `seen` of those in its lists this time.

    `looked` were looked at again: some are among the others, most as they were. `left` are for the next run. `faults`
    are what is wrong with the source: those that `problem` tells of, and those that stand since an earlier run.
    `unkept` are those that were to be read again, and whose pages were not kept.
    """

    id: str
    seen: int = 0
    new: int = 0
    changed: int = 0
    touched: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    restored: int = 0
    looked: int = 0
    left: int = 0
    unkept: int = 0
    problem: str = ""
    faults: tuple[Fault, ...] = ()
    failed: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    skipped: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing failed."""
        return not self.problem and not self.failed and not self.faults


class PairReport(msgspec.Struct, frozen=True, kw_only=True):
    """What joining the language versions came to this run: pairs by links and by evidence, pairs that were parted.

    `refused` are the language links that are not believed: whose they are, where they lead and why not.
    """

    linked: int = 0
    found: int = 0
    parted: int = 0
    refused: tuple[Problem, ...] = ()


class PairHealth(msgspec.Struct, frozen=True, kw_only=True):
    """How complete the last week's stories are.

    `paired` is the share of releases, by language, that have another language; those that are marked as single are not
    counted. `single` stories are still single after the configured time; `newest_single` are the newest twenty of them,
    their addresses and titles.
    """

    paired: dict[str, float] = {}
    single: int = 0
    newest_single: tuple[Problem, ...] = ()


class TagReport(msgspec.Struct, frozen=True, kw_only=True):
    """What tagging came to this run: stories looked at, and those whose topics or body are not as they were.

    `stale` says that the taxonomy was edited since all stories were tagged by it.
    """

    tagged: int = 0
    changed: int = 0
    stale: bool = False


class HubReport(msgspec.Struct, frozen=True, kw_only=True):
    """What telling the hubs came to (WebSub): addresses told of, and what failed; that is tried again next run."""

    told: int = 0
    failed: tuple[Problem, ...] = ()


class AlertReport(msgspec.Struct, frozen=True, kw_only=True):
    """What telling the operator of faults came to: the beginnings and ends that were told, and those that wait.

    Each counts once for the command and once for the webhook. `failed` are those of the two that could not be told.
    """

    told: int = 0
    waiting: int = 0
    failed: tuple[Problem, ...] = ()


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of the job did. `written` and `unchanged` count documents; `seconds` is how long it took.

    `warnings` are what the operator has to mend, though nothing of the run is missing.
    """

    at: datetime
    sources: tuple[SourceReport, ...] = ()
    written: tuple[str, ...] = ()
    unchanged: int = 0
    failed: tuple[Problem, ...] = ()
    pairs: PairReport = PairReport()
    health: PairHealth = PairHealth()
    tags: TagReport = TagReport()
    hubs: HubReport = HubReport()
    alerts: AlertReport = AlertReport()
    stopped: bool = False
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Whether nothing failed; an alert that could not be sent did, for else nobody would know."""
        done = not (self.failed or self.alerts.failed or self.warnings)
        return done and all(source.well for source in self.sources)

    @property
    def exit_code(self) -> int:
        """0 all well, 1 a source or an entry failed."""
        return 0 if self.well else 1


class PastReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a backfill of one source came to.

    `parts` of its past were looked at: lists, of a day in one language mostly; `bare` of them are not there. `skipped`
    were read before, `left` were not reached. `read` counts releases, `unread` the releases and lists that could not
    be read, `failed` are the first of them. `problem` ended it before its end.
    """

    id: str
    parts: int = 0
    bare: int = 0
    skipped: int = 0
    left: int = 0
    read: int = 0
    unread: int = 0
    failed: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: str = ""

    @property
    def well(self) -> bool:
        """Whether all was read."""
        return not self.problem and not self.unread and not self.left


class BackfillReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a backfill came to.

    `stopped` says that it was asked to stop. `published` is whether what it read is published; else the next run does
    that. `failed` are documents that could not be written.
    """

    sources: tuple[PastReport, ...] = ()
    published: bool = True
    failed: tuple[Problem, ...] = ()
    stopped: bool = False

    @property
    def well(self) -> bool:
        """Whether all was read and nothing failed."""
        return not self.failed and all(source.well for source in self.sources)

    @property
    def exit_code(self) -> int:
        """0 all well, 1 something is still to be read, or to be written."""
        return 0 if self.well else 1


def backfill_lines(report: BackfillReport) -> list[str]:
    """What a backfill came to, for people."""
    said = [line for source in report.sources for line in _past_lines(source)]
    if not report.published:
        said.append("another run was going on: the next one publishes what was read")
    said += [f"  failed: {problem.where}: {problem.what}" for problem in report.failed]
    if any(source.left for source in report.sources):
        said.append(f"{'stopped: ' if report.stopped else ''}the same command goes on from here")
    return said


def _past_lines(report: PastReport) -> list[str]:
    counts = {"read before": report.skipped, "not there": report.bare, "left": report.left}
    told = [f"{report.read} release{_s(report.read)} read from {report.parts} list{_s(report.parts)}"]
    told += [f"{count} {what}" for what, count in counts.items() if count]
    lines_ = [f"{report.id}: {', '.join(told)}"]
    if report.problem:
        lines_.append(f"  FAILED: {report.problem}")
    lines_ += [f"  failed: {problem.where}: {problem.what}" for problem in report.failed]
    if report.unread > len(report.failed):
        lines_.append(f"  … and {report.unread - len(report.failed)} more")
    return lines_ + [f"  warning: {warning}" for warning in report.warnings]


def lines(report: RunReport) -> list[str]:
    """The report for people."""
    said = []
    for source in report.sources:
        said.append(f"{source.id}: {_summary(source)}")
        said += [f"  failed: {problem.where}: {problem.what}" for problem in source.failed]
        said += [f"  warning: {warning}" for warning in source.warnings]
    said += pair_lines(report.pairs, report.health)
    said += tag_lines(report.tags)
    documents = f"{len(report.written)} document{_s(len(report.written))} written, {report.unchanged} unchanged"
    said.append(f"{documents}, {report.seconds:.1f} s" + (", stopped early" if report.stopped else ""))
    said += [f"  failed: {problem.where}: {problem.what}" for problem in report.failed]
    if report.hubs.told:
        said.append(f"hubs: told of {report.hubs.told} document{_s(report.hubs.told)}")
    said += [f"  hub not told: {problem.where}: {problem.what}" for problem in report.hubs.failed]
    said += alert_lines(report.alerts)
    return said + [f"  warning: {warning}" for warning in report.warnings]


def alert_lines(alerts: AlertReport) -> list[str]:
    """What there is to say of the alerts."""
    news = {"told": alerts.told, "waiting": alerts.waiting}
    said = [f"{count} {what}" for what, count in news.items() if count]
    lines_ = [f"alerts: {', '.join(said)}"] if said else []
    return lines_ + [f"  alert failed: {problem.where}: {problem.what}" for problem in alerts.failed]


def tag_lines(tags: TagReport) -> list[str]:
    """What there is to say of the topics."""
    lines_ = [f"topics: {tags.tagged} tagged, {tags.changed} of them new or changed"] if tags.tagged else []
    if tags.stale:
        lines_.append("topics: the taxonomy was edited; `feedpub retag` brings the older stories up to it")
    return lines_


def pair_lines(pairs: PairReport, health: PairHealth) -> list[str]:
    """What there is to say of the language versions."""
    news = {"by link": pairs.linked, "by evidence": pairs.found, "parted": pairs.parted}
    said = [f"{count} {what}" for what, count in news.items() if count]
    said += [f"{share:.0%} of {language} paired" for language, share in health.paired.items()]
    if health.single:
        said.append(f"{health.single} still single")
    lines_ = [f"pairs: {', '.join(said)}"] if said else []
    lines_ += [f"  link not believed: {problem.where}: {problem.what}" for problem in pairs.refused]
    return lines_


def _summary(source: SourceReport) -> str:
    if source.skipped:
        return source.skipped
    found = {
        "new": source.new,
        "changed": source.changed,
        "touched": source.touched,
        "withdrawn": source.withdrawn,
        "restored": source.restored,
        "unchanged": source.unchanged,
        "not kept": source.unkept,
        "failed": len(source.failed),
    }
    counts = ", ".join(f"{count} {what}" for what, count in found.items() if count) or "nothing new"
    return f"FAILED: {source.problem}; {counts}" if source.problem else counts


def _s(count: int) -> str:
    return "" if count == 1 else "s"

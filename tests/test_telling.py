"""What a run did, as events."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from structlog.testing import capture_logs

from feedpub.report import (
    AlertReport,
    Fault,
    HubReport,
    PairHealth,
    PairReport,
    Problem,
    RunReport,
    SourceReport,
    TagReport,
)
from feedpub.telling import Teller

NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)
SILENT = Fault("silent", "nothing came for 30 h", since="2026-11-27T04:00:00Z")
EMPTY = Fault("empty", "it has no release", where="https://site.example/feed", since="2026-11-28T10:00:00Z")


def told(teller: Teller, report: RunReport) -> list[dict[str, object]]:
    with capture_logs() as events:
        teller.tell(report)
    return [dict(one) for one in events]


def of(*faults: Fault) -> RunReport:
    return RunReport(at=NOW, sources=(SourceReport(id="gov", faults=faults),), seconds=1.0)


def test_a_run_with_nothing_wrong_is_one_event_with_its_figures() -> None:
    source = SourceReport(id="gov", seen=40, new=3, changed=1, withdrawn=1, looked=7)
    report = RunReport(at=NOW, sources=(source,), written=("a", "b"), unchanged=9, seconds=2.345)
    assert told(Teller(), report) == [
        {
            "log_level": "info",
            "event": "run ended",
            "source": "gov",
            "new": 3,
            "changed": 1,
            "withdrawn": 1,
            "failed": 0,
            "faults": [],
            "written": 2,
            "seconds": 2.345,
            "seen": 40,
            "looked": 7,
            "documents_unchanged": 9,
        }
    ]


def test_each_thing_that_failed_is_an_event_of_its_own() -> None:
    source = SourceReport(
        id="gov", failed=(Problem("https://site.example/1", "HTTP 500"),), warnings=("photo: given up",)
    )
    report = RunReport(
        at=NOW,
        sources=(source,),
        failed=(Problem("feeds/all/en.atom", "cannot be written"),),
        pairs=PairReport(linked=1, found=2, refused=(Problem("a", "leads to another day"),)),
        health=PairHealth(single=4),
        tags=TagReport(stale=True),
        hubs=HubReport(told=2, failed=(Problem("https://hub.example/", "no answer"),)),
        alerts=AlertReport(told=1, waiting=3, failed=(Problem("webhook", "HTTP 404"),)),
        stopped=True,
    )
    events = told(Teller(), report)
    assert [(one["log_level"], one["event"]) for one in events] == [
        ("error", "release failed"),
        ("warning", "source warning"),
        ("warning", "link not believed"),
        ("error", "document failed"),
        ("warning", "hub not told"),
        ("error", "alert failed"),
        ("warning", "taxonomy edited"),
        ("error", "run ended"),
    ]
    assert events[0] | {"source": "gov", "where": "https://site.example/1", "what": "HTTP 500"} == events[0]
    whole = {"failed": 1, "documents_failed": 1, "paired": 3, "single": 4, "hubs_told": 2, "alerts_told": 1}
    assert events[-1] | whole | {"alerts_waiting": 3, "stopped": True} == events[-1]


def test_a_fault_is_an_error_when_it_begins_a_warning_while_it_stands_and_told_when_it_ends() -> None:
    teller = Teller()
    first = told(teller, of(SILENT, EMPTY))
    assert [(one["log_level"], one["event"], one.get("fault")) for one in first] == [
        ("error", "fault began", "silent"),
        ("error", "fault began", "empty"),
        ("error", "run ended", None),
    ]
    assert first[1]["where"] == "https://site.example/feed"
    second = told(teller, of(SILENT))
    assert [(one["log_level"], one["event"], one.get("fault")) for one in second] == [
        ("warning", "fault stands", "silent"),
        ("info", "fault ended", "empty"),
        ("error", "run ended", None),
    ]
    assert [one["event"] for one in told(teller, of())] == ["fault ended", "run ended"]
    assert [one["event"] for one in told(teller, of())] == ["run ended"]


def test_a_source_that_was_not_asked_has_its_faults_still() -> None:
    teller = Teller()
    told(teller, of(SILENT))
    skipped = msgspec.structs.replace(of().sources[0], skipped="not asked")
    events = told(teller, RunReport(at=NOW, sources=(skipped,)))
    assert [(one["event"], one.get("skipped")) for one in events] == [("run ended", "not asked")]
    assert [one["event"] for one in told(teller, of(SILENT))] == ["fault stands", "run ended"]

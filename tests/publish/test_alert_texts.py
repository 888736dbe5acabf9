"""What an alert says."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from feedpub.publish import alerts
from feedpub.publish.alerts import Event

SITE = "https://news.example/"
ZONE = ZoneInfo("Asia/Hong_Kong")
BEGAN, OVER = "2026-11-20T04:00:00Z", "2026-11-20T16:30:00Z"


def started(what: str = "the list is empty", where: str = "", source: str = "office", fault: str = "empty") -> Event:
    return Event(event="started", source=source, fault=fault, what=what, where=where, since=BEGAN, at=BEGAN)


def ended(source: str = "court", fault: str = "silent") -> Event:
    return Event(event="ended", source=source, fault=fault, what="nothing new", since=BEGAN, at=OVER)


def told(*events: Event) -> list[str]:
    text = alerts.text(events, SITE, ZONE)
    assert text.endswith("\n")
    return text.splitlines()


def test_what_began_is_told_before_what_ended() -> None:
    assert told(ended(), started(), started(source="port", where="https://port.example/list")) == [
        "feedpub, https://news.example/: 2 faults began, 1 fault ended.",
        "Began 2026-11-20 12:00 HKT: office: empty: the list is empty.",
        "Began 2026-11-20 12:00 HKT: port: empty: the list is empty (https://port.example/list).",
        "Ended 2026-11-21 00:30 HKT: court: silent: nothing new; it had begun 2026-11-20 12:00 HKT.",
    ]


def test_a_test_says_so_at_the_time_it_is_made() -> None:
    event = alerts.test(OVER)
    assert (event.event, event.source, event.fault, event.since, event.at) == ("test", "", "test", OVER, OVER)
    assert told(event) == [
        "feedpub, https://news.example/: a test.",
        "Test: this is a test of feedpub's alerts; nothing is wrong.",
    ]


def test_fifty_faults_are_told_and_of_more_how_many() -> None:
    fifty = [started(source=f"office {number}") for number in range(50)]
    assert len(told(*fifty)) == 51
    assert told(*fifty)[-1].startswith("Began 2026-11-20 12:00 HKT: office 49: ")
    more = told(*fifty, ended(), ended())
    assert more[:1] == ["feedpub, https://news.example/: 50 faults began, 2 faults ended."]
    assert more[1:] == [*told(*fifty)[1:], "And 2 more; `feedpub status` lists what is wrong now."]


def test_what_is_said_of_a_fault_is_one_line_of_an_end() -> None:
    assert told(started("one\n\ttwo\u200b three..."))[1].endswith(": one two three.")
    assert told(started("at pier X."))[1].endswith(": at pier X.")
    assert told(started("x" * 501, "https://a.example/" + "y" * 500))[1] == (
        f"Began 2026-11-20 12:00 HKT: office: empty: {'x' * 500} (https://a.example/{'y' * 482})."
    )


def test_a_document_says_it_to_chats_and_to_programs() -> None:
    event = started("a <list> & its copy")
    document = msgspec.json.decode(alerts.document([event], SITE, ZONE))
    assert list(document) == ["text", "events", "site"]
    assert not document["text"].endswith("\n")
    assert document["text"].splitlines() == [
        "feedpub, https://news.example/: 1 fault began.",
        "Began 2026-11-20 12:00 HKT: office: empty: a &lt;list&gt; &amp; its copy.",
    ]
    assert document["events"] == [msgspec.to_builtins(event)]
    assert document["site"] == SITE


def test_variables_name_each_source_and_fault_once(tmp_path: Path) -> None:
    events = [started(), started(source="port"), started(fault="silent"), started()]
    config = tmp_path / "x" / ".." / "feedpub.toml"
    assert alerts.variables(events, config) == {
        "FEEDPUB_EVENT": "started",
        "FEEDPUB_SOURCES": "office port",
        "FEEDPUB_FAULTS": "empty silent",
        "FEEDPUB_CONFIG": str(tmp_path.resolve() / "feedpub.toml"),
    }
    assert alerts.variables([started(), ended()], config)["FEEDPUB_EVENT"] == "both"
    assert alerts.variables([ended()], config)["FEEDPUB_EVENT"] == "ended"

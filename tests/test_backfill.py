"""Reading the past: what it asks for, in which order, what it leaves to the runs, and what it says went wrong."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feedpub import job
from feedpub.collect.pacer import Pacer
from feedpub.errors import ConfigError
from feedpub.report import BackfillReport, PastReport, backfill_lines
from tests.loopback import Loopback, page
from tests.newssite import HKT, Paper, listing
from tests.past import FIRST, LAST, NOW, Past, file, listing_path, papers

COMMAND = Path(sys.executable).with_name("feedpub")


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
def past(server: Loopback, tmp_path: Path) -> Past:
    found = Past(server, tmp_path)
    found.configure(tables="[http]\nattempts = 1")
    return found


def source(report: BackfillReport) -> PastReport:
    (found,) = report.sources
    return found


def command(past: Past, *arguments: str) -> subprocess.CompletedProcess[str]:
    whole = [str(COMMAND), "backfill", "-c", str(past.config), *arguments]
    return subprocess.run(whole, capture_output=True, check=False, text=True, timeout=20)


def releases(past: Past, *, of: int = 0) -> list[str]:
    """The keys of the releases that were asked for."""
    found = [path.rpartition("/")[2].removesuffix(".htm") for path in past.site.server.paths]
    return [one for one in found if one.startswith(f"P{of or ''}")]


def test_days_newest_first_in_both_languages(past: Past, server: Loopback) -> None:
    filed = papers()
    file(server, *filed)

    report = past.backfill()

    lists = [path for path in server.paths if path.count("/") == 4]
    days = [LAST - timedelta(days=age) for age in range(3)]
    assert lists == [listing_path(day, language) for day in days for language in ("en", "zh-Hant")]
    assert source(report) == PastReport(id="gov", parts=6, read=6)
    assert report.well
    assert max(past.asked.values()) == 1


def test_languages_are_joined_and_months_are_archived(past: Past, server: Loopback) -> None:
    past.configure(tables="[[feed]]\nid = 'all'\nlimit = 1")
    file(server, *papers(date(2026, 8, 30), date(2026, 9, 2)))

    past.backfill(date(2026, 8, 30), date(2026, 9, 2))

    assert past.stored("SELECT count(*), count(DISTINCT story) FROM entry") == [(8, 4)]
    assert past.archives() == ["all/archive/en/2026-09.atom", "all/archive/en/2026-08.atom"]
    assert [one.id[-14:] for one in past.entries("all/archive/en/2026-08.atom")] == ["P2026083100000", "P2026083000000"]
    assert all(len(one.title_detail.value) > 20 for one in past.entries("all/bilingual.atom"))


def test_days_without_a_list_had_nothing(past: Past, server: Loopback) -> None:
    file(server, *papers(FIRST, FIRST), *papers(LAST, LAST))

    report = past.backfill()

    assert source(report) == PastReport(id="gov", parts=4, bare=2, read=4)
    assert backfill_lines(report) == ["gov: 4 releases read from 4 lists, 2 not there"]
    server.requests.clear()
    assert source(past.backfill()) == PastReport(id="gov", skipped=6)
    assert not server.requests


def test_a_site_that_has_no_lists_at_all_is_told_and_asked_again(past: Past, server: Loopback) -> None:
    report = past.backfill()

    assert not report.well
    assert source(report).problem == (
        "none of the 6 lists is there, 2026-10-03 en to 2026-10-01 zh-Hant: look at base_url, and at the days"
    )
    file(server, *papers())
    assert source(past.backfill()).read == 6


def test_newest_days_without_a_list_are_settled_once_there_is_one(past: Past, server: Loopback) -> None:
    file(server, *papers(FIRST, FIRST))

    assert source(past.backfill()) == PastReport(id="gov", parts=2, bare=4, read=2)

    assert source(past.backfill()) == PastReport(id="gov", skipped=6)


def test_an_empty_list_is_read(past: Past, server: Loopback) -> None:
    file(server, *papers(FIRST, FIRST))
    server.routes[listing_path(LAST, "en")] = page(listing([]))

    past.backfill()

    assert source(past.backfill()).skipped == 6


def test_today_is_never_settled(past: Past, server: Loopback) -> None:
    today = NOW.date()
    file(server, *papers(today, today))
    assert source(past.backfill(today, today)).read == 2

    file(server, *papers(today, today, each=2))
    again = past.backfill(today, today + timedelta(days=400))  # what is to come is not asked for

    assert source(again) == PastReport(id="gov", parts=2, read=2)


def test_a_language_that_the_config_gets_later_is_read_alone(past: Past, server: Loopback) -> None:
    file(server, *papers())
    past.configure(languages=("en",))
    whole = past.config.read_text("utf-8")
    past.config.write_text(re.sub(r', zh-Hant = "[^"]+"', "", whole), "utf-8")
    assert source(past.backfill()) == PastReport(id="gov", parts=3, read=3)

    past.configure()
    assert source(past.backfill()) == PastReport(id="gov", parts=3, skipped=3, read=3)
    assert past.stored("SELECT count(DISTINCT story) FROM entry") == [(3,)]


def test_keys_that_come_again_every_year_are_two_entries(past: Past, server: Loopback) -> None:
    days = date(1999, 7, 1), date(2003, 7, 1)
    old = [
        Paper("0701123", f"Ferry fares of {day.year}", ("Text.",), issued=datetime(day.year, 7, 1, 10, tzinfo=HKT))
        for day in days
    ]
    file(server, *old)
    for day in reversed(days):
        past.backfill(day, day)

    assert past.stored("SELECT key, id FROM entry ORDER BY key") == [
        (f"{day.year}/0701123", f"tag:www.info.gov.hk,{day.year}-07-01:0701123") for day in days
    ]
    # A correction of one, whose title a list tells, leaves the other alone.
    mended = Paper("0701123", "Ferry fares of July 2003", ("Text, corrected.",), issued=old[1].issued)
    past.site.publish(mended)
    report = past.run()
    assert (report.sources[0].changed, report.sources[0].new) == (1, 0)
    assert [len(one.corrections) for one in _entries(past)] == [0, 1]


def _entries(past: Past) -> list[Any]:
    return [_Decoded(json.loads(data)) for (data,) in past.stored("SELECT data FROM entry ORDER BY key")]


class _Decoded:
    def __init__(self, data: dict[str, Any]) -> None:
        self.corrections = data.get("corrections", [])


# Politeness and cost


def test_robots_txt_is_heeded(past: Past, server: Loopback) -> None:
    file(server, *papers())
    server.routes["/robots.txt"] = page("User-agent: *\nDisallow: /gia/general/202610/01/", "text/plain")

    report = source(past.backfill())

    assert (report.read, report.unread) == (4, 2)
    assert "robots.txt asks not to be asked for it" in report.failed[0].what
    assert not releases(past, of=20261001)
    assert past.asked["/robots.txt"] == 1


def test_requests_are_spaced_out(past: Past, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(job, "Pacer", lambda **_: Pacer(sleep=slept.append))
    text = past.config.read_text("utf-8").replace("requests_per_second = 0", "requests_per_second = 4")
    past.config.write_text(text, "utf-8")
    file(server, *papers())

    past.backfill()

    # Nobody slept, so each had to wait for all that were before it.
    assert len(slept) == len(server.requests) - 1 == 12
    assert slept[-1] > slept[0]
    assert slept[-1] == pytest.approx(12 / 4, abs=2)


def test_several_connections_give_the_same(past: Past, server: Loopback, tmp_path: Path) -> None:
    file(server, *papers(each=5))
    past.backfill()
    (tmp_path / "more").mkdir()
    more = Past(server, tmp_path / "more")
    more.configure(source="connections = 4")

    assert more.backfill().well
    assert more.published() == past.published()


@pytest.mark.long
def test_memory_does_not_grow_with_the_past(past: Past, server: Loopback) -> None:
    file(server, *papers(date(2026, 5, 1), date(2026, 8, 8), each=10))
    peaks = []
    past.backfill(date(2026, 8, 1), date(2026, 8, 8))
    tracemalloc.start()
    try:
        for first, last in ((date(2026, 7, 22), date(2026, 7, 31)), (date(2026, 5, 1), date(2026, 7, 21))):
            tracemalloc.reset_peak()
            past.backfill(first, last)
            peaks.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()

    assert peaks[1] < 2 * peaks[0] + 10_000_000, peaks


# The command


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2026-10-03", "--to", "2026-10-01"), "--from 2026-10-03 is after --to 2026-10-01"),
        (("--from", "2026-10-32"), '"2026-10-32" is not a day like 2026-11-23'),
        (("--from", "2026-10-01", "--source", "gone"), 'no source "gone"; there are "gov"'),
    ],
)
def test_what_cannot_be_meant_is_refused(past: Past, arguments: tuple[str, ...], said: str) -> None:
    done = command(past, *arguments)

    assert done.returncode == 2
    assert said in done.stderr


INBOX = """[[source]]
id = "inbox"
kind = "files"
directory = "inbox"
language = "en"
authority = "news.example"
"""


def test_a_source_without_a_past_is_an_error_where_it_is_named(past: Past, server: Loopback) -> None:
    file(server, *papers())
    past.configure(tables=INBOX)
    (past.folder / "inbox").mkdir()

    with pytest.raises(ConfigError, match=r'source "inbox" \(kind "files"\) has no past that can be asked for'):
        past.backfill(only=("inbox",))
    assert source(past.backfill()).read == 6


def test_a_config_without_a_past_is_an_error(past: Past) -> None:
    head, _, _ = past.config.read_text("utf-8").partition("[[source]]")
    past.config.write_text(head + INBOX, "utf-8")

    with pytest.raises(ConfigError, match="no source has a past that can be asked for; those of kind gia have"):
        past.backfill()


def test_a_person_at_a_narrow_terminal_sees_how_far_it_is(past: Past, server: Loopback) -> None:
    file(server, *papers())
    child, screen = pty.fork()
    if not child:
        os.environ |= {"TERM": "xterm", "COLUMNS": "44"}
        days = ["--from", str(FIRST), "--to", str(LAST)]
        os.execv(COMMAND, [str(COMMAND), "backfill", "-c", str(past.config), *days])  # noqa: S606 - a child of its own
    shown = b""
    # Linux says so when the other end of a terminal is closed.
    with suppress(OSError):
        while part := os.read(screen, 65_536):
            shown += part
    os.close(screen)
    assert os.waitpid(child, 0)[1] == 0

    lines = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line).strip() for line in re.split(r"[\r\n]+", shown.decode())]
    assert "gov: 6 releases read from 6 lists" in lines
    bars = [line for line in lines if line.startswith("gov 6/6 lists, 6 releases")]
    assert bars
    assert all(re.fullmatch(r"gov 6/6 lists, 6 releases(, [0-9.]+/s)? 0:00:0\d", line) for line in bars), bars


def test_the_command_is_silent_when_all_is_well_and_gives_json(past: Past, server: Loopback) -> None:
    file(server, *papers())
    days = ("--from", str(FIRST), "--to", str(LAST))

    quiet = command(past, *days, "-q")
    data = command(past, *days, "--json")

    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert data.stderr == "gov: 0 releases read from 0 lists, 6 read before\n"
    assert json.loads(data.stdout) == {
        "sources": [
            {
                "id": "gov",
                "parts": 0,
                "bare": 0,
                "skipped": 6,
                "left": 0,
                "read": 0,
                "unread": 0,
                "failed": [],
                "warnings": [],
                "problem": "",
            }
        ],
        "published": True,
        "failed": [],
        "stopped": False,
    }

"""Reading the past: what it asks for, in which order, what it leaves to the runs, and what it says went wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feedpub import backfilling, config, job
from feedpub.collect.kinds import KINDS
from feedpub.collect.pacer import Pacer
from feedpub.errors import ConfigError, LockedError
from feedpub.report import BackfillReport, PastReport, Problem, RunReport, backfill_lines
from tests.loopback import Loopback, Route, answer, page
from tests.newssite import HKT, Paper, listing
from tests.newssite import page as page_of
from tests.past import FIRST, LAST, NOW, Past, file, listing_path, papers

COMMAND = Path(sys.executable).with_name("feedpub")
BUSY = answer(b"later", status=503)
NONE = page("<p>Pages move to another place this week.</p>")


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


# What it reads


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


# What goes wrong


def test_a_list_that_fails_for_now_is_told_and_asked_the_next_time(past: Past, server: Loopback) -> None:
    file(server, *papers())
    path = listing_path(date(2026, 10, 2), "en")
    good, server.routes[path] = server.routes[path], BUSY

    report = past.backfill()

    failed = Problem("2026-10-02 en", f"{server.address(path)}: HTTP 503 Service Unavailable")
    assert source(report) == PastReport(id="gov", parts=5, read=5, left=1, unread=1, failed=(failed,))
    assert backfill_lines(report)[-1] == "the same command goes on from here"
    server.routes[path] = good
    server.requests.clear()
    assert source(past.backfill()) == PastReport(id="gov", parts=1, skipped=5, read=1)
    assert len(server.requests) == 2


def test_three_lists_in_a_row_that_fail_are_enough(past: Past, server: Loopback) -> None:
    file(server, *papers(FIRST - timedelta(days=5)))
    other = server.routes[listing_path(LAST, "en")]
    # It cannot be had, it is no list, it is another day's.
    wrong = dict(zip((("02", ""), ("02", "c"), ("01", "")), (BUSY, NONE, other), strict=True))
    server.routes |= {f"/gia/general/202610/{day}{suffix}.htm": route for (day, suffix), route in wrong.items()}

    report = past.backfill(FIRST - timedelta(days=5))

    assert source(report).problem.startswith("asked for no more lists: ")
    assert (source(report).read, source(report).left, source(report).unread) == (2, 14, 3)


def test_who_asks_to_be_left_alone_is(past: Past, server: Loopback) -> None:
    file(server, *papers())
    path = listing_path(date(2026, 10, 2), "en")
    server.routes[path] = answer(status=429, headers={"Retry-After": "7200"})

    assert source(past.backfill()).left == 4
    server.requests.clear()

    assert source(past.backfill()).problem == "not asked: it asks to be left alone until 2026-11-20T06:00:00Z"
    assert past.run().sources[0].skipped.endswith("left alone until 2026-11-20T06:00:00Z")
    assert not server.requests
    past.now += timedelta(hours=2)
    file(server, *papers())
    assert past.backfill().well


def test_a_release_that_cannot_be_had_for_now_waits(past: Past, server: Loopback) -> None:
    filed = papers()
    file(server, *filed)
    good, server.routes[filed[2].path] = server.routes[filed[2].path], BUSY

    assert source(past.backfill()).left == 1
    server.routes[filed[2].path] = good
    server.requests.clear()

    assert source(past.backfill()) == PastReport(id="gov", parts=1, skipped=5, read=1)
    assert server.paths == ["/robots.txt", filed[2].path][1:]  # what its list named is known


@pytest.mark.parametrize("route", [NONE, answer(status=404), answer(status=403)], ids=["none", "404", "403"])
def test_a_release_that_is_none_is_told_once_and_tried_again_when_asked_to(
    past: Past, server: Loopback, route: Route
) -> None:
    filed = papers()
    file(server, *filed)
    good, server.routes[filed[2].path] = server.routes[filed[2].path], route

    report = past.backfill()
    assert (source(report).read, source(report).left, source(report).unread) == (5, 0, 1)
    assert source(report).failed[0].where == server.address(filed[2].path)
    server.routes[filed[2].path] = good
    server.requests.clear()
    past.run()
    assert source(past.backfill()) == PastReport(id="gov", skipped=6)
    assert filed[2].path not in server.paths

    assert source(past.backfill(again=True)) == PastReport(id="gov", parts=6, read=1)
    assert releases(past, of=2026) == [filed[2].key]


def test_an_error_page_that_was_kept_is_not_what_again_reads(past: Past, server: Loopback) -> None:
    past.configure(tables='[collect]\nkeep_pages = "kept"')
    filed = papers()
    file(server, *filed)
    good, server.routes[filed[2].path] = server.routes[filed[2].path], NONE
    past.backfill()
    server.routes[filed[2].path] = good

    assert source(past.backfill(again=True)).read == 1


@pytest.mark.parametrize("connections", [1, 4])
def test_twenty_in_a_row_that_are_none_stop_it(past: Past, server: Loopback, connections: int) -> None:
    past.configure(source=f"connections = {connections}")
    day = LAST - timedelta(days=1)
    filed = papers(day, day, each=50)
    file(server, *filed, *papers(LAST, LAST), *papers(FIRST, FIRST))
    server.routes |= {paper.path: NONE for paper in filed}

    report = source(past.backfill())

    assert report.problem == (
        f"2026-10-02 en: {report.unread} releases in a row could not be read; the same command goes on after them, "
        "--again tries them again"
    )
    assert (report.read, len(report.failed)) == (2, 20)
    # What several connections fetch ahead is not thrown away.
    assert report.unread == 20 if connections == 1 else 20 < report.unread <= 20 + 10 * connections
    before = set(releases(past))
    server.requests.clear()
    assert source(past.backfill()).unread >= 20
    assert not before & set(releases(past))


def test_what_one_source_does_is_not_the_others(past: Past, server: Loopback) -> None:
    file(server, *papers())
    with Loopback() as other:
        other.routes[listing_path(LAST, "en")] = BUSY
        past.configure(
            tables=f'[[source]]\nid = "town"\nkind = "gia"\nbase_url = "{other.url}gia/"\nrequests_per_second = 0\n'
            'allow_private_network = true\ncredit = { en = "Town", zh-Hant = "市鎮" }\n'
            'rights = { en = "© Town", zh-Hant = "© 市鎮" }\n[http]\nattempts = 1'
        )
        text = past.config.read_text("utf-8")
        head, gov, town = text.split("[[source]]")
        past.config.write_text(
            "[[source]]".join((head, town.partition("[http]")[0], gov)) + "\n[http]\nattempts = 1", "utf-8"
        )

        report = past.backfill()
        only = past.backfill(only=("gov",))

    assert [(one.id, one.read, one.well) for one in report.sources] == [("town", 0, False), ("gov", 6, True)]
    assert report.exit_code == 1
    assert source(only) == PastReport(id="gov", skipped=6)


# Beside runs


def test_what_runs_read_is_left_to_them(past: Past, server: Loopback) -> None:
    filed = papers()
    past.site.publish(*filed[:2])
    file(server, *filed)
    past.run()
    server.requests.clear()

    assert source(past.backfill()).read == 4
    assert filed[0].path not in server.paths


def test_a_run_reads_what_its_lists_name_though_a_backfill_found_it_first(past: Past, server: Loopback) -> None:
    filed = papers()
    file(server, *filed)
    routes = dict(server.routes)
    server.routes |= {paper.path: BUSY if paper.key != filed[2].key else NONE for paper in filed}
    past.backfill()
    server.routes = routes
    past.site.publish(*filed)

    assert past.run().sources[0].new == 6
    server.requests.clear()
    assert source(past.backfill()).read == 0
    assert releases(past) == []


def test_a_run_in_the_middle_reads_and_publishes(past: Past, server: Loopback) -> None:
    # At every request of the backfill a run of its own goes by; it names a release that the backfill is about to read.
    filed = papers()
    file(server, *filed)
    past.site.publish(filed[0], filed[1])
    reports: list[RunReport] = []

    def beside(route: Route) -> Route:
        def both(conversation: Any) -> None:
            if len(reports) < 30 and not busy:
                busy.append(1)
                reports.append(past.run(timedelta(minutes=1)))
                busy.clear()
            route(conversation)

        return both

    busy: list[int] = []
    for path in [listing_path(LAST, "en"), *(paper.path for paper in filed)]:
        server.routes[path] = beside(server.routes[path])
    report = past.backfill()

    assert report.well
    assert reports
    assert [one for one in reports if not one.well] == []
    assert past.stored("SELECT count(*), count(DISTINCT id), count(DISTINCT story) FROM entry") == [(6, 6, 3)]
    assert all(past.asked[paper.path] == 1 for paper in filed[2:])
    assert sorted(one[-14:] for one in past.ids()) == sorted(paper.key for paper in filed if paper.language == "en")


def test_many_runs_beside_a_backfill(past: Past, server: Loopback) -> None:
    file(server, *papers(each=10))
    past.site.publish(*papers(LAST, LAST, each=3))
    child = past.killed()
    codes: list[int] = []
    settings = config.load(past.config, KINDS)
    while child.is_alive() and len(codes) < 30:
        try:
            codes.append(job.run(settings, job.Run(now=past.now)).exit_code)
        except LockedError:
            codes.append(3)
    child.join()

    assert child.exitcode == 0
    assert set(codes) <= {0, 3}
    assert past.run().well
    assert past.stored("SELECT count(*), count(DISTINCT story) FROM entry") == [(60, 30)]
    assert past.stored("SELECT DISTINCT state FROM sighting") == [("done",)]


def test_two_at_once_are_one_too_many(past: Past, server: Loopback) -> None:
    file(server, *papers())
    told = []

    def route(conversation: Any) -> None:
        told.append(command(past, "--from", str(FIRST), "--to", str(LAST)))
        good(conversation)

    path = listing_path(LAST, "en")
    good, server.routes[path] = server.routes[path], route
    assert past.backfill().well

    assert told[0].returncode == 3
    assert told[0].stderr == f"feedpub: {past.folder / 'var'}: another backfill is going on\n"


def test_the_store_may_be_in_the_output_directory(past: Past, server: Loopback) -> None:
    text = past.config.read_text("utf-8").replace("sqlite:///var/store.db", "sqlite:///public/store.db")
    past.config.write_text(text, "utf-8")
    file(server, *papers())

    assert past.backfill() == BackfillReport(sources=(PastReport(id="gov", parts=6, read=6),))


def test_what_cannot_be_published_now_is_published_by_the_next_run(past: Past, server: Loopback) -> None:
    file(server, *papers())
    (past.folder / "public").write_text("in the way", "utf-8")

    report = past.backfill()
    assert (report.published, report.exit_code, source(report).read) == (False, 1, 6)
    assert "cannot be used" in report.failed[0].what
    (past.folder / "public").unlink()
    past.run()

    assert len(past.ids()) == 3


def test_it_publishes_now_and_then(past: Past, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfilling, "_PUBLISHED_AFTER", 2)
    file(server, *papers())
    seen = []

    def route(conversation: Any) -> None:
        seen.append(len(past.ids()))
        good(conversation)

    path = listing_path(FIRST, "en")
    good, server.routes[path] = server.routes[path], route
    past.backfill()

    assert seen == [2]


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
    monkeypatch.setattr(job, "Pacer", lambda: Pacer(sleep=slept.append))
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


def test_a_page_says_why_it_is_none(past: Past, server: Loopback) -> None:
    filed = papers(LAST, LAST)
    file(server, *filed)
    server.routes[filed[0].path] = page(page_of(filed[0]).replace("pressrelease", "moved"))

    lines = backfill_lines(past.backfill(LAST))

    assert lines[0] == "gov: 1 release read from 2 lists"
    assert lines[1].startswith(f"  failed: {server.address(filed[0].path)}: ")
    assert len(lines) == 2

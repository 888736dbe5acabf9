"""Runs of the job and other backfills go on beside a backfill: nothing is read or told twice, and none fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feedpub import backfilling, config, job, output
from feedpub.collect.kinds import KINDS
from feedpub.errors import LockedError
from feedpub.publishing import Outcome
from feedpub.report import BackfillReport, PastReport, RunReport
from tests.loopback import Loopback, Route, answer, page
from tests.past import FIRST, LAST, Past, file, listing_path, papers

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


@pytest.mark.slow
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


def test_what_a_backfill_stores_while_a_run_publishes_waits_for_the_next_run(
    past: Past, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = papers()
    file(server, *filed)
    past.site.publish(*filed[:2])
    publish, backfills = output.publish, list[BackfillReport]()

    def publish_late(*what: Any, **how: Any) -> Outcome:
        if not backfills:
            backfills.append(past.backfill())
        return publish(*what, **how)

    monkeypatch.setattr(output, "publish", publish_late)
    monkeypatch.setattr(backfilling, "_LONGEST_WAIT", 0)
    assert past.run().well
    assert not backfills[0].published
    assert sorted(one[-14:] for one in past.ids()) == [filed[0].key]
    titles = {page.name for page in (past.public / "en/stories").rglob("p*.html")}
    assert past.run().well
    assert sorted(one[-14:] for one in past.ids()) == sorted(paper.key for paper in filed if paper.language == "en")
    assert {page.name for page in (past.public / "en/stories").rglob("p*.html")} > titles


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

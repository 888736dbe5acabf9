"""What can go wrong in a backfill: it is told, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from feedpub.report import BackfillReport, PastReport, Problem, backfill_lines
from tests.loopback import Loopback, Route, answer, page
from tests.newssite import page as page_of
from tests.past import FIRST, LAST, Past, file, listing_path, papers

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


def releases(past: Past, *, of: int = 0) -> list[str]:
    """The keys of the releases that were asked for."""
    found = [path.rpartition("/")[2].removesuffix(".htm") for path in past.site.server.paths]
    return [one for one in found if one.startswith(f"P{of or ''}")]


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


def test_a_page_says_why_it_is_none(past: Past, server: Loopback) -> None:
    filed = papers(LAST, LAST)
    file(server, *filed)
    server.routes[filed[0].path] = page(page_of(filed[0]).replace("pressrelease", "moved"))

    lines = backfill_lines(past.backfill(LAST))

    assert lines[0] == "gov: 1 release read from 2 lists"
    assert lines[1].startswith(f"  failed: {server.address(filed[0].path)}: ")
    assert len(lines) == 2

"""The past of APIs, by days and by pages, and of lists that are pages, by their next pages."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from feedpub.report import PastReport
from tests.collect.pages.towns import NOW, Site, page
from tests.loopback import Conversation, Loopback, answer
from tests.past import read

_KEYS = """
kind = "api"
timezone = "Asia/Hong_Kong"
items = "records"
body = "text"
days = 7
"""
_PAGES = """
kind = "pages"
timezone = "Asia/Hong_Kong"
item = "li"
date = "time"
next = "a.older"
"""


class _Archive(Site):
    """A site whose releases are known by their days."""

    def __init__(self, server: Loopback, folder: Path, keys: str) -> None:
        self.server, self.folder, self.now = server, folder, NOW
        self.keys, self.languages = tomllib.loads(keys), ["en"]

    def past(self, first: str, last: str, **changes: Any) -> PastReport:
        """Read the past between two days of November 2026."""
        report = read(self.config(**changes), self.now, date.fromisoformat(first), date.fromisoformat(last))
        (found,) = report.sources
        return found


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def _record(day: str, number: int = 1) -> dict[str, str]:
    return {
        "title": f"Release {number} of {day}",
        "link": f"https://town.example/{day}/{number}",
        "date": day,
        "text": f"What the council said on {day}, in statement {number}.\n\nIt said more.",
    }


def _search(records: list[dict[str, str]], each: int = 100) -> Callable[[Conversation], None]:
    """An API that finds releases by their days, so many at once."""

    def route(conversation: Conversation) -> None:
        asked = dict(parse_qsl(urlsplit(conversation.request.path).query))
        found = [one for one in records if asked.get("from", "") <= one["date"] <= asked.get("to", "9")]
        start = int(asked.get("offset", "0"))
        page(json.dumps({"records": found[start : start + each]}), "application/json")(conversation)

    return route


@pytest.fixture
def api(server: Loopback, tmp_path: Path) -> _Archive:
    archive = _Archive(server, tmp_path, _KEYS)
    archive.keys["lists"] = {"en": server.address("/search?from={from}&to={to}")}
    days = ("2026-09-30", "2026-10-05", "2026-10-09", "2026-10-14", "2026-10-20")
    server.routes["/search"] = _search([_record(day) for day in days])
    return archive


def _asked(server: Loopback) -> list[str]:
    return [path for path in server.paths if path.startswith("/search")]


def test_an_api_is_asked_for_its_days_the_newest_first(api: _Archive, server: Loopback) -> None:
    report = api.past("2026-10-01", "2026-10-14")
    assert (report.problem, report.read, report.failed) == ("", 3, ())
    assert api.titles("en") == [f"Release 1 of 2026-10-{day}" for day in ("14", "09", "05")]
    firsts = [dict(parse_qsl(urlsplit(path).query))["from"] for path in _asked(server)]
    assert firsts == sorted(firsts, reverse=True)
    assert len(firsts) == 3, "a part has seven days"
    assert all(path.startswith(("/search", "/robots.txt")) for path in server.paths), "the texts are in the answers"


def test_whole_parts_are_not_asked_again_and_cut_ones_are(api: _Archive, server: Loopback) -> None:
    api.past("2026-10-01", "2026-10-14")
    server.requests.clear()
    report = api.past("2026-10-01", "2026-10-14")
    assert (report.read, report.problem) == (0, "")
    assert len(_asked(server)) == 2, "the first and the last part are of more days than were wanted"
    assert report.skipped == 1

    api.past("2026-09-01", "2026-10-31")
    assert len(api.titles("en")) == 5


def test_an_answer_of_several_pages_is_read_to_its_end(api: _Archive, server: Loopback) -> None:
    server.routes["/search"] = _search([_record("2026-10-07", number) for number in range(7)], each=3)
    lists = {"en": server.address("/search?from={from}&to={to}&offset={offset}")}
    assert api.past("2026-10-07", "2026-10-07", lists=lists).read == 7


def test_an_api_that_does_not_heed_the_days_is_told(api: _Archive, server: Loopback) -> None:
    server.routes["/search"] = page(json.dumps({"records": [_record("2026-11-19")]}), "application/json")
    report = api.past("2026-10-07", "2026-10-07")
    assert report.read == 0
    assert "it has releases of other days only" in report.failed[0].what


def test_a_record_that_cannot_be_read_does_not_stop_the_others(api: _Archive, server: Loopback) -> None:
    records = [_record("2026-10-07"), _record("2026-10-07", 2) | {"title": ""}]
    server.routes["/search"] = page(json.dumps({"records": records}), "application/json")
    report = api.past("2026-10-07", "2026-10-07")
    assert (report.read, report.unread) == (1, 1)
    assert "title = “title” gives nothing" in report.failed[0].what


def test_a_part_that_was_stopped_has_its_texts_from_its_answer(api: _Archive, server: Loopback) -> None:
    whole = date.fromordinal(date(2026, 10, 7).toordinal() // 7 * 7)
    days = [date.fromordinal(whole.toordinal() + number).isoformat() for number in range(7)]
    server.routes["/search"] = _search([_record(day) for day in days])
    stops = iter([False, False, False, False])
    read(api.config(), api.now, whole, date.fromisoformat(days[-1]), stop=lambda: next(stops, True))
    report = api.past(days[0], days[-1])
    assert (report.problem, report.unread) == ("", 0)
    assert len(api.titles("en")) == 7
    assert all(path.startswith(("/search", "/robots.txt")) for path in server.paths)


def test_an_api_with_pages_only_is_read_as_far_back_as_is_wanted(api: _Archive, server: Loopback) -> None:
    records = [_record(f"2026-10-{day:02}") for day in range(30, 0, -1)]
    server.routes["/search"] = _search(records, each=5)
    report = api.past("2026-10-18", "2026-10-22", lists={"en": server.address("/search?offset={offset}")})
    assert (report.problem, report.read) == ("", 5)
    assert len(_asked(server)) == 4, "the fourth page has only older ones"


def test_an_api_without_days_and_pages_has_no_past(api: _Archive, server: Loopback) -> None:
    report = api.past("2026-10-01", "2026-10-02", lists={"en": server.address("/search")})
    assert report.problem == (
        'its past cannot be asked for: its lists have no "{from}" and "{to}", "{offset}" or "{page}"'
    )


def _listing(days: list[str], older: str = "", dated: str = "<time>{}</time>") -> str:
    items = "".join(f'<li>{dated.format(day)} <a href="/r/{day}.html">Release of {day}</a></li>' for day in days)
    link = f'<a class="older" href="{older}">Older</a>' if older else ""
    return f"<html><body><ul>{items}</ul>{link}</body></html>"


@pytest.fixture
def town(server: Loopback, tmp_path: Path) -> _Archive:
    """A town with three pages of releases, two on each."""
    archive = _Archive(server, tmp_path, _PAGES)
    archive.keys["lists"] = {"en": server.address("/news")}
    days = [f"2026-10-{day}" for day in ("30", "25", "20", "15", "10", "05")]
    for number, path in enumerate(("/news", "/news/2", "/news/3")):
        older = f"/news/{number + 2}" if number < 2 else ""
        server.routes[path] = page(_listing(days[2 * number : 2 * number + 2], older))
    for day in days:
        text = f"<p>The council met on {day}.</p><p>It spoke of 12 lamps.</p>"
        server.routes[f"/r/{day}.html"] = page(f"<html><h1>Release of {day}</h1><article>{text}</article></html>")
    return archive


def test_pages_are_read_until_one_is_older_than_is_wanted(town: _Archive, server: Loopback) -> None:
    report = town.past("2026-10-16", "2026-10-26")
    assert (report.problem, report.failed, report.read) == ("", (), 2)
    assert town.titles("en") == ["Release of 2026-10-25", "Release of 2026-10-20"]
    assert "/r/2026-10-30.html" not in server.paths, "it is younger"
    assert [path for path in server.paths if path.startswith("/news")] == ["/news", "/news/2", "/news/3"]

    server.requests.clear()
    assert town.past("2026-10-16", "2026-10-26").read == 0
    assert not [path for path in server.paths if path.startswith("/r/")], "a release is read once"


def test_what_was_found_is_read_where_a_further_page_cannot_be_had(town: _Archive, server: Loopback) -> None:
    server.routes["/news/3"] = answer(status=404)
    report = town.past("2026-10-01", "2026-10-31")
    assert report.read == 4
    assert [(one.where, "/news/3" in one.what or "404" in one.what) for one in report.failed] == [("en page 3", True)]


def test_pages_that_go_on_for_ever_are_left(town: _Archive, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedpub.collect.listpast.MOST_PAGES", 2)
    report = town.past("2026-10-01", "2026-10-31")
    assert report.read == 4
    assert [one.what for one in report.failed] == [
        f"{server.address('/news')}: goes on after 2 pages; they are not asked for"
    ]


def test_a_list_without_dates_has_no_past(town: _Archive, server: Loopback) -> None:
    server.routes["/news"] = page(_listing(["2026-10-30"], dated="<i>{}</i>"))
    report = town.past("2026-10-01", "2026-10-31", date=[])
    assert "its list says of no release when it was issued" in report.problem


def test_pages_without_a_next_page_have_no_past(town: _Archive) -> None:
    report = town.past("2026-10-01", "2026-10-31", next=[])
    assert report.problem == ("its past cannot be asked for: no rule `next` leads to the further pages of its lists")

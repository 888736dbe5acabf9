"""One release under several addresses: one entry, one id, and found under each of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.loopback import Loopback, answer, page, redirect
from tests.newssite import HKT, NewsSite, Paper
from tests.newssite import feed as feed_of
from tests.newssite import page as page_of
from tests.publisher import HOUR, SUFFIXES, Publisher, Start
from tests.test_cli import feedpub

POOL = Paper("P2026112000101", "Pool closes", counterpart="P2026112000102")
CHINESE = Paper("P2026112000102", "泳池關閉", ("泳池今日關閉。",), "zh-Hant", counterpart="P2026112000101")
FERRY = Paper(
    "P2026112000103", "Ferries sail", ("Ferries sail today.",), issued=datetime(2026, 11, 20, 9, 0, tzinfo=HKT)
)
FEED = "/gia/rss/general_en.xml"
ID = "tag:www.info.gov.hk,2026-11-20:P2026112000101"
MOVED = POOL.path.replace("/20/", "/21/")


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start[Publisher]]:
    """A site with two stories, published at 13:00."""
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(FERRY, POOL, CHINESE)
        desk = Publisher(site, tmp_path_factory.mktemp("start"))
        desk.run()
        yield Start(desk)


@pytest.fixture
def desk(start: Start[Publisher], tmp_path: Path) -> Publisher:
    return start.again(tmp_path)


def stands_once(desk: Publisher) -> None:
    """The release has one entry in every document, with the id that it always had."""
    for edition in ("en", "bilingual"):
        for name in (*(f"all/{edition}{suffix}" for suffix in SUFFIXES), *desk.archives(edition)):
            ids = desk.ids(name)
            assert len(ids) == len(set(ids)) == 2, name
            assert ids.count(f"{ID}?story" if edition == "bilingual" else ID) == 1, name


def explained(desk: Publisher, address: str) -> set[str]:
    """The ids of the entries that an address leads to."""
    said = feedpub("explain", "-c", desk.config, address, "--json")
    assert said.code == 0, said.err
    return {one["entry"]["id"] for one in json.loads(said.out)}


def move(desk: Publisher) -> None:
    """Put the page into the next day's folder; the old address leads there."""
    routes = desk.site.server.routes
    routes[MOVED] = page(page_of(POOL))
    routes[POOL.path] = redirect(MOVED, 301)


def list_it_at(desk: Publisher, address: str, title: str = POOL.title) -> None:
    """Have the official feed name the release by another address, with its title."""
    listed = feed_of([replace(POOL, title=title), FERRY])
    old = f"https://www.info.gov.hk{POOL.path}"
    assert old in listed
    desk.site.server.routes[FEED] = page(listed.replace(old, address.replace("&", "&amp;")), "text/xml")


# Spellings of an address

SPELLINGS = {
    "http": f"http://www.info.gov.hk{POOL.path}",
    "https": f"https://www.info.gov.hk{POOL.path}",
    "a text size": f"https://www.info.gov.hk{POOL.path}?fontSize=1",
    "a text size and more": f"https://www.info.gov.hk{POOL.path}?fontSize=1&from=rss#top",
    "its print version": f"https://www.info.gov.hk{POOL.path.replace('.htm', 'p.htm')}",
    "an upper host": f"HTTPS://WWW.INFO.GOV.HK{POOL.path}",
    "without its host": POOL.path,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_in_the_list_is_the_same_entry_and_nothing_changes(spelling: str, desk: Publisher) -> None:
    before = desk.files()
    list_it_at(desk, SPELLINGS[spelling])
    report = desk.run()
    assert (report.exit_code, report.sources[0].new) == (0, 0)
    assert desk.files() == before


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_correction_under_another_spelling_is_one_of_the_same_entry(spelling: str, desk: Publisher) -> None:
    desk.site.edit(POOL.key, title="Pool closes early")
    list_it_at(desk, SPELLINGS[spelling], "Pool closes early")
    assert desk.run().sources[0].changed == 1
    stands_once(desk)
    assert desk.everywhere(POOL.key).title == "Pool closes early"


def test_it_is_found_under_each_spelling(desk: Publisher) -> None:
    own = desk.site.server.address(POOL.path)
    spellings = (
        own,
        own.replace("http:", "https:"),
        f"{own}?fontSize=1",
        f"{own}?FONTSIZE=3#top",
        own.replace(".htm", "p.htm"),
    )
    assert [explained(desk, one) for one in spellings] == [{ID}] * len(spellings)


def test_two_spellings_in_one_list_are_one_entry(desk: Publisher) -> None:
    listed = feed_of([POOL, POOL, FERRY])
    print_version = POOL.path.replace(".htm", "p.htm?fontSize=1")
    desk.site.server.routes[FEED] = page(listed.replace(POOL.path, print_version, 1), "text/xml")
    assert desk.run().sources[0].new == 0
    stands_once(desk)


# A page that moved


def test_a_page_that_moved_to_another_folder_keeps_its_entry(desk: Publisher) -> None:
    before = desk.everywhere(POOL.key)
    move(desk)
    assert sum(desk.run().sources[0].touched for _ in range(3)) == 1
    stands_once(desk)
    after = desk.everywhere(POOL.key)
    assert (after.id, after.title, after.updated) == (before.id, before.title, before.updated)
    assert desk.entry(POOL.key).link == desk.site.server.address(MOVED)
    for address in (POOL.path, MOVED, MOVED.replace(".htm", "p.htm")):
        assert explained(desk, desk.site.server.address(address)) == {ID}


def test_its_other_language_leads_to_where_it_is_now(desk: Publisher) -> None:
    move(desk)
    desk.runs(3)
    related = [one.href for one in desk.entry(CHINESE.key, "all/zh-Hant.atom").links if one.rel == "related"]
    assert related == [desk.site.server.address(MOVED)]


@pytest.mark.parametrize("old", ["leads there", "is gone"])
def test_a_list_that_names_the_new_folder_means_the_same_entry(old: str, desk: Publisher) -> None:
    move(desk)
    if old == "is gone":
        desk.site.server.routes[POOL.path] = answer(status=404)
    list_it_at(desk, f"https://www.info.gov.hk{MOVED}")
    reports = [desk.run(2 * HOUR) for _ in range(4)]
    assert {one.exit_code for one in reports} == {0}
    assert sum(one.sources[0].new + one.sources[0].withdrawn for one in reports) == 0
    stands_once(desk)
    assert desk.entry(POOL.key).link == desk.site.server.address(MOVED)
    for address in (POOL.path, MOVED):
        assert explained(desk, desk.site.server.address(address)) == {ID}


def test_a_page_that_leads_to_another_release_is_told_and_changes_nothing(desk: Publisher) -> None:
    before = desk.files()
    desk.site.server.routes[POOL.path] = redirect(FERRY.path, 301)
    reports = [desk.run().sources[0] for _ in range(4)]
    assert any("leads to another release" in warning for one in reports for warning in one.warnings)
    assert desk.files() == before


# A site that moved


def test_a_site_on_another_host_keeps_every_entry_and_makes_nothing_look_new(desk: Publisher) -> None:
    before = [desk.everywhere(key) for key in (POOL.key, FERRY.key)]
    old = desk.site.server.url
    with Loopback(desk.site.server.routes) as other:
        desk.site.server = other
        desk.configure()
        desk.site.publish()
        report = desk.runs(2, 3 * HOUR)
        assert (report.exit_code, report.sources[0].new) == (0, 0)
        stands_once(desk)
        after = [desk.everywhere(key) for key in (POOL.key, FERRY.key)]
        assert [(one.id, one.updated) for one in after] == [(one.id, one.updated) for one in before]
        for host in (old, other.url):
            assert explained(desk, f"{host.rstrip('/')}{POOL.path}") == {ID}


def test_a_host_that_is_no_more_withdraws_nothing(desk: Publisher) -> None:
    before = {one.id for one in desk.shown("all/en.json")}
    routes = dict(desk.site.server.routes)
    desk.site.server.routes.clear()
    with Loopback(routes) as other:
        desk.site.server = other
        desk.configure()
        new = [
            replace(FERRY, key=f"P20261120002{n:02}", title=f"New {n}", issued=FERRY.issued + timedelta(hours=5))
            for n in range(3)
        ]
        del desk.site.papers[POOL.key], desk.site.papers[FERRY.key]  # They are in no list any more.
        desk.site.publish(*new)
        reports = [desk.run(3 * HOUR) for _ in range(4)]
        assert [(one.exit_code, one.sources[0].withdrawn, one.sources[0].warnings) for one in reports] == [
            (0, 0, ())
        ] * 4
        assert before < {one.id for one in desk.shown("all/en.json")}

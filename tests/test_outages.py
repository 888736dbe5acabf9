"""A source that is down, in whatever way, is no source that withdraws: nothing that was published changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.loopback import Loopback, Route, answer, cut_off, page, silent
from tests.newssite import HKT, NewsSite, Paper
from tests.newssite import feed as feed_of
from tests.publisher import HOUR, Publisher, Start

FIRST = datetime(2026, 11, 20, 7, 0, tzinfo=HKT)
LISTS = ("/gia/rss/general_en.xml", "/gia/rss/general_zh.xml", "/gia/general/today.htm", "/gia/general/ctoday.htm")
FEEDS = LISTS[:2]
Step = Callable[[Publisher], None]


def papers(count: int, start: int = 0) -> list[Paper]:
    """Releases in both languages by turns, ten minutes apart."""
    return [
        Paper(
            f"P20261120{number:05}",
            f"Release {number}" if number % 2 == 0 else f"第{number}號",
            (f"Text {number}.",) if number % 2 == 0 else (f"第{number}號內文。",),
            "en" if number % 2 == 0 else "zh-Hant",
            FIRST + timedelta(minutes=10 * number),
        )
        for number in range(start, start + count)
    ]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start[Publisher]]:
    """A site with six releases, published at 13:00."""
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(*papers(6))
        desk = Publisher(site, tmp_path_factory.mktemp("start"))
        desk.run()
        yield Start(desk)


@pytest.fixture
def desk(start: Start[Publisher], tmp_path: Path) -> Publisher:
    return start.again(tmp_path)


def put(desk: Publisher, route: Route, *paths: str) -> None:
    desk.site.server.routes.update(dict.fromkeys(paths, route))


def lists(route: Route, *paths: str) -> Step:
    return lambda desk: put(desk, route, *paths)


def pages(route: Route, *languages: str) -> Step:
    listed = languages or ("en", "zh-Hant")
    return lambda desk: put(desk, route, *(one.path for one in desk.site.papers.values() if one.language in listed))


def _hasten(desk: Publisher) -> None:
    desk.configure(tables="[http]\ntimeout = 0.05\ndeadline = 0.1")


def _close(desk: Publisher) -> None:
    # Nothing listens on a port that was given back.
    with Loopback() as other:
        port = other.port
    text = desk.config.read_text("utf-8")
    desk.config.write_text(text.replace(desk.site.server.url, f"http://127.0.0.1:{port}/"), "utf-8")


NOT_FOUND, GONE, ERROR = answer(status=404), answer(status=410), answer(status=500)
EMPTY = page(feed_of([]), "text/xml")
DOWN: dict[str, tuple[Step, ...]] = {
    "nothing is found": (lambda desk: desk.site.server.routes.clear(),),
    "everything fails": (lists(ERROR, *LISTS), pages(ERROR)),
    "nothing answers in time": (_hasten, lists(silent(), *LISTS), pages(silent())),
    "pages do not answer in time": (_hasten, pages(silent())),
    "connections are refused": (_close,),
    "no list is found": (lists(NOT_FOUND, *LISTS),),
    "lists fail": (lists(ERROR, *LISTS),),
    "no page is found": (pages(NOT_FOUND),),
    "all pages are gone": (pages(GONE),),
    "pages fail": (pages(ERROR),),
    "pages are cut off": (pages(cut_off(b"<html>", 1000)),),
    "pages show something else": (pages(page("<html><body>Back soon.</body></html>")),),
    "feeds are empty": (lists(EMPTY, *FEEDS),),
    "feeds are broken": (lists(page("<rss><channel><item>", "text/xml"), *FEEDS),),
    "feeds are empty, no page is found": (lists(EMPTY, *FEEDS), pages(NOT_FOUND)),
    "lists fail, no page is found": (lists(ERROR, *LISTS), pages(NOT_FOUND)),
    "English lists fail, no page is found": (lists(ERROR, *LISTS[::2]), pages(NOT_FOUND)),
    "all of English is down": (lists(ERROR, *LISTS[::2]), pages(NOT_FOUND, "en")),
}


@pytest.mark.parametrize("how", DOWN)
def test_a_source_that_is_down_withdraws_nothing_and_changes_nothing(how: str, desk: Publisher) -> None:
    routes, config = dict(desk.site.server.routes), desk.config.read_text("utf-8")
    before = desk.files()
    for step in DOWN[how]:
        step(desk)
    reports = [desk.run(3 * HOUR).sources[0] for _ in range(2)]
    assert [one.withdrawn for one in reports] == [0, 0]
    assert reports[0].looked or reports[0].problem, "it was the turn of the pages, where the lists answered"
    assert desk.files() == before
    desk.site.server.routes.update(routes)
    desk.config.write_text(config, "utf-8")
    report = desk.run(3 * HOUR)
    assert (report.sources[0].restored, report.exit_code) == (0, 0)
    assert desk.files() == before


def test_that_the_pages_are_not_found_is_told_as_a_fault_of_the_source(desk: Publisher) -> None:
    pages(NOT_FOUND)(desk)
    reports = [desk.run(2 * HOUR) for _ in range(2)]
    (told,) = {one.sources[0].problem for one in reports} - {""}
    assert told.startswith("6 of 6 releases that were there are not found (http://127.0.0.1:")
    assert told.endswith("taken for a fault of the site, nothing is withdrawn [pages-gone]")
    assert reports[-1].exit_code == 1


def test_one_that_goes_while_a_list_fails_is_no_problem_besides_and_withdrawn_when_all_is_well(desk: Publisher) -> None:
    routes = dict(desk.site.server.routes)
    lists(ERROR, *LISTS[::2])(desk)
    desk.site.withdraw("P2026112000003", listed=True)
    reports = [desk.run(2 * HOUR).sources[0] for _ in range(2)]
    assert reports[-1].looked
    assert [[fault.name for fault in one.faults] for one in reports] == [["list-failed"]] * 2
    desk.site.server.routes.update({path: routes[path] for path in LISTS})
    assert [desk.run(2 * HOUR).sources[0].withdrawn for _ in range(2)] == [0, 1]


def test_what_went_while_the_source_was_down_is_withdrawn_an_hour_after_it_is_up(desk: Publisher) -> None:
    routes = dict(desk.site.server.routes)
    pages(NOT_FOUND)(desk)
    desk.runs(3, 2 * HOUR)
    desk.site.server.routes.update(routes)
    desk.site.withdraw("P2026112000002", listed=True)
    assert [desk.run().sources[0].withdrawn for _ in range(2)] == [0, 1]


def test_when_all_pages_but_one_are_not_found_nothing_is_withdrawn(desk: Publisher) -> None:
    desk.site.publish(*papers(13))
    desk.run()
    put(desk, NOT_FOUND, *[paper.path for paper in papers(13)[1:]])
    before = desk.files()
    assert sum(desk.run(2 * HOUR).sources[0].withdrawn for _ in range(5)) == 0
    assert desk.files() == before


def test_more_than_ten_pages_that_go_at_once_are_a_fault_where_they_are_most(desk: Publisher) -> None:
    desk.site.publish(*papers(18))
    desk.run()
    for paper in papers(11):
        desk.site.withdraw(paper.key, listed=True)
    reports = [desk.run(2 * HOUR).sources[0] for _ in range(4)]
    assert sum(one.withdrawn for one in reports) == 0
    assert any("11 of 18 releases that were there are not found" in one.problem for one in reports)


@pytest.mark.slow
def test_a_site_that_loses_its_older_pages_withdraws_no_more_than_ten_a_day(desk: Publisher) -> None:
    for number in range(6, 38, 4):
        desk.site.publish(*papers(4, number))
        desk.run(timedelta(minutes=20))
    put(desk, NOT_FOUND, *[paper.path for paper in papers(37)])  # Every run asks for a few of them only.
    assert sum(desk.run(timedelta(minutes=20)).sources[0].withdrawn for _ in range(9)) <= 10


def test_a_feed_of_a_few_of_the_newest_withdraws_nothing(desk: Publisher) -> None:
    before = desk.files()
    newest = papers(6)[-2:]
    for path, paper in zip(FEEDS, newest, strict=True):
        put(desk, page(feed_of([paper]), "text/xml"), path)
    reports = [desk.run(2 * HOUR).sources[0] for _ in range(3)]
    assert sum(one.withdrawn + len(one.warnings) for one in reports) == 0
    assert desk.files() == before


def test_feeds_that_are_not_modified_withdraw_nothing(desk: Publisher) -> None:
    before = desk.files()
    reports = [desk.run(2 * HOUR).sources[0] for _ in range(3)]
    assert {(one.seen, one.withdrawn, one.problem) for one in reports} == {(0, 0, "")}
    assert desk.files() == before


def test_a_feed_that_is_not_modified_hides_no_withdrawal_that_the_other_language_tells(desk: Publisher) -> None:
    desk.site.withdraw("P2026112000002")  # Its language's feed changes; that of the other does not.
    assert [desk.run().sources[0].withdrawn for _ in range(2)] == [0, 1]
    assert desk.everywhere("P2026112000003", "zh-Hant").title == "第3號"


# A folder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Publisher]:
    """A site with a folder of twelve releases beside its source."""
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(*papers(2))
        desk = Publisher(site, tmp_path)
        desk.configure(tables='[[source]]\nid = "inbox"\nkind = "files"\ndirectory = "inbox"\nlanguage = "en"')
        inbox = tmp_path / "inbox"
        inbox.mkdir()
        for number in range(12):
            text = f"+++\ndate = 2026-11-20T08:{number:02}:00+08:00\n+++\nNote {number}\n\nIts text.\n"
            (inbox / f"note-{number}.txt").write_text(text, "utf-8")
        desk.run()
        yield desk


def _empty(inbox: Path) -> None:
    for place in inbox.iterdir():
        place.unlink()


def _replace_with_file(inbox: Path) -> None:
    _unmount(inbox)
    inbox.touch()


def _unmount(inbox: Path) -> None:
    inbox.rename(inbox.with_name("elsewhere"))


def _lose_most(inbox: Path) -> None:
    for number in range(11):
        (inbox / f"note-{number}.txt").unlink()


@pytest.mark.parametrize("what", [_empty, _unmount, _replace_with_file, _lose_most])
def test_a_folder_that_is_emptied_or_not_mounted_withdraws_nothing(
    what: Callable[[Path], None], folder: Publisher
) -> None:
    before = folder.files()
    what(folder.folder / "inbox")
    reports = [folder.run().sources[1] for _ in range(3)]
    assert sum(one.withdrawn for one in reports) == 0
    assert all(one.problem or one.warnings for one in reports[:1])
    assert folder.files() == before


def test_a_folder_that_is_mounted_again_changes_nothing(folder: Publisher) -> None:
    before = folder.files()
    inbox = folder.folder / "inbox"
    _unmount(inbox)
    inbox.mkdir()
    folder.runs(3)
    inbox.rmdir()
    (folder.folder / "elsewhere").rename(inbox)
    reports = [folder.run() for _ in range(3)]
    assert [one.exit_code for one in reports] == [0, 0, 0]
    assert folder.files() == before


def test_many_files_of_a_full_folder_may_be_deleted_at_once(folder: Publisher) -> None:
    for number in range(20):
        (folder.folder / "inbox" / f"more-{number}.txt").write_text(f"More {number}\n\nText.\n", "utf-8")
    folder.run()
    _lose_most(folder.folder / "inbox")
    assert [folder.run().sources[1].withdrawn for _ in range(2)] == [0, 11]

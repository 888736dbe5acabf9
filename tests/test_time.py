"""Clocks that are wrong for a while, and dates of the past, the future and never: readers see nothing of them."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.loopback import Loopback, answer, page
from tests.newssite import HKT, NewsSite, Paper
from tests.publisher import HOUR, SUFFIXES, Publisher, Start

YEAR, DAY, MINUTE = timedelta(days=365), timedelta(days=1), timedelta(minutes=1)
POOL = Paper("P2026112000201", "Pool closes", ("The pool closes at noon.",))
FERRY = Paper("P2026112000101", "Ferry timetable", ("Ferries sail.",), issued=datetime(2026, 11, 20, 8, 0, tzinfo=HKT))
CHINESE_FERRY = replace(
    FERRY,
    key="P2026112000102",
    title="渡輪時間表",
    paragraphs=("渡輪開航。",),
    language="zh-Hant",
    counterpart=FERRY.key,
)
LATER = Paper(
    "P2026112000301", "Beach opens", ("The beach is open.",), issued=datetime(2026, 11, 20, 13, 30, tzinfo=HKT)
)
EDITIONS = ("en", "zh-Hant", "bilingual")
_MORE = (30 * DAY, 6 * HOUR, -30 * DAY, -6 * HOUR)
WRONG = (YEAR, -YEAR, *(pytest.param(wrong, marks=pytest.mark.long) for wrong in _MORE))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start[Publisher]]:
    """A site with a single story and one in two languages, published at 13:00."""
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(FERRY, CHINESE_FERRY, POOL)
        desk = Publisher(site, tmp_path_factory.mktemp("start"))
        desk.configure(source='recheck = "30d"')
        assert desk.run().exit_code == 0
        yield Start(desk)


@pytest.fixture
def desk(start: Start[Publisher], tmp_path: Path) -> Publisher:
    return start.again(tmp_path)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


def wrong_once(desk: Publisher, wrong: timedelta) -> None:
    """A run an hour later, whose clock is wrong by so much; the clock is right again when this ends."""
    desk.run(HOUR + wrong)
    desk.now -= wrong


def times(desk: Publisher) -> dict[tuple[str, str], tuple[str, str]]:
    """Of every entry of every subscription document, when it was published and updated last."""
    found = {}
    for edition in EDITIONS:
        for one in desk.entries(f"all/{edition}.atom"):
            found[edition, one.id] = (one.published, one.updated)
    return found


def column(desk: Publisher, query: str) -> list[Any]:
    with closing(sqlite3.connect(desk.folder / "var" / "store.db")) as connection:
        return [row[0] for row in connection.execute(query)]


def check_feeds(desk: Publisher) -> None:
    """A feed is as old as its newest entry, in all formats."""
    for edition in EDITIONS:
        entries = desk.entries(f"all/{edition}.atom")
        newest = max(datetime.fromisoformat(one.updated) for one in entries)
        assert datetime.fromisoformat(desk.updated(f"all/{edition}.atom")) == newest
        ids = [desk.ids(f"all/{edition}{suffix}") for suffix in SUFFIXES]
        assert ids[0] == ids[1] == ids[2]


# A clock that is wrong for one run


@pytest.mark.parametrize("wrong", WRONG)
def test_a_clock_that_is_wrong_for_a_run_changes_no_feed_and_is_no_fault(wrong: timedelta, desk: Publisher) -> None:
    before = desk.files()
    wrong_once(desk, wrong)
    reports = [desk.run() for _ in range(3)]
    assert desk.files() == before
    assert [fault for report in reports for one in report.sources for fault in one.faults] == []
    assert [report.exit_code for report in reports] == [0, 0, 0]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_comes_while_the_clock_is_wrong_is_published_and_stays_as_it_is(wrong: timedelta, desk: Publisher) -> None:
    before = times(desk)
    desk.site.publish(LATER)
    wrong_once(desk, wrong)
    found = times(desk)
    assert found.items() >= before.items()
    new = desk.entry(LATER.key)
    assert new.published == "2026-11-20T13:30:00+08:00"
    assert datetime.fromisoformat(new.updated) <= max(desk.now + wrong, datetime.fromisoformat(new.published))
    check_feeds(desk)
    assert desk.runs(4).exit_code == 0
    assert times(desk) == found


@pytest.mark.parametrize("wrong", WRONG)
def test_releases_are_looked_at_again_after_the_clock_was_wrong(wrong: timedelta, desk: Publisher) -> None:
    """They seemed too old, or their time to be looked at is that of the wrong clock."""
    wrong_once(desk, wrong)
    # The lists, which have the first paragraph, are as they were.
    desk.site.edit(POOL.key, paragraphs=(*POOL.paragraphs, "It opens again on Sunday."))
    seen = [sum(one.changed for one in desk.run().sources) for _ in range(8)]
    assert sum(seen) == 1
    assert datetime.fromisoformat(desk.entry(POOL.key).updated) <= desk.now


@pytest.mark.parametrize("wrong", WRONG)
def test_a_release_that_goes_is_found_to_be_gone_after_the_clock_was_wrong(wrong: timedelta, desk: Publisher) -> None:
    wrong_once(desk, wrong)
    desk.site.withdraw(POOL.key)
    seen = [sum(one.withdrawn for one in desk.run().sources) for _ in range(4)]
    assert sum(seen) == 1
    assert "was withdrawn" in desk.everywhere(POOL.key).text


@pytest.mark.parametrize("wrong", WRONG)
def test_one_that_was_missing_first_by_a_wrong_clock_is_withdrawn_and_is_back(
    wrong: timedelta, desk: Publisher
) -> None:
    desk.site.withdraw(POOL.key)
    wrong_once(desk, wrong)
    assert sum(sum(one.withdrawn for one in desk.run().sources) for _ in range(4)) == 1
    desk.site.publish(POOL)
    assert sum(sum(one.restored for one in desk.run().sources) for _ in range(4)) == 1
    assert desk.everywhere(POOL.key).text.count("closes at noon") == 1


def test_one_that_was_missing_before_long_without_a_run_is_looked_for_twice(desk: Publisher) -> None:
    """A machine that was off, or a clock that was years behind, is no time in which it was looked for."""
    desk.site.withdraw(POOL.key)
    desk.run()
    assert desk.run(10 * DAY).sources[0].withdrawn == 0
    desk.site.publish(POOL)
    assert desk.runs(3).sources[0].withdrawn == 0
    assert "closes at noon" in desk.everywhere(POOL.key).text


@pytest.mark.parametrize("wrong", [YEAR, timedelta(days=-20_000)])
@pytest.mark.parametrize("first", ["while it is wrong", "before"])
def test_a_release_that_cannot_be_read_is_not_given_up_for_a_wrong_clock(
    first: str, wrong: timedelta, desk: Publisher
) -> None:
    """Also one of 1972, as a machine without a battery has it when it starts."""
    desk.site.publish(LATER)
    route = desk.site.server.routes[LATER.path]
    desk.site.server.routes[LATER.path] = answer(b"busy", status=500)
    if first == "before":
        desk.run()
    wrong_once(desk, wrong)
    for _ in range(2):
        assert "given up" not in " ".join(desk.run().sources[0].warnings)
    desk.site.server.routes[LATER.path] = route
    assert desk.run().sources[0].new == 1
    assert desk.entry(LATER.key).title == LATER.title


@pytest.mark.parametrize("wrong", [YEAR])
def test_who_asked_to_be_left_alone_is_for_as_long_as_was_asked_and_no_longer(
    wrong: timedelta, desk: Publisher
) -> None:
    routes = dict(desk.site.server.routes)
    busy = answer(b"", status=429, headers={"Retry-After": "7200"})
    desk.site.server.routes = dict.fromkeys(routes, busy) | {"/robots.txt": answer(b"", status=404)}
    wrong_once(desk, wrong)
    desk.site.server.routes = routes
    skipped = [desk.run(30 * MINUTE).sources[0].skipped for _ in range(6)]
    # It was asked at 14:00; of its two hours, those that are left count from the first run by the right clock.
    assert [bool(one) for one in skipped] == [True, True, True, True, False, False]
    desk.site.publish(LATER)
    assert desk.run().sources[0].new == 1


@pytest.mark.parametrize("wrong", [YEAR, -YEAR])
def test_a_fault_that_begins_by_a_wrong_clock_is_told_once_and_ends_with_it(
    wrong: timedelta, start: Start[Publisher], tmp_path: Path
) -> None:
    desk = start.again(tmp_path)
    log = tmp_path / "told"
    tell = "import json, os, sys; open(sys.argv[1], 'a').write(os.environ['FEEDPUB_EVENT'] + '\\n')"
    command = json.dumps([sys.executable, "-c", tell, str(log)])
    desk.configure(source='recheck = "30d"', tables=f"[alert]\ncommand = {command}\n")
    routes = dict(desk.site.server.routes)
    desk.site.server.routes = dict.fromkeys(routes, answer(b"", status=500))
    wrong_once(desk, wrong)
    assert log.read_text() == "started\n"
    desk.run()
    desk.site.server.routes = routes
    desk.runs(5)
    assert log.read_text() == "started\nended\n"
    assert column(desk, "SELECT COUNT(*) FROM fault") == [0]


def test_a_fault_that_came_and_went_by_a_wrong_clock_ends_all_the_same(desk: Publisher) -> None:
    """One that is back within an hour ends when it was not found for an hour: by which clock?"""
    routes = dict(desk.site.server.routes)
    broken = dict.fromkeys(routes, answer(b"", status=500))
    desk.now += YEAR
    for these in (broken, routes, broken):
        desk.site.server.routes = these
        desk.run(10 * MINUTE)
    desk.now -= YEAR
    desk.site.server.routes = routes
    assert [bool(desk.run(40 * MINUTE).sources[0].faults) for _ in range(4)][-1] is False
    assert column(desk, "SELECT COUNT(*) FROM fault WHERE ended = ''") == [0]


@pytest.mark.parametrize("wrong", [YEAR, -YEAR])
def test_a_correction_by_a_wrong_clock_and_one_after_it_never_go_back(wrong: timedelta, desk: Publisher) -> None:
    seen = [datetime.fromisoformat(desk.entry(POOL.key).updated)]
    for number, off in enumerate((timedelta(), wrong, timedelta())):
        desk.site.edit(POOL.key, title=f"Pool closes {number}", paragraphs=(f"At {number} o'clock.",))
        wrong_once(desk, off)
        seen.append(datetime.fromisoformat(desk.entry(POOL.key).updated))
        check_feeds(desk)
    assert seen == sorted(set(seen))
    assert desk.entry(POOL.key).published == "2026-11-20T09:30:00+08:00"


@pytest.mark.parametrize("wrong", [YEAR, -YEAR])
def test_the_status_page_tells_the_time_again_when_the_clock_does(wrong: timedelta, desk: Publisher) -> None:
    wrong_once(desk, wrong)
    desk.run()
    told = json.loads((desk.public / "status.json").read_text("utf-8"))
    assert datetime.fromisoformat(told["at"]) == desk.now
    assert {one["last_success"] for one in told["sources"]} == {told["at"]}


def test_robots_txt_is_asked_for_again_when_the_clock_is_right(desk: Publisher) -> None:
    wrong_once(desk, YEAR)
    before = desk.site.server.paths.count("/robots.txt")
    desk.site.server.routes["/robots.txt"] = page("User-agent: *\nDisallow: /\n", "text/plain")
    assert "robots.txt asks not to be asked" in desk.run().sources[0].problem
    assert desk.site.server.paths.count("/robots.txt") == before + 1


@pytest.mark.parametrize("wrong", [YEAR, -YEAR])
def test_the_search_has_what_comes_after_the_clock_was_wrong(
    wrong: timedelta, start: Start[Publisher], tmp_path: Path
) -> None:
    desk = start.again(tmp_path)
    desk.configure(site="search = true\n")
    wrong_once(desk, wrong)
    desk.site.publish(LATER)
    desk.run(2 * HOUR)
    (note,) = column(desk, "SELECT value FROM note WHERE name = 'search'")
    assert (
        sum(part["stories"] if isinstance(part, dict) else part[2] for part in json.loads(note)["parts"].values()) == 3
    )


# Dates


@pytest.mark.parametrize("after", [HOUR, YEAR])
def test_a_date_in_the_future_stays_and_the_entry_is_as_of_now(after: timedelta, desk: Publisher) -> None:
    issued = (desk.now + after).replace(minute=0)
    early = replace(LATER, issued=issued, key=f"P{issued:%Y%m%d}00301")
    desk.site.publish(early)
    report = desk.run()
    assert report.exit_code == 0
    told = [one for one in report.sources[0].warnings if "in the future" in one]
    assert bool(told) is (after > DAY + HOUR)
    entry = desk.entry(early.key)
    assert datetime.fromisoformat(entry.published) == issued
    assert datetime.fromisoformat(entry.updated) == min(desk.now, issued)
    check_feeds(desk)
    before = desk.files()
    assert desk.runs(3).sources[0].warnings == ()
    assert desk.files() == before
    desk.site.edit(early.key, paragraphs=("The beach is closed.",))
    desk.runs(4)
    corrected = desk.entry(early.key)
    assert corrected.published == entry.published
    assert datetime.fromisoformat(entry.updated) < datetime.fromisoformat(corrected.updated) <= desk.now
    story = desk.entry(early.key, "all/bilingual.atom")
    assert (story.published, story.updated) == (corrected.published, corrected.updated)


def test_a_version_dated_in_the_future_that_is_corrected_shows_its_story_as_corrected(desk: Publisher) -> None:
    """It is as of a time before its own date, and corrected all the same."""
    far = datetime(2026, 11, 25, 9, 0, tzinfo=HKT)
    later = replace(CHINESE_FERRY, key="P2026112500102", issued=far)
    desk.site.withdraw(CHINESE_FERRY.key)
    desk.site.publish(
        replace(LATER, counterpart=f"../../202611/25/{later.key}"),
        replace(later, counterpart=f"../../202611/20/{LATER.key}"),
    )
    desk.run()
    before = desk.entry(LATER.key, "all/bilingual.atom")
    desk.site.edit(later.key, paragraphs=("海灘關閉。",))
    desk.runs(4)
    after = desk.entry(LATER.key, "all/bilingual.atom")
    assert before.updated < after.updated
    assert after.published == before.published


FAR = ["9999-12-31T23:59:59", "0001-01-01T00:00:00", "1500-06-01T00:00:00"]


@pytest.mark.parametrize("written", FAR)
def test_a_date_that_cannot_be_in_a_folder_is_named_and_costs_its_release_only(written: str, tmp_path: Path) -> None:
    with Loopback() as server:
        desk = Publisher(NewsSite(server), tmp_path)
        desk.site.publish(POOL)
        desk.configure(tables='[[source]]\nid = "in"\nkind = "files"\ndirectory = "in"\nlanguage = "en"\n')
        (tmp_path / "in").mkdir()
        for name, moment in (("bad", written), ("worse", f"{written}-11:00"), ("good", "1997-07-01T00:00:00")):
            (tmp_path / "in" / f"{name}.md").write_text(f"+++\ndate = {moment}\n+++\n# {name}\n\nText.\n", "utf-8")
        report = desk.run()
    found = {one.where.rpartition("/")[2]: one.what for one in report.sources[1].failed}
    year = int(written[:4])
    assert set(found) == {"bad.md", "worse.md"}
    assert all(f"its issue time is of the year {year}; expected 1900 to 2199" in what for what in found.values())
    assert [one.title for one in desk.entries()] == [POOL.title, "good"]


@pytest.mark.parametrize("written", ["Fri, 31 Dec 9999 23:59:59 -1100", "Mon, 01 Jan 0001 00:00:00 +1100", "9999"])
def test_a_date_that_cannot_be_in_a_list_is_none(written: str, desk: Publisher) -> None:
    """The page has its own."""
    desk.site.publish(LATER)
    for path, language in (("/gia/rss/general_en.xml", "en"), ("/gia/rss/general_zh.xml", "zh-Hant")):
        text = "".join(
            f"<item><title>{one.title}</title><link>https://www.info.gov.hk{one.path}</link>"
            f"<pubDate>{written}</pubDate></item>"
            for one in desk.site.papers.values()
            if one.language == language
        )
        feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>N</title>{text}</channel></rss>'
        desk.site.server.routes[path] = page(feed, "text/xml")
    report = desk.run()
    assert (report.exit_code, report.sources[0].new) == (0, 1)
    assert desk.entry(LATER.key).published == "2026-11-20T13:30:00+08:00"


@pytest.mark.parametrize("written", ["Fri, 31 Dec 9999 23:59:59 -1100", "0001-01-01T00:00:00+11:00"])
def test_a_date_that_cannot_be_in_a_web_feed_costs_its_release_only(written: str, tmp_path: Path) -> None:
    rows = (("a", "Fri, 20 Nov 2026 01:30:00 GMT"), ("b", written), ("c", "Thu, 29 Feb 2024 23:30:00 GMT"))
    items = "".join(
        f"<item><title>News of {name}</title><guid>{name}</guid><link>{{url}}{name}</link><pubDate>{moment}</pubDate>"
        f"<description>{'A text that is long enough to be one. ' * 20}</description></item>"
        for name, moment in rows
    )
    with Loopback() as server:
        feed = f'<rss version="2.0"><channel><title>N</title><link>{server.url}</link>{items}</channel></rss>'.replace(
            "{url}", server.url
        )
        server.routes["/feed.xml"] = page(feed, "text/xml")
        desk = Publisher(NewsSite(server), tmp_path)
        text = desk.config.read_text("utf-8")
        start = text.index("[[source]]")
        keys = f'lists = {{ en = "{server.url}feed.xml" }}\nauthority = "x.example"\nfull_text = "never"\n'
        source = f'[[source]]\nid = "web"\nkind = "webfeed"\n{keys}'
        more = "requests_per_second = 0\nallow_private_network = true\n"
        desk.config.write_text(f"{text[:start]}{source}{more}", "utf-8")
        report = desk.run()
    assert report.sources[0].new == 2, report
    assert [one.title for one in desk.entries()] == ["News of a", "News of c"]


def test_a_leap_day_and_a_day_of_the_last_century_are_where_they_belong(desk: Publisher) -> None:
    leap = replace(LATER, key="P2024022900301", issued=datetime(2024, 2, 29, 23, 59, tzinfo=HKT))
    old = replace(LATER, key="P1997070100301", title="Pier opens", issued=datetime(1997, 7, 1, 0, 0, tzinfo=HKT))
    desk.site.publish(leap, old)
    assert desk.run().exit_code == 0
    for paper, day in ((leap, "2024/02/29"), (old, "1997/07/01")):
        entry = desk.entry(paper.key)
        assert datetime.fromisoformat(entry.published) == datetime.fromisoformat(entry.updated) == paper.issued
        assert paper.title in (desk.public / "en" / "stories" / f"{day}.html").read_text("utf-8")
        assert entry.id in desk.ids(f"all/archive/en/{day[:4]}-{day[5:7]}.atom")


def test_a_release_whose_date_changes_keeps_its_time_its_id_its_page_and_its_archive(desk: Publisher) -> None:
    before = desk.entry(POOL.key)
    pages = {str(one) for one in (desk.public / "en" / "stories").rglob("p*.html")}
    # Its page says another day, below the address that it had.
    path = POOL.path
    desk.site.server.routes[path] = desk.site.server.routes.pop(path)
    moved = replace(POOL, issued=POOL.issued + 40 * DAY, paragraphs=("The pool closes at two.",))
    desk.site.publish(moved)
    desk.site.server.routes[path] = desk.site.server.routes[moved.path]
    desk.site.papers[POOL.key] = replace(moved, issued=POOL.issued)
    desk.site.publish()
    desk.runs(4)
    after = desk.entry(POOL.key)
    assert (after.id, after.published) == (before.id, before.published)
    assert "closes at two" in after.content[0].value
    assert before.updated < after.updated
    assert datetime.fromisoformat(after.updated) <= desk.now
    assert {str(one) for one in (desk.public / "en" / "stories").rglob("p*.html")} == pages
    assert after.id in desk.ids("all/archive/en/2026-11.atom")


# A year's end


@pytest.mark.parametrize("first", ["en", "zh-Hant"])
def test_two_versions_at_either_side_of_the_new_year_are_one_story(
    first: str, server: Loopback, tmp_path: Path
) -> None:
    english = Paper(
        "P2026123100901", "Fireworks", ("They begin.",), issued=datetime(2026, 12, 31, 23, 59, tzinfo=HKT),
        counterpart="../../202701/01/P2027010100001",
    )  # fmt: skip
    chinese = Paper(
        "P2027010100001", "煙花匯演", ("匯演開始。",), "zh-Hant", datetime(2027, 1, 1, 0, 1, tzinfo=HKT),
        counterpart="../../202612/31/P2026123100901",
    )  # fmt: skip
    one, other = (english, chinese) if first == "en" else (chinese, english)
    desk = Publisher(NewsSite(server), tmp_path, datetime(2026, 12, 31, 23, 2, tzinfo=HKT))
    desk.site.publish(replace(one, counterpart=""))
    assert desk.run().exit_code == 0
    (alone,) = desk.ids("all/bilingual.atom")
    desk.site.publish(other, one)
    desk.runs(2)
    assert desk.ids("all/bilingual.atom") == [alone]
    assert one.key in alone
    both = desk.entry(one.key, "all/bilingual.atom")
    assert datetime.fromisoformat(both.published) == one.issued
    # The archive of a language has its version by its own month, the bilingual one the story by its first.
    month = {english: "2026-12", chinese: "2027-01"}
    for paper in (english, chinese):
        name = f"all/archive/{paper.language}/{month[paper]}.atom"
        assert [paper.key in found for found in desk.ids(name)] == [True], name
    assert desk.ids(f"all/archive/bilingual/{month[one]}.atom") == [alone]
    # The story's day is that of its first version, in every language.
    day = {english: "2026/12/31", chinese: "2027/01/01"}
    for language in ("en", "zh-Hant"):
        folder = desk.public / language / "stories"
        days = {str(place.relative_to(folder))[:-5] for place in folder.glob("*/*/[0-9][0-9].html")}
        assert days == {day[one]}
        (place,) = folder.glob("*/*/p*.html")
        text = place.read_text("utf-8")
        assert "Fireworks" in text
        assert "煙花匯演" in text
    assert len(desk.entries("all/en.atom")) == len(desk.entries("all/zh-Hant.atom")) == 1

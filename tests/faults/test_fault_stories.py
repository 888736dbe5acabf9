"""What the matrix does not show: faults that last for more than a run, that end, and what the console says of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from feedpub.collect.gia import page
from feedpub.errors import ReleaseError
from tests.faults import contents, sites
from tests.faults.city import LATER, City, Desk
from tests.faults.kinds import ASKS
from tests.faults.sites import NEW, OLD, File
from tests.faults.table import FAULTS, every, some
from tests.faults.wire import bomb
from tests.loopback import Loopback, answer, encoded, silent

HOUR = timedelta(hours=1)
LISTS = [name for name, ask in ASKS.items() if ask.role == "list"]


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with City() as open_city, pytest.MonkeyPatch.context() as patch:
        open_city.net.install(patch)
        yield open_city


def published(city: City, site: str, folder: Path) -> Desk:
    city.reset()
    desk = Desk(city, site, folder)
    desk.first()
    return desk


def test_the_short_form_has_every_fault_and_every_kind_of_request() -> None:
    assert [case.fault for case in some()] == list(FAULTS.values())
    assert {case.ask.name for case in some()} == set(ASKS)
    assert set(some()) <= set(every())


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("fault", ["an error page", "titles that are all the same"])
def test_what_is_no_list_is_told_as_long_as_it_is_there_though_it_does_not_change(
    name: str, fault: str, city: City, tmp_path: Path
) -> None:
    """Its server gives an ETag, and answers 304 to who asks with it."""
    ask = ASKS[name]
    desk = published(city, ask.site, tmp_path)
    desk.spoil(ask, FAULTS[fault])
    first, second = desk.run(HOUR * 4), desk.run(HOUR)
    for ran in (first, second):
        assert ran.broken.faults or ran.broken.warnings
    assert second.report.exit_code == first.report.exit_code
    assert second.of("broken") == first.of("broken")


def test_a_fault_of_a_list_ends_when_another_is_asked_in_its_place(city: City, tmp_path: Path) -> None:
    """The listing page is asked only while the feed is away."""
    desk = published(city, "gia", tmp_path)
    city.broken.routes["/gia/rss/general_zh.xml"] = answer(status=500)
    many = [replace(OLD[0], number=number) for number in range(10_000, 16_000)]
    city.broken.routes["/gia/general/ctoday.htm"] = sites.gia_listing(many).route()
    assert [fault.name for fault in desk.run(HOUR).broken.faults] == ["flood"]
    desk.show((*OLD, NEW))
    mended = desk.run(HOUR)
    assert (mended.report.exit_code, mended.broken.new) == (0, 1)


def test_sizes_of_pictures_that_cannot_be_had_are_a_few_lines(city: City, tmp_path: Path) -> None:
    desk = published(city, "gia", tmp_path)
    new = [replace(sites.item(number), photo=f"{sites.BROKEN}/photo{number}.jpg") for number in range(5, 11)]
    desk.show((*OLD, *new))
    ran = desk.run(LATER)
    warnings = [
        f"size of an enclosure: {sites.BROKEN}/photo{number}.jpg: HTTP 404 Not Found" for number in ("10", 6, 7)
    ]
    assert ran.report.exit_code == 0
    said = [one for one in ran.broken.warnings if "is dated" not in one]
    assert said == [*warnings, "size of an enclosure: 2 more that cannot be had"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("<html><body><div>One.</div></body></html>", True),
        ("<html><body><div>One.</div></body>\n<!-- made in 3 ms -->\n", True),
        ("<div><p>HTML lets one leave out the end tags of these.</div>\n", True),
        ("<html><body><div><p>One.</p>", False),
        ("<html><body><p>One.</p><p>Tw", False),
        ("<html><body><p>One.</p><ul><li>Two</li>", False),
        ("", True),
    ],
)
def test_a_page_is_whole_if_it_has_its_end_or_lacks_only_what_may_be_left_out(text: str, *, whole: bool) -> None:
    with nullcontext() if whole else pytest.raises(ReleaseError, match="cut off"):
        page.refuse_cut_off(text)


CONSOLE = {
    "no answer": (silent(), "no answer within 0.3 s"),
    "an error page": (File(contents.ERROR.encode()).route(), "is no feed but a page (“系統維護中”)"),
    "a gzip bomb": (encoded(bomb(), "gzip", "text/xml"), "larger than 10,000,000 bytes"),
    "429 for an hour": (
        answer(status=429, headers={"Retry-After": "3600"}),
        "HTTP 429 Too Many Requests; asks to wait 3600 s",
    ),
}


@pytest.mark.parametrize("name", CONSOLE)
def test_the_program_says_it_in_one_line_and_exits_with_1(name: str, tmp_path: Path) -> None:
    route, said = CONSOLE[name]
    with Loopback() as server:
        for path, file in sites.town(OLD).items():
            server.routes["/good" + path] = file.route()
        server.routes["/broken/feed.xml"] = route
        place = tmp_path / "two.toml"
        place.write_text(_TWO.replace("SERVER", server.url.rstrip("/")), "utf-8")
        command = [str(Path(sys.executable).with_name("feedpub")), "publish", "-q", "-c", str(place)]
        done = subprocess.run([*command, "--now", "2026-11-20T17:00:00+08:00"], capture_output=True, check=False)
        lines = done.stderr.decode().splitlines()
        assert (done.returncode, done.stdout) == (1, b"")
        where = f"{server.url}broken/feed.xml: {said}"
        assert [line.partition(": list in")[0] for line in lines if where in line] == ["broken: FAILED"], lines
        assert not any("Traceback" in line or "stamina" in line for line in lines), lines
    assert b"tag:good.example" in (tmp_path / "public" / "feeds" / "all" / "zh-Hant.atom").read_bytes()


_TWO = """
[site]
base_url = "https://news.example/"
title = { zh-Hant = "新聞" }
languages = ["zh-Hant"]
timezone = "Asia/Hong_Kong"
[output]
directory = "public"
compress = []
[store]
url = "sqlite:///store.db"
[http]
timeout = 0.3
deadline = 5
retry_wait = 0.01
""" + "".join(
    f"""
[[source]]
id = "{name}"
kind = "webfeed"
lists = {{ zh-Hant = "SERVER/{name}/feed.xml" }}
authority = "{name}.example"
full_text = "never"
allow_private_network = true
requests_per_second = 0
"""
    for name in ("broken", "good")
)

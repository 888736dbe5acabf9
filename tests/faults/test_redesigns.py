"""A site that is not as it was: told in the first run, and no feed changes; once the site is as it was, all is well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.city import LATER, City, Desk
from tests.faults.sites import NEW, OLD, SITES, File, Item
from tests.loopback import redirect

HOURS = timedelta(hours=30)
"""After so long it is time to look at all pages again, so that a redesign of these shows where nothing is new."""
Change = tuple[str, str, str]
"""In files at paths that match: what matches, and what is there after the redesign."""
_LISTING, _DETAIL = r"/gia/general/c?today\.htm", r"/gia/general/\d+/.*"
_EMPTIED = r"(<a href=[^>]*>)[^<]*(</a>)", r"\1\2"
GIA: dict[str, Sequence[Change]] = {
    "the list has another class": [(_LISTING, 'class="list"', 'class="rows"')],
    "the list is no list any more": [(_LISTING, "<(/?)(ul|li)", r"<\1div")],
    "the list has no titles": [(_LISTING, *_EMPTIED)],
    "the list is empty": [(_LISTING, "<li>.*</li>", "")],
    "the pages have other ids": [(_DETAIL, 'id="(PRHeadline|PRHeadlineSpan|pressrelease)"', r'id="new-\1"')],
    "the pages' texts have another id": [(_DETAIL, 'id="pressrelease"', 'class="article"')],
    "the pages have no titles": [(_DETAIL, '(<title>|<span id="PRHeadlineSpan">|style="display:none">)[^<]*', r"\1")],
    "the pages have no texts": [
        (_DETAIL, '(?s)(<span id="pressrelease">).*?(<br><div class="controlDisplay2">)', r"\1\2")
    ],
}
_LIST, _PAGE = r"/list2?\.html", r"/release/.*"
PAGES: dict[str, Sequence[Change]] = {
    "the items have another class": [(_LIST, 'class="row"', 'class="item"')],
    "the list has another class": [(_LIST, 'class="rows"', 'class="items"')],
    "the list is no list any more": [(_LIST, "<(/?)(ul|li)", r"<\1div")],
    "the list has no titles": [(_LIST, *_EMPTIED)],
    "the list has no dates": [(_LIST, r'(<span class="day">)[^<]*', r"\1")],
    "the list has no links": [(_LIST, r'<a href="/release[^>]*>([^<]*)</a>', r"<b>\1</b>")],
    "the list leads elsewhere": [(_LIST, 'href="/release', 'href="http://stranger.example/release')],
    "the pages have other classes": [(_PAGE, 'class="(text|day)"', r'class="new-\1"')],
    "the pages have no titles": [(_PAGE, r"<h1>[^<]*</h1>", "<h1></h1>")],
    "the pages have no texts": [(_PAGE, r'(<div class="text">).*?(</div>)', r"\1\2")],
    "the pages have another date": [(_PAGE, r"\d{4}-\d\d-\d\d \d\d:\d\d", "昨日")],
}
GIA["all of it"] = [one for changes in GIA.values() for one in changes]
PAGES["all of it"] = [one for changes in PAGES.values() for one in changes]
CASES = {
    f"{site}: {name}": (site, changes)
    for site, known in (("listings", GIA), ("pages", PAGES))
    for name, changes in known.items()
}
STATES: dict[str, Sequence[Item]] = {"nothing new": OLD, "a new release": (*OLD, replace(NEW, photo=""))}


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with City() as open_city, pytest.MonkeyPatch.context() as patch:
        open_city.net.install(patch)
        yield open_city


@pytest.fixture(scope="module")
def published(city: City, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Desk]:
    desks = {}
    for site in ("listings", "pages"):
        city.reset()
        desks[site] = Desk(city, site, tmp_path_factory.mktemp(site))
        desks[site].first()
    return desks


def redesigned(site: str, items: Sequence[Item], changes: Sequence[Change]) -> dict[str, File]:
    """What is at a site's paths after a redesign."""
    files = SITES[site][0](items)
    for where, before, after in changes:
        for path in [path for path in files if re.fullmatch(where, path)]:
            files[path] = replace(files[path], body=re.sub(before, after, files[path].body.decode()).encode())
    return files


@pytest.mark.parametrize("state", [pytest.param("nothing new", marks=pytest.mark.slow), "a new release"])
@pytest.mark.parametrize("name", CASES)
def test_a_redesign_is_told_in_the_first_run_and_changes_no_feed(
    name: str, state: str, city: City, published: dict[str, Desk], tmp_path: Path
) -> None:
    site, changes = CASES[name]
    city.reset()
    desk = published[site].again(tmp_path)
    before = desk.files()
    files = redesigned(site, STATES[state], changes)
    assert files != SITES[site][0](STATES[state])
    city.broken.routes = {path: file.route() for path, file in files.items()}
    ran = desk.run(HOURS)
    assert ran.report.exit_code == 1
    assert ran.broken.problem or ran.broken.failed
    assert ran.files == before
    desk.show(STATES[state])
    mended = desk.run(LATER)
    assert mended.report.exit_code == 0, mended.broken
    titles = [one["title"] for one in mended.items("broken")]
    assert sorted(titles) == sorted(one.title for one in STATES[state])


@pytest.mark.parametrize("site", ["listings", "pages"])
@pytest.mark.parametrize("state", STATES)
def test_a_list_that_moved_is_told_in_the_first_run_and_changes_no_feed(
    site: str, state: str, city: City, published: dict[str, Desk], tmp_path: Path
) -> None:
    city.reset()
    desk = published[site].again(tmp_path)
    before = desk.files()
    desk.show(STATES[state])
    front = "<!DOCTYPE html><html><body><h1>歡迎</h1><p><a href='/news/all'>最新公告</a></p></body></html>"
    city.broken.routes["/"] = File(front.encode()).route()
    for path in [path for path in city.broken.routes if re.fullmatch(f"{_LISTING}|{_LIST}", path)]:
        city.broken.routes[path] = redirect("/")
    ran = desk.run(HOURS)
    assert ran.report.exit_code == 1
    assert ran.broken.problem
    assert ran.files == before
    desk.show(STATES[state])
    mended = desk.run(LATER)
    assert mended.report.exit_code == 0, mended.broken
    assert len(mended.items("broken")) == len(STATES[state])

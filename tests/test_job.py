"""The job, end to end, against a real server on loopback."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import msgspec
import pytest

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.report import RunReport
from tests.loopback import Loopback, Route, answer, cut_off, page, redirect
from tests.newssite import HKT, NewsSite, Paper
from tests.newssite import page as paper_page

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=HKT)
ENGLISH = Paper("P2026112000101", "Harbour reopens (with photo)", photos=("https://photos.example/p_photo_1.jpg",))
CHINESE = Paper(
    "P2026112000099",
    "海港重開（附圖）",
    ("海港今日（十一月二十日）重開。", "歡迎市民前往。"),
    "zh-Hant",
    photos=("https://photos.example/c_photo_1.jpg",),
)

EDITIONS = ("en", "zh-Hant", "bilingual")
LISTS = ("feeds.opml", "feeds/en.opml", "feeds/zh-Hant.opml")
DOCUMENTS = {
    *(f"feeds/all/{edition}{suffix}" for edition in EDITIONS for suffix in (".atom", ".rss", ".json")),
    *(f"feeds/all/archive/{edition}/{month}.atom" for edition in EDITIONS for month in ("2026-11", "2026-12")),
    *LISTS,
}
PAGES = ("index.html", "en/index.html", "zh-Hant/index.html")


def of_feeds(paths: Iterable[str]) -> list[str]:
    """Those of some documents that programs read; pages have tests of their own."""
    return sorted(path for path in paths if path.startswith("feeds"))


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(replace(ENGLISH, counterpart=CHINESE.key), replace(CHINESE, counterpart=ENGLISH.key))
        yield site


def publish(site: NewsSite, folder: Path, now: datetime = NOW, **how: Any) -> RunReport:
    settings = config.load(site.config(folder), KINDS)
    return job.run(settings, job.Run(now=now, **how))


def entries(folder: Path, name: str = "en.atom") -> list[Any]:
    parsed = feedparser.parse((folder / "public/feeds/all" / name).read_bytes())
    assert not parsed.bozo
    return list(parsed.entries)


def files(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    found = {}
    for place in sorted((folder / "public").rglob("*")):
        if place.is_file():
            status = place.stat()
            found[str(place.relative_to(folder))] = (status.st_ino, status.st_mtime_ns, place.read_bytes())
    return found


def besides_status(found: dict[str, tuple[int, int, bytes]]) -> dict[str, tuple[int, int, bytes]]:
    """Files but for the status page, which tells how this run went, and when it was."""
    return {path: file for path, file in found.items() if "status." not in path}


def test_releases_come_out_in_each_language_with_full_text_and_link_to_the_other(
    site: NewsSite, tmp_path: Path
) -> None:
    report = publish(site, tmp_path)
    assert report.exit_code == 0
    assert report.sources[0].new == 2
    assert of_feeds(report.written) == sorted(DOCUMENTS)
    assert set(PAGES) < set(report.written)
    (english,), (chinese,) = entries(tmp_path), entries(tmp_path, "zh-Hant.rss")
    assert english.title == "Harbour reopens (with photo)"
    text, line = english.content[0].value.split("</p><p>")
    assert text == "<p>A first paragraph.</p>\n<p>A second paragraph."
    address = site.server.address(CHINESE.path)
    assert line == f'<a href="{address}" hreflang="zh-Hant" lang="zh-Hant">繁體中文版：海港重開（附圖）</a></p>'
    assert english.link == site.server.address(ENGLISH.path)
    assert english.id == "tag:www.info.gov.hk,2026-11-20:P2026112000101"
    assert english.published == english.updated == "2026-11-20T09:30:00+08:00"
    related = [(link.href, link.hreflang, link.title) for link in english.links if link.rel == "related"]
    assert related == [(address, "zh-Hant", "海港重開（附圖）")]
    assert chinese.title == "海港重開（附圖）"
    assert [one.href for one in chinese.enclosures] == ["https://photos.example/c_photo_1.jpg"]


def test_a_second_run_with_nothing_new_asks_twice_and_writes_nothing(site: NewsSite, tmp_path: Path) -> None:
    publish(site, tmp_path)
    before = files(tmp_path)
    asked = len(site.server.requests)
    report = publish(site, tmp_path, NOW + timedelta(hours=1))
    requests = site.server.requests[asked:]
    assert [request.path for request in requests] == ["/gia/rss/general_en.xml", "/gia/rss/general_zh.xml"]
    assert all("if-none-match" in request.headers for request in requests)
    assert report.written == ()
    assert files(tmp_path) == before


def test_a_changed_title_updates_the_entry_under_its_id(site: NewsSite, tmp_path: Path) -> None:
    publish(site, tmp_path)
    (before,) = entries(tmp_path)
    site.edit(ENGLISH.key, title="Harbour reopens today (with photo)")
    report = publish(site, tmp_path, NOW + timedelta(hours=1))
    assert report.sources[0].changed == 1
    (after,) = entries(tmp_path)
    assert after.title == "Harbour reopens today (with photo)"
    assert (after.id, after.published) == (before.id, before.published)
    assert after.updated == "2026-11-20T13:00:00+08:00"


def test_a_photo_added_in_place_updates_the_entry_under_its_id(site: NewsSite, tmp_path: Path) -> None:
    plain = Paper("P2026112000202", "Pier opens")
    site.publish(plain)
    publish(site, tmp_path)
    site.edit(plain.key, title="Pier opens (with photo)", photos=("https://photos.example/q_photo_2.jpg",))
    publish(site, tmp_path, NOW + timedelta(hours=1))
    found = {entry.id: entry for entry in entries(tmp_path)}
    assert len(found) == 2
    pier = found["tag:www.info.gov.hk,2026-11-20:P2026112000202"]
    assert pier.title == "Pier opens (with photo)"
    assert [one.href for one in pier.enclosures] == ["https://photos.example/q_photo_2.jpg"]


def _broken() -> dict[str, Route]:
    whole = paper_page(Paper("P2026112000303", "Broken")).encode()
    big5 = whole.replace(b"A first paragraph.", "第一段文字，香港特別行政區政府。".encode("big5"))
    return {
        "broken markup": page("<html><body><<<>>&&& <div </body></html>"),
        "empty": answer(b"", headers={"Content-Type": "text/html"}),
        "white space only": page(" \n "),
        "wrong charset": page(big5),
        "cut off in the text": page(whole[: whole.index(b"A second")]),
        "cut off on the way": cut_off(whole[:400], len(whole)),
        "not found": answer(b"no", status=404),
        "server error": answer(b"oops", status=500),
        "an error page with status 200": page(
            "<html><head><title>Sorry</title></head><body><p>Busy.</p></body></html>"
        ),
        "redirects in a circle": redirect("/gia/general/202611/20/P2026112000303.htm"),
        "too large": page(b"<html><body>" + b"x" * 5_100_000 + b"</body></html>"),
        "binary": page(bytes(range(256)) * 10),
    }


@pytest.mark.parametrize("kind", sorted(_broken()))
def test_a_broken_page_costs_that_release_only_and_is_tried_again(kind: str, site: NewsSite, tmp_path: Path) -> None:
    broken = Paper("P2026112000303", "Broken")
    site.publish(broken)
    site.server.routes[broken.path] = _broken()[kind]
    report = publish(site, tmp_path)
    assert report.exit_code == 1
    (problem,) = report.sources[0].failed
    assert problem.where == site.server.address(broken.path)
    assert "fault in feedpub" not in problem.what
    assert [entry.title for entry in entries(tmp_path)] == ["Harbour reopens (with photo)"]
    assert len(entries(tmp_path, "zh-Hant.atom")) == 1

    site.server.routes[broken.path] = page(paper_page(broken))
    assert publish(site, tmp_path, NOW + timedelta(minutes=10)).exit_code == 0
    assert {entry.title for entry in entries(tmp_path)} == {"Harbour reopens (with photo)", "Broken"}


def test_a_release_without_a_tail_takes_its_time_from_the_feed(site: NewsSite, tmp_path: Path) -> None:
    site.publish(Paper("P2026112000404", "No tail", tail=False, issued=datetime(2026, 11, 20, 7, 15, tzinfo=HKT)))
    publish(site, tmp_path)
    found = {entry.title: entry for entry in entries(tmp_path)}
    assert found["No tail"].published == "2026-11-20T07:15:00+08:00"


def test_where_the_feeds_are_missing_the_listing_pages_serve(site: NewsSite, tmp_path: Path) -> None:
    site.without_feeds()
    report = publish(site, tmp_path)
    assert (report.exit_code, report.sources[0].new, len(report.sources[0].warnings)) == (0, 2, 2)
    assert len(entries(tmp_path, "zh-Hant.atom")) == 1


@pytest.mark.parametrize("body", [b"<rss><channel></channel></rss>", b"<rss><channel><item>", b"<html></html>", b""])
def test_where_a_feed_is_empty_or_broken_the_listing_page_serves(body: bytes, site: NewsSite, tmp_path: Path) -> None:
    site.server.routes["/gia/rss/general_en.xml"] = page(body, "text/xml")
    report = publish(site, tmp_path)
    assert (report.exit_code, report.sources[0].new, len(report.sources[0].warnings)) == (0, 2, 1)


def test_a_source_that_does_not_answer_leaves_the_last_good_files(site: NewsSite, tmp_path: Path) -> None:
    publish(site, tmp_path)
    before = files(tmp_path)
    site.server.routes.clear()
    report = publish(site, tmp_path, NOW + timedelta(hours=1))
    assert report.exit_code == 1
    assert "404" in report.sources[0].problem
    assert besides_status(files(tmp_path)) == besides_status(before)


def test_one_language_that_does_not_answer_does_not_stop_the_other(site: NewsSite, tmp_path: Path) -> None:
    for path in ("/gia/rss/general_zh.xml", "/gia/general/ctoday.htm"):
        del site.server.routes[path]
    report = publish(site, tmp_path)
    assert (report.exit_code, report.sources[0].new) == (1, 1)
    assert len(entries(tmp_path)) == 1
    assert entries(tmp_path, "zh-Hant.atom") == []


def test_the_same_store_gives_the_same_bytes_whenever_it_is_published(site: NewsSite, tmp_path: Path) -> None:
    publish(site, tmp_path)
    before = {path: content for path, (_, _, content) in besides_status(files(tmp_path)).items()}
    for place in (tmp_path / "public").rglob("*.*"):
        place.unlink()
    report = publish(site, tmp_path, NOW + timedelta(days=30), offline=True)
    assert of_feeds(report.written) == sorted(DOCUMENTS)
    assert {path: content for path, (_, _, content) in besides_status(files(tmp_path)).items()} == before


def test_ids_do_not_depend_on_where_the_site_is_served(site: NewsSite, tmp_path: Path) -> None:
    publish(site, tmp_path)
    ids = [entry.id for entry in entries(tmp_path)]
    place = site.config(tmp_path)
    place.write_text(place.read_text("utf-8").replace("https://news.example/", "https://other.example/x/"), "utf-8")
    job.run(config.load(place, KINDS), job.Run(now=NOW, offline=True))
    assert [entry.id for entry in entries(tmp_path)] == ids
    assert b"https://other.example/x/feeds/all/en.atom" in (tmp_path / "public/feeds/all/en.atom").read_bytes()


def test_a_stopped_run_keeps_what_it_read_and_the_next_run_reads_the_rest(site: NewsSite, tmp_path: Path) -> None:
    site.publish(*(Paper(f"P20261120005{number:02}", f"Release {number}") for number in range(8)))

    def stop() -> bool:
        return sum("/P20261" in path for path in site.server.paths) >= 4

    report = publish(site, tmp_path, stop=stop)
    assert (report.stopped, report.sources[0].new) == (True, 4)
    first = len(entries(tmp_path)) + len(entries(tmp_path, "zh-Hant.atom"))
    assert first == 4
    report = publish(site, tmp_path, NOW + timedelta(minutes=10))
    assert report.sources[0].new == 6
    assert len(entries(tmp_path)) == 9


def test_a_page_is_filed_under_the_language_that_it_is_in(site: NewsSite, tmp_path: Path) -> None:
    stray = replace(CHINESE, key="P2026112000606", title="流動圖書館（附圖）", language="zh-Hant")
    site.publish(stray)
    listed = (replace(stray, language="en"), *site.papers.values())
    from tests.newssite import feed  # noqa: PLC0415 - used here only

    site.server.routes["/gia/rss/general_en.xml"] = page(feed(listed), "text/xml")
    publish(site, tmp_path)
    assert all(not re.search("[\u4e00-\u9fff]", entry.title) for entry in entries(tmp_path))
    assert len(entries(tmp_path, "zh-Hant.atom")) == 2


def test_a_feed_holds_the_newest_up_to_its_limits(site: NewsSite, tmp_path: Path) -> None:
    for number in range(12):
        issued = datetime(2026, 11, 20, 8, number, tzinfo=HKT)
        site.publish(Paper(f"P20261120007{number:02}", f"Release {number:02}", ("word " * 400,) * 5, issued=issued))
    place = site.config(tmp_path, '[[feed]]\nid = "all"\nlimit = 10\n[[feed]]\nid = "small"\nmax_bytes = 40000')
    job.run(config.load(place, KINDS), job.Run(now=NOW))
    assert [entry.title for entry in entries(tmp_path)][-1] == "Release 03"
    assert len(entries(tmp_path)) == 10
    for name in ("en.atom", "en.rss"):
        raw = (tmp_path / "public/feeds/small" / name).read_bytes()
        count = len(feedparser.parse(raw).entries)
        assert len(raw) <= 40_000
        assert len(raw) + len(raw) / count > 40_000, "one more entry would have fitted"


def test_an_operator_may_read_the_files_with_any_umask_of_theirs(site: NewsSite, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        publish(site, tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / "public/feeds/all/en.atom").stat().st_mode & 0o777 == 0o644


def test_a_folder_that_is_not_there_costs_that_source_only(site: NewsSite, tmp_path: Path) -> None:
    place = site.config(tmp_path, '[[source]]\nid = "inbox"\nkind = "files"\ndirectory = "gone"\nlanguage = "en"')
    report = job.run(config.load(place, KINDS), job.Run(now=NOW))
    assert report.exit_code == 1
    assert [source.well for source in report.sources] == [True, False]
    assert "gone" in report.sources[1].problem
    assert len(entries(tmp_path)) == 1


def test_an_edition_of_which_one_document_failed_is_written_whole_next_run(site: NewsSite, tmp_path: Path) -> None:
    blocked = tmp_path / "public/feeds/all/en.rss"
    blocked.mkdir(parents=True)
    (blocked / "in the way").touch()
    report = publish(site, tmp_path)
    assert report.exit_code == 1
    assert [problem.where for problem in report.failed] == ["feeds/all/en.rss"]
    (blocked / "in the way").unlink()
    blocked.rmdir()
    report = publish(site, tmp_path, NOW + timedelta(minutes=10))
    assert (report.exit_code, of_feeds(report.written)) == (0, ["feeds/all/en.rss"])


def test_a_correction_of_the_text_that_the_feed_shows_updates_the_entry(site: NewsSite, tmp_path: Path) -> None:
    publish(site, tmp_path)
    site.edit(ENGLISH.key, paragraphs=("A corrected first paragraph.", "A second paragraph."))
    report = publish(site, tmp_path, NOW + timedelta(hours=1))
    assert report.sources[0].changed == 1
    (entry,) = entries(tmp_path)
    assert "A corrected first paragraph." in entry.content[0].value
    assert entry.updated == "2026-11-20T13:00:00+08:00"


def test_going_back_and_forth_between_feed_and_listing_reads_no_page_again(site: NewsSite, tmp_path: Path) -> None:
    publish(site, tmp_path)
    kept = {path: site.server.routes.pop(path) for path in ("/gia/rss/general_en.xml", "/gia/rss/general_zh.xml")}
    publish(site, tmp_path, NOW + timedelta(minutes=10))
    site.server.routes.update(kept)
    publish(site, tmp_path, NOW + timedelta(minutes=20))
    pages = [path for path in site.server.paths if path.endswith(f"{ENGLISH.key}.htm")]
    assert len(pages) == 1


@pytest.mark.parametrize("stray", ["</span>", "</div>", "</p></span>", "<span>", "<div>", "<table><tr><td>"])
def test_one_stray_tag_in_the_text_loses_nothing_and_lets_nothing_in(
    stray: str, site: NewsSite, tmp_path: Path
) -> None:
    odd = Paper("P2026112000808", "Odd markup", ("One.", "Two.", "Three."))
    site.publish(odd)
    markup = paper_page(odd).replace("One.", f"One.{stray}")
    markup = markup.replace("</body>", '<div class="btm_btn"><a href="x">Archives</a></div></body>')
    site.server.routes[odd.path] = page(markup)
    assert publish(site, tmp_path).exit_code == 0
    (entry,) = [entry for entry in entries(tmp_path) if entry.title == "Odd markup"]
    assert re.sub(r"<[^>]*>|\s", "", entry.content[0].value) == "One.Two.Three."
    assert entry.published == "2026-11-20T09:30:00+08:00"


def test_encodings_that_are_turned_on_later_come_to_every_document(site: NewsSite, tmp_path: Path) -> None:
    settings = config.load(site.config(tmp_path), KINDS)
    job.run(msgspec.structs.replace(settings, compress=()), job.Run(now=NOW))
    assert not list((tmp_path / "public").rglob("*.gz"))
    report = job.run(msgspec.structs.replace(settings, compress=("gzip",)), job.Run(now=NOW))
    assert report.written == ()
    compressed = {str(place.relative_to(tmp_path / "public"))[:-3] for place in tmp_path.rglob("*.gz")}
    assert of_feeds(compressed) == sorted(DOCUMENTS)
    assert compressed == {name.removeprefix("public/") for name in files(tmp_path) if not name.endswith(".gz")}


def test_a_giant_release_does_not_empty_the_feed(site: NewsSite, tmp_path: Path) -> None:
    site.publish(
        Paper("P2026112000909", "Giant", ("word " * 99_000,), issued=datetime(2026, 11, 20, 11, 0, tzinfo=HKT))
    )
    publish(site, tmp_path)
    assert [entry.title for entry in entries(tmp_path)] == ["Giant", "Harbour reopens (with photo)"]
    assert (tmp_path / "public/feeds/all/en.atom").stat().st_size < 500_000

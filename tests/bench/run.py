"""The benchmarks, as ratios taken in one run: `python tests/bench/run.py`. They judge nothing."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import lxml.html
import msgspec
from feedgen.feed import FeedGenerator

from feedpub import feeds
from feedpub.collect.gia import page
from feedpub.entries.normalise import normalise
from feedpub.feeds.fragments import Fragments
from feedpub.model import Credit, Edition, Entry, Feed, Item, Release
from tests.loopback import Loopback
from tests.newssite import HKT, NewsSite, Paper
from tests.newssite import page as paper_page

_ZONE = ZoneInfo("Asia/Hong_Kong")
_WORDS = "The Harbour Bureau announced today that the pier will reopen & serve 30 005 passengers a day from next week. "
_CHINESE = "海港局今日宣布，碼頭將於下星期重開，每日服務三萬零五名乘客，並會加強班次。"
_REAL = sorted((Path(__file__).resolve().parents[3] / "shared" / "samples" / "gia-detail").glob("*.htm"))


def pairwise(ours: Callable[[], object], theirs: Callable[[], object], runs: int) -> tuple[float, float]:
    """The median of ours / theirs, run in turn, and the median seconds of ours."""
    ours()
    theirs()
    ratios, seconds = [], []
    for _ in range(runs):
        mine, yours = _timed(ours), _timed(theirs)
        ratios.append(mine / yours)
        seconds.append(mine)
    return statistics.median(ratios), statistics.median(seconds)


def _timed(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def papers(count: int) -> list[Paper]:
    """Releases of real size, in both languages."""
    found = []
    for number in range(count):
        chinese = number % 2 == 1
        found.append(
            Paper(
                key=f"P20261120{number:05}",
                title=f"碼頭重開（第{number}號）（附圖）" if chinese else f"Pier No. {number} reopens (with photos)",
                paragraphs=((_CHINESE if chinese else _WORDS) * (6 if number % 5 else 20),) * 8,
                language="zh-Hant" if chinese else "en",
                issued=datetime(2026, 11, 20, tzinfo=HKT) + timedelta(minutes=number),
                photos=tuple(f"https://photos.example/{number}_photo_{n}.jpg" for n in range(3)),
                counterpart=f"P20261120{number ^ 1:05}",
            ),
        )
    return found


def nothing_new(folder: Path) -> tuple[float, float]:
    """A whole process that finds nothing new, beside one that only imports the given libraries."""
    binary = str(Path(sys.executable).with_name("feedpub"))
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(*papers(40))
        command = [binary, "publish", "-q", "-c", str(site.config(folder))]
        subprocess.run(command, check=True)
        imports = [sys.executable, "-c", "import feedgen.feed, httpx, lxml.etree, sqlalchemy"]
        return pairwise(
            lambda: subprocess.run(command, check=True), lambda: subprocess.run(imports, check=True), runs=21
        )


def _page_of_real_size(paper: Paper) -> bytes:
    """With the list of the day's other releases, the controls and the scripts that real pages have around the text."""
    options = "".join(f'<option value="P20261120{n:05}">Another release of the day ({n})</option>' for n in range(45))
    scripts = "<script>/* " + "var x = 1; " * 60 + "*/</script>"
    links = "".join(
        f'<div><a class="newAch" href="/gia/{n}.htm"><img src="/i{n}.png" alt="x"></a></div>' for n in range(30)
    )
    around = f'<div id="header">{scripts}<select>{options}</select>{links}</div>'
    return paper_page(paper).replace('<div id="contentBody">', around + '<div id="contentBody">', 1).encode()


def _normalise(raw: bytes) -> Entry:
    return normalise(_release(raw))


def _release(raw: bytes) -> Release:
    address = "https://www.info.gov.hk/gia/general/202611/20/P2026112000001.htm"
    found = page.read(raw, url=address, zone=_ZONE)
    return Release(
        source="gov",
        authority="www.info.gov.hk",
        key="P2026112000001",
        language=found.language or "en",
        day=date(2026, 11, 20),
        title=found.title,
        body=found.body,
        url=address,
        base=address,
        issued=found.issued,
        photos=found.photos,
        attachments=found.attachments,
        videos=found.videos,
        related=found.related,
        counterparts=found.counterparts,
    )


def normalising(raws: list[bytes]) -> tuple[float, float]:
    """Releases to entries, beside parsing their pages with lxml.html alone."""
    releases = [_release(raw) for raw in raws]
    return pairwise(lambda: [normalise(release) for release in releases], lambda: _parse(raws), runs=21)


def reading(raws: list[bytes]) -> tuple[float, float]:
    """Pages to entries, parsing and reading the page included, beside parsing them with lxml.html alone."""
    return pairwise(lambda: [_normalise(raw) for raw in raws], lambda: _parse(raws), runs=21)


def _parse(raws: list[bytes]) -> object:
    return [lxml.html.document_fromstring(raw) for raw in raws]


def _entries(count: int) -> tuple[Entry, ...]:
    raws = [_page_of_real_size(replace(paper, language="en")) for paper in papers(20)]
    found = [_normalise(raw) for raw in raws]
    return tuple(_numbered(found[number % len(found)], number) for number in range(count))


def _numbered(entry: Entry, number: int) -> Entry:
    return msgspec.structs.replace(entry, id=f"tag:www.info.gov.hk,2026-11-20:P{number:013}")


def writing(*, extensions: bool) -> tuple[float, float]:
    """1,000 entries in Atom, RSS and JSON, beside feedgen's Atom and RSS alone: the time a format, and ours for all.

    Nothing of them was rendered before. With its `dc` and `media` extensions for the same items, or without.
    """
    entries = _entries(1000)
    edition = Edition(
        feed=Feed(id="all", title={"en": "News"}, limit=1000, max_bytes=0),
        tag="en",
        language="en",
        site_url="https://news.example/",
        site_title="News",
        credits={"gov": Credit(name="The Government", rights="© The Government")},
        items=tuple(Item(entry=entry, author="The Government", key=entry.id) for entry in entries),
    )
    ratio, seconds = pairwise(
        lambda: feeds.render(edition, "feeds/all/en", Fragments()),
        lambda: _feedgen_alone(entries, extensions=extensions),
        runs=9,
    )
    return ratio * 2 / 3, seconds


def _feedgen_alone(entries: tuple[Entry, ...], *, extensions: bool) -> tuple[Any, Any]:
    feed = FeedGenerator()
    if extensions:
        feed.load_extension("dc", atom=False)
        feed.load_extension("media", atom=False)
    feed.id("https://news.example/feeds/all/en.atom")
    feed.title("News")
    feed.description("The Government")
    feed.link(href="https://news.example/", rel="alternate")
    feed.link(href="https://news.example/feeds/all/en.atom", rel="self")
    feed.language("en")
    for entry in entries:
        item = feed.add_entry(order="append")
        item.id(entry.id)
        item.title(entry.title)
        item.updated(entry.updated)
        item.published(entry.published)
        item.author(name="The Government", email="press@example.gov")
        item.summary(entry.summary)
        item.content(entry.content, type="html")
        item.link(href=entry.url, rel="alternate")
        for url in entry.counterparts.values():
            item.link(href=url, rel="related", hreflang="zh-Hant", type="text/html")
        for photo in entry.photos:
            item.enclosure(photo.url, "0", "image/jpeg")
        if extensions:
            item.dc.dc_creator("The Government")
            for photo in entry.photos[1:]:
                item.media.content(url=photo.url, type="image/jpeg", medium="image")
    return feed.atom_str(), feed.rss_str()


def memory(folder: Path) -> float:
    """The peak resident memory of a process that collects and publishes 200 releases, in MB."""
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(*papers(200))
        command = [str(Path(sys.executable).with_name("feedpub")), "publish", "-q", "-c", str(site.config(folder))]
        child = os.posix_spawn(command[0], command, dict(os.environ))
        _, status, usage = os.wait4(child, 0)
        assert status == 0
        return usage.ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    gc.set_threshold(20_000)  # As the program has it (cli.py); for both sides alike.
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        ratio, seconds = nothing_new(Path(first))
        print(f"a run with nothing new / importing the libraries: {ratio:.2f} ({seconds:.2f} s)")
        print(f"peak memory of a run over 200 releases: {memory(Path(second)):.0f} MB")
    raws = [_page_of_real_size(paper) for paper in papers(30)]
    for name, pages in (("invented", raws), ("real", [path.read_bytes() for path in _REAL])):
        for what, measure in (("release to entry", normalising), ("page to entry", reading)):
            if pages:
                ratio, seconds = measure(pages)
                size = sum(map(len, pages)) / len(pages) / 1000
                each = seconds / len(pages) * 1000
                print(f"{what} / lxml.html alone, {name} pages of {size:.0f} kB: {ratio:.2f} ({each:.2f} ms each)")
    for extensions, name in ((True, "feedgen with dc and media"), (False, "plain feedgen, fewer elements")):
        ratio, seconds = writing(extensions=extensions)
        print(f"1,000 entries, a format / {name}: {ratio:.2f} ({seconds:.2f} s for three)")


if __name__ == "__main__":
    main()

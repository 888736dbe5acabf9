"""Search in the browser: what it costs to index 10,000 stories, and what a visitor waits for and loads.

    python -m tests.bench.search [STORIES]

Texts are invented: words of two languages as often as words are (Zipf), of the length of real releases. A search is
timed in Chromium from the key to the results, over loopback, and again where everything is in the browser's cache.
"""

from __future__ import annotations

import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from feedpub import searchindex, searching
from feedpub.publish.directory import Directory
from feedpub.site import assets, search
from feedpub.site.frame import Site
from feedpub.site.search import Part, Searchable, Told
from tests.browser.served import Served

_WORDS = 30_000
_SYLLABLES = ("har", "bour", "lan", "tern", "ket", "tle", "sal", "marsh", "pi", "er", "qua", "ry", "mea", "dow", "via")
_HAN = [one for one in map(chr, range(0x4E00, 0x9FA5)) if b"\xa4" <= one.encode("big5", "ignore")[:1] < b"\xc9"][::2]
"""Half of the common characters."""


def stories(count: int) -> Iterator[Searchable]:
    """Invented stories."""
    random = Random(7)
    english = [
        "".join(random.choices(_SYLLABLES, k=random.choice((1, 2, 2, 3)))) + random.choice("ey") for _ in range(_WORDS)
    ]
    chinese = ["".join(random.choices(_HAN, k=2)) for _ in range(_WORDS)]
    weights = [1 / (rank + 2) for rank in range(_WORDS)]
    sums = list(accumulate(weights))
    for number in range(count):
        size = int(random.lognormvariate(5.6, 0.8))
        words = random.choices(english, cum_weights=sums, k=size)
        han = random.choices(chinese, cum_weights=sums, k=int(size * 0.8))
        yield Searchable(
            path=f"stories/2026/{number % 12 + 1:02}/p{number:012}-abcdefgh.html",
            when=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=52 * number),
            versions={
                "en": Told(title=" ".join(words[:9]).capitalize(), text=" ".join(words[9:]) + "."),
                "zh-Hant": Told(
                    title="".join(han[:9]), text="，".join("".join(han[at : at + 6]) for at in range(9, len(han), 6))
                ),
            },
            indexed=("en", "zh-Hant"),
            topics=tuple(random.sample(("health", "weather", "sports", "housing", "transport"), 2)),
        )


def build(folder: Path, count: int) -> list[Searchable]:
    """Index stories, and publish the page; prints what it cost."""
    told = list(stories(count))
    directory, parts = Directory(folder), []
    seconds = []
    for start in reversed(range(0, count, searching.PART)):
        some = told[start : start + searching.PART]
        started = time.perf_counter()
        searchindex.write(directory, f"2026-01-{start}", (search.record(one) for one in some), "en", ())
        seconds.append(time.perf_counter() - started)
        parts.append(Part(name=f"2026-01-{start}", month="2026-01", stories=len(some)))
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{count} stories in {len(parts)} parts: {sum(seconds):.1f} s, {sum(seconds) / len(parts):.1f} s each;")
    print(
        f"  pagefind computed {children.ru_utime + children.ru_stime:.1f} s, {children.ru_maxrss / 1024:.0f} MB at most"
    )
    for suffix in (".pf_index", ".pf_fragment", ".pf_filter", ".pf_meta", ".pagefind", "pagefind.js"):
        sizes = [place.stat().st_size for place in folder.rglob(f"*{suffix}")]
        each = sum(sizes) / len(sizes) / 1e3
        print(f"  {suffix}: {len(sizes)} files, {sum(sizes) / 1e6:.1f} MB, {each:.1f} kB each, ", end="")
        print(f"{max(sizes) / 1e3:.0f} kB at most")
    url, title = "http://127.0.0.1/", {"en": "News", "zh-Hant": "新聞"}
    site = Site(url=url, title=title, languages=("en", "zh-Hant"), search=True)
    contents = search.contents(parts, "en", "1")
    for document in (*search.pages(site, {}), *assets.documents(search=True), search.folds(), contents):
        directory.write(document)
    return told


def look(folder: Path, told: list[Searchable]) -> None:
    """Time searches in Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it is not needed to index

    text = told[len(told) // 2].versions
    english = text["en"].text.split()
    han = text["zh-Hant"].title
    common = max(set(english), key=english.count)
    rare = min(set(english), key=lambda word: sum(word in one.versions["en"].text for one in told[:200]))
    queries = {
        "a common word": common,
        "a rare word": rare,
        "two words": f"{english[3]} {rare}",
        "a phrase": f'"{" ".join(english[5:9])}"',
        "a character": han[0],
        "two characters": han[2:4],
        "two across words": han[3:5],
        "four characters": han[4:8],
        "eight characters": han[3:11],
    }
    with Served(folder) as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, query in queries.items():
            page: Any = browser.new_context().new_page()
            answers: list[Any] = []
            page.on("response", lambda answer, answers=answers: answers.append(answer))
            page.goto(server.at("en/search/index.html"))
            first = _timed(page, query)
            # What is asked for again is not loaded again: a web server says that it is as it was.
            loaded = {one.url: len(one.body()) for one in answers if "/search/" in one.url}
            said = page.inner_text("#told")
            page.fill("#q", "")
            page.keyboard.press("Enter")
            again = _timed(page, query)
            print(f"{name} ({query[:30]}): {first * 1000:.0f} ms, again {again * 1000:.0f} ms; ", end="")
            print(f"{sum(loaded.values()) / 1e3:.0f} kB in {len(loaded)} files; {said}")
            page.context.close()
        browser.close()


def _timed(page: Any, query: str) -> float:
    page.fill("#q", query)
    started = time.perf_counter()
    page.keyboard.press("Enter")
    page.locator("#told", has_text=re.compile(r"\d|Nothing|could")).wait_for(timeout=60_000)
    return time.perf_counter() - started


def main() -> None:
    """Index and look."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        look(folder, build(folder, count))


if __name__ == "__main__":
    main()

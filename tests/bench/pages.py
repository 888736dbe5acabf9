"""Benchmarks of stories' pages: `.venv/bin/python tests/bench/pages.py`. They judge nothing.

1. Rendering 1,000 pages of 500 stories in two languages; the same with reading them from the store, and with writing.
2. A story's page without its texts, in bytes.
3. A run that adds one story to a site of 10,000: which files it writes, and how long its pages take; a run with nothing
   new.

The stories are those of tests/bench/feeds.py.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from feedpub import config, job, sitewide, storypages, storyviews, subjects
from feedpub.collect.kinds import KINDS
from feedpub.config import Settings
from feedpub.model import Document
from feedpub.publish.directory import Directory
from feedpub.publishing import Outcome
from feedpub.store import pages
from feedpub.store.database import Store
from feedpub.store.pages import Page
from feedpub.storyviews import Lead, StoryViews, Told
from tests.bench.feeds import Site

_STORIES = 500
_AT_ONCE = 250


def rendering(folder: Path) -> None:
    """Rendering 1,000 pages, and what a page has beside its texts."""
    site = Site(folder, _STORIES)
    settings = config.load(folder / "site.toml", KINDS)
    told = subjects.read(settings)
    store = Store(settings.store_url)
    with store.transaction() as connection:
        storypages._Marking(connection, settings, Directory(settings.output), 1).mark("x")  # noqa: SLF001 - measured
    views = StoryViews(settings, told, sitewide.site(settings))
    stories = list(_read(store, settings))
    documents = _render(views, settings, stories)  # The templates are compiled now.
    seconds = min(_timed(lambda: _render(views, settings, stories)) for _ in range(3))
    reading = min(_timed(lambda: list(_read(store, settings))) for _ in range(3))
    print(f"{len(documents):,} pages of {_STORIES} stories: {seconds:.2f} s rendering, {reading:.2f} s reading")
    for encodings in ((), ("gzip",), ("gzip", "br")):
        directory = Directory(folder / f"written {len(encodings)}", encodings)
        with ThreadPoolExecutor(storypages._WRITERS) as pool:  # noqa: SLF001 - as it is done there
            seconds = _timed(lambda to=directory, by=pool: list(by.map(to.write, documents)))  # type: ignore[misc]
        print(f"  writing them, {' and '.join(encodings) or 'not'} compressed: {seconds:.2f} s")
    store.close()
    beside = [len(document.body) - _texts(document.body) for document in documents]
    whole = [len(document.body) for document in documents]
    print(
        f"a page: {statistics.median(whole) / 1000:.1f} kB, beside its texts "
        f"{statistics.median(beside) / 1000:.1f} kB, at most {max(beside) / 1000:.1f} kB"
    )
    del site


def _read(store: Store, settings: Settings) -> Iterator[tuple[Page, Told | Lead]]:
    before = ""
    while True:
        with store.reading() as connection:
            batch = pages.due(connection, before, _AT_ONCE)
            found = storyviews.read(connection, settings, batch)
        if not batch:
            return
        yield from ((page, found[page.story]) for page in batch)
        before = batch[-1].story


def _render(views: StoryViews, settings: Settings, stories: list[tuple[Page, Told | Lead]]) -> list[Document]:
    made = ((views.pages(page.path, one), page) for page, one in stories)
    return [render(language) for render, _ in made for language in settings.languages]


def _texts(body: bytes) -> int:
    """The bytes of the sections with a story's texts."""
    return sum(len(part.partition(b"</section>")[0]) for part in body.split(b'<section class="version')[1:])


def one_story(folder: Path) -> None:
    """A run that adds a story to a site of 10,000, and one with nothing new."""
    site = Site(folder, 10_000)
    place = folder / "site.toml"
    text = place.read_text("utf-8").replace('directory = "public"', 'directory = "public"\ncompress = []', 1)
    place.write_text(text, "utf-8")
    settings = config.load(place, KINDS)
    with _clocked() as seconds:
        job.run(settings, job.Run(now=site.now))
        print(f"the first run: {seconds[-1]:.1f} s for the pages of {site.count:,} stories")
        for _ in range(3):
            site.add()
            report = job.run(settings, job.Run(now=site.now))
            kinds = Counter(_kind(path) for path in report.written)
            told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
            print(f"one new story: {seconds[-1]:.3f} s of {report.seconds:.2f} s for pages of stories; {told}")
        quiet = []
        for _ in range(5):
            job.run(settings, job.Run(now=site.now))
            quiet.append(seconds[-1])
        print(f"a run with nothing new: {statistics.median(quiet) * 1000:.1f} ms for pages of stories")


@contextmanager
def _clocked() -> Iterator[list[float]]:
    """How long the pages of stories take in each run."""
    publish, seconds = storypages.publish, list[float]()

    def timed(*args: object) -> Outcome:
        started = time.perf_counter()
        try:
            return publish(*args)  # type: ignore[arg-type] # as they come
        finally:
            seconds.append(time.perf_counter() - started)

    storypages.publish = timed  # type: ignore[assignment] # as above
    try:
        yield seconds
    finally:
        storypages.publish = publish


def _kind(path: str) -> str:
    if "/stories/" in path:
        return "pages of stories" if "-" in path.rpartition("/")[2] else "pages of days and months"
    if path.endswith(".html"):
        return "other pages"
    return "embeds" if path.startswith("embed/") else "feeds"


def _timed(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def main() -> None:
    """Print the figures; names of parts to run may be given."""
    parts: dict[str, Callable[[Path], None]] = {"rendering": rendering, "one": one_story}
    for name in sys.argv[1:] or parts:
        with tempfile.TemporaryDirectory() as folder:
            parts[name](Path(folder))


if __name__ == "__main__":
    main()

"""Benchmarks of publishing, as ratios taken in one run: `.venv/bin/python tests/bench/feeds.py`. They judge nothing.

1. A run that adds one story to a site of 60 feeds, beside rendering all of it.
2. Rendering all of a site of 10,000 stories (every edition, with archives), beside feedgen alone; peak memory.
3. A run that adds one story to a store of 100,000, beside the same with 1,000.

The stories are the invented ones of tests/entries/pairs with texts of real length, one every ten minutes.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[2]))
from feedpub.entries.identity import story_id
from feedpub.model import Entry, Photo
from feedpub.store import entries as stored
from feedpub.store import stories
from feedpub.store.database import Store
from tests.bench.run import _feedgen_alone
from tests.bench.tagging import stories_of_real_size

_ROOT = Path(__file__).parents[2]
_HKT = timezone(timedelta(hours=8))
_START = datetime(2026, 6, 1, tzinfo=_HKT)
_APART = timedelta(minutes=10)
_CONFIG = """
[site]
base_url = "https://news.example/"
title = {{ en = "News", zh-Hant = "新聞" }}
languages = ["en", "zh-Hant"]
timezone = "Asia/Hong_Kong"
[output]
directory = "public"
[store]
url = "sqlite:///store.db"
[topics]
taxonomy = "{root}/config/topics/taxonomy.toml"
[[source]]
id = "en"
kind = "files"
directory = "en"
language = "en"
authority = "www.info.gov.hk"
[[source]]
id = "zh"
kind = "files"
directory = "zh"
language = "zh-Hant"
authority = "www.info.gov.hk"
[[feed]]
id = "all"
"""
# Each in one story of ten, about; the new story has none of them.
_WORDS = """
school student children teacher road bridge ferry airport tunnel market price trade company bank fund police fire
court law water waste park museum festival film river island visitor hotel food fish farm tree
""".split()  # noqa: SIM905 - read more easily so
_TITLES = {"en": "Bauhinia measles notice", "zh": "洋紫荊麻疹通告"}
_TEXTS = {"en": "The Department of Health reported measles cases.", "zh": "衞生署公布麻疹個案。"}
_RUN = """
import gc, resource, sys, time
gc.set_threshold(20_000)  # As the program has it (cli.py).
from datetime import datetime
from feedpub import job
from feedpub.collect.kinds import KINDS
from feedpub.config import load
from pathlib import Path
settings = load(Path(sys.argv[1]), KINDS)
started = time.perf_counter()
report = job.run(settings, job.Run(now=datetime.fromisoformat(sys.argv[2])))
assert report.exit_code == 0, report
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(time.perf_counter() - started, peak, len(report.written))
"""


class Site:
    """A site in a folder whose store is filled with stories; `more` feeds select words of texts."""

    def __init__(self, folder: Path, count: int, more: int = 0) -> None:
        self.folder, self.count, self.added = folder, count, 0
        feeds = "".join(f'[[feed]]\nid = "{word}"\ntext = ["{word}*"]\n' for word in _WORDS[:more])
        (folder / "site.toml").write_text(_CONFIG.format(root=_ROOT) + feeds, "utf-8")
        for name in ("en", "zh"):
            (folder / name).mkdir()
        pairs = stories_of_real_size()
        store = Store(f"sqlite:///{folder / 'store.db'}")
        with store.transaction() as connection:
            for number in range(count):
                pair = [_moved(entry, number) for entry in pairs[number % len(pairs)]]
                for entry in pair:
                    stored.add(connection, entry, 0)
                stories.move(connection, [entry.id for entry in pair], story_id(pair[0].id), 0)
                for entry in pair:
                    stories.set_open(connection, entry.id, is_open=False, alone=False)
        store.close()

    @property
    def now(self) -> datetime:
        return _START + _APART * (self.count + self.added + 1)

    def run(self) -> tuple[float, float, int]:
        """A run as a process: its seconds (without start-up), peak memory in MB, documents written."""
        command = [sys.executable, "-c", _RUN, str(self.folder / "site.toml"), self.now.isoformat()]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, peak, written = done.stdout.split()
        return float(seconds), float(peak), int(written)

    def add(self) -> None:
        """A new story, in both languages."""
        self.added += 1
        for tag, other in (("en", "zh"), ("zh", "en")):
            front = f'date = {self.now.isoformat()}\nkey = "{tag}-{self.added}"\ncounterpart = "{other}-{self.added}"\n'
            text = f"+++\n{front}+++\n{_TITLES[tag]} {self.added}\n\n{_TEXTS[tag] * 20}\n"
            (self.folder / tag / f"{self.added}.txt").write_text(text, "utf-8")

    def anew(self) -> None:
        """Forget what was published, so that all is rendered."""
        shutil.rmtree(self.folder / "public")


def _moved(entry: Entry, number: int) -> Entry:
    issued = _START + _APART * number
    photo = Photo(url=f"https://photos.example/{number}.jpg", caption=entry.title)
    return msgspec.structs.replace(
        entry,
        id=f"{entry.id}-{number}",
        key=f"{entry.key}-{number}",
        title=f"{entry.title} ({number})",
        published=issued,
        updated=issued,
        counterparts={},
        counterpart_keys=(),
        photos=(photo,),
    )


def one_story(folder: Path) -> None:
    """Rendering the editions that one story touches, beside rendering all."""
    site = Site(folder, 3_000, more=33)
    site.run()
    ratios, touched, whole = [], [], []
    for _ in range(5):
        site.anew()
        seconds, _, every = site.run()
        site.add()
        one, _, written = site.run()
        ratios.append(one / seconds)
        touched.append(one)
        whole.append(seconds)
    print(
        f"60 feeds, 3 editions, 3 formats: a run that adds one story ({written} documents) / rendering all ({every}): "
        f"{statistics.median(ratios):.3f} ({statistics.median(touched):.2f} s / {statistics.median(whole):.2f} s)"
    )


def whole_site(folder: Path, count: int) -> None:
    """Rendering all of a site, beside feedgen alone."""
    site = Site(folder, count)
    site.run()
    entries = _some_entries(1_000)
    per_entry = min(_timed(lambda: _feedgen_alone(entries, extensions=True)) for _ in range(5)) / 2_000
    for compress in ("", "compress = []"):
        place = folder / "site.toml"
        place.write_text(
            place.read_text("utf-8").replace('directory = "public"', f'directory = "public"\n{compress}'), "utf-8"
        )
        site.anew()
        _whole(site, per_entry, compress or "compressed as well")


def _whole(site: Site, per_entry: float, how: str) -> None:
    seconds, peak, written = site.run()
    shown = sum(
        path.read_bytes().count(mark)
        for suffix, mark in ((".atom", b"<entry>"), (".rss", b"<item>"), (".json", b'"date_published"'))
        for path in (site.folder / "public").rglob(f"*{suffix}")
    )
    print(
        f"a site of {site.count:,} stories ({how}), {written} documents with {shown:,} entries: {seconds:.1f} s, "
        f"{seconds / shown * 1e6:.0f} us an entry and format, {seconds / shown / per_entry:.2f} of feedgen alone "
        f"({per_entry * 1e6:.0f} us); peak {peak:.0f} MB"
    )


def _some_entries(count: int) -> tuple[Entry, ...]:
    pairs = stories_of_real_size()
    return tuple(_moved(pairs[number % len(pairs)][number % 2], number) for number in range(count))


def _timed(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def growing(large: Path, small: Path) -> None:
    """A run that adds one story to a large store and to a small one, in turn."""
    sites = [Site(large, 100_000), Site(small, 1_000)]
    for site in sites:
        seconds, peak, written = site.run()
        print(f"the first run over {site.count:,} stories: {seconds:.0f} s, peak {peak:.0f} MB, {written} documents")
    found: list[list[float]] = []
    for _ in range(7):
        for site in sites:
            site.add()
        found.append([site.run()[0] for site in sites])
    ratio = statistics.median(large / small for large, small in found)
    seconds = statistics.median(large for large, _ in found)
    print(f"a run that adds one story to 100,000 / to 1,000: {ratio:.2f} ({seconds:.2f} s)")


def main() -> None:
    """Print the figures; names of parts to run may be given."""
    parts: dict[str, Callable[[Path], None]] = {
        "one": one_story,
        "whole": lambda folder: whole_site(folder, 10_000),
        "memory": lambda folder: whole_site(folder, 30_000),
        "growing": lambda folder: growing(_sub(folder, "large"), _sub(folder, "small")),
    }
    for name in sys.argv[1:] or parts:
        with tempfile.TemporaryDirectory() as folder:
            parts[name](Path(folder))


def _sub(folder: Path, name: str) -> Path:
    place = folder / name
    place.mkdir()
    return place


if __name__ == "__main__":
    main()

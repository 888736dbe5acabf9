"""Benchmarks of tagging: stories a second with the full taxonomy, and `feedpub retag` of 100,000 stories.

Run with `.venv/bin/python tests/bench/tagging.py`. The stories are the invented ones of tests/entries/pairs, moved to
other days, with their texts repeated to the length that releases of info.gov.hk have (the mean of 39 real pairs is
1,700 characters of English and 690 of Chinese with their marks).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[2]))
from feedpub import job
from feedpub.collect.kinds import KINDS
from feedpub.config import load
from feedpub.entries.identity import story_id
from feedpub.model import Entry
from feedpub.progress import NoBar
from feedpub.store import entries as stored
from feedpub.store import stories
from feedpub.store.database import Store
from feedpub.subjects import packaged
from tests.entries.pairs.read import entry as entry_of
from tests.entries.pairs.read import rows

_ROOT = Path(__file__).parents[2]
_SETS = ("day-living", "day-society", "two-days", "event", "typhoon", "collision")
_LENGTHS = {"en": 1_700, "zh-Hant": 690}
_STORIES = 100_000
_CONFIG = f"""
[site]
base_url = "https://news.example/"
title = "News"
languages = ["en", "zh-Hant"]
[output]
directory = "public"
[store]
url = "sqlite:///store.db"
[topics]
taxonomy = "{_ROOT / "config/topics/taxonomy.toml"}"
[[source]]
id = "gov"
kind = "files"
directory = "inbox"
language = "en"
authority = "www.info.gov.hk"
"""
_RETAG = """
import resource, sys, time
from feedpub.cli import main
sys.argv = ["feedpub", "retag", "-q", "-c", sys.argv[1]]
started = time.perf_counter()
try:
    main()
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - started:.1f} s, peak {peak:.0f} MB", flush=True)
"""


def stories_of_real_size() -> list[list[Entry]]:
    """The pairs of the sets, each text as long as a real one."""
    found: dict[str, list[Entry]] = {}
    for name in _SETS:
        for row in rows(name):
            if row.pair:
                found.setdefault(f"{name} {row.pair}", []).append(_lengthened(entry_of(row)))
    return [pair for pair in found.values() if len(pair) > 1]


def _lengthened(entry: Entry) -> Entry:
    times = -(-_LENGTHS[entry.language] // max(len(entry.content), 1))
    return msgspec.structs.replace(entry, content=(entry.content * times)[: _LENGTHS[entry.language]])


def tagging(pairs: list[list[Entry]]) -> None:
    """Tag the stories again and again."""
    tagger, times = packaged().tagger, []
    for _ in range(9):
        started = time.perf_counter()
        for pair in pairs:
            tagger.tag(pair)
        times.append(time.perf_counter() - started)
    mean = {
        tag: statistics.mean(len(one.content) for pair in pairs for one in pair if one.language == tag)
        for tag in _LENGTHS
    }
    print(f"tagging {len(pairs)} stories of {mean['en']:.0f} + {mean['zh-Hant']:.0f} characters: ", end="")
    print(f"{len(pairs) / statistics.median(times):.0f} stories a second (aim 5,000)")


def retagging(pairs: list[list[Entry]]) -> None:
    """A store of 100,000 stories in two languages: the first run over it, and `feedpub retag` as a process."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "inbox").mkdir()
        (folder / "feedpub.toml").write_text(_CONFIG, "utf-8")
        store = Store(f"sqlite:///{folder / 'store.db'}")
        with store.transaction() as connection:
            for number in range(_STORIES):
                pair = [_moved(entry, number) for entry in pairs[number % len(pairs)]]
                for entry in pair:
                    stored.add(connection, entry, 0)
                stories.move(connection, [entry.id for entry in pair], story_id(pair[0].id), 0)
        store.close()
        settings = load(folder / "feedpub.toml", KINDS)
        started = time.perf_counter()
        job.run(settings, job.Run(now=datetime(2027, 3, 17, tzinfo=UTC), progress=NoBar()))
        print(f"the first run over {_STORIES:,} stories that were never tagged: {time.perf_counter() - started:.0f} s")
        for _ in range(2):
            done = subprocess.run(
                [sys.executable, "-c", _RETAG, str(folder / "feedpub.toml")],
                capture_output=True,
                text=True,
                check=True,
            )
            print(f"feedpub retag of {_STORIES:,} stories: {done.stdout.strip()} (aim 60 s, 200 MB)")


def _moved(entry: Entry, number: int) -> Entry:
    later = timedelta(minutes=5 * number)
    return msgspec.structs.replace(
        entry,
        id=f"{entry.id}-{number}",
        key=f"{entry.key}-{number}",
        published=entry.published + later,
        updated=entry.updated + later,
    )


if __name__ == "__main__":
    real = stories_of_real_size()
    tagging(real)
    retagging(real)

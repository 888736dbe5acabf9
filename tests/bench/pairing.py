"""Benchmarks of pairing: a day of 150 x 130 by evidence alone, a year, one release more in a large store.

Run with `.venv/bin/python tests/bench/pairing.py`. The days are made of the invented releases of tests/entries/pairs,
moved to other days, so that a year of them costs no memory before it is looked at.
"""

from __future__ import annotations

import json
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from feedpub import job
from feedpub.collect.kinds import KINDS
from feedpub.config import load
from feedpub.entries import pairing
from feedpub.entries.clues import clues
from feedpub.entries.identity import story_id
from feedpub.entries.normalise import normalise
from feedpub.lore import lore
from feedpub.model import Entry, Release
from feedpub.store import entries as stored
from feedpub.store import stories
from feedpub.store.database import Store

_ZONE = ZoneInfo("Asia/Hong_Kong")
_PAIRS = Path(__file__).parents[1] / "entries" / "pairs"
_YEAR_ENTRIES = 75_000
_CONFIG = """
[site]
base_url = "https://news.example/"
title = "News"
languages = ["en", "zh-Hant"]
[output]
directory = "public"
[store]
url = "sqlite:///store.db"
[[source]]
id = "gov"
kind = "files"
directory = "inbox"
language = "en"
authority = "www.info.gov.hk"
"""


def day() -> list[Entry]:
    """One day: about 150 English and 130 Chinese releases."""
    found = []
    for name in ("day-living", "day-society"):
        for line in (_PAIRS / f"{name}.jsonl").read_text("utf-8").splitlines():
            one = json.loads(line)
            issued = datetime.fromisoformat(one["issued_hkt"]).replace(tzinfo=_ZONE)
            release = Release(
                source="gov",
                authority="www.info.gov.hk",
                key=one["id"],
                language=one["lang"],
                day=issued.date(),
                title=one["title"],
                body="".join(f"<p>{escape(line)}</p>" for line in one["text"].splitlines() if line),
                issued=issued,
            )
            found.append(normalise(release))
    return found


def moved(entries: list[Entry], days: int) -> list[Entry]:
    """The same releases, some days later."""
    later = timedelta(days=days)
    return [
        msgspec.structs.replace(
            entry,
            id=f"{entry.id}-{days}",
            key=f"{entry.key}-{days}",
            published=entry.published + later,
            updated=entry.updated + later,
        )
        for entry in entries
    ]


def one_day(entries: list[Entry]) -> None:
    """From entries to stories, the lore loaded before."""
    known, times = lore(), []
    for _ in range(7):
        started = time.perf_counter()
        pairing.stories(entries, known, by_links=False)
        times.append(time.perf_counter() - started)
    languages = [entry.language for entry in entries]
    sizes = f"{languages.count('en')} x {languages.count('zh-Hant')}"
    print(f"a day of {sizes}: {statistics.median(times):.2f} s (aim 0.3)")


def a_year(entries: list[Entry]) -> None:
    """Through 75,000 entries in their order: the time of a day early and late, and the peak of memory."""
    known = lore()
    first = min(_shift(entry) for entry in entries)
    count, a_day = _YEAR_ENTRIES // len(entries), 86_400 // pairing.SHIFT

    def load_shift(number: int) -> list[pairing.Candidate]:
        today = (number - first) // a_day
        ago = (days for days in range(today - 2, today + 1) if 0 <= days < count)
        there = (entry for days in ago for entry in moved(entries, days) if _shift(entry) == number)
        return [pairing.Candidate(clues=clues(entry, known)) for entry in there]

    shifts, times = pairing.Shifts(load_shift), []
    for number in range(count):
        started = time.perf_counter()
        for shift in range(first + a_day * number, first + a_day * (number + 1)):
            shifts.pair(shift, shift)
        times.append(time.perf_counter() - started)
    tenth = count // 10
    early, late = statistics.median(times[1:tenth]), statistics.median(times[-tenth:])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"a year, {count} days of {len(entries)}: a day takes {early:.2f} s early, {late:.2f} s late", end="")
    print(f" (ratio {late / early:.2f}); peak {memory:.0f} MB (aim 300)")


def _shift(entry: Entry) -> int:
    return pairing.shift_of(int(entry.published.timestamp()))


def one_more(entries: list[Entry]) -> None:
    """A run that adds one release, over a store of 1,000 and of 100,000, in turn."""
    times: dict[int, list[float]] = {1_000: [], 100_000: []}
    with tempfile.TemporaryDirectory() as scratch:
        places = {size: _filled(Path(scratch) / str(size), entries, size) for size in times}
        for turn in range(7):
            for size, folder in places.items():
                now = datetime(2027, 3, 17, 12, turn, tzinfo=UTC)
                text = f"+++\ndate = {now.isoformat()}\n+++\nReservoir walk number {turn}\n\nA walk is held.\n"
                (folder / "inbox" / f"walk-{turn}.txt").write_text(text, "utf-8")
                settings = load(folder / "feedpub.toml", KINDS)
                started = time.perf_counter()
                job.run(settings, job.Run(now=now))
                times[size].append(time.perf_counter() - started)
    small, large = (statistics.median(found[1:]) for found in times.values())
    print(f"a run with one new release: {small:.2f} s over 1,000 entries, {large:.2f} s over 100,000", end="")
    print(f" (ratio {large / small:.2f}, aim 1.2)")


def _filled(folder: Path, entries: list[Entry], size: int) -> Path:
    """A store of some entries, the newest of them of the day; all of them open for pairing."""
    (folder / "inbox").mkdir(parents=True)
    (folder / "feedpub.toml").write_text(_CONFIG, "utf-8")
    store = Store(f"sqlite:///{folder / 'store.db'}")
    with store.transaction() as connection:
        for days in range(-(size // len(entries)) + 1, 1):
            for entry in moved(entries, days):
                stored.add(connection, entry, 0)
                stories.move(connection, [entry.id], story_id(entry.id), 0)
    store.close()
    return folder


if __name__ == "__main__":
    releases = day()
    one_day(releases)
    one_more(releases)
    a_year(releases)

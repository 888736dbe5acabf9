"""A soak: the job at a run every ten minutes for many simulated days, against sites that fail in every way in turn.

    python -m tests.soak.soaking FOLDER [DAYS]

runs it, tells how far it is, and says what came of it.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any, TextIO

from feedpub.report import SourceReport
from feedpub.store.database import utc
from tests.faults.table import Case, some
from tests.soak import windows
from tests.soak.desk import Desk, desk, worker
from tests.soak.office import START, Office, hosts
from tests.soak.papers import Sheet
from tests.soak.windows import Trouble, Window
from tests.soak.working import Order, Outcome

STEP = timedelta(minutes=10)
_APART = timedelta(hours=18)
"""Between runs after the last one, for what was changed last: what is some weeks old is looked at once in some days."""
Name = tuple[str, int]


@dataclass(frozen=True)
class Spell:
    """Something of the operator's own that does not work for a while."""

    what: str
    begin: datetime
    end: datetime
    shift: timedelta = timedelta()


@dataclass
class Script:
    """What a soak is to be.

    `days` at a run every `step`; `cases` of what goes wrong at the sites, from `first` on, none of them on days that
    are `free`; `spells` of what goes wrong at the operator's own; `looks` are runs after it all, some hours apart.
    """

    days: int
    cases: Sequence[Case]
    spells: Sequence[Spell]
    first: timedelta
    free: Sequence[datetime] = ()
    step: timedelta = STEP
    looks: int = 12
    seed: int = 8


@dataclass(frozen=True)
class Taken:
    """What a run took in: editions of releases by their names, 0 for one that it takes for withdrawn."""

    now: datetime
    editions: dict[Name, int]


@dataclass
class Soaked:
    """What came of a soak. `complaints` are what is not as it should be."""

    folder: Path
    windows: list[Window]
    figures: list[tuple[int, int, int]] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    told: str = ""
    complaints: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    sheets: dict[Name, list[Sheet]] = field(default_factory=dict)
    gone: set[Name] = field(default_factory=set)
    last: datetime = START
    step: timedelta = STEP
    ids: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)

    def complain(self, now: datetime, what: str) -> None:
        """Say what is not as it should be, once as long as it is so."""
        if what not in self._said:
            self.complaints.append(f"{now:%m-%d %H:%M}: {what}")
        self._said.add(what)

    def tenths(self, column: int) -> tuple[float, float]:
        """The means of the first and of the last tenth of the runs: memory in kB (0), handles (1), threads (2)."""
        tenth = max(1, len(self.figures) // 10)
        values = [row[column] for row in self.figures]
        return fmean(values[:tenth]), fmean(values[-tenth:])


def soak(folder: Path, script: Script, progress: TextIO | None = None) -> Soaked:
    """Run it all; see `Soaked`."""
    random = Random(script.seed)
    planned = windows.plan(
        script.cases, START + script.first, START + timedelta(days=script.days, hours=-8), script.free, random
    )
    found = Soaked(folder, planned, step=script.step)
    began = time.monotonic()
    with desk(folder) as table, worker(table) as process:
        office = Office(random, table.sites, table.elsewhere)
        office.open(script.days)
        trouble = Trouble(office, planned, table.inside.port, hosts(20))
        a_day = timedelta(days=1) // script.step
        for number in range(script.days * a_day):
            true = START + number * script.step
            office.go_on(true)
            anew = trouble.go_on(true)
            spells = [one for one in script.spells if one.begin <= true < one.end]
            kinds = {one.what for one in spells}
            table.hub_is_up, table.hears = "hub" not in kinds, "webhook" not in kinds
            table.deafen(deaf="command" in kinds)
            now = true + sum((one.shift for one in spells), timedelta())
            outcome = process.run(Order(now=now, full="disk" in kinds, anew=anew))
            found.figures.append((outcome.memory, outcome.handles, outcome.threads))
            _judge(found, trouble, outcome, true, kinds)
            _note(found, outcome, now)
            for server in (*table.sites.values(), table.elsewhere, table.hub, table.listener):
                server.requests.clear()
            if number % a_day == a_day - 1:
                _check_ids(found, true)
            if progress and number % 36 == 35:
                print(_progress(found, number + 1, true, time.monotonic() - began), file=progress, flush=True)
        found.events, found.told = list(table.heard), table.told
        for number in range(1, script.looks + 1):
            now = true + number * _APART
            _note(found, process.run(Order(now=now)), now)
        found.last = now
        _end(found, office, table)
    found.seconds = time.monotonic() - began
    return found


def _progress(found: Soaked, runs: int, true: datetime, seconds: float) -> str:
    memory, handles, threads = found.figures[-1]
    return (
        f"{true:%m-%d %H:%M} {runs} runs, {seconds:.0f} s, {memory} kB, {handles} handles, {threads} threads, "
        f"{len(found.taken)} took something, {len(found.complaints)} complaints {found.complaints[-1:]}"
    )


def _judge(found: Soaked, trouble: Trouble, outcome: Outcome, true: datetime, spells: set[str]) -> None:
    """Whether a run came to what it should have, given what is wrong at the time."""
    found.codes[outcome.code] += 1
    for wrong, allowed, what in (
        (outcome.raised, False, "raised"),
        (outcome.strays, False, "connected to who must not be"),
        (outcome.unsent, bool(spells & {"command", "webhook"}), "alerts not sent"),
        (outcome.failed, "disk" in spells, "documents failed"),
        (outcome.hubs, "hub" in spells, "hubs not told"),
    ):
        found.done[what] += bool(wrong)
        if wrong and not allowed:
            found.complain(true, f"{what}: {wrong}")
    well = [_is_well(found, trouble.of(source.id, true), source, true) for source in outcome.sources]
    expected = int(bool(outcome.unsent or outcome.failed) or not all(well))
    if outcome.code != expected:
        found.complain(true, f"exit code {outcome.code}, expected {expected}")


def _is_well(found: Soaked, window: Window | None, source: SourceReport, true: datetime) -> bool:
    """Whether a source is; complains where it should be and is not."""
    if window:
        window.bad += not source.well
        window.warned += bool(source.warnings)
    if not source.well and not (window and window.named):
        what = source.problem or str(source.failed[:2])
        found.complain(true, f"{source.id} is not well: {what} ({window})")
    elif source.well and source.warnings and not window:
        found.complain(true, f"{source.id} warns: {source.warnings[:2]}")
    return source.well


def _note(found: Soaked, outcome: Outcome, now: datetime) -> None:
    """Note what a run took in."""
    counts = ("new", "changed", "touched", "withdrawn", "restored")
    if not any(getattr(source, count) for source in outcome.sources for count in counts):
        return
    for source in outcome.sources:
        for count in counts:
            found.done[count] += getattr(source, count)
    found.taken.append(Taken(now, took(found.folder)))


def took(folder: Path) -> dict[Name, int]:
    """The editions of what the last run of a store took in, by the releases' names; 0 is withdrawn."""
    editions: dict[Name, int] = {}
    with closing(sqlite3.connect(folder / "var" / "store.db")) as store:
        query = "SELECT source, key, data FROM entry WHERE run = (SELECT max(id) FROM run)"
        for source, key, data in store.execute(query):
            entry = json.loads(data)
            editions[source, number_of(key)] = 0 if entry.get("withdrawn") else _edition(entry)
    return editions


def number_of(key: str) -> int:
    """The number in a release's key: a name, or an address."""
    tail = key.rpartition("/")[2].partition(".")[0]
    return int(tail[-5:]) if tail.startswith("P") else int(tail.rpartition("-")[2])


def _edition(entry: dict[str, Any]) -> int:
    """Which edition of a release a stored entry is of; -1 if of none."""
    text = entry["content"]
    return next((number for number in range(1, 11) if _says(number, entry["language"], text)), -1)


def _says(number: int, language: str, text: str) -> bool:
    blank = Sheet(1, "", (), START, language=language, edition=number)
    return blank.is_in(text)


def _check_ids(found: Soaked, true: datetime) -> None:
    """No id changes, and none goes."""
    with closing(sqlite3.connect(found.folder / "var" / "store.db")) as store:
        rows = store.execute("SELECT source, key, language, id FROM entry").fetchall()
    ids = {(source, key, language): identifier for source, key, language, identifier in rows}
    for which, identifier in found.ids.items():
        if ids.get(which) != identifier:
            found.complain(true, f"{which} was {identifier}, is {ids.get(which)}")
    if len(set(ids.values())) != len(ids):
        found.complain(true, "two releases have one id")
    found.ids = ids


def _end(found: Soaked, office: Office, table: Desk) -> None:
    found.sheets, found.gone = office.sheets, office.gone
    said = (found.folder / "said").read_text("utf-8")
    if said:
        found.complain(found.last, f"said besides: {said[:2000]}")
    if table.inside.requests:
        found.complain(found.last, f"asked inside: {table.inside.paths[:3]}")
    found.complaints += [*_unheard(found), *_incomplete(found), *_unmet(found)]


def _unheard(found: Soaked) -> Iterator[str]:
    """What is wrong with what was told: each problem once when it began, and once when it ended, and nothing else."""
    left = list(found.events)
    for window in found.windows:
        near = utc(window.begin), utc(window.over + found.step)
        mine = [one for one in left if one["source"] == window.source and near[0] <= one["since"] <= near[1]]
        kinds = sorted(one["event"] for one in mine)
        if kinds != ["ended", "started"] * window.events:
            yield f"{window}: told {[(one['event'], one['fault'], one['since'], one['at']) for one in mine]}"
        for one in mine:
            left.remove(one)
            if one["event"] == "ended" and not utc(window.end) <= one["at"] <= near[1]:
                yield f"{window}: ended at {one['at']}"
    for one in left:
        yield f"told besides: {one}"
    for word, kind in (("Began ", "started"), ("Ended ", "ended")):
        count = sum(line.startswith(word) for line in found.told.splitlines())
        expected = sum(one["event"] == kind for one in found.events)
        if count != expected:
            yield f"the command was told {count} that {kind}, the webhook {expected}"


def _incomplete(found: Soaked) -> Iterator[str]:
    """Releases that are not in the store as their office has them in the end, and what is there besides."""
    with closing(sqlite3.connect(found.folder / "var" / "store.db")) as store:
        rows = store.execute("SELECT source, key, data, gone FROM entry").fetchall()
    entries = {(source, number_of(key)): (json.loads(data), gone) for source, key, data, gone in rows}
    if len(entries) != len(rows):
        yield f"{len(rows)} entries of {len(entries)} releases"
    for name in entries.keys() - found.sheets.keys():
        yield f"an entry of no release: {name}"
    for name, sheets in found.sheets.items():
        last = sheets[-1]
        if name not in entries:
            # One that is withdrawn before anybody saw it never was.
            if name not in found.gone:
                yield f"lost: {name} {last.title} of {last.issued}"
            continue
        entry, gone = entries[name]
        edition = _edition(entry)
        if bool(gone) != (name in found.gone):
            yield f"{name}: withdrawn is {bool(gone)}, should be {name in found.gone}"
        elif not gone and (edition, entry["title"]) != (last.edition, last.title):
            yield f"{name}: {entry['title']} ({edition}), should be {last.title} ({last.edition})"
        if datetime.fromisoformat(entry["published"]) != last.issued:
            yield f"{name}: published {entry['published']}, issued {last.issued}"


def _unmet(found: Soaked) -> Iterator[str]:
    """Windows in which nothing was noticed, or not what should have been."""
    for window in found.windows:
        if window.named and not window.bad:
            yield f"{window}: no run failed"
        if not window.named and window.bad:
            yield f"{window}: {window.bad} runs failed"
        if not window.named and not window.borne and not window.warned:
            yield f"{window}: no run warned"
        if window.borne and window.warned:
            yield f"{window}: {window.warned} runs warned"


def full(days: int = 60) -> Script:
    """The long form."""

    def spell(what: str, day: int, hour: int, hours: float, shift: float = 0) -> Spell:
        begin = START + timedelta(days=day, hours=hour)
        return Spell(what, begin, begin + timedelta(hours=hours), timedelta(hours=shift))

    at = [day * days // 60 for day in (8, 25, 44, 10, 30, 50, 15, 45, 12, 33, 53, 22, 41)]
    spells = [spell("disk", day, 12, 2) for day in at[:3]]
    spells += [spell("webhook", day, 8, 8) for day in at[3:6]]
    spells += [spell("command", day, 8, 9) for day in at[6:8]]
    spells += [spell("hub", day, 11, 5) for day in at[8:11]]
    spells += [spell("clock", at[11], 12, 1, 3), spell("clock", at[12], 12, 2, -2)]
    free = [START + timedelta(days=day, hours=12) for day in at[11:]]
    return Script(days, some(), spells, timedelta(days=2.5), free)


def brief() -> Script:
    """The short form: two days, a run every hour, some faults of each kind of site."""
    names = (
        "pages' list: 429 for seconds",
        "HEAD of an enclosure: closed without an answer",
        "robots.txt, the first time: 503",
        "webfeed's feed: an external entity of a file",
        "api's answer: 500",
        "gia's detail page: localhost",
    )
    noon, hour = START + timedelta(hours=12), timedelta(hours=1)
    spells = [
        Spell("webhook", START + 8 * hour, noon),
        Spell("command", noon, noon + 4 * hour),
        Spell("hub", START + 8 * hour, noon),
        Spell("disk", noon, noon + 4 * hour),
        Spell("clock", noon + 24 * hour, noon + 25 * hour, 3 * hour),
    ]
    cases = {case.name: case for case in some()}
    return Script(2, [cases[name] for name in names], spells, timedelta(hours=9), step=timedelta(hours=1), looks=2)


def report(found: Soaked) -> list[str]:
    """What came of it."""
    said = [f"{len(found.figures)} runs in {found.seconds:.0f} s, exit codes {dict(found.codes)}"]
    for column, name in enumerate(("memory, kB", "handles", "threads")):
        first, last = found.tenths(column)
        said.append(f"{name}: {first:.1f} in the first tenth, {last:.1f} in the last, {last / first:.3f}")
    said.append(f"{len(found.windows)} windows, {len(found.events)} events, {dict(found.done)}")
    return said + found.complaints


def main() -> None:
    """Run a soak, and the plain history after it."""
    from tests.soak import plain  # noqa: PLC0415 - it is about what is here

    folder, days = Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else 60
    found = soak(folder / "soaked", full(days), sys.stderr)
    sys.stdout.write("\n".join((*report(found), "")))
    sys.stdout.flush()
    said = [*plain.replay(found, folder / "plain"), *plain.rewritten(found, folder / "rewritten")]
    sys.stdout.write("\n".join((*said, f"{len(said)} differences", "")))


if __name__ == "__main__":
    main()

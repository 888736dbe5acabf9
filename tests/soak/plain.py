"""A plain history: a fresh store, sites that never fail, and the releases at the very runs that took them in.

What is looked at again, and when, is told to the store: it depends on runs that this history does not have.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from feedpub.store.database import utc
from tests.crash import states
from tests.loopback import answer
from tests.soak import papers
from tests.soak.desk import Desk, desk, worker
from tests.soak.office import Site
from tests.soak.papers import SOURCES, Sheet
from tests.soak.soaking import STEP, Name, Soaked, Taken, number_of, took
from tests.soak.working import Order, Outcome

_COMPARED = ("entry", "revision", "story", "member", "pair", "page")
"""What the store knows of releases; the other tables tell of asking for them."""
_MISSED = timedelta(minutes=70)
"""Before a run that finds that a release was withdrawn, another one has found that it is not there."""
State = dict[str, object]


def replay(found: Soaked, folder: Path) -> list[str]:
    """Run the plain history of a soak below a folder; gives where it comes to something else."""
    said = []
    with desk(folder) as table, worker(table) as process:
        shown: dict[Name, Sheet] = {}
        for taken in found.taken:
            _show(found, table, shown, taken)
            outcome = process.run(Order(now=taken.now))
            if complaint := _unlike(outcome, folder, taken):
                said.append(complaint)
        process.run(Order(now=found.last + STEP))
    return [*said, *_differences(_state(found.folder), _state(folder))]


def rewritten(found: Soaked, folder: Path) -> list[str]:
    """Publish the store of a soak to an empty directory; gives where that is not what was published."""
    with desk(folder) as table, worker(table) as process:
        shutil.copytree(found.folder / "var", folder / "var")
        outcome = process.run(Order(now=found.last + STEP, offline=True))
    said = [str(outcome.raised or outcome.failed)] if outcome.raised or outcome.failed else []
    return [*said, *_differences(_published(found.folder), _published(folder))]


def _show(found: Soaked, table: Desk, shown: dict[Name, Sheet], taken: Taken) -> None:
    """Have on the sites what a run took in, and no more."""
    changed: set[Name] = set()
    gone: set[Name] = set()
    for name, edition in taken.editions.items():
        sheet = next((one for one in found.sheets[name] if one.edition == edition), None)
        if sheet is None and name in shown:
            one = shown.pop(name)
            _server(table, one).routes[one.path] = answer(b"gone", status=404)
            gone.add(name)
        elif sheet and shown.get(name) != sheet:
            shown[name] = sheet
            server = _server(table, sheet)
            server.routes[sheet.path] = papers.page(sheet).route()
            if sheet.photo:
                server.routes[sheet.photo.removeprefix("http://gov.example")] = papers.picture().route()
            changed.add(name)
    for source in SOURCES:
        there = sorted(
            (one for one in shown.values() if one.source == source), key=lambda one: (one.issued, one.number)
        )
        for path, file in papers.lists(source, there).items():
            table.sites[source].routes[path] = file.route()
    place = table.folder / "var" / "store.db"
    if place.exists():
        with closing(sqlite3.connect(place)) as store, store:
            for source, key in store.execute("SELECT source, key FROM sighting").fetchall():
                name = source, number_of(key)
                values = (utc(taken.now), utc(taken.now - _MISSED) if name in gone else "", source, key)
                if name in changed | gone:
                    store.execute(
                        "UPDATE sighting SET next_look = ?, missing_since = ?, etag = '', last_modified = '' "
                        "WHERE source = ? AND key = ?",
                        values,
                    )


def _server(table: Desk, one: Sheet) -> Site:
    return table.elsewhere if one.host else table.sites[one.source]


def _unlike(outcome: Outcome, folder: Path, taken: Taken) -> str:
    """Where a run took in something else than the soak's run at that moment."""
    if outcome.raised or outcome.failed:
        return f"{taken.now:%m-%d %H:%M}: {outcome.raised or outcome.failed}"
    editions = took(folder)
    differ = {
        name: (taken.editions[name], editions.get(name)) for name in taken.editions if editions.get(name) is not None
    }
    wrong = {name: pair for name, pair in differ.items() if pair[0] != pair[1]}
    return f"{taken.now:%m-%d %H:%M}: took {wrong}" if wrong else ""


def _published(folder: Path) -> State:
    files = states.files(folder / "public")
    return {name: body for name, body in files.items() if not name.rpartition("/")[2].startswith("status.")}


def _state(folder: Path) -> State:
    stored = states.stored(folder / "var" / "store.db")
    return {**_published(folder), **{f"table {name}": stored[name] for name in _COMPARED}}


def _differences(one: State, other: State) -> list[str]:
    said = []
    for name in states.differences(one, other):
        mine, theirs = one.get(name), other.get(name)
        if name.startswith("table ") and isinstance(mine, list) and isinstance(theirs, list):
            said.append(f"{name}: {sorted(set(mine) ^ set(theirs), key=str)[:2]}")
        else:
            said.append(f"{name}: {'differs' if mine and theirs else 'is only in one'}")
    return said

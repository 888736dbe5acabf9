"""Every fault at every kind of request: the others publish, nothing wrong is published, and it is told in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from feedpub import report
from tests.faults.city import LATER, City, Desk, Ran
from tests.faults.kinds import ASKS, Ask
from tests.faults.sites import NEW, OLD
from tests.faults.table import BORNE, NAMED, Case, every, some

CASES = {case.name: case for case in every()}
SHORT = {case.name for case in some()}
SHORTEST = {case.name for case in some()[::5]}
MOST_SECONDS = 6.0
"""A run in which one source does not answer: far longer than the config lets it take, as machines stall."""
LONGEST_LINE = 400


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    with City() as open_city, pytest.MonkeyPatch.context() as patch:
        open_city.net.install(patch)
        yield open_city


@pytest.fixture(scope="module")
def published(city: City, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Desk]:
    """The city after its first run, by the kind of the source that is going to be broken."""
    desks = {}
    for site in dict.fromkeys(ask.site for ask in ASKS.values()):
        city.reset()
        desks[site] = Desk(city, site, tmp_path_factory.mktemp(site))
        desks[site].first()
    return desks


class Well:
    """What the two later runs publish where nothing is wrong, by the kind of request."""

    def __init__(self, city: City, published: dict[str, Desk], folder: Path) -> None:
        self.city, self.published, self.folder = city, published, folder
        self.known: dict[str, tuple[Ran, Ran]] = {}

    def __call__(self, ask: Ask) -> tuple[Ran, Ran]:
        if ask.name not in self.known:
            self.city.reset()
            desk = self.published[ask.site].again(self.folder / str(len(self.known)))
            desk.show(ask.state)
            self.city.good((*OLD, NEW))
            runs = (desk.run(timedelta(hours=ask.hours)), desk.run(LATER))
            assert [one.report.exit_code for one in runs] == [0, 0], ask.name
            assert {one["title"] for one in runs[0].items("broken")} == {one.title for one in ask.state}
            self.known[ask.name] = runs
        return self.known[ask.name]


@pytest.fixture(scope="module")
def well(city: City, published: dict[str, Desk], tmp_path_factory: pytest.TempPathFactory) -> Well:
    return Well(city, published, tmp_path_factory.mktemp("well"))


def _marks(name: str) -> tuple[pytest.MarkDecorator, ...]:
    if name in SHORTEST:
        return ()
    return (pytest.mark.slow if name in SHORT else pytest.mark.long,)


@pytest.mark.parametrize("name", [pytest.param(name, marks=_marks(name)) for name in CASES])
def test_a_fault_costs_nothing_but_what_it_hits(
    name: str, city: City, published: dict[str, Desk], well: Well, tmp_path: Path
) -> None:
    case = CASES[name]
    ask, fault = case.ask, case.fault
    unharmed, later = well(ask)
    city.reset()
    desk = published[ask.site].again(tmp_path)
    before = desk.files()
    city.good((*OLD, NEW))
    desk.spoil(ask, fault)
    ran = desk.run(timedelta(hours=ask.hours), quick=fault.slow)

    assert (ran.of("gov"), ran.of("town")) == (unharmed.of("gov"), unharmed.of("town")), "the others publish"
    items = ran.items("broken")
    assert {one["title"] for one in items} == {one.title for one in case.during}
    if case.during == OLD:
        assert ran.of("broken") == {name: body for name, body in before.items() if name.startswith("broken/")}
    else:
        assert all(one in unharmed.items("broken") for one in items), "nothing wrong is published"

    told = [line for line in _told(ran) if line not in unharmed.broken.warnings]
    assert ran.report.exit_code == (1 if case.comes_to == NAMED else 0), told
    if case.comes_to == BORNE:
        assert told == []
    else:
        assert any(re.search(fault.says, line, re.IGNORECASE) and _is_about(line, case) for line in told), told
    for line in (*told, *report.lines(ran.report)):
        assert len(line) <= LONGEST_LINE, line
        assert not re.search("\n|fault in feedpub|Traceback", line), line
    assert ran.seconds < MOST_SECONDS
    assert set(city.net.dialled) <= set(city.net.servers), "nobody was connected to who must not be"
    assert not city.inside.requests

    desk.show(ask.state)
    mended = desk.run(LATER)
    assert mended.report.exit_code == 0, mended.broken
    assert mended.items("broken") == later.items("broken"), "what was missed is there, and nothing twice"


def _told(ran: Ran) -> list[str]:
    """What is said of the broken source, one line each."""
    one = ran.broken
    faults = (f"{fault.where}: {fault.what}" if fault.where.startswith("http") else fault.what for fault in one.faults)
    return [*faults, *(f"{problem.where}: {problem.what}" for problem in one.failed), *one.warnings]


def _is_about(line: str, case: Case) -> bool:
    return f".example{case.ask.path}" in line or bool(case.fault.leads and case.fault.leads in line)

"""Whatever moment a run is killed or fails at, the next one repairs it: nothing torn, lost, twice, or otherwise."""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from tests.crash import states
from tests.crash.elsewhere import Elsewhere, Outcome, elsewhere
from tests.crash.failing import BROKEN, FULL, KILL, NO_ROOM, POWER, READ_ONLY
from tests.crash.town import Step, Town, town

BASE = "https://news.example/"
LAST = 'title = { en = "The News", zh-Hant = "新聞報" }'


@dataclass
class Runs:
    """The runs of a town, each as it is when nothing goes wrong."""

    town: Town
    elsewhere: Elsewhere
    before: list[Path] = field(default_factory=list)
    after: list[Path] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    hears: list[set[str]] = field(default_factory=list)

    def run(self, folder: Path, step: Step, **how: object) -> Outcome:
        arguments = ("publish", "-c", "site.toml", "--now", step.now.isoformat())
        return self.elsewhere.run(folder, *arguments, **how)  # type: ignore[arg-type]  # names of its own parameters

    def trial(self, number: int, scratch: Path) -> Path:
        """A folder as it is before a run, and the town as it is then."""
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(self.before[number], scratch)
        self.town.enter(self.town.steps[number])
        self.town.hears()
        return scratch


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    folder = tmp_path_factory.mktemp("town")
    with town(folder) as place, elsewhere() as away:
        found = Runs(place, away)
        current = folder / "current"
        current.mkdir()
        place.config(current)
        for number, step in enumerate(place.steps):
            place.enter(step)
            if number == len(place.steps) - 1:
                config = current / "site.toml"
                title = next(line for line in config.read_text("utf-8").splitlines() if line.startswith("title"))
                config.write_text(config.read_text("utf-8").replace(title, LAST, 1), "utf-8")
            before, after = folder / f"before-{number}", folder / f"after-{number}"
            shutil.copytree(current, before)
            found.before.append(before)
            done = found.run(current, step)
            assert done.code == 0, done.said
            found.outcomes.append(done)
            found.hears.append(place.hears())
            shutil.copytree(current, after)
            found.after.append(after)
        yield found


def lose(note: str) -> None:
    """Undo what was not synced when the power was cut, the last thing first."""
    for kind, path, old in reversed(msgspec.json.decode(note)[1]):
        place = Path(path)
        if kind == "os.mkdir":
            shutil.rmtree(place, ignore_errors=True)
        elif old is None:
            place.unlink(missing_ok=True)
        elif place.parent.is_dir():
            place.write_bytes(bytes.fromhex(old))


def repaired(runs: Runs, number: int, folder: Path, *, went: Outcome) -> list[str]:
    """What is wrong after a run that went wrong, and after the next one."""
    before, after = (states.files_once(one[number] / "public") for one in (runs.before, runs.after))
    now = states.files(folder / "public")
    faults = [f"torn: {name}" for name in states.torn(before, now, after)]
    if number and went.code == -signal.SIGKILL:
        faults += [f"leads nowhere: {link}" for link in states.dead_links(now, BASE)]
    if "Traceback" in went.said or "a fault in feedpub" in went.said:
        faults.append(f"said: {went.said}")
    again = runs.run(folder, runs.town.steps[number])
    if again.code:
        faults.append(f"the next run ended with {again.code}: {again.said}")
    else:
        faults += states.differences(states.state(folder), states.state_once(runs.after[number]))
        faults += [f"not told: {one}" for one in runs.hears[number] - runs.town.hears()]
    return faults


def fails(runs: Runs, number: int, scratch: Path, at: int, then: str, *, once: bool = True) -> list[str]:
    """What is wrong where an event of a run fails."""
    folder = runs.trial(number, scratch)
    went = runs.run(folder, runs.town.steps[number], at=at, then=then, once=once)
    if then in (KILL, POWER):
        assert went.code == -signal.SIGKILL, went
    if then == POWER:
        lose(went.note)
    return [
        f"{then} at {at} ({runs.outcomes[number].events[at - 1]}): {one}"
        for one in repaired(runs, number, folder, went=went)
    ]


def events(runs: Runs, number: int, then: str) -> list[int]:
    """The events of a run at which something may go wrong in a way: whoever is killed notices no statement."""
    names = enumerate(runs.outcomes[number].events, 1)
    return [at for at, name in names if then not in (KILL, POWER) or not name.startswith("sql ")]


def test_some_moments(runs: Runs, tmp_path: Path) -> None:
    chance = random.Random(1)
    faults = []
    for number, then in [(1, KILL), (2, POWER), (3, KILL), (5, POWER), (1, FULL), (3, READ_ONLY), (4, BROKEN)]:
        for at in chance.sample(events(runs, number, then), 1):
            faults += fails(runs, number, tmp_path / "trial", at, then)
    assert not faults


@pytest.mark.long
@pytest.mark.parametrize("then", [KILL, POWER, FULL, READ_ONLY, BROKEN])
@pytest.mark.parametrize("number", range(6))
def test_every_event(runs: Runs, tmp_path: Path, number: int, then: str) -> None:
    faults = []
    for at in events(runs, number, then):
        faults += fails(runs, number, tmp_path / "trial", at, then)
    assert not faults


def test_a_new_day_is_led_to_by_its_neighbours_though_the_run_was_killed_between_them(
    runs: Runs, tmp_path: Path
) -> None:
    names = enumerate(runs.outcomes[2].events, 1)
    at = next(at for at, name in names if name == "open public/en/stories/2026/11/.20.html.feedpub-tmp")
    assert not fails(runs, 2, tmp_path / "trial", at, KILL)


def test_a_disk_that_is_full_is_told_in_a_few_lines(runs: Runs, tmp_path: Path) -> None:
    folder = runs.trial(1, tmp_path / "trial")
    at = next(at for at, name in enumerate(runs.outcomes[1].events, 1) if name.startswith("open public/en/stories"))
    went = runs.run(folder, runs.town.steps[1], at=at, then=NO_ROOM, once=False)

    assert went.code == 1
    told = [line for line in went.said.splitlines() if line.startswith("  failed: ")]
    assert 1 <= sum("No space left on device" in line for line in told) <= 10
    assert any("more not tried, as the disk can take none; the next run goes on" in line for line in told)
    assert not repaired(runs, 1, folder, went=went)


@pytest.mark.long
@pytest.mark.parametrize("number", range(6))
def test_a_disk_that_stays_full_from_any_event_on(runs: Runs, tmp_path: Path, number: int) -> None:
    chance = random.Random(number)
    faults = []
    for at in chance.sample(events(runs, number, FULL), 50):
        faults += fails(runs, number, tmp_path / "trial", at, FULL, once=False)
    assert not faults


@pytest.mark.parametrize("times", [3, pytest.param(1000, marks=pytest.mark.long)])
def test_killed_at_random_moments(runs: Runs, tmp_path: Path, times: int) -> None:
    chance = random.Random(times)
    faults: list[str] = []
    killed = 0
    while killed < times and len(faults) < 20:
        number = chance.randrange(6)
        folder = runs.trial(number, tmp_path / "trial")
        after = chance.uniform(0.005, runs.outcomes[number].seconds)
        went = runs.run(folder, runs.town.steps[number], at=-1, after=after, single=False)
        killed += went.code == -signal.SIGKILL
        faults += [f"{number} after {after:.3f}: {one}" for one in repaired(runs, number, folder, went=went)]
    assert not faults

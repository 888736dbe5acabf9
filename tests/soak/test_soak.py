"""Many runs in one process, against sites that fail in every way in turn: nothing grows or is lost, all is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak import plain, soaking
from tests.soak.soaking import Script, Soaked

MOST = 1.05
"""What the last tenth of the runs may take of what the first tenth takes."""


def soaked(folder: Path, script: Script) -> Soaked:
    with (folder / "progress").open("w", encoding="utf-8") as progress:
        return soaking.soak(folder / "soaked", script, progress)


def growth(found: Soaked) -> list[float]:
    """How many times as much the last tenth has of memory, of open files and of threads."""
    return [last / first for first, last in map(found.tenths, range(3))]


def is_as_it_should_be(found: Soaked, folder: Path) -> None:
    assert all(found.done[what] for what in ("documents failed", "hubs not told", "alerts not sent")), found.done
    assert found.complaints == []
    assert plain.replay(found, folder / "plain") == [], "as a history without any fault"


@pytest.mark.slow
def test_two_days_with_a_handful_of_faults(tmp_path: Path) -> None:
    found = soaked(tmp_path, soaking.brief())
    # In so short a time the modules that a run may need are most of what is new.
    memory, handles, threads = growth(found)
    assert memory <= 1.1
    assert max(handles, threads) <= MOST
    assert len(found.events) == 2 * sum(window.events for window in found.windows) == 8
    is_as_it_should_be(found, tmp_path)


@pytest.mark.long
def test_sixty_days_with_every_fault(tmp_path: Path) -> None:
    found = soaked(tmp_path, soaking.full())
    assert max(growth(found)) <= MOST, soaking.report(found)
    is_as_it_should_be(found, tmp_path)
    assert plain.rewritten(found, tmp_path / "rewritten") == [], "as its own store published anew"

"""A backfill that is killed, at whatever point, goes on from there: every release once, hardly a page twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from tests.loopback import Conversation, Loopback, Route
from tests.past import FIRST, Past, file, once, papers

KEPT = '[collect]\nkeep_pages = "kept"'
LAST = FIRST + timedelta(days=1)
PAPERS = papers(FIRST, LAST, each=2)
LONG, SLOW = pytest.mark.long, pytest.mark.slow
COMMAND = Path(sys.executable).with_name("feedpub")
Kill = Callable[[], None]


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as server:
        file(server, *PAPERS)
        yield server


def desk(server: Loopback, folder: Path, tables: str = "") -> Past:
    folder.mkdir()
    found = Past(server, folder)
    found.configure(tables=tables)
    return found


@pytest.fixture
def whole(server: Loopback, tmp_path: Path) -> Past:
    """The same past, read without a kill."""
    found = desk(server, tmp_path / "whole")
    assert found.backfill(FIRST, LAST).well
    server.requests.clear()
    return found


def before(kill: Kill, route: Route) -> Route:
    """Kills who asks, the first time."""

    def killing(conversation: Conversation) -> None:
        kill()
        conversation.hang_up()

    return once(killing, route)


def after(kill: Kill, route: Route) -> Route:
    """Answers, then kills who asked, the first time."""

    def killing(conversation: Conversation) -> None:
        route(conversation)
        kill()

    return once(killing, route)


@pytest.mark.parametrize(
    ("when", "tables"),
    [
        (before, ""),
        pytest.param(after, KEPT, marks=SLOW),
        pytest.param(before, KEPT, marks=LONG),
        pytest.param(after, "", marks=LONG),
    ],
)
def test_killed_at_every_request(
    whole: Past, server: Loopback, tmp_path: Path, when: Callable[[Kill, Route], Route], tables: str
) -> None:
    running: list[BaseProcess] = []

    def kill() -> None:
        os.kill(running[-1].pid or 0, signal.SIGKILL)

    server.routes = {path: when(kill, route) for path, route in server.routes.items()}
    past = desk(server, tmp_path / "killed", tables)
    exits: list[int | None] = []
    while not exits or exits[-1]:
        assert len(exits) <= len(server.routes), "it does not get anywhere"
        running.append(past.killed(FIRST, LAST))
        running[-1].join()
        exits.append(running[-1].exitcode)

    assert set(exits[:-1]) == {-signal.SIGKILL}
    # What was in flight is asked for again, once.
    assert max(past.asked[path] for path in server.routes) <= 2
    if when is before:
        assert len(exits) == len(server.routes) + 1
    assert past.published() == whole.published()
    assert past.stored("SELECT count(*), count(DISTINCT id), count(DISTINCT story) FROM entry") == [(8, 8, 4)]


@pytest.mark.parametrize(
    "step",
    [pytest.param(17, marks=SLOW), *(pytest.param(step, marks=LONG) for step in (*range(2, 13), 30))],
)
def test_killed_between_requests(whole: Past, server: Loopback, tmp_path: Path, step: int) -> None:
    # At a step with the store in every process, so that each dies somewhere else: while it reads, while it publishes.
    past = desk(server, tmp_path / "killed", KEPT)
    exits: list[int | None] = []
    while not exits or exits[-1]:
        assert len(exits) < 60, "it does not get anywhere"
        child = past.killed(FIRST, LAST, at=step + len(exits) // 2)
        child.join()
        exits.append(child.exitcode)

    assert set(exits[:-1]) == {-signal.SIGKILL}
    pages = [paper.path for paper in PAPERS]
    assert [past.asked[path] for path in pages] == [1] * len(pages)  # for it is kept before anything else can happen
    assert past.published() == whole.published()


def test_the_command_killed_and_started_again(server: Loopback, tmp_path: Path) -> None:
    past = desk(server, tmp_path / "killed")
    command = [str(COMMAND), "backfill", "-c", str(past.config), "--from", str(FIRST), "--to", str(LAST)]
    process = subprocess.Popen(command)
    path = PAPERS[5].path
    server.routes[path] = before(process.kill, server.routes[path])

    assert process.wait(20) == -signal.SIGKILL
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=20)

    assert done.returncode == 0, done.stderr
    assert {count for asked, count in past.asked.items() if asked not in (path, "/robots.txt")} == {1}
    assert past.stored("SELECT count(*), count(DISTINCT story) FROM entry") == [(8, 4)]


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=SLOW)])
def test_the_command_is_stopped_and_says_how_to_go_on(server: Loopback, tmp_path: Path, number: signal.Signals) -> None:
    past = desk(server, tmp_path / "stopped")
    command = [str(COMMAND), "backfill", "-q", "-c", str(past.config), "--from", str(FIRST), "--to", str(LAST)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    path = PAPERS[-4].path  # of the newest day
    server.routes[path] = after(lambda: process.send_signal(number), server.routes[path])
    _, said = process.communicate(timeout=20)

    assert process.returncode == 1
    assert said.splitlines() == [
        "gov: 1 release read from 1 list, 4 left",
        "stopped: the same command goes on from here",
    ]
    assert past.ids()  # what was read is published

    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(past.asked[route] for route in server.routes) == 1

"""Eight runs at once, as where cron starts one before the last has ended: one publishes, seven leave at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.crash import states
from tests.crash.town import BRIDGE, FERRY, FERRY_ZH
from tests.loopback import Conversation, Loopback, Route
from tests.newssite import NewsSite

COMMAND = Path(sys.executable).with_name("feedpub")
_AT_ONCE = 8
_PATIENCE = 60


def held(route: Route, until: Callable[[], object]) -> Route:
    """Answers only when something has happened."""

    def waiting(conversation: Conversation) -> None:
        until()
        route(conversation)

    return waiting


def publish(config: Path, number: int) -> list[str]:
    """The command for a round."""
    now = FERRY.issued + timedelta(hours=4, minutes=10 * number)
    return [str(COMMAND), "publish", "-q", "-c", str(config), "--now", now.isoformat()]


def run_at_once(command: list[str], server: Loopback) -> list[tuple[int, str]]:
    """Run a command eight times at once; gives how each ended, and what it said, in the order of their ends.

    The site answers when all but one have ended.
    """
    others_left, counted = threading.Event(), threading.Lock()
    ends: list[tuple[int, str]] = []
    server.routes = {path: held(route, lambda: others_left.wait(_PATIENCE)) for path, route in server.routes.items()}

    def wait(run: subprocess.Popen[str]) -> None:
        _, said = run.communicate(timeout=_PATIENCE)
        with counted:
            ends.append((run.returncode, said))
            if len(ends) == _AT_ONCE - 1:
                others_left.set()

    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(_AT_ONCE)]
    threads = [threading.Thread(target=wait, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.mark.parametrize("rounds", [1, pytest.param(200, marks=pytest.mark.long)])
def test_one_publishes_and_seven_exit_with_3(tmp_path: Path, rounds: int) -> None:
    with Loopback() as server:
        site = NewsSite(server)
        one_by_one, at_once = tmp_path / "one", tmp_path / "eight"
        configs = []
        for folder in (one_by_one, at_once):
            folder.mkdir()
            configs.append(site.config(folder))
        for number in range(rounds):
            news = replace(FERRY, key=f"P20261120{number + 1:04}5", counterpart="", title=f"Ferry {number} sails")
            site.publish(*([BRIDGE, FERRY, FERRY_ZH] if not number else []), news)
            site.edit(BRIDGE.key, paragraphs=(f"The bridge is open, {number} times over.",))
            subprocess.run(publish(configs[0], number), check=True, timeout=_PATIENCE)

            routes = dict(server.routes)
            ends = run_at_once(publish(configs[1], number), server)
            server.routes = routes

            assert [code for code, _ in ends] == [3] * (_AT_ONCE - 1) + [0], ends
            assert ends[-1][1] == ""
            assert all("another run holds the output directory" in said for code, said in ends if code)
            assert not states.differences(states.state(one_by_one), states.state(at_once)), number
            assert news.title in (at_once / "public/feeds/all/en.atom").read_text("utf-8")

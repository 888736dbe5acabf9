"""What a service manager is told, as sd_notify(3) has it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedpub.notifying import Notifier
from tests.services import Manager


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    one = Manager(f"@feedpub-{os.getpid()}-{tmp_path.name}" if request.param == "abstract" else f"{tmp_path}/notify")
    yield one
    one.close()


def test_each_message_is_told_at_once(manager: Manager) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": manager.at, "WATCHDOG_USEC": "1000000"})
    notifier.ready("asking gov")
    assert manager.next() == {"READY": "1", "STATUS": "asking gov"}
    before = time.monotonic_ns() // 1_000
    notifier.reloading()
    told = manager.next()
    assert told["RELOADING"] == "1"
    assert before <= int(told["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1_000
    notifier.status("last run: 3 new")
    assert manager.next() == {"STATUS": "last run: 3 new"}
    notifier.alive()
    assert manager.next() == {"WATCHDOG": "1"}
    notifier.stopping("ending")
    assert manager.next() == {"STOPPING": "1", "STATUS": "ending"}


def test_a_status_is_one_short_line_whatever_is_in_it(manager: Manager) -> None:
    Notifier({"NOTIFY_SOCKET": manager.at}).status("a\nREADY=1\x1b[2J\udcff" + "x" * 1_000)
    told = manager.next()
    assert told.keys() == {"STATUS"}
    assert told["STATUS"].startswith("a READY=1\\x1b[2J\\udcffx")
    assert len(told["STATUS"]) == 500


@pytest.mark.parametrize("place", [None, "", "relative", "@", "/no/such/folder/notify"])
def test_without_somebody_who_listens_nothing_happens(place: str | None) -> None:
    environment = {} if place is None else {"NOTIFY_SOCKET": place}
    notifier = Notifier(environment)
    notifier.ready("")
    notifier.alive()
    notifier.stopping("")


def test_a_manager_that_went_away_or_takes_nothing_holds_up_nobody(tmp_path: Path) -> None:
    full = Manager(str(tmp_path / "full"))
    notifier = Notifier({"NOTIFY_SOCKET": full.at})
    began = time.monotonic()
    full.close()
    notifier.status("none hears")
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("variables", "every"),
    [
        ({"WATCHDOG_USEC": "3000000"}, 1.5),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(os.getpid())}, 1.5),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "often"}, None),
        ({"WATCHDOG_USEC": "-1"}, None),
        ({}, None),
    ],
)
def test_a_watchdog_hears_twice_in_its_time_if_it_is_meant(variables: dict[str, str], every: float | None) -> None:
    assert Notifier({"NOTIFY_SOCKET": "/run/notify", **variables}).every == every


def test_no_program_that_the_service_starts_can_speak_for_it() -> None:
    environment = {"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1", "PATH": "/bin"}
    Notifier(environment)
    assert environment == {"PATH": "/bin"}

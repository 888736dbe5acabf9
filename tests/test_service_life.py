"""A service starts, lives and ends as its manager expects: told when it is ready, watched, never hanging at the end."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests import loopback
from tests.loopback import Loopback
from tests.newssite import NewsSite, Paper
from tests.services import Manager, running
from tests.test_service_reload import HUP, TERM, source, write

WAITS = """
import time
from feedpub import job
def wait_for_ever(*_):
    while True:
        time.sleep(3600)
job.run = wait_for_ever
"""
"""A run that hangs."""


def _long(*ways: str) -> list[ParameterSet]:
    return [pytest.param(way, marks=pytest.mark.long) for way in ways]


WAITING_PROGRAM = """
import subprocess, structlog
from feedpub import indexing
def started():
    structlog.get_logger().info("indexing")
    return subprocess.Popen(["sh", "-c", "cat > /dev/null"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
indexing._started = started
"""
"""An indexer that answers nothing."""
SHORT_END = "from feedpub import service\nservice.LONGEST_END = 1.5\n"


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with Loopback() as server:
        one = NewsSite(server)
        one.publish(*(Paper(f"P20261120001{number:02}", f"Release {number}") for number in range(3)))
        yield one


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    one = Manager(str(tmp_path / "notify"))
    yield one
    one.close()


# What the manager is told


def test_the_manager_is_told_all_the_way(tmp_path: Path, manager: Manager) -> None:
    place = write(tmp_path / "site.toml", source("a"))
    with running(place, "--serve", "127.0.0.1:0", environment={"NOTIFY_SOCKET": manager.at}) as one:
        assert manager.next()["READY"] == "1"
        host, port = one.until("serving")["at"].removeprefix("http://").strip("/").split(":")
        socket.create_connection((host, int(port)), 1).close()
        assert "a: 1 new" in manager.until(lambda told: "last run" in told["STATUS"])["STATUS"]
        for said in ("config read again", "config refused: "):
            before = time.monotonic_ns() // 1_000
            one.send(HUP)
            told = manager.next()
            assert told["RELOADING"] == "1"
            assert before <= int(told["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1_000
            told = manager.next()
            assert told["READY"] == "1"
            assert told["STATUS"].startswith(said)
            place.unlink(missing_ok=True)
        one.send(TERM)
        assert manager.next()["STOPPING"] == "1"
        assert one.ended().code == 0


def test_a_watchdog_hears_that_all_is_well_until_a_run_hangs(tmp_path: Path, manager: Manager) -> None:
    place = write(tmp_path / "site.toml", source("a"))
    watched = {"NOTIFY_SOCKET": manager.at, "WATCHDOG_USEC": "400000"}
    before = f"{WAITS}\nfrom feedpub import pulse\npulse.patience = lambda _: 1.5\n"
    with running(place, environment=watched, before=before) as one:
        manager.next()
        assert 2 <= manager.pings(1.0) <= 6
        told = one.until("service hangs")
        assert (told["level"], told["source"]) == ("critical", "a")
        assert told["what"].startswith("gave no sign of life for ")
        assert told["where"][-1].endswith("wait_for_ever")
        manager.pings(0.3)
        assert manager.pings(1.0) == 0
        # As the watchdog does: where it hung is said.
        assert one.ended(signal.SIGABRT).code == -signal.SIGABRT
    assert "wait_for_ever" in "".join(one.odd)
    assert len(one.named("service hangs")) == 1


@pytest.mark.long
def test_a_watchdog_hears_nothing_of_a_main_thread_that_hangs(tmp_path: Path, manager: Manager) -> None:
    place = write(tmp_path / "site.toml", source("a", "1s"))
    watched = {"NOTIFY_SOCKET": manager.at, "WATCHDOG_USEC": "400000"}
    # It hangs where it reads the config.
    with running(place, environment=watched) as one:
        manager.next()
        assert manager.pings(1.0) >= 2
        place.unlink()
        os.mkfifo(place)
        one.send(HUP)
        manager.until(lambda told: "RELOADING" in told)
        assert manager.pings(1.0) == 0


@pytest.mark.long
def test_no_watchdog_is_told_of_nothing(tmp_path: Path, manager: Manager) -> None:
    place = write(tmp_path / "site.toml", source("a"))
    with running(place, environment={"NOTIFY_SOCKET": manager.at}) as one:
        manager.until(lambda told: "last run" in told.get("STATUS", ""))
        assert manager.pings(0.5) == 0
        assert one.ended(TERM).code == 0


# The end


@pytest.mark.parametrize("how", ["silent page", *_long("silent list", "dripping page", "silent robots.txt")])
def test_a_source_that_hangs_holds_up_the_end_for_two_seconds_and_has_no_fault(
    how: str, site: NewsSite, tmp_path: Path
) -> None:
    page = next(iter(site.papers.values())).path
    path = {"silent list": "/gia/rss/general_en.xml", "silent robots.txt": "/robots.txt"}.get(how, page)
    site.server.routes[path] = loopback.dripping(b"x", 600, 0.2) if how == "dripping page" else loopback.silent()
    with running(site.config(tmp_path)) as one:
        site.server.wait_for(1, path)
        end = one.ended(TERM)
    assert end.code == 0
    assert end.seconds < 6
    assert one.named("fault began") == []
    assert one.named("release failed") == []
    (ended,) = one.named("run ended")
    assert (ended["level"], ended["stopped"]) == ("info", True)
    with closing(sqlite3.connect(tmp_path / "var/store.db")) as store:
        assert store.execute("SELECT count(*) FROM source WHERE problem != ''").fetchall() == [(0,)]
        left = store.execute("SELECT count(*) FROM sighting WHERE state = 'due'").fetchone()[0]
    # What is left is read by the next run.
    assert left == (3 if how.endswith("page") else 0)


@pytest.mark.long
def test_a_wait_before_the_next_request_does_not_hold_up_the_end(site: NewsSite, tmp_path: Path) -> None:
    place = site.config(tmp_path)
    place.write_text(place.read_text("utf-8").replace("requests_per_second = 0", "requests_per_second = 0.02"), "utf-8")
    with running(place) as one:
        site.server.wait_for(1)
        end = one.ended(TERM)
    assert end.code == 0
    assert end.seconds < 4


@pytest.mark.long
def test_a_hub_that_does_not_answer_does_not_hold_up_the_end(site: NewsSite, tmp_path: Path) -> None:
    site.server.routes["/hub"] = loopback.silent()
    place = site.config(tmp_path, f'[websub]\nhubs = ["{site.server.address("/hub")}"]\ntimeout = 60')
    with running(place) as one:
        site.server.wait_for(1, "/hub")
        end = one.ended(TERM)
    assert end.code == 0
    assert end.seconds < 5
    assert one.named("hub not told")


@pytest.mark.long
@pytest.mark.parametrize("how", ["a program that indexes", "a store that another has"])
def test_what_cannot_be_cut_short_is_cut_off_in_the_end(how: str, tmp_path: Path) -> None:
    place = write(tmp_path / "site.toml", source("a", "1s"))
    indexes = how == "a program that indexes"
    if indexes:
        place.write_text(place.read_text("utf-8").replace("search = false", "search = true"), "utf-8")
    with running(place, before=SHORT_END + WAITING_PROGRAM) as one, ExitStack() as stack:
        if indexes:
            one.until("indexing")
        else:
            one.until("run ended")
            store = stack.enter_context(closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)))
            store.execute("PRAGMA busy_timeout = 5000")
            store.execute("BEGIN IMMEDIATE")
            time.sleep(1.5)
        end = one.ended(TERM)
    assert end.code == 1
    assert 1.4 < end.seconds < 4
    (told,) = one.named("run cut off")
    assert (told["source"], told["level"]) == ("a", "error")
    assert [line for line in told["where"] if line.startswith("indexing.py:" if indexes else "database.py:")]


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    place = write(tmp_path / "site.toml", source("a"))
    with running(place, before=WAITS) as one:
        one.until("running")
        time.sleep(0.3)
        one.send(TERM)
        assert one.until("stopping")["source"] == "a"
        time.sleep(0.7)
        end = one.ended(TERM)
    assert end.code == -TERM
    assert end.seconds < 1
    assert one.named("ended at once", signal="SIGTERM")


@pytest.mark.long
def test_two_signals_of_one_hand_are_one(tmp_path: Path) -> None:
    # timeout(1) sends one to the process, and one to its group.
    place = write(tmp_path / "site.toml", source("a"))
    with running(place) as one:
        one.until("running")
        end = one.ended(TERM, signal.SIGINT, TERM)
    assert end.code == 0


@pytest.mark.long
def test_visitors_who_never_end_do_not_hold_up_the_end(tmp_path: Path) -> None:
    place = write(tmp_path / "site.toml", source("a"))
    with running(place, "--serve", "127.0.0.1:0") as one, ExitStack() as stack:
        host, port = one.until("serving")["at"].removeprefix("http://").strip("/").split(":")
        one.until("run ended")
        (tmp_path / "public/large.bin").write_bytes(bytes(20_000_000))
        asks = b"GET /large.bin HTTP/1.1\r\nHost: x\r\n"
        for said in (
            b"",
            b"GET / HT",
            asks,
            asks + b"\r\n",
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n",
        ):
            for _ in range(10):
                visitor = stack.enter_context(socket.create_connection((host, int(port)), 5))
                visitor.sendall(said)
        time.sleep(0.3)
        end = one.ended(TERM)
    assert end.code == 0
    assert end.seconds < 4


def test_programs_that_a_service_starts_can_be_ended(site: NewsSite, tmp_path: Path) -> None:
    # A signal that is blocked would be blocked in them, too.
    site.server.routes["/gia/rss/general_en.xml"] = loopback.answer(status=500)
    site.server.routes["/gia/general/today.htm"] = loopback.answer(status=500)
    said = tmp_path / "masks"
    script = f"grep Sig[BI] /proc/self/status > {said}.new && mv {said}.new {said}"
    place = site.config(tmp_path, f'[http]\nattempts = 1\n[alert]\ncommand = ["sh", "-c", "{script}"]')
    with running(place) as one:
        one.until("run ended")
        assert one.ended(TERM).code == 0
    masks = dict(line.split(":\t") for line in said.read_text("utf-8").splitlines())
    ours = sum(1 << (number - 1) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
    assert int(masks["SigBlk"], 16) & ours == 0
    assert int(masks["SigIgn"], 16) & ours == 0


# The start


@pytest.mark.parametrize("what", ["output", *_long("store")])
def test_a_first_run_that_fails_whole_does_not_end_the_service(what: str, tmp_path: Path) -> None:
    place = write(tmp_path / "site.toml", source("a", "1s"))
    spoilt = tmp_path / {"output": "public", "store": "store.db"}[what]
    spoilt.write_text("neither a directory nor a database", "utf-8")
    with running(place) as one:
        failed = one.until("run failed", source="a")
        assert str(spoilt) in failed["problem"]
        assert failed["level"] == "error"
        spoilt.unlink()
        one.until("run ended", new=1)
        assert one.ended(TERM).code == 0
    assert one.odd == []

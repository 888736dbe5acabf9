"""A service: sources are asked when they are due, and a signal ends it well."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feedpub import config, job, service
from feedpub.collect.kinds import KINDS
from feedpub.config import Settings
from feedpub.errors import LockedError, StoreError
from feedpub.report import RunReport
from feedpub.service import Around
from tests import loopback
from tests.loopback import Conversation, Loopback
from tests.newssite import NewsSite, Paper

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path(sys.executable).with_name("feedpub")
PATIENCE = 20.0
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


# In this process, with a job that is only pretended


class FakeJob:
    """Stands in for the job: takes notes of its runs, and does with each what it is told."""

    def __init__(self, does: Callable[[str], None] = lambda _: None) -> None:
        self.runs: list[str] = []
        self.going_on, self.most_at_once = 0, 0
        self._does, self._gate = does, threading.Condition()

    def run(self, settings: Settings, how: job.Run, topical: object) -> RunReport:  # noqa: ARG002 - as the job has it
        (identifier,) = how.only
        with self._gate:
            self.going_on += 1
            self.most_at_once = max(self.most_at_once, self.going_on)
        try:
            self._does(identifier)
        finally:
            with self._gate:
                self.going_on -= 1
                self.runs.append(identifier)
                self._gate.notify_all()
        return RunReport(at=how.now)

    def wait_until(self, enough: Callable[[list[str]], bool]) -> bool:
        with self._gate:
            return self._gate.wait_for(lambda: enough(self.runs), PATIENCE)


def settings(tmp_path: Path, *schedules: str) -> Settings:
    """A config with a folder for each schedule: "a", "b" and so on."""
    lines = [
        '[site]\nbase_url = "https://news.example/"\ntitle = "News"\nlanguages = ["en"]',
        '[output]\ndirectory = "public"\n[store]\nurl = "sqlite:///store.db"',
    ]
    for name, line in zip("abc", schedules, strict=False):
        (tmp_path / name).mkdir()
        lines.append(
            f'[[source]]\nid = "{name}"\nkind = "files"\ndirectory = "{name}"\nlanguage = "en"\nschedule = "{line}"'
        )
    place = tmp_path / "feedpub.toml"
    place.write_text("\n".join(lines), "utf-8")
    return config.load(place, KINDS)


def keep_running_until(
    fake: FakeJob, enough: Callable[[list[str]], bool], what: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep running with a pretended job until it ran enough; then end it with SIGTERM, as an operator does.

    The signal is for this thread only: pytest's plugins may have threads of their own, which would be ended by it.
    """
    monkeypatch.setattr(job, "run", fake.run)
    reached: list[bool] = []
    here = threading.get_ident()

    def end() -> None:
        reached.append(fake.wait_until(enough))
        signal.pthread_kill(here, signal.SIGTERM)

    ending = threading.Thread(target=end, daemon=True)
    service.keep_running(what, Around(read=lambda: what, jitter=0, ready=ending.start))
    ending.join(PATIENCE)
    assert reached == [True], f"ran only {fake.runs}"


def test_every_source_is_asked_at_once_whatever_its_schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeJob()
    keep_running_until(fake, lambda runs: len(runs) >= 3, settings(tmp_path, "0 0 1 1 *", "30d", "@daily"), monkeypatch)
    assert sorted(fake.runs) == ["a", "b", "c"]


def test_a_source_is_asked_again_on_its_schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeJob()
    keep_running_until(fake, lambda runs: runs.count("a") >= 2, settings(tmp_path, "1s", "1h"), monkeypatch)
    assert fake.runs.count("b") == 1


def test_the_memory_that_a_run_took_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeJob()
    given_back: list[int] = []
    monkeypatch.setattr("feedpub.memory.give_back", lambda: given_back.append(len(fake.runs)))
    keep_running_until(fake, lambda runs: len(runs) >= 2, settings(tmp_path, "1s"), monkeypatch)
    assert given_back[:2] == [1, 2]


@pytest.mark.slow
def test_sources_that_are_due_at_once_wait_for_one_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeJob(lambda _: time.sleep(0.15))
    keep_running_until(fake, lambda runs: len(runs) >= 5, settings(tmp_path, "1s", "1s", "1s"), monkeypatch)
    assert fake.most_at_once == 1


def test_a_run_that_takes_longer_than_its_interval_is_not_started_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeJob(lambda _: time.sleep(1.3))
    keep_running_until(fake, lambda runs: len(runs) >= 2, settings(tmp_path, "1s"), monkeypatch)
    assert fake.most_at_once == 1


@pytest.mark.parametrize(
    "fault",
    [
        RuntimeError("a fault"),
        pytest.param(StoreError("the store cannot be used"), marks=pytest.mark.slow),
        pytest.param(LockedError("another run"), marks=pytest.mark.slow),
        pytest.param(KeyError("x"), marks=pytest.mark.slow),
    ],
)
def test_a_source_whose_run_raises_does_not_end_the_schedule(
    fault: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(identifier: str) -> None:
        if identifier == "a":
            raise fault

    fake = FakeJob(fail)
    both_again = settings(tmp_path, "1s", "1s")
    keep_running_until(fake, lambda runs: min(runs.count("a"), runs.count("b")) >= 2, both_again, monkeypatch)
    logged = "".join(capfd.readouterr())
    assert fault.args[0] in logged


def test_the_handlers_of_signals_are_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    fake = FakeJob()
    keep_running_until(fake, lambda runs: len(runs) >= 1, settings(tmp_path, "1h"), monkeypatch)
    assert {number: signal.getsignal(number) for number in before} == before


def test_a_run_that_is_still_waiting_when_the_signal_comes_does_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(_: str) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.3)

    fake = FakeJob(end)
    monkeypatch.setattr(job, "run", fake.run)
    what = settings(tmp_path, "1h", "1h", "1h")
    service.keep_running(what, Around(read=lambda: what, jitter=0))
    assert len(fake.runs) == 1


# As a process


@contextmanager
def running(place: Path) -> Iterator[subprocess.Popen[str]]:
    """`feedpub run`, killed in the end if it has not ended by itself."""
    process = subprocess.Popen(
        [str(SCRIPT), "run", "-c", str(place)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def rows(store: Path, query: str) -> list[tuple[object, ...]]:
    """What the store holds; nothing while there is none."""
    if not store.exists():
        return []
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()


def until(met: Callable[[], bool]) -> None:
    """Wait for something, for a bounded time."""
    limit = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.02)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample config with its releases, in a folder of its own."""
    for folder in ("sample", "topics"):
        shutil.copytree(ROOT / "config" / folder, tmp_path / "config" / folder)
    place = tmp_path / "config/sample.toml"
    text = (ROOT / "config/sample.toml").read_text("utf-8")
    place.write_text(text.replace("[site]\n", "[site]\nsearch = false\n", 1), "utf-8")  # An index takes a second.
    return place


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_run_asks_at_once_and_a_signal_ends_it_well_with_what_it_has(number: signal.Signals, sample: Path) -> None:
    store = sample.parent.parent / "var/sample.db"
    with running(sample) as process:
        until(lambda: len(rows(store, "SELECT id FROM run")) == 2)
        process.send_signal(number)
        out, logged = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out) == (0, "")
    assert rows(store, "SELECT count(*) FROM entry") == [(24,)]
    assert (sample.parent.parent / "public/sample/feeds/all/zh-Hant.atom").is_file()
    told = [json.loads(line) for line in logged.splitlines()]
    ended = [one for one in told if one["event"] == "run ended"]
    assert [(one["source"], one["new"], one["failed"]) for one in ended] == [("sample-en", 12, 0), ("sample-zh", 12, 0)]
    assert [one["signal"] for one in told if one["event"] == "stopping"] == [number.name]


IMPATIENT = """
import os, signal, sys
from pathlib import Path

class Terminal:
    # Sends the second signal just while the first one is being logged.
    def __init__(self, stream):
        self.stream, self.pressed = stream, False
    def write(self, text):
        if "stopping" in text and not self.pressed:
            self.pressed = True
            os.kill(os.getpid(), signal.SIGINT)
        return self.stream.write(text)
    def __getattr__(self, name):
        return getattr(self.stream, name)

sys.stdout, sys.stderr = Terminal(sys.stdout), Terminal(sys.stderr)
from feedpub import config, service
from feedpub.collect.kinds import KINDS
settings = config.load(Path(sys.argv[1]), KINDS)
end = lambda: os.kill(os.getpid(), signal.SIGTERM)
service.keep_running(settings, service.Around(read=lambda: settings, jitter=0, ready=end))
"""


def test_a_second_signal_while_the_first_is_heeded_changes_nothing(sample: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPATIENT, str(sample)],
        capture_output=True,
        text=True,
        timeout=PATIENCE / 2,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def papers(count: int) -> list[Paper]:
    return [Paper(f"P20261120001{number:02}", f"Release {number}") for number in range(count)]


def test_a_slow_source_that_is_interrupted_stores_and_publishes_what_it_has_read(tmp_path: Path) -> None:
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(*papers(40))
        for paper in site.papers.values():
            server.routes[paper.path] = loopback.late(server.routes[paper.path], 0.2)
        place = site.config(tmp_path)
        with running(place) as process:
            until(lambda: sum(path.endswith(".htm") and "/P" in path for path in server.paths) >= 4)
            process.send_signal(signal.SIGTERM)
            signalled = time.monotonic()
            process.communicate(timeout=PATIENCE)
            assert process.returncode == 0
            # One more release, what was read is stored and published; not the other thirty-five.
            assert time.monotonic() - signalled < 5
    store = tmp_path / "var/store.db"
    ((stored,),) = rows(store, "SELECT count(*) FROM entry")
    assert isinstance(stored, int)
    assert 3 <= stored <= 10
    published = (tmp_path / "public/feeds/all/en.atom").read_text("utf-8")
    assert published.count("<entry") == stored
    assert rows(store, "SELECT count(*) FROM sighting WHERE state = 'due'") == [(40 - stored,)]
    assert rows(store, "SELECT problem FROM source") == [("",)], "to be interrupted is no problem of the source"


def test_what_an_interrupted_run_left_is_read_by_the_next(tmp_path: Path) -> None:
    asked = threading.Event()

    def counting(route: loopback.Route) -> loopback.Route:
        def counted(conversation: Conversation) -> None:
            asked.set()
            route(conversation)

        return counted

    with Loopback() as server:
        site = NewsSite(server)
        site.publish(*papers(5))
        for paper in site.papers.values():
            server.routes[paper.path] = counting(server.routes[paper.path])
        loaded = config.load(site.config(tmp_path), KINDS)
        first = job.run(loaded, job.Run(now=START, stop=asked.is_set))
        second = job.run(loaded, job.Run(now=START + timedelta(minutes=10)))
    assert first.stopped
    assert (first.sources[0].new, second.sources[0].new) == (1, 4)


def test_a_source_that_does_not_answer_does_not_hold_up_the_end_beyond_its_time_out(tmp_path: Path) -> None:
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(*papers(1))
        server.routes["/gia/rss/general_en.xml"] = loopback.silent()
        place = site.config(tmp_path, "[http]\ntimeout = 1.0")
        with running(place) as process:
            server.wait_for(1)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)
            assert process.returncode == 0

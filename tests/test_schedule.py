"""The schedule: when each source is asked, and how a signal ends it."""

from __future__ import annotations

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
from zoneinfo import ZoneInfo

import pytest

from feedpub import config, cron, job, schedule
from feedpub.collect.kinds import KINDS
from feedpub.config import Options, Settings, Source
from feedpub.errors import LockedError, StoreError
from feedpub.report import RunReport
from tests import loopback
from tests.loopback import Conversation, Loopback
from tests.newssite import NewsSite, Paper

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path(sys.executable).with_name("feedpub")
PATIENCE = 20.0
HONG_KONG = ZoneInfo("Asia/Hong_Kong")
START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday


# When


def source(line: str, zone: str = "UTC") -> Source:
    return Source(
        id="a",
        kind="files",
        authority="a.example",
        timezone=ZoneInfo(zone),
        schedule=cron.parse(line),
        credits={},
        options=Options(),
    )


def firings(line: str, count: int, zone: str = "UTC", start: datetime = START) -> list[datetime]:
    """The next times of a schedule after `start`."""
    trigger = schedule.trigger(source(line, zone), 0)
    found: list[datetime] = []
    now, previous = start, start
    for _ in range(count):
        fires = trigger.get_next_fire_time(previous, now)
        assert fires is not None
        found.append(fires)
        previous, now = fires, fires + timedelta(microseconds=1)
    return found


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def walked(line: str, count: int) -> list[datetime]:
    """The same, minute by minute, as crontab(5) says it."""
    allowed = cron.parse(line)
    assert isinstance(allowed, cron.Cron)
    found: list[datetime] = []
    moment = START
    while len(found) < count:
        moment += timedelta(minutes=1)
        day = moment.day in allowed.day
        weekday = WEEKDAYS[moment.weekday()] in allowed.day_of_week
        if (
            moment.minute in allowed.minute
            and moment.hour in allowed.hour
            and moment.month in allowed.month
            and (day or weekday if allowed.either_day else day and weekday)
        ):
            found.append(moment)
    return found


@pytest.mark.parametrize(
    "line",
    [
        "*/10 * * * *",
        "*/7 * * * *",
        "30 9 * * *",
        "0 9 * * mon",
        "0 9 * * 1-5",
        "0 9 * * 0",
        "0 9 * * 7",
        "0 9 * * 6,7",
        "0 9 * * sun,wed",
        "0 0 1,15 * *",
        "0 0 13 * fri",
        "0 12 1-7 * mon",
        "0 0 */10 * 1",
        "5 4 1 jan-mar *",
        "@hourly",
        "@daily",
        "@weekly",
        "@monthly",
    ],
)
def test_a_cron_line_fires_when_crontab_says(line: str) -> None:
    assert firings(line, 6) == walked(line, 6)


def test_monday_is_monday() -> None:
    # crontab counts weekdays from Sunday, APScheduler from Monday.
    assert [fires.isoformat() for fires in firings("0 9 * * 1", 2)] == [
        "2026-11-23T09:00:00+00:00",
        "2026-11-30T09:00:00+00:00",
    ]


def test_two_restricted_days_fire_on_either_and_once_when_both_fit() -> None:
    # November 2026: the 13th was a Friday; Fridays from the 27th on; the 13th of December is a Sunday.
    days = [fires.date().isoformat() for fires in firings("0 0 13 * 5", 5)]
    assert days == ["2026-11-27", "2026-12-04", "2026-12-11", "2026-12-13", "2026-12-18"]
    both = firings("0 0 27 * 5", 3)
    assert [fires.date().isoformat() for fires in both] == ["2026-11-27", "2026-12-04", "2026-12-11"]


def test_a_cron_line_is_in_the_time_zone_of_its_source() -> None:
    (fires,) = firings("30 8 * * *", 1, "Asia/Hong_Kong")
    assert fires.astimezone(UTC) == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    (fires,) = firings("30 8 * * mon", 1, "Asia/Hong_Kong")
    assert fires.astimezone(UTC) == datetime(2026, 11, 30, 0, 30, tzinfo=UTC)


def test_a_weekday_begins_at_midnight_in_the_time_zone_of_its_source() -> None:
    # Half past midnight on Tuesday in Hong Kong is still Monday in UTC.
    (fires,) = firings("30 0 * * tue", 1, "Asia/Hong_Kong")
    assert fires.astimezone(UTC) == datetime(2026, 11, 23, 16, 30, tzinfo=UTC)


def test_summer_time_does_not_shift_a_cron_line() -> None:
    before_the_change = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    found = firings("0 9 * * *", 2, "Europe/Lisbon", before_the_change)
    assert [fires.astimezone(UTC).hour for fires in found] == [8, 8]
    assert [fires.hour for fires in found] == [9, 9]


@pytest.mark.parametrize(("line", "step"), [("30s", 30), ("10m", 600), ("every 2 hours", 7200), ("1d", 86400)])
def test_an_interval_counts_from_the_last_time(line: str, step: int) -> None:
    assert firings(line, 3) == [START + timedelta(seconds=step * number) for number in (1, 2, 3)]


@pytest.mark.parametrize("line", ["0 * * * *", "0 0 13 * 5", "1h"])
def test_jitter_makes_a_run_later_by_at_most_so_many_seconds_and_never_earlier(line: str) -> None:
    exact = firings(line, 1)[0]
    jittered = schedule.trigger(source(line), 20)
    late = set()
    for _ in range(50):
        fires = jittered.get_next_fire_time(START, START)
        assert fires is not None
        late.add((fires - exact).total_seconds())
    assert all(0 <= seconds <= 20 for seconds in late)
    assert len(late) > 1


def test_a_jittered_run_is_not_followed_by_a_second_one_for_the_same_time() -> None:
    trigger = schedule.trigger(source("0 * * * *"), 20)
    fires = datetime(2026, 11, 23, 9, 0, 15, tzinfo=UTC)
    following = trigger.get_next_fire_time(fires, fires + timedelta(seconds=1))
    assert following is not None
    assert following >= datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_a_short_interval_is_not_drowned_in_jitter() -> None:
    trigger = schedule.trigger(source("10s"), 20)
    for _ in range(50):
        fires = trigger.get_next_fire_time(START, START)
        assert fires is not None
        assert 10 <= (fires - START).total_seconds() <= 11


# In this process, with a job that is only pretended


class FakeJob:
    """Stands in for the job: takes notes of its runs, and does with each what it is told."""

    def __init__(self, does: Callable[[str], None] = lambda _: None) -> None:
        self.runs: list[str] = []
        self.going_on, self.most_at_once = 0, 0
        self._does, self._gate = does, threading.Condition()

    def run(self, settings: Settings, how: job.Run) -> RunReport:  # noqa: ARG002 - as the job has it
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
    schedule.keep_running(what, jitter=0, ready=ending.start)
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
    [RuntimeError("a fault"), StoreError("the store cannot be used"), LockedError("another run"), KeyError("x")],
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
    fake = FakeJob()
    monkeypatch.setattr(job, "run", fake.run)
    schedule.run_source(settings(tmp_path, "1h"), "a", lambda: True)
    assert fake.runs == []


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
    return Path(shutil.copy(ROOT / "config" / "sample.toml", tmp_path / "config" / "sample.toml"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_asks_at_once_and_a_signal_ends_it_well_with_what_it_has(number: signal.Signals, sample: Path) -> None:
    store = sample.parent.parent / "var/sample.db"
    with running(sample) as process:
        until(lambda: len(rows(store, "SELECT id FROM run")) == 2)
        process.send_signal(number)
        _, logged = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    assert rows(store, "SELECT count(*) FROM entry") == [(24,)]
    assert (sample.parent.parent / "public/sample/feeds/all/zh-Hant.atom").is_file()
    assert "Traceback" not in logged


def test_run_logs_to_standard_error_and_says_what_each_source_gave(sample: Path) -> None:
    store = sample.parent.parent / "var/sample.db"
    with running(sample) as process:
        until(lambda: len(rows(store, "SELECT id FROM run")) == 2)
        process.send_signal(signal.SIGTERM)
        out, logged = process.communicate(timeout=PATIENCE)
    assert out == ""
    assert "sample-en: 12 new" in logged
    assert "SIGTERM" in logged


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
from feedpub import config, schedule
from feedpub.collect.kinds import KINDS
settings = config.load(Path(sys.argv[1]), KINDS)
schedule.keep_running(settings, jitter=0, ready=lambda: os.kill(os.getpid(), signal.SIGTERM))
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

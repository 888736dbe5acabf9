"""Whether every source is fresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from sqlalchemy import Connection

from feedpub import cli, config, cron, health
from feedpub.collect.kinds import KINDS
from feedpub.config import Settings
from feedpub.faults import NAMES
from feedpub.report import Fault
from feedpub.store import faults, published
from feedpub.store.database import Store, utc
from tests.newssite import HKT

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=HKT)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CONFIG = """\
[site]
base_url = "https://news.example/"
title = "News"
languages = ["en"]
timezone = "Asia/Hong_Kong"
search = false
[output]
directory = "public"
[store]
url = "sqlite:///store.db"
"""
SOURCE = """\
[[source]]
id = "{0}"
kind = "files"
directory = "{0}"
language = "en"
schedule = "{1}"
"""


def configured(folder: Path, **schedules: str) -> Settings:
    """A config with sources on their schedules."""
    place = folder / "feedpub.toml"
    for name in schedules:
        (folder / name).mkdir(exist_ok=True)
    place.write_text(CONFIG + "".join(SOURCE.format(*one) for one in schedules.items()), "utf-8")
    return config.load(place, KINDS)


class Desk:
    """A config of two sources, the town every ten minutes and the court at six, and what runs left in the store."""

    def __init__(self, folder: Path) -> None:
        self.settings = configured(folder, town="*/10 * * * *", court="0 6 * * *")
        self.store = Store(self.settings.store_url)
        self.ran("town", NOON)
        self.ran("court", NOON)

    def in_store(self, do: Callable[[Connection], None]) -> None:
        """Do something in a transaction."""
        with self.store.transaction() as connection:
            do(connection)

    def ran(self, source: str, at: datetime, problem: str = "", not_before: str = "") -> None:
        """A run asked a source, and ended."""
        self.asked(source, at, problem, not_before)
        self.in_store(lambda it: published.record_run(it, published.next_run(it), utc(at), "{}"))

    def asked(self, source: str, at: datetime, problem: str = "", not_before: str = "") -> None:
        """A run asked a source."""
        self.in_store(lambda it: published.record_source(it, source, utc(at), problem, "", not_before))

    def begins(self, source: str, name: str, at: datetime = NOON) -> None:
        """A fault begins."""
        self.in_store(lambda it: faults.begin(it, source, Fault(name, "at https://secret.example/?key=1"), at))

    def health(self, now: datetime, started: datetime | None = None) -> health.Health:
        return health.look(self.settings, now, started)

    def stale(self, now: datetime, started: datetime | None = None) -> dict[str, str]:
        """The sources that are not fresh, and why."""
        return {one.id: one.why for one in self.health(now, started).sources if not one.fresh}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    yield found
    found.store.close()


def test_sources_that_were_asked_in_time_are_fresh(desk: Desk) -> None:
    found = desk.health(NOON + MINUTE)
    assert (found.status, [one.id for one in found.sources]) == ("ok", ["town", "court"])
    assert health.lines(found) == []
    assert found.sources[0].last_success == "2026-11-20T04:00:00Z"


# So long may a source be late: its own interval, then two more (half an hour to an hour), and the time of a run.
@pytest.mark.parametrize(
    ("schedule", "until"),
    [
        ("10m", 10 + 30 + 11),
        ("1m", 1 + 30 + 11),
        ("25m", 25 + 50 + 11),
        ("30m", 30 + 60 + 11),
        ("1d", 24 * 60 + 60 + 11),
        ("*/10 * * * *", 10 + 30 + 11),
        ("0 * * * *", 60 + 60 + 11),
        ("0 6 * * *", 18 * 60 + 60 + 11),
        ("*/10 8-11 * * *", 20 * 60 + 30 + 11),  # Nobody works at night.
        ("0 9 * * 1-5", 69 * 60 + 60 + 11),  # Friday to Monday.
    ],
)
def test_how_long_a_success_counts_goes_by_the_schedule(desk: Desk, schedule: str, until: int) -> None:
    source = msgspec.structs.replace(desk.settings.sources[0], schedule=cron.parse(schedule))
    assert health.fresh_until(source, NOON, 600.0) == NOON + until * MINUTE


def test_a_source_that_no_run_asks_is_stale_once_it_is_late(desk: Desk) -> None:
    assert desk.stale(NOON + 51 * MINUTE) == {}
    late = {"town": "no success since 2026-11-20T04:00:00Z, expected by 2026-11-20T04:51:00Z"}
    assert desk.stale(NOON + 52 * MINUTE) == late
    assert desk.health(NOON + 52 * MINUTE).status == "stale"
    assert set(desk.stale(NOON + 20 * HOUR)) == {"town", "court"}


@pytest.mark.parametrize("name", ["unreachable", "list-failed", "no-answer"])
def test_a_source_that_does_not_answer_is_stale_once_it_is_late_and_fresh_when_it_is_back(
    desk: Desk, name: str
) -> None:
    for minutes in range(10, 60, 10):
        at = NOON + minutes * MINUTE
        desk.ran("town", at, "no answer")
        desk.begins("town", name, NOON + 10 * MINUTE)
        assert bool(desk.stale(at)) == (minutes > 50), minutes
    at = NOON + HOUR
    desk.ran("town", at, "no answer")
    assert f"{name} since 2026-11-20T04:10:00Z" in desk.stale(at)["town"]
    desk.in_store(lambda it: faults.end(it, "town", name, at))
    desk.ran("town", at + MINUTE)
    assert desk.stale(at + MINUTE) == {}


def test_every_fault_is_said_to_be_one_of_three_kinds(desk: Desk) -> None:
    away, slight = {"unreachable", "list-failed", "no-answer"}, {"pages-gone", "short", "mass-change", "few"}
    told = {}
    for name in NAMES:
        desk.begins("court", name)
        told[name] = desk.stale(NOON).get("court")
        with desk.store.transaction() as connection:
            faults.end(connection, "court", name, NOON)
    broken = NAMES.keys() - away - slight
    assert told == {name: f"{name} since 2026-11-20T04:00:00Z" if name in broken else None for name in NAMES}


def test_a_release_that_cannot_be_read_makes_no_source_stale(desk: Desk) -> None:
    for hours in range(1, 4):
        desk.ran("town", NOON + hours * HOUR, "https://town.example/1: is no release")
    assert desk.stale(NOON + 3 * HOUR) == {}


def test_a_source_that_was_never_asked_is_not_fresh(tmp_path: Path) -> None:
    settings = configured(tmp_path, town="10m")
    Store(settings.store_url).close()
    found = health.look(settings, NOON)
    assert (found.status, found.sources[0].why) == ("stale", "was never asked")
    assert health.lines(found) == ["no run has ended yet", "town: was never asked"]


def test_a_source_that_never_had_success_is_not_fresh(tmp_path: Path) -> None:
    settings = configured(tmp_path, town="10m")
    store = Store(settings.store_url)
    with store.transaction() as connection:
        published.record_source(connection, "town", utc(NOON), "no answer")
        faults.begin(connection, "town", Fault("unreachable", "no answer"), NOON)
    store.close()
    assert health.look(settings, NOON).sources[0].why == (
        "was never asked with success; unreachable since 2026-11-20T04:00:00Z"
    )


def test_one_that_asks_to_be_left_alone_for_long_is_stale_and_says_so(desk: Desk) -> None:
    desk.ran("town", NOON, not_before=utc(NOON + DAY))
    assert desk.stale(NOON + 50 * MINUTE) == {}
    assert desk.stale(NOON + HOUR)["town"].endswith("asks to be left alone until 2026-11-21T04:00:00Z")


def test_a_success_in_the_future_is_none(desk: Desk) -> None:
    desk.ran("town", NOON + 4 * MINUTE)
    assert desk.stale(NOON) == {}
    desk.ran("town", NOON + 365 * DAY)
    assert desk.stale(NOON) == {"town": "its last success is in the future: the clock was set back"}


def test_a_source_that_is_not_in_the_config_does_not_count(desk: Desk) -> None:
    desk.asked("old", NOON - DAY, "no answer")
    desk.begins("old", "empty")
    assert desk.health(NOON).status == "ok"


def test_what_is_said_has_nothing_that_others_wrote(desk: Desk) -> None:
    for name in NAMES:
        desk.begins("town", name)
    said = msgspec.json.encode(desk.health(NOON + DAY)).decode()
    assert "secret" not in said
    assert str(desk.settings.path.parent) not in said


def test_runs_that_ask_and_never_end_publish_nothing(desk: Desk) -> None:
    for minutes in range(10, 60, 10):
        desk.asked("town", NOON + minutes * MINUTE)
    assert desk.health(NOON + 51 * MINUTE).status == "ok"
    at = NOON + 52 * MINUTE
    found = desk.health(at)
    assert (found.status, found.why) == ("stale", "no run has ended since 2026-11-20T04:00:00Z")
    assert {one.fresh for one in found.sources} == {True}
    desk.ran("town", at)
    assert desk.health(at).status == "ok"


# The store


def test_before_anything_was_published_nothing_is_fresh_and_no_store_is_made(tmp_path: Path) -> None:
    settings = configured(tmp_path, town="10m")
    found = health.look(settings, NOON)
    assert (found.status, found.why) == ("stale", "nothing was published yet")
    assert not (tmp_path / "store.db").exists()


def test_a_store_that_cannot_be_read_is_told_without_its_place(tmp_path: Path) -> None:
    settings = configured(tmp_path, town="10m")
    (tmp_path / "store.db").write_bytes(b"no database" * 1000)
    found = health.look(settings, NOON)
    assert (found.status, found.why, found.sources) == ("stale", "the store cannot be read", ())


# The start of a service


def test_a_service_whose_first_run_has_not_ended_is_starting(desk: Desk) -> None:
    started = NOON + DAY
    found = desk.health(started + MINUTE, started)
    assert (found.status, found.why) == ("starting", "the first run has not ended")
    assert set(desk.stale(started + MINUTE, started)) == {"town", "court"}
    assert desk.health(started + MINUTE).status == "stale"


def test_one_that_was_started_again_is_well_at_once_while_its_sources_are_fresh(desk: Desk) -> None:
    assert desk.health(NOON + 2 * MINUTE, NOON + MINUTE).status == "ok"


def test_one_source_of_two_is_asked_then_the_other_is_waited_for(desk: Desk) -> None:
    started = NOON + DAY
    desk.ran("town", started + MINUTE)
    assert desk.health(started + 2 * MINUTE, started).status == "starting"
    desk.ran("court", started + 3 * MINUTE)
    assert desk.health(started + 4 * MINUTE, started).status == "ok"


def test_a_first_run_that_failed_is_no_start(desk: Desk) -> None:
    started = NOON + DAY
    desk.begins("town", "unreachable", started)
    desk.ran("town", started, "no answer")
    assert desk.health(started + MINUTE, started).status == "stale"


def test_a_run_that_has_asked_and_is_still_publishing_is_waited_for(desk: Desk) -> None:
    started = NOON + DAY
    for source in ("town", "court"):
        desk.asked(source, started)
    assert desk.stale(started) == {}
    assert desk.health(started + MINUTE, started).status == "starting"


def test_a_start_ends(desk: Desk, tmp_path: Path) -> None:
    started = NOON + DAY
    assert desk.health(started + 19 * MINUTE, started).status == "starting"
    assert desk.health(started + 20 * MINUTE, started).status == "stale"
    many = configured(tmp_path, **{f"town-{number}": "10m" for number in range(20)})
    assert health.look(many, started + 59 * MINUTE, started).status == "starting"
    assert health.look(many, started + 60 * MINUTE, started).status == "stale"


def test_before_the_first_run_of_all_a_service_is_starting(tmp_path: Path) -> None:
    settings = configured(tmp_path, town="10m")
    assert health.look(settings, NOON + MINUTE, NOON).status == "starting"
    assert health.look(settings, NOON + 10 * MINUTE, NOON).status == "stale"


# The command


def test_status_fresh_says_nothing_and_is_exit_0_while_all_is_fresh(desk: Desk) -> None:
    now = datetime.now(HKT)
    for source in ("town", "court"):
        desk.ran(source, now)
    done = CliRunner().invoke(cli.commands, ["status", "--fresh", "-c", str(desk.settings.path)])
    assert (done.exit_code, done.output) == (0, "")


def test_status_fresh_says_what_is_stale_with_exit_1(desk: Desk) -> None:
    desk.ran("court", datetime.now(HKT))
    done = CliRunner().invoke(cli.commands, ["status", "--fresh", "-c", str(desk.settings.path)])
    assert (done.exit_code, done.output) == (
        1,
        "town: no success since 2026-11-20T04:00:00Z, expected by 2026-11-20T04:51:00Z\n",
    )
    asked = CliRunner().invoke(cli.commands, ["status", "--fresh", "--json", "-c", str(desk.settings.path)])
    assert asked.exit_code == 1
    assert msgspec.json.decode(asked.output, type=health.Health).status == "stale"

"""Metrics: what Prometheus reads of them, as a file at the end of a run and from the store."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from feedpub import __version__, alerting, config, job, metrics, textfile
from feedpub.collect.kinds import KINDS
from feedpub.config import Settings
from feedpub.errors import ConfigError, LockedError, PublishError, StoreError
from feedpub.faults import NAMES
from feedpub.progress import NoBar
from feedpub.publish.directory import Directory
from feedpub.report import Fault, PairHealth, Problem, RunReport, lines
from feedpub.store import faults, notes, published, untold
from feedpub.store.database import Store, utc
from feedpub.store.schema import VERSION
from tests.newssite import HKT
from tests.test_cli import feedpub

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=HKT)
EPOCH = NOON.timestamp()
CONFIG = """\
[site]
base_url = "https://news.example/"
title = "News"
languages = ["en"]
timezone = "Asia/Hong_Kong"
search = false
[output]
directory = "public"
compress = []
[store]
url = "sqlite:///store.db"
[metrics]
textfile = "collector/feedpub.prom"
{more}
[[source]]
id = "town"
kind = "files"
directory = "town"
language = "en"
schedule = "10m"
"""
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]
# https://prometheus.io/docs/practices/naming/: one prefix, base units, a suffix for what is counted or dated.
NAME = re.compile(r"feedpub_[a-z]+(_[a-z]+)*")
UNITS = ("seconds", "bytes", "ratio", "total", "info")
NOT_BASE = ("minutes", "hours", "days", "milliseconds", "kilobytes", "megabytes", "percent")


def sampled(content: bytes) -> Samples:
    """The samples of a text, by name and labels; none may stand twice."""
    found: Samples = {}
    for family in text_string_to_metric_families(content.decode()):
        for sample in family.samples:
            key = sample.name, tuple(sorted(sample.labels.items()))
            assert key not in found, key
            found[key] = sample.value
    return found


def value(found: Samples, name: str, **labels: str) -> float | None:
    return found.get((f"feedpub_{name}", tuple(sorted(labels.items()))))


class Desk:
    """A site of one folder that is published with its metrics."""

    def __init__(self, folder: Path, more: str = "") -> None:
        self.folder, self.path = folder, folder / "feedpub.toml"
        for name in ("town", "collector"):
            (folder / name).mkdir()
        self.path.write_text(CONFIG.format(more=more), "utf-8")
        self.release("2026-11-20-pier", "The pier reopens")

    def release(self, name: str, title: str) -> None:
        (self.folder / f"town/{name}.txt").write_text(f"{title}\n\nThe bureau said so today.\n", "utf-8")

    @property
    def settings(self) -> Settings:
        return config.load(self.path, KINDS)

    @property
    def file(self) -> Path:
        return self.folder / "collector/feedpub.prom"

    def run(self, at: datetime = NOON) -> RunReport:
        return job.run(self.settings, job.Run(now=at))

    def samples(self) -> Samples:
        return sampled(self.file.read_bytes())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield Desk(tmp_path)
    assert sorted(path.name for path in (tmp_path / "collector").glob(".*")) == []


# After a run


def test_a_run_leaves_its_metrics_in_a_file(desk: Desk) -> None:
    report = desk.run()
    found = desk.samples()
    assert (report.exit_code, report.warnings) == (0, ())
    assert value(found, "build_info", version=__version__) == 1
    assert value(found, "store_up") == 1
    assert value(found, "last_run_timestamp_seconds") == EPOCH
    assert value(found, "last_run_duration_seconds") == report.seconds > 0
    assert value(found, "last_run_exit_code") == 0
    assert value(found, "last_run_documents", result="written") == len(report.written) > 5
    assert value(found, "last_run_documents", result="unchanged") == 0
    assert value(found, "last_run_documents", result="failed") == 0
    assert value(found, "runs_total") == 1
    assert value(found, "store_schema_version") == VERSION
    assert (value(found, "store_size_bytes") or 0) % 4096 == 0 < (value(found, "store_size_bytes") or 0)
    assert value(found, "stories") == 1
    assert value(found, "entries", source="town", language="en") == 1
    assert value(found, "source_info", source="town", kind="files") == 1
    assert value(found, "source_last_run_success", source="town") == 1
    for name in ("last_run", "last_success"):
        assert value(found, f"source_{name}_timestamp_seconds", source="town") == EPOCH
    assert value(found, "source_fresh_until_timestamp_seconds", source="town") == EPOCH + 51 * 60
    assert value(found, "source_rests_until_timestamp_seconds", source="town") == 0


def test_the_next_run_writes_it_anew(desk: Desk) -> None:
    desk.run()
    desk.release("2026-11-20-ferry", "The ferry sails")
    desk.run(NOON + timedelta(minutes=10))
    found = desk.samples()
    assert value(found, "runs_total") == 2
    assert value(found, "last_run_timestamp_seconds") == EPOCH + 600
    assert value(found, "entries", source="town", language="en") == 2
    assert (value(found, "last_run_documents", result="unchanged") or 0) > 0


def test_each_fault_has_a_series_that_is_0_or_1(desk: Desk) -> None:
    desk.run()
    (desk.folder / "town").rename(desk.folder / "gone")
    assert desk.run(NOON + timedelta(minutes=10)).exit_code == 1
    found = desk.samples()
    active = {
        name: value(found, "source_fault_active", source="town", fault=name) for name in NAMES if name != "unreachable"
    }
    assert active == dict.fromkeys(active, 0)
    assert value(found, "source_fault_active", source="town", fault="unreachable") == 1
    assert value(found, "source_last_run_success", source="town") == 0
    assert value(found, "source_last_success_timestamp_seconds", source="town") == EPOCH
    assert value(found, "source_last_run_timestamp_seconds", source="town") == EPOCH + 600
    assert value(found, "last_run_exit_code") == 1


def test_releases_that_cannot_be_read_and_documents_that_cannot_be_written_are_counted(desk: Desk) -> None:
    (desk.folder / "town/2026-11-20-empty.txt").write_text("", "utf-8")
    (desk.folder / "public/index.html").mkdir(parents=True)
    report = desk.run()
    found = desk.samples()
    assert len(report.failed) == value(found, "last_run_documents", result="failed") == 1
    assert value(found, "source_pending_releases", source="town", state="failed") == 1
    assert value(found, "source_pending_releases", source="town", state="due") == 0
    assert value(found, "source_pending_releases", source="town", state="given_up") == 0


def test_what_waits_to_be_told_is_counted(tmp_path: Path) -> None:
    more = '[alert]\ncommand = ["no-such-program-at-all"]\n[websub]\nhubs = ["https://hub.example/?key=secret"]'
    desk = Desk(tmp_path, more)
    store = Store(desk.settings.store_url)
    with store.transaction() as connection:
        untold.add(
            connection, ["https://hub.example/?key=secret"], ["https://news.example/a", "https://news.example/b"]
        )
        notes.put(connection, "alert", '{"command":{"waiting":[]}}')
        faults.begin(connection, "town", Fault("empty", "the list is empty"), NOON)
        assert alerting.waiting(connection) == 0
    around = job.surroundings(desk.settings, NOON)
    assert alerting.tell(store, desk.settings, around, offline=True).waiting == 1
    store.close()
    facts = metrics.look(desk.settings, NOON)
    assert facts.store
    assert (facts.store.hubs_waiting, facts.store.alerts_waiting) == (2, 1)
    content = metrics.exposition(facts)
    found = sampled(content)
    assert (value(found, "hub_notifications_waiting"), value(found, "alerts_waiting")) == (2, 1)
    for private in ("secret", "hub.example", str(tmp_path), "no-such-program"):
        assert private not in content.decode()


def test_retag_writes_them_too(tmp_path: Path) -> None:
    desk = Desk(tmp_path, '[topics]\ntaxonomy = "taxonomy.toml"')
    for name in ("taxonomy.toml", "bodies.toml"):
        shutil.copy(Path(__file__).parent / "entries/topics" / name, tmp_path)
    desk.run()
    desk.file.unlink()
    job.retag(desk.settings, NOON + timedelta(hours=1), NoBar())
    assert value(desk.samples(), "runs_total") == 2
    assert value(desk.samples(), "last_run_timestamp_seconds") == EPOCH + 3600


def test_without_a_file_in_the_config_there_is_none(desk: Desk) -> None:
    text = desk.path.read_text("utf-8")
    desk.path.write_text(text.replace('[metrics]\ntextfile = "collector/feedpub.prom"\n', ""), "utf-8")
    assert desk.run().exit_code == 0
    assert list((desk.folder / "collector").iterdir()) == []


# The file


def test_who_collects_may_read_it_whatever_the_umask(desk: Desk) -> None:
    before = os.umask(0o077)
    try:
        desk.run()
    finally:
        os.umask(before)
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o644


def test_it_is_replaced_as_a_whole_after_it_is_on_the_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run()
    done, replace = list[str](), Path.replace

    def noted(self: Path, target: Path) -> Path:
        if target == desk.file:
            # The collector reads every *.prom, also of a hidden name.
            assert not self.name.endswith(".prom")
            assert self.parent == target.parent
            assert value(sampled(self.read_bytes()), "runs_total") == 2
            assert value(desk.samples(), "runs_total") == 1
            done.append("replaced")
        return replace(self, target)

    def synced(handle: int) -> None:
        if Path(f"/proc/self/fd/{handle}").readlink().is_relative_to(desk.file.parent):
            done.append("synced")

    monkeypatch.setattr("pathlib.Path.replace", noted)
    monkeypatch.setattr("os.fsync", synced)
    desk.run()
    assert done == ["synced", "replaced", "synced"]


def test_what_a_killed_run_left_is_in_nobodys_way(desk: Desk) -> None:
    (desk.folder / "secret").write_text("secret", "utf-8")
    (desk.folder / "collector/.feedpub.prom.feedpub-tmp").symlink_to(desk.folder / "secret")
    desk.run()
    assert value(desk.samples(), "runs_total") == 1
    assert (desk.folder / "secret").read_text("utf-8") == "secret"


def test_one_that_cannot_be_written_is_a_warning_with_exit_1_and_all_else_is_done(desk: Desk) -> None:
    (desk.folder / "collector").rmdir()
    report = desk.run()
    assert report.exit_code == 1
    (warning,) = report.warnings
    assert warning == (f"{desk.file}: the metrics cannot be written: No such file or directory; see [metrics] textfile")
    assert lines(report)[-1] == f"  warning: {warning}"
    assert (desk.folder / "public/feeds/all/en.atom").exists()
    store = Store(desk.settings.store_url)
    with store.reading() as connection:
        last = metrics.last_run(connection)
    store.close()
    assert last
    assert (last.exit_code, last.at) == (1, NOON.astimezone(UTC))
    (desk.folder / "collector").mkdir()
    assert desk.run(NOON + timedelta(minutes=10)).exit_code == 0


def test_a_folder_in_its_place_is_a_warning_and_nothing_is_left_behind(desk: Desk) -> None:
    desk.file.mkdir()
    report = desk.run()
    assert "the metrics cannot be written: Is a directory" in report.warnings[0]
    assert [path.name for path in (desk.folder / "collector").iterdir()] == ["feedpub.prom"]


def test_a_fault_in_the_metrics_is_a_warning(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> bytes:
        raise RuntimeError("no number")

    monkeypatch.setattr(metrics, "exposition", broken)
    assert "RuntimeError: no number" in desk.run().warnings[0]


def test_publish_says_the_warning_also_when_it_is_quiet(desk: Desk) -> None:
    (desk.folder / "collector").rmdir()
    said = feedpub("publish", "-q", "-c", desk.path)
    assert said.code == 1
    assert "warning: " in said.err
    assert "the metrics cannot be written" in said.err


# A run that fails


def test_a_run_that_fails_says_so_and_what_the_store_still_tells(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run()

    def full(*_: object, **__: object) -> None:
        raise StoreError("database or disk is full")

    monkeypatch.setattr(published, "record_run", full)
    with pytest.raises(StoreError, match="disk is full"):
        desk.run(NOON + timedelta(minutes=10))
    found = desk.samples()
    assert value(found, "last_run_exit_code") == 1
    assert value(found, "last_run_timestamp_seconds") == EPOCH + 600
    assert value(found, "last_run_documents", result="written") is None
    assert value(found, "store_up") == 1
    assert value(found, "source_last_success_timestamp_seconds", source="town") == EPOCH + 600


def test_a_run_whose_store_cannot_be_read_says_so(desk: Desk) -> None:
    (desk.folder / "store.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError):
        desk.run()
    found = desk.samples()
    assert (value(found, "store_up"), value(found, "last_run_exit_code")) == (0, 1)
    assert value(found, "source_last_success_timestamp_seconds", source="town") is None


def test_a_run_whose_output_cannot_be_used_says_so_and_makes_no_store(desk: Desk) -> None:
    (desk.folder / "public").write_bytes(b"a file")
    with pytest.raises(PublishError):
        desk.run()
    assert (value(desk.samples(), "store_up"), value(desk.samples(), "last_run_exit_code")) == (0, 1)
    assert not (desk.folder / "store.db").exists()


def test_a_config_error_in_the_run_is_exit_2(tmp_path: Path) -> None:
    desk = Desk(tmp_path, '[topics]\ntaxonomy = "none.toml"')
    with pytest.raises(ConfigError):
        desk.run()
    assert value(desk.samples(), "last_run_exit_code") == 2


def test_one_that_finds_another_going_on_leaves_the_file_to_that_one(desk: Desk) -> None:
    with Directory(desk.settings.output).lock(), pytest.raises(LockedError):
        desk.run()
    assert not desk.file.exists()


def test_why_a_run_failed_is_told_though_the_metrics_cannot_be(desk: Desk) -> None:
    (desk.folder / "collector").rmdir()
    (desk.folder / "store.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="not a database"):
        desk.run()
    (desk.folder / "collector").mkdir()


def test_a_run_that_is_stopped_by_hand_writes_nothing(desk: Desk) -> None:
    with pytest.raises(KeyboardInterrupt), textfile.telling_failure(desk.settings, NOON):
        raise KeyboardInterrupt
    assert not desk.file.exists()


# From the store


def test_what_the_store_tells_later_is_what_the_run_wrote(desk: Desk) -> None:
    desk.run()
    written = desk.samples()
    assert sampled(metrics.exposition(metrics.look(desk.settings, NOON))) == written


def test_before_the_first_run_no_store_is_made(desk: Desk) -> None:
    facts = metrics.look(desk.settings, NOON)
    assert facts == metrics.Facts()
    assert not (desk.folder / "store.db").exists()
    assert set(sampled(metrics.exposition(facts))) == {
        ("feedpub_build_info", (("version", __version__),)),
        ("feedpub_store_up", ()),
    }


def test_a_report_of_another_version_is_none(desk: Desk) -> None:
    desk.run()
    store = Store(desk.settings.store_url)
    with store.transaction() as connection:
        connection.execute(text("UPDATE run SET report = '{\"at\": 7}'"))
    store.close()
    facts = metrics.look(desk.settings, NOON)
    assert facts.last is None
    assert facts.store


# The format

WHOLE = metrics.Facts(
    last=metrics.of_report(RunReport(at=NOON, written=("a",), failed=(Problem("b", "c"),), seconds=1.5)),
    store=metrics.StoreFacts(
        size=4096,
        version=6,
        runs=3,
        stories=5,
        pairs=PairHealth(paired={"en": 0.5, "zh-Hant": 1.0}, single=2),
        hubs_waiting=1,
        alerts_waiting=4,
        sources=(
            metrics.SourceFacts(
                id="town", kind="gia", faults=("empty",), entries={"en": 3}, pending={"past failed": 2}
            ),
            metrics.SourceFacts(id="court", kind="files", entries={"en": 1, "zh-Hant": 1}),
        ),
    ),
)


def test_names_are_as_the_guidelines_say(desk: Desk) -> None:
    desk.run()
    content = desk.file.read_text("utf-8") + metrics.exposition(WHOLE).decode()
    for family in text_string_to_metric_families(content):
        for name in {sample.name for sample in family.samples} | {family.name}:
            assert NAME.fullmatch(name), name
            assert not set(name.split("_")) & set(NOT_BASE), name
        assert family.type in ("gauge", "counter")
        assert all(sample.name.endswith("_total") == (family.type == "counter") for sample in family.samples)
        assert "timestamp" not in family.name or family.name.endswith("_timestamp_seconds")
        assert "duration" not in family.name or family.name.endswith("_duration_seconds")
        assert not family.name.endswith("_info") or {sample.value for sample in family.samples} == {1}
        assert family.documentation.endswith(".")
        assert all(re.fullmatch(r"[a-z]+", label) for sample in family.samples for label in sample.labels)


def test_each_metric_says_once_what_it_is_before_its_samples() -> None:
    content = metrics.exposition(WHOLE).decode()
    assert content.endswith("\n")
    heads = re.findall(r"^# (HELP|TYPE) (\w+) ", content, re.MULTILINE)
    names = [name for kind, name in heads if kind == "TYPE"]
    assert len(names) == len(set(names)) > 20
    assert [name for kind, name in heads if kind == "HELP"] == names
    current = ""
    for line in content.splitlines():
        if line.startswith("# TYPE "):
            current = line.split()[2]
        elif not line.startswith("#"):
            assert re.match(r"\w+", line)[0] == current, line  # type: ignore[index]


@pytest.mark.parametrize(
    "hostile", ['"', "\\", "\n", '"} 1\nfeedpub_store_up 0\n#', "\\n", '\\"', "{}", "é港\u2028", "\t", "a=b,c"]
)
def test_labels_say_what_they_say_whatever_is_in_them(hostile: str) -> None:
    assert WHOLE.store
    source = metrics.SourceFacts(
        id=hostile, kind=hostile, faults=(hostile,), entries={hostile: 1}, pending={hostile.replace(" ", "_"): 1}
    )
    facts = msgspec.structs.replace(WHOLE, store=msgspec.structs.replace(WHOLE.store, sources=(source,)))
    found = sampled(metrics.exposition(facts))
    assert value(found, "entries", source=hostile, language=hostile) == 1
    assert value(found, "source_info", source=hostile, kind=hostile) == 1
    assert value(found, "source_fault_active", source=hostile, fault=hostile) == 1
    assert value(found, "store_up") == 1


def test_of_a_process_its_memory_and_files_are_told() -> None:
    found = sampled(metrics.exposition(WHOLE, process=True))
    for name in ("process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total"):
        assert found[name, ()] > 0
    assert not any(name.startswith("process_") for name, _ in sampled(metrics.exposition(WHOLE)))


def test_times_are_those_of_the_store(desk: Desk) -> None:
    desk.run()
    store = Store(desk.settings.store_url)
    with store.transaction() as connection:
        published.record_source(connection, "town", utc(NOON), "no answer", "", utc(NOON + timedelta(hours=2)))
    store.close()
    found = sampled(metrics.exposition(metrics.look(desk.settings, NOON)))
    assert value(found, "source_rests_until_timestamp_seconds", source="town") == EPOCH + 7200

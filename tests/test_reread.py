"""`publish --reread`: what a better reader finds in kept pages is taken in silently, and nobody is asked."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import msgspec
import pytest
from click.testing import CliRunner

from feedpub import config, job, report
from feedpub.cli import commands
from feedpub.collect.gia import page as reader
from feedpub.collect.kinds import KINDS
from feedpub.errors import ConfigError, ReleaseError
from tests.loopback import Loopback
from tests.loopback import page as plain
from tests.past import Past, file, papers

KEPT = '[collect]\nkeep_pages = "kept"\n'
DOCUMENTS = ("all/en.atom", "all/zh-Hant.atom", "all/bilingual.atom", "all/en.rss")


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
def desk(server: Loopback, tmp_path: Path) -> Past:
    """Three days in two languages, read and published; nobody answers any more."""
    found = Past(server, tmp_path)
    found.configure(tables=KEPT)
    found.site.publish(*papers())
    assert found.run().well
    server.routes.clear()
    server.requests.clear()
    return found


@pytest.fixture
def better(desk: Past, monkeypatch: pytest.MonkeyPatch) -> Past:
    """Since then, a reader that reads a word as another, and issue times as others, too."""
    old = reader.read

    def read(*given: Any, **named: Any) -> Any:
        found = old(*given, **named)
        return msgspec.structs.replace(
            found,
            body=found.body.replace("Works", "Building works").replace("展開", "動工"),
            title=found.title.replace("Road", "Street"),
            issued=found.issued.replace(hour=3) if found.issued else None,
        )

    monkeypatch.setattr(reader, "read", read)
    return desk


def parsed(desk: Past, name: str) -> list[tuple[str, str, str]]:
    return [
        (one.id, one.get("published", ""), one.get("updated", ""))
        for one in feedparser.parse(desk.place(name).read_bytes()).entries
    ]


def source(done: report.RunReport) -> report.SourceReport:
    (found,) = done.sources
    return found


def test_texts_change_and_nothing_looks_new(better: Past) -> None:
    before = {name: parsed(better, name) for name in DOCUMENTS}
    old = better.place("all/en.atom").read_text("utf-8")

    done = better.run(reread=True)

    assert (source(done).touched, done.exit_code) == (6, 0)
    assert report.lines(done)[0] == "gov: 6 touched"
    assert {name: parsed(better, name) for name in DOCUMENTS} == before
    new = better.place("all/en.atom").read_text("utf-8")
    assert new != old
    # The words are all that changed: no note of a correction, no time, no id.
    assert new.replace("Building works", "Works").replace("Street", "Road") == old
    assert "動工" in better.place("all/zh-Hant.atom").read_text("utf-8")
    assert not better.site.server.requests


def test_without_a_better_reader_nothing_changes(desk: Past) -> None:
    before = desk.published()

    done = desk.run(reread=True)

    assert report.lines(done)[0] == "gov: 6 unchanged"
    assert desk.published() == before
    assert not desk.site.server.requests


def test_pages_that_are_not_kept_are_counted(better: Past) -> None:
    places = sorted((better.folder / "kept").rglob("*.zst"))
    places[0].unlink()
    places[1].write_bytes(b"damaged")

    done = better.run(reread=True)

    assert (source(done).unkept, done.exit_code) == (2, 0)
    assert report.lines(done)[0] == "gov: 4 touched, 2 not kept"
    assert len(better.ids()) == 3
    shutil.rmtree(better.folder / "kept")
    assert report.lines(better.run(reread=True))[0] == "gov: 6 not kept"


def test_withdrawn_entries_stay(better: Past) -> None:
    gone = papers()[-2]
    better.site.papers.pop(gone.key)
    better.site.publish(*better.site.papers.values())
    better.runs(3)
    notice = better.entry(gone.key).content[0].value
    assert better.stored("SELECT count(*) FROM entry WHERE gone = 1") == [(1,)]

    done = better.run(reread=True)

    assert (source(done).touched, source(done).unchanged) == (5, 1)
    assert better.entry(gone.key).content[0].value == notice


def test_what_could_not_be_read_is_read_by_a_better_reader(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Past(server, tmp_path)
    desk.configure(tables=KEPT)
    filed = papers()
    file(server, *filed)
    with monkeypatch.context() as patch:
        # It cannot read what was issued on the second of October.
        old = reader.read
        refuse = ReleaseError("has no text")

        def read(raw: bytes, **named: Any) -> Any:
            if "/02/" in named["url"]:
                raise refuse
            return old(raw, **named)

        patch.setattr(reader, "read", read)
        assert desk.backfill().sources[0].unread == 2
        assert source(desk.run(reread=True)).failed == ()
    server.requests.clear()

    done = desk.run(reread=True)

    assert report.lines(done)[0] == "gov: 2 new, 4 unchanged"
    assert desk.stored("SELECT count(*), count(DISTINCT story) FROM entry") == [(6, 3)]
    assert desk.stored("SELECT DISTINCT state FROM sighting") == [("done",)]
    assert not server.requests


def test_what_the_new_reader_cannot_read_is_told_and_stands(desk: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.published()

    def read(*_: object, **__: object) -> Any:
        raise ReleaseError("has no text")

    monkeypatch.setattr(reader, "read", read)
    done = desk.run(reread=True)

    assert done.exit_code == 1
    assert [one.what for one in source(done).failed] == ["has no text"] * 6
    assert desk.published() == before


def test_runs_go_on_as_before(desk: Past, server: Loopback) -> None:
    # What servers gave to ask again with, and when that is due, is not for a reader of kept pages to change.
    looks = desk.stored("SELECT key, language, next_look, etag FROM sighting ORDER BY 1, 2")
    desk.run(reread=True)

    assert desk.stored("SELECT key, language, next_look, etag FROM sighting ORDER BY 1, 2") == looks
    assert not server.requests


def test_hubs_are_told_by_the_next_run(better: Past, server: Loopback) -> None:
    server.routes["/hub"] = plain("")
    better.configure(tables=f'{KEPT}[websub]\nhubs = ["{server.address("/hub")}"]')
    better.run(offline=True)
    server.requests.clear()

    result = CliRunner().invoke(commands, ["publish", "--reread", "-c", str(better.config)])

    assert "gov: 6 touched" in result.output
    assert not server.requests


def test_a_config_that_keeps_no_pages_is_an_error(desk: Past) -> None:
    desk.configure()

    with pytest.raises(ConfigError, match=r"keeps no pages to read again; name a folder in \[collect\] keep_pages"):
        desk.run(reread=True)


def test_folders_have_no_pages_to_read_again(desk: Past) -> None:
    inbox = '[[source]]\nid = "inbox"\nkind = "files"\ndirectory = "inbox"\nlanguage = "en"\nauthority = "a.example"\n'
    desk.configure(tables=inbox + KEPT)
    (desk.folder / "inbox").mkdir()

    assert report.lines(desk.run(reread=True))[:2] == ["gov: 6 unchanged", "inbox: has no kept pages"]


def test_a_folder_that_cannot_be_written_stops_no_run(server: Loopback, tmp_path: Path) -> None:
    desk = Past(server, tmp_path)
    desk.configure(tables=KEPT)
    desk.site.publish(*papers())
    (tmp_path / "kept").write_text("a file", "utf-8")

    done = desk.run()

    assert (source(done).new, done.exit_code) == (6, 0)
    (warning,) = source(done).warnings
    assert warning.startswith("pages are not kept: ")


def test_a_backfill_does_not_begin_where_pages_cannot_be_kept(server: Loopback, tmp_path: Path) -> None:
    desk = Past(server, tmp_path)
    desk.configure(tables=KEPT)
    (tmp_path / "kept").write_text("a file", "utf-8")

    with pytest.raises(ConfigError, match="pages cannot be kept there"):
        desk.backfill()
    assert not server.requests


def test_a_job_without_zstandard_says_so(desk: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)

    with pytest.raises(ConfigError, match=r"feedpub\[zstd\]"):
        job.run(config.load(desk.config, KINDS), job.Run(now=desk.now))

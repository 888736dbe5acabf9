"""The commands, as a shell sees them. In this process where that will do, as the console script where it matters."""

from __future__ import annotations

import fcntl
import gc
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import pytest
from click.testing import CliRunner

from feedpub import __version__, cli, state
from tests import loopback
from tests.loopback import Loopback
from tests.newssite import Paper, page

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path(sys.executable).with_name("feedpub")
NOW = "2026-11-23T08:00:00+08:00"
PATIENCE = 30.0

WORKING = sorted(cli.commands.commands)


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str


def feedpub(*arguments: object) -> Said:
    """Run the console script's function in this process."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "argv", ["feedpub", *map(str, arguments)]):
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        finally:
            gc.enable()
    return Said(code, out.getvalue(), err.getvalue())


def script(*arguments: object, **how: Any) -> Said:
    """Run the console script itself."""
    done = subprocess.run(
        [str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        **how,
    )
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample config with its releases, in a folder of its own."""
    for folder in ("sample", "topics"):
        shutil.copytree(ROOT / "config" / folder, tmp_path / "config" / folder)
    return Path(shutil.copy(ROOT / "config" / "sample.toml", tmp_path / "config" / "sample.toml"))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A config with one folder of two releases."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name in ("first", "second"):
        (folder / f"2026-11-20-{name}.txt").write_text(f"The {name} title\n\nThe {name} text.\n", "utf-8")
    config = tmp_path / "feedpub.toml"
    config.write_text(
        """
[site]
base_url = "https://news.example/"
title = "News"
languages = ["en"]
[output]
directory = "public"
[store]
url = "sqlite:///var/store.db"
[[source]]
id = "inbox"
kind = "files"
directory = "inbox"
language = "en"
""",
        "utf-8",
    )
    return config


def add_broken(config: Path) -> Path:
    """Put a file into the inbox that is no text."""
    broken = config.parent / "inbox" / "broken.txt"
    broken.write_bytes(b"\x81 not UTF-8 \xff")
    return broken


def site(tmp_path: Path, server: Loopback) -> Path:
    """A config with one site on the web."""
    config = tmp_path / "site.toml"
    config.write_text(
        f"""
[site]
base_url = "https://news.example/"
title = "News"
languages = ["en"]
[output]
directory = "public"
[store]
url = "sqlite:///var/store.db"
[[source]]
id = "gov"
kind = "gia"
base_url = "{server.url}gia/"
allow_private_network = true
requests_per_second = 0
""",
        "utf-8",
    )
    return config


RSS = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>T</title>'
    b"<link>https://www.info.gov.hk/gia/general/202611/20/P2026112000101.htm</link></item></channel></rss>"
)


@contextmanager
def held(directory: Path) -> Iterator[None]:
    """Hold the output directory as another run does."""
    directory.mkdir(parents=True, exist_ok=True)
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


# Help


@pytest.mark.parametrize("name", WORKING)
def test_the_help_of_a_command_says_what_it_is_for_and_each_of_its_options(name: str) -> None:
    result = CliRunner().invoke(cli.commands, [name, "--help"], prog_name="feedpub")
    assert result.exit_code == 0
    command = cli.commands.commands[name]
    assert command.help
    assert command.help.splitlines()[0] in result.output
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.opts} has no help"
            for written in parameter.opts:
                assert written in result.output


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_the_help_lists_every_command_and_the_exit_codes(flag: str) -> None:
    result = CliRunner().invoke(cli.commands, [flag], prog_name="feedpub")
    assert result.exit_code == 0
    for name in WORKING:
        assert f"\n  {name} " in result.output
    assert "Exit codes" in result.output


def test_the_version_is_that_of_the_package() -> None:
    assert feedpub("--version") == Said(0, f"feedpub, version {__version__}\n", "")


def test_the_readme_mentions_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    missing = [name for name in WORKING if f"feedpub {name}" not in readme]
    assert missing == []


def test_the_readme_mentions_every_option() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    options = {
        max(parameter.opts, key=len)
        for command in cli.commands.commands.values()
        for parameter in command.params
        if isinstance(parameter, click.Option)
    }
    missing = sorted(option for option in options if option not in readme)
    assert missing == []


# Usage


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["publish"], "Missing option '-c'"),
        (["run"], "Missing option '-c'"),
        (["check"], "Missing option '-c'"),
        (["status"], "Missing option '-c'"),
        (["publsh"], "No such command 'publsh'"),
        (["publish", "--ofline"], "--ofline"),
        (["publish", "-c", "/nowhere/feedpub.toml"], "/nowhere/feedpub.toml: no such file"),
        (["publish", "-c", "/"], "is a directory"),
    ],
)
def test_a_usage_error_is_exit_2_and_a_sentence_on_standard_error(arguments: list[str], said: str) -> None:
    done = feedpub(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_without_a_command_the_help_is_shown() -> None:
    done = feedpub()
    assert done.code in (0, 2)
    assert "Turn the press releases" in done.out + done.err
    assert "publish" in done.out + done.err


# init


def test_init_writes_a_starter_config_that_passes_check(tmp_path: Path) -> None:
    done = feedpub("init", tmp_path / "new" / "folder")
    assert (done.code, done.out) == (0, "")
    config = tmp_path / "new" / "folder" / "feedpub.toml"
    assert str(config) in done.err
    assert config.read_bytes() == (ROOT / "feedpub" / "starter.toml").read_bytes()
    for name in ("taxonomy.toml", "bodies.toml"):
        assert (config.parent / "topics" / name).read_bytes() == (ROOT / "config" / "topics" / name).read_bytes()
    checked = feedpub("check", "-c", config)
    assert (checked.code, checked.out) == (0, "")
    assert "valid" in checked.err
    assert "nothing wrong with its terms" in checked.err


def test_init_writes_here_if_no_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert feedpub("init").code == 0
    assert (tmp_path / "feedpub.toml").is_file()


def test_init_never_overwrites(tmp_path: Path) -> None:
    config = tmp_path / "feedpub.toml"
    config.write_text("mine", "utf-8")
    done = feedpub("init", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert f"{config}: is there already; nothing was written" in done.err
    assert config.read_text("utf-8") == "mine"


def test_init_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = feedpub("init", tmp_path / "file" / "folder")
    assert done.code == 2
    assert "cannot be written" in done.err


# publish


def test_publish_says_what_each_source_gave_on_standard_error_only(sample: Path) -> None:
    done = feedpub("publish", "-c", sample, "--now", NOW)
    assert (done.code, done.out) == (0, "")
    english, chinese, pairs, topics, total = done.err.splitlines()
    assert english.startswith("sample-en: 12 new")
    assert chinese.startswith("sample-zh: 12 new")
    # The twelfth of each is marked as one of a single language.
    assert pairs == "pairs: 8 by link, 3 by evidence, 100% of en paired, 100% of zh-Hant paired"
    assert topics == "topics: 13 tagged, 13 of them new or changed"
    assert total.endswith(" s")
    written = {str(path.relative_to(sample.parent.parent)) for path in sample.parent.parent.rglob("public/**/*.*")}
    assert "public/sample/feeds/all/en.atom" in written
    assert "public/sample/feeds/all/zh-Hant.rss" in written
    assert {"public/sample/feeds/all/bilingual.atom", "public/sample/feeds/all/bilingual.rss"} <= written


def test_a_second_run_finds_nothing_new_and_writes_nothing(sample: Path) -> None:
    feedpub("publish", "-c", sample, "--now", NOW)
    done = feedpub("publish", "-c", sample, "--now", NOW)
    assert done.code == 0
    assert "sample-en: nothing new" in done.err
    assert "pairs: 100% of en paired, 100% of zh-Hant paired\n" in done.err
    assert "\n0 documents written, " in done.err


def test_publish_q_is_silent_when_all_is_well(sample: Path) -> None:
    for _ in range(2):
        assert feedpub("publish", "-q", "-c", sample, "--now", NOW) == Said(0, "", "")


def test_publish_q_speaks_when_a_file_fails_and_publishes_the_others(inbox: Path) -> None:
    broken = add_broken(inbox)
    done = feedpub("publish", "-q", "-c", inbox, "--now", NOW)
    assert (done.code, done.out) == (1, "")
    assert f"failed: {broken}: the file's text is not valid UTF-8" in done.err
    feed = (inbox.parent / "public/feeds/all/en.atom").read_text("utf-8")
    assert "The first title" in feed
    assert "The second title" in feed


def test_a_file_that_fails_is_told_every_run_until_it_is_mended(inbox: Path) -> None:
    broken = add_broken(inbox)
    for _ in range(2):
        assert feedpub("publish", "-q", "-c", inbox, "--now", NOW).code == 1
    broken.write_text("Mended\n\nNow a text.\n", "utf-8")
    assert feedpub("publish", "-q", "-c", inbox, "--now", NOW) == Said(0, "", "")


def test_two_files_that_differ_in_their_ending_only_do_not_stop_the_run(inbox: Path) -> None:
    folder = inbox.parent / "inbox"
    (folder / "2026-11-20-first.md").write_text("# Another title\n\nAnother text.\n", "utf-8")
    done = feedpub("publish", "-c", inbox, "--now", NOW)
    assert done.code in (0, 1)
    assert "The second title" in (inbox.parent / "public/feeds/all/en.atom").read_text("utf-8")


def test_publish_json_is_data_on_standard_output(inbox: Path) -> None:
    broken = add_broken(inbox)
    done = feedpub("publish", "-c", inbox, "--now", NOW, "--json")
    assert done.code == 1
    report = json.loads(done.out)
    assert report["at"] == NOW
    (source,) = report["sources"]
    assert (source["id"], source["new"], source["seen"]) == ("inbox", 2, 3)
    assert [problem["where"] for problem in source["failed"]] == [str(broken)]
    months = ["feeds/all/archive/en/2026-11.atom", "feeds/all/archive/en/2026-12.atom"]
    editions = ["feeds/all/en.atom", "feeds/all/en.json", "feeds/all/en.rss"]
    feeds = [path for path in report["written"] if path.startswith("feeds")]
    assert sorted(feeds) == sorted(["feeds.opml", *months, *editions, "feeds/en.opml"])
    assert {"en/index.html", "index.html"} < set(report["written"])
    assert report["unchanged"] == 0


def test_publish_json_q_prints_nothing_but_the_data(inbox: Path) -> None:
    done = feedpub("publish", "-q", "--json", "-c", inbox, "--now", NOW)
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["failed"] == []


def test_publish_source_asks_only_the_sources_that_are_named(sample: Path) -> None:
    done = feedpub("publish", "-c", sample, "--now", NOW, "--source", "sample-zh")
    assert done.code == 0
    assert "sample-zh: 12 new" in done.err
    assert "sample-en" not in done.err
    both = feedpub("publish", "-c", sample, "--now", NOW, "--source", "sample-zh", "--source", "sample-en")
    assert "sample-en: 12 new" in both.err


def test_an_unknown_source_is_exit_2_and_nothing_is_touched(inbox: Path) -> None:
    done = feedpub("publish", "-c", inbox, "--source", "inbix")
    assert (done.code, done.out) == (2, "")
    assert f'{inbox}: no source "inbix"; there are "inbox"' in done.err
    assert not (inbox.parent / "var").exists()


@pytest.mark.parametrize("now", ["yesterday", "2026-11-23", "2026-11-23T08:00:00", "2026-13-01T00:00:00Z", ""])
def test_a_now_that_is_no_moment_is_exit_2(now: str, inbox: Path) -> None:
    done = feedpub("publish", "-c", inbox, "--now", now)
    assert (done.code, done.out) == (2, "")
    assert f'"{now}"' in done.err
    assert "2026-11-23T08:00:00+08:00" in done.err
    assert not (inbox.parent / "var").exists()


@pytest.mark.parametrize("now", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:00:00-08:00"])
def test_a_now_that_is_no_date_in_utc_is_exit_2(now: str, inbox: Path) -> None:
    done = feedpub("publish", "-c", inbox, "--now", now)
    assert (done.code, done.out) == (2, "")
    assert now in done.err


@pytest.mark.parametrize("now", ["2026-11-23T00:00:00Z", "2026-11-23T08:00:00+08:00", "2026-11-23T08:00:00.5+08:00"])
def test_a_now_with_its_offset_is_the_time_of_the_run(now: str, inbox: Path) -> None:
    assert feedpub("publish", "-c", inbox, "--now", now).code == 0
    assert "last run 2026-11-23T00:00:00Z" in feedpub("status", "-c", inbox).out


def test_offline_asks_no_network_and_still_publishes(tmp_path: Path) -> None:
    with Loopback() as server:
        done = feedpub("publish", "--offline", "-c", site(tmp_path, server))
        assert server.paths == []
    assert done.code == 0
    assert "gov: not asked (offline)" in done.err
    assert (tmp_path / "public/feeds/all/en.atom").is_file()


def test_a_site_that_does_not_answer_is_exit_1_and_the_feeds_are_published(tmp_path: Path) -> None:
    with Loopback() as server:
        done = feedpub("publish", "-q", "-c", site(tmp_path, server))
    assert (done.code, done.out) == (1, "")
    assert "gov: FAILED: " in done.err
    assert "HTTP 404 Not Found" in done.err
    assert (tmp_path / "public/feeds/all/en.atom").is_file()


def test_while_another_run_holds_the_directory_publish_is_exit_3_at_once(inbox: Path) -> None:
    with held(inbox.parent / "public"):
        done = feedpub("publish", "-q", "-c", inbox)
    assert (done.code, done.out) == (3, "")
    assert "another run holds the output directory" in done.err
    assert feedpub("publish", "-q", "-c", inbox).code == 0


def test_a_config_error_is_exit_2_for_every_command_that_reads_one(tmp_path: Path) -> None:
    config = tmp_path / "feedpub.toml"
    config.write_text("[site]\ntitel = 'x'\n", "utf-8")
    for command in ("publish", "run", "serve", "check", "status"):
        done = feedpub(command, "-c", config)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"feedpub: {config}: site: unknown key")


def test_an_output_directory_that_is_a_file_is_told_in_a_sentence(inbox: Path) -> None:
    (inbox.parent / "public").write_text("", "utf-8")
    done = feedpub("publish", "-c", inbox)
    assert (done.code, done.out) == (1, "")
    assert "public: the output directory cannot be used" in done.err


def test_a_store_that_is_no_store_is_told_in_a_sentence(inbox: Path) -> None:
    (inbox.parent / "var").mkdir()
    (inbox.parent / "var" / "store.db").write_text("not a database, and long enough to be none " * 50, "utf-8")
    for command in ("publish", "status"):
        done = feedpub(command, "-c", inbox)
        assert (done.code, done.out) == (1, "")
        assert "the store cannot be used" in done.err


# check


def test_check_says_that_a_config_is_valid_and_touches_nothing(inbox: Path) -> None:
    done = feedpub("check", "-c", inbox)
    assert (done.code, done.out) == (0, "")
    assert f"{inbox}: valid; feeds all in en" in done.err
    assert sorted(path.name for path in inbox.parent.iterdir()) == ["feedpub.toml", "inbox"]


def test_check_json_is_data(inbox: Path) -> None:
    done = feedpub("check", "-c", inbox, "--json", "--live")
    assert done.code == 0
    data = json.loads(done.out)
    assert data["config"] == str(inbox)
    assert [(source["id"], source["releases"], source["problem"]) for source in data["sources"]] == [("inbox", 2, "")]


def test_check_live_asks_the_site_and_stores_nothing(tmp_path: Path) -> None:
    paper = Paper("P2026112000101", "T")
    routes = {"/gia/rss/general_en.xml": loopback.page(RSS, "text/xml"), paper.path: loopback.page(page(paper))}
    with Loopback(routes) as server:
        done = feedpub("check", "--live", "-c", site(tmp_path, server))
        assert server.paths == ["/robots.txt", "/gia/rss/general_en.xml", paper.path]
    assert (done.code, done.out) == (0, "")
    assert "gov: 1 listed" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["site.toml"]


def test_check_without_live_asks_nobody(tmp_path: Path) -> None:
    with Loopback() as server:
        assert feedpub("check", "-c", site(tmp_path, server)).code == 0
        assert server.paths == []


def test_check_live_of_a_site_that_does_not_answer_is_exit_1(tmp_path: Path) -> None:
    with Loopback() as server:
        done = feedpub("check", "--live", "-c", site(tmp_path, server))
    assert (done.code, done.out) == (1, "")
    assert "gov: FAILED: " in done.err


# status


def test_status_before_the_first_run_says_what_to_do_and_makes_no_store(inbox: Path) -> None:
    done = feedpub("status", "-c", inbox)
    assert (done.code, done.out) == (1, "")
    assert f"nothing was published yet; run `feedpub publish -c {inbox}`" in done.err
    assert not (inbox.parent / "var").exists()


def test_status_after_a_run_is_a_line_for_each_source_on_standard_output(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = state.read
    monkeypatch.setattr(state, "read", lambda settings, _clock: read(settings, datetime.fromisoformat(NOW)))
    feedpub("publish", "-c", sample, "--now", NOW)
    done = feedpub("status", "-c", sample)
    assert (done.code, done.err) == (0, "")
    when = "2026-11-23T00:00:00Z"
    assert done.out.splitlines() == [
        f"sample-en (files): 12 en; last success {when}; last run {when}",
        f"sample-zh (files): 12 zh-Hant; last success {when}; last run {when}",
        "pairs: 100% of en paired, 100% of zh-Hant paired",
    ]


def test_status_of_a_source_that_fails_is_exit_1_and_names_the_file(inbox: Path) -> None:
    broken = add_broken(inbox)
    feedpub("publish", "-c", inbox, "--now", NOW)
    done = feedpub("status", "-c", inbox)
    assert (done.code, done.err) == (1, "")
    assert f"failing: {broken}: the file's text is not valid UTF-8" in done.out
    assert "2 en; no success yet" in done.out


def test_status_is_well_again_when_the_file_that_failed_is_gone(inbox: Path) -> None:
    broken = add_broken(inbox)
    feedpub("publish", "-c", inbox, "--now", NOW)
    broken.unlink()
    assert feedpub("publish", "-c", inbox, "--now", NOW).code == 0
    assert feedpub("status", "-c", inbox).code == 0


def test_status_is_well_again_when_a_file_that_was_given_up_is_gone(inbox: Path) -> None:
    broken = add_broken(inbox)
    for day in ("01", "05", "09"):
        feedpub("publish", "-c", inbox, "--now", f"2026-12-{day}T00:00:00Z")
    broken.unlink()
    assert feedpub("publish", "-c", inbox, "--now", "2026-12-10T00:00:00Z").code == 0
    assert feedpub("status", "-c", inbox).code == 0


def test_status_json_is_data(inbox: Path) -> None:
    feedpub("publish", "-c", inbox, "--now", NOW)
    done = feedpub("status", "-c", inbox, "--json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == {
        "config": str(inbox),
        "sources": [
            {
                "id": "inbox",
                "kind": "files",
                "last_run": "2026-11-23T00:00:00Z",
                "last_success": "2026-11-23T00:00:00Z",
                "entries": {"en": 2},
                "problem": "",
                "failing": [],
                "faults": [],
                "not_before": "",
            },
        ],
        "pairs": {"paired": {}, "single": 0, "newest_single": []},
        "refused": [],
        "stale": False,
    }


def test_status_does_not_wait_for_a_run_that_is_going_on(inbox: Path) -> None:
    feedpub("publish", "-c", inbox, "--now", NOW)
    writer = sqlite3.connect(inbox.parent / "var/store.db", isolation_level=None)
    try:
        writer.execute("BEGIN IMMEDIATE")
        with held(inbox.parent / "public"):
            assert feedpub("status", "-c", inbox).code == 0
    finally:
        writer.close()


# The console script itself


def test_the_console_script_has_the_exit_codes_of_the_contract(inbox: Path) -> None:
    assert script("publish", "-q", "-c", inbox) == Said(0, "", "")
    with held(inbox.parent / "public"):
        locked = script("publish", "-q", "-c", inbox)
    assert (locked.code, locked.out) == (3, "")
    assert len(locked.err.splitlines()) == 1
    add_broken(inbox)
    failed = script("publish", "-q", "-c", inbox)
    assert (failed.code, failed.out) == (1, "")
    assert "broken.txt" in failed.err
    wrong = script("publish", "-q", "-c", inbox, "--source", "nobody")
    assert (wrong.code, wrong.out) == (2, "")
    assert len(wrong.err.splitlines()) == 1


def test_the_console_script_prints_json_in_any_language_whatever_the_locale(sample: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"}
    done = script("publish", "--json", "-q", "-c", sample, env=environment)
    assert done.code == 0
    assert len(json.loads(done.out)["sources"]) == 2


def test_a_reader_that_goes_away_early_costs_no_traceback(inbox: Path) -> None:
    script("publish", "-q", "-c", inbox)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [str(SCRIPT), "status", "-c", str(inbox)],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        os.close(writing)
    assert done.stderr == ""


@pytest.mark.parametrize(("table", "said"), [(None, "cannot be read"), ("en\tzh-Hant\nlamp\n", "line 2: 1 cells")])
@pytest.mark.parametrize("command", ["publish", "check"])
def test_a_table_of_terms_that_cannot_be_read_is_said_before_anything_is_done(
    command: str, table: str | None, said: str, sample: Path
) -> None:
    sample.write_text(sample.read_text("utf-8") + '\n[pairing]\nterms = ["own.tsv"]\n', "utf-8")
    if table is not None:
        (sample.parent / "own.tsv").write_text(table, "utf-8")

    done = feedpub(command, "-c", sample)

    assert done.code == 2
    assert "own.tsv" in done.err
    assert said in done.err

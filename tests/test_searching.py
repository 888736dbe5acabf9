"""The indexes of search over runs of the job: what is indexed, when, what goes, and what may fail."""

from __future__ import annotations

import gzip
import json
import os
import stat
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from feedpub import config, job, searchindex, searching
from feedpub.collect.kinds import KINDS
from feedpub.errors import ConfigError
from feedpub.progress import NoBar
from feedpub.site.searchwords import words
from tests.loopback import Loopback
from tests.newssite import NewsSite, Paper
from tests.publisher import HOUR, Publisher

pytestmark = pytest.mark.skipif(not find_spec("pagefind"), reason="pagefind is not installed (the extra `search`)")
SEARCH = "search = true"
MINUTES = timedelta(minutes=10)
FERRY = Paper("P2026112000101", "Ferries to the pier", ("A paragraph about lanterns.",), counterpart="P2026112000102")
DOLON = Paper("P2026112000102", "往碼頭的渡輪", ("有關燈籠的一段。",), "zh-Hant", counterpart="P2026112000101")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Publisher]:
    with Loopback() as server:
        publisher = Publisher(NewsSite(server), tmp_path)
        publisher.configure(site=SEARCH)
        publisher.site.publish(FERRY, DOLON)
        yield publisher


def _program(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a script take pagefind's place."""
    place = folder / "pagefind"
    place.write_text(f"#!/bin/sh\n{text}\n")
    place.chmod(place.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", str(place))


def _entry(desk: Publisher, part: str = "2026-11") -> Any:
    return json.loads((desk.public / searchindex.entry(part)).read_bytes())


def _parts(desk: Publisher) -> list[str]:
    contents = json.loads((desk.public / "search/contents.json").read_bytes())
    return [f"{one['name']}: {one['stories']}" for one in contents["parts"]]


def _fragments(desk: Publisher, part: str = "2026-11") -> list[Any]:
    """What the fragments of an index hold, those that it does not name any more as well."""
    places = (desk.public / f"search/{part}/fragment").iterdir()
    return [json.loads(gzip.decompress(place.read_bytes()).removeprefix(b"pagefind_dcd")) for place in places]


def _files(desk: Publisher) -> set[str]:
    return {str(one.relative_to(desk.public)) for one in (desk.public / "search").rglob("*") if one.is_file()}


def test_the_first_run_has_a_page_in_each_language_and_an_index(desk: Publisher) -> None:
    report = desk.run()
    assert report.failed == ()
    assert _parts(desk) == ["2026-11: 1"]
    assert {"en/search/index.html", "zh-Hant/search/index.html", "search/contents.json"} <= set(report.written)
    assert len([path for path in report.written if path.startswith("search/")]) == 3  # its parts are not told
    assert 'href="search/"' in (desk.public / "en/index.html").read_text("utf-8")
    (language,) = _entry(desk)["languages"].values()
    assert language["page_count"] == 1
    for name in ("pagefind.js", "wasm.en.pagefind", f"2026-11/pagefind.{language['hash']}.pf_meta"):
        assert (desk.public / "search" / name).is_file()
    assert not any("ui" in path or "highlight" in path for path in _files(desk))


def test_a_story_is_found_by_its_languages_and_shown_in_them(desk: Publisher) -> None:
    desk.run()
    (one,) = _fragments(desk)
    shown = json.loads(one["url"])
    assert set(shown["versions"]) == {"en", "zh-Hant"}
    assert shown["versions"]["zh-Hant"]["title"] == "往碼頭的渡輪"
    assert (desk.public / "en" / shown["path"]).is_file()
    assert {"lanterns", *words("渡輪")} <= set(one["content"].split())


def test_what_is_converted_is_shown_and_not_indexed_twice(desk: Publisher) -> None:
    desk.configure(site=f'{SEARCH}\nderive = {{ zh-Hans = "zh-Hant" }}', languages=("en", "zh-Hant", "zh-Hans"))
    text = desk.config.read_text("utf-8").replace('zh-Hant = "新聞"', 'zh-Hant = "新聞", zh-Hans = "新闻"', 1)
    desk.config.write_text(text, "utf-8")
    desk.run()
    (one,) = _fragments(desk)
    assert json.loads(one["url"])["versions"]["zh-Hans"]["title"] == "往码头的渡轮"
    assert one["content"].split().count("lanterns") == 1
    assert len([word for word in one["content"].split() if word[1:] in ("轮", "輪")]) == 1


def test_a_run_with_nothing_new_writes_nothing_and_starts_no_program(
    desk: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.run()
    monkeypatch.setattr(subprocess, "Popen", None)
    report = desk.runs(3)
    assert (report.failed, [path for path in report.written if "search" in path]) == ((), [])


def test_a_new_story_is_indexed_once_an_hour_is_over(desk: Publisher) -> None:
    desk.run()
    desk.site.publish(Paper("P2026112000201", "A notice about the quarry"))
    desk.run(MINUTES)
    assert _parts(desk) == ["2026-11: 1"]
    desk.run(HOUR - MINUTES)
    assert _parts(desk) == ["2026-11: 2"]


def test_only_the_part_with_a_changed_story_is_indexed_again(desk: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "PART", 2)
    older = [
        Paper(f"P20261120003{one}1", f"A notice {one}", issued=FERRY.issued + timedelta(hours=one)) for one in (1, 2)
    ]
    desk.site.publish(*older)
    desk.run()
    assert _parts(desk) == ["2026-11-2: 1", "2026-11: 2"]
    desk.site.edit(older[1].key, title="A notice mended")
    report = desk.run()
    assert [path for path in report.written if path.startswith("search/")] == ["search/2026-11-2/pagefind-entry.json"]


def test_files_that_an_index_does_not_name_go_with_the_next_one(desk: Publisher) -> None:
    desk.run()
    first = _files(desk)
    desk.site.edit(FERRY.key, title="Boats to the pier")
    desk.run()
    assert first <= _files(desk)
    desk.site.edit(FERRY.key, title="Steamers to the pier")
    desk.run()
    third = _files(desk)
    assert len(first - third) >= 2  # the fragment, what names the files of words
    assert {json.loads(one["url"])["versions"]["en"]["title"] for one in _fragments(desk)} == {
        "Boats to the pier",
        "Steamers to the pier",
    }
    desk.site.publish(Paper("P2026120100101", "A month later", issued=FERRY.issued + timedelta(days=11)))
    desk.run(timedelta(days=11))
    assert [json.loads(one["url"])["versions"]["en"]["title"] for one in _fragments(desk)] == ["Steamers to the pier"]


def test_of_a_withdrawn_story_only_its_notice_is_found(desk: Publisher) -> None:
    desk.site.publish(*(Paper(f"P202611200040{one}", f"A notice {one}") for one in range(6)))
    desk.run()
    for key in (FERRY.key, DOLON.key):
        desk.site.withdraw(key)
    desk.runs(3)
    desk.runs(2, timedelta(days=20))
    (one,) = [one for one in _fragments(desk) if "ferries" in one["content"]]
    assert "lanterns" not in one["content"]
    assert "withdrawn" in one["content"]


def test_a_story_that_is_tagged_otherwise_is_filtered_otherwise(desk: Publisher) -> None:
    desk.configure(site=SEARCH, tables='[topics]\ntaxonomy = "taxonomy.toml"\nbodies = []\n')
    taxonomy = desk.folder / "taxonomy.toml"
    topic = '[[topic]]\nid = "{0}"\nlabel = {{ en = "{0}", zh-Hant = "{0}" }}\n[topic.terms.en]\nsure = ["{1}"]\n'
    taxonomy.write_text(topic.format("boats", "quarry") + topic.format("land", "pier"), "utf-8")
    desk.run()
    assert [one["filters"] for one in _fragments(desk)] == [{"topic": ["land"]}]
    assert '<option value="boats">boats</option>' in (desk.public / "en/search/index.html").read_text("utf-8")
    taxonomy.write_text(topic.format("boats", "ferries") + topic.format("land", "quarry"), "utf-8")
    report = job.retag(config.load(desk.config, KINDS), desk.now + HOUR, NoBar())
    assert report.failed == ()
    assert {"topic": ["boats"]} in [one["filters"] for one in _fragments(desk)]


_SAYS = 'head -c 8 >/dev/null; printf "%s," {0}; exec cat >/dev/null'
_NO_ROOM = b64encode(b'{"payload": {"type": "Error", "message": "no room"}}').decode()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 3", "pagefind broke off"),
        (_SAYS.format("bm9uc2Vuc2U="), "pagefind broke off"),
        (_SAYS.format(_NO_ROOM), "pagefind refused: no room"),
    ],
    ids=["ends", "nonsense", "refuses"],
)
def test_a_program_that_fails_is_told_and_costs_the_index_only(
    desk: Publisher, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    with monkeypatch.context() as patch:
        _program(desk.folder, script, patch)
        report = desk.run()
    (problem,) = report.failed
    assert (problem.where, problem.what[: len(said)]) == (searchindex.entry("2026-11"), said)
    assert desk.entries()
    assert (desk.public / "en/search/index.html").is_file()
    assert _parts(desk) == []
    assert desk.run(MINUTES).failed == ()  # it is left alone for an hour
    assert _parts(desk) == []
    desk.run()
    assert _parts(desk) == ["2026-11: 1"]


def test_a_program_that_is_not_there_is_told(desk: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEFIND_BINARY_PATH", str(desk.folder / "nothing"))
    (problem,) = desk.run().failed
    assert problem.what == "pagefind cannot be started: No such file or directory"


def test_a_program_that_hangs_is_ended(desk: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = desk.folder / "pid"
    _program(desk.folder, f"echo $$ > {pid}; exec sleep 60", monkeypatch)
    monkeypatch.setattr(searchindex, "PATIENCE", 1.0)
    (problem,) = desk.run().failed
    assert problem.what == "pagefind was ended: it took more than 1 seconds"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_an_index_that_fails_stays_as_it_was(desk: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run()
    before = _files(desk)
    desk.site.edit(FERRY.key, title="Boats to the pier")
    _program(desk.folder, "exit 3", monkeypatch)
    assert len(desk.run().failed) == 1
    assert (_files(desk), _parts(desk)) == (before, ["2026-11: 1"])


def test_what_is_gone_is_written_again(desk: Publisher) -> None:
    desk.run()
    (desk.public / "search/contents.json").unlink()
    (desk.public / searchindex.entry("2026-11")).unlink()
    (desk.public / "en/search/index.html").unlink()
    desk.run(MINUTES)
    assert _parts(desk) == ["2026-11: 1"]
    assert _entry(desk)
    assert (desk.public / "en/search/index.html").is_file()


def test_a_search_that_is_not_wanted_any_more_is_taken_away(desk: Publisher) -> None:
    desk.run()
    desk.configure(site="search = false")
    desk.run()
    assert _files(desk) == set()
    assert not (desk.public / "en/search/index.html").exists()
    assert "search/" not in (desk.public / "en/index.html").read_text("utf-8")
    assert desk.run().failed == ()


def test_a_run_that_is_told_to_stop_leaves_the_rest_to_the_next(
    desk: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PART", 1)
    desk.site.publish(replace(FERRY, key="P2026112000301", counterpart="", title="Another"))
    monkeypatch.setattr(searching, "_LONGEST", -1.0)
    desk.run()
    assert _parts(desk) == []
    monkeypatch.setattr(searching, "_LONGEST", 600.0)
    desk.run(MINUTES)
    assert _parts(desk) == ["2026-11-2: 1", "2026-11: 1"]


def test_a_search_without_its_package_is_an_error_of_the_config(
    desk: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r'site: search: needs the pagefind package: pip install "feedpub\[search\]"'):
        config.load(desk.config, KINDS)


def test_there_is_a_search_where_there_is_its_package(desk: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.configure()
    text = desk.config.read_text("utf-8")
    desk.config.write_text(text.replace("search = false\n", ""), "utf-8")
    for there in (True, False):
        monkeypatch.setattr(config, "searches", lambda there=there: there)
        assert config.load(desk.config, KINDS).search is there

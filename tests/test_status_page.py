from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feedpub import config, job, statusfacts
from feedpub.collect.kinds import KINDS
from feedpub.progress import NoBar
from feedpub.report import RunReport
from tests.loopback import Loopback, answer
from tests.newssite import HKT, NewsSite, Paper
from tests.publisher import Publisher

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=HKT)
TEN_MINUTES, HOUR = timedelta(minutes=10), timedelta(hours=1)
TOPICS = Path(__file__).parent / "entries" / "topics"
TAGGED = '[topics]\ntaxonomy = "taxonomy.toml"\nbodies = ["bodies.toml"]'
SITE = "search = false"
DOCUMENTS = ["en/status.html", "status.html", "status.json", "zh-Hant/status.html"]


def paper(number: int, age: timedelta, *, chinese: bool = False, title: str = "") -> Paper:
    issued = NOW - age
    return Paper(
        key=f"P{issued:%Y%m%d}{number:05}",
        title=title or (f"碼頭重開（第{number}號）" if chinese else f"Pier No. {number} reopens"),
        paragraphs=("海港局今日宣布，碼頭重開。",) if chinese else ("The Harbour Bureau said today that it reopens.",),
        language="zh-Hant" if chinese else "en",
        issued=issued,
        counterpart=f"P{issued:%Y%m%d}{number ^ 1:05}",
    )


class Desk(Publisher):
    """A site whose status page is looked at."""

    def pages(self) -> dict[str, tuple[int, bytes]]:
        """The documents of the status page, with the times of their last change."""
        return {
            name: ((self.public / name).stat().st_mtime_ns, (self.public / name).read_bytes()) for name in DOCUMENTS
        }

    @property
    def data(self) -> Any:
        return json.loads((self.public / "status.json").read_bytes())

    @property
    def text(self) -> str:
        return (self.public / "en/status.html").read_text("utf-8")


def of_status(report: RunReport) -> list[str]:
    return sorted(path for path in report.written if "status." in path)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    for name in ("taxonomy.toml", "bodies.toml"):
        shutil.copy(TOPICS / name, tmp_path / name)
    with Loopback() as server:
        site = NewsSite(server)
        found = [paper(number, HOUR * 2, chinese=number % 2 == 1) for number in range(4)]
        site.publish(*found, replace(paper(4, timedelta(days=2)), counterpart=""))
        desk = Desk(site, tmp_path, NOW - TEN_MINUTES)
        desk.configure(site=SITE, tables=TAGGED)
        yield desk


# What it tells


def test_it_tells_what_was_published(desk: Desk) -> None:
    assert of_status(desk.run(TEN_MINUTES)) == DOCUMENTS
    found = desk.data
    assert (found["well"], found["entries"], found["stories"]) == (True, {"en": 3, "zh-Hant": 2}, 3)
    assert found["at"] == "2026-11-28T04:00:00Z"
    (source,) = found["sources"]
    assert (source["id"], source["kind"], source["name"]) == ("gov", "gia", {"en": "The Government", "zh-Hant": "政府"})
    assert (source["last_asked"], source["last_success"]) == ("2026-11-28T04:00:00Z",) * 2
    assert source["entries"] == {"en": 3, "zh-Hant": 2}
    per_day = found["releases_per_day"]
    assert per_day["days"][-1] == "2026-11-28"
    assert len(per_day["days"]) == 30
    assert {tag: counts[-3:] for tag, counts in per_day["languages"].items()} == {"en": [1, 0, 2], "zh-Hant": [0, 0, 2]}
    assert all(sum(counts) == counts[-1] + counts[-3] for counts in per_day["languages"].values())
    assert (found["pairs"]["by_link"], found["pairs"]["by_evidence"]) == (2, 0)
    assert found["pairs"]["share"] == {"en": 0.667, "zh-Hant": 1.0}


def test_days_begin_at_midnight_of_the_site(desk: Desk) -> None:
    # By the site's clock the first is of the 27th, the second of the 28th; in UTC both are of the 27th.
    desk.site.publish(
        replace(paper(6, timedelta(hours=12, minutes=1)), counterpart=""),
        replace(paper(8, timedelta(hours=12)), counterpart=""),
    )
    desk.run(TEN_MINUTES)
    assert desk.data["releases_per_day"]["languages"]["en"][-2:] == [1, 3]


def test_topics_are_counted_by_week(desk: Desk) -> None:
    title = "Vaccination against seasonal influenza begins"
    desk.site.publish(
        *(
            replace(paper(20 + number, timedelta(days=age), title=title), counterpart="")
            for number, age in enumerate((0, 5, 6, 12, 90))
        )
    )
    desk.run(TEN_MINUTES)
    found = desk.data["stories_per_week"]
    assert found["weeks"][-2:] == ["2026-11-16", "2026-11-23"]
    counts = {topic["id"]: topic["counts"] for topic in found["topics"]}
    assert counts["health"] == [*[0] * 10, 2, 2]


def test_a_page_can_be_reached_from_the_front_page(desk: Desk) -> None:
    desk.run(TEN_MINUTES)
    assert 'href="status.html"' in (desk.public / "en/index.html").read_text("utf-8")


# Problems


def test_a_source_that_fails_is_on_the_page_at_once_and_off_it_when_it_answers(desk: Desk) -> None:
    desk.run(TEN_MINUTES)
    routes = dict(desk.site.server.routes)
    desk.site.server.routes = {path: answer(b"later", status=503) for path in routes}
    report = desk.run(TEN_MINUTES)
    assert (report.exit_code, of_status(report)) == (1, DOCUMENTS)
    (source,) = desk.data["sources"]
    assert (desk.data["well"], source["well"]) == (False, False)
    assert source["last_success"] == "2026-11-28T04:00:00Z"
    assert source["problems"][0]["name"] == "unreachable"
    assert source["problems"][0]["since"] == "2026-11-28T04:10:00Z"
    assert "None of its lists could be read" in desk.text
    assert of_status(desk.run(TEN_MINUTES)) == []
    desk.site.server.routes = routes
    assert of_status(desk.run(TEN_MINUTES)) == DOCUMENTS
    assert desk.data["well"]
    assert "All sources are well" in desk.text


def test_a_release_that_cannot_be_read_is_named(desk: Desk) -> None:
    broken = desk.site.papers[next(iter(desk.site.papers))]
    desk.site.server.routes[broken.path] = answer(b"<html><title>gone</title></html>")
    assert desk.run(TEN_MINUTES).exit_code == 1
    (source,) = desk.data["sources"]
    assert source["unread"] == 1
    assert source["unreadable"][0]["where"].endswith(broken.path)
    assert "1 release could not be read" in desk.text


def test_a_document_that_cannot_be_written_is_counted_and_its_place_is_not_told(desk: Desk) -> None:
    blocked = desk.place("all/en.rss")
    blocked.mkdir(parents=True)
    (blocked / "in the way").touch()
    assert desk.run(TEN_MINUTES).exit_code == 1
    assert desk.data["unwritten"] == 1
    assert "1 document could not be written" in desk.text


def test_a_status_page_that_cannot_be_written_is_a_failure_and_is_tried_again(desk: Desk) -> None:
    blocked = desk.public / "status.json"
    blocked.mkdir(parents=True)
    (blocked / "in the way").touch()
    report = desk.run(TEN_MINUTES)
    assert [problem.where for problem in report.failed] == ["status.json"]
    assert desk.place("all/en.atom").exists()
    (blocked / "in the way").unlink()
    blocked.rmdir()
    report = desk.run(TEN_MINUTES)
    assert report.exit_code == 0
    assert "status.json" in report.written


def test_a_fault_of_the_page_itself_stops_nothing_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("no days")

    with monkeypatch.context() as patch:
        patch.setattr(statusfacts, "state", broken)
        report = desk.run(TEN_MINUTES)
    assert [problem.where for problem in report.failed] == ["status"]
    assert desk.place("all/en.atom").exists()
    assert of_status(desk.run(TEN_MINUTES)) == DOCUMENTS


def test_no_place_on_this_machine_and_no_secret_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "my news"
    inbox = folder / "in box"
    inbox.mkdir(parents=True)
    (inbox / "a.md").write_bytes(b"\xff\xfe\x00 no text")
    place = folder / "site.toml"
    place.write_text(
        """
[site]
base_url = "https://news.example/"
title = "News"
languages = ["en"]
[output]
directory = "public"
[store]
url = "sqlite:///var/store.db"
[http]
proxy = "http://eve:secret@proxy.internal:3128"
[[source]]
id = "inbox"
kind = "files"
directory = "in box"
language = "en"
authority = "news.example"
[[source]]
id = "missing"
kind = "files"
directory = "not here"
language = "en"
authority = "news.example"
""",
        "utf-8",
    )
    report = job.run(config.load(place, KINDS), job.Run(now=NOW))
    assert report.exit_code == 1
    texts = [(folder / "public" / name).read_text("utf-8") for name in ("en/status.html", "status.html", "status.json")]
    assert '"well": false' in texts[2]
    for text in texts:
        assert not re.search("my news|in box|not here|secret|proxy.internal|site.toml", text)
        assert str(tmp_path) not in text


def test_what_a_source_says_is_shown_as_text(desk: Desk) -> None:
    hostile = "</bdi><script>alert(1)</script>"
    text = desk.config.read_text("utf-8").replace('en = "The Government"', f'en = "{hostile}"', 1)
    desk.config.write_text(text, "utf-8")
    desk.run(TEN_MINUTES)
    assert "<script>alert" not in desk.text
    assert "&lt;script&gt;alert(1)" in desk.text


# When it is written


def test_a_run_with_nothing_new_writes_nothing_within_the_hour_and_then_for_the_times(desk: Desk) -> None:
    desk.run(TEN_MINUTES)
    before = desk.pages()
    for _ in range(6):
        assert desk.run(TEN_MINUTES).written == ()
    assert desk.pages() == before
    assert of_status(desk.run(TEN_MINUTES)) == DOCUMENTS
    assert desk.data["at"] == "2026-11-28T05:10:00Z"
    assert desk.data["sources"][0]["last_asked"] == "2026-11-28T05:10:00Z"
    assert desk.run(TEN_MINUTES).written == ()


def test_a_new_release_is_on_the_page_at_once(desk: Desk) -> None:
    desk.run(TEN_MINUTES)
    desk.site.publish(replace(paper(6, timedelta()), counterpart=""))
    assert of_status(desk.run(TEN_MINUTES)) == DOCUMENTS
    assert desk.data["releases_per_day"]["languages"]["en"][-1] == 3


def test_a_change_that_changes_no_figure_writes_nothing(desk: Desk) -> None:
    desk.run(TEN_MINUTES)
    desk.site.edit(next(iter(desk.site.papers)), paragraphs=("The Harbour Bureau said today that it opens again.",))
    report = desk.run(TEN_MINUTES)
    assert report.sources[0].changed == 1
    assert of_status(report) == []


def test_a_file_that_is_gone_comes_back(desk: Desk) -> None:
    desk.run(TEN_MINUTES)
    before = {name: content for name, (_, content) in desk.pages().items()}
    (desk.public / "status.json").unlink()
    report = desk.run(TEN_MINUTES)
    assert "status.json" in report.written
    assert set(before) == set(desk.pages())


def test_another_title_and_another_language_change_the_pages(desk: Desk) -> None:
    desk.run(TEN_MINUTES)
    desk.configure(
        site='derive = { zh-Hans = "zh-Hant" }\nsearch = false', tables=TAGGED, languages=("en", "zh-Hant", "zh-Hans")
    )
    report = desk.run(TEN_MINUTES)
    assert "zh-Hans/status.html" in report.written
    assert 'lang="zh-Hans"' in desk.text


def test_a_clock_that_went_back_is_believed(desk: Desk) -> None:
    desk.run(TEN_MINUTES)
    assert of_status(desk.run(-HOUR)) == DOCUMENTS
    assert desk.data["at"] == "2026-11-28T03:00:00Z"


def test_the_topics_of_a_taxonomy_that_was_edited_are_there_after_retag(desk: Desk) -> None:
    desk.run(TEN_MINUTES)
    place = desk.folder / "taxonomy.toml"
    place.write_text(place.read_text("utf-8").replace('en = "Health"', 'en = "Healthcare"'), "utf-8")
    report = job.retag(config.load(desk.config, KINDS), desk.now + TEN_MINUTES, NoBar())
    assert of_status(report) == DOCUMENTS


_QUIET = """
import sys
from datetime import datetime
from pathlib import Path
from feedpub import config, job
from feedpub.collect.kinds import KINDS
report = job.run(config.load(Path(sys.argv[1]), KINDS), job.Run(now=datetime.fromisoformat(sys.argv[2])))
assert report.written == (), report.written
print(*(name for name in ("jinja2", "leather", "feedpub.statusfacts", "feedpub.site.status") if name in sys.modules))
"""


def test_a_run_with_nothing_new_loads_nothing_that_renders(desk: Desk) -> None:
    desk.run(TEN_MINUTES)
    when = (desk.now + TEN_MINUTES).isoformat()
    done = subprocess.run(
        [sys.executable, "-c", _QUIET, str(desk.config), when], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")


_KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.publish.directory import Directory
write, left = Directory.write, int(sys.argv[3])
def killing(self, document):
    global left
    if "status." in document.path:
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
    return write(self, document)
Directory.write = killing
job.run(config.load(Path(sys.argv[1]), KINDS), job.Run(now=datetime.fromisoformat(sys.argv[2])))
"""


@pytest.mark.parametrize("written", [0, 3])
def test_a_run_that_is_killed_between_its_documents_leaves_whole_ones_and_the_next_run_writes_the_rest(
    written: int, desk: Desk
) -> None:
    desk.run(TEN_MINUTES)
    desk.site.publish(replace(paper(6, timedelta()), counterpart=""))
    when = (desk.now + TEN_MINUTES).isoformat()
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(desk.config), when, str(written)],
        capture_output=True,
        timeout=120,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert done.returncode == -signal.SIGKILL
    for name, (_, content) in desk.pages().items():
        assert json.loads(content) if name.endswith(".json") else content.endswith(b"</html>"), name
    report = desk.run(TEN_MINUTES * 2)
    assert of_status(report) == DOCUMENTS
    assert desk.data["entries"]["en"] == 4
    assert desk.data["at"] == "2026-11-28T04:20:00Z"

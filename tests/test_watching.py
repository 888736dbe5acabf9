"""A source that breaks, as the one who runs feedpub and who reads its feeds meet it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from feedpub import config, state
from feedpub.collect.kinds import KINDS
from feedpub.errors import ConfigError
from tests.loopback import Loopback, answer, page
from tests.newssite import HKT, NewsSite, Paper, feed
from tests.publisher import HOUR, Publisher

FEEDS = {"en": "/gia/rss/general_en.xml", "zh-Hant": "/gia/rss/general_zh.xml"}
MINUTES = timedelta(minutes=10)


def papers(count: int, first: int = 0, days: int = 3) -> list[Paper]:
    """Releases in both languages, over some days."""
    return [
        Paper(
            key=f"P20261120{number:05}",
            title=f"Ferry number {number} sails again" if number % 2 else f"第{number}號渡輪恢復航行",
            paragraphs=("The pier was mended overnight and is open to all passengers.",) * 2
            if number % 2
            else ("碼頭已連夜修妥，現開放予所有乘客使用。",) * 2,
            language="en" if number % 2 else "zh-Hant",
            issued=datetime(2026, 11, 20 - number % days, 9, number % 60, tzinfo=HKT),
        )
        for number in range(first, first + count)
    ]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Publisher]:
    """A site with twenty releases that was published twice, and a log of what was told."""
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(*papers(20))
        desk = Publisher(site, tmp_path)
        teller = tmp_path / "tell.py"
        teller.write_text(
            "import json, os, sys\n"
            "with open(sys.argv[1], 'a') as log:\n"
            "    line = [os.environ['FEEDPUB_EVENT'], os.environ['FEEDPUB_FAULTS'], sys.stdin.read()]\n"
            "    log.write(json.dumps(line) + '\\n')\n",
            "utf-8",
        )
        command = json.dumps([sys.executable, str(teller), str(tmp_path / "told")])
        desk.configure(tables=f"[alert]\ncommand = {command}")
        desk.runs(2)
        yield desk


def told(desk: Publisher) -> list[tuple[str, str]]:
    """What the operator was told: events and names."""
    log = desk.folder / "told"
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return [(event, names) for event, names, _ in map(json.loads, lines)]


def standing(desk: Publisher) -> list[str]:
    """What `feedpub status` names."""
    found = state.read(config.load(desk.config, KINDS), desk.now)
    return [fault.name for source in found.sources for fault in source.faults]


def put(desk: Publisher, language: str, listed: list[Paper]) -> None:
    desk.site.server.routes[FEEDS[language]] = page(feed(listed), "text/xml")


def english(desk: Publisher) -> list[Paper]:
    return [paper for paper in reversed(desk.site.papers.values()) if paper.language == "en"]


def test_a_good_source_has_no_fault_and_nobody_is_told(desk: Publisher) -> None:
    report = desk.run()
    assert (report.exit_code, report.sources[0].faults, standing(desk), told(desk)) == (0, (), [], [])


def _empty(desk: Publisher) -> None:
    put(desk, "en", [])
    for path in ("/gia/general/today.htm", "/gia/general/202611/19.htm"):
        desk.site.server.routes[path] = page('<html><body><div id="contentBody"></div></body></html>')


def _same_titles(desk: Publisher) -> None:
    put(desk, "en", [replace(paper, title="Press release") for paper in english(desk)])


def _no_titles(desk: Publisher) -> None:
    put(desk, "en", [replace(paper, title="") for paper in english(desk)])


def _all_today(desk: Publisher) -> None:
    put(desk, "en", [replace(paper, issued=desk.now) for paper in english(desk)])


def _wrong_language(desk: Publisher) -> None:
    put(desk, "en", [replace(paper, title="碼頭重開") if paper else paper for paper in english(desk)])


def _flood(desk: Publisher) -> None:
    put(desk, "en", papers(6_000, 20, 1)[1::2] + english(desk))


def _down(desk: Publisher) -> None:
    for path in (*FEEDS.values(), "/gia/general/today.htm", "/gia/general/ctoday.htm"):
        desk.site.server.routes[path] = answer(status=403)


@pytest.mark.parametrize(
    ("breaks", "name"),
    [
        (_empty, "empty"),
        (_same_titles, "same-titles"),
        (_no_titles, "same-titles"),
        (_all_today, "all-today"),
        (_wrong_language, "same-titles"),
        (_flood, "flood"),
        (_down, "unreachable"),
    ],
)
def test_a_fault_is_named_in_the_first_run_told_once_when_it_begins_and_once_when_it_ends(
    breaks: object, name: str, desk: Publisher
) -> None:
    assert callable(breaks)
    good = dict(desk.site.server.routes)
    before = desk.files()
    breaks(desk)
    for _ in range(3):
        report = desk.run(MINUTES)
        assert report.exit_code == 1
        assert name in [fault.name for fault in report.sources[0].faults]
        assert f"[{name}]" in report.sources[0].problem
        assert desk.files() == before
    assert name in standing(desk)
    assert [event for event, _ in told(desk)] == ["started"]
    desk.site.server.routes = good
    for _ in range(2):
        assert desk.run(MINUTES).exit_code == 0
    assert [event for event, _ in told(desk)] == ["started", "ended"]
    assert (standing(desk), desk.files()) == ([], before)


def test_the_other_language_goes_on_while_one_is_broken(desk: Publisher) -> None:
    _same_titles(desk)
    new = replace(papers(1)[0], key="P2026112099998", title="新渡輪下水", issued=desk.now)
    put(desk, "zh-Hant", [new, *(paper for paper in desk.site.papers.values() if paper.language == "zh-Hant")])
    desk.site.server.routes[new.path] = page(_page(new))
    report = desk.run(MINUTES)
    assert (report.sources[0].new, [fault.name for fault in report.sources[0].faults]) == (1, ["same-titles"])
    assert desk.entry("P2026112099998", "all/zh-Hant.atom").title == "新渡輪下水"


def _page(paper: Paper) -> str:
    from tests.newssite import page as detail  # noqa: PLC0415 - the name is that of another page here

    return detail(paper)


def test_an_operator_may_ignore_a_fault(desk: Publisher) -> None:
    desk.configure(source='[source.expect]\nignore = ["same-titles"]')
    _same_titles(desk)
    report = desk.run(MINUTES)
    assert (report.exit_code, report.sources[0].faults) == (0, ())


def test_an_unknown_name_is_told_with_the_one_that_was_meant(desk: Publisher) -> None:
    desk.configure(source='[source.expect]\nignore = ["same-title"]')
    with pytest.raises(ConfigError, match='expect: ignore: unknown fault "same-title"; did you mean "same-titles"'):
        desk.run()


def test_a_silence_longer_than_the_config_expects_is_told_and_ends_with_a_release(desk: Publisher) -> None:
    desk.configure(source='[source.expect]\nsilence = "2d"')
    assert desk.run().exit_code == 0
    report = desk.run(3 * 24 * HOUR)
    assert [fault.name for fault in report.sources[0].faults] == ["silent"]
    assert "no release for 3 days" in report.sources[0].problem
    desk.site.publish(*(replace(paper, key=f"P2026112477{n:03}", issued=desk.now) for n, paper in enumerate(papers(2))))
    assert desk.run().exit_code == 0


def test_texts_shorter_than_ever_are_held_back_until_they_are_whole(desk: Publisher) -> None:
    desk.site.publish(*papers(60, 20))
    desk.run()
    cut = replace(papers(1, 81)[0], paragraphs=("Loading",), issued=desk.now)
    desk.site.publish(cut)
    for _ in range(2):
        report = desk.run()
        assert [fault.name for fault in report.sources[0].faults] == ["short"]
        assert "held back: in en: the text of" in report.sources[0].failed[0].what
        assert desk.is_nowhere(cut.key)
    desk.site.publish(replace(cut, paragraphs=papers(1, 1)[0].paragraphs))
    report = desk.run()
    assert (report.exit_code, report.sources[0].new) == (0, 1)


def test_a_change_of_most_texts_at_once_is_a_redesign_and_no_correction(desk: Publisher) -> None:
    before = desk.files()
    for paper in list(desk.site.papers.values()):
        desk.site.edit(paper.key, paragraphs=(*paper.paragraphs, "Home | About us | Contact | Site map | Terms of use"))
    report = desk.run(12 * HOUR)
    assert "mass-change" in [fault.name for fault in report.sources[0].faults]
    assert (report.sources[0].changed, desk.files()) == (0, before)


def test_a_source_that_asks_to_be_left_alone_is(desk: Publisher) -> None:
    for path in FEEDS.values():
        desk.site.server.routes[path] = answer(status=429, headers={"Retry-After": "7200"})
    for path in ("/gia/general/today.htm", "/gia/general/ctoday.htm"):
        desk.site.server.routes[path] = answer(status=429, headers={"Retry-After": "7200"})
    assert desk.run().exit_code == 1
    desk.site.server.requests.clear()
    report = desk.run()
    assert "asks to be left alone until" in report.sources[0].skipped
    assert desk.site.server.paths == []
    assert standing(desk) == ["unreachable"]
    desk.site._lists()  # noqa: SLF001 - the test's own site
    assert desk.run(2 * HOUR).exit_code == 0


def test_what_a_run_may_not_spend_is_left_for_the_next(desk: Publisher) -> None:
    desk.configure(tables="[http]\npages_per_run = 7")
    desk.site.publish(*papers(20, 20))
    reports = [desk.run(MINUTES).sources[0] for _ in range(3)]
    assert [(report.new, report.left) for report in reports] == [(7, 13), (7, 6), (6, 0)]

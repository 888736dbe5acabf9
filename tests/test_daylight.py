"""The hours that daylight saving takes and gives twice: schedules, sources, days, months and what waits for a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from feedpub import config, cron, job
from feedpub.collect.kinds import KINDS
from feedpub.config import Source
from feedpub.report import SourceReport
from feedpub.run import Run
from feedpub.schedule import trigger
from tests.loopback import Loopback, answer
from tests.newssite import NewsSite, Paper
from tests.publisher import HOUR, Publisher

TORONTO, LISBON = ZoneInfo("America/Toronto"), ZoneInfo("Europe/Lisbon")
MINUTE = timedelta(minutes=1)
# Clocks go forward, and back.
FORWARD = {TORONTO: datetime(2026, 3, 8, 7, 0, tzinfo=UTC), LISBON: datetime(2026, 3, 29, 1, 0, tzinfo=UTC)}
BACK = {TORONTO: datetime(2026, 11, 1, 6, 0, tzinfo=UTC), LISBON: datetime(2026, 10, 25, 1, 0, tzinfo=UTC)}
EDGES = [*FORWARD.items(), *BACK.items()]


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


class Town(Publisher):
    """A site whose source is in a zone with daylight saving; the time of a run is told by that zone's clock."""

    def __init__(self, server: Loopback, folder: Path, zone: ZoneInfo) -> None:
        super().__init__(NewsSite(server), folder)
        self.configure(source=f'recheck = "30d"\ntimezone = "{zone}"')
        text = self.config.read_text("utf-8").replace('timezone = "Asia/Hong_Kong"', f'timezone = "{zone}"', 1)
        self.config.write_text(text, "utf-8")
        self.zone = zone

    def at(self, moment: datetime) -> SourceReport:
        """Run at a moment."""
        report = job.run(config.load(self.config, KINDS), Run(now=moment.astimezone(self.zone)))
        assert not report.failed
        return report.sources[0]


# Schedules


def times(line: str | timedelta, zone: ZoneInfo, start: datetime, hours: int = 24) -> list[datetime]:
    """When a schedule comes, as the scheduler asks for it: again and again, for what is due by now."""
    schedule = cron.parse(line) if isinstance(line, str) else line
    source = msgspec.structs.replace(_SOURCE, schedule=schedule, timezone=zone)
    asked = trigger(source, 0)
    due = asked.get_next_fire_time(None, start)
    found: list[datetime] = []
    for minutes in range(hours * 60):
        now = start + minutes * MINUTE
        while due <= now:
            found.append(due.astimezone(UTC))
            assert len(found) <= hours * 60, "it never ends"
            due = asked.get_next_fire_time(due, now)
    return found


_SOURCE = Source(
    id="gov",
    kind="gia",
    schedule=timedelta(minutes=10),
    timezone=TORONTO,
    authority="x.example",
    credits={},
    options=None,
)


@pytest.mark.parametrize(("zone", "edge"), EDGES, ids=str)
@pytest.mark.parametrize(("line", "every"), [("*/10 * * * *", 10 * MINUTE), ("0 * * * *", HOUR)])
def test_what_comes_every_so_many_minutes_goes_on_through_the_edge(
    line: str, every: timedelta, zone: ZoneInfo, edge: datetime
) -> None:
    found = times(line, zone, edge - 5 * HOUR)
    assert {later - one for one, later in pairwise(found)} == {every}
    assert found[-1] - found[0] > 22 * HOUR


@pytest.mark.parametrize(("zone", "edge"), EDGES, ids=str)
@pytest.mark.parametrize("line", ["30 1 * * *", "30 2 * * *", "0 0 * * *", "15 1 * * 0"])
def test_what_comes_once_a_day_is_not_skipped(line: str, zone: ZoneInfo, edge: datetime) -> None:
    """In the hour that there is twice it may come twice: a run more does no harm."""
    midnight = edge.astimezone(zone).replace(hour=0, fold=0).astimezone(UTC)
    assert 1 <= len(times(line, zone, midnight - MINUTE, 23)) <= 2


# Runs


@pytest.mark.parametrize("zone", [TORONTO, LISBON], ids=str)
def test_pages_that_tell_the_hour_that_there_is_twice_are_of_its_first(
    zone: ZoneInfo, server: Loopback, tmp_path: Path
) -> None:
    """Nothing in "01:30" says which; it is never of the future, and it stays."""
    edge = BACK[zone]
    town = Town(server, tmp_path, zone)
    twice = (edge - 30 * MINUTE).astimezone(zone)
    paper = Paper(f"P{twice:%Y%m%d}00101", "Pool closes", ("At noon.",), issued=twice.replace(tzinfo=zone, fold=0))
    town.site.publish(paper)
    town.site.without_feeds()
    assert town.at(edge - 20 * MINUTE).new == 1
    entry = town.entry(paper.key)
    assert datetime.fromisoformat(entry.published) == datetime.fromisoformat(entry.updated) == edge - 30 * MINUTE
    before = town.files()
    for minutes in (10, 20, 40, 60, 90):
        assert town.at(edge + minutes * MINUTE).faults == ()
    assert town.files() == before


@pytest.mark.parametrize("zone", [TORONTO, LISBON], ids=str)
def test_a_page_that_tells_the_hour_that_there_is_not_is_published_once(
    zone: ZoneInfo, server: Loopback, tmp_path: Path
) -> None:
    edge = FORWARD[zone]
    town = Town(server, tmp_path, zone)
    never = (edge - MINUTE).astimezone(zone).replace(minute=30) + HOUR
    paper = Paper(f"P{never:%Y%m%d}00101", "Pool closes", ("At noon.",), issued=never)
    town.site.publish(paper)
    town.site.without_feeds()
    assert town.at(edge + 45 * MINUTE).new == 1
    entry = town.entry(paper.key)
    assert datetime.fromisoformat(entry.published) == datetime.fromisoformat(entry.updated) == edge + 30 * MINUTE
    before = town.files()
    assert town.at(edge + 2 * HOUR).changed == 0
    assert town.files() == before


@pytest.mark.parametrize(("zone", "edge"), EDGES, ids=str)
def test_corrections_at_both_sides_of_an_edge_go_forward(
    zone: ZoneInfo, edge: datetime, server: Loopback, tmp_path: Path
) -> None:
    town = Town(server, tmp_path, zone)
    issued = (edge - 5 * HOUR).astimezone(zone)
    paper = Paper(f"P{issued:%Y%m%d}00101", "Pool closes", ("At noon.",), issued=issued)
    town.site.publish(paper)
    town.at(edge - 4 * HOUR)
    seen = []
    for minutes in (-20, 10, 70):
        town.site.edit(paper.key, title=f"Pool closes {minutes}", paragraphs=(f"At {minutes}.",))
        assert town.at(edge + minutes * MINUTE).changed == 1
        seen.append(datetime.fromisoformat(town.entry(paper.key).updated))
    assert seen == [edge + minutes * MINUTE for minutes in (-20, 10, 70)]
    assert datetime.fromisoformat(town.updated()) == seen[-1]


@pytest.mark.parametrize(("zone", "edge"), EDGES, ids=str)
def test_who_asks_to_be_left_alone_for_half_an_hour_is_at_the_edge_too(
    zone: ZoneInfo, edge: datetime, server: Loopback, tmp_path: Path
) -> None:
    town = Town(server, tmp_path, zone)
    town.site.publish(Paper("P2026010100101", "Pool", issued=datetime(2026, 1, 1, 9, 0, tzinfo=zone)))
    routes = dict(server.routes)
    server.routes = dict.fromkeys(routes, answer(b"", status=429, headers={"Retry-After": "1800"}))
    start = edge + 10 * MINUTE
    town.at(start)
    server.routes = routes
    said = [bool(town.at(start + minutes * MINUTE).skipped) for minutes in (10, 20, 31)]
    assert said == [True, True, False]


@pytest.mark.parametrize("zone", [TORONTO, LISBON], ids=str)
def test_days_and_months_begin_at_the_zones_own_midnight(zone: ZoneInfo, server: Loopback, tmp_path: Path) -> None:
    """The days of the edges are 23 and 25 hours long; in Toronto one of them begins a month."""
    edge = BACK[zone]
    day = edge.astimezone(zone).date()
    first = datetime(day.year, day.month, day.day, tzinfo=zone)
    moments = (first - MINUTE, first, datetime(day.year, day.month, day.day, 23, 59, tzinfo=zone))
    town = Town(server, tmp_path, zone)
    papers = [
        Paper(f"P{one:%Y%m%d}00{number}01", f"Notice {number} here", (f"Text {number}.",), issued=one)
        for number, one in enumerate(moments, start=1)
    ]
    town.site.publish(*papers)
    assert town.at(edge + 26 * HOUR).new == 3
    for paper in papers:
        folder = town.public / "en" / "stories" / f"{paper.issued:%Y}" / f"{paper.issued:%m}"
        found = [place.stem for place in folder.glob("[0-9][0-9].html") if paper.title in place.read_text("utf-8")]
        assert found == [f"{paper.issued:%d}"]
        assert any(paper.key in one for one in town.ids(f"all/archive/en/{paper.issued:%Y-%m}.atom"))


def test_a_run_counts_from_its_moment_and_not_by_the_hands_of_a_clock() -> None:
    """Half past one, for the second time, and twenty minutes later."""
    moment = BACK[TORONTO] + 30 * MINUTE
    now = Run(now=moment.astimezone(TORONTO)).now
    assert now == moment
    assert f"{now:%H:%M %z}" == "01:30 -0500"
    assert now + 20 * MINUTE == moment + 20 * MINUTE

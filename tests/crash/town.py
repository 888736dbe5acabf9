"""A small town whose office publishes, corrects and withdraws: what each run finds, so that each can be run again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from tests.loopback import Loopback, Route, answer
from tests.newssite import HKT, NewsSite, Paper

TOPICS = """
scheme = "topics/"
[weights]
sure = 8
likely = 4
hint = 1.5
against = -4
[[topic]]
id = "leisure"
label = { en = "Leisure", zh-Hant = "康樂" }
scope = "Pools and museums."
[topic.terms.en]
sure = ["pool", "museum"]
[topic.terms.zh-Hant]
sure = ["泳池", "博物館"]
"""
BODIES = """
[[body]]
id = "pier"
kind = "department"
name = { en = "Pier Department", zh-Hant = "碼頭署" }
"""
FERRY = Paper(
    "P2026112000101",
    "Ferry timetable (with photos)",
    ("The Pier Department announces that ferries sail every hour.", "Fares stay as they are."),
    issued=datetime(2026, 11, 20, 8, 0, tzinfo=HKT),
    photos=("https://photos.example/e_photo_1.jpg",),
    attachments=("https://files.example/timetable.pdf",),
    counterpart="P2026112000102",
)
FERRY_ZH = Paper(
    "P2026112000102",
    "渡輪時間表（附圖）",
    ("碼頭署宣布，渡輪每小時開出。", "收費維持不變。"),
    "zh-Hant",
    datetime(2026, 11, 20, 8, 10, tzinfo=HKT),
    photos=("https://photos.example/c_photo_1.jpg",),
    counterpart="P2026112000101",
)
POOL = Paper("P2026112000201", "Pool closes", ("The pool closes at noon.",), issued=FERRY.issued + timedelta(hours=1))
POOL_ZH = replace(
    FERRY_ZH,
    key="P2026112000202",
    title="泳池關閉",
    paragraphs=("泳池於正午關閉。",),
    photos=(),
    issued=POOL.issued + timedelta(minutes=40),
    counterpart="P2026112000201",
)
BRIDGE = Paper("P2026112000001", "Bridge opens", ("The bridge is open.",), issued=FERRY.issued - timedelta(hours=1))
MUSEUM = Paper(
    "P2026120100101",
    "Museum opens",
    ("A museum opens on the hill with 1,234 exhibits.",),
    issued=datetime(2026, 12, 1, 8, 30, tzinfo=HKT),
    counterpart="P2026120100102",
)
MUSEUM_ZH = Paper(
    "P2026120100102",
    "博物館開幕",
    ("山上博物館開幕，展品1,234件。",),
    "zh-Hant",
    MUSEUM.issued,
    counterpart="P2026120100101",
)


@dataclass
class Step:
    """A run: what is on the sites then, and when it is."""

    name: str
    now: datetime
    routes: dict[str, Route]
    inbox: dict[str, str]


@dataclass
class Town:
    """The office's site, its folder of notices, a hub; and the runs that there are."""

    server: Loopback
    hub: Loopback
    folder: Path
    steps: list[Step] = field(default_factory=list)

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    def config(self, folder: Path) -> Path:
        """A config that publishes and stores below a folder."""
        (folder / "topics.toml").write_text(TOPICS, "utf-8")
        (folder / "bodies.toml").write_text(BODIES, "utf-8")
        more = f"""recheck = "30d"
[[source]]
id = "inbox"
kind = "files"
directory = "{self.inbox}"
language = "en"
timezone = "Asia/Hong_Kong"
[topics]
taxonomy = "topics.toml"
[websub]
hubs = ["{self.hub.address("/hub")}"]
[[feed]]
id = "all"
"""
        place = NewsSite(self.server).config(folder, more)
        text = place.read_text("utf-8")
        place.write_text(text.replace('directory = "public"', 'directory = "public"\ncompress = ["gzip"]', 1), "utf-8")
        return place

    def enter(self, step: Step) -> None:
        """Have the sites as they are at a run."""
        self.server.routes = dict(step.routes)
        for place in self.inbox.iterdir():
            place.unlink()
        for name, text in step.inbox.items():
            place = self.inbox / name
            place.write_text(text, "utf-8")
            os.utime(place, (0, 0))  # Its time is part of what is known of it.

    def hears(self) -> set[str]:
        """What the hub was told since this was asked."""
        found = {request.body.decode() for request in self.hub.requests}
        self.hub.requests.clear()
        return found


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """A town with six runs."""
    with Loopback() as server, Loopback() as hub:
        hub.routes["/hub"] = answer(status=202)
        found = Town(server, hub, folder)
        found.inbox.mkdir(parents=True)
        site = NewsSite(server)
        now = datetime(2026, 11, 20, 12, 0, tzinfo=HKT)
        inbox: dict[str, str] = {}

        def step(name: str, after: timedelta, *changes: Callable[[], None]) -> None:
            nonlocal now
            now += after
            for change in changes:
                change()
            found.steps.append(Step(name, now, dict(server.routes), dict(inbox)))

        step("first", timedelta(), lambda: site.publish(BRIDGE, FERRY, FERRY_ZH, POOL))
        step(
            "more and corrected",
            timedelta(hours=5),
            lambda: site.publish(POOL_ZH),
            lambda: site.edit(FERRY.key, paragraphs=(*FERRY.paragraphs[:1], "Fares rise by a tenth.")),
            lambda: inbox.update(
                {"2026-11-20-lamp.txt": "Street lamps mended\n\nAll lamps on the hill are lit again.\n"}
            ),
        )
        step(
            "a new month and one that is not found",
            timedelta(days=11),
            lambda: site.publish(MUSEUM, MUSEUM_ZH),
            lambda: site.withdraw(POOL.key),
        )
        step("withdrawn", timedelta(days=4), lambda: site.edit(MUSEUM_ZH.key, title="山上博物館開幕"))
        step("only a tombstone", timedelta(days=15))
        step("all anew", timedelta(hours=1), inbox.clear)
        yield found

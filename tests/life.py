"""A government's press office, simulated: what it does to its site in a month, and what readers may notice of it."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.report import RunReport
from tests.loopback import answer
from tests.newssite import HKT, NewsSite, Paper

START = datetime(2026, 11, 14, 6, 0, tzinfo=HKT)
"""So that the month ends in the middle of it."""
TAXONOMY = Path(__file__).parent / "entries" / "topics"
_SUBJECTS = {
    "health": ("measles", "麻疹"),
    "weather": ("the rainstorm", "暴雨"),
    "sports": ("the rowing finals", "賽艇決賽"),
}
_WORDS = ("pier", "harbour", "lantern", "saltmarsh", "kettle", "ferry", "orchard", "viaduct", "quarry", "meadow")
_CHINESE = ("碼頭", "海港", "燈籠", "鹽田", "水壺", "渡輪", "果園", "高架橋", "石礦", "草地")


@dataclass
class Release:
    """What the office knows of one release: whether it is on the site, and how often readers may see it as changed."""

    paper: Paper
    there: bool = True
    changes: int = 0


@dataclass
class Office:
    """Writes, mends and withdraws releases; a run of feedpub follows each time."""

    site: NewsSite
    folder: Path
    random: Random
    now: datetime = START
    releases: dict[str, Release] = field(default_factory=dict)
    partners: dict[str, str] = field(default_factory=dict)
    late: list[Paper] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    fresh: set[str] = field(default_factory=set)

    def configure(self) -> None:
        for name in ("taxonomy.toml", "bodies.toml"):
            shutil.copy(TAXONOMY / name, self.folder / name)
        feed = '[[feed]]\nid = "all"\nlimit = 25\nmax_bytes = 30_000\n[topics]\ntaxonomy = "taxonomy.toml"\n'
        place = self.site.config(self.folder, feed)
        text = place.read_text("utf-8")
        text = text.replace(
            'title = { en = "News"',
            'withdrawn_for = "4d"\nderive = { zh-Hans = "zh-Hant" }\ntitle = { en = "News"',
        )
        text = text.replace('languages = ["en", "zh-Hant"]', 'languages = ["en", "zh-Hant", "zh-Hans"]')
        text = text.replace('directory = "public"', 'directory = "public"\ncompress = []')
        place.write_text(text, "utf-8")

    def run(self, hours: int) -> RunReport:
        self.now += timedelta(hours=hours)
        return job.run(config.load(self.folder / "site.toml", KINDS), job.Run(now=self.now))

    def act(self) -> None:
        """What happens until the next run."""
        self.fresh = set()
        for paper in self.late:
            self._publish(paper)
            self.done["paired late"] += 1
        self.late = []
        for _ in range(self.random.choice((0, 1, 1, 2)) or not self.releases):
            self._new()
        for act, chance in (
            (self._edit, 0.3),
            (self._add_photo, 0.2),
            (self._change_subject, 0.15),
            (self._withdraw, 0.12),
            (self._restore, 0.1),
        ):
            if self.random.random() < chance:
                act()

    def _new(self) -> None:
        number = len(self.releases) + len(self.late)
        subject = self.random.choice(tuple(_SUBJECTS))
        key = f"P{self.now:%Y%m%d}{number:05}"
        other = f"P{self.now:%Y%m%d}{number + 50_000:05}"
        issued = self.now + timedelta(minutes=number % 50)
        chosen = self.random.sample(range(len(_WORDS)), 3)
        english = Paper(
            key,
            f"Notice {number} about {_SUBJECTS[subject][0]} at the {_WORDS[chosen[0]]}",
            (f"Notice {number}: " + ", ".join(_WORDS[one] for one in chosen) + ".", "It concerns everybody there."),
            issued=issued,
            counterpart=other,
        )
        chinese = Paper(
            other,
            f"第{number}號通告：{_CHINESE[chosen[0]]}的{_SUBJECTS[subject][1]}",
            (f"第{number}號通告：" + "、".join(_CHINESE[one] for one in chosen) + "。", "請各人留意。"),
            "zh-Hant",
            issued + timedelta(minutes=3),
            counterpart=key,
        )
        kind = self.random.choice(("both", "both", "english first", "chinese first", "english only"))
        if kind == "english only":
            self._publish(replace(english, counterpart="", title=f"{english.title} (English only)"))
        else:
            first, second = (chinese, english) if kind == "chinese first" else (english, chinese)
            # A page names a version that is not there yet only once it is.
            self.partners |= {key: other, other: key}
            self._publish(first if kind == "both" else replace(first, counterpart=""))
            if kind == "both":
                self._publish(second)
            else:
                self.late.append(second)
        self.done["new"] += 1

    def _publish(self, paper: Paper) -> None:
        if paper.key not in self.releases:
            self.fresh.add(paper.key)
        self.site.publish(paper)
        known = self.releases.setdefault(paper.key, Release(paper))
        known.paper, known.there = paper, True

    def _some(self, *, there: bool = True) -> Release | None:
        found = [one for key, one in self.releases.items() if one.there is there and key not in self.fresh]
        return self.random.choice(found[-30:]) if found else None

    def _edit(self) -> None:
        if one := self._some():
            first, *rest = one.paper.paragraphs
            self._publish(replace(one.paper, paragraphs=(first + " Mended.", *rest, "More is known now.")))
            one.changes += 1
            self.done["edited"] += 1

    def _add_photo(self) -> None:
        one = self._some()
        if one and not one.paper.photos:
            mark = "（附圖）" if one.paper.language == "zh-Hant" else " (with photo)"
            photo = f"https://photos.example/{one.paper.key}_photo_1.jpg"
            self._publish(replace(one.paper, title=one.paper.title + mark, photos=(photo,)))
            self.done["photo added"] += 1

    def _change_subject(self) -> None:
        one = self._some()
        if one:
            column = int(one.paper.language == "zh-Hant")
            for subject in _SUBJECTS.values():
                if subject[column] in one.paper.title:
                    other = self.random.choice([row[column] for row in _SUBJECTS.values() if row is not subject])
                    self._publish(replace(one.paper, title=one.paper.title.replace(subject[column], other)))
                    one.changes += 1
                    self.done["re-topiced"] += 1
                    return

    def _withdraw(self) -> None:
        # A site of which nothing is left is taken for a broken one.
        one = self._some() if sum(each.there for each in self.releases.values()) > 5 else None
        if one:
            self.site.papers.pop(one.paper.key)
            self.site.server.routes[one.paper.path] = answer(b"gone", status=self.random.choice((404, 410)))
            self.site.publish()
            one.there = False
            one.changes += 1
            self.done["withdrawn"] += 1

    def _restore(self) -> None:
        if one := self._some(there=False):
            self._publish(one.paper)
            one.changes += 1
            self.done["restored"] += 1

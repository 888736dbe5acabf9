"""An invented town's site for looking at: its releases in two languages, published with everything that may happen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from feedpub.report import RunReport
from tests.browser.served import Served
from tests.newssite import HKT, Paper
from tests.publisher import BASE, Publisher

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
TITLES = {"en": "News of Saltmarsh", "zh-Hant": "鹽田新聞", "zh-Hans": "盐田新闻"}
TABLES = """
[[feed]]
id = "all"
limit = 30
[[feed]]
id = "piers"
text = ["pier", "碼頭"]
title = { en = "Piers and ferries", zh-Hant = "碼頭及渡輪", zh-Hans = "码头及渡轮" }
[topics]
taxonomy = "taxonomy.toml"
bodies = ["bodies.toml"]
"""
SITE = 'derive = { zh-Hans = "zh-Hant" }\nsearch = true\n'
_TOPICS = Path(__file__).parents[1] / "entries" / "topics"
_NIGHT = datetime(2026, 11, 17, 22, 0, tzinfo=HKT)

SUBJECTS = (
    ("Department of Health reports a measles case at the {0}", "衞生署公布{0}一宗麻疹個案"),
    ("Harbour Observatory forecasts a rainstorm over the {0}", "海港天文台預測{0}有暴雨"),
    ("Rowing finals at the {0} draw spectators from every district", "{0}賽艇決賽吸引各區觀眾"),
    ("Civil service appointment: new head for the {0} office", "公務員任命：{0}辦事處新主管"),
    ("Vaccination against seasonal influenza begins at the {0}", "{0}開始接種季節性流感疫苗"),
    ("New timetable for ferries to the {0}", "往{0}渡輪的新時間表"),
)
PLACES = (
    ("north pier", "北碼頭"), ("kettle market", "水壺街市"), ("lantern square", "燈籠廣場"), ("viaduct", "高架橋"),
)  # fmt: skip
_SENTENCES = (
    "The Department of Health said today (November 18) that residents would be told of the dates in good time.",
    "A spokesman said that the work at the {0} would go on until the end of the month, and thanked all for patience.",
    "Enquiries may be made on 2345 6789 during office hours, or at https://saltmarsh.example/enquiries.",
)
_CHINESE = (
    "衞生署今日（十一月十八日）表示，有關日期將適時通知市民。",
    "發言人說，{0}的工程會持續至本月底，並感謝各位耐心等候。",
    "如有查詢，可於辦公時間致電2345 6789，或瀏覽https://saltmarsh.example/enquiries。",
)


def pair(
    number: int,
    titles: tuple[str, str],
    english: tuple[str, ...],
    chinese: tuple[str, ...],
    photos: int = 0,
    attachments: int = 0,
) -> tuple[Paper, Paper]:
    """A release in both languages, as many hours before the end as its number says."""
    issued = _NIGHT - timedelta(hours=number)
    keys = (f"P{issued:%Y%m%d}{number:04}1", f"P{issued:%Y%m%d}{number:04}2")
    first = Paper(
        keys[0],
        titles[0] + (" (with photos)" if photos else ""),
        english,
        issued=issued,
        photos=tuple(f"https://photos.example/{keys[0]}_photo_{one}.jpg" for one in range(1, photos + 1)),
        attachments=tuple(f"https://saltmarsh.example/{keys[0]}_annex_{one}.pdf" for one in range(1, attachments + 1)),
        counterpart=keys[1],
    )
    other = replace(
        first,
        key=keys[1],
        title=titles[1] + ("（附圖）" if photos else ""),
        paragraphs=chinese,
        language="zh-Hant",
        issued=issued + timedelta(minutes=3),
        counterpart=keys[0],
    )
    return first, other


def releases() -> list[tuple[Paper, Paper]]:
    """The town's releases, the newest first: of four topics and several bodies, short and long, with photos or not."""
    found = []
    for number in range(len(SUBJECTS) * len(PLACES)):
        subject, place = SUBJECTS[number % len(SUBJECTS)], PLACES[number // len(SUBJECTS)]
        times = 12 if number % 7 == 3 else 1
        found.append(
            pair(
                number,
                (subject[0].format(place[0]), subject[1].format(place[1])),
                tuple(sentence.format(place[0]) for sentence in _SENTENCES * times),
                tuple(sentence.format(place[1]) for sentence in _CHINESE * times),
                photos=number % 5 if number % 2 else 0,
                attachments=number % 3,
            )
        )
    return found


class Desk(Publisher):
    """Publishes below the address at which the output is served, and has more tables."""

    languages: tuple[str, ...] = LANGUAGES
    titles: Mapping[str, str] = TITLES
    tables: str = TABLES
    more: str = SITE
    base: str = BASE

    def rebase(self, base: str) -> None:
        """Publish below another address."""
        self.base = base
        self.configure()

    def run(self, *how: Any, **more: Any) -> RunReport:
        """Run the job; all that there is has to be published."""
        report = super().run(*how, **more)
        assert report.failed == (), report.failed
        return report

    def configure(self, **_: object) -> None:
        """Write the config; the taxonomy and the bodies are those of the tests, where the site has none."""
        for name in ("taxonomy.toml", "bodies.toml"):
            if not (self.folder / name).exists():
                shutil.copy(_TOPICS / name, self.folder / name)
        super().configure(site=self.more, tables=self.tables, languages=self.languages)
        titles = ", ".join(f"{tag} = {json.dumps(text, ensure_ascii=False)}" for tag, text in self.titles.items())
        text = self.config.read_text("utf-8").replace(BASE, self.base, 1)
        self.config.write_text(text.replace('title = { en = "News", zh-Hant = "新聞" }', f"title = {{ {titles} }}"))


@dataclass
class Town:
    """A published site, and where it is served."""

    desk: Publisher
    server: Served

    @property
    def public(self) -> Path:
        """The output directory."""
        return self.desk.public

    def at(self, path: str = "") -> str:
        """The address of a file: "en/index.html"."""
        return self.server.at(path)

    def pages(self) -> list[str]:
        """The paths of all pages."""
        return sorted(str(place.relative_to(self.public)) for place in self.public.rglob("*.html"))

    def path(self, kind: str, language: str = "en") -> str:
        """The path of a page of a kind (kinds.py) in a language."""
        if kind in STORIES:
            return self.page_of(STORIES[kind], language)
        return PATHS[kind].format(language=language)

    def page_of(self, key: str, language: str = "en") -> str:
        """The path of the page of the story whose first release has a key."""
        (found,) = (self.public / language / "stories").rglob(f"*{key.lower()}-*.html")
        return str(found.relative_to(self.public))


ENGLISH_ONLY = Paper("P2026111700901", "A notice about the quarry, in English alone", issued=_NIGHT)
CHINESE_ONLY = Paper(
    "P2026111500902", "果園開放日", ("第一段。", "第二段。"), "zh-Hant", _NIGHT - timedelta(days=2, hours=5)
)
LATE, EDITED, GONE, PHOTOS, LONG = 1, 2, 4, 7, 3
"""Which releases come late in Chinese, are corrected, are withdrawn, have photos and attachments, and are long."""
STORIES = {
    "a story": releases()[PHOTOS][0].key,
    "a corrected story": releases()[EDITED][0].key,
    "a withdrawn story": releases()[GONE][0].key,
    "a long story": releases()[LONG][0].key,
    "a story in English only": ENGLISH_ONLY.key,
    "a story in Chinese only": CHINESE_ONLY.key,
}
PATHS = {
    "the first page": "index.html",
    "the front page": "{language}/index.html",
    "all feeds": "{language}/feeds/index.html",
    "a feed": "{language}/feeds/topics/health/index.html",
    "the releases of a body": "{language}/feeds/bodies/dh/index.html",
    "the stories by day": "{language}/stories/index.html",
    "a day": "{language}/stories/2026/11/17.html",
    "a month": "{language}/stories/2026/11/index.html",
    "a topic": "topics/health/index.html",
    "the topics": "topics/index.html",
    "the page for nothing": "404.html",
    "the status": "{language}/status.html",
    "search": "{language}/search/index.html",
    "the builder of embeds": "{language}/embed/index.html",
    "a frame": "embed/all/{language}.html",
}
"""A page of each kind."""


def live(desk: Publisher) -> None:
    """What happens on the site: releases, a late language, corrections, a withdrawal."""
    site, all_ = desk.site, releases()
    late = all_[LATE][1]
    for one in (paper for both in reversed(all_) for paper in both if paper is not late):
        site.publish(replace(one, counterpart="") if one.counterpart == late.key else one)
    site.publish(CHINESE_ONLY, ENGLISH_ONLY)
    desk.run()
    site.publish(all_[LATE][0], late)
    first, *rest = all_[EDITED][0].paragraphs
    site.edit(all_[EDITED][0].key, paragraphs=(first, *rest[1:], "The finals begin at 3pm, not at 2pm as said before."))
    site.withdraw(all_[GONE][0].key)
    site.withdraw(all_[GONE][1].key)
    desk.runs(3)

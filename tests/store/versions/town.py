"""An invented town's office, at the paths of info.gov.hk and in a folder: what it published until a store was kept.

It has two languages, pairs by links and by evidence, releases that stay single, a correction, a withdrawal, photos and
an attachment, topics and bodies, a feed of its own, a busy month with an archive, and a folder of releases.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from tests.loopback import Loopback
from tests.newssite import HKT, NewsSite, Paper
from tests.store.versions.home import HOST, at_home

BASE = "https://news.town.example/"
TAXONOMY = Path(__file__).parents[2] / "entries" / "topics"
_ATOM = "{http://www.w3.org/2005/Atom}"
_BEGIN = datetime(2026, 10, 30, 12, 0, tzinfo=HKT)
_BUSY = 24
"""Releases of the busy month: more than the feed holds."""

FIRE = Paper(
    "P2026110100101",
    "Fire in Kettle Street brought under control",
    (
        (
            "A fire broke out on the 12th floor of 48 Kettle Street at 6.15am today (November 1). Firemen used 3 jets"
            " and put it out at 7.42am. 27 residents were taken to safety, and 4 of them were sent to hospital."
        ),
    ),
    issued=datetime(2026, 11, 1, 9, 5, tzinfo=HKT),
)
FIRE_CHINESE = Paper(
    "P2026110100131",
    "水壺街火警受控",
    (
        "今日（十一月一日）上午6時15分，水壺街48號12樓發生火警。消防員動用3條喉，於7時42分將火救熄。27名居民疏散，其中4人送往醫院。",
    ),
    "zh-Hant",
    datetime(2026, 11, 1, 9, 12, tzinfo=HKT),
)
MEASLES = Paper(
    "P2026110100201",
    "Two cases of measles (with photos)",
    (
        "The following is issued on behalf of the Centre for Health Protection:",
        "Two cases of measles were found at the north pier.",
        "Patients are well & stable <since> Sunday.",
    ),
    issued=datetime(2026, 11, 1, 10, 0, tzinfo=HKT),
    photos=(f"http://{HOST}/photos/m_photo_1.jpg", f"http://{HOST}/photos/m_photo_2.jpg"),
    attachments=(f"http://{HOST}/files/advice.pdf",),
    counterpart="P2026110100202",
)
MEASLES_CHINESE = Paper(
    "P2026110100202",
    "兩宗麻疹個案（附圖）",
    ("以下稿件代衞生防護中心發出：", "北碼頭發現兩宗麻疹個案。", "病人情況穩定。"),
    "zh-Hant",
    datetime(2026, 11, 1, 10, 4, tzinfo=HKT),
    photos=(f"http://{HOST}/photos/m_photo_1.jpg",),
    counterpart="P2026110100201",
)
STORM = Paper(
    "P2026110100301",
    "Rainstorm warning in force",
    ("A rainstorm is near.", "Stay indoors."),
    issued=datetime(2026, 11, 1, 11, 0, tzinfo=HKT),
)
ROWING = Paper(
    "P2026110100401",
    "划船比賽賽艇決賽延期",
    ("賽艇決賽改期舉行。",),
    "zh-Hant",
    datetime(2026, 11, 1, 11, 30, tzinfo=HKT),
)
NOTE = "+++\ndate = {}\nkey = {}\n+++\n# {}\n\n{}\n"


class Town(NamedTuple):
    """The office's site, and its folder of releases."""

    site: NewsSite
    inbox: Path

    def write(self, name: str, date: str, title: str, text: str) -> None:
        """Put a release into the folder. Its time as a file tells whether it is read again."""
        place = self.inbox / f"{name}.md"
        place.write_text(NOTE.format(date, json.dumps(name), title, text), "utf-8")


def _begin(town: Town) -> None:
    for number in range(_BUSY):
        key = f"P202610{number % 28 + 1:02}{number:05}"
        issued = datetime(2026, 10, number % 28 + 1, 9, number, tzinfo=HKT)
        town.site.publish(
            Paper(key, f"Road works, part {number + 1}", (f"Lane {number + 1} is closed.",), "en", issued)
        )
    town.write("budget", "2026-10-29T08:00:00+08:00", "Budget of the clinic", "It is *balanced*.")
    town.write("pool", "2026-10-30T08:00:00+08:00", "Pool closes", "The pool closes at noon.")


def _go_on(town: Town) -> None:
    town.site.publish(FIRE, MEASLES, STORM, ROWING)


def _answer(town: Town) -> None:
    town.site.publish(FIRE_CHINESE, MEASLES_CHINESE)


def _correct(town: Town) -> None:
    town.site.edit(
        STORM.key, title="Rainstorm warning cancelled", paragraphs=("The rainstorm is over.", "All is well.")
    )


def _correct_again(town: Town) -> None:
    text = ("The rainstorm is over for now.", "All is well.")
    town.site.edit(STORM.key, title="Rainstorm warning cancelled at noon", paragraphs=text)


def _withdraw(town: Town) -> None:
    town.site.withdraw(ROWING.key)


def _nothing(_: Town) -> None:
    pass


ACTS: tuple[tuple[datetime, Callable[[Town], None]], ...] = (
    (_BEGIN, _begin),
    (datetime(2026, 11, 1, 12, 0, tzinfo=HKT), _go_on),
    (datetime(2026, 11, 1, 13, 0, tzinfo=HKT), _answer),
    (datetime(2026, 11, 1, 15, 0, tzinfo=HKT), _correct),
    (datetime(2026, 11, 1, 17, 0, tzinfo=HKT), _correct_again),
    (datetime(2026, 11, 1, 19, 0, tzinfo=HKT), _withdraw),
    *((datetime(2026, 11, 1, 19, 0, tzinfo=HKT) + timedelta(hours=6 * more), _nothing) for more in range(1, 5)),
)
"""When the town was looked at, and what had happened to it just before."""
LAST = ACTS[-1][0]


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """The town before anything was published; its name leads to it while this lasts."""
    (folder / "inbox").mkdir(parents=True)
    with Loopback() as server, at_home(server.port):
        yield Town(NewsSite(server), folder / "inbox")


@contextmanager
def lived(folder: Path) -> Iterator[Town]:
    """The town as it is in the end."""
    with town(folder) as found:
        for _, act in ACTS:
            act(found)
        yield found


def configure(folder: Path, version: int) -> Path:
    """Write the config of the town, with what a version of the store's feedpub knows of it.

    Args:
        folder: where it is written; the store is `store.db` and the output `public` in it.
        version: of the store's schema.
    """
    tables = '[[feed]]\nid = "all"\nlimit = 12\n[[feed]]\nid = "folder"\nsources = ["inbox"]\n'
    site, source, output = "", "", ""
    if version >= 3:  # Topics.
        for name in ("taxonomy.toml", "bodies.toml"):
            shutil.copy(TAXONOMY / name, folder / name)
        tables += (
            '[[feed]]\nid = "harbour"\ntitle = { en = "Harbour", zh-Hant = "海港" }\ntopics = ["weather", "sports"]\n'
        )
        tables += '[topics]\ntaxonomy = "taxonomy.toml"\nbodies = ["bodies.toml"]\n'
    if version >= 4:  # Looking again; compressed files.
        source, output = 'recheck = "30d"\n', "compress = []\n"
    if version >= 6:  # Pages.
        site = "search = false\n"
    place = folder / "town.toml"
    place.write_text(
        f"""[site]
base_url = "{BASE}"
title = {{ en = "Town news", zh-Hant = "市鎮新聞" }}
languages = ["en", "zh-Hant"]
timezone = "Asia/Hong_Kong"
{site}[output]
directory = "public"
{output}[store]
url = "sqlite:///store.db"
[[source]]
id = "town"
kind = "gia"
base_url = "http://{HOST}/gia/"
requests_per_second = 0
allow_private_network = true
credit = {{ en = "The Town", zh-Hant = "市鎮" }}
{source}[[source]]
id = "inbox"
kind = "files"
directory = "inbox"
language = "en"
authority = "{HOST}"
{tables}""",
        "utf-8",
    )
    return place


def documents(public: Path) -> dict[str, dict[str, Any]]:
    """What is published: of each file its SHA-256, and of a feed its entries with their titles and times."""
    found = {}
    for place in sorted(one for one in public.rglob("*") if one.is_file()):
        body = place.read_bytes()
        facts: dict[str, Any] = {"sha256": hashlib.sha256(body).hexdigest()}
        if place.is_relative_to(public / "feeds") and place.suffix in _READ:
            facts |= _READ[place.suffix](body)
        found[str(place.relative_to(public))] = facts
    return found


def _atom(body: bytes) -> dict[str, Any]:
    root = etree.fromstring(body)
    text = partial(_text, _ATOM)
    entries = root.findall(f"{_ATOM}entry")
    return {
        "updated": text(root, "updated"),
        "entries": [[text(one, name) for name in ("id", "title", "published", "updated")] for one in entries],
    }


def _rss(body: bytes) -> dict[str, Any]:
    found = etree.fromstring(body).findall("channel/item")
    return {"entries": [[_text("", one, name) for name in ("guid", "title", "pubDate")] for one in found]}


def _json(body: bytes) -> dict[str, Any]:
    items = json.loads(body)["items"]
    return {
        "entries": [[one.get(name, "") for name in ("id", "title", "date_published", "date_modified")] for one in items]
    }


def _text(space: str, node: Any, name: str) -> str:
    return " ".join("".join(found.itertext()).split()) if (found := node.find(f"{space}{name}")) is not None else ""


_READ: dict[str, Callable[[bytes], dict[str, Any]]] = {".atom": _atom, ".rss": _rss, ".json": _json}

"""The job over an invented site, run after run: a config, a clock, and what readers find in the published files."""

from __future__ import annotations

import json
import shutil
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

import feedparser
from lxml import etree

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.report import RunReport
from tests.newssite import HKT, LANGUAGES, NewsSite

BASE = "https://news.example/"
HOUR = timedelta(hours=1)
SUFFIXES = (".atom", ".rss", ".json")
NS = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "fh": "http://purl.org/syndication/history/1.0",
}


@dataclass(frozen=True)
class Shown:
    """An entry as a reader shows it, whatever the format."""

    id: str
    title: str
    text: str
    updated: str


@dataclass(frozen=True)
class Tombstone:
    """What a document says of an entry that was deleted (RFC 6721)."""

    ref: str
    when: str
    comment: str


class Publisher:
    """Publishes a site below a folder. Its clock moves with every run."""

    def __init__(self, site: NewsSite, folder: Path, now: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=HKT)) -> None:
        self.site, self.folder, self.now = site, folder, now
        self.configure()

    def configure(
        self, *, source: str = "", site: str = "", tables: str = "", languages: tuple[str, ...] = LANGUAGES
    ) -> None:
        """Write the config anew, with more keys of the site and the source and more tables; nothing is compressed."""
        self.config = self.site.config(self.folder, f"{source}\n{tables}", site=site, languages=languages)
        text = self.config.read_text("utf-8").replace('directory = "public"', 'directory = "public"\ncompress = []', 1)
        self.config.write_text(text, "utf-8")

    def run(self, after: timedelta = HOUR, **how: Any) -> RunReport:
        """Run the job some time after the last run, and give its report."""
        self.now += after
        return job.run(config.load(self.config, KINDS), job.Run(now=self.now, **how))

    def runs(self, count: int, every: timedelta = HOUR) -> RunReport:
        """Run the job so many times, and give the last report."""
        return [self.run(every) for _ in range(count)][-1]

    @property
    def public(self) -> Path:
        return self.folder / "public"

    def place(self, name: str) -> Path:
        """Where a document is: "all/en.atom"."""
        return self.public / "feeds" / name

    def parsed(self, name: str) -> Any:
        """A feed as feedparser reads it."""
        parsed = feedparser.parse(self.place(name).read_bytes())
        assert not parsed.bozo, name
        return parsed

    def entries(self, name: str = "all/en.atom") -> list[Any]:
        return list(self.parsed(name).entries)

    def entry(self, key: str, name: str = "all/en.atom") -> Any:
        """The one entry of a feed whose id ends in a key, however the id goes on."""
        (found,) = [one for one in self.entries(name) if key in one.id]
        return found

    def ids(self, name: str = "all/en.atom") -> list[str]:
        """The ids of a document's entries."""
        if name.endswith(".json"):
            return [one["id"] for one in self.json(name)["items"]]
        path = "a:entry/a:id" if name.endswith(".atom") else "channel/item/guid"
        return [one.text or "" for one in self.tree(name).findall(path, NS)]

    def json(self, name: str = "all/en.json") -> Any:
        return json.loads(self.place(name).read_bytes())

    def item(self, key: str, name: str = "all/en.json") -> Any:
        """The one item of a JSON Feed whose id has a key in it."""
        (found,) = [one for one in self.json(name)["items"] if key in one["id"]]
        return found

    def tree(self, name: str = "all/en.atom") -> etree._Element:
        return etree.fromstring(self.place(name).read_bytes())

    def shown(self, name: str) -> list[Shown]:
        """The entries of a document in any format."""
        if name.endswith(".json"):
            return [
                Shown(one["id"], one["title"], one["content_html"], one["date_modified"])
                for one in self.json(name)["items"]
            ]
        return [Shown(one.id, one.title, one.content[0].value, one.updated) for one in self.entries(name)]

    def everywhere(self, key: str, edition: str = "en", feed: str = "all") -> Shown:
        """What an edition shows of an entry; it has to be the same in every format."""
        found = {
            one for suffix in SUFFIXES for one in self.shown(f"{feed}/{edition}{suffix}") if key in one.id.split("?")[0]
        }
        assert len(found) == 1, found
        return found.pop()

    def is_nowhere(self, key: str, edition: str = "en", feed: str = "all") -> bool:
        """Whether no document of an edition has an entry."""
        return not any(key in one for suffix in SUFFIXES for one in self.ids(f"{feed}/{edition}{suffix}"))

    def tombstones(self, name: str = "all/en.atom") -> list[Tombstone]:
        """The tombstones of an Atom document, which all stand before its first entry."""
        root = self.tree(name)
        kinds = [child.tag for child in root if isinstance(child.tag, str)]
        stone, entry = f"{{{NS['at']}}}deleted-entry", f"{{{NS['a']}}}entry"
        if entry in kinds:
            assert stone not in kinds[kinds.index(entry) :]
        return [
            Tombstone(one.get("ref", ""), one.get("when", ""), one.findtext("at:comment", "", NS))
            for one in root.findall("at:deleted-entry", NS)
        ]

    def updated(self, name: str = "all/en.atom") -> str:
        """When an Atom document says that it changed last."""
        return self.tree(name).findtext("a:updated", "", NS)

    def link(self, name: str, relation: str) -> str:
        """Where an Atom document's own link leads, as a path below `feeds/`; "" if there is none."""
        found = [one.get("href", "") for one in self.tree(name).findall("a:link", NS) if one.get("rel") == relation]
        assert len(found) <= 1, relation
        return found[0].removeprefix(f"{BASE}feeds/") if found else ""

    def archives(self, edition: str = "en", feed: str = "all") -> list[str]:
        """The archive documents that an edition leads back to, the newest first."""
        found = []
        name = self.link(f"{feed}/{edition}.atom", "prev-archive")
        while name:
            found.append(name)
            name = self.link(name, "prev-archive")
        return found

    def archived(self, edition: str = "en", feed: str = "all") -> list[str]:
        """The ids of all entries in the archive documents of an edition, the newest first."""
        return [one for name in self.archives(edition, feed) for one in self.ids(name)]

    def files(self) -> dict[str, tuple[int, bytes]]:
        """The published feeds with the times of their last change."""
        root = self.public / "feeds"
        found = (place for place in sorted(root.rglob("*")) if place.is_file())
        return {str(place.relative_to(root)): (place.stat().st_mtime_ns, place.read_bytes()) for place in found}


_Desk = TypeVar("_Desk", bound=Publisher)


class Start(Generic[_Desk]):
    """A site that was published once, from which many tests start; they take turns with its server."""

    def __init__(self, desk: _Desk) -> None:
        self.desk, self.routes = desk, dict(desk.site.server.routes)

    def again(self, folder: Path) -> _Desk:
        """The site as it was, published below another folder."""
        site = self.desk.site
        shutil.copytree(self.desk.folder, folder, dirs_exist_ok=True)
        site.server.routes = dict(self.routes)
        site.server.requests.clear()
        desk = copy(self.desk)
        desk.site = NewsSite(site.server, dict(site.papers))
        desk.folder, desk.config = folder, folder / self.desk.config.name
        return desk

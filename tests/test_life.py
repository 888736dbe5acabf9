"""A month in a feed's life, polled after each run by readers that remember everything they saw."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from reader import Reader, make_reader

from tests.life import Office
from tests.loopback import Loopback, page
from tests.newssite import NewsSite

EDITIONS = ("en", "zh-Hant", "zh-Hans", "bilingual")
SUFFIXES = (".atom", ".rss", ".json")
BASE = "https://news.example/"
_ID = "tag:www.info.gov.hk,"


class Seen:
    """A reader of one document: what it has seen, by id, and when that was changed."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.updated: dict[str, str] = {}

    def poll(self) -> tuple[set[str], set[str]]:
        """The entries that are unread now: those that are new, and those that were changed."""
        found = _entries(self.place)
        assert len(found) == len(dict(found)), f"an id stands twice in {self.place}"
        new = {one for one, _ in found if one not in self.updated}
        changed = {one for one, updated in found if self.updated.get(one, updated) != updated}
        for one, updated in found:
            assert updated >= self.updated.get(one, ""), f"{one} moved back"
        self.updated.update(found)
        return new, changed


def _entries(place: Path) -> list[tuple[str, str]]:
    if place.suffix == ".json":
        return [(item["id"], item["date_modified"]) for item in json.loads(place.read_bytes())["items"]]
    parsed = feedparser.parse(place.read_bytes())
    assert not parsed.bozo, place
    return [(entry.id, entry.updated) for entry in parsed.entries]


def _key(identifier: str) -> str:
    assert identifier.startswith(_ID)
    return identifier.partition(":P")[2].partition("?")[0]


def walk(public: Path, edition: str, feed: str = "all") -> tuple[list[str], list[str]]:
    """The ids in the archive documents that lead back from a subscription document, and those of their tombstones."""
    found, buried = list[str](), list[str]()
    place: Path | None = public / f"feeds/{feed}/{edition}.atom"
    while place:
        parsed = feedparser.parse(place.read_bytes())
        if "/archive/" in str(place):
            found += [entry.id for entry in parsed.entries]
            buried += [line.split('"')[1] for line in place.read_text("utf-8").split("<at:deleted-entry ref=")[1:]]
        before = [link.href for link in parsed.feed.links if link.rel == "prev-archive"]
        place = public / before[0].removeprefix(BASE) if before else None
    return found, buried


class Life:
    """The office, and readers of every edition of the feed that has everything."""

    def __init__(self, office: Office) -> None:
        self.office, self.public = office, office.folder / "public"
        self.seen = {
            (edition, suffix): Seen(self.public / f"feeds/all/{edition}{suffix}")
            for edition in EDITIONS
            for suffix in SUFFIXES
        }
        self.topics = {
            topic: Seen(self.public / f"feeds/topics/{topic}/bilingual.json")
            for topic in ("health", "weather", "sports")
        }
        self.budget: dict[tuple[str, str, str], int] = {}

    def poll(self) -> None:
        fresh = {key[1:] for key in self.office.fresh}
        for (edition, suffix), reader in self.seen.items():
            new, changed = reader.poll()
            for one in new:
                members = self._members(one, edition)
                assert members & fresh, f"{edition}{suffix}: {one} is unread and not new"
            for one in changed:
                place = (edition, suffix, one)
                allowed = sum(self.office.releases[f"P{key}"].changes for key in self._members(one, edition))
                self.budget[place] = self.budget.get(place, 0) + 1
                assert self.budget[place] <= allowed, f"{edition}{suffix}: {one} is unread without a change"
        for topic in self.topics.values():
            topic.poll()

    def _members(self, identifier: str, edition: str) -> set[str]:
        own = _key(identifier)
        partner = self.office.partners.get(f"P{own}", "")
        return {own, partner[1:]} - {""} if edition == "bilingual" else {own}

    def is_complete(self) -> None:
        """Everything that was published is there: once in the archives, or as a tombstone."""
        for edition in EDITIONS:
            language = "zh-Hant" if edition == "zh-Hans" else edition
            found, buried = walk(self.public, edition)
            assert len(found) == len(set(found)), f"{edition}: a story stands twice in the archives"
            assert not set(found) & set(buried)
            ours = {_key(one) for one in (*found, *buried)}
            theirs = {key[1:] for key, one in self.office.releases.items() if one.paper.language == language}
            if edition != "bilingual":
                assert ours == theirs, edition
            else:
                assert len(ours) == len(found) + len(buried)
                told = {key for one in ours for key in (one, self.office.partners.get(f"P{one}", "P")[1:])}
                assert {key[1:] for key in self.office.releases} <= told


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Loopback() as server:
        found = Office(NewsSite(server), tmp_path, random.Random(20261128))
        found.configure()
        yield found


def _live(office: Office, days: int, every: int) -> Iterator[int]:
    """Runs every few hours; after each, what is polled."""
    for number in range(days * 24 // every):
        office.act()
        report = office.run(every)
        assert all(not source.failed and not source.problem for source in report.sources), report
        assert report.failed == ()
        yield number


def _readers_see_no_ghosts(office: Office, days: int, every: int) -> Life:
    life = Life(office)
    for number in _live(office, days, every):
        life.poll()
        if number % 4 == 0:
            life.is_complete()
    life.is_complete()
    return life


@pytest.mark.slow
def test_in_two_weeks_nothing_comes_twice_nothing_is_lost_and_unread_means_new_or_changed(office: Office) -> None:
    _readers_see_no_ghosts(office, days=14, every=12)
    for event in ("new", "paired late", "edited", "photo added", "re-topiced", "withdrawn", "restored"):
        assert office.done[event], f"nothing of this kind happened: {event}"


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_the_same_holds_for_other_months_with_runs_every_two_hours(office: Office, seed: int) -> None:
    office.random = random.Random(seed)
    _readers_see_no_ghosts(office, days=30, every=2)


def test_an_edit_is_seen_in_every_format_of_every_edition_that_shows_it(office: Office) -> None:
    life = Life(office)
    for _ in _live(office, days=2, every=6):
        life.poll()
    one = next(iter(office.releases.values()))
    one.changes += 1
    office.site.edit(one.paper.key, title=one.paper.title + " again")
    office.fresh = set()
    office.run(1)
    for (edition, suffix), reader in life.seen.items():
        _, changed = reader.poll()
        shows = edition in (one.paper.language, "bilingual") or (edition, one.paper.language) == ("zh-Hans", "zh-Hant")
        expected = {_story_key(office, one.paper.key, edition)} if shows else set()
        assert {_key(found) for found in changed} == expected, (edition, suffix)


def _story_key(office: Office, key: str, edition: str) -> str:
    if edition != "bilingual":
        return key[1:]
    found, _ = walk(office.folder / "public", "bilingual")
    return next(_key(one) for one in found if _key(one) in (key[1:], office.partners.get(key, "P")[1:]))


@pytest.mark.slow
def test_the_reader_library_shows_new_releases_once_and_no_other_as_unread(office: Office) -> None:
    names = ("all/en.atom", "all/zh-Hant.rss", "all/zh-Hans.json", "all/bilingual.atom")
    with make_reader(":memory:", feed_root=str(office.folder / "public/feeds")) as reader:
        polls = _live(office, days=10, every=12)
        next(polls)
        for name in names:
            reader.add_feed(name)
        _read_all(reader)
        for _ in polls:
            fresh = {key[1:] for key in office.fresh}
            for entry in _read_all(reader):
                partner = office.partners.get(f"P{_key(entry.id)}", "P")[1:]
                assert {_key(entry.id), partner} & fresh, f"{entry.id} is unread in {entry.feed_url}"
        english = [entry.id for entry in reader.get_entries(feed="all/en.atom")]
        assert len(english) == len({_key(one) for one in english})
        assert {_key(one) for one in english} == {
            key[1:] for key, one in office.releases.items() if one.paper.language == "en"
        }


def _read_all(reader: Reader) -> list[Any]:
    reader.update_feeds(scheduled=False)
    for feed in reader.get_feeds():
        assert feed.last_exception is None, feed.last_exception
    unread = list(reader.get_entries(read=False))
    for entry in unread:
        reader.mark_entry_as_read(entry)
    return unread


@pytest.mark.skipif(not shutil.which("newsboat"), reason="newsboat is not installed")
@pytest.mark.slow
@pytest.mark.parametrize("name", ["all/en.atom", "all/zh-Hant.rss"])
def test_newsboat_shows_new_releases_once_and_no_other_as_unread(office: Office, name: str) -> None:
    language = "en" if "/en." in name else "zh-Hant"
    cache = office.folder / "newsboat.db"
    urls, settings = office.folder / "urls", office.folder / "newsboat.config"
    settings.write_text("", "utf-8")
    with Loopback() as server:
        urls.write_text(server.address(f"/{name}") + "\n", "utf-8")
        for _ in _live(office, days=5, every=12):
            _serve(server, office.folder / "public/feeds", name)
            command = ["newsboat", "-q", "-u", str(urls), "-c", str(cache), "-C", str(settings), "-x", "reload"]
            subprocess.run(command, check=True, env={"HOME": str(office.folder), "PATH": "/usr/bin:/bin"}, timeout=60)
            with closing(sqlite3.connect(cache)) as connection, connection:
                unread = {_key(guid) for (guid,) in connection.execute("SELECT guid FROM rss_item WHERE unread = 1")}
                every = [guid for (guid,) in connection.execute("SELECT guid FROM rss_item")]
                connection.execute("UPDATE rss_item SET unread = 0")
            assert unread == {key[1:] for key in office.fresh if office.releases[key].paper.language == language}
            assert len(every) == len(set(every))


def _serve(server: Loopback, root: Path, name: str) -> None:

    kind = "application/rss+xml" if name.endswith(".rss") else "application/atom+xml"
    server.routes[f"/{name}"] = page((root / name).read_bytes(), kind)


def _files(life: Life) -> dict[Path, bytes]:
    """What is published, but for the status page, which tells that the source is down."""
    found = (path for path in life.public.rglob("*.*") if not path.name.startswith("status."))
    return {path: path.read_bytes() for path in found}


@pytest.mark.slow
def test_a_source_that_is_down_for_days_changes_nothing(office: Office) -> None:
    life = Life(office)
    for _ in _live(office, days=2, every=6):
        life.poll()
    before = _files(life)
    routes = dict(office.site.server.routes)
    office.site.server.routes.clear()
    for _ in range(8):
        assert office.run(6).exit_code == 1
        assert _files(life) == before
    office.site.server.routes.update(routes)
    office.fresh = set()
    assert office.run(6).exit_code == 0
    life.poll()
    assert _files(life) == before
    assert office.now - timedelta(days=1) > max(one.paper.issued for one in office.releases.values())

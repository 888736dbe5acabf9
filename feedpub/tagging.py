"""From the store's stories to its tags: topics, issuing bodies, and which feeds each entry is in.

A run tags the stories that it changed. All of them are gone through by `retag`, in the first run over a store that was
never tagged, and where the feeds of the config changed: what stories are about stands then, and only the feeds are
worked out (stories.py decides).
"""

from __future__ import annotations

from sqlalchemy import Connection

from feedpub import catalogue
from feedpub.config import Settings
from feedpub.entries.identity import story_id
from feedpub.entries.selection import Selector
from feedpub.model import Entry, Tags
from feedpub.progress import Progress
from feedpub.report import TagReport
from feedpub.store import stories as stored_stories
from feedpub.store import tags as stored
from feedpub.store.database import utc
from feedpub.store.some import some
from feedpub.subjects import Subjects

_NOWHERE: frozenset[str] = frozenset()


class Tagging:
    """Tags stories in one transaction."""

    def __init__(self, connection: Connection, settings: Settings, subjects: Subjects, run: int) -> None:
        self.connection, self.settings, self.subjects, self.run = connection, settings, subjects, run
        self.selector = Selector(catalogue.every_feed(settings, subjects))
        self.fresh = frozenset(stored_stories.changed(connection, run))
        self.tagged, self.changed = 0, 0

    @property
    def report(self) -> TagReport:
        """What it came to."""
        return TagReport(tagged=self.tagged, changed=self.changed)

    def some(self, identifiers: list[str]) -> None:
        """Tag some stories that the run changed."""
        for few in some(identifiers):
            found = stored_stories.members(self.connection, few)
            self._tag(found, retag=True)
            # A story whose founder went to another one is no more.
            stored.forget(
                self.connection,
                {story_id(entry.id) for members in found.values() for entry in members} - set(identifiers),
            )

    def all(self, progress: Progress, *, retag: bool) -> None:
        """Go through all stories; without `retag` what they are about stands, and only their feeds are worked out."""
        progress.begin("stories", stored.count_stories(self.connection))
        for found in stored.all_stories(self.connection):
            self._tag(found, retag=retag)
            progress.advance(len(found))
        stored.forget_orphans(self.connection)

    def _tag(self, found: dict[str, list[Entry]], *, retag: bool) -> None:
        """Tag stories (their entries by their ids), and keep what is not as it was."""
        before = stored.tagged(self.connection, found)
        was_in = stored.feeds_of(self.connection, (entry.id for members in found.values() for entry in members))
        news: dict[str, Tags] = {}
        entering: list[dict[str, str]] = []
        leaving: list[stored.Place] = []
        touched = set[tuple[str, str]]()
        for identifier, members in found.items():
            known = before.get(identifier)
            tags = self._tags(in_order(members, self.settings.languages)) if retag or known is None else known
            if tags != known:
                news[identifier] = tags
            bodies = catalogue.speaks_for(tags.body, self.subjects)
            is_in = self.selector.feeds(members, tags.topics, bodies)
            for entry in members:
                old, new = was_in.get(entry.id, _NOWHERE), is_in[entry.id]
                entering += [_row(feed, entry) for feed in sorted(new - old)]
                leaving += [stored.Place(feed, entry.id) for feed in sorted(old - new)]
                whole = entry.id in self.fresh or tags != known
                touched.update((feed, entry.language) for feed in (old | new if whole else old ^ new))
        stored.leave(self.connection, leaving)
        stored.enter(self.connection, entering)
        stored.put(self.connection, news, before)
        stored.touch(self.connection, touched, self.run)
        # What an entry is about is seen in every feed that it is in, but makes nothing look new.
        seen = [entry.id for identifier in news for entry in found[identifier] if entry.id not in self.fresh]
        stored_stories.touch(self.connection, seen, self.run)
        self.tagged += len(found) if retag else 0
        self.changed += len(news)

    def _tags(self, entries: list[Entry]) -> Tags:
        return self.subjects.tagger.tag(entries) if self.subjects.digest else Tags()


def in_order(entries: list[Entry], languages: tuple[str, ...]) -> list[Entry]:
    """A story's entries in the order of the site's languages."""
    order = {tag: number for number, tag in enumerate(languages)}
    return sorted(entries, key=lambda entry: (order.get(entry.language, len(order)), entry.id))


def _row(feed: str, entry: Entry) -> dict[str, str]:
    return {"feed": feed, "entry": entry.id, "language": entry.language, "published": utc(entry.published)}

"""From the store's stories to its tags: topics, issuing bodies, and which feeds each entry is in.

A run tags the stories that it changed. All of them are gone through by `retag`, in the first run over a store that was
never tagged, and where the feeds of the config changed: what stories are about stands then, and only the feeds are
worked out (stories.py decides).
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from feedpub import catalogue
from feedpub.config import Settings
from feedpub.entries.identity import story_id
from feedpub.entries.selection import Selector
from feedpub.entries.topics import Tagger
from feedpub.model import BILINGUAL, EVERYTHING, Entry, Tags
from feedpub.progress import Progress
from feedpub.report import TagReport
from feedpub.store import periods
from feedpub.store import stories as stored_stories
from feedpub.store import tags as stored
from feedpub.store.some import some
from feedpub.subjects import Subjects

_FEW = 30
"""Stories up to which a tagger that knows only their texts is made sooner than one that knows all terms."""
_NOWHERE: dict[str, int] = {}


class Tagging:
    """Tags stories in one transaction.

    Args:
        connection: to the store.
        settings: the config.
        subjects: what to tag by.
        run: the run's number.
        fresh: the entries that were stored or moved since stories were last tagged.
    """

    def __init__(
        self, connection: Connection, settings: Settings, subjects: Subjects, run: int, fresh: Iterable[str]
    ) -> None:
        self.connection, self.settings, self.subjects, self.run = connection, settings, subjects, run
        feeds = catalogue.every_feed(settings, subjects)
        self.selector = Selector(feeds)
        self.archived = {feed.id for feed in feeds if feed.archive}
        self.archived_whole = {feed.id for feed in feeds if feed.archive and feed.select == EVERYTHING}
        self.fresh = frozenset(fresh)
        self.tagged, self.changed = 0, 0
        self.tagger: Tagger | None = None

    @property
    def report(self) -> TagReport:
        """What it came to."""
        return TagReport(tagged=self.tagged, changed=self.changed)

    def some(self, identifiers: list[str]) -> None:
        """Tag some stories that changed."""
        for few in some(identifiers):
            found = stored_stories.members(self.connection, few)
            if self.subjects.digest and len(identifiers) <= _FEW:
                self.tagger = self.subjects.tagger.for_few(entry for members in found.values() for entry in members)
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
        every = [entry.id for members in found.values() for entry in members]
        was_in = stored.feeds_of(self.connection, every)
        news: dict[str, Tags] = {}
        entering: list[tuple[str, Entry]] = []
        leaving: list[stored.Place] = []
        touched = _Touched(self.settings)
        seen = {place.id: place.seen for place in stored_stories.places(self.connection, every).values()}
        for identifier, members in found.items():
            known = before.get(identifier)
            tags = self._tags(in_order(members, self.settings.languages)) if retag or known is None else known
            if tags != known:
                news[identifier] = tags
            bodies = catalogue.speaks_for(tags.body, self.subjects)
            is_in = self.selector.feeds(members, tags.topics, bodies)
            month = next((one.month for one in members if story_id(one.id) == identifier), members[0].month)
            for entry in members:
                old, new = was_in.get(entry.id, _NOWHERE), is_in[entry.id]
                entering += [(feed, entry) for feed in sorted(new - old.keys())]
                leaving += [stored.Place(feed, entry.id) for feed in sorted(old.keys() - new)]
                whole = entry.id in self.fresh or tags != known
                for feed in old.keys() | new if whole else old.keys() ^ new:
                    touched.add(feed, entry, month, old.get(feed, self.run))
                if whole:
                    touched.add(periods.EVERY, entry, month, seen[entry.id])
        stored.leave(self.connection, leaving)
        stored.enter(self.connection, entering, self.run)
        stored.put(self.connection, news, before)
        stored.touch(self.connection, touched.feeds, self.run)
        self._mark(touched)
        # What an entry is about is seen in every feed that it is in, but makes nothing look new.
        told = [entry.id for identifier in news for entry in found[identifier] if entry.id not in self.fresh]
        stored_stories.touch(self.connection, told, self.run)
        self.tagged += len(found) if retag else 0
        self.changed += len(news)

    def _mark(self, touched: _Touched) -> None:
        """Have the archive documents written in which something changed, or that have something to take in."""
        for (key, edition, month), since in sorted(touched.months.items()):
            for feed in sorted(self.archived_whole) if key == periods.EVERY else {key} & self.archived:
                known = periods.known(self.connection, feed, edition, month)
                held = known is not None and since <= known.upto
                periods.mark(self.connection, feed, edition, month, periods.CHANGED if held else periods.WAITING)

    def _tags(self, entries: list[Entry]) -> Tags:
        if not self.subjects.digest:
            return Tags()
        self.tagger = self.tagger or self.subjects.tagger
        return self.tagger.tag(entries)


def in_order(entries: list[Entry], languages: tuple[str, ...]) -> list[Entry]:
    """A story's entries in the order of the site's languages."""
    order = {tag: number for number, tag in enumerate(languages)}
    return sorted(entries, key=lambda entry: (order.get(entry.language, len(order)), entry.id))


class _Touched:
    """What a run changed: feeds by the language of entries, and months of editions with how long an entry is in them.

    `months` has the earliest run since which an entry that changed is in the feed: what a document has already.
    """

    def __init__(self, settings: Settings) -> None:
        self.feeds = set[tuple[str, str]]()
        self.months: dict[tuple[str, str, str], int] = {}
        self._shown_in = {
            language: [tag for tag in settings.editions if language in settings.origins(tag)]
            for language in settings.collected
        }

    def add(self, feed: str, entry: Entry, month: str, since: int) -> None:
        """An entry that changed in a feed, or was put into it or taken out.

        Args:
            feed: its id.
            entry: the entry.
            month: that of its story.
            since: the run since which it was in the feed.
        """
        self.feeds.add((feed, entry.language))
        for tag in self._shown_in.get(entry.language, ()):
            # A version of its own story before, it leaves that one's month.
            for one in {month, entry.month} if tag == BILINGUAL else {entry.month}:
                key = feed, tag, one
                self.months[key] = min(since, self.months.get(key, since))

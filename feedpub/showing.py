"""From the store to editions: what each shows, in the words of its language. Each story is read once a run."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from feedpub import catalogue
from feedpub.config import Settings
from feedpub.entries import withdrawal
from feedpub.entries.addresses import page_path
from feedpub.entries.derive import derive
from feedpub.entries.identity import origin_id, story_id
from feedpub.feeds import bilingual
from feedpub.model import (
    BILINGUAL,
    EVERYTHING,
    Category,
    Credit,
    Edition,
    Entry,
    Feed,
    Item,
    Measure,
    Story,
    Tags,
    Tombstone,
    Version,
)
from feedpub.store import enclosures, entries, tags
from feedpub.store import stories as stored
from feedpub.store.periods import Held
from feedpub.subjects import Subjects
from feedpub.taxonomy import IPTC_SCHEME

_KEPT = 2_000
"""Stories that are kept for the next editions that show them."""
_MOST_TOMBSTONES = 50
"""In a subscription document; archive documents have all of their month."""


class Shown(msgspec.Struct, frozen=True):
    """What an edition shows of a story: an item, or the tombstone of a buried one; and the entry that it is made of."""

    origin: str
    item: Item | None
    tombstone: Tombstone | None = None


class Showing:
    """Makes editions of what the store has, in one state of it."""

    def __init__(self, connection: Connection, settings: Settings, subjects: Subjects) -> None:
        self.connection, self.settings = connection, settings
        self._filings = {
            tag: Filing(settings, subjects, settings.collected if tag == BILINGUAL else (tag,))
            for tag in settings.editions
        }
        self._kept: OrderedDict[tuple[str, str], Shown | None] = OrderedDict()

    def subscription(self, feed: Feed, tag: str, previous: str) -> Edition:
        """The newest stories of a feed, as one of its editions shows them.

        Args:
            feed: the feed.
            tag: a language of the site, or BILINGUAL.
            previous: the month of the newest archive document, "" if there is none.
        """
        languages = self.settings.origins(tag)
        rows = [row for language in languages for row in self._newest(feed, language)]
        found = [shown for shown, listed in self._shown(tag, rows) if shown.item and listed]
        items = sorted((shown.item for shown in found if shown.item), key=_issued, reverse=True)
        gone = self._shown(tag, self._buried(feed, languages))
        tombstones = (shown.tombstone for shown, listed in gone if shown.tombstone and listed)
        return msgspec.structs.replace(
            self.edition(feed, tag),
            items=tuple(items[: feed.limit]),
            tombstones=tuple(sorted(tombstones, key=lambda one: (one.when, one.id), reverse=True)),
            previous=previous,
        )

    def items(self, tag: str, held: Sequence[Held]) -> list[Item]:
        """What an edition shows of stories, in their order."""
        return [shown.item for shown, listed in self._shown(tag, _rows(held)) if shown.item and listed]

    def tombstones(self, tag: str, held: Sequence[Held]) -> tuple[Tombstone, ...]:
        """What an edition has left of stories that are buried, in their order."""
        return tuple(shown.tombstone for shown, listed in self._shown(tag, _rows(held)) if shown.tombstone and listed)

    def edition(self, feed: Feed, tag: str) -> Edition:
        """An edition without its stories."""
        settings, both = self.settings, tag == BILINGUAL
        language = settings.collected[0] if both else tag
        if both:
            title = {language: self._both(feed.title)}
            feed = msgspec.structs.replace(feed, title=title, counterpart_line=False)
        return Edition(
            feed=feed,
            tag=tag,
            language=language,
            site_url=settings.base_url,
            site_title=self._both(settings.title) if both else settings.title[tag],
            credits={
                source.id: self._credit(source.credits, tag)
                for source in settings.sources
                if not feed.select.sources or source.id in feed.select.sources or both
            },
            hubs=settings.hubs,
        )

    def _newest(self, feed: Feed, language: str) -> list[tuple[str, str]]:
        if feed.select == EVERYTHING:
            return entries.newest(self.connection, language, feed.limit)
        return tags.newest(self.connection, feed.id, language, feed.limit)

    def _buried(self, feed: Feed, languages: tuple[str, ...]) -> list[tuple[str, str]]:
        if feed.select == EVERYTHING:
            return entries.buried(self.connection, languages, _MOST_TOMBSTONES)
        return tags.buried(self.connection, feed.id, languages, _MOST_TOMBSTONES)

    def _shown(self, tag: str, rows: Sequence[tuple[str, str]]) -> list[tuple[Shown, bool]]:
        """What an edition shows of stories (each before the id of its entry in a feed), once each.

        The second says whether the feed has the very entry that is shown: one of some sources has not other versions.
        """
        stories = list(dict.fromkeys(story for story, _ in rows))
        listed = {entry for _, entry in rows}
        found = self._read(tag, [story for story in stories if (tag, story) not in self._kept])
        for story in stories:
            if story not in found:
                found[story] = self._kept.pop((tag, story))
            self._kept[tag, story] = found[story]
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        shown = (found[story] for story in stories)
        return [(one, tag == BILINGUAL or one.origin in listed) for one in shown if one]

    def _read(self, tag: str, identifiers: list[str]) -> dict[str, Shown | None]:
        """What an edition shows of stories, from the store; None where it shows nothing of one."""
        if not identifiers:
            return {}
        members = stored.members(self.connection, identifiers)
        tagged = tags.tagged(self.connection, identifiers)
        everyone = [entry for found in members.values() for entry in found]
        refused = stored.refused_of(self.connection, (entry.id for entry in everyone if entry.counterparts))
        measures = enclosures.measures(
            self.connection, (url for entry in everyone for url in enclosures.addresses(entry))
        )
        stories = (story_of(one, members[one], tagged.get(one, Tags()), self.settings) for one in identifiers)
        show = _bilingual if tag == BILINGUAL else _single
        return {
            story.id: self._with(show(story, tag, self.settings), story, tag, refused, measures) for story in stories
        }

    def _with(
        self,
        shown: Shown | None,
        story: Story,
        tag: str,
        refused: set[tuple[str, str]],
        measures: dict[str, Measure],
    ) -> Shown | None:
        """What is shown, with all that an item has beside its entry."""
        if shown is None or shown.item is None:
            return shown
        entry, filing = shown.item.entry, self._filings[tag]
        own = shown.item.parts[0] if shown.item.parts else entry
        item = msgspec.structs.replace(
            shown.item,
            key=key(tag, story.id, shown.origin),
            page=page_path(story),
            author=filing.issuer(story) or self._credited(entry.source, tag),
            versions=_versions(own, story, self.settings, refused),
            categories=filing.categories(story),
            measures={url: measures[url] for url in enclosures.addresses(entry) if url in measures},
        )
        return msgspec.structs.replace(shown, item=item)

    def _credited(self, source: str, tag: str) -> str:
        """Whom the config credits for a source, else the site."""
        found = next((one for one in self.settings.sources if one.id == source), None)
        credited = self._credit(found.credits, tag).name if found else ""
        return credited or (self._both(self.settings.title) if tag == BILINGUAL else self.settings.title[tag])

    def _both(self, texts: dict[str, str]) -> str:
        return " | ".join(dict.fromkeys(texts[tag] for tag in self.settings.collected))

    def _credit(self, credits_: dict[str, Credit], tag: str) -> Credit:
        if tag != BILINGUAL:
            return credits_[tag]
        each = [credits_[one] for one in self.settings.collected]
        return Credit(
            name=" | ".join(dict.fromkeys(credit.name for credit in each if credit.name)),
            rights=" | ".join(dict.fromkeys(credit.rights for credit in each if credit.rights)),
        )


def story_of(identifier: str, members: list[Entry], tags_: Tags, settings: Settings) -> Story:
    """A story of its entries, with those that are converted from others.

    Args:
        identifier: its id.
        members: its entries, at least one.
        tags_: what it is about.
        settings: the config; entries in languages that are not the site's are left out.
    """
    by_language = {entry.language: entry for entry in members}
    founder = next((entry for entry in members if story_id(entry.id) == identifier), min(members, key=_published))
    found: dict[str, Entry] = {}
    for language in settings.languages:
        origin = by_language.get(settings.derive.get(language, ""))
        if language in by_language:
            found[language] = by_language[language]
        elif origin:
            found[language] = derive(origin, language)
    return Story(id=identifier, founder=founder, entries=found, tags=tags_)


def _single(story: Story, tag: str, _settings: Settings) -> Shown | None:
    """What an edition in one language shows of a story: its entry in that language."""
    entry = story.entries.get(tag)
    if entry is None:
        return None
    origin = origin_id(entry.id)
    if entry.withdrawn and entry.withdrawn.buried:
        return Shown(origin, None, _tombstone(entry.id, [entry]))
    return Shown(origin, Item(entry=withdrawal.shown(entry), author=""))


def _bilingual(story: Story, _tag: str, settings: Settings) -> Shown | None:
    """What the bilingual edition shows of a story: all versions that the sources gave in one entry."""
    whole = {tag: entry for tag, entry in story.entries.items() if tag in settings.collected}
    if not whole:
        return None
    left = {
        tag: withdrawal.shown(entry) for tag, entry in whole.items() if not (entry.withdrawn and entry.withdrawn.buried)
    }
    if not left:
        return Shown(story.id, None, _tombstone(story.id, list(whole.values())))
    story = msgspec.structs.replace(story, entries=whole)
    # It was changed when a version that is buried now was withdrawn, too.
    entry = msgspec.structs.replace(
        bilingual.compose(msgspec.structs.replace(story, entries=left)), updated=story.updated
    )
    revision = 1 + sum(version.revision - 1 for version in whole.values())
    return Shown(story.id, Item(entry=entry, author="", revision=revision, parts=tuple(left.values())))


def _tombstone(identifier: str, gone: list[Entry]) -> Tombstone:
    when = max(entry.withdrawn.at for entry in gone if entry.withdrawn)
    return Tombstone(id=identifier, when=when, comment=" ".join(withdrawal.shown(entry).summary for entry in gone))


class Filing:
    """What entries are filed under, in the words of an edition's languages."""

    def __init__(self, settings: Settings, subjects: Subjects, languages: tuple[str, ...]) -> None:
        self.languages = languages
        self.scheme = settings.base_url + subjects.taxonomy.scheme
        self.topics = {topic.id: topic for topic in subjects.taxonomy.topic}
        self.iptc = subjects.taxonomy.iptc
        self.bodies = subjects.bodies
        self._known: dict[tuple[str, ...], tuple[Category, ...]] = {}

    def categories(self, story: Story) -> tuple[Category, ...]:
        """The topics of a story, and after them the IPTC Media Topics that are nearest to these."""
        found = self._known.get(story.tags.topics)
        if found is None:
            found = self._known[story.tags.topics] = self._categories(story.tags.topics)
        return found

    def _categories(self, names: tuple[str, ...]) -> tuple[Category, ...]:
        topics = [self.topics[one] for one in names if one in self.topics]
        nearest = dict.fromkeys(topic.iptc for topic in topics if topic.iptc)
        own = [
            Category(term=topic.id, scheme=self.scheme, label=self._name(topic.label), topic=True) for topic in topics
        ]
        iptc = [
            Category(term=one, scheme=IPTC_SCHEME, label=self._name(self.iptc[one]) if one in self.iptc else "")
            for one in nearest
        ]
        return (*own, *iptc)

    def issuer(self, story: Story) -> str:
        """The name of the body that issued a story; "" where it is not known."""
        body = self.bodies.get(story.tags.body)
        return self._name(body.name) if body else ""

    def _name(self, labels: dict[str, str]) -> str:
        return " | ".join(dict.fromkeys(catalogue.name(labels, tag) for tag in self.languages))


def _versions(
    own: Entry,
    story: Story,
    settings: Settings,
    refused: set[tuple[str, str]],
) -> tuple[Version, ...]:
    """The other languages of an entry: those of its story, and those that its source names and feedpub has not got."""
    found = []
    for language in settings.languages:
        other = story.entries.get(language)
        claimed = own.counterparts.get(language) if (own.id, language) not in refused else None
        if language == own.language or (other and other.withdrawn):
            continue
        origin = story.entries.get(settings.derive.get(language, ""))
        # What was converted here and has no page of its own stands at its origin's, which is in another language.
        if other and other.url and not (origin and origin.url == other.url):
            found.append(Version(language=language, url=other.url, title=other.title))
        elif not other and claimed:
            found.append(Version(language=language, url=claimed))
    return tuple(found)


def _rows(held: Sequence[Held]) -> list[tuple[str, str]]:
    return [(one.story, one.entry) for one in held]


def key(tag: str, story: str, entry: str) -> str:
    """What tells an item of an edition from others: its story, and the entry that the edition shows of it."""
    return story if tag == BILINGUAL else f"{story} {entry}"


def _issued(item: Item) -> tuple[datetime, str]:
    return item.entry.published, item.entry.id


def _published(entry: Entry) -> tuple[datetime, str]:
    return entry.published, entry.id

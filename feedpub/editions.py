"""From the store to published editions: which have to be rendered again, and what each holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial

import msgspec
from sqlalchemy import Connection

from feedpub import __version__, catalogue
from feedpub.config import Settings
from feedpub.entries.derive import derive
from feedpub.entries.identity import origin_id, story_id
from feedpub.errors import FeedpubError, StoreError, fault
from feedpub.feedtables import BODIES
from feedpub.model import BILINGUAL, EVERYTHING, Category, Credit, Document, Edition, Entry, Feed, Story, Tags, Version
from feedpub.publish.directory import Directory
from feedpub.report import Problem
from feedpub.store import entries, published, tags
from feedpub.store import stories as stored_stories
from feedpub.store.database import Store
from feedpub.subjects import Subjects
from feedpub.taxonomy import IPTC_SCHEME

_RENDERING = "4"
"""Raised when a change of the program changes what it writes, so that everything is rendered again."""


class Outcome(msgspec.Struct, frozen=True):
    """What publishing came to: the paths written, how many documents were left as they were, and what failed."""

    written: tuple[str, ...]
    unchanged: int
    failed: tuple[Problem, ...]


def publish_editions(store: Store, settings: Settings, subjects: Subjects, directory: Directory) -> Outcome:
    """Render the editions whose entries, settings or files changed since they were published, and publish them."""
    with store.transaction() as connection:
        return _Publishing(connection, settings, subjects, directory).publish()


class _Publishing:
    """Publishes what has to be, in one transaction."""

    def __init__(self, connection: Connection, settings: Settings, subjects: Subjects, directory: Directory) -> None:
        self.connection, self.settings, self.subjects, self.directory = connection, settings, subjects, directory
        self.before: dict[str, dict[str, published.Published]] = {}
        for path, known in published.all_documents(connection, "feeds").items():
            self.before.setdefault(path.rpartition(".")[0], {})[path] = known
        self.touched = tags.touched_feeds(connection)
        self.written: list[str] = []
        self.failed: list[Problem] = []
        self.unchanged = 0

    def publish(self) -> Outcome:
        """Publish; whatever fails costs its own document only."""
        feeds = feeds_now(self.settings, self.subjects, self.touched)
        for feed, language in _editions(self.settings, feeds):
            path, basis = f"feeds/{feed.id}/{language}", self._basis(feed, language)
            self._renew(path, basis, partial(self._render, feed, language))
        for path, language in (("feeds", ""), *((f"feeds/{tag}", tag) for tag in self.settings.languages)):
            self._renew(path, self._basis_of_list(feeds), partial(self._render_list, feeds, path, language))
        return Outcome(tuple(self.written), self.unchanged, tuple(self.failed))

    def _renew(self, path: str, basis: str, render: Callable[[], list[Document]]) -> None:
        """Publish the documents at a path (without its ending) where what they are made of is not as it was."""
        current = self.before.get(path, {})
        if current and all(_stands(known, basis, self.directory.size(name)) for name, known in current.items()):
            self.unchanged += len(current)
            return
        try:
            fresh = render()
            changed = [document.path for document in fresh if self.directory.write(document)]
            self.written += changed
            self.unchanged += len(fresh) - len(changed)
            # Only now: where one of its documents failed, the edition is rendered again next run.
            for document in fresh:
                _record(self.connection, document, basis)
        except StoreError:
            raise
        except FeedpubError as problem:
            self.failed.append(Problem(path, str(problem)))
        except Exception as problem:  # noqa: BLE001 - one edition may not stop the others
            self.failed.append(Problem(path, fault(problem)))

    def _basis(self, feed: Feed, language: str) -> str:
        """A digest of all that an edition is made of: the program's rendering, the settings, the last change."""
        settings, origins = self.settings, _origins(self.settings, language)
        return _digest(
            _RENDERING,
            __version__,
            settings.base_url,
            settings.title,
            settings.languages,
            sorted(settings.derive.items()),
            feed,
            [(source.id, source.credits) for source in settings.sources],
            self.subjects.labels,
            entries.last_change(self.connection, origins)
            if feed.select == EVERYTHING
            else max(self.touched.get((feed.id, origin), 0) for origin in origins),
        )

    def _basis_of_list(self, feeds: tuple[Feed, ...]) -> str:
        """A digest of all that a list of subscriptions is made of."""
        settings, named = self.settings, [(feed.id, feed.title) for feed in feeds]
        languages = settings.languages, settings.collected
        return _digest(_RENDERING, settings.base_url, languages, settings.title, named, self.subjects.labels)

    def _render(self, feed: Feed, language: str) -> list[Document]:
        from feedpub import feeds  # noqa: PLC0415 - a run with nothing new renders nothing

        edition = build(self.connection, self.settings, self.subjects, feed, language)
        return feeds.documents(edition, f"feeds/{feed.id}/{language}")

    def _render_list(self, feeds: tuple[Feed, ...], path: str, language: str) -> list[Document]:
        from feedpub import subscriptions  # noqa: PLC0415 - as above

        return [subscriptions.document(self.settings, self.subjects, feeds, f"{path}.opml", language)]


def feeds_now(settings: Settings, subjects: Subjects, touched: Iterable[tuple[str, str]]) -> tuple[Feed, ...]:
    """All feeds; one of a body from its first release on, also where it has none any more: addresses are permanent."""
    issuing = {identifier for feed, _ in touched for group, _, identifier in [feed.partition("/")] if group == BODIES}
    return catalogue.feeds(settings, subjects, issuing)


def _editions(settings: Settings, feeds: Iterable[Feed]) -> Iterator[tuple[Feed, str]]:
    """All editions: the feeds in each language, and bilingual where there is more than one that is not derived."""
    for feed in feeds:
        for language in settings.languages:
            yield feed, language
        if len(settings.collected) > 1:
            yield feed, BILINGUAL


def _digest(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _stands(known: published.Published, basis: str, size: int | None) -> bool:
    return known.basis == basis and known.size == size


def _origins(settings: Settings, language: str) -> tuple[str, ...]:
    """The languages whose entries an edition is made of."""
    if language == BILINGUAL:
        return settings.collected
    origin = settings.derive.get(language)
    return (language, origin) if origin else (language,)


def build(connection: Connection, settings: Settings, subjects: Subjects, feed: Feed, language: str) -> Edition:
    """An edition as the store has it now; `language` may be BILINGUAL."""
    from feedpub.feeds.bilingual import compose  # noqa: PLC0415 - as above

    stories = _stories(connection, settings, feed, language)
    first = settings.collected[0] if language == BILINGUAL else language
    if language == BILINGUAL:
        feed = msgspec.structs.replace(feed, title={first: _both(feed.title, settings)}, counterpart_line=False)
        found = [(compose(story), next(iter(story.entries.values())), story) for story in stories]
    else:
        found = [(story.entries[language], story.entries[language], story) for story in stories]
    refused = stored_stories.refused_of(connection, (own.id for _, own, _ in found))
    filing = _Filing(settings, subjects, settings.collected if language == BILINGUAL else (language,))
    return Edition(
        feed=feed,
        language=first,
        address=f"{settings.base_url}feeds/{feed.id}/{language}",
        home=settings.base_url,
        site_title=_both(settings.title, settings) if language == BILINGUAL else settings.title[language],
        credits={
            source.id: _credit(source.credits, settings, language)
            for source in settings.sources
            if not feed.select.sources or source.id in feed.select.sources or language == BILINGUAL
        },
        entries=tuple(entry for entry, _, _ in found),
        categories={entry.id: filing.categories(story) for entry, _, story in found},
        issuers={entry.id: filing.issuer(story) for entry, _, story in found},
        versions={entry.id: _versions(own, story, settings, refused) for entry, own, story in found},
    )


def _stories(connection: Connection, settings: Settings, feed: Feed, language: str) -> list[Story]:
    """The newest stories of an edition, each with its entries in the site's languages, derived ones included."""
    rows = [row for tag in _origins(settings, language) for row in _newest_of(connection, feed, tag)]
    identifiers = dict.fromkeys(story for story, _ in rows)
    listed = {entry.id for _, entry in rows}
    members = stored_stories.members(connection, identifiers)
    tagged = tags.tagged(connection, identifiers)
    stories = [_story(one, members[one], tagged.get(one, Tags()), settings) for one in identifiers]
    if language == BILINGUAL:
        stories = [msgspec.structs.replace(one, entries=_only(one.entries, settings.collected)) for one in stories]
        ordered = sorted(((one.published, one.id, one) for one in stories if one.entries), key=_newest, reverse=True)
    else:
        own = [(one.entries[language], one) for one in stories if language in one.entries]
        # A feed of some sources has their entries only, not other versions of these.
        own = [(entry, one) for entry, one in own if origin_id(entry.id) in listed]
        ordered = sorted(((entry.published, entry.id, one) for entry, one in own), key=_newest, reverse=True)
    return [story for _, _, story in ordered[: feed.limit]]


def _newest_of(connection: Connection, feed: Feed, language: str) -> list[tuple[str, Entry]]:
    if feed.select == EVERYTHING:
        return entries.newest(connection, language, feed.limit)
    return tags.newest(connection, feed.id, language, feed.limit)


def _newest(row: tuple[datetime, str, Story]) -> tuple[datetime, str]:
    return row[0], row[1]


def _story(identifier: str, members: list[Entry], tags_: Tags, settings: Settings) -> Story:
    by_language = {entry.language: entry for entry in members}
    founder = next((entry for entry in members if story_id(entry.id) == identifier), min(members, key=_issued))
    found: dict[str, Entry] = {}
    for language in settings.languages:
        origin = by_language.get(settings.derive.get(language, ""))
        if language in by_language:
            found[language] = by_language[language]
        elif origin:
            found[language] = derive(origin, language)
    return Story(id=identifier, founder=founder, entries=found, tags=tags_)


class _Filing:
    """What entries are filed under, in the words of an edition's languages."""

    def __init__(self, settings: Settings, subjects: Subjects, languages: tuple[str, ...]) -> None:
        self.languages = languages
        self.scheme = settings.base_url + subjects.taxonomy.scheme
        self.topics = {topic.id: topic for topic in subjects.taxonomy.topic}
        self.iptc = subjects.taxonomy.iptc
        self.bodies = subjects.bodies

    def categories(self, story: Story) -> tuple[Category, ...]:
        """The topics of a story, and after them the IPTC Media Topics that are nearest to these."""
        topics = [self.topics[one] for one in story.tags.topics if one in self.topics]
        nearest = dict.fromkeys(topic.iptc for topic in topics if topic.iptc)
        own = [Category(term=topic.id, scheme=self.scheme, label=self._name(topic.label)) for topic in topics]
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
        if language == own.language:
            continue
        origin = story.entries.get(settings.derive.get(language, ""))
        # What was converted here and has no page of its own stands at its origin's, which is in another language.
        if other and other.url and not (origin and origin.url == other.url):
            found.append(Version(language=language, url=other.url, title=other.title))
        elif not other and claimed:
            found.append(Version(language=language, url=claimed))
    return tuple(found)


def _both(texts: dict[str, str], settings: Settings) -> str:
    return " | ".join(dict.fromkeys(texts[tag] for tag in settings.collected))


def _credit(credits_: dict[str, Credit], settings: Settings, language: str) -> Credit:
    if language != BILINGUAL:
        return credits_[language]
    each = [credits_[tag] for tag in settings.collected]
    return Credit(
        name=" | ".join(dict.fromkeys(credit.name for credit in each if credit.name)),
        rights=" | ".join(dict.fromkeys(credit.rights for credit in each if credit.rights)),
    )


def _only(found: dict[str, Entry], languages: tuple[str, ...]) -> dict[str, Entry]:
    return {tag: entry for tag, entry in found.items() if tag in languages}


def _issued(entry: Entry) -> tuple[datetime, str]:
    return entry.published, entry.id


def _record(connection: Connection, document: Document, basis: str) -> None:
    digest = hashlib.sha256(document.body).hexdigest()
    published.record(
        connection,
        document.path,
        document.media_type,
        published.Published(digest, len(document.body), basis),
    )

"""From the store to published editions: which have to be rendered again, and what becomes of their documents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cached_property, partial
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from feedpub import __version__, catalogue
from feedpub.config import Settings
from feedpub.feedtables import BODIES, TOPICS
from feedpub.model import EVERYTHING, Document, Feed, archive_path
from feedpub.publish.directory import Directory
from feedpub.publishing import WRITERS, Attempts, Outcome, Several
from feedpub.store import notes, periods, published, tags, untold
from feedpub.store.database import Store
from feedpub.subjects import Subjects
from feedpub.taxonomy import Topic

if TYPE_CHECKING:
    from feedpub.archives import Archives
    from feedpub.feedpages import FeedPages
    from feedpub.feeds.fragments import Fragments
    from feedpub.showing import Showing

_ASSETS = "assets"
_SUFFIXES = (".atom", ".rss", ".json")
_RENDERING = "7"
"""Raised when a change of the program changes what it writes, so that everything is rendered again."""


def publish_editions(store: Store, settings: Settings, subjects: Subjects, directory: Directory, run: int) -> Outcome:
    """Render the editions whose entries, settings or files changed since they were published, and publish them."""
    with store.transaction() as connection, ThreadPoolExecutor(WRITERS) as pool:
        return _Publishing(connection, settings, subjects, directory, run, pool).publish()


class _Publishing:
    """Publishes what has to be, in one transaction."""

    def __init__(
        self,
        connection: Connection,
        settings: Settings,
        subjects: Subjects,
        directory: Directory,
        run: int,
        pool: Executor,
    ) -> None:
        self.connection, self.settings, self.subjects, self.directory = connection, settings, subjects, directory
        self.run = run
        self.before: dict[str, dict[str, published.Published]] = {}
        for path, known in published.all_documents(connection, "").items():
            self.before.setdefault(_stem(path), {})[path] = known
        self.touched = tags.touched_feeds(connection)
        self.newest = periods.newest(connection)
        self.archived = periods.counts(connection)
        self.shown: dict[tuple[str, str], frozenset[str]] = {}
        self.news: list[str] = []
        self.attempts = Attempts(directory)
        self.several = Several(self.attempts, pool)

    # What renders is imported late: a run with nothing new needs none of it.

    @cached_property
    def showing(self) -> Showing:
        from feedpub.showing import Showing  # noqa: PLC0415 - see above

        return Showing(self.connection, self.settings, self.subjects)

    @cached_property
    def fragments(self) -> Fragments:
        from feedpub.feeds.fragments import Fragments  # noqa: PLC0415 - see above

        return Fragments()

    @cached_property
    def archives(self) -> Archives:
        from feedpub.archives import Archives  # noqa: PLC0415 - see above

        return Archives(self.connection, self.showing, self.fragments, self.run)

    @cached_property
    def pages(self) -> FeedPages:
        from feedpub.feedpages import FeedPages  # noqa: PLC0415 - see above

        return FeedPages(self.settings, self.subjects, self.feeds, self.showing)

    @cached_property
    def feeds(self) -> tuple[Feed, ...]:
        """All feeds; one of a body from its first release on, also where it has none any more."""
        return feeds_now(self.settings, self.subjects, self.touched)

    def publish(self) -> Outcome:
        """Publish; whatever fails costs its own document only."""
        feeds, tags_ = self.feeds, self.settings.editions
        for feed in feeds:
            if feed.archive:
                self._prepare_archives(feed, tags_)
        self.newest = periods.newest(self.connection)
        # New ones before what leads to them.
        archived = {feed.id: feed for feed in feeds if feed.archive}
        self._write_archives([one for one in periods.due(self.connection) if not one.size], archived, tags_)
        # By language: editions of the same one show the same entries.
        for tag in tags_:
            for feed in feeds:
                self._renew(f"feeds/{feed.id}/{tag}", self._basis(feed, tag), partial(self._render, feed, tag))
        self.several.finish()
        self._write_archives(periods.due(self.connection), archived, tags_)
        basis = self._basis_of_list(feeds)
        for language in ("", *self.settings.languages):
            path = f"feeds/{language}" if language else "feeds"
            self._renew(path, basis, partial(self._render_list, feeds, path, language))
        self._publish_pages(basis)
        self.several.finish()
        if self.settings.hubs:
            untold.add(self.connection, self.settings.hubs, [self.settings.base_url + path for path in self.news])
        return self.attempts.outcome

    def _publish_pages(self, lists: str) -> None:
        """Publish the pages of all feeds, and those that lead to them, each where what it shows is not as it was.

        Args:
            lists: a digest of what lists of feeds are made of.
        """
        self._renew(_ASSETS, _digest(self._common, lists), self._assets)
        for language in self.settings.languages:
            for feed in self.feeds:
                basis = _digest(self._basis(feed, language), lists)
                self._renew(f"{language}/feeds/{feed.id}/index", basis, partial(self._feed_page, feed, language))
                self._renew(f"embed/{feed.id}/{language}", basis, partial(self._embeds, feed, language))
            basis = _digest(self._basis(self.feeds[0], language), lists)
            self._renew(f"{language}/index", basis, partial(self._front, language))
            basis = _digest(self._common, lists)
            self._renew(f"{language}/feeds/index", basis, partial(self._all_feeds, language))
            self._renew(f"{language}/embed/index", basis, partial(self._builder, language))
        feeds = {feed.id: feed for feed in self.feeds}
        for topic in self.subjects.taxonomy.topic:
            feed = feeds[f"{TOPICS}/{topic.id}"]
            basis = _digest(*(self._basis(feed, language) for language in self.settings.languages), lists)
            path = f"{self.subjects.taxonomy.scheme}{topic.id}/index"
            self._renew(path, basis, partial(self._topic_page, topic, feed))
        if feeds and self.subjects.taxonomy.topic:
            path = f"{self.subjects.taxonomy.scheme}index"
            self._renew(path, _digest(self._common, lists), self._topics_page)
        self._renew("404", _digest(self._common, lists), self._missing)
        self._renew("index", _digest(self._common, lists), self._index)

    def _assets(self) -> Iterable[Document]:
        return self.pages.assets()

    def _feed_page(self, feed: Feed, language: str) -> Iterable[Document]:
        return self.pages.feed(feed, language)

    def _embeds(self, feed: Feed, language: str) -> Iterable[Document]:
        return self.pages.embeds(feed, language)

    def _builder(self, language: str) -> Iterable[Document]:
        return self.pages.builder(language)

    def _front(self, language: str) -> Iterable[Document]:
        return self.pages.front(language)

    def _all_feeds(self, language: str) -> Iterable[Document]:
        return self.pages.all_feeds(language)

    def _topic_page(self, topic: Topic, feed: Feed) -> Iterable[Document]:
        return self.pages.topic(topic, feed)

    def _topics_page(self) -> Iterable[Document]:
        return self.pages.topics()

    def _missing(self) -> Iterable[Document]:
        return self.pages.missing()

    def _index(self) -> Iterable[Document]:
        return self.pages.index()

    def _renew(self, path: str, basis: str, render: Callable[[], Iterable[Document]]) -> None:
        """Publish the documents at a path (without its ending) where what they are made of is not as it was."""
        current = self.before.get(path, {})
        if current and all(_stands(known, basis, self.directory.size(name)) for name, known in current.items()):
            self.attempts.unchanged += len(current)
            return

        fresh: list[Document] = []
        whole = self.attempts.attempt(path, lambda: fresh.extend(render()))
        # Only where all are there: where one of its documents failed, the edition is rendered again next run.
        self.several.write(fresh, partial(self._record, fresh, basis) if whole else _nothing)

    def _record(self, documents: Iterable[Document], basis: str) -> None:
        for document in documents:
            digest = hashlib.sha256(document.body).hexdigest()
            known = self.before.get(_stem(document.path), {}).get(document.path)
            if _is_subscription(document.path) and not (known and known.digest == digest):
                self.news.append(document.path)
            now = published.Published(digest, len(document.body), basis)
            published.record(self.connection, document.path, document.media_type, now)

    def _basis(self, feed: Feed, tag: str) -> str:
        """A digest of all that an edition is made of: the program's rendering, the settings, the last change."""
        key = periods.EVERY if feed.select == EVERYTHING else feed.id
        last = max(self.touched.get((key, origin), 0) for origin in self.settings.origins(tag))
        newest = self.newest.get((feed.id, tag)) if feed.archive else None
        return _digest(self._common, feed, self.settings.hubs, newest and newest.month, last)

    def _basis_of_list(self, feeds: tuple[Feed, ...]) -> str:
        """A digest of all that a list of subscriptions is made of."""
        settings, named = self.settings, [(feed.id, feed.title) for feed in feeds]
        languages = settings.languages, settings.collected
        return _digest(
            _RENDERING, settings.base_url, languages, settings.compress, settings.title, named, self.subjects.labels
        )

    @cached_property
    def _common(self) -> str:
        """A digest of what all editions are made of."""
        settings = self.settings
        return _digest(
            _RENDERING,
            __version__,
            settings.base_url,
            settings.title,
            settings.languages,
            sorted(settings.derive.items()),
            settings.compress,
            settings.search,
            [(source.id, source.credits) for source in settings.sources],
            self.subjects.labels,
        )

    def _render(self, feed: Feed, tag: str) -> tuple[Document, ...]:
        from feedpub import feeds  # noqa: PLC0415 - see above

        newest = self.newest.get((feed.id, tag)) if feed.archive else None
        edition = self.showing.subscription(feed, tag, newest.month if newest else "")
        rendered = feeds.render(edition, f"feeds/{feed.id}/{tag}", self.fragments)
        self.shown[feed.id, tag] = rendered.shown
        return rendered.documents

    def _render_list(self, feeds: tuple[Feed, ...], path: str, language: str) -> list[Document]:
        from feedpub import subscriptions  # noqa: PLC0415 - see above

        return [subscriptions.document(self.settings, self.subjects, feeds, f"{path}.opml", language)]

    def _prepare_archives(self, feed: Feed, tags_: tuple[str, ...]) -> None:
        """Have all archive documents of a feed written where their settings changed, or their files are gone."""
        note, basis = f"archive {feed.id}", _digest(self._common, feed, tags_)
        renewed = notes.get(self.connection, note) != basis
        for tag in tags_:
            if renewed or self._is_incomplete(feed, tag):
                self.archives.prepare(feed, tag)
        if renewed:
            notes.put(self.connection, note, basis)

    def _is_incomplete(self, feed: Feed, tag: str) -> bool:
        """Whether a file of an edition's archive is gone, or the newest one is not as it was written."""
        newest = self.newest.get((feed.id, tag))
        if newest and newest.size and self.directory.size(_archive(feed.id, tag, newest.month)) != newest.size:
            return True
        folder = _archive(feed.id, tag, "").rpartition("/")[0]
        return self.directory.count(folder, ".atom") < self.archived.get((feed.id, tag), 0)

    def _write_archives(self, due: list[periods.Period], feeds: dict[str, Feed], tags_: tuple[str, ...]) -> None:
        for period in due:
            feed, tag = feeds.get(period.feed), period.edition
            shown = self.shown.get((period.feed, tag))
            if feed and tag in tags_ and (period.due > periods.WAITING or shown is not None):
                self.attempts.attempt(
                    _archive(feed.id, tag, period.month), partial(self._write_archive, period, feed, shown)
                )
        self.several.finish()

    def _write_archive(self, period: periods.Period, feed: Feed, shown: frozenset[str] | None) -> None:
        rendered = self.archives.render(period, feed, shown)
        if rendered:
            period, document = rendered
            digest, size = hashlib.sha256(document.body).hexdigest(), len(document.body)
            self.several.write([document], partial(periods.settle, self.connection, period, digest, size))


def _nothing() -> None:
    """What there is to do for an edition of which not all is there."""


def feeds_now(settings: Settings, subjects: Subjects, touched: Iterable[tuple[str, str]]) -> tuple[Feed, ...]:
    """All feeds; one of a body from its first release on, also where it has none any more: addresses are permanent."""
    issuing = {identifier for feed, _ in touched for group, _, identifier in [feed.partition("/")] if group == BODIES}
    return catalogue.feeds(settings, subjects, issuing)


def _stem(path: str) -> str:
    """What a document is renewed with: those that differ in their endings only; all that pages load."""
    folder, _, name = path.rpartition("/")
    if folder in ("assets", "embed"):
        return _ASSETS
    stem = name.partition(".")[0]
    return f"{folder}/{stem}" if folder else stem


def _archive(feed: str, tag: str, month: str) -> str:
    return f"{archive_path(feed, tag, month)}.atom"


def _digest(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _stands(known: published.Published, basis: str, size: int | None) -> bool:
    return known.basis == basis and known.size == size


def _is_subscription(path: str) -> bool:
    """Whether a path is that of an edition's document: archives and lists have no subscribers."""
    return path.startswith("feeds/") and path.endswith(_SUFFIXES)

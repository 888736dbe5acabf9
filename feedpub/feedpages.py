"""From editions to the pages of feeds: front pages, a page a feed, what topics' IRIs show, and embeds."""

from __future__ import annotations

from feedpub.config import Settings
from feedpub.feedtables import TOPICS
from feedpub.model import BILINGUAL, Document, Feed
from feedpub.showing import Showing
from feedpub.site import assets, builder, embeds, feedpage, front, missing, topicpage
from feedpub.site.builder import Builder
from feedpub.site.embeds import Embedded
from feedpub.site.feedpage import FeedPage
from feedpub.site.front import Front
from feedpub.site.listing import Listed, listed
from feedpub.site.topicpage import TopicPage, TopicPart
from feedpub.sitewide import site
from feedpub.subjects import Subjects
from feedpub.subscriptions import Lists
from feedpub.taxonomy import IPTC_SCHEME, Topic


class FeedPages:
    """Makes the pages of a site's feeds.

    Args:
        settings: the config.
        subjects: the taxonomy and the gazetteer.
        feeds: all feeds; the first is what front pages are about.
        shows: what the feeds have, in one state of the store.
    """

    def __init__(self, settings: Settings, subjects: Subjects, feeds: tuple[Feed, ...], shows: Showing) -> None:
        self.settings, self.subjects, self.feeds, self.shows = settings, subjects, feeds, shows
        self.site = site(settings)
        self.lists = Lists(settings, subjects, feeds)

    def front(self, language: str) -> list[Document]:
        """The front page of a language."""
        return [front.page(self._front(language, self._newest(self.feeds[0], language)))]

    def all_feeds(self, language: str) -> list[Document]:
        """The page of all feeds of a language."""
        return [front.all_feeds(self._front(language))]

    def index(self) -> list[Document]:
        """The page that leads to the front pages."""
        fronts = [self._front(language) for language in self.settings.languages]
        return [front.index(fronts, assets.path("index.js"))]

    def missing(self) -> list[Document]:
        """What servers show where there is no page."""
        return [missing.page(self.site, self.settings.languages)]

    def feed(self, feed: Feed, language: str) -> list[Document]:
        """The page of a feed in a language."""
        group, _, name = feed.id.rpartition("/")
        shown = FeedPage(
            site=self.site,
            language=language,
            editions=tuple(self.lists.subscription(feed, edition) for edition in self._editions(language)),
            newest=self._newest(feed, language),
            iri=topic_path(self.subjects, name) if group == TOPICS else "",
        )
        return [feedpage.page(shown)]

    def embeds(self, feed: Feed, language: str) -> tuple[Document, ...]:
        """What other sites embed of a feed in a language."""
        shown = Embedded(
            site=self.site,
            feed=feed.id,
            title=self.lists.subscription(feed, language).text,
            language=language,
            items=self._newest(feed, language),
            languages=self.settings.languages,
        )
        return embeds.documents(shown)

    def builder(self, language: str) -> list[Document]:
        """The page that makes embeds."""
        groups = tuple(
            (group.heading, tuple((one.feed, one.text) for one in group.subscriptions))
            for group in self.lists.groups(language)
        )
        return [builder.page(Builder(site=self.site, language=language, groups=groups))]

    def assets(self) -> tuple[Document, ...]:
        """What pages and embeds load."""
        return (*assets.documents(search=self.site.search), *embeds.shared(self.site, [feed.id for feed in self.feeds]))

    def topic(self, topic: Topic, feed: Feed) -> list[Document]:
        """The page at a topic's IRI."""
        parts = (
            TopicPart(
                language=language,
                subscription=self.lists.subscription(feed, language),
                newest=self._newest(feed, language),
            )
            for language in self.settings.languages
        )
        shown = TopicPage(
            site=self.site,
            id=topic.id,
            iri=f"{self.settings.base_url}{self.subjects.taxonomy.scheme}{topic.id}",
            path=topic_path(self.subjects, topic.id),
            iptc=f"{IPTC_SCHEME}{topic.iptc}" if topic.iptc else "",
            parts=tuple(parts),
        )
        return [topicpage.page(shown)]

    def topics(self) -> list[Document]:
        """The page at the IRI of the topics' scheme; none where there are no topics."""
        taxonomy = self.subjects.taxonomy
        if not taxonomy.topic:
            return []
        named = {f"{TOPICS}/{topic.id}": (topic.id, topic_path(self.subjects, topic.id)) for topic in taxonomy.topic}
        rows = [
            (*named[feed.id], tuple(self.lists.subscription(feed, language) for language in self.settings.languages))
            for feed in self.feeds
            if feed.id in named
        ]
        return [topicpage.scheme(self.site, taxonomy.scheme, tuple(rows))]

    def _front(self, language: str, newest: tuple[Listed, ...] = ()) -> Front:
        main = self.feeds[0]
        return Front(
            site=self.site,
            language=language,
            main=tuple(self.lists.subscription(main, edition) for edition in self._editions(language)),
            groups=self.lists.groups(language),
            newest=newest,
        )

    def _newest(self, feed: Feed, language: str) -> tuple[Listed, ...]:
        edition = self.shows.subscription(feed, language, "")
        return tuple(listed(item, language) for item in edition.items)

    def _editions(self, language: str) -> tuple[str, ...]:
        return (language, BILINGUAL) if BILINGUAL in self.settings.editions else (language,)


def topic_path(subjects: Subjects, topic: str) -> str:
    """Where the page at a topic's IRI is."""
    return f"{subjects.taxonomy.scheme}{topic}/index.html"

"""All feeds of a site as lists of subscriptions, grouped: for programs (OPML), and for pages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from feedpub import catalogue
from feedpub.config import Settings
from feedpub.feeds import opml
from feedpub.feeds.opml import Outline
from feedpub.feedtables import BODIES, TOPICS
from feedpub.languages import LANGUAGES
from feedpub.model import BILINGUAL, Document, Feed, page_path
from feedpub.site.subscription import Group, Subscription
from feedpub.subjects import Subjects

_SUFFIX = ".atom"


def document(
    settings: Settings,
    subjects: Subjects,
    feeds: tuple[Feed, ...],
    path: str,
    language: str,
) -> Document:
    """The OPML document of a language; of all languages, and bilingual, where `language` is ""."""
    lists = Lists(settings, subjects, feeds)
    if language:
        title, outlines = settings.title[language], lists.outlines(language)
    else:
        title = " | ".join(dict.fromkeys(settings.title[tag] for tag in settings.collected))
        outlines = tuple(Outline(text=lists.name(tag), outlines=lists.outlines(tag)) for tag in settings.editions)
    return Document(path=path, media_type=opml.MEDIA_TYPE, body=opml.render(title, outlines))


class Lists:
    """The groups of subscriptions of a site."""

    def __init__(self, settings: Settings, subjects: Subjects, feeds: tuple[Feed, ...]) -> None:
        self.settings, self.subjects, self.feeds = settings, subjects, feeds

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """What topics and bodies are called, by the ids of their feeds."""
        labels = {f"{TOPICS}/{topic.id}": topic.label for topic in self.subjects.taxonomy.topic}
        return labels | {f"{BODIES}/{body.id}": body.name for body in self.subjects.gazetteer.body}

    def name(self, edition: str) -> str:
        """What an edition's language is called."""
        return " | ".join(LANGUAGES[tag].name for tag in self._languages(edition))

    def groups(self, edition: str) -> tuple[Group, ...]:
        """The groups of an edition; none that is empty."""
        rows = [LANGUAGES[tag] for tag in self._languages(edition)]
        grouped = (
            ("", [row.feeds for row in rows]),
            (TOPICS, [row.topics for row in rows]),
            (BODIES, [row.bodies for row in rows]),
        )
        found = ((group, names, tuple(self._subscriptions(edition, group))) for group, names in grouped)
        return tuple(
            Group(name=group, heading=" | ".join(dict.fromkeys(names)), subscriptions=subscriptions)
            for group, names, subscriptions in found
            if subscriptions
        )

    def outlines(self, edition: str) -> tuple[Outline, ...]:
        """The groups of an edition as OPML has them."""
        return tuple(
            Outline(text=group.heading, outlines=tuple(map(self._outline, group.subscriptions)))
            for group in self.groups(edition)
        )

    def subscription(self, feed: Feed, edition: str) -> Subscription:
        """A feed's edition."""
        languages = self._languages(edition)
        title = " | ".join(dict.fromkeys(feed.title[tag] for tag in languages))
        labels = self.labels.get(feed.id)
        short = [catalogue.name(labels, tag) for tag in languages] if labels else [title]
        return Subscription(
            feed=feed.id,
            text=" | ".join(dict.fromkeys(short)),
            title=title,
            language=languages[0],
            path=f"feeds/{feed.id}/{edition}",
            page=page_path(feed.id, languages[0]),
        )

    def _subscriptions(self, edition: str, group: str) -> Iterator[Subscription]:
        for feed in self.feeds:
            if feed.id.rpartition("/")[0] == group:
                yield self.subscription(feed, edition)

    def _outline(self, one: Subscription) -> Outline:
        base = self.settings.base_url
        return Outline(
            text=one.text,
            title=one.title,
            url=f"{base}{one.path}{_SUFFIX}",
            home=f"{base}{one.page.removesuffix('index.html')}",
            language=one.language,
        )

    def _languages(self, edition: str) -> tuple[str, ...]:
        return self.settings.collected if edition == BILINGUAL else (edition,)

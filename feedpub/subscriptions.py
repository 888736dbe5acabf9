"""All feeds of a site as lists of subscriptions, grouped, for programs (OPML) and for people (front pages)."""

from __future__ import annotations

from collections.abc import Iterator

from feedpub import catalogue
from feedpub.config import Settings
from feedpub.feeds import opml
from feedpub.feeds.opml import Outline
from feedpub.feedtables import BODIES, TOPICS
from feedpub.languages import LANGUAGES
from feedpub.model import BILINGUAL, Document, Feed
from feedpub.site import front
from feedpub.subjects import Subjects

_SUFFIX = ".atom"


def page(settings: Settings, subjects: Subjects, feeds: tuple[Feed, ...], language: str) -> Document:
    """The front page of a language; the page that leads to all of them where `language` is ""."""
    lists = _Lists(settings, subjects, feeds)
    if language:
        return front.page(_front(settings, lists, feeds[0], language))
    return front.index([_front(settings, lists, feeds[0], tag) for tag in settings.languages])


def _front(settings: Settings, lists: _Lists, main: Feed, tag: str) -> front.Front:
    base = settings.base_url
    editions = (tag, BILINGUAL) if BILINGUAL in settings.editions else (tag,)
    return front.Front(
        language=tag,
        title=settings.title[tag],
        home=base,
        opml=f"{base}feeds/{tag}.opml",
        main=tuple(lists.subscription(main, edition) for edition in editions),
        groups=tuple(front.Group(group.text, tuple(map(_subscription, group.outlines))) for group in lists.groups(tag)),
        pages=tuple((one, LANGUAGES[one].name, f"{base}{one}/") for one in settings.languages),
    )


def _subscription(outline: Outline) -> front.Subscription:
    return front.Subscription(
        text=outline.text,
        title=outline.title,
        address=outline.url.removesuffix(_SUFFIX),
        language=outline.language,
    )


def document(
    settings: Settings,
    subjects: Subjects,
    feeds: tuple[Feed, ...],
    path: str,
    language: str,
) -> Document:
    """The OPML document of a language; of all languages, and bilingual, where `language` is ""."""
    lists = _Lists(settings, subjects, feeds)
    if language:
        title, outlines = settings.title[language], lists.groups(language)
    else:
        title = " | ".join(dict.fromkeys(settings.title[tag] for tag in settings.collected))
        outlines = tuple(Outline(text=lists.name(tag), outlines=lists.groups(tag)) for tag in lists.editions)
    return Document(path=path, media_type=opml.MEDIA_TYPE, body=opml.render(title, outlines))


class _Lists:
    """The groups of subscriptions of a site."""

    def __init__(self, settings: Settings, subjects: Subjects, feeds: tuple[Feed, ...]) -> None:
        self.settings, self.feeds = settings, feeds
        self.editions = settings.editions
        self.labels = {f"{TOPICS}/{topic.id}": topic.label for topic in subjects.taxonomy.topic}
        self.labels |= {f"{BODIES}/{body.id}": body.name for body in subjects.gazetteer.body}

    def name(self, edition: str) -> str:
        """What an edition's language is called."""
        return " | ".join(LANGUAGES[tag].name for tag in self._languages(edition))

    def groups(self, edition: str) -> tuple[Outline, ...]:
        """The groups of an edition; none that is empty."""
        rows = [LANGUAGES[tag] for tag in self._languages(edition)]
        grouped = (
            ("", [row.feeds for row in rows]),
            (TOPICS, [row.topics for row in rows]),
            (BODIES, [row.bodies for row in rows]),
        )
        found = ((names, tuple(self._subscriptions(edition, group))) for group, names in grouped)
        return tuple(
            Outline(text=" | ".join(dict.fromkeys(names)), outlines=outlines) for names, outlines in found if outlines
        )

    def subscription(self, feed: Feed, edition: str) -> front.Subscription:
        """A feed's edition."""
        return _subscription(self._outline(feed, edition))

    def _subscriptions(self, edition: str, group: str) -> Iterator[Outline]:
        for feed in self.feeds:
            if feed.id.rpartition("/")[0] == group:
                yield self._outline(feed, edition)

    def _outline(self, feed: Feed, edition: str) -> Outline:
        languages, base = self._languages(edition), self.settings.base_url
        title = " | ".join(dict.fromkeys(feed.title[tag] for tag in languages))
        labels = self.labels.get(feed.id)
        short = [catalogue.name(labels, tag) for tag in languages] if labels else [title]
        return Outline(
            text=" | ".join(dict.fromkeys(short)),
            title=title,
            url=f"{base}feeds/{feed.id}/{edition}{_SUFFIX}",
            home=base if edition == BILINGUAL else f"{base}{edition}/",
            language=languages[0],
        )

    def _languages(self, edition: str) -> tuple[str, ...]:
        return self.settings.collected if edition == BILINGUAL else (edition,)

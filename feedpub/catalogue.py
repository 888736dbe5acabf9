"""All feeds that there are: those of the config, one for every topic, and one for every body with releases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from feedpub import tables
from feedpub.config import Settings
from feedpub.errors import ConfigError
from feedpub.feedtables import BODIES, TOPICS, has_archive
from feedpub.languages import LANGUAGES
from feedpub.model import Feed, Selection
from feedpub.subjects import Subjects


def feeds(settings: Settings, subjects: Subjects, issuing: Iterable[str]) -> tuple[Feed, ...]:
    """All feeds, those of the config first, then the topics' and the bodies' in the order of their files.

    Args:
        settings: the config; a feed of it that is named like a topic's or body's says how that one is.
        subjects: the taxonomy and the gazetteer.
        issuing: the ids of the bodies that have a feed.
    """
    check(settings, subjects)
    own = {feed.id: feed for feed in settings.feeds}
    issuing = {*issuing, *(feed.id.partition("/")[2] for feed in settings.feeds if _group(feed) == BODIES)}
    found = [feed for feed in settings.feeds if not _group(feed)]
    found += [_feed(settings, own, TOPICS, topic.id, topic.label) for topic in subjects.taxonomy.topic]
    bodies = [body for body in subjects.gazetteer.body if body.id in issuing]
    return (*found, *(_feed(settings, own, BODIES, body.id, body.name) for body in bodies))


def every_feed(settings: Settings, subjects: Subjects) -> tuple[Feed, ...]:
    """All feeds, with one for every body of the gazetteer, whether it has releases or not."""
    return feeds(settings, subjects, subjects.bodies)


def check(settings: Settings, subjects: Subjects) -> None:
    """Check that the topics and bodies that the config's feeds name are there.

    Raises:
        ConfigError: one is not; says the file, the feed and what was probably meant.
    """
    topics = [topic.id for topic in subjects.taxonomy.topic]
    bodies = list(subjects.bodies)
    for feed in settings.feeds:
        where = f'{settings.path}: feed "{feed.id}"'
        group, identifier = _group(feed), feed.id.partition("/")[2]
        for kind, known in ((TOPICS, topics), (BODIES, bodies)):
            named = [identifier] if group == kind else _named(feed.select, kind)
            for one in named:
                if one not in known:
                    raise ConfigError(f'{where}: {kind}: "{one}" is not in the taxonomy{tables.nearest(one, known)}')


def speaks_for(body: str, subjects: Subjects) -> Iterator[str]:
    """The bodies in whose feeds a release of a body is: its own, and for a unit that of the body that it is part of."""
    one = subjects.bodies.get(body)
    while one:
        yield one.id
        one = subjects.bodies.get(one.part_of) if one.kind == "unit" else None


def name(labels: dict[str, str], tag: str) -> str:
    """A label in a language; in another where it has none in that."""
    return labels.get(tag) or next(iter(labels.values()))


def _feed(settings: Settings, own: dict[str, Feed], group: str, identifier: str, labels: dict[str, str]) -> Feed:
    name_ = f"{group}/{identifier}"
    default = Feed(
        id=name_,
        title={},
        counterpart_line=settings.defaults.counterpart_line,
        correction_note=settings.defaults.correction_note,
        archive=has_archive(name_),
    )
    given = own.get(name_, default)
    titles = {tag: settings.title[tag] + LANGUAGES[tag].colon + name(labels, tag) for tag in settings.languages}
    return msgspec.structs.replace(
        given,
        title={tag: given.title.get(tag) or titles[tag] for tag in settings.languages},
        select=Selection(topics=(identifier,)) if group == TOPICS else Selection(bodies=(identifier,)),
    )


def _group(feed: Feed) -> str:
    return feed.id.rpartition("/")[0]


def _named(select: Selection, kind: str) -> list[str]:
    found = list(getattr(select, kind))
    for one in (*select.any, *select.none):
        found += _named(one, kind)
    return found

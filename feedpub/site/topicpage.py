"""What a topic's IRI shows: what the topic is called in every language, and where its stories are."""

from __future__ import annotations

import msgspec

from feedpub.languages import LANGUAGES
from feedpub.model import Document
from feedpub.site import frame as frames
from feedpub.site.frame import Frame, Site
from feedpub.site.listing import Listed
from feedpub.site.subscription import Subscription

_NEWEST = 8
"""Stories in each language."""


class TopicPart(msgspec.Struct, frozen=True, kw_only=True):
    """A topic in one language: its feed, and the newest stories."""

    language: str
    subscription: Subscription
    newest: tuple[Listed, ...]


class TopicPage(msgspec.Struct, frozen=True, kw_only=True):
    """A topic in each language: its id, its IRI, where its page is, and the IRI of its IPTC Media Topic, "" if none."""

    site: Site
    id: str
    iri: str
    path: str
    iptc: str
    parts: tuple[TopicPart, ...]


def page(topic: TopicPage) -> Document:
    """The page at a topic's IRI, in all languages."""
    frame = Frame(
        site=topic.site,
        language=topic.parts[0].language,
        path=topic.path,
        title=" · ".join(dict.fromkeys(part.subscription.text for part in topic.parts)),
        versions={part.language: part.subscription.page for part in topic.parts},
        told=(),
        announced=tuple(part.subscription.announced for part in topic.parts),
    )
    return frames.page("topic.html", frame, topic=topic, newest=_NEWEST, meaning=_meaning(topic))


def _meaning(topic: TopicPage) -> dict[str, object]:
    """The topic for programs (schema.org/DefinedTerm)."""
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "@id": topic.iri,
        "termCode": topic.id,
        "name": [{"@language": part.language, "@value": part.subscription.text} for part in topic.parts],
        "inDefinedTermSet": topic.iri.removesuffix(topic.id),
    }
    return found | ({"sameAs": topic.iptc} if topic.iptc else {})


def scheme(site: Site, path: str, topics: tuple[tuple[str, str, tuple[Subscription, ...]], ...]) -> Document:
    """The page at the scheme's IRI: all topics.

    Args:
        site: the site.
        path: of the scheme, "topics/".
        topics: the id of each, the path of its page, and its feed in each language of the site.
    """
    language = site.languages[0]
    frame = Frame(
        site=site,
        language=language,
        path=f"{path}index.html",
        title=" · ".join(dict.fromkeys(LANGUAGES[tag].topics for tag in site.languages)),
        versions={tag: f"{tag}/feeds/index.html" for tag in site.languages},
        told=(),
    )
    return frames.page("topics.html", frame, topics=topics, iri=f"{site.url}{path}")

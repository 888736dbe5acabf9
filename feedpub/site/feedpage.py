"""The page of a feed: its newest stories, and how to subscribe to it."""

from __future__ import annotations

import msgspec

from feedpub.model import Document
from feedpub.site import frame as frames
from feedpub.site.frame import Frame, Site
from feedpub.site.listing import Listed
from feedpub.site.subscription import Subscription

_NEWEST = 40
"""Stories that the page of a feed shows; older ones are found by day."""


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a feed shows in one language: its editions, that of the language first, and its stories.

    `iri` is the path of the page that its topic's IRI leads to, "" where it is of none.
    """

    site: Site
    language: str
    editions: tuple[Subscription, ...]
    newest: tuple[Listed, ...]
    iri: str = ""


def page(shown: FeedPage) -> Document:
    """The page of a feed in a language."""
    own, site = shown.editions[0], shown.site
    paths = {tag: f"{tag}/feeds/{own.feed}/index.html" for tag in site.languages}
    frame = Frame(
        site=site,
        language=shown.language,
        path=own.page,
        title=own.text,
        description=own.title,
        versions=paths,
        default=paths[site.languages[0]],
        announced=tuple(one.announced for one in shown.editions),
        oembed=f"embed/{own.feed}/{shown.language}.oembed.json",
    )
    return frames.page("feed.html", frame, shown=shown, own=own, newest=shown.newest[:_NEWEST])

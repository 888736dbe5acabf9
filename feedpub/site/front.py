"""The front page of a language, the list of all its feeds, and the page that leads to the visitor's language."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from feedpub.model import Document
from feedpub.site import frame as frames
from feedpub.site.frame import Frame, Site
from feedpub.site.listing import Listed
from feedpub.site.subscription import Group, Subscription

_NEWEST = 12
"""Stories that a front page shows."""
_WITH_FORMATS, _NAMED = 60, 250
"""Feeds of a group that the front page offers in every format, and those that it names at least.

So it stays small, whatever there is; the page of all feeds has every one.
"""


class Front(msgspec.Struct, frozen=True, kw_only=True):
    """What the front page of a language shows.

    `main` are the subscriptions that the page itself is about. `newest` are the stories of the first of them, the
    newest first.
    """

    site: Site
    language: str
    main: tuple[Subscription, ...]
    groups: tuple[Group, ...]
    newest: tuple[Listed, ...]


def page(front: Front) -> Document:
    """The front page of a language."""
    texts = frames.texts(front.language).site
    frame = Frame(
        site=front.site,
        language=front.language,
        path=f"{front.language}/index.html",
        description=texts.tagline,
        versions={tag: f"{tag}/index.html" for tag in front.site.languages},
        default="index.html",
        announced=tuple(one.announced for one in front.main),
        oembed=f"embed/{front.main[0].path.removeprefix('feeds/')}.oembed.json",
    )
    newest = front.newest[:_NEWEST]
    return frames.page("front.html", frame, front=front, newest=newest, with_formats=_WITH_FORMATS, named=_NAMED)


def all_feeds(front: Front) -> Document:
    """The page of all feeds of a language, each in every format."""
    frame = Frame(
        site=front.site,
        language=front.language,
        path=f"{front.language}/feeds/index.html",
        title=frames.texts(front.language).site.all_feeds,
        versions={tag: f"{tag}/feeds/index.html" for tag in front.site.languages},
        default=f"{front.site.languages[0]}/feeds/index.html",
        announced=tuple(one.announced for one in front.main),
    )
    return frames.page("feeds.html", frame, front=front)


def index(fronts: Sequence[Front], script: str) -> Document:
    """The page that leads to the front pages of all languages.

    Args:
        fronts: the front page of each language.
        script: the path of the script that goes on to the visitor's language.
    """
    first = fronts[0]
    announced = {one.path: one.announced for front in fronts for one in front.main}
    frame = Frame(
        site=first.site,
        language=first.language,
        path="index.html",
        versions={front.language: f"{front.language}/index.html" for front in fronts},
        default="index.html",
        announced=tuple(announced.values()),
        scripts=(script,),
    )
    return frames.page("index.html", frame, fronts=fronts)

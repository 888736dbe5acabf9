"""The front pages: one a language with its feeds, and the one that leads to them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from feedpub.model import Document

MEDIA_TYPE = "text/html"
FORMATS = ((".atom", "Atom", "application/atom+xml"), (".rss", "RSS", "application/rss+xml"),
           (".json", "JSON Feed", "application/feed+json"))  # fmt: skip
"""The ending, the name and the media type of each format, the one that most readers prefer first."""


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A feed's edition on a page: what it is called there, its whole title, and its address without ending."""

    text: str
    title: str
    address: str
    language: str


class Group(msgspec.Struct, frozen=True):
    """Some subscriptions under a heading."""

    heading: str
    subscriptions: tuple[Subscription, ...]


class Front(msgspec.Struct, frozen=True, kw_only=True):
    """What the front page of a language shows.

    `main` are the subscriptions that the page itself is about: readers that look for a feed in it find these.
    `pages` are the front pages of all languages: tag, name and address.
    """

    language: str
    title: str
    home: str
    opml: str
    main: tuple[Subscription, ...]
    groups: tuple[Group, ...]
    pages: tuple[tuple[str, str, str], ...]


def page(front: Front) -> Document:
    """The front page of a language."""
    body = _environment().get_template("front.html").render(front=front, formats=FORMATS)
    return Document(path=f"{front.language}/index.html", media_type=MEDIA_TYPE, body=body.encode())


def index(fronts: Sequence[Front]) -> Document:
    """The page that leads to the front pages of all languages."""
    body = _environment().get_template("index.html").render(fronts=fronts, formats=FORMATS)
    return Document(path="index.html", media_type=MEDIA_TYPE, body=body.encode())


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("feedpub.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

"""The page of a story: its languages side by side, the official release first; and the page that leads to another."""

from __future__ import annotations

from datetime import datetime

import msgspec
from markupsafe import Markup, escape

from feedpub.model import Credit, Document
from feedpub.site import frame as frames
from feedpub.site import jsonld
from feedpub.site.contents import Picture, Text, image
from feedpub.site.frame import Announced, Frame, Site, absolute
from feedpub.site.history import Change
from feedpub.site.listing import Label

_ABREAST = 3
"""Languages that fit beside one another."""
_MOST_ALIGNED = 190
"""Blocks up to which paragraphs are aligned: the style sheet has so many rows, and some for what is around them."""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A language of a story. `url` is the official release, `note` what is said below its text."""

    language: str
    title: str
    text: Text
    published: datetime
    updated: datetime
    summary: str = ""
    url: str = ""
    note: str = ""
    withdrawn: bool = False


class Other(msgspec.Struct, frozen=True):
    """A language that a story is in, and its title there."""

    language: str
    title: str


class Official(msgspec.Struct, frozen=True):
    """The official release in a language."""

    language: str
    url: str


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A topic of a story: what it is called, the path of its page, its IRI."""

    text: str
    path: str
    iri: str


class Caption(msgspec.Struct, frozen=True):
    """What is said below a photo, and in which language."""

    language: str
    text: str


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A photo: its full-size address, its captions and whom they credit.

    `picture` is what the page shows of it, None where it shows a link only; `ours` is the path of the picture where it
    is one of ours.
    """

    url: str
    captions: tuple[Caption, ...] = ()
    credits: tuple[str, ...] = ()
    picture: Picture | None = None
    ours: str = ""

    def image(self, alt: str) -> Markup:
        """The picture as an element.

        Args:
            alt: its text.
        """
        return Markup(image(self.picture, str(escape(alt)))) if self.picture else escape(alt)  # noqa: S704 - escaped


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """An address that a release points to beside its text, with the language of its title."""

    url: str
    title: str
    language: str


class StoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a story shows in one language.

    `path` is where the page is below a language's folder. `versions` are the texts that are shown: the page's own
    language first where it is among them, at least one. `translations` are all languages that the story is in, in the
    site's order, also those that are not shown. `official` leads to the releases. `only` are the languages that it was
    issued in where it was not in all that are collected. `changes` are its corrections, the newest first. `buried` says
    that it was withdrawn long ago.
    """

    site: Site
    language: str
    path: str
    versions: tuple[Version, ...]
    translations: tuple[Other, ...]
    official: tuple[Official, ...] = ()
    only: tuple[str, ...] = ()
    issuer: Label = Label(text="")
    topics: tuple[Topic, ...] = ()
    photos: tuple[Photo, ...] = ()
    attachments: tuple[Beside, ...] = ()
    videos: tuple[Beside, ...] = ()
    related: tuple[Beside, ...] = ()
    changes: tuple[Change, ...] = ()
    credits: tuple[Credit, ...] = ()
    announced: Announced
    more: Label
    buried: bool = False

    @property
    def columns(self) -> str:
        """How the languages stand beside one another: the classes of what they are in."""
        count = len(self.versions)
        if count == 1:
            return "one"
        blocks = {version.text.blocks for version in self.versions}
        aligned = len(blocks) == 1 and max(blocks) <= _MOST_ALIGNED and count <= _ABREAST
        return " ".join((("two", "three")[count - 2] if count <= _ABREAST else "many", *(["aligned"] * aligned)))

    def address(self, language: str) -> str:
        """The absolute address of the page in a language."""
        return absolute(self.site, f"{language}/{self.path}")


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A story that became part of another.

    `path` is where its page was and `target` where that of the other is, below a language's folder. `title` is what it
    was called, in `title_language`.
    """

    site: Site
    language: str
    path: str
    target: str
    title: str
    title_language: str


def page(shown: StoryPage) -> Document:
    """The page of a story in a language."""
    told = tuple(other.language for other in shown.translations)
    own, first = shown.versions[0], told[0]
    paths = {tag: f"{tag}/{shown.path}" for tag in shown.site.languages}
    frame = Frame(
        site=shown.site,
        language=shown.language,
        path=paths[shown.language],
        title=own.title,
        description=own.summary,
        versions=paths,
        told=told,
        default=paths[first],
        canonical="" if shown.language in told else paths[first],
        announced=(shown.announced,),
        kept=not shown.buried,
    )
    return frames.page("story.html", frame, shown=shown, own=own, meaning=jsonld.article(shown))


def moved(one: Moved) -> Document:
    """The page that leads from where a story was to where it is."""
    target = f"{one.language}/{one.target}"
    frame = Frame(
        site=one.site,
        language=one.language,
        path=f"{one.language}/{one.path}",
        title=one.title,
        versions={tag: f"{tag}/{one.target}" for tag in one.site.languages},
        told=(),
        canonical=target,
        kept=False,
    )
    return frames.page("moved.html", frame, one=one, target=target)

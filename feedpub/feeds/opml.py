"""OPML 2.0: lists of feeds, to subscribe to many at once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from lxml.etree import Element, SubElement, _Element, tostring

from feedpub.characters import xml_safe

MEDIA_TYPE = "text/x-opml"


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """A group with what is in it, or a subscription: its feed's address, a page for people and its language."""

    text: str
    title: str = ""
    url: str = ""
    home: str = ""
    language: str = ""
    outlines: tuple[Outline, ...] = ()


def render(title: str, outlines: Sequence[Outline]) -> bytes:
    """A list of subscriptions, UTF-8. It carries no date, so that it changes only where the list does."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = xml_safe(title)
    body = SubElement(root, "body")
    for outline in outlines:
        _add(body, outline)
    return tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _add(parent: _Element, outline: Outline) -> None:
    attributes = {"text": outline.text, "title": outline.title}
    if outline.url:
        # "rss" is the type of every feed, whatever its format (OPML 2.0, "subscription lists").
        attributes |= {"type": "rss", "xmlUrl": outline.url, "htmlUrl": outline.home, "language": outline.language}
    element = SubElement(parent, "outline", {key: xml_safe(value) for key, value in attributes.items() if value})
    for child in outline.outlines:
        _add(element, child)

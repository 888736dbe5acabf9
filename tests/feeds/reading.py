"""Documents read back for the tests, each format by its own means."""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import parsedate_to_datetime

from lxml import etree

NS = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "media": "http://search.yahoo.com/mrss/",
}


def tree(raw: bytes) -> etree._Element:
    """The root of a document in XML."""
    return etree.fromstring(raw)


def ids(raw: bytes, suffix: str) -> list[str]:
    """The ids of a document's entries, in order."""
    if suffix == ".json":
        return [one["id"] for one in json.loads(raw)["items"]]
    path = "a:entry/a:id" if suffix == ".atom" else "channel/item/guid"
    return [found.text or "" for found in tree(raw).findall(path, NS)]


def contents(raw: bytes, suffix: str) -> list[str]:
    """The texts of a document's entries, as HTML."""
    if suffix == ".json":
        return [one["content_html"] for one in json.loads(raw)["items"]]
    path = "a:entry/a:content" if suffix == ".atom" else "channel/item/content:encoded"
    return [found.text or "" for found in tree(raw).findall(path, NS)]


def updated(raw: bytes, suffix: str) -> datetime:
    """When a document says that it changed last."""
    if suffix == ".json":
        return datetime.fromisoformat(json.loads(raw)["_feedpub"]["updated"])
    if suffix == ".atom":
        return datetime.fromisoformat(tree(raw).findtext("a:updated", "", NS))
    return parsedate_to_datetime(tree(raw).findtext("channel/lastBuildDate", ""))


def links(element: etree._Element, relation: str) -> list[dict[str, str]]:
    """The Atom links of one relation that an element has, as their attributes."""
    return [dict(link.attrib) for link in element.findall("a:link", NS) if link.get("rel") == relation]

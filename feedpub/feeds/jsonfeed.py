"""JSON Feed 1.1 (jsonfeed.org/version/1.1), with what it has no room for in `_feedpub`."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

import msgspec

from feedpub.feeds import content, links
from feedpub.feeds.frame import Frame
from feedpub.feeds.links import UNKNOWN_TYPE, Target
from feedpub.model import Edition, Item

MEDIA_TYPE = "application/feed+json"
_VERSION = "https://jsonfeed.org/version/1.1"
_END = b"]}"


def frame(edition: Edition, updated: datetime) -> Frame:
    """What stands around the items, which come last."""
    own: dict[str, Any] = {"about": about(edition.site_url), "feed": edition.feed.id, "edition": edition.tag}
    own |= {"updated": updated.isoformat()}
    if edition.previous:
        own["archive"] = f"{edition.archive(edition.previous)}.atom"
    if edition.rights:
        own["rights"] = edition.rights
    feed: dict[str, Any] = {
        "version": _VERSION,
        "title": edition.title,
        "home_page_url": edition.home,
        "feed_url": f"{edition.address}.json",
    }
    if edition.description != edition.title:
        feed["description"] = edition.description
    feed |= {"language": edition.language, "authors": [{"name": edition.site_title}]}
    if edition.hubs:
        feed["hubs"] = [{"type": "WebSub", "url": hub} for hub in edition.hubs]
    feed |= {"_feedpub": own, "items": []}
    around = Frame.around(msgspec.json.encode(feed) + b"\n", _END)
    return msgspec.structs.replace(around, between=b",\n")


def about(site_url: str) -> str:
    """Where the extension is explained: on the site's own front page."""
    return f"{site_url}#json"


def entry(item: Item, edition: Edition) -> bytes:
    """An item of an edition."""
    own = item.entry
    photos = links.photos(item)
    found: dict[str, Any] = {"id": own.id}
    if own.url:
        found["url"] = own.url
    found |= {"title": own.title, "content_html": content.content(item, edition.feed) or escape(own.title, quote=False)}
    if own.summary:
        found["summary"] = own.summary
    if photos:
        found["image"] = photos[0].url
    found |= {
        "date_published": own.published.isoformat(),
        "date_modified": own.updated.isoformat(),
        "authors": [{"name": item.author}],
        "language": own.language,
    }
    topics = [one for one in item.categories if one.topic]
    if topics:
        found["tags"] = [one.label for one in topics]
    enclosures = [_attachment(one) for one in (*photos, *links.attachments(item))]
    if enclosures:
        found["attachments"] = enclosures
    found["_feedpub"] = _extension(item, edition, photos)
    return msgspec.json.encode(found)


def _attachment(target: Target) -> dict[str, Any]:
    found: dict[str, Any] = {"url": target.url, "mime_type": target.media_type or UNKNOWN_TYPE}
    if target.title:
        found["title"] = target.title
    if target.length:
        found["size_in_bytes"] = target.length
    return found


def _extension(item: Item, edition: Edition, photos: list[Target]) -> dict[str, Any]:
    own = item.entry
    found: dict[str, Any] = {
        "about": about(edition.site_url),
        "source": own.source,
        "revision": item.revision or own.revision,
        "translations": [
            {"language": one.language, "url": one.url} | ({"title": one.title} if one.title else {})
            for one in item.versions
        ],
        "topics": [{"id": one.term, "label": one.label} for one in item.categories if one.topic],
        "markers": list(own.markers),
    }
    if own.withdrawn:
        found["withdrawn"] = own.withdrawn.at.isoformat()
    if own.corrections:
        found["corrected"] = [one.at.isoformat() for one in own.corrections]
    if photos:
        found["photos"] = [
            {"url": one.url}
            | {
                name: value
                for name, value in (("caption", one.title), ("credit", one.credit), ("thumbnail", one.thumbnail))
                if value
            }
            for one in photos
        ]
    related = [{"url": one.url} | ({"title": one.title} if one.title else {}) for one in (*own.videos, *own.related)]
    return found | ({"related": related} if related else {})

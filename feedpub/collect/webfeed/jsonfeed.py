"""A JSON Feed (https://www.jsonfeed.org/version/1.1/, and 1) -> its items."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec

from feedpub.collect import plaintext
from feedpub.collect.webaddress import absolute
from feedpub.collect.webfeed import media
from feedpub.collect.webfeed.feeditems import FeedItem, Items, Text
from feedpub.collect.webfeed.feedxml import MOST_ITEMS
from feedpub.errors import SourceError
from feedpub.model import Photo

_VERSION = "https://jsonfeed.org/version/"
_MOST_NAMED = 3


class _Attachment(msgspec.Struct):
    url: str
    mime_type: str = ""
    title: str | None = None


class _Item(msgspec.Struct):
    """An item. The standard asks that an id that is a number is taken for the text of it."""

    id: str | int | float
    url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    image: str | None = None
    banner_image: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    attachments: tuple[_Attachment, ...] | None = None


class _Feed(msgspec.Struct):
    version: str
    items: tuple[msgspec.Raw, ...]


def read(text: str, url: str) -> Items:
    """Read a JSON Feed.

    Args:
        text: the feed, decoded.
        url: its address.

    Raises:
        SourceError: it is no JSON, or no JSON Feed.
    """
    try:
        feed = msgspec.json.decode(text, type=_Feed)
    except msgspec.ValidationError as problem:
        raise SourceError(f"is JSON, but no JSON Feed ({problem}); for other JSON there is the kind “api”") from None
    except (msgspec.DecodeError, RecursionError) as problem:
        raise SourceError(f"is no JSON: {str(problem) or 'nested too deeply'}") from None
    if not feed.version.replace("http:", "https:").replace("//www.", "//").startswith(_VERSION):
        raise SourceError(f"is JSON, but no JSON Feed: its version is “{feed.version[:60]}”")
    found: list[FeedItem] = []
    broken: list[str] = []
    for raw in feed.items[:MOST_ITEMS]:
        try:
            found.append(_item(msgspec.json.decode(raw, type=_Item), url))
        except (msgspec.DecodeError, RecursionError) as problem:
            broken.append(str(problem) or "nested too deeply")
    return Items(tuple(found), tuple(_warnings(len(feed.items), broken)))


def _warnings(count: int, broken: list[str]) -> Iterator[str]:
    if count > MOST_ITEMS:
        yield f"has {count:,} items; the first {MOST_ITEMS:,} were read"
    if broken:
        yield f"has items that are no items, and are left out: {'; '.join(islice(broken, _MOST_NAMED))}"


def _item(item: _Item, url: str) -> FeedItem:
    link = absolute(url, item.url) or ""
    base = link or url
    files = [
        (address, one.mime_type.lower(), plaintext.one_line(one.title or ""))
        for one in item.attachments or ()
        if (address := absolute(base, one.url))
    ]
    found = media.of_files(files)
    image = absolute(base, item.image or item.banner_image)
    photos = found.photos
    if image and all(image != photo.url for photo in photos):
        photos = (Photo(url=image), *photos)
    content = item.content_html or plaintext.paragraphs(item.content_text or "")
    return FeedItem(
        id=str(item.id),
        link=link,
        title=plaintext.one_line(item.title or ""),
        date=item.date_published or item.date_modified or "",
        content=Text(content, base) if content.strip() else Text(""),
        summary=Text(plaintext.paragraphs(item.summary), base) if item.summary else Text(""),
        photos=photos,
        attachments=found.attachments,
        videos=found.videos,
    )

"""An RSS or Atom feed -> its items, read by feedparser.

feedparser knows the many names and habits of RSS and Atom. It gets only what it reads well: the elements of an item
that say what the release is. Pictures and files are read here (media.py): feedparser takes a picture's description for
the item's own, and does not keep which is whose. An item's id is read here, too: feedparser makes it an address below
that of the feed, and an id may not change when the feed moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import msgspec
from lxml import etree

from feedpub.collect import plaintext
from feedpub.collect.webaddress import absolute
from feedpub.collect.webfeed import feedxml, media
from feedpub.errors import SourceError
from feedpub.model import Link, Photo

_ENDLESS = 650_000
"""Characters of a text; one of far fewer is that of no release (listtexts.py)."""
_BATCH = 100
"""Items that feedparser holds at once."""
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_DC = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
_DC_WANTED = frozenset({"date", "created", "issued", "modified", "title", "description"})
_WANTED = {"http://purl.org/rss/1.0/modules/content/": ("encoded",), "http://www.w3.org/1999/xhtml": ("body",)}
# fmt: off
_OWN = frozenset((
    "title", "link", "id", "guid", "description", "summary", "content", "body", "fullitem", "abstract",
    "pubdate", "published", "issued", "updated", "modified", "created", "date",
))
# fmt: on
_PAGE = "text/html"
_HTML = frozenset({_PAGE, "application/xhtml+xml"})
_TEXT = _HTML | {"text/plain"}
_VERSION = frozenset({"alternate", "related"})
"""How a feed leads to an entry in another language: feeds of feedpub have "related"."""


class Text(msgspec.Struct, frozen=True):
    """HTML, and the address that its relative ones are relative to."""

    html: str
    base: str = ""


class FeedItem(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed says of one release; empty where it does not say.

    `id` is as written, `link` absolute, `title` plain text, `date` as written. `content` is what the feed calls the
    content, `summary` any other text. `versions` are the addresses of its other languages, by BCP 47 tag as written.
    """

    id: str = ""
    link: str = ""
    title: str = ""
    date: str = ""
    content: Text = Text("")
    summary: Text = Text("")
    photos: tuple[Photo, ...] = ()
    attachments: tuple[Link, ...] = ()
    videos: tuple[Link, ...] = ()
    versions: dict[str, str] = {}


class _Seen(msgspec.Struct, frozen=True):
    """What is read of an item before feedparser has it."""

    base: str
    id: str
    media: media.Media


class Items(msgspec.Struct, frozen=True):
    """The items of a feed in its order, and what was odd about it, as sentences."""

    items: tuple[FeedItem, ...]
    warnings: tuple[str, ...] = ()


def read(text: str, url: str) -> Items:
    """Read an RSS or Atom feed.

    Args:
        text: the feed, decoded.
        url: its address.

    Raises:
        SourceError: it is no feed, or not whole (feedxml.py).
    """
    feed = feedxml.read(text, url)
    found: list[FeedItem] = []
    for start in range(0, len(feed.items), _BATCH):
        found += _batch(feed.root, feed.items[start : start + _BATCH], url)
    return Items(tuple(found), feed.warnings)


def _batch(root: etree._Element, elements: Sequence[etree._Element], url: str) -> Iterator[FeedItem]:
    import feedparser  # noqa: PLC0415 - only feeds that changed need it

    shell = _without_items(root)
    seen = []
    for element in elements:
        base = element.base or url
        # RSS says nothing of what addresses are relative to; what is written for a page is written for the item's.
        link = absolute(base, element.findtext("{*}link")) if base == url else None
        seen.append(_Seen(link or base, _id(element), media.read(element, link or base)))
        element.set(_XML_BASE, base)
        _strip(element)
        _shorten(element)
        shell.append(element)
    # A stream: feedparser would take bytes for the name of a file. Its sanitiser and its resolver stay off: ours come
    # later, and know which addresses are safe.
    parsed = feedparser.parse(
        BytesIO(etree.tostring(shell, encoding="utf-8", xml_declaration=True)),
        response_headers={"content-location": url, "content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if len(parsed.entries) != len(seen):
        raise SourceError(f"cannot be read: feedparser finds {len(parsed.entries)} of its {len(seen)} items")
    for entry, one in zip(parsed.entries, seen, strict=True):
        yield _item(entry, one, rss=parsed.version.startswith("rss"))


def _without_items(root: etree._Element) -> etree._Element:
    try:
        return etree.Element(root.tag, dict(root.attrib), nsmap=root.nsmap)
    except ValueError as problem:  # libxml2 reads what it does not write.
        raise SourceError(f"cannot be read: <{etree.QName(root).localname}>: {problem}") from None


def _shorten(element: etree._Element) -> None:
    """Leave of a text that is far too long what shows that it is: feedparser makes many copies."""
    for child in element.iter():
        if child.text and len(child.text) > _ENDLESS:
            child.text = child.text[:_ENDLESS]


def _id(element: etree._Element) -> str:
    """An item's id as it is written: guid, id, or what the RDF is about."""
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).localname.lower() in ("guid", "id"):
            return "".join(child.itertext()).strip()
    return (element.get(_RDF_ABOUT) or "").strip()


def _strip(element: etree._Element) -> None:
    """Leave out of an item what says nothing about the release, or would be taken for what it is not."""
    names = [etree.QName(child) if isinstance(child.tag, str) else None for child in element]
    home = (etree.QName(element).namespace, None, *_ATOM)
    own = {name.localname.lower() for name in names if name and name.namespace in home}
    for child, name in zip(list(element), names, strict=True):
        if name is None or not _is_wanted(name, home, own):
            element.remove(child)


def _is_wanted(name: etree.QName, home: tuple[str | None, ...], own: set[str]) -> bool:
    local = name.localname.lower()
    if name.namespace in _DC:
        # A second title or description would be mixed up with the item's own.
        return local in _DC_WANTED and local not in own
    return local in _WANTED.get(name.namespace or "", ()) or (name.namespace in home and local in _OWN)


def _item(entry: Any, seen: _Seen, *, rss: bool) -> FeedItem:
    base, identifier, found = seen.base, seen.id, seen.media
    links = [link for link in entry.get("links", ()) if absolute(base, link.get("href"))]
    link = _own_link(links) or (absolute(None, identifier) if rss and entry.get("guidislink") else "")
    link = absolute(base, link) or ""
    contents = [one for one in entry.get("content", ()) if one.get("type", "text/html") in _TEXT]
    content = max((_text(one, base, rss=rss) for one in contents), key=lambda one: len(one.html), default=Text(""))
    summary = _text(entry.summary_detail, base, rss=rss) if entry.get("summary_detail") else Text("")
    return FeedItem(
        id=identifier,
        link=link,
        title=_title(entry),
        date=_date(entry),
        content=content,
        summary=summary,
        photos=found.photos,
        attachments=found.attachments,
        videos=found.videos,
        versions={
            link["hreflang"]: link["href"]
            for link in reversed(links)
            if link.get("hreflang") and link.get("rel") in _VERSION and link.get("type", _PAGE) in _HTML
        },
    )


def _own_link(links: list[Any]) -> str:
    """The item's page: the first alternate; one that names a language may be that of another."""
    pages = [link for link in links if link.get("rel") == "alternate" and link.get("type", _PAGE) in _HTML]
    found = [link for link in pages if not link.get("hreflang")] or pages
    return str(found[0]["href"]) if found else ""


def _title(entry: Any) -> str:
    detail = entry.get("title_detail")
    if not detail:
        return ""
    value = str(detail.get("value", ""))
    return plaintext.plain(value) if detail.get("type") in _HTML else plaintext.one_line(value)


def _date(entry: Any) -> str:
    """When it was issued, else when it was last changed. Not by []: feedparser warns where it has no such key."""
    return next((str(found) for key in ("published", "created", "updated") if (found := dict.get(entry, key))), "")


def _text(detail: Any, base: str, *, rss: bool) -> Text:
    """A text as HTML. RSS does not say which of both it is."""
    value = str(detail.get("value", ""))
    kind = detail.get("type", _PAGE)
    if kind == "text/plain" or (rss and kind == _PAGE and not plaintext.is_markup(value)):
        value = plaintext.paragraphs(value)
    own = str(detail.get("base") or "")
    return Text(value, base if rss else own or base) if value.strip() else Text("")

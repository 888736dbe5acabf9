"""What is said about each document of the output directory: as config/deploy/ has it for other servers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

HTML = "text/html"
_TYPES = {
    ".html": HTML,
    ".inc": HTML,
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".txt": "text/plain",
    ".opml": "text/x-opml",
    ".atom": "application/atom+xml",
    ".rss": "application/rss+xml",
    ".json": "application/json",
    ".xml": "application/xml",
    ".xsl": "application/xml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
}
_OTHER = "application/octet-stream"
_JSON_FEED = "application/feed+json"
_NO_CHARSET = frozenset({"application/json", "application/wasm"})
"""JSON is always UTF-8, and has no such parameter (RFC 8259, 11)."""
_BY_CONTENT = re.compile(r"images/.+\.webp|.+\.pf_(?:fragment|index|meta|filter)")
"""Photos, and files of the search's index: they have a digest of what is in them in their names."""
_STATUS = re.compile(r"(?:[\w-]+/)?status\.(?:html|json)", re.ASCII)
_ARCHIVE = re.compile(r"feeds/.+/archive/[^/]+/([0-9]{4})-([0-9]{2})\.atom")
_SUBSCRIPTION = re.compile(r"feeds/[\w/-]+\.(?:atom|rss|json)", re.ASCII)
_SEARCH = re.compile(r"[\w-]+/search/", re.ASCII)

SHORT = "public, max-age=300, stale-while-revalidate=600"
HOURS = "public, max-age=3600, stale-while-revalidate=86400"
DAYS = "public, max-age=86400, stale-while-revalidate=604800"
MINUTE = "public, max-age=60"
FOR_GOOD = "public, max-age=31536000, immutable"

_POLICY = "default-src 'self'; {more}object-src 'none'; base-uri 'none'; form-action 'self'"
_IMAGES = "img-src 'self' http: https:; "
_WASM = "script-src 'self' 'wasm-unsafe-eval'; "
_FRAMED = "; frame-ancestors 'self'"


def media_type(path: str) -> str:
    """The media type of a document, with its charset where it is text."""
    suffix = PurePosixPath(path).suffix
    found = _JSON_FEED if suffix == ".json" and path.startswith("feeds/") else _TYPES.get(suffix, _OTHER)
    text = found.startswith(("text/", "application/", "image/svg")) and found not in _NO_CHARSET and found != _OTHER
    return f"{found}; charset=utf-8" if text else found


def cache(path: str, now: datetime, *, versioned: bool) -> str:
    """How long a document may be kept (Cache-Control).

    Args:
        path: the document's.
        now: the time, in any zone.
        versioned: the address names a version, as those of a page's own files do.
    """
    if (versioned and path.startswith("assets/")) or _BY_CONTENT.fullmatch(path):
        return FOR_GOOD
    if path.endswith(".opml"):
        return HOURS
    if _STATUS.fullmatch(path):
        return MINUTE
    # The last month does not count as past: its last releases are added late, and a month may begin earlier elsewhere.
    month = _ARCHIVE.fullmatch(path)
    if month and int(month[1]) * 12 + int(month[2]) < now.year * 12 + now.month - 1:
        return DAYS
    return SHORT


def shared(path: str) -> bool:
    """Whether scripts of any page may read what is at a path, or that there is nothing."""
    return path.startswith(("feeds/", "embed/")) or path == "feeds.opml"


def policy(path: str, *, remote_images: bool) -> str:
    """What a page may load, and who may frame it (Content-Security-Policy).

    Args:
        path: the page's; those below embed/ may be framed by anyone, only pages of the search may compile WebAssembly.
        remote_images: pages show pictures of other hosts.
    """
    more = (_IMAGES if remote_images else "") + (_WASM if _SEARCH.match(path) else "")
    said = _POLICY.format(more=more)
    return said if path.startswith("embed/") else said + _FRAMED


def links(path: str, hubs: Sequence[str], base_url: str) -> tuple[str, ...]:
    """The Link headers of a subscription document: the WebSub hubs that tell of its changes, and what they call it.

    A self link without a hub would keep subscribers from looking for one in the document.
    """
    if not hubs or not _SUBSCRIPTION.fullmatch(path) or "/archive/" in path:
        return ()
    return (*(f'<{hub}>; rel="hub"' for hub in hubs), f'<{base_url}{path}>; rel="self"')

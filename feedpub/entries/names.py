"""What an entry may be called by others: its addresses and its source's key, each in one spelling."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from feedpub.languages import known_tags
from feedpub.model import Entry

_PRESENTATION = frozenset({"fontsize"})
"""Parameters that change how a page looks and not which one it is."""


class Claim(msgspec.Struct, frozen=True):
    """What an entry says of another language version: what it calls it, and its language where it says so."""

    name: str
    language: str = ""


def names(entry: Entry) -> tuple[str, ...]:
    """What an entry goes by, sorted. A key that begins with its source's id goes without it as well."""
    keys = {entry.key, entry.key.removeprefix(f"{entry.source}/")}
    found = {f"key:{authority(entry)}/{key}" for key in keys}
    if entry.url:
        found.add(address(entry.url))
    return tuple(sorted(found))


def claims(entry: Entry) -> tuple[Claim, ...]:
    """Which other language versions an entry names, sorted; a key without scheme is one of its own authority.

    Where an entry's key begins with its language, as those of sources with a list for each language do, so do the keys
    of its versions.
    """
    found = {Claim(address(url), language) for language, url in entry.counterparts.items()}
    by_language = entry.key.startswith(f"{entry.language}/")
    for key in entry.counterpart_keys:
        first = key.partition("/")[0]
        language = first if by_language and first in known_tags() else ""
        found.add(Claim(address(key) if "://" in key else f"key:{authority(entry)}/{key}", language))
    return tuple(sorted(found, key=lambda claim: (claim.language, claim.name)))


def address(url: str) -> str:
    """An address in the one spelling that all its variants share: http or https, with `?fontSize=1` or without."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url  # It leads nowhere, but is a name as good as any.
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0].lower() not in _PRESENTATION]
    host = (parts.hostname or "") + (f":{port}" if port not in (None, 80, 443) else "")
    return f"//{host}{parts.path or '/'}" + (f"?{urlencode(query)}" if query else "")


def authority(entry: Entry) -> str:
    """The authority of an entry's id (RFC 4151)."""
    return entry.id.partition(",")[0].removeprefix("tag:")

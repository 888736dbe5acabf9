"""Addresses as pages have them -> absolute ones."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from feedpub.characters import xml_safe
from feedpub.model import LONGEST_ADDRESS

# WHATWG URL, 4.4: a browser drops these from an address.
_BREAKS = re.compile("[\t\n\r]")


def absolute(base: str | None, address: str | None) -> str | None:
    """An address as an absolute http(s) one; None if it is not one, nor can be made one with `base`, or has no end."""
    if not address or len(address) > LONGEST_ADDRESS:
        return None
    try:
        joined = xml_safe(urljoin(base or "", trimmed(address)))  # JSON can name any character.
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in ("http", "https") and parts.hostname else None


def trimmed(address: str) -> str:
    """An address without the white space that a browser would drop."""
    return _BREAKS.sub("", address).strip()

"""Ids that never change: tag: URIs (RFC 4151)."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote


def entry_id(authority: str, day: date, key: str) -> str:
    """The id of an entry: its source's authority, its day of release and its source's own key.

    For example tag:www.info.gov.hk,2025-11-26:P2025112600742.
    """
    return f"tag:{authority.lower()},{day.isoformat()}:{quote(key, safe='-._~!$&()*+,;=:@/')}"


def story_id(founder: str) -> str:
    """The id of a story, from that of the entry that was seen first.

    What stands behind the question mark cannot be part of a key, where it would be escaped.
    """
    return f"{founder}?story"


def derived_id(origin: str, language: str) -> str:
    """The id of an entry that was converted into another language from one with an id of its own."""
    return f"{origin}?{language}"


def origin_id(identifier: str) -> str:
    """The id of the entry that one was converted from; an id of its own as it is."""
    return identifier.partition("?")[0]

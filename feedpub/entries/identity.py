"""Ids that never change: tag: URIs (RFC 4151) of the source's authority, the day of release and the source's own key."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote


def entry_id(authority: str, day: date, key: str) -> str:
    """The id of an entry, for example tag:www.info.gov.hk,2025-11-26:P2025112600742."""
    return f"tag:{authority.lower()},{day.isoformat()}:{quote(key, safe='-._~!$&()*+,;=:@/')}"

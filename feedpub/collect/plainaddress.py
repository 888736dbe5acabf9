"""Addresses of releases without what tells only who follows them, and what a rule finds in one."""

from __future__ import annotations

import re
from re import Pattern
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_[ce]id|_ga|_gl|igshid|jsessionid", re.IGNORECASE)
"""Parameters that tell who followed a link and not where it leads."""
_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)


def plain(address: str) -> str:
    """An address without its fragment and what tells only who followed it."""
    parts = urlsplit(address)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    kept = parts.query if len(query) == parts.query.count("&") + 1 else urlencode(query)
    return urlunsplit(
        (parts.scheme, parts.netloc.lower(), _SESSION.sub("", parts.path) or "/", kept if query else "", "")
    )


def matched(pattern: Pattern[str], address: str) -> str:
    """What a rule's groups match in an address, joined by "-"; all of the match without groups; "" without one."""
    match = pattern.search(address)
    if not match:
        return ""
    return "-".join(one for one in match.groups() if one) if match.re.groups else match[0]

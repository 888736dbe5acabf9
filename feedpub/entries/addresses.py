"""Where a story's page is: an address that never changes, made of its id and its month."""

from __future__ import annotations

import hashlib
import re

from feedpub.model import Story

_UNSAFE = re.compile(r"[^a-z0-9]+")
_MOST = 40
_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no two look alike.
_LENGTH = 8


def page_path(story: Story) -> str:
    """Where a story's page is, below a language's folder: "stories/2026/11/p2026112000101-1k3f9a2c.html"."""
    return path_of(story.id, f"{story.published:%Y-%m}")


def path_of(story: str, month: str) -> str:
    """The same, from the story's id and its month ("2026-11")."""
    return f"stories/{month.replace('-', '/')}/{page_name(story)}.html"


def page_name(story: str) -> str:
    """The last part of a story's address: what a person can read of its key, and what tells it from all others.

    Args:
        story: the story's id, "tag:www.info.gov.hk,2026-11-20:P2026112000101?story".
    """
    key = story.partition("?")[0].rpartition(",")[2].partition(":")[2]
    readable = _UNSAFE.sub("-", key.lower())[:_MOST].strip("-")
    number = int.from_bytes(hashlib.sha256(story.encode()).digest()[:5])
    told = "".join(_DIGITS[number >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))
    return f"{readable}-{told}" if readable else told

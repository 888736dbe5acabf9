"""What a list says of a release, as far as it tells of an edit."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_INVISIBLE = re.compile(r"[\s\u200b\u2060\ufeff]+")


def stamp(title: str) -> str:
    """A title as far as it tells of an edit: feeds and listings differ in white space and width."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", title))


def digest(text: str) -> str:
    """Tells a correction in what a list says beside the title, "" where it says nothing; white space does not count."""
    bones = _INVISIBLE.sub("", text)
    return hashlib.sha256(bones.encode("utf-8", "replace")).hexdigest()[:16] if bones else ""

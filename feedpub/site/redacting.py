"""What may be shown of a message that was written for the operator: no place on this machine, no password."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from feedpub.characters import xml_safe

_LONGEST = 300
_GONE = "…"
_ADDRESS = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+")
_BEHIND = ":;,.)]"
_LOGIN = re.compile(r"[^\s/@]*:[^\s/@]*@")
# A path begins at the root, at home, here or above ("./", "../"), at a drive or at a share; "and/or" does not, nor does
# what follows the host of an address.
_PATH = re.compile(
    r"(?<![A-Za-z0-9_/.\]%~-])(?:~[A-Za-z0-9_.-]*|\.{1,2})?(?:(?<!:)/+|/(?!/))[^\s\"'<>|:;,]+"
    r"|\b[A-Za-z]:[\\/](?!/)[^\s\"'<>|:;,]+|\\\\[^\s\"'<>|:;,]+"
)


def public(text: str, private: Iterable[str] = ()) -> str:
    """A message without what is nobody's business.

    Of an http(s) address the host and the path are left: its login, query and fragment go, as do addresses of other
    kinds, absolute paths of files, and control characters. It is cut after 300 characters.

    Args:
        text: the message.
        private: texts that are never shown, such as the operator's folders; those of a file system may have spaces.
    """
    text = " ".join(xml_safe(text).split())
    for one in sorted({one for one in private if len(one) > 1}, key=len, reverse=True):
        text = text.replace(one, _GONE)
    text = _ADDRESS.sub(_shown, text)
    text = _PATH.sub(_GONE, _LOGIN.sub(f"{_GONE}@", text))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + _GONE


def _shown(found: re.Match[str]) -> str:
    address = found[0].rstrip(_BEHIND)
    behind = found[0][len(address) :]
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return _GONE + behind
    if parts.scheme.lower() not in ("http", "https"):
        return _GONE + behind
    query = f"?{_GONE}" if parts.query else ""
    return f"{parts.scheme}://{host}{parts.path}{query}{behind}"

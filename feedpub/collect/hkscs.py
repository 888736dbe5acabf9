"""Private-use characters that old pages still hold, back to the characters they stood for.

Until Unicode had them all, the Hong Kong Supplementary Character Set lived in the Private Use Area, placed there
by its Big5 code (rows of 157, Microsoft's mapping of the user-defined areas). So the Big5 code can be computed,
and the codec knows the character.
"""

from __future__ import annotations

import re

from feedpub.collect import oldcodecs

_ROW = 157
_FIRST_TRAILS = 0x3F
# First and last code point, the lead byte that the area begins in, and the columns of that row before it.
_AREAS = (
    (0xE000, 0xE310, 0xFA, 0),
    (0xE311, 0xEEB7, 0x8E, 0),
    (0xEEB8, 0xF6B0, 0x81, 0),
    (0xF6B1, 0xF848, 0xC6, _FIRST_TRAILS),
)
_PRIVATE = re.compile("[\ue000-\uf848]")


def restore(text: str) -> str:
    """Replace what HKSCS defines; any other private-use character stays as it is."""
    return _PRIVATE.sub(lambda match: _character(match[0]), text)


def _character(private: str) -> str:
    code = ord(private)
    first, lead, skipped = next((first, lead, skip) for first, last, lead, skip in _AREAS if first <= code <= last)
    row, column = divmod(code - first + skipped, _ROW)
    trail = 0x40 + column if column < _FIRST_TRAILS else 0xA1 + column - _FIRST_TRAILS
    found = oldcodecs.read(bytes((lead + row, trail)), "big5hkscs")
    return private if "\ufffd" in found else found

"""Other people's text on a terminal: it is shown, and does nothing."""

from __future__ import annotations

import unicodedata

_SPACES = frozenset("\t\n\r\u0085\u2028\u2029")
_HARMLESS = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Invisible characters that move nothing: soft hyphens, joiners, spaces of no width."""
_ACTING = frozenset({"Cc", "Cf", "Cs"})


def printable(text: str) -> str:
    r"""Text on one line, without what a terminal would obey: escape sequences, controls, changes of direction.

    They are shown as Python writes them, "\x1b" and "\u202e".
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_printable, text))


def _printable(character: str) -> str:
    if character in _SPACES:
        return " "
    if unicodedata.category(character) in _ACTING and character not in _HARMLESS:
        return character.encode("unicode_escape").decode()
    return character

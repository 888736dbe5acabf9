"""Plain text: white space, sentences. Characters are never cut in two."""

from __future__ import annotations

import re
import unicodedata

from feedpub.characters import clean
from feedpub.languages import Language

_BREAKS = re.compile(r"[\s\u0085\u2028\u2029]+")
# What may not begin a piece of text: it belongs to the character before it.
_EXTENDERS = ("\u200c", "\u200d")
_VARIATION = range(0xFE00, 0xFE10)
_VARIATION_MORE = range(0xE0100, 0xE01F0)
_TAGS = range(0xE0020, 0xE0080)
_SKIN = range(0x1F3FB, 0x1F400)
_LOOSE_ENDS = " \u3000,;:、，；：（(「『“\"'"
_FLAG = range(0x1F1E6, 0x1F200)


def one_line(text: str) -> str:
    """Clean text on one line, single spaces; an ideographic space on its own stays, as it separates clauses."""
    text = clean(text)
    if "\u3000" not in text:
        return " ".join(text.split())
    return _BREAKS.sub(lambda run: "\u3000" if set(run[0]) == {"\u3000"} else " ", text).strip()


def bones(text: str) -> str:
    """Text without any white space: two texts with the same bones differ in white space only."""
    return _BREAKS.sub("", clean(text))


def first_sentences(text: str, language: Language, limit: int) -> str:
    """As many whole sentences from the start as fit into `limit` characters.

    Where not even the first fits, it is cut between words (or, in scripts without spaces, between characters)
    and ends in an ellipsis.
    """
    if len(text) <= limit:
        return text
    end = 0
    for match in language.sentence_end.finditer(text, 0, limit + 1):
        if match.end() > limit:
            break
        if not _is_abbreviation(text, match.start(), language) and not _inside_character(text, match.end()):
            end = match.end()
    return text[:end].rstrip() if end else shorten(text, limit)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, the last an ellipsis where something was cut; never inside a character or word."""
    if len(text) <= limit:
        return text
    cut = limit - 1
    space = text.rfind(" ", 0, cut + 1)
    if space > cut * 2 // 3:
        cut = space
    while cut > 0 and _inside_character(text, cut):
        cut -= 1
    kept = text[:cut].rstrip(_LOOSE_ENDS)
    while kept and _inside_character(text, len(kept)):
        kept = kept[:-1].rstrip(_LOOSE_ENDS)
    return kept + "…"


def _is_abbreviation(text: str, stop: int, language: Language) -> bool:
    if text[stop] != ".":
        return False
    word = text[:stop].rpartition(" ")[2].strip("\"'“‘([").rpartition("’")[2]  # l’art.
    return word.lower() in language.abbreviations or word.isdecimal() or (len(word) == 1 and word.isupper())


def _inside_character(text: str, cut: int) -> bool:
    """Whether a cut would part what is seen as one character (UAX 29, as far as names and emoji need it)."""
    before, after = text[cut - 1], text[cut]
    code = ord(after)
    return (
        unicodedata.combining(after) != 0
        or unicodedata.category(after) in ("Mn", "Me", "Mc")
        or after in _EXTENDERS
        or before == "\u200d"
        or code in _VARIATION
        or code in _VARIATION_MORE
        or code in _SKIN
        or code in _TAGS
        or (code in _FLAG and _odd_flags(text, cut))
    )


def _odd_flags(text: str, cut: int) -> bool:
    count = 0
    while cut - count > 0 and ord(text[cut - count - 1]) in _FLAG:
        count += 1
    return count % 2 == 1

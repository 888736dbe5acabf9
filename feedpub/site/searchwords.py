"""The words by which texts are found: every substring of Chinese, every word of other languages.

A run of Han characters is told by its first character, each two that stand side by side, and its last character:
"接種疫苗" is 接 接種 種疫 疫苗 苗. So whatever part of it is looked for, together with words and figures or not, is
a phrase of words, and has few common ones. `templates/js/search.js` does the same to what is looked for.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from feedpub import scripts

HAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""What is written without spaces, as ranges of a regular expression's class; kana are, too."""
_RUNS = re.compile(rf"(?P<han>[{HAN}]+)|[^\W_{HAN}]+")
LETTERS = {"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"}
"""Letters that are written for others, and have no accent that could be taken off."""
LONGEST = 64
"""Characters of a word that count."""


def words(text: str) -> list[str]:
    """The words of a text, in their order."""
    found: list[str] = []
    for match in _RUNS.finditer(fold(text)):
        run = match[0]
        if match["han"]:
            found += [run[0], *(run[at : at + 2] for at in range(len(run) - 1)), run[-1]]
        else:
            found.append(run[:LONGEST])
    return found


def characters(found: list[str]) -> list[str]:
    """The Han characters of words, each once, that are no words themselves: so each can be looked for alone."""
    known = set(found)
    return sorted({one for word in known if _RUNS.match(word)["han"] for one in word} - known)  # type: ignore[index]  # words are runs


def fold(text: str) -> str:
    """A text in the form in which it is compared: no capitals, accents, full-width forms and variants."""
    plain = unicodedata.normalize("NFKD", text)
    bare = (
        "".join(one for one in plain if not unicodedata.category(one).startswith("M")) if not plain.isascii() else plain
    )
    return bare.lower().translate(_folds())


@cache
def _folds() -> dict[int, str]:
    variants = {one: group[0] for group in scripts.variants() for one in group[1:]}
    return str.maketrans(variants | LETTERS)

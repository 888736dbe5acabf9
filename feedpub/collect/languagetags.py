"""The language tags of other people's pages and feeds -> the languages that feedpub knows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from feedpub.languages import LANGUAGES, known_tags

_SCRIPTS = {"hans": "zh-Hans", "hant": "zh-Hant"}
_REGIONS = {"tw": "zh-Hant", "hk": "zh-Hant", "mo": "zh-Hant", "cn": "zh-Hans", "sg": "zh-Hans", "my": "zh-Hans"}
"""The script that Chinese is usually written in, by region (CLDR, likely subtags)."""
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LETTER = re.compile(r"[^\W\d_]")
_LOOKED_AT = 4_000
_ENOUGH = 12
_NO_CHINESE, _NO_LATIN = 0.1, 0.5
"""The share of Chinese characters among letters below which a text is not Chinese, and from which it is nothing else: a
Chinese release may hold English tables, an English one names in Chinese."""


def known(tag: str | None) -> str | None:
    """The known language of a tag: zh-HK and zh_Hant_MO are zh-Hant, en-CA is en; None where there is none."""
    subtags = (tag or "").strip().replace("_", "-").lower().split("-")
    exact = {one.lower(): one for one in known_tags()}.get("-".join(subtags))
    if exact:
        return exact
    if subtags[0] == "zh":
        found = next((table[one] for table in (_SCRIPTS, _REGIONS) for one in subtags[1:] if one in table), None)
        return found if found in known_tags() else None
    return subtags[0] if subtags[0] in known_tags() else None


def spoken(text: str, listed: str, declared: str | None, collected: Iterable[str]) -> str | None:
    """The language of a text that a list in one language has.

    Args:
        text: in which language, is the question.
        listed: the list's language. It is believed, unless the text is plainly in another script.
        declared: what the text's page says, if anything; templates often say it wrong.
        collected: the languages that it can be.

    Returns:
        None where the text is in none of them, or could be in several.
    """
    latin = LANGUAGES[listed].latin
    letters = _LETTER.findall(text, 0, _LOOKED_AT)
    if len(letters) < _ENOUGH:
        return listed
    share = sum(map(bool, map(_HAN.match, letters))) / len(letters)
    if share < _NO_LATIN if latin else share >= _NO_CHINESE:
        return listed
    others = [one for one in collected if LANGUAGES[one].latin != latin]
    if declared in others:
        return declared
    return others[0] if len(others) == 1 else None

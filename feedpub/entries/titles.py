"""Titles: cleaned as far as a reader should not see the difference, and what their last brackets say."""

from __future__ import annotations

import re

from feedpub.entries import text
from feedpub.languages import Language

_WIDE_ASCII = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_ODD_BRACKETS = str.maketrans("\ufe5d\ufe5e\u3014\u3015\ufe59\ufe5a", "（）（）（）")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PAIR = re.compile(r"[（(](?P<inner>[^（()）]*)[)）]")
_MOST_BRACKETS = 6
_LAST_BRACKETS = re.compile(r"\s*[（(](?P<inner>[^（()）]+)[)）]\s*$")


def clean(title: str, language: Language) -> str:
    """A title as issued, on one line: full-width digits and letters narrow, brackets in the language's own form."""
    line = _WIDE_ASCII.sub(lambda match: chr(ord(match[0]) - 0xFEE0), text.one_line(title))
    line = line.translate(_ODD_BRACKETS)
    if language.wide:
        line = _PAIR.sub(_wide_pair, line)
        return re.sub(r" +(?=（[^（）]*）)", "", line)
    return _PAIR.sub(lambda match: f"({match['inner']})", line)


def _wide_pair(match: re.Match[str]) -> str:
    inner = match["inner"]
    mixed = match[0][0] + match[0][-1] in ("（)", "(）")
    return f"（{inner}）" if mixed or _HAN.search(inner) else match[0]


def split_markers(title: str, language: Language) -> tuple[str, tuple[str, ...]]:
    """Split what the last brackets say about the release off a clean title.

    Returns:
        The title without them, and the markers, language-neutral and sorted: "(with photos/video)" and
        （附圖／短片） are both ("photos", "video"); "(English only)" is "en-only".
    """
    found: set[str] = set()
    for _ in range(_MOST_BRACKETS):
        match = _LAST_BRACKETS.search(title)
        if match is None:
            break
        markers = _markers(match["inner"].strip(), language)
        if not markers or not title[: match.start()].strip():
            break
        found |= markers
        title = title[: match.start()].rstrip()
    return title, tuple(sorted(found))


def _markers(inner: str, language: Language) -> set[str]:
    only = language.only.get(inner.lower())
    if only:
        return {only}
    if not language.marker_lead.match(inner) and inner not in language.markers:
        return set()
    words = [language.marker_lead.sub("", word, count=1).strip().lower() for word in language.marker_split.split(inner)]
    markers = {language.markers.get(word, "") for word in words}
    return set() if "" in markers else markers

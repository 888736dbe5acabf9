"""Scripts: Simplified Chinese of Traditional as in Hong Kong (OpenCC's `hk2s`), variants, Latin without accents."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from functools import cache
from typing import Any


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415 - most runs convert nothing

    return OpenCC("hk2s")


def simplified(text: str) -> str:
    """A text in Simplified Chinese, character by character; what is not Traditional stays as it is."""
    converted: str = _converter().convert(text)
    return converted


_CONVERSIONS = ("hk2s", "tw2s", "t2s", "s2hk", "s2t", "s2tw", "t2hk", "hk2t", "t2tw", "tw2t")
_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
_ENCODINGS = ("gb2312", "big5hkscs")
_IN_PHRASES = """
    了瞭 仇讎 仿彷 借藉 像象 具俱 哩里 噁𫫇 坏坯 坐座 堤隄 复覆 夫伕 妍姸 宁甯 寧甯 彝彜 拿拏 斤觔 果菓 枪鎗 柏栢
    沈沉 浚濬 澄澂 焰燄 熏薰 琅瑯 畫划 矿鑛 穎頴 筱篠 背揹 苏甦 藤籐 豆荳 链鍊 锄耡 鼇鰲
"""
"""Characters that OpenCC converts into one another in some phrases only, and that do not go together otherwise."""


@cache
def variants() -> tuple[str, ...]:
    """The Han characters that are written for one another, in Traditional, Simplified and regional use: "坛墰壇壜罈罎".

    Only those of mainland China's and Hong Kong's common character sets are looked at. What OpenCC makes of a text,
    character by character, is the same text where of each group one character stands for all.
    """
    from opencc import OpenCC  # noqa: PLC0415 - most runs convert nothing

    characters = [one for first, last in _BLOCKS for one in map(chr, range(first, last)) if _is_common(one)]
    lines = "\n".join(characters)  # One a line, so that no phrase is found.
    groups: dict[str, set[str]] = {}
    found = [one for name in _CONVERSIONS for one in zip(characters, OpenCC(name).convert(lines).split(), strict=True)]
    for one, other, *_ in (*found, *_IN_PHRASES.split()):
        if one != other:
            joined = groups.get(one, {one}) | groups.get(other, {other})
            groups |= dict.fromkeys(joined, joined)
    return tuple(sorted({"".join(sorted(group)) for group in groups.values()}))


def _is_common(character: str) -> bool:
    for encoding in _ENCODINGS:
        with suppress(UnicodeEncodeError):
            return bool(character.encode(encoding))
    return False


_LIGATURES = {"æ": "ae", "œ": "oe", "Æ": "AE", "Œ": "OE"}


@cache
def _accented() -> dict[int, str]:
    letters = {chr(code): unicodedata.normalize("NFD", chr(code))[0] for code in range(0xC0, 0x250)}
    return str.maketrans({letter: base for letter, base in letters.items() if base.isascii()} | _LIGATURES)


def unaccented(text: str) -> str:
    """A text with its Latin letters plain: "Montréal" and "Montreal" are one name, "cœur" is "coeur"."""
    return text if text.isascii() else text.translate(_accented())

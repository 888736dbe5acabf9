"""The table of Han characters that are written for one another is what OpenCC's dictionaries make of it.

After a new version of OpenCC, `pytest tests/test_variants.py --golden` writes it anew; read the difference.
"""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import pytest
from opencc import OpenCC

from feedpub import scripts

PLACE = Path(scripts.__file__).parent / "data" / "variants.txt"
_MADE_WITH = "1.4.2"
_CONVERSIONS = ("hk2s", "tw2s", "t2s", "s2hk", "s2t", "s2tw", "t2hk", "hk2t", "t2tw", "tw2t")
_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
_ENCODINGS = ("gb2312", "big5hkscs")
_IN_PHRASES = """
    了瞭 仇讎 仿彷 借藉 像象 具俱 哩里 噁𫫇 坏坯 坐座 堤隄 复覆 夫伕 妍姸 宁甯 寧甯 彝彜 拿拏 斤觔 果菓 枪鎗 柏栢
    沈沉 浚濬 澄澂 焰燄 熏薰 琅瑯 畫划 矿鑛 穎頴 筱篠 背揹 苏甦 藤籐 豆荳 链鍊 锄耡 鼇鰲
"""
"""Characters that OpenCC converts into one another in some phrases only, and that do not go together otherwise."""


def _made() -> tuple[str, ...]:
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


@pytest.mark.skipif(version("opencc") < _MADE_WITH, reason="an older OpenCC has other dictionaries")
def test_the_table_is_what_opencc_makes_of_it(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--golden"):
        PLACE.write_text("\n".join(_made()) + "\n", "utf-8")
        scripts.variants.cache_clear()
    assert scripts.variants() == _made()


def test_a_group_has_all_that_are_written_for_one_another() -> None:
    assert "坛墰壇壜罈罎" in scripts.variants()
    characters = "".join(scripts.variants())
    assert len(set(characters)) == len(characters), "no character is of two groups"

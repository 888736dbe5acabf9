"""Big5-HKSCS and GB18030 as browsers read them, where Python's codecs know less or another character.

From the tables of the WHATWG Encoding Standard (index-big5.txt, index-gb18030.txt), compared cell by cell. Python's
`big5hkscs` lacks 192 of Big5: HKSCS-2008; what HKSCS-1999 and 2001 had and later editions withdrew, because Unicode had
the character already, and old pages still have; the pictures of control characters; Microsoft's euro sign. Nine
more are punctuation and signs of another width there. 20 cells of GB18030 are private in Python, as in GB18030-2000.
The line-drawing characters of ETEN are all there. What no table has becomes U+FFFD.
"""

from __future__ import annotations

import codecs
from functools import cache

_BIG5_2008 = (
    "㡵𡵓𣚞𦀡㻬𥣞㫵竼龗𤅡𨤍𣇪𠪊𣉞䌊蒄龖鐯䤰蘓墖靊鈘秐稲晠権袝瑌篅枂稬剏遆"
    "㓦珄𥶹瓆鿇垳䤯呌䄱𣚎堘穲𧭥讏䚮𦺈䆁𥶙箮𢒼鿈𢓁𢓉𢓌鿉蔄𣖻䂴鿊䓡𪷿拁灮鿋"
)
"""HKSCS-2008, from 0x877A on."""
_BIG5_SINGLE = """
8E69箸 8E6F簆 8E7E糎 8EAB緒 8EB4縝 8ECD者 8ED0耨 8F57菁 8F69蒨 8F6E萏 8FCB覦 8FCC覩 8FFE起 906D都 907A銹 90DC靜
90F1響 91BF鼖 9244蔃 92AF兙 92B0兛 92B1兝 92B2兞 92C8鍮 92D1瑹 9447浧 94CA禛 95D9邗 9644靝 96ED瀞 96FC嬨 9B76爁
9B78矗 9B7B纇 9BC6駖 9BDE釔 9BEC惞 9BF6澶 9C42輶 9C53侻 9C62營 9C68鄄 9C6B鷰 9C77菏 9CBC尐 9CBD秣 9CD0婧 9D57輋
9D5A筑 9DC4拐 9EA9恢 9EEF痹 9EFD汊 9F60鬮 9F66鼗 9FCB僭 9FD8弌 A063蠏 A077拎 A0D5瑨 A0DF煢 A0E4牐 C6CF廴 C6D3无
C6D5癶 C6D7隶 C6DE〃 C6DF仝 FA5F倩 FA66偽 FABD包 FAC5卄 FAD5卿 FB48嘅 FBB8婷 FBF3幵 FBF9廐 FC4F彘 FC6C悤 FCB9撐
FCE2晴 FCF1杞 FDB7沜 FDB8渝 FDBB港 FDF1煮 FE52猪 FE6F瑜 FEAA瓩 FEDD砉
"""
_BIG5_CONTROLS = (*range(0x2400, 0x2420), 0x2421, 0x20AC)
"""From 0xA3C0 on; the last one is the euro sign."""
# The two small slashes, 0xA241 and 0xA242, stay wide ones: Python has no other character for them.
_BIG5_PUNCTUATION = {
    0x2022: 0x2027,
    0xFF64: 0xFE51,
    0x203E: 0xAF,
    0x223C: 0xFF5E,
    0x2641: 0x2295,
    0x2609: 0x2299,
    0xA5: 0xFFE5,
    0xA2: 0xFFE0,
    0xA3: 0xFFE1,
}
_GB18030_2022 = {
    0xE5E5: 0x3000,  # A3A0, which old editors wrote for a wide space
    **dict(zip(range(0xE78D, 0xE797), (0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE1A)), strict=True)),
    0xE7C7: 0x1E3F,
    # These six stayed private, and Unicode has them elsewhere.
    **dict(
        zip(
            (0xE816, 0xE817, 0xE818, 0xE831, 0xE83B, 0xE855),
            (0x20087, 0x20089, 0x200CC, 0x215D7, 0x2298F, 0x241FE),
            strict=True,
        )
    ),
    **dict(zip((0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864), range(0x9FB4, 0x9FBC), strict=True)),
}
"""GB18030-2005 moved U+E7C7, GB18030-2022 the others but the first, which is only WHATWG's."""


def read(raw: bytes, codec: str) -> str:
    """Text of any codec; what cannot be read is U+FFFD."""
    if codec == "big5hkscs":
        return raw.decode(codec, "feedpub.big5").translate(_BIG5_PUNCTUATION)
    if codec == "gb18030":
        return raw.decode(codec, "feedpub.gb18030").translate(_GB18030_2022)
    return raw.decode(codec, "replace")


@cache
def _cells() -> dict[bytes, str]:
    """The cells of Big5 that Python's codec does not know."""
    lead = 0x87
    trails = (*range(0x7A, 0x7F), *range(0xA1, 0xE0))
    cells = {bytes((lead, trail)): found for trail, found in zip(trails, _BIG5_2008, strict=True)}
    cells.update({bytes((0xA3, 0xC0 + at)): chr(code) for at, code in enumerate(_BIG5_CONTROLS)})
    cells.update({bytes.fromhex(single[:4]): single[4] for single in _BIG5_SINGLE.split()})
    return cells


def _big5(problem: UnicodeError) -> tuple[str, int]:
    return _mended(problem, _cells())


def _gb18030(problem: UnicodeError) -> tuple[str, int]:
    return _mended(problem, {b"\x80": "€"})


def _mended(problem: UnicodeError, known: dict[bytes, str]) -> tuple[str, int]:
    """What stands for the bytes that a codec stopped at, and where to go on.

    An ASCII character after a lead byte is left in the text, as browsers do: it may be the end of a tag.
    """
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    at = problem.start
    for cell in (problem.object[at : at + 2], problem.object[at : at + 1]):
        if found := known.get(cell):
            return found, at + len(cell)
    trail = problem.object[at + 1 : at + 2]
    return "\ufffd", at + (1 if trail.isascii() else 2)


codecs.register_error("feedpub.big5", _big5)
codecs.register_error("feedpub.gb18030", _gb18030)

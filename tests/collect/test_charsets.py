"""The bytes of pages and feeds become text. `charsets/cases.toml` says how each text there is encoded and declared."""

from __future__ import annotations

import codecs
import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub.collect import charsetlabels, charsets, oldcodecs
from feedpub.collect.gia import lists, page
from feedpub.errors import ReleaseError, SourceError

_FOLDER = Path(__file__).parent / "charsets"
_CASES: list[dict[str, Any]] = tomllib.loads((_FOLDER / "cases.toml").read_text(encoding="utf-8"))["case"]
_ZONE = ZoneInfo("Asia/Hong_Kong")
_NOTICE = (_FOLDER / "notice.html").read_text(encoding="utf-8").replace("{declaration}", "")


def _text(case: dict[str, Any]) -> str:
    meta = case.get("meta", "")
    declaration: str = f'<meta charset="{meta}">' if meta and "<" not in meta and "=" not in meta else meta
    comment = f"<!--{' ' * case['before']}-->" if "before" in case else ""
    written: str = (_FOLDER / case["text"]).read_text(encoding="utf-8")
    if declaration.startswith("<?xml"):
        return declaration + written.replace("{declaration}", "")
    return written.replace("{declaration}", comment + declaration)


@pytest.mark.parametrize("case", _CASES, ids=lambda case: str(case["about"]))
def test_bytes_become_the_text_that_they_were_or_are_refused(case: dict[str, Any]) -> None:
    text = _text(case)
    raw = (("\ufeff" if case.get("mark") else "") + text).encode(case["bytes"])
    if "refused" in case:
        with pytest.raises(ReleaseError) as refused:
            charsets.decode(raw, case.get("header", ""))
        assert case["refused"] in str(refused.value)
        return
    found = charsets.decode(raw, case.get("header", ""))
    assert (found.text, found.charset, found.guessed) == (text, case["read"], case.get("guessed", False))
    assert not found.damaged


# Right declarations are believed, whatever Chinese it is


@cache
def _han(codec: str) -> str:
    """The Han characters that a charset has, the rare ones too."""
    planes = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x20000, 0x2A6E0))
    every = (chr(code) for plane in planes for code in plane)
    return "".join(one for one in every if one.encode(codec, "ignore").decode(codec) == one)


@pytest.mark.parametrize(
    ("codec", "label"),
    [
        ("big5hkscs", "big5"),
        ("gb18030", "gb2312"),
        ("utf-8", "utf-8"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16be"),
    ],
)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_thirty_characters_in_a_charset_that_is_declared_come_back(codec: str, label: str, data: st.DataObject) -> None:
    ascii_text = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40)
    han = data.draw(st.lists(st.sampled_from(_han(codec)), min_size=30, max_size=200, unique=True))
    text = f"<p>{data.draw(ascii_text)} {''.join(han)} {data.draw(ascii_text)}</p>"
    found = charsets.decode(text.encode(codec), label)
    assert (found.text, found.guessed) == (text, False)


@given(
    raw=st.binary(max_size=300),
    label=st.sampled_from(["", "utf-8", "big5", "gb2312", "utf-16", "iso-8859-1", "x-salt"]),
)
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_text_or_a_release_error(raw: bytes, label: str) -> None:
    try:
        found = charsets.decode(raw, label)
    except ReleaseError:
        return
    assert "\ufffd" not in found.text or "\ufffd".encode(found.charset) in raw
    assert not [one for one in found.text if "\ue000" <= one <= "\uf8ff" or one >= "\U000f0000"]


# Damaged bytes


@pytest.mark.parametrize(
    ("codec", "label"),
    [("utf-8", ""), ("utf-8", "utf-8"), ("utf-8", "big5"), ("big5hkscs", "big5"), ("gb18030", "gbk")],
)
def test_a_character_that_is_cut_outside_of_the_text_does_no_harm_and_is_refused_in_it(codec: str, label: str) -> None:
    cut = "燈塔".encode(codec)[:-1]
    raw = _NOTICE.encode(codec).replace(b"<title>", b'<meta property="og:description" content="' + cut + b'"><title>')
    found = charsets.decode(raw, label, tolerant=True)
    assert found.damaged
    assert found.charset == codec
    title, line = "鹽沼海事署公布渡輪服務調整安排", "往來燈塔島的渡輪會在繁忙時間每小時加開兩班"
    assert f'"><title>{title}</title>' in found.text, "the markup after the damage is whole"
    charsets.refuse_mojibake(found, title, line)
    with pytest.raises(ReleaseError, match="the page's text is not valid"):
        charsets.refuse_mojibake(found, title, found.text)
    with pytest.raises(ReleaseError, match="the feed's text is not valid"):
        charsets.decode(raw, label, what="feed")


def test_half_in_one_charset_and_half_in_another_is_refused() -> None:
    raw = "鹽沼海事署公布渡輪服務調整安排。".encode() + "由星期一起加開兩班，方便市民上班。".encode("big5")
    with pytest.raises(ReleaseError):
        charsets.decode(raw, "big5")


def test_what_the_page_itself_replaced_may_stay() -> None:
    found = charsets.decode("燈塔\ufffd重開".encode() + b"\xe7", tolerant=True)
    charsets.refuse_mojibake(found, "燈塔\ufffd重開")


def test_much_that_cannot_be_read_is_refused_even_where_damage_is_tolerated() -> None:
    with pytest.raises(ReleaseError, match=r"the page is neither UTF-8 \(byte 3\) nor"):
        charsets.decode(b"<p>" + b"\xff\xfe " * 20, "utf-8", tolerant=True)


def test_binary_that_follows_chinese_is_refused() -> None:
    raw = "鹽沼海事署公布渡輪服務調整安排".encode("big5") * 20 + b"\xff\x80" * 400
    with pytest.raises(ReleaseError):
        charsets.decode(raw, "big5", tolerant=True)


@pytest.mark.parametrize("raw", [b"", b" \r\n\t"])
def test_nothing_is_no_text(raw: bytes) -> None:
    with pytest.raises(ReleaseError, match="the listing is empty"):
        charsets.decode(raw, what="listing")


def test_a_zero_in_a_page_in_utf_8_makes_it_no_utf_16() -> None:
    assert charsets.decode(_NOTICE.encode() + b"\0").charset == "utf-8"
    assert charsets.decode(b"<p>Sea wall\0s and p\0iers</p>").charset == "utf-8"


# What Python's codecs do not know, or know otherwise than browsers: WHATWG Encoding, index-big5.txt, index-gb18030.txt


@pytest.mark.parametrize(
    ("cell", "character"),
    [
        ("A3E1", "€"),  # Microsoft's
        ("A3C0", "␀"),
        ("A3E0", "␡"),
        ("877A", "㡵"),  # HKSCS-2008: the first, one after the gap in the trail bytes, the last
        ("87A1", "𥣞"),
        ("87DF", "鿋"),
        ("FB48", "嘅"),  # HKSCS-1999, withdrawn
        ("FDBB", "港"),
        ("8FFE", "起"),
        ("C6DE", "〃"),
        ("F9F9", "═"),  # ETEN's lines
        ("F9FE", "￭"),
        ("A2A4", "═"),
        ("A145", "‧"),  # Python has another width
        ("A14E", "﹑"),
        ("A1E3", "\uff5e"),
        ("A244", "￥"),
        ("A1FE", "／"),
        ("8862", "Ê̄"),
    ],
)
def test_a_cell_of_big5_is_the_character_that_browsers_show(cell: str, character: str) -> None:
    raw = _NOTICE.replace("發言人表示：", "發言人表示#").encode("big5hkscs").replace(b"#", bytes.fromhex(cell))
    assert f"發言人表示{character}「我們" in charsets.decode(raw, "big5").text


@pytest.mark.parametrize("cell", ["8140", "86FE", "87E0", "C8A5"])
def test_a_cell_of_big5_that_no_standard_has_is_refused(cell: str) -> None:
    raw = _NOTICE.encode("big5hkscs").replace(b"<p>", b"<p>" + bytes.fromhex(cell))
    with pytest.raises(ReleaseError, match="not valid big5hkscs"):
        charsets.decode(raw, "big5")


@pytest.mark.parametrize(
    ("cell", "character"),
    [
        ("A6D9", "︐"),  # GB18030-2022, 18 characters; all were private in 2000
        ("A6DA", "︒"),
        ("A6DB", "︑"),
        ("A6DC", "︓"),
        ("A6DF", "︖"),
        ("A6EC", "︗"),
        ("A6F3", "︙"),
        ("FE59", "龴"),
        ("FE61", "龵"),
        ("FE66", "龶"),
        ("FE67", "龷"),
        ("FE6D", "龸"),
        ("FE7E", "龹"),
        ("FE90", "龺"),
        ("FEA0", "龻"),
        ("A8BC", "ḿ"),  # GB18030-2005
        ("FE51", "𠂇"),
        ("A3A0", "\u3000"),
        ("80", "€"),
        ("AAA1", ""),  # user-defined: dropped
    ],
)
def test_a_cell_of_gb18030_is_the_character_that_browsers_show(cell: str, character: str) -> None:
    raw = _NOTICE.replace("發言人表示：", "發言人表示#").encode("gb18030").replace(b"#", bytes.fromhex(cell))
    assert f"發言人表示{character}「我們" in charsets.decode(raw, "gb18030").text


def test_private_characters_are_those_of_hkscs_or_go() -> None:
    page_text = f"{_NOTICE}\ue40c\uf8ff\U000f0000\U0010fffd\uf8a0"
    for codec in ("utf-8", "utf-16-le"):
        text = charsets.decode(("\ufeff" + page_text).encode(codec)).text
        assert text == _NOTICE + "衞"
    assert charsets.without_private("保\ue40c家園\uf8ff\U000f1234") == "保衞家園"
    assert charsets.decode(page_text.encode("gb18030"), "gb18030").text == _NOTICE, "HKSCS never was in GB18030"


def test_text_without_private_characters_stays_as_it_is() -> None:
    text = "鹽沼 ︎⚓️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ﬁ ￥ 😀 豈"
    assert charsets.decode(text.encode()).text == text


# Names


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        (" GB2312 ", "gb18030"),
        ("x-gbk", "gb18030"),
        ("chinese", "gb18030"),
        ("cn-big5", "big5hkscs"),
        ("x-x-big5", "big5hkscs"),
        ("Big5-HKSCS", "big5hkscs"),
        ("latin1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("UTF8", "utf-8"),
        ("unicode-1-1-utf-8", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("iso-8859-8", "iso8859_8"),
        ("windows-1251", "cp1251"),
        ("x-salt", None),
        ("utf-7", None),
        ("unicode_escape", None),
        ("rot13", None),
        ("", None),
    ],
)
def test_names_mean_what_browsers_mean_by_them(label: str, codec: str | None) -> None:
    assert charsetlabels.codec(label) == codec
    assert codec is None or codecs.lookup(codec)


# Where it is used


def test_a_release_page_in_utf_16_is_read() -> None:
    markup = (
        '<html><body><span id="PRHeadlineSpan">海堤</span><span id="pressrelease">海堤今日重開。</span></body></html>'
    )
    found = page.read(markup.encode("utf-16"), url="https://a.example/", zone=_ZONE)
    assert (found.title, found.body) == ("海堤", "海堤今日重開。")


@pytest.mark.parametrize(
    ("reference", "character"),
    [
        ("&#xE40C;", "衞"),
        ("&#58380;", "衞"),
        ("&#xF8FF;", ""),
        ("&#xF0000;", ""),
        ("&#146;", "’"),
        ("&#x85;", "…"),
        ("&#129;", ""),
    ],
)
def test_a_reference_to_a_private_or_a_control_character_is_what_was_meant(reference: str, character: str) -> None:
    markup = (
        f'<html><body><span id="PRHeadlineSpan">a{reference}b</span><span id="pressrelease">Text</span></body></html>'
    )
    assert page.read(markup.encode(), url="https://a.example/", zone=_ZONE).title == f"a{character}b"


def _sightings(raw: bytes, charset: str = "") -> tuple[str, ...]:
    found = lists.from_feed(
        raw,
        source="saltmarsh",
        base_url="https://www.saltmarsh.example/gia/",
        language="zh-Hant",
        zone=_ZONE,
        charset=charset,
    )
    return tuple(one.stamp for one in found)


@pytest.mark.parametrize(
    ("codec", "declaration", "charset"),
    [
        ("big5hkscs", ' encoding="big5"', ""),
        ("big5hkscs", ' encoding="utf-8"', ""),
        ("big5hkscs", "", "big5"),
        ("utf-8", ' encoding="big5"', ""),
        ("utf-16", ' encoding="utf-16"', ""),
    ],
)
def test_an_official_feed_is_read_in_any_charset(codec: str, declaration: str, charset: str) -> None:
    text = (_FOLDER / "feed.xml").read_text(encoding="utf-8").replace("{declaration}", declaration)
    assert _sightings(text.encode(codec), charset) == ("渡輪服務由星期一起調整",)


def test_a_damaged_feed_is_refused() -> None:
    text = (_FOLDER / "feed.xml").read_text(encoding="utf-8").replace("{declaration}", "")
    with pytest.raises(SourceError, match="not a feed: the feed's text is not valid UTF-8"):
        _sightings(text.encode().replace("渡輪".encode(), "渡輪".encode()[:-1]))


def test_the_ways_out_of_unknown_bytes_are_none_for_encoding() -> None:
    assert oldcodecs.read(b"\xa3\xe1", "big5hkscs") == "€"
    with pytest.raises(UnicodeEncodeError):
        "燈".encode("ascii", "feedpub.big5")

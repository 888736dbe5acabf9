"""Titles: clean, and what their last brackets say."""

from __future__ import annotations

import pytest

from feedpub.entries.titles import clean, split_markers
from feedpub.languages import LANGUAGES

_EN, _ZH = LANGUAGES["en"], LANGUAGES["zh-Hant"]


@pytest.mark.parametrize(
    ("title", "cleaned"),
    [
        ("\u200bKelp  Glasshouse\n\topens ", "Kelp Glasshouse opens"),
        ("Kelp\u00a0Glasshouse opens", "Kelp Glasshouse opens"),
        ("Kelp Glasshouse opens （with photos）", "Kelp Glasshouse opens (with photos)"),
        ("Kelp Glasshouse opens ﹝with photos﹞", "Kelp Glasshouse opens (with photos)"),
        ("Ｎｏ．５ alarm fire", "No．5 alarm fire"),  # noqa: RUF001 - full-width on purpose
        ("Ferry 30\u2009005 & <b>", "Ferry 30 005 & <b>"),
        ("Bell\x07 rings\x00 \ud800twice\ufffe", "Bell rings twice"),
        ("Two\u2028lines", "Two lines"),
        (" \u200b\n", ""),
        ("", ""),
    ],
)
def test_an_english_title_is_clean(title: str, cleaned: str) -> None:
    assert clean(title, _EN) == cleaned


@pytest.mark.parametrize(
    ("title", "cleaned"),
    [
        ("\u200b灰鷺灣泳灘懸掛紅旗", "灰鷺灣泳灘懸掛紅旗"),
        ("海堤啟用 （附圖）", "海堤啟用（附圖）"),
        ("海堤啟用(附圖)", "海堤啟用（附圖）"),
        ("海堤啟用 (附圖／短片)", "海堤啟用（附圖／短片）"),
        ("海堤啟用﹝附圖﹞", "海堤啟用（附圖）"),
        ("海堤啟用（附圖)", "海堤啟用（附圖）"),
        ("協定(CEPA）及（CEPA)", "協定（CEPA）及（CEPA）"),
        ("協定（CEPA）", "協定（CEPA）"),
        ("協定（CEPA） （附圖）及 (CEPA)", "協定（CEPA）（附圖）及 (CEPA)"),
        ("海堤啟用 （只有中文） （附圖）", "海堤啟用（只有中文）（附圖）"),
        ("２０１２年第１期報告", "2012年第1期報告"),
        ("談話全文　展示新機遇", "談話全文　展示新機遇"),
        ("談話全文　　展示", "談話全文　展示"),
        ("《貿易協定》(CEPA)補充協議", "《貿易協定》(CEPA)補充協議"),
        ("「ＷＷＤ」會議！", "「WWD」會議！"),  # noqa: RUF001 - full-width on purpose
    ],
)
def test_a_chinese_title_is_clean(title: str, cleaned: str) -> None:
    assert clean(title, _ZH) == cleaned


@pytest.mark.parametrize(
    "title",
    [
        "海堤啟用(附圖)",
        "Kelp （with photos）",
        "２０１２ （附圖)",  # noqa: RUF001 - full-width on purpose
        "a (b （c） d)",
        "（（（",
        "(附圖) (附圖)",
    ],
)
def test_a_clean_title_stays_as_it_is(title: str) -> None:
    for language in (_EN, _ZH):
        once = clean(title, language)
        assert clean(once, language) == once


@pytest.mark.parametrize(
    ("title", "markers"),
    [
        ("Sea wall opens (with photo)", ("photos",)),
        ("Sea wall opens (with photos)", ("photos",)),
        ("Sea wall opens (With Photos)", ("photos",)),
        ("Sea wall opens (with video)", ("video",)),
        ("Sea wall opens (with photos/video)", ("photos", "video")),
        ("Sea wall opens (with photo / videos)", ("photos", "video")),
        ("Sea wall opens (with photos and video)", ("photos", "video")),
        ("Sea wall opens (English only)", ("en-only",)),
        ("Sea wall opens (English only) (with photos)", ("en-only", "photos")),
        ("Sea wall opens (with photos) (English only)", ("en-only", "photos")),
        ("Sea wall opens", ()),
        ("Sea wall (with photos) opens", ()),
        ("Sea wall opens (2)", ()),
        ("Sea wall opens (with lamps)", ()),
        ("Sea wall opens (with photos of lamps)", ()),
        ("Sea wall opens (2) (with photo)", ("photos",)),
        ("(with photos)", ()),
    ],
)
def test_the_last_brackets_of_an_english_title_say_what_comes_with_it(title: str, markers: tuple[str, ...]) -> None:
    assert split_markers(title, _EN)[1] == markers


@pytest.mark.parametrize(
    ("title", "markers"),
    [
        ("海堤啟用（附圖）", ("photos",)),
        ("海堤啟用（附短片）", ("video",)),
        ("海堤啟用（附圖／短片）", ("photos", "video")),
        ("海堤啟用（附圖及短片）", ("photos", "video")),
        ("海堤啟用（附圖、附件）", ("attachments", "photos")),
        ("海堤啟用（附件）", ("attachments",)),
        ("海堤啟用（附有相片）", ("photos",)),
        ("海堤啟用（只有中文）", ("zh-only",)),
        ("海堤啟用（只有中文）（附圖／短片）", ("photos", "video", "zh-only")),
        ("海堤啟用（二）", ()),
        ("海堤啟用（附近居民）", ()),
    ],
)
def test_the_last_brackets_of_a_chinese_title_say_what_comes_with_it(title: str, markers: tuple[str, ...]) -> None:
    assert split_markers(clean(title, _ZH), _ZH)[1] == markers


def test_both_languages_say_it_with_the_same_words() -> None:
    english = split_markers("Sea wall opens (with photos/video)", _EN)
    chinese = split_markers("海堤啟用（附圖／短片）", _ZH)
    assert english == ("Sea wall opens", ("photos", "video"))
    assert chinese == ("海堤啟用", ("photos", "video"))

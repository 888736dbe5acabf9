"""Figures of Chinese texts: numbers and times of day in every spelling that texts use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.figures import han

_LONG = 100_000
_HAN = "零一二三四五六七八九"


def _figures(text: str) -> list[str]:
    return [figure for figure, _ in han.read(text)]


def _below_ten_thousand(number: int) -> str:
    written, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            written += ("零" if gap and written else "") + _HAN[digit] + name
            gap = False
        else:
            gap = True
    return written


def _written(number: int) -> str:
    """A number below 10**12 in Chinese characters, as a school book has it."""
    written, rest_is_short = "", False
    for unit, name in ((10**8, "億"), (10**4, "萬"), (1, "")):
        part = number // unit % 10**4
        if part:
            written += ("零" if written and (rest_is_short or part < 1000) else "") + _below_ten_thousand(part) + name
        rest_is_short = part == 0
    return written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("102.8", "102.8"),
        ("一百零二點八", "102.8"),
        ("3 320萬", "33200000"),
        ("3,320萬元", "33200000"),
        ("三千三百二十萬", "33200000"),
        ("二○二六年", "2026"),
        ("二〇二六年", "2026"),
        ("二零二六年", "2026"),
        ("第三十八屆", "38"),
        ("第三屆", "3"),
        ("共三名船員", "3"),
        ("（三）", "3"),
        ("廿三", "23"),
        ("卅一人", "31"),
        ("一百五", "150"),
        ("一百零五", "105"),
        ("兩萬五千", "25000"),
        ("一億三千萬", "130000000"),
        ("一億零五", "100000005"),
        ("2.5萬億元", "2500000000000"),
        ("3.2億", "320000000"),
        ("零點五", "0.5"),
        ("八成五", "85"),
        ("２４", "24"),  # noqa: RUF001
        ("5百萬", "5000000"),
        ("1868 1868", "18681868"),
        ("二三四五　六七八九", "23456789"),
        ("廿四小時", "24"),
        ("3億2,000萬元", "320000000"),
        ("增長百分之五，", "5"),
        ("百分之五", "5"),
    ],
)
def test_a_number_has_one_spelling(text: str, expected: str) -> None:
    assert _figures(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("下午五時三十分", "17:30"),
        ("下午五時半", "17:30"),
        ("下午5 時 30 分", "17:30"),
        ("下午約五時", "17:00"),
        ("上午九時零五分", "09:05"),
        ("早上七點", "07:00"),
        ("晚上11:30", "23:30"),
        ("３：３０", "03:30"),  # noqa: RUF001
        ("中午十二時", "12:00"),
        ("中午一時", "13:00"),
        ("凌晨十二時三十分", "00:30"),
        ("正午", "12:00"),
        ("深夜十一時", "23:00"),
        ("晚上十二時", "00:00"),
        ("二十四時", "00:00"),
        ("今晚七時正", "19:00"),
    ],
)
def test_a_time_of_day_is_on_a_clock_of_24_hours(text: str, expected: str) -> None:
    assert _figures(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "一般",
        "有一般人",
        "四川",
        "在四川省",
        "十分",
        "三文魚",
        "吃三文魚。",
        "另一方面",
        "萬一有人",
        "兩岸",
        "²",
        "9" * 30,
    ],
)
def test_what_is_no_figure_is_not_read(text: str) -> None:
    assert _figures(text) == []


def _once(text: str, expected: list[str], was: str) -> object:
    """What was read wrong once, and how."""
    return pytest.param(text, expected, id=was)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        _once("他十分高興", [], "十分 between other characters is read as 10"),
        _once("統一國家", [], "the last character of a word is read as counted"),
        _once("三名船員", ["3"], "a counted numeral that opens a text is not read"),
        _once("約八成半", ["85"], "the half is not read"),
        _once("佔八成20人", ["80", "20"], "the percentage grows together with the digits behind it"),
        _once("兩萬五", ["25000"], "reads 20005, though 一百五 is 150"),
        _once("九" * 30, [], "is rounded to 1 and 30 zeros; as digits, it is none"),
        _once("三四個", [], "an approximation is read as 34"),
        _once("升100點", ["100"], "is read as 00:00 and 1"),
        _once("升二百一十點", ["210"], "is read as 10:00 and 200"),
        _once("有一點點", [], "is read as 01:00"),
        _once("比例1:20000", ["1", "20000"], "is read as 01:20 and 0"),
        _once("以3：1勝出", ["3", "1"], "a score is read as 03:01"),
        _once("午夜十二時", ["00:00"], "is read as noon, as 深夜十二時 is"),
        _once("下午三點二十分", ["15:20"], "is read as 3.2 and 10"),
    ],
)
def test_a_figure_is_read_as_people_mean_it(text: str, expected: list[str]) -> None:
    assert _figures(text) == expected


def test_figures_have_their_places_times_first() -> None:
    assert list(han.read("有12人在下午五時到，三十人遲到")) == [("17:00", 5), ("12", 1), ("30", 11)]


def test_a_percentage_does_not_move_the_places_behind_it() -> None:
    assert list(han.read("八成人，20隻")) == [("80", 0), ("20", 4)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("廿三", 23),
        ("三十一", 31),
        ("二○二四", 2024),
        ("零", 0),
        ("x", 0),
        ("", 0),
        ("²", 0),
        ("十x", 0),
    ],
)
def test_a_whole_number_is_read_and_anything_else_is_0(text: str, expected: int) -> None:
    assert han.number(text) == expected


def test_a_whole_number_of_any_length_does_not_raise() -> None:
    han.number("9" * 5000)


@given(st.integers(10, 10**12 - 1))
def test_a_number_in_chinese_characters_is_read_back(number: int) -> None:
    assert _figures(f"共{_written(number)}元") == [str(number)]


@given(st.integers(0, 10**15), st.sampled_from([",", " ", "\u3000", ""]))
def test_a_number_in_digits_is_read_back(number: int, separator: str) -> None:
    assert _figures(f"共{number:,}元".replace(",", separator)) == [str(number)]


@given(st.text(st.one_of(st.sampled_from("0123456789,.:： ٣²一二十廿百千萬億點時分半成零晚上下午約"), st.characters())))
def test_no_text_raises_and_places_are_near_it(text: str) -> None:
    # A percentage may be a character longer than its spelling.
    assert all(0 <= place <= len(text) + text.count("成") for _, place in han.read(text))
    han.number(text)


@pytest.mark.parametrize(
    "piece", ["9", "٣", "²", "十", "一", " ", "\u3000", "9 ", "一 ", "一一一 ", "9時 ", "晚上", "點"]
)
def test_a_long_run_is_read_in_linear_time(piece: str) -> None:
    for _ in han.read("一" + piece * (_LONG // len(piece))):
        pass


def test_a_run_of_scales_is_no_number() -> None:
    assert _figures("一" + "萬" * 2000) == []

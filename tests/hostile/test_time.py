"""No text takes a second: whatever is said in it again and again, in a title or a text, from reader to page."""

from __future__ import annotations

import time

import pytest

from tests.hostile.steps import LANGUAGES, steps

UNITS = (
    "x", "漢", "字 ", "<", "&", '"', "\u0301", "\u202e", "(", "（", "（x", "[", "<b>", "<i>a</i>", "</b>", "<p>", "<p>x", "<ul><li>",
    "<ul>", "<table><td>", "<table>", "<pre>", "<br>", "x<br>", "&amp;", "&#32;", "x ", "  x", " ", "\u00a0", "\u3000", "\u3000x",
    "。\u3000", "\u200b", ".", "…", "。", "*", "Ends\n", "完\n", "1", "1年", "1 ", "1.", "1,", "12:", "A. ", "A.", "a-", "Mr ", "<a href=x>",
    "<a href=https://x.example/>y", "<img src=/a.png>", "<!--", "<svg>", "&lt;", "😀", "🇭🇰", "-", "=", "\\", "://", "d'", "The ", "the first ",
    "half past ", "one hundred and ", "二十", "百", "萬", "three million ", "$1 ", "10% ", "January 1 ", "1月1日", "第1", "（附圖", "(with photo",
    "today (", "after attending ", "出席", "issued on behalf of ", "下稿代", "No. 5 ", "fire ", "火", "\n", "<h1>x</h1>", "<td>x", "<tr>",
    "<li>x", "<blockquote>", "</p>", "</div>", "<div>", "\t", "“", "”", "’s ", "'", "a.b ", "x@x ", "http://x ", "_", "|", "½", "Ⅳ", "１", "ａ",
    "\x00", "A", "AB ", "vs. ", "measles ", "麻疹",
)  # fmt: skip
"""What stands there again and again."""
SIZE, TITLE = 200_000, 20_000
"""Characters of a text, and of a title: of both far more than any release has."""
SHORT = UNITS[::7]


@pytest.mark.parametrize("unit", SHORT)
def test_no_text_takes_a_second(unit: str) -> None:
    _measure(unit, "en", SIZE // 4, TITLE // 4)


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", UNITS)
def test_no_text_takes_a_second_in_any_language(unit: str, language: str) -> None:
    _measure(unit, language, SIZE, TITLE)


def _measure(unit: str, language: str, size: int, title: int) -> None:
    for said, text in (("Notice", unit * (size // len(unit))), (unit * (title // len(unit)), "<p>x</p>")):
        taken = {}
        for name, act in steps(said, text, language):
            started = time.process_time()
            act()
            taken[name] = time.process_time() - started
        assert {name: seconds for name, seconds in taken.items() if seconds > 1} == {}

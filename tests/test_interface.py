"""What pages and embeds say: all of it in every language, with the same places to fill in, in the right script."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

import msgspec
import pytest
from opencc import OpenCC

from feedpub.languages import LANGUAGES

OTHERS = [language for language in LANGUAGES if language != "en"]
PAIRS = [(one, other) for one in LANGUAGES for other in LANGUAGES if one < other]
ALIKE = {
    # French and English
    "Photos",
    "Photo {number}",
    "Corrections",
    "Code",
    "Sources",
    # names, numbers and what is filled in
    "{share}%",
    "{day} {month}",
    ",",
    "\u202f",
    # Portuguese and English
    "Feeds",
    "Feed",
}
"""What two languages say in the same words."""
SCRIPTS = {"zh-Hant": "big5hkscs", "zh-Hans": "gb2312"}
"""The character sets that Hong Kong and mainland China had before Unicode: one has no character of the other only."""


def said(language: str) -> dict[str, str]:
    """All that a language says, by where it stands: "search.found.0"."""
    return dict(_flat(msgspec.to_builtins(LANGUAGES[language].interface())))


def _flat(found: object, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(found, str):
        yield where, found
        return
    assert isinstance(found, dict | list | tuple)
    parts = found.items() if isinstance(found, dict) else enumerate(found)
    for name, part in parts:
        yield from _flat(part, f"{where}.{name}" if where else str(name))


def places(text: str) -> list[str]:
    """What is filled in."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_all_that_english_says_with_the_same_places(language: str) -> None:
    english, other = said("en"), said(language)
    assert other.keys() == english.keys()
    assert {where: places(text) for where, text in other.items()} == {
        where: places(text) for where, text in english.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_empty_or_has_space_around_it(language: str) -> None:
    for where, text in said(language).items():
        if not where.endswith("thousands"):
            assert text.strip() == text != "", where
        assert text.isprintable() or "\u00a0" in text or "\u202f" in text, where
        assert "  " not in text, where


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_no_language_says_what_another_says(one: str, other: str) -> None:
    ones, others = said(one), said(other)
    same = {where: text for where, text in ones.items() if others[where] == text and text not in ALIKE}
    if one.startswith("zh") and other.startswith("zh"):
        # Where the characters are the same in both, so are the words.
        same = {where: text for where, text in same.items() if OpenCC("t2s").convert(text) != text}
    same = {where: text for where, text in same.items() if not where.startswith("status.months")}
    assert same == {}


@pytest.mark.parametrize("language", SCRIPTS)
def test_chinese_is_in_one_script(language: str) -> None:
    for where, text in said(language).items():
        han = "".join(one for one in text if "\u4e00" <= one <= "\u9fff")
        assert han.encode(SCRIPTS[language], "replace").count(b"?") == 0, (where, text)
        if language == "zh-Hans":
            assert OpenCC("t2s").convert(text) == text, where


@pytest.mark.parametrize("language", SCRIPTS)
def test_chinese_is_written_with_chinese_punctuation(language: str) -> None:
    for where, text in said(language).items():
        if where.endswith("thousands"):
            continue
        assert not set(text) & set(",;:?!()…") - ({"…"} if "……" in text else set()), where


def test_french_has_a_no_break_space_before_what_it_stands_before() -> None:
    for where, text in said("fr").items():
        for mark in ":;?!»%":
            for before in (text[at - 1] for at in range(1, len(text)) if text[at] == mark):
                assert before in "\u00a0\u202f", (where, text)
        assert "'" not in text, where


@pytest.mark.parametrize("language", ["en", "fr", "pt"])
def test_other_languages_have_no_chinese_in_them(language: str) -> None:
    for where, text in said(language).items():
        assert not any("\u3000" <= one <= "\uffef" for one in text), where

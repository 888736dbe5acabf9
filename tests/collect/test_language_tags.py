"""Other people's language tags, and texts that are in another language than their list."""

from __future__ import annotations

import pytest

from feedpub.collect.languagetags import known, spoken

CHINESE = "天文台今日發出強烈季候風信號，市民應避免前往岸邊，並留意最新天氣消息。"
ENGLISH = "The Observatory issued the Strong Monsoon Signal today; stay away from the shore."


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        *((tag, "zh-Hant") for tag in ("zh-Hant", "zh-hant", "zh-HK", "zh_TW", "zh-Hant-HK", "zh-MO", "ZH-TW")),
        *((tag, "zh-Hans") for tag in ("zh-Hans", "zh-CN", "zh-SG", "zh-Hans-HK")),
        *((tag, "en") for tag in ("en", "en-CA", "EN_gb")),
        *((tag, None) for tag in ("zh", "x-default", "", None, "de", "english")),
        ("fr-CA", "fr"),
        ("pt-MO", "pt"),
    ],
)
def test_tags_lead_to_the_languages_that_are_known(tag: str | None, expected: str | None) -> None:
    assert known(tag) == expected


@pytest.mark.parametrize(
    ("text", "listed", "declared", "collected", "expected"),
    [
        (CHINESE, "zh-Hant", "en", ("en", "zh-Hant"), "zh-Hant"),
        (ENGLISH, "en", "zh-Hant", ("en", "zh-Hant"), "en"),
        (ENGLISH, "en", "fr", ("en", "fr"), "en"),
        (ENGLISH, "zh-Hant", None, ("en", "zh-Hant"), "en"),
        (CHINESE, "en", "zh-Hant", ("en", "zh-Hant", "zh-Hans"), "zh-Hant"),
        (CHINESE, "en", None, ("en", "zh-Hant", "zh-Hans"), None),
        (ENGLISH, "zh-Hant", None, ("zh-Hant",), None),
        ("2026", "zh-Hant", "en", ("en", "zh-Hant"), "zh-Hant"),
        (f"{CHINESE} {ENGLISH * 2}", "zh-Hant", "en", ("en", "zh-Hant"), "zh-Hant"),
        (f"{ENGLISH} (Chinese: 強烈季候風信號)", "en", "zh-Hant", ("en", "zh-Hant"), "en"),
    ],
)
def test_a_list_is_believed_unless_the_text_is_plainly_in_another_script(
    text: str, listed: str, declared: str | None, collected: tuple[str, ...], expected: str | None
) -> None:
    assert spoken(text, listed, declared, collected) == expected

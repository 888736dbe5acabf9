"""The taxonomy and the gazetteer that come with feedpub."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedpub.entries.lint import complaints
from feedpub.evaluate import topics as evaluate
from feedpub.evaluate.labelled import labelled_entry
from feedpub.languages import LANGUAGES
from feedpub.subjects import packaged
from tests.entries.topics.small import ISSUED

_SETS = Path(__file__).parent / "sets"
_IDS = (
    *("administration", "legislature", "mainland-and-external", "national-security", "law-and-order", "emergencies"),
    *("weather", "finance", "trade-and-industry", "technology", "communications", "education", "health"),
    *("food-and-agriculture", "welfare", "labour", "housing", "development", "transport", "environment"),
    *("city-services", "culture", "sports-and-recreation", "tourism", "community", "population"),
)


def tags(title: str, text: str, language: str) -> set[str]:
    return set(packaged().tagger.tag([labelled_entry("test", "one", language, title, text, ISSUED)]).topics)


def body(title: str, text: str, language: str) -> str:
    return packaged().tagger.tag([labelled_entry("test", "one", language, title, text, ISSUED)]).body


def test_the_topics_are_those_that_are_fixed() -> None:
    taxonomy = packaged().taxonomy
    assert tuple(topic.id for topic in taxonomy.topic) == _IDS
    for topic in taxonomy.topic:
        assert set(topic.label) == {"en", "zh-Hant", "zh-Hans"}
        assert topic.scope
        assert topic.iptc in taxonomy.iptc
        assert set(topic.terms) == {"en", "zh-Hant"}


def test_nothing_is_wrong_with_it() -> None:
    assert complaints(packaged().taxonomy, packaged().gazetteer) == []


def test_every_body_has_a_name_in_both_languages() -> None:
    for body in packaged().gazetteer.body:
        assert {"en", "zh-Hant"} <= set(body.name)


@pytest.mark.parametrize(("name", "least", "agreement"), [("plain", 0.93, 0.85), ("rare", 0.92, 0.75)])
def test_invented_stories_are_tagged_well(name: str, least: float, agreement: float) -> None:
    outcome = evaluate.topics(_SETS / f"{name}.jsonl", packaged().tagger)
    assert outcome.micro.f1 >= least, evaluate.lines(outcome)
    assert outcome.agreement is not None
    assert outcome.agreement >= agreement, outcome.differences
    for tag in outcome.languages:
        assert outcome.languages[tag].f1 >= least - 0.05


@pytest.mark.parametrize(
    ("language", "title", "text", "expected"),
    [
        (
            "en",
            "Harbour district wins marathon relay",
            "The weather was fine, and 900 runners enjoyed it.",
            "sports-and-recreation",
        ),
        ("zh-Hant", "馬拉松接力賽圓滿結束", "天氣晴朗，九百名跑手盡興而歸。", "sports-and-recreation"),
        ("en", "CE mourns passing of Mr Yue", "He wished the family good health and courage.", "administration"),
        ("zh-Hant", "行政長官哀悼余明先生逝世", "他祝願家人身體健康。", "administration"),
        ("en", "CE extends condolences on passing of Mr Yue", "Mr Yue was a teacher.", "administration"),
        ("en", "CE extends condolences to earthquake victims", "", "emergencies"),
        ("zh-Hant", "行政長官就地震向遇難者家屬致以深切慰問", "", "emergencies"),
        ("en", "Free concert at City Hall", "The concert is sponsored by the Hang Seng Bank.", "culture"),
        ("zh-Hant", "大會堂免費音樂會", "音樂會由恒生銀行贊助。", "culture"),
    ],
)
def test_words_in_passing_do_not_tag(language: str, title: str, text: str, expected: str) -> None:
    assert tags(title, text, language) == {expected}


@pytest.mark.parametrize(
    ("language", "title", "text", "expected"),
    [
        ("en", "CHP investigates case of measles", "", "hk-chp"),
        ("zh-Hant", "衞生防護中心調查麻疹個案", "", "hk-chp"),
        (
            "en",
            "LCQ4: Ferries",
            (
                "Following is a question by the Hon Eel and a reply by the Acting Secretary for Transport "
                "and Logistics, Mr Yue, in the Legislative Council today:"
            ),
            "hk-tlb",
        ),
        (
            "zh-Hant",
            "立法會四題：渡輪",
            "以下是今日在立法會會議上余明議員的提問和署理運輸及物流局局長余明的答覆：",
            "hk-tlb",
        ),
        (
            "en",
            "Update",
            "The following is issued on behalf of the Hospital Authority:\nA patient of a clinic is well.",
            "hospital",
        ),
        ("zh-Hant", "最新情況", "下稿代醫院管理局發出：\n診所一名病人情況穩定。", "hospital"),
    ],
)
def test_the_issuing_body_is_found(language: str, title: str, text: str, expected: str) -> None:
    assert body(title, text, language) == expected


def test_simplified_chinese_is_looked_through_as_well() -> None:
    assert "zh-Hans" in LANGUAGES
    assert tags("卫生防护中心调查麻疹个案", "", "zh-Hans") == {"health"}

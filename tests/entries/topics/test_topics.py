from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.entries.derive import derive
from feedpub.entries.topics import Rules, Tagger
from feedpub.model import Entry
from feedpub.taxonomy import Gazetteer
from tests.entries.topics.small import GAZETTEER, TAGGER, TAXONOMY, body, chinese, english, topics


def test_a_title_that_names_a_subject_is_about_it() -> None:
    assert topics(english("Measles in the harbour")) == ("health",)
    assert topics(chinese("海港區出現麻疹")) == ("health",)


def test_both_languages_of_a_story_count_together() -> None:
    one, other = english("A notice", "Two patients were seen."), chinese("公告", "兩名病人。")
    assert topics(one, other) == topics(other, one) == ("health",)


def test_simplified_chinese_is_tagged_like_traditional() -> None:
    origin = chinese("海港區接種疫苗", "強風令運動員受傷。")
    assert TAGGER.explain([derive(origin, "zh-Hans")])[0].score == TAGGER.explain([origin])[0].score
    assert topics(chinese("海港区接种疫苗", language="zh-Hans")) == ("health",)


def test_a_story_has_two_topics_where_both_are_central() -> None:
    assert topics(english("Tropical cyclone delays measles vaccination")) == ("health", "weather")


def test_words_in_passing_do_not_tag() -> None:
    text = "The boats were on time. " * 12 + "The weather was fine, and a nurse watched over their health."
    assert topics(english("Heron Reach wins the rowing finals", text)) == ("sports",)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Mayor extends condolences to athletes", "She wished them good health."),
        ("Athletes march, weather permitting", ""),
    ],
)
def test_phrases_that_say_nothing_hide_the_terms_in_them(title: str, text: str) -> None:
    assert topics(english(title, text)) == ("sports",)


def test_a_term_against_a_topic_speaks_against_it() -> None:
    assert topics(english("Animal hospital opens sports day")) == ("sports",)
    assert topics(chinese("動物醫院舉辦體育日")) == ("sports",)


def test_the_name_of_a_body_is_not_its_subject() -> None:
    bare = Tagger(TAXONOMY, GAZETTEER, Rules(issuer=0, named=(0, 0)))
    for entry in (english("Health Bureau meets athletes"), chinese("衞生防護中心會見運動員")):
        assert [one.topic for one in bare.explain([entry])] == ["sports"]


def test_what_nothing_speaks_for_gets_what_the_taxonomy_gives_last() -> None:
    assert topics(english("Mayor greets visitors")) == ("administration",)


def test_a_hint_is_better_than_what_is_given_last() -> None:
    assert topics(english("The nurse")) == ("health",)


def test_what_is_given_last_gives_way_to_what_is_narrower() -> None:
    assert topics(english("Appointment of athletes")) == ("sports",)
    assert topics(english("Civil service appointments")) == ("administration",)


def test_there_are_at_most_four() -> None:
    many = Tagger(TAXONOMY, GAZETTEER, Rules(threshold=0.1, share=0.0, last_share=0.0, most=2))
    title = english("Measles, tropical cyclone, athletes and the civil service")
    assert len(many.tag([title]).topics) == 2
    assert len(topics(title)) <= 4


def score(topic: str, *entries: Entry) -> float:
    return next((one.score for one in TAGGER.explain(entries) if one.topic == topic), 0.0)


def test_repeats_in_the_lead_add_little() -> None:
    once, often = english("A notice", "A patient."), english("A notice", "A patient. " * 30)
    assert score("health", once) < score("health", often) < 1.5 * score("health", once)


def test_a_lead_that_enumerates_a_topic_is_no_title() -> None:
    for words in ("AIDS, a hospital, measles, patients and vaccination.", "AIDS, measles."):
        lead = english("A notice", words)
        assert score("health", lead) <= TAGGER.rules.leads < score("health", english("Measles"))
        assert topics(lead) == ("health",)


def test_hints_are_never_enough() -> None:
    many = english("Health, a nurse and a game", "The nurse, health, the nurses. " * 40)
    assert score("health", many) <= TAGGER.rules.hints
    assert topics(english("Athletes meet a nurse of health", "A nurse for health. " * 60)) == ("sports",)


def test_what_goes_through_a_text_counts_more_than_what_is_said_at_one_place() -> None:
    said_once = "A vaccination of patients in hospital against measles and AIDS. " + "The boats were on time. " * 200
    throughout = ("The boats were on time. " * 12 + "Measles. ") * 12
    lead = "The boats were on time. " * 30
    assert score("health", english("A notice", lead + said_once)) < 2
    assert score("health", english("A notice", lead + throughout)) > 8


def test_a_long_text_adds_no_more_than_a_short_one() -> None:
    short, long = (english("A notice", ("The boats. " * 30 + "Measles. ") * times) for times in (20, 200))
    assert score("health", long) == pytest.approx(score("health", short), rel=0.1)


def test_an_aspect_counts_inside_a_term_of_a_subject() -> None:
    assert set(topics(english("Club fined"))) == {"sports", "law"}
    assert set(topics(chinese("球會被罰款"))) == {"sports", "law"}


def test_what_speaks_against_one_topic_still_speaks_for_another() -> None:
    assert topics(english("Hospital sports ground opens")) == ("sports",)
    assert score("health", english("Hospital sports ground opens")) < 0


@pytest.mark.parametrize(
    "entry",
    [
        english(
            "Transcript", "Following are remarks by the Mayor after attending the rowing finals this morning: Measles."
        ),
        chinese("談話內容", "以下是市長今日出席賽艇決賽頒獎禮後會見傳媒的談話內容：麻疹。"),
    ],
)
def test_the_occasion_on_which_somebody_spoke_is_no_subject(entry: Entry) -> None:
    assert topics(entry) == ("health",)
    assert score("sports", entry) == 0


def test_tagging_does_not_depend_on_the_markup() -> None:
    plain = english("A notice", "Measles &amp; strong winds")
    marked = msgspec.structs.replace(plain, content="<p><b>Measles</b> &amp; strong <a href='x'>winds</a></p>")
    assert [(one.topic, one.score) for one in TAGGER.explain([plain])] == [
        (one.topic, one.score) for one in TAGGER.explain([marked])
    ]


def test_an_explanation_tells_what_stood_where() -> None:
    told = TAGGER.explain([english("Measles at the hospital", "The patients have measles."), chinese("醫院有麻疹")])
    (health,) = [one for one in told if one.topic == "health"]
    assert health.given
    said = {(one.language, one.what, one.place, one.mentions) for one in health.evidence}
    assert said == {
        ("en", "measles", "title", 2),
        ("en", "hospital", "title", 1),
        ("en", "patient", "lead", 1),
        ("zh-Hant", "麻疹", "title", 1),
        ("zh-Hant", "醫院", "title", 1),
    }


def test_an_explanation_adds_up_but_for_what_a_long_text_adds_less() -> None:
    entry = english("Measles: DH meets the Observatory", "The hospital is open. " + "A ship came in. " * 80 + "AIDS.")
    for one in TAGGER.explain([entry]):
        assert sum(part.adds for part in one.evidence) == pytest.approx(one.score, abs=0.3)


# The issuing body


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("DH finds measles", "", "dh"),
        ("A notice", "The Department of Health (DH) announced today that all is well.", "dh"),
        ("A notice", "The Centre for Health Protection (CHP) of the Department of Health said so.", "chp"),
        ("A notice", "The Department of Health's Centre for Health Protection said so.", "chp"),
        ("A reply", "Following is a reply by the Secretary for Health, Dr Eel, in the City Council today:", "hb"),
        (
            "A notice",
            "The following is issued on behalf of Lantern Clinics:\nThe Department of Health agreed.",
            "clinic",
        ),
        ("Lantern Clinics open", "The Leisure Department opened the new rooms.", "lcd"),
        ("A storm", "It blew. " * 90 + "The Observatory said so.", ""),
        ("SFH sails", "", "hb"),
        ("The sfh of it", "", ""),
    ],
)
def test_the_issuing_body_is_whom_a_release_speaks_for(title: str, text: str, expected: str) -> None:
    assert body(english(title, text)) == expected


def test_the_issuing_body_is_found_in_chinese() -> None:
    assert body(chinese("公告", "衞生署衞生防護中心今日公布。")) == "chp"
    assert body(chinese("公告", "以下是衞生局局長在市議會的答覆：")) == "hb"
    assert body(chinese("公告", "下稿代燈港診所發出：\n康樂署同意。")) == "clinic"


def test_of_two_languages_the_one_that_names_the_unit_is_believed() -> None:
    assert body(english("A notice", "The Department of Health said so."), chinese("衞生防護中心公布")) == "chp"


def test_what_the_issuing_body_is_known_for_counts() -> None:
    assert topics(english("Harbour Observatory opens its doors")) == ("weather",)
    assert topics(chinese("天文台開放日")) == ("weather",)


def test_a_gazetteer_may_be_empty() -> None:
    bare = msgspec.structs.replace(
        TAXONOMY,
        topic=tuple(msgspec.structs.replace(one, bodies=type(one.bodies)()) for one in TAXONOMY.topic),
    )
    tags = Tagger(bare, Gazetteer()).tag([english("DH: measles")])
    assert (tags.topics, tags.body) == (("health",), "")


# Properties

_WORDS = ("measles", "patient", "hospital", "weather", "athlete", "sports", "harbour", "the", "civil service", "health")


@given(st.lists(st.sampled_from(_WORDS), max_size=40), st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6))
def test_every_story_has_one_to_four_topics_and_the_same_each_time(text: list[str], title: list[str]) -> None:
    entry = english(" ".join(title), " ".join(text))
    found = topics(entry)
    assert 1 <= len(found) <= 4
    assert len(set(found)) == len(found)
    assert found == topics(entry) == Tagger(TAXONOMY, GAZETTEER).tag([entry]).topics


@given(st.permutations(_WORDS))
def test_the_order_of_words_behind_the_lead_does_not_matter(words: list[str]) -> None:
    filler = "boat " * 120
    apart = [f"{word}, and" for word in words]
    scores = {one.topic: one.score for one in TAGGER.explain([english("A notice", filler + " ".join(apart))])}
    apart.reverse()
    assert scores == {one.topic: one.score for one in TAGGER.explain([english("A notice", filler + " ".join(apart))])}

"""What a version of a story says by its terms: which, where, how often; what is inside longer ones."""

from __future__ import annotations

import msgspec

from feedpub.entries.bodies import BEHALF, Bodies, Mention
from feedpub.entries.lexicon import Lexicon, Reading, all_texts
from feedpub.languages import LANGUAGES
from feedpub.model import Entry
from feedpub.taxonomy import read_gazetteer, read_taxonomy
from tests.entries.topics.small import chinese, english

GAZETTEER = read_gazetteer("""
[[body]]
id = "piers"
kind = "department"
name = { en = "Piers Department", zh-Hant = "碼頭署" }

[[body]]
id = "council"
kind = "legislature"
name = { en = "Council", zh-Hant = "議會" }
""")
TAXONOMY = read_taxonomy(
    """
scheme = "topics/"

[weights]
sure = 8
likely = 4
hint = 2
against = -4

[nothing]
en = ["good health"]

[[topic]]
id = "health"
label = { en = "Health" }
scope = "Health."
[topic.terms.en]
sure = ["measles", "harbour fever"]
likely = ["clinic"]
hint = ["health"]
against = ["fever pitch", "clinic fine"]
[topic.terms.zh-Hant]
sure = ["麻疹"]

[[topic]]
id = "water"
label = { en = "Water" }
scope = "Ships."
[topic.terms.en]
sure = ["harbour", "council harbour", "ferry operator fined", "piers department ferry", "operator fined by fine ferry"]
likely = ["ferry"]

[[topic]]
id = "law"
label = { en = "Law" }
scope = "Law."
aspect = true
[topic.terms.en]
sure = ["fine", "harbour clinic fine"]
likely = ["fined", "operator fined"]
""",
    GAZETTEER,
)
HEALTH, WATER, LAW = range(3)
BODIES = Bodies(GAZETTEER)
LEXICON = Lexicon(TAXONOMY, BODIES, LANGUAGES["en"])
FILLER = "boat " * 120
"""More than the lead: each word of a text stands between two spaces of its own."""


def read(title: str, text: str = "", lexicon: Lexicon = LEXICON) -> Reading:
    return lexicon.read(english(title, text))


def named(terms: dict[int, int]) -> dict[str, int]:
    return {LEXICON.names[number]: times for number, times in terms.items()}


def test_bodies_stand_before_what_says_nothing_and_that_before_terms() -> None:
    rows = list(zip(LEXICON.names, LEXICON.topics, LEXICON.weights, LEXICON.bodies, strict=True))
    assert rows[:5] == [
        ("Piers Department", -1, 0.0, 0),
        ("Council", -1, 0.0, 1),
        ("good health", -1, 0.0, -1),
        ("measles", HEALTH, 8.0, -1),
        ("harbour fever", HEALTH, 8.0, -1),
    ]
    assert ("fever pitch", HEALTH, -4.0, -1) in rows
    assert ("health", HEALTH, 2.0, -1) in rows


def test_terms_of_the_title_are_not_counted_for_the_lead() -> None:
    found = read("Measles, measles and a ferry", "Measles in the clinic. The ferry. Clinics!")
    assert (named(found.title), named(found.lead)) == ({"measles": 3, "ferry": 2}, {"clinic": 2})
    assert (found.text, found.stretches, found.mentions) == ({}, 0, [])


def test_what_says_nothing_hides_the_term_in_it() -> None:
    assert named(read("In good health").title) == {}
    assert named(read("Health").title) == {"health": 1}


def test_behind_the_lead_the_weightiest_term_of_each_topic_counts_in_each_stretch() -> None:
    # Each stretch is 400 bytes; "boat" takes six.
    stretch = "boat " * 64
    found = read("A notice", f"{FILLER}clinic measles ferry {stretch} clinic health {stretch} measles clinic")
    told = {(LEXICON.topics[number], place): LEXICON.names[number] for (_, place), number in found.text.items()}
    assert {topic for topic, _ in found.text} == {HEALTH, WATER}
    assert all(LEXICON.topics[number] == topic for (topic, _), number in found.text.items())
    assert sorted(told.items()) == [
        ((HEALTH, 0), "measles"),
        ((HEALTH, 1), "clinic"),
        ((HEALTH, 2), "measles"),
        ((WATER, 0), "ferry"),
    ]
    assert found.stretches == 3
    # Of two that weigh the same, the first.
    for words, first in (("measles harbour fever", "measles"), ("harbour fever measles", "harbour fever")):
        assert read("A notice", f"{FILLER}{words}").text == {(HEALTH, 0): LEXICON.names.index(first)}
    assert (found.title, found.lead) == ({}, {})


def test_the_lead_has_480_bytes() -> None:
    before = "boat " * 79
    found = read("A", f"{before}clinic {before} measles")
    assert named(found.lead) == {"clinic": 1}
    assert [LEXICON.names[number] for number in found.text.values()] == ["measles"]
    # A line feed before the text is one space, and each "boat" six bytes: the eightieth ends 480 bytes behind.
    assert named(read("A", "boat " * 79 + "clinic").lead) == {"clinic": 1}
    beyond = read("A", "boat " * 80 + "clinic")
    assert (beyond.lead, beyond.text) == ({}, {(HEALTH, 0): LEXICON.names.index("clinic")})


def test_bodies_are_told_with_their_places() -> None:
    found = read("Piers Department opens", f"The Council and the Piers Department. {FILLER} Council")
    assert found.mentions == [
        Mention(0, 0, 0),
        Mention(1, 1, found.mentions[1].start),
        Mention(0, 1, found.mentions[2].start),
        Mention(1, 2, found.mentions[3].start),
    ]
    starts = [mention.start for mention in found.mentions]
    assert starts == sorted(starts)
    assert starts[1] > len("Piers Department opens")


def test_on_whose_behalf_is_told_first_and_only_bodies_are() -> None:
    text = "The following is issued on behalf of the Council and its clinic:\nMeasles."
    found = read("A notice", text)
    assert found.mentions[0] == Mention(1, BEHALF, 0)
    assert [mention.place for mention in found.mentions] == [BEHALF, 1]


def test_a_term_that_begins_with_a_body_names_it_where_it_may_issue_releases() -> None:
    # "Council harbour" begins with a body that issues none.
    assert read("Piers Department ferry").mentions == [Mention(0, 0, 0)]
    assert named(read("Piers Department ferry").title) == {"piers department ferry": 1}
    assert read("Council harbour").mentions == []


def within(term: str) -> dict[int, float]:
    return dict(LEXICON.within.get(LEXICON.names.index(term), ()))


def test_an_aspect_counts_inside_a_term_of_a_subject_by_its_longest_term() -> None:
    # "operator fined" (likely, 4) is longer than "fined": by the weight of the outer one, 8.
    assert within("ferry operator fined") == {LAW: 0.5}
    # It is longer than the surer "fine" behind it, too.
    assert within("operator fined by fine ferry") == {LAW: 0.5}


def test_subjects_count_inside_a_term_of_an_aspect_and_inside_what_speaks_against_one() -> None:
    assert within("harbour clinic fine") == {HEALTH: 0.5, WATER: 1.0}
    assert within("clinic fine") == {LAW: -2.0}, "not its own topic's clinic"
    assert within("harbour fever") == {}, "a subject inside another says nothing"
    assert within("measles") == {}


def test_of_little_text_only_what_stands_in_it_is_looked_for() -> None:
    entries = [english("Measles and a FERRY", "In good health."), english("The following", "The Council.")]
    narrow = Lexicon(TAXONOMY, BODIES, LANGUAGES["en"], all_texts(entries))
    assert narrow.names == LEXICON.names
    assert [narrow.read(entry) for entry in entries] == [LEXICON.read(entry) for entry in entries]
    assert named(read("Clinic", lexicon=narrow).title) == {}


def test_on_whose_behalf_is_among_all_that_is_read() -> None:
    entry = english("A notice", "The following is issued on behalf of the Piers Department:\nIt opens.")
    narrow = Lexicon(TAXONOMY, BODIES, LANGUAGES["en"], all_texts([entry]))
    assert narrow.read(entry) == LEXICON.read(entry)
    assert b"piers  department" in all_texts([entry])


def test_a_text_is_read_without_its_markup_and_its_first_twenty_thousand_characters() -> None:
    entry = english("A", "x")
    marked = _with(entry, "<p>harbour<b>fever</b> R&amp;D</p><p>har</p><p>bour</p>")
    assert named(LEXICON.read(marked).lead) == {"harbour fever": 1}
    long = _with(entry, "<p>" + "boat " * 3_998 + "measles clinic</p>")
    assert [LEXICON.names[number] for number in LEXICON.read(long).text.values()] == ["measles"]


def test_other_languages_have_terms_of_their_own() -> None:
    lexicon = Lexicon(TAXONOMY, BODIES, LANGUAGES["zh-Hant"])
    assert lexicon.names == ["碼頭署", "議會", "麻疹"]
    found = lexicon.read(chinese("碼頭署", "麻疹。" * 3))
    assert (found.title, found.lead) == ({}, {2: 3})
    assert found.mentions == [Mention(0, 0, 0)]


def _with(entry: Entry, content: str) -> Entry:
    return msgspec.structs.replace(entry, content=content)

"""A taxonomy with terms in English and Chinese, on a site that has French as well."""

from __future__ import annotations

from feedpub.entries.topics import Tagger
from feedpub.evaluate.labelled import labelled_entry
from feedpub.model import Entry, Tags
from feedpub.taxonomy import read_gazetteer, read_taxonomy
from tests.entries.topics.small import ISSUED, english

GAZETTEER = read_gazetteer(
    '[[body]]\nid = "no-health"\nkind = "department"\nname = { en = "Health Norvale", fr = "Santé Norvale" }\n'
)
TAXONOMY = """
[[topic]]
id = "health"
label = { en = "Health" }
bodies = { likely = ["no-health"] }
terms = { en = { sure = ["measles"], hint = ["clinic"] } }
[[topic]]
id = "other"
label = { en = "Other" }
last = true
"""
TAGGER = Tagger(read_taxonomy(TAXONOMY, GAZETTEER), GAZETTEER)


def french(title: str, text: str = "") -> Entry:
    return labelled_entry("test", "fr/1", "fr", title, text, ISSUED)


def test_a_version_in_a_language_without_terms_takes_nothing_from_the_other() -> None:
    pair = [english("Measles in Lac-Clair"), french("Rougeole à Lac-Clair")]
    assert TAGGER.tag(pair).topics == TAGGER.tag(pair[:1]).topics == ("health",)
    alone, both = TAGGER.explain(pair[:1]), TAGGER.explain(pair)
    assert [one.score for one in both] == [one.score for one in alone]
    assert both[0].given


def test_a_story_in_that_language_alone_has_no_topic_rather_than_the_last() -> None:
    assert TAGGER.tag([french("Rougeole à Lac-Clair")]) == Tags()
    assert not any(one.given for one in TAGGER.explain([french("Rougeole à Lac-Clair")]))
    assert TAGGER.tag([english("Nothing of the kind")]).topics == ("other",)


def test_its_issuing_body_is_known_by_its_name_there_and_tells_the_topic() -> None:
    issued = french("Santé Norvale confirme deux cas", "«Santé Norvale» a confirmé deux cas.")
    assert TAGGER.tag([issued]) == Tags(topics=("health",), body="no-health")


def test_terms_in_that_language_are_terms_like_any_other() -> None:
    more = TAXONOMY.replace('hint = ["clinic"] }', 'hint = ["clinic"] }, fr = { sure = ["rougeole", "éclosion"] }')
    tagger = Tagger(read_taxonomy(more, GAZETTEER), GAZETTEER)
    assert tagger.tag([french("Les éclosions à Lac-Clair", "« Rougeole » : deux cas.")]).topics == ("health",)

"""English and French, with no table of terms between them: figures, dates and names are all the evidence there is."""

from __future__ import annotations

import msgspec
import pytest

from feedpub.entries import clues
from feedpub.lore import lore
from tests.entries.pairs import french, read

_SEEDS = range(8)


def test_a_day_of_a_government_is_paired_whole() -> None:
    outcome = read.outcome(read.rows("day-french"))
    assert len(outcome.true) >= 26
    assert (outcome.wrong, outcome.missing) == ([], [])


@pytest.mark.parametrize("lost", ["en", "fr"])
def test_what_has_lost_its_other_half_stays_single(lost: str) -> None:
    rows = read.rows("day-french")
    kept = [row for number, row in enumerate(rows) if row.lang != lost or number // 2 % 2]
    outcome = read.outcome(kept)
    assert len(outcome.true) == len(rows) // 4
    assert (outcome.wrong, outcome.missing) == ([], [])


@pytest.mark.parametrize("seed", _SEEDS)
def test_releases_that_differ_in_one_thing_are_never_mistaken(seed: int) -> None:
    assert read.outcome(french.rows(seed)).wrong == []
    assert read.outcome(french.halved(seed)).wrong == []


def test_a_name_is_the_same_with_its_accents_and_without() -> None:
    rows = read.rows("day-french")[:1]
    found = [
        clues.clues(read.entry(msgspec.structs.replace(rows[0], title=title)), lore())
        for title in ("Concert at Ville-Émard", "Concert at Ville-Emard")
    ]
    assert found[0].title_words == found[1].title_words == (
        "latin:concert", "latin:emard", "latin:ville", "latin:ville-emard",
    )  # fmt: skip


def test_a_term_without_a_translation_is_no_evidence_in_that_language_and_stays_some_in_others() -> None:
    english = clues.clues(read.entry(read.rows("day-french")[0]), lore())
    terms = {clue for clue in (*english.title, *dict(english.body)) if clues.is_term(clue)}
    assert terms
    assert english.unsaid[""] == terms
    assert not english.unsaid["zh-Hant"]

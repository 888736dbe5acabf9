"""Words without their inflection: forms of one word come to the same, other words do not."""

from __future__ import annotations

import pytest

from feedpub import stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pêches", "pêche"),
        ("nationaux", "nationale"),
        ("Études", "etude"),
        ("l’assurance-emploi", "assurance-emploi"),
        ("d'habitations", "habitation"),
        ("qu’une", "une"),
        ("eaux", "eau"),
        ("réseaux", "réseau"),
        ("Québec", "Quebec"),
    ],
)
def test_forms_of_a_french_word_are_one(one: str, other: str) -> None:
    assert [stem.lower() for stem in stems.french(one)] == [stem.lower() for stem in stems.french(other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("habitações", "habitação"),
        ("públicos", "pública"),
        ("hospitais", "hospital"),
        ("imagens", "imagem"),
        ("trabalhadores", "trabalhador"),
        ("Saúde", "saude"),
    ],
)
def test_forms_of_a_portuguese_word_are_one(one: str, other: str) -> None:
    assert stems.portuguese(one) == stems.portuguese(other)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (stems.french("port porte des le"), ["port", "port", "des", "le"]),
        (stems.french("cœur"), ["coeur"]),
        (stems.french("GRC"), ["GRC"]),
        (stems.portuguese("pão mês"), ["pao", "mes"]),
        (stems.english("The ferries’ berths"), ["the", "ferry", "berth"]),
    ],
)
def test_short_words_and_acronyms_stay(words: list[str], kept: list[str]) -> None:
    assert words == kept

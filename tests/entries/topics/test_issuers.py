"""Which of the bodies that a release names issued it."""

from __future__ import annotations

from feedpub.entries.bodies import BEHALF, Bodies, Mention
from feedpub.taxonomy import read_gazetteer

TITLE, LEAD, TEXT = 0, 1, 2
BODIES = Bodies(
    read_gazetteer("""
[[body]]
id = "council"
kind = "legislature"
name = { en = "City Council", fr = "Conseil" }

[[body]]
id = "works"
kind = "bureau"
name = { en = "Works Bureau" }
heads = { en = ["Secretary for Works", "Works Bureau"] }

[[body]]
id = "piers"
kind = "department"
part_of = "works"
name = { en = "Piers Department" }

[[body]]
id = "ferries"
kind = "unit"
part_of = "piers"
name = { en = "Ferry Office" }

[[body]]
id = "archive"
kind = "department"
issues = false
name = { en = "Archive" }
""")
)
COUNCIL, WORKS, PIERS, FERRIES, ARCHIVE = range(5)


def issuer(*versions: list[tuple[int, int, int]]) -> str:
    """Who issued what names these bodies: body, place and start."""
    return BODIES.issuer([[Mention(*one) for one in version] for version in versions])


def test_bodies_and_their_heads_have_names_each_told_once() -> None:
    assert list(BODIES.names("en")) == [
        ("City Council", COUNCIL),
        ("Works Bureau", WORKS),
        ("Secretary for Works", WORKS),
        ("Piers Department", PIERS),
        ("Ferry Office", FERRIES),
        ("Archive", ARCHIVE),
    ]
    assert list(BODIES.names("fr")) == [("Conseil", COUNCIL)]


def test_some_bodies_are_named_and_issue_nothing() -> None:
    assert [BODIES.speaks(number) for number in range(5)] == [False, True, True, True, False]


def test_who_is_named_first_in_title_or_lead() -> None:
    assert issuer([(WORKS, TITLE, 5), (PIERS, LEAD, 90)]) == "works"
    assert issuer([(WORKS, LEAD, 5)]) == "works"
    assert issuer([(COUNCIL, TITLE, 0), (ARCHIVE, TITLE, 9), (PIERS, LEAD, 90)]) == "piers"
    assert issuer([(WORKS, TEXT, 900)]) == issuer([]) == issuer() == ""


def test_on_whose_behalf_it_is_issued_is_said_of_any_body() -> None:
    assert issuer([(COUNCIL, BEHALF, 0), (WORKS, TITLE, 5)]) == "council"
    assert issuer([(WORKS, TITLE, 5), (ARCHIVE, BEHALF, 0)]) == "archive"


def test_a_unit_that_is_named_beside_its_body_is_meant() -> None:
    assert issuer([(WORKS, LEAD, 100), (PIERS, LEAD, 159)]) == "piers"
    assert issuer([(WORKS, LEAD, 100), (PIERS, LEAD, 160)]) == "works"
    assert issuer([(WORKS, TITLE, 100), (PIERS, LEAD, 110)]) == "works"
    assert issuer([(WORKS, LEAD, 100), (FERRIES, LEAD, 120)]) == "ferries", "a unit of a unit is one as well"
    assert issuer([(WORKS, LEAD, 100), (PIERS, LEAD, 130), (FERRIES, LEAD, 180)]) == "ferries"
    assert issuer([(PIERS, LEAD, 100), (WORKS, LEAD, 110)]) == "piers"


def test_a_unit_that_another_version_names_first_is_meant() -> None:
    assert issuer([(WORKS, TITLE, 0)], [(PIERS, TITLE, 0)]) == "piers"
    assert issuer([(WORKS, TITLE, 0)], [], [(PIERS, TITLE, 0)]) == "piers"
    assert issuer([(PIERS, TITLE, 0)], [(WORKS, TITLE, 0), (FERRIES, LEAD, 300)]) == "piers"
    assert issuer([], [(WORKS, TITLE, 0)], [(FERRIES, TITLE, 0)]) == "ferries"
    assert issuer([(WORKS, TITLE, 0)], [(COUNCIL, BEHALF, 0)]) == "works"

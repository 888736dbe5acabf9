"""Which language links are believed."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub.entries.links import Believed, Linked, believe
from feedpub.entries.names import Claim

_LANGUAGE = {"e": "en", "z": "zh-Hant", "p": "pt"}


def _page(name: str, *claimed: str) -> Linked:
    """A page whose name begins with its language's letter; "z1" is claimed with, "?z1" without its language."""
    claims = tuple(
        Claim(one.removeprefix("?"), "" if one.startswith("?") else _LANGUAGE[one[0]]) for one in sorted(claimed)
    )
    return Linked(id=name, language=_LANGUAGE[name[0]], names=(name,), claims=claims)


def _believe(*pages: Linked) -> Believed:
    return believe(pages, lambda _one, _other: False)


def _refused(found: Believed) -> list[tuple[str, str]]:
    return [(refusal.entry, refusal.claim.name) for refusal in found.refused]


@pytest.mark.parametrize(
    "pages",
    [
        (_page("e1", "z1"), _page("z1", "e1")),
        (_page("e1", "z1"), _page("z1")),
        (_page("e1"), _page("z1", "?e1")),
    ],
    ids=["mutual", "one-way", "one-way-without-language"],
)
def test_a_link_joins(pages: tuple[Linked, ...]) -> None:
    found = _believe(*pages)
    assert found.pairs == {("e1", "z1")}
    assert found.refused == ()
    assert found.waits == {}


def test_of_two_pages_that_claim_one_the_one_that_it_names_is_right() -> None:
    found = _believe(_page("e1", "z1"), _page("e2", "z1"), _page("z1", "e1"))
    assert found.pairs == {("e1", "z1")}
    assert _refused(found) == [("e2", "z1")]


def test_of_two_pages_that_claim_one_nobody_is_right_where_it_names_none() -> None:
    found = _believe(_page("e1", "z1"), _page("e2", "z1"), _page("z1"))
    assert not found.pairs
    assert _refused(found) == [("e1", "z1"), ("e2", "z1")]
    assert "e2" in found.refused[0].reason


def test_two_pages_that_claim_one_that_is_not_known_are_both_refused() -> None:
    found = _believe(_page("e1", "z1"), _page("e2", "z1"))
    assert _refused(found) == [("e1", "z1"), ("e2", "z1")]
    assert found.waits == {}


def test_a_ring_of_contradictions_is_not_believed() -> None:
    assert not _believe(_page("e1", "z1"), _page("z1", "e2"), _page("e2", "z2"), _page("z2", "e1")).pairs


def test_a_link_to_the_same_language_is_refused() -> None:
    found = _believe(_page("e1", "e2"), _page("e2"))
    assert not found.pairs
    assert _refused(found) == [("e1", "e2")]


def test_a_link_of_one_direction_to_another_release_is_refused() -> None:
    found = believe([_page("e1", "z1"), _page("z1")], lambda _one, _other: True)
    assert not found.pairs
    assert _refused(found) == [("e1", "z1")]


def test_pages_that_name_each_other_are_believed_whatever_they_say() -> None:
    found = believe([_page("e1", "z1"), _page("z1", "e1")], lambda _one, _other: True)
    assert found.pairs == {("e1", "z1")}


def _reasons(*pages: Linked) -> dict[str, str]:
    return {f"{one.entry} {one.claim.name}": one.reason for one in _believe(*pages).refused}


def test_it_is_said_why_a_link_is_not_believed() -> None:
    assert _reasons(_page("e1", "z1", "z2"), _page("z1"), _page("z2")) == {
        "e1 z1": "its counterpart in zh-Hant is z2 as well",
        "e1 z2": "its counterpart in zh-Hant is z1 as well",
    }
    assert _reasons(_page("e1", "z1"), _page("e2", "z1"), _page("e3", "z1"), _page("z1")) == {
        "e1 z1": "e2, e3 and this one claim the same counterpart",
        "e2 z1": "e1, e3 and this one claim the same counterpart",
        "e3 z1": "e1, e2 and this one claim the same counterpart",
    }
    assert _reasons(_page("e1", "e2"), _page("e2")) == {"e1 e2": "it leads to e2, which is in the same language"}
    assert _reasons(_page("e1", "z1"), _page("z1", "p1"), _page("p1", "e2"), _page("e2")) == {
        "e1 z1": "it joins two releases in one language: e1, e2, p1, z1",
        "z1 p1": "it joins two releases in one language: e1, e2, p1, z1",
        "p1 e2": "it joins two releases in one language: e1, e2, p1, z1",
    }
    other = msgspec.structs.replace(_page("z1"), group="other.example")
    assert _reasons(_page("e1", "z1"), other) == {"e1 z1": "it leads to z1, which is of another authority"}
    alone = msgspec.structs.replace(_page("z1"), only=frozenset({"zh"}))
    assert _reasons(_page("e1", "z1"), alone) == {
        "e1 z1": "it leads to z1, but a title says that there is no other language"
    }
    (refused,) = believe([_page("e1", "z1"), _page("z1")], lambda _one, _other: True).refused
    assert (refused.target, refused.reason) == ("z1", "it leads to z1, which is another release")


def test_it_is_told_where_claims_lead() -> None:
    both = [msgspec.structs.replace(_page(one), names=("n",)) for one in ("z1", "p1")]
    claim = Claim("n")
    found = _believe(msgspec.structs.replace(_page("e1"), claims=(claim,)), *both)
    assert found.targets == {("e1", claim): ("p1", "z1")}


def test_two_versions_that_are_not_known_are_both_waited_for() -> None:
    assert _believe(_page("e1", "z1", "p1")).waits == {"e1": frozenset({"zh-Hant", "pt"})}


def test_three_languages_make_one_story() -> None:
    found = _believe(_page("e1", "z1", "p1"), _page("z1", "e1"), _page("p1"))
    assert found.pairs == {("e1", "z1"), ("e1", "p1")}


def test_three_languages_do_not_join_two_pages_in_one() -> None:
    found = _believe(_page("e1", "z1"), _page("z1", "e1", "p1"), _page("p1", "e2"), _page("e2"))
    assert found.pairs == {("e1", "z1")}


@pytest.mark.parametrize(("claimed", "language"), [("z1", "zh-Hant"), ("?z1", "")])
def test_a_counterpart_that_is_not_known_yet_is_waited_for(claimed: str, language: str) -> None:
    found = _believe(_page("e1", claimed))
    assert found.pairs == frozenset()
    assert found.refused == ()
    assert found.waits == {"e1": frozenset({language})}


def test_a_page_that_names_itself_does_not_wait() -> None:
    page = Linked(id="e1", language="en", names=("e1",), claims=(Claim("e1", "zh-Hant"),))
    assert _believe(page).waits == {}


def test_nothing_is_nothing() -> None:
    assert _believe() == Believed(pairs=frozenset(), refused=(), waits={}, targets={})


_NAMES = [letter + number for letter in "ezp" for number in "123"]
_pages = st.dictionaries(
    st.sampled_from(_NAMES),
    st.sets(st.sampled_from(_NAMES + [f"?{name}" for name in _NAMES]), max_size=4),
    max_size=9,
).map(lambda found: [_page(name, *claimed) for name, claimed in found.items()])


@given(_pages)
@settings(max_examples=300)
def test_no_story_has_two_entries_in_one_language(pages: list[Linked]) -> None:
    stories = {page.id: {page.id} for page in pages}
    for one, other in _believe(*pages).pairs:
        union = stories[one] | stories[other]
        stories.update(dict.fromkeys(union, union))
    assert all(len({name[0] for name in story}) == len(story) for story in stories.values())


@given(_pages, st.randoms())
@settings(max_examples=200)
def test_the_order_does_not_matter(pages: list[Linked], random: Random) -> None:
    shuffled = list(pages)
    random.shuffle(shuffled)
    assert _believe(*shuffled) == _believe(*pages)


@given(_pages)
def test_every_pair_is_claimed_and_every_claim_believed_refused_or_waited_for(pages: list[Linked]) -> None:
    found = _believe(*pages)
    claimed = {tuple(sorted((page.id, claim.name))) for page in pages for claim in page.claims}
    assert found.pairs <= claimed
    assert all(one < other for one, other in found.pairs)

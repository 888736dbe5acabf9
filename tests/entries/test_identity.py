"""Ids never change: these are the ones that readers have seen."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub.entries.identity import derived_id, entry_id, origin_id, story_id

_DAY = date(2026, 5, 4)
_TAG = re.compile(r"tag:[a-z0-9.@_-]+,\d{4}-\d\d-\d\d:[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]+")


@pytest.mark.parametrize(
    ("authority", "key", "expected"),
    [
        ("www.saltmarsh.example", "P2026050400233", "tag:www.saltmarsh.example,2026-05-04:P2026050400233"),
        ("WWW.Saltmarsh.Example", "P2026050400233", "tag:www.saltmarsh.example,2026-05-04:P2026050400233"),
        ("feedpub.internal", "inbox/a/b-c", "tag:feedpub.internal,2026-05-04:inbox/a/b-c"),
        ("feedpub.internal", "inbox/a b?c#d", "tag:feedpub.internal,2026-05-04:inbox/a%20b%3Fc%23d"),
        ("feedpub.internal", "inbox/鹽沼", "tag:feedpub.internal,2026-05-04:inbox/%E9%B9%BD%E6%B2%BC"),
        (
            "feedpub.internal",
            "a:b,c;d=e@f!g$h&i(j)*l+m~n_o.p-q",
            "tag:feedpub.internal,2026-05-04:a:b,c;d=e@f!g$h&i(j)*l+m~n_o.p-q",
        ),
        ("feedpub.internal", "inbox/100%", "tag:feedpub.internal,2026-05-04:inbox/100%25"),
    ],
)
def test_an_id_is_made_of_authority_day_and_key(authority: str, key: str, expected: str) -> None:
    assert entry_id(authority, _DAY, key) == expected


def test_an_early_year_has_four_digits() -> None:
    assert entry_id("a.example", date(998, 1, 2), "x") == "tag:a.example,0998-01-02:x"


def test_a_story_and_a_converted_entry_have_ids_that_no_key_can_make() -> None:
    entry = entry_id("a.example", _DAY, "x?story")
    assert story_id(entry) == "tag:a.example,2026-05-04:x%3Fstory?story"
    assert derived_id(entry, "zh-Hans") == "tag:a.example,2026-05-04:x%3Fstory?zh-Hans"
    assert [origin_id(one) for one in (entry, derived_id(entry, "zh-Hans"), f"{entry}?zh-Hans?x")] == [entry] * 3


@settings(deadline=None, max_examples=150)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(st.characters(exclude_categories=["Cs"])))
def test_every_key_makes_a_valid_tag_and_no_two_the_same(one: str, other: str) -> None:
    assert _TAG.fullmatch(entry_id("a.example", _DAY, one))
    assert (entry_id("a.example", _DAY, one) == entry_id("a.example", _DAY, other)) == (one == other)

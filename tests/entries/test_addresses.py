"""Addresses of stories' pages never change: these are ones that readers have seen."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub.entries.addresses import page_name, page_path, path_of
from feedpub.entries.identity import entry_id, story_id
from feedpub.model import Entry, Story

SEEN = {
    "tag:www.info.gov.hk,2026-11-20:P2026112000101?story": "p2026112000101-chebb3mz",
    "tag:feedpub.internal,2026-11-20:inbox/Harbour%20Notice--no.%207!?story": (
        "inbox-harbour-20notice-no-207-92515d8h"
    ),
    "tag:feedpub.internal,2026-11-20:%E9%B9%BD?story": "e9-b9-bd-kwnaepr9",
    "tag:feedpub.internal,2026-11-20:!!!?story": "wt0tkp27",
    f"tag:x.example,2026-11-20:{'ab/' * 14}?story": "ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-a-r3kx9pjn",
    f"tag:x.example,2026-11-20:{'a' * 39}-b?story": f"{'a' * 39}-8drzvgwm",
    "tag:x.example,2026-11-20:en:7?story": "en-7-jqd10v92",
    "tag:x.example,2026-11-20:../../etc/passwd?story": "etc-passwd-pdf9bp25",
}
_SAFE = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


@pytest.mark.parametrize("story", SEEN)
def test_a_page_has_the_name_that_it_always_had(story: str) -> None:
    assert page_name(story) == SEEN[story]


def test_a_page_is_in_the_folder_of_its_month() -> None:
    identifier = "tag:www.info.gov.hk,2026-11-20:P2026112000101?story"
    expected = "stories/2026/11/p2026112000101-chebb3mz.html"
    assert path_of(identifier, "2026-11") == expected
    issued = datetime(2026, 11, 30, 23, 59, tzinfo=timezone(timedelta(hours=8)))
    entry = Entry(
        id=identifier.removesuffix("?story"),
        source="gov",
        key="P2026112000101",
        language="en",
        title="Pool closes",
        published=issued,
        updated=issued + timedelta(days=40),
        content="<p>Now.</p>",
        summary="Now.",
    )
    assert page_path(Story(id=identifier, founder=entry, entries={"en": entry})) == expected


@settings(deadline=None, max_examples=150)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_whatever_a_key_is_called_its_page_is_a_file_of_that_folder(key: str) -> None:
    name = page_name(story_id(entry_id("a.example", date(2026, 11, 20), key)))
    assert _SAFE.fullmatch(name)
    assert len(name) <= 49


def test_keys_that_look_alike_have_pages_of_their_own() -> None:
    keys = ("a/b", "a-b", "A-B", "a b", "a,b", "x,b", "b")
    assert len({page_name(story_id(entry_id("a.example", date(2026, 11, 20), key))) for key in keys}) == len(keys)

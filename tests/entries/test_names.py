"""What an entry is called, in one spelling."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from feedpub.entries.names import Claim, address, claims, names
from feedpub.model import Entry

_WHEN = datetime(2026, 11, 20, tzinfo=UTC)
_ENTRY = Entry(
    id="tag:lamp.example,2026-11-20:P1",
    source="lamp",
    key="P1",
    language="en",
    title="Lamps",
    published=_WHEN,
    updated=_WHEN,
    url="https://www.lamp.example/P1.htm?fontSize=1",
    counterparts={"zh-Hant": "http://www.lamp.example/P1c.htm", "aa": "https://www.lamp.example/aa"},
    counterpart_keys=("P1c", "https://www.lamp.example/P1c.htm"),
)


@pytest.mark.parametrize(
    "variant",
    [
        "http://www.lamp.example/x?a=1",
        "https://www.lamp.example/x?a=1",
        "https://WWW.Lamp.example:443/x?a=1",
        "http://www.lamp.example:80/x?fontSize=2&a=1",
        "https://www.lamp.example/x?a=1&FONTSIZE=3#top",
    ],
)
def test_variants_of_an_address_have_one_spelling(variant: str) -> None:
    assert address(variant) == "//www.lamp.example/x?a=1"


@pytest.mark.parametrize(
    "other",
    [
        "https://www.lamp.example/X?a=1",
        "https://www.lamp.example/x?a=2",
        "https://www.lamp.example/x",
        "https://www.lamp.example/x?a=1&b=",
        "https://www.lamp.example:8080/x?a=1",
        "https://lamp.example/x?a=1",
    ],
)
def test_other_addresses_have_other_spellings(other: str) -> None:
    assert address(other) != "//www.lamp.example/x?a=1"


def test_no_path_is_the_root() -> None:
    assert address("https://lamp.example") == address("http://lamp.example/")


@pytest.mark.parametrize("broken", ["http://[", "http://lamp.example:x/", "http://lamp.example:99999/"])
def test_a_broken_address_does_not_raise(broken: str) -> None:
    address(broken)


def test_an_entry_goes_by_its_key_and_its_address() -> None:
    assert names(_ENTRY) == ("//www.lamp.example/P1.htm", "key:lamp.example/P1")


def test_a_key_that_begins_with_its_source_goes_without_it_as_well() -> None:
    entry = msgspec.structs.replace(_ENTRY, key="lamp/a,b", url=None, id="tag:lamp.example,2026-11-20:lamp/a,b")
    assert names(entry) == ("key:lamp.example/a,b", "key:lamp.example/lamp/a,b")
    assert names(msgspec.structs.replace(entry, key="a/lamp/")) == ("key:lamp.example/a/lamp/",)


def test_claims_are_sorted_addresses_and_keys_of_the_same_authority() -> None:
    assert claims(_ENTRY) == (
        Claim("//www.lamp.example/P1c.htm"),
        Claim("key:lamp.example/P1c"),
        Claim("//www.lamp.example/aa", "aa"),
        Claim("//www.lamp.example/P1c.htm", "zh-Hant"),
    )


def test_keys_that_begin_with_their_language_say_in_which_one_a_version_is() -> None:
    entry = msgspec.structs.replace(_ENTRY, key="en/7", counterparts={}, counterpart_keys=("zh-Hant/7", "pt/7", "xx/7"))
    assert claims(entry) == (
        Claim("key:lamp.example/xx/7"),
        Claim("key:lamp.example/pt/7", "pt"),
        Claim("key:lamp.example/zh-Hant/7", "zh-Hant"),
    )


def test_a_key_that_only_looks_like_a_language_says_none() -> None:
    entry = msgspec.structs.replace(_ENTRY, counterparts={}, counterpart_keys=("pt/7",))
    assert claims(entry) == (Claim("key:lamp.example/pt/7"),)

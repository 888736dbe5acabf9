"""An entry that stands in several documents of a run is rendered once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from feedpub import feeds
from feedpub.feeds.fragments import Fragment, Fragments, Key
from feedpub.model import Edition
from tests.feeds.editions import ATTACHED, BARE, FULL, edition, item


class Watched(Fragments):
    """Knows what was rendered: all that is kept was just made."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []

    def keep(self, key: Key, fragment: Fragment) -> None:
        self.made.append(str(key[0]))
        super().keep(key, fragment)

    def after(self, shown: Edition) -> list[str]:
        """The formats in which entries are rendered anew for an edition."""
        self.made = []
        feeds.render(shown, "feeds/x/en", self)
        return self.made


ALL = [".atom", ".rss", ".json"]


def test_an_entry_is_rendered_once_in_each_format() -> None:
    assert Watched().after(edition(FULL)) == ALL


def test_another_feed_that_shows_it_the_same_way_renders_nothing() -> None:
    fragments = Watched()
    fragments.after(edition(FULL, BARE))
    assert fragments.after(edition(FULL, BARE, feed="topics/food", limit=3, max_bytes=9_000)) == []


def test_an_entry_that_is_new_is_rendered_beside_those_that_are_not() -> None:
    fragments = Watched()
    fragments.after(edition(FULL))
    assert fragments.after(edition(FULL, ATTACHED, feed="topics/food")) == ALL


def test_what_is_rendered_already_is_the_same_document_as_what_is_not() -> None:
    fragments, other = Fragments(), edition(FULL, BARE, feed="topics/food")
    feeds.render(edition(FULL, ATTACHED), "feeds/all/en", fragments)
    assert feeds.render(other, "feeds/x/en", fragments) == feeds.render(other, "feeds/x/en", Fragments())


@pytest.mark.parametrize("how", [{"counterpart_line": False}, {"correction_note": False}])
def test_a_feed_that_shows_it_otherwise_renders_it_anew_and_once(how: dict[str, Any]) -> None:
    fragments = Watched()
    fragments.after(edition(FULL))
    assert fragments.after(edition(FULL, feed="plain", **how)) == ALL
    assert fragments.after(edition(FULL, feed="also-plain", **how)) == []


def test_another_edition_renders_it_anew() -> None:
    fragments = Watched()
    fragments.after(edition(FULL))
    assert fragments.after(msgspec.structs.replace(edition(FULL), tag="bilingual")) == ALL


def test_its_summary_in_place_of_its_text_is_not_taken_for_the_whole() -> None:
    fragments = Watched()
    long = msgspec.structs.replace(FULL, content=FULL.content * 100)
    cut, whole = edition(long, feed="small", max_bytes=9_000), edition(long)
    assert fragments.after(cut) == [one for form in ALL for one in (form, form)], "the whole, to know its size"
    assert fragments.after(whole) == []
    assert fragments.after(cut) == []
    for one in feeds.render(whole, "feeds/all/en", fragments).documents:
        assert len(one.body) > 9_000


def test_an_archive_document_takes_what_the_subscription_document_has() -> None:
    fragments, shown = Watched(), edition(FULL)
    fragments.after(shown)
    fragments.made = []
    feeds.fragment(item(FULL), msgspec.structs.replace(shown, items=(), month="2026-11"), feeds.ATOM, fragments)
    assert fragments.made == []


def test_items_are_told_apart_by_their_keys() -> None:
    one = edition(item(FULL), msgspec.structs.replace(item(BARE), key="another"))
    assert len(Watched().after(one)) == 2 * len(ALL)


def _fragment(size: int) -> Fragment:
    return Fragment(b"x" * size, FULL.updated)


def test_those_that_were_used_last_are_kept_as_many_as_fit_by_their_bytes() -> None:
    fragments = Fragments(most_bytes=10)
    fragments.keep(("a",), _fragment(4))
    fragments.keep(("b",), _fragment(4))
    assert fragments.get(("a",))
    fragments.keep(("c",), _fragment(6))
    assert [fragments.get((name,)) is not None for name in "abc"] == [True, False, True]
    fragments.keep(("d",), _fragment(10))
    assert [fragments.get((name,)) is not None for name in "abcd"] == [False, False, False, True]


def test_one_that_is_larger_than_all_there_is_room_for_is_not_kept() -> None:
    fragments = Fragments(most_bytes=10)
    fragments.keep(("a",), _fragment(11))
    assert fragments.get(("a",)) is None
    fragments.keep(("b",), _fragment(10))
    assert fragments.get(("b",))


def test_where_nothing_can_be_kept_an_edition_is_rendered_all_the_same() -> None:
    shown = edition(FULL, BARE)
    assert feeds.render(shown, "feeds/all/en", Fragments(0)) == feeds.render(shown, "feeds/all/en", Fragments())

"""What differs between two revisions, for people to see."""

from __future__ import annotations

import itertools
import random
import time
from datetime import UTC, datetime
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub.entries import text
from feedpub.entries.differences import Difference, Part, differences
from feedpub.model import Entry

_ISSUED = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)


def _entry(title: str, *texts: str, language: str = "en") -> Entry:
    return Entry(
        id="tag:www.lantern.example,2026-05-04:P1",
        source="lantern",
        key="P1",
        language=language,
        title=title,
        published=_ISSUED,
        updated=_ISSUED,
        content="\n".join(f"<p>{escape(one)}</p>" for one in texts),
    )


def _marked(parts: tuple[Part, ...]) -> str:
    """What went in square brackets, what came in braces."""
    marks = {"same": "{}", "removed": "[{}]", "added": "{{{}}}"}
    return "".join(marks[part.kind].format(part.text) for part in parts)


def _shown(old: list[str], new: list[str], language: str = "en") -> list[str]:
    difference = differences(_entry("T", *old, language=language), _entry("T", *new, language=language))
    return [_marked(one) for one in difference.paragraphs]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("It opens on Saturday.", "It opens on Sunday.", "It opens on [Saturday]{Sunday}."),
        ("It opens on May 6.", "It opens on May 6, 2026.", "It opens on May 6{, 2026}."),
        ("It opens at 5.30pm.", "It opens at 6.30pm.", "It opens at [5]{6}.30pm."),
        ("The pool will not close.", "The pool will close.", "The pool will [not ]close."),
        ("Same.", "Same.", "Same."),
        ("Kelp", "kelp", "[Kelp]{kelp}"),
        (
            "Swimmers may use the pool at Quayside.",
            "Tickets for the show are free of charge.",
            "[Swimmers may use the pool at Quayside]{Tickets for the show are free of charge}.",
        ),
    ],
)
def test_words_that_went_stand_before_those_that_came(old: str, new: str, expected: str) -> None:
    assert _shown([old], [new]) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("泳池於五月六日關閉。", "泳池於五月八日關閉。", "泳池於五月[六]{八}日關閉。"),
        ("嘉年華在碼頭公園舉行。", "嘉年華改在碼頭公園舉行。", "嘉年華{改}在碼頭公園舉行。"),
        ("售價120元。", "售價1,200元。", "售價[120]{1,200}元。"),
        ("由ABC公司承辦。", "由ABD公司承辦。", "由[ABC]{ABD}公司承辦。"),
    ],
)
def test_where_no_spaces_part_words_characters_are_compared_and_numbers_as_a_whole(
    old: str, new: str, expected: str
) -> None:
    assert _shown([old], [new], "zh-Hant") == [expected]


def test_a_title_is_compared_as_well() -> None:
    difference = differences(_entry("Pool closes", "Text."), _entry("Pool to close (with photo)", "Text."))
    assert _marked(difference.title) == "Pool [closes]{to close (with photo)}"
    assert difference.paragraphs == ((Part("same", "Text."),),)


def test_nothing_differs_from_itself() -> None:
    entry = _entry("Pool closes", "One.", "Two.")
    assert differences(entry, entry) == Difference(
        title=(Part("same", "Pool closes"),), paragraphs=((Part("same", "One."),), (Part("same", "Two."),))
    )


def test_white_space_alone_is_no_difference_and_is_shown_as_it_is_now() -> None:
    assert _shown(["海港 及交通局"], ["海港\u3000及交通局"], "zh-Hant") == ["海港\u3000及交通局"]
    assert _shown(["One two. Three four."], ["One  two.\u00a0Three five."]) == ["One two. Three [four]{five}."]


def test_paragraphs_that_came_and_went_are_one_part() -> None:
    assert _shown(["One.", "Two."], ["One.", "New one.", "Two."]) == ["One.", "{New one.}", "Two."]
    assert _shown(["One.", "Gone.", "Two."], ["One.", "Two."]) == ["One.", "[Gone.]", "Two."]
    assert _shown([], ["One."]) == ["{One.}"]
    assert _shown(["One."], []) == ["[One.]"]


def test_a_paragraph_is_compared_with_the_one_that_it_is_most_like() -> None:
    old = ["The pool closes from May 6 to 10."]
    new = ["Please note the new dates below.", "The pool closes from May 6 to 12."]
    assert _shown(old, new) == ["{Please note the new dates below.}", "The pool closes from May 6 to [10]{12}."]
    assert _shown(new, old) == ["[Please note the new dates below.]", "The pool closes from May 6 to [12]{10}."]


def test_a_long_paragraph_with_few_changes_is_compared_word_by_word() -> None:
    sentences = [f"In month {number} the pool had {number * 17} visitors from every district." for number in range(300)]
    new = [*sentences]
    new[7], new[290] = new[7].replace("119", "118"), new[290].replace("every", "each")
    (parts,) = differences(_entry("T", " ".join(sentences)), _entry("T", " ".join(new))).paragraphs
    assert [(part.kind, part.text.strip()) for part in parts if part.kind != "same"] == [
        ("removed", "119"),
        ("added", "118"),
        ("removed", "every"),
        ("added", "each"),
    ]


_UNRELATED = {"en": [*("the", "of", "and", "to") * 40, *(f"word{number}" for number in range(800))]}
_UNRELATED["zh-Hant"] = [*"的是在" * 40, *(chr(0x4E00 + number) for number in range(900))]


@pytest.mark.parametrize("language", _UNRELATED)
@pytest.mark.parametrize("size", [20_000, 500, 20], ids=["one paragraph", "many paragraphs", "hundreds of paragraphs"])
def test_two_unrelated_texts_of_20000_characters_are_compared_within_a_second(language: str, size: int) -> None:
    chance = random.Random(7)

    def texts() -> list[str]:
        space = " " if language == "en" else ""
        whole = space.join(chance.choices(_UNRELATED[language], k=20_000))[:20_000]
        return [whole[start : start + size] for start in range(0, 20_000, size)]

    old, new = (_entry("T", *texts(), language=language) for _ in range(2))
    began = time.perf_counter()
    differences(old, new)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(("old", "new"), [("a b ", "b c a "), ("0 ", "0 1 "), ("...", ". . ")])
def test_nor_does_it_take_longer_where_all_words_are_the_same(old: str, new: str) -> None:
    texts = [(one * 20_000)[:20_000] for one in (old, new)]
    began = time.perf_counter()
    differences(*(_entry("T", one) for one in texts))
    assert time.perf_counter() - began < 1


_SOME = st.lists(st.text(st.sampled_from("ab.,1é字一。，𠀀\u0301 \u3000\u00a0"), max_size=25), max_size=6)


@settings(deadline=None, max_examples=300)
@given(_SOME, _SOME, st.sampled_from(["en", "zh-Hant", "zh-Hans"]))
def test_what_stayed_and_came_is_the_new_text_and_what_stayed_and_went_the_old_one(
    old: list[str], new: list[str], language: str
) -> None:
    before, after = ("".join(old[:1]), "".join(new[:1]))
    difference = differences(_entry(before, *old, language=language), _entry(after, *new, language=language))
    for kind, title, texts in (("removed", before, old), ("added", after, new)):
        kept = ("same", kind)
        assert text.bones("".join(part.text for part in difference.title if part.kind in kept)) == text.bones(title)
        parts = [part.text for one in difference.paragraphs for part in one if part.kind in kept]
        assert text.bones("".join(parts)) == text.bones("".join(texts))


@settings(deadline=None)
@given(_SOME, _SOME)
def test_no_part_is_empty_and_no_two_of_a_kind_stand_side_by_side(old: list[str], new: list[str]) -> None:
    for parts in differences(_entry("T", *old), _entry("T", *new)).paragraphs:
        assert all(part.text for part in parts)
        assert all(one.kind != other.kind for one, other in itertools.pairwise(parts))

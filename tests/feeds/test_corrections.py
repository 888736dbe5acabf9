"""The note about an entry's corrections, in each language."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from feedpub.feeds import corrections
from feedpub.languages import LANGUAGES
from feedpub.model import Correction
from tests.feeds.editions import BARE, HKT

AT = datetime(2026, 11, 3, 9, 5, tzinfo=HKT)
ALL = Correction(at=AT, title="Ferry at 9", changed=2, added=1, removed=3)


def line(correction: Correction, language: str = "en") -> str:
    return corrections.line(correction, LANGUAGES[language].words)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            (
                "Corrected on 3 November 2026, 09:05: title (before: “Ferry at 9”); 2 paragraphs changed; "
                "1 paragraph added; 3 paragraphs removed."
            ),
        ),
        (
            "zh-Hant",
            "更正（2026年11月3日9時05分）：標題（原為「Ferry at 9」）；修改了2段；新增了1段；刪去了3段。",
        ),
        (
            "zh-Hans",
            "更正（2026年11月3日9时05分）：标题（原为“Ferry at 9”）；修改了2段；新增了1段；删去了3段。",
        ),
    ],
)
def test_it_says_when_and_what_in_the_entrys_language(language: str, expected: str) -> None:
    assert line(ALL, language) == expected


def test_what_did_not_change_is_not_told() -> None:
    assert line(Correction(at=AT, added=1)) == "Corrected on 3 November 2026, 09:05: 1 paragraph added."


def test_a_correction_that_no_paragraph_shows_is_told_all_the_same() -> None:
    assert line(Correction(at=AT)) == "Corrected on 3 November 2026, 09:05: text changed."


def test_a_release_that_came_back_says_that_it_was_gone() -> None:
    back = "This press release had been withdrawn. It was published again on 3 November 2026, 09:05."
    assert line(Correction(at=AT, restored=True)) == back
    changed = line(Correction(at=AT, restored=True, changed=1))
    assert changed == f"{back} Corrected on 3 November 2026, 09:05: 1 paragraph changed."


@pytest.mark.parametrize("title", ["{when}", "{0} and {", "}}"])
def test_braces_in_a_title_are_only_braces(title: str) -> None:
    assert f"(before: “{title}”)" in line(Correction(at=AT, title=title))


def test_a_title_in_the_note_is_escaped() -> None:
    corrected = msgspec.structs.replace(BARE, corrections=(Correction(at=AT, title="Fish & <b>chips</b>"),))
    assert "“Fish &amp; &lt;b&gt;chips&lt;/b&gt;”" in corrections.note(corrected)


def test_an_entry_that_was_not_corrected_has_no_note() -> None:
    assert corrections.note(BARE) == ""


def test_the_last_three_of_many_corrections_are_told_the_oldest_first() -> None:
    many = tuple(Correction(at=AT + timedelta(days=day), changed=1) for day in range(5))
    note = corrections.note(msgspec.structs.replace(BARE, corrections=many))
    told = [part.partition(",")[0] for part in note.split("<p><em>Corrected on ")[1:]]
    assert told == ["5 November 2026", "6 November 2026", "7 November 2026"]
    assert note.count("</em></p>") == 3

"""What is found in an entry, and where."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from feedpub.entries.clues import Clues, Lore, clues, is_small, is_term, paragraphs
from feedpub.entries.readings import Readings
from feedpub.entries.terms import Terms
from feedpub.model import Entry, Link, Photo

_LORE = Lore(
    terms=Terms(
        ["en\tzh-Hant\nalarm fire|fire\t火警|火災\nLamp Services Department|LSD\t燈務署\n"],
        ["en\tzh-Hant\nopening\t開場\nclosing\t閉幕\n"],
    ),
    readings={"cantonese": Readings("can\t陳\ntaai\t泰\nman\t文民\n")},
)
_WHEN = datetime(2026, 11, 20, 10, tzinfo=UTC)


def _clues(title: str = "", content: str = "", language: str = "en", attachments: tuple[Link, ...] = ()) -> Clues:
    entry = Entry(
        id="tag:lamp.example,2026-11-20:P1",
        source="lamp",
        key="P1",
        language=language,
        title=title,
        published=_WHEN,
        updated=_WHEN,
        content=content,
        markers=("photos",),
        photos=(Photo(url="https://lamp.example/regatta_e.jpg"),),
        attachments=attachments,
    )
    return clues(entry, _LORE)


def _body(found: Clues) -> dict[str, int]:
    return dict((*found.body, *found.words))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "at 5.30pm", {"time:17:30": 3}),
        ("en", "for $33.2 million", {"number:33200000": 5}),
        ("en", "mail lamp@b.example", {"address:lamp@b.example": 5}),
        ("en", "see https://www.Lamp.example/x?y", {"address:www.lamp.example": 4}),
        ("en", "the MOU of", {"latin:mou": 4}),
        ("en", "on 20th November 2026", {"latin:november": 8, "date:11-20": 3, "number:2026": 3}),
        ("en", "on Tai-man", {"latin:tai-man": 3, "latin:tai": 3, "latin:man": 3}),
        ("en", "on 45 November", {"latin:november": 6}),
        ("en", "a <b>&amp;</b> b", {}),
    ],
)
def test_clues_of_a_text_have_their_places(language: str, text: str, expected: dict[str, int]) -> None:
    found = _body(_clues(content=f"<p>{text}</p>", language=language))
    assert found.pop("file:regatta") == 0
    assert found == expected


def test_places_in_chinese_are_in_english_characters() -> None:
    found = _body(_clues(content="<p>燈務署說火警，MOU</p>", language="zh-Hant"))
    assert (found["zh-Hant:灯务署"], found["zh-Hant:火警"], found["latin:mou"]) == (0, 12, 22)


def test_both_languages_have_the_same_clues() -> None:
    one = _body(_clues("Fire", "<p>On November 20, 2026 at 5.30pm, 33.2 million: www.lamp.example</p>"))
    other = _body(_clues("火警", "<p>二○二六年十一月二十日下午五時三十分，3 320萬：www.lamp.example</p>", "zh-Hant"))
    kinds = ("date", "time", "number", "address", "file")
    assert {clue for clue in one if clue.startswith(kinds)} == {clue for clue in other if clue.startswith(kinds)}


def test_what_is_covered_includes_the_translations() -> None:
    found = _clues("An alarm fire (with photos)", "<p>LSD closing</p>")
    assert "en: alarm  fir " in found.title
    assert {"zh-Hant:火警", "zh-Hant:火灾"} <= found.title_covers
    assert {"zh-Hant:火警", "zh-Hant:灯务署", "en: clos "} <= found.covers


def test_markers_are_no_part_of_the_title() -> None:
    found = _clues("Lamps (with photos)")
    assert (found.title, found.title_words) == ((), ("latin:lamps",))


def test_the_opening_is_the_title_and_the_first_lines() -> None:
    found = _clues("50 lamps", f"<p>of 60</p><p>{'y ' * 250}</p><p>at 70 piers</p>")
    assert {"number:50", "number:60"} <= found.opening
    assert "number:70" in _body(found)
    assert "number:70" not in found.opening


def test_choices_are_contrasts_times_and_numbers() -> None:
    found = _clues("3 lamps, closing", "<p>7 of 50 at 5pm</p>").choices
    assert found == {
        "title word 0.0": frozenset({"en: clos "}),
        "title number": frozenset({"number:3"}),
        "opening number": frozenset({"number:50"}),
        "opening time": frozenset({"time:17:00"}),
    }


def test_parts_of_a_series_are_told_in_both_languages() -> None:
    assert _clues("LCQ12: Lamps (Part 2)").series == {"question": "12", "part": "2"}
    assert _clues("立法會十二題：燈（二）", language="zh-Hant").series == {"question": "12", "part": "2"}


def test_names_sound_alike_in_both_languages() -> None:
    names = _clues("Chan Tai-man").names
    assert len(names) == 2
    assert set(names) <= _clues("陳泰文", language="zh-Hant").sounds


def test_counts_group_and_time_are_those_of_the_entry() -> None:
    found = _clues(content="<p>12345</p>", attachments=(Link(url="https://lamp.example/a.pdf"),))
    assert (found.group, found.published, found.length) == ("lamp.example", int(_WHEN.timestamp()), 5)
    assert (found.photos, found.attachments, found.markers) == (1, 1, frozenset({"photos"}))


@pytest.mark.parametrize(
    ("name", "clue"),
    [
        ("chart_en.pdf", "file:chart"),
        ("chart_tc.pdf", "file:chart"),
        ("Chart-zh-Hant.pdf?v=1", "file:chart"),
        pytest.param("notice.pdf", "file:notice"),
    ],
)
def test_a_file_is_named_without_its_language(name: str, clue: str) -> None:
    assert clue in _body(_clues(attachments=(Link(url=f"https://lamp.example/{name}"),)))


@pytest.mark.parametrize("name", ["12345.pdf", "P1.jpg", "chart"])
def test_a_file_whose_name_is_no_word_is_no_clue(name: str) -> None:
    found = _body(_clues(attachments=(Link(url=f"https://lamp.example/{name}"),)))
    assert set(found) == {"file:regatta"}


def test_a_paragraph_is_a_line() -> None:
    assert paragraphs("<p>a &lt;b&gt;</p>c<br>d <i>e</i><br><ul><li>f</li></ul><p> </p>") == ["a <b>", "c", "d e", "f"]


def test_terms_and_small_numbers_are_told() -> None:
    assert [is_term(clue) for clue in ("en: fir ", "zh-Hant:火警", "number:5", "latin:en")] == [
        True,
        True,
        False,
        False,
    ]
    assert [is_small(number) for number in ("0", "12", "13", "100", "1.5")] == [True, True, False, False, False]


def test_the_place_of_a_figure_behind_a_long_address_is_its_own() -> None:
    text = f"see https://lamp.example/{'y' * 500} at 5pm"
    assert _body(_clues(content=f"<p>{text}</p>"))["time:17:00"] == text.index("5pm")


def test_the_place_of_a_date_is_that_of_its_first_mention() -> None:
    assert _body(_clues(content=f"<p>3 November {'y ' * 100} November 3</p>"))["date:11-03"] == 0


def test_a_stop_without_a_space_is_no_address() -> None:
    assert not [clue for clue in _body(_clues(content="<p>It ended.They left.</p>")) if clue.startswith("address:")]


def test_the_place_of_a_term_is_that_in_the_text() -> None:
    text = f"{'a ' * 250}a fire"
    assert abs(_body(_clues(content=f"<p>{text}</p>"))["en: fir "] - text.index("fire")) < 20


@pytest.mark.parametrize("piece", ["a", "a."])
def test_a_long_word_in_a_title_is_read_in_linear_time(piece: str) -> None:
    def took(length: int) -> float:
        text = piece * (length // len(piece))
        start = time.process_time()
        _clues(text)
        return time.process_time() - start

    took(1000)
    assert min(took(8_000) for _ in range(2)) < 10 * min(took(2_000) for _ in range(3)) + 0.02

"""Corrections of releases that were published already, as subscribers see them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.loopback import Loopback
from tests.newssite import NewsSite, Paper
from tests.publisher import SUFFIXES, Publisher, Start

ENGLISH = Paper(
    "P2026112000101",
    "Pool closes",
    ("The pool closes today (November 20).", "It opens tomorrow.", "Call 1823."),
    counterpart="P2026112000102",
)
CHINESE = Paper(
    "P2026112000102",
    "泳池關閉",
    ("泳池今日（十一月二十日）關閉。", "泳池明日開放。", "查詢請電一八二三。"),
    "zh-Hant",
    counterpart="P2026112000101",
)
EDITIONS = ("en", "zh-Hant", "zh-Hans", "bilingual")
PHOTO = "https://photos.example/p_photo_1.jpg"


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start[Publisher]]:
    """A site with one story in both languages, with Simplified Chinese converted, published at 13:00."""
    with Loopback() as server:
        site = NewsSite(server)
        site.publish(ENGLISH, CHINESE)
        desk = Publisher(site, tmp_path_factory.mktemp("start"))
        configure(desk)
        desk.run()
        yield Start(desk)


@pytest.fixture
def desk(start: Start[Publisher], tmp_path: Path) -> Publisher:
    return start.again(tmp_path)


def configure(desk: Publisher, site: str = "", tables: str = "") -> None:
    languages = ("en", "zh-Hant", "zh-Hans")
    desk.configure(site=f'derive = {{ zh-Hans = "zh-Hant" }}\n{site}', tables=tables, languages=languages)


def edit(desk: Publisher, paper: Paper = ENGLISH, **changes: Any) -> None:
    """Edit a release, and run the job at 14:00."""
    desk.site.edit(paper.key, **changes)
    desk.run()


def note(desk: Publisher, edition: str = "en") -> str:
    """The note about corrections that an edition shows, the same in every format; "" if there is none."""
    _, found, rest = desk.everywhere("P20261120001", edition).text.partition("<p><em>")
    return rest.partition("</em>")[0] if found else ""


# What it says

CORRECTED = {
    "en": (
        ENGLISH,
        {"title": "Pool closes early", "paragraphs": ("The pool closes now.", *ENGLISH.paragraphs[1:], "No swimming.")},
        "Corrected on 20 November 2026, 14:00: title (before: “Pool closes”); 1 paragraph changed; 1 paragraph added.",
    ),
    "zh-Hant": (
        CHINESE,
        {"title": "泳池提早關閉", "paragraphs": ("泳池現已關閉。", CHINESE.paragraphs[1])},
        "更正（2026年11月20日14時00分）：標題（原為「泳池關閉」）；修改了1段；刪去了1段。",
    ),
    "zh-Hans": (
        CHINESE,
        {"title": "泳池提早關閉", "paragraphs": ("泳池現已關閉。", CHINESE.paragraphs[1])},
        "更正（2026年11月20日14时00分）：标题（原为“泳池关闭”）；修改了1段；删去了1段。",
    ),
}


@pytest.mark.parametrize("edition", CORRECTED)
def test_a_corrected_entry_says_when_and_what_in_its_language_and_every_format(edition: str, desk: Publisher) -> None:
    paper, changes, expected = CORRECTED[edition]
    before = desk.everywhere(paper.key, edition)
    edit(desk, paper, **changes)
    after = desk.everywhere(paper.key, edition)
    assert after.id == before.id
    assert after.updated == "2026-11-20T14:00:00+08:00"
    assert note(desk, edition) == expected


def test_the_note_stands_below_the_text_and_above_the_line_to_the_other_language(desk: Publisher) -> None:
    edit(desk, title="Pool closes early")
    text = desk.everywhere(ENGLISH.key).text
    places = [text.index(one) for one in ("Call 1823.", "<em>Corrected on", "繁體中文版：")]
    assert places == sorted(places)


def test_what_was_corrected_several_times_says_each(desk: Publisher) -> None:
    edit(desk, title="Pool closes early")
    edit(desk, paragraphs=("The pool closes now.", *ENGLISH.paragraphs[1:]))
    text = desk.everywhere(ENGLISH.key).text
    assert text.count("<p><em>Corrected on 20 November 2026, ") == 2
    assert "15:00: 1 paragraph changed.</em></p>" in text
    assert desk.everywhere(ENGLISH.key).updated == "2026-11-20T15:00:00+08:00"


def test_a_correction_that_no_list_tells_of_is_found_by_looking_again(desk: Publisher) -> None:
    desk.site.edit(ENGLISH.key, paragraphs=(*ENGLISH.paragraphs[:2], "Call 1824."))
    assert sum(desk.run().sources[0].changed for _ in range(4)) == 1
    assert "1 paragraph changed" in note(desk)
    assert "Call 1824." in desk.everywhere(ENGLISH.key).text


def test_the_archive_says_it_too(desk: Publisher) -> None:
    edit(desk, title="Pool closes early")
    assert desk.shown(desk.archives()[0]) == desk.shown("all/en.atom")


def test_programs_are_told_the_revision_and_the_times(desk: Publisher) -> None:
    assert desk.item(ENGLISH.key)["_feedpub"]["revision"] == 1
    assert "corrected" not in desk.item(ENGLISH.key)["_feedpub"]
    edit(desk, title="Pool closes early")
    edit(desk, title="Pool closes late")
    own = desk.item(ENGLISH.key)["_feedpub"]
    assert own["revision"] == 3
    assert own["corrected"] == ["2026-11-20T14:00:00+08:00", "2026-11-20T15:00:00+08:00"]
    assert desk.item(CHINESE.key, "all/zh-Hant.json")["_feedpub"]["revision"] == 1


# What is no correction

SLIGHT: dict[str, dict[str, Any]] = {
    "a photo": {"photos": (PHOTO,)},
    "a photo and the mark that says so": {"photos": (PHOTO,), "title": "Pool closes (with photo)"},
    "a mark": {"title": "Pool closes (with photo)"},
    "an attachment": {"attachments": ("https://photos.example/plan.pdf",)},
    "white space": {"title": "Pool  closes ", "paragraphs": tuple(f" {one} " for one in ENGLISH.paragraphs)},
}


@pytest.mark.parametrize("what", SLIGHT)
def test_what_is_no_correction_leaves_updated_alone_and_has_no_note(what: str, desk: Publisher) -> None:
    before = [desk.everywhere(ENGLISH.key, edition) for edition in ("en", "bilingual")]
    desk.site.edit(ENGLISH.key, **SLIGHT[what])
    desk.runs(4)  # Only the title is in a list.
    after = [desk.everywhere(ENGLISH.key, edition) for edition in ("en", "bilingual")]
    assert [(one.id, one.updated) for one in after] == [(one.id, one.updated) for one in before]
    assert [note(desk, edition) for edition in EDITIONS] == [""] * 4
    assert desk.item(ENGLISH.key)["_feedpub"]["revision"] == 1
    if "photos" in SLIGHT[what]:
        assert [one.href for one in desk.entry(ENGLISH.key).enclosures] == [PHOTO]


def test_a_photo_that_comes_with_a_correction_is_not_told(desk: Publisher) -> None:
    edit(desk, photos=(PHOTO,), title="Pool closes early (with photo)")
    assert note(desk) == "Corrected on 20 November 2026, 14:00: title (before: “Pool closes”)."


# Who sees it


def test_the_other_language_is_not_corrected_and_does_not_look_new(desk: Publisher) -> None:
    before = desk.everywhere(CHINESE.key, "zh-Hant")
    edit(desk, title="Pool closes early")
    after = desk.everywhere(CHINESE.key, "zh-Hant")
    assert (after.title, after.updated, note(desk, "zh-Hant")) == (before.title, before.updated, "")
    assert "Pool closes early" in after.text, "it leads to the other one by its title"


@pytest.mark.parametrize(("paper", "language"), [(ENGLISH, "en"), (CHINESE, "zh-Hant")])
def test_in_the_bilingual_entry_the_note_is_in_the_section_of_its_language(
    paper: Paper, language: str, desk: Publisher
) -> None:
    edit(desk, paper, paragraphs=("!", *paper.paragraphs[1:]))
    shown = desk.everywhere(paper.key[:-1], "bilingual")
    sections = dict(part.split('">', 1) for part in shown.text.split('<div lang="')[1:])
    assert {tag: "<em>" in section for tag, section in sections.items()} == {
        "en": language == "en",
        "zh-Hant": language == "zh-Hant",
    }
    assert shown.updated == "2026-11-20T14:00:00+08:00"
    own = desk.item("P20261120001", "all/bilingual.json")["_feedpub"]
    assert (own["revision"], own["corrected"]) == (2, ["2026-11-20T14:00:00+08:00"])


def test_a_site_may_do_without_the_note(desk: Publisher) -> None:
    configure(desk, "correction_note = false")
    edit(desk, title="Pool closes early")
    assert [note(desk, edition) for edition in EDITIONS] == [""] * 4
    assert desk.everywhere(ENGLISH.key).updated == "2026-11-20T14:00:00+08:00"
    assert "corrected" in desk.item(ENGLISH.key)["_feedpub"], "programs are told all the same"


def test_a_feed_may_do_as_it_likes(desk: Publisher) -> None:
    feeds = '[[feed]]\nid = "all"\n[[feed]]\nid = "plain"\ncorrection_note = false\narchive = true'
    configure(desk, tables=feeds)
    edit(desk, title="Pool closes early")
    for suffix in SUFFIXES:
        assert b"Corrected on" in desk.place(f"all/en{suffix}").read_bytes(), suffix
        assert b"Corrected on" not in desk.place(f"plain/en{suffix}").read_bytes(), suffix
    assert b"Corrected on" not in desk.place(desk.archives("en", "plain")[0]).read_bytes()
    assert b"Corrected on" in desk.place(desk.archives()[0]).read_bytes()


def test_turning_the_note_off_takes_it_out_everywhere_and_makes_nothing_look_new(desk: Publisher) -> None:
    edit(desk, title="Pool closes early")
    before = desk.everywhere(ENGLISH.key)
    configure(desk, "correction_note = false")
    desk.run()
    assert note(desk) == ""
    assert desk.everywhere(ENGLISH.key).updated == before.updated
    assert b"Corrected on" not in desk.place(desk.archives()[0]).read_bytes()

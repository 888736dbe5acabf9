"""A notice that a release was withdrawn, told from corrections and from news of other things that are withdrawn.

The texts lie in withdrawals/, invented: releases.toml, notices.toml and genuine.toml.
"""

from __future__ import annotations

import time
import tomllib
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub.entries import withdrawal
from feedpub.languages import LANGUAGES
from feedpub.model import Correction, Entry, Link, Photo, Withdrawal
from feedpub.scripts import simplified

_TEXTS = Path(__file__).parent / "withdrawals"
_ISSUED = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
_GONE = datetime(2026, 5, 5, 1, 5, tzinfo=UTC)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_TEXTS / name).read_text("utf-8"))


_RELEASES = _read("releases.toml")
_NOTICES = [(language, case) for language, cases in _read("notices.toml").items() for case in cases]
_GENUINE = [(language, case) for language, cases in _read("genuine.toml").items() for case in cases]


def _html(text: str) -> str:
    return "\n".join(f"<p>{escape(one)}</p>" for one in text.strip().split("\n\n") if one)


def _release(language: str, name: str) -> Entry:
    source, convert = ("zh-Hant", simplified) if language == "zh-Hans" else (language, str)
    title, text = (convert(_RELEASES[source][name][part]) for part in ("title", "text"))
    return Entry(
        id="tag:www.lantern.example,2026-05-04:P1",
        source="lantern",
        key="P1",
        language=language,
        title=title,
        published=_ISSUED,
        updated=_ISSUED,
        content=_html(text),
    )


def _is_notice(stored: Entry, text: str, title: str = "") -> bool:
    fresh = msgspec.structs.replace(stored, title=title or stored.title, content=_html(text))
    return withdrawal.is_notice(fresh, stored)


def _name(value: object) -> str | None:
    """The start of a text that is ASCII; pytest would escape another each time that it looks for tests."""
    start = (value["text"] or value["title"]).partition("\n")[0][:40] if isinstance(value, dict) else ""
    return start if start and start.isascii() else None


@pytest.mark.parametrize(("language", "case"), _NOTICES, ids=_name)
def test_a_notice_is_recognised(language: str, case: dict[str, Any]) -> None:
    found = _is_notice(_release(language, case["of"]), case["text"], case.get("title", ""))
    assert found != case.get("missed", False)


@pytest.mark.parametrize(("language", "case"), _GENUINE, ids=_name)
def test_a_text_that_is_none_is_not_taken_for_a_notice_of_any_release(language: str, case: dict[str, Any]) -> None:
    for name in _RELEASES["zh-Hant" if language == "zh-Hans" else language]:
        assert not _is_notice(_release(language, name), case["text"], case.get("title", ""))


def test_nineteen_of_twenty_notices_are_recognised() -> None:
    missed = sum(case.get("missed", False) for _, case in _NOTICES)
    assert missed <= len(_NOTICES) / 20


@pytest.mark.parametrize("language", _RELEASES)
def test_a_release_in_place_of_another_is_no_notice(language: str) -> None:
    names = _RELEASES[language]
    for name in names:
        for other in names:
            now = _RELEASES[language][other]
            assert not _is_notice(_release(language, name), now["text"], now["title"])


_SAID = {"en": "This press release has been withdrawn.", "zh-Hant": "本新聞公報已撤回。"}


@pytest.mark.parametrize("language", _SAID)
def test_a_text_that_keeps_a_paragraph_of_the_release_is_a_correction(language: str) -> None:
    for name, release in _RELEASES[language].items():
        kept = release["text"].strip().split("\n\n")[-1]
        assert not _is_notice(_release(language, name), f"{_SAID[language]}\n\n{kept}")
        assert not _is_notice(_release(language, name), f"{_SAID[language]} {kept}")


@pytest.mark.parametrize("language", _SAID)
def test_a_long_text_is_no_notice(language: str) -> None:
    more = {"en": " The reasons are as many as these words are.", "zh-Hant": "原因一如以下所述。"}[language] * 20
    assert not _is_notice(_release(language, "pool"), _SAID[language] + more)


@pytest.mark.parametrize("language", _SAID)
def test_a_release_of_other_withdrawn_papers_that_is_changed_is_no_notice(language: str) -> None:
    before, now = {
        "en": (
            "The bank has corrected its press release of May 4.",
            "The press release issued on May 4 has been withdrawn.",
        ),
        "zh-Hant": ("銀行已更正五月四日的新聞稿。", "五月四日發出的新聞稿已撤回。"),
    }[language]
    stored = msgspec.structs.replace(_release(language, "pool"), content=_html(before))
    assert not _is_notice(stored, now)


def test_on_whose_behalf_it_is_issued_may_be_said_of_a_notice_too() -> None:
    behalf = "The following is issued on behalf of the Leisure Services Office:"
    pool = _release("en", "pool")
    stored = msgspec.structs.replace(pool, content=_html(behalf) + pool.content)
    assert _is_notice(stored, f"{behalf}\n\n{_SAID['en']}")


@pytest.mark.parametrize(
    "marks", ["<strong>{}</strong>", "<table><tbody><tr><td>{}</td></tr></tbody></table>", "{}<br>"]
)
def test_a_notice_may_have_any_markup(marks: str) -> None:
    stored = _release("en", "pool")
    fresh = msgspec.structs.replace(stored, content=marks.format("This press release<br>has been withdrawn."))
    assert withdrawal.is_notice(fresh, stored)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "this",
                    "the",
                    "press release",
                    "issued by",
                    "the Office",
                    "which",
                    "has been",
                    "withdrawn",
                    "and",
                    ".",
                ),
                *(
                    "error",
                    "it",
                    "please disregard",
                    "本",
                    "新聞公報",
                    "因",
                    "，",
                    "於",
                    "已",
                    "撤回",
                    "有關",
                    "由",
                    "處",
                    "的",
                ),
            ]
        ),
        max_size=120,
    ),
    st.sampled_from(["en", "zh-Hant"]),
)
def test_no_short_text_takes_long(words: list[str], language: str) -> None:
    text = "".join(f"{word} " if word.isascii() else word for word in words)[: 500 if language == "en" else 160]
    stored = _release(language, "pool")
    began = time.perf_counter()
    _is_notice(stored, text, text)
    assert time.perf_counter() - began < 1


# What is shown of a withdrawn entry


@pytest.mark.parametrize(
    ("language", "title", "line"),
    [
        (
            "en",
            "Withdrawn: Heron Reach Swimming Pool to close for repairs",
            (
                "This press release, issued on 4 May 2026, 08:30, was withdrawn by its publisher "
                "(noticed on 5 May 2026, 01:05)."
            ),
        ),
        (
            "zh-Hant",
            "已撤回：鷺灣游泳池暫停開放以進行維修",
            "這份於2026年5月4日8時30分發出的新聞公報已由發布機構撤回（於2026年5月5日1時05分得悉）。",
        ),
        (
            "zh-Hans",
            "已撤回：鹭湾游泳池暂停开放以进行维修",
            "这份于2026年5月4日8时30分发布的新闻稿已由发布机构撤回（于2026年5月5日1时05分获悉）。",
        ),
    ],
)
def test_a_line_in_its_language_and_the_notice_stand_in_place_of_its_text(language: str, title: str, line: str) -> None:
    notice = "<p>Withdrawn &amp; gone.</p>"
    gone = msgspec.structs.replace(_release(language, "pool"), withdrawn=Withdrawal(at=_GONE, notice=notice))
    shown = withdrawal.shown(gone)
    assert (shown.title, shown.summary, shown.content) == (title, line, f"<p>{line}</p>{notice}")


def test_nothing_else_of_its_text_is_shown_and_it_stays_what_it_is() -> None:
    link = Link(url="https://www.lantern.example/a")
    gone = msgspec.structs.replace(
        _release("en", "pool"),
        url="https://www.lantern.example/1",
        photos=(Photo(url=link.url),),
        attachments=(link,),
        videos=(link,),
        related=(link,),
        corrections=(Correction(at=_ISSUED, changed=1),),
        withdrawn=Withdrawal(at=_GONE),
    )
    shown = withdrawal.shown(gone)
    assert (shown.photos, shown.attachments, shown.videos, shown.related) == ((), (), (), ())
    assert (shown.id, shown.url, shown.published, shown.updated) == (gone.id, gone.url, gone.published, gone.updated)
    assert (shown.withdrawn, shown.revision) == (gone.withdrawn, gone.revision)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Withdrawn: Harbour Lights Carnival to be held on Sunday"),
        ("zh-Hant", "已撤回：海港燈影嘉年華星期日舉行"),
    ],
)
def test_its_title_says_no_more_that_there_are_photos(language: str, title: str) -> None:
    gone = msgspec.structs.replace(_release(language, "carnival"), markers=("photos",), withdrawn=Withdrawal(at=_GONE))
    shown = withdrawal.shown(gone)
    assert (shown.title, shown.markers) == (title, ())


def test_an_entry_that_is_not_withdrawn_is_shown_as_it_is() -> None:
    entry = _release("en", "pool")
    assert withdrawal.shown(entry) is entry


@pytest.mark.parametrize("language", LANGUAGES)
def test_braces_and_signs_in_a_title_are_only_these(language: str) -> None:
    gone = Entry(
        id="x",
        source="s",
        key="k",
        language=language,
        title="{title} & {0}",
        published=_ISSUED,
        updated=_GONE,
        withdrawn=Withdrawal(at=_GONE),
    )
    assert withdrawal.shown(gone).title.endswith("{title} & {0}")

"""What a newly read entry means beside the stored one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub.entries.changes import Change, Decision, decide, withdraw
from feedpub.entries.normalise import normalise
from feedpub.model import Correction, Entry, Link, Photo, Release, Withdrawal

_ZONE = ZoneInfo("Asia/Hong_Kong")
_ISSUED = datetime(2026, 5, 4, 16, 30, tzinfo=_ZONE)
_NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
_LATER = datetime(2026, 5, 5, 1, 0, tzinfo=UTC)
_STORED = Entry(
    id="tag:www.saltmarsh.example,2026-05-04:P2026050400233",
    source="saltmarsh",
    key="P2026050400233",
    language="en",
    title="Kelp Glasshouse opens",
    published=_ISSUED,
    updated=_ISSUED,
    url="https://www.saltmarsh.example/1",
    summary="It opens on Saturday.",
    content="<p>It opens on <strong>Saturday</strong>.</p>\n<p>Fish &amp; kelp.</p>",
)
_NOTICE = "<p>This press release has been withdrawn.</p>"


def _fresh(**changes: Any) -> Entry:
    return msgspec.structs.replace(_STORED, **changes)


def _release(title: str, *paragraphs: str, language: str = "en", **more: Any) -> Entry:
    """A release as it comes from its page."""
    return normalise(
        Release(
            source="saltmarsh",
            authority="www.saltmarsh.example",
            key="P2026050400233",
            language=language,
            day=date(2026, 5, 4),
            title=title,
            body="".join(f"<p>{escape(one)}</p>" for one in paragraphs),
            base="https://www.saltmarsh.example/",
            issued=_ISSUED,
            **more,
        )
    )


def _paragraphs(*texts: str) -> str:
    return "\n".join(f"<p>{one}</p>" for one in texts)


def test_what_is_not_stored_is_new_and_stored_as_it_is() -> None:
    decision = decide(None, _STORED, _NOW)
    assert (decision.change, decision.entry) == (Change.NEW, _STORED)


def test_what_is_issued_in_the_future_is_new_as_of_now_in_its_own_zone() -> None:
    before = datetime(2026, 5, 4, 8, 0, 7, 650, tzinfo=UTC)
    found = decide(None, _STORED, before)
    assert found == Decision(Change.NEW, _fresh(updated=datetime(2026, 5, 4, 16, 0, 7, tzinfo=_ZONE)))
    assert str(found.entry.updated) == "2026-05-04 16:00:07+08:00"
    assert decide(None, _STORED, _ISSUED) == Decision(Change.NEW, _STORED)


def test_the_same_again_is_the_same() -> None:
    decision = decide(_STORED, _fresh(), _NOW)
    assert (decision.change, decision.entry) == (Change.SAME, _STORED)


@pytest.mark.parametrize(
    ("changes", "correction"),
    [
        ({"title": "Kelp glasshouse opens"}, {"title": "Kelp Glasshouse opens"}),
        ({"content": _paragraphs("It opens on Sunday.", "Fish &amp; kelp.")}, {"changed": 1}),
        ({"content": _STORED.content + "\n<p>More.</p>"}, {"added": 1}),
        ({"content": ""}, {"removed": 2}),
        ({"content": _paragraphs("It opens on Saturday.", "Fish &lt; kelp.")}, {"changed": 1}),
        (
            {"title": "Kelp opens", "content": _paragraphs("It opens.", "Fish.", "More.")},
            {"title": "Kelp Glasshouse opens", "changed": 2, "added": 1},
        ),
    ],
    ids=["capital", "word", "paragraph", "emptied", "sign", "both"],
)
def test_a_change_of_title_or_text_is_a_correction_and_moves_updated_to_now(
    changes: dict[str, Any], correction: dict[str, Any]
) -> None:
    decision = decide(_STORED, _fresh(**changes), _NOW)
    assert decision.change is Change.EDITED
    assert decision.entry == _fresh(**changes, updated=_NOW, corrections=(Correction(at=_NOW, **correction),))
    assert decision.entry.updated.utcoffset() == _ISSUED.utcoffset(), "in the source's zone"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Kelp Glasshouse opens (with photo)", "markers": ("photos",)},
        {"photos": (Photo(url="https://www.saltmarsh.example/p.jpg", caption="Kelp"),)},
        {"attachments": (Link(url="https://www.saltmarsh.example/a.pdf"),)},
        {"counterparts": {"zh-Hant": "https://www.saltmarsh.example/2"}},
        {"url": "https://www.saltmarsh.example/1b"},
        {"summary": "It opens."},
        {"title": "Kelp  Glasshouse\u00a0opens"},
        {"title": "Kelp\u200bGlasshouse opens"},
        {"content": "<p>It opens on Saturday.</p>\n<p>Fish &amp; kelp.</p>"},
        {"content": "<p>It opens on  <strong>Saturday</strong>.<br>\n\u3000Fish &amp; kelp.</p>"},
        {"content": _STORED.content.replace("Saturday", '<a href="https://a.example/?a=1&amp;b=2">Saturday</a>')},
        {"content": _STORED.content + '\n<p><img src="https://a.example/x.png" alt="kelp &gt; fish"></p>'},
    ],
    ids=[
        "marker",
        "photo",
        "attachment",
        "counterpart",
        "address",
        "summary",
        "white space in the title",
        "zero width in the title",
        "markup",
        "white space in the text",
        "link",
        "image",
    ],
)
def test_anything_else_is_a_touch_and_moves_nothing(changes: dict[str, Any]) -> None:
    decision = decide(_STORED, _fresh(**changes), _NOW)
    assert decision.change is Change.TOUCHED
    assert decision.entry == _fresh(**changes)
    assert (decision.entry.updated, decision.entry.revision) == (_STORED.updated, 1)


_TITLES = {
    "en": ("Kelp Glasshouse opens", "The Kelp Glasshouse opens"),
    "zh-Hant": ("海藻溫室開幕", "海藻溫室今日開幕"),
    "zh-Hans": ("海藻温室开幕", "海藻温室今日开幕"),
}


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("en", "", " (with photo)"),
        ("en", " (with photo)", ""),
        ("en", " (with photo)", " (with photos/video)"),
        ("en", " (English only)", ""),
        ("en", "", " (with photos) (English only)"),
        ("zh-Hant", "", "（附圖）"),
        ("zh-Hant", "（附圖）", ""),
        ("zh-Hant", "（附圖）", "（附圖／短片）"),
        ("zh-Hant", "(附圖)", "（附圖）"),
        ("zh-Hant", "（只有中文）", "（附圖）（只有中文）"),
        ("zh-Hans", "", "（附图）"),
        ("zh-Hans", "（附图／短片）", "（附图）"),
    ],
)
def test_what_the_last_brackets_of_a_title_say_is_no_change(language: str, before: str, after: str) -> None:
    title, _ = _TITLES[language]
    stored = _release(title + before, "Text.", language=language)
    fresh = _release(title + after, "Text.", language=language)
    decision = decide(stored, fresh, _NOW)
    assert decision.change in (Change.TOUCHED, Change.SAME)
    assert (decision.entry.title, decision.entry.updated, decision.entry.corrections) == (fresh.title, _ISSUED, ())


@pytest.mark.parametrize("language", _TITLES)
def test_a_title_that_changed_beside_its_marker_is_a_correction_that_keeps_the_title_before(language: str) -> None:
    marker = {"en": " (with photo)", "zh-Hant": "（附圖）", "zh-Hans": "（附图）"}[language]
    before, after = _TITLES[language]
    decision = decide(
        _release(before + marker, "Text.", language=language), _release(after, "Text.", language=language), _NOW
    )
    assert decision.change is Change.EDITED
    assert decision.entry.corrections == (Correction(at=_NOW, title=before + marker),)


@pytest.mark.parametrize(
    ("before", "after"),
    [("Gale (signal 8)", "Gale (signal 9)"), ("Gale (with rain)", "Gale"), ("(with photo)", "(with video)")],
)
def test_other_brackets_of_a_title_are_part_of_it(before: str, after: str) -> None:
    assert decide(_release(before, "Text."), _release(after, "Text."), _NOW).change is Change.EDITED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("康樂事務處將於星期日舉行嘉年華。", "康樂事務處將於星期日\u3000舉行嘉年華。"),
        ("康樂事務處將於5月10日舉行嘉年華。", "康樂事務處將於 5 月 10 日舉行嘉年華。"),
        ("會期為\u3000三日。", "\u3000\u3000會期為三日。"),
        ("It opens on Saturday.", "\u3000It  opens\non Saturday.\u00a0"),
        ("It opens on Saturday.", "It opens on\u200b Saturday.\ufeff"),
    ],
)
def test_white_space_in_a_text_is_no_change(before: str, after: str) -> None:
    language = "en" if before.isascii() else "zh-Hant"
    stored, fresh = (_release("Title", one, language=language) for one in (before, after))
    assert decide(stored, fresh, _NOW).entry.updated == _ISSUED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("嘉年華星期日舉行。", "嘉年華星期六舉行。"),
        ("嘉年華星期日舉行。", "嘉年華星期日舉行！"),
        ("票價10元。", "票價20元。"),
        ("票價10元。", "票價\uff11\uff10元。"),
    ],
    ids=["character", "mark", "number", "width"],
)
def test_one_character_of_a_text_is_a_correction(before: str, after: str) -> None:
    stored, fresh = (_release("標題", one, language="zh-Hant") for one in (before, after))
    decision = decide(stored, fresh, _NOW)
    assert (decision.change, decision.entry.corrections) == (Change.EDITED, (Correction(at=_NOW, changed=1),))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\uff2c\uff23\uff31\uff15：海藻", "LCQ5：海藻"),
        ("海藻(一)", "海藻（一）"),
        ("海藻\u3014二\u3015", "海藻（二）"),
    ],
)
def test_the_width_of_a_titles_letters_digits_and_brackets_is_no_change(before: str, after: str) -> None:
    stored, fresh = (_release(one, "內容。", language="zh-Hant") for one in (before, after))
    assert decide(stored, fresh, _NOW).change is Change.SAME


@pytest.mark.parametrize(
    "photos",
    [
        (),
        (Photo(url="a.jpg", caption="Kelp at dawn"),),
        (Photo(url="b.jpg", caption="Kelp"),),
        (Photo(url="a.jpg", caption="Kelp"), Photo(url="b.jpg")),
    ],
    ids=["gone", "caption", "another", "one more"],
)
def test_photos_and_their_captions_are_no_correction(photos: tuple[Photo, ...]) -> None:
    stored = _release("Title", "Text.", photos=(Photo(url="a.jpg", caption="Kelp"),))
    decision = decide(stored, _release("Title", "Text.", photos=photos), _NOW)
    assert (decision.change, decision.entry.updated) == (Change.TOUCHED, _ISSUED)


@pytest.mark.parametrize(
    ("after", "changed", "added", "removed"),
    [
        (["A", "B", "C"], 0, 1, 0),
        (["B"], 0, 0, 1),
        (["A", "X"], 1, 0, 0),
        (["X", "Y", "Z"], 2, 1, 0),
        (["X"], 1, 0, 1),
        (["B", "A"], 0, 1, 1),
        (["New", "A", "B"], 0, 1, 0),
    ],
)
def test_a_correction_counts_paragraphs_that_changed_came_and_went(
    after: list[str], changed: int, added: int, removed: int
) -> None:
    stored = _fresh(content=_paragraphs("A", "B"))
    (correction,) = decide(stored, _fresh(content=_paragraphs(*after)), _NOW).entry.corrections
    assert (correction.changed, correction.added, correction.removed) == (changed, added, removed)


def test_thousands_of_lines_of_the_same_are_counted_soon() -> None:
    stored = _fresh(content="<p>a</p><p>b</p>" * 3000)
    decision = decide(stored, _fresh(content="<p>b</p><p>c</p><p>a</p>" * 2000), _NOW)
    assert decision.change is Change.EDITED


def test_corrections_stand_in_their_order_and_each_is_a_revision() -> None:
    first = decide(_STORED, _fresh(title="Second"), _NOW).entry
    second = decide(first, _fresh(title="Third"), _LATER).entry
    assert second.corrections == (
        Correction(at=_NOW, title="Kelp Glasshouse opens"),
        Correction(at=_LATER, title="Second"),
    )
    assert [one.revision for one in (_STORED, first, second)] == [1, 2, 3]


def test_a_touch_keeps_the_corrections_that_were() -> None:
    edited = decide(_STORED, _fresh(title="Second"), _NOW).entry
    touched = decide(edited, _fresh(title="Second (with photo)"), _LATER)
    assert touched.change is Change.TOUCHED
    assert (touched.entry.corrections, touched.entry.updated) == (edited.corrections, edited.updated)


@pytest.mark.parametrize("changes", [{}, {"title": "Another"}, {"summary": "Another"}], ids=["same", "edit", "touch"])
def test_id_and_published_never_move(changes: dict[str, Any]) -> None:
    later = datetime(2026, 5, 5, 9, 0, tzinfo=_ZONE)
    fresh = _fresh(id="tag:www.saltmarsh.example,2026-05-05:P2026050400233", published=later, updated=later, **changes)
    decision = decide(_STORED, fresh, _NOW)
    assert decision.entry.id == _STORED.id
    assert decision.entry.published == _STORED.published


def test_a_moved_issue_time_alone_is_no_change() -> None:
    later = datetime(2026, 5, 5, 9, 0, tzinfo=_ZONE)
    assert decide(_STORED, _fresh(published=later, updated=later), _NOW).change is Change.SAME


@pytest.mark.parametrize("now", [datetime(2026, 5, 1, tzinfo=UTC), _ISSUED], ids=["a clock that is behind", "at once"])
def test_updated_moves_with_every_correction_and_never_back(now: datetime) -> None:
    entry = _STORED
    for title in ("Second", "Third"):
        corrected = decide(entry, _fresh(title=title), now).entry
        assert corrected.updated == entry.updated + timedelta(seconds=1)
        entry = corrected
    assert withdraw(entry, now).entry.updated > entry.updated


def test_parts_of_a_second_are_dropped() -> None:
    now = _NOW + timedelta(microseconds=999_999)
    entry = decide(_STORED, _fresh(title="Second"), now).entry
    assert (entry.updated, entry.corrections[0].at) == (_NOW, _NOW)
    gone = withdraw(_STORED, now).entry
    assert gone.withdrawn == Withdrawal(at=_NOW)
    assert gone.updated == _NOW


def test_an_edit_seen_again_is_the_same() -> None:
    edited = decide(_STORED, _fresh(title="Second"), _NOW).entry
    decision = decide(edited, _fresh(title="Second"), datetime(2026, 5, 9, tzinfo=UTC))
    assert (decision.change, decision.entry) == (Change.SAME, edited)


# Withdrawn and there again


def test_a_withdrawn_entry_keeps_its_id_and_texts_and_looks_new() -> None:
    decision = withdraw(_STORED, _NOW)
    assert decision.change is Change.WITHDRAWN
    assert decision.entry == _fresh(updated=_NOW, withdrawn=Withdrawal(at=_NOW))
    assert decision.entry.revision == 2


def test_a_notice_in_its_place_withdraws_an_entry_and_is_kept_beside_its_texts() -> None:
    decision = decide(_STORED, _fresh(title="Press release withdrawn", content=_NOTICE, summary="Withdrawn."), _NOW)
    assert decision.change is Change.WITHDRAWN
    assert decision.entry == _fresh(updated=_NOW, withdrawn=Withdrawal(at=_NOW, notice=_NOTICE))


def test_withdrawn_twice_is_the_same() -> None:
    gone = withdraw(_STORED, _NOW).entry
    assert withdraw(gone, _LATER) == Decision(Change.SAME, gone)
    told = decide(_STORED, _fresh(content=_NOTICE), _NOW).entry
    assert decide(told, _fresh(content=_NOTICE), _LATER) == Decision(Change.SAME, told)
    assert withdraw(told, _LATER) == Decision(Change.SAME, told), "a notice that goes is no news"


def test_a_notice_that_comes_later_is_told_and_does_not_look_new() -> None:
    gone = withdraw(_STORED, _NOW).entry
    decision = decide(gone, _fresh(content=_NOTICE), _LATER)
    assert decision.change is Change.TOUCHED
    assert decision.entry == msgspec.structs.replace(gone, withdrawn=Withdrawal(at=_NOW, notice=_NOTICE))


def test_a_release_that_is_there_again_is_restored_under_its_id_and_looks_new() -> None:
    gone = withdraw(_STORED, _NOW).entry
    decision = decide(gone, _fresh(), _LATER)
    assert decision.change is Change.RESTORED
    assert decision.entry == _fresh(updated=_LATER, corrections=(Correction(at=_LATER, restored=True),))
    assert decision.entry.revision == 3, "first issue, withdrawal, return"


def test_what_changed_meanwhile_is_told_with_the_return() -> None:
    gone = decide(_STORED, _fresh(content=_NOTICE), _NOW).entry
    back = decide(gone, _fresh(title="Second", content=_STORED.content + "<p>More.</p>"), _LATER).entry
    assert back.corrections == (Correction(at=_LATER, title="Kelp Glasshouse opens", added=1, restored=True),)


def test_a_release_may_go_and_come_many_times() -> None:
    entry, now, revisions = _STORED, _NOW, []
    for _ in range(3):
        now += timedelta(hours=1)
        entry = withdraw(entry, now).entry
        revisions.append(entry.revision)
        now += timedelta(hours=1)
        entry = decide(entry, _fresh(), now).entry
        revisions.append(entry.revision)
    assert revisions == [2, 3, 4, 5, 6, 7]
    assert (entry.id, entry.published, entry.updated, entry.content) == (_STORED.id, _ISSUED, now, _STORED.content)


def test_corrections_outlast_a_withdrawal() -> None:
    edited = decide(_STORED, _fresh(title="Second"), _NOW).entry
    back = decide(withdraw(edited, _LATER).entry, _fresh(title="Second"), _LATER + timedelta(days=1)).entry
    assert [one.restored for one in back.corrections] == [False, True]


# What holds of whatever is read, one after the other

_NOTICES = {"en": "This press release has been withdrawn.", "zh-Hant": "本新聞公報已撤回。"}
_SOME_TEXT = st.text(st.sampled_from("ab 字。（附圖）() \u3000\u00a0<&"), max_size=12)


@st.composite
def _read(draw: st.DrawFn) -> tuple[Entry, list[Entry | None]]:
    """An entry and what is read of it later; None where it is gone."""
    language = draw(st.sampled_from(sorted(_NOTICES)))

    def one() -> Entry:
        paragraphs = draw(st.lists(st.one_of(_SOME_TEXT, st.just(_NOTICES[language])), max_size=4))
        # The title has to have something.
        return _release("x" + draw(_SOME_TEXT), *paragraphs, language=language)

    return one(), [one() if draw(st.booleans()) else None for _ in range(draw(st.integers(1, 5)))]


@settings(deadline=None, max_examples=300)
@given(_read())
def test_id_and_published_never_change_and_the_same_again_is_the_same(read: tuple[Entry, list[Entry | None]]) -> None:
    entry, later = read
    first = entry
    for hours, fresh in enumerate(later, start=1):
        now = _NOW + timedelta(hours=hours)
        decision = decide(entry, fresh, now) if fresh else withdraw(entry, now)
        changed = decision.change not in (Change.SAME, Change.TOUCHED)
        assert (decision.entry.id, decision.entry.published) == (first.id, first.published)
        assert (decision.entry.updated > entry.updated) == changed
        assert decision.entry.revision == entry.revision + changed
        assert decision.entry.corrections[: len(entry.corrections)] == entry.corrections
        entry = decision.entry
        again = decide(entry, fresh, now + timedelta(minutes=1)) if fresh else withdraw(entry, now)
        assert again == Decision(Change.SAME, entry)

"""The tail and the head around a text are cut off, and nothing else."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from feedpub.collect.furniture import issue_time, trim

_ZONE = ZoneInfo("Asia/Hong_Kong")
_ENGLISH = "Ends/Monday, May 4, 2026\nIssued at HKT 16:30\nNNNN"
_CHINESE = "完\n2026年5月4日（星期一）\n香港時間16時30分"


@pytest.mark.parametrize(
    ("tail", "issued"),
    [
        (_ENGLISH, "2026-05-04T16:30"),
        (_CHINESE, "2026-05-04T16:30"),
        ("Ends/Tuesday, May 5, 2026\n\t  Issued at HKT 0:05\n", "2026-05-05T00:05"),
        ("Ends / Monday , May 4 , 2026  Issued at HKT 16.30", "2026-05-04T16:30"),
        ("Ends/May 4, 2026\nIssued at HKT 09:01", "2026-05-04T09:01"),
        ("完\n2026年5月5日（星期二）香港時間0時05分", "2026-05-05T00:05"),
        ("完\n２０１２年９月４日（星期二）香港時間１０時５３分", "2012-09-04T10:53"),  # noqa: RUF001 - full-width on purpose
        ("完 / 2012年9月4日(星期二) 香港時間 10時53分 NNNN", "2012-09-04T10:53"),
    ],
)
@pytest.mark.parametrize("before", ["The text.\n", "內文。\n\n", "The text.\n\u3000\u3000"])
def test_a_tail_is_cut_off_and_tells_the_issue_time(before: str, tail: str, issued: str) -> None:
    trimmed = trim([before + tail], "A title")
    assert trimmed.pieces[0].strip() == before.strip()
    assert issue_time(trimmed.tail, _ZONE) == datetime.fromisoformat(issued).replace(tzinfo=_ZONE)


@pytest.mark.parametrize(
    "pieces",
    [
        ["The text.", "\n", "Ends/Monday, May 4, 2026", "\n", "Issued at HKT 16:30", "\n", "NNNN", " "],
        ["The text.", "\u00a0", "\n Ends/Monday, May 4, 2026\n", "\n Issued at HKT 16:30\n", "\n NNNN\n"],
        ["The text.", "完", "2026年5月4日（星期一）", "\n  香港時間16時30分", "\n"],
    ],
)
def test_a_tail_may_lie_in_pieces(pieces: list[str]) -> None:
    trimmed = trim(pieces, "A title")
    assert "".join(trimmed.pieces).strip() == "The text."
    assert len(trimmed.pieces) == len(pieces)
    assert issue_time(trimmed.tail, _ZONE) == datetime(2026, 5, 4, 16, 30, tzinfo=_ZONE)


@pytest.mark.parametrize(
    "text",
    [
        "The exhibition ends/closes on Monday.",
        "The road works will end on Monday, May 4, 2026.",
        "The bulletin was Issued at HKT 16:30 by the Observatory and is no longer valid.",
        "工程已於上月完",
        "會議於2026年5月4日舉行。",
        "Loose ends\n\nWeekends and bookends",
        "Call NNNN for help.",
        "A text\n\n",
    ],
)
def test_a_text_that_only_sounds_like_a_tail_stays(text: str) -> None:
    trimmed = trim([text], "A title")
    assert trimmed.pieces == [text]
    assert trimmed.tail == ""


@pytest.mark.parametrize("last", ["2026年4月30日", "2026年4月30日（星期四）"])
def test_a_date_before_the_tail_is_text_and_not_the_issue_time(last: str) -> None:
    # A letter ends with its date, and a table may end with one.
    trimmed = trim(["內文。", last, "\n", "完", "2026年5月4日（星期一）", "香港時間16時30分"], "標題")
    assert "".join(trimmed.pieces).strip() == f"內文。{last}"
    assert issue_time(trimmed.tail, _ZONE) == datetime(2026, 5, 4, 16, 30, tzinfo=_ZONE)


def test_a_date_at_the_end_of_a_text_without_a_tail_is_text() -> None:
    trimmed = trim(["敬啟者：內文。", "海事署署長", "2026年4月30日"], "公開信")
    assert trimmed.pieces == ["敬啟者：內文。", "海事署署長", "2026年4月30日"]


@pytest.mark.parametrize(
    ("tail", "why"),
    [
        ("", "nothing"),
        ("Ends/Monday, May 4, 2026", "no time"),
        ("Issued at HKT 16:30", "no day"),
        ("Ends/Monday, May 32, 2026\nIssued at HKT 16:30", "no such day"),
        ("Ends/Monday, May 4, 2026\nIssued at HKT 25:30", "no such hour"),
        ("完\n2026年13月4日\n香港時間16時30分", "no such month"),
    ],
)
def test_without_a_full_date_and_time_there_is_no_issue_time(tail: str, why: str) -> None:
    assert issue_time(tail, _ZONE) is None, why


@pytest.mark.parametrize("stars", ["*" * 40, "＊＊＊＊＊", "***", "\u200b＊＊＊ "])
@pytest.mark.parametrize(
    ("said_again", "title"),
    [
        ("Sea wall opens (with photo)", "Sea wall opens (with photo)"),
        ("海堤啟用（附圖）", "海堤啟用(附圖)"),
        ("\u200b海堤 啟用", "海堤啟用"),
        ("Sea wall\nopens", "Sea wall opens"),
    ],
)
def test_the_title_said_again_above_a_line_of_stars_goes(said_again: str, title: str, stars: str) -> None:
    trimmed = trim([f"\n  {said_again}\n  {stars}\n  The text."], title)
    assert trimmed.pieces == ["  The text."]


def test_the_head_may_lie_in_pieces() -> None:
    assert trim(["\n", "Sea ", "wall", "\n", "****", "The text."], "Sea wall").pieces == [""] * 5 + ["The text."]


def test_stars_alone_at_the_start_go() -> None:
    assert trim(["*****\nThe text."], "Sea wall").pieces == ["The text."]


@pytest.mark.parametrize(
    "text",
    [
        "Sea wall\nopens today.",
        "An introduction\n****\nThe text.",
        "The text.\n****\nMore text.",
        "Sea wall\nThe text.",
    ],
)
def test_nothing_goes_where_something_else_stands_above_the_stars_or_no_stars_come(text: str) -> None:
    assert trim([text], "Sea wall").pieces == [text]


def test_a_text_of_nothing_stays_nothing() -> None:
    assert trim([], "Sea wall").pieces == []
    assert trim(["", " \n"], "Sea wall").pieces == ["", " \n"]

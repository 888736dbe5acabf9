from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.expectations import (
    ListNorm,
    TextNorm,
    TextSeen,
    judge_changes,
    judge_list,
    judge_texts,
    judge_unreadable,
    learn_list,
    learn_texts,
)
from feedpub.faults import NAMES, Expected
from feedpub.model import Sighting

ZONE = ZoneInfo("Asia/Hong_Kong")
NOW = datetime(2026, 11, 27, 18, 0, tzinfo=ZONE)
MIDNIGHT = NOW.replace(hour=0)
MONTH = timedelta(days=30)
BUSY = tuple(NOW - timedelta(minutes=7 * number) for number in range(100))
WEEK = tuple(NOW - timedelta(hours=9 * number) for number in range(20))


class Page(msgspec.Struct, frozen=True):
    address: str
    language: str
    sightings: tuple[Sighting, ...] | None


def page(
    count: int = 20,
    *,
    titles: Sequence[str] = (),
    issued: Sequence[datetime] = (),
    language: str = "en",
) -> Page:
    titles = titles or [f"Ferry pier {number} reopens" for number in range(count)]
    count = len(issued) or len(titles)
    return Page(
        "https://news.example/list",
        language,
        tuple(
            Sighting(
                source="gov",
                key=str(number),
                language=language,
                address=f"https://news.example/{number}",
                stamp="",
                title=titles[number % len(titles)],
                issued=issued[number] if issued else None,
            )
            for number in range(count)
        ),
    )


NOTHING = Page("https://news.example/list", "en", ())
UNCHANGED = Page("https://news.example/list", "en", None)


def learned(*looks: Page, times: int = 1) -> ListNorm:
    """What is known after looks at a list, each so many times, over a month."""
    norm = None
    all_ = looks * times
    for number, look in enumerate(all_):
        norm = learn_list(norm, look, NOW - MONTH + MONTH * number / len(all_), ZONE)
    assert norm is not None
    return norm


def names(norm: ListNorm | None, look: Page) -> list[str]:
    return [fault.name for fault in judge_list(norm, look, NOW, ZONE)]


SAME = page(titles=["Page not found"] * 5)
BLANK = page(titles=[""] * 5)
CHINESE = page(titles=["三號碼頭重開", "渡輪服務恢復 Pier 3", "LCSD 流動圖書館停駛"])
TODAY = tuple(NOW - timedelta(minutes=number) for number in range(20))
FUTURE = tuple(NOW + timedelta(days=1, minutes=number) for number in range(5))


@pytest.mark.parametrize(
    ("before", "look", "expected"),
    [
        pytest.param([page(issued=WEEK)], NOTHING, ["empty"], id="never empty before"),
        pytest.param([page()] * 10, NOTHING, ["empty"], id="without dates, known for a month"),
        pytest.param([page()] * 9, NOTHING, ["empty"], id="without dates, not known for long"),
        pytest.param([page(issued=BUSY)] * 5, NOTHING, [], id="a page of today, not known over a midnight"),
        pytest.param([page(issued=BUSY), NOTHING] * 10, NOTHING, [], id="a page of today is empty at midnight"),
        pytest.param([page()], SAME, ["same-titles"], id="an error title"),
        pytest.param([page()], BLANK, ["same-titles"], id="a template not filled in"),
        pytest.param([page()], page(titles=["Typhoon signal hoisted"] * 2), [], id="two may be called the same"),
        pytest.param([SAME], SAME, [], id="always called the same"),
        pytest.param([SAME] + [page()] * 20, SAME, ["same-titles"], id="called the same once, long ago"),
        pytest.param([page(issued=WEEK)], page(issued=TODAY), ["all-today"], id="all of today, usually of a week"),
        pytest.param([page(issued=WEEK)], page(issued=[NOW] * 5), ["all-today"], id="all of one moment"),
        pytest.param([page(issued=WEEK)], page(issued=TODAY[:4]), [], id="four of today"),
        pytest.param([page(issued=BUSY)], page(issued=BUSY[:60]), [], id="of one day by nature"),
        pytest.param([page(issued=(*BUSY[:40], *WEEK[-1:]))], page(issued=BUSY[:60]), [], id="of two days, a busy day"),
        pytest.param(
            [page(issued=(*BUSY[:40], *WEEK[-1:]))], page(issued=[NOW] * 9), ["all-today"], id="of two days, one moment"
        ),
        pytest.param(
            [page(issued=(*BUSY[:40], *WEEK[-1:]))], page(issued=[MIDNIGHT] * 9), [], id="of two days, dates only"
        ),
        pytest.param([page(issued=WEEK)], page(issued=FUTURE), ["all-future"], id="all of tomorrow"),
        pytest.param([page(issued=WEEK)], page(issued=(*FUTURE, NOW)), [], id="one not of tomorrow"),
        pytest.param([page()], page(titles=["渡輪恢復"] * 2 + ["LCSD 圖書館停駛"]), ["wrong-language"], id="Chinese"),
        pytest.param([page()], page(titles=["渡輪恢復"] * 9 + ["Ferry"]), [], id="one of ten is English"),
        pytest.param([page()], page(titles=["2026 11 27", "1", "2"]), [], id="titles without letters"),
        pytest.param([page(300)], page(1_501), ["flood"], id="more than five times the most"),
        pytest.param([page(300)], page(1_500), [], id="five times the most"),
        pytest.param([page(20)], page(500), [], id="many times the most, but not many"),
        pytest.param([page(2_000)], page(5_001), ["flood"], id="more than any list has"),
        pytest.param([page(5_001)], page(5_200), [], id="a long list by nature"),
    ],
)
def test_a_list_is_judged_by_what_it_was(before: list[Page], look: Page, expected: list[str]) -> None:
    assert names(learned(*before), look) == expected


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        pytest.param(NOTHING, [], id="empty"),
        pytest.param(SAME, [], id='links that all say "Details"'),
        pytest.param(BLANK, [], id="no titles"),
        pytest.param(page(issued=BUSY), [], id="a busy day"),
        pytest.param(page(issued=[MIDNIGHT] * 9), [], id="a day of dates"),
        pytest.param(page(titles=["渡輪恢復"] * 4 + ["碼頭重開"] * 5), [], id="nine titles in another language"),
        pytest.param(page(titles=["渡輪恢復"] * 5 + ["碼頭重開"] * 5), ["wrong-language"], id="ten of them"),
        pytest.param(page(5_000), [], id="a long list"),
        pytest.param(page(5_001), ["flood"], id="too long a list"),
        pytest.param(page(issued=FUTURE), ["all-future"], id="of the future"),
    ],
)
def test_the_first_look_refuses_nothing_that_may_be_healthy(look: Page, expected: list[str]) -> None:
    assert names(None, look) == expected


def test_a_chinese_list_may_have_latin_letters_but_not_only_those() -> None:
    norm = learned(msgspec.structs.replace(CHINESE, language="zh-Hant"))
    look = page(titles=["渡輪 Sun Ferry", "Pier", "Library"], language="zh-Hant")
    assert names(norm, look) == []
    assert names(norm, page(titles=["Ferry", "Pier", "Library"], language="zh-Hant")) == ["wrong-language"]


def test_a_language_that_is_not_known_is_not_judged() -> None:
    assert names(learned(page(language="tlh")), page(titles=["渡輪恢復", "碼頭重開", "停駛"], language="tlh")) == []


def test_days_are_those_of_the_sources_zone() -> None:
    norm = learned(page(issued=WEEK))
    early = [(MIDNIGHT + timedelta(hours=number)).astimezone(UTC) for number in range(6)]
    assert names(norm, page(issued=early)) == ["all-today"]
    assert judge_list(norm, page(issued=early), NOW, ZoneInfo("UTC")) == ()


def test_a_list_that_did_not_change_is_neither_judged_nor_learned_from() -> None:
    norm = learned(page(issued=WEEK))
    assert judge_list(norm, UNCHANGED, NOW, ZONE) == ()
    assert learn_list(norm, UNCHANGED, NOW, ZONE) == norm
    assert learn_list(None, UNCHANGED, NOW, ZONE) == ListNorm()
    assert names(ListNorm(), SAME) == names(ListNorm(), NOTHING) == []


def test_a_fault_says_what_was_seen_what_was_expected_and_where() -> None:
    (fault,) = judge_list(learned(page(issued=WEEK), times=3), NOTHING, NOW, ZONE)
    assert (fault.what, fault.where) == (
        "it has no release; it never had fewer than 20, in 3 looks",
        "https://news.example/list",
    )
    (fault,) = judge_list(learned(page(issued=WEEK)), page(issued=[NOW] * 5), NOW, ZONE)
    assert fault.what == "all of its releases are dated 2026-11-27 18:00; they were of 8 days or more before"


looks = st.builds(
    page,
    titles=st.lists(st.sampled_from(["Ferry", "Pier", "渡輪", "碼頭", "", "1"]), min_size=1, max_size=12),
    issued=st.lists(st.sampled_from([*WEEK, *FUTURE]), max_size=12),
    language=st.sampled_from(["en", "zh-Hant"]),
) | st.sampled_from([NOTHING, UNCHANGED])


@given(st.lists(looks, min_size=1, max_size=8), looks)
def test_what_is_found_has_a_name_and_what_is_learned_can_be_kept(before: list[Page], look: Page) -> None:
    norm = learned(*before)
    assert msgspec.json.decode(msgspec.json.encode(norm), type=ListNorm) == norm
    assert set(names(norm, look)) <= set(NAMES)


@given(looks, st.integers(1, 8))
def test_a_list_that_stays_as_it_was_is_no_fault_but_for_what_is_wrong_by_itself(look: Page, times: int) -> None:
    assert set(names(learned(look, times=times), look)) <= {"all-future"}


def text(key: str, length: int = 400, **more: object) -> TextSeen:
    one = TextSeen(key=key, language="en", title=f"Ferry pier {key} reopens", length=length, issued=NOW)
    return msgspec.structs.replace(one, **more)


def known(shortest: int = 120, *, language: str = "en", count: int = 30) -> TextNorm:
    return learn_texts(None, [text(str(n), shortest + n, language=language) for n in range(count)])


def held(norm: TextNorm | None, *read: TextSeen, expected: Expected = Expected()) -> dict[str, set[str]]:  # noqa: B008 - frozen
    judged = judge_texts(norm, read, ZONE, expected)
    return {fault.name: {key for key, _ in judged.held} for fault in judged.faults}


@pytest.mark.parametrize(
    ("norm", "length", "short"),
    [
        pytest.param(known(120), 59, True, id="less than half of the shortest"),
        pytest.param(known(120), 60, False, id="half of the shortest"),
        pytest.param(known(120, count=29), 0, False, id="too few known"),
        pytest.param(known(2_000), 99, True, id="short by itself"),
        pytest.param(known(2_000), 100, False, id="not short by itself"),
        pytest.param(None, 0, False, id="nothing known"),
        pytest.param(known(language="zh-Hant"), 0, False, id="known in another language"),
    ],
)
def test_a_text_far_shorter_than_ever_is_held_alone(norm: TextNorm | None, length: int, short: bool) -> None:  # noqa: FBT001 - of the table
    assert held(norm, text("1", length), text("2", 200)) == ({"short": {"1"}} if short else {})


def test_a_wide_script_says_as_much_in_fewer_characters() -> None:
    norm = known(500, language="zh-Hant")
    assert held(norm, text("1", 35, language="zh-Hant")) == {}
    assert held(norm, text("1", 34, language="zh-Hant")) == {"short": {"1"}}


def test_a_photo_with_a_line_is_a_release_and_without_one_is_none() -> None:
    assert held(known(), text("1", 12, has_media=True)) == {}
    assert held(known(), text("1", 0, has_media=True)) == {"short": {"1"}}


def test_the_config_says_what_is_short_and_what_is_ignored() -> None:
    assert held(None, text("1", 49), text("2", 50), expected=Expected(shortest=50)) == {"short": {"1"}}
    assert held(known(), text("1", 1), expected=Expected(shortest=0)) == {}
    assert held(known(), text("1", 1), expected=Expected(ignore=("short",))) == {}


def test_pages_that_share_a_title_that_their_list_does_not_have_are_held() -> None:
    error = [text(str(n), title="Service unavailable", list_title=f"Pier {n}") for n in range(3)]
    assert held(None, *error) == {"same-titles": {"0", "1", "2"}}
    assert held(None, *error[:2]) == {}
    assert held(None, *error[:2], text("9")) == {}
    assert held(None, *(msgspec.structs.replace(one, list_title="Daily rates") for one in error)) == {}
    assert held(None, *(msgspec.structs.replace(one, list_title="") for one in error)) == {}


@pytest.mark.parametrize(
    ("issued", "listed", "wrong"),
    [
        pytest.param(NOW, WEEK[:5], True, id="the list says otherwise"),
        pytest.param(MIDNIGHT, WEEK[:5], True, id="dates only, and the list says otherwise"),
        pytest.param(NOW, [None] * 5, True, id="the list says nothing"),
        pytest.param(MIDNIGHT, [None] * 5, False, id="dates only"),
        pytest.param(NOW, [NOW] * 5, False, id="the list says the same"),
        pytest.param(NOW, [MIDNIGHT] * 5, False, id="the list says the day"),
        pytest.param(NOW, WEEK[:4], False, id="four"),
    ],
)
def test_pages_of_one_moment(issued: datetime, listed: list[datetime | None], wrong: bool) -> None:  # noqa: FBT001 - of the table
    read = [text(str(n), issued=issued, listed=one) for n, one in enumerate(listed)]
    assert list(held(None, *read)) == (["all-today"] if wrong else [])


def test_languages_are_judged_apart() -> None:
    norm = learn_texts(known(120), [text(str(n), 20, language="zh-Hant") for n in range(30)])
    judged = judge_texts(norm, [text("1", 30), text("1", 30, language="zh-Hant")], ZONE)
    assert judged.held == {("1", "en")}
    assert [(fault.where, fault.what) for fault in judged.faults] == [
        ("en", 'in en: the text of "Ferry pier 1 reopens" has 30 characters; the shortest of 30 before had 120')
    ]


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=80))
def test_no_text_is_short_that_is_as_long_as_one_before(lengths: list[int]) -> None:
    read = [text(str(n), length, issued=NOW + timedelta(minutes=n)) for n, length in enumerate(lengths)]
    norm = learn_texts(None, read)
    assert norm == learn_texts(learn_texts(None, read[1:]), read[:1])
    assert held(norm, *read) == {}


@pytest.mark.parametrize(("asked", "failed", "fault"), [(3, 3, True), (3, 2, False), (2, 2, False), (0, 0, False)])
def test_pages_that_are_no_releases(asked: int, failed: int, fault: bool) -> None:  # noqa: FBT001 - of the table
    assert (judge_unreadable(asked, failed) is not None) == fault


@pytest.mark.parametrize(("looked", "changed", "fault"), [(5, 3, True), (6, 3, False), (4, 4, False), (50, 26, True)])
def test_most_texts_changed_at_once(looked: int, changed: int, fault: bool) -> None:  # noqa: FBT001 - of the table
    assert (judge_changes(looked, changed) is not None) == fault

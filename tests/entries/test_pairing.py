"""What holds of every pairing, and what links do to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub.entries import clues, pairing
from feedpub.entries.normalise import normalise
from feedpub.lore import lore
from feedpub.model import Entry, Release
from tests.entries.pairs.read import AUTHORITY, HONG_KONG

_NOON = datetime(2027, 5, 4, 12, tzinfo=HONG_KONG)
_QUICK = settings(deadline=None, max_examples=120)
_NUMBERS = ((3, "三"), (4, "四"), (5, "五"), (14, "十四"))
_SUBJECTS = (
    (
        "No. {0} alarm fire in Mong Kok",
        "The fire in Mong Kok was upgraded to No. {0} alarm.",
        "旺角{1}級火警",
        "旺角的火警升為{1}級。",
    ),
    (
        "Red flag hoisted at {0} beaches",
        "Red flags were hoisted at {0} beaches because of big waves.",
        "{1}個泳灘懸掛紅旗",
        "由於大浪，{1}個泳灘懸掛紅旗。",
    ),
    (
        "Appeal for information on missing man in Sha Tin ({0})",
        "Police appeal for information on a man who went missing.",
        "警方呼籲提供沙田失蹤男子消息（{1}）",
        "警方呼籲市民提供一名失蹤男子的消息。",
    ),
)


def _entry(key: str, language: str, title: str, text: str, at: datetime = _NOON, **more: Any) -> Entry:
    """An entry of the page that `_page` gives for its key."""
    release = Release(
        source="gov",
        authority=AUTHORITY,
        key=key,
        language=language,
        day=at.date(),
        title=title,
        body=f"<p>{text}</p>",
        url=_page(key),
        base=_page(key),
        issued=at,
    )
    return normalise(msgspec.structs.replace(release, **more))


def _page(key: str) -> str:
    return f"https://{AUTHORITY}/gia/general/{key}.htm"


def _stories(*entries: Entry) -> set[frozenset[str]]:
    """The stories of some entries: their keys."""
    keys = {entry.id: entry.key for entry in entries}
    return {frozenset(keys[one] for one in story) for story in pairing.stories(entries, lore())}


def _fire(key: str, language: str, at: datetime = _NOON, number: int = 0, **more: Any) -> Entry:
    return _about(0, key, language, at, number, **more)


def _flags(key: str, language: str, at: datetime = _NOON, number: int = 0, **more: Any) -> Entry:
    return _about(1, key, language, at, number, **more)


def _about(subject: int, key: str, language: str, at: datetime, number: int, **more: Any) -> Entry:
    english, english_text, chinese, chinese_text = _SUBJECTS[subject]
    title, text = (english, english_text) if language == "en" else (chinese, chinese_text)
    more.setdefault("title", title.format(*_NUMBERS[number]))
    return _entry(key, language, text=text.format(*_NUMBERS[number]), at=at, **more)


_MARKERS = {"en": ("", "", "", " (English only)"), "zh-Hant": ("", "", "", "（只有中文）")}


@st.composite
def _some_entries(draw: st.DrawFn, links: bool = True) -> list[Entry]:  # noqa: FBT001, FBT002 - reads well where used
    """A few entries within three days, near to one another in what they say, some with links, right or wrong."""
    count = draw(st.integers(0, 9))
    entries = []
    for position in range(count):
        language = draw(st.sampled_from(("en", "zh-Hant")))
        at = _NOON + timedelta(minutes=draw(st.sampled_from((0, 0, 0, 1, 40, 300, 700, 760, 1600, 4000))))
        subject, number = draw(st.integers(0, len(_SUBJECTS) - 1)), draw(st.integers(0, len(_NUMBERS) - 1))
        title = _SUBJECTS[subject][0 if language == "en" else 2].format(*_NUMBERS[number])
        more: dict[str, Any] = {"title": title + draw(st.sampled_from(_MARKERS[language]))}
        if draw(st.integers(0, 7)) == 0:
            more["authority"] = "news.example"
        if links and draw(st.booleans()):
            named = f"P{draw(st.integers(0, count)):03}"
            other = "zh-Hant" if language == "en" else "en"
            more |= draw(
                st.sampled_from(({"counterparts": {other: _page(named)}}, {"counterpart_keys": (named,)})),
            )
        entries.append(_about(subject, f"P{position:03}", language, at, number, **more))
    return entries


@_QUICK
@given(_some_entries())
def test_every_entry_is_in_one_story_and_a_story_has_one_entry_a_language(entries: list[Entry]) -> None:
    languages = {entry.id: entry.language for entry in entries}
    stories = pairing.stories(entries, lore())

    assert sorted(one for story in stories for one in story) == sorted(languages)
    assert all(len({languages[one] for one in story}) == len(story) for story in stories)


@_QUICK
@given(_some_entries(), st.data())
def test_the_order_of_the_entries_does_not_matter(entries: list[Entry], data: st.DataObject) -> None:
    other = data.draw(st.permutations(entries))

    assert pairing.stories(other, lore()) == pairing.stories(entries, lore()) == pairing.stories(entries, lore())


@_QUICK
@given(_some_entries())
def test_entries_of_different_authorities_are_never_joined(entries: list[Entry]) -> None:
    for story in pairing.stories(entries, lore()):
        assert len({one.partition(",")[0] for one in story}) == 1


@_QUICK
@given(_some_entries())
def test_an_entry_that_says_it_has_no_other_language_is_single(entries: list[Entry]) -> None:
    only = {entry.id for entry in entries if {"en-only", "zh-only"} & set(entry.markers)}

    assert all(len(story) == 1 for story in pairing.stories(entries, lore()) if story & only)


@_QUICK
@given(_some_entries(links=False), _some_entries(links=False))
def test_entries_weeks_away_do_not_matter(entries: list[Entry], distant: list[Entry]) -> None:
    away = [
        msgspec.structs.replace(entry, id=f"{entry.id}-late", published=entry.published + timedelta(days=20))
        for entry in distant
    ]
    apart = {*pairing.stories(entries, lore()), *pairing.stories(away, lore())}

    assert set(pairing.stories([*entries, *away], lore())) == apart


@_QUICK
@given(_some_entries(links=False))
def test_what_stories_are_made_does_not_depend_on_the_shifts_asked_for(entries: list[Entry]) -> None:
    by_shift: dict[int, list[pairing.Candidate]] = {}
    for entry in entries:
        found = clues.clues(entry, lore())
        by_shift.setdefault(pairing.shift_of(found.published), []).append(pairing.Candidate(clues=found))
    first = pairing.shift_of(int(_NOON.timestamp())) - 1
    at_once = pairing.Shifts(lambda shift: by_shift.get(shift, ())).pair(first, first + 9)
    shifts = pairing.Shifts(lambda shift: by_shift.get(shift, ()))
    in_turn = [one for shift in range(first, first + 10) for one in shifts.pair(shift, shift)]

    assert {one.pair for one in in_turn} == {one.pair for one in at_once}


def test_nothing_makes_no_story() -> None:
    assert pairing.stories([], lore()) == []


def test_the_small_entries_of_these_tests_are_paired_by_evidence() -> None:
    assert _stories(_fire("E1", "en"), _fire("Z1", "zh-Hant"), _fire("E2", "en", number=1)) == {
        frozenset({"E1", "Z1"}),
        frozenset({"E2"}),
    }


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("No. 3 alarm fire in Mong Kok (English only)", "旺角三級火警"),
        ("No. 3 alarm fire in Mong Kok", "旺角三級火警（只有中文）"),
    ],
)
def test_only_one_language_is_believed(english: str, chinese: str) -> None:
    entries = _fire("E1", "en", title=english), _fire("Z1", "zh-Hant", title=chinese)
    linked = _fire("E1", "en", title=english, counterparts={"zh-Hant": _page("Z1")})

    assert _stories(*entries) == {frozenset({"E1"}), frozenset({"Z1"})}
    assert _stories(linked, entries[1]) == {frozenset({"E1"}), frozenset({"Z1"})}


def test_another_authority_is_another_release() -> None:
    english = _fire("E1", "en", counterparts={"zh-Hant": _page("Z1")})
    chinese = _fire("Z1", "zh-Hant", authority="news.example")

    assert _stories(english, chinese) == {frozenset({"E1"}), frozenset({"Z1"})}


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(hours=5), timedelta(days=1)])
@pytest.mark.parametrize("how", [{"counterparts": {"en": _page("E1")}}, {"counterpart_keys": ("E1",)}])
def test_a_link_joins_what_has_nothing_else_in_common(apart: timedelta, how: dict[str, Any]) -> None:
    english = _entry("E1", "en", "A word of thanks", "Thank you, all of you.")
    chinese = _entry("Z1", "zh-Hant", "鳴謝各界", "謹此致意。", at=_NOON + apart, **how)

    assert _stories(english, chinese) == {frozenset({"E1", "Z1"})}


def test_a_link_is_believed_rather_than_evidence() -> None:
    chinese = _fire("Z1", "zh-Hant", counterparts={"en": _page("E2")})

    assert _stories(_fire("E1", "en"), chinese, _flags("E2", "en")) == {frozenset({"E1"}), frozenset({"E2", "Z1"})}


def test_a_late_link_frees_an_entry_from_a_wrong_pair() -> None:
    wrong, chinese = _fire("E1", "en"), _fire("Z1", "zh-Hant", number=0)
    late = _flags("E2", "en", _NOON + timedelta(hours=5), counterparts={"zh-Hant": _page("Z1")})
    freed = _fire("Z2", "zh-Hant", _NOON + timedelta(hours=2))

    assert _stories(wrong, chinese) == {frozenset({"E1", "Z1"})}
    assert _stories(wrong, chinese, late) == {frozenset({"E1"}), frozenset({"E2", "Z1"})}
    assert _stories(wrong, chinese, late, freed) == {frozenset({"E1", "Z2"}), frozenset({"E2", "Z1"})}


def test_two_pages_that_claim_one_counterpart_are_not_believed() -> None:
    claims: dict[str, Any] = {"counterparts": {"zh-Hant": _page("Z1")}}
    unlike = _flags("Z1", "zh-Hant", number=2)
    claimants = _fire("E1", "en", **claims), _fire("E2", "en", number=1, **claims)

    assert _stories(*claimants, unlike) == {frozenset({"E1"}), frozenset({"E2"}), frozenset({"Z1"})}


def test_where_two_pages_claim_one_counterpart_evidence_decides() -> None:
    claims: dict[str, Any] = {"counterparts": {"zh-Hant": _page("Z1")}}
    claimants = _fire("E1", "en", **claims), _fire("E2", "en", number=1, **claims)

    assert _stories(*claimants, _fire("Z1", "zh-Hant", number=1)) == {frozenset({"E1"}), frozenset({"E2", "Z1"})}


def test_where_two_pages_claim_one_counterpart_its_own_link_decides() -> None:
    claims: dict[str, Any] = {"counterparts": {"zh-Hant": _page("Z1")}}
    claimants = _fire("E1", "en", **claims), _fire("E2", "en", number=1, **claims)
    chinese = _fire("Z1", "zh-Hant", number=1, counterparts={"en": _page("E1")})

    assert _stories(*claimants, chinese) == {frozenset({"E1", "Z1"}), frozenset({"E2"})}


@pytest.mark.parametrize("days", [-30, -5, 5, 30])
def test_a_link_to_an_unrelated_release_days_away_is_not_believed(days: int) -> None:
    chinese = _flags("Z1", "zh-Hant", _NOON + timedelta(days=days))
    english = _fire("E1", "en", counterparts={"zh-Hant": _page("Z1")})

    assert _stories(english, chinese) == {frozenset({"E1"}), frozenset({"Z1"})}


def test_a_link_that_is_not_believed_leaves_the_entry_to_evidence() -> None:
    old = _flags("Z0", "zh-Hant", _NOON - timedelta(days=9))
    english = _fire("E1", "en", counterparts={"zh-Hant": _page("Z0")})

    assert _stories(old, english, _fire("Z1", "zh-Hant")) == {frozenset({"Z0"}), frozenset({"E1", "Z1"})}


def test_a_link_to_the_same_language_is_not_believed() -> None:
    english = _fire("E1", "en", counterpart_keys=("E2",))

    assert _stories(english, _fire("E2", "en")) == {frozenset({"E1"}), frozenset({"E2"})}


@pytest.mark.parametrize("how", [{"counterparts": {"zh-Hant": _page("Z9")}}, {"counterpart_keys": ("Z9",)}])
def test_an_entry_waits_for_the_version_that_it_names(how: dict[str, Any]) -> None:
    english, other = _fire("E1", "en", **how), _fire("Z1", "zh-Hant")
    named = _fire("Z9", "zh-Hant", _NOON + timedelta(minutes=90))

    assert _stories(english, other) == {frozenset({"E1"}), frozenset({"Z1"})}
    assert _stories(english, other, named) == {frozenset({"E1", "Z9"}), frozenset({"Z1"})}


def test_a_half_of_yesterday_night_is_found() -> None:
    night = _NOON.replace(hour=23, minute=50)
    # Midnight of UTC is eight in the morning in Hong Kong: both are borders of days.
    for at in (night, night.replace(hour=7)):
        english, chinese = _fire("E1", "en", at + timedelta(minutes=40)), _fire("Z1", "zh-Hant", at)

        assert _stories(english, chinese) == {frozenset({"E1", "Z1"})}


@pytest.mark.parametrize("how", [{"counterparts": {"zh-Hant": _page("E1")}}, {"counterpart_keys": ("E1",)}])
def test_an_entry_that_names_itself_waits_for_nothing(how: dict[str, Any]) -> None:
    assert _stories(_fire("E1", "en", **how), _fire("Z1", "zh-Hant")) == {frozenset({"E1", "Z1"})}


def test_tonight_before_the_date_is_tonight() -> None:
    english = _entry("E1", "en", "Update on fire in Mong Kok", "As of 9.15pm today (May 4), the fire was burning.")
    chinese = _entry("Z1", "zh-Hant", "旺角火警最新情況", "截至今晚（五月四日）九時十五分，火仍未救熄。")

    assert "time:21:15" in dict(clues.clues(english, lore()).body)
    assert "time:21:15" in dict(clues.clues(chinese, lore()).body)


def test_entries_of_many_weeks_are_paired_as_those_of_a_day_are() -> None:
    # More stretches of eight hours than are kept in memory at once.
    days = range(15)
    entries = [
        entry
        for day in days
        for entry in (
            _fire(f"E{day}", "en", _NOON + timedelta(days=day)),
            _fire(f"C{day}", "zh-Hant", _NOON + timedelta(days=day, minutes=5)),
        )
    ]
    assert _stories(*entries) == {frozenset({f"E{day}", f"C{day}"}) for day in days}

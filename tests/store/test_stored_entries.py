from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import Connection

from feedpub.model import Entry, Link, Photo
from feedpub.store import entries, stories
from feedpub.store.database import Store

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
NEPAL = timezone(timedelta(hours=5, minutes=45))
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    store = Store(f"sqlite:///{tmp_path}/feedpub.db")
    with store.transaction() as open_connection:
        yield open_connection
    store.close()


def entry(key: str, *, source: str = "hksar", language: str = "en", published: datetime = NOON) -> Entry:
    return Entry(
        id=f"tag:example.hk,2026-11-23:{key}:{language}",
        source=source,
        key=key,
        language=language,
        title=f"Title of {key}",
        published=published,
        updated=published,
    )


FULL = Entry(
    id="tag:example.hk,2026-11-23:P1:zh-Hant",
    source="hksar",
    key="P1",
    language="zh-Hant",
    title="𠮷野家 “標題” <b> & 'x' \\ \u200b",
    published=datetime(2026, 11, 23, 8, 30, 15, tzinfo=HONG_KONG),
    updated=datetime(2026, 11, 24, 0, 0, 1, 123456, tzinfo=NEPAL),
    url="https://www.info.gov.hk/gia/general/202611/23/P1.htm",
    summary="摘要",
    content="<p>內文</p>\n",
    markers=("photos", "video"),
    issuer="香港金融管理局",
    photos=(Photo(url="https://a.example/1.jpg", caption="圖"), Photo(url="https://a.example/2.jpg")),
    attachments=(Link(url="https://a.example/a.pdf", title="附件"),),
    videos=(Link(url="https://a.example/v"),),
    related=(Link(url="https://a.example/r", title="相關"),),
    counterparts={"en": "https://a.example/en", "zh-Hans": "https://a.example/sc"},
    counterpart_keys=("P2", "P3"),
)


def test_the_full_entry_has_every_field_set() -> None:
    assert all(msgspec.structs.asdict(FULL).values())


def test_an_entry_comes_back_with_all_its_fields(connection: Connection) -> None:
    entries.add(connection, FULL, 1)
    assert entries.get(connection, "hksar", "P1", "zh-Hant") == FULL
    assert entries.newest(connection, "zh-Hant", 10) == [("", FULL)], "it is in no story yet"


def test_the_newest_come_with_the_ids_of_their_stories(connection: Connection) -> None:
    for key in ("P1", "P2", "P3"):
        entries.add(connection, entry(key), 1)
    stories.move(connection, [entry("P1").id, entry("P3").id], "tag:story", 2)
    found = [(story, one.key) for story, one in entries.newest(connection, "en", 10)]
    assert found == [("tag:story", "P3"), ("", "P2"), ("tag:story", "P1")]


def test_times_come_back_in_the_offset_in_which_they_were_written(connection: Connection) -> None:
    entries.add(connection, FULL, 1)
    found = entries.get(connection, "hksar", "P1", "zh-Hant")
    assert found is not None
    assert found.published.isoformat() == "2026-11-23T08:30:15+08:00"
    assert found.updated.isoformat() == "2026-11-24T00:00:01.123456+05:45"


def test_an_entry_with_nothing_but_what_it_must_have_comes_back(connection: Connection) -> None:
    entries.add(connection, entry("P1"), 1)
    assert entries.get(connection, "hksar", "P1", "en") == entry("P1")


def test_an_entry_that_there_is_not_is_none(connection: Connection) -> None:
    entries.add(connection, entry("P1"), 1)
    assert entries.get(connection, "hksar", "P2", "en") is None
    assert entries.get(connection, "hksar", "P1", "zh-Hant") is None
    assert entries.get(connection, "inbox", "P1", "en") is None


def test_an_id_tells_whose_it_is(connection: Connection) -> None:
    entries.add(connection, entry("P1"), 1)
    assert entries.owner(connection, entry("P1").id) == ("hksar", "P1", "en")
    assert entries.owner(connection, "tag:nobody") is None


# Revisions


def test_a_replaced_entry_is_the_new_one_and_the_old_ones_are_kept_in_order(connection: Connection) -> None:
    versions = [
        msgspec.structs.replace(FULL, title=f"Version {number}", updated=NOON + timedelta(minutes=number))
        for number in range(12)
    ]
    entries.add(connection, versions[0], 1)
    for old, new in pairwise(versions):
        entries.replace(connection, old, new, 2)
    assert entries.get(connection, "hksar", "P1", "zh-Hant") == versions[-1]
    assert entries.revisions_of(connection, FULL.id) == versions[:-1]
    assert entries.newest(connection, "zh-Hant", 10) == [("", versions[-1])]


def test_a_replaced_entry_stays_in_its_story(connection: Connection) -> None:
    entries.add(connection, entry("P1"), 1)
    stories.move(connection, [entry("P1").id], "tag:story", 1)
    entries.replace(connection, entry("P1"), msgspec.structs.replace(entry("P1"), title="New"), 2)
    place = stories.places(connection, [entry("P1").id])[entry("P1").id]
    assert (place.story, place.seen) == ("tag:story", 1)


def test_an_entry_that_never_changed_has_no_revisions(connection: Connection) -> None:
    entries.add(connection, FULL, 1)
    assert entries.revisions_of(connection, FULL.id) == []


def test_revisions_are_of_their_entry_only(connection: Connection) -> None:
    for key in ("P1", "P2"):
        entries.add(connection, entry(key), 1)
        entries.replace(connection, entry(key), msgspec.structs.replace(entry(key), title="New"), 2)
    assert entries.revisions_of(connection, entry("P1").id) == [entry("P1")]


# Newest


def keys(found: list[tuple[str, Entry]]) -> list[str]:
    return [one.key for _, one in found]


def test_the_newest_come_first_whatever_order_they_were_stored_in(connection: Connection) -> None:
    for key, hours in (("P2", 2), ("P3", 3), ("P1", 1)):
        entries.add(connection, entry(key, published=NOON + timedelta(hours=hours)), 1)
    assert keys(entries.newest(connection, "en", 10)) == ["P3", "P2", "P1"]


def test_newest_is_by_the_moment_and_not_by_the_clock_on_the_wall(connection: Connection) -> None:
    early = datetime(2026, 11, 23, 18, 0, tzinfo=HONG_KONG)
    late = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    entries.add(connection, entry("early", published=early), 1)
    entries.add(connection, entry("late", published=late), 1)
    assert keys(entries.newest(connection, "en", 10)) == ["late", "early"]


def test_entries_of_one_moment_are_in_the_order_of_their_ids_every_time(connection: Connection) -> None:
    for key in ("P2", "P9", "P1"):
        entries.add(connection, entry(key), 1)
    assert keys(entries.newest(connection, "en", 10)) == ["P9", "P2", "P1"]


def test_an_edit_does_not_move_an_entry(connection: Connection) -> None:
    first, second = entry("P1"), entry("P2", published=NOON + timedelta(hours=1))
    entries.add(connection, first, 1)
    entries.add(connection, second, 1)
    edited = msgspec.structs.replace(first, title="New", updated=NOON + timedelta(days=1))
    entries.replace(connection, first, edited, 2)
    assert keys(entries.newest(connection, "en", 10)) == ["P2", "P1"]


def test_newest_is_limited(connection: Connection) -> None:
    for number in range(5):
        entries.add(connection, entry(f"P{number}", published=NOON + timedelta(hours=number)), 1)
    assert keys(entries.newest(connection, "en", 2)) == ["P4", "P3"]


def test_newest_is_of_one_language(connection: Connection) -> None:
    entries.add(connection, entry("P1"), 1)
    entries.add(connection, entry("P2", language="zh-Hant"), 1)
    entries.add(connection, entry("P3", source="inbox"), 1)
    assert set(keys(entries.newest(connection, "en", 10))) == {"P1", "P3"}


# Counting


def test_the_last_change_is_the_last_run_that_stored_an_entry_in_the_language(connection: Connection) -> None:
    assert entries.last_change(connection, ["en"]) == 0
    entries.add(connection, entry("P1"), 3)
    entries.add(connection, entry("P2", language="zh-Hant"), 5)
    assert (entries.last_change(connection, ["en"]), entries.last_change(connection, ["zh-Hant"])) == (3, 5)
    entries.replace(connection, entry("P1"), msgspec.structs.replace(entry("P1"), title="New"), 7)
    assert (entries.last_change(connection, ["en"]), entries.last_change(connection, ["zh-Hant"])) == (7, 5)


def test_the_last_change_in_several_languages_is_the_last_of_any(connection: Connection) -> None:
    entries.add(connection, entry("P1"), 3)
    entries.add(connection, entry("P2", language="zh-Hant"), 5)
    assert entries.last_change(connection, ("en", "zh-Hant")) == 5
    assert entries.last_change(connection, ("en", "zh-Hans")) == 3
    assert entries.last_change(connection, ()) == 0


def test_an_entry_that_moves_to_another_story_is_a_change(connection: Connection) -> None:
    entries.add(connection, entry("P1"), 3)
    stories.move(connection, [entry("P1").id], "tag:story", 8)
    assert entries.last_change(connection, ["en"]) == 8


def test_entries_are_counted_by_source_and_language(connection: Connection) -> None:
    assert entries.counts(connection) == {}
    for one in (entry("P1"), entry("P2"), entry("P1", language="zh-Hant"), entry("P3", source="inbox")):
        entries.add(connection, one, 1)
    assert entries.counts(connection) == {("hksar", "en"): 2, ("hksar", "zh-Hant"): 1, ("inbox", "en"): 1}

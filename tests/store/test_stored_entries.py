from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, select, text

from feedpub.model import Correction, Entry, Link, Photo, Withdrawal
from feedpub.store import entries, stories, tags
from feedpub.store.schema import entry as stored

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
NEPAL = timezone(timedelta(hours=5, minutes=45))
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


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
    photos=(
        Photo(url="https://a.example/1.jpg", caption="圖", thumbnail="https://a.example/1t.jpg", credit="漁護署"),
        Photo(url="https://a.example/2.jpg"),
    ),
    attachments=(Link(url="https://a.example/a.pdf", title="附件"),),
    videos=(Link(url="https://a.example/v"),),
    related=(Link(url="https://a.example/r", title="相關"),),
    counterparts={"en": "https://a.example/en", "zh-Hans": "https://a.example/sc"},
    counterpart_keys=("P2", "P3"),
    corrections=(Correction(at=NOON, title="標題", changed=1, added=2, removed=3, restored=True), Correction(at=NOON)),
    withdrawn=Withdrawal(at=NOON, notice="<p>已撤回。</p>", buried=True),
)


def place_all(connection: Connection) -> None:
    """Put every entry that has no story into one of its own, as a run does before it publishes."""
    rows = connection.execute(text("SELECT id FROM entry WHERE story = ''"))
    for identifier in rows.scalars().all():
        stories.move(connection, [identifier], f"{identifier}?story", 1)


def newest(connection: Connection, language: str, limit: int) -> list[tuple[str, str]]:
    place_all(connection)
    return entries.newest(connection, language, limit)


def buried(connection: Connection, languages: list[str], limit: int) -> list[tuple[str, str]]:
    place_all(connection)
    return entries.buried(connection, languages, limit)


def test_an_entry_that_no_story_has_yet_is_not_among_the_newest(connection: Connection) -> None:
    entries.add(connection, entry("P1"), 1)
    assert entries.newest(connection, "en", 10) == []
    assert keys(newest(connection, "en", 10)) == ["P1"]


def test_the_full_entry_has_every_field_set() -> None:
    assert all(msgspec.structs.asdict(FULL).values())


def test_an_entry_comes_back_with_all_its_fields(connection: Connection) -> None:
    entries.add(connection, FULL, 1)
    assert entries.get(connection, "hksar", "P1", "zh-Hant") == FULL


def test_the_newest_come_as_ids_after_those_of_their_stories(connection: Connection) -> None:
    for key in ("P1", "P2", "P3"):
        entries.add(connection, entry(key), 1)
    stories.move(connection, [entry("P1").id, entry("P3").id], "tag:story", 2)
    assert newest(connection, "en", 10) == [
        ("tag:story", entry("P3").id),
        (f"{entry('P2').id}?story", entry("P2").id),
        ("tag:story", entry("P1").id),
    ]


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
    assert stories.load(connection, [FULL.id]) == {FULL.id: versions[-1]}


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


def keys(found: list[tuple[str, str]]) -> list[str]:
    return [identifier.split(":")[2] for _, identifier in found]


def test_the_newest_come_first_whatever_order_they_were_stored_in(connection: Connection) -> None:
    for key, hours in (("P2", 2), ("P3", 3), ("P1", 1)):
        entries.add(connection, entry(key, published=NOON + timedelta(hours=hours)), 1)
    assert keys(newest(connection, "en", 10)) == ["P3", "P2", "P1"]


def test_newest_is_by_the_moment_and_not_by_the_clock_on_the_wall(connection: Connection) -> None:
    early = datetime(2026, 11, 23, 18, 0, tzinfo=HONG_KONG)
    late = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    entries.add(connection, entry("early", published=early), 1)
    entries.add(connection, entry("late", published=late), 1)
    assert keys(newest(connection, "en", 10)) == ["late", "early"]


def test_entries_of_one_moment_are_in_the_order_of_their_ids_every_time(connection: Connection) -> None:
    for key in ("P2", "P9", "P1"):
        entries.add(connection, entry(key), 1)
    assert keys(newest(connection, "en", 10)) == ["P9", "P2", "P1"]


def test_an_edit_does_not_move_an_entry(connection: Connection) -> None:
    first, second = entry("P1"), entry("P2", published=NOON + timedelta(hours=1))
    entries.add(connection, first, 1)
    entries.add(connection, second, 1)
    edited = msgspec.structs.replace(first, title="New", updated=NOON + timedelta(days=1))
    entries.replace(connection, first, edited, 2)
    assert keys(newest(connection, "en", 10)) == ["P2", "P1"]


def test_newest_is_limited(connection: Connection) -> None:
    for number in range(5):
        entries.add(connection, entry(f"P{number}", published=NOON + timedelta(hours=number)), 1)
    assert keys(newest(connection, "en", 2)) == ["P4", "P3"]


def test_newest_is_of_one_language(connection: Connection) -> None:
    entries.add(connection, entry("P1"), 1)
    entries.add(connection, entry("P2", language="zh-Hant"), 1)
    entries.add(connection, entry("P3", source="inbox"), 1)
    assert set(keys(newest(connection, "en", 10))) == {"P1", "P3"}


# What is written without a revision


def test_an_entry_is_put_as_it_is_now_without_a_revision(connection: Connection) -> None:
    entries.add(connection, entry("P1"), 1)
    stories.move(connection, [entry("P1").id], "tag:story", 1)
    now = msgspec.structs.replace(entry("P1"), photos=(Photo(url="https://a.example/1.jpg"),))
    entries.put(connection, now, 4)
    assert entries.get(connection, "hksar", "P1", "en") == now
    assert entries.revisions_of(connection, now.id) == []
    place = stories.places(connection, [now.id])[now.id]
    assert (place.story, place.seen) == ("tag:story", 1)


def test_what_is_put_is_a_change_of_its_run_and_of_its_entry_only(connection: Connection) -> None:
    for key in ("P1", "P2"):
        entries.add(connection, entry(key), 1)
        stories.move(connection, [entry(key).id], f"tag:{key}", 1)
    entries.put(connection, entry("P1"), 4)
    assert tags.changed_stories(connection, 3) == ["tag:P1"]
    assert tags.changed_stories(connection, 0) == ["tag:P1", "tag:P2"]


# Withdrawn and buried


def gone(one: Entry, *, buried: bool = False, updated: datetime = NOON) -> Entry:
    return msgspec.structs.replace(one, withdrawn=Withdrawal(at=NOON, buried=buried), updated=updated)


def test_a_withdrawn_entry_is_told_until_it_is_buried(connection: Connection) -> None:
    for key in ("P1", "P2", "P3"):
        entries.add(connection, entry(key), 1)
    assert entries.withdrawn(connection) == []
    entries.replace(connection, entry("P1"), gone(entry("P1")), 2)
    entries.replace(connection, entry("P2"), gone(entry("P2")), 2)
    assert entries.withdrawn(connection) == [gone(entry("P1")), gone(entry("P2"))]
    entries.put(connection, gone(entry("P1"), buried=True), 3)
    assert entries.withdrawn(connection) == [gone(entry("P2"))]


def test_a_withdrawn_entry_that_is_there_again_is_not_told(connection: Connection) -> None:
    entries.add(connection, gone(entry("P1")), 1)
    entries.replace(connection, gone(entry("P1")), entry("P1"), 2)
    assert entries.withdrawn(connection) == []
    assert keys(newest(connection, "en", 10)) == ["P1"]


def test_the_newest_are_those_that_are_not_buried(connection: Connection) -> None:
    entries.add(connection, entry("P1"), 1)
    entries.add(connection, gone(entry("P2")), 1)
    entries.add(connection, gone(entry("P3"), buried=True), 1)
    assert keys(newest(connection, "en", 10)) == ["P2", "P1"]
    assert keys(newest(connection, "en", 1)) == ["P2"], "a buried one takes nobody's place"


def test_the_buried_come_last_buried_first_after_the_ids_of_their_stories(connection: Connection) -> None:
    for key, hours in (("P1", 3), ("P2", 1), ("P3", 2)):
        entries.add(connection, gone(entry(key), buried=True, updated=NOON + timedelta(hours=hours)), 1)
    entries.add(connection, gone(entry("P4")), 1)
    entries.add(connection, entry("P5"), 1)
    stories.move(connection, [entry("P1").id], "tag:story", 1)
    assert buried(connection, ["en"], 10) == [
        ("tag:story", entry("P1").id),
        (f"{entry('P3').id}?story", entry("P3").id),
        (f"{entry('P2').id}?story", entry("P2").id),
    ]
    assert keys(buried(connection, ["en"], 1)) == ["P1"]


def test_the_buried_are_of_the_languages_that_are_asked_for(connection: Connection) -> None:
    for language in ("en", "zh-Hant", "zh-Hans"):
        entries.add(connection, gone(entry("P1", language=language), buried=True), 1)
    found = buried(connection, ["en", "zh-Hans"], 10)
    assert {identifier.rpartition(":")[2] for _, identifier in found} == {"en", "zh-Hans"}
    assert buried(connection, [], 10) == []


# Months


def months(connection: Connection) -> dict[str, str]:
    return {row.key: row.month for row in connection.execute(select(stored.c.key, stored.c.month))}


def test_an_entrys_month_is_that_of_its_own_clock(connection: Connection) -> None:
    entries.add(connection, entry("P1", published=datetime(2026, 12, 1, 0, 30, tzinfo=HONG_KONG)), 1)
    entries.add(connection, entry("P2", published=datetime(2026, 11, 30, 23, 59, tzinfo=HONG_KONG)), 1)
    entries.add(connection, entry("P3", published=datetime(2026, 11, 30, 16, 30, tzinfo=UTC)), 1)
    assert months(connection) == {"P1": "2026-12", "P2": "2026-11", "P3": "2026-11"}


def test_an_edit_leaves_an_entry_in_its_month(connection: Connection) -> None:
    first = entry("P1", published=datetime(2026, 12, 1, 0, 30, tzinfo=HONG_KONG))
    entries.add(connection, first, 1)
    edited = msgspec.structs.replace(first, title="New", updated=datetime(2027, 1, 5, tzinfo=HONG_KONG))
    entries.replace(connection, first, edited, 2)
    assert months(connection) == {"P1": "2026-12"}
    entries.put(connection, gone(edited, buried=True, updated=edited.updated), 3)
    assert months(connection) == {"P1": "2026-12"}


# Counting


def test_an_entry_that_moves_to_another_story_is_a_change_of_that_story(connection: Connection) -> None:
    entries.add(connection, entry("P1"), 3)
    stories.move(connection, [entry("P1").id], "tag:story", 8)
    assert tags.changed_stories(connection, 7) == ["tag:story"]
    assert stories.changed(connection, 7) == [entry("P1").id]
    assert stories.changed(connection, 8) == []


def test_the_issue_time_of_an_entry_is_known_by_its_id(connection: Connection) -> None:
    entries.add(connection, FULL, 1)
    assert entries.published(connection, FULL.id) == FULL.published


def test_entries_are_counted_by_source_and_language(connection: Connection) -> None:
    assert entries.counts(connection) == {}
    for one in (entry("P1"), entry("P2"), entry("P1", language="zh-Hant"), entry("P3", source="inbox")):
        entries.add(connection, one, 1)
    assert entries.counts(connection) == {("hksar", "en"): 2, ("hksar", "zh-Hant"): 1, ("inbox", "en"): 1}

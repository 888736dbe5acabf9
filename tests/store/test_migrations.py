"""Stores of earlier versions, made by the migrations that were released, with rows as those versions wrote them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from feedpub.model import Correction, Entry, Link, Photo
from feedpub.store import entries, periods, sightings, stories, tags
from feedpub.store.database import Store
from feedpub.store.schema import MIGRATIONS, VERSION

HKT = timezone(timedelta(hours=8))
ENGLISH, CHINESE, FILE = "tag:www.gov.example,2026-12-01:P1", "tag:www.gov.example,2026-11-30:P2", "tag:o,2026-11-30:n"
_TABLES: dict[str, list[dict[str, Any]]] = {
    "entry": [
        {
            "id": ENGLISH, "source": "gov", "key": "P1", "language": "en", "published": "2026-11-30T16:30:00Z",
            "updated": "2026-12-01T02:00:00Z", "run": 7, "seen": 3, "story": f"{CHINESE}?story", "open": 0, "alone": 1,
            "data": json.dumps({
                "id": ENGLISH, "source": "gov", "key": "P1", "language": "en", "title": "Harbour reopens",
                "published": "2026-12-01T00:30:00+08:00", "updated": "2026-12-01T10:00:00+08:00",
                "url": "https://www.gov.example/P1.htm", "summary": "It does.", "content": "<p>It does.</p>",
                "markers": ["photos"], "issuer": "", "photos": [{"url": "https://www.gov.example/1.jpg"}],
                "attachments": [], "videos": [], "related": [{"url": "https://www.gov.example/r", "title": "R"}],
                "counterparts": {"zh-Hant": "https://www.gov.example/P2.htm"}, "counterpart_keys": [],
            }),
        },
        {
            "id": CHINESE, "source": "gov", "key": "P2", "language": "zh-Hant", "published": "2026-11-30T15:59:00Z",
            "updated": "2026-11-30T15:59:00Z", "run": 2, "seen": 2, "story": f"{CHINESE}?story", "open": 1, "alone": 0,
            "data": json.dumps({
                "id": CHINESE, "source": "gov", "key": "P2", "language": "zh-Hant", "title": "海港重開",
                "published": "2026-11-30T23:59:00+08:00", "updated": "2026-11-30T23:59:00+08:00",
            }, ensure_ascii=False),
        },
        {
            "id": FILE, "source": "inbox", "key": "inbox/n", "language": "en", "published": "2026-11-29T16:00:00Z",
            "updated": "2026-11-29T16:00:00Z", "run": 1, "seen": 1, "story": f"{FILE}?story", "open": 1, "alone": 0,
            "data": json.dumps({
                "id": FILE, "source": "inbox", "key": "inbox/n", "language": "en", "title": "Note",
                "published": "2026-11-30T00:00:00+08:00", "updated": "2026-11-30T00:00:00+08:00",
            }),
        },
    ],
    "revision": [
        {
            "entry": ENGLISH, "number": 1, "replaced": "2026-12-01T02:00:00Z",
            "data": json.dumps({
                "id": ENGLISH, "source": "gov", "key": "P1", "language": "en", "title": "Harbor reopens",
                "published": "2026-12-01T00:30:00+08:00", "updated": "2026-12-01T00:30:00+08:00",
            }),
        },
    ],
    "sighting": [
        {"source": source, "key": key, "language": language, "state": state, "first_seen": "2026-12-01T01:00:00Z",
         "failed_since": "2026-12-01T01:00:00Z" if state == "failed" else "",
         "problem": "cut off" if state == "failed" else "",
         "data": json.dumps({"source": source, "key": key, "language": language, "address": f"/{key}", "stamp": "a"})}
        for source, key, language, state in (
            ("gov", "P1", "en", "done"),
            ("gov", "P2", "zh-Hant", "done"),
            ("gov", "P1", "zh-Hant", "done"),  # Its page turned out to be in English.
            ("gov", "P3", "en", "failed"),
            ("gov", "P4", "en", "due"),
            ("inbox", "n", "en", "done"),
            ("inbox", "renamed-in-front-matter", "en", "done"),
        )
    ],
    "validators": [{"address": "https://x.example/", "source": "gov", "etag": '"7"', "last_modified": "Mon"}],
    "source": [{"id": "gov", "last_run": "2026-12-01T02:00:00Z", "last_success": "", "problem": "HTTP 500"}],
    "document": [{"path": "feeds/all/en.atom", "media_type": "a/b", "digest": "d", "size": 5_000_000_000,
                  "basis": "b"}],
    "run": [{"id": 7, "at": "2026-12-01T02:00:00Z", "report": '{"sources": []}'}],
    "name": [{"name": name, "entry": ENGLISH} for name in ("key:www.gov.example/P1", "//www.gov.example/P1.htm")],
    "claim": [{"entry": ENGLISH, "name": "//www.gov.example/P2.htm", "language": "zh-Hant", "target": CHINESE,
               "refused": ""}],
    "pair": [{"one": CHINESE, "other": ENGLISH, "shift": 41_000, "score": 3.25, "margin": 1.5}],
    "story": [{"id": f"{CHINESE}?story", "topics": "transport weather", "body": "hk-md"}],
    "member": [{"feed": "topics/transport", "entry": ENGLISH, "language": "en", "published": "2026-11-30T16:30:00Z"}],
    "touched": [{"feed": "topics/transport", "language": "en", "run": 7}],
    "note": [{"name": "tagged", "value": "by this"}, {"name": "sorted", "value": "into these"}],
}  # fmt: skip


def make(place: Path, version: int, tables: dict[str, list[dict[str, Any]]]) -> Store:
    """A store of an earlier version with rows in it, opened by this one."""
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
        for migration in MIGRATIONS[:version]:
            for step in migration:
                if isinstance(step, str):  # A function is about rows; there are none yet.
                    connection.execute(step)
        connection.execute("INSERT INTO schema_version VALUES (?)", [version])
        for name, found in tables.items():
            for row in found:
                columns, marks = ", ".join(f'"{column}"' for column in row), ", ".join("?" * len(row))
                statement = f"INSERT INTO {name} ({columns}) VALUES ({marks})"  # noqa: S608 - our own names
                connection.execute(statement, list(row.values()))
        connection.commit()
    return Store(f"sqlite:///{place}")


def rows(place: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(place)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "feedpub.db"


@pytest.mark.parametrize("version", range(VERSION))
def test_a_store_of_any_version_comes_to_the_same_tables_and_indexes(version: int, place: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.db"
    make(place, version, {}).close()
    Store(f"sqlite:///{fresh}").close()
    schema = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    assert rows(place, schema) == rows(fresh, schema)
    assert rows(place, "SELECT version FROM schema_version") == [(VERSION,)]


# From version 3


def test_all_that_a_store_of_version_3_has_is_there_afterwards(place: Path) -> None:
    make(place, 3, _TABLES).close()
    for name, before in _TABLES.items():
        if name in ("member", "note"):
            continue
        columns = ", ".join(f'"{column}"' for column in before[0])
        after = rows(place, f"SELECT {columns} FROM {name}")  # noqa: S608 - our own names
        assert sorted(after) == sorted(tuple(row.values()) for row in before), name


def test_the_entries_of_version_3_read_as_they_were_and_were_never_corrected_or_withdrawn(place: Path) -> None:
    store = make(place, 3, _TABLES)
    with store.transaction() as connection:
        assert entries.get(connection, "gov", "P1", "en") == Entry(
            id=ENGLISH,
            source="gov",
            key="P1",
            language="en",
            title="Harbour reopens",
            published=datetime(2026, 12, 1, 0, 30, tzinfo=HKT),
            updated=datetime(2026, 12, 1, 10, 0, tzinfo=HKT),
            url="https://www.gov.example/P1.htm",
            summary="It does.",
            content="<p>It does.</p>",
            markers=("photos",),
            photos=(Photo(url="https://www.gov.example/1.jpg"),),
            related=(Link(url="https://www.gov.example/r", title="R"),),
            counterparts={"zh-Hant": "https://www.gov.example/P2.htm"},
        )
        assert [one.title for one in entries.revisions_of(connection, ENGLISH)] == ["Harbor reopens"]
        assert entries.withdrawn(connection) == []
        assert entries.buried(connection, ["en", "zh-Hant"], 10) == []
        assert entries.newest(connection, "en", 10) == [(f"{CHINESE}?story", ENGLISH), (f"{FILE}?story", FILE)]
    store.close()


def test_each_entry_of_version_3_has_the_month_of_its_own_clock(place: Path) -> None:
    make(place, 3, _TABLES).close()
    found = dict(rows(place, "SELECT id, month FROM entry"))
    assert found == {ENGLISH: "2026-12", CHINESE: "2026-11", FILE: "2026-11"}


def test_each_entry_of_version_3_has_the_month_of_its_storys_first_entry_too(place: Path) -> None:
    unplaced = _TABLES["entry"][2] | {"story": ""}
    make(place, 3, _TABLES | {"entry": [*_TABLES["entry"][:2], unplaced]}).close()
    found = dict(rows(place, "SELECT id, story_month FROM entry"))
    assert found == {ENGLISH: "2026-11", CHINESE: "2026-11", FILE: "2026-11"}


def test_the_months_of_a_store_of_version_3_are_known(place: Path) -> None:
    store = make(place, 3, _TABLES)
    with store.transaction() as connection:
        assert periods.months(connection, periods.EVERY, ["en"]) == ["2026-11", "2026-12"]
        assert periods.months(connection, periods.EVERY, ["zh-Hant"]) == ["2026-11"]
        assert periods.months_bilingual(connection, periods.EVERY, ["en", "zh-Hant"]) == ["2026-11"]
        assert periods.due(connection) == []
    store.close()


def test_more_entries_than_are_read_at_once_have_their_months(place: Path) -> None:
    def row(number: int) -> dict[str, Any]:
        month = f"2026-{number % 12 + 1:02}"
        at = f"{month}-01T00:00:00+08:00"
        key = f"P{number}"
        data = {"id": f"tag:{key}", "source": "gov", "key": key, "language": "en", "title": "T", "published": at}
        return {
            "id": f"tag:{key}", "source": "gov", "key": key, "language": "en", "published": at, "updated": at, "run": 1,
            "data": json.dumps(data | {"updated": at}),
        }  # fmt: skip

    make(place, 3, {"entry": [row(number) for number in range(2_500)]}).close()
    found = dict(rows(place, "SELECT key, month FROM entry"))
    assert found == {f"P{number}": f"2026-{number % 12 + 1:02}" for number in range(2_500)}


def test_the_sightings_of_version_3_know_which_entries_they_became(place: Path) -> None:
    make(place, 3, _TABLES).close()
    found = {row[:3]: row[3] for row in rows(place, "SELECT source, key, language, entry FROM sighting")}
    assert {key: entry for key, entry in found.items() if entry} == {
        ("gov", "P1", "en"): ENGLISH,
        ("gov", "P2", "zh-Hant"): CHINESE,
        ("inbox", "n", "en"): FILE,
    }
    assert len(found) == len(_TABLES["sighting"])


def test_the_sightings_of_version_3_are_listed_and_their_looks_are_due_when_they_are_not(place: Path) -> None:
    store = make(place, 3, _TABLES)
    now = datetime(2026, 12, 2, tzinfo=HKT)
    with store.transaction() as connection:
        assert {one.key for one in sightings.due(connection, "gov")} == {"P3", "P4"}
        assert sightings.failing(connection) == [("gov", "/P3", "cut off")]
        assert sightings.any_listed(connection, "inbox")
        assert sightings.looks_due(connection, "inbox", now, 10) == []
        sightings.compare(connection, "inbox", [], now, complete=True)
        found = sightings.looks_due(connection, "inbox", now, 10)
        assert {(look.sighting.key, look.entry) for look in found} == {("n", FILE), ("renamed-in-front-matter", "")}
    store.close()


def test_what_stories_are_about_stands_and_their_feeds_are_worked_out_again(place: Path) -> None:
    store = make(place, 3, _TABLES)
    with store.transaction() as connection:
        assert tags.tagged(connection, [f"{CHINESE}?story"])[f"{CHINESE}?story"].topics == ("transport", "weather")
        assert tags.touched_feeds(connection) == {("topics/transport", "en"): 7}
        assert tags.feeds_of(connection, [ENGLISH]) == {}
        assert {one.id for one in stories.members(connection, [f"{CHINESE}?story"])[f"{CHINESE}?story"]} == {
            ENGLISH,
            CHINESE,
        }
    store.close()
    assert rows(place, "SELECT name, value FROM note") == [("tagged", "by this")]


def test_an_entry_of_version_3_is_replaced_and_withdrawn_like_any_other(place: Path) -> None:
    store = make(place, 3, _TABLES)
    with store.transaction() as connection:
        old = entries.get(connection, "gov", "P2", "zh-Hant")
        assert old is not None
        at = datetime(2026, 12, 2, tzinfo=HKT)
        new = Entry(
            id=CHINESE,
            source="gov",
            key="P2",
            language="zh-Hant",
            title="海港重開（更正）",
            published=old.published,
            updated=at,
            corrections=(Correction(at=at, title=old.title),),
        )
        entries.replace(connection, old, new, 8)
        assert entries.get(connection, "gov", "P2", "zh-Hant") == new
        assert entries.revisions_of(connection, CHINESE) == [old]
    store.close()
    assert rows(place, f"SELECT month, seen FROM entry WHERE id = '{CHINESE}'") == [("2026-11", 2)]  # noqa: S608 - ours

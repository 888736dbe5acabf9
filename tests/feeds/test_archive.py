"""Archive documents (RFC 5005) and tombstones (RFC 6721)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import feedparser
import msgspec
from lxml import etree

from feedpub import feeds
from feedpub.feeds.fragments import Fragments
from feedpub.model import Document, Edition, Tombstone
from tests.feeds import reading
from tests.feeds.editions import ATTACHED, BARE, FULL, document, edition, item
from tests.feeds.reading import NS, tree

BURIED = Tombstone(
    id="tag:www.example.gov,2026-11-03:P1",
    when=FULL.updated + timedelta(hours=1),
    comment="Withdrawn, & <gone>.",
)
SILENT = Tombstone(id="tag:www.example.gov,2026-11-02:P2", when=FULL.updated - timedelta(days=3))
ADDRESS = "https://news.example/feeds/all"


def archived(month: str = "2026-11", **how: Any) -> Document:
    around = edition(month=month, **{"previous": "2026-10", "hubs": ("https://hub.example/",), **how})
    fragments = Fragments()
    entries = [feeds.fragment(item(entry), around, feeds.ATOM, fragments) for entry in (FULL, BARE, ATTACHED)]
    return feeds.archive(around, entries, f"feeds/all/archive/en/{month}")


def relations(raw: bytes) -> dict[str, list[str]]:
    """The links of a feed, by relation."""
    found: dict[str, list[str]] = {}
    for link in tree(raw).findall("a:link", NS):
        found.setdefault(link.get("rel", ""), []).append(link.get("href", ""))
    return found


def with_tombstones(*stones: Tombstone) -> Edition:
    return edition(FULL, BARE, tombstones=stones)


def test_an_archive_document_says_that_it_is_one_and_leads_to_the_others() -> None:
    raw = archived().body
    assert len(tree(raw).findall("fh:archive", NS)) == 1
    assert relations(raw) == {
        "self": [f"{ADDRESS}/archive/en/2026-11.atom"],
        "alternate": ["https://news.example/en/feeds/all/"],
        "current": [f"{ADDRESS}/en.atom"],
        "prev-archive": [f"{ADDRESS}/archive/en/2026-10.atom"],
    }, "and to no hub, which tells of the subscription document only"


def test_the_first_archive_document_leads_to_none_before_it() -> None:
    assert "prev-archive" not in relations(archived("2026-09", previous="").body)


def test_an_archive_document_leads_to_the_one_after_it_once_there_is_one() -> None:
    found = relations(archived("2026-09", previous="2026-08", following="2026-10").body)
    assert found["prev-archive"] == [f"{ADDRESS}/archive/en/2026-08.atom"]
    assert found["next-archive"] == [f"{ADDRESS}/archive/en/2026-10.atom"]


def test_it_is_an_atom_document_at_its_path_under_the_feeds_id() -> None:
    found = archived()
    assert (found.path, found.media_type) == ("feeds/all/archive/en/2026-11.atom", "application/atom+xml")
    assert tree(found.body).findtext("a:id", namespaces=NS) == f"{ADDRESS}/en.atom"
    assert not feedparser.parse(found.body).bozo


def test_it_has_all_of_its_entries_whatever_the_feeds_limit() -> None:
    assert reading.ids(archived(max_bytes=100).body, ".atom") == [FULL.id, BARE.id, ATTACHED.id]


def test_its_entries_are_those_of_the_subscription_document() -> None:
    def entries(raw: bytes) -> bytes:
        return raw[raw.index(b"<entry>") :]

    assert entries(archived().body) == entries(document(edition(FULL, BARE, ATTACHED), ".atom"))


def test_it_is_as_new_as_its_newest_entry_or_tombstone() -> None:
    assert reading.updated(archived().body, ".atom") == FULL.updated
    assert reading.updated(archived(tombstones=(SILENT, BURIED)).body, ".atom") == BURIED.when
    assert reading.updated(archived(tombstones=(SILENT,)).body, ".atom") == FULL.updated


def test_a_month_of_which_all_is_buried_has_tombstones_only() -> None:
    found = feeds.archive(edition(month="2026-11", tombstones=(BURIED,)), [], "feeds/all/archive/en/2026-11")
    assert reading.ids(found.body, ".atom") == []
    assert reading.updated(found.body, ".atom") == BURIED.when
    assert not feedparser.parse(found.body).bozo


def test_a_subscription_document_leads_to_the_newest_archive_and_to_no_other() -> None:
    shown = edition(FULL, previous="2026-10", hubs=("https://hub.example/",))
    raw = document(shown, ".atom")
    assert relations(raw)["prev-archive"] == [f"{ADDRESS}/archive/en/2026-10.atom"]
    assert "hub" in relations(raw)
    assert not {"current", "next-archive"} & set(relations(raw))
    assert tree(raw).find("fh:archive", NS) is None
    assert "prev-archive" not in relations(document(edition(FULL), ".atom"))


def test_a_tombstone_says_which_entry_went_when_and_why() -> None:
    stones = tree(document(with_tombstones(BURIED, SILENT), ".atom")).findall("at:deleted-entry", NS)
    assert [dict(stone.attrib) for stone in stones] == [
        {"ref": BURIED.id, "when": "2026-11-20T18:05:00+08:00"},
        {"ref": SILENT.id, "when": "2026-11-17T17:05:00+08:00"},
    ]
    assert [stone.findtext("at:comment", namespaces=NS) for stone in stones] == [BURIED.comment, None]


def test_tombstones_stand_before_the_first_entry_in_both_documents() -> None:
    for raw in (document(with_tombstones(BURIED, SILENT), ".atom"), archived(tombstones=(BURIED, SILENT)).body):
        names = [etree.QName(child).localname for child in tree(raw)]
        assert names.index("entry") > max(place for place, name in enumerate(names) if name == "deleted-entry")
        assert names.count("deleted-entry") == 2


def test_characters_that_xml_cannot_hold_cost_an_archive_those_characters() -> None:
    broken = msgspec.structs.replace(BURIED, comment="Bell \x07 and \ud800.")
    raw = archived(tombstones=(broken,)).body
    assert tree(raw).findtext("at:deleted-entry/at:comment", namespaces=NS) == "Bell  and ."
    assert len(reading.ids(raw, ".atom")) == 3

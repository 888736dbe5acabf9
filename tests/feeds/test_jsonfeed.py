"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from feedpub.entries.withdrawal import shown as as_shown
from feedpub.model import Correction, Edition, Entry, Item, Link, Tombstone, Version, Withdrawal
from tests.feeds.editions import ATTACHED, BARE, CATEGORIES, FULL, OTHER, document, edition, item

SIMPLIFIED = Version(language="zh-Hans", url="http://sc.example.gov/TuniS/P2.htm")


def feed(shown: Edition) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document(shown, ".json"))
    return found


def only(shown: Entry | Item) -> dict[str, Any]:
    (found,) = feed(edition(shown))["items"]
    assert isinstance(found, dict)
    return found


def test_a_feed_has_what_is_required_and_who_speaks() -> None:
    found = feed(edition(FULL, BARE))
    assert (found["version"], found["title"]) == ("https://jsonfeed.org/version/1.1", "News & notices")
    assert found["home_page_url"] == "https://news.example/en/feeds/all/"
    assert found["feed_url"] == "https://news.example/feeds/all/en.json"
    assert found["authors"] == [{"name": "Example news"}]
    assert found["description"] == "Example Government"
    assert [one["id"] for one in found["items"]] == [FULL.id, BARE.id]


def test_there_is_no_next_page() -> None:
    assert "next_url" not in feed(edition(FULL, previous="2026-10"))


def test_a_feed_and_each_of_its_items_say_their_language() -> None:
    chinese = msgspec.structs.replace(BARE, language="zh-Hant", title="便條")
    found = feed(edition(FULL, chinese))
    assert found["language"] == "en"
    assert [one["language"] for one in found["items"]] == ["en", "zh-Hant"]
    assert feed(edition(language="zh-Hant"))["language"] == "zh-Hant"


def test_hubs_are_named_where_there_are_any() -> None:
    hubs = ("https://hub.example/", "https://other.example/")
    assert feed(edition(FULL, hubs=hubs))["hubs"] == [{"type": "WebSub", "url": hub} for hub in hubs]
    assert "hubs" not in feed(edition(FULL))


def test_an_edition_without_entries_is_a_feed_without_items() -> None:
    found = feed(edition(language="zh-Hant"))
    assert (found["title"], found["items"]) == ("新聞及公告", [])
    assert found["_feedpub"]["updated"] == "2000-01-01T00:00:00+00:00"


def test_a_feeds_extension_says_what_json_feed_has_no_room_for() -> None:
    assert feed(edition(FULL, previous="2026-10"))["_feedpub"] == {
        "about": "https://news.example/#json",
        "feed": "all",
        "edition": "en",
        "updated": "2026-11-20T17:05:00+08:00",
        "archive": "https://news.example/feeds/all/archive/en/2026-10.atom",
        "rights": "© Example Government",
    }
    assert set(feed(edition(FULL, credits={}))["_feedpub"]) == {"about", "feed", "edition", "updated"}


def test_a_feed_that_nobody_is_credited_for_has_no_description() -> None:
    assert "description" not in feed(edition(FULL, credits={}))


def test_an_item_has_all_that_is_known() -> None:
    found = only(item(FULL, versions=()))
    assert {name: found[name] for name in ("id", "url", "title", "content_html", "summary", "image")} == {
        "id": FULL.id,
        "url": FULL.url,
        "title": FULL.title,
        "content_html": FULL.content,
        "summary": FULL.summary,
        "image": FULL.photos[0].url,
    }
    assert found["authors"] == [{"name": "Fisheries & Fairs Department"}]
    assert found["date_published"] == "2026-11-20T09:30:00+08:00"
    assert found["date_modified"] == "2026-11-20T17:05:00+08:00"


def test_tags_are_the_labels_of_topics() -> None:
    assert only(FULL)["tags"] == ["Food & drink", "Leisure"], "and of no other scheme"
    assert "tags" not in only(item(FULL, categories=CATEGORIES[2:]))


def test_nothing_is_invented_where_nothing_is_known() -> None:
    found = only(BARE)
    assert set(found) == {
        "id",
        "title",
        "content_html",
        "date_published",
        "date_modified",
        "authors",
        "language",
        "_feedpub",
    }
    assert found["_feedpub"] == {
        "about": "https://news.example/#json",
        "source": "inbox",
        "revision": 1,
        "translations": [],
        "topics": [],
        "markers": [],
    }


def test_an_item_without_a_text_says_its_title_as_html() -> None:
    assert only(BARE)["content_html"] == "A note &lt;without&gt; an address &amp; a text"


def test_translations_are_named_with_their_titles_where_these_are_known() -> None:
    assert only(item(FULL, versions=(OTHER, SIMPLIFIED)))["_feedpub"]["translations"] == [
        {"language": "zh-Hant", "url": OTHER.url, "title": OTHER.title},
        {"language": "zh-Hans", "url": SIMPLIFIED.url},
    ]


def test_topics_are_named_by_id_and_label() -> None:
    assert only(FULL)["_feedpub"]["topics"] == [
        {"id": "food", "label": "Food & drink"},
        {"id": "leisure", "label": "Leisure"},
    ]


def test_markers_are_those_of_the_title() -> None:
    assert only(FULL)["_feedpub"]["markers"] == ["photos", "video"]


def test_photos_are_named_with_all_that_is_known_of_each() -> None:
    first, second, third = FULL.photos
    assert only(FULL)["_feedpub"]["photos"] == [
        {"url": first.url, "caption": first.caption, "credit": first.credit, "thumbnail": first.thumbnail},
        {"url": second.url, "caption": second.caption},
        {"url": third.url},
    ]


def test_videos_and_related_releases_are_named_with_their_titles() -> None:
    assert only(FULL)["_feedpub"]["related"] == [
        {"url": one.url, "title": one.title} for one in (*FULL.videos, *FULL.related)
    ]


def test_a_title_that_is_not_known_is_left_out() -> None:
    nameless = msgspec.structs.replace(BARE, related=(Link(url="https://x.example/"),))
    assert only(nameless)["_feedpub"]["related"] == [{"url": "https://x.example/"}]


@pytest.mark.parametrize("count", [1, 2])
def test_each_correction_is_a_revision(count: int) -> None:
    corrections = tuple(Correction(at=FULL.updated.replace(minute=minute)) for minute in range(count))
    found = only(msgspec.structs.replace(FULL, corrections=corrections))["_feedpub"]
    assert found["revision"] == 1 + count
    assert found["corrected"] == ["2026-11-20T17:00:00+08:00", "2026-11-20T17:01:00+08:00"][:count]


def test_a_withdrawn_item_says_when_and_shows_what_stands_in_its_place() -> None:
    gone = as_shown(msgspec.structs.replace(FULL, withdrawn=Withdrawal(at=FULL.updated)))
    found = only(item(gone, versions=()))
    assert (found["_feedpub"]["withdrawn"], found["_feedpub"]["revision"]) == ("2026-11-20T17:05:00+08:00", 2)
    assert found["title"].startswith("Withdrawn: ")
    assert FULL.content not in found["content_html"]
    assert not {"attachments", "image"} & set(found)


def test_a_document_has_an_item_a_line() -> None:
    raw = document(edition(FULL, BARE, ATTACHED), ".json").decode()
    items = raw.partition('"items":[')[2].rpartition("]}")[0].splitlines()
    assert [json.loads(one.rstrip(","))["id"] for one in items] == [FULL.id, BARE.id, ATTACHED.id]


def test_texts_are_written_as_they_are_read() -> None:
    chinese = msgspec.structs.replace(BARE, title="炸魚薯條「市集」")
    assert "炸魚薯條「市集」" in document(edition(chinese), ".json").decode()


def test_lone_surrogates_cost_those_characters_only() -> None:
    broken = edition(msgspec.structs.replace(FULL, title="Bell \ud800 rings"))
    broken.feed.title["en"] = "News \udfff"
    found = feed(broken)
    assert (found["title"], found["items"][0]["title"]) == ("News ", "Bell  rings")


def test_a_tombstone_leaves_no_item_behind() -> None:
    buried = Tombstone(id="tag:x:1", when=FULL.updated)
    assert [one["id"] for one in feed(edition(FULL, tombstones=(buried,)))["items"]] == [FULL.id]

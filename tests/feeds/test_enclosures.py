"""Photos and attachments: what is known of each is said, in every format, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from lxml import etree

from feedpub.feeds.links import media_type
from feedpub.model import Item, Link, Measure, Photo
from tests.feeds import reading
from tests.feeds.editions import ATTACHED, BARE, FULL, MEASURES, document, edition, item
from tests.feeds.reading import NS, tree

UNKNOWN = "https://photos.example/plan"


def atom(shown: Item) -> list[dict[str, str]]:
    """The enclosures of an item in Atom."""
    (entry,) = tree(document(edition(shown), ".atom")).findall("a:entry", NS)
    return reading.links(entry, "enclosure")


def rss(shown: Item) -> etree._Element:
    """An item in RSS."""
    (found,) = tree(document(edition(shown), ".rss")).findall("channel/item")
    return found


def json_feed(shown: Item) -> list[dict[str, Any]]:
    """The attachments of an item in JSON Feed."""
    found: list[dict[str, Any]] = json.loads(document(edition(shown), ".json"))["items"][0].get("attachments", [])
    return found


def test_every_photo_and_attachment_is_an_enclosure_of_atom_in_that_order() -> None:
    assert [(one["href"], one.get("title")) for one in atom(item(FULL))] == [
        *((photo.url, photo.caption or None) for photo in FULL.photos),
        *((link.url, link.title) for link in FULL.attachments),
    ]


def test_a_length_is_said_only_where_it_was_measured() -> None:
    first, second, third, annex, prices = atom(item(FULL))
    assert (first["length"], annex["length"]) == ("184320", "73412")
    assert not any("length" in one for one in (second, third, prices))
    assert not any("length" in one for one in atom(item(FULL, measures={})))


def test_the_type_that_the_server_says_counts_before_that_of_the_address() -> None:
    _, second, *_ = atom(item(FULL))
    assert FULL.photos[1].url.endswith(".png")
    assert second["type"] == "image/webp"


def test_what_the_server_does_not_say_the_address_does() -> None:
    *_, annex, _ = atom(item(FULL))
    assert (MEASURES[FULL.attachments[0].url].media_type, annex["type"]) == ("", "application/pdf")


def test_atom_has_no_type_where_none_is_known() -> None:
    _, _, third, *_ = atom(item(FULL))
    assert set(third) == {"rel", "href"}


def test_the_small_version_of_the_first_photo_is_the_entrys_thumbnail() -> None:
    (entry,) = tree(document(edition(FULL), ".atom")).findall("a:entry", NS)
    assert [one.get("url") for one in entry.findall("media:thumbnail", NS)] == [FULL.photos[0].thumbnail]
    plain = msgspec.structs.replace(FULL, photos=FULL.photos[1:])
    assert b"media:thumbnail" not in document(edition(plain), ".atom")


def test_an_rss_item_has_exactly_one_enclosure_where_it_has_any() -> None:
    items = tree(document(edition(FULL, BARE, ATTACHED), ".rss")).findall("channel/item")
    found = [[one.get("url") for one in one.findall("enclosure")] for one in items]
    assert found == [[FULL.photos[0].url], [], [ATTACHED.attachments[0].url]]


def test_an_rss_enclosure_has_its_length_and_0_where_that_is_not_known() -> None:
    def enclosure(**changes: Any) -> dict[str, str]:
        (found,) = rss(item(FULL, **changes)).findall("enclosure")
        return {str(name): str(value) for name, value in found.attrib.items()}

    assert enclosure() == {"url": FULL.photos[0].url, "length": "184320", "type": "image/jpeg"}
    assert enclosure(measures={})["length"] == "0"


def test_an_rss_enclosure_of_no_known_type_is_only_bytes() -> None:
    (found,) = rss(item(msgspec.structs.replace(BARE, photos=(Photo(url=UNKNOWN),)))).findall("enclosure")
    assert (found.get("type"), found.get("length")) == ("application/octet-stream", "0")


def test_every_photo_is_media_directly_in_an_rss_item_the_first_too() -> None:
    found = rss(item(FULL))
    assert [media.get("url") for media in found.findall("media:content", NS)] == [p.url for p in FULL.photos]
    assert {media.get("medium") for media in found.findall("media:content", NS)} == {"image"}
    assert found.find(".//media:group", NS) is None


def test_media_says_caption_credit_and_small_version_where_there_are_any() -> None:
    first, second, third = rss(item(FULL)).findall("media:content", NS)
    assert first.findtext("media:title", namespaces=NS) == FULL.photos[0].caption
    assert first.findtext("media:credit", namespaces=NS) == "Fish & Friends"
    assert [one.get("url") for one in first.findall("media:thumbnail", NS)] == [FULL.photos[0].thumbnail]
    assert [etree.QName(child).localname for child in second] == ["title"]
    assert len(third) == 0


def test_media_has_size_and_type_only_where_they_are_known() -> None:
    first, second, third = rss(item(FULL)).findall("media:content", NS)
    assert (first.get("fileSize"), first.get("type")) == ("184320", "image/jpeg")
    assert (second.get("fileSize"), second.get("type")) == (None, "image/webp")
    assert (third.get("fileSize"), third.get("type")) == (None, None)


def test_what_is_no_enclosure_of_an_rss_item_is_a_related_link() -> None:
    attached, full = rss(item(ATTACHED)), rss(item(FULL))
    assert [link["href"] for link in reading.links(attached, "related")] == [ATTACHED.attachments[1].url]
    related = [link["href"] for link in reading.links(full, "related")]
    assert related[-2:] == [link.url for link in FULL.attachments]


def test_a_json_attachment_has_a_type_and_its_size_only_where_that_is_known() -> None:
    first, second, third, annex, prices = json_feed(item(FULL))
    assert first == {
        "url": FULL.photos[0].url,
        "mime_type": "image/jpeg",
        "title": FULL.photos[0].caption,
        "size_in_bytes": 184_320,
    }
    assert second == {"url": FULL.photos[1].url, "mime_type": "image/webp", "title": "A stall."}
    assert third == {"url": FULL.photos[2].url, "mime_type": "application/octet-stream"}
    assert (annex["size_in_bytes"], annex["mime_type"]) == (73_412, "application/pdf")
    assert "size_in_bytes" not in prices


@pytest.mark.parametrize("measure", [Measure(), Measure(length=5, media_type="text/x-plan")])
def test_all_formats_know_the_same(measure: Measure) -> None:
    entry = msgspec.structs.replace(BARE, attachments=(Link(url=UNKNOWN, title="Plan"),))
    shown = item(entry, measures={UNKNOWN: measure})
    (in_atom,), (in_json,) = atom(shown), json_feed(shown)
    (in_rss,) = rss(shown).findall("enclosure")
    assert in_atom.get("length", "0") == in_rss.get("length") == str(in_json.get("size_in_bytes", 0))
    assert in_rss.get("type") == in_json["mime_type"] == (measure.media_type or "application/octet-stream")
    assert in_atom.get("type", "") == measure.media_type


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.example/a.JPG", "image/jpeg"),
        ("https://x.example/a.pdf?download=1.png", "application/pdf"),
        ("https://x.example/a", ""),
        ("https://x.example/a.unheard", ""),
    ],
)
def test_the_ending_of_an_address_tells_its_type(url: str, expected: str) -> None:
    assert media_type(url) == expected

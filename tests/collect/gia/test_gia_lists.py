"""The lists of releases: lists/ holds each as it comes, and beside it what is to be seen in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feedpub.collect.gia import lists
from feedpub.errors import SourceError
from feedpub.model import Sighting

_LISTS = Path(__file__).parent / "lists"
_BASE = "https://www.saltmarsh.example/gia/"
_ZONE = ZoneInfo("Asia/Hong_Kong")
_LINK = "https://www.saltmarsh.example/gia/general/202605/04/P2026050400233.htm"


def _feed(raw: bytes, language: str = "en") -> tuple[Sighting, ...]:
    return lists.from_feed(raw, source="saltmarsh", base_url=_BASE, language=language, zone=_ZONE)


def _listing(raw: bytes, language: str = "zh-Hant", charset: str = "") -> tuple[Sighting, ...]:
    return lists.from_listing(raw, source="saltmarsh", base_url=_BASE, language=language, charset=charset)


def _item(**fields: str) -> bytes:
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<rss version='2.0'><channel><item>{inside}</item></channel></rss>".encode()


def _shown(sightings: Iterable[Sighting]) -> list[dict[str, Any]]:
    return [
        {
            "key": sighting.key,
            "folder": sighting.address.removeprefix(f"{_BASE}general/").removesuffix(f"/{sighting.key}.htm"),
            "stamp": sighting.stamp,
            "issued": sighting.issued.isoformat() if sighting.issued else None,
        }
        for sighting in sightings
    ]


def _expected(name: str) -> Any:
    return json.loads((_LISTS / f"{name}.json").read_text(encoding="utf-8"))


def test_a_feed_gives_its_releases_once_each_in_its_order() -> None:
    assert _shown(_feed((_LISTS / "feed-english.xml").read_bytes())) == _expected("feed-english")


@pytest.mark.parametrize(("name", "language"), [("listing-chinese", "zh-Hant"), ("listing-of-2012", "en")])
def test_a_listing_gives_its_releases_once_each_in_its_order(name: str, language: str) -> None:
    found = _listing((_LISTS / f"{name}.html").read_bytes(), language)
    assert _shown(found) == _expected(name)


def test_a_sighting_names_its_source_and_language() -> None:
    (found,) = _feed(_item(title="鹽沼", link=_LINK), "zh-Hant")
    assert (found.source, found.language, found.address) == ("saltmarsh", "zh-Hant", _LINK)


def test_a_feed_and_a_listing_give_the_same_stamp() -> None:
    (from_feed,) = _feed(_item(title="\u200b渡輪服務調整 (附圖)", link=_LINK))
    (listed,) = _listing(f'<ul class="list"><li><a href="{_LINK}">渡輪服務\n調整（附圖）</a></li></ul>'.encode())
    assert from_feed.stamp == listed.stamp


def test_a_stamp_changes_with_the_title() -> None:
    (before,) = _feed(_item(title="Ferry renamed", link=_LINK))
    (after,) = _feed(_item(title="Ferry renamed (with photo)", link=_LINK))
    assert before.stamp != after.stamp


def test_releases_are_read_below_the_base_url_whatever_host_the_list_names() -> None:
    (found,) = _feed(_item(title="x", link="https://evil.example/gia/general/202605/04/P2026050400233.htm"))
    assert found.address == _LINK


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   ",
        b"not a feed at all",
        b"<rss><channel><item><title>cut off",
        b"<rss><channel><item><title>a & b</title></item></channel></rss>",
        b"<!DOCTYPE html><html><body>We are down for maintenance</body></html>",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom</title></feed>',
        b"\xff\xfe\x00",
        b"<?xml version='1.0' encoding='utf-8'?><rss><title>\xb3o\xac\x4f</title></rss>",
    ],
    ids=["empty", "blank", "text", "cut off", "bare ampersand", "html", "atom", "binary", "big5"],
)
def test_what_is_no_well_formed_rss_is_an_error(raw: bytes) -> None:
    with pytest.raises(SourceError, match="not a feed"):
        _feed(raw)


def test_an_empty_feed_has_no_releases() -> None:
    assert _feed(b"<rss version='2.0'><channel/></rss>") == ()


def test_entities_are_not_expanded() -> None:
    # "A billion laughs": nine levels of tens.
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    raw = f'<!DOCTYPE rss [<!ENTITY l0 "laugh">{levels}]>'.encode() + _item(title="&l9;", link=_LINK)
    try:
        found = _feed(raw)
    except SourceError:
        return
    assert all(len(sighting.stamp) < 100 for sighting in found)


def test_files_are_not_read_through_entities(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hush")
    raw = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode() + _item(title="&x;", link=_LINK)
    try:
        found = _feed(raw)
    except SourceError:
        return
    assert "hush" not in found[0].stamp


@pytest.mark.parametrize(
    "written",
    ["", "soon", "Mon, 99 May 2026 16:30:00 +0800", "Mon, 04 May 2026 16:30:00 +9999", "Fri, 31 Dec 9999 23:59:59 GMT"],
)
def test_a_date_that_cannot_be_one_costs_the_date_only(written: str) -> None:
    (found,) = _feed(_item(title="x", link=_LINK, pubDate=written))
    assert found.issued is None


def test_a_link_that_cannot_be_one_costs_its_item_only() -> None:
    raw = _item(title="x", link=_LINK).replace(b"<item>", b"<item><link>http://[</link></item><item>", 1)
    assert [sighting.key for sighting in _feed(raw)] == ["P2026050400233"]


def test_an_empty_listing_page_is_an_error() -> None:
    with pytest.raises(SourceError, match="not a listing"):
        _listing(b"")


def test_a_page_without_a_list_is_no_listing() -> None:
    with pytest.raises(SourceError, match=r"not a listing: it has no ul\.list"):
        _listing(f'<html><body><p>Sorry</p><a href="{_LINK}">A release</a></body></html>'.encode())


def test_a_listing_in_big5_is_read_in_its_charset() -> None:
    raw = f'<ul class="list"><li><a href="{_LINK}">渡輪服務調整</a></li></ul>'.encode("big5")
    (found,) = _listing(raw, charset="Big5")
    assert found.stamp == "渡輪服務調整"

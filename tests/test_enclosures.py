"""Sizes and types of photos and attachments: what their servers say of them, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.loopback import Loopback, Route, answer, chunked, page, redirect, silent
from tests.newssite import NewsSite, Paper
from tests.publisher import NS, Publisher

MEDIA = "{http://search.yahoo.com/mrss/}"
PHOTO, PLAN = "/p_photo_1.jpg", "/plan.pdf"
RELEASE = Paper("P2026112000101", "Pool opens")
JPEG = answer(b"x" * 4321, headers={"Content-Type": "image/jpeg"})
WEBP = answer(b"x" * 1234, headers={"Content-Type": "image/webp"})
PDF = answer(b"x" * 987, headers={"Content-Type": "application/pdf; name=plan"})
MEASURED = "measure_enclosures = true"
EDITIONS = ("en", "bilingual")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Publisher]:
    """A site with a release that has a photo and an attachment, on the same server; nothing is published yet."""
    with Loopback({PHOTO: JPEG, PLAN: PDF}) as server:
        site = NewsSite(server)
        photo, plan = server.address(PHOTO), server.address(PLAN)
        site.publish(replace(RELEASE, photos=(photo,), attachments=(plan,)))
        desk = Publisher(site, tmp_path)
        configure(desk, MEASURED)
        yield desk


def configure(desk: Publisher, source: str = "", *, hasty: bool = False) -> None:
    tables = "[http]\ntimeout = 0.3\ndeadline = 0.3" if hasty else ""
    desk.configure(source=f"{source}\nrecheck = '0'", tables=tables)


def asked(desk: Publisher) -> list[str]:
    """For what enclosures the server was asked, and how."""
    found = (one for one in desk.site.server.requests if "/gia/" not in one.path and one.path != "/robots.txt")
    return [f"{one.method} {one.path}" for one in found]


def told(desk: Publisher, edition: str = "en") -> list[tuple[str, int, str]]:
    """The enclosures of the release, their sizes and types (0 and "" where not known); the same in all formats."""
    (entry,) = desk.tree(f"all/{edition}.atom").findall("a:entry", NS)
    links = [one for one in entry.findall("a:link", NS) if one.get("rel") == "enclosure"]
    atom = [(one.get("href", ""), int(one.get("length", 0)), one.get("type", "")) for one in links]
    attachments = desk.item(RELEASE.key, f"all/{edition}.json")["attachments"]
    assert [(one["url"], one.get("size_in_bytes", 0)) for one in attachments] == [one[:2] for one in atom]
    assert [one["mime_type"] for one in attachments] == [kind or "application/octet-stream" for *_, kind in atom]
    (item,) = desk.tree(f"all/{edition}.rss").findall("channel/item")
    (enclosure,) = item.findall("enclosure")
    url, length, kind = atom[0]
    expected = {"url": url, "length": str(length), "type": kind or "application/octet-stream"}
    assert dict(enclosure.attrib) == expected
    photos = [
        (one.get("url"), int(one.get("fileSize", 0)), one.get("type", "")) for one in item.findall(f"{MEDIA}content")
    ]
    assert photos == [one for one in atom if "photo" in one[0]]
    return [(href.removeprefix(desk.site.server.url.rstrip("/")), size, kind) for href, size, kind in atom]


def test_sizes_and_types_are_those_that_the_server_says_in_every_format(desk: Publisher) -> None:
    assert desk.run().exit_code == 0
    for edition in EDITIONS:
        assert told(desk, edition) == [(PHOTO, 4321, "image/jpeg"), (PLAN, 987, "application/pdf")]
    assert desk.shown(desk.archives()[0]) == desk.shown("all/en.atom")
    assert b'length="4321"' in desk.place(desk.archives()[0]).read_bytes()


def test_they_are_asked_for_with_head_and_only_once(desk: Publisher) -> None:
    desk.run()
    assert sorted(asked(desk)) == [f"HEAD {PHOTO}", f"HEAD {PLAN}"]
    before = desk.files()
    desk.runs(3)
    desk.site.edit(RELEASE.key, title="Pool opens early")
    desk.run()
    assert len(asked(desk)) == 2
    assert told(desk)[0] == (PHOTO, 4321, "image/jpeg"), "what was said is kept"
    assert desk.files() != before


def test_a_photo_that_is_added_is_asked_for(desk: Publisher) -> None:
    desk.run()
    desk.site.server.routes["/q_photo_2.jpg"] = WEBP
    photos = (*desk.site.papers[RELEASE.key].photos, desk.site.server.address("/q_photo_2.jpg"))
    desk.site.edit(RELEASE.key, title="Pool opens (with photos)", photos=photos)
    desk.run()
    assert asked(desk)[2:] == ["HEAD /q_photo_2.jpg"]
    assert ("/q_photo_2.jpg", 1234, "image/webp") in told(desk)


def test_it_is_off_unless_the_config_asks_for_it(desk: Publisher) -> None:
    configure(desk)
    desk.runs(2)
    assert asked(desk) == []
    assert told(desk) == [(PHOTO, 0, "image/jpeg"), (PLAN, 0, "application/pdf")], "the address tells the type"


def test_turned_on_later_new_releases_are_measured(desk: Publisher) -> None:
    configure(desk)
    desk.run()
    configure(desk, MEASURED)
    new = replace(desk.site.papers[RELEASE.key], key="P2026112000102", title="Pool closes")
    desk.site.publish(new)
    desk.run()
    assert sorted(asked(desk)) == [f"HEAD {PHOTO}", f"HEAD {PLAN}"]
    assert b'length="4321"' in desk.place("all/en.atom").read_bytes()


# When a server does not say


SILENT: dict[str, tuple[Route, int, str]] = {
    "not found": (answer(status=404), 0, "image/jpeg"),
    "broken": (answer(status=500), 0, "image/jpeg"),
    "too slow": (silent(), 0, "image/jpeg"),
    "no HEAD": (answer(status=405), 0, "image/jpeg"),
    "no size": (chunked([b"12"], headers={"Content-Type": "image/webp"}), 0, "image/webp"),
    "a size that is none": (answer(headers={"Content-Length": "many"}), 0, "image/jpeg"),
    "a size below 0": (answer(headers={"Content-Length": "-1"}), 0, "image/jpeg"),
    "no type": (answer(b"12345"), 5, "image/jpeg"),
    "a type that says nothing": (answer(b"12", headers={"Content-Type": "application/octet-stream"}), 2, "image/jpeg"),
    "a page of its own": (page("<p>No such photo."), 0, "image/jpeg"),
    "compressed": (answer(b"123", headers={"Content-Encoding": "gzip", "Content-Type": "image/jpeg"}), 0, "image/jpeg"),
}


@pytest.mark.parametrize("how", SILENT)
def test_what_a_server_does_not_say_is_not_invented(how: str, desk: Publisher) -> None:
    route, size, kind = SILENT[how]
    desk.site.server.routes[PHOTO] = route
    configure(desk, MEASURED, hasty=how == "too slow")
    assert desk.run().exit_code == 0, "a release is whole without it"
    assert told(desk) == [(PHOTO, size, kind), (PLAN, 987, "application/pdf")]


def test_a_photo_that_moved_is_measured_where_it_is(desk: Publisher) -> None:
    desk.site.server.routes |= {PHOTO: redirect("/elsewhere.jpg"), "/elsewhere.jpg": WEBP}
    desk.run()
    assert told(desk)[0] == (PHOTO, 1234, "image/webp")


def test_an_address_without_a_known_ending_has_no_type_until_its_server_says_one(desk: Publisher) -> None:
    photo = desk.site.server.address("/photo?id=11.xyz")
    desk.site.edit(RELEASE.key, photos=(photo,))
    desk.site.server.routes["/photo"] = answer(status=503)
    desk.run()
    assert told(desk)[0] == ("/photo?id=11.xyz", 0, "")
    desk.site.server.routes["/photo"] = WEBP
    desk.run()
    assert told(desk)[0] == ("/photo?id=11.xyz", 1234, "image/webp")


# When it is known later


@pytest.mark.parametrize("fault", ["not found", "broken", "too slow"])
def test_a_failure_is_tried_again_and_what_comes_of_it_makes_nothing_look_new(fault: str, desk: Publisher) -> None:
    desk.site.server.routes[PHOTO] = SILENT[fault][0]
    configure(desk, MEASURED, hasty=fault == "too slow")
    desk.run()
    before = [desk.everywhere(RELEASE.key, edition) for edition in EDITIONS]
    written = desk.files()
    desk.run()
    assert desk.files() == written
    configure(desk, MEASURED)
    desk.site.server.routes[PHOTO] = JPEG
    report = desk.run()
    assert {f"feeds/all/{one}{suffix}" for one in EDITIONS for suffix in (".atom", ".rss", ".json")} < {*report.written}
    for edition in EDITIONS:
        assert told(desk, edition)[0] == (PHOTO, 4321, "image/jpeg")
    assert [desk.everywhere(RELEASE.key, edition) for edition in EDITIONS] == before
    assert b'length="4321"' in desk.place(desk.archives()[0]).read_bytes()
    assert desk.item(RELEASE.key)["_feedpub"]["revision"] == 1
    count = len(asked(desk))
    desk.runs(2)
    assert len(asked(desk)) == count


def test_offline_runs_ask_for_nothing(desk: Publisher) -> None:
    desk.site.server.routes[PHOTO] = answer(status=500)
    desk.run()
    count = len(asked(desk))
    desk.run(offline=True)
    assert len(asked(desk)) == count


def test_a_photo_of_both_languages_is_asked_for_once_and_told_in_both(desk: Publisher) -> None:
    photo = desk.site.server.address(PHOTO)
    chinese = Paper("P2026112000103", "泳池開放", ("泳池今日（十一月二十日）開放。",), "zh-Hant", photos=(photo,))
    desk.site.publish(chinese)
    desk.run()
    assert asked(desk).count(f"HEAD {PHOTO}") == 1
    for edition in ("en", "zh-Hant"):
        assert b'length="4321"' in desk.place(f"all/{edition}.atom").read_bytes()

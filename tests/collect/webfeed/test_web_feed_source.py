"""What a source of kind "webfeed" does when it is asked again, and with feeds that are odd in one place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feedpub.collect.base import Surroundings
from feedpub.collect.options import WebFeedOptions
from feedpub.collect.pacer import Pacer
from feedpub.collect.webfeed.source import WebFeedSource
from feedpub.config import Source
from feedpub.configtables import HttpTable
from feedpub.errors import GoneError, ReleaseError, SourceError
from feedpub.model import Release, Sighting, Validators
from tests import loopback
from tests.loopback import Loopback

ZONE = ZoneInfo("Asia/Hong_Kong")
NOTHING = Validators()
WHOLE = "<p>The pier is shut.</p><p>It opens on Friday.</p>"
PAGE = "<html><body><h1>Pier</h1><article><p>The pier is shut until Friday. Boats leave from the steps.</p></article>"


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture
def opened() -> Iterator[list[WebFeedSource]]:
    """The sources that a test opens; they are closed behind it."""
    sources: list[WebFeedSource] = []
    yield sources
    for one in sources:
        one.close()


def open_feed(server: Loopback, opened: list[WebFeedSource], **options: Any) -> WebFeedSource:
    given: dict[str, Any] = {
        "lists": {"en": server.address("/feed.xml")},
        "requests_per_second": 0,
        "allow_private_network": True,
    }
    source = Source(
        id="pier",
        kind="webfeed",
        authority="pier.example",
        timezone=ZONE,
        schedule=timedelta(minutes=10),
        credits={},
        options=WebFeedOptions(**given | options),
    )
    surroundings = Surroundings(
        now=datetime(2026, 11, 20, 18, 0, tzinfo=ZONE),
        http=HttpTable(timeout=2.5),
        user_agent="tests",
        languages=("en", "zh-Hant"),
        pacer=Pacer(),
    )
    opened.append(WebFeedSource(source, surroundings))
    return opened[-1]


def item(
    title: str = "Pier", path: str = "/pier", text: str = "Shut.", date: str = "2026-11-20T09:30:00", guid: str = ""
) -> str:
    link = f"<link>{path}</link>" if path else ""
    return (
        f"<item><title>{title}</title>{link}<guid isPermaLink='false'>{guid or path}</guid>"
        f"<pubDate>{date}</pubDate><description><![CDATA[{text}]]></description></item>"
    )


def rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'.encode()


def feed(*items: str, etag: str = "") -> loopback.Route:
    return loopback.validated(rss(*items), etag=etag, content_type="application/rss+xml")


def sightings(source: WebFeedSource, known: Validators | None = None) -> list[Sighting]:
    return list(source.discover(lambda _: known).sightings)


def release(source: WebFeedSource, sighting: Sighting, known: Validators = NOTHING) -> Release:
    found = source.read(sighting, known).release
    assert found is not None
    return found


# Where the text is from


@pytest.mark.parametrize(
    ("text", "full_text", "from_page"),
    [
        (WHOLE, "auto", False),
        (WHOLE, "always", True),
        ("The pier is shut.", "auto", True),
        ("The pier is shut.", "never", False),
        ("<p>The pier is shut.</p><p>It opens […]</p>", "auto", True),
        ("<p>The pier is shut.</p><p><a href='/pier'>Read more »</a></p>", "auto", True),
        ("Shut. " * 120, "auto", False),
        ("", "auto", True),
    ],
)
def test_the_linked_page_is_read_where_the_feed_has_a_summary_only(
    text: str, full_text: str, *, from_page: bool, server: Loopback, opened: list[WebFeedSource]
) -> None:
    server.routes |= {"/feed.xml": feed(item(text=text)), "/pier": loopback.page(PAGE)}
    source = open_feed(server, opened, full_text=full_text)
    (one,) = sightings(source)
    assert ("Boats leave" in release(source, one).body) == from_page
    assert ("/pier" in server.paths) == from_page


def test_a_page_that_is_not_there_fails_the_release(server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes["/feed.xml"] = feed(item())
    source = open_feed(server, opened)
    (one,) = sightings(source)
    with pytest.raises(GoneError):
        source.read(one, NOTHING)


def test_times_without_a_zone_are_the_sources(server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes["/feed.xml"] = feed(
        item(path="/1", text=WHOLE, date="2026-11-20T09:30:00"),
        item(path="/2", text=WHOLE, date="20 Nov 2026 09:30"),
        item(path="/3", text=WHOLE, date="Fri, 20 Nov 2026 01:30:00 GMT"),
    )
    source = open_feed(server, opened)
    assert {release(source, one).issued for one in sightings(source)} == {datetime(2026, 11, 20, 9, 30, tzinfo=ZONE)}


# Keys


@pytest.mark.parametrize(
    ("guid", "key"),
    [
        ("tag:pier.example,2026:7", "en/tag:pier.example,2026:7"),
        ("https://pier.example/7?utm_source=rss", "en/pier.example/7"),
        (" 7\n", "en/7"),
    ],
)
def test_an_id_is_the_key(guid: str, key: str, server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes["/feed.xml"] = feed(item(text=WHOLE, guid=guid))
    source = open_feed(server, opened)
    (one,) = sightings(source)
    assert (one.key, release(source, one).key) == (key, key)


def test_an_id_that_is_too_long_is_shortened_and_stays_its_own(server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes["/feed.xml"] = feed(*(item(path=f"/{end}", text=WHOLE, guid="x" * 5000 + end) for end in "ab"))
    keys = {one.key for one in sightings(open_feed(server, opened))}
    assert len(keys) == 2
    assert max(map(len, keys)) < 100


def test_by_a_rule_the_link_is_the_key(server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes["/feed.xml"] = feed(item(path="/n/77.html", guid="abc"), item(path="/about", guid="def"))
    assert [one.key for one in sightings(open_feed(server, opened, key=r"/n/(\d+)"))] == ["en/77"]


def test_of_items_with_one_id_the_first_is_taken_and_the_others_are_told(
    server: Loopback, opened: list[WebFeedSource]
) -> None:
    server.routes["/feed.xml"] = feed(
        item(path="/1", guid="0", text=WHOLE),
        item(title="Other", path="/2", guid="0", text="<p>Not</p><p>this.</p>"),
        item(path="/1", guid="0", text="<p>Nor</p><p>this.</p>"),
    )
    source = open_feed(server, opened)
    found = source.discover(lambda _: None)
    (one,) = found.sightings
    assert (one.key, release(source, one).body) == ("en/0", WHOLE)
    (failure,) = found.failures
    assert "“Other” is left out: another has its id “0”" in failure


def test_many_items_that_are_left_out_are_a_few_lines(server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes["/feed.xml"] = feed(item(path="/1"), *(item(path="", guid=str(number)) for number in range(50)))
    failures = open_feed(server, opened).discover(lambda _: None).failures
    assert len(failures) == 4
    assert failures[-1].endswith("47 more are left out")


# Odd items and feeds


def test_an_item_without_a_link_costs_that_item_only(server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes["/feed.xml"] = feed(item(title="Nowhere", path="", guid="1"), item(path="/2", text=WHOLE))
    found = open_feed(server, opened).discover(lambda _: None)
    assert [one.key for one in found.sightings] == ["en//2"]
    (failure,) = found.failures
    assert "“Nowhere” is left out: it has no link" in failure


def test_a_page_instead_of_a_feed_is_told_by_its_title(server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes["/feed.xml"] = loopback.page("<!doctype html><title>Sorry!</title><p>Down.")
    with pytest.raises(SourceError, match=r"/feed\.xml: is no feed but a page \(“Sorry!”\)"):
        sightings(open_feed(server, opened))


def test_a_feed_that_was_mended_is_told(server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes["/feed.xml"] = feed(item(title="Fish & chips"))
    found = open_feed(server, opened).discover(lambda _: None)
    assert [one.title for one in found.sightings] == ["Fish & chips"]
    assert "was mended" in found.warnings[0]


@pytest.mark.parametrize("declared", ["", "; charset=big5", "; charset=iso-8859-1", "; charset=utf-8"])
@pytest.mark.parametrize("codec", ["big5hkscs", "utf-8", "utf-16"])
def test_a_chinese_feed_is_read_in_the_charset_that_it_is_in(
    codec: str, declared: str, server: Loopback, opened: list[WebFeedSource]
) -> None:
    text = "<p>渡輪碼頭完成維修，將於明早重開。</p><p>海港及交通局表示，首班船六時開出。</p>"
    whole = '<?xml version="1.0" encoding="Big5"?>' + rss(item(title="渡輪碼頭明早重開", text=text)).decode()
    server.routes["/feed.xml"] = loopback.page(whole.encode(codec), f"text/xml{declared}")
    source = open_feed(server, opened, lists={"zh-Hant": server.address("/feed.xml")})
    (one,) = sightings(source)
    found = release(source, one)
    assert (found.title, found.body) == ("渡輪碼頭明早重開", text)


def test_an_item_in_which_a_byte_is_broken_is_left_out(server: Loopback, opened: list[WebFeedSource]) -> None:
    text = "<p>渡輪碼頭完成維修，將於明早重開。</p><p>海港及交通局表示，首班船六時開出。</p>"
    raw = rss(item(title="渡輪碼頭", path="/1", text=text), item(title="天文台", path="/2", text=text))
    server.routes["/feed.xml"] = loopback.page(
        raw.replace("渡輪碼頭</title>".encode(), "渡輪碼".encode() + b"\xe9\xa0</title>")
    )
    source = open_feed(server, opened, lists={"zh-Hant": server.address("/feed.xml")})
    found = source.discover(lambda _: None)
    assert [one.title for one in found.sightings] == ["天文台"]
    assert "not valid UTF-8" in found.failures[0]


# Asked again


def test_what_is_due_is_found_in_a_feed_that_did_not_change(server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes["/feed.xml"] = feed(item(path="/1", text=WHOLE), item(path="/2", text=WHOLE), etag='"7"')
    first, second = sightings(open_feed(server, opened))
    later = open_feed(server, opened)
    assert sightings(later, Validators(etag='"7"')) == []
    assert {release(later, one).body for one in (first, second)} == {WHOLE}
    assert [request.headers.get("if-none-match") for request in server.requests[1:]] == ['"7"', None]


def test_what_is_due_and_no_longer_in_the_feed_is_read_from_its_page(
    server: Loopback, opened: list[WebFeedSource]
) -> None:
    server.routes |= {"/feed.xml": feed(item(text=WHOLE)), "/pier": loopback.page(PAGE)}
    (one,) = sightings(open_feed(server, opened))
    server.routes["/feed.xml"] = feed(item(path="/other"))
    later = open_feed(server, opened)
    sightings(later)
    assert "Boats leave" in release(later, one).body
    assert server.paths.count("/feed.xml") == 2, "the feed has been heard in this run"


def test_what_is_due_and_was_only_ever_in_the_feed_fails(server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes["/feed.xml"] = feed(item(text=WHOLE))
    (one,) = sightings(open_feed(server, opened))
    server.routes["/feed.xml"] = feed(item(path="/other"))
    with pytest.raises(ReleaseError, match="no longer has it"):
        open_feed(server, opened, full_text="never").read(one, NOTHING)


def test_a_text_that_left_the_feed_did_not_change(server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes |= {"/feed.xml": feed(item(text=WHOLE)), "/pier": loopback.page(PAGE)}
    source = open_feed(server, opened)
    (one,) = sightings(source)
    known = source.read(one, NOTHING).validators
    server.routes["/feed.xml"] = feed(item(path="/other"))
    later = open_feed(server, opened)
    sightings(later)
    reading = later.read(one, known)
    assert (reading.release, reading.validators) == (None, known)
    assert "/pier" not in server.paths


def test_a_text_that_is_in_the_feed_is_looked_at_there(server: Loopback, opened: list[WebFeedSource]) -> None:
    server.routes["/feed.xml"] = feed(item(text=WHOLE))
    source = open_feed(server, opened)
    (one,) = sightings(source)
    known = source.read(one, NOTHING).validators
    server.routes["/feed.xml"] = feed(item(text=WHOLE.replace("Friday", "Sunday")))
    later = open_feed(server, opened)
    (again,) = sightings(later)
    assert again.digest != one.digest
    assert "Sunday" in release(later, one, known).body


def test_a_page_without_validators_is_looked_at_without_asking_for_the_feed(
    server: Loopback, opened: list[WebFeedSource]
) -> None:
    server.routes |= {"/feed.xml": feed(item(), etag='"7"'), "/pier": loopback.page(PAGE)}
    source = open_feed(server, opened)
    (one,) = sightings(source)
    known = source.read(one, NOTHING).validators
    later = open_feed(server, opened)
    sightings(later, Validators(etag='"7"'))
    assert "Boats leave" in release(later, one, known).body
    assert server.paths == ["/feed.xml", "/pier", "/feed.xml", "/pier"]
    assert "if-none-match" not in server.requests[-1].headers, "what was noted is told to no server"

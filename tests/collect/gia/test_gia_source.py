"""Reading the pages of the site: those that did not change, those that moved, and what else leads to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedpub.collect.base import Reading, Surroundings
from feedpub.collect.gia.source import GiaSource
from feedpub.collect.options import GiaOptions
from feedpub.collect.pacer import Pacer
from feedpub.config import Source
from feedpub.configtables import HttpTable
from feedpub.errors import FetchError, GoneError, RefusedAddressError, ReleaseError
from feedpub.model import Measure, Release, Sighting, Validators
from tests import loopback, newssite
from tests.loopback import Loopback
from tests.newssite import HKT, Paper

PAPER = Paper("P2026112000001", "Harbour reopens", issued=datetime(2026, 11, 20, 9, 30, tzinfo=HKT))
MOVED = "/gia/general/202611/21/P2026112000001.htm"
OTHER = "/gia/general/202611/20/P2026112000002.htm"
NOTHING = Validators()


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def open_site(base_url: str, *hosts: str) -> GiaSource:
    return GiaSource(
        Source(
            id="gov",
            kind="gia",
            authority="www.info.gov.hk",
            timezone=ZoneInfo("Asia/Hong_Kong"),
            schedule=timedelta(minutes=10),
            credits={},
            options=GiaOptions(base_url=base_url, requests_per_second=0, allow_private_network=True, hosts=hosts),
        ),
        Surroundings(
            now=datetime(2026, 11, 20, 18, 0, tzinfo=HKT),
            http=HttpTable(timeout=2.5, attempts=1),
            user_agent="tests",
            languages=("en", "zh-Hant"),
            pacer=Pacer(),
        ),
    )


def read(
    server: Loopback, path: str = PAPER.path, known: Validators = NOTHING, *, elsewhere: Loopback | None = None
) -> Reading:
    opened = open_site(f"{server.url}gia/", *([f"127.0.0.1:{elsewhere.port}"] if elsewhere else []))
    try:
        return opened.read(sighting(server, path), known)
    finally:
        opened.close()


def sighting(server: Loopback, path: str = PAPER.path) -> Sighting:
    return Sighting(source="gov", key=PAPER.key, language="en", address=server.address(path), stamp="a")


def release(reading: Reading) -> Release:
    assert reading.release is not None
    return reading.release


def page(paper: Paper = PAPER) -> loopback.Route:
    return loopback.page(newssite.page(paper))


# Pages that did not change


def test_a_page_is_read_with_its_validators(server: Loopback) -> None:
    raw = newssite.page(PAPER).encode()
    server.routes[PAPER.path] = loopback.validated(raw, etag='"7"', last_modified="Fri, 20 Nov 2026 01:30:00 GMT")
    found = read(server)
    assert (release(found).title, release(found).issued) == (PAPER.title, PAPER.issued)
    assert found.validators == Validators(etag='"7"', last_modified="Fri, 20 Nov 2026 01:30:00 GMT")


@pytest.mark.parametrize(
    "known",
    [
        Validators(etag='"7"'),
        Validators(last_modified="Fri, 20 Nov 2026 01:30:00 GMT"),
        Validators(etag='"7"', last_modified="Fri, 20 Nov 2026 01:30:00 GMT"),
    ],
)
def test_a_page_that_did_not_change_gives_no_release_and_keeps_its_validators(
    known: Validators, server: Loopback
) -> None:
    raw = newssite.page(PAPER).encode()
    server.routes[PAPER.path] = loopback.validated(raw, etag=known.etag, last_modified=known.last_modified)
    assert read(server, known=known) == Reading(release=None, validators=known)


def test_a_page_that_changed_is_read_with_its_new_validators(server: Loopback) -> None:
    raw = newssite.page(replace(PAPER, title="Harbour closes")).encode()
    server.routes[PAPER.path] = loopback.validated(raw, etag='"8"')
    found = read(server, known=Validators(etag='"7"'))
    assert (release(found).title, found.validators) == ("Harbour closes", Validators(etag='"8"'))


def test_without_validators_a_page_is_asked_for_whole(server: Loopback) -> None:
    server.routes[PAPER.path] = loopback.validated(newssite.page(PAPER).encode(), etag='"7"')
    assert release(read(server, known=NOTHING)).title == PAPER.title
    assert not any(name.startswith("if-") for name in server.requests[0].headers)


def test_a_page_that_moved_and_did_not_change_gives_no_release(server: Loopback) -> None:
    server.routes[PAPER.path] = loopback.redirect(MOVED, 301)
    server.routes[MOVED] = loopback.validated(newssite.page(PAPER).encode(), etag='"7"')
    assert read(server, known=Validators(etag='"7"')) == Reading(release=None, validators=Validators(etag='"7"'))


# Pages that are not there


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_is_gone(status: int, server: Loopback) -> None:
    server.routes[PAPER.path] = loopback.answer(b"Not here", status=status)
    with pytest.raises(GoneError, match=f"HTTP {status}"):
        read(server)


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_page_that_cannot_be_had_is_not_gone(status: int, server: Loopback) -> None:
    server.routes[PAPER.path] = loopback.answer(b"No", status=status)
    with pytest.raises(FetchError) as failed:
        read(server)
    assert not isinstance(failed.value, GoneError)


def test_a_page_that_moved_to_where_nothing_is_is_gone(server: Loopback) -> None:
    server.routes[PAPER.path] = loopback.redirect(MOVED, 301)
    with pytest.raises(GoneError):
        read(server)


# Pages that moved


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_page_that_moved_to_another_folder_is_read_with_its_new_address(status: int, server: Loopback) -> None:
    server.routes |= {PAPER.path: loopback.redirect(MOVED, status), MOVED: page()}
    found = release(read(server))
    assert found.key == PAPER.key
    assert (found.url, found.base) == (server.address(MOVED), server.address(MOVED))
    assert found.day.isoformat() == "2026-11-21", "the folder is the day of release"
    assert found.issued == PAPER.issued


def test_the_relative_addresses_of_a_page_that_moved_are_relative_to_its_new_one(server: Loopback) -> None:
    photo = "P2026112000001_photo_1.jpg"
    server.routes |= {PAPER.path: loopback.redirect(MOVED, 301), MOVED: page(replace(PAPER, photos=(photo,)))}
    (found,) = release(read(server)).photos
    assert found.url == server.address(f"/gia/general/202611/21/{photo}")


def test_a_page_that_moved_to_another_server_is_read_with_its_address_there(server: Loopback) -> None:
    with Loopback({"/archive/general/202611/20/P2026112000001.htm": page()}) as other:
        there = other.address("/archive/general/202611/20/P2026112000001.htm")
        server.routes[PAPER.path] = loopback.redirect(there, 301)
        found = read(server, elsewhere=other)
    assert release(found).url == there
    assert {there, server.address(PAPER.path)} <= set(found.called)


def test_a_page_that_moved_to_a_server_that_the_source_does_not_name_is_not_asked_for(server: Loopback) -> None:
    with Loopback({PAPER.path: page()}) as other:
        server.routes[PAPER.path] = loopback.redirect(other.address(PAPER.path), 301)
        with pytest.raises(RefusedAddressError, match=f"127.0.0.1:{other.port} is not a host of this source"):
            read(server)
        assert other.paths == []


def test_a_page_that_is_now_under_https_is_read_with_that_address(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without a certificate that would be believed, https is spoken here as http is.
    monkeypatch.setattr("feedpub.collect.http.dialer._Stream.start_tls", lambda stream, *_, **__: stream)
    with Loopback({PAPER.path: page()}) as secure:
        there = secure.address(PAPER.path).replace("http://", "https://")
        server.routes[PAPER.path] = loopback.redirect(there, 301)
        found = read(server, elsewhere=secure)
    assert (release(found).url, release(found).base) == (there, there)
    assert found.called == (server.address(PAPER.path), there, there.replace(".htm", "p.htm"))


def test_a_page_that_moved_to_another_spelling_of_its_address_has_its_usual_one(server: Loopback) -> None:
    spelt = MOVED + "?fontSize=1"
    server.routes |= {PAPER.path: loopback.redirect(spelt, 301), MOVED: page()}
    found = read(server)
    assert release(found).url == server.address(MOVED)
    assert server.address(spelt) in found.called


def test_a_page_that_moved_to_its_print_version_has_its_usual_address(server: Loopback) -> None:
    printed = MOVED.replace(".htm", "p.htm")
    server.routes |= {PAPER.path: loopback.redirect(printed, 301), printed: page()}
    found = read(server)
    assert (release(found).key, release(found).url) == (PAPER.key, server.address(MOVED))


def test_an_address_that_leads_to_another_release_is_refused(server: Loopback) -> None:
    server.routes |= {
        PAPER.path: loopback.redirect(OTHER, 301),
        OTHER: page(replace(PAPER, key="P2026112000002", title="Another")),
    }
    with pytest.raises(ReleaseError) as refused:
        read(server)
    said = f"{server.address(PAPER.path)}: leads to another release, {server.address(OTHER)}"
    assert str(refused.value) == said


@pytest.mark.parametrize("target", ["/", "/gia/general/today.htm", "/error.htm"])
def test_an_address_that_leads_to_a_page_of_another_kind_is_refused(target: str, server: Loopback) -> None:
    text = "<html><body><h1>Today's press releases</h1><p>There are some.</p></body></html>"
    server.routes |= {PAPER.path: loopback.redirect(target), target: loopback.page(text)}
    with pytest.raises(ReleaseError, match="no release in the page") as refused:
        read(server)
    assert str(refused.value).startswith(f"{server.address(PAPER.path)}: "), "it names the address that was asked for"


def test_what_is_no_address_of_a_release_is_refused(server: Loopback) -> None:
    server.routes["/gia/general/today.htm"] = page()
    with pytest.raises(ReleaseError, match="is not the address of a release"):
        read(server, "/gia/general/today.htm")


# What leads to a page


def test_a_page_is_called_by_its_own_address_and_its_print_version(server: Loopback) -> None:
    server.routes[PAPER.path] = page()
    assert read(server).called == (
        server.address(PAPER.path),
        server.address("/gia/general/202611/20/P2026112000001p.htm"),
    )


def test_a_page_that_moved_is_called_by_its_old_address_too(server: Loopback) -> None:
    server.routes |= {PAPER.path: loopback.redirect(MOVED, 301), MOVED: page()}
    assert read(server).called == (
        server.address(PAPER.path),
        server.address(MOVED),
        server.address("/gia/general/202611/21/P2026112000001p.htm"),
    )


# Photos and attachments


def test_an_enclosure_is_measured_and_not_fetched(server: Loopback) -> None:
    server.routes["/photo.jpg"] = loopback.answer(b"x" * 1234, headers={"Content-Type": "image/jpeg"})
    opened = open_site(f"{server.url}gia/")
    try:
        assert opened.measure(server.address("/photo.jpg")) == Measure(length=1234, media_type="image/jpeg")
    finally:
        opened.close()
    assert [request.method for request in server.requests] == ["HEAD"]

"""Asking for the size and type of a file, and posting a form."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

import pytest

from feedpub.configtables import HttpTable
from feedpub.errors import FetchError, GoneError
from feedpub.model import Measure
from tests import loopback
from tests.collect.http.asking import ONCE, SOON, Network, client
from tests.loopback import Conversation, Loopback

PING = {"hub.mode": "publish", "hub.url": "https://news.example/feeds/all/zh-Hant.atom?a=1&b=新聞"}


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def measure(server: Loopback, route: loopback.Route, *, limits: HttpTable = ONCE) -> Measure:
    server.routes["/file"] = route
    with client(server.url, limits=limits) as asking:
        return asking.measure(server.address("/file"))


def post(server: Loopback, route: loopback.Route, *, limits: HttpTable = ONCE) -> None:
    server.routes["/hub"] = route
    with client(server.url, limits=limits) as asking:
        asking.post(server.address("/hub"), PING)


def said(length: int = 0, **headers: str) -> loopback.Route:
    """An answer with a length, if it is not 0, and headers whose names have a low line for each hyphen."""
    named: dict[str, str] = {name.replace("_", "-"): value for name, value in headers.items()}
    return _without_length(named) if not length else loopback.answer(b"x" * length, headers=named)


def _without_length(headers: Mapping[str, str]) -> loopback.Route:
    def route(conversation: Conversation) -> None:
        conversation.head(200, headers)

    return route


# Measuring


def test_a_file_is_measured_by_what_its_server_says_and_not_fetched(server: Loopback) -> None:
    assert measure(server, said(48_213, Content_Type="image/jpeg")) == Measure(length=48_213, media_type="image/jpeg")
    assert [request.method for request in server.requests] == ["HEAD"]


def test_a_file_may_be_larger_than_any_page(server: Loopback) -> None:
    video = loopback.answer(headers={"Content-Type": "video/mp4", "Content-Length": "5000000000"})
    limits = HttpTable(max_page_bytes=1000, max_feed_bytes=1000)
    assert measure(server, video, limits=limits) == Measure(length=5_000_000_000, media_type="video/mp4")


def test_the_size_that_is_asked_for_is_that_of_the_file_as_it_is(server: Loopback) -> None:
    measure(server, said(1))
    headers = server.requests[0].headers
    assert headers["accept-encoding"] == "identity"
    assert headers["accept"] == "*/*"
    assert headers["user-agent"] == "feedpub-test/1"


def test_the_size_of_what_is_compressed_all_the_same_is_not_known(server: Loopback) -> None:
    packed = said(30, Content_Type="application/pdf", Content_Encoding="gzip")
    assert measure(server, packed) == Measure(media_type="application/pdf")


def test_a_server_that_does_not_tell_the_size_gives_none(server: Loopback) -> None:
    assert measure(server, said(Content_Type="image/png")) == Measure(media_type="image/png")


def test_a_body_in_chunks_has_no_size(server: Loopback) -> None:
    streamed = said(Content_Type="image/png", Transfer_Encoding="chunked")
    assert measure(server, streamed) == Measure(media_type="image/png")


def test_an_empty_file_is_as_good_as_one_of_no_size(server: Loopback) -> None:
    assert measure(server, loopback.answer(b"", headers={"Content-Type": "text/plain"})) == Measure(
        media_type="text/plain"
    )


@pytest.mark.parametrize("length", ["9223372036854775808", "99999999999999999999"])
def test_a_size_that_no_file_has_is_not_believed(length: str, server: Loopback) -> None:
    # The store could not even keep it.
    route = loopback.answer(headers={"Content-Type": "image/png", "Content-Length": length})
    assert measure(server, route) == Measure(media_type="image/png")


@pytest.mark.parametrize(
    ("declared", "media_type"),
    [
        ("image/jpeg", "image/jpeg"),
        ("IMAGE/JPEG", "image/jpeg"),
        (" application/pdf ; charset=binary", "application/pdf"),
        ("image/svg+xml", "image/svg+xml"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("text/plain", "text/plain"),
        ("text/html", ""),
        ("text/html; charset=utf-8", ""),
        ("application/octet-stream", ""),
        ("Application/Octet-Stream; x=y", ""),
        ("binary/octet-stream", ""),
        ("application/x-download", ""),
        ("", ""),
        ("jpeg", ""),
        ("image/", ""),
        ("/jpeg", ""),
        ("image/jpeg/x", ""),
        ('image/"jpeg"', ""),
        ("image/<b>", ""),
        ("image/j peg", ""),
        ("image/" + "x" * 200, ""),
    ],
)
def test_a_type_is_believed_where_it_is_one_and_says_something(
    declared: str, media_type: str, server: Loopback
) -> None:
    assert measure(server, said(10, Content_Type=declared)).media_type == media_type


def test_a_server_that_tells_no_type_gives_none(server: Loopback) -> None:
    assert measure(server, said(10)) == Measure(length=10)


@pytest.mark.parametrize("status", [405, 501])
def test_a_server_that_knows_no_head_says_nothing_and_need_not_be_asked_again(status: int, server: Loopback) -> None:
    route = loopback.answer(b"no HEAD", status=status, headers={"Content-Type": "text/plain"})
    assert measure(server, route) == Measure()


@pytest.mark.parametrize("status", [404, 410])
def test_a_file_that_is_not_there_is_gone(status: int, server: Loopback) -> None:
    with pytest.raises(GoneError) as gone:
        measure(server, loopback.answer(b"", status=status))
    assert str(gone.value).startswith(f"{server.address('/file')}: HTTP {status} ")


@pytest.mark.parametrize("status", [204, 206, 304, 401, 403, 429, 500, 503])
def test_any_other_answer_says_nothing_about_the_file(status: int, server: Loopback) -> None:
    with pytest.raises(FetchError, match=f"HTTP {status}") as failed:
        measure(server, loopback.answer(b"", status=status))
    assert not isinstance(failed.value, GoneError)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_to_the_file_and_asked_with_head_there_too(status: int, server: Loopback) -> None:
    server.routes["/there"] = said(77, Content_Type="image/png")
    assert measure(server, loopback.redirect("/there", status)) == Measure(length=77, media_type="image/png")
    assert [(one.method, one.path) for one in server.requests] == [("HEAD", "/file"), ("HEAD", "/there")]


def test_a_redirect_without_end_is_told(server: Loopback) -> None:
    with pytest.raises(FetchError, match="more than 5 redirects"):
        measure(server, loopback.redirect("/file"))


def test_a_redirect_into_a_private_network_is_not_measured(server: Loopback) -> None:
    with Loopback({"/secret": said(9)}) as other, pytest.MonkeyPatch.context() as patch:
        Network(patch, {"news.example": [("203.198.0.1",)]}, {"203.198.0.1": server})
        server.routes["/file"] = loopback.redirect(other.address("/secret"))
        asking = client(["http://news.example/", other.url], allow_private=False)
        with asking, pytest.raises(FetchError, match="private network"):
            asking.measure("http://news.example/file")
        assert (server.paths, other.paths) == (["/file"], [])


def test_a_server_that_does_not_answer_head_is_left_after_the_time_out(server: Loopback) -> None:
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"no answer within 0\.2 s"):
        measure(server, loopback.silent(), limits=HttpTable(timeout=0.2))
    assert time.monotonic() - started < SOON


def test_several_files_of_a_server_are_measured_one_after_the_other(server: Loopback) -> None:
    server.routes |= {f"/{number}": said(number, Content_Type="image/png") for number in range(1, 6)}
    with client(server.url) as asking:
        found = [asking.measure(server.address(f"/{number}")).length for number in range(1, 6)]
        found.append(len(asking.get(server.address("/3"), max_bytes=10).body))
    assert found == [1, 2, 3, 4, 5, 3]


# Posting


def test_a_form_is_posted_with_its_fields(server: Loopback) -> None:
    post(server, loopback.answer(status=204))
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/hub")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["user-agent"] == "feedpub-test/1"
    assert dict(parse_qsl(request.body.decode(), strict_parsing=True)) == PING


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_answer_of_the_200s_is_well(status: int, server: Loopback) -> None:
    post(server, loopback.answer(b"" if status == 204 else b"thanks", status=status))


@pytest.mark.parametrize("status", [304, 400, 403, 404, 410, 429, 500, 503])
def test_any_other_answer_to_a_form_is_an_error_that_says_it(status: int, server: Loopback) -> None:
    with pytest.raises(FetchError) as failed:
        post(server, loopback.answer(b"", status=status))
    assert str(failed.value).startswith(f"{server.address('/hub')}: HTTP {status}")


@pytest.mark.parametrize("status", [307, 308])
def test_a_form_is_posted_again_where_a_redirect_says_so(status: int, server: Loopback) -> None:
    server.routes["/there"] = loopback.answer(status=204)
    post(server, loopback.redirect("/there", status))
    assert [(one.method, one.path) for one in server.requests] == [("POST", "/hub"), ("POST", "/there")]
    assert server.requests[1].body == server.requests[0].body


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_loses_the_form_is_told(status: int, server: Loopback) -> None:
    # As from http to https: what answers there is asked with GET, says 200, and knows of nothing.
    server.routes["/there"] = loopback.page("Welcome to the hub")
    with pytest.raises(FetchError) as failed:
        post(server, loopback.redirect("/there", status))
    said = f"leads to {server.address('/there')}, which did not get what was posted; use that address"
    assert str(failed.value) == f"{server.address('/hub')}: {said}"


def test_a_form_is_not_posted_to_a_private_address(server: Loopback) -> None:
    with client(server.url, allow_private=False) as asking, pytest.raises(FetchError) as refused:
        asking.post(server.address("/hub"), PING)
    assert "127.0.0.1 is an address of a private network" in str(refused.value)
    assert server.paths == []


def test_a_form_does_not_follow_a_redirect_into_a_private_network(server: Loopback) -> None:
    with Loopback({"/secret": loopback.answer()}) as other, pytest.MonkeyPatch.context() as patch:
        Network(patch, {"hub.example": [("203.198.0.1",)]}, {"203.198.0.1": server})
        server.routes["/hub"] = loopback.redirect(other.address("/secret"), 307)
        asking = client(["http://hub.example/", other.url], allow_private=False)
        with asking, pytest.raises(FetchError, match="private network"):
            asking.post("http://hub.example/hub", PING)
        assert (server.paths, other.paths) == (["/hub"], [])


def test_a_form_is_posted_once_whatever_comes_of_it(server: Loopback) -> None:
    with pytest.raises(FetchError):
        post(server, loopback.answer(b"", status=503), limits=HttpTable(retry_wait=0.01))
    assert server.paths == ["/hub"]


def test_a_hub_that_is_not_there_or_does_not_answer_is_told(server: Loopback) -> None:
    with client("http://127.0.0.1:9/") as asking, pytest.raises(FetchError):
        asking.post("http://127.0.0.1:9/", PING)
    with pytest.raises(FetchError, match=r"no answer within 0\.2 s"):
        post(server, loopback.silent(), limits=HttpTable(timeout=0.2))


@pytest.mark.parametrize("url", ["", "/hub", "ftp://127.0.0.1/hub", "http://[::1", "mailto:hub@a.example"])
def test_a_form_is_not_posted_to_what_is_no_http_address(url: str) -> None:
    with client("http://127.0.0.1:9/") as asking, pytest.raises(FetchError):
        asking.post(url, PING)


def test_the_answer_to_a_form_is_not_read(server: Loopback) -> None:
    def endless(conversation: Conversation) -> None:
        conversation.head(200, {"Content-Length": "1000000000"})
        conversation.write(b"x" * 1000)
        conversation.wait(60)

    started = time.monotonic()
    post(server, endless)
    assert time.monotonic() - started < SOON

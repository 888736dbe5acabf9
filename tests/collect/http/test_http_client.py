from __future__ import annotations

import gzip
import hashlib
import socket
import time
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from feedpub.collect.http import Reply
from feedpub.configtables import HttpTable
from feedpub.errors import FetchError, GoneError
from feedpub.model import Validators
from tests import loopback
from tests.collect.http.asking import LIMIT, ONCE, SOON, Visits, client
from tests.loopback import Conversation, Loopback


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def noise(size: int) -> bytes:
    """Bytes that do not compress, the same every time."""
    return hashlib.shake_256(b"noise").digest(size)


def get(
    server: Loopback,
    route: loopback.Route,
    *,
    known: Validators | None = None,
    max_bytes: int = LIMIT,
    limits: HttpTable = ONCE,
) -> Reply:
    server.routes["/page"] = route
    with client(server.url, limits=limits) as asking:
        return asking.get(server.address("/page"), max_bytes=max_bytes, known=known)


def refused(server: Loopback, route: loopback.Route, *, max_bytes: int = LIMIT, limits: HttpTable = ONCE) -> str:
    """What is said about an answer that is no good; it has to name the address."""
    with pytest.raises(FetchError) as caught:
        get(server, route, max_bytes=max_bytes, limits=limits)
    message = str(caught.value)
    assert message.startswith(f"{server.address('/page')}: ")
    return message.removeprefix(f"{server.address('/page')}: ")


# What comes back


def test_a_reply_has_the_body_the_charset_and_the_validators(server: Loopback) -> None:
    headers = {
        "Content-Type": "text/html; charset=Big5",
        "ETag": 'W/"7"',
        "Last-Modified": "Mon, 23 Nov 2026 00:00:00 GMT",
    }
    assert get(server, loopback.answer(b"text", headers=headers)) == Reply(
        url=server.address("/page"),
        status=200,
        body=b"text",
        charset="big5",
        validators=Validators(etag='W/"7"', last_modified="Mon, 23 Nov 2026 00:00:00 GMT"),
    )


def test_without_headers_charset_and_validators_are_empty(server: Loopback) -> None:
    reply = get(server, loopback.answer(b"text"))
    assert (reply.charset, reply.validators) == ("", Validators())


def test_an_empty_body_is_a_body(server: Loopback) -> None:
    assert get(server, loopback.answer(b"")).body == b""


def test_a_request_says_who_asks_and_which_encodings_are_understood(server: Loopback) -> None:
    get(server, loopback.answer())
    headers = server.requests[0].headers
    assert headers["user-agent"] == "feedpub-test/1"
    assert headers["accept-encoding"] == "gzip, identity"
    assert "if-none-match" not in headers
    assert "if-modified-since" not in headers


def test_a_proxy_in_the_environment_does_not_get_round_the_guard(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Loopback() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert get(server, loopback.answer(b"direct")).body == b"direct"
        assert proxy.paths == []


# Conditional requests


def test_known_validators_are_sent_back_and_304_is_not_modified(server: Loopback) -> None:
    known = Validators(etag='"7"', last_modified="Mon, 23 Nov 2026 00:00:00 GMT")
    reply = get(server, loopback.validated(b"text", etag=known.etag, last_modified=known.last_modified), known=known)
    assert (reply.not_modified, reply.status, reply.body) == (True, 304, b"")
    headers = server.requests[0].headers
    assert headers["if-none-match"] == '"7"'
    assert headers["if-modified-since"] == "Mon, 23 Nov 2026 00:00:00 GMT"


@pytest.mark.parametrize(
    ("known", "sent"),
    [
        (Validators(etag='"7"'), {"if-none-match": '"7"'}),
        (
            Validators(last_modified="Mon, 23 Nov 2026 00:00:00 GMT"),
            {"if-modified-since": "Mon, 23 Nov 2026 00:00:00 GMT"},
        ),
        (Validators(), {}),
    ],
)
def test_only_the_validators_that_are_known_are_sent(known: Validators, sent: dict[str, str], server: Loopback) -> None:
    get(server, loopback.answer(b"text"), known=known)
    conditions = {name: value for name, value in server.requests[0].headers.items() if name.startswith("if-")}
    assert conditions == sent


def test_what_changed_comes_whole_with_its_new_validators(server: Loopback) -> None:
    reply = get(server, loopback.validated(b"new", etag='"8"'), known=Validators(etag='"7"'))
    assert (reply.not_modified, reply.body, reply.validators.etag) == (False, b"new", '"8"')


def test_304_to_a_request_without_conditions_is_an_error(server: Loopback) -> None:
    assert refused(server, loopback.answer(status=304)) == "HTTP 304 Not Modified"


def test_conditions_survive_a_redirect(server: Loopback) -> None:
    server.routes["/there"] = loopback.validated(b"text", etag='"7"')
    assert get(server, loopback.redirect("/there"), known=Validators(etag='"7"')).not_modified


# Status


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (204, "HTTP 204 No Content"),
        (206, "HTTP 206 Partial Content"),
        (403, "HTTP 403 Forbidden"),
        (404, "HTTP 404 Not Found"),
        (410, "HTTP 410 Gone"),
        (429, "HTTP 429 Too Many Requests"),
        (500, "HTTP 500 Internal Server Error"),
        (503, "HTTP 503 Service Unavailable"),
        (302, "HTTP 302 Found"),
    ],
)
def test_any_other_status_is_an_error_that_says_it(status: int, said: str, server: Loopback) -> None:
    assert refused(server, loopback.answer(b"", status=status)) == said


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_is_gone(status: int, server: Loopback) -> None:
    with pytest.raises(GoneError, match=f"HTTP {status}"):
        get(server, loopback.answer(b"", status=status))


@pytest.mark.parametrize("status", [204, 301, 304, 400, 401, 403, 429, 451, 500, 502, 503])
def test_what_cannot_be_had_is_not_gone(status: int, server: Loopback) -> None:
    with pytest.raises(FetchError) as failed:
        get(server, loopback.answer(b"", status=status))
    assert not isinstance(failed.value, GoneError)


def test_a_redirect_to_what_is_not_there_is_gone(server: Loopback) -> None:
    with pytest.raises(GoneError) as gone:
        get(server, loopback.redirect("/nowhere"))
    assert str(gone.value).startswith(f"{server.address('/page')}: "), "it names the address that was asked for"


def test_the_body_of_an_error_is_not_read(server: Loopback) -> None:
    endless = loopback.answer(b"", status=500, headers={"Content-Length": "1000000000"})
    assert refused(server, endless) == "HTTP 500 Internal Server Error"


# Encodings


def test_gzip_is_decoded(server: Loopback) -> None:
    text = noise(300_000) + b"z" * 300_000
    assert get(server, loopback.gzipped(text)).body == text


def test_gzip_is_known_by_its_old_name_and_in_any_case(server: Loopback) -> None:
    for name in ("x-gzip", "GZIP", " gzip "):
        assert get(server, loopback.encoded(gzip.compress(b"text"), name)).body == b"text"


def test_gzip_in_chunks_of_one_byte_is_decoded(server: Loopback) -> None:
    parts = [bytes([byte]) for byte in gzip.compress(b"text" * 1000)]
    assert get(server, loopback.chunked(parts, headers={"Content-Encoding": "gzip"})).body == b"text" * 1000


def test_identity_is_no_encoding(server: Loopback) -> None:
    assert get(server, loopback.encoded(b"text", "identity")).body == b"text"
    assert get(server, loopback.encoded(b"text", "")).body == b"text"


def test_a_gzip_body_of_several_members_is_one_text(server: Loopback) -> None:
    members = gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two " * 50_000) + gzip.compress(b"three")
    assert get(server, loopback.encoded(members, "gzip")).body == b"one " + b"two " * 50_000 + b"three"


@pytest.mark.parametrize("encoding", ["deflate", "br", "zstd", "compress", "gzip, gzip", "gzip, br", "nonsense"])
def test_an_encoding_that_was_not_asked_for_is_refused(encoding: str, server: Loopback) -> None:
    said = refused(server, loopback.encoded(zlib.compress(b"text"), encoding))
    assert said == f'content encoding "{encoding}" was not asked for'


@pytest.mark.parametrize("kept", [0, 5, 10, 1000, -9, -8, -1])
def test_a_gzip_body_that_is_cut_off_is_refused(kept: int, server: Loopback) -> None:
    whole = gzip.compress(noise(5000))
    assert refused(server, loopback.encoded(whole[:kept], "gzip")) == "the gzip body is cut off"


def test_a_second_gzip_member_that_is_cut_off_is_refused(server: Loopback) -> None:
    two = gzip.compress(b"one") + gzip.compress(b"two")[:-4]
    assert refused(server, loopback.encoded(two, "gzip")) == "the gzip body is cut off"


def test_a_body_that_only_calls_itself_gzip_is_refused(server: Loopback) -> None:
    assert refused(server, loopback.encoded(b"<html>plain</html>", "gzip")).startswith("the gzip body is broken")


def test_a_gzip_body_with_a_wrong_checksum_is_refused(server: Loopback) -> None:
    damaged = bytearray(gzip.compress(b"text" * 100))
    damaged[-6] ^= 0xFF
    assert refused(server, loopback.encoded(bytes(damaged), "gzip")).startswith("the gzip body is broken")


# Size


def test_a_body_of_just_the_limit_is_taken_and_one_byte_more_is_not(server: Loopback) -> None:
    assert len(get(server, loopback.answer(b"x" * 1000), max_bytes=1000).body) == 1000
    assert refused(server, loopback.answer(b"x" * 1001), max_bytes=1000) == "larger than 1,000 bytes"


def test_the_limit_is_of_the_decoded_bytes(server: Loopback) -> None:
    assert refused(server, loopback.gzipped(b"x" * 1001), max_bytes=1000) == "larger than 1,000 bytes"


def test_a_body_without_end_is_stopped_at_the_limit(server: Loopback) -> None:
    sent = []

    def endless(conversation: Conversation) -> None:
        conversation.head(200, {"Content-Type": "text/html", "Connection": "close"})
        while True:
            conversation.write(b"x" * 65_536)
            sent.append(65_536)

    assert refused(server, endless, max_bytes=100_000) == "larger than 100,000 bytes"
    assert sum(sent) < 50_000_000, "what the sockets buffer, and no more"


@pytest.mark.parametrize("members", [1, 20])
def test_a_gzip_bomb_is_stopped_at_the_limit_and_costs_little_memory(members: int, server: Loopback) -> None:
    bomb = gzip.compress(b"\0" * (200_000_000 // members)) * members
    server.routes["/page"] = loopback.encoded(bomb, "gzip")
    with client(server.url) as asking:
        tracemalloc.start()
        try:
            with pytest.raises(FetchError, match=r"larger than 1,000,000 bytes"):
                asking.get(server.address("/page"), max_bytes=LIMIT)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    # Traced with it: the limit's million twice over while it grows, the bytes on the wire, and the test server itself.
    assert peak < 5_000_000


# Broken off


def test_a_body_that_is_shorter_than_its_length_is_refused(server: Loopback) -> None:
    assert "received 4 bytes, expected 10" in refused(server, loopback.cut_off(b"text", 10))


def test_a_gzip_body_that_is_shorter_than_its_length_is_refused(server: Loopback) -> None:
    raw = gzip.compress(b"text")
    said = refused(server, loopback.cut_off(raw, len(raw) + 5, {"Content-Encoding": "gzip"}))
    assert "incomplete" in said or "without sending complete" in said


def test_a_chunked_body_comes_whole(server: Loopback) -> None:
    assert get(server, loopback.chunked([b"one ", b"two"])).body == b"one two"


def test_a_chunked_body_without_its_end_is_refused(server: Loopback) -> None:
    assert "incomplete chunked read" in refused(server, loopback.chunked([b"one ", b"two"], whole=False))


def test_an_answer_that_is_no_http_is_refused(server: Loopback) -> None:
    def babble(conversation: Conversation) -> None:
        conversation.write(b"220 mail.example ESMTP\r\n\r\n")
        conversation.hang_up()

    assert refused(server, babble)


def test_a_server_that_hangs_up_without_a_word_is_told(server: Loopback) -> None:
    assert "disconnected" in refused(server, lambda conversation: conversation.hang_up())


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.socket() as taken:
        # Bound and not listening: nothing else can be on this port.
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with client(url) as asking, pytest.raises(FetchError, match=r"^http://127\.0\.0\.1:\d+/: .*refused"):
            asking.get(url, max_bytes=LIMIT)


@pytest.mark.parametrize(
    "url",
    ["", "/page", "page", "http://", "http:///page", "http://[::1", "http://x:99999/", "http://a b/", "ftp://127.0.0.1/",
     "file:///etc/passwd", "mailto:a@b.example", "http://xn--/", "http://a..b/", "http://\udcff.example/", "http://a\nb/"],
)  # fmt: skip
@pytest.mark.parametrize("allow_private", [True, False])
def test_what_is_no_http_address_is_told(url: str, allow_private: bool) -> None:  # noqa: FBT001 - a table's column
    with client("http://127.0.0.1:9/", allow_private=allow_private) as asking, pytest.raises(FetchError):
        asking.get(url, max_bytes=LIMIT)


# Time


def test_a_server_that_does_not_answer_is_left_after_the_time_out(server: Loopback) -> None:
    started = time.monotonic()
    limits = HttpTable(attempts=1, timeout=0.2)
    assert refused(server, loopback.silent(), limits=limits) == "no answer within 0.2 s"
    assert time.monotonic() - started < SOON


def test_a_body_that_stops_half_way_is_left_after_the_time_out(server: Loopback) -> None:
    def stuck(conversation: Conversation) -> None:
        conversation.head(200, {"Content-Length": "100"})
        conversation.write(b"half")
        conversation.wait(60)

    assert refused(server, stuck, limits=HttpTable(attempts=1, timeout=0.2)) == "no answer within 0.2 s"


def test_a_body_that_drips_is_left_at_the_deadline(server: Loopback) -> None:
    started = time.monotonic()
    # Each drop is in time, and all of them fit into one decoding step.
    drip = loopback.dripping(b"x", times=80, every=0.05)
    said = refused(server, drip, limits=HttpTable(attempts=1, timeout=2, deadline=0.4))
    assert said == "took longer than 0.4 s"
    assert time.monotonic() - started < SOON


def test_a_gzip_body_that_drips_is_left_at_the_deadline(server: Loopback) -> None:
    raw = gzip.compress(noise(60))

    def drip(conversation: Conversation) -> None:
        conversation.head(200, {"Content-Encoding": "gzip", "Content-Length": str(len(raw))})
        for byte in raw:
            conversation.write(bytes([byte]))
            conversation.wait(0.05)

    started = time.monotonic()
    assert refused(server, drip, limits=HttpTable(attempts=1, timeout=2, deadline=0.4)) == "took longer than 0.4 s"
    assert time.monotonic() - started < SOON


def test_headers_that_drip_are_left_at_the_deadline(server: Loopback) -> None:
    def drip(conversation: Conversation) -> None:
        conversation.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(80):
            conversation.write(b"x")
            conversation.wait(0.05)
        conversation.write(b"\r\nContent-Length: 0\r\n\r\n")

    started = time.monotonic()
    assert "0.4 s" in refused(server, drip, limits=HttpTable(attempts=1, timeout=2, deadline=0.4))
    assert time.monotonic() - started < SOON


def test_the_deadline_is_for_all_redirects_together(server: Loopback) -> None:
    for number in range(5):
        server.routes[f"/{number}"] = loopback.late(loopback.redirect(f"/{number + 1}"), 0.3)
    server.routes["/5"] = loopback.page("at last")
    started = time.monotonic()
    said = refused(
        server, loopback.redirect("/0"), limits=HttpTable(attempts=1, timeout=2, deadline=0.5, max_redirects=9)
    )
    assert "0.5 s" in said
    assert time.monotonic() - started < SOON


def test_a_gzip_body_of_members_that_say_nothing_ends_soon(server: Loopback) -> None:
    nothing = gzip.compress(b"") * 500

    def endless(conversation: Conversation) -> None:
        conversation.head(200, {"Content-Encoding": "gzip", "Connection": "close"})
        while True:
            conversation.write(nothing)

    assert refused(server, endless) == "the gzip body has more than 1,000 members"


# Redirects


def chain(server: Loopback, redirects: int) -> loopback.Route:
    """So many redirects, then a page."""
    for number in range(1, redirects):
        server.routes[f"/{number}"] = loopback.redirect(f"/{number + 1}")
    server.routes[f"/{redirects}"] = loopback.page("at last")
    return loopback.redirect("/1")


def test_five_redirects_are_followed(server: Loopback) -> None:
    reply = get(server, chain(server, 5))
    assert reply.body == b"at last"
    assert reply.url == server.address("/5")


def test_six_redirects_are_not(server: Loopback) -> None:
    assert refused(server, chain(server, 6)) == "more than 5 redirects"
    assert "/6" not in server.paths


def test_the_number_of_redirects_is_the_configs(server: Loopback) -> None:
    assert refused(server, chain(server, 1), limits=HttpTable(attempts=1, max_redirects=0)) == "more than 0 redirects"


def test_a_redirect_to_itself_ends(server: Loopback) -> None:
    assert refused(server, loopback.redirect("/page")) == "more than 5 redirects"
    assert len(server.paths) == 6


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_each_kind_of_redirect_is_followed(status: int, server: Loopback) -> None:
    server.routes["/there"] = loopback.page("there")
    assert get(server, loopback.redirect("there", status)).body == b"there"


def test_the_body_of_a_redirect_is_not_read(server: Loopback) -> None:
    server.routes["/there"] = loopback.page("there")

    def endless(conversation: Conversation) -> None:
        conversation.head(302, {"Location": "/there", "Content-Length": "1000000000"})
        conversation.write(b"x" * 1000)
        conversation.wait(60)

    started = time.monotonic()
    assert get(server, endless).body == b"there"
    assert time.monotonic() - started < SOON


def test_a_redirect_with_a_broken_gzip_body_is_followed(server: Loopback) -> None:
    server.routes["/there"] = loopback.page("there")
    headers = {"Location": "/there", "Content-Encoding": "gzip"}
    assert get(server, loopback.answer(b"no gzip", status=302, headers=headers)).body == b"there"


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x", "data:text/html,x", "javascript:alert(1)",
     "http://[::1", "http://127.0.0.1:99999/", "http://"],
)  # fmt: skip
def test_a_redirect_to_what_is_no_http_address_is_refused(target: str, server: Loopback) -> None:
    assert refused(server, loopback.redirect(target)).startswith("leads to ")
    assert server.paths == ["/page"]


def test_every_request_waits_for_its_turn_redirects_too(server: Loopback) -> None:
    server.routes["/page"] = chain(server, 2)
    visits = Visits()
    with client(server.url, per_second=2, pacer=visits) as asking:
        asking.get(server.address("/page"), max_bytes=LIMIT)
    assert visits.made == [("127.0.0.1", 2)] * 3

"""What an answer may cost, whatever a server does: headers, bytes, time, memory, connections."""

from __future__ import annotations

import gzip
import threading
import time
import tracemalloc
from collections.abc import Iterator

import pytest

from feedpub.collect.http import Client
from feedpub.configtables import HttpTable
from feedpub.errors import FetchError, TemporaryError
from feedpub.model import Validators
from tests import loopback
from tests.collect.http.asking import LIMIT, ONCE, SOON, Network, Visits, client, in_turn, sent
from tests.loopback import Conversation, Loopback, Route

OK = b"HTTP/1.1 200 OK\r\n"
TEXT = b"Content-Length: 4\r\n\r\ntext"
OURS, NEWS = "203.198.7.10", "http://news.example/page"


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def get(server: Loopback, route: Route, *, max_bytes: int = LIMIT, limits: HttpTable = ONCE) -> bytes:
    server.routes["/page"] = route
    with client(server.url, limits=limits) as asking:
        return asking.get(server.address("/page"), max_bytes=max_bytes).body


def said(server: Loopback, route: Route, *, max_bytes: int = LIMIT, limits: HttpTable = ONCE) -> str:
    """What is said of an answer that is no good: one short line, soon."""
    started = time.monotonic()
    with pytest.raises(FetchError) as failed:
        get(server, route, max_bytes=max_bytes, limits=limits)
    assert time.monotonic() - started < SOON
    message = str(failed.value)
    assert "\n" not in message
    assert len(message) < 400
    assert message.startswith(f"{server.address('/page')}: ")
    return message.removeprefix(f"{server.address('/page')}: ")


def forever(head: bytes, part: bytes) -> Route:
    """A head, and then the same without end."""

    def route(conversation: Conversation) -> None:
        conversation.write(head)
        while True:
            conversation.write(part)

    return route


# Headers


def test_a_hundred_headers_are_taken(server: Loopback) -> None:
    many = b"".join(b"X-%d: y\r\n" % number for number in range(100))
    assert get(server, sent(OK + many + TEXT)) == b"text"


@pytest.mark.parametrize(
    "route",
    [
        forever(OK, b"X-Name: value\r\n" * 100),
        forever(OK + b"X-Name: ", b"x" * 1000),
        forever(b"HTTP/1.1 200 ", b"O" * 1000),
        forever(b"", b"\r\n" * 1000),
        forever(b"", b"x" * 1000),
    ],
    ids=["headers", "one header", "a reason", "empty lines", "no line"],
)
def test_a_head_without_end_is_refused(route: Route, server: Loopback) -> None:
    assert said(server, route)


@pytest.mark.parametrize(
    "interim", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"]
)
def test_interim_answers_are_passed_over_and_a_flood_of_them_is_refused(interim: bytes, server: Loopback) -> None:
    assert get(server, sent(interim * 3 + OK + TEXT)) == b"text"
    assert said(server, forever(b"", interim * 1000)) == "larger than 1,000,000 bytes, with far more around them"


def test_a_switch_of_protocols_is_no_page(server: Loopback) -> None:
    assert said(server, sent(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"))


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 099 Low\r\n\r\n",
        b"HTTP/1.1 1000 High\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/3 200 OK\r\n\r\n",
        OK + b"X Name: value\r\n\r\n",
        OK + b"X-Name: a\x00b\r\n\r\n",
        OK + b"Transfer-Encoding: gzip\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffffffffffffff\r\n",
        b"<html>" + b"no HTTP " * 5000 + b"\r\n\r\n",
    ],
)
def test_a_head_that_is_none_is_refused(head: bytes, server: Loopback) -> None:
    assert said(server, sent(head))


def test_what_a_server_says_of_a_status_is_told_briefly(server: Loopback) -> None:
    message = said(server, sent(b"HTTP/1.1 403 " + b"Sorry " * 1000 + b"\r\nContent-Length: 0\r\n\r\n"))
    assert message.startswith("HTTP 403 Sorry Sorry")


# Lengths


@pytest.mark.parametrize(
    "length", ["-5", "+4", "4.0", "4, 5", "0x4", "", "1" * 30, "1" * 5000, "4\r\nContent-Length: 5", "٤"]
)
def test_a_length_that_is_none_is_refused(length: str, server: Loopback) -> None:
    assert said(server, sent(OK + f"Content-Length: {length}\r\n\r\ntext".encode()))


def test_a_length_that_is_too_long_is_told(server: Loopback) -> None:
    assert "closed connection" in said(server, sent(OK + b"Content-Length: 9\r\n\r\ntext"))


def test_of_a_length_that_is_too_short_the_rest_is_no_part_of_the_next_answer(server: Loopback) -> None:
    server.routes |= {"/page": sent(OK + b"Content-Length: 2\r\n\r\ntextHTTP/1.1 200 OK\r\n", end=lambda _: None)}
    server.routes["/next"] = loopback.page("next")
    with client(server.url, limits=HttpTable(timeout=SOON, retry_wait=0.01)) as asking:
        assert asking.get(server.address("/page"), max_bytes=LIMIT).body == b"te"
        assert asking.get(server.address("/next"), max_bytes=LIMIT).body == b"next"


def test_what_is_promised_to_be_too_large_is_not_read(server: Loopback) -> None:
    assert said(server, sent(OK + b"Content-Length: 50000000000\r\n\r\n")) == "larger than 1,000,000 bytes"


# Bytes


@pytest.mark.parametrize(
    "route",
    [
        forever(OK + b"\r\n", b"x" * 10_000),
        forever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"2710\r\n" + b"x" * 10_000 + b"\r\n"),
        forever(OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(bytes(1_000_000))),
    ],
    ids=["to the end", "chunks", "gzip"],
)
def test_a_body_without_end_is_cut(route: Route, server: Loopback) -> None:
    assert said(server, route, max_bytes=100_000) == "larger than 100,000 bytes"


def test_chunks_that_are_mostly_something_else_are_cut(server: Loopback) -> None:
    chunk = b"1;" + b"x" * 5000 + b"\r\na\r\n"
    route = forever(OK + b"Transfer-Encoding: chunked\r\n\r\n", chunk)
    assert said(server, route, max_bytes=100_000) == "larger than 100,000 bytes, with far more around them"


def test_chunks_of_one_byte_are_read(server: Loopback) -> None:
    assert get(server, loopback.chunked([b"x"] * 50_000)) == b"x" * 50_000


def test_trailers_without_end_are_cut(server: Loopback) -> None:
    route = forever(OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", b"X-Name: value\r\n" * 100)
    assert said(server, route)


def _empty_blocks() -> bytes:
    """Gzip of stored blocks that hold nothing: five bytes each."""
    return gzip.compress(b"")[:10] + b"\x00\x00\x00\xff\xff" * 20_000


@pytest.mark.parametrize("part", [gzip.compress(b""), _empty_blocks()], ids=["members", "blocks"])
def test_gzip_that_holds_nothing_is_cut(part: bytes, server: Loopback) -> None:
    def route(conversation: Conversation) -> None:
        conversation.head(200, {"Content-Encoding": "gzip", "Connection": "close"})
        conversation.write(part)
        while True:
            conversation.write(part * 1000 if len(part) < 100 else part[10:])

    assert said(server, route) in ("larger than 1,000,000 bytes", "the gzip body has more than 1,000 members")


@pytest.mark.parametrize("encoding", ["deflate", "br", "zstd", "gzip, gzip", "gzip, deflate", "x" * 5000])
def test_a_packing_that_was_not_asked_for_is_not_unpacked(encoding: str, server: Loopback) -> None:
    bomb = gzip.compress(gzip.compress(bytes(10_000_000)))
    assert "was not asked for" in said(server, loopback.encoded(bomb, encoding))


def test_one_line_of_50_mb_costs_no_more_than_it_may(server: Loopback) -> None:
    server.routes["/page"] = loopback.chunked([b"the same words again " * 50_000] * 50)
    with client(server.url) as asking:
        tracemalloc.start()
        try:
            with pytest.raises(FetchError, match="larger than 5,000,000 bytes"):
                asking.get(server.address("/page"), max_bytes=5_000_000)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 13_000_000, "what may be kept, twice while it grows"


# Validators and cookies


def test_validators_that_could_not_be_sent_back_are_not_kept(server: Loopback) -> None:
    head = OK + b'ETag: "\xe9t\xe9"\r\nLast-Modified: ' + b"x" * 5000 + b"\r\n" + TEXT
    server.routes["/page"] = sent(head)
    with client(server.url) as asking:
        assert asking.get(server.address("/page"), max_bytes=LIMIT).validators == Validators()


def test_validators_that_were_kept_and_cannot_be_sent_are_left_out(server: Loopback) -> None:
    server.routes["/page"] = loopback.page("text")
    known = Validators(etag='"été"', last_modified="Mon, 23 Nov\n2026")
    with client(server.url) as asking:
        assert asking.get(server.address("/page"), max_bytes=LIMIT, known=known).body == b"text"
    assert not any(name.startswith("if-") for name in server.requests[0].headers)


def _kept(head: bytes) -> Route:
    """A head, and the connection stays open."""
    return sent(head, end=lambda _: None)


def test_cookies_are_kept_for_the_redirects_of_one_request(server: Loopback) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nSet-Cookie: seen=1; Path=/\r\nContent-Length: 0\r\n\r\n"
    server.routes |= {"/page": _kept(head), "/there": loopback.answer(b"text", headers={"Set-Cookie": "more=2"})}
    with client(server.url) as asking:
        for _ in range(2):
            assert asking.get(server.address("/page"), max_bytes=LIMIT).body == b"text"
    assert [one.headers.get("cookie") for one in server.requests] == [None, "seen=1"] * 2


def test_more_cookies_than_a_page_needs_are_not_sent(server: Loopback) -> None:
    many = b"".join(b"Set-Cookie: c%d=%s; Path=/\r\n" % (number, b"x" * 100) for number in range(500))
    head = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n" + many + b"\r\n"
    server.routes |= {"/page": _kept(head), "/there": loopback.page("text")}
    with client(server.url) as asking:
        assert asking.get(server.address("/page"), max_bytes=LIMIT).body == b"text"
    assert "cookie" not in server.requests[1].headers


# Connections


def test_a_connection_is_used_again_also_after_answers_without_a_body(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(monkeypatch, {"news.example": [(OURS,)]}, {OURS: server})
    server.routes |= {
        "/page": loopback.validated(b"text", etag='"7"'),
        "/moved": loopback.redirect("/page"),
        "/photo": loopback.answer(b"x" * 1000),
        "/gone": loopback.answer(status=404),
    }
    with client(NEWS, allow_private=False) as asking:
        for _ in range(3):
            assert asking.get(NEWS, max_bytes=LIMIT).body == b"text"
            assert asking.get(NEWS, max_bytes=LIMIT, known=Validators(etag='"7"')).not_modified
            assert asking.get("http://news.example/moved", max_bytes=LIMIT).body == b"text"
            assert asking.measure("http://news.example/photo").length == 1000
            with pytest.raises(FetchError):
                asking.get("http://news.example/gone", max_bytes=LIMIT)
    assert network.dialled == [OURS]


def test_a_connection_that_the_server_closed_meanwhile_is_made_anew(server: Loopback) -> None:
    def once(conversation: Conversation) -> None:
        loopback.page("text")(conversation)
        conversation.hang_up()

    server.routes["/page"] = once
    with client(server.url) as asking:
        for _ in range(5):
            assert asking.get(server.address("/page"), max_bytes=LIMIT).body == b"text"


def test_a_kept_connection_that_turns_out_to_be_closed_is_no_failure(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(monkeypatch, {"news.example": [(OURS,)]}, {OURS: server})

    def closed(conversation: Conversation) -> None:
        conversation.hang_up()

    server.routes["/page"] = in_turn(loopback.page("text"), closed, loopback.page("text"), closed)
    with client(NEWS, allow_private=False) as asking:
        for _ in range(2):
            assert asking.get(NEWS, max_bytes=LIMIT).body == b"text"
        assert network.dialled == [OURS] * 2
        # But a new connection that is closed is one.
        with pytest.raises(TemporaryError, match="disconnected"):
            asking.get(NEWS, max_bytes=LIMIT)
        assert network.dialled == [OURS] * 3
        # And what is posted may have been taken.
        server.routes["/page"] = in_turn(loopback.page("text"), closed)
        asking.get(NEWS, max_bytes=LIMIT)
        with pytest.raises(TemporaryError, match="disconnected"):
            asking.post(NEWS, {"a": "b"})
        assert network.dialled == [OURS] * 4


def together(asking: Client, urls: list[str]) -> list[bytes | str]:
    """What comes of asking for several addresses at once, a thread each."""
    found: list[bytes | str] = [""] * len(urls)

    def ask(number: int) -> None:
        try:
            found[number] = asking.get(urls[number], max_bytes=LIMIT).body
        except FetchError as problem:
            found[number] = str(problem).removeprefix(f"{urls[number]}: ")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(urls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return found


def test_each_thread_has_its_own_deadline(server: Loopback) -> None:
    server.routes |= {f"/{number}": loopback.late(loopback.page(str(number)), 0.05) for number in range(7)}
    server.routes["/slow"] = loopback.dripping(b"x", times=80, every=0.05)
    limits = HttpTable(timeout=2, deadline=0.5, attempts=1)
    with client(server.url, limits=limits, connections=8) as asking:
        for _ in range(2):
            found = together(asking, [server.address(f"/{number}") for number in range(7)] + [server.address("/slow")])
            assert found == [b"0", b"1", b"2", b"3", b"4", b"5", b"6", "took longer than 0.5 s"]


def test_there_are_no_more_connections_than_the_config_says(server: Loopback) -> None:
    at_once, most, gate = [0], [0], threading.Lock()

    def counting(conversation: Conversation) -> None:
        with gate:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        conversation.wait(0.02)
        with gate:
            at_once[0] -= 1
        loopback.page("text")(conversation)

    server.routes["/page"] = counting
    for connections in (1, 3):
        most[0] = 0
        with client(server.url, connections=connections) as asking:
            assert together(asking, [server.address("/page")] * 9) == [b"text"] * 9
        assert most[0] == connections


def test_waiting_for_a_turn_is_not_the_servers_time(server: Loopback) -> None:
    server.routes["/page"] = loopback.page("text")

    class Slow(Visits):
        def __call__(self, host: str, per_second: float) -> None:
            super().__call__(host, per_second)
            threading.Event().wait(0.15)

    with client(server.url, limits=HttpTable(timeout=2, deadline=0.1, attempts=1), pacer=Slow()) as asking:
        assert asking.get(server.address("/page"), max_bytes=LIMIT).body == b"text"


def test_a_slow_server_is_left_at_the_deadline_and_what_comes_after_is_not_touched(server: Loopback) -> None:
    server.routes |= {"/slow": loopback.dripping(b"x", times=80, every=0.05), "/page": loopback.page("text")}
    with client(server.url, limits=HttpTable(timeout=2, deadline=0.3, attempts=1)) as asking:
        with pytest.raises(TemporaryError, match=r"took longer than 0\.3 s"):
            asking.get(server.address("/slow"), max_bytes=LIMIT)
        assert asking.get(server.address("/page"), max_bytes=LIMIT).body == b"text"


# Messages


@pytest.mark.parametrize(
    "url", ["http://x.example/\u2028y", "http://x.example/\x85", "http://x.example/a\nb", "\u202e"]
)
def test_an_address_is_told_in_one_line(url: str) -> None:
    with client("http://y.example/") as asking, pytest.raises(FetchError) as refused:
        asking.get(url, max_bytes=LIMIT)
    assert str(refused.value).isprintable()


def test_a_very_long_address_is_told_briefly() -> None:
    with client("http://y.example/") as asking:
        for url in ("http://x.example/" + "a" * 60_000, "http://x.example/" + "a" * 70_000, "http://" + "x" * 60_000):
            with pytest.raises(FetchError) as refused:
                asking.get(url, max_bytes=LIMIT)
            assert len(str(refused.value)) < 2_500

"""robots.txt: what it says, what is done where it cannot be had, and how often it is asked for. With a real server."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from feedpub.collect.robots import MOST_BYTES, Robots
from feedpub.configtables import HttpTable
from feedpub.errors import FetchError, TemporaryError
from tests import loopback
from tests.collect.http.asking import LIMIT, NOW, ONCE, Visits, client, in_turn, reset, sent
from tests.loopback import Conversation, Loopback, Route

QUICK = HttpTable(timeout=2.5, retry_wait=0.01)
FRESH, STALE = "2026-11-19T10:00:01Z", "2026-11-19T09:59:59Z"
"""A second less and a second more than a day ago."""


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback({"/": loopback.page("text"), "/private/x": loopback.page("text")}) as running:
        yield running


def robots(known: dict[str, tuple[str, str]] | None = None) -> Robots:
    return Robots("feedpub", NOW, known)


def origin(server: Loopback) -> str:
    return server.url.removesuffix("/")


def may(server: Loopback, path: str, rules: str | Route | None = None, asked: Robots | None = None) -> bool:
    """Whether a path is asked for, with these rules."""
    if rules is not None:
        server.routes["/robots.txt"] = loopback.page(rules, "text/plain") if isinstance(rules, str) else rules
    server.routes.setdefault(path, loopback.page("text"))
    before = len(server.paths)
    with client(server.url, limits=ONCE, robots=asked or robots()) as asking:
        try:
            asking.get(server.address(path), max_bytes=LIMIT)
        except TemporaryError:
            raise
        except FetchError as problem:
            rule = (
                f"{origin(server)}/robots.txt asks not to be asked for it; set robots = false if the publisher agreed"
            )
            assert str(problem) == f"{server.address(path)}: {rule}"  # noqa: PT017 - a rule may allow it, too
            assert path not in server.paths[before:]
            return False
    return True


# What it says


@pytest.mark.parametrize(
    ("rules", "asked"),
    [
        ("", True),
        ("User-agent: *\nDisallow:\n", True),
        ("User-agent: *\nDisallow: /\n", False),
        ("User-agent: *\nDisallow: /private/\n", False),
        ("User-agent: *\nDisallow: /other/\n", True),
        ("User-agent: *\nDisallow: /private/\nAllow: /private/x\n", True),
        ("User-agent: *\nAllow: /\nDisallow: /private/\n", False),
        ("User-agent: *\nDisallow: /*/x$\n", False),
        ("User-agent: *\nDisallow: /*/y$\n", True),
        ("User-agent: feedpub\nDisallow: /\n", False),
        ("User-agent: FeedPub\nDisallow: /\n", False),
        ("User-agent: somebody\nDisallow: /\n", True),
        ("User-agent: somebody\nUser-agent: feedpub\nDisallow: /\n", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: feedpub\nAllow: /\n", True),
        ("User-agent: feedpub\nDisallow: /\n\nUser-agent: *\nAllow: /\n", False),
        ("\ufeffUser-agent: *\nDisallow: /\n", False),
        ("user-agent: *\r\ndisallow: /\r\n", False),
        ("User-agent: *\rDisallow: /\r", False),
        ("User-agent *\nDisallow /\n", False),
        ("User-agent: *\nDissallow: /\n", False),
        ("# 沒有規則\nSitemap: https://news.example/sitemap.xml\n", True),
        ("<!DOCTYPE html><html><body><p>Not found. You may Disallow: /private/ it.</p></body></html>", True),
    ],
)
def test_rules_are_heeded(rules: str, asked: bool, server: Loopback) -> None:  # noqa: FBT001 - a table's column
    assert may(server, "/private/x", rules) == asked
    assert server.paths == ["/robots.txt"] + ["/private/x"] * asked


def test_it_is_asked_for_by_name(server: Loopback) -> None:
    may(server, "/", "")
    headers = server.requests[0].headers
    assert headers["user-agent"] == "feedpub-test/1"
    assert headers["accept"].startswith("text/plain")


def test_a_query_is_part_of_an_address(server: Loopback) -> None:
    assert not may(server, "/list?page=2", "User-agent: *\nDisallow: /*?page=\n")


def test_the_address_that_a_redirect_leads_to_is_checked(server: Loopback) -> None:
    server.routes["/moved"] = loopback.redirect("/private/x")
    server.routes["/robots.txt"] = loopback.page("User-agent: *\nDisallow: /private/\n")
    with client(server.url, robots=robots()) as asking, pytest.raises(FetchError) as refused:
        asking.get(server.address("/moved"), max_bytes=LIMIT)
    assert str(refused.value).startswith(f"{server.address('/private/x')}: ")
    assert server.paths == ["/robots.txt", "/moved"]


def test_pictures_and_attachments_are_checked(server: Loopback) -> None:
    server.routes["/robots.txt"] = loopback.page("User-agent: *\nDisallow: /private/\n")
    with client(server.url, robots=robots()) as asking, pytest.raises(FetchError, match="asks not to be asked"):
        asking.measure(server.address("/private/x"))
    assert server.paths == ["/robots.txt"]


def test_each_host_and_port_has_its_own(server: Loopback) -> None:
    shared = robots()
    with Loopback({"/": loopback.page("text"), "/robots.txt": loopback.answer(status=404)}) as other:
        assert not may(server, "/private/x", "User-agent: *\nDisallow: /\n", shared)
        assert may(other, "/", None, shared)


def test_without_robots_none_is_asked_for(server: Loopback) -> None:
    server.routes["/robots.txt"] = loopback.page("User-agent: *\nDisallow: /\n")
    with client(server.url, robots=None) as asking:
        asking.get(server.address("/private/x"), max_bytes=LIMIT)
    assert server.paths == ["/private/x"]


@pytest.mark.parametrize(
    ("delay", "own", "per_second"),
    [
        ("4", 2.0, 0.25),
        ("0.25", 2.0, 2.0),
        ("4", 0.0, 0.25),
        ("3600", 2.0, 1 / 30),
        ("0", 2.0, 2.0),
        ("-5", 2.0, 2.0),
        ("nan", 2.0, 2.0),
        ("inf", 2.0, 2.0),
        ("soon", 2.0, 2.0),
    ],
)
def test_a_crawl_delay_makes_requests_rarer_and_never_more(
    delay: str, own: float, per_second: float, server: Loopback
) -> None:
    server.routes["/robots.txt"] = loopback.page(f"User-agent: *\nCrawl-delay: {delay}\n")
    visits = Visits()
    with client(server.url, per_second=own, pacer=visits, robots=robots()) as asking:
        asking.get(server.url, max_bytes=LIMIT)
    assert visits.made == [("127.0.0.1", own), ("127.0.0.1", per_second)]


# Where it cannot be had


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_where_there_is_none_everything_may_be_asked_for(status: int, server: Loopback) -> None:
    shared = robots()
    assert may(server, "/private/x", loopback.answer(b"Disallow: /", status=status), shared)
    assert shared.fresh == {origin(server): ("2026-11-20T10:00:00Z", "")}


def _hung_up(conversation: Conversation) -> None:
    conversation.hang_up()


@pytest.mark.parametrize(
    ("route", "said"),
    [
        (loopback.answer(status=500), "HTTP 500 Internal Server Error"),
        (loopback.answer(status=503), "HTTP 503 Service Unavailable"),
        (loopback.answer(status=429), "HTTP 429 Too Many Requests"),
        (_hung_up, "Server disconnected without sending a response."),
        (sent(end=reset), "reset by peer"),
        (loopback.cut_off(b"User-agent: *\n", 1000), "peer closed connection"),
    ],
)
def test_where_it_cannot_be_read_for_now_nothing_is_asked_for(route: Route, said: str, server: Loopback) -> None:
    server.routes["/robots.txt"] = route
    shared = robots()
    with client(server.url, limits=QUICK, robots=shared) as asking:
        for _ in range(5):
            with pytest.raises(TemporaryError) as failed:
                asking.get(server.url, max_bytes=LIMIT)
            message = str(failed.value)
            assert message.startswith(f"{origin(server)}/robots.txt: ")
            assert said in message
            assert message.endswith("; until it can be read, nothing of the host is asked")
    assert server.paths == ["/robots.txt"] * 3, "a run asks three times, and not once for each page"
    assert shared.fresh == {}


def test_one_that_does_not_come_is_left_after_the_time_out(server: Loopback) -> None:
    server.routes["/robots.txt"] = loopback.silent()
    said = r"/robots\.txt: no answer within 0\.1 s; until"
    limits = HttpTable(timeout=0.1, attempts=1)
    with client(server.url, limits=limits, robots=robots()) as asking, pytest.raises(TemporaryError, match=said):
        asking.get(server.url, max_bytes=LIMIT)
    assert server.paths == ["/robots.txt"]


def test_one_that_can_be_read_the_second_time_is_heeded(server: Loopback) -> None:
    rules = loopback.page("User-agent: *\nDisallow: /private/\n")
    server.routes["/robots.txt"] = in_turn(loopback.answer(status=500), rules)
    with client(server.url, limits=QUICK, robots=robots()) as asking:
        assert asking.get(server.url, max_bytes=LIMIT).body == b"text"
    assert server.paths == ["/robots.txt", "/robots.txt", "/"]


def test_a_server_that_asks_to_be_left_alone_for_long_is(server: Loopback) -> None:
    server.routes["/robots.txt"] = loopback.answer(status=503, headers={"Retry-After": "600"})
    with client(server.url, robots=robots()) as asking, pytest.raises(TemporaryError) as failed:
        asking.get(server.url, max_bytes=LIMIT)
    assert failed.value.after == 600
    assert server.paths == ["/robots.txt"]


def test_the_time_that_it_takes_is_not_the_pages(server: Loopback) -> None:
    server.routes["/robots.txt"] = loopback.late(loopback.answer(status=404), 0.3)
    server.routes["/"] = loopback.late(loopback.page("text"), 0.3)
    with client(server.url, limits=HttpTable(timeout=2, deadline=0.5, attempts=1), robots=robots()) as asking:
        assert asking.get(server.url, max_bytes=LIMIT).body == b"text"


def test_one_that_is_somewhere_else_is_none(server: Loopback) -> None:
    with Loopback({"/robots.txt": loopback.page("User-agent: *\nDisallow: /\n")}) as other:
        assert may(server, "/private/x", loopback.redirect(other.address("/robots.txt")))
        assert other.paths == []


def test_one_that_moved_on_the_same_host_is_heeded(server: Loopback) -> None:
    server.routes["/rules/robots.txt"] = loopback.page("User-agent: *\nDisallow: /\n")
    assert not may(server, "/private/x", loopback.redirect("/rules/robots.txt"))


def test_redirects_without_end_are_none(server: Loopback) -> None:
    assert may(server, "/private/x", loopback.redirect("/robots.txt"))


# How much of it is read


def test_what_is_within_500_kib_is_heeded_and_the_rest_is_not_read(server: Loopback) -> None:
    start = "User-agent: *\nDisallow: /private/\n"
    filler = "# nothing\n" * ((MOST_BYTES - len(start)) // 10)
    # The bound is in the middle of "/there": half a rule is none.
    end = f"{'#' * (MOST_BYTES - len(start) - len(filler) - 12)}\nDisallow: /there\nDisallow: /late\n"
    long = start + filler + end * 3
    assert len(long) > MOST_BYTES
    assert not may(server, "/private/x", long)
    assert may(server, "/t", long)
    assert may(server, "/late", long)


def test_one_without_end_is_cut(server: Loopback) -> None:
    def endless(conversation: Conversation) -> None:
        conversation.head(200, {"Content-Type": "text/plain", "Connection": "close"})
        conversation.write(b"User-agent: *\nDisallow: /private/\n")
        while True:
            conversation.write(b"# more\n" * 10_000)

    assert not may(server, "/private/x", endless)


def test_a_bomb_is_cut(server: Loopback) -> None:
    bomb = gzip.compress(b"User-agent: *\nDisallow: /private/\n" + b"\n" * 50_000_000)
    started = time.process_time()
    assert not may(server, "/private/x", loopback.encoded(bomb, "gzip"))
    assert time.process_time() - started < 5, "half a megabyte of empty lines is no work"


# How often it is asked for


def test_a_run_asks_once(server: Loopback) -> None:
    shared = robots()
    for _ in range(3):
        may(server, "/", "User-agent: *\nDisallow: /private/\n", shared)
    assert server.paths == ["/robots.txt", "/", "/", "/"]
    assert shared.fresh == {origin(server): ("2026-11-20T10:00:00Z", "User-agent: *\nDisallow: /private/\n")}


def test_what_says_nothing_is_not_kept(server: Loopback) -> None:
    shared = robots()
    may(server, "/", "<html>" + "Welcome. " * 10_000, shared)
    assert shared.fresh == {origin(server): ("2026-11-20T10:00:00Z", "")}


def test_what_was_read_within_a_day_is_heeded(server: Loopback) -> None:
    known = robots({origin(server): (FRESH, "User-agent: *\nDisallow: /private/\n")})
    assert not may(server, "/private/x", loopback.answer(status=404), known)
    assert (server.paths, known.fresh) == ([], {})


@pytest.mark.parametrize("fetched", [STALE, "2026-11-21T10:00:00Z"])
def test_what_was_read_before_that_or_in_the_future_is_asked_for_again(fetched: str, server: Loopback) -> None:
    known = robots({origin(server): (fetched, "User-agent: *\nDisallow: /\n")})
    assert may(server, "/private/x", "User-agent: *\nDisallow: /other\n", known)
    assert known.fresh == {origin(server): ("2026-11-20T10:00:00Z", "User-agent: *\nDisallow: /other\n")}


def test_what_was_read_before_goes_on_where_it_cannot_be_read_now(server: Loopback) -> None:
    known = robots({origin(server): (STALE, "User-agent: *\nDisallow: /private/\n")})
    assert not may(server, "/private/x", loopback.answer(status=500), known)
    assert may(server, "/", None, known)
    assert server.paths == ["/robots.txt", "/"]
    assert known.fresh == {}


def test_what_was_read_before_and_is_not_there_now_is_over(server: Loopback) -> None:
    known = robots({origin(server): (STALE, "User-agent: *\nDisallow: /private/\n")})
    assert may(server, "/private/x", loopback.answer(status=404), known)


def test_threads_ask_once(server: Loopback) -> None:
    server.routes["/robots.txt"] = loopback.late(loopback.page("User-agent: *\nDisallow: /private/\n"), 0.1)
    done = []
    with client(server.url, robots=robots(), connections=4) as asking:

        def ask() -> None:
            done.append(asking.get(server.url, max_bytes=LIMIT).body)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert done == [b"text"] * 4
    assert server.paths.count("/robots.txt") == 1


def test_a_host_does_not_wait_for_anothers(server: Loopback) -> None:
    shared, answered = robots(), threading.Event()

    def waiting(conversation: Conversation) -> None:
        answered.wait(5)
        loopback.answer(status=404)(conversation)

    server.routes["/robots.txt"] = waiting
    with Loopback({"/": loopback.page("text")}) as other, client([server.url, other.url], robots=shared) as asking:
        slow = threading.Thread(target=lambda: may(server, "/", None, shared))
        slow.start()
        server.wait_for(1, "/robots.txt")
        assert asking.get(other.url, max_bytes=LIMIT).body == b"text"
        answered.set()
        slow.join()


def test_a_day_is_counted_from_the_run(server: Loopback) -> None:
    later = Robots("feedpub", NOW + timedelta(days=1), {origin(server): (FRESH, "User-agent: *\nDisallow: /\n")})
    assert may(server, "/private/x", loopback.answer(status=404), later)

"""The guard where connections are made: real sockets on loopback, with names that resolve as a test says."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedpub.collect.guard import Hosts
from feedpub.configtables import HttpTable
from feedpub.errors import FetchError, RefusedAddressError, TemporaryError
from tests import loopback
from tests.collect.http.asking import LIMIT, Network, client, refusal
from tests.loopback import Loopback

OURS, OTHER = "203.198.7.10", "203.198.7.11"
"""Public addresses."""
NEWS = "http://news.example/page"
PRIVATE = "an address of a private network"
SPELLINGS = {
    "127.0.0.1": PRIVATE,
    "127.0.0.1.": f"{PRIVATE}|does not resolve",
    "127.1": PRIVATE,
    "127.0.1": PRIVATE,
    "2130706433": PRIVATE,
    "0x7f000001": PRIVATE,
    "0x7f.1": PRIVATE,
    "0X7F.0.0.1": PRIVATE,
    "0177.0.0.1": f"{PRIVATE}|is no address",
    "017700000001": PRIVATE,
    "0": PRIVATE,
    "0.0.0.0": PRIVATE,  # noqa: S104 - an address to refuse
    "localhost": PRIVATE,
    "LocalHost": PRIVATE,
    "localhost.": f"{PRIVATE}|does not resolve",
    "[::1]": PRIVATE,
    "[0:0:0:0:0:0:0:1]": PRIVATE,
    "[::]": PRIVATE,
    "[::ffff:127.0.0.1]": PRIVATE,
    "[::FFFF:7F00:1]": PRIVATE,
    "[64:ff9b::7f00:1]": PRIVATE,
    "[2002:7f00:1::]": PRIVATE,
    "[::1%25lo]": "has a zone",
    "[::1%lo]": "has a zone",
    "⑫⑦.⓪.⓪.①": "is no address",
    "\uff11\uff12\uff17.\uff10.\uff10.\uff11": "is no address",
    "127。0。0。1": f"{PRIVATE}|is no address",
    "%31%32%37.0.0.1": "is no host",
    "127.0.0.1%00.news.example": "is no host",
    "news.example%2f@127.0.0.1": "a name or password",
    "news.example@127.0.0.1": "a name or password",
    "news.example:80@127.0.0.1": "a name or password",
    "news.example\\@127.0.0.1": "a name or password",
    "127.0.0.1\\@news.example": "a name or password",
    "127.0.0.1\\.news.example": "is no host",
    "127.0.0.1\t": "is no address",
    "127.0.0.1\n": "is no address",
    "127.0.0.1 ": "is no host",
}
"""Ways to write 127.0.0.1, or to hide it, and what is said of each where it is one of the source's hosts."""
REDIRECTS = [
    "127.0.0.1", "localhost", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "240.0.0.1", "0.1.2.3", "[::1]", "[::]", "[fd00:ec2::254]", "[fe80::1]", "[ff02::1]",
    "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:a00:1::]", "[2001:0:a00:1::]", "2130706433", "0x7f.1", "127.1",
    "inside.example", "mixed.example", "6.inside.example",
]  # fmt: skip
NAMES: dict[str, list[tuple[str, ...]]] = {
    "news.example": [(OURS,)],
    "inside.example": [("10.0.0.7",)],
    "6.inside.example": [("fd00::7",)],
    "mixed.example": [(OTHER, "192.168.1.7")],
    "localhost": [("127.0.0.1",)],
}


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback({"/page": loopback.page("text")}) as running:
        yield running


# Spellings, with the name service of this machine


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_loopback_address_is_refused_however_it_is_spelt(host: str, server: Loopback) -> None:
    url = f"http://{host}:{server.port}/page"
    hosts = Hosts((f"*.{host}", f"{host}:{server.port}", "127.0.0.1", "localhost"))
    with client(hosts, allow_private=False) as asking, pytest.raises(FetchError) as refused:
        asking.get(url, max_bytes=LIMIT)
    assert "\n" not in str(refused.value)
    assert server.paths == []


@pytest.mark.parametrize("host", SPELLINGS)
def test_it_is_said_why(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, NAMES)
    said = f"{SPELLINGS[host]}|is not a host of this source"
    with client(f"http://{host}/", allow_private=False) as asking, pytest.raises(FetchError, match=said):
        asking.get(f"http://{host}/page", max_bytes=LIMIT)
    assert network.dialled == []


def test_with_allow_private_network_it_is_asked(server: Loopback) -> None:
    for base in (server.url, f"http://localhost:{server.port}/", f"http://127.1:{server.port}/"):
        with client(base) as asking:
            assert asking.get(f"{base}page", max_bytes=LIMIT).body == b"text"


def test_a_base_url_that_is_a_private_address_is_not_trusted_for_that(server: Loopback) -> None:
    for base in (server.url, f"http://localhost:{server.port}/"):
        with client(base, allow_private=False) as asking:
            said = refusal(asking, f"{base}page")
        assert PRIVATE in said
        assert "set allow_private_network = true" in said
    assert server.paths == []


# Names


def test_a_name_is_connected_to_where_it_is(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, NAMES, {OURS: server})
    with client(NEWS, allow_private=False) as asking:
        reply = asking.get(NEWS, max_bytes=LIMIT)
    assert (reply.url, reply.body) == (NEWS, b"text")
    assert (network.looked_up, network.dialled) == (["news.example"], [OURS])
    assert server.requests[0].headers["host"] == "news.example"


@pytest.mark.parametrize("name", ["inside.example", "6.inside.example", "mixed.example", "localhost"])
def test_a_name_that_leads_into_a_private_network_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, NAMES)
    with client(f"http://{name}/", allow_private=False) as asking:
        assert PRIVATE in refusal(asking, f"http://{name}/page")
    assert network.dialled == []


def test_a_name_is_resolved_once_for_a_connection(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    # One that turns into a private address between a check and a connection (DNS rebinding) gains nothing.
    network = Network(monkeypatch, {"news.example": [(OURS,), ("127.0.0.1",)]}, {OURS: server, "127.0.0.1": server})
    with client(NEWS, allow_private=False) as asking:
        assert asking.get(NEWS, max_bytes=LIMIT).body == b"text"
        assert (network.looked_up, network.dialled) == (["news.example"], [OURS])
        server.routes["/page"] = loopback.page("the second, on the same connection")
        assert asking.get(NEWS, max_bytes=LIMIT).body.startswith(b"the second")
    assert (network.looked_up, network.dialled) == (["news.example"], [OURS])
    with client(NEWS, allow_private=False) as asking:
        assert f"news.example is 127.0.0.1, {PRIVATE}" in refusal(asking, NEWS)
    assert network.dialled == [OURS]


def test_a_connection_that_is_made_anew_is_checked_anew(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, {"news.example": [(OURS,), ("127.0.0.1",)]}, {OURS: server, "127.0.0.1": server})
    server.routes["/page"] = loopback.answer(b"text", headers={"Connection": "close"})
    with client(NEWS, allow_private=False) as asking:
        asking.get(NEWS, max_bytes=LIMIT)
        assert PRIVATE in refusal(asking, NEWS)
    assert network.dialled == [OURS]


def test_of_several_addresses_the_first_that_answers_is_asked(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(monkeypatch, {"news.example": [(OTHER, OURS)]}, {OURS: server})
    with client(NEWS, allow_private=False) as asking:
        assert asking.get(NEWS, max_bytes=LIMIT).body == b"text"
    assert network.dialled == [OTHER, OURS]


def test_several_addresses_that_do_not_answer_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, {"news.example": [(OTHER, OURS)]})
    with client(NEWS, allow_private=False) as asking, pytest.raises(TemporaryError, match="refused"):
        asking.get(NEWS, max_bytes=LIMIT)
    assert network.dialled == [OTHER, OURS]


def test_a_name_that_there_is_not_is_told_and_is_not_a_refused_address(monkeypatch: pytest.MonkeyPatch) -> None:
    Network(monkeypatch, {})
    for allow_private in (True, False):
        with client(NEWS, allow_private=allow_private) as asking, pytest.raises(FetchError) as unknown:
            asking.get(NEWS, max_bytes=LIMIT)
        assert str(unknown.value) == f"{NEWS}: the name news.example does not resolve (Name or service not known)"
        assert not isinstance(unknown.value, RefusedAddressError)


def test_name_servers_that_do_not_answer_are_asked_again(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, NAMES, {OURS: server})
    failed: list[str] = []
    look_up = socket.getaddrinfo

    def once_failing(host: str, port: int, **named: object) -> list[object]:
        if not failed:
            failed.append(host)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return list(look_up(host, port, **named))  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", once_failing)
    with client(NEWS, limits=HttpTable(retry_wait=0.01), allow_private=False) as asking:
        assert asking.get(NEWS, max_bytes=LIMIT).body == b"text"
    assert (failed, network.dialled) == (["news.example"], [OURS])


# Redirects


@pytest.mark.parametrize("host", REDIRECTS)
def test_a_redirect_into_a_private_network_is_refused(
    host: str, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Loopback({"/secret": loopback.page("secret")}) as inside:
        network = Network(monkeypatch, NAMES, {OURS: server, "127.0.0.1": inside, "10.0.0.7": inside})
        server.routes["/page"] = loopback.redirect(f"http://{host}/secret")
        # Also where the source names the host.
        with client([NEWS, f"http://{host}/"], allow_private=False) as asking:
            said = refusal(asking, NEWS)
        assert said.startswith("leads to http://")
        assert PRIVATE in said
        with client(NEWS, allow_private=False) as asking:
            assert "is not a host of this source" in refusal(asking, NEWS)
        assert set(network.dialled) == {OURS}
        assert inside.paths == []


def test_a_redirect_to_a_host_that_the_source_does_not_name_is_refused(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(monkeypatch, NAMES | {"other.example": [(OTHER,)]}, {OURS: server})
    server.routes["/page"] = loopback.redirect("http://other.example/x")
    with client(NEWS, allow_private=False) as asking, pytest.raises(RefusedAddressError) as refused:
        asking.get(NEWS, max_bytes=LIMIT)
    assert str(refused.value) == (
        f"{NEWS}: leads to http://other.example/x: other.example is not a host of this source; "
        "if it should be asked, name it in `hosts`"
    )
    assert network.dialled == [OURS]


def test_a_redirect_to_a_host_that_the_source_names_is_followed(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Loopback({"/x": loopback.page("there")}) as other:
        Network(monkeypatch, NAMES | {"a.other.example": [(OTHER,)]}, {OURS: server, OTHER: other})
        server.routes["/page"] = loopback.redirect("//A.OTHER.example:80/x")
        with client(Hosts.of([NEWS], ["*.other.example"]), allow_private=False) as asking:
            reply = asking.get(NEWS, max_bytes=LIMIT)
    assert (reply.url, reply.body) == ("http://a.other.example/x", b"there")
    assert other.requests[0].headers["host"] == "a.other.example"


def test_with_allow_private_network_too_a_source_stays_on_its_hosts(server: Loopback) -> None:
    with Loopback({"/secret": loopback.page("secret")}) as other:
        for target in (other.address("/secret"), f"http://localhost:{server.port}/", "http://169.254.169.254/"):
            server.routes["/page"] = loopback.redirect(target)
            with client(server.url) as asking:
                assert "is not a host of this source" in refusal(asking, server.address("/page"))
        assert other.paths == []


# Whatever an address is

_HOSTS = [
    "news.example", "NEWS.example", "news.example.", "inside.example", "127.0.0.1", "localhost", "2130706433", "0x7f.1",
    "[::1]", "[::ffff:7f00:1]", "news.example%2f", "news。example", "xn--news.example", "10.0.0.7", "",
]  # fmt: skip
_BITS = [
    "@", ":", "/", "\\", "#", "?", "%40", "%2f", "%5c", ".", "..", " ", "\t", "\r", "%00", "80", ":80", ":443", ":0",
    ":99999", ":\uff18\uff10", ";", "&", "[", "]", "//", "user", "user:password@", "\u3002",
    "\u2024", "\u00ad", "\u200b",
]  # fmt: skip
_NASTY = st.builds(
    lambda scheme, parts: scheme + "".join(parts),
    st.sampled_from(["http://", "HTTP://", "http:/", "http:", "//", "https://", "http:\\\\", " http://", "ftp://", ""]),
    st.lists(st.sampled_from(_HOSTS) | st.sampled_from(_BITS), min_size=1, max_size=6),
)


@settings(max_examples=120, deadline=None)
@example("http://news.example..")
@given(_NASTY)
@example("http://news.example@127.0.0.1/")
@example("http://127.0.0.1#@news.example/")
@example("http://news.example\\@127.0.0.1/")
@example("http://127.0.0.1\\@news.example/")
@example("http://news.example:80:80/")
@example("http://[::1]news.example/")
@example("http://:443")
def test_whatever_is_connected_to_was_permitted(nasty: str) -> None:
    with Loopback({"/page": loopback.page("text")}) as server, pytest.MonkeyPatch.context() as patch:
        network = Network(patch, NAMES, {OURS: server, "127.0.0.1": server, "10.0.0.7": server})
        with client(NEWS, allow_private=False) as asking:
            for route in (None, nasty.encode()):
                if route is not None:
                    server.routes["/page"] = _leads_to(route)
                with suppress(FetchError):
                    asking.get(NEWS if route is not None else nasty, max_bytes=LIMIT)
        assert set(network.dialled) <= {OURS}
        assert set(network.looked_up) <= {"news.example", "news.example."}
        # A source's hosts may be asked at the ports of both schemes.
        hosts = {one.headers["host"].removesuffix(":443").removesuffix(".") for one in server.requests}
        assert hosts <= {"news.example"}


def _leads_to(location: bytes) -> loopback.Route:
    def route(conversation: loopback.Conversation) -> None:
        conversation.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n")

    return route

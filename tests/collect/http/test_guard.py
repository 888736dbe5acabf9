"""The table of what the guard refuses and lets through, without the network: addresses, names, a source's hosts."""

from __future__ import annotations

import socket
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.collect import guard
from feedpub.collect.guard import Hosts, Place, RefusedError, UnknownNameError

OURS = "203.198.7.10"
"""A public address."""


class Row(NamedTuple):
    host: str
    resolves_to: tuple[str, ...]
    verdict: str
    why: str


REFUSED, ASKED, UNKNOWN = "refused", "asked", "unknown"


def itself(address: str, verdict: str, why: str) -> Row:
    return Row(address, (address,), verdict, why)


TABLE = [
    # IPv4
    itself("203.198.7.10", ASKED, "an address on the internet"),
    itself("8.8.8.8", ASKED, "an address on the internet"),
    itself("0.0.0.0", REFUSED, "this host"),  # noqa: S104 - an address to refuse
    itself("0.1.2.3", REFUSED, "this network"),
    itself("10.0.0.1", REFUSED, "private, class A"),
    itself("9.255.255.255", ASKED, "next to it"),
    itself("11.0.0.0", ASKED, "next to it"),
    itself("100.63.255.255", ASKED, "next to carrier-grade NAT"),
    itself("100.64.0.1", REFUSED, "carrier-grade NAT"),
    itself("100.100.100.200", REFUSED, "the metadata service of a cloud, in carrier-grade NAT"),
    itself("100.127.255.255", REFUSED, "the end of carrier-grade NAT"),
    itself("100.128.0.0", ASKED, "next to it"),
    itself("127.0.0.1", REFUSED, "loopback"),
    itself("127.255.255.254", REFUSED, "the end of loopback"),
    itself("128.0.0.1", ASKED, "next to it"),
    itself("168.63.129.16", REFUSED, "a cloud's own service, at an address of the internet"),
    itself("169.254.169.254", REFUSED, "link-local: the metadata service of most clouds"),
    itself("169.254.170.2", REFUSED, "link-local: the credentials of containers"),
    itself("172.15.255.255", ASKED, "next to private, class B"),
    itself("172.16.0.1", REFUSED, "private, class B"),
    itself("172.31.255.255", REFUSED, "the end of private, class B"),
    itself("172.32.0.0", ASKED, "next to it"),
    itself("192.0.0.192", REFUSED, "protocol assignments: the metadata service of a cloud"),
    itself("192.0.0.9", REFUSED, "protocol assignments: anycast, but no site"),
    itself("192.0.1.1", ASKED, "next to them"),
    itself("192.0.2.1", REFUSED, "documentation"),
    itself("192.88.99.1", REFUSED, "relays to 6to4"),
    itself("192.168.1.1", REFUSED, "private, class C"),
    itself("192.169.0.1", ASKED, "next to it"),
    itself("198.18.0.1", REFUSED, "benchmarks"),
    itself("198.51.100.1", REFUSED, "documentation"),
    itself("203.0.113.1", REFUSED, "documentation"),
    itself("224.0.0.1", REFUSED, "multicast"),
    itself("233.252.0.1", REFUSED, "multicast that is global"),
    itself("239.255.255.250", REFUSED, "multicast: devices of a home"),
    itself("240.0.0.1", REFUSED, "reserved"),
    itself("255.255.255.255", REFUSED, "broadcast"),
    # IPv6
    itself("2606:4700::1111", ASKED, "an address on the internet"),
    itself("2403:5800::1", ASKED, "an address on the internet"),
    itself("::1", REFUSED, "loopback"),
    itself("::", REFUSED, "nowhere"),
    itself("fe80::1", REFUSED, "link-local"),
    itself("fe80::1%eth0", REFUSED, "link-local, with a zone"),
    itself("fec0::1", REFUSED, "site-local (RFC 3879)"),
    itself("fc00::1", REFUSED, "unique local"),
    itself("fd00:ec2::254", REFUSED, "unique local: the metadata service of a cloud"),
    itself("ff02::1", REFUSED, "multicast"),
    itself("ff0e::1", REFUSED, "multicast that is global"),
    itself("2001:db8::1", REFUSED, "documentation"),
    itself("3fff::1", REFUSED, "documentation (RFC 9637)"),
    itself("100::1", REFUSED, "discard-only"),
    itself("5f00::1", REFUSED, "segment routing (RFC 9602)"),
    itself("2001:2::1", REFUSED, "benchmarks"),
    itself("2001:10::1", REFUSED, "ORCHID"),
    itself("2001:20::1", REFUSED, "ORCHIDv2"),
    itself("2001:1ff:ffff::1", REFUSED, "the end of protocol assignments"),
    itself("2001:200::1", ASKED, "next to them"),
    itself("4000::1", REFUSED, "nobody has it"),
    # IPv4 in IPv6
    itself("::ffff:127.0.0.1", REFUSED, "IPv4-mapped loopback"),
    itself("::ffff:a9fe:a9fe", REFUSED, "IPv4-mapped metadata service"),
    itself("::ffff:8.8.8.8", REFUSED, "IPv4-mapped, whatever it holds"),
    itself("::ffff:0:10.0.0.1", REFUSED, "IPv4-translated (RFC 2765)"),
    itself("::127.0.0.1", REFUSED, "IPv4-compatible"),
    itself("::8.8.8.8", REFUSED, "IPv4-compatible, whatever it holds"),
    itself("64:ff9b::10.0.0.1", REFUSED, "NAT64"),
    itself("64:ff9b::8.8.8.8", REFUSED, "NAT64, whatever it holds"),
    itself("64:ff9b:1::10.0.0.1", REFUSED, "NAT64 of one's own (RFC 8215)"),
    itself("2002:7f00:1::", REFUSED, "6to4 to loopback"),
    itself("2002:808:808::1", REFUSED, "6to4, whatever it holds"),
    itself("2001:0:4136:e378:8000:63bf:f5ff:fffe", REFUSED, "Teredo to a private client"),
    itself("2001:0:4136:e378:8000:63bf:3fff:fdd2", REFUSED, "Teredo, whatever it holds"),
    # Names
    Row("news.example", (OURS,), ASKED, "a name on the internet"),
    Row("six.example", ("2606:4700::1111",), ASKED, "a name on the internet"),
    Row("twice.example", (OURS, "203.198.7.11", "2606:4700::1111"), ASKED, "several addresses"),
    Row("inside.example", ("10.1.2.3",), REFUSED, "a name in a private network"),
    Row("localhost", ("127.0.0.1", "::1"), REFUSED, "this host's name"),
    Row("router.lan", ("192.168.0.1",), REFUSED, "a name in a private network"),
    Row("metadata.example", ("169.254.169.254",), REFUSED, "a name for the metadata service"),
    Row("mixed.example", (OURS, "10.0.0.1"), REFUSED, "one private address among others"),
    Row("mixed6.example", ("2606:4700::1111", "::1"), REFUSED, "one private address among others"),
    Row("mapped.example", ("::ffff:10.0.0.1",), REFUSED, "a name whose address carries another"),
    Row("10.0.0.1.public.example", (OURS,), ASKED, "a name that only looks like a private address"),
    Row("127.0.0.1.rebind.example", ("127.0.0.1",), REFUSED, "a name for loopback"),
    Row("nobody.example", (), UNKNOWN, "a name that there is not"),
]


def test_the_table_is_long_enough() -> None:
    assert len({row.host for row in TABLE}) == len(TABLE) >= 60


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.host} {row.verdict}: {row.why}")
def test_the_table(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(host: str, port: int, **named: object) -> list[Any]:
        assert (host, port, named) == (row.host, 443, {"type": socket.SOCK_STREAM})
        if not row.resolves_to:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in row.resolves_to]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    if row.verdict == ASKED:
        assert guard.checked_addresses(row.host, 443) == list(row.resolves_to)
    elif row.verdict == UNKNOWN:
        with pytest.raises(
            UnknownNameError, match=rf"the name {row.host} does not resolve \(Name or service not known\)"
        ):
            guard.checked_addresses(row.host, 443)
    else:
        with pytest.raises(RefusedError, match=r"an address of a private network; set allow_private_network = true"):
            guard.checked_addresses(row.host, 443)


@given(st.ip_addresses(v=4))
def test_no_way_of_carrying_ipv4_in_ipv6_is_public(address: object) -> None:
    for carrier in ("::ffff:{}", "::ffff:0:{}", "::{}", "64:ff9b::{}", "64:ff9b:1::{}"):
        assert not guard.is_public(carrier.format(address))


@given(st.ip_addresses(v=6))
def test_what_is_public_is_within_what_the_internet_is_made_of(address: object) -> None:
    if guard.is_public(str(address)):
        assert str(address)[0] in "23"


def test_an_error_names_the_address_that_a_name_has() -> None:
    with pytest.raises(RefusedError, match=r"^x\.example is 10\.0\.0\.1, an address of a private network"):
        guard.checked_addresses("x.example", 443, lambda *_: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(RefusedError) as refused:
        guard.checked_addresses("10.0.0.1", 443, lambda *_: ["10.0.0.1"])
    assert str(refused.value) == (
        "10.0.0.1 is an address of a private network; set allow_private_network = true if it is a server of your own"
    )


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..b", "\udcff.example"])
def test_what_cannot_be_a_name_does_not_resolve(host: str) -> None:
    with pytest.raises(UnknownNameError, match=r"^the name .* does not resolve \(it is no name\)$") as unknown:
        guard.resolve(host, 80)
    assert not unknown.value.passes


@pytest.mark.parametrize(
    ("code", "passes"), [(socket.EAI_AGAIN, True), (socket.EAI_FAIL, True), (socket.EAI_NONAME, False)]
)
def test_name_servers_that_do_not_answer_may_answer_the_next_time(
    code: int,
    passes: bool,  # noqa: FBT001 - a table's column
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def look_up(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(code, "as it says")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(UnknownNameError, match=r"\(as it says\)") as unknown:
        guard.resolve("news.example", 80)
    assert unknown.value.passes == passes


# A source's hosts

HOSTS = Hosts.of(
    ["https://www.news.example/en/", "http://other.example:8080/", "https://新聞.example/", "http://[2606:4700:0::1]/"],
    ["*.cdn.example", "Img.Example", "api.example:8443", "*.dev.example:81", "[2606:4700::2]:8080", "港聞.example"],
)
MEANT = {
    "its own": "https://www.news.example/x",
    "its own, over http": "http://www.news.example/x",
    "its own, with the port named": "http://www.news.example:443/",
    "its own, in capitals": "HTTPS://WWW.NEWS.EXAMPLE/",
    "its own, with the dot at the end": "https://www.news.example./",
    "with its port": "http://other.example:8080/",
    "in other characters": "https://新聞.example/",
    "in other characters, as they are sent": "https://xn--efvv70d.example/",
    "with a wide dot": "https://新聞。example/",
    "IPv6, spelt in another way": "http://[2606:4700::0001]/",
    "below a wildcard": "https://a.cdn.example/",
    "far below a wildcard": "https://a.b.cdn.example/",
    "named, in capitals": "https://img.example/",
    "named with a port": "https://api.example:8443/",
    "below a wildcard with a port": "http://x.dev.example:81/",
    "IPv6 with a port": "http://[2606:4700:0:0::2]:8080/",
    "named in other characters": "http://港聞.example/",
}
NOT_MEANT = {
    "another host": ("https://stranger.example/", "stranger.example is not a host of this source"),
    "a host above": ("https://news.example/", "news.example is not a host"),
    "a host below": ("https://x.www.news.example/", "is not a host"),
    "the end of a name": ("https://evilwww.news.example/", "is not a host"),
    "its name at the front": ("https://www.news.example.evil.example/", "is not a host"),
    "another port": ("https://www.news.example:8443/", r"www\.news\.example:8443 is not a host"),
    "the usual port of one that has its own": ("http://other.example/", r"other\.example is not a host"),
    "the wildcard's own name": ("https://cdn.example/", "is not a host"),
    "a wildcard without its dot": ("https://xcdn.example/", "is not a host"),
    "a name without its port": ("https://api.example/", "is not a host"),
    "IPv6 at another port": ("http://[2606:4700::1]:8080/", r"\[2606:4700::1\]:8080 is not a host"),
    "a name in userinfo": ("https://www.news.example@stranger.example/", "a name or password"),
    "a name and password": ("https://a:b@www.news.example/", "a name or password"),
    "a name behind a fragment": ("https://stranger.example#@www.news.example/", "stranger.example is not a host"),
    "a name behind a query": ("https://stranger.example?@www.news.example/", "stranger.example is not a host"),
    "a backslash": ("https://stranger.example\\.www.news.example/", "is no host"),
    "percent-encoding": ("https://www%2enews.example/", "is no host"),
    "an encoded slash": ("https://stranger.example%2f.www.news.example/", "is no host"),
    "a zone": ("http://[fe80::1%25eth0]/", "has a zone"),
    "another scheme": ("ftp://www.news.example/", '"ftp:" is not asked, only http and https'),
    "a file": ("file:///etc/hostname", '"file:" is not asked'),
    "no scheme": ("www.news.example/", "is no address"),
    "only a path": ("/x", "is no address"),
    "nothing": ("", "is no address"),
    "no host": ("http:///x", "it has no host"),
    "port 0": ("https://www.news.example:0/", "there is no port 0"),
    "a port too high": ("https://www.news.example:65536/", "is no address"),
    "half a bracket": ("http://[2606:4700::1/", "is no address"),
    "an empty label": ("https://www..news.example/", "is no host"),
    "a very long name": (f"https://{'a.' * 140}example/", "is no host"),
    "no name in other characters": ("https://①②.example/", "is no host"),
}  # fmt: skip


@pytest.mark.parametrize("case", MEANT)
def test_a_source_may_ask(case: str) -> None:
    HOSTS.check(MEANT[case])


@pytest.mark.parametrize("case", NOT_MEANT)
def test_a_source_may_not_ask(case: str) -> None:
    url, said = NOT_MEANT[case]
    with pytest.raises(RefusedError, match=said):
        HOSTS.check(url)


def test_an_error_says_what_to_do() -> None:
    with pytest.raises(RefusedError, match=r"^x\.example:81 is not a host of this source; if .* name it in `hosts`$"):
        HOSTS.check("http://x.example:81/")


REFUSALS = {
    "www.news.example/": "is no address (it does not begin with http:// or https://)",
    "http:///x": "is no address (it has no host)",
    "https://me@www.news.example/": "the address has a name or password in it",
    "https://:me@www.news.example/": "the address has a name or password in it",
    "https://www.news.example:0/": "is no address (there is no port 0)",
    f"{'s' * 30}://www.news.example/": f'"{"s" * 20}:" is not asked, only http and https',
    f"https://{'a' * 150}_!/": f'is no address ("{"a" * 100}" is no host)',
    f"https://①{'a' * 150}/": f'is no address ("①{"a" * 99}" is no host)',
    f"https://[fe80::1%{'e' * 150}]/": f'is no address ("fe80::1%{"e" * 92}" has a zone)',
}


@pytest.mark.parametrize("url", REFUSALS)
def test_an_error_says_what_is_wrong_with_an_address_and_is_not_as_long_as_that(url: str) -> None:
    with pytest.raises(RefusedError) as refused:
        HOSTS.check(url)
    assert str(refused.value) == REFUSALS[url]


def test_an_error_of_name_servers_shows_no_more_than_a_hundred_characters_of_a_name() -> None:
    with pytest.raises(UnknownNameError) as unknown:
        guard.resolve("a" * 150, 80)
    assert f"the name {'a' * 100} does not" in str(unknown.value)


@pytest.mark.parametrize("port", [1, 65_535])
def test_the_lowest_and_the_highest_port_are_ports(port: int) -> None:
    assert Place.of("https", "a.example", port, named=False) == Place("a.example", port)


@pytest.mark.parametrize("port", [-1, 0, 65_536])
def test_there_are_no_ports_beyond_them(port: int) -> None:
    with pytest.raises(RefusedError, match=rf"^is no address \(there is no port {port}\)$"):
        Place.of("https", "a.example", port, named=False)


def test_a_name_has_up_to_253_characters() -> None:
    name = f"{'a.' * 126}b"
    assert Place.at(f"https://{name}/").host == name
    with pytest.raises(RefusedError, match="is no host"):
        Place.at(f"https://{name}c/")


def test_a_place_has_one_spelling() -> None:
    assert Place.of("https", "BOX.", None, named=False) == Place.at("https://box/") == Place("box", 443)
    assert Place.of("http", "2606:4700:0::0001", None, named=False) == Place.at("http://[2606:4700::1]/")


@pytest.mark.parametrize("name", ["①②.example", "a..b", "http://a.example", "a.example:", "[::1", "*", "*.", ""])
def test_a_name_that_is_none_means_no_host(name: str) -> None:
    with pytest.raises(RefusedError, match="is not a host of this source"):
        Hosts((name,)).check("https://stranger.example/")


def test_a_name_in_capitals_of_other_alphabets_means_the_same_host() -> None:
    Hosts(("ÉCOLE.example",)).check("https://école.example/")


def test_an_address_that_is_none_gives_no_host() -> None:
    assert Hosts.of(["http://[::1", "", "ftp://x.example/", "https://a.example/"]).names == ("a.example",)


def test_addresses_may_come_one_by_one() -> None:
    Hosts.of(iter(["http://a.example:8080/"]), iter(["b.example"])).check("http://a.example:8080/")


def test_a_host_named_as_an_address_of_a_private_network_is_checked_where_it_is_connected_to() -> None:
    Hosts.of(["http://127.0.0.1:8000/"]).check("http://127.0.0.1:8000/x")


@given(st.text(alphabet="ab.:/\\@#?%[]01 \t\n*港", max_size=24))
def test_whatever_an_address_is_it_is_refused_or_has_a_place(rest: str) -> None:
    try:
        place = Place.at(f"http://{rest}")
    except RefusedError:
        return
    assert place.host
    assert not set(place.host) & set("/\\@#?%[] \t\n*港")
    assert Place.at(f"http://{place}/") == place


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "LOCALHOST", "10.1.2.3", "[::1]", "::1", "192.168.0.9", "10.1.2.3%eth0"]
)
def test_a_host_that_is_itself_a_private_address_is_known_as_one(host: str) -> None:
    assert guard.is_literal_private(host)


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "www.info.gov.hk", "localhost.example", "10.example", "", "[2606:4700::1]", "X10.1.2.3"]
)
def test_a_name_or_a_public_address_is_no_literal_private_one(host: str) -> None:
    assert not guard.is_literal_private(host)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.collect import guard
from feedpub.collect.guard import RefusedError

PRIVATE = {
    "loopback": "127.0.0.1",
    "the end of loopback": "127.255.255.254",
    "this host": "0.0.0.0",  # noqa: S104 - an address to refuse
    "this network": "0.1.2.3",
    "private, class A": "10.0.0.1",
    "private, class B": "172.16.0.1",
    "the end of private, class B": "172.31.255.255",
    "private, class C": "192.168.1.1",
    "link-local, the metadata service of clouds": "169.254.169.254",
    "carrier-grade NAT": "100.64.0.1",
    "documentation": "192.0.2.1",
    "benchmarks": "198.18.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "multicast": "224.0.0.1",
    "multicast that is global": "233.252.0.1",
    "IPv6 loopback": "::1",
    "IPv6 nowhere": "::",
    "IPv6 link-local": "fe80::1",
    "IPv6 link-local with a zone": "fe80::1%eth0",
    "IPv6 unique local": "fd00::1",
    "IPv6 unique local, the metadata service of a cloud": "fd00:ec2::254",
    "IPv6 site-local": "fec0::1",
    "IPv6 multicast": "ff02::1",
    "IPv6 global multicast": "ff0e::1",
    "IPv6 documentation": "2001:db8::1",
    "IPv6 discard-only": "100::1",
    "IPv4-mapped loopback": "::ffff:127.0.0.1",
    "IPv4-mapped private": "::ffff:10.0.0.1",
    "IPv4-mapped metadata service": "::ffff:a9fe:a9fe",
    "IPv4-compatible loopback": "::127.0.0.1",
    "NAT64 loopback": "64:ff9b::127.0.0.1",
    "NAT64 private": "64:ff9b::10.0.0.1",
    "NAT64 metadata service": "64:ff9b::a9fe:a9fe",
    "local-use NAT64": "64:ff9b:1::10.0.0.1",
    "6to4 private": "2002:a00:1::1",
    "6to4 loopback": "2002:7f00:1::",
    "Teredo to a private client": "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "IPv4-mapped, whatever it holds": "::ffff:8.8.8.8",
    "NAT64, whatever it holds": "64:ff9b::8.8.8.8",
    "6to4, whatever it holds": "2002:808:808::1",
    "Teredo, whatever it holds": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "IPv6 documentation of 2024": "3fff::1",
    "6to4 relays": "192.88.99.1",
}
PUBLIC = {
    "IPv4": "203.198.0.1",
    "next to private, class B": "172.32.0.1",
    "next to carrier-grade NAT": "100.128.0.1",
    "IPv6": "2606:4700::1111",
}


@pytest.mark.parametrize("case", PRIVATE)
def test_an_address_that_is_not_anyones_on_the_internet_is_not_public(case: str) -> None:
    assert not guard.is_public(PRIVATE[case])


@pytest.mark.parametrize("case", PUBLIC)
def test_an_address_on_the_internet_is_public(case: str) -> None:
    assert guard.is_public(PUBLIC[case])


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_no_way_of_carrying_ipv4_in_ipv6_makes_a_private_address_public(address: object) -> None:
    assert not guard.is_public(str(address))
    assert not guard.is_public(f"::ffff:{address}")
    assert not guard.is_public(f"64:ff9b::{address}")


def addresses(*given: str) -> guard.Resolve:
    """A name service that always gives these."""
    return lambda _host, _port: list(given)


def test_a_host_with_public_addresses_is_connected_to_at_the_first() -> None:
    assert guard.checked_addresses("x.example", 443, addresses("8.8.8.8", "8.8.4.4")) == "8.8.8.8"


def test_a_host_with_one_private_address_among_others_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"x\.example is 10\.0\.0\.1, .*allow_private_network = true"):
        guard.checked_addresses("x.example", 443, addresses("8.8.8.8", "10.0.0.1"))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0",
        "localhost",
        "::1",
        "::ffff:7f00:1",
    ],
)
def test_however_a_loopback_host_is_spelt_it_is_refused(host: str) -> None:
    with pytest.raises(RefusedError, match=r"an address of a private network|does not resolve"):
        guard.checked_addresses(host, 80)


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..b", "\udcff.example"])
def test_a_name_that_does_not_resolve_is_told(host: str) -> None:
    with pytest.raises(RefusedError, match=r"the name .* does not resolve"):
        guard.resolve(host, 80)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "10.1.2.3", "[::1]", "::1", "192.168.0.9"])
def test_a_host_that_is_itself_a_private_address_is_known_as_one(host: str) -> None:
    assert guard.is_literal_private(host)


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "www.info.gov.hk", "localhost.example", "10.example", "", "[2606:4700::1]"]
)
def test_a_name_or_a_public_address_is_no_literal_private_one(host: str) -> None:
    assert not guard.is_literal_private(host)

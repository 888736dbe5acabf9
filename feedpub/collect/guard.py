"""Keeps requests out of private networks: the address is checked after its name is resolved."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable

Resolve = Callable[[str, int], list[str]]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Special by RFC 4291 (IPv4-compatible, site-local) and RFC 8215 (local NAT64), and not in Python's own tables.
_SPECIAL = tuple(ipaddress.ip_network(text) for text in ("::/96", "fec0::/10", "64:ff9b:1::/48"))


class RefusedError(Exception):
    """A host that may not be asked, or that does not resolve."""


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host.

    Raises:
        RefusedError: the name does not resolve.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise RefusedError(f"the name {host} does not resolve ({problem})") from None
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def is_public(address: str) -> bool:
    """Whether an IP address is one that anyone on the internet may be sent to (IANA special-purpose registries)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if any(ip in network for network in _SPECIAL):
            return False
    return ip.is_global and not ip.is_multicast


def is_literal_private(host: str) -> bool:
    """Whether a host is itself written as a private address or as localhost, so that no name service is in between."""
    if host.lower() == "localhost":
        return True
    try:
        return not is_public(host.strip("[]"))
    except ValueError:
        return False


def checked_address(host: str, port: int, resolver: Resolve = resolve) -> str:
    """The address to connect to for a host.

    Raises:
        RefusedError: the name does not resolve, or any of its addresses is private.
    """
    addresses = resolver(host, port)
    for address in addresses:
        if not is_public(address):
            raise RefusedError(
                f"{host} is {address}, an address of a private network; "
                "set allow_private_network = true if it is a server of your own",
            )
    return addresses[0]

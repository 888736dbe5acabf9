"""Keeps requests where they belong: to hosts that a source names, and out of private networks.

The hosts are checked for every address that is asked, redirects included; the IP addresses where the connection is
made, after the name is resolved, so that no name leads round it.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

import msgspec

Resolve = Callable[[str, int], list[str]]
PORTS = {"http": 80, "https": 443}
# Ways to carry an IPv4 address inside an IPv6 one. No public host is reached so, and what is inside may be private:
# IPv4-mapped and -compatible (RFC 4291), NAT64 (RFC 6052, RFC 8215), Teredo (RFC 4380), 6to4 (RFC 3056).
_CARRIERS = ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "192.88.99.0/24")
# Site-local (RFC 3879), documentation (RFC 9637), SRv6 (RFC 9602): not in the tables of every Python.
_SPECIAL = tuple(ipaddress.ip_network(text) for text in (*_CARRIERS, "fec0::/10", "3fff::/20", "5f00::/16"))


class RefusedError(Exception):
    """A host that may not be asked, or that does not resolve."""


class Hosts(msgspec.Struct, frozen=True):
    """The hosts that a source may ask.

    `names` are "www.example.hk", "*.example.hk" or either with a port; without one the ports are 80 and 443. `any` lets
    it ask every host.
    """

    names: tuple[str, ...]
    any: bool = False

    @classmethod
    def of(cls, addresses: Iterable[str], further: Iterable[str] = ()) -> Hosts:
        """The hosts of a source's own addresses, with the ports that they name, and further ones."""
        own = [f"{host}:{port}" for host, port in map(_place, addresses)]
        plain = [host for host, port in map(_place, addresses) if port in PORTS.values()]
        return cls(tuple(dict.fromkeys((*own, *plain, *(name.lower() for name in further)))))

    def check(self, url: str) -> None:
        """Check an address before it is asked.

        Raises:
            RefusedError: it is not http(s), has a name or password in it, or leads to another host or port.
        """
        parts = urlsplit(url)
        if parts.scheme not in PORTS:
            raise RefusedError(f'"{parts.scheme}:" is not asked, only http and https')
        if parts.username is not None or parts.password is not None:
            raise RefusedError("the address has a name or password in it")
        host, port = _place(url)
        if not self.any and not self._named(host, port):
            raise RefusedError(
                f"{_shown(host, port)} is not a host of this source; if it should be asked, name it in `hosts`"
            )

    def _named(self, host: str, port: int) -> bool:
        for name in self.names:
            pattern, _, wanted = _split_port(name)
            if (port == int(wanted)) if wanted else (port in PORTS.values()):
                if pattern.startswith("*."):
                    if host.endswith(pattern[1:]):
                        return True
                elif host == pattern:
                    return True
        return False


def _split_port(name: str) -> tuple[str, str, str]:
    """A host, ":" and its port, both "" where it has none; an IPv6 address stands in brackets."""
    if name.startswith("["):
        host, _, port = name.partition("]")
        return host[1:], port[:1], port[1:]
    return name.partition(":")


def _place(url: str) -> tuple[str, int]:
    """The host of an address, without brackets, in lower case and in its ASCII form, and the port."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as problem:
        raise RefusedError(f"is no address ({problem})") from None
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            raise RefusedError(f"{host} is no host name") from None
    return host.rstrip(".") or host, port or PORTS.get(parts.scheme, 0)


def _shown(host: str, port: int) -> str:
    return host if port in PORTS.values() else f"{host}:{port}"


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
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _SPECIAL)


def is_literal_private(host: str) -> bool:
    """Whether a host is itself written as a private address or as localhost, so that no name service is in between."""
    if host.lower() == "localhost":
        return True
    try:
        return not is_public(host.strip("[]"))
    except ValueError:
        return False


def checked_addresses(host: str, port: int, resolver: Resolve | None = None) -> list[str]:
    """The addresses to connect to for a host, to be tried in turn.

    Raises:
        RefusedError: the name does not resolve, or any of its addresses is private.
    """
    addresses = (resolver or resolve)(host, port)
    for address in addresses:
        if not is_public(address):
            shown = f"{host} is {address}," if address != host else f"{address} is"
            raise RefusedError(
                f"{shown} an address of a private network; "
                "set allow_private_network = true if it is a server of your own",
            )
    return addresses

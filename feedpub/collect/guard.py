"""Keeps requests where they belong: to hosts that a source names, and out of private networks.

The hosts are checked for every address that is asked, redirects included; the IP addresses where the connection is
made, after the name is resolved, so that no name leads round it.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

import msgspec

Resolve = Callable[[str, int], list[str]]
PORTS = {"http": 80, "https": 443}
_MOST_PORTS, _LONGEST_NAME = 65_535, 253
_NAMED = re.compile(r"(?:(?P<below>\*\.)?(?P<host>[^:\[\]]+)|\[(?P<ip>[^\]]+)\])(?::(?P<port>\d{1,5}))?")
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
# IPv6 that the internet is made of. Outside of it are, among others, the ways to carry an IPv4 address that may be
# private: IPv4-mapped and -compatible (RFC 4291), -translated (RFC 2765), NAT64 (RFC 6052, RFC 8215).
_INTERNET = ipaddress.ip_network("2000::/3")
# What not every Python knows of: protocol assignments (RFC 6890; Teredo, RFC 4380, is one of them), 6to4 (RFC 3056,
# RFC 7526), documentation (RFC 9637), and an address of the internet that is a cloud's own service on its machines.
_SPECIAL = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "2001::/23", "192.88.99.0/24", "2002::/16", "3fff::/20", "168.63.129.16/32")
)


class RefusedError(Exception):
    """A host that may not be asked."""


class UnknownNameError(Exception):
    """A name that does not resolve. `passes` says whether it may the next time: its name servers did not answer."""

    def __init__(self, said: str, *, passes: bool) -> None:
        super().__init__(said)
        self.passes = passes


class Place(msgspec.Struct, frozen=True):
    """What is connected to for an address: a host in lower case, in its ASCII form and without brackets, and a port."""

    host: str
    port: int

    @classmethod
    def of(cls, scheme: str, host: str, port: int | None, *, named: bool) -> Place:
        """The place that the parts of an address lead to.

        Args:
            scheme: in lower case.
            host: in its ASCII form, without brackets.
            port: None for the scheme's own.
            named: whether there is a name or password in the address.

        Raises:
            RefusedError: it is not http(s), has a name or password in it, or its host or port is none.
        """
        if not scheme:
            raise RefusedError("is no address (it does not begin with http:// or https://)")
        if scheme not in PORTS:
            raise RefusedError(f'"{scheme[:20]}:" is not asked, only http and https')
        if named:
            raise RefusedError("the address has a name or password in it")
        if not host:
            raise RefusedError("is no address (it has no host)")
        if port is not None and not 0 < port <= _MOST_PORTS:
            raise RefusedError(f"is no address (there is no port {port})")
        return cls(_usual(host), PORTS[scheme] if port is None else port)

    @classmethod
    def at(cls, url: str) -> Place:
        """The place that an address leads to.

        Raises:
            RefusedError: as of `of`; or it is no address.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as problem:
            raise RefusedError(f"is no address ({problem})") from None
        return cls.of(parts.scheme, _ascii(host), port, named=bool(parts.username or parts.password))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port in PORTS.values() else f"{host}:{self.port}"


class Hosts(msgspec.Struct, frozen=True):
    """The hosts that a source may ask.

    `names` are "www.example.hk", "*.example.hk", "[2001:db8::1]" or any of them with a port; without one the ports are
    80 and 443.
    """

    names: tuple[str, ...]

    @classmethod
    def of(cls, addresses: Iterable[str], further: Iterable[str] = ()) -> Hosts:
        """The hosts of a source's own addresses, with the ports that they name, and further ones.

        An address that is none has no host: it is refused when it is asked.
        """
        own: list[str] = []
        for address in addresses:
            try:
                place = Place.at(address)
            except RefusedError:
                continue
            own += [str(place)]
        return cls(tuple(dict.fromkeys((*own, *further))))

    def check(self, url: str) -> None:
        """Check an address before it is asked.

        Raises:
            RefusedError: it is not http(s), has a name or password in it, or leads to another host or port.
        """
        self.permit(Place.at(url))

    def permit(self, place: Place) -> None:
        """Check a place before it is asked.

        Raises:
            RefusedError: it is not one of these.
        """
        if not any(_is_meant(name, place) for name in self.names):
            raise RefusedError(f"{place} is not a host of this source; if it should be asked, name it in `hosts`")


def _is_meant(name: str, place: Place) -> bool:
    """Whether a name of `Hosts` means a place."""
    found = _NAMED.fullmatch(name)
    if not found or (place.port != int(found["port"]) if found["port"] else place.port not in PORTS.values()):
        return False
    try:
        host = _usual(_ascii(found["host"] or found["ip"]))
    except RefusedError:
        return False
    return place.host.endswith(f".{host}") if found["below"] else place.host == host


def _usual(host: str) -> str:
    """The one spelling of a host.

    Raises:
        RefusedError: it is no name and no IP address: what its characters mean depends on who reads them.
    """
    usual = host.removesuffix(".").lower()
    try:
        ip = ipaddress.ip_address(usual)
    except ValueError:
        if not _NAME.fullmatch(usual) or len(usual) > _LONGEST_NAME:
            raise RefusedError(f'is no address ("{host[:100]}" is no host)') from None
        return usual
    if "%" in usual:
        raise RefusedError(f'is no address ("{host[:100]}" has a zone)')
    return str(ip)


def _ascii(host: str) -> str:
    """A host in its ASCII form, by the rules that httpx has for it (IDNA 2008)."""
    if host.isascii():
        return host
    import idna  # noqa: PLC0415 - few hosts have other characters

    try:
        return idna.encode(host.lower()).decode("ascii")
    except UnicodeError:
        raise RefusedError(f'is no address ("{host[:100]}" is no host)') from None


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host.

    Raises:
        UnknownNameError: the name does not resolve.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        passes = isinstance(problem, socket.gaierror) and problem.errno in (socket.EAI_AGAIN, socket.EAI_FAIL)
        said = problem.strerror if isinstance(problem, OSError) else "it is no name"
        raise UnknownNameError(f"the name {host[:100]} does not resolve ({said})", passes=passes) from None
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def is_public(address: str) -> bool:
    """Whether an IP address is one that anyone on the internet may be sent to (IANA special-purpose registries)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6 and ip not in _INTERNET:  # noqa: PLR2004 - IPv6 is a name
        return False
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
        UnknownNameError: the name does not resolve.
        RefusedError: any of its addresses is private.
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

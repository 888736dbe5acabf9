"""Redirects that lead nowhere, or where nobody may be led; and addresses whose server cannot be believed."""

from __future__ import annotations

from functools import partial

from tests.faults.fault import Fault, Spot
from tests.loopback import Conversation, Route, redirect

PUBLIC, OTHER, SECURE, PLAIN = "93.184.216.10", "93.184.216.11", "93.184.216.12", "93.184.216.13"
"""Addresses of the invented internet."""
NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "inside.example": (("10.0.0.7",),),
    "localhost": (("127.0.0.1",),),
    "loop.example": (("127.0.0.1",),),
    "six.example": (("fd00::7",),),
    "both.example": ((OTHER, "192.168.1.7"),),
    "turning.example": ((OTHER,), ("127.0.0.1",)),
    "metadata.example": (("169.254.169.254",),),
}
"""What names resolve to, one answer after the other. At OTHER every connection is closed."""
PLACES = {
    "127.0.0.1 on another port": "127.0.0.1:{port}",
    "localhost": "localhost:{port}",
    "0.0.0.0": "0.0.0.0:{port}",  # noqa: S104 - nobody listens there
    "10/8": "10.0.0.1",
    "172.16/12": "172.16.0.1",
    "192.168/16": "192.168.1.1",
    "the metadata service": "169.254.169.254",
    "CGNAT": "100.64.0.1",
    "multicast": "224.0.0.1",
    "broadcast": "255.255.255.255",
    "reserved": "240.0.0.1",
    "[::1]": "[::1]",
    "[::]": "[::]",
    "ULA": "[fd12:3456::1]",
    "link-local": "[fe80::1]",
    "IPv6 multicast": "[ff02::1]",
    "IPv4-mapped": "[::ffff:127.0.0.1]",
    "NAT64": "[64:ff9b::7f00:1]",
    "6to4": "[2002:7f00:1::]",
    "Teredo": "[2001:0:7f00:1::]",
    **{f"a name ({name})": name for name in NAMES if "." in name},
}
"""What may not be connected to, as a host."""
HOSTS = tuple(place.partition(":{")[0] for place in PLACES.values())
_refused = partial(Fault, group="redirects to what is refused")
_endless = partial(Fault, group="endless redirects", says="more than 5 redirects")
_tls = partial(Fault, group="TLS")
_PRIVATE = "an address of a private network"


def _to(place: str) -> Fault:
    return _refused(
        place,
        route=lambda spot: redirect(f"http://{PLACES[place].format(port=spot.inside)}/secret"),
        # One that turns is refused the second time; where nothing is tried a second time, it never came to that.
        says=_PRIVATE if "turning" not in place else f"{_PRIVATE}|disconnected",
    )


def _chain(_: Spot) -> Route:
    def route(conversation: Conversation) -> None:
        path, _, number = conversation.request.path.partition("?step=")
        redirect(f"{path}?step={int(number or 0) + 1}")(conversation)

    return route


LEADS = (
    _endless("to itself", route=lambda spot: redirect(spot.ask.path)),
    _endless("a chain", route=_chain),
    *map(_to, PLACES),
    _refused(
        "a host of somebody else", route=lambda _: redirect("http://stranger.example/"), says="not a host of this"
    ),
    _refused(
        "another port",
        route=lambda spot: redirect(f"http://broken.example:8080{spot.ask.path}"),
        says="not a host of this",
    ),
    _refused(
        "a name and a password",
        route=lambda spot: redirect(f"http://a:b@broken.example{spot.ask.path}"),
        says="password",
    ),
    _refused("file:", route=lambda _: redirect("file:///etc/hostname"), says='"file:" is not asked'),
    _refused("ftp:", route=lambda _: redirect("ftp://broken.example/x"), says='"ftp:" is not asked'),
    _refused("data:", route=lambda _: redirect("data:text/html,hello"), says='"data:" is not asked|is no address'),
    _refused(
        "no address", route=lambda _: redirect("http://[::broken/"), says="no address|location header", passes=True
    ),
    _refused("a redirect to nowhere", route=lambda _: redirect(""), says="HTTP 302|redirect"),
    _tls("a self-signed certificate", route=lambda _: redirect("https://secure.example/"), says="certificate"),
    _tls(
        "plain HTTP where TLS is due",
        route=lambda _: redirect("https://plain.example/"),
        says="ssl|tls",
        leads="plain.example/",
        passes=True,
    ),
)

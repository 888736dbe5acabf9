"""Proxies: asked only where the config says so, and no way round the guard."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from feedpub.collect.http import dialer
from feedpub.configtables import HttpTable
from feedpub.errors import FetchError, RefusedAddressError, TemporaryError
from tests import loopback
from tests.collect.http.asking import LIMIT, SOON, Network, client
from tests.collect.http.secure import Proxy, TlsLoopback, certificate
from tests.loopback import Loopback

OURS, AT = "203.198.7.10", "10.0.0.99"
PAGE, SECURE = "http://news.example/page", "https://news.example/page"
PROXY = "http://proxy.example:3128"
NAMES: dict[str, list[tuple[str, ...]]] = {
    "news.example": [(OURS,)],
    "proxy.example": [(AT,)],
    "inside.example": [("10.0.0.7",)],
}


@pytest.fixture(autouse=True)
def _no_proxies_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as running:
        yield running


def get(url: str, proxy: str, *, hosts: tuple[str, ...] = (), allow_private: bool = False, attempts: int = 1) -> bytes:
    limits = HttpTable(timeout=SOON, attempts=attempts, retry_wait=0.01, proxy=proxy)
    with client([url, *hosts], limits=limits, allow_private=allow_private) as asking:
        return asking.get(url, max_bytes=LIMIT).body


def headers(head: str) -> Mapping[str, str]:
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])}


def test_a_page_is_asked_for_through_the_proxy_of_the_config(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, NAMES, {AT: proxy})
    assert get(PAGE, PROXY) == b"from the proxy"
    # The proxy may be in a private network: it is the operator's own.
    assert network.dialled == [AT]
    (head,) = proxy.heads
    assert head.startswith("GET http://news.example/page HTTP/1.1\r\n")
    assert headers(head)["host"] == "news.example"
    assert "proxy-authorization" not in headers(head)


def test_a_secure_page_is_asked_for_through_a_tunnel(
    tmp_path: Path, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, "news.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    dialer._trust.cache_clear()  # noqa: SLF001 - it is loaded once for a process
    with TlsLoopback(pem) as server:
        server.routes["/page"] = loopback.page("text")
        proxy.target = server
        network = Network(monkeypatch, NAMES, {AT: proxy})
        try:
            assert get(SECURE, "http://user:secret@proxy.example:3128") == b"text"
            with pytest.raises(FetchError, match=r"certificate is not trusted \(Hostname mismatch"):
                get("https://other.example/page", PROXY, attempts=3)
        finally:
            dialer._trust.cache_clear()  # noqa: SLF001 - as above
        assert network.dialled == [AT, AT]
        first, second = proxy.heads
        assert first.startswith("CONNECT news.example:443 HTTP/1.1\r\n")
        assert second.startswith("CONNECT other.example:443 HTTP/1.1\r\n")
        assert "proxy-authorization" in headers(first)
        assert "proxy-authorization" not in server.requests[0].headers


# The guard


@pytest.mark.parametrize("url", ["http://inside.example/x", "http://10.0.0.1/x", "http://127.1/x", "https://[::1]/x"])
def test_a_private_address_behind_the_proxy_is_refused(url: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, NAMES, {AT: proxy})
    with pytest.raises(RefusedAddressError, match="an address of a private network"):
        get(url, PROXY)
    assert (network.dialled, proxy.heads) == ([], [])
    if url.startswith("http:"):
        assert get(url, PROXY, allow_private=True) == b"from the proxy"


def test_the_proxys_own_address_is_no_page(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    Network(monkeypatch, NAMES, {AT: proxy})
    with pytest.raises(RefusedAddressError, match="an address of a private network"):
        get(f"{PROXY}/x", PROXY)
    assert proxy.heads == []


def test_a_name_that_only_the_proxy_knows_is_asked_for(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    Network(monkeypatch, {"proxy.example": [(AT,)]}, {AT: proxy})
    assert get(PAGE, PROXY) == b"from the proxy"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://inside.example/", "an address of a private network"),
        ("http://169.254.169.254/", "an address of a private network"),
        ("http://stranger.example/", "not a host of this source"),
    ],
)
def test_a_redirect_through_the_proxy_is_checked(target: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback({PAGE: loopback.redirect(target)}) as forwarding:
        Network(monkeypatch, NAMES, {AT: forwarding})
        with pytest.raises(RefusedAddressError, match=said):
            get(PAGE, PROXY, hosts=("http://inside.example/", "http://169.254.169.254/"))
        assert forwarding.paths == [PAGE]


# What goes wrong


def test_a_proxy_that_refuses_a_tunnel_is_told(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    Network(monkeypatch, NAMES, {AT: proxy})
    proxy.status = "403 Forbidden"
    with pytest.raises(FetchError) as refused:
        get(SECURE, PROXY, attempts=3)
    assert str(refused.value) == f"{SECURE}: the proxy says 403 Forbidden"
    assert len(proxy.heads) == 1


def test_a_proxy_that_cannot_reach_the_host_may_the_next_time(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    Network(monkeypatch, NAMES, {AT: proxy})
    proxy.status = "502 Bad Gateway"
    with pytest.raises(TemporaryError, match="the proxy says 502 Bad Gateway"):
        get(SECURE, PROXY, attempts=3)
    assert len(proxy.heads) == 3


@pytest.mark.parametrize("url", [PAGE, SECURE])
@pytest.mark.parametrize("status", ["407 Proxy Authentication Required", "502 Bad Gateway", "gone"])
def test_what_a_proxy_is_told_to_know_one_by_is_in_no_message(
    url: str, status: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    Network(monkeypatch, NAMES, {} if status == "gone" else {AT: proxy})
    proxy.status = status
    with pytest.raises(FetchError) as failed:
        get(url, "http://someone:p%40ss-word@proxy.example:3128")
    assert "someone" not in str(failed.value)
    assert "ss-word" not in str(failed.value)
    if proxy.heads:
        sent = headers(proxy.heads[0])["proxy-authorization"].removeprefix("Basic ")
        assert base64.b64decode(sent) == b"someone:p@ss-word"


def test_a_password_may_have_any_character(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    Network(monkeypatch, NAMES, {AT: proxy})
    get(PAGE, "http://%E6%B8%AF:%C3%A9@proxy.example:3128")
    sent = headers(proxy.heads[0])["proxy-authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == "港:é"


@pytest.mark.parametrize(
    "address",
    ["socks5://someone:secret@proxy.example:1080", "http://someone:secret@[::1", "http://someone:secret@proxy.example:x",
     "http://", "ftp://someone:secret@proxy.example/"],
)  # fmt: skip
def test_an_address_that_no_proxy_has_is_told_without_its_password(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(monkeypatch, NAMES)
    monkeypatch.setenv("http_proxy", address)
    for proxy in (address, "environment"):
        with pytest.raises(FetchError, match="proxy") as failed:
            get(PAGE, proxy)
        assert "secret" not in str(failed.value)
    assert network.dialled == []


# The environment


def test_the_environment_says_nothing_unless_the_config_asks_it(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback({"/page": loopback.page("direct")}) as server:
        Network(monkeypatch, NAMES, {AT: proxy, OURS: server})
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, PROXY)
        assert get(PAGE, "") == b"direct"
        assert get(PAGE, "environment") == b"from the proxy"
    assert len(proxy.heads) == 1


@pytest.mark.parametrize("address", [PROXY, "proxy.example:3128", "http://PROXY.example:3128/"])
def test_the_environment_names_a_proxy_with_its_scheme_or_without(
    address: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(monkeypatch, NAMES, {AT: proxy})
    monkeypatch.setenv("http_proxy", address)
    assert get(PAGE, "environment") == b"from the proxy"
    assert network.dialled == [AT]


def test_the_environment_names_one_for_each_scheme(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback({"/page": loopback.page("direct")}) as server:
        Network(monkeypatch, NAMES, {AT: proxy, OURS: server})
        monkeypatch.setenv("https_proxy", PROXY)
        proxy.status = "403 Forbidden"
        assert get(PAGE, "environment") == b"direct"
        with pytest.raises(FetchError, match="the proxy says 403"):
            get(SECURE, "environment")


@pytest.mark.parametrize("value", ["news.example", "example", ".example", "*", "other.test, news.example:80"])
def test_hosts_that_the_environment_excepts_are_asked_directly(
    value: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Loopback({"/page": loopback.page("direct")}) as server:
        Network(monkeypatch, NAMES, {AT: proxy, OURS: server})
        monkeypatch.setenv("http_proxy", PROXY)
        monkeypatch.setenv("no_proxy", value)
        assert get(PAGE, "environment") == b"direct"
        with pytest.raises(RefusedAddressError, match="an address of a private network"):
            get("http://inside.example/", "environment")
    assert proxy.heads == []

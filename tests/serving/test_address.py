"""Where a server listens."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from feedpub.errors import ConfigError
from feedpub.serving import address, server
from feedpub.serving.address import Address


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:8000", "127.0.0.1", 8000),
        ("0.0.0.0:80", "0.0.0.0", 80),  # noqa: S104 - only read
        ("localhost:65535", "localhost", 65535),
        ("news.example.hk:8080", "news.example.hk", 8080),
        ("[::1]:8000", "::1", 8000),
        ("[::]:0", "::", 0),
        ("[fe80::1%eth0]:8000", "fe80::1%eth0", 8000),
        (":8000", "127.0.0.1", 8000),
        ("8000", "127.0.0.1", 8000),
        ("0", "127.0.0.1", 0),
    ],
)
def test_an_address_is_a_host_and_a_port_and_without_a_host_this_machine(text: str, host: str, port: int) -> None:
    assert address.parse(text) == Address(host, port)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "::1",
        "::1:8000",
        "[::1]",
        "[::1:80",
        "::1]:80",
        "http://localhost:8000",
        "a b:80",
        "a@b:80",
        ":",
        "host:",
        "host:-1",
        "host:\uff18",
        "host:123456",
        "host:80/",
        "8000\n",
    ],
)
def test_what_is_none_is_said_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not HOST:PORT, like 127\.0\.0\.1:8000"):
        address.parse(text)


def test_a_port_has_an_upper_end() -> None:
    with pytest.raises(ValueError, match="from 0 to 65535"):
        address.parse("localhost:65536")


@pytest.mark.parametrize("text", ["127.0.0.1:8000", "[::1]:8000"])
def test_it_is_written_as_it_is_read(text: str) -> None:
    assert str(address.parse(text)) == text


def test_a_port_in_use_is_said() -> None:
    with closing(server.listen(Address("127.0.0.1", 0))) as one:
        port = one.getsockname()[1]
        with pytest.raises(ConfigError, match=f"127.0.0.1:{port}: cannot listen there: Address already in use"):
            server.listen(Address("127.0.0.1", port))


def test_an_address_of_another_machine_is_said() -> None:
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1:0: cannot listen there: Cannot assign"):
        server.listen(Address("192.0.2.1", 0))


def test_a_host_that_there_is_not_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ConfigError, match=r"none\.example:80: there is no such host"):
        server.listen(Address("none.example", 80))


def test_a_name_that_no_host_can_have_is_said() -> None:
    with pytest.raises(ConfigError, match="there is no such host"):
        server.listen(Address("a" * 70 + ".example", 80))

"""Connections that are to be secure, and are not: one clear line each."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedpub.collect.http import dialer
from feedpub.configtables import HttpTable
from feedpub.errors import FetchError, TemporaryError
from tests import loopback
from tests.collect.http.asking import LIMIT, SOON, Network, client, in_turn, reset, sent
from tests.collect.http.secure import TlsLoopback, certificate
from tests.loopback import Loopback

OURS = "203.198.7.10"
PAGE = "https://news.example/page"
QUICK = HttpTable(timeout=SOON, retry_wait=0.01)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificates"), "news.example")


@pytest.fixture
def server(pem: Path) -> Iterator[TlsLoopback]:
    with TlsLoopback(pem) as running:
        running.routes["/page"] = loopback.page("text")
        yield running


@pytest.fixture
def trusted(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if the certificate were that of an authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    dialer._trust.cache_clear()  # noqa: SLF001 - it is loaded once for a process
    yield
    dialer._trust.cache_clear()  # noqa: SLF001 - as above


def get(url: str, *, allow_private: bool = False, limits: HttpTable = QUICK) -> bytes:
    with client(url, limits=limits, allow_private=allow_private) as asking:
        return asking.get(url, max_bytes=LIMIT).body


@pytest.mark.usefixtures("trusted")
def test_a_server_whose_certificate_is_trusted_is_asked(server: TlsLoopback, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(monkeypatch, {"news.example": [(OURS,)]}, {OURS: server})
    assert get(PAGE) == b"text"
    assert network.dialled == [OURS]
    assert server.requests[0].headers["host"] == "news.example"


@pytest.mark.usefixtures("trusted")
def test_what_is_trusted_is_loaded_once(server: TlsLoopback, monkeypatch: pytest.MonkeyPatch) -> None:
    Network(monkeypatch, {"news.example": [(OURS,)]}, {OURS: server})
    server.routes["/page"] = loopback.answer(b"text", headers={"Connection": "close"})
    with client(PAGE, allow_private=False) as asking:
        for _ in range(3):
            asking.get(PAGE, max_bytes=LIMIT)
    assert dialer._trust.cache_info().misses == 1  # noqa: SLF001 - as above


def test_a_certificate_that_is_not_trusted_is_told_and_not_tried_again(
    server: TlsLoopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(monkeypatch, {"news.example": [(OURS,)]}, {OURS: server})
    with pytest.raises(FetchError) as refused:
        get(PAGE)
    assert str(refused.value) == f"{PAGE}: its certificate is not trusted (self-signed certificate)"
    assert not isinstance(refused.value, TemporaryError)
    assert (network.dialled, server.paths) == ([OURS], [])


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_name_is_told_and_not_tried_again(
    server: TlsLoopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Network(monkeypatch, {"other.example": [(OURS,)]}, {OURS: server})
    with pytest.raises(
        FetchError, match=r"certificate is not trusted \(Hostname mismatch, .*'other\.example'\)"
    ) as refused:
        get("https://other.example/page")
    assert not isinstance(refused.value, TemporaryError)
    assert (network.dialled, server.paths) == ([OURS], [])


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_the_name_is_none_for_the_address(
    server: TlsLoopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    Network(monkeypatch, {}, {OURS: server})
    with pytest.raises(FetchError, match=r"certificate is not trusted \(IP address mismatch"):
        get(f"https://{OURS}/page")


@pytest.mark.usefixtures("trusted")
def test_a_redirect_to_a_server_that_is_not_trusted_is_told(
    server: TlsLoopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    Network(monkeypatch, {"news.example": [(OURS,)], "other.example": [(OURS,)]}, {OURS: server})
    server.routes["/page"] = loopback.redirect("https://other.example/page")
    said = r"^https://news\.example/page: its certificate is not trusted"
    asking = client([PAGE, "https://other.example/"], allow_private=False)
    with asking, pytest.raises(FetchError, match=said):
        asking.get(PAGE, max_bytes=LIMIT)


def test_a_server_that_speaks_no_tls_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback() as plain:
        network = Network(monkeypatch, {"news.example": [(OURS,)]}, {OURS: plain})
        with pytest.raises(TemporaryError) as failed:
            get(PAGE)
    assert str(failed.value) == f"{PAGE}: no TLS connection (wrong version number)"
    assert network.dialled == [OURS] * 3


def test_a_server_that_speaks_only_tls_is_told(server: TlsLoopback, monkeypatch: pytest.MonkeyPatch) -> None:
    Network(monkeypatch, {"news.example": [(OURS,)]}, {OURS: server})
    with pytest.raises(TemporaryError, match=r"^http://news\.example:443/page: [^\n]+$"):
        get("http://news.example:443/page")


class Mute:
    """A server that takes connections, and does one thing with each instead of a handshake."""

    def __init__(self, end: str) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        self.kept: list[socket.socket] = []
        self._end = end
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                made, _ = self.listening.accept()
            except OSError:
                return
            self.kept.append(made)
            if self._end != "wait":
                made.recv(65_536)
            if self._end == "reset":
                made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            if self._end != "wait":
                made.close()

    def close(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for made in self.kept:
            made.close()


@pytest.mark.parametrize(
    ("end", "said"),
    [("reset", "reset by peer"), ("close", "no TLS connection|EOF"), ("wait", r"no answer within 0\.2 s")],
)
def test_a_handshake_that_breaks_or_does_not_end_is_told(end: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mute = Mute(end)
    try:
        network = Network(monkeypatch, {"news.example": [(OURS,)]}, {OURS: mute})
        with pytest.raises(TemporaryError, match=f"^{PAGE}: [^\n]*({said})[^\n]*$"):
            get(PAGE, limits=HttpTable(timeout=0.2, retry_wait=0.01, attempts=2))
        assert network.dialled == [OURS] * 2
    finally:
        mute.close()


@pytest.mark.usefixtures("trusted")
def test_a_connection_that_is_reset_may_go_well_the_next_time(
    server: TlsLoopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    Network(monkeypatch, {"news.example": [(OURS,)]}, {OURS: server})
    server.routes["/page"] = in_turn(sent(end=reset), loopback.page("text"))
    assert get(PAGE) == b"text"


@pytest.mark.usefixtures("trusted")
def test_a_body_that_drips_over_tls_is_left_at_the_deadline(
    server: TlsLoopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    Network(monkeypatch, {"news.example": [(OURS,)]}, {OURS: server})
    server.routes["/page"] = loopback.dripping(b"x", times=80, every=0.05)
    with pytest.raises(TemporaryError, match=r"took longer than 0\.4 s"):
        get(PAGE, limits=HttpTable(timeout=2, deadline=0.4, attempts=1))

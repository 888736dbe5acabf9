"""The output directory over HTTP while it changes, and how serving it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from feedpub.model import Document
from feedpub.publish.directory import Directory
from feedpub.serving.address import LOOPBACK
from tests.deploy import site as sites
from tests.deploy.site import Site, body
from tests.serving.here import served, settings

ATOM = "feeds/all/en.atom"
PATIENCE = 10.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    what = settings(tmp_path_factory.mktemp("served"))
    sites.make(what.output)
    with served(what) as one:
        yield one


# While it changes


def test_what_is_sent_is_one_version_whole_while_others_take_its_place(tmp_path: Path) -> None:
    what = settings(tmp_path)
    directory, stop = Directory(what.output, ("gzip",)), threading.Event()

    def write(number: int) -> None:
        # Several reads long, and each version of another length.
        directory.write(Document(path=ATOM, media_type="", body=f"{number:06}\n".encode() * (120_000 + number)))

    def keep_writing() -> None:
        number = 1
        while not stop.is_set():
            write(number)
            number += 1

    write(0)
    seen: dict[str, bytes] = {}
    versions: set[bytes] = set()
    writing = threading.Thread(target=keep_writing)
    with served(what) as one:
        writing.start()
        try:
            until = time.monotonic() + 2
            while time.monotonic() < until or len(versions) < 3:
                with httpx.Client() as client:
                    for encoding in ("identity", "gzip"):
                        answer = client.get(
                            f"http://127.0.0.1:{one.port}/{ATOM}", headers={"Accept-Encoding": encoding}
                        )
                        lines = answer.content.split(b"\n")
                        assert len(set(lines[:-1])) == 1, "of several versions"
                        assert len(lines) - 1 == 120_000 + int(lines[0]), "not whole"
                        assert seen.setdefault(answer.headers["ETag"], lines[0]) == lines[0], "a tag is of one version"
                        versions.add(lines[0])
                assert time.monotonic() < until + PATIENCE, "nothing is written"
        finally:
            stop.set()
            writing.join(PATIENCE)


def test_a_file_that_is_cut_while_it_is_sent_is_not_taken_for_whole(tmp_path: Path) -> None:
    what = settings(tmp_path)
    place = what.output / "embed/large.txt"
    place.parent.mkdir(parents=True)
    size = 30_000_000
    place.write_bytes(b"x" * size)
    with served(what) as one, closing(socket.create_connection((LOOPBACK, one.port), PATIENCE)) as client:
        client.sendall(b"GET /embed/large.txt HTTP/1.1\r\nHost: a\r\n\r\n")
        got = client.recv(1000)
        os.truncate(place, 1000)
        total = len(got)
        while more := client.recv(1 << 20):
            total += len(more)
    assert b"content-length: 30000000" in got
    assert total < size


# The end


def test_open_connections_do_not_hold_up_the_end(tmp_path: Path) -> None:
    what = settings(tmp_path)
    sites.make(what.output)
    clients = [HTTPConnection("127.0.0.1", 1, timeout=PATIENCE) for _ in range(3)]
    with served(what) as one:
        for client in clients:
            client.port = one.port
            client.request("GET", "/")
            assert client.getresponse().read() == body("index.html")
        idle = socket.create_connection((LOOPBACK, one.port), PATIENCE)
        half = socket.create_connection((LOOPBACK, one.port), PATIENCE)
        half.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
        ending = time.monotonic()
    assert time.monotonic() - ending < 1.5
    for client in clients:
        client.close()
    idle.close()
    half.close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((LOOPBACK, one.port), PATIENCE)


def test_nor_does_who_does_not_read_what_was_asked_for(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    what = settings(tmp_path)
    place = what.output / "embed/large.txt"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"x" * 30_000_000)
    with served(what) as one:
        client = socket.create_connection((LOOPBACK, one.port), PATIENCE)
        client.sendall(b"GET /embed/large.txt HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.recv(10)
        ending = time.monotonic()
    assert time.monotonic() - ending < 4
    client.close()
    assert capfd.readouterr().err == ""


def test_signals_are_left_to_who_started_it(site: Site) -> None:
    site.ask("/en/")
    proc = Path("/proc/self/task")
    if not proc.is_dir():
        pytest.skip("there is no /proc that tells which signals a thread takes")
    (serving,) = [one for one in threading.enumerate() if one.name == "serving"]
    blocked = int(re.findall(r"SigBlk:\s*(\w+)", (proc / f"{serving.native_id}/status").read_text())[0], 16)
    for number in (signal.SIGTERM, signal.SIGINT):
        assert blocked & 1 << (number - 1)
        assert number not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_what_is_no_http_is_told_so(site: Site) -> None:
    with closing(socket.create_connection((LOOPBACK, site.port), PATIENCE)) as client:
        client.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        assert client.recv(1000).startswith(b"HTTP/1.1 400")
    assert site.ask("/").status == 200

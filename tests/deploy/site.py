"""A small output directory, and a real web server that serves it on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path

import pytest

from feedpub.model import Document
from feedpub.publish.directory import Directory

SNIPPETS = Path(__file__).resolve().parents[2] / "config/deploy"
HOST = "news.example.hk"
HUB = "https://hub.example.hk/?of=news"
_PATIENCE = 10.0

ATOM, RSS = "application/atom+xml; charset=utf-8", "application/rss+xml; charset=utf-8"
JSON_FEED, OPML = "application/feed+json; charset=utf-8", "text/x-opml; charset=utf-8"
HTML = "text/html; charset=utf-8"
JAVASCRIPT, BYTES = "text/javascript; charset=utf-8", "application/octet-stream"
TYPES = {
    "feeds/all/en.atom": ATOM,
    "feeds/all/zh-Hant.rss": RSS,
    "feeds/topics/health/bilingual.json": JSON_FEED,
    "feeds/all/archive/en/2019-07.atom": ATOM,
    "feeds.opml": OPML,
    "feeds/en.opml": OPML,
    "index.html": HTML,
    "en/index.html": HTML,
    "topics/health/index.html": HTML,
    "embed/list.html": HTML,
    "embed/list.js": JAVASCRIPT,
    "embed/list.css": "text/css; charset=utf-8",
    "embed/latest.json": "application/json",
    "embed/topics/health/en.html": HTML,
    "embed/topics/health/en.inc": HTML,
    "embed/topics/health/en.oembed.json": "application/json",
    "en/search/index.html": HTML,
    "search/pagefind.js": JAVASCRIPT,
    "search/pagefind-entry.json": "application/json",
    "search/wasm.en.pagefind": BYTES,
    "search/fragment/en_3b5c2a1.pf_fragment": BYTES,
    "search/index/en_0f1e2d3.pf_index": BYTES,
    "search/pagefind.en_4c5b6a7.pf_meta": BYTES,
    "search/engine.wasm": "application/wasm",
    "assets/site.css": "text/css; charset=utf-8",
    "assets/site.js": JAVASCRIPT,
    "assets/icon.svg": "image/svg+xml; charset=utf-8",
    "images/0a/0a1b2c3d.webp": "image/webp",
    "icons/0a1b2c3d.jpg": "image/jpeg",
    "status.html": HTML,
    "en/status.html": HTML,
    "status.json": "application/json",
    "404.html": HTML,
}
"""The documents of the directory, and the media type that each is to be served with."""


@dataclass(frozen=True)
class Answer:
    """What a server answered; `body` is as it was sent, so perhaps compressed."""

    status: int
    headers: Message
    body: bytes

    def __getitem__(self, name: str) -> str | None:
        found: str | None = self.headers[name]
        return found


@dataclass(frozen=True)
class Site:
    """A server on a port, and the output directory that it serves."""

    root: Path
    port: int

    def ask(self, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Answer:
        """Ask for a path, which is sent as it stands."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)) as connection:
            connection.request(method, path, headers={"Host": HOST, **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())


def body(path: str) -> bytes:
    """What a document of the directory holds."""
    return f"港 {path}\n".encode() * 50


def publish(root: Path, path: str, content: bytes | None = None) -> None:
    """Publish a document as feedpub does, with its compressed files."""
    content = body(path) if content is None else content
    Directory(root, ("gzip", "br")).write(Document(path=path, media_type="", body=content))


def make(root: Path) -> Path:
    """Make the output directory, with what a run that was cut off left behind."""
    for path in TYPES:
        publish(root, path)
    (root / "feeds/all/.en.atom.feedpub-tmp").write_bytes(b"half")
    (root / ".well-known").mkdir()
    (root / ".well-known/security.txt").write_bytes(b"Contact: mailto:webmaster@example.hk\n")
    return root


def program(name: str) -> str:
    """The path of a server's program; the test is skipped where there is none."""
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin")))
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: apt-get install {name})")
    return found


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(command: Sequence[str], port: int, log: Path, **environment: str) -> Iterator[None]:
    """Run a server until the block is left; what it says goes to `log`, and is shown if it does not start."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env={**os.environ, **environment}
        )
    try:
        _wait(process, port, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        with closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail(f"{process.args!r} does not answer:\n{log.read_text()}")

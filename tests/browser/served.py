"""A folder on a loopback server, as a web server shows it: with types, and with the troubles that a test asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote

from tests.loopback import Conversation, Loopback, Route, answer, late, redirect

LOOPBACK = "127.0.0.1"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".inc": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".wasm": "application/wasm",
}
STRICT = "default-src 'self'"
"""The Content-Security-Policy that every page works under."""
SEARCHING = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
"""That of the search pages, whose index is read by WebAssembly."""

ICON = "/favicon.ico"
"""What browsers ask for without being told to, where a page names no icon."""


def strict(path: str) -> dict[str, str]:
    """The headers of a careful web server."""
    policy = SEARCHING if "/search/" in path else STRICT
    return {"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff"}


def shared(path: str) -> dict[str, str]:
    """The headers of a web server whose feeds and embeds may be asked for from the pages of others."""
    open_to_all = "/feeds/" in path or "/embed/" in path
    return strict(path) | ({"Access-Control-Allow-Origin": "*"} if open_to_all else {})


def plain(_: str) -> dict[str, str]:
    """No headers but the type."""
    return {}


class Served(Loopback):
    """A folder, below a path. Use it as a context manager, as `Loopback`, whose `routes` go before the files.

    What may be changed while it runs:

    `headers` gives more headers for a path; `latency` is in seconds, before each answer; `offline` hangs up without an
    answer; paths of `missing` are not found; `statuses` are other answers than 200, by path.
    """

    def __init__(
        self,
        folder: Path,
        below: str = "/",
        headers: Callable[[str], Mapping[str, str]] = strict,
        routes: Mapping[str, Route] | None = None,
    ) -> None:
        super().__init__(routes)
        self.folder, self.below, self.headers = folder, below, headers
        self.latency, self.offline = 0.0, False
        self.missing: set[str] = set()
        self.statuses: dict[str, int] = {}

    def at(self, path: str = "") -> str:
        """The address of a file of the folder: "en/index.html"."""
        return self.address(self.below) + path

    def route(self, path: str) -> Route:
        if self.offline:
            return _no_answer
        name = path.partition("?")[0]
        given = self.routes.get(path) or self.routes.get(name) or (_nothing if name == ICON else None)
        return late(given or self._file(name), self.latency)

    def _file(self, name: str) -> Route:
        place = (self.folder / unquote(name.removeprefix(self.below))).resolve()
        if name.startswith(self.below) and place.is_dir():
            if not name.endswith("/"):
                return redirect(f"{name}/", 301)
            place /= "index.html"
        found = name.startswith(self.below) and place.is_relative_to(self.folder.resolve()) and place.is_file()
        if not found or name in self.missing:
            return answer(b"no such page", status=404, headers={"Content-Type": "text/plain", **self.headers(name)})
        kind = TYPES.get(place.suffix, "application/octet-stream")
        if kind == "application/json" and "/feeds/" in name:
            kind = "application/feed+json"
        status = self.statuses.get(name, 200)
        return answer(place.read_bytes(), status=status, headers={"Content-Type": kind, **self.headers(name)})


def _nothing(conversation: Conversation) -> None:
    conversation.head(204, {})


def _no_answer(conversation: Conversation) -> None:
    conversation.hang_up()

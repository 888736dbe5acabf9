"""A portal that embeds an invented town's feeds: two servers on two ports, as two hosts are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.served import Served
from tests.loopback import answer
from tests.site import harbour

PASTED = '<feedpub-latest feed="health" lang="auto" count="5"></feedpub-latest>'
ERROR = "The latest entries cannot be shown at the moment."
MISSING = "There is no such feed."
BOX = "feedpub-latest .box"
"""Where the element's own content is."""
NOON = "2026-11-18T16:45:00+08:00"
"""What a visitor's clock says: a quarter of an hour after the newest story."""
_HEAD = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Portal</title>'


@dataclass(frozen=True)
class Portal:
    """The two servers. `violations` of the portal's policy are counted in its pages."""

    feeds: Served
    own: Served

    def line(self, element: str = PASTED) -> str:
        """What an editor pastes: the script's line and an element."""
        return f'<script src="{self.feeds.at("embed/feedpub.js")}" async></script>{element}'

    def put(self, body: str, lang: str = ' lang="en"', style: str = "") -> str:
        """Make a page of the portal, and give its address."""
        page = (
            f'<!DOCTYPE html><html{lang}><head>{_HEAD}<link rel="stylesheet" href="portal.css"></head>'
            f"<body><main><h1>Portal</h1>{body}</main></body></html>"
        )
        (self.own.folder / "portal.css").write_text(style)
        (self.own.folder / "index.html").write_text(page)
        return self.own.at()

    def say(self, feed: str, language: str, data: Any) -> None:
        """Replace the data of a feed, as JSON, or as it is where it is bytes."""
        place = self.feeds.folder / "embed" / feed / f"{language}.json"
        place.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())

    def data(self, feed: str, language: str) -> dict[str, Any]:
        """The data of a feed."""
        found: dict[str, Any] = json.loads((self.feeds.folder / "embed" / feed / f"{language}.json").read_text())
        return found


def opened(serve: Callable[..., Served], folder: Path, languages: tuple[str, ...] = ("en", "zh-Hant")) -> Portal:
    """The town's feeds, served to all, and a portal whose policy allows their script, their data and their frames."""
    (folder / "portal").mkdir(parents=True)
    (folder / "feeds").mkdir()
    feeds = serve(folder / "feeds", headers=_open)
    origin = feeds.url.removesuffix("/")
    policy = "; ".join(
        (
            "default-src 'self'",
            *(f"{kind}-src {origin}" for kind in ("script", "connect", "frame")),
            "require-trusted-types-for 'script'",
        )
    )
    own = serve(folder / "portal", headers=lambda _: {"Content-Security-Policy": policy})
    own.routes["/favicon.ico"] = feeds.routes["/favicon.ico"] = answer()
    for document in harbour.everything(harbour.site(feeds.at(), languages)):
        place = feeds.folder / document.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(document.body)
    return Portal(feeds, own)


def _open(_: str) -> Mapping[str, str]:
    return {
        "Access-Control-Allow-Origin": "*",
        "Content-Security-Policy": "default-src 'self'",
        "X-Content-Type-Options": "nosniff",
    }


def titles(page: Page, within: str = "feedpub-latest") -> list[str]:
    """The titles of the stories that an element shows, once it does."""
    page.locator(f"{within} .link").first.wait_for()
    return page.locator(f"{within} .link").all_text_contents()


def expected(language: str, count: int) -> list[str]:
    """The titles of the newest stories."""
    return [one.title for one in harbour.stories(language, count)]

"""Our own web server, in this process, on a port that is free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from feedpub import config
from feedpub.collect.kinds import KINDS
from feedpub.config import Settings
from feedpub.serving import server
from feedpub.serving.address import LOOPBACK, Address
from tests.deploy.site import HOST, Site

CONFIG = """
[site]
base_url = "{base_url}"
title = {{ en = "News of the town", zh-Hant = "市鎮新聞" }}
languages = ["en", "zh-Hant"]
{site}
[output]
directory = "public"
[store]
url = "sqlite:///store.db"
{more}
[[source]]
id = "inbox"
kind = "files"
directory = "inbox"
language = "en"
"""


def settings(folder: Path, *, base_url: str = f"http://{HOST}/", site: str = "", more: str = "") -> Settings:
    """A config whose output directory is public/ in a folder."""
    (folder / "inbox").mkdir(exist_ok=True)
    place = folder / "feedpub.toml"
    place.write_text(CONFIG.format(base_url=base_url, site=site, more=more), "utf-8")
    return config.load(place, KINDS)


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def served(what: Settings, clock: Callable[[], datetime] = now) -> Iterator[Site]:
    """Serve the output directory of a config."""
    with server.running(what, Address(LOOPBACK, 0), clock) as serving:
        yield Site(what.output, urlsplit(serving.address).port or 0)

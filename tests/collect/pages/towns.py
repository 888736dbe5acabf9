"""Sites for sources with lists: files in a folder, served on loopback; the job over them; what was published, to read.

A folder of sites/ has `source.toml`, the keys of its source ("SERVER" is the server's address, `languages` the site's);
`www`, the files at their paths; `expected.txt`, what the feeds have then. A file "x.big5.htm" is served as "x.htm" in
Big5, of which nothing is declared.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.report import RunReport, SourceReport
from tests.loopback import Loopback, Route, validated

HKT = timezone(timedelta(hours=8))
HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 20, 18, 0, tzinfo=HKT)
SITES = Path(__file__).parent / "sites"
_NAMES = {"en": "News", "zh-Hant": "新聞", "pt": "Notícias", "fr": "Nouvelles"}
_OLD = ".big5"


def routes(www: Path) -> dict[str, Route]:
    """What a folder's files answer, each with an ETag."""
    return dict(_route(place, www) for place in sorted(www.rglob("*")) if place.is_file())


def _route(place: Path, www: Path) -> tuple[str, Route]:
    text, path = place.read_text("utf-8"), f"/{place.relative_to(www)}"
    if _OLD in path:
        return path.replace(_OLD, ""), page(text.encode("big5hkscs"), "text/html")
    return path, page(text.encode())


def page(raw: bytes | str, content_type: str = "text/html; charset=utf-8") -> Route:
    """A page with an ETag."""
    raw = raw.encode() if isinstance(raw, str) else raw
    return validated(raw, etag=f'"{hashlib.sha256(raw).hexdigest()[:16]}"', content_type=content_type)


class Site:
    """A site on a server, and a publisher of it below a folder. Its clock moves with every run."""

    def __init__(self, server: Loopback, name: str, folder: Path) -> None:
        self.server, self.folder, self.now = server, folder, NOW
        self.server.routes |= routes(SITES / name / "www")
        text = (SITES / name / "source.toml").read_text("utf-8")
        self.keys = tomllib.loads(text.replace("SERVER", server.url.removesuffix("/")))
        self.languages: list[str] = self.keys.pop("languages")

    def run(self, **changes: Any) -> RunReport:
        """Run the job, with some keys of the source changed."""
        self.now += HOUR
        return job.run(config.load(self.config(**changes), KINDS), job.Run(now=self.now))

    def report(self, **changes: Any) -> SourceReport:
        """Run the job; gives what its report says of the source."""
        (found,) = self.run(**changes).sources
        return found

    def config(self, **changes: Any) -> Path:
        """Write the config, with some keys of the source changed."""
        source = self.keys | changes | {"id": "town", "authority": "town.example"}
        source |= {"requests_per_second": 0, "allow_private_network": True}
        titles = {language: _NAMES[language] for language in self.languages}
        text = f"""
[site]
base_url = "https://news.example/"
title = {_inline(titles)}
languages = {json.dumps(self.languages)}
[output]
directory = "public"
compress = []
[store]
url = "sqlite:///store.db"
[http]
retry_wait = 0
[[source]]
""" + "".join(f"{key} = {_inline(value)}\n" for key, value in source.items())
        place = self.folder / "site.toml"
        place.write_text(text, "utf-8")
        return place

    def items(self, language: str) -> list[dict[str, Any]]:
        """The items of a feed, the newest first."""
        raw = (self.folder / "public" / "feeds" / "all" / f"{language}.json").read_bytes()
        found: list[dict[str, Any]] = json.loads(raw)["items"]
        return found

    def titles(self, language: str) -> list[str]:
        """The titles in a feed, the newest first."""
        return [one["title"] for one in self.items(language)]

    def item(self, title: str, language: str) -> dict[str, Any]:
        """The one item of a feed with a title."""
        (found,) = [one for one in self.items(language) if one["title"] == title]
        return found

    def published(self) -> str:
        """What the feeds have, for people to read."""
        lines = []
        for language in self.languages:
            lines.append(f"## {language}\n")
            lines += [_shown(item) for item in self.items(language)]
        written = "\n".join(lines).replace(self.server.url.removesuffix("/"), "SERVER")
        return written.replace(f"127.0.0.1:{self.server.port}", "HOST")

    def files(self) -> dict[str, bytes]:
        """The published feeds."""
        root = self.folder / "public" / "feeds"
        return {str(one.relative_to(root)): one.read_bytes() for one in sorted(root.rglob("*")) if one.is_file()}


def _shown(item: dict[str, Any]) -> str:
    extension = item["_feedpub"]
    lines = [f"{item['date_published']}  {item['title']}", f"  {item['id']}", f"  {item['url']}"]
    lines += [f"  in {one['language']}: {one['url']}" for one in extension["translations"]]
    attached = {one["url"]: one.get("title", "") for one in item.get("attachments", ())}
    lines += [f"  attached: {url} {title}".rstrip() for url, title in attached.items()]
    content = re.sub(r"<p><a [^>]*hreflang.*?</p>\Z", "", item["content_html"], flags=re.DOTALL)
    lines += [f"  | {line}" for line in content.splitlines()]
    return "\n".join(lines) + "\n"


def _inline(value: Any) -> str:
    """A value as TOML has it in one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_inline(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return msgspec.json.encode(value).decode()

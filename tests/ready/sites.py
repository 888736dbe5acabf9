"""The sources of config/sources, each with a small site in its shape on loopback, a folder beside this file.

The config is used as it is, but for the hosts: all are the test server, and nothing waits. In a site's `www`, "SERVER"
is the server; the file "v2@type=statements.xml" is what any query answers that has this parameter, and has no other
file with more of its parameters.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.report import RunReport
from tests.collect.pages import towns
from tests.loopback import Conversation, Loopback, Route, answer

FOLDER = Path(__file__).parent
CONFIGS = FOLDER.parent.parent / "config"
NAMES = tuple(sorted(place.stem for place in (CONFIGS / "sources").glob("*.toml")))
_HOST = re.compile(r"https://(?!\w+\.example\.)[\w.-]+/")


class Ready(towns.Site):
    """A ready source, published below a folder from the site of its name."""

    def __init__(self, server: Loopback, name: str, folder: Path) -> None:
        self.server, self.name, self.now = server, name, towns.NOW
        self.folder = folder / name
        self.server.routes |= _routes(FOLDER / name / "www", server.url)
        place = folder / "config" / "sources" / f"{name}.toml"
        shutil.copytree(CONFIGS / "topics", folder / "config" / "topics")
        place.parent.mkdir()
        text = _HOST.sub(server.url, (CONFIGS / "sources" / place.name).read_text("utf-8"))
        text = re.sub(r"requests_per_second = \S+", "requests_per_second = 0\nallow_private_network = true", text)
        place.write_text(f"{text}\n[http]\nretry_wait = 0\n", "utf-8")
        self.settings = config.load(place, KINDS)
        self.languages = list(self.settings.languages)
        (self.source,) = self.settings.sources

    def run(self, **_: object) -> RunReport:
        """Run the job an hour later."""
        self.now += towns.HOUR
        return job.run(self.settings, job.Run(now=self.now))


def _routes(www: Path, url: str) -> dict[str, Route]:
    """What a site answers, by path: a file, or the one of several that fits the query best."""
    found: dict[str, dict[frozenset[tuple[str, str]], Route]] = {}
    for place in sorted(one for one in www.rglob("*") if one.is_file()):
        path, _, query = f"/{place.relative_to(www)}".partition("@")
        kind = {".json": "application/json", ".xml": "application/xml"}.get(place.suffix, "text/html; charset=utf-8")
        wanted = frozenset(parse_qsl(query.removesuffix(place.suffix).replace(",", "&"), keep_blank_values=True))
        path = path.removesuffix("index.html") if not query else path
        text = place.read_text("utf-8").replace("SERVER/", url)
        found.setdefault(path, {})[wanted] = towns.page(text, kind)
    return {path: _by_query(routes) for path, routes in found.items()}


def _by_query(routes: dict[frozenset[tuple[str, str]], Route]) -> Route:
    def route(conversation: Conversation) -> None:
        asked = set(parse_qsl(urlsplit(conversation.request.path).query, keep_blank_values=True))
        fitting = [wanted for wanted in routes if wanted <= asked]
        if fitting:
            routes[max(fitting, key=len)](conversation)
        else:
            answer(b"no such page", status=404)(conversation)

    return route

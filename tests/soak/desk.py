"""The operator's side of a soak: the config, the process that is soaked, who is told of problems, and the hub."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tests.faults import leads
from tests.faults.fault import raw
from tests.faults.net import TlsLoopback
from tests.loopback import Conversation, Loopback, answer
from tests.soak.office import Site
from tests.soak.papers import HOSTS, SOURCES
from tests.soak.working import Internet, Order, Outcome

_ROOT = Path(__file__).resolve().parents[2]
_TAXONOMY = _ROOT / "tests" / "entries" / "topics"
_KEYS = {
    "gov": 'kind = "gia"\nbase_url = "http://gov.example/gia/"\nmeasure_enclosures = true',
    "web": 'kind = "webfeed"\nlists = { zh-Hant = "http://web.example/feed.xml" }\ntimezone = "Asia/Hong_Kong"',
    "pages": """kind = "pages"
lists = { zh-Hant = "http://pages.example/list.html" }
timezone = "Asia/Hong_Kong"
item = "ul.rows > li.row"
title = "a"
date = "span.day"
next = "a.next"
most_lists = 2
page = { title = "h1", body = "div.text", date = "p.day" }""",
    "api": """kind = "api"
lists = { zh-Hant = "http://api.example/api.json" }
timezone = "Asia/Hong_Kong"
items = "records"
ok = "ok"
error = "error"
body = "text\"""",
}
_HEARING = "test ! -e deaf && cat >> told.txt"
"""The alert command: takes down what it is told, but where there is a file that says it cannot."""


@dataclass
class Desk:
    """The servers that a config leads to, besides those of the offices."""

    folder: Path
    sites: dict[str, Site]
    elsewhere: Site
    listener: Loopback
    hub: Loopback
    inside: Loopback
    closing: Loopback
    plain: Loopback
    secure: TlsLoopback
    hears: bool = True
    hub_is_up: bool = True
    heard: list[dict[str, Any]] = field(default_factory=list)
    hub_heard: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.listener.routes["/hook"] = self._hook
        self.hub.routes["/hub"] = self._hub
        self.closing.routes["/secret"] = raw()

    def _hook(self, conversation: Conversation) -> None:
        if self.hears:
            self.heard += json.loads(conversation.request.body)["events"]
        answer(status=204 if self.hears else 500)(conversation)

    def _hub(self, conversation: Conversation) -> None:
        if self.hub_is_up:
            self.hub_heard.add(conversation.request.body.decode())
        answer(status=202 if self.hub_is_up else 503)(conversation)

    def deafen(self, *, deaf: bool) -> None:
        """Have the alert command fail, or work again."""
        place = self.folder / "deaf"
        place.touch() if deaf else place.unlink(missing_ok=True)

    @property
    def told(self) -> str:
        """What the alert command was told."""
        place = self.folder / "told.txt"
        return place.read_text("utf-8") if place.exists() else ""

    def internet(self) -> Internet:
        names = {name: [list(one) for one in answers] for name, answers in leads.NAMES.items()}
        servers = {f"{leads.OTHER} 80": self.closing.port, f"127.0.0.1 {self.listener.port}": self.listener.port}
        self._serve(names, servers, "hub.example", "93.184.216.41", self.hub.port)
        for number, name in enumerate(SOURCES):
            self._serve(names, servers, HOSTS[name], f"93.184.216.{20 + number}", self.sites[name].port)
        self._serve(names, servers, "broken.example", leads.PUBLIC, self.closing.port)
        for number in range(20):
            self._serve(names, servers, f"h{number}.elsewhere.example", "93.184.216.40", self.elsewhere.port)
        self._serve(names, servers, "secure.example", leads.SECURE, self.secure.port, 443)
        self._serve(names, servers, "plain.example", leads.PLAIN, self.plain.port, 443)
        return Internet(names, servers)

    @staticmethod
    def _serve(
        names: dict[str, list[list[str]]], servers: dict[str, int], name: str, address: str, port: int, at: int = 80
    ) -> None:
        names[name] = [[address]]
        servers[f"{address} {at}"] = port

    def configure(self) -> None:
        """Write the config."""
        for name in ("taxonomy.toml", "bodies.toml"):
            shutil.copy(_TAXONOMY / name, self.folder / name)
        inside = [f"{host}:{self.inside.port}" for host in ("127.0.0.1", "localhost", "0.0.0.0")]  # noqa: S104 - refused
        hosts = ["secure.example", "plain.example", "broken.example", "*.elsewhere.example", *leads.HOSTS, *inside]
        sources = "".join(
            f'[[source]]\nid = "{name}"\nauthority = "{HOSTS[name]}"\nrequests_per_second = 0\n'
            f"hosts = {json.dumps(hosts)}\n{_KEYS[name]}\n"
            for name in SOURCES
        )
        (self.folder / "site.toml").write_text(
            f"""
[site]
base_url = "https://news.example/"
title = {{ en = "News", zh-Hant = "新聞" }}
languages = ["en", "zh-Hant"]
timezone = "Asia/Hong_Kong"
withdrawn_for = "5d"
search = false
[output]
directory = "public"
compress = []
[store]
url = "sqlite:///var/store.db"
[topics]
taxonomy = "taxonomy.toml"
[websub]
hubs = ["http://hub.example/hub"]
[alert]
command = ["/bin/sh", "-c", "{_HEARING}"]
webhook = "{self.listener.address("/hook")}"
[http]
retry_wait = 0.01
timeout = 4
deadline = 5
{sources}
[[feed]]
id = "all"
limit = 25
[[feed]]
id = "pages"
sources = ["pages", "api"]
limit = 10
""",
            "utf-8",
        )


@dataclass
class Worker:
    """The process that is soaked."""

    process: subprocess.Popen[bytes]

    def run(self, order: Order) -> Outcome:
        asked, answers = self.process.stdin, self.process.stdout
        assert asked is not None
        assert answers is not None
        asked.write(msgspec.json.encode(order) + b"\n")
        asked.flush()
        return msgspec.json.decode(answers.readline(), type=Outcome)


@contextmanager
def worker(desk: Desk) -> Iterator[Worker]:
    """A process that runs the job below a folder. Whatever it says besides is in its file `said`."""
    command = [sys.executable, "-W", "always::ResourceWarning", "-m", "tests.soak.working", str(desk.folder)]
    with (desk.folder / "said").open("wb") as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, cwd=_ROOT)
        with process:
            assert process.stdin is not None
            process.stdin.write(msgspec.json.encode(desk.internet()) + b"\n")
            yield Worker(process)
            process.stdin.close()


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    """All servers, and a config below a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    sites = {name: Site() for name in SOURCES}
    elsewhere, secure = Site(), TlsLoopback()
    listener, hub, inside, closing, plain = (Loopback() for _ in range(5))
    found = Desk(folder, sites, elsewhere, listener, hub, inside, closing, plain, secure)
    servers = (*sites.values(), elsewhere, listener, hub, inside, closing, plain, secure)
    try:
        for server in servers:
            server.__enter__()
        found.configure()
        yield found
    finally:
        for server in servers:
            server.__exit__(None, None, None)

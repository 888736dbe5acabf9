"""Three sources beside each other, one of them broken: the job over them, before a fault, during it and after it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.report import RunReport, SourceReport
from tests import loopback
from tests.faults import leads, sites
from tests.faults.fault import Fault, Spot, raw
from tests.faults.kinds import Ask
from tests.faults.net import Net, TlsLoopback
from tests.faults.sites import OLD, SITES, File, Item
from tests.loopback import Loopback
from tests.newssite import HKT

NOW = datetime(2026, 11, 20, 13, 0, tzinfo=HKT)
LATER = timedelta(hours=3)
"""From the run with a fault to the next one."""
_QUICK = "timeout = 0.25\ndeadline = 0.6"
_PATIENT = "timeout = 8\ndeadline = 8.5"
_GOOD = """
[[source]]
id = "gov"
kind = "gia"
base_url = "http://good.example/gia/"
authority = "good.example"
requests_per_second = 0
[[source]]
id = "town"
kind = "webfeed"
lists = { zh-Hant = "http://town.example/feed.xml" }
timezone = "Asia/Hong_Kong"
authority = "town.example"
full_text = "never"
requests_per_second = 0
"""
_FEEDS = "".join(
    f'[[feed]]\nid = "{name}"\nsources = ["{name}"]\narchive = false\n' for name in ("broken", "gov", "town")
)


@dataclass(frozen=True)
class Ran:
    """What a run came to: its report, how long it took, what was published."""

    report: RunReport
    seconds: float
    files: dict[str, bytes]

    @property
    def broken(self) -> SourceReport:
        """What it says of the broken source."""
        return self.report.sources[0]

    def of(self, feed: str) -> dict[str, bytes]:
        """The documents of a feed."""
        return {name: body for name, body in self.files.items() if name.startswith(f"{feed}/")}

    def items(self, feed: str, language: str = "zh-Hant") -> list[dict[str, Any]]:
        """What a reader is shown, the newest first."""
        found: list[dict[str, Any]] = json.loads(self.files[f"{feed}/{language}.json"])["items"]
        return [{key: one[key] for key in ("id", "title", "content_html", "date_published")} for one in found]


class City:
    """The servers of the three sources, and of those who may not be asked. They stand still while no run goes on."""

    def __init__(self) -> None:
        self.net = Net()
        self.broken, self.gov, self.town = Loopback(), Loopback(), Loopback()
        self.inside, self.closing, self.plain, self.secure = Loopback(), Loopback(), Loopback(), TlsLoopback()
        self._stack = ExitStack()
        self._firsts: dict[str, dict[str, bytes]] = {}

    def __enter__(self) -> Self:
        for server in (self.broken, self.gov, self.town, self.inside, self.closing, self.plain, self.secure):
            self._stack.enter_context(server)
        self.closing.routes["/secret"] = raw()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def reset(self) -> None:
        """Names and servers as they are before a test; nobody was asked for anything."""
        self.net.names = {name: list(answers) for name, answers in leads.NAMES.items()}
        self.net.servers = {}
        self.net.dialled.clear()
        for name, address, server, port in (
            ("broken.example", leads.PUBLIC, self.broken, 80),
            ("elsewhere.example", leads.PUBLIC, self.broken, 80),
            ("good.example", "93.184.216.20", self.gov, 80),
            ("town.example", "93.184.216.21", self.town, 80),
            ("secure.example", leads.SECURE, self.secure, 443),
            ("plain.example", leads.PLAIN, self.plain, 443),
        ):
            self.net.serve(name, address, server, port)
        self.net.servers[leads.OTHER, 80] = self.closing.port
        self.inside.requests.clear()
        self.good(OLD)

    def good(self, items: Sequence[Item]) -> None:
        """What the sites of the good sources have."""
        plain = [replace(one, photo="") for one in items]
        self.gov.routes = _routes(sites.gia(plain))
        self.town.routes = _routes(sites.town(plain))


class Desk:
    """A config with one broken source of a kind, published below a folder."""

    def __init__(self, city: City, site: str, folder: Path) -> None:
        self.city, self.site, self.folder = city, site, folder
        self.now = NOW

    def first(self) -> None:
        """The run before anything is wrong."""
        self.show(OLD)
        self.city.good(OLD)
        ran = self.run(timedelta())
        assert ran.report.exit_code == 0, ran.broken
        assert [len(ran.items(feed)) for feed in ("broken", "gov", "town")] == [len(OLD)] * 3

    def again(self, folder: Path) -> Desk:
        """As it was after its first run, below another folder."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        self.show(OLD)
        return Desk(self.city, self.site, folder)

    def show(self, items: Sequence[Item]) -> dict[str, File]:
        """Have the broken source's site show releases; gives what is at its paths."""
        files = SITES[self.site][0](items)
        self.city.broken.routes = _routes(files)
        return files

    def spoil(self, ask: Ask, fault: Fault) -> None:
        """Have a fault at the path of a kind of request."""
        files = self.show(ask.state)
        good = files.get(ask.path, File(b"", sites.TEXT))
        route = fault.route(Spot(ask, good, str(self.city.inside.port)))
        self.city.broken.routes[ask.path] = _only_head(route, good) if ask.form == "head" else route

    def run(self, after: timedelta, *, quick: bool = False) -> Ran:
        """Run the job some time after the last run."""
        self.now += after
        self._configure(quick=quick)
        settings = config.load(self.folder / "city.toml", KINDS)
        started = time.monotonic()
        report = job.run(settings, job.Run(now=self.now))
        return Ran(report, time.monotonic() - started, self.files())

    def files(self) -> dict[str, bytes]:
        """The published feeds."""
        root = self.folder / "public" / "feeds"
        return {str(one.relative_to(root)): one.read_bytes() for one in sorted(root.rglob("*")) if one.is_file()}

    def _configure(self, *, quick: bool) -> None:
        hosts = json.dumps(["secure.example", "plain.example", "elsewhere.example", *_open(leads.HOSTS, self.city)])
        (self.folder / "city.toml").write_text(
            f"""
[site]
base_url = "https://news.example/"
title = {{ en = "News", zh-Hant = "新聞" }}
languages = ["en", "zh-Hant"]
timezone = "Asia/Hong_Kong"
correction_note = false
[output]
directory = "public"
compress = []
[store]
url = "sqlite:///store.db"
[http]
retry_wait = 0.01
{_QUICK if quick else _PATIENT}
[[source]]
id = "broken"
requests_per_second = 0
hosts = {hosts}
{SITES[self.site][1]}
{_GOOD}
{_FEEDS}
""",
            "utf-8",
        )


def _open(hosts: Iterable[str], city: City) -> list[str]:
    """The hosts that nobody may be led to, as the config's `hosts` have them: it is the guard that refuses them."""
    return [*hosts, f"127.0.0.1:{city.inside.port}", f"localhost:{city.inside.port}", f"0.0.0.0:{city.inside.port}"]


def _routes(files: dict[str, File]) -> dict[str, loopback.Route]:
    return {path: file.route() for path, file in files.items()}


def _only_head(route: loopback.Route, good: File) -> loopback.Route:
    """A fault of HEAD; who asks for all of it gets it."""

    def either(conversation: loopback.Conversation) -> None:
        (route if conversation.request.method == "HEAD" else good.route())(conversation)

    return either

"""Chromium for tests, and pages in it that are watched. Nothing is downloaded: it is the system's.

Playwright keeps a loop running in its thread for as long as it is there. It ends with the last test of this folder, so
that those of others may have loops of their own; what a test here does besides may need one as well: `aside`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import pytest

from tests.browser.served import LOOPBACK, Served, shared
from tests.browser.town import Desk, Town, live
from tests.loopback import Loopback
from tests.newssite import HKT, NewsSite

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.browser.watch import Watch

WIDE = {"width": 1280, "height": 900}
PATIENCE = 10_000
"""Milliseconds that anything in a page may take."""
PATIENCE_ASIDE = 120
"""Seconds that publishing a site may take."""
_NAMES = ("chromium", "chromium-browser")
_T = TypeVar("_T")


class Opening(Protocol):
    """Opens a page in a fresh context; its options are those of Playwright's `new_context`."""

    def __call__(self, address: str = "", **options: Any) -> Page: ...


class Serving(Protocol):
    """Serves a folder until the test's end; its arguments are those of `Served`."""

    def __call__(self, folder: Path, *arguments: Any, **more: Any) -> Served: ...


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser. It finds no host but this one, whatever a page asks for."""
    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("there is no Chromium here (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (the extra `test`)")
    arguments = [f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium has none for root, and does not start without this.
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=arguments, timeout=60_000)
        yield browser
        browser.close()


@pytest.fixture
def watch(chromium: Browser) -> Iterator[Watch]:  # noqa: ARG001 - where there is none, this is skipped as well
    """What is seen on the test's pages; what is wrong and not expected fails the test at its end."""
    from tests.browser.watch import Watch  # noqa: PLC0415 - it needs Playwright, which may be missing

    seen = Watch()
    yield seen
    assert seen.unexpected() == []


@pytest.fixture
def visit(chromium: Browser, watch: Watch, serve: Serving) -> Iterator[Opening]:  # noqa: ARG001 - see below
    """Opens watched pages, each in a context of its own: dark, narrow, without scripts, in another language.

    They are closed before the servers end, which they may be asking for something.
    """
    contexts: list[BrowserContext] = []

    def opening(address: str = "", **options: Any) -> Page:
        context = chromium.new_context(**{"viewport": WIDE, "locale": "en-GB", **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        watch.follow(context)
        page = context.new_page()
        if address:
            page.goto(address)
        return page

    yield opening
    for context in contexts:
        context.close()


@pytest.fixture
def page(visit: Opening) -> Page:
    """A fresh page, 1280 wide and 900 high, in English, light."""
    return visit()


@pytest.fixture
def serve() -> Iterator[Serving]:
    """Serves folders on ports of their own."""
    servers: list[Served] = []

    def serving(folder: Path, *arguments: Any, **more: Any) -> Served:
        server = Served(folder, *arguments, **more)
        servers.append(server.__enter__())
        return server

    yield serving
    for server in servers:
        server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The invented town's site, published and served; nobody changes it."""
    folder = tmp_path_factory.mktemp("town")
    with Loopback() as news, Served(folder / "public", headers=shared) as server:
        desk = Desk(NewsSite(news), folder, datetime(2026, 11, 18, 12, 0, tzinfo=HKT))
        desk.rebase(server.at())
        aside(lambda: live(desk))
        yield Town(desk, server)


def aside(work: Callable[[], _T]) -> _T:
    """Do something in another thread, where no loop is running, and give its result."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(PATIENCE_ASIDE)

"""For all tests: the repository's root on the path, and `--long`."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy
import structlog
from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_ROOT = str(Path(__file__).resolve().parent.parent)
if _ROOT not in sys.path:
    sys.path.insert(0, _ROOT)


@pytest.fixture(autouse=True)
def _default_logging() -> Iterator[None]:
    """A command configures logging for its process, and so does a server; the next test is a new one."""
    yield
    structlog.reset_defaults()
    logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)


@pytest.fixture(autouse=True, scope="session")
def _no_waits_before_trying_again() -> Iterator[None]:
    """What fails for now is tried again at once. Programs that a test starts do wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tenacity.nap.time", SimpleNamespace(sleep=lambda _: None))
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_waits_for_the_disk() -> Iterator[None]:
    """No test cuts the power, and a disk takes longer than all else. Programs that a test starts do wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda _: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def _nothing_compiled_twice() -> Iterator[None]:
    """Each store that a test makes knows the statements that another has compiled, and programs that tests start their
    modules.
    """
    statements: LRUCache[Any, Any] = LRUCache(2000)

    def create_engine(*args: Any) -> Engine:
        engine = sqlalchemy.create_engine(*args)
        if engine.dialect.name == "sqlite":
            engine._compiled_cache = statements  # noqa: SLF001 - SQLAlchemy has no other way to share it
        return engine

    with pytest.MonkeyPatch.context() as patch:
        # Statements are kept by dialect, and that of one file is that of any other.
        patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda self: hash(type(self)), raising=False)
        patch.setattr(SQLiteDialect_pysqlite, "__eq__", lambda self, other: type(self) is type(other), raising=False)
        patch.setattr("feedpub.store.database.create_engine", create_engine)
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_width() -> Iterator[None]:
    """Output is as wide as it is where nobody watches, whatever terminal or worker the tests run in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COLUMNS", raising=False)
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_search_unless_wanted() -> Iterator[None]:
    """There is a search only where a config says `search = true`: an index takes a second. Programs that a test starts
    make one.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("feedpub.config.searches", lambda: False)
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the long form of tests")
    parser.addoption("--slow", action="store_true", help="also run tests that take seconds each")
    parser.addoption("--browser", action="store_true", help="also run all tests that drive a browser")
    parser.addoption("--golden", action="store_true", help="write the golden files anew")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores for them: tests also wait, for servers and programs that they start."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    skips = {"long": pytest.mark.skip(reason="the long form of a test; runs with --long")}
    for name, why in (("slow", "takes seconds"), ("browser", "takes a browser's time")):
        if not config.getoption(f"--{name}"):
            skips[name] = pytest.mark.skip(reason=f"{why}; runs with --{name}")
    for item in items:
        for name, skip in skips.items():
            if name in item.keywords and item.get_closest_marker(name):
                item.add_marker(skip)

"""The same store gives the same bytes: on another day, in another zone, locale and folder, with another hash seed."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.life import Office
from tests.loopback import Loopback
from tests.newssite import NewsSite

_ELSEWHERE = {
    "another day": ({}, "2031-02-28T23:59:59-11:00"),
    "another zone": ({"TZ": "America/St_Johns"}, "2026-12-01T00:00:00+00:00"),
    "another locale": ({"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"}, "2026-12-01T00:00:00+00:00"),
    "another hash seed": ({"PYTHONHASHSEED": "4242"}, "2026-12-01T00:00:00+00:00"),
}
_EVENTS = ("paired late", "edited", "re-topiced", "withdrawn", "restored")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Loopback() as server:
        folder = tmp_path_factory.mktemp("here")
        found = Office(NewsSite(server), folder, random.Random(7))
        found.configure()
        for number in range(200):
            found.act()
            found.run(12)
            if number > 40 and all(found.done[event] for event in _EVENTS):
                break
        assert all(found.done[event] for event in _EVENTS)
        yield found


def _files(public: Path) -> dict[str, bytes]:
    """What is published, but for the status page: it tells when it was."""
    found = (path for path in public.rglob("*") if path.is_file() and not path.name.startswith("status."))
    return {str(path.relative_to(public)): path.read_bytes() for path in found}


@pytest.mark.slow
@pytest.mark.parametrize("where", _ELSEWHERE)
def test_the_same_store_gives_the_same_bytes_elsewhere(office: Office, where: str, tmp_path: Path) -> None:
    environment, now = _ELSEWHERE[where]
    shutil.copytree(office.folder, tmp_path / "there", ignore=shutil.ignore_patterns("public"))
    command = [str(Path(sys.executable).with_name("feedpub")), "publish", "--offline", "--now", now]
    command += ["-c", str(tmp_path / "there" / "site.toml")]
    subprocess.run(command, check=True, env={"PATH": os.environ["PATH"], **environment}, capture_output=True)

    here, there = _files(office.folder / "public"), _files(tmp_path / "there" / "public")

    assert here.keys() == there.keys()
    assert [path for path in here if here[path] != there[path]] == []

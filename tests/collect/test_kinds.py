"""Kinds of other packages: added through an entry point, loaded only where a config names them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.errors import ConfigError

SITE = """
[site]
base_url = "https://news.example/"
title = "News"
languages = ["en"]
[output]
directory = "public"
[store]
url = "sqlite:///var/store.db"
[[source]]
id = "wall"
kind = "{kind}"
{keys}
"""
MODULE = '''
"""A kind of a package of its own: notices on a wall."""
from datetime import datetime, timezone
import msgspec
from feedpub.collect.base import Discovery, Reading
from feedpub.config import Kind, Options
from feedpub.errors import FetchError
from feedpub.model import Release, Sighting, Validators

class WallOptions(Options, frozen=True, kw_only=True):
    wall: str

KIND = Kind(name="wall", module=__name__, options=WallOptions, authority="wall.example", local=True)

class Wall:
    def __init__(self, source):
        self.source = source
    def discover(self, known):
        one = Sighting(source=self.source.id, key="1", language="en", address="wall:1", stamp="1")
        return Discovery(sightings=(one,), validators={})
    def read(self, sighting, known):
        when = datetime(2026, 11, 20, 9, 0, tzinfo=timezone.utc)
        return Reading(release=Release(
            source=self.source.id, authority=self.source.authority, key="1", language="en", day=when.date(),
            title=f"Notice on {self.source.options.wall}", body="<p>Text.</p>", issued=when))
    def measure(self, url):
        raise FetchError(url)
    def close(self):
        pass

def open_source(source, surroundings):
    return Wall(source)
'''


def package(folder: Path, name: str, module: str, target: str) -> None:
    """Install a package in a folder: a module, and what says that it has a kind."""
    (folder / f"{name}_kind.py").write_text(module, "utf-8")
    said = folder / f"{name}_package-1.0.dist-info"
    said.mkdir()
    (said / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-package\nVersion: 1.0\n", "utf-8")
    (said / "entry_points.txt").write_text(f"[feedpub.kinds]\n{name} = {name}_kind:{target}\n", "utf-8")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    for name in [name for name in sys.modules if name.endswith("_kind")]:
        del sys.modules[name]


def load(folder: Path, kind: str, keys: str = 'wall = "the north wall"') -> config.Settings:
    place = folder / "site.toml"
    place.write_text(SITE.format(kind=kind, keys=keys), "utf-8")
    return config.load(place, KINDS)


def test_a_package_adds_a_kind_and_its_releases_are_published(installed: Path, tmp_path: Path) -> None:
    package(installed, "wall", MODULE, "KIND")
    report = job.run(load(tmp_path, "wall"), job.Run(now=datetime(2026, 11, 20, 12, 0, tzinfo=UTC)))
    assert report.sources[0].new == 1
    assert b"Notice on the north wall" in (tmp_path / "public/feeds/all/en.atom").read_bytes()


def test_its_keys_are_checked_as_those_of_our_own(installed: Path, tmp_path: Path) -> None:
    package(installed, "wall", MODULE, "KIND")
    with pytest.raises(ConfigError, match=r'unknown key "wal"; did you mean "wall"\? \(kind "wall"\)'):
        load(tmp_path, "wall", 'wal = "north"')


def test_a_package_that_no_config_names_is_not_loaded(installed: Path, tmp_path: Path) -> None:
    package(installed, "broken", 'raise RuntimeError("loaded")', "KIND")
    package(installed, "wall", MODULE, "KIND")
    load(tmp_path, "wall")
    assert "broken_kind" not in sys.modules
    assert set(KINDS) >= {"gia", "files", "webfeed", "pages", "api", "wall", "broken"}


@pytest.mark.parametrize(
    ("module", "target", "said"),
    [
        ('raise RuntimeError("no wall")', "KIND", 'kind "wall" of package wall-package cannot be loaded: .*no wall'),
        ("", "KIND", 'kind "wall" of package wall-package cannot be loaded: AttributeError'),
        ("KIND = 3", "KIND", 'kind "wall" of package wall-package: is no feedpub.config.Kind of that name'),
        (MODULE.replace('name="wall"', 'name="fence"'), "KIND", "is no feedpub.config.Kind of that name"),
    ],
    ids=["raises", "has no such thing", "is no kind", "is another kind"],
)
def test_a_package_that_is_broken_is_told_where_a_config_names_it(
    module: str, target: str, said: str, installed: Path, tmp_path: Path
) -> None:
    package(installed, "wall", module, target)
    with pytest.raises(ConfigError, match=said):
        load(tmp_path, "wall")


def test_a_kind_that_nobody_has_is_told_with_those_that_there_are(installed: Path, tmp_path: Path) -> None:
    package(installed, "wall", MODULE, "KIND")
    with pytest.raises(ConfigError, match='unknown kind "wal"; did you mean "wall"'):
        load(tmp_path, "wal")


def test_a_kind_without_an_authority_of_its_own_needs_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="authority: is missing; name the publisher's domain"):
        load(tmp_path, "webfeed", 'lists = { en = "https://office.example/feed" }')

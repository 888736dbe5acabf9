"""The ready sources of config/sources, each over an invented site in its shape (tests/ready): from there to our feeds.

After a change that is meant, `pytest tests/test_ready_sources.py --golden` writes what is expected anew; read the
difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner

from feedpub import cli
from tests.loopback import Loopback
from tests.ready.sites import CONFIGS, FOLDER, NAMES, Ready


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def test_every_source_that_was_promised_is_there() -> None:
    assert NAMES == ("canada-ca", "data-gov-hk", "gcs-gov-mo", "hkma", "news-gov-hk", "rthk")


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_source_is_valid_and_says_what_it_is_worth(name: str) -> None:
    place = CONFIGS / "sources" / f"{name}.toml"
    checked = CliRunner().invoke(cli.commands, ["check", "-c", str(place)])
    assert checked.exit_code == 0, checked.output
    text = place.read_text("utf-8")
    assert not re.findall(r"http://\S+", text), "only https"
    for said in (
        "# What it is",
        "# Checked",
        "# Assumed",
        "not reachable while this was written",
        "check -c FILE --live",
    ):
        assert said in text


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_source_says_who_speaks_in_each_of_its_languages(name: str, server: Loopback, tmp_path: Path) -> None:
    desk = Ready(server, name, tmp_path)
    assert set(desk.source.credits) == set(desk.settings.languages) == set(desk.source.options.lists)
    assert all(one.name and one.rights for one in desk.source.credits.values())
    assert set(desk.settings.title) == set(desk.settings.languages)


@pytest.mark.parametrize("name", NAMES)
def test_a_ready_source_gives_the_feeds_that_are_expected(
    name: str, server: Loopback, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    desk = Ready(server, name, tmp_path)
    report = desk.run()
    (source,) = report.sources
    assert (source.problem, source.warnings, source.failed, report.exit_code) == ("", (), (), 0)
    found = desk.published()
    expected = FOLDER / name / "expected.txt"
    if request.config.getoption("--golden"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")

    for language in desk.languages:
        for suffix in ("atom", "rss"):
            parsed = feedparser.parse((desk.folder / f"public/feeds/all/{language}.{suffix}").read_bytes())
            assert not parsed.bozo
            assert [one.title for one in parsed.entries] == desk.titles(language)

    before = desk.files()
    (again,) = desk.run().sources
    assert (again.problem, again.new, again.changed, again.touched) == ("", 0, 0, 0)
    assert desk.files() == before

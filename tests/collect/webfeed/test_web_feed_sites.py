"""Whole sites with feeds, each a folder of sites/ (see tests/collect/pages/towns.py): from its feeds to ours.

After a change that is meant, `pytest tests/collect/webfeed --golden` writes what is expected anew; read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.pages.towns import Site
from tests.loopback import Loopback

SITES = Path(__file__).parent / "sites"


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.mark.parametrize("name", sorted(place.name for place in SITES.iterdir()))
def test_a_site_gives_the_feeds_that_are_expected(
    name: str, server: Loopback, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    site = Site(server, str(SITES / name), tmp_path)
    report = site.report()
    assert (report.problem, report.warnings, report.failed) == ("", (), ())
    found = site.published()
    expected = SITES / name / "expected.txt"
    if request.config.getoption("--golden"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")

    before, asked = site.files(), len(server.requests)
    again = site.report()
    assert (again.problem, again.new, again.changed, again.touched) == ("", 0, 0, 0)
    assert site.files() == before
    assert len(server.requests) - asked <= len(site.keys["lists"]) + again.looked, "feeds are asked for once"

"""Whole sites, each a folder of sites/: from its list to the feeds.

After a change that is meant, `pytest tests/collect/pages --golden` writes what is expected anew; read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.pages.towns import SITES, Site
from tests.loopback import Loopback


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.mark.parametrize("name", sorted(place.name for place in SITES.iterdir()))
def test_a_site_gives_the_feeds_that_are_expected(
    name: str, server: Loopback, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    site = Site(server, name, tmp_path)
    whole = site.run()
    (report,) = whole.sources
    assert (report.problem, report.warnings, report.failed, whole.pairs.refused) == ("", (), (), ())
    found = site.published()
    expected = SITES / name / "expected.txt"
    if request.config.getoption("--golden"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")

    before = site.files()
    asked = len(server.requests)
    again = site.report()
    assert (again.problem, again.new, again.changed, again.touched) == ("", 0, 0, 0)
    assert site.files() == before
    lists = len(site.keys["lists"])
    assert len(server.requests) - asked == lists + again.looked, "a run with nothing new asks the lists only"

"""Whole sites with APIs: from their answers to the feeds.

After a change that is meant, `pytest tests/collect/api --golden` writes what is expected anew; read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import loopback
from tests.collect.api.sites import SITES, open_site
from tests.loopback import Loopback


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.mark.parametrize("name", sorted(place.name for place in SITES.iterdir()))
def test_an_api_gives_the_feeds_that_are_expected(
    name: str, server: Loopback, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    site = open_site(server, name, tmp_path)
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
    assert len(server.requests) - asked <= len(site.keys["lists"]) + again.looked, "an answer is asked for once"


def test_an_api_that_says_it_failed_changes_no_feed(server: Loopback, tmp_path: Path) -> None:
    site = open_site(server, "authority", tmp_path)
    site.report()
    before = site.files()
    said = b'{"header": {"success": false, "err_code": "1001", "err_msg": "Try again later"}, "result": null}'
    for path in [one for one in server.routes if "press-releases" in one]:
        server.routes[path] = loopback.page(said, "application/json")
    report = site.report()
    assert "ok = “header.success” is not true): Try again later" in report.problem
    assert site.files() == before

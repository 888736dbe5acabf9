"""Our own web server says of each document what config/deploy has other servers say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import brotli
import pytest

from tests.deploy import site as sites
from tests.deploy.site import HUB, TYPES, Answer, Site
from tests.deploy.statements import ATOM, LONG, SHORT, Statements
from tests.serving.here import served, settings


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    what = settings(tmp_path_factory.mktemp("served"))
    sites.make(what.output)
    with served(what) as one:
        yield one


@pytest.fixture(scope="module")
def hubbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    what = settings(tmp_path_factory.mktemp("served"), more=f'[websub]\nhubs = ["{HUB}"]')
    sites.make(what.output)
    with served(what) as one:
        yield one


class TestServe(Statements):
    # It answers OPTIONS, for scripts that ask before they read.
    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "MADE-UP"])
    def test_there_is_only_reading(self, site: Site, method: str) -> None:
        answer = site.ask(ATOM, method=method)
        assert (answer.status, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")

    def says_that_there_is_nothing(self, answer: Answer) -> bool:
        return b"Nothing is at this address" in answer.body


@pytest.mark.parametrize("path", TYPES)
def test_the_brotli_file_is_sent_to_who_takes_it(site: Site, path: str) -> None:
    answer = site.ask(f"/{path}", {"Accept-Encoding": "gzip, deflate, br"})
    assert (answer["Content-Encoding"], answer["Content-Type"]) == ("br", TYPES[path])
    assert brotli.decompress(answer.body) == sites.body(path)


def test_what_has_no_type_is_shown_as_nothing(site: Site) -> None:
    sites.publish(site.root, "embed/file.unknown")
    assert site.ask("/embed/file.unknown")["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(("ago", "lifetime"), [(0, SHORT), (1, SHORT), (2, LONG), (11, LONG), (13, LONG), (90, LONG)])
def test_archive_documents_of_past_months_but_the_last_are_kept_longer(site: Site, ago: int, lifetime: str) -> None:
    now = datetime.now(UTC)
    year, month = divmod(now.year * 12 + now.month - 1 - ago, 12)
    path = f"feeds/topics/health/archive/zh-Hant/{year}-{month + 1:02}.atom"
    sites.publish(site.root, path)
    assert site.ask(f"/{path}")["Cache-Control"] == lifetime


def test_who_may_read_is_told_before_reading(site: Site) -> None:
    for path, origin in ((ATOM, "*"), ("/feeds/none/en.atom", "*"), ("/embed/feedpub.js", "*"), ("/en/", None)):
        answer = site.ask(
            path, {"Origin": "https://portal.example.hk", "Access-Control-Request-Method": "GET"}, "OPTIONS"
        )
        assert (answer.status, answer["Access-Control-Allow-Origin"], answer.body) == (204, origin, b"")

"""A sample of the hostile texts, through each kind of source: in a browser nothing of them runs, asks or opens."""

from __future__ import annotations

import json
import re

import pytest

from tests.browser.conftest import Opening, Serving, aside
from tests.browser.served import plain
from tests.browser.test_hostile import _provoke
from tests.browser.watch import Watch
from tests.hostile.families import sample
from tests.hostile.town import KINDS_OF_SOURCE, Town, made

pytestmark = pytest.mark.browser
SAMPLE = 500
_EACH = -(-SAMPLE // len(KINDS_OF_SOURCE))
_INNER = """(html) => {
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  place.innerHTML = html;
}"""
"""What a reader does that believes a feed."""


@pytest.fixture(scope="module", params=KINDS_OF_SOURCE)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A site of each kind of source, with a fifth of the texts."""
    kind: str = request.param
    texts = sample(SAMPLE)[KINDS_OF_SOURCE.index(kind) :: len(KINDS_OF_SOURCE)]
    folder = tmp_path_factory.mktemp(kind)
    return aside(lambda: made(kind, texts, folder))


def _paths(town: Town, pattern: str) -> list[str]:
    found = (str(place.relative_to(town.public)) for place in sorted(town.public.rglob("*.html")))
    return [path for path in found if re.fullmatch(pattern, path)]


def test_nothing_runs_on_the_pages_of_stories(town: Town, visit: Opening, serve: Serving) -> None:
    """No policy protects them, so that whatever could run does."""
    server, page = serve(town.public, headers=plain), visit()
    paths = _paths(town, r"en/stories/\d+/\d+/.+\.html")
    assert len(paths) > 0.85 * _EACH
    for path in paths:
        page.goto(server.at(path))
        assert _provoke(page) == [], path


def test_nothing_runs_on_the_other_pages(town: Town, visit: Opening, serve: Serving) -> None:
    server, page = serve(town.public, headers=plain), visit()
    for path in _paths(town, r"(?!en/stories/\d+/\d+/).+\.html"):
        page.goto(server.at(f"{path}#stay"))
        assert _provoke(page) == [], path


def test_nothing_runs_where_a_reader_believes_a_feed(town: Town, visit: Opening, serve: Serving, watch: Watch) -> None:
    feed = json.loads((town.public / "feeds" / "all" / "en.json").read_bytes())
    server, page = serve(town.public, headers=plain), visit()
    # A text's own pictures are of other hosts, and a reader asks for them.
    watch.expect(r"^request: https?://", r"^console: Failed to load resource")
    asked: list[str] = []
    page.goto(server.at("404.html"))
    page.on("request", lambda request: asked.append(f"{request.resource_type} {request.url}"))
    for item in feed["items"]:
        page.evaluate(_INNER, item["content_html"])
        assert _provoke(page) == [], item["id"]
    assert [one for one in asked if not one.startswith(("image ", f"other {server.at()}assets/icon"))] == []
    assert len(feed["items"]) > 0.85 * _EACH

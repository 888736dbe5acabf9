"""Hostile stories, labels and configs: on no page does anything of them run, load or break the layout."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import badtown
from tests.browser.conftest import Opening, aside
from tests.browser.crawl import Output
from tests.browser.looks import overflow
from tests.browser.served import Served, plain
from tests.browser.town import Town
from tests.loopback import Loopback
from tests.newssite import NewsSite
from tests.site import htmlcheck
from tests.site.hostile import CANARY, MARKUP, TEXTS

pytestmark = pytest.mark.browser

PLAIN_PAGES = (
    "index.html", "en/index.html", "zh-Hant/index.html", "en/feeds/index.html", "en/feeds/all/index.html",
    "zh-Hant/feeds/odd/index.html", "en/feeds/topics/one/index.html", "zh-Hant/feeds/topics/two/index.html",
    "en/feeds/bodies/dh/index.html", "en/stories/index.html", "topics/one/index.html", "topics/index.html",
    "en/status.html", "en/search/index.html", "en/embed/index.html", "zh-Hant/embed/index.html", "embed/all/en.html",
    "embed/topics/three/zh-Hant.html",
)  # fmt: skip
_RAN = f"""() => {{
  const found = {CANARY} === undefined ? [] : ["it ran"];
  const frames = [...document.querySelectorAll("iframe")].map((one) => one.contentWindow).filter(Boolean);
  for (const one of frames) try {{ if (one.__pwned !== undefined) found.push("it ran in a frame"); }} catch {{}}
  for (const one of document.querySelectorAll("*"))
    for (const it of one.attributes) {{
      const value = it.value.replace(/[\\s\\x00-\\x20]/g, "").toLowerCase();
      if (/^on|^style$|^srcdoc$/.test(it.name)) found.push(`<${{one.localName}} ${{it.name}}>`);
      if (/^(javascript|data|vbscript|blob|file):/.test(value) && /href|src|action|data/.test(it.name))
        found.push(`${{it.name}}=${{value.slice(0, 80)}}`);
    }}
  return found;
}}"""
ISOLATING = {"bdi", "p", "li", "pre", "td", "h1", "h2", "h3", "dt", "dd", "figcaption", "blockquote"}
"""Elements with a direction of their own: `bdi`, and blocks, at whose end all that was left open is closed."""
_LIVELY = ["mouseover", "mouseenter", "focus", "click", "toggle", "load", "error", "animationstart", "begin"]


@pytest.fixture(scope="session")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The hostile town's site. No policy protects its pages, so that whatever could run does."""
    folder = tmp_path_factory.mktemp("bad")
    with Loopback() as news, Served(folder / "public", headers=plain) as server:
        desk = badtown.BadDesk(NewsSite(news), folder, badtown.NOW)
        desk.rebase(server.at())
        aside(lambda: badtown.live(desk))
        yield Town(desk, server)


@pytest.fixture(scope="module")
def output(bad: Town) -> Output:
    return Output(bad.public, bad.at())


def _stories(bad: Town, language: str) -> list[str]:
    return [path for path in bad.pages() if re.match(rf"{language}/stories/\d+/\d+/p", path)]


def _provoke(page: Page) -> list[str]:
    """Whatever a visitor does to each element; what came of it."""
    page.evaluate(
        """(kinds) => {
          for (const one of document.body.querySelectorAll("*:not(a[href]):not(button)"))
            for (const kind of kinds) one.dispatchEvent(new Event(kind, { bubbles: false }));
        }""",
        _LIVELY,
    )
    found: list[str] = page.evaluate(_RAN)
    return found


def test_every_story_is_there(bad: Town) -> None:
    """A hostile release is not refused, so that these tests look at something."""
    assert len(_stories(bad, "en")) == len(_stories(bad, "zh-Hant")) >= max(len(TEXTS), len(MARKUP))


@pytest.mark.parametrize("path", PLAIN_PAGES)
def test_nothing_runs_and_nothing_is_too_wide(path: str, visit: Opening, bad: Town) -> None:
    page = visit(bad.at(f"{path}#stay"))
    assert _provoke(page) == []
    assert {width: overflow(page, width) for width in (320, 1280)} == {320: [], 1280: []}


@pytest.mark.parametrize("part", range(4))
def test_nothing_runs_on_the_page_of_a_story(part: int, visit: Opening, bad: Town) -> None:
    page = visit(viewport={"width": 320, "height": 900})
    for path in (_stories(bad, "en") + _stories(bad, "zh-Hant"))[part::8]:
        page.goto(bad.at(path))
        assert _provoke(page) == [], path
        assert overflow(page, 320) == [], path


@pytest.mark.parametrize("width", [320, 1280])
def test_lists_in_lists_stay_on_the_screen(width: int, visit: Opening, bad: Town) -> None:
    page = visit(bad.at(bad.page_of(badtown.key("deep lists"))))
    assert overflow(page, width) == []


@pytest.mark.long
def test_nothing_runs_on_any_page(visit: Opening, bad: Town) -> None:
    page = visit()
    for path in bad.pages():
        page.goto(bad.at(f"{path}#stay"))
        assert _provoke(page) == [], path
        assert {width: overflow(page, width) for width in (320, 1280)} == {320: [], 1280: []}, path


@pytest.mark.parametrize("part", [0, *(pytest.param(one, marks=pytest.mark.long) for one in range(1, 5))])
def test_every_page_is_valid(part: int, bad: Town) -> None:
    found = {
        path: faults
        for path in bad.pages()[part::5]
        if not path.startswith("embed/")
        and (faults := htmlcheck.faults((bad.public / path).read_bytes(), frames="/embed/" in path))
    }
    assert found == {}


def test_texts_are_shown_as_they_are_written(bad: Town, output: Output) -> None:
    """Titles are text: each is found in its page's heading, letter for letter but for white space."""
    shown = {_letters(str(output.page(path).xpath("string(//h1)"))) for path in _stories(bad, "en")}
    for text in TEXTS.values():
        assert any(_letters(text)[:200] in one for one in shown), text[:80]


def _letters(text: str) -> str:
    """What of a text does not depend on how white space and invisible signs are tidied."""
    return re.sub(r"[\W_]", "", text)


def test_data_for_programs_is_whole(output: Output) -> None:
    found = 0
    for path in output.pages():
        for script in output.page(path).xpath("//script[@type='application/ld+json']"):
            assert json.loads(script.text)["@type"], path
            found += 1
    assert found > 2 * len(TEXTS)


def test_no_template_is_filled_in_by_a_story(output: Output) -> None:
    for path in output.pages():
        text = (output.folder / path).read_text("utf-8")
        assert "<class '" not in text, path
        assert "Undefined" not in text, path


def test_no_text_leads_out_of_its_place(bad: Town, output: Output) -> None:
    """Who turns the direction of text does so in the place of that text only: what is left open is isolated."""
    for path in [*_stories(bad, "en"), "en/index.html", "en/feeds/all/index.html"]:
        for element in output.page(path).xpath("//main//text()[contains(., '\u202e') or contains(., '\u2067')]/.."):
            around = [element, *element.iterancestors()]
            assert any(htmlcheck.tag(one) in ISOLATING for one in around), (path, htmlcheck.tag(element))


def test_links_of_hostile_stories_lead_somewhere(output: Output) -> None:
    links = [link for path in output.pages() for link in output.links(path)]
    assert [f"{one.origin}: {one.written[:80]}" for one in links if one.path and one.path not in output.paths] == []

"""The fuzzer's short form, and every text that broke a reader once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.run import Outcome, attempt, fuzz
from tests.fuzz.targets import WHOLE_CONFIG, Target, targets

EXECUTIONS = {"text": 40, "dates": 40, "api": 200}
"""Texts of the short form, where each takes long, or few are read; 80 of the others."""
_TOWN = "<html><head><title>Pier</title></head><body><div id=content>{}</div></body></html>"
_RELEASE = (
    '<html><body><span id="PRHeadlineSpan">Pier</span><div class="controlDisplay1">x</div>'
    '<span id="pressrelease">{}</span></body></html>'
)
_FEED = '<rss version="2.0"><channel><item>{}</item></channel></rss>'
FOUND: dict[str, tuple[str, str | bytes]] = {
    "a control character in the id of a JSON Feed's item": (
        "feeds",
        (
            '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "\\u0000a", "url": "/a", '
            '"title": "Pier", "content_text": "Shut.", "date_modified": "2026-11-20T09:30:00Z"}]}'
        ),
    ),
    "right columns in masses": ("gia", _RELEASE.format("<div id='rightContent'></div>Shut until Friday. " * 20_000)),
    "no character in the host that a link is relative to": (
        "feeds",
        (
            '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "Pier", '
            '"url": "https://pi\\ufffeer.example/1", "date_published": "2026-11-20T09:30:00Z", '
            '"content_html": "<p>Shut. <a href=/why>Why</a></p>"}]}'
        ),
    ),
    "a page that is nothing but paragraphs": (
        "pages",
        "<html><head><title>Pier</title></head><body>" + "<p>Shut.\n" * 55_000 + "</body></html>",
    ),
    "videos of one address in masses": (
        "gia",
        _RELEASE.format("<div>x</div><a class=videsLnkArrow href=/v>View</a>" * 5_000),
    ),
    "pictures in a figure in masses": (
        "pages",
        _TOWN.format("<p>Shut.</p><figure>" + "<img src=x.jpg>" * 15_000 + "</figure>"),
    ),
    "ends of tags without an end": (
        "feeds",
        _FEED.format(
            "<title>x</title><link>/1</link><description><![CDATA[<p>x</p>" + "</x\n" * 90_000 + "]]></description>"
        ),
    ),
    "fractions in masses": ("text", "Pier\n\n" + "½x" * 330_000),
    "fractions in masses in an address": ("text", "Pier\n\n" + f"<a href='/{'½x' * 330_000}'>x</a>"),
    "front matter without an end": ("text", "---\nkey: a" + "\n 1. " * 600_000 + "\n---\nPier\n\nShut."),
    "colons and hyphens in masses": ("text", "Pier\n\n[" + "-24:00" * 160_000),
    "an endless regular expression": ("config", WHOLE_CONFIG.replace("'/(\\d+)/'", "'" + "(a)" * 150_000 + "'")),
    "an endless folder": (
        "config",
        WHOLE_CONFIG.replace('directory = "', 'directory = "x/' + "a/" * 200_000),
    ),
    "a selector of thousands of parts": ("config", WHOLE_CONFIG.replace('item = "', 'item = "' + "p " * 2_000)),
    "a control character in what is cut out of a text": (
        "gia",
        _RELEASE.format('The pier is <div id="rightContent">x</div>shut\x01 until Friday.'),
    ),
    "spaces before each of a text's lines": ("gia", _RELEASE.format("The pier.<br>" + " " * 20_000 + "x")),
    "a control character in a text that a rule gives": ("pages", _TOWN.format("<p>The pier is shut.\x01</p>" * 3)),
    "a form in a drawing": ("pages", _TOWN.format("<p>The pier is shut.</p><svg><form><time>x</time></form></svg>")),
    "an <article> in a drawing": ("pages", _TOWN.format("<svg><main><article>x</article></main></svg><p>Shut.</p>")),
    "a picture's width of thousands of digits": (
        "pages",
        _TOWN.format(f"<p>The pier is shut.</p><img src=/a.jpg width={'9' * 5000}>"),
    ),
    "shares in shares": ("pages", _TOWN.format("<div class=share>" * 240 + "<p>Shut. <b>x</b>" * 5_000)),
    "tables in tables": ("lists", "<table><tr><td><a href=/1>a</a></td><td>" * 80 + "<p>Shut.<br>" * 200 + "</html>"),
    "a feed that is a root element with attributes that are none": ("feeds", '<rss version="2.0" "x"/>'),
    "a reference of thousands of digits": (
        "feeds",
        _FEED.format(
            "<title>&amp;#" + "9" * 5000 + ";</title><link>/1</link><description>&amp;#" + "9" * 5000 + "</description>"
        ),
    ),
    "a reference of thousands of zeros": (
        "feeds",
        _FEED.format("<title>&amp;#" + "0" * 5000 + "65;</title><link>/1</link>"),
    ),
    "a reference of nothing but zeros": (
        "feeds",
        _FEED.format("<title>&amp;#" + "0" * 5000 + ";x</title><link>/1</link>"),
    ),
    "a root's namespace that is no address, before one that is a relative one": (
        "feeds",
        '<rdf:RDF xmlns:rdf="h\ufffdtp://x.example/rdf#" xmlns="http//x/"><item><link>/1</link></item></rdf:RDF>',
    ),
    "a text of nothing but references": ("text", "Pier\n\n" + "&" * 900_000),
    "a date of no moment in YAML": ("text", "---\ndate: !!timestamp x\n---\nPier\n\nShut."),
    "dates in masses that no release has": ("dates", "9999-12-31 " * 60_000),
    "paragraphs in masses": (
        "pages",
        "<html lang=zh><head><title>碼頭</title></head><body><nav><a href=/>中文</a></nav><h1>碼頭關閉</h1><div>"
        + "<p>x</p>" * 20_000
        + "</div></body></html>",
    ),
    "runs of a character that are not too long": ("lists", _TOWN.format(("\u2028" * 49_990 + "x") * 12)),
    "thumbnails in masses": (
        "feeds",
        _FEED.format("<title>x</title>" + "<m:thumbnail url='/1'/>" * 20_000).replace(
            "<rss", "<rss xmlns:m='http://search.yahoo.com/mrss/'"
        ),
    ),
    "empty lines in masses": (
        "gia",
        _RELEASE.format("The pier is shut.<br>2026年4月30日" + "<div>&nbsp;</div>" * 3_000),
    ),
    "a key of masses of parts": ("taxonomy", "[nothing" + ".x" * 100_000 + "]\nx" + ".x" * 100_000 + " = 1"),
    "a key of masses of parts in a table": ("config", "x = { x" + ".x" * 200_000 + " = 1 }\n"),
    "a word without an end in a comment": ("config", WHOLE_CONFIG + "# RSS 2." + "0" * 200_000),
    "topics in masses": ("taxonomy", "[[topic]]\n" * 20_000 + "[[tpic]]\n"),
    "tables in masses": ("config", WHOLE_CONFIG + '[[feed]]\nid = "x"\n' * 10_000 + "[x]\n"),
    "an id that begins like an address": (
        "feeds",
        _FEED.format("<title>x</title><link>/1</link><guid>http://[</guid>"),
    ),
    "dots before a space": (
        "feeds",
        _FEED.format("<title>x</title><link>/1</link><description>x…" + "\u3000" * 50_000 + "x</description>"),
    ),
    "Markdown that is nothing but marks": ("text", "Pier\n\n" + "\\[" * 400_000),
    "a text of nothing but dates": ("text", "Pier\n\n" + "一月一日" * 200_000),
    "a rule of lists in lists": ("config", WHOLE_CONFIG.replace('"result[*].records[]"', '"' + "[" * 2_000 + '"')),
    "half a character in JSON": (
        "api",
        '{"result": [{"link": "/1", "title": "Pier \\ud800", "date": "2026-11-20", "\\udfff": 1}, {"\\ud800": "x"}]}',
    ),
    "half a character in YAML": ("text", '---\nkey: "a\\ud800b"\n---\nPier\n\nShut.'),
    "half a character in an unknown key": ("text", '---\n"a\\ud800b": 1\n---\nPier\n\nShut.'),
    "a word without an end": ("dates", "s" * 100_000),
    "a regular expression that repeats too often": (
        "config",
        WHOLE_CONFIG.replace("'/(\\d+)/'", "'x{99999999999999999999}'"),
    ),
    "a number of thousands of digits": ("config", "x = " + "9" * 5000),
    "lists in lists": ("config", "x = " + "[" * 5000),
    "topics with a number of thousands of digits": ("taxonomy", "x = " + "9" * 5000),
    "topics with lists in lists": ("taxonomy", "x = " + "[" * 5000),
    "front matter with a number of thousands of digits": ("text", f"+++\nkey = {'9' * 5000}\n+++\nPier\n\nShut."),
    "front matter with lists in lists": ("text", f"+++\nkey = {'[' * 5000}\n+++\nPier\n\nShut."),
    "front matter with a number that is written in few digits": (
        "text",
        f"+++\nkey = 0x{'f' * 5000}\n+++\nPier\n\nShut.",
    ),
    "YAML with a number that is written in few digits": ("text", f"---\nkey: 0x{'f' * 5000}\n---\nPier\n\nShut."),
    "YAML with a date that is such a number": ("text", f"---\ndate: 0x{'f' * 5000}\n---\nPier\n\nShut."),
    "a title with spaces in it": ("text", "# The pier" + " " * 100_000 + "is shut\n\nShut."),
}
"""By what was in it: the target, and the text."""


@pytest.fixture
def every(tmp_path: Path) -> dict[str, Target]:
    return targets(tmp_path)


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_is_mended(name: str, every: dict[str, Target]) -> None:
    target, text = FOUND[name]
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    for seed in range(4):
        finding = attempt(every[target], raw, seed, Outcome(target))
        assert finding is None, finding.what


@pytest.mark.parametrize(
    "name", ["gia", "pages", "lists", "gia-lists", "feeds", "api", "text", "config", "taxonomy", "dates"]
)
def test_changed_texts_break_no_reader(name: str, every: dict[str, Target]) -> None:
    outcome = fuzz(every[name], 20261128, executions=EXECUTIONS.get(name, 80))
    assert [one.what for one in outcome.findings.values()] == []
    assert outcome.read


def test_no_target_is_left_out(every: dict[str, Target], request: pytest.FixtureRequest) -> None:
    told = [item.name for item in request.session.items if item.name.startswith("test_changed_texts")]
    assert {name for name in every if f"test_changed_texts_break_no_reader[{name}]" not in told} == set()


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (lambda *_: 1 / 0, "ZeroDivisionError in"),
        (lambda *_: int("x"), "ValueError in"),
        (lambda *_: _work_for(0.02), "took"),
    ],
)
def test_the_fuzzer_finds_what_is_broken(read: Callable[..., None], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.run.SLOW", 0.01)
    finding = attempt(Target("broken", (b"x",), (b"y",), read), b"x", 1, Outcome("broken"))
    assert finding
    assert finding.what.startswith(said)


def _work_for(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass

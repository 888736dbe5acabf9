"""Bodies: every folder of bodies/ holds a fragment of a page and the paragraphs that it becomes.

The comment at the head of `source.html` says what the case shows.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from feedpub.entries.body import clean, web_address

_CASES = sorted((Path(__file__).parent / "bodies").iterdir())
_BASE = "https://www.saltmarsh.example/gia/page.htm"


@pytest.mark.parametrize("case", _CASES, ids=lambda case: str(case.name))
def test_a_fragment_becomes_the_expected_html(case: Path) -> None:
    source = (case / "source.html").read_text(encoding="utf-8").removesuffix("\n")
    expected = (case / "expected.html").read_text(encoding="utf-8").removesuffix("\n")
    assert clean(source, _BASE).html == expected


@pytest.mark.parametrize("case", _CASES, ids=lambda case: str(case.name))
def test_what_is_clean_stays_as_it_is(case: Path) -> None:
    once = clean((case / "source.html").read_text(encoding="utf-8"), _BASE).html
    assert clean(once, _BASE).html == once


def test_the_plain_paragraphs_are_the_text_of_the_blocks() -> None:
    body = clean("<h2>A &amp; b</h2>c <b>d</b><br>e<br><br><ul><li>f</li><li>g</li></ul><pre>h\ni</pre>", _BASE)
    assert body.paragraphs == ("A & b", "c d\ne", "f\ng", "h\ni")


def test_without_a_base_relative_addresses_are_dropped() -> None:
    assert clean('<a href="/a">a</a><img src="b.png" alt="b">', "").html == "<p>a</p>"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (None, None),
        ("", None),
        ("b", "https://www.saltmarsh.example/gia/b"),
        ("//c.example/x", "https://c.example/x"),
        ("http://[", None),
        ("vbscript:x", None),
        ("\x01javascript:x", None),
    ],
)
def test_an_address_is_absolute_and_of_the_web_or_none(address: str | None, expected: str | None) -> None:
    assert web_address(_BASE, address) == expected


@pytest.mark.parametrize("base", ["", _BASE])
@pytest.mark.parametrize("control", ["\x00", "\x01", "\x1f", "\n", "\t", "\ufffe"])
def test_no_address_holds_what_xml_or_a_url_cannot(base: str, control: str) -> None:
    address = web_address(base, f"https://a.example/x{control}y")
    assert address is None or control not in address


def test_emphasis_that_is_never_closed_does_not_pile_up() -> None:
    # Each paragraph reopens what is open; a page with <b> for </b> must not become a thousand times its size.
    fragment = "<b>word<br><br>" * 500
    assert len(clean(fragment, _BASE).html) < 20 * len(fragment)


def test_a_long_run_of_spaces_in_a_long_text_is_one_space() -> None:
    assert clean(f"<p>a{' ' * 60_000}b</p>", "").html == "<p>a b</p>"
    assert clean(f"<p>a{'&nbsp; ' * 9_000}b</p>", "").html == "<p>a b</p>"


def test_a_host_is_not_hidden_behind_a_backslash() -> None:
    assert "evil" not in clean(r'<a href="https://ok.example\@evil.example">a</a>', _BASE).html


@pytest.mark.parametrize("piece", ["z&", "&amp;z\n", "a\u00a0z", "&nbsp;z "])
@pytest.mark.parametrize("around", ["{}", "<p>x</p>{}<b>{}</b>", "<pre>{}</pre>"])
def test_a_long_text_full_of_references_stays_as_it_is(piece: str, around: str) -> None:
    found = clean(around.replace("{}", piece * 20_000), "").html
    few = clean(around.replace("{}", piece * 200), "").html
    assert "<!--" not in found
    assert Counter(found.replace("&amp;", "&")).keys() == Counter(few.replace("&amp;", "&")).keys()
    assert found.count("&amp;") == 100 * few.count("&amp;")
    assert found.count("z") == 100 * few.count("z")


@pytest.mark.parametrize(
    "hidden", ["<!--{}-->", "<!--{}", "<script>{}</script>", '<a title="{}">', "<a x={}>", "<?x {}>", "</ {}>"]
)
def test_what_is_no_text_is_none_however_long_it_is(hidden: str) -> None:
    assert clean(f"<p>Shut.</p>{hidden.format('y& ' * 20_000)}<p>Open.</p>", "").html.count("y") == 0

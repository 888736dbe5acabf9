"""HTML that takes a parser far longer than its length is refused; what people write badly is not."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from feedpub.entries import nesting
from feedpub.entries.body import clean
from feedpub.errors import ReleaseError

MASSES: dict[str, Callable[[int], str]] = {
    "emphasis": lambda one: f"<font color={one}>",
    "emphasis around paragraphs": lambda one: f"<font color={one}><p>",
    "emphasis in paragraphs": lambda one: f"<p><font color={one}></p>",
    "an end that is in a table": lambda one: f"<font color={one}><table></font></table><p>",
    "an end that is in a cell that is none": lambda one: f"<font color={one}><td><p>",
    "an end in a comment": lambda one: f"<font color={one}><!--</font>--><p>",
    "an end in an attribute": lambda one: f"<font color={one}><x y='</font>'></x><p>",
    "an end in a text area": lambda one: f"<font color={one}><textarea></font></textarea><p>",
    "an end in a drawing": lambda one: f"<font color={one}><svg></font></svg><p>",
    "capitals": lambda one: f"<FONT\nCOLOR={one}></FOnT x><BIG {one}><P>",
    "lists": lambda _: "<ul><li>",
    "sections": lambda _: "<div>",
    "unknown elements": lambda _: "<x-y>",
    "lists around tables": lambda _: "<ul><table></ul></table>",
}


@pytest.mark.parametrize("name", MASSES)
@pytest.mark.parametrize("count", [100, 1_500, 12_000])
def test_no_mass_of_tags_takes_long(name: str, count: int) -> None:
    text = "".join(map(MASSES[name], range(count)))
    started = time.process_time()
    with suppress(ReleaseError):
        assert len(clean(text, "").html) < 20 * len(text) + 1_000
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<div>" * 1_100, "nested too deeply"),
        ("<ul><li>" * 300, "nested too deeply"),
        ("".join(f"<font color={one}><p>x" for one in range(2_000)), "emphasis that never ends"),
        ("<p>x" * 61_000, "more than 60,000 tags"),
    ],
)
def test_it_says_why(text: str, said: str) -> None:
    with pytest.raises(ReleaseError, match=said):
        clean(text, "")


@pytest.mark.parametrize(
    "text",
    [
        "<p>One<p>Two<br>" * 5_000,
        "<b>One<p>" * 5_000,
        "<b>One</b> <a href=x>two<br><i>" * 3_000,
        "<table>" + "<tr><td><font size=2><div>x" * 3_000 + "</table>",
        "<table><tr><td>" * 80 + "x",
        "".join(f"<table><td><font color={one}>x</table>" for one in range(3_000)),
        "".join(f"<p><font color={one}>x</font></p>" for one in range(5_000)),
        "<div><span>x</span></div>" * 5_000,
        "<ul><li>x<li>y</ul>" * 5_000,
        "<div>" * 200 + "x" + "</div>" * 200,
        "<!-- <div> -->" * 3_000,
        "<script>" + "x('<div>');" * 1_000 + "</script><p>x",
        "a < b, " * 3_000,
    ],
)
def test_what_people_write_badly_is_read(text: str) -> None:
    assert nesting.fault(text) == ""

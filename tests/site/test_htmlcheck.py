"""The checks of pages find what they are there for."""

from __future__ import annotations

import pytest

from tests.site.htmlcheck import faults

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Town</title></head><body><main id="content"><h1>Town</h1>{}</main></body></html>"""


def found(content: str, *, frames: bool = False) -> list[str]:
    return faults(PAGE.format(content).encode(), frames=frames)


def test_a_page_in_order_has_no_faults() -> None:
    assert found('<p>A <a href="x.html" lang="zh-Hant">link</a>.</p><ul><li>one</li></ul>') == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("<p>open", ""),
        ("<p></b></p>", "unexpected-end-tag"),
        ("<p>a & b &nosuch; c</p>", "expected-named-entity"),
        ('<p id="a">1</p><p id="a">2</p>', "id 'a' 2 times"),
        ('<p aria-labelledby="none">1</p>', "aria-labelledby='none' leads to nothing"),
        ('<a href="#none">1</a>', "#none leads to nothing"),
        ("<h1>another</h1>", "2 h1"),
        ("<h2></h2>", "<h2> says nothing"),
        ('<a href="x"></a>', "<a> says nothing"),
        ('<p lang="chinese">x</p>', "lang 'chinese'"),
        ("<script>run()</script>", "inline script"),
        ('<p onclick="run()">x</p>', "<p onclick>"),
        ('<p style="color:red">x</p>', "<p style>"),
        ('<a href=" java\tscript:run()">x</a>', "<a href="),
        ('<img src="x.jpg" width="1" height="1">', "no alt"),
        ('<img src="x.jpg" alt="x">', "no size"),
        ('<iframe src="x.html" title="x"></iframe>', "<iframe>"),
        ("<ul><p>x</p></ul>", "<p> in <ul>"),
        ("<span><div>x</div></span>", "<div> in <span>"),
        ('<a href="x"><button type="button">x</button></a>', "<button> in <a>"),
        ("<select><option>1</select>", "no label"),
        ("<button>go</button>", "a button without a type"),
        ('<a href="https://a.example/" target="_blank">x</a>', "a new window that knows its opener"),
    ],
)
def test_a_fault_is_found(content: str, fault: str) -> None:
    if fault:
        assert any(fault in one for one in found(content)), found(content)
    else:
        assert found(content) == [], "an end tag that may be left out"


def test_a_page_may_show_a_frame_where_that_is_what_it_is_for() -> None:
    assert found('<iframe src="x.html" title="x"></iframe>', frames=True) == []

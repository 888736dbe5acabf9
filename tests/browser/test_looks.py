"""What looks at pages for the other tests sees what is wrong with them."""

from __future__ import annotations

from pathlib import Path

from tests.browser.conftest import Opening, Serving
from tests.browser.looks import DARK, LIGHT, axe, overflow, reachable, tabs
from tests.browser.served import plain, strict
from tests.browser.watch import Watch

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Town</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="icon.svg">{head}</head>
<body><main><h1>Town</h1>{body}</main></body></html>"""
ICON = '<svg xmlns="http://www.w3.org/2000/svg"/>'


def shown(serve: Serving, folder: Path, head: str = "", body: str = "") -> str:
    """The address of a page."""
    (folder / "icon.svg").write_text(ICON)
    (folder / "index.html").write_text(PAGE.format(head=head, body=body))
    return serve(folder, headers=plain).at()


def test_a_page_in_order(visit: Opening, serve: Serving, tmp_path: Path) -> None:
    page = visit(shown(serve, tmp_path, body="<p><a href='#'>A link</a></p>"))
    assert (axe(page, LIGHT), axe(page, DARK), overflow(page, 320), reachable(page)) == ([], [], [], 1)
    assert [one["visible"] for one in tabs(page, 3)] == [True]


def test_faint_text_in_the_dark_only(visit: Opening, serve: Serving, tmp_path: Path) -> None:
    dark = "@media (prefers-color-scheme: dark) { body { background: #000; color: #222 } }"
    page = visit(shown(serve, tmp_path, f"<style>{dark}</style>", "<p>Faint</p>"))
    assert axe(page, LIGHT) == []
    assert any("color-contrast" in one for one in axe(page, DARK))


def test_what_is_too_wide(visit: Opening, serve: Serving, tmp_path: Path) -> None:
    page = visit(shown(serve, tmp_path, body=f"<p class='long'>{'x' * 200}</p><div style='width: 500px'>wide</div>"))
    assert overflow(page, 1900) == []
    found = overflow(page, 320)
    assert found[0] == "the page"
    assert any(one.startswith("<div") for one in found)


def test_what_scrolls_in_its_own_place_is_not_too_wide(visit: Opening, serve: Serving, tmp_path: Path) -> None:
    page = visit(shown(serve, tmp_path, body=f"<div style='overflow-x: auto'><p>{'x' * 200}</p></div>"))
    assert overflow(page, 320) == []


def test_a_focus_that_nobody_sees(visit: Opening, serve: Serving, tmp_path: Path) -> None:
    body = "<p><a href='#'>A link</a> <button type='button' tabindex='-1'>Out of reach</button></p>"
    page = visit(shown(serve, tmp_path, "<style>a { outline: none }</style>", body))
    assert reachable(page) == 2
    assert [one["visible"] for one in tabs(page, 5)] == [False]


def test_what_a_page_does_that_it_may_not(visit: Opening, watch: Watch, serve: Serving, tmp_path: Path) -> None:
    head = "<script>alert(1)</script><script src='run.js'></script>"
    (tmp_path / "run.js").write_text("alert('dialog'); document.body; throw new Error('thrown')")
    address = shown(serve, tmp_path, head, "<img src='https://elsewhere.example/x.png'><p style='color:red'>x</p>")
    visit(address).wait_for_load_state("networkidle")
    strictly = visit(serve(tmp_path, headers=strict).at())
    strictly.evaluate("fetch('/nothing')")
    strictly.wait_for_load_state("networkidle")
    seen = "\n".join(watch.problems)
    for one in ("inline script", "inline style", "request: https://elsewhere", "dialog: alert dialog", "thrown", "404"):
        assert one in seen, (one, seen)
    watch.expect("")

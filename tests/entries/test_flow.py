"""Lines and blocks, from pieces of text as they come between tags."""

from __future__ import annotations

import pytest

from feedpub.entries.flow import Flow, plain_spaces


def blocks(*lines: str) -> list[tuple[str, str]]:
    flow = Flow()
    for line in lines:
        flow.text(line)
        flow.end_line()
    flow.end_block()
    return flow.blocks


LONG = "x" * 81


def test_short_lines_stay_together_and_an_empty_one_parts_them() -> None:
    assert blocks("a", "b", "", "c") == [("<p>a<br>\nb</p>", "a\nb"), ("<p>c</p>", "c")]


@pytest.mark.parametrize(
    ("line", "long"),
    [("x" * 80, False), (LONG, True), ("字" * 40, False), ("字" * 41, True), ("字" * 20 + "x" * 40, False),
     ("字" * 20 + "x" * 41, True)],
)  # fmt: skip
def test_a_line_of_more_than_eighty_letters_or_forty_characters_is_a_paragraph(line: str, *, long: bool) -> None:
    expected = ["a", line, "b"] if long else [f"a\n{line}\nb"]
    assert [plain for _, plain in blocks("a", line, "b")] == expected


@pytest.mark.parametrize(
    "indent", ["\u3000\u3000", " \u00a0\u3000\u3000", "\u00a0\u00a0\u00a0", " \u00a0 \u00a0\u00a0"]
)
def test_an_indented_line_begins_a_paragraph(indent: str) -> None:
    assert blocks("a", f"{indent}b", "c") == [("<p>a</p>", "a"), ("<p>b<br>\nc</p>", "b\nc")]


@pytest.mark.parametrize("indent", ["\u3000", "\u00a0\u00a0", "    "])
def test_less_is_no_indent(indent: str) -> None:
    assert blocks("a", f"{indent}b") == [("<p>a<br>\nb</p>", "a\nb")]


def test_spaces_are_single_and_none_stand_at_the_ends_of_a_line() -> None:
    flow = Flow()
    for piece in ("  a \u00a0 ", "  b", "\u3000", " "):
        flow.text(piece)
    flow.end_block()
    assert flow.blocks == [("<p>a b</p>", "a b")]


def test_an_ideographic_space_within_a_line_stays() -> None:
    flow = Flow()
    flow.text("a ")
    flow.text("\u3000b")
    flow.end_block()
    assert flow.blocks == [("<p>a \u3000b</p>", "a \u3000b")]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (("完。\u3000\u3000新段",), ["完。", "新段"]),
        (("完。", "\u3000\u3000新段"), ["完。", "新段"]),
        (("完", "\u3000\u3000新段"), ["完\u3000\u3000新段"]),
        (("完\u3000\u3000新段",), ["完\u3000\u3000新段"]),
        (("完。", "\u3000新段"), ["完。\u3000新段"]),
        (("完。\u3000\u3000新。 \u3000\u3000三",), ["完。", "新。", "三"]),
        (("\u3000\u3000新段",), ["新段"]),
    ],
)
def test_a_wide_gap_behind_the_end_of_a_sentence_parts_paragraphs(pieces: tuple[str, ...], expected: list[str]) -> None:
    flow = Flow()
    for piece in pieces:
        flow.text(piece)
    flow.end_block()
    assert [plain for _, plain in flow.blocks] == expected


def test_emphasis_goes_on_in_the_next_line() -> None:
    flow = Flow()
    flow.start("<strong>", "</strong>")
    flow.text("a")
    flow.end_line()
    flow.text("b")
    flow.end()
    flow.text("c")
    flow.end()
    flow.end_block()
    assert flow.blocks == [("<p><strong>a</strong><br>\n<strong>b</strong>c</p>", "a\nbc")]


def test_the_same_emphasis_inside_itself_adds_nothing() -> None:
    flow = Flow()
    for _ in range(2):
        flow.start("<em>", "</em>")
    flow.text("a")
    for _ in range(2):
        flow.end()
    flow.end_block()
    assert flow.blocks == [("<p><em>a</em></p>", "a")]


def test_eight_levels_are_kept_and_more_left_out() -> None:
    flow = Flow()
    for number in range(9):
        flow.start(f"<x{number}>", f"</x{number}>")
    flow.text("a")
    flow.end_block()
    ((html, plain),) = flow.blocks
    assert plain == "a"
    assert html == (
        "<p>"
        + "".join(f"<x{one}>" for one in range(8))
        + "a"
        + "".join(f"</x{one}>" for one in reversed(range(8)))
        + "</p>"
    )


def linked(flow: Flow, lines: int) -> None:
    for number in range(lines):
        flow.text(f"line {number}")
        flow.end_line()


def test_a_link_that_is_never_closed_goes_on_for_twelve_lines_and_emphasis_for_ever() -> None:
    flow = Flow()
    flow.start("<strong>", "</strong>")
    flow.start("<a>", "</a>")
    linked(flow, 16)
    flow.end_block()
    ((html, _),) = flow.blocks
    lines = html.split("<br>\n")
    assert len(lines) == 16
    assert ["<a>" in line for line in lines] == [True] * 13 + [False] * 3
    assert all("<strong>" in line for line in lines)


def test_each_link_has_its_own_twelve_lines() -> None:
    flow = Flow()
    flow.start("<strong>", "</strong>")
    linked(flow, 10)
    flow.start("<a>", "</a>")
    linked(flow, 13)
    flow.end_block()
    ((html, _),) = flow.blocks
    assert ["<a>" in line for line in html.split("<br>\n")] == [False] * 10 + [True] * 13


def test_what_ends_without_having_begun_is_nothing() -> None:
    flow = Flow()
    flow.end()
    flow.text("a")
    flow.end_block()
    assert flow.blocks == [("<p>a</p>", "a")]


def test_a_picture_is_a_line_though_it_says_nothing() -> None:
    flow = Flow()
    flow.image('<img src="x">', "")
    flow.end_line()
    flow.image('<img src="y">', "Kelp")
    flow.end_block()
    assert flow.blocks == [('<p><img src="x"><br>\n<img src="y"></p>', "\nKelp")]


def test_a_block_of_its_own_ends_the_text_before_it() -> None:
    flow = Flow()
    flow.text("a")
    flow.block("<ul></ul>", "b")
    flow.wrapper = "h3"
    flow.text("c")
    flow.end_block()
    assert flow.blocks == [("<p>a</p>", "a"), ("<ul></ul>", "b"), ("<h3>c</h3>", "c")]


def test_the_inside_of_a_cell() -> None:
    one, two, heading, none = Flow(), Flow(), Flow(), Flow()
    one.text("a")
    two.text(LONG)
    two.end_line()
    two.text("b")
    heading.wrapper = "h3"
    heading.text("c")
    assert one.inner() == ("a", "a")
    assert two.inner() == (f"<p>{LONG}</p><p>b</p>", f"{LONG}\nb")
    assert heading.inner() == ("<h3>c</h3>", "c")
    assert none.inner() == ("", "")


def test_white_space_is_plain_but_for_what_indents() -> None:
    assert plain_spaces("a\tb\r\nc\fd\u2002e\u2003f\u2009g\u00a0h\u3000i") == "a b  c d e f g\u00a0h\u3000i"

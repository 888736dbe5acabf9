"""Safe HTML as plain text, and what two sequences of paragraphs have in common."""

from __future__ import annotations

import time
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedpub.entries import body, text
from feedpub.entries.paragraphs import Run, paragraphs, plain, runs


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", []),
        ("<p></p><p> </p>", []),
        ("<p>One.</p>\n<p>Two.</p>", ["One.", "Two."]),
        ("<p>One<br>Two</p>", ["One", "Two"]),
        ("<h3>Heading</h3><p>One.</p>", ["Heading", "One."]),
        ("<ul><li>One</li><li>Two <strong>bold</strong></li></ul>", ["One", "Two bold"]),
        (
            (
                "<table><caption>Rain</caption><thead><tr><th>Day</th><th>mm</th></tr></thead>"
                "<tbody><tr><td>1</td><td>20</td></tr></tbody></table>"
            ),
            ["Rain", "Day mm", "1 20"],
        ),
        ("<blockquote>Said.</blockquote><pre>a  b</pre>", ["Said.", "a b"]),
        ("<p>Fish &amp; &lt;kelp&gt;</p>", ["Fish & <kelp>"]),
        ('<p><img src="https://a.example/x.png" alt="kelp &gt; fish"></p><p>One.</p>', ["One."]),
        ("text without a paragraph", ["text without a paragraph"]),
        ("<p>海港\u3000及交通局</p>", ["海港\u3000及交通局"]),
    ],
)
def test_each_block_is_a_line_of_plain_text(content: str, expected: list[str]) -> None:
    assert paragraphs(content) == expected


def test_plain_text_has_no_tags_and_no_references() -> None:
    assert plain('<p>Fish &amp; <a href="https://a.example/?a=1&amp;b=2">kelp</a>.</p>') == "Fish & kelp."


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("ab<>&;字。 \u3000"), max_size=8), max_size=5))
def test_the_paragraphs_of_a_clean_body_have_all_of_its_text(texts: list[str]) -> None:
    content = body.clean("".join(f"<p>{escape(one)}</p>" for one in texts), "").html
    assert text.bones("".join(paragraphs(content))) == text.bones(plain(content)) == text.bones("".join(texts))


def test_runs_are_what_stayed_and_what_differs_in_their_order() -> None:
    assert runs("abcdef", "abXdefg") == [
        Run(same=True, first=0, last=2, start=0, end=2),
        Run(same=False, first=2, last=3, start=2, end=3),
        Run(same=True, first=3, last=6, start=3, end=6),
        Run(same=False, first=6, last=6, start=6, end=7),
    ]


def test_nothing_has_no_runs_and_the_same_is_one() -> None:
    assert runs("", "") == []
    assert runs("ab", "ab") == [Run(same=True, first=0, last=2, start=0, end=2)]


def test_where_too_much_is_the_same_all_but_the_ends_differs_and_it_takes_no_time() -> None:
    began = time.perf_counter()
    found = runs(["start", *"ab" * 5000, "end"], ["start", *"bca" * 3000, "end"])
    assert time.perf_counter() - began < 1
    assert [run.same for run in found] == [True, False, True]


@settings(deadline=None)
@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_runs_make_up_both_sequences(old: str, new: str) -> None:
    found = runs(old, new)
    assert "".join(old[run.first : run.last] for run in found) == old
    assert "".join(new[run.start : run.end] for run in found) == new
    assert all(old[run.first : run.last] == new[run.start : run.end] for run in found if run.same)

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feedpub.site import plots
from feedpub.site.plots import Columns

COUNTS = (0, 7, 14, 3, 40, 0, 1)
DAYS = ("22 Nov", "23 Nov", "24 Nov", "25 Nov", "26 Nov", "27 Nov", "28 Nov")
HOSTILE = "</title><script>alert(1)</script>\"'&]]>\u202e"


def columns(*counts: int, title: str = "Releases a day", told: str = "40 at most", top: int = 0) -> Columns:
    labels = tuple(f"day {number}" for number in range(len(counts)))
    return Columns(title=title, told=told, labels=labels, counts=counts, named=(len(counts) - 1,), top=top)


def drawn(text: str) -> etree._Element:
    return etree.fromstring(text)


def heights(svg: etree._Element, kind: str = "columns") -> list[float]:
    (marks,) = (group for group in svg.iter("g") if group.get("class") == f"series {kind}")
    return [float(mark.get("height", "")) for mark in marks]


def ticks(svg: etree._Element) -> dict[int, float]:
    """Where the labels at the left stand, by their numbers."""
    (axis,) = (group for group in svg.iter("g") if group.get("class") == "axis left")
    return {int((text.text or "").replace(",", "")): float(text.get("y", "")) for text in axis.iter("text")}


def test_each_column_is_as_high_as_its_count_on_the_scale_beside_it() -> None:
    svg = drawn(plots.chart(columns(*COUNTS)))
    scale = ticks(svg)
    unit = (scale[0] - scale[40]) / 40
    assert heights(svg) == pytest.approx([count * unit for count in COUNTS], abs=0.01)
    (marks,) = (group for group in svg.iter("g") if group.get("class") == "series columns")
    feet = [float(mark.get("y", "")) + float(mark.get("height", "")) for mark in marks]
    assert feet == pytest.approx([scale[0]] * len(COUNTS), abs=0.02)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40))
def test_whatever_the_counts_heights_are_in_proportion_and_in_the_frame(counts: list[int]) -> None:
    for text in (plots.chart(columns(*counts)), plots.row(columns(*counts))):
        svg = drawn(text)
        found, most = heights(svg), max(counts)
        highest = max(found)
        assert highest <= float(svg.get("viewBox", "").split()[3])
        for height, count in zip(found, counts, strict=True):
            assert height == pytest.approx(highest * count / most if most else 0, abs=0.02)


def test_columns_stand_side_by_side_in_order_and_none_over_another() -> None:
    svg = drawn(plots.chart(columns(*range(30))))
    (marks,) = (group for group in svg.iter("g") if group.get("class") == "series columns")
    places = [(float(mark.get("x", "")), float(mark.get("width", ""))) for mark in marks]
    assert len(places) == 30
    assert all(left + width <= right for (left, width), (right, _) in pairwise(places))
    assert places[-1][0] + places[-1][1] <= 480


def test_plots_with_one_top_have_one_scale() -> None:
    low, high = (drawn(plots.chart(columns(*counts, top=90))) for counts in ((1, 5), (80, 90)))
    assert ticks(low) == ticks(high)


@pytest.mark.parametrize("most", [0, 1, 2, 3, 7, 12, 99, 12_345])
def test_the_scale_has_whole_numbers_from_zero_and_different_ones(most: int) -> None:
    svg = drawn(plots.chart(columns(most, 0)))
    (axis,) = (group for group in svg.iter("g") if group.get("class") == "axis left")
    labels = [text.text or "" for text in axis.iter("text")]
    assert "0" in labels
    assert len(set(labels)) == len(labels) >= 2
    assert all(label.isdigit() for label in labels)


def test_numbers_are_written_as_the_language_writes_them_and_have_room() -> None:
    text = plots.chart(columns(10**9, 5), lambda number: f"{number:,}".replace(",", "\u202f"))
    assert ">1\u202f000\u202f000\u202f000<" in text
    place = re.search(r"translate\((\d+) ", text)
    assert place
    assert int(place[1]) >= 8 * len("1 000 000 000")


def test_the_column_that_goes_on_is_told_apart_without_colour() -> None:
    for text in (plots.chart(columns(*COUNTS)), plots.row(columns(*COUNTS))):
        (marks,) = (group for group in drawn(text).iter("g") if group.get("class") == "series columns")
        assert [mark.get("fill") for mark in marks] == [None] * 6 + ["url(#hatching)"]
    assert 'id="hatching"' in plots.hatching()


def test_a_plot_says_what_it_is_and_what_it_shows() -> None:
    for text in (plots.chart(columns(*COUNTS)), plots.row(columns(*COUNTS))):
        svg = drawn(text)
        assert svg.get("role") == "img"
        assert [(child.tag, child.text) for child in list(svg)[:2]] == [
            ("title", "Releases a day"),
            ("desc", "40 at most"),
        ]


def test_every_column_of_a_chart_says_its_label_and_count() -> None:
    shown = Columns(title="", told="", labels=DAYS, counts=COUNTS, named=(6,))
    (marks,) = (group for group in drawn(plots.chart(shown)).iter("g") if group.get("class") == "series columns")
    assert [mark.findtext("title") for mark in marks] == [
        f"{day}: {count}" for day, count in zip(DAYS, COUNTS, strict=True)
    ]


def test_labels_below_are_those_that_are_named_and_the_last_ends_with_the_plot() -> None:
    shown = Columns(title="", told="", labels=DAYS, counts=COUNTS, named=(0, 3, 6))
    (axis,) = (group for group in drawn(plots.chart(shown)).iter("g") if group.get("class") == "axis bottom")
    assert [(text.text, text.get("text-anchor")) for text in axis.iter("text")] == [
        ("22 Nov", "middle"),
        ("25 Nov", "middle"),
        ("28 Nov", "end"),
    ]
    assert [tick.get("class") for tick in axis] == ["tick", "tick spare", "tick"]


@pytest.mark.parametrize("share", [0.0, 0.031, 0.5, 0.983, 1.0])
def test_a_bar_is_as_long_as_its_share(share: float) -> None:
    svg = drawn(plots.bar(share, "English: 98%"))
    whole = svg.find("rect")
    (marks,) = (group for group in svg.iter("g") if group.get("class") == "series bars")
    assert whole is not None
    assert float(marks[0].get("width", "")) == pytest.approx(share * float(whole.get("width", "")), abs=0.01)


def test_a_plot_has_no_style_no_colour_and_no_font_of_its_own() -> None:
    for text in (plots.chart(columns(*COUNTS)), plots.row(columns(*COUNTS)), plots.bar(0.5, "x"), plots.hatching()):
        assert "style" not in text
        assert not re.search(r"#[0-9a-f]{3,6}\b|font-|stroke=", text)
        assert re.findall(r"fill=\"([^\"]*)\"", text) in ([], ["url(#hatching)"])


def test_hostile_texts_stay_texts() -> None:
    shown = Columns(title=HOSTILE, told=HOSTILE, labels=(HOSTILE,), counts=(1,), named=(0,))
    svg = drawn(plots.chart(shown))
    assert svg.findtext("title") == svg.findtext("desc") == HOSTILE
    assert not list(svg.iter("script"))


def test_the_same_data_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import sys; from feedpub.site import plots; "
        f"c = plots.Columns(title='t', told='d', labels={DAYS!r}, counts={COUNTS!r}, named=(6,)); "
        "sys.stdout.write(plots.chart(c) + plots.row(c) + plots.bar(0.983, 'b'))"
    )
    shown = Columns(title="t", told="d", labels=DAYS, counts=COUNTS, named=(6,))
    here = plots.chart(shown) + plots.row(shown) + plots.bar(0.983, "b")
    there = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=60, env={"PYTHONHASHSEED": "7"}
    )
    assert there.stdout.decode() == here

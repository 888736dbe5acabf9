"""Plots as SVG that stands in a page: scales, ticks and marks are leather's, colours and type the style sheet's.

leather writes colours and fonts as attributes; here they become classes, so that a plot is as light or dark as its page
and has its type, and nothing in it is a style that a Content-Security-Policy would refuse. What is drawn is told by
height, place and hatching, not by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from xml.etree import ElementTree as ET

import leather
import msgspec
from markupsafe import Markup

_LOOKS = ("fill", "stroke", "stroke-width", "font-family", "font-size")
_PLACES = ("x", "y", "x1", "x2", "y1", "y2", "width", "height")
_WIDE, _HIGH, _ABOVE, _BELOW, _RIGHT = 480, 170, 12, 30, 4
_CHARACTER, _GAP = 11, 12
"""Room for a tick's label in units of the drawing; on a narrow screen its letters are larger in these units."""
_ROW_WIDE, _ROW_HIGH, _BAR_HIGH = 120, 24, 12
_ANY = "none"
"""A colour for leather, which wants one; it goes."""


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """A column for each count, in order.

    `labels` say what each column is of, `named` which of them stand below it. `title` and `told` are what the plot is
    and what it shows, for those who do not see it. The last column is hatched, as what it counts goes on. `top` is the
    count that the scale has room for at least, so that several plots can have one scale.
    """

    title: str
    told: str
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    named: tuple[int, ...] = ()
    top: int = 0


def chart(columns: Columns, number: Callable[[int], str] = str) -> Markup:
    """Columns with both axes.

    Args:
        columns: at least one.
        number: writes the numbers at the left.
    """
    keys = _keys(columns.counts)
    y_scale = _scale(max(columns.top, *columns.counts))
    ticks = [tick for tick in y_scale.ticks() if tick == int(tick)]
    left = _GAP + _CHARACTER * max(len(number(int(tick))) for tick in ticks)
    wide, high = _WIDE - left - _RIGHT, _HIGH - _ABOVE - _BELOW
    x_scale = leather.Ordinal(keys)
    across = leather.Axis([keys[at] for at in columns.named] or [keys[-1]], lambda key, *_: columns.labels[int(key)])
    up = leather.Axis(ticks, lambda tick, *_: number(int(tick)))
    root = _root(columns, _WIDE, _HIGH)
    inner = ET.SubElement(root, "g", {"transform": f"translate({left} {_ABOVE})"})
    inner.append(up.to_svg(wide, high, y_scale, "left"))
    inner.append(_labels_below(across.to_svg(wide, high, x_scale, "bottom"), wide))
    marks = leather.Columns(_ANY).to_svg(wide, high, x_scale, y_scale, _series(columns.counts), iter(()))
    for mark, label, count in zip(marks, columns.labels, columns.counts, strict=True):
        ET.SubElement(mark, "title").text = f"{label}: {number(count)}"
    inner.append(marks)
    _plain(root)
    _hatch(marks[-1])
    return _written(root)


def row(columns: Columns) -> Markup:
    """Columns alone, on one line of text, to a scale of their own."""
    root = _root(columns, _ROW_WIDE, _ROW_HIGH)
    root.append(_row_marks(columns.counts))
    return _written(root)


def bar(share: float, title: str) -> Markup:
    """A share of a whole, from 0 to 1, as a bar across."""
    root = _root(Columns(title=title, told="", labels=(), counts=()), _ROW_WIDE, _BAR_HIGH)
    root.set("preserveAspectRatio", "none")
    whole = {"class": "whole", "x": "0", "y": "0", "width": str(_ROW_WIDE), "height": str(_BAR_HIGH)}
    ET.SubElement(root, "rect", whole)
    x_scale, y_scale = _scale(1), leather.Ordinal(["0"])
    marks = leather.Bars(_ANY).to_svg(_ROW_WIDE, _BAR_HIGH, x_scale, y_scale, leather.Series([(share, "0")]), iter(()))
    root.append(marks)
    _plain(root)
    return _written(root)


def hatching() -> Markup:
    """The pattern that plots of a page refer to; it has to stand in the page once, before them."""
    line = '<path d="M0 4 4 0M-1 1 1-1M3 5 5 3" class="hatch"/>'
    pattern = f'<pattern id="hatching" width="4" height="4" patternUnits="userSpaceOnUse">{line}</pattern>'
    return Markup(f'<svg class="unseen" aria-hidden="true" focusable="false"><defs>{pattern}</defs></svg>')  # noqa: S704 - constant


def _root(columns: Columns, wide: int, high: int) -> ET.Element:
    root = ET.Element("svg", {"viewBox": f"0 0 {wide} {high}", "role": "img"})
    ET.SubElement(root, "title").text = columns.title
    if columns.told:
        ET.SubElement(root, "desc").text = columns.told
    return root


@lru_cache(maxsize=64)
def _scale(top: int) -> leather.Linear:
    """A scale from 0: leather takes its time to choose its ticks, and a page has it in every language."""
    return leather.Linear(0, top)


@lru_cache(maxsize=64)
def _row_marks(counts: tuple[int, ...]) -> ET.Element:
    """Those of a row: the same in every language. They are only read."""
    y_scale = _scale(max(counts))
    x_scale = leather.Ordinal(_keys(counts))
    marks: ET.Element = leather.Columns(_ANY).to_svg(_ROW_WIDE, _ROW_HIGH, x_scale, y_scale, _series(counts), iter(()))
    _plain(marks)
    _hatch(marks[-1])
    return marks


def _keys(counts: tuple[int, ...]) -> list[str]:
    """What leather calls the columns: it wants texts, and different ones."""
    return [str(at) for at in range(len(counts))]


def _series(counts: tuple[int, ...]) -> leather.Series:
    return leather.Series(list(zip(_keys(counts), counts, strict=True)))


def _labels_below(axis: ET.Element, wide: int) -> ET.Element:
    """The last label ends where the plot does. Every other one, counted from it, may go where there is little room."""
    for at, tick in enumerate(reversed(list(axis))):
        for text in tick.iter("text"):
            if not at:
                text.attrib |= {"x": str(wide), "text-anchor": "end"}
        if at % 2:
            tick.set("class", "tick spare")
    return axis


def _hatch(mark: ET.Element) -> None:
    """What is not over yet."""
    mark.attrib |= {"class": "open", "fill": "url(#hatching)"}


def _plain(root: ET.Element) -> None:
    """Take leather's looks away, and write its places in short."""
    for element in root.iter():
        for name in _LOOKS:
            element.attrib.pop(name, None)
        for name in _PLACES:
            if name in element.attrib:
                element.set(name, _short(element.attrib[name]))


def _written(root: ET.Element) -> Markup:
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - an XML writer escaped it


def _short(number: str) -> str:
    """A place with at most two decimals: "13.1" for "13.100"."""
    return f"{float(number):.2f}".rstrip("0").rstrip(".")

"""A release's HTML -> clean paragraphs. The pages are one run of text with <br>; readers deserve paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

import msgspec
import nh3
from lxml import etree

from feedpub.characters import xml_safe
from feedpub.entries import text

_INLINE = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u", "sup": "sup", "sub": "sub"}
_KEPT = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6", "blockquote": "blockquote"}
_LISTS = frozenset({"ul", "ol"})
_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "applet",
        "form",
        "select",
        "button",
        "textarea",
        "input",
        "svg",
        "math",
        "audio",
        "video",
        "canvas",
        "head",
        "title",
        "meta",
        "link",
        "base",
        "frame",
        "frameset",
        "noframes",
    ],
)
_BLOCKS = frozenset(
    [
        "div",
        "p",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "nav",
        "center",
        "dl",
        "dt",
        "dd",
        "address",
        "figure",
        "figcaption",
    ]
)
_TAGS = frozenset(
    {*_INLINE.values(), *_KEPT.values(), *_LISTS, "li", "p", "br", "a", "img", "pre", "table", "caption"}
    | {"thead", "tbody", "tfoot", "tr", "th", "td"},
)
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_SPACES = ("\t", "\r", "\n", "\f", "\u00a0", "\u2002", "\u2003", "\u2009")
_WIDE_GAP = re.compile("(?<=[。！？：」』”）:.!?)])[ \u00a0]*\u3000{2,}(?=\\S)")
_INDENT = re.compile("^[ \t\r\n]*(?:[ \u00a0]*\u3000{2}|(?:[ ]?\u00a0[ ]?){3})")
_LONG_LINE = 40
"""More CJK characters than this, or twice as many letters, and a line is a paragraph even with one break after it."""
_WEB = ("http://", "https://")
_SPAN_LIMIT = re.compile(r"[1-9]\d{0,2}")


class Body(msgspec.Struct, frozen=True):
    """Safe HTML in paragraphs, and the plain text of each block for the summary and for telling changes."""

    html: str
    paragraphs: tuple[str, ...]


def clean(fragment: str, base: str) -> Body:
    """Turn an HTML fragment into safe HTML paragraphs.

    Args:
        fragment: any HTML, as wild as it comes.
        base: the address that relative ones are relative to; "" drops them.

    Tables, lists, links, emphasis and images stay; scripts, styles and forms go with what is inside them. Links are
    absolute http(s) addresses; any other is dropped and its text stays.
    """
    builder = _Builder(base)
    tree = _parse(text.visible(xml_safe(fragment)))
    if tree is not None:
        builder.children(tree)
    builder.end_block()
    html = "\n".join(block for block, _ in builder.blocks)
    # nh3 has the last word on what is safe; what it decodes may again hold what XML cannot.
    safe = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_web_only,
        url_schemes={"http", "https"},
        link_rel=None,
        strip_comments=True,
    )
    return Body(xml_safe(safe), tuple(plain for _, plain in builder.blocks if plain))


def _parse(fragment: str) -> etree._Element | None:
    if not fragment.strip():
        return None
    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    root = etree.fromstring(f"<div>{fragment}</div>".encode(), parser)
    return None if root is None else root.find("body")


def web_address(base: str, address: str | None) -> str | None:
    """An absolute http(s) address, None for anything else."""
    if not address:
        return None
    try:
        joined = address.strip()
        if base and not joined.startswith(_WEB):
            joined = urljoin(base, joined)
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in ("http", "https") and parts.hostname else None


def _web_only(tag: str, attribute: str, value: str) -> str | None:
    if attribute in ("href", "src"):
        return web_address("", value)
    if attribute in ("colspan", "rowspan") and not _SPAN_LIMIT.fullmatch(value):
        return None
    if attribute == "scope" and value not in ("row", "col", "rowgroup", "colgroup"):
        return None
    del tag
    return value


class _Builder:
    """Walks a tree and lays its text out in lines, its lines in blocks.

    A block ends at a block element, at an empty line, at an indented line and after a long one. What remains
    of single breaks (addresses, verses, short lists) stays as <br>.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self.blocks: list[tuple[str, str]] = []
        self._wrapper = "p"
        self._open: list[tuple[str, str]] = []
        self._lines: list[tuple[str, str]] = []
        self._html: list[str] = []
        self._plain: list[str] = []
        self._indented = False

    def children(self, element: etree._Element) -> None:
        """Lay out all that is inside an element."""
        if words := element.text:
            self._text(words)
        for child in element:
            self._element(child)
            if words := child.tail:
                self._text(words)

    def _element(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "br":
            self._end_line()
        elif not isinstance(tag, str) or tag in _DROPPED:
            return
        elif tag in _INLINE:
            self._inline(element, f"<{_INLINE[tag]}>", f"</{_INLINE[tag]}>")
        elif tag in _KEPT:
            self._wrapped(element, _KEPT[tag])
        elif tag in _BLOCKS:
            self._wrapped(element, self._wrapper)
        else:
            self._SPECIAL.get(tag, _Builder.children)(self, element)

    def _text(self, raw: str) -> None:
        for number, piece in enumerate(_WIDE_GAP.split(raw) if "\u3000\u3000" in raw else (raw,)):
            if number:
                self.end_block()
            if not self._plain and not self._indented and _INDENT.match(piece):
                self._indented = True
            shown = _single_spaces(piece)
            if not self._plain:
                shown = shown.lstrip(" \u3000")
            elif self._plain[-1].endswith(" "):
                shown = shown.lstrip(" ")
            if shown:
                self._html.append(escaped(shown))
                self._plain.append(shown)

    def _rule(self, _: etree._Element) -> None:
        self.end_block()

    def _link(self, element: etree._Element) -> None:
        href = web_address(self.base, element.get("href"))
        if href:
            self._inline(element, f'<a href="{_quoted(href)}">', "</a>")
        else:
            self.children(element)

    def _inline(self, element: etree._Element, start: str, end: str) -> None:
        self._html.append(start)
        self._open.append((start, end))
        self.children(element)
        self._open.pop()
        self._html.append(end)

    def _image(self, element: etree._Element) -> None:
        source = web_address(self.base, element.get("src"))
        if source:
            alt = text.one_line(element.get("alt") or "")
            self._html.append(f'<img src="{_quoted(source)}" alt="{_quoted(alt)}">')
            self._plain.append(alt or " ")

    def _end_line(self) -> None:
        html, plain = "".join(self._html), "".join(self._plain).strip(" \u3000")
        indented, self._indented = self._indented, False
        self._html, self._plain = [], []
        if self._open:  # Emphasis goes on in the next line.
            html += "".join(end for _, end in reversed(self._open))
            self._html = [start for start, _ in self._open]
        if not plain and "<img " not in html:
            self._flush()
            return
        if self._lines and (indented or _is_long(plain) or _is_long(self._lines[-1][1])):
            self._flush()
        self._lines.append((html.rstrip(" \u3000"), plain))

    def end_block(self) -> None:
        """End the line and the block that are being laid out."""
        self._end_line()
        self._flush()

    def _flush(self) -> None:
        if self._lines:
            html = "<br>\n".join(line for line, _ in self._lines)
            plain = "\n".join(line for _, line in self._lines)
            self.blocks.append((f"<{self._wrapper}>{html}</{self._wrapper}>", plain))
            self._lines = []

    def _wrapped(self, element: etree._Element, wrapper: str) -> None:
        self.end_block()
        outer, self._wrapper = self._wrapper, wrapper
        self.children(element)
        self.end_block()
        self._wrapper = outer

    def _list(self, element: etree._Element) -> None:
        self.end_block()
        items = [self._inner(item) for item in element if item.tag == "li"]
        html = "".join(f"<li>{html}</li>" for html, _ in items if html)
        if html:
            self.blocks.append((f"<{element.tag!s}>{html}</{element.tag!s}>", "\n".join(plain for _, plain in items)))
        for other in element:
            if other.tag != "li":
                self._element(other)

    def _table(self, element: etree._Element) -> None:
        self.end_block()
        html: list[str] = []
        plain: list[str] = []
        for part in element:
            if part.tag == "caption":
                inner, words = self._inner(part)
                html.append(f"<caption>{inner}</caption>")
                plain.append(words)
            elif part.tag == "tr":
                self._row(part, html, plain)
            elif part.tag in ("thead", "tbody", "tfoot"):
                html.append(f"<{part.tag}>")
                for row in part.iterchildren("tr"):
                    self._row(row, html, plain)
                html.append(f"</{part.tag}>")
        if any(plain):
            self.blocks.append((f"<table>{''.join(html)}</table>", "\n".join(plain)))

    def _row(self, row: etree._Element, html: list[str], plain: list[str]) -> None:
        html.append("<tr>")
        for cell in row.iterchildren("td", "th"):
            inner, words = self._inner(cell)
            kept = "".join(
                f' {name}="{_quoted(cell.get(name) or "")}"'
                for name in ("colspan", "rowspan", "scope")
                if cell.get(name)
            )
            html.append(f"<{cell.tag!s}{kept}>{inner}</{cell.tag!s}>")
            plain.append(words)
        html.append("</tr>")

    def _inner(self, element: etree._Element) -> tuple[str, str]:
        """The inside of a cell or list item: without <p> where one block is enough."""
        inside = _Builder(self.base)
        inside.children(element)
        inside.end_block()
        plain = "\n".join(words for _, words in inside.blocks)
        if len(inside.blocks) == 1 and inside.blocks[0][0].startswith("<p>"):
            return inside.blocks[0][0].removeprefix("<p>").removesuffix("</p>"), plain
        return "".join(html for html, _ in inside.blocks), plain

    def _pre(self, element: etree._Element) -> None:
        self.end_block()
        words = "".join(element.itertext()).strip("\r\n")
        if words.strip():
            self.blocks.append((f"<pre>{escaped(words)}</pre>", words.strip()))

    _SPECIAL: ClassVar[dict[str, Callable[[_Builder, etree._Element], None]]] = {
        "hr": _rule,
        "a": _link,
        "img": _image,
        "ul": _list,
        "ol": _list,
        "table": _table,
        "pre": _pre,
    }


def _single_spaces(text: str) -> str:
    """Every run of white space but the ideographic as one space; by replacing, as a regular expression is slower."""
    for space in _SPACES:
        text = text.replace(space, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _is_long(line: str) -> bool:
    """Whether a line is so long that it can only be a paragraph."""
    if len(line) <= _LONG_LINE or len(line) > 2 * _LONG_LINE:
        return len(line) > _LONG_LINE
    return len(line) + sum(char >= "\u2e80" for char in line) > 2 * _LONG_LINE


def escaped(words: str) -> str:
    """Text as HTML."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(value: str) -> str:
    return escaped(value).replace('"', "&quot;")

"""Running text -> lines -> blocks: the rule by which a run of <br> becomes paragraphs."""

from __future__ import annotations

import re

# All white space but the no-break and ideographic spaces, which indent paragraphs.
_SPACES = ("\t", "\r", "\n", "\f", "\u2002", "\u2003", "\u2009")
_WIDE_GAP = re.compile("(?<=[。！？：」』”）:.!?)])[ \u00a0]*\u3000{2,}(?=\\S|$)")
_ENDINGS = tuple("。！？：」』”）:.!?)")
_INDENT = re.compile("[ \t\r\n]*+(?:[ \u00a0]*\u3000{2}|(?:[ ]?\u00a0[ ]?){3})")
_DEPTH = 8
"""Levels of emphasis and links inside one another; more are left out."""
_CARRIED = 12
"""Lines that a link goes on in."""
_LONG_LINE = 40
"""More CJK characters than this, or twice as many letters, and a line is a paragraph even with one break after it."""


class Flow:
    """Lays text out in lines, and lines in blocks.

    A block ends at a block element, at an empty line, at an indented line and around a long one. What remains of
    single breaks (addresses, verses, short lists) stays as <br>. Texts come escaped, as HTML has them, with their white
    space plain (`plain_spaces`); `blocks` holds the HTML of each block and its plain text.
    """

    def __init__(self) -> None:
        self.blocks: list[tuple[str, str]] = []
        self.wrapper = "p"
        self._open: list[tuple[str, str]] = []
        self._lines: list[tuple[str, str]] = []
        self._html: list[str] = []
        self._plain: list[str] = []
        self._indented = False
        self._carried = 0

    def text(self, escaped: str) -> None:
        """Running text, escaped."""
        if "\u3000\u3000" in escaped:
            # Pages of 2012 have nothing but two ideographic spaces between paragraphs.
            if self._plain and escaped.startswith("\u3000\u3000") and self._plain[-1].endswith(_ENDINGS):
                self.end_block()
            first, *others = _WIDE_GAP.split(escaped)
            self._piece(first)
            for other in others:
                self.end_block()
                self._piece(other)
        else:
            self._piece(escaped)

    def _piece(self, escaped: str) -> None:
        starts = not self._plain
        if starts and not self._indented and _INDENT.match(escaped):
            self._indented = True
        shown = escaped.replace("\u00a0", " ")
        while "  " in shown:
            shown = shown.replace("  ", " ")
        if starts:
            shown = shown.lstrip(" \u3000")
        elif self._plain[-1].endswith(" "):
            shown = shown.lstrip(" ")
        if shown:
            self._html.append(shown)
            self._plain.append(shown)

    def image(self, html: str, alt: str) -> None:
        """A picture in the text; its alternative text counts as plain text."""
        self._html.append(html)
        self._plain.append(alt or " ")

    def start(self, tag: str, end: str) -> None:
        """Emphasis or a link begins: its start tag, and the end tag to come."""
        # Emphasis inside the same emphasis adds nothing; pages that never close it would pile it up.
        if (tag, end) in self._open or len(self._open) >= _DEPTH:
            tag = end = ""
        self._html.append(tag)
        self._open.append((tag, end))
        if end == "</a>":
            self._carried = 0

    def end(self) -> None:
        """The innermost emphasis or link ends."""
        if self._open:
            self._html.append(self._open.pop()[1])

    def end_line(self) -> None:
        """A break."""
        if self._html:
            html, plain = "".join(self._html).rstrip(" \u3000"), "".join(self._plain).strip(" \u3000")
            self._html, self._plain = [], []
        else:
            html = plain = ""
        indented, self._indented = self._indented, False
        if self._open:
            html += "".join([end for _, end in reversed(self._open)])
            # Emphasis goes on in the next line, a link in the next few: one that is never closed would be in them all.
            self._carried += 1
            if self._carried > _CARRIED:
                self._open = [("", "") if end == "</a>" else (start, end) for start, end in self._open]
            self._html = [start for start, _ in self._open]
        if not plain and "<img " not in html:
            self._flush()
            return
        if self._lines and (indented or _is_long(plain) or _is_long(self._lines[-1][1])):
            self._flush()
        self._lines.append((html, plain))

    def end_block(self) -> None:
        """The line and the block end."""
        self.end_line()
        self._flush()

    def block(self, html: str, plain: str) -> None:
        """A block that is complete as it is: a table, a list."""
        self.end_block()
        self.blocks.append((html, plain))

    def inner(self) -> tuple[str, str]:
        """The inside of a cell or a list item: without <p> where one paragraph is all."""
        self.end_block()
        plain = "\n".join(words for _, words in self.blocks)
        if len(self.blocks) == 1 and self.blocks[0][0].startswith("<p>"):
            return self.blocks[0][0].removeprefix("<p>").removesuffix("</p>"), plain
        return "".join(html for html, _ in self.blocks), plain

    def _flush(self) -> None:
        if self._lines:
            html, plain = self._lines[0]
            if len(self._lines) > 1:
                html = "<br>\n".join([line for line, _ in self._lines])
                plain = "\n".join([line for _, line in self._lines])
            self.blocks.append((f"<{self.wrapper}>{html}</{self.wrapper}>", plain))
            self._lines = []


def plain_spaces(text: str) -> str:
    """White space as plain spaces, but for what indents; by replacing, as a regular expression is far slower."""
    for space in _SPACES:
        text = text.replace(space, " ")
    return text


def _is_long(line: str) -> bool:
    """Whether a line is so long that it can only be a paragraph."""
    if len(line) <= _LONG_LINE or len(line) > 2 * _LONG_LINE:
        return len(line) > _LONG_LINE
    return len(line) + sum(char >= "\u2e80" for char in line) > 2 * _LONG_LINE

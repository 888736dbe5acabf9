"""The text of an entry as a page shows it: safe HTML with its tables and pictures as pages have them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

import msgspec

from feedpub.interface.texts import StoryTexts
from feedpub.site.frame import web

_TOKEN = re.compile(r"(<(?:[^<>\"]|\"[^\"]*\")*>)")
_NAME = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_ATTRIBUTE = re.compile(r"([a-z]+)=\"([^\"]*)\"")
_NUMBER = re.compile(r"-?\d{1,9}")
_WORD = re.compile(r"[a-z]{1,8}")
# fmt: off
_PLAIN = frozenset((
    "p", "strong", "em", "u", "sup", "sub", "del", "h3", "h4", "h5", "blockquote", "ul", "ol", "li", "pre", "br",
    "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption",
))
# fmt: on
_HEADINGS, _ABOVE = frozenset({"h3", "h4", "h5"}), 2
"""The headings of texts, and the level of the one that stands above a text."""
_KNOWN = _PLAIN | {"a", "img"}
_KEPT = {"colspan": _NUMBER, "rowspan": _NUMBER, "start": _NUMBER, "value": _NUMBER, "scope": _WORD}
_REMOTE = ' referrerpolicy="no-referrer"'


class Picture(msgspec.Struct, frozen=True):
    """What is shown of a photo: a path or an absolute address, and its size in pixels (0 if it is not known)."""

    src: str
    width: int = 0
    height: int = 0


class Text(msgspec.Struct, frozen=True):
    """A text as HTML for a page, and how many blocks it has at its top."""

    html: str
    blocks: int


def text(content: str, words: StoryTexts, picture: Callable[[str], Picture | None]) -> Text:
    """An entry's text for a page.

    A table scrolls in a frame of its own. Where nothing is shown of a picture, a link leads to it: no page loads
    anything from elsewhere unasked. Tags and attributes that entries do not have become text, or go, wherever they come
    from.

    Args:
        content: an entry's safe HTML.
        words: in the text's language.
        picture: what is shown of the picture at an address, None where a link leads to it.
    """
    making = _Making(words, picture)
    for number, piece in enumerate(_TOKEN.split(content)):
        if number % 2:
            making.tag(piece)
        elif piece:
            making.text(piece)
    making.end()
    return Text("".join(making.html), making.blocks)


class _Making:
    """Goes through a text tag by tag; what is open at its end is closed, so that nothing of it reaches beyond it."""

    def __init__(self, words: StoryTexts, picture: Callable[[str], Picture | None]) -> None:
        self.words, self.picture = words, picture
        self.html: list[str] = []
        self.blocks = 0
        self._open: list[tuple[str, str]] = []
        self._photos = 0
        self._level = _ABOVE

    def text(self, piece: str) -> None:
        """Text between two tags, escaped as it is in HTML."""
        if not self._open and not piece.isspace():
            self.blocks += 1
        self.html.append(piece.replace("<", "&lt;").replace(">", "&gt;"))

    def tag(self, token: str) -> None:
        """A start or an end tag."""
        match = _NAME.match(token)
        name = match[2] if match else ""
        if match is None or name not in _KNOWN:
            self.text(token)
            return
        if match[1]:
            self._close(name)
            return
        if not self._open:
            self.blocks += 1
        if name == "img":
            self._picture(token)
        elif name == "br":
            self.html.append("<br>")
        else:
            start, end = self._element(name, token)
            self.html.append(start)
            self._open.append((name, end))

    def end(self) -> None:
        """The end of the text."""
        while self._open:
            self.html.append(self._open.pop()[1])

    def _close(self, name: str) -> None:
        """Close an element and all that is open in it; nothing, where it is not open."""
        if any(name == one for one, _ in self._open):
            closed = ""
            while closed != name:
                closed, end = self._open.pop()
                self.html.append(end)

    def _element(self, name: str, token: str) -> tuple[str, str]:
        """What an element begins and ends with on a page."""
        if name == "a":
            address = web(_value(token, "href"))
            linked = not address or self._in_link
            return ("", "") if linked else (f'<a href="{escape(address)}">', "</a>")
        if name == "table":
            label = escape(self.words.table)
            return f'<div class="scroll" role="group" aria-label="{label}" tabindex="0"><table>', "</table></div>"
        if name in _HEADINGS:
            # A text's headings say how large they were; on a page, none is more than one level below the last.
            self._level = min(int(name[1]), self._level + 1)
            name = f"h{self._level}"
        return f"<{name}{_attributes(token)}>", f"</{name}>"

    @property
    def _in_link(self) -> bool:
        """Whether a link is open: there are no links in links."""
        return any(end == "</a>" for _, end in self._open)

    def _picture(self, token: str) -> None:
        address, caption = web(_value(token, "src")), _value(token, "alt").strip()
        if not address:
            return
        self._photos += 1
        caption = escape(caption or self.words.photo.format(number=self._photos))
        found = self.picture(address)
        shown = image(found, caption) if found else caption
        self.html.append(shown if self._in_link else f'<a class="picture" href="{escape(address)}">{shown}</a>')


def image(picture: Picture, alt: str) -> str:
    """A picture as an element.

    Args:
        picture: what is shown.
        alt: its text, escaped.
    """
    size = f' width="{picture.width}" height="{picture.height}"' if picture.width and picture.height else ""
    remote = _REMOTE if web(picture.src) else ""
    return f'<img src="{escape(picture.src)}" alt="{alt}"{size} loading="lazy"{remote}>'


def _attributes(token: str) -> str:
    if "=" not in token:
        return ""
    return "".join(
        f' {name}="{value}"'
        for name, value in _ATTRIBUTE.findall(token)
        if name in _KEPT and _KEPT[name].fullmatch(value)
    )


def _value(token: str, name: str) -> str:
    return next((unescape(value) for found, value in _ATTRIBUTE.findall(token) if found == name), "")

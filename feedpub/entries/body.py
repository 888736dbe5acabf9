"""A release's HTML -> safe HTML in paragraphs. The pages are one run of text with <br>; readers deserve paragraphs."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import msgspec
import nh3

from feedpub import characters
from feedpub.entries import nesting, text
from feedpub.entries.flow import Flow, plain_spaces
from feedpub.errors import ReleaseError
from feedpub.model import LONGEST_ADDRESS

_INLINE = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u", "sup": "sup", "sub": "sub"}
_INLINE |= {"del": "del", "s": "del", "strike": "del"}
_HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6", "blockquote": "blockquote"}
_LISTS = frozenset({"ul", "ol"})
_CELLS = frozenset({"td", "th", "caption", "li"})
_TABLE_PARTS = frozenset({"thead", "tbody", "tfoot", "tr"})
# fmt: off
_BLOCKS = frozenset((
    "p", "div", "section", "article", "main", "header", "footer", "aside", "nav", "center", "dl", "dt", "dd",
    "address", "figure", "figcaption",
))
_DROPPED = frozenset((
    "script", "style", "noscript", "template", "iframe", "embed", "applet", "select",
    "button", "textarea", "input", "svg", "math", "audio", "video", "canvas", "title", "frameset", "noframes",
))
# fmt: on
_KNOWN = frozenset(
    {*_INLINE, *_HEADINGS, *_LISTS, *_CELLS, *_TABLE_PARTS, *_BLOCKS, "a", "img", "br", "hr", "pre", "table"}
)
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
    "li": {"value"},
}
_SCOPES = frozenset({"row", "col", "rowgroup", "colgroup"})
_SPAN = re.compile(r"[1-9]\d{0,2}")
_TAG = re.compile(r"(<(?:[^<>\"]|\"[^\"]*\")*>)")
_ATTRIBUTE = re.compile(r"([a-z]+)=\"([^\"]*)\"")
_NAME = re.compile(r"</?([a-z0-9]+)")
_NOT_HOST = r"\s/?#@\[\]\\<>\"{}|^`"
_WEB = re.compile(
    rf"https?://(?:[^{_NOT_HOST}]*@)?(?:\[[0-9a-f:.]+\]|[^{_NOT_HOST}:]+)(?::\d*)?(?=[/?#]|$)",
    re.IGNORECASE,
)
# WHATWG URL, 4.4: a browser drops these from an address.
_BREAKS = re.compile("[\t\n\r]")
# Characters, and "&" and those of U+0080 to U+00BF among them, from which nh3 has to be spared: each of them ends a
# piece of what it writes, and of a text in very many pieces it takes a time that grows with the square.
_LARGE, _MANY = 50_000, 2_000
# A run that no indent needs; nh3 takes a time that grows with its square.
_LONG_RUN = re.compile("([ \u00a0]{200})[ \u00a0]+")
_TEXT = re.compile("(?s)<!--.*?(?:--!?>|\\Z)|<[A-Za-z/!?][^>]*+>?|[^<>]++")
_PIECE = re.compile("(?s).{10000}[^&\u0080-\u00bf]*+")
_LONGEST_TAG = 20_000
_UNQUOTED = re.compile('[\\s<>"{}|\\\\^`\\[\\]\x00-\x1f\x7f-\U0010ffff]')


class Body(msgspec.Struct, frozen=True):
    """Safe HTML in paragraphs, and the plain text of each block."""

    html: str
    paragraphs: tuple[str, ...]


def clean(fragment: str, base: str) -> Body:
    """Turn an HTML fragment into safe HTML paragraphs.

    Args:
        fragment: any HTML, as wild as it comes.
        base: the address that relative ones are relative to; "" drops them.

    Tables, lists, links, emphasis and images stay; scripts, styles and forms go with what is inside them. Links are
    absolute http(s) addresses; any other is dropped and its text stays.

    Raises:
        ReleaseError: it is nested so badly that reading it would take far too long.
    """
    fragment = characters.clean(fragment)
    if said := nesting.fault(fragment):
        raise ReleaseError(f"its text {said}")
    # nh3 decides what is safe and gives well-formed HTML; from here on tags are only left out, renamed or wrapped.
    if len(fragment) > _LARGE:
        fragment = _LONG_RUN.sub(r"\1", fragment)
        if fragment.count("&") + fragment.encode().count(b"\xc2") > _MANY:
            fragment = _TEXT.sub(_in_pieces, fragment)
    safe = _SANITISER.clean(fragment)
    if "&#" in fragment:  # A reference may have stood for what XML cannot hold.
        safe = characters.clean(safe)
    safe = safe.replace("&nbsp;", "\u00a0")
    if "\r" in safe:  # From a reference; read again it would be a line feed.
        safe = safe.replace("\r\n", "\n").replace("\r", "\n")
    has_pre = "<pre>" in safe
    builder = _Builder(base, has_pre=has_pre)
    # Texts and tags in turn.
    for number, piece in enumerate(_TAG.split(safe if has_pre else plain_spaces(safe))):
        if number % 2 == 0:
            if piece:
                builder.text(piece)
        elif piece == "<br>":
            builder.line_break()
        else:
            builder.tag(piece)
    builder.flow.end_block()
    blocks = builder.flow.blocks
    return Body("\n".join([html for html, _ in blocks]), tuple([unescaped(plain) for _, plain in blocks if plain]))


def _in_pieces(text: re.Match[str]) -> str:
    """A text parted by comments, which the sanitiser drops; a tag or a comment as it is, unless it has no end."""
    if text[0][0] == "<":
        return text[0] if len(text[0]) <= _LONGEST_TAG else ""
    return _PIECE.sub(r"\g<0><!---->", text[0])


def web_address(base: str, address: str | None) -> str | None:
    """An absolute http(s) address, its odd characters escaped; None for anything else, and for one without an end."""
    if not address or len(address) > LONGEST_ADDRESS:
        return None
    address = characters.xml_safe(address).strip()
    match = _WEB.match(address)
    if match is None:
        try:
            address = characters.xml_safe(urljoin(base, address))  # The base may be of a JSON text, too.
        except ValueError:
            return None
        match = _WEB.match(address)
        if match is None:
            return None
    return match[0] + _UNQUOTED.sub(_percent, address[match.end() :])


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "scope":
        return value if value in _SCOPES else None
    if attribute in ("href", "src"):
        return _BREAKS.sub("", value)
    return value if tag == "img" or _SPAN.fullmatch(value) else None


_SANITISER = nh3.Cleaner(
    tags=set(_KNOWN),
    clean_content_tags=set(_DROPPED),
    attributes=_ATTRIBUTES,
    attribute_filter=_allowed,
    url_schemes={"http", "https"},
    link_rel=None,
    strip_comments=True,
)


class _Builder:
    """Goes through well-formed HTML tag by tag. Cells and list items have a flow of their own inside the outer one."""

    def __init__(self, base: str, *, has_pre: bool) -> None:
        self._base, self._has_pre = base, has_pre
        self.flow = Flow()
        self._outer: list[tuple[Flow, str]] = []
        self._containers: list[_Container] = []
        self._anchors: list[bool] = []
        self._pre: list[str] | None = None

    def text(self, escaped: str) -> None:
        """Text between two tags, escaped."""
        if self._pre is not None:
            self._pre.append(escaped)
            return
        if self._containers and self._between_items():
            if not escaped.strip():
                return
            self._open_item("<li>")
        self.flow.text(plain_spaces(escaped) if self._has_pre else escaped)

    def line_break(self) -> None:
        """A <br>."""
        if self._pre is not None:
            self._pre.append("\n")
        else:
            self.flow.end_line()

    def tag(self, token: str) -> None:
        """A start or an end tag."""
        match = _NAME.match(token)
        if match is None:
            return
        name, ends = match[1], token[1] == "/"
        if name in _CELLS and self._containers:
            self._cell(token, ends=ends)
        elif name == "table" or name in _LISTS:
            self._container(token, ends=ends)
        elif name in _TABLE_PARTS:
            if self._containers:
                self._containers[-1].html.append(token)
        elif name == "pre":
            self._preformatted(ends=ends)
        else:
            if self._between_items():
                self._open_item("<li>")
            self._flowing(name, token, ends=ends)

    def _flowing(self, name: str, token: str, *, ends: bool) -> None:
        if self._pre is not None:
            return
        if name in _INLINE:
            if ends:
                self.flow.end()
            else:
                self.flow.start(f"<{_INLINE[name]}>", f"</{_INLINE[name]}>")
        elif name == "a":
            self._anchor(token, ends=ends)
        elif name == "img":
            self._image(token)
        else:  # A block, a rule, or an item outside any list.
            self.flow.end_block()
            self.flow.wrapper = "p" if ends else _HEADINGS.get(name, self.flow.wrapper)

    def _anchor(self, token: str, *, ends: bool) -> None:
        if not ends:
            address = web_address(self._base, _attributes(token).get("href"))
            self._anchors.append(address is not None)
            if address:
                self.flow.start(f'<a href="{_escaped(address)}">', "</a>")
        elif self._anchors and self._anchors.pop():
            self.flow.end()

    def _image(self, token: str) -> None:
        attributes = _attributes(token)
        source = web_address(self._base, attributes.get("src"))
        if source:
            alt = _escaped(text.one_line(attributes.get("alt", "")))
            self.flow.image(f'<img src="{_escaped(source)}" alt="{alt}">', alt)

    def _preformatted(self, *, ends: bool) -> None:
        if not ends:
            self.flow.end_block()
            self._pre = []
        elif self._pre is not None:
            words, self._pre = "".join(self._pre).strip("\r\n"), None
            if words.strip():
                self.flow.block(f"<pre>{words}</pre>", words.strip())

    def _container(self, token: str, *, ends: bool) -> None:
        if not ends:
            if self._between_items():
                self._open_item("<li>")
            self.flow.end_block()
            self._containers.append(_Container(token))
        elif self._containers:
            self._close_item()
            done = self._containers.pop()
            html = "".join(done.html)
            if any(done.plain) or "<img " in html:
                self.flow.block(f"{done.start}{html}{token}", "\n".join(done.plain))

    def _cell(self, token: str, *, ends: bool) -> None:
        self._close_item()
        if not ends:
            self._open_item(token)

    def _between_items(self) -> bool:
        """Whether we are in a list but in none of its items; HTML allows it, and the text may not get lost."""
        return bool(self._containers) and len(self._outer) < len(self._containers) and self._containers[-1].is_list

    def _open_item(self, token: str) -> None:
        self._outer.append((self.flow, token))
        self.flow = Flow()

    def _close_item(self) -> None:
        if len(self._outer) == len(self._containers) and self._outer:
            html, plain = self.flow.inner()
            self.flow, token = self._outer.pop()
            name = _NAME.match(token)
            self._containers[-1].html.append(f"{token}{html}</{name[1] if name else 'li'}>")
            self._containers[-1].plain.append(plain)


class _Container:
    """A table or a list that is being gone through: its start tag, its parts, and its cells' plain texts."""

    def __init__(self, start: str) -> None:
        self.start, self.is_list = start, start != "<table>"
        self.html: list[str] = []
        self.plain: list[str] = []


def _attributes(token: str) -> dict[str, str]:
    return {name: unescaped(value) for name, value in _ATTRIBUTE.findall(token)}


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def unescaped(escaped: str) -> str:
    """Plain text of text that nh3 escaped."""
    if "&" not in escaped:
        return escaped
    return escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")

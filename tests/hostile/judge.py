"""What is active in a page, or in a piece of HTML, as html5lib reads it: it knows nothing of what made them.

    assert faults_of_page(body) == []
    assert faults_of_piece(html) == []

Whatever is not on a list is a fault: elements, attributes, addresses. What was read is written out and read again, as
some readers do: what becomes active then is a fault, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import html5lib
from lxml import etree

Element = etree._Element  # noqa: SLF001 - lxml has no public name for it
BASE = "https://news.example/"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_SVG = "{http://www.w3.org/2000/svg}"
_EVERYWHERE = {"lang", "dir", "class", "id", "title", "hidden"}
PIECE: dict[str, set[str]] = {
    **{
        name: set()
        for name in (
            "p", "br", "hr", "strong", "em", "u", "sup", "sub", "del", "ul", "pre", "blockquote", "table", "thead", "tbody", "tfoot",
            "tr", "caption", "h3", "h4", "h5", "h6", "colgroup", "bdi",
        )
    },
    "a": {"href", "hreflang", "lang", "rel"}, "img": {"src", "alt", "width", "height", "loading"}, "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"}, "ol": {"start"}, "li": {"value"}, "p": {"lang", "dir"},
}  # fmt: skip
"""Elements that a text may have, each with its attributes."""
PAGE: dict[str, set[str]] = {
    **{
        name: set()
        for name in (
            "html", "head", "title", "body", "main", "header", "footer", "nav", "section", "article", "aside", "h1", "h2", "h3", "h4", "h5",
            "h6", "p", "br", "hr", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "strong", "em", "small", "u", "sup", "sub", "del", "ins",
            "pre", "code", "blockquote", "figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "bdi", "details",
            "summary", "label", "fieldset", "legend", "option", "noscript", "colgroup", "output", "i",
        )
    },
    "a": {"href", "hreflang", "rel", "type", "target"}, "img": {"src", "alt", "width", "height", "loading", "decoding", "referrerpolicy"},
    "td": {"colspan", "rowspan", "role"}, "th": {"colspan", "rowspan", "scope", "role"}, "ol": {"start", "reversed", "role"}, "optgroup": {"label"}, "li": {"value"},
    "time": {"datetime"}, "link": {"rel", "href", "hreflang", "type", "title", "media"}, "meta": {"name", "content", "charset", "property"},
    "script": {"src", "type", "async", "defer"}, "form": {"role", "hidden"}, "input": {"type", "name", "value", "min", "max", "placeholder",
    "checked", "autocomplete", "spellcheck", "enterkeyhint", "maxlength", "readonly", "required"}, "select": {"name"}, "option": {"value", "selected"},
    "button": {"type", "hidden", "disabled", "value"}, "textarea": {"readonly", "rows", "spellcheck"}, "label": {"for"},
    "output": {"for"}, "section": {"role"}, "iframe": {"src", "width", "height", "loading", "frameborder", "sandbox"}, "ul": {"role"}, "p": {"role", "hidden"},
    "div": {"role", "hidden"}, "table": {"role"}, "tr": {"role"}, "thead": {"role"}, "tbody": {"role"}, "span": {"hidden"}, "details": {"open"},
}  # fmt: skip
"""Elements that our pages have; `data-`, `aria-` and `tabindex` may be on any."""
_DRAWING: dict[str, set[str]] = {
    **{name: set() for name in ("svg", "g", "rect", "path", "circle", "line", "text", "title", "defs", "pattern", "desc", "polyline", "tspan")},
}  # fmt: skip
_DRAWN = re.compile(
    r"x|y|x1|y1|x2|y2|r|cx|cy|d|rx|ry|dx|dy|width|height|viewBox|fill|stroke|stroke-[a-z]+|role|transform|text-anchor|points|"
    r"font-(?:size|family|weight)|opacity|preserveAspectRatio|patternUnits|patternTransform|version|focusable|dominant-baseline|shape-rendering"
)
_ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "data",
    "cite",
    "ping",
    "srcset",
    "background",
    "manifest",
}
_STRIPPED = re.compile("[\t\n\r]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_OURS = re.compile(r"data-[a-z-]+|aria-[a-z]+|tabindex")
_DATA = {"application/ld+json", "application/json"}
_CONTROLS = {*range(0x20)} - set(b"\t\n\r")
_CONTAINERS = ("noscript", "template")


def faults_of_page(body: bytes, *, frames: bool = False, twice: bool = True) -> list[str]:
    """What is wrong with one of our pages.

    Args:
        body: the page.
        frames: they are allowed: it shows one.
        twice: it is written out and read again.
    """
    root = _parsed(body)
    found = [f"it has {bytes((one,))!r}" for one in sorted(set(body) & _CONTROLS)]
    found += _faults(root, PAGE, frames=frames)
    if twice:
        again = _parsed(_written(root).encode())
        found += [f"written and read again: {one}" for one in _faults(again, PAGE, frames=frames)]
        if _shape(root) != _shape(again):
            found.append(f"written and read again it is another: {_difference(root, again)}")
    return found


def faults_of_piece(html: str) -> list[str]:
    """What is wrong with the HTML of a text, wherever a reader puts it."""
    root = _piece(html, "div")
    again = _piece(_inner(root), "div")
    found = [*_faults(root, PIECE), *(f"written and read again: {one}" for one in _faults(again, PIECE))]
    for container in _CONTAINERS:
        found += [f"in <{container}>: {one}" for one in _faults(_piece(html, container), PIECE)]
    if _shape(root) != _shape(again):
        found.append(f"written and read again it is another: {_difference(root, again)}")
    return list(dict.fromkeys(found))


def _parsed(body: bytes) -> Element:
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"))
    return _lxml(parser.parse(body, transport_encoding="utf-8"))


def _piece(html: str, container: str) -> Element:
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"))
    fragment = parser.parseFragment(html, container=container)
    fragment.tag = f"{_XHTML}fragment"
    return _lxml(fragment)


def _lxml(node: object) -> Element:
    """What html5lib made of anything as a tree of lxml: its own tree of lxml holds no control characters."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - what html5lib made, and no document

    def copied(one: ET.Element) -> Element:
        name = one.tag if isinstance(one.tag, str) else "comment"
        made = etree.Element(_name_of(name))
        for key, value in one.attrib.items():
            made.set(_name_of(key), _text(value))
        made.text = _text(one.text)
        for child in one:
            inner = copied(child)
            inner.tail = _text(child.tail)
            made.append(inner)
        return made

    assert isinstance(node, ET.Element)
    return copied(node)


def _name_of(name: str) -> str:
    local = name.rpartition("}")
    return f"{local[0]}{local[1]}" + re.sub(r"[^\w.-]", "_", local[2]) if re.match(r"[A-Za-z_]", local[2]) else "odd"


def _text(text: str | None) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", text or "")


def _written(root: Element) -> str:
    return html5lib.serialize(
        root.getroottree(),
        tree="lxml",
        omit_optional_tags=False,
        quote_attr_values="always",
        alphabetical_attributes=False,
    )


def _inner(root: Element) -> str:
    """The inside of a fragment, as `innerHTML` writes it (HTML, 13.3)."""

    def out(one: Element) -> Iterator[str]:
        name = etree.QName(one).localname
        if name == "comment":
            yield f"<!--{one.text or ''}-->"
            return
        attributes = "".join(
            f' {etree.QName(key).localname}="{_quoted(str(value))}"' for key, value in one.attrib.items()
        )
        yield f"<{name}{attributes}>"
        if name in ("br", "hr", "img", "input", "meta", "link", "embed", "wbr", "source", "base"):
            return
        raw = name in ("style", "script", "xmp", "iframe", "noembed", "noframes", "plaintext")
        yield (one.text or "") if raw else _plain(one.text)
        for child in one:
            yield from out(child)
            yield _plain(child.tail)
        yield f"</{name}>"

    return _plain(root.text) + "".join("".join(out(child)) + _plain(child.tail) for child in root)


def _plain(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("\xa0", "&nbsp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace("\xa0", "&nbsp;").replace('"', "&quot;")


def _shape(root: Element) -> tuple[str, ...]:
    """The elements of a tree, with their attributes, in their order."""
    return tuple(f"{one.tag} {sorted(map(str, one.attrib.items()))}" for one in root.iter() if isinstance(one.tag, str))


def _difference(one: Element, other: Element) -> str:
    pairs = zip(_shape(one), _shape(other), strict=False)
    return next((f"{first[:150]} became {last[:150]}" for first, last in pairs if first != last), "there is more")


def _faults(root: Element, allowed: dict[str, set[str]], *, frames: bool = False) -> Iterator[str]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            yield f"a comment: {str(element)[:80]}"
            continue
        name = etree.QName(element).localname
        if element.tag == f"{_XHTML}fragment" or name == "fragment":
            continue
        if element.tag.startswith(_SVG) and allowed is PAGE:
            yield from _drawing(element, name)
            continue
        if not element.tag.startswith(_XHTML) or name not in allowed or (name == "iframe" and not frames):
            yield f"<{element.tag.removeprefix(_XHTML)}>"
            continue
        for key, value in element.attrib.items():
            yield from _attribute(name, str(key), str(value), allowed)
        if check := _CHECKS.get(name):
            yield from check(element)


def _drawing(element: Element, name: str) -> Iterator[str]:
    """One of our plots: shapes and words."""
    if name not in _DRAWING:
        yield f"<svg:{name}>"
    for key, value in element.attrib.items():
        plain = str(key) in _EVERYWHERE or _OURS.fullmatch(str(key)) or _DRAWN.fullmatch(str(key))
        if (
            not plain
            or (":" in str(value) and name != "title")
            or ("(" in str(value) and not re.match(r"url\(#|translate|rotate|scale", str(value)))
        ):
            yield f"<svg:{name} {key}={str(value)[:80]!r}>"


def _attribute(element: str, key: str, value: str, allowed: dict[str, set[str]]) -> Iterator[str]:
    known = key in allowed[element] or (allowed is PAGE and (key in _EVERYWHERE or bool(_OURS.fullmatch(key))))
    if not known:
        yield f"<{element} {key}={value[:80]!r}>"
    elif key in _ADDRESSES and (said := fault_of_address(value, absolute=allowed is PIECE)):
        yield f"<{element} {key}={value[:120]!r}>: {said}"


def fault_of_address(address: str, *, absolute: bool) -> str:
    """What is wrong with an address as a browser reads it (WHATWG URL, 4.4); "" if nothing.

    Args:
        address: as it is written.
        absolute: it has to be one that leads to the same place from anywhere.
    """
    plain = _STRIPPED.sub("", address).strip("".join(map(chr, range(0x21))))
    scheme = _SCHEME.match(plain)
    if scheme and scheme[0].lower() not in ("http:", "https:"):
        return "its scheme"
    if not scheme and (absolute or plain.startswith(("//", "\\", "/\\"))):
        return "it is not absolute"
    try:
        parts = urlsplit(urljoin(BASE, plain))
    except ValueError:
        return "it is none"
    return "" if parts.hostname and "\\" not in parts.netloc else "it has no host"


def _script(element: Element) -> Iterator[str]:
    source = element.get("src")
    if source is not None:
        if not re.fullmatch(r"(?:\.\./)*(?:[\w/.-]+/)?[\w-]+\.js(?:\?[\w.=]+)?", source):
            yield f"a script of somebody: {source[:80]!r}"
    elif element.get("type") not in _DATA:
        yield f"a script: {(element.text or '')[:80]!r}"
    else:
        try:
            json.loads(element.text or "")
        except ValueError as problem:
            yield f"data that is no JSON: {problem}"


def _meta(element: Element) -> Iterator[str]:
    if element.get("http-equiv") is not None:
        yield "<meta http-equiv>"


def _link(element: Element) -> Iterator[str]:
    known = {
        "stylesheet",
        "alternate",
        "icon",
        "canonical",
        "search",
        "hub",
        "self",
        "up",
        "prev",
        "next",
        "preload",
        "manifest",
    }
    for one in (element.get("rel") or "").split():
        if one not in known:
            yield f"<link rel={one!r}>"
    if "stylesheet" in (element.get("rel") or "") and not re.fullmatch(
        r"(?:\.\./)*[\w/.-]+\.css(?:\?[\w.=]+)?", element.get("href") or ""
    ):
        yield f"a style of somebody: {element.get('href')!r}"


def _identified(element: Element) -> Iterator[str]:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_/-]*", element.get("id") or "x"):
        yield f"id={element.get('id')!r}"


_CHECKS: dict[str, Callable[[Element], Iterator[str]]] = {
    "script": _script,
    "meta": _meta,
    "link": _link,
    "div": _identified,
    "p": _identified,
}

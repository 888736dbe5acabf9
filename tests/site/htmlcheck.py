"""What is wrong with a page, as a strict parser and a careful reader find it.

    assert faults(body) == []

The grammar is html5lib's; what it does not know (which elements may stand in which, ids that lead nowhere) is checked
here, as far as pages of this project need it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import html5lib
from lxml import etree

Element = etree._Element  # noqa: SLF001 - lxml has no public name for it
_LANGUAGES = {"en", "zh-Hant", "zh-Hans", "fr", "pt"}
_NEVER = {"style", "iframe", "object", "embed", "base", "font", "center", "marquee"}
"""Elements that no page has; `iframe` is that of a page that shows one."""
_PHRASING = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "small", "strong", "em", "bdi", "time", "button", "label", "dt",
    "summary", "code", "cite", "abbr", "mark",
}  # fmt: skip
"""Elements in which text stands, but no block."""
_BLOCKS = {
    "address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul",
}  # fmt: skip
_HEADED = {"summary": {"h1", "h2", "h3", "h4", "h5", "h6"}, "dt": set[str]()}
_CHILDREN = {
    "ul": {"li", "template"},
    "ol": {"li", "template"},
    "dl": {"dt", "dd", "div", "template"},
    "select": {"option", "optgroup", "hr"},
    "tr": {"td", "th"},
}
_INTERACTIVE = {"a", "button", "select", "textarea", "label", "details", "iframe", "input"}
_REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "list")
_URLS = ("href", "src", "action", "formaction", "poster", "data", "cite")
_PROGRAMS = ("javascript:", "data:", "vbscript:", "blob:", "file:")


def parse(body: bytes) -> Element:
    """A page as browsers read it, its elements without a namespace."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False)
    tree: etree._ElementTree = parser.parse(body)
    return tree.getroot()


def faults(body: bytes, *, frames: bool = False) -> list[str]:
    """What is wrong with a page; `frames` are allowed where it shows one."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False)
    tree: etree._ElementTree = parser.parse(body)
    found = [f"line {place[0]}: {code} {data}" for place, code, data in parser.errors]
    root = tree.getroot()
    for check in _CHECKS:
        found.extend(check(root))
    return [one for one in found if not (frames and one.startswith("<iframe>"))]


def tag(element: Element) -> str:
    """An element's name; that of a comment is ""."""
    return element.tag if isinstance(element.tag, str) else ""


def _ids(root: Element) -> Iterator[str]:
    count = Counter(str(one) for one in root.xpath("//@id"))
    yield from (f"id {name!r} {times} times" for name, times in count.items() if times > 1)
    yield from (f"id {name!r} has white space" for name in count if name.split() != [name])
    for name in _REFERENCES:
        for value in root.xpath(f"//@{name}"):
            yield from (f"{name}={one!r} leads to nothing" for one in value.split() if one not in count)
    for address in root.xpath("//a/@href[starts-with(., '#') and string-length(.) > 1]"):
        if address[1:] not in count:
            yield f"{address} leads to nothing"


def _outline(root: Element) -> Iterator[str]:
    if len(root.xpath("//h1")) != 1:
        yield f"{len(root.xpath('//h1'))} h1"
    if len(root.xpath("//main")) != 1:
        yield f"{len(root.xpath('//main'))} main"
    if not " ".join(root.xpath("string(/html/head/title)").split()):
        yield "no title"
    if len(root.xpath("/html/head/title | /html/head/meta[@charset] | //meta[@name='viewport']")) != 3:
        yield "title, charset or viewport are missing or there twice"
    for heading in root.xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6 | //a[@href] | //button"):
        if not _name(heading):
            yield f"<{heading.tag}> says nothing: {etree.tostring(heading, encoding='unicode')[:200]}"


def _name(element: Element) -> str:
    texts = [element.xpath("string()"), element.get("aria-label", ""), *element.xpath(".//img/@alt")]
    return "".join(texts).strip()


def _languages(root: Element) -> Iterator[str]:
    if not root.get("lang"):
        yield "no lang on <html>"
    for value in root.xpath("//@lang | //a/@hreflang"):
        if value not in _LANGUAGES:
            yield f"lang {value!r}"


def _safety(root: Element) -> Iterator[str]:
    for element in root.iter():
        name = tag(element)
        if name in _NEVER:
            yield f"<{name}>"
        if name == "script" and not element.get("src") and element.get("type") not in _DATA:
            yield "inline script"
        for attribute, value in element.attrib.items():
            yield from _attribute(name, str(attribute), str(value))
        if name == "a" and element.get("target") == "_blank" and "noopener" not in (element.get("rel") or ""):
            yield f"a new window that knows its opener: {element.get('href')}"


_DATA = {"application/ld+json", "application/json"}


def _attribute(element: str, name: str, value: str) -> Iterator[str]:
    low = "".join(value.split()).lower()
    if name.startswith("on") or name in {"style", "srcdoc", "ping"}:
        yield f"<{element} {name}>"
    if name in _URLS and low.startswith(_PROGRAMS):
        yield f"<{element} {name}={value[:60]!r}>"


def _pictures(root: Element) -> Iterator[str]:
    for image in root.xpath("//img"):
        if image.get("alt") is None:
            yield f"no alt: {image.get('src')}"
        if not (image.get("width") and image.get("height")) and not image.get("loading"):
            yield f"no size: {image.get('src')}"
    for drawing in root.xpath("//*[local-name()='svg']"):
        hidden = drawing.get("aria-hidden") == "true"
        if not hidden and drawing.get("role") != "img":
            yield "a drawing that is neither hidden nor a picture"


def _nesting(root: Element) -> Iterator[str]:
    for element in root.iter():
        name, parent = tag(element), element.getparent()
        above = "" if parent is None else tag(parent)
        if above in _CHILDREN and name and name not in _CHILDREN[above]:
            yield f"<{name}> in <{above}>"
        if name in _BLOCKS:
            inside = next((tag(one) for one in element.iterancestors() if tag(one) in _PHRASING), "")
            if inside and name not in _HEADED.get(inside, set()):
                yield f"<{name}> in <{inside}>"
        if name in _INTERACTIVE:
            outer = [tag(one) for one in element.iterancestors() if tag(one) in {"a", "button"}]
            yield from (f"<{name}> in <{one}>" for one in outer)


def _controls(root: Element) -> Iterator[str]:
    for control in root.xpath("//select | //textarea | //input[not(@type='hidden')]"):
        identifier = control.get("id")
        labelled = control.get("aria-label") or control.get("aria-labelledby") or control.xpath("ancestor::label")
        if not labelled and not root.xpath("//label[@for=$id]", id=identifier or ""):
            yield f"no label: <{control.tag} id={identifier!r}>"
    for button in root.xpath("//button[not(@type)]"):
        yield f"a button without a type: {_name(button)}"


_CHECKS: tuple[Callable[[Element], Iterator[str]], ...] = (
    _ids, _outline, _languages, _safety, _pictures, _nesting, _controls,
)  # fmt: skip

"""Where in a page something stands, and which rule finds it: as people who write rules would say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from feedpub.collect import rules
from feedpub.collect.options import Selectors
from feedpub.collect.rules import Element

_PUBLISHED = re.compile(r"\"datePublished\"\s*:\s*\"([^\"]{1,80})\"")
_LEVELS = 3
"""Elements that a place is told by: itself and those that hold it."""


def stands(root: Element, is_it: Callable[[str], bool]) -> str:
    """Where in a page a text stands that is the one meant: an element, as people write it."""
    for name, text in _said(root):
        if is_it(" ".join(text.split())):
            return name
    return "the page"


def _said(root: Element) -> Iterator[tuple[str, str]]:
    for tag in ("h1", "h2", "h3"):
        for heading in root.iter(tag):
            yield f"<{tag}>", rules.text(heading)
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if name and meta.get("content"):
            yield f'<meta "{name}">', meta.get("content") or ""
    for script in root.xpath("//script[@type='application/ld+json']/text()"):
        for written in _PUBLISHED.findall(script):
            yield "datePublished of its JSON-LD", written
    for element in root.xpath("//*[@itemprop='datePublished']"):
        yield '<… itemprop="datePublished">', element.get("datetime") or element.get("content") or rules.text(element)
    for element in root.iter("time"):
        yield "<time>", element.get("datetime") or rules.text(element)
    for element in root.iter("title"):
        yield "<title>", rules.text(element)


def place(element: Element) -> str:
    """An element, with those that hold it, as a selector would have it."""
    chain = [element, *element.iterancestors()][:_LEVELS]
    return " > ".join(_selector(one) for one in reversed(chain))


def _selector(element: Element) -> str:
    classes = str(element.get("class") or "").split()
    marks = f"#{found}" if (found := element.get("id")) else ""
    return str(element.tag) + marks + "".join([f".{one}" for one in classes])


def ruled(root: Element, name: str, rule: Selectors) -> tuple[str, str]:
    """Which rule found something, as a phrase; or the sentence that none does."""
    several = (rule,) if isinstance(rule, str) else rule
    for number, one in enumerate(several, start=1):
        if rules.matches(root, one):
            count = len(rules.select(root, one)) or len(rules.texts(root, one))
            which = f" (number {number} of {len(several)})" if len(several) > 1 else ""
            return f'the rule {name} = "{one}"{which}, {count} match{"" if count == 1 else "es"}', ""
    return "", nothing(name, rule)


def nothing(name: str, rule: Selectors) -> str:
    """The sentence that a rule finds nothing."""
    return f"the rule {name} = {rules.shown(rule)} matches nothing"

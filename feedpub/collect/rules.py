"""Rules of a config for the parts of a page: CSS selectors and XPath 1.0.

A rule is an XPath where it begins with "/", "./", "../", "(" or "@", is ".", or begins with a function's name and "(";
else it is a CSS selector. Of several rules the first that matches counts. An XPath may give elements, attributes or
texts. There are no extension functions: no regular expressions, nothing that reads files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from lxml import etree

from feedpub.collect.options import Selectors

Element = etree._Element  # noqa: SLF001 - lxml's element type has no public name
_XPATH = re.compile(r"\.\.?/|\.\Z|[/(@]|[a-z-]+\(")
_WHOLE = re.compile(r"\(*\s*/")
_TRIAL = etree.fromstring("<html><body/></html>")
_LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'")
_CALL = re.compile(r"([\w:.-]+)\s*\(")
# XPath 1.0, 4 (core functions) and 2.3 (node tests); and what may stand before a bracket that calls nothing.
# fmt: off
_FUNCTIONS = frozenset((
    "last", "position", "count", "id", "local-name", "namespace-uri", "name", "string", "concat", "starts-with",
    "contains", "substring-before", "substring-after", "substring", "string-length", "normalize-space", "translate",
    "boolean", "not", "true", "false", "lang", "number", "sum", "floor", "ceiling", "round",
    "text", "node", "comment", "processing-instruction", "and", "or", "div", "mod",
))
# fmt: on
NOT_TEXT = frozenset({"script", "style", "noscript", "template", "svg"})
_BLOCKS = frozenset(
    ("br", "p", "div", "li", "td", "th", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "section", "article")
)


def select(root: Element, rule: Selectors) -> list[Element]:
    """The elements that a rule finds below an element (itself included), in their order; none where it gives texts."""
    return [one for one in _found(root, rule) if not isinstance(one, str)]


def matches(root: Element, rule: Selectors) -> bool:
    """Whether a rule finds anything."""
    return bool(_found(root, rule))


def texts(root: Element, rule: Selectors) -> list[str]:
    """The texts that a rule finds: of elements what a reader sees, in one line; empty ones are left out."""
    found = (one if isinstance(one, str) else text(one) for one in _found(root, rule))
    return [line for one in found if (line := " ".join(one.split()))]


def first(root: Element, rule: Selectors) -> str:
    """The first of the texts that a rule finds, "" where there is none; the others are not read."""
    found = (one if isinstance(one, str) else text(one) for one in _found(root, rule))
    return next((line for one in found if (line := " ".join(one.split()))), "")


def values(root: Element, rule: Selectors, *attributes: str) -> list[str]:
    """What a rule finds as values: of elements the first of some attributes that they have, texts as they are."""
    found = []
    for one in _found(root, rule):
        value = one if isinstance(one, str) else next((got for name in attributes if (got := one.get(name))), "")
        if value.strip():
            found.append(value.strip())
    return found


def text(element: Element) -> str:
    """The text inside an element, in one line: without scripts; blocks are apart."""
    return " ".join("".join(_pieces(element)).split())


def check(key: str, rule: Selectors, *, within: bool = False) -> None:
    """Check a rule of a config.

    Args:
        key: its name, for the error.
        rule: the rule.
        within: it is looked for within an item of a list: an XPath must not begin at the whole page.

    Raises:
        ValueError: the rule is empty, or no CSS selector, or no XPath that gives elements or texts.
    """
    for one in _several(rule):
        if not one.strip():
            raise ValueError(f"{key}: is empty; leave it out, or give a CSS selector or an XPath")
        try:
            found = _compiled(one)(_TRIAL)
        except ValueError as problem:
            raise ValueError(f'{key}: "{one}": {problem}') from None
        if isinstance(found, bool | float):
            kind = "true or false" if isinstance(found, bool) else "a number"
            # As every other fault of a config's value.
            raise ValueError(f'{key}: "{one}": gives {kind}; expected elements or texts')  # noqa: TRY004 - see above
        if within and _is_xpath(one) and _WHOLE.match(one.strip()):
            raise ValueError(f'{key}: "{one}": looks at the whole page instead of the item; begin it with "./"')


def shown(rule: Selectors) -> str:
    """A rule as the config has it."""
    several = [f'"{one}"' for one in _several(rule)]
    return several[0] if len(several) == 1 else f"[{', '.join(several)}]"


def _several(rule: Selectors) -> tuple[str, ...]:
    return (rule,) if isinstance(rule, str) else rule


def _found(root: Element, rule: Selectors) -> list[Element | str]:
    """What the first rule that matches finds."""
    for one in _several(rule):
        result = _compiled(one)(root)
        found = [result] if isinstance(result, str) and result.strip() else result
        if isinstance(found, list) and found:
            return found
    return []


@lru_cache(maxsize=512)
def _compiled(rule: str) -> Callable[[Element], object]:
    """A rule, ready to be asked.

    Raises:
        ValueError: it is none, with what is wrong.
    """
    stripped = rule.strip()
    if _is_xpath(stripped):
        path = stripped
        # libxml2 says so only where it comes to call it.
        plain = _LITERAL.sub("''", path)
        if "$" in plain:
            raise ValueError("is no XPath that stands alone (it has a variable)")
        for name in _CALL.findall(plain):
            if name.rpartition("::")[2] not in _FUNCTIONS:
                raise ValueError(f"is no XPath 1.0 (there is no function {name})")
    else:
        path = _css(stripped)
    try:
        compiled = etree.XPath(path, regexp=False, smart_strings=False)
        compiled(_TRIAL)
    except etree.XPathError as problem:
        raise ValueError(f"is no XPath ({problem})") from None
    return compiled


def _is_xpath(rule: str) -> bool:
    return bool(_XPATH.match(rule.strip()))


def _css(selector: str) -> str:
    from cssselect import HTMLTranslator, SelectorError  # noqa: PLC0415 - sources of other kinds have no selectors

    try:
        return HTMLTranslator().css_to_xpath(selector)
    except SelectorError as problem:
        raise ValueError(f"is no CSS selector ({problem})") from None
    except RecursionError:
        raise ValueError("is no CSS selector that can be used (it has too many parts)") from None


def _pieces(element: Element) -> Iterator[str]:
    # No recursion: each piece would pass through all levels, and hostile pages have many.
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, one in walk:
        if event == "start":
            if one.tag in NOT_TEXT:
                walk.skip_subtree()
                continue
            yield " " if one.tag in _BLOCKS else ""
            yield one.text or ""
            continue
        if event == "end" and one.tag in _BLOCKS:
            yield " "
        if one is not element:
            yield one.tail or ""

"""The title, the date and the text of a page that no rule describes; and what is no text in it.

What pages say of themselves comes first: headings and Open Graph, schema.org, Dublin Core, HTML's own elements. Then
trafilatura, where it is installed; of short texts, as many Chinese ones are, it takes too much or nothing, so that the
densest block of text is taken for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, tzinfo
from typing import Any

import msgspec
from lxml import etree

from feedpub.collect import dates, rules, stamps
from feedpub.collect.gia import page
from feedpub.collect.rules import Element
from feedpub.errors import ReleaseError

_FURNITURE = (
    "nav", "header", "footer", "aside", "button", "script", "style", "noscript", "template", "select", "input",
    "dialog",
)  # fmt: skip
_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "toolbar"})
_CLASSES = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|social|sns|addthis|addtoany|breadcrumbs?|back-?to-?top|go-?top|totop|toolbar|print|"
    r"font-?size|pagination|pager|cookies?|skip-?link|sr-only|visually-?hidden|language-?switch(?:er)?)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_NOWHERE = re.compile(r"(?:#(?:top|header|page-?top|wrapper|)|javascript:.*)\Z", re.IGNORECASE)
_ARTICLES = (
    "//*[@itemprop='articleBody']",
    "//article",
    "//main//article",
    "//main",
    "//*[@role='main']",
    "//*[@id='content' or @id='main-content' or @id='maincontent' or @id='contentBody']",
)
_TITLE_METAS = ("og:title", "twitter:title", "dcterms.title", "dc.title")
_DATE_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "dcterms.issued", "dc.date.issued",
    "dc.date", "dcterms.date", "pubdate", "publishdate", "publish_date", "date",
)  # fmt: skip
_SEPARATOR = re.compile("\\s+[|–—·-]\\s+|\\s*[|\uff5c]\\s*")
_HEADINGS = ("h1", "h2", "h3")
_HOLDERS = frozenset({"article", "section", "main", "div", "body"})
_TITLES = frozenset({*_HEADINGS, "h4", "div", "p", "span", "b", "strong"})
"""Elements that may hold nothing but the title, in which it is said again."""
_LINE = 60
_LETTERS = 3
_ALIKE = 0.3
_MOST_MARKUP, _MOST_ELEMENTS = 300_000, 3_000
"""Characters and elements up to which trafilatura gets a page: it copies it several times, and compares paragraphs with
one another.
"""
_MOST_JSON = 200_000
_LONG, _SPARSE = 250, 0.6
"""The characters that trafilatura's text has at least, where it is believed, and their share of the densest block."""
_BLOCKS = frozenset({"p", "div", "td", "li", "pre", "blockquote", "section", "article", "main", "body", "dd"})
_APART = frozenset({*_BLOCKS, *_FURNITURE, "a"})


def title(root: Element, list_title: str) -> str:
    """The title of a page.

    Args:
        root: the page.
        list_title: the one in the list that led here, "" if it is not known. A list may cut it short.

    Raises:
        ReleaseError: there is none, or the page is another than the list said.
    """
    headings = [text for tag in _HEADINGS for one in root.iter(tag) if (text := rules.text(one))]
    metas = [text for name in _TITLE_METAS for text in _metas(root, name)]
    whole = " ".join(str(root.xpath("string(//head/title)")).split())
    candidates = [*headings, *metas, *([whole] if whole else [])]
    wanted = stamps.stamp(list_title).rstrip(".…")
    if wanted:
        for one in candidates:
            if stamps.stamp(one).startswith(wanted):
                return one if one != whole else list_title
        alike = [(_likeness(wanted, stamps.stamp(one)), -number) for number, one in enumerate(candidates)]
        best, number = max(alike, default=(0.0, 0))
        if best < _ALIKE and wanted not in stamps.stamp(rules.text(root)):
            said = f'"{candidates[0][:80]}"' if candidates else "none"
            raise ReleaseError(
                f'the list calls it "{list_title[:80]}", which is nowhere in the page (its title is {said}): '
                "it is another page, or an error page"
            )
        return list_title if best < 2 * _ALIKE or candidates[-number] == whole else candidates[-number]
    first = [rules.text(one) for one in root.iter("h1")]
    for one in (*first, *metas):
        if one:
            return one
    if whole:
        return _SEPARATOR.split(whole)[0] or whole
    raise ReleaseError("no release in the page: no title in <h1>, og:title or <title>")


def issued(root: Element, zone: tzinfo) -> datetime | None:
    """When a page says that it was published; of several dates of one day the one that tells the time as well."""
    found = [moment for written in _dates(root) if (moment := dates.parse(written, (), zone))]
    same_day = (one for one in found if one.date() == found[0].date() and not dates.is_day(one))
    return next(same_day, found[0]) if found else None


def article(root: Element, title: str) -> Element:
    """The element that holds the text.

    Raises:
        ReleaseError: there is no text in the page.
    """
    weights = _weights(root)
    for path in _ARTICLES:
        several = root.xpath(path)
        if several:
            best = max(several, key=lambda one: weights.get(one, 0))
            if weights.get(best, 0) > len(title):
                return best  # type: ignore[no-any-return]  # lxml's xpath() may give anything
    dense, extracted = _densest(root), _extracted(root)
    if extracted is not None:
        found, most = _weights(extracted)[extracted], weights.get(dense, 0) if dense is not None else 0
        if found - len(title) >= max(_LONG, _SPARSE * max(most - len(title), 0)):
            return extracted
    if dense is None:
        raise ReleaseError("no release in the page: it has no text; say where it is with the rule `body`")
    return dense


def tidy(article: Element, title: str) -> None:
    """Cut what is no text: navigation, forms, share buttons, links to the top of the page, the title said again."""
    sizes, said = _sizes(article), " ".join(title.split())
    whole = sizes[article]
    cut: list[Element] = []
    for element in article.iterdescendants():
        if not isinstance(element.tag, str):
            continue
        marks = f"{element.get('class') or ''} {element.get('id') or ''}"
        if (
            element.tag in _FURNITURE
            or element.get("role") in _ROLES
            # A whole page may be in a form, and all of a text in an element that is "printed".
            or ((element.tag == "form" or _CLASSES.search(marks)) and 2 * sizes.get(element, 0) < whole)
            or (element.tag == "a" and _NOWHERE.match((element.get("href") or "x").strip()))
            or (sizes.get(element, 0) <= _LINE and _is_date_line(element))
            or (element.tag in _TITLES and _says(element, said))
        ):
            cut.append(element)
    page.cut(article, cut)


def _says(element: Element, said: str) -> bool:
    """Whether an element's text is a line, and nothing else; a long text is not read to its end."""
    found, most = "", 2 * len(said) + _LINE
    for piece in element.itertext():
        found += piece
        if len(found) > most:
            return False
    return " ".join(found.split()) == said


def _is_date_line(element: Element) -> bool:
    """Whether an element is a <time> that stands by itself, and not in a sentence."""
    parent = element.getparent()
    alone = parent is not None and parent.tag in _HOLDERS and not (element.tail or "").strip()
    return element.tag == "time" and alone


def _sizes(root: Element) -> dict[Element, int]:
    """How many characters of text there are in an element and in each one in it, white space left out.

    In one pass: an element that is asked for by itself is read to its end, as are all that hold it. What is inside of
    an element that is no text has none.
    """
    return {element: size for element, size, _ in _counted(root)}


def _weights(root: Element) -> dict[Element, int]:
    """How much text there is in an element and in each one in it that is not in links."""
    return {element: size - linked for element, size, linked in _counted(root)}


def _counted(root: Element) -> Iterator[tuple[Element, int, int]]:
    """Each element with the characters of its text, and those of them that are in links."""
    counts = [[0, 0]]
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, one in walk:
        if event == "start":
            counts.append([0, 0])
            if one.tag in rules.NOT_TEXT:
                walk.skip_subtree()
            else:
                counts[-1][0] = _letters(one.text)
            continue
        if event == "end":
            size, linked = counts.pop()
            linked = size if one.tag == "a" else linked
            counts[-1][0] += size
            counts[-1][1] += linked
            yield one, size, linked
        counts[-1][0] += _letters(one.tail)


def _letters(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


def _densest(root: Element) -> Element | None:
    """The block that has the most text: its own, that of its paragraphs, and half of that of their paragraphs."""
    scores: dict[Element, float] = {}
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element.tag in _FURNITURE:
            walk.skip_subtree()
        if element.tag not in _BLOCKS:
            continue
        own = len("".join(_own(element)).strip())
        for ancestor, share in zip((element, *element.iterancestors()), (1.0, 1.0, 0.5), strict=False):
            scores[ancestor] = scores.get(ancestor, 0.0) + share * own
    best = max(scores, key=lambda one: scores[one], default=None)
    if best is None or not scores[best]:
        return None
    while best.tag in ("p", "li", "tr", "tbody", "dd") and (parent := best.getparent()) is not None:
        best = parent
    return best


def _own(element: Element) -> Iterator[str]:
    """The text of a block that is in no other block within it, nor in a link."""
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, one in walk:
        if event == "start" and (one is element or one.tag not in _APART):
            yield one.text or ""
        elif event == "start":
            walk.skip_subtree()
        elif one is not element:
            yield one.tail or ""


def _extracted(root: Element) -> Element | None:
    """What trafilatura takes for the text; None where it is not installed, or finds none."""
    try:
        from trafilatura import extract  # noqa: PLC0415 - an extra, and slow to load
        from trafilatura.settings import DEFAULT_CONFIG  # noqa: PLC0415 - as above
    except ImportError:
        return None
    settings = deepcopy(DEFAULT_CONFIG)
    markup = etree.tostring(root, encoding="unicode", method="html")
    if len(markup) > _MOST_MARKUP or sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        return None
    # Where it finds less than 250 characters, it would take the whole page instead, with its menus.
    settings["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "1"
    found = extract(
        markup,
        output_format="html",
        include_links=True,
        include_images=True,
        include_comments=False,
        config=settings,
    )
    tree = etree.HTML(found) if found else None
    body = tree.find("body") if tree is not None else None
    return body if body is not None and rules.text(body) else None


def _dates(root: Element) -> Iterator[str]:
    for name in _DATE_METAS:
        yield from _metas(root, name)
    for script in root.xpath("//script[@type='application/ld+json']/text()"):
        yield from _published(script)
    for element in root.xpath("//*[@itemprop='datePublished']"):
        yield element.get("datetime") or element.get("content") or rules.text(element)
    for path in (
        "//article//time/@datetime",
        "//main//time/@datetime",
        "//time[@pubdate]/@datetime",
        "//time/@datetime",
    ):
        yield from root.xpath(path)[:1]


def _metas(root: Element, name: str) -> Iterator[str]:
    """What a page's <meta> of a name say; names are spelt in any case."""
    for meta in root.iter("meta"):
        if (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower() == name:
            text = " ".join((meta.get("content") or "").split())
            if text:
                yield text


def _published(script: str) -> Iterator[str]:
    """`datePublished` of JSON-LD (schema.org)."""
    try:
        waiting = [msgspec.json.decode(script.encode())] if len(script) < _MOST_JSON else []
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return
    while waiting:
        node: Any = waiting.pop(0)
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            if isinstance(found := node.get("datePublished"), str):
                yield found
            waiting += node.get("@graph", []) if isinstance(node.get("@graph"), list) else []


def _likeness(one: str, other: str) -> float:
    """The share of the runs of letters in one title that are in another as well."""
    runs = {one[start : start + _LETTERS] for start in range(len(one) - _LETTERS + 1)} or {one}
    return sum(run in other for run in runs) / len(runs)

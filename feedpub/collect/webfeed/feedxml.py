"""A feed's text -> the XML elements of its items, with nothing expanded, nothing fetched, and bounds on all of it.

What comes from outside is looked at here before any feed library sees it. A feed that is not well-formed is mended
where that is sure (a bare "&", HTML's entities, characters that XML cannot hold, prefixes that nobody declared); else
its items are read one by one, and those that are not whole are left out. A feed without its end is refused: what is
missing may be anything.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice

import msgspec
from lxml import etree

from feedpub import characters
from feedpub.collect import plaintext
from feedpub.errors import SourceError

MOST_ITEMS = 2_000
"""Items of a feed that are read, the first ones: in any feed that there is, the newest."""
_MOST_TAGS = 500_000
"""Tags of a feed, those within CDATA too: each takes a multiple of its bytes in memory."""
_MOST_NAMED = 3
"""Broken items that a warning names."""
_MOST_MENDED = 5_000_000
"""Characters of a feed that is mended: it takes a multiple of them in memory."""
_END = 10_000
"""Characters at the end of a feed among which its end tag stands."""
_ITEMS = {"rss": "item", "rdf": "item", "feed": "entry"}
# Possessive, here and below: what has matched is not tried in other ways, however long it is.
_PROLOG = re.compile(r"(?>\s++|\ufeff|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\s++([^\s>\[]++)[^>\[]*+([>\[])", re.IGNORECASE)
_ROOT = re.compile(r"<(?P<tag>(?:[\w.-]++:)?+(?P<name>[\w.-]++))(?:[^<>\"']|\"[^<\"]*+\"|'[^<']*+')*+>")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
# From the start of each run only: otherwise every character of a long one would be tried.
_WHITE = re.compile(r"(?<!\s)\s{10000,}+")
_PREFIXED = re.compile(r"(?:</?|\s)([A-Za-z_][\w.-]*+):[A-Za-z_][\w.-]*+(?=[\s=/>])")
_XMLNS = re.compile(r"\sxmlns:([A-Za-z_][\w.-]*+)\s*+=")
_REFERENCE = re.compile(r"&(?:#\d{1,7};|#x[0-9A-Fa-f]{1,6};|([A-Za-z][A-Za-z0-9]{1,31});)?+")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_PREFIXES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
}
_TITLE = re.compile(r"<title[^<>]*+>(?:\s*+<!\[CDATA\[)?+([^<\]]{0,200})", re.IGNORECASE)


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed's root element, those of its items, and what had to be done about it, as sentences."""

    root: etree._Element
    items: tuple[etree._Element, ...]
    warnings: tuple[str, ...]


def read(text: str, url: str) -> Feed:
    """Read a feed.

    Args:
        text: the feed, decoded; the encoding that its XML declaration names counts no more.
        url: its address, which xml:base is relative to.

    Raises:
        SourceError: it is a page, or something else that is no feed; it is cut off; it has a DTD of its own.
    """
    begin, root = _begin(text)
    item = _ITEMS[root["name"].lower()]
    if not text[-_END:].rstrip().endswith(">") or f"</{root['tag']}" not in text[-_END:]:
        if root[0].endswith("/>"):
            return Feed(root=_alone(root[0]), items=(), warnings=())
        raise SourceError(f"is cut off: </{root['tag']}> is not at its end")
    body = _WHITE.sub(" ", text[begin:])
    warnings: tuple[str, ...] = ()
    count = body.count(f"<{item}")
    if count > MOST_ITEMS:
        body = _joined(root, [body[start:end] for start, end in islice(_spans(body, item), MOST_ITEMS)])
        warnings = (f"has {count:,} items; the first {MOST_ITEMS:,} were read",)
    if body.count("<") > _MOST_TAGS:
        raise SourceError(f"has more than {_MOST_TAGS:,} tags, as no feed has")
    try:
        return _taken(body, url, item, warnings)
    except etree.XMLSyntaxError as problem:
        said = f"is not well-formed XML ({' '.join(problem.msg.split())})"
    if len(body) > _MOST_MENDED:
        raise SourceError(f"{said}, and too long to be mended")
    body = _mended(body)
    try:
        return _taken(body, url, item, (*warnings, f"{said}; it was mended and read"))
    except etree.XMLSyntaxError:
        return _one_by_one(body, url, item, warnings=warnings, said=said)


def _begin(text: str) -> tuple[int, re.Match[str]]:
    """Where a feed's root element begins, and its start tag."""
    prolog = _PROLOG.match(text)
    begin = prolog.end() if prolog else 0
    doctype = _DOCTYPE.match(text, begin)
    if doctype:
        if doctype[1].lower() == "html":
            raise SourceError(f"is no feed but {plaintext.page_name(text)}")
        if doctype[2] == "[":
            raise SourceError(
                "has a DTD with declarations of its own, which no feed needs and some harm; it is not read"
            )
        # One that is somewhere else, as RSS 0.91 had it, is not asked for: the reference is left out.
        rest = _PROLOG.match(text, doctype.end())
        begin = rest.end() if rest else doctype.end()
    root = _ROOT.match(text, begin)
    if root is None:
        words = " ".join(text[begin : begin + 60].split())
        raise SourceError(f"is no feed: it begins with “{words}”" if words else "is empty")
    if root["name"].lower() == "html":
        raise SourceError(f"is no feed but {plaintext.page_name(text)}")
    if root["name"].lower() not in _ITEMS:
        raise SourceError(f"is no feed: expected <rss>, <rdf:RDF> or <feed>, got <{root['tag']}>")
    return begin, root


def _parse(body: str, url: str = "") -> etree._Element:
    """Parse strictly.

    Raises:
        etree.XMLSyntaxError: it is not well-formed, or deeper or longer than libxml2 holds to be sane.
    """
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(body.encode("utf-8", "replace"), parser, base_url=url or None)


def _alone(root: str) -> etree._Element:
    """The root element of a feed that has nothing in it."""
    try:
        return _parse(_mended(root))
    except etree.XMLSyntaxError as problem:
        raise SourceError(f"is not well-formed XML ({' '.join(problem.msg.split())})") from None


def _taken(body: str, url: str, item: str, warnings: tuple[str, ...]) -> Feed:
    root = _parse(body, url)
    # Those of RSS 0.9x and 2.0 are in its channel; an item within an item is none of the feed's.
    places = (root, *root.iterchildren("{*}channel"))
    found = (element for place in places for element in place.iterchildren(f"{{*}}{item}"))
    return Feed(root=root, items=tuple(islice(found, MOST_ITEMS)), warnings=warnings)


def _one_by_one(body: str, url: str, item: str, *, warnings: tuple[str, ...], said: str) -> Feed:
    """The items that are well-formed by themselves."""
    root = _ROOT.match(body)
    whole: list[str] = []
    broken: list[str] = []
    for start, end in _spans(body, item):
        piece = body[start:end]
        try:
            _parse(_joined(root, [piece]))
        except etree.XMLSyntaxError:
            title = _TITLE.search(piece)
            broken.append(f"“{' '.join(title[1].split())}”" if title else "one without a title")
        else:
            whole.append(piece)
    if not whole or root is None:
        raise SourceError(f"{said}, and none of its items is whole")
    left_out = ""
    if broken:
        more = len(broken) - _MOST_NAMED
        left_out = f"; left out: {', '.join(broken[:_MOST_NAMED])}" + (f" and {more} more" if more > 0 else "")
    return _taken(_joined(root, whole), url, item, (*warnings, f"{said}; its whole items were read{left_out}"))


def _joined(root: re.Match[str] | None, items: list[str]) -> str:
    """A document with the root of another and some of its items."""
    return f"{root[0]}{''.join(items)}</{root['tag']}>" if root else ""


def _spans(body: str, item: str) -> Iterator[tuple[int, int]]:
    """Where the items of a feed are: from each start tag to the next end tag that is not in CDATA."""
    mark = re.compile(rf"<!\[CDATA\[|<(/?)(?:[\w.-]++:)?+{item}(?=[\s/>])", re.IGNORECASE)
    start = -1
    position = 0
    while found := mark.search(body, position):
        position = found.end()
        if found[1] is None:
            position = body.find(_CDATA_END, position)
            if position < 0:
                return
        elif not found[1]:
            start = found.start()
        elif start >= 0:
            position = body.find(">", position) + 1
            yield start, position
            start = -1


def _mended(body: str) -> str:
    """Text whose commonest mistakes are put right; where there are none, nothing changes."""
    body = characters.xml_safe(body)
    pieces: list[str] = []
    prefixes: set[str] = set()
    for piece in _split(body):
        if not piece.startswith(_CDATA):
            prefixes.update(_PREFIXED.findall(piece))
            prefixes.difference_update(_XMLNS.findall(piece))
            piece = _REFERENCE.sub(_reference, piece)  # noqa: PLW2901 - the piece, mended
        pieces.append(piece)
    declared = _XMLNS.findall(pieces[0])
    missing = sorted(prefixes - {*declared, "xml", "xmlns"})
    names = [f' xmlns:{prefix}="{_PREFIXES.get(prefix, f"urn:undeclared:{prefix}")}"' for prefix in missing]
    root = re.match(r"<[\w.:-]++", pieces[0])
    if root and names:
        pieces[0] = f"{root[0]}{''.join(names)}{pieces[0][root.end() :]}"
    return "".join(pieces)


def _split(body: str) -> Iterator[str]:
    """A text in pieces that are CDATA sections or have none."""
    position = 0
    while (start := body.find(_CDATA, position)) >= 0:
        end = body.find(_CDATA_END, start)
        if end < 0:
            break
        yield body[position:start]
        position = end + len(_CDATA_END)
        yield body[start:position]
    yield body[position:]


def _reference(match: re.Match[str]) -> str:
    """A reference as XML knows it: by number where it is one of HTML's; an "&" that begins none is escaped."""
    if match[0] == "&" or (match[1] and match[1] not in _XML_ENTITIES and html.unescape(match[0]) == match[0]):
        return f"&amp;{match[0][1:]}"
    if match[1] and match[1] not in _XML_ENTITIES:
        return "".join(f"&#{ord(one)};" for one in html.unescape(match[0]))
    return match[0]

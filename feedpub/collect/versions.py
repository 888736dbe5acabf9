"""The other language versions that a page links to: <link rel=alternate hreflang>, and its language switch."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from feedpub.collect.languagetags import known
from feedpub.collect.rules import Element
from feedpub.collect.webaddress import absolute

_FEED = re.compile(r"application/|text/xml")
_FRONT = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2,4})?|eng?|chi|por|fra?|tc|sc)?/?(?:(?:index|home|default)\.\w+)?", re.IGNORECASE
)
"""Paths of front pages: a switch that leads there leads to no version of a release."""


def linked(root: Element, base: str, url: str) -> dict[str, str]:
    """The addresses of a page's other versions, by language: of the languages that feedpub knows.

    Args:
        root: the page.
        base: what its addresses are relative to.
        url: its own address.

    Where a page has no <link> for a language, its links that say their language count, if they all lead to one address:
    several are a list of documents and no switch.
    """
    found: dict[str, set[str]] = {}
    for path in ("//link[@hreflang and contains(concat(' ', @rel, ' '), ' alternate ')]", "//a[@hreflang or @lang]"):
        here: dict[str, set[str]] = {}
        for element in root.xpath(path):
            language = known(element.get("hreflang") or element.get("lang"))
            address = absolute(base, element.get("href"))
            if language and address and not _FEED.match(element.get("type") or "") and _may_be(address, url):
                here.setdefault(language, set()).add(address)
        found = here | found
    return {language: addresses.pop() for language, addresses in found.items() if len(addresses) == 1}


def _may_be(address: str, url: str) -> bool:
    parts = urlsplit(address)
    same = address.partition("#")[0] == url.partition("#")[0]
    return not same and bool(parts.query or not _FRONT.fullmatch(parts.path))

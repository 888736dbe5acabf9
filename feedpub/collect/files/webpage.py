"""An HTML file -> title and body: a detail page as info.gov.hk has them, else any page with a title."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
from lxml import etree

from feedpub.collect import charsets, furniture
from feedpub.collect.gia import page
from feedpub.collect.webaddress import absolute
from feedpub.errors import ReleaseError


class Web(msgspec.Struct, frozen=True, kw_only=True):
    """A file's page, its address (None where it does not say), the day that its address names, and its plain text."""

    url: str | None
    found: page.Page
    plain: str


def read(raw: bytes, zone: ZoneInfo) -> Web:
    """Read an HTML file.

    Raises:
        ReleaseError: it is empty, cut off, in a wrong charset, or has no title and text.
    """
    decoded = charsets.decode(raw, tolerant=True)
    root = page.parse(decoded.text)
    url = _canonical(root)
    if root.xpath("boolean(//*[@id='pressrelease'])"):
        found = page.read(raw, url=url or "", zone=zone)
    else:
        found = _any_page(root, zone)
        charsets.refuse_mojibake(decoded, found.title, found.body)
    return Web(url=url, found=found, plain=_plain(found.body))


def _canonical(root: page.Element) -> str | None:
    for path in ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content"):
        for address in root.xpath(path):
            if found := absolute(None, str(address).strip()):
                return found
    return None


def _any_page(root: page.Element, zone: ZoneInfo) -> page.Page:
    """The text of <article>, <main> or <body> without navigation; the title of <h1> or <title>."""
    main = next((element for path in ("//article", "//main", "//body") for element in root.xpath(path)), None)
    if main is None:
        raise ReleaseError("no release in the page: it has no <body>")
    headings = main.xpath(".//h1") or root.xpath("//h1")
    heading = " ".join("".join(headings[0].itertext()).split()) if headings else ""
    title = heading or " ".join(str(root.xpath("string(//title)")).split())
    if not title:
        raise ReleaseError("no release in the page: no title in <h1> or <title>")
    page.cut(root, [*headings[:1], *main.xpath(".//nav | .//header | .//footer | .//aside")])
    body = page.inner(main, title)
    if body.empty:
        raise ReleaseError("no release in the page: its text is empty")
    return page.Page(
        title=title,
        body=body.html,
        language=None,
        issued=furniture.issue_time(body.tail, zone),
        photos=(),
        attachments=(),
        videos=(),
        related=(),
        counterparts={},
    )


def _plain(body: str) -> str:
    tree = etree.HTML(f"<div>{body}</div>")
    return "" if tree is None else "\n".join(tree.itertext())

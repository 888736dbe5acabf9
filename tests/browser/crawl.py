"""The published output as a graph: which document leads to which."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lxml import etree, html

from tests.site.htmlcheck import Element, tag

_LINKED = "//*[local-name()='link']/@href | //outline/@xmlUrl | //outline/@htmlUrl | //item/link/text()"
_ATTRIBUTES = ("href", "src", "action", "poster")


@dataclass(frozen=True)
class Link:
    """An address in a document: as it is written, and the path below the output that it leads to.

    `path` is None where it leads elsewhere, and has the folder's page where it leads to a folder.
    """

    origin: str
    element: str
    rel: str
    written: str
    path: str | None
    fragment: str = ""

    @property
    def absolute(self) -> bool:
        """Whether it holds at one address only."""
        return self.written.startswith("/") or bool(urlsplit(self.written).scheme)


class Output:
    """What is in an output directory, which is served at an address."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.paths = {str(place.relative_to(folder)) for place in folder.rglob("*") if place.is_file()}
        self._read: dict[str, Element] = {}

    def pages(self, pattern: str = "") -> list[str]:
        """The paths of all pages that begin with a pattern."""
        return sorted(path for path in self.paths if path.endswith(".html") and re.match(pattern, path))

    def page(self, path: str) -> Element:
        """A page, read once; how valid it is is not asked here."""
        if path not in self._read:
            parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
            self._read[path] = html.document_fromstring((self.folder / path).read_bytes(), parser=parser)
        return self._read[path]

    def links(self, path: str) -> list[Link]:
        """All addresses in a document, whatever its kind."""
        if path.endswith(".html"):
            return list(self._in_page(path))
        if path.endswith((".atom", ".rss", ".opml")):
            root = etree.fromstring((self.folder / path).read_bytes())
            return [self._link(path, "", "", str(one)) for one in root.xpath(_LINKED)]
        if path.endswith(".json"):
            found = _strings(json.loads((self.folder / path).read_bytes()))
            return [self._link(path, "", "", one) for one in found if re.match(r"https?://\S+$", one)]
        return []

    def _in_page(self, path: str) -> Iterator[Link]:
        for element in self.page(path).iter():
            name = tag(element)
            for attribute in _ATTRIBUTES:
                if value := element.get(attribute):
                    yield self._link(path, name, element.get("rel") or "", value)
            content = element.get("content") or ""
            if name == "meta" and "url=" in content:
                yield self._link(path, name, "refresh", content.partition("url=")[2])

    def _link(self, origin: str, element: str, rel: str, written: str) -> Link:
        whole, fragment = urldefrag(urljoin(self.url + origin, written.strip()))
        plain = whole.partition("?")[0]
        if not plain.startswith(self.url):
            return Link(origin, element, rel, written, None, fragment)
        path = unquote(plain.removeprefix(self.url))
        return Link(
            origin, element, rel, written, f"{path}index.html" if path.endswith("/") or not path else path, fragment
        )

    def reached(self, start: str = "index.html") -> dict[str, Link | None]:
        """What can be reached from a document, each with the first link that leads to it."""
        found: dict[str, Link | None] = {start: None}
        waiting = [start]
        while waiting:
            for link in self.links(waiting.pop()):
                path = link.path
                if path in self.paths and path not in found:
                    found[path] = link
                    waiting.append(path)
        return found


def _strings(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value)

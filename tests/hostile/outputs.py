"""Everything that was published, looked at as browsers, readers and portals take it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from tests.hostile import judge

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_ATOM = "{http://www.w3.org/2005/Atom}"
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
_XML = {".atom", ".rss", ".opml", ".xml"}
_ADDRESSED = {"href", "url", "src", "uri", "htmlUrl", "xmlUrl", "domain", "scheme", "icon"}
_OWN_PIECES = {"section": {"class", "lang", "aria-label", "dir"}, "div": {"class"}, "span": {"class", "lang"}}


class Looked:
    """What was found wrong, and what was looked at. Pieces that are there many times are looked at once."""

    def __init__(self, public: Path) -> None:
        self.public = public
        self.faults: list[str] = []
        self.counts = {"pages": 0, "feeds": 0, "pieces": 0, "data": 0}
        self._known: set[bytes] = set()
        for place in sorted(public.rglob("*")):
            name = str(place.relative_to(public))
            if place.is_symlink() or not _NAME.fullmatch(name):
                self.faults.append(f"{name!r} is a name that no output has")
            if place.is_file():
                self.faults += [f"{name}: {one}" for one in self._of(place, name)]

    def _of(self, place: Path, name: str) -> Iterator[str]:
        raw = place.read_bytes()
        if place.suffix == ".html":
            self.counts["pages"] += 1
            frames = name.startswith("embed/") or "/embed/" in name
            # Of pages that are made alike a part is read twice; all of their texts are, in feeds.
            yield from judge.faults_of_page(raw, frames=frames, twice=self.counts["pages"] % 4 == 1)
        elif place.suffix in _XML:
            self.counts["feeds"] += 1
            yield from self._xml(raw)
        elif place.suffix == ".json":
            self.counts["data"] += 1
            yield from self._json(raw, name)
        elif place.suffix == ".inc":
            self.counts["pieces"] += 1
            page = b"<!DOCTYPE html><html><head><title>x</title></head><body>" + raw + b"</body></html>"
            yield from judge.faults_of_page(page)
        elif place.suffix not in (".js", ".css", ".svg", ".ico", ".png", ".txt", ".webmanifest"):
            yield "a file of a kind that no output has"

    def _piece(self, html: str) -> Iterator[str]:
        told = hashlib.sha256(html.encode("utf-8", "surrogatepass")).digest()
        if told not in self._known:
            self._known.add(told)
            self.counts["pieces"] += 1
            yield from judge.faults_of_piece(html)

    def _xml(self, raw: bytes) -> Iterator[str]:
        """A feed as a reader that believes in its types: HTML is what says so, in RSS what usually is."""
        try:
            root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
        except etree.XMLSyntaxError as problem:
            yield f"it is not well-formed: {problem}"
            return
        for element in root.iter():
            if not isinstance(element.tag, str):
                yield f"it has a comment or an instruction: {str(element)[:80]}"
                continue
            for key, value in element.attrib.items():
                if str(key) in _ADDRESSED and (said := judge.fault_of_address(str(value), absolute=True)):
                    yield f"<{element.tag} {key}={str(value)[:120]!r}>: {said}"
            address = (element.text or "") if element.tag in ("link", "url", "comments", "docs") else ""
            if address and (said := judge.fault_of_address(address, absolute=True)):
                yield f"<{element.tag}>{address[:120]!r}: {said}"
            kind = element.get("type") if element.tag.startswith(_ATOM) else ""
            if kind == "xhtml":
                yield "it has XHTML"
            if kind == "html" or element.tag in ("description", _ENCODED):
                yield from (
                    self._piece(element.text or "")
                    if (up := element.getparent()) is None or up.tag != "channel"
                    else ()
                )

    def _json(self, raw: bytes, name: str) -> Iterator[str]:
        try:
            found = json.loads(raw.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_unique)
        except ValueError as problem:
            yield f"it is no strict JSON: {problem}"
            return
        if re.search(rb"[\xed][\xa0-\xbf]", raw):
            yield "it has half a character"
        yield from self._values(found, oembed=name.endswith(".oembed.json"))

    def _values(self, value: Any, *, oembed: bool) -> Iterator[str]:
        if isinstance(value, list):
            for one in value:
                yield from self._values(one, oembed=oembed)
        elif isinstance(value, dict):
            for key, one in value.items():
                if key == "content_html":
                    yield from self._piece(one)
                elif key == "html" and oembed:
                    page = f"<!DOCTYPE html><html><head><title>x</title></head><body>{one}</body></html>"
                    yield from judge.faults_of_page(page.encode(), frames=True)
                elif key in (
                    "url",
                    "external_url",
                    "home_page_url",
                    "feed_url",
                    "image",
                    "href",
                    "page",
                ) and isinstance(one, str):
                    if said := judge.fault_of_address(one, absolute=True):
                        yield f"{key} = {one[:120]!r}: {said}"
                else:
                    yield from self._values(one, oembed=oembed)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name is there twice")
    return dict(pairs)

"""The published output as a whole: valid pages, links that lead somewhere, and nothing that nobody is led to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

import pytest

from tests.browser.crawl import Link, Output
from tests.browser.kinds import EVERY
from tests.browser.town import LANGUAGES, Town
from tests.site import htmlcheck

UNLINKED = {
    r"404\.html": "web servers show it, at any address, where there is nothing",
    r"embed/.+\.(json|inc)": "portals name them; the page that builds embeds tells their addresses",
    r"embed/.+\.html": "portals show them in a frame",
    r"embed/(feedpub\.js|frame\.css)": "portals load it, and the frames, which none of our pages leads to",
    r"status\.json": "for programs",
    r"assets/search\.js": "search pages load it, where there are any",
    r"search/.+": "the search page's script loads it",
    r"images/.+": "photos of stories",
}
"""What pages need not lead to, and why."""
BUILDER = re.compile(r"[^/]+/embed/index\.html$")


@pytest.fixture(scope="module")
def output(site: Town) -> Output:
    return Output(site.public, site.at())


@pytest.fixture(scope="module")
def links(output: Output) -> list[Link]:
    """All links of all documents."""
    return [link for path in sorted(output.paths) for link in output.links(path)]


def _faults(output: Output, paths: Iterable[str]) -> dict[str, list[str]]:
    """What is wrong with pages. An embed's frame is no page of ours: it has no heading of the first order."""
    found = {}
    for path in paths:
        faults = htmlcheck.faults((output.folder / path).read_bytes(), frames=bool(BUILDER.match(path)))
        if faults := [one for one in faults if not (path.startswith("embed/") and one in {"0 h1", "0 main"})]:
            found[path] = faults
    return found


def test_pages_of_every_kind_are_valid(output: Output, site: Town) -> None:
    assert _faults(output, [site.path(kind, language) for kind, language in EVERY]) == {}


@pytest.mark.long
def test_every_page_is_valid(output: Output) -> None:
    assert _faults(output, output.pages()) == {}


def test_a_page_is_in_the_language_of_its_folder(output: Output) -> None:
    for path in output.pages():
        language = path.split("/", 1)[0]
        if language in LANGUAGES:
            assert output.page(path).get("lang") == language, path


def test_every_link_leads_to_something(output: Output, links: list[Link]) -> None:
    lost = Counter(f"{link.origin}: {link.written}" for link in links if link.path and link.path not in output.paths)
    assert list(lost) == []


def test_every_place_in_a_page_that_is_linked_is_there(output: Output, links: list[Link]) -> None:
    ids = {
        path: set(output.page(path).xpath("//@id"))
        for path in {link.path for link in links if link.path and link.fragment and link.path.endswith(".html")}
        if path in output.paths
    }
    lost = [
        f"{one.origin}: {one.written}"
        for one in links
        if one.fragment and one.path in ids and one.fragment not in ids[one.path]
    ]
    assert [one for one in lost if "/embed/" not in one] == []


def test_nothing_is_left_that_no_page_leads_to(output: Output) -> None:
    orphans = sorted(output.paths - output.reached().keys())
    assert [one for one in orphans if not any(re.fullmatch(pattern, one) for pattern in UNLINKED)] == []


def test_every_link_between_pages_holds_below_any_address(links: list[Link]) -> None:
    """Only what programs and other sites are told is absolute, and so is all that other sites show as their own."""
    told = {("link", "canonical"), ("link", "alternate")}
    fixed = [
        f"{link.origin}: {link.written}"
        for link in links
        if link.path and link.absolute and link.element and (link.element, link.rel) not in told
        if not link.origin.startswith("embed/") and link.origin != "404.html"
    ]
    assert fixed == []
    climbing = [one for one in links if not one.absolute and one.path is None]
    assert [f"{one.origin}: {one.written}" for one in climbing] == []


def test_a_page_loads_nothing_from_elsewhere(links: list[Link]) -> None:
    loaded = {"script", "img", "iframe", "source", "video", "audio"}
    styles = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}
    found = [one for one in links if one.element in loaded or (one.element == "link" and one.rel in styles)]
    assert [f"{one.origin}: {one.written}" for one in found if one.path is None] == []
    assert found


# What a page says of its other languages


def _alternates(output: Output, path: str) -> dict[str, str]:
    root = output.page(path)
    return {one.get("hreflang"): one.get("href") for one in root.xpath("/html/head/link[@rel='alternate'][not(@type)]")}


def _canonical(output: Output, path: str) -> str:
    found = output.page(path).xpath("/html/head/link[@rel='canonical']/@href")
    assert len(found) <= 1, path
    return str(found[0]) if found else ""


def _path(output: Output, address: str) -> str:
    path = address.removeprefix(output.url)
    return f"{path}index.html" if path.endswith("/") or not path else path


def test_pages_name_their_other_languages_and_these_name_them(output: Output) -> None:
    for path in output.pages():
        told = _alternates(output, path)
        for tag, address in told.items():
            other = _path(output, address)
            assert other in output.paths, (path, tag, address)
            if tag != "x-default":
                assert other.startswith(f"{tag}/"), (path, tag, address)
                assert _alternates(output, other) == told, (path, other)
        # Only a page that is among its languages may say so; who has any has one for everybody else.
        if told:
            assert "x-default" in told, path


def test_the_page_for_every_other_language_is_one_of_them_or_leads_to_them(output: Output) -> None:
    for path in output.pages():
        told = _alternates(output, path)
        default = told.pop("x-default", "")
        assert not default or default in {*told.values(), output.url, f"{output.url}status.html"}, path


def test_a_canonical_address_is_that_of_a_page_that_has_none_but_itself(output: Output) -> None:
    for path in output.pages():
        canonical = _canonical(output, path)
        if canonical:
            other = _path(output, canonical)
            assert other in output.paths, (path, canonical)
            assert _canonical(output, other) == canonical, (path, canonical)


def test_a_page_in_a_language_that_it_names_is_canonical_itself(output: Output) -> None:
    for path in output.pages():
        own = [tag for tag, address in _alternates(output, path).items() if _path(output, address) == path]
        if set(own) - {"x-default"}:
            assert _path(output, _canonical(output, path)) == path


def test_addresses_have_no_part_of_another_host(links: list[Link]) -> None:
    """Other hosts are those of the releases, the photos and the vocabularies only."""
    hosts = {urlsplit(link.written).hostname for link in links if link.path is None and link.origin.endswith(".html")}
    assert hosts <= {"www.info.gov.hk", "photos.example", "saltmarsh.example", "127.0.0.1", "cv.iptc.org", None}

"""The photos and the attachments of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable

from feedpub.characters import xml_safe
from feedpub.collect import rules
from feedpub.collect.options import PageRules, Selectors
from feedpub.collect.rules import Element
from feedpub.collect.webaddress import absolute
from feedpub.model import Link, Photo

_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif|tiff?|bmp)\Z", re.IGNORECASE)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|csv|zip|rtf)\Z", re.IGNORECASE)
_ORNAMENT = re.compile(
    r"(?:^|[/_-])(?:icon|logo|spacer|blank|pixel|loading|arrow|bullet)s?(?:[/_.-]|$)|\.svg\Z", re.IGNORECASE
)
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-url")
"""Where pages keep the address of a picture that a script shows later; `src` has a placeholder then."""
_SMALL = 60
"""Pixels up to which a picture is an ornament."""
_DIGITS = 4
_CAPTION = ("./figcaption", ".//*[contains(@class, 'caption')]")


def by_rule(root: Element, given: PageRules, base: str) -> tuple[Photo, ...]:
    """The photos that the rules find, each address once; none where they match nothing."""
    elements = rules.select(root, given.images)
    if not elements:
        addresses = [found for one in rules.texts(root, given.images) if (found := absolute(base, one))]
        return tuple(Photo(url=one) for one in dict.fromkeys(addresses))
    captions = _Captions(given.caption, elements)
    photos: dict[str, Photo] = {}
    for element in elements:
        if photo := _photo(element, base, captions):
            photos.setdefault(photo.url, photo)
    return tuple(photos.values())


def within(article: Element, base: str) -> tuple[Photo, ...]:
    """The pictures of a text, without its ornaments; what a script would show later is given its address."""
    captions = _Captions("", ())
    photos: dict[str, Photo] = {}
    for image in article.iter("img"):
        if source := _source(image):
            image.set("src", xml_safe(source))  # A control character can be read from a page, but not set.
        if not _is_ornament(image) and (photo := _photo(image, base, captions)):
            photos.setdefault(photo.url, photo)
    return tuple(photos.values())


def links(elements: Iterable[Element], base: str) -> tuple[Link, ...]:
    """Links as attachments, each address once."""
    found: dict[str, Link] = {}
    for element in elements:
        for anchor in [element] if element.get("href") else element.iter("a"):
            if address := absolute(base, anchor.get("href")):
                found.setdefault(address, Link(url=address, title=rules.text(anchor) or anchor.get("title") or ""))
    return tuple(found.values())


def documents(article: Element, base: str) -> tuple[Link, ...]:
    """The documents that a text links to, as attachments."""
    return links((one for one in article.iter("a") if _DOCUMENT.search(_path(one.get("href")))), base)


def _photo(element: Element, base: str, captions: _Captions) -> Photo | None:
    """A photo of an <img>, of a link to a picture, or of what one of these is inside of."""
    image = element if element.tag == "img" else next(element.iter("img"), None)
    anchor = next((one for one in (element, *element.iterancestors("a")) if one.tag == "a"), None)
    large = absolute(base, anchor.get("href")) if anchor is not None else None
    small = absolute(base, _source(image)) if image is not None else None
    if large and (_PICTURE.search(_path(large)) or (element.tag == "a" and image is None)):
        return Photo(url=large, caption=captions.of(element, image), thumbnail=small or "")
    return Photo(url=small, caption=captions.of(element, image)) if small else None


def _source(image: Element) -> str:
    """The address of a picture."""
    return next((found for name in (*_LAZY, "src") if (found := image.get(name)) and not found.startswith("data:")), "")


class _Captions:
    """What is said of pictures. Each part of a page is looked through once, however many pictures are in it."""

    def __init__(self, rule: Selectors, images: Iterable[Element]) -> None:
        self._rule, self._images = rule, frozenset(images)
        self._ruled: dict[Element, tuple[list[str], dict[Element, int]]] = {}
        self._figures: dict[Element, str] = {}

    def of(self, element: Element, image: Element | None) -> str:
        """What the rule finds, else what the markup says under a picture, else what it is called."""
        figure = next(element.iterancestors("figure"), None)
        if found := self._by_rule(element) or ("" if figure is None else self._under(figure)):
            return found
        for one, name in ((element, "title"), (image, "title"), (image, "alt")):
            if one is not None and (said := " ".join((one.get(name) or "").split())) and not _PICTURE.search(said):
                return said
        return ""

    def _by_rule(self, element: Element) -> str:
        """The caption within the nearest ancestor that has one; of several pictures in it, that in the same place."""
        for ancestor in element.iterancestors() if self._rule else ():
            captions, places = self._within(ancestor)
            if captions:
                if len(places) == len(captions):
                    return captions[places[element]]
                return captions[0] if len(places) == 1 else ""
        return ""

    def _within(self, part: Element) -> tuple[list[str], dict[Element, int]]:
        """The captions in a part of the page; where it has any, its pictures with their places, too."""
        if part not in self._ruled:
            captions = rules.texts(part, self._rule)
            images = [one for one in part.iterdescendants() if one in self._images] if captions else []
            self._ruled[part] = captions, {one: place for place, one in enumerate(images)}
        return self._ruled[part]

    def _under(self, figure: Element) -> str:
        if figure not in self._figures:
            found = (rules.first(figure, path) for path in _CAPTION)
            self._figures[figure] = next(filter(None, found), "")
        return self._figures[figure]


def _is_ornament(image: Element) -> bool:
    sizes = [image.get(name, "").removesuffix("px") for name in ("width", "height")]
    small = any(one.isdecimal() and len(one) <= _DIGITS and int(one) <= _SMALL for one in sizes)
    return small or bool(_ORNAMENT.search(_path(_source(image))))


def _path(address: str | None) -> str:
    return re.split(r"[?#]", address or "", maxsplit=1)[0]

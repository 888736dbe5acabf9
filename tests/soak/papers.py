"""Releases of four invented offices, each in the editions that it had, and what of them is at the paths of a site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from tests import newssite
from tests.faults import sites
from tests.faults.sites import TEXT, XML, File, Item
from tests.newssite import Paper

Files = dict[str, File]
SOURCES = ("gov", "web", "pages", "api")
HOSTS = {name: f"{name}.example" for name in SOURCES}
_MOST = {
    "/gia/rss/general_zh.xml": 40,
    "/gia/general/ctoday.htm": 15,
    "/feed.xml": 20,
    "/list.html": 6,
    "/list2.html": 20,
    "/api.json": 20,
}
"""The newest releases that a list in Chinese has; the second page of one begins where the first one ends."""
_PICTURE = File(b"\xff\xd8" + bytes(898), "image/jpeg")


@dataclass(frozen=True)
class Sheet(Item):
    """One edition of a release. `other` is the number of its other language, 0 if it has none or does not say.

    `host` is where it is, where that is not its source's own host.
    """

    source: str = "gov"
    edition: int = 1
    other: int = 0
    host: str = ""

    @property
    def key(self) -> str:
        return self.key_of(self.number)

    def key_of(self, number: int) -> str:
        return f"P{self.issued:%Y%m%d}{number:05}"

    @property
    def name(self) -> tuple[str, int]:
        """What it is known by, whichever edition."""
        return self.source, self.number

    @property
    def path(self) -> str:
        """Where its page is."""
        if self.source == "gov":
            return paper(self).path
        return f"/{'news' if self.source == 'web' else 'release'}/{self.number}.html"

    def is_in(self, text: str) -> bool:
        """Whether a stored entry's text is of this edition: its last line says which it is."""
        return _mark(self) in text


def marked(one: Sheet, lines: Iterable[str]) -> Sheet:
    """A release with the lines of another edition, and a last one that says which."""
    return replace(one, paragraphs=(*lines, _mark(one)))


def _mark(one: Sheet) -> str:
    """Letters, as numbers are evidence for what belongs together."""
    letter = chr(ord("A") + one.edition - 1)
    return (
        f"Printed as text {letter} of it."
        if one.language == "en"
        else f"本稿為第{'甲乙丙丁戊己庚辛壬癸'[one.edition - 1]}版。"
    )


def paper(one: Sheet | Item) -> Paper:
    """A release as the site of kind "gia" has it."""
    sheet = one if isinstance(one, Sheet) else Sheet(**vars(one))
    photos = (sheet.photo,) if sheet.photo else ()
    other = sheet.key_of(sheet.other) if sheet.other else ""
    return Paper(
        sheet.key,
        sheet.title,
        sheet.paragraphs,
        sheet.language,
        sheet.issued,
        photos=photos,
        counterpart=other,
    )


def page(one: Sheet) -> File:
    """A release's page."""
    return File(newssite.page(paper(one)).encode()) if one.source == "gov" else sites.page([one])


def lists(source: str, sheets: Sequence[Sheet]) -> Files:
    """The lists of a source, given its releases that are there, the oldest first."""
    return _LISTS[source](sheets)


def feed_of_gov(sheets: Sequence[Item]) -> File:
    return File(newssite.feed(map(paper, reversed(sheets))).encode(), XML)


def listing_of_gov(sheets: Sequence[Item]) -> File:
    return File(newssite.listing(map(paper, reversed(sheets))).encode())


def first_page(sheets: Sequence[Item]) -> File:
    return _rows(sheets, further=True)


def second_page(sheets: Sequence[Item]) -> File:
    return _rows(sheets, further=False)


def listed(path: str, sheets: Sequence[Sheet]) -> Sequence[Sheet]:
    """The releases of a list in Chinese, the oldest first, given all of its source."""
    if path not in _MOST:
        return ()
    found = [one for one in sheets if one.language != "en"][-_MOST[path] :]
    return found[: -_MOST["/list.html"]] if path == "/list2.html" else found


def _gov(sheets: Sequence[Sheet]) -> Files:
    english = [one for one in sheets if one.language == "en"]
    feed, today = "/gia/rss/general_zh.xml", "/gia/general/ctoday.htm"
    return {
        feed: feed_of_gov(listed(feed, sheets)),
        "/gia/rss/general_en.xml": feed_of_gov(english[-_MOST[feed] :]),
        today: listing_of_gov(listed(today, sheets)),
        "/gia/general/today.htm": listing_of_gov(english[-_MOST[today] :]),
        "/robots.txt": _ROBOTS,
    }


def _web(sheets: Sequence[Sheet]) -> Files:
    return {"/feed.xml": sites.feed(listed("/feed.xml", sheets)), "/robots.txt": _ROBOTS}


def _pages(sheets: Sequence[Sheet]) -> Files:
    return {
        "/list.html": first_page(listed("/list.html", sheets)),
        "/list2.html": second_page(listed("/list2.html", sheets)),
        "/robots.txt": _ROBOTS,
    }


def _api(sheets: Sequence[Sheet]) -> Files:
    return {"/api.json": sites.api_answer(listed("/api.json", sheets)), "/robots.txt": _ROBOTS}


def _rows(sheets: Sequence[Item], *, further: bool) -> File:
    """A page of a list, some of whose releases are on other hosts."""
    page = sites.listing(sheets, further=further)
    text = page.body
    for one in sheets:
        if isinstance(one, Sheet) and one.host:
            text = text.replace(f'"/release/{one.number}.html"'.encode(), f'"http://{one.host}{one.path}"'.encode())
    return replace(page, body=text)


_ROBOTS = File(b"User-agent: *\nDisallow: /private/\n", TEXT)
_LISTS: dict[str, Callable[[Sequence[Sheet]], Files]] = {"gov": _gov, "web": _web, "pages": _pages, "api": _api}


def photo(one: Sheet) -> str:
    """Where a release's photo is."""
    return f"http://gov.example/photos/{one.number}_photo_1.jpg"


def picture() -> File:
    """A photo."""
    return _PICTURE

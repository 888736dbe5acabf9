"""A detail page -> a release. Reads the page that it is given and fetches nothing.

Markup (November 2026): the title in `span#PRHeadlineSpan`, the text in `span#pressrelease` with the tail and sometimes
the right column inside it; photos `a.fancybox`, attachments `a.attach_text`, videos `a.videsLnkArrow`,
related releases `a.contentref_text`; language links around `img#hdrTCLnk`, `img#hdrSCLnk`, `img#hdrENLnk`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from html import escape
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import msgspec
from lxml import etree

from feedpub.characters import clean, xml_safe, xml_safe_bytes
from feedpub.collect import charsets, furniture
from feedpub.collect.gia import addresses
from feedpub.collect.webaddress import absolute, trimmed
from feedpub.errors import ReleaseError
from feedpub.model import Link, Photo

Element = etree._Element  # noqa: SLF001 - lxml's element type has no public name
_ENDINGS = re.compile(r"</\s*(?:html|body)\s*>", re.IGNORECASE)
_CLOSED = ("div", "article", "section", "main", "table", "ul", "ol", "script")
"""Elements whose end tags HTML does not let anybody leave out, as it does those of <body> and <html>."""
_NOT_TEXT = ("script", "style", "noscript", "template", "iframe", "select", "button", "svg", "math")
# What libxml2 does not know as HTML does: <wbr> has no end, </br> is a <br>; and references to what no text holds.
_WBR = re.compile(rb"</?wbr\s*/?>", re.IGNORECASE)
_BR_END = re.compile(rb"</br\s*>", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#(?:0*(\d{1,7})|[xX]0*([0-9a-fA-F]{1,6}));?")
_LARGE = 200_000
"""Characters from which a page is looked at for what parsers take too long over: no release has any of it."""
_MOST_TAGS, MOST_LISTED_TAGS, _LONGEST_TEXT = 30_000, 200_000, 500_000
"""Tags of a release's page and of a list's, each of which takes a multiple of its bytes in memory; and characters
between two of them."""
_ENDLESS = re.compile(r"<[^<>]{100000}")
_RUN, _LONGEST_RUN = re.compile(r"([&\u00a0\s])\1{15}\1*+"), 50_000
_FOOT = frozenset({"btm_btn", "controlDisplay1", "colRight"})
_LANGUAGE_LINKS = {"hdrENLnk": "en", "hdrTCLnk": "zh-Hant", "hdrSCLnk": "zh-Hans"}
_COLUMN_CLASSES = frozenset({"fancybox", "attach_text", "videsLnkArrow", "contentref_text"})
_MOST_SESSIONS = 40
_SESSION = frozenset({"sessionHdr", "video_text"})
_BY_ID = etree.XPath("id('PRHeadlineSpan PRHeadline pressrelease hdrENLnk hdrTCLnk hdrSCLnk')")
_CUT = "feedpub-cut"
_SECOND_COLUMN = etree.XPath(".//div[@id='rightContent' or contains(@class, 'controlDisplay2')]")
_TAG = re.compile(r"(<[^>]*>)")
_LAST_CODE_POINT = 0x10FFFF
_C1 = range(0x80, 0xA0)


class Inner(msgspec.Struct, frozen=True):
    """The inside of an article: its HTML, the tail that was cut off it, and whether no text is left."""

    html: str
    tail: str
    empty: bool


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What a detail page says. `language` is None where the page gives no sign of it."""

    title: str
    body: str
    language: str | None
    issued: datetime | None
    photos: tuple[Photo, ...]
    attachments: tuple[Link, ...]
    videos: tuple[Link, ...]
    related: tuple[Link, ...]
    counterparts: dict[str, str]


def read(raw: bytes, *, url: str, zone: ZoneInfo, charset: str = "") -> Page:
    """Read a detail page.

    Args:
        raw: the page's bytes.
        url: the page's address, for the relative ones in it.
        zone: the zone of the issue time.
        charset: what the server declared.

    Raises:
        ReleaseError: the page is empty, cut off, in a wrong charset, or no release.
    """
    decoded = charsets.decode(raw, charset, tolerant=True)
    if not _ENDINGS.search(decoded.text[-4096:]):
        raise ReleaseError("the page is cut off: it has no </body> or </html>")
    root = parse(decoded.text)
    landmarks = _landmarks(root)
    title = _title(root, landmarks)
    if not title:
        raise ReleaseError("no release in the page: no title in #PRHeadlineSpan, og:title or <title>")
    article = landmarks.get("pressrelease")
    if article is None:
        raise ReleaseError("no release in the page: no text in #pressrelease")
    column = _right_column(root, url)
    links = _language_links(landmarks, url)
    body = _body(article, title)
    # The site cuts `og:description` by bytes: what is broken there is not published.
    charsets.refuse_mojibake(decoded, title, body.html, *column.texts())
    if body.empty and not (column.photos or column.attachments or column.videos):
        raise ReleaseError("no release in the page: its text is empty")
    return Page(
        title=title,
        body=body.html,
        language=_language(links, body.tail),
        issued=furniture.issue_time(body.tail, zone),
        photos=tuple(column.photos.values()),
        attachments=tuple(column.attachments.values()),
        videos=tuple(column.videos.values()),
        related=tuple(column.related.values()),
        counterparts=links,
    )


def refuse_cut_off(text: str) -> None:
    """Refuse a page of any publisher whose end is missing: what is missing may be the text, or releases of a list.

    Raises:
        ReleaseError: it has neither </body> nor </html>, and ends in a word, or in an element that must have an end.
    """
    if _ENDINGS.search(text[-4096:]) or not text.strip():
        return
    small = text.lower()
    whole = small.rstrip().endswith(">") and all(
        len(re.findall(rf"<{tag}[\s>]", small)) <= small.count(f"</{tag}") for tag in _CLOSED
    )
    if not whole:
        raise ReleaseError("the page is cut off: it has no </body> or </html>")


def parse(text: str, most_tags: int = _MOST_TAGS) -> Element:
    """Parse HTML with nothing loaded and nothing expanded.

    Args:
        text: the page.
        most_tags: that it may have.

    Raises:
        ReleaseError: there is no markup at all, or far too much of it.
    """
    if len(text) > _LARGE:
        if text.count("<") > most_tags:
            raise ReleaseError(f"the page has more than {most_tags:,} tags, as no release and no list of news has")
        longest_run = max((match.end() - match.start() for match in _RUN.finditer(text)), default=0)
        if _ENDLESS.search(text) or longest_run > _LONGEST_RUN or _longest(text) > _LONGEST_TEXT:
            raise ReleaseError("the page is no release: one tag, one text or one run of a character goes on and on")
    # A text with what XML cannot hold can be read from a page, but not be set in one, as cutting does.
    raw = xml_safe_bytes(text)
    if b"&#" in raw:
        raw = _REFERENCE.sub(_character, raw)
    if b"wbr" in raw or b"WBR" in raw:
        raw = _WBR.sub(b"", raw)
    if b"</br" in raw or b"</BR" in raw:
        raw = _BR_END.sub(b"<br>", raw)
    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    root = etree.fromstring(raw, parser)
    if root is None:
        raise ReleaseError("no release in the page: it has no markup")
    # libxml2 stops at 256 levels, and says so only here.
    if parser.error_log and any("Excessive depth" in error.message for error in parser.error_log.filter_from_fatals()):
        raise ReleaseError("the page is nested too deeply to be read whole")
    return root


def _longest(text: str) -> int:
    """How many characters there are between two tags at most."""
    longest = start = 0
    while (end := text.find("<", start)) >= 0:
        longest, start = max(longest, end - start), end + 1
    return max(longest, len(text) - start)


def _character(reference: re.Match[bytes]) -> bytes:
    """What a reference to a character means: those to control characters are to Windows-1252 (HTML, 13.2.5.80)."""
    code = int(reference[1]) if reference[1] else int(reference[2], 16)
    if code in _C1:
        return bytes((code,)).decode("cp1252", "ignore").encode()
    if code > _LAST_CODE_POINT or not xml_safe(chr(code)):
        return b""
    meant = charsets.without_private(chr(code))
    return reference[0] if meant == chr(code) else meant.encode()


def _landmarks(root: Element) -> dict[str, Element]:
    """The elements that everything else is found by, from the table of ids that libxml2 keeps of an HTML document."""
    return {element.get("id"): element for element in _BY_ID(root)}


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _title(root: Element, landmarks: dict[str, Element]) -> str:
    for identifier in ("PRHeadlineSpan", "PRHeadline"):
        element = landmarks.get(identifier)
        if element is None:
            continue
        etree.strip_elements(element, *_NOT_TEXT, with_tail=False)
        for line_break in element.iter("br"):
            line_break.tail = " " + (line_break.tail or "")
        if text := "".join(element.itertext()).strip():
            return text
    for path in ("//meta[@property='og:title']/@content", "//head/title/text()"):
        for text in root.xpath(path):
            if text.strip():
                return str(text).strip()
    return ""


def _body(article: Element, title: str) -> Inner:
    _cut_columns(article)
    body = inner(article, title)
    if not body.tail:
        # One stray end tag in the text closes the article early: a browser shows the rest all the same.
        behind = _behind(article)
        whole = _without_furniture(_markup(article) + behind, title)
        if whole.tail:
            return whole
    return body


def _cut_columns(element: Element) -> None:
    cut(element, _SECOND_COLUMN(element))


def _behind(article: Element) -> str:
    """The markup between the article and the page's foot."""
    found: list[str] = []
    for element in (article, *article.iterancestors()):
        if element.tag in ("body", "html"):
            break
        found.append(escape(element.tail or "", quote=False))
        for after in element.itersiblings():
            classes = (after.get("class") or "").split()
            if _FOOT.intersection(classes) or after.get("id") == "footer":
                return "".join(found)
            if "controlDisplay2" not in classes and after.get("id") != "rightContent":
                _cut_columns(after)
                found.append(f"<div>{_markup(after)}</div>")
            found.append(escape(after.tail or "", quote=False))
    return "".join(found)


def inner(article: Element, title: str) -> Inner:
    """The HTML inside an element, without scripts, controls and furniture; and the tail that was cut off."""
    return _without_furniture(_markup(article), title)


def _markup(article: Element) -> str:
    etree.strip_elements(article, *_NOT_TEXT, with_tail=False)
    for element in article.iter("a", "img"):
        for name in ("href", "src"):
            address = element.get(name)
            # Before the serialiser escapes the white space. A control character can be read from a page, but not set.
            if address and address != (plain := trimmed(xml_safe(address))):
                element.set(name, plain)
    outer = etree.tostring(article, encoding="unicode", method="html", with_tail=False)
    return outer[outer.index(">") + 1 : outer.rindex("<")]


def _without_furniture(markup: str, title: str) -> Inner:
    # Texts and tags in turn; the furniture is in the first and the last texts.
    pieces = _TAG.split(markup)
    trimmed = furniture.trim(pieces[::2], escape(title, quote=False))
    pieces[::2] = trimmed.pieces
    empty = not any(clean(piece).strip() for piece in trimmed.pieces)
    return Inner("".join(pieces), trimmed.tail, empty)


def cut(root: Element, elements: Iterable[Element]) -> None:
    """Remove elements of a tree, but neither its root nor the texts after them.

    All at once: where each text is added to the one before, thousands of them are copied thousands of times.
    """
    for element in elements:
        if element is not root:
            element.tag = _CUT
    etree.strip_elements(root, _CUT, with_tail=False)


class _Column:
    """The right column. It may stand twice, so each address counts once."""

    def __init__(self) -> None:
        self.photos: dict[str, Photo] = {}
        self.attachments: dict[str, Link] = {}
        self.videos: dict[str, Link] = {}
        self.related: dict[str, Link] = {}

    def texts(self) -> list[str]:
        """The captions and titles."""
        links = (*self.attachments.values(), *self.videos.values(), *self.related.values())
        return [*(photo.caption for photo in self.photos.values()), *(link.title for link in links)]


def _right_column(root: Element, url: str) -> _Column:
    column = _Column()
    for element in root.iter("a"):
        classes = (element.get("class") or "").split()
        address = absolute(url, element.get("href")) if _COLUMN_CLASSES.intersection(classes) else None
        if not address:
            continue
        if "fancybox" in classes:
            caption = " ".join((element.get("title") or "").split())
            thumbnail = next((found for one in element.iter("img") if (found := absolute(url, one.get("src")))), "")
            column.photos.setdefault(address, Photo(url=address, caption=caption, thumbnail=thumbnail))
        elif "videsLnkArrow" in classes:
            # The link itself says only "View".
            if address not in column.videos:
                heading = _session(element) if len(column.videos) < _MOST_SESSIONS else ""
                column.videos[address] = Link(url=address, title=heading or _text(element))
        else:
            links = column.attachments if "attach_text" in classes else column.related
            links.setdefault(address, Link(url=address, title=_text(element)))
    return column


def _session(link: Element) -> str:
    """What a video is called: the session heading before its link; the link itself says only "View"."""
    for element in (link, *link.iterancestors()):
        for before in element.itersiblings("div", preceding=True):
            for heading in (before, *before.iterdescendants("div")):
                if _SESSION.intersection((heading.get("class") or "").split()):
                    return _text(heading)
    return ""


def _language_links(landmarks: dict[str, Element], url: str) -> dict[str, str]:
    """The addresses of the other languages, in their one spelling."""
    links: dict[str, str] = {}
    for identifier, language in _LANGUAGE_LINKS.items():
        image = landmarks.get(identifier)
        anchor = next(image.iterancestors("a"), None) if image is not None else None
        address = absolute(url, anchor.get("href")) if anchor is not None else None
        if not address:
            continue
        if language == "zh-Hans":
            simplified = addresses.simplified_url(address)
            if simplified:
                links.setdefault(language, simplified)
        elif found := addresses.detail(address):
            links.setdefault(language, urljoin(address, found.path.rpartition("/")[2]))
    return links


def _language(links: dict[str, str], tail: str) -> str | None:
    """A page links to the languages that it is not in; its tail is in its own."""
    if "zh-Hant" in links:
        return "en"
    if "en" in links or "香港時間" in tail:
        return "zh-Hant"
    return "en" if "HKT" in tail else None

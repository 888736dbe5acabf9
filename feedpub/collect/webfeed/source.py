"""Kind "webfeed": finds releases in any RSS, Atom or JSON Feed; the text is the feed's, or the linked page's."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from feedpub.characters import xml_safe
from feedpub.collect import dates, languagetags, plaintext
from feedpub.collect.base import Surroundings
from feedpub.collect.http import Reply
from feedpub.collect.lists import ListPage
from feedpub.collect.listtexts import TextListSource, too_long
from feedpub.collect.options import WebFeedOptions
from feedpub.collect.webaddress import absolute
from feedpub.config import Source
from feedpub.errors import ReleaseError, SourceError
from feedpub.languages import LANGUAGES
from feedpub.model import LONGEST_ADDRESS, YEARS, Sighting

if TYPE_CHECKING:
    from feedpub.collect.linkedpage import LinkedPage
    from feedpub.collect.webfeed.feeditems import FeedItem, Items, Text

_LONGEST_KEY = 300
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^<>]*?\ssrc\s*=\s*[\"']?\s*([^\s\"'<>]+)", re.IGNORECASE)
_RFC822 = re.compile(r"\A(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3,9}\.?\s+\d{2,4}\s+\d")
_MOST_NAMED = 3


def open_source(source: Source, surroundings: Surroundings) -> WebFeedSource:
    """Open a source of kind "webfeed" for one run."""
    return WebFeedSource(source, surroundings)


class WebFeedSource(TextListSource):
    """A feed in each language."""

    options: WebFeedOptions

    def __init__(self, source: Source, surroundings: Surroundings) -> None:
        super().__init__(source, surroundings)
        self.may_have_texts = self.options.full_text != "always"
        self.may_read_pages = self.options.full_text != "never"

    def parse(self, reply: Reply, language: str) -> ListPage:
        """Read a feed."""
        from feedpub.collect import charsets  # noqa: PLC0415 - feeds that did not change need no parser

        try:
            decoded = charsets.decode(reply.body, reply.charset, what="feed", tolerant=True)
            items = read(decoded.text, reply.url)
        except (ReleaseError, SourceError) as problem:
            raise SourceError(f"{reply.url}: {problem}") from None
        left_out: list[str] = []
        found: dict[str, Sighting] = {}
        for item in items.items:
            try:
                charsets.refuse_mojibake(decoded, item.title, item.content.html, item.summary.html, what="item")
                if sighting := self._sighting(item, language):
                    _keep(found, sighting, item.id)
            except ReleaseError as problem:
                left_out.append(f"{reply.url}: “{item.title[:100] or item.id[:100]}” is left out: {problem}")
        more = [f"{reply.url}: {len(left_out) - _MOST_NAMED} more are left out"] if len(left_out) > _MOST_NAMED else []
        return ListPage(
            sightings=tuple(found.values()),
            warnings=tuple(f"{reply.url}: {one}" for one in items.warnings),
            failures=(*left_out[:_MOST_NAMED], *more),
        )

    def _sighting(self, item: FeedItem, language: str) -> Sighting | None:
        if not item.link:
            raise ReleaseError("it has no link")
        if said := too_long(item.title, item.content.html or item.summary.html):
            raise ReleaseError(said)
        page = self._page(item, language)
        sighting = self.sighting(
            item.link,
            language,
            title=item.title,
            issued=self._moment(item.date),
            rest=plaintext.plain((item.content if item.content.html else item.summary).html),
            key="" if self.options.key or not item.id else self._key_of_id(item.id),
            fetched=page is None,
        )
        if sighting and page and self.full(sighting) is None:
            self.keep_text(sighting, page)
        return sighting

    def _page(self, item: FeedItem, language: str) -> LinkedPage | None:
        """An item as a page would have it, where the feed has its whole text."""
        text = self._text(item, language)
        if text is None:
            return None
        from feedpub.collect.linkedpage import LinkedPage  # noqa: PLC0415 - as in parse

        shown = {absolute(text.base, plaintext.unescaped(address)) for address in _IMAGE.findall(text.html)}
        counterparts = {
            tag: address for written, address in item.versions.items() if (tag := languagetags.known(written))
        }
        return LinkedPage(
            title=item.title,
            body=text.html,
            base=text.base,
            photos=tuple(photo for photo in item.photos if photo.url not in shown),
            attachments=item.attachments,
            videos=item.videos,
            counterparts={tag: address for tag, address in counterparts.items() if tag != language},
        )

    def _text(self, item: FeedItem, language: str) -> Text | None:
        if not self.may_have_texts:
            return None
        given = ((item.content, True), (item.summary, False))
        row = LANGUAGES[language]
        for text, said in given:
            if text.html and (not self.may_read_pages or plaintext.is_whole(text.html, row, said=said)):
                return text
        return None

    def _key_of_id(self, written: str) -> str:
        """An item's id as a key: an address without its scheme, anything else as it is.

        One that is far too long, or that no document and not every store can hold (JSON can name any character), is
        told by its digest.
        """
        try:
            address = len(written) <= LONGEST_ADDRESS and _ADDRESS.match(written)
            key = self.key_of(written) if address else " ".join(written.split())
        except ValueError:  # It only begins like an address.
            key = " ".join(written.split())
        if len(key) <= _LONGEST_KEY and xml_safe(key) == key:
            return key
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()

    def _moment(self, written: str) -> datetime | None:
        zone = self.source.timezone
        if _RFC822.match(written):
            try:  # It knows the zones that RFC 822 has names for.
                found: datetime = parsedate_to_datetime(written)
                moment = found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone)
            except (ValueError, OverflowError):
                return None
            return moment if moment.year in YEARS else None
        return dates.parse(written, self.options.date_formats, zone) if written else None


def _keep(found: dict[str, Sighting], sighting: Sighting, identifier: str) -> None:
    """Keep a sighting. The first with a key has it: if its link were its key instead, its entry would come anew."""
    if found.setdefault(sighting.key, sighting).address != sighting.address:
        raise ReleaseError(f"another has its id “{identifier[:100]}”; give `key` to tell them by their links")


def read(text: str, url: str) -> Items:
    """Read a feed of any kind.

    Args:
        text: the feed, decoded.
        url: its address, for the relative ones in it.

    Raises:
        SourceError: it is no feed, or not whole.
    """
    from feedpub.collect.webfeed import feeditems, jsonfeed  # noqa: PLC0415 - feeds that did not change need no parser

    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return jsonfeed.read(text, url)
    return feeditems.read(text, url)

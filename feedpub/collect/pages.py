"""Kind "pages": any listing and the pages that it leads to, by the rules of the config."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from feedpub.collect import dates
from feedpub.collect.base import Past, Surroundings
from feedpub.collect.http import Reply
from feedpub.collect.lists import MOST_LISTED, ListPage, ListSource
from feedpub.collect.options import PagesOptions, Selectors
from feedpub.collect.webaddress import absolute
from feedpub.config import Source
from feedpub.errors import ReleaseError, SourceError
from feedpub.model import Sighting

if TYPE_CHECKING:
    from feedpub.collect.rules import Element

_REDESIGNED = "the page was redesigned, or is an error page"


def open_source(source: Source, surroundings: Surroundings) -> PagesSource:
    """Open a source of kind "pages" for one run."""
    return PagesSource(source, surroundings)


class PagesSource(ListSource):
    """A site whose lists are pages."""

    options: PagesOptions

    def __init__(self, source: Source, surroundings: Surroundings) -> None:
        super().__init__(source, surroundings)
        self.most_lists = self.options.most_lists

    def parse(self, reply: Reply, language: str) -> ListPage:
        """Read one page of a list.

        Raises:
            SourceError: a rule matches nothing, or no item leads to a release.
        """
        from feedpub.collect import charsets, rules  # noqa: PLC0415 - lists that did not change need no parser
        from feedpub.collect.gia import page  # noqa: PLC0415 - as above

        try:
            text = charsets.decode(reply.body, reply.charset).text
            page.refuse_cut_off(text)
            root = page.parse(text, page.MOST_LISTED_TAGS)
        except ReleaseError as problem:
            raise SourceError(f"{reply.url}: {problem}") from None
        base = absolute(reply.url, str(root.xpath("string(//base/@href)"))) or reply.url
        items = self._items(root, reply.url)
        following = rules.values(root, self.options.next, "href")
        return ListPage(
            sightings=self._sightings(items, language, base, reply.url),
            next_address=(absolute(base, following[0]) or "") if following else "",
        )

    def past(self, first: date, last: date) -> Iterator[Past]:
        """The pages of the lists, as far back as the first day.

        Raises:
            SourceError: there is no rule `next`.
        """
        from feedpub.collect import listpast  # noqa: PLC0415 - runs of the job have no use for it

        if not self.options.next:
            raise SourceError("its past cannot be asked for: no rule `next` leads to the further pages of its lists")
        return listpast.by_pages(self, first, last)

    def _items(self, root: Element, url: str) -> list[Element]:
        """The items of a list. None are a redesign, unless what holds them is there, and leads nowhere."""
        from feedpub.collect import rules  # noqa: PLC0415 - as above

        holders = [root]
        if self.options.listing:
            holders = rules.select(root, self.options.listing)
            if not holders:
                raise _unmatched(url, "listing", self.options.listing)
        items = list(dict.fromkeys(one for holder in holders for one in rules.select(holder, self.options.item)))
        if len(items) > MOST_LISTED:
            raise SourceError(f"{url}: has {len(items):,} items, which is no list of news (at most {MOST_LISTED:,})")
        if not items and (not self.options.listing or any(rules.matches(one, "a[href]") for one in holders)):
            raise _unmatched(url, "item", self.options.item)
        return items

    def _sightings(self, items: list[Element], language: str, base: str, url: str) -> tuple[Sighting, ...]:
        lines = [_Line(item, self.options, base) for item in items]
        for name, wanted in (("link", True), ("title", bool(self.options.title)), ("date", bool(self.options.date))):
            if lines and wanted and not any(getattr(line, name) for line in lines):
                raise _unmatched(url, name, getattr(self.options, name), " in any item")
        moments = [
            dates.parse(line.date, self.options.date_formats, self.source.timezone) if line.date else None
            for line in lines
        ]
        written = next((line.date for line in lines if line.date), "")
        if written and not any(moments):
            raise SourceError(f'{url}: "{written[:80]}" is no date; give its format in `date_formats`')
        alike = not self.options.title and len(lines) > 1 and len({line.title for line in lines}) == 1
        found = [
            # Where all links are called "Read more", none says a title.
            self.sighting(line.link, language, title="" if alike else line.title, issued=moment)
            for line, moment in zip(lines, moments, strict=True)
            if line.link
        ]
        taken = tuple(one for one in found if one)
        if lines and not taken:
            raise SourceError(
                f"{url}: none of its {len(lines)} items leads to a release ({lines[0].link or 'no link'}): "
                "by the rule `key`, or because the host is not in `hosts`"
            )
        return taken


class _Line:
    """What one item of a list says: the absolute address of its link, its title and its date, "" where it does not."""

    def __init__(self, item: Element, options: PagesOptions, base: str) -> None:
        from feedpub.collect import rules  # noqa: PLC0415 - as above

        addresses = (absolute(base, one) for one in rules.values(item, options.link, "href"))
        self.link = next((one for one in addresses if one), "")
        title = rules.first(item, options.title or options.link)
        # A rule for the link may give the address itself.
        self.title = title if title and (options.title or absolute(base, title) != self.link) else ""
        written = rules.values(item, options.date, "datetime")
        self.date = written[0] if written else rules.first(item, options.date)


def _unmatched(url: str, name: str, rule: Selectors, where: str = "") -> SourceError:
    from feedpub.collect import rules  # noqa: PLC0415 - as above

    return SourceError(f"{url}: the rule {name} = {rules.shown(rule)} matches nothing{where}: {_REDESIGNED}")

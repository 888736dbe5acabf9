"""The page of a release, of any publisher -> what it says: by a config's rules, by itself where they are silent.

Reads the page that it is given and fetches nothing. A rule that finds nothing is an error that names the rule: a
redesign has to be noticed, and must not become an entry that somebody else's navigation is the text of.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from lxml import etree

from feedpub.collect import articles, charsets, dates, furniture, languagetags, pictures, rules, versions
from feedpub.collect.gia import page
from feedpub.collect.options import PageRules, Selectors
from feedpub.collect.rules import Element
from feedpub.collect.webaddress import absolute
from feedpub.errors import ReleaseError
from feedpub.model import Link, Photo

_SHORT_LINE = 60
"""Characters of an element that holds little else than a date."""


class LinkedPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a release's page, or its list, says of it. `body` is HTML; `language` None where the page does not say.

    `base` is what addresses in `body` are relative to, "" for the address of the page.
    """

    title: str
    body: str
    issued: datetime | None = None
    language: str | None = None
    photos: tuple[Photo, ...] = ()
    attachments: tuple[Link, ...] = ()
    videos: tuple[Link, ...] = ()
    counterparts: dict[str, str] = {}
    base: str = ""


def read(raw: bytes, *, url: str, charset: str, rules: PageRules, zone: ZoneInfo, list_title: str = "") -> LinkedPage:
    """Read the page of a release.

    Args:
        raw: the page's bytes.
        url: its address, for the relative ones in it.
        charset: what the server declared, "" if nothing.
        rules: where its parts are; what is left out is found by itself.
        zone: of dates that have no zone of their own.
        list_title: the title in the list that led here, to know the page's own again.

    Raises:
        ReleaseError: a rule matches nothing, the title or the text is empty, or it is another page than the list said.
    """
    decoded = charsets.decode(raw, charset)
    page.refuse_cut_off(decoded.text)
    result = _Reading(page.parse(decoded.text), url, rules, zone).page(list_title)
    charsets.refuse_mojibake(decoded, result.title, result.body)
    return result


class _Reading:
    """One page, while it is read: what stands outside of the text is taken before anything is cut."""

    def __init__(self, root: Element, url: str, given: PageRules, zone: ZoneInfo) -> None:
        self.root, self.url, self.rules, self.zone = root, url, given, zone
        base = root.xpath("string(//base/@href)")
        self.base = absolute(url, str(base)) or url if base else url

    def page(self, list_title: str) -> LinkedPage:
        title = self._title(list_title)
        issued, dated = self._issued()
        declared = languagetags.known(
            self.root.get("lang") or self.root.get("{http://www.w3.org/XML/1998/namespace}lang")
        )
        photos = pictures.by_rule(self.root, self.rules, self.base) if self.rules.images else None
        attachments = pictures.links(rules.select(self.root, self.rules.attachments), self.base)
        counterparts = self._counterparts()
        page.cut(self.root, rules.select(self.root, self.rules.remove))
        article = self._article(title)
        told = (*dated, *rules.select(self.root, self.rules.title))
        short = [one for one in told if len(said := rules.text(one)) <= _SHORT_LINE or said == title]
        page.cut(article, [one for one in short if article in one.iterancestors()])
        articles.tidy(article, title)
        if photos is None:
            photos = pictures.within(article, self.base)
        if not self.rules.attachments:
            attachments = pictures.documents(article, self.base)
        body = page.inner(article, title)
        if body.empty and not (photos or attachments):
            raise ReleaseError(f"no release in the page: its text is empty{_by('body', self.rules.body)}")
        return LinkedPage(
            title=title,
            body=body.html,
            issued=issued or furniture.issue_time(body.tail, self.zone),
            language=declared,
            photos=photos,
            attachments=attachments,
            counterparts=counterparts,
            base=self.base if self.base != self.url else "",
        )

    def _title(self, list_title: str) -> str:
        if not self.rules.title:
            return articles.title(self.root, list_title)
        self._must_match("title", self.rules.title)
        titles = rules.texts(self.root, self.rules.title)
        if not titles:
            raise ReleaseError(f"no release in the page: its title is empty{_by('title', self.rules.title)}")
        return titles[0]

    def _issued(self) -> tuple[datetime | None, list[Element]]:
        """The issue time, and the elements that it was read from."""
        if not self.rules.date:
            return articles.issued(self.root, self.zone), []
        written = [
            *rules.values(self.root, self.rules.date, "datetime", "content"),
            *rules.texts(self.root, self.rules.date),
        ]
        if not written:
            self._must_match("date", self.rules.date)
        for one in written:
            if moment := dates.parse(one, self.rules.date_formats, self.zone):
                return moment, rules.select(self.root, self.rules.date)
        said = f'"{written[0][:80]}"' if written else "an empty text"
        raise ReleaseError(
            f"the rule date = {rules.shown(self.rules.date)} gives {said}, which is no date; "
            "give its format in `date_formats`"
        )

    def _article(self, title: str) -> Element:
        """The element that holds the text: the rule's, or several of them in one."""
        if not self.rules.body:
            return articles.article(self.root, title)
        self._must_match("body", self.rules.body)
        elements = _outermost(rules.select(self.root, self.rules.body))
        if len(elements) == 1:
            return elements[0]
        article = etree.SubElement(self.root, "div")
        for element in elements:
            copy = deepcopy(element)
            copy.tail = None
            article.append(copy)
        if not elements:  # The rule gives texts.
            for line in rules.texts(self.root, self.rules.body):
                etree.SubElement(article, "p").text = line
        return article

    def _counterparts(self) -> dict[str, str]:
        if not self.rules.languages:
            return versions.linked(self.root, self.base, self.url)
        addresses = {
            language: next(
                (
                    one
                    for written in rules.values(self.root, rule, "href", "value")
                    if (one := absolute(self.base, written))
                ),
                None,
            )
            for language, rule in self.rules.languages.items()
        }
        return {language: address for language, address in addresses.items() if address}

    def _must_match(self, name: str, rule: Selectors) -> None:
        if not rules.matches(self.root, rule):
            raise ReleaseError(
                f"the rule {name} = {rules.shown(rule)} matches nothing: the page was redesigned, or is an error page"
            )


def _outermost(elements: Iterable[Element]) -> list[Element]:
    """Elements without those that are inside of another of them."""
    every = list(elements)
    chosen = set(every)
    return [one for one in every if chosen.isdisjoint(one.iterancestors())]


def _by(name: str, rule: Selectors) -> str:
    return f" (the rule {name} = {rules.shown(rule)})" if rule else ""

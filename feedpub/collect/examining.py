"""A page of a source with lists -> its parts and what found each, for people who write rules.

Everything is read by the modules that read it for the job; here is only told which of the rules, or what of the page,
gave what they found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from feedpub.collect import api, articles, charsets, dates, linkedpage, rules, whereabouts
from feedpub.collect.base import Examined, Part, Reading
from feedpub.collect.gia import page as pages
from feedpub.collect.http import Reply
from feedpub.collect.linkedpage import LinkedPage
from feedpub.collect.options import ApiOptions, PageRules, PagesOptions, Selectors
from feedpub.collect.rules import Element
from feedpub.collect.webaddress import absolute
from feedpub.errors import ReleaseError, SourceError
from feedpub.model import Sighting

if TYPE_CHECKING:
    from feedpub.collect.lists import ListSource

_ITSELF = "found by itself"
NO_ADDRESS = "it has none, because its address is not known; give that with --url"
_DATA = re.compile(r"\s*(?:[{\[]|<\?xml|<(?:rss|feed|rdf:RDF)\b)", re.IGNORECASE)
_SEVERAL = 2
_IN_LIST = ("link", "title", "date", "body", "summary")


def examine(
    source: ListSource, reply: Reply, reading: Callable[[Sighting, Reply], Reading], *, known: bool
) -> Examined:
    """Read a page of a source with lists.

    Args:
        source: whose it is.
        reply: the page.
        reading: how the source reads a release's page.
        known: whether the reply's address is the page's own, and not one in its place.
    """
    lists = [(one, address) for one in source.languages for address in source.addresses(one)]
    language = next((one for one, address in lists if known and _same(reply.url, address)), "")
    if language or (not isinstance(source.options, PagesOptions) and _DATA.match(reply.body[:200].decode("latin-1"))):
        return _list(source, reply, language or source.languages[0])
    found = _release(source, reply, reading, known=known)
    nearest, _ = max(lists, key=lambda one: _alike(reply.url, one[1]))
    listed = _list(source, reply, nearest)
    near = known and any(_path(reply.url) == _path(address) for _, address in lists)
    if listed.sightings and (found.release is None or near):
        return listed
    if found.release is None and listed.problem:
        return msgspec.structs.replace(found, warnings=(*found.warnings, f"as a list: {listed.problem}"))
    if len(listed.sightings) >= _SEVERAL:
        more = f"as a list it has {len(listed.sightings)} releases; give the address of a list to have it read as one"
        return msgspec.structs.replace(found, warnings=(*found.warnings, more))
    return found


def canonical(raw: bytes) -> str:
    """The address that a page says is its own; "" where it says none."""
    try:
        root = pages.parse(charsets.decode(raw, tolerant=True).text)
    except ReleaseError:
        return ""
    said = rules.values(root, ('link[rel~="canonical"]', 'meta[property="og:url"]'), "href", "content")
    return next((found for one in said if (found := absolute(None, one))), "")


# Releases


def _release(
    source: ListSource, reply: Reply, reading: Callable[[Sighting, Reply], Reading], *, known: bool
) -> Examined:
    given: PageRules = source.options.page
    looked = _Looked(reply, given, source.source.timezone)
    read, problem = None, looked.problem
    key = source.key_of(reply.url) if known else ""
    key_by = f'the rule key = "{source.options.key}"' if source.options.key else "its address"
    if known and not key:
        problem = problem or f'the rule key = "{source.options.key}" finds no key in its address: lists leave it out'
    # Where a list tells the dates, a page needs none.
    undated = looked.page is not None and looked.page.issued is None and bool(getattr(source.options, "date", True))
    for language in _likeliest(source.languages, looked.page) if looked.page and key else ():
        sighting = source.sighting(reply.url, language)
        if sighting is None:
            problem = problem or "it is on a host that is not the source's; name it in `hosts`"
            break
        try:
            read, problem = reading(sighting, reply).release, ""
            break
        except ReleaseError as fault:
            problem = problem or str(fault)
        if undated and _reads(reading, msgspec.structs.replace(sighting, issued=source.around.now), reply):
            problem = ""
            break
    named = Part(name="key", found=(read.key if read else key,), by=key_by) if key else Part(name="key")
    parts = [*looked.parts(), named if known else Part(name="key", problem=NO_ADDRESS)]
    if read and looked.page and read.issued != looked.page.issued:
        at = next(number for number, part in enumerate(parts) if part.name == "date")
        by = f'the rule date_in_link = "{source.options.date_in_link}"'
        parts[at] = Part(name="date", found=(str(read.issued),), by=by)
    if read and read.counterpart_keys:
        parts.append(
            Part(name="versions", found=read.counterpart_keys, by="the same key in other languages: shared_keys")
        )
    if read:
        declared = looked.page.language if looked.page else None
        by = (
            f'<html lang="{declared}">'
            if declared == read.language
            else "its script; the list that leads to it decides"
        )
        parts.insert(2, Part(name="language", found=(read.language,), by=by))
        dropped = sorted(set(looked.page.counterparts) - set(read.counterparts)) if looked.page else []
        warnings = [f"the link to {one} leads to a list or to no release, and is left out" for one in dropped]
    else:
        warnings = []
    return Examined(
        address=reply.url if known else "",
        what="release",
        language=read.language if read else "",
        parts=tuple(parts),
        release=read,
        body=looked.page.body if looked.page else "",
        removed=looked.removed,
        warnings=tuple(warnings),
        problem=problem,
    )


def _reads(reading: Callable[[Sighting, Reply], Reading], sighting: Sighting, reply: Reply) -> bool:
    try:
        return reading(sighting, reply).release is not None
    except ReleaseError:
        return False


def _likeliest(languages: Iterable[str], found: LinkedPage) -> list[str]:
    """The languages of the lists that may have led to a page, the one that it declares first."""
    return sorted(languages, key=lambda one: one != found.language)


class _Looked:
    """A release's page as it is read, and what found its parts."""

    def __init__(self, reply: Reply, given: PageRules, zone: ZoneInfo) -> None:
        self.given, self.zone, self.url = given, zone, reply.url
        self.page: LinkedPage | None = None
        self.root: Element | None = None
        self.problem, self.charset = "", ""
        self.removed: tuple[str, ...] = ()
        self._body = Part(name="body")
        try:
            decoded = charsets.decode(reply.body, reply.charset)
            self.charset, self.guessed = decoded.charset, decoded.guessed
            self.root = pages.parse(decoded.text)
            self._cut(pages.parse(decoded.text))
            self.page = linkedpage.read(reply.body, url=reply.url, charset=reply.charset, rules=given, zone=zone)
        except ReleaseError as problem:
            self.problem = str(problem)

    def parts(self) -> list[Part]:
        """Its parts, in the order in which people look for them."""
        if self.root is None:
            return []
        images = tuple(f"{one.url} {one.caption}".rstrip() for one in self.page.photos) if self.page else ()
        files = tuple(f"{one.url} {one.title}".rstrip() for one in self.page.attachments) if self.page else ()
        parts = [
            self._title(self.root),
            self._date(self.root),
            self._body,
            self._part("images", images, f"{_ITSELF}: the pictures in the text"),
            self._part("attachments", files, f"{_ITSELF}: the documents that the text links to"),
            *self._languages(self.root),
            Part(name="charset", found=(self.charset,), by="told by its letters" if self.guessed else ""),
        ]
        if self.given.caption and not rules.matches(self.root, self.given.caption):
            parts.insert(4, Part(name="caption", problem=whereabouts.nothing("caption", self.given.caption)))
        if self.given.remove and not rules.matches(self.root, self.given.remove):
            parts.insert(3, Part(name="remove", problem=whereabouts.nothing("remove", self.given.remove)))
        return parts

    def _part(self, name: str, found: tuple[str, ...], itself: str) -> Part:
        rule: Selectors = getattr(self.given, name)
        if rule and self.root is not None:
            by, problem = whereabouts.ruled(self.root, name, rule)
            return Part(name=name, found=found, by=by, problem=problem)
        return Part(name=name, found=found, by=itself if found else "")

    def _title(self, root: Element) -> Part:
        if self.given.title:
            said = rules.texts(root, self.given.title)[:1]
            return self._part("title", (self.page.title,) if self.page else tuple(said), "")
        if self.page is None:
            return Part(name="title")
        title = self.page.title
        where = whereabouts.stands(root, lambda text: text.startswith(title))
        return Part(
            name="title", found=(title,), by=f"{_ITSELF}: {where}; where a list has the title, it is told by that"
        )

    def _date(self, root: Element) -> Part:
        issued = self.page.issued if self.page else None
        if self.given.date:
            written = [
                *rules.values(root, self.given.date, "datetime", "content"),
                *rules.texts(root, self.given.date),
            ]
            part = self._part("date", (str(issued),) if issued else tuple(written[:1]), "")
            unread = f'"{written[0][:80]}" is no date; give its format in `date_formats`' if written else ""
            return part if issued or part.problem or self.page else msgspec.structs.replace(part, problem=unread)
        if issued is None:
            return Part(name="date", by="not on the page: its list has to tell it, or `date`, or `date_in_link`")
        if articles.issued(root, self.zone) == issued:
            where = whereabouts.stands(root, lambda text: dates.parse(text, (), self.zone) == issued)
        else:
            where = "the last lines of the text"
        return Part(name="date", found=(str(issued),), by=f"{_ITSELF}: {where}")

    def _languages(self, root: Element) -> Iterator[Part]:
        links = self.page.counterparts if self.page else {}
        if not self.given.languages:
            found = tuple(f"{language}: {address}" for language, address in links.items())
            yield Part(
                name="versions", found=found, by=f"{_ITSELF}: its links that say their language" if found else ""
            )
        for language, rule in self.given.languages.items():
            by, problem = whereabouts.ruled(root, f"languages.{language}", rule)
            address = links.get(language, "")
            if by and not address and self.page:
                problem = f"the rule languages.{language} = {rules.shown(rule)} gives no address"
            yield Part(name="versions", found=(f"{language}: {address}",) if address else (), by=by, problem=problem)

    def _cut(self, root: Element) -> None:
        """Where the text is, and what is cut out of it, as linkedpage.py goes about it."""
        removed = [(one, rules.text(one)) for one in rules.select(root, self.given.remove)]
        if self.given.body:
            by, problem = whereabouts.ruled(root, "body", self.given.body)
            self._body = Part(name="body", by=by, problem=problem)
        pages.cut(root, [element for element, _ in removed])
        said = [text for _, text in removed]
        title = ""
        if self.given.body:
            holders = rules.select(root, self.given.body)
        else:
            title = next(iter(rules.texts(root, self.given.title)), "") or articles.title(root, "")
            holders = [articles.article(root, title)]
            inside = root in (holders[0], *holders[0].iterancestors())
            self._body = Part(
                name="body", by=f"{_ITSELF}: {whereabouts.place(holders[0]) if inside else 'trafilatura'}"
            )
        for holder in holders:
            inner = [(one, rules.text(one)) for one in holder.iterdescendants() if isinstance(one.tag, str)]
            articles.tidy(holder, title)
            gone = {one for one, _ in inner if holder not in one.iterancestors()}
            said += [text for one, text in inner if one in gone and one.getparent() not in gone]
            said.append(" ".join(pages.inner(holder, title).tail.split()))
        self.removed = tuple(dict.fromkeys(one for one in said if one))


# Lists


def _list(source: ListSource, reply: Reply, language: str) -> Examined:
    problem, next_address = "", ""
    warnings: tuple[str, ...] = ()
    found: tuple[Sighting, ...] = ()
    try:
        page = source.parse(reply, language)
        found, next_address, warnings = page.sightings, page.next_address, (*page.warnings, *page.failures)
    except SourceError as fault:
        problem = str(fault)
    options: Any = source.options
    parts: list[Part] = []
    if isinstance(options, PagesOptions):
        parts = _page_rules(reply, options)
    elif isinstance(options, ApiOptions):
        parts = _api_rules(reply, options)
    if found and not isinstance(options, PagesOptions):
        texts = sum(source.full(one) is not None for one in found)
        parts.append(
            Part(name="texts", by=f"the list has {texts} of {len(found)}; the others are read from their pages")
        )
    return Examined(
        address=reply.url,
        what="list",
        language=language,
        parts=tuple(parts),
        sightings=found,
        next_address=next_address,
        warnings=warnings,
        problem=problem,
    )


def _page_rules(reply: Reply, options: PagesOptions) -> list[Part]:
    """What each rule for a list finds in it."""
    try:
        root = pages.parse(charsets.decode(reply.body, reply.charset).text, pages.MOST_LISTED_TAGS)
    except ReleaseError:
        return []
    parts = []
    for name in ("listing", "item", "next"):
        if rule := getattr(options, name):
            by, problem = whereabouts.ruled(root, name, rule)
            parts.append(Part(name=name, by=by, problem=problem))
    holders = rules.select(root, options.listing) if options.listing else [root]
    items = list(dict.fromkeys(one for holder in holders for one in rules.select(holder, options.item)))
    for name in ("link", "title", "date"):
        rule = getattr(options, name)
        if rule and items:
            count = sum(rules.matches(item, rule) for item in items)
            parts.append(_counted(name, rules.shown(rule), count, len(items)))
    return parts


def _api_rules(reply: Reply, options: ApiOptions) -> list[Part]:
    """What each rule finds in an answer."""
    try:
        answer = api.read(reply.body, reply.charset)
        records: Any = api.search(options.items, answer)
    except SourceError:
        return []
    if not isinstance(records, list):
        return [Part(name="items", problem=f'the rule items = "{options.items}" gives no list')]
    parts = [Part(name="items", by=f'the rule items = "{options.items}", a list of {len(records)}')]
    for name in _IN_LIST:
        rule: str = getattr(options, name)
        if rule and records:
            parts.append(_counted(name, f'"{rule}"', sum(_gives(one, rule) for one in records), len(records)))
    return parts


def _gives(record: Any, rule: str) -> bool:
    try:
        return bool(api.text_of(record, rule))
    except ValueError:
        return False


def _counted(name: str, rule: str, count: int, whole: int) -> Part:
    if not count:
        return Part(name=name, problem=f"the rule {name} = {rule} matches nothing in any item")
    return Part(name=name, by=f"the rule {name} = {rule}, in {count} of {whole} items")


def _same(one: str, other: str) -> bool:
    return one.partition("#")[0].rstrip("/") == other.partition("#")[0].rstrip("/")


def _path(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.netloc, parts.path.rstrip("/")


def _alike(one: str, other: str) -> int:
    """How many characters two addresses have in common from their start."""
    return next((number for number, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), len(other))

"""The base of the kinds of source that have a list for each language and, for each release in it, a page.

A kind subclasses `ListSource` and says what a list says: `parse`. It may have more: `most_lists` pages of a list,
`addresses` of their first pages, and `full`, where the list has a release's text already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import cached_property
from re import Pattern
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

from feedpub.collect import dates, guard, languagetags, stamps
from feedpub.collect.base import Discovery, Examined, Listed, Reading, Surroundings
from feedpub.collect.http import Reply, open_client
from feedpub.collect.plainaddress import matched, plain
from feedpub.config import Source
from feedpub.errors import FetchError, ReleaseError, SourceError
from feedpub.model import Measure, Release, Sighting, Validators

if TYPE_CHECKING:
    from feedpub.collect.linkedpage import LinkedPage

_TAG = re.compile(r"<[^<>]*+>")
_TOLD = "#told"
"""Behind a list's address, among the validators: a digest of what its first page said when all of it was read. Many
servers give no validators; a list that says the same again did not change, and its further pages are not asked for."""
_Known = Callable[[str], Validators | None]


MOST_LISTED = 5_000
"""Releases that a page of a list has at most: one with more is no list of news, and costs more than it gives."""


class ListPage(msgspec.Struct, frozen=True, kw_only=True):
    """What one page of a list says: the releases, in its order; the address of the next page, "" if there is none.

    `warnings` are what was odd about it, `failures` what of it could not be read, as sentences.
    """

    sightings: tuple[Sighting, ...]
    next_address: str = ""
    warnings: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


class ListSource:
    """A source with lists, ready to be asked during one run."""

    most_lists = 1
    """Pages of a list that are read in one run."""

    def __init__(self, source: Source, surroundings: Surroundings) -> None:
        self.source, self.around = source, surroundings
        self.options: Any = source.options
        self.languages = tuple(one for one in self.options.lists if one in surroundings.languages)
        addresses = self.options.every_address()
        self.client = open_client(addresses, self.options, surroundings)
        self.heard: set[str] = set()
        """The addresses of the lists that said what they have, and not only that they did not change."""
        self._hosts = guard.Hosts.of(addresses, self.options.hosts)
        self._elsewhere: list[str] = []

    # What a kind says

    def parse(self, reply: Reply, language: str) -> ListPage:
        """Read one page of a list. `sighting` makes what it gives.

        Raises:
            SourceError: it is no list, or not the one that the source had.
        """
        raise NotImplementedError

    def addresses(self, language: str) -> tuple[str, ...]:
        """The addresses of the first pages of the lists in a language."""
        found: tuple[str, ...] = self.options.addresses(language)
        return found

    def address(self, language: str) -> str:
        """The address of the first page of the first list in a language."""
        return self.addresses(language)[0]

    def full(self, sighting: Sighting) -> LinkedPage | None:  # noqa: ARG002 - for the kinds that have it
        """A release as its list has it, where it has all of it: then its page is not fetched."""
        return None

    def sighting(
        self,
        address: str,
        language: str,
        *,
        title: str = "",
        issued: datetime | None = None,
        rest: str = "",
        key: str = "",
        fetched: bool = True,
    ) -> Sighting | None:
        """What a list says of one release.

        Args:
            address: of its page, absolute.
            language: of the list.
            title: as the list has it.
            issued: when it was issued, as the list has it; midnight where it tells the day only.
            rest: what else the list says of it, so that a change of it is noticed.
            key: its key, where that is not told by its address.
            fetched: whether its page is going to be fetched, and has to be on a host of the source.

        Returns:
            None where it is no release of the source: its address is on another host, or has no key by the rule.
        """
        key = key or self.key_of(address)
        if not key:
            return None
        if fetched and not self._is_own(address):
            self._elsewhere.append(address)
            return None
        return Sighting(
            source=self.source.id,
            key=f"{language}/{key}",
            language=language,
            address=plain(address),
            stamp=stamps.stamp(title),
            digest=stamps.digest(rest),
            issued=issued,
            title=" ".join(title.split()),
        )

    def key_of(self, address: str) -> str:
        """The key that an address tells, without the language; "" where the rule `key` finds none in it."""
        if self._key:
            return matched(self._key, address)
        return urlunsplit(urlsplit(plain(address))._replace(scheme="")).removeprefix("//")

    # What a source does

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def measure(self, url: str) -> Measure:
        """Ask for the size and the type of a photo or an attachment."""
        return self.client.measure(url)

    def picture(self, url: str, seconds: float) -> bytes:
        """Get a photo."""
        return self.client.picture(url, seconds)

    def discover(self, known: _Known) -> Discovery:
        """Ask the list of each language that the site collects."""
        if not self.languages:
            raise SourceError("it has no list in a language that the site collects")
        look = _Look()
        for language in self.languages:
            for address in self.addresses(language):
                try:
                    self._ask(address, language, known, look)
                except (FetchError, SourceError) as problem:
                    look.failures.append(f"list in {language}: {problem}")
        if look.failures and not look.lists:
            raise SourceError("; ".join(look.failures))
        return Discovery(
            # Oldest first: what a stopped run did not reach is then the newest, and the next run sees it again.
            sightings=look.sightings(),
            validators=look.validators,
            lists=tuple(look.lists),
            warnings=tuple(look.warnings),
            failures=tuple(look.failures),
        )

    def read(self, sighting: Sighting, known: Validators) -> Reading:
        """Fetch and read the page of a release, unless its list has all of it."""
        page = self.full(sighting)
        if page is not None:
            return Reading(release=self._release(sighting, page, sighting.address))
        with self.client.page(sighting.address, max_bytes=self.around.http.max_page_bytes, known=known) as reply:
            if reply.not_modified:
                return Reading(release=None, validators=known)
            return self._reading(sighting, reply)

    def _reading(self, sighting: Sighting, reply: Reply) -> Reading:
        url = self._place(sighting, reply.url)
        from feedpub.collect import linkedpage  # noqa: PLC0415 - pages that did not change need no parser

        try:
            page = linkedpage.read(
                reply.body,
                url=url,
                charset=reply.charset,
                rules=self.options.page,
                zone=self.source.timezone,
                list_title=sighting.title,
            )
        except ReleaseError as problem:
            raise ReleaseError(f"{sighting.address}: {problem}") from None
        release = self._release(sighting, page, url)
        return Reading(
            release=release,
            validators=reply.validators,
            called=tuple(dict.fromkeys((sighting.address, url, reply.url))),
        )

    def fits(self, address: str) -> bool:
        """Whether an address is on a host of the source."""
        return self._is_own(address)

    def examine(self, address: str, raw: bytes | None = None, charset: str = "") -> Examined:
        """Show a page of a release, or of a list, through the rules."""
        from feedpub.collect import examining  # noqa: PLC0415 - runs of the job do not examine

        if not self.languages:
            raise SourceError("it has no list in a language that the site collects")
        if raw is None:
            limits = self.around.http
            reply = self.client.get(address, max_bytes=max(limits.max_page_bytes, limits.max_feed_bytes))
        else:
            place = address or self.address(self.languages[0])
            reply = Reply(url=place, status=200, body=raw, charset=charset, validators=Validators())
        found = examining.examine(self, reply, self._reading, known=bool(address))
        more = self._strangers() if found.what == "list" else ()
        return msgspec.structs.replace(found, warnings=(*found.warnings, *more))

    def _ask(self, first: str, language: str, known: _Known, look: _Look) -> None:
        """Read the pages of one list. What was read counts, even where a later page cannot be had."""
        self._elsewhere = []
        reply = self.client.get(first, max_bytes=self.around.http.max_feed_bytes, known=known(first))
        page = None if reply.not_modified else self._parsed(reply, language)
        told = Validators(etag=_digest(page.sightings)) if page else Validators()
        if page is None or (told.etag and told == known(first + _TOLD)):
            look.lists.append(Listed(address=first, language=language, sightings=None))
            if page:
                self.heard.add(first)
            return
        self.heard.add(first)
        failures, warnings = list(page.failures), list(page.warnings)
        found = _by_key(page.sightings)
        try:
            for further in self.pages(page.next_address, language, self.most_lists - 1, (first, reply.url)):
                failures += further.failures
                warnings += further.warnings
                found = _by_key((*found.values(), *further.sightings))
        except (FetchError, SourceError) as problem:
            failures.append(f"a further page: {problem}")
        if failures and not found:
            raise SourceError(f"nothing of it can be read: {failures[0]}")  # So nobody knows whether it is empty.
        if found and not failures:
            # A list that has no releases, or of which something is missing, must be read again.
            look.validators |= {first: reply.validators, first + _TOLD: told}
        look.lists.append(Listed(address=first, language=language, sightings=tuple(found.values())))
        warnings += self._strangers()
        look.warnings += [f"list in {language}: {one}" for one in warnings]
        look.failures += [f"list in {language}: {one}" for one in failures]

    def pages(self, address: str, language: str, most: int, asked: Iterable[str] = ()) -> Iterator[ListPage]:
        """The pages of a list, each asked for when it is wanted.

        Args:
            address: of the first one, "" for none.
            language: of the list.
            most: how many at most.
            asked: what was asked for before: the list ends where it leads back.

        Raises:
            FetchError, SourceError: the next one cannot be had, or is no list.
        """
        known = set(asked)
        for _ in range(most):
            if not address or address in known:
                return
            reply = self.client.get(address, max_bytes=self.around.http.max_feed_bytes)
            known |= {address, reply.url}
            page = self._parsed(reply, language)
            yield page
            address = page.next_address

    def forget(self) -> None:
        """Let go of what is known of releases that were read: a past is long."""

    def today(self) -> date:
        """The day of the run, where the source is."""
        return self.around.now.astimezone(self.source.timezone).date()

    def day(self, sighting: Sighting) -> date | None:
        """The day of a release, as its list or its address has it."""
        issued = sighting.issued or self._date_in(sighting)
        return issued.astimezone(self.source.timezone).date() if issued else None

    def _parsed(self, reply: Reply, language: str) -> ListPage:
        page = self.parse(reply, language)
        if len(page.sightings) > MOST_LISTED:
            raise SourceError(
                f"{reply.url}: has {len(page.sightings):,} releases, which is no list of news (at most {MOST_LISTED:,})"
            )
        return page

    def _strangers(self) -> list[str]:
        """That a list has links to hosts that are not the source's, as a sentence."""
        if not self._elsewhere:
            return []
        first = f"{len(self._elsewhere)} of its links lead to hosts that are not the source's ({self._elsewhere[0]})"
        return [f"{first} and are left out; name the hosts in `hosts` if they are its releases"]

    def _is_own(self, address: str) -> bool:
        try:
            self._hosts.check(address)
        except guard.RefusedError:
            return False
        return True

    def _place(self, sighting: Sighting, answered: str) -> str:
        """The address of the page that a release's address led to.

        Raises:
            ReleaseError: it is a list, the front page, or another release.
        """
        asked = sighting.address
        if plain(answered) == plain(asked):
            return asked
        if urlsplit(answered).path in ("", "/") or plain(answered) in self._lists:
            raise ReleaseError(f"{asked}: leads to {answered}, which is no release")
        moved = self.key_of(answered) if self._key else ""
        if moved and moved != self.key_of(asked):
            raise ReleaseError(f"{asked}: leads to another release, {answered}")
        return answered

    def _release(self, sighting: Sighting, page: LinkedPage, url: str) -> Release:
        """A release of what its page and its list say."""
        _, _, key = sighting.key.partition("/")
        language = self._language(sighting, page)
        issued = self._issued(sighting, page)
        others = (one for one in self.options.lists if one != language) if self.options.shared_keys else ()
        return Release(
            source=self.source.id,
            authority=self.source.authority,
            # The language makes it unique: versions of a release may share a key, and an address.
            key=f"{language}/{key}",
            language=language,
            day=issued.date(),
            title=page.title or sighting.title,
            body=page.body,
            url=url,
            base=page.base or url,
            issued=issued,
            photos=page.photos,
            attachments=page.attachments,
            videos=page.videos,
            counterparts={
                tag: address
                for tag, address in page.counterparts.items()
                # A language switch may lead to the list, too.
                if tag != language and self.key_of(address) and plain(address) not in self._lists
            },
            counterpart_keys=tuple(f"{other}/{key}" for other in others),
        )

    def _language(self, sighting: Sighting, page: LinkedPage) -> str:
        """The language of a release: its list's, unless it is plainly written in another script."""
        text = f"{page.title} {_TAG.sub(' ', page.body)}"
        spoken = languagetags.spoken(text, sighting.language, page.language, self.languages)
        if spoken is None:
            raise ReleaseError(f"{sighting.address}: is not in {sighting.language}, as its list is")
        return spoken

    def _issued(self, sighting: Sighting, page: LinkedPage) -> datetime:
        """When a release was issued: by its page, its list or its address; of one day, who tells the time.

        An address with a time in it goes before the list: one that says midnight may say it in another zone.
        """
        zone, linked = self.source.timezone, self._date_in(sighting)
        told = [one.astimezone(zone) for one in (page.issued, sighting.issued, linked) if one]
        if not told:
            raise ReleaseError(
                f"{sighting.address}: has no date in its page, its list or its address; "
                "say where it is with `date` and `date_formats`"
            )
        timed = (one.astimezone(zone) for one in (page.issued, linked, sighting.issued) if one)
        same_day = (one for one in timed if one.date() == told[0].date())
        return next((one for one in same_day if not dates.is_day(one)), told[0])

    def _date_in(self, sighting: Sighting) -> datetime | None:
        if not self.options.date_in_link:
            return None
        written = matched(re.compile(self.options.date_in_link), sighting.address)
        return dates.parse(written, self.options.date_formats, self.source.timezone)

    @cached_property
    def _lists(self) -> frozenset[str]:
        """The addresses of the lists, of languages that the site does not collect as well."""
        return frozenset(map(plain, self.options.every_address()))

    @cached_property
    def _key(self) -> Pattern[str] | None:
        return re.compile(self.options.key) if self.options.key else None


class _Look:
    """What a look at the lists gives, while it goes on."""

    def __init__(self) -> None:
        self.lists: list[Listed] = []
        self.validators: dict[str, Validators] = {}
        self.warnings: list[str] = []
        self.failures: list[str] = []

    def sightings(self) -> tuple[Sighting, ...]:
        """What the lists named, the oldest of each list first; what several of them name, as the first has it."""
        ordered: list[Sighting] = []
        known: set[tuple[str, str]] = set()
        for listed in self.lists:
            fresh = [one for one in listed.sightings or () if (one.key, one.language) not in known]
            known |= {(one.key, one.language) for one in fresh}
            ordered += reversed(fresh)
        return tuple(ordered)


def _by_key(sightings: Iterable[Sighting]) -> dict[str, Sighting]:
    """Releases by their keys, in their order; of one that is there twice, the first."""
    found: dict[str, Sighting] = {}
    for one in sightings:
        found.setdefault(one.key, one)
    return found


def _digest(sightings: tuple[Sighting, ...]) -> str:
    """What a page of a list said; "" where it named no release."""
    return stamps.digest(msgspec.json.encode(sightings).decode()) if sightings else ""

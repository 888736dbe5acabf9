"""Kind "gia": finds releases in the two official feeds, reads each from its detail page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from urllib.parse import urljoin

from feedpub.collect import guard
from feedpub.collect.base import Discovery, Examined, Listed, Past, Reading, Surroundings
from feedpub.collect.gia import addresses
from feedpub.collect.http import Reply, open_client
from feedpub.collect.options import GiaOptions
from feedpub.config import Source
from feedpub.errors import FetchError, GoneError, ReleaseError, SourceError
from feedpub.model import Measure, Release, Sighting, Validators

_FEEDS = {"en": "rss/general_en.xml", "zh-Hant": "rss/general_zh.xml"}
_TODAY = {"en": "general/today.htm", "zh-Hant": "general/ctoday.htm"}
_HOSTS = ("https://www.info.gov.hk/", "https://info.gov.hk/", "https://gia.info.gov.hk/")
_Known = Callable[[str], Validators | None]


def open_source(source: Source, surroundings: Surroundings) -> GiaSource:
    """Open a source of kind "gia" for one run."""
    return GiaSource(source, surroundings)


def _own(base_url: str) -> tuple[str, ...]:
    """The addresses of the site: that of the government has its photos on another host."""
    return (base_url, *_HOSTS) if base_url.startswith(_HOSTS) else (base_url,)


@contextmanager
def _said_of(url: str, validators: dict[str, Validators]) -> Iterator[None]:
    """Say whose list is wrong; its validators would have it pass for one that did not change the next time."""
    try:
        yield
    except SourceError as problem:
        validators.pop(url, None)
        raise type(problem)(f"{url}: {problem}") from None


class _EmptyError(SourceError):
    """A feed without releases."""


class GiaSource:
    """info.gov.hk, or a server that has its pages at the same paths below its base URL."""

    def __init__(self, source: Source, surroundings: Surroundings) -> None:
        options: GiaOptions = source.options
        self._source, self._now, self._http = source, surroundings.now, surroundings.http
        self._base_url = options.base_url if options.base_url.endswith("/") else options.base_url + "/"
        self._languages = [language for language in _FEEDS if language in surroundings.languages]
        self._client = open_client(_own(self._base_url), options, surroundings)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def discover(self, known: _Known) -> Discovery:
        """Ask the official feed of each language; where it is missing or empty, the listing pages."""
        sightings: dict[tuple[str, str], Sighting] = {}
        lists: list[Listed] = []
        validators: dict[str, Validators] = {}
        warnings: list[str] = []
        failures: list[str] = []
        for language in self._languages:
            try:
                found = [self._from_feed(language, known, validators)]
            except (FetchError, SourceError) as problem:
                warnings.append(f"feed in {language}: {problem}; looked at the listing pages instead")
                try:
                    found = self._from_listings(language, known, validators)
                except (FetchError, SourceError) as second:
                    failures.append(f"{warnings.pop()}, in vain: {second}")
                    continue
                if isinstance(problem, _EmptyError):
                    # Whether it should have any is judged by what it had before.
                    lists.append(Listed(address=self._feed(language), language=language, sightings=()))
            lists += found
            for one in found:
                sightings.update({(sighting.key, sighting.language): sighting for sighting in one.sightings or ()})
        if failures and len(failures) == len(self._languages):
            raise SourceError("; ".join(failures))
        return Discovery(
            # Oldest first: what a stopped run did not reach is then the newest, and the next run sees it again.
            sightings=tuple(reversed(sightings.values())),
            validators=validators,
            lists=tuple(lists),
            warnings=tuple(warnings),
            failures=tuple(failures),
        )

    def _feed(self, language: str) -> str:
        return urljoin(self._base_url, _FEEDS[language])

    def _from_feed(self, language: str, known: _Known, validators: dict[str, Validators]) -> Listed:
        url = self._feed(language)
        reply = self._ask(url, known, validators)
        if reply.not_modified:
            return Listed(address=url, language=language, sightings=None)
        from feedpub.collect.gia import lists  # noqa: PLC0415 - lists that did not change need no parser

        with _said_of(url, validators):
            found = lists.from_feed(
                reply.body,
                source=self._source.id,
                base_url=self._base_url,
                language=language,
                zone=self._source.timezone,
                charset=reply.charset,
            )
            if not found:
                raise _EmptyError("it has no releases")
        return Listed(address=url, language=language, sightings=found)

    def _from_listings(self, language: str, known: _Known, validators: dict[str, Validators]) -> list[Listed]:
        """Today's listing and, for what was issued around midnight, yesterday's if it is there."""
        today = self._listing(urljoin(self._base_url, _TODAY[language]), language, known, validators)
        yesterday = self._today() - timedelta(days=1)
        path = addresses.listing_path(yesterday, language)
        try:
            return [today, self._listing(urljoin(self._base_url, path), language, known, validators)]
        except (FetchError, SourceError):
            return [today]

    def past(self, first: date, last: date) -> Iterator[Past]:
        """The listing pages of the days, one in each language. A day without had no releases, or the site is younger.

        By language, so that one that the site of the config gets later can be had without the others.
        """
        today = self._today()
        for ordinal in range(min(last, today).toordinal(), first.toordinal() - 1, -1):
            day = date.fromordinal(ordinal)
            for language in self._languages:
                listed = partial(self._day, day, language)
                yield Past(name=f"{day.isoformat()} {language}", lists=listed, settled=day < today)

    def _today(self) -> date:
        return self._now.astimezone(self._source.timezone).date()

    def _day(self, day: date, language: str) -> tuple[Listed, ...]:
        url = urljoin(self._base_url, addresses.listing_path(day, language))
        try:
            return (self._listing(url, language, lambda _: None, {}, day),)
        except GoneError:
            return ()

    def _listing(
        self,
        url: str,
        language: str,
        known: _Known,
        validators: dict[str, Validators],
        day: date | None = None,
    ) -> Listed:
        reply = self._ask(url, known, validators)
        if reply.not_modified:
            return Listed(address=url, language=language, sightings=None)
        from feedpub.collect.gia import lists  # noqa: PLC0415 - see _from_feed

        with _said_of(url, validators):
            found = lists.from_listing(
                reply.body,
                source=self._source.id,
                base_url=self._base_url,
                language=language,
                charset=reply.charset,
                day=day,
            )
        return Listed(address=url, language=language, sightings=found)

    def _ask(self, url: str, known: _Known, validators: dict[str, Validators]) -> Reply:
        reply = self._client.get(url, max_bytes=self._http.max_feed_bytes, known=known(url))
        if not reply.not_modified:
            validators[url] = reply.validators
        return reply

    def measure(self, url: str) -> Measure:
        """Ask for the size and the type of a photo or an attachment."""
        return self._client.measure(url)

    def picture(self, url: str, seconds: float) -> bytes:
        """Get a photo."""
        return self._client.picture(url, seconds)

    def read(self, sighting: Sighting, known: Validators) -> Reading:
        """Fetch and read a detail page."""
        asked = self._address(sighting)
        if asked != sighting.address:
            known = Validators()
        with self._client.page(asked, max_bytes=self._http.max_page_bytes, known=known) as reply:
            if reply.not_modified:
                return Reading(release=None, validators=known)
            return self._reading(sighting, asked, reply)

    def fits(self, address: str) -> bool:
        """Whether an address is on a host of the source."""
        try:
            guard.Hosts.of(_own(self._base_url), self._source.options.hosts).check(address)
        except guard.RefusedError:
            return False
        return True

    def examine(self, address: str, raw: bytes | None = None, charset: str = "") -> Examined:
        """Show a page of a release, or of a list."""
        from feedpub.collect.gia import examining  # noqa: PLC0415 - runs of the job do not examine

        if raw is None:
            reply = self._client.get(address, max_bytes=max(self._http.max_page_bytes, self._http.max_feed_bytes))
        else:
            place = address or self._base_url
            reply = Reply(url=place, status=200, body=raw, charset=charset, validators=Validators())
        reading = partial(self._reading, asked=reply.url, reply=reply)
        return examining.examine(reply, self._source, self._base_url, reading, known=bool(address))

    def _reading(self, sighting: Sighting, asked: str, reply: Reply) -> Reading:
        from feedpub.collect.gia import page  # noqa: PLC0415 - see _from_feed

        detail, url = self._place(asked, reply.url)
        try:
            found = page.read(reply.body, url=url, zone=self._source.timezone, charset=reply.charset)
        except ReleaseError as problem:
            raise ReleaseError(f"{asked}: {problem}") from None
        midnight = datetime(detail.day.year, detail.day.month, detail.day.day, tzinfo=self._source.timezone)
        release = Release(
            source=self._source.id,
            authority=self._source.authority,
            key=addresses.key(detail),
            minted=detail.key,
            language=found.language or sighting.language,
            day=detail.day,
            title=found.title,
            body=found.body,
            url=url,
            base=url,
            issued=found.issued or sighting.issued or midnight,
            photos=found.photos,
            attachments=found.attachments,
            videos=found.videos,
            related=found.related,
            counterparts=found.counterparts,
        )
        called = dict.fromkeys((sighting.address, asked, reply.url, addresses.print_url(url)))
        return Reading(release=release, validators=reply.validators, called=tuple(called))

    def _address(self, sighting: Sighting) -> str:
        """Where a release is: below the base URL, which may be another than when a list named it."""
        detail = addresses.detail(sighting.address)
        return addresses.detail_url(self._base_url, detail) if detail else sighting.address

    def _place(self, asked: str, answered: str) -> tuple[addresses.Detail, str]:
        """Which release an address led to, and its address: another one where the page moved."""
        detail = addresses.detail(asked)
        if detail is None:
            raise ReleaseError(f"{asked}: is not the address of a release")
        moved = addresses.detail(answered)
        if answered == asked or moved is None:
            return detail, asked
        if moved.key != detail.key:
            raise ReleaseError(f"{asked}: leads to another release, {answered}")
        return moved, addresses.own_url(answered, moved)

"""What every kind of source gives and gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Protocol

import msgspec

from feedpub.collect.keptpages import KeptPages
from feedpub.collect.pacer import Pacer
from feedpub.collect.robots import Robots
from feedpub.configtables import HttpTable
from feedpub.model import Measure, Release, Sighting, Validators


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """What one list of a source said: a feed, a listing page, an answer of an API.

    `sightings` is None where it did not change since it was last asked. `failures` are sentences about releases of it
    that could not be read.
    """

    address: str
    language: str
    sightings: tuple[Sighting, ...] | None
    failures: tuple[str, ...] = ()


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at a source's lists gave.

    `validators` are by address and have to be kept together with the sightings they vouch for:
    an address that answers "not modified" the next time gives no sightings.
    `warnings` are sentences about what did not stop the source but should be known;
    `failures` are about a part of it that could not be looked at.
    `lists` are the lists that answered, each with its sightings, so that one that looks broken can be told and left
    out. `complete` says that the sightings are all that there is, so that what is missing is gone.
    """

    sightings: tuple[Sighting, ...]
    validators: dict[str, Validators]
    lists: tuple[Listed, ...] = ()
    warnings: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    complete: bool = False


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a source is opened with: the one run's settings, so that it needs no globals.

    `pacer` and `robots` are shared, because two sources may be on the same host. `pages` keeps the pages of releases,
    None where they are not kept. `stop` is whether the run is to end: then requests are cut short and raise
    StoppedError, and the next run learns what they would have told. Without it none is.
    """

    now: datetime
    http: HttpTable
    user_agent: str
    languages: tuple[str, ...]
    pacer: Pacer
    robots: Robots | None = None
    pages: KeptPages | None = None
    stop: Callable[[], bool] | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What reading a release gave.

    `release` is None where it did not change since the validators were given. `called` are further addresses that
    lead to it: it is known by them, too.
    """

    release: Release | None
    validators: Validators = Validators()
    called: tuple[str, ...] = ()


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a source's past: a day, a page of a list; what its lists are is asked when `lists` is called.

    `name` tells it from others, "2003-07-01". `settled` says that it does not change any more once its releases were
    read. `lists` raises FetchError and SourceError.
    """

    name: str
    lists: Callable[[], tuple[Listed, ...]]
    settled: bool = True


class HasPast(Protocol):
    """A source whose past can be asked for, for `feedpub backfill`."""

    def past(self, first: date, last: date) -> Iterator[Past]:
        """The parts of its past between two days, both included, the newest first."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a page, for people who write rules.

    `found` is what was found of it, `by` which rule or fall-back found it; `problem` names a rule that matches nothing.
    """

    name: str
    found: tuple[str, ...] = ()
    by: str = ""
    problem: str = ""


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What a source makes of one page.

    `what` is "release" or "list". Of a release, `release` is None where none can be made of the page, with the reason
    in `problem`; `body` is then the HTML of its text as far as there is one. `removed` are texts that were cut out. Of
    a list, `sightings` are its releases, and `next_address` leads to its next page.
    """

    address: str
    what: str
    language: str = ""
    parts: tuple[Part, ...] = ()
    release: Release | None = None
    body: str = ""
    removed: tuple[str, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    next_address: str = ""
    warnings: tuple[str, ...] = ()
    problem: str = ""


class HasPages(Protocol):
    """A source that can show one page through its rules, for `feedpub check --page`."""

    def fits(self, address: str) -> bool:
        """Whether an address may be one of the source's: it is on one of its hosts, or a file in its folder."""

    def examine(self, address: str, raw: bytes | None = None, charset: str = "") -> Examined:
        """Read one page, a release or a list.

        Args:
            address: its address, or a file's path; "" if it is not known.
            raw: its bytes; None if it is to be asked for.
            charset: what its server declared, "" if nothing.

        Raises:
            FetchError: it could not be asked for.
            SourceError: the source has no list in a language that the site collects.
        """


class OpenSource(Protocol):
    """A source, ready to be asked during one run."""

    def discover(self, known: Callable[[str], Validators | None]) -> Discovery:
        """Look at the source's lists, asking with the validators kept for an address.

        Raises:
            SourceError: nothing at all could be learned.
        """

    def read(self, sighting: Sighting, known: Validators) -> Reading:
        """Read one release.

        Args:
            sighting: which.
            known: what its server gave the last time, empty if nothing is to be left out.

        Raises:
            GoneError: there is nothing where it was.
            FetchError: it could not be fetched.
            ReleaseError: what came is no release, or is not whole.
        """

    def measure(self, url: str) -> Measure:
        """Ask for the size and the type of an enclosure.

        Raises:
            FetchError: it could not be asked for.
        """

    def picture(self, url: str, seconds: float) -> bytes:
        """Get a photo, whatever there is at its address.

        Args:
            url: its address.
            seconds: that it may take.

        Raises:
            FetchError: it could not be fetched.
        """

    def close(self) -> None:
        """Let go of connections."""

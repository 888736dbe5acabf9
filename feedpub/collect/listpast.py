"""The past of a source with lists, for `feedpub backfill`: by the days in its lists' addresses, or page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from feedpub.collect.base import Listed, Past
from feedpub.collect.lists import ListPage, ListSource
from feedpub.errors import FetchError, SourceError
from feedpub.model import Sighting

MOST_PAGES = 200
"""Pages of a list that are read for one part of the past, or for all of it where it has no days."""
_Addresses = Callable[[str, date, date], tuple[str, ...]]
_NO_DATES = (
    "its list says of no release when it was issued, so that its past has no end: "
    "say where it is with `date`, or with `date_in_link`"
)


def by_days(source: ListSource, first: date, last: date, days: int, addresses: _Addresses) -> Iterator[Past]:
    """The parts of a past whose lists are asked for some days, the newest first, one in each language.

    They begin at days that do not depend on what is asked for, so that a part is the same the next time. One of which
    only some days are wanted, or that is not over, is not settled.

    Args:
        source: whose.
        first: the first day that is wanted.
        last: the last one.
        days: of a part.
        addresses: gives the addresses of the first pages of the lists in a language, between two days.
    """
    today = source.today()
    day = min(last, today)
    while day >= first:
        begin, end = part(day, days)
        day = begin - timedelta(days=1)
        for language in source.languages:
            asked = partial(_between, source, language, addresses, (begin, min(end, today)), (first, last))
            yield Past(
                name=f"{begin.isoformat()} {language}",
                lists=asked,
                settled=first <= begin and end <= last and end < today,
            )


def part(day: date, days: int) -> tuple[date, date]:
    """The part of so many days that a day is in: its first and its last day."""
    begin = date.fromordinal(day.toordinal() // days * days)
    return begin, begin + timedelta(days=days - 1)


def by_pages(source: ListSource, first: date, last: date) -> Iterator[Past]:
    """The pages of the lists, one after the other, until one has only releases from before the first day.

    They are asked for as the parts are: what the next one is, the page before says. What is on them changes with each
    release, so that none is settled.

    Raises:
        SourceError: the releases of a list have no dates.
    """
    for language in source.languages:
        several = source.addresses(language)
        for number, address in enumerate(several, start=1):
            name = f"{language} page {{}}" + (f" of list {number}" if len(several) > 1 else "")
            yield from _pages(source, address, language, name, (first, last))


def _pages(source: ListSource, address: str, language: str, name: str, wanted: tuple[date, date]) -> Iterator[Past]:
    pages = source.pages(address, language, MOST_PAGES)
    for count in range(1, MOST_PAGES + 2):
        try:
            page = next(pages, None)
        except (FetchError, SourceError) as problem:
            # What was found so far can be read.
            yield Past(name=name.format(count), lists=partial(_fail, problem), settled=False)
            return
        if page is None:
            if count > MOST_PAGES:
                more = SourceError(f"{address}: goes on after {MOST_PAGES} pages; they are not asked for")
                yield Past(name=name.format(count), lists=partial(_fail, more), settled=False)
            return
        source.heard.add(address)
        known = _days(source, page.sightings)
        if page.sightings and not known and count == 1:
            raise SourceError(f"{address}: {_NO_DATES}")
        if known and max(known) < wanted[0]:
            return
        listed = _listed(source, address, language, [page], wanted)
        yield Past(name=name.format(count), lists=partial(_known, listed), settled=False)


def _between(
    source: ListSource, language: str, addresses: _Addresses, whole: tuple[date, date], wanted: tuple[date, date]
) -> tuple[Listed, ...]:
    """What the lists have of some days.

    Raises:
        FetchError, SourceError: a list cannot be had, or does not heed the days.
    """
    source.forget()
    found = []
    for address in addresses(language, *whole):
        source.heard.add(address)
        pages = list(source.pages(address, language, MOST_PAGES))
        if len(pages) == MOST_PAGES and pages[-1].next_address:
            raise SourceError(f"{address}: has more than {MOST_PAGES} pages; give fewer `days`")
        known = _days(source, (one for page in pages for one in page.sightings))
        if known and not any(whole[0] <= day <= whole[1] for day in known):
            raise SourceError(f"{address}: it has releases of other days only, so that its past cannot be asked for")
        days = max(whole[0], wanted[0]), min(whole[1], wanted[1])
        found.append(_listed(source, address, language, pages, days))
    return tuple(found)


def _listed(
    source: ListSource, address: str, language: str, pages: Sequence[ListPage], days: tuple[date, date]
) -> Listed:
    """What pages of a list say of some days. A release of no known day may be of any."""
    sightings = [
        one for page in pages for one in page.sightings if (day := source.day(one)) is None or days[0] <= day <= days[1]
    ]
    failures = tuple(one for page in pages for one in page.failures)
    return Listed(address=address, language=language, sightings=tuple(sightings), failures=failures)


def _days(source: ListSource, sightings: Iterable[Sighting]) -> list[date]:
    return [day for one in sightings if (day := source.day(one)) is not None]


def _known(listed: Listed) -> tuple[Listed, ...]:
    return (listed,)


def _fail(problem: FetchError | SourceError) -> tuple[Listed, ...]:
    raise problem

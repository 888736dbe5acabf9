"""What goes wrong and when: each of the faults of tests/faults in turn, at the sites of one office or another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from tests.faults import contents
from tests.faults.fault import Spot
from tests.faults.sites import File, Item
from tests.faults.table import BORNE, NAMED, Case
from tests.loopback import Conversation, Route, answer
from tests.soak import papers
from tests.soak.office import Office, Site
from tests.soak.papers import Sheet

HOUR = timedelta(hours=1)
_KINDS = {"gia": "gov", "listings": "gov", "webfeed": "web", "pages": "pages", "spread": "pages", "api": "api"}
_HEAVY = (
    "a gzip bomb",
    "one line of 50 MB",
    "100,000 links",
    "100,000 <div> in each other",
    "a billion laughs",
)
_FEED = "/gia/rss/general_zh.xml"
_OFFICE = (10, 16)
"""Hours at which an office publishes something that is then in trouble."""
_RENDER: dict[str, Callable[[Sequence[Item]], File]] = {
    "gia's feed": papers.feed_of_gov,
    "gia's listing page": papers.listing_of_gov,
    "pages' list": papers.first_page,
    "pages' next page": papers.second_page,
}


def _lasts(case: Case) -> timedelta:
    if case.ask.name == "robots.txt, read before":
        return 25 * HOUR  # It is asked for once a day.
    if case.ask.role == "again":
        return 8 * HOUR  # A release is looked at again after half its age.
    if case.fault.slow or case.fault.name in _HEAVY:
        return HOUR
    return (2 if case.ask.role == "head" else 4) * HOUR


@dataclass
class Window:
    """One fault, from one moment to another. `events` is how many problems are to be told: one that began and ended.

    `path` is what is in trouble, once it is known. `bad` counts the runs that failed meanwhile, `warned` those that
    warned of something.
    """

    case: Case
    begin: datetime
    end: datetime
    path: str = ""
    target: Sheet | None = None
    bad: int = 0
    warned: int = 0

    @property
    def source(self) -> str:
        return _KINDS[self.case.ask.site]

    @property
    def named(self) -> bool:
        """Whether runs fail meanwhile."""
        return self.case.comes_to == NAMED

    @property
    def borne(self) -> bool:
        return self.case.comes_to == BORNE

    @property
    def events(self) -> int:
        """A release that fails is said of that release only, unless its server asks to be left alone."""
        of_lists = self.case.ask.role in ("list", "next")
        return int(self.named and (of_lists or self.case.fault.rests))

    @property
    def over(self) -> datetime:
        """When all is well again: a server that asked for an hour is left alone that long."""
        return self.end + (HOUR if self.case.fault.rests else timedelta())

    def __str__(self) -> str:
        return f"{self.begin:%m-%d %H:%M} to {self.end:%H:%M} {self.source}: {self.case.name}"


def plan(
    cases: Iterable[Case], first: datetime, last: datetime, free: Sequence[datetime], random: Random
) -> list[Window]:
    """Give each case a time: those of one office one after the other, those of several beside each other.

    Args:
        cases: what is to go wrong.
        first: the first moment.
        last: the last one.
        free: days on which none begins.
        random: decides about the hours.
    """
    rows: dict[str, list[Case]] = {}
    for case in cases:
        rows.setdefault(_KINDS[case.ask.site], []).append(case)
    found = []
    for row in rows.values():
        random.shuffle(row)
        apart = (last - first) / len(row)
        until = first
        for number, case in enumerate(row):
            begin = max(first + apart * number, until)
            if (
                case.ask.role in ("next", "page", "head", "again", "robots")
                and not _OFFICE[0] <= begin.hour < _OFFICE[1]
            ):
                begin = begin.replace(hour=random.randrange(*_OFFICE)) + timedelta(days=begin.hour >= _OFFICE[1])
            if case.ask.role == "again":
                begin = begin.replace(hour=16)
            while any(timedelta(hours=-26) < begin - day < timedelta(hours=26) for day in free):
                begin += 6 * HOUR
            begin = begin.replace(minute=5, second=0, microsecond=0)
            window = Window(case, begin, begin + _lasts(case))
            until = window.over + 3 * HOUR
            found.append(window)
    return sorted(found, key=lambda window: window.begin)


@dataclass
class Trouble:
    """Has the sites fail as the windows say."""

    office: Office
    windows: list[Window]
    inside: int
    hosts: Iterable[str]
    open: list[Window] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._waiting = list(self.windows)
        self._hosts = iter(self.hosts)

    def go_on(self, now: datetime) -> bool:
        """Begin and end what is due; gives whether something began."""
        for window in [one for one in self.open if one.end <= now]:
            self.open.remove(window)
            self._site(window).spoiled = lambda _: None
            contents.many_links.cache_clear()
        began = False
        while self._waiting and self._waiting[0].begin <= now:
            window = self._waiting.pop(0)
            self._begin(window)
            self.open.append(window)
            began = True
        return began

    def of(self, source: str, now: datetime) -> Window | None:
        """What troubles a source, or did until a moment ago."""
        found = [one for one in self.windows if one.source == source and one.begin <= now <= one.over + HOUR / 3]
        return found[-1] if found else None

    def _site(self, window: Window) -> Site:
        return self.office.elsewhere if window.case.ask.site == "spread" else self.office.sites[window.source]

    def _begin(self, window: Window) -> None:
        ask, office = window.case.ask, self.office
        if ask.role == "page":
            window.target = office.publish(window.source)
        elif ask.role == "head":
            one = office.publish(window.source)
            office.edit(window.source, one.name, photo=papers.photo(one))
            window.path = papers.photo(one).removeprefix("http://gov.example")
        elif ask.role == "again":
            window.target = office.newest(window.source, 2 * HOUR)
            office.edit(window.source, window.target.name)
        elif ask.role == "next":
            office.publish(window.source)  # Where the first page is as it was, no further one is asked for.
        elif ask.site == "spread":
            office.publish(window.source, next(self._hosts))
        window.path = window.target.path if window.target else window.path or ask.path
        office.show()
        self._site(window).spoiled = self._spoiling(window)

    def _spoiling(self, window: Window) -> Callable[[str], Route | None]:
        made: dict[bytes, Route] = {}
        ask, fault = window.case.ask, window.case.fault

        def spoiled(path: str) -> Route | None:
            path = path.partition("?")[0]
            if ask.name == "gia's listing page" and path == _FEED:
                return answer(b"no such page", status=404)
            if path != window.path:
                return None
            good, state = self._good(window)
            if good.body not in made:
                made.clear()
                contents.many_links.cache_clear()
                # What is wrong with titles is so on each page of a list: here it has no further one.
                render = papers.second_page if ask.name == "pages' list" and fault.judged else _RENDER.get(ask.name)
                asked = replace(ask, path=window.path, state=state, render=render or ask.render)
                made[good.body] = fault.route(Spot(asked, good, str(self.inside)))
            route = made[good.body]
            return _only_head(route, good) if ask.form == "head" else route

        return spoiled

    def _good(self, window: Window) -> tuple[File, tuple[Sheet, ...]]:
        """What should be there, and the releases that it has."""
        if window.target:
            one = self.office.sheets[window.target.name][-1]
            return papers.page(one), (one,)
        if window.case.ask.role == "head":
            return papers.picture(), ()
        there = self.office.there(window.source)
        return papers.lists(window.source, there)[window.path], tuple(papers.listed(window.path, there))


def _only_head(route: Route, good: File) -> Route:
    """A fault of HEAD; who asks for all of it gets it."""

    def either(conversation: Conversation) -> None:
        (route if conversation.request.method == "HEAD" else good.route())(conversation)

    return either

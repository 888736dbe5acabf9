"""What four invented offices do in some weeks: they publish, correct, withdraw and bring back, in office hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from tests.loopback import Loopback, Route, answer
from tests.newssite import HKT
from tests.soak import papers
from tests.soak.papers import SOURCES, Sheet

START = datetime(2026, 11, 2, 0, 5, tzinfo=HKT)
"""A Monday; so that months and a year end in the middle of it."""
_PLACES = ("pier", "harbour", "library", "saltmarsh", "market", "ferry", "orchard", "viaduct", "quarry", "museum")
_CHINESE = ("碼頭", "海港", "圖書館", "鹽田", "街市", "渡輪", "果園", "高架橋", "石礦場", "博物館")
_DONE = ("opens again", "closes early", "gets new lamps", "is let", "has more staff", "is inspected", "is painted")
_DONE_ZH = ("重新開放", "提早關閉", "更換路燈", "公開招租", "增聘人手", "接受巡查", "重新粉飾")
_SUBJECTS = (("measles", "麻疹"), ("the rainstorm", "暴雨"), ("the rowing finals", "賽艇決賽"))
_HOURS = tuple(range(9, 20))
_A_DAY = {"gov": (3, 1), "web": (2, 1), "pages": (2, 1), "api": (2, 1)}
"""Releases on a weekday and on a day of the weekend; those of the first are in two languages."""
_ODD = "elsewhere.example"


class Site(Loopback):
    """The server of an office, with a layer of what goes wrong over what should be there."""

    def __init__(self) -> None:
        super().__init__()
        self.spoiled: Callable[[str], Route | None] = lambda _: None

    def route(self, path: str) -> Route:
        """What answers a request for a path."""
        return self.spoiled(path) or super().route(path)


@dataclass
class Office:
    """All four, with what their releases were, edition by edition, and whether they are on their sites."""

    random: Random
    sites: dict[str, Site]
    elsewhere: Site
    sheets: dict[tuple[str, int], list[Sheet]] = field(default_factory=dict)
    gone: set[tuple[str, int]] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    now: datetime = START
    _plan: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)
    _order: list[tuple[str, int]] = field(default_factory=list)
    _stale: set[str] = field(default_factory=set)

    def open(self, days: int) -> None:
        """Plan what is done each day; some is there from the first."""
        for number in range(-6, days):
            day = START.replace(minute=0) + timedelta(days=number)
            rest = day.weekday() > 4
            for source in SOURCES:
                for _ in range(_A_DAY[source][rest]):
                    self._at(day, self._new, source)
            for act, chance in (
                (self._edit, 0.9),
                (self._add_photo, 0.4),
                (self._withdraw, 0.25),
                (self._restore, 0.1),
            ):
                if number > 1 and not rest and self.random.random() < chance:
                    self._at(day, act, self.random.choice(SOURCES))
        self._plan.sort(key=lambda planned: planned[0])
        self.go_on(START)

    def go_on(self, until: datetime) -> None:
        """Do what is planned until a moment, and put it on the sites."""
        while self._plan and self._plan[0][0] <= until:
            moment, act = self._plan.pop(0)
            self.now = moment
            act()
        self.now = until
        self.show()

    def show(self) -> None:
        """Put on the sites what is not there yet."""
        for source in self._stale:
            for path, file in papers.lists(source, self.there(source)).items():
                self.sites[source].routes[path] = file.route()
        self._stale.clear()

    def there(self, source: str) -> list[Sheet]:
        """A source's releases that are on its site, the oldest first."""
        names = (name for name in self._order if name[0] == source and name not in self.gone)
        return sorted((self.sheets[name][-1] for name in names), key=lambda one: (one.issued, one.number))

    def page_of(self, path: str, source: str) -> Sheet | None:
        """The release whose page is at a path."""
        return next((one for one in reversed(self.there(source)) if one.path == path), None)

    # What is done

    def _at(self, day: datetime, act: Callable[[str], object], source: str) -> None:
        moment = day + timedelta(hours=self.random.choice(_HOURS), minutes=self.random.randrange(60))
        self._plan.append((moment, lambda: self._do(act, source)))

    @staticmethod
    def _do(act: Callable[[str], object], source: str) -> None:
        act(source)

    def _later(self, after: timedelta, act: Callable[[], None]) -> None:
        self._plan.append((self.now + after, act))
        self._plan.sort(key=lambda planned: planned[0])

    def _new(self, source: str) -> None:
        (self._two if source == "gov" else self.publish)(source)

    def publish(self, source: str, host: str = "") -> Sheet:
        """Publish a release in Chinese."""
        number, issued = self._number(), self.now.replace(second=0)
        place, done, subject = (self.random.randrange(len(row)) for row in (_PLACES, _DONE, _SUBJECTS))
        one = Sheet(
            number,
            f"{_CHINESE[place]}{_DONE_ZH[done]}（第{number}號公告）",
            (),
            issued,
            source=source,
            host=host,
        )
        lines = (f"{_CHINESE[place]}今日{_DONE_ZH[done]}，與{_SUBJECTS[subject][1]}有關，詳情請參閱第{number}號公告。",)
        self._put(papers.marked(one, (*lines, "發言人感謝市民的耐心和合作，查詢可致電政府熱線。")))
        self.done["new"] += 1
        return self.sheets[one.name][-1]

    def _two(self, source: str) -> None:
        """Publish a release in two languages, or in one; the second may be late, and may not say what it belongs to."""
        chinese = self.publish(source)
        number = self._number()
        place, done, subject = (self.random.randrange(len(row)) for row in (_PLACES, _DONE, _SUBJECTS))
        title = f"Notice {chinese.number}: {_PLACES[place]} {_DONE[done]}"
        other, theirs = (chinese.number, number) if self.random.random() < 0.7 else (0, 0)
        english = replace(chinese, number=number, title=title, language="en", other=other)
        english = papers.marked(
            english,
            (
                f"The {_PLACES[place]} {_DONE[done]} today, because of {_SUBJECTS[subject][0]}.",
                f"See notice {chinese.number} for all that there is to know.",
                "A spokesman thanked everybody for their patience and asked them to call the hotline.",
            ),
        )
        kind = self.random.choice(("both", "both", "late", "chinese only"))
        if kind == "both":
            self._put(replace(chinese, other=theirs))
            self._put(english)
        elif kind == "late":
            after = timedelta(minutes=self.random.randrange(20, 600))
            self._later(after, lambda: self._put(replace(english, issued=english.issued + timedelta(minutes=3))))
        self.done[kind] += 1

    def edit(self, source: str, name: tuple[str, int] | None = None, photo: str = "") -> None:
        """Correct a release, now and then its title, too; or the text of a certain one, which may get a photo."""
        one = self.sheets[name][-1] if name else self._some(source)
        if one and one.edition < 9:
            more = "It was corrected." if one.language == "en" else "本稿經更正。"
            edited = replace(one, edition=one.edition + 1, photo=photo or one.photo)
            if not name and self.random.random() < 0.3:
                edited = replace(edited, title=one.title + (" (amended)" if one.language == "en" else "修訂"))
            self._put(papers.marked(edited, (*one.paragraphs[:-1], more)))
            self.done["edited"] += 1

    def _edit(self, source: str) -> None:
        self.edit(source)

    def _add_photo(self, source: str) -> None:
        one = self._some("gov") if source else None
        if one and not one.photo and one.edition < 9:
            edited = replace(one, edition=one.edition + 1, photo=papers.photo(one))
            self._put(papers.marked(edited, one.paragraphs[:-1]))
            self.done["photo added"] += 1

    def _withdraw(self, source: str) -> None:
        # All that an API says of a release is in its list.
        one = self._some(source) if source != "api" else None
        if one:
            self.gone.add(one.name)
            self._server(one).routes[one.path] = answer(b"gone", status=self.random.choice((404, 410)))
            self._stale.add(source)
            self.done["withdrawn"] += 1

    def _restore(self, source: str) -> None:
        gone = sorted(name for name in self.gone if name[0] == source)
        if gone:
            self._put(self.sheets[self.random.choice(gone)][-1])
            self.done["restored"] += 1

    def _some(self, source: str) -> Sheet | None:
        """A release that is in the lists, and was for some hours."""
        found = [one for one in self.there(source) if self.now - one.issued > timedelta(hours=6)]
        return self.random.choice(found[-8:]) if found else None

    def newest(self, source: str, least: timedelta) -> Sheet:
        """The newest release of some age."""
        return next(one for one in reversed(self.there(source)) if self.now - one.issued >= least)

    def _number(self) -> int:
        self._numbers = getattr(self, "_numbers", 100) + 1
        return self._numbers

    def _put(self, one: Sheet) -> None:
        """Put an edition of a release on its site."""
        known = self.sheets.setdefault(one.name, [])
        if known and known[-1].edition == one.edition:
            known[-1] = one
        else:
            known.append(one)
        if one.name not in self._order:
            self._order.append(one.name)
        self.gone.discard(one.name)
        server = self._server(one)
        server.routes[one.path] = papers.page(one).route()
        if one.photo:
            server.routes[one.photo.removeprefix("http://gov.example")] = papers.picture().route()
        self._stale.add(one.source)

    def _server(self, one: Sheet) -> Site:
        return self.elsewhere if one.host else self.sites[one.source]


def hosts(count: int) -> Iterator[str]:
    """Hosts that nobody was asked at before."""
    yield from (f"h{number}.{_ODD}" for number in range(count))

"""What the status page tells, as data: how the sources are, and what was published."""

from __future__ import annotations

from datetime import date

import msgspec

from feedpub.report import Problem


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a source.

    `name` is one of `faults.NAMES`, "" for what has none. `since` is as the store writes times, "" where it is not
    known.
    """

    name: str = ""
    what: str = ""
    since: str = ""


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """How a source is.

    `name` is whom it is credited to, by language, "" where nobody is. Times are as the store writes them, "" where
    there is none yet; `not_before` is until when it asks to be left alone. `entries` counts by language. `unread`
    counts the releases that could not be read; `unreadable` are the first of them.
    """

    id: str
    kind: str
    name: dict[str, str] = {}
    last_run: str = ""
    last_success: str = ""
    not_before: str = ""
    entries: dict[str, int] = {}
    troubles: tuple[Trouble, ...] = ()
    unread: int = 0
    unreadable: tuple[Problem, ...] = ()

    @property
    def well(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.troubles and not self.unread


class TopicWeeks(msgspec.Struct, frozen=True, kw_only=True):
    """How many stories of a topic came in each week, the oldest first; `label` is by language."""

    id: str
    label: dict[str, str]
    counts: tuple[int, ...]


class Pairs(msgspec.Struct, frozen=True, kw_only=True):
    """The last seven days' releases: the share of them, by language, that have another language, and what joined them.

    `by_link` and `by_evidence` count pairs. `single` counts the releases that are single for longer than they should.
    """

    share: dict[str, float] = {}
    by_link: int = 0
    by_evidence: int = 0
    single: int = 0


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How all is as of a time (`at`, as the store writes times).

    `zone` is the name of the time zone that days and weeks are of. `per_day` counts releases by language on each of
    `days`, which ends with the day of `at`. `weeks` are Mondays. `unwritten` counts the documents that the last run
    could not write. `version` is feedpub's.
    """

    at: str
    version: str
    zone: str
    sources: tuple[SourceState, ...] = ()
    unwritten: int = 0
    entries: dict[str, int] = {}
    stories: int = 0
    days: tuple[date, ...] = ()
    per_day: dict[str, tuple[int, ...]] = {}
    weeks: tuple[date, ...] = ()
    topics: tuple[TopicWeeks, ...] = ()
    pairs: Pairs = Pairs()

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.unwritten and all(source.well for source in self.sources)


def timeless(state: State) -> State:
    """The same without the times that every run moves."""
    sources = (msgspec.structs.replace(one, last_run="", last_success="", not_before="") for one in state.sources)
    return msgspec.structs.replace(state, at="", sources=tuple(sources))

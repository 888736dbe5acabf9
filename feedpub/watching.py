"""One source in one run: what it gives is judged by what is expected of it, and what is wrong is kept until it is over.

What is learned of a source and the faults that stand are kept as one text in the store; feedpub/store/faults.py has
what is to be told of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial

import msgspec
from sqlalchemy import Connection

from feedpub import faults as judging
from feedpub import rhythm
from feedpub.collect.base import Discovery
from feedpub.config import Source
from feedpub.faults import Standing
from feedpub.model import Entry, Sighting
from feedpub.report import Fault, SourceReport
from feedpub.rhythm import Heard, Rhythm
from feedpub.store import faults, rhythms
from feedpub.store.database import utc

_LEARNED_AGAIN = timedelta(hours=24)
_WEEKS = timedelta(weeks=8)
_SILENCING = frozenset({"unreachable", "list-failed", "no-answer"})
"""Where a source cannot be heard, its silence says nothing."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A release that was read and is not stored yet: as a list has it, as an entry, and whether it was known before.

    `changed` says that its text or title is another than before.
    """

    sighting: Sighting
    entry: Entry
    again: bool
    changed: bool


class _Learned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a source from earlier runs."""

    rhythms: dict[str, Rhythm] = {}
    standing: tuple[Standing, ...] = ()


_decode = msgspec.json.Decoder(_Learned).decode


class Watch:
    """Watches over a source during one run.

    Args:
        source: which.
        learned: what was learned of it, as `learned` gave it the last time; "" for nothing.
        now: the run's time.
    """

    def __init__(self, source: Source, learned: str, now: datetime, *, trusting: bool = False) -> None:
        self.source, self.now = source, now
        self._known = _decode(learned) if learned else _Learned()
        self._found: list[Fault] = []
        self._judged: set[str] = set()

    @property
    def learned(self) -> str:
        """What is to be kept for the next run."""
        return msgspec.json.encode(self._known).decode()

    def lists(self, discovery: Discovery) -> Discovery:
        return discovery

    def releases(self, seen: Sequence[Seen], unread: int) -> dict[tuple[str, str], str]:
        return {}

    def end(self, connection: Connection, report: SourceReport) -> SourceReport:
        """Judge the rhythm, keep what stands, and give the report with all that is wrong.

        Args:
            connection: of a transaction.
            report: of the run so far; its `faults` are those that asking met with.
        """
        self._found += report.faults
        if not any(fault.name in _SILENCING for fault in report.faults):
            self._rhythm(connection)
        found = judging.wanted(self._found, self.source.expected)
        change = judging.standing(self._known.standing, found, self._is_judged, self.now)
        self._known = msgspec.structs.replace(self._known, standing=change.standing)
        self._tell(connection, change)
        open_ = [one for one in change.standing if not one.well]
        told = tuple(msgspec.structs.replace(one.fault, since=utc(one.since)) for one in open_)
        return msgspec.structs.replace(report, faults=told, problem="; ".join(fault.what for fault in told))

    def _is_judged(self, fault: Fault) -> bool:
        """Whether this run could have found a fault."""
        return True

    def _tell(self, connection: Connection, change: judging.Change) -> None:
        """Keep what is to be told: one fault of a name at a time."""
        by_name: dict[str, list[Standing]] = {}
        for one in change.standing:
            by_name.setdefault(one.fault.name, []).append(one)
        for name, ones in by_name.items():
            what = "; ".join(dict.fromkeys(one.fault.what for one in ones))
            since = utc(min(one.since for one in ones))
            where = ones[0].fault.where if len(ones) == 1 else ""
            faults.begin(connection, self.source.id, Fault(name, what, where, since), self.now)
        for name in {one.fault.name for one in change.ended} - set(by_name):
            faults.end(connection, self.source.id, name, self.now)

    def _rhythm(self, connection: Connection) -> None:
        """Judge whether releases come as they usually do; learned anew once a day."""
        zone, source = self.source.timezone, self.source.id
        learned = max((one.learned for one in self._known.rhythms.values() if one.learned), default=None)
        if learned is None or not timedelta() <= self.now - learned < _LEARNED_AGAIN:
            times = rhythms.times(connection, source, self.now - _WEEKS)
            known = {language: rhythm.learn(found, self.now, zone) for language, found in times.items()}
            self._known = msgspec.structs.replace(self._known, rhythms=known)
        midnight = datetime.combine(self.now.astimezone(zone).date(), time(), zone)
        heard = {}
        for language, usual in self._known.rhythms.items():
            if not usual.longest and self.source.expected.silence is None and self.source.expected.per_day is None:
                continue
            last = rhythms.last(connection, source, language, self.now)
            heard[language] = Heard(
                rhythm=usual,
                last=last,
                since=partial(self._since, connection, language),
                yesterday=rhythms.count(connection, source, language, midnight - timedelta(days=1), midnight),
            )
        self._found += rhythm.judge(heard, self.now, zone, self.source.expected)

    def _since(self, connection: Connection, language: str, start: datetime) -> int:
        return rhythms.count(connection, self.source.id, language, start, self.now + timedelta(seconds=1))

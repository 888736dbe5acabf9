"""One source in one run: what it gives is judged by what is expected of it, before it is kept.

What is learned of a source, and the faults that stand, are one text in the store; store/faults.py has what is to be
told of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import partial

import msgspec
from sqlalchemy import Connection

from feedpub import expectations, rhythm
from feedpub import faults as judging
from feedpub.collect.base import Discovery, Listed
from feedpub.config import Source
from feedpub.expectations import ListNorm, TextNorm, TextSeen
from feedpub.faults import Change, Standing
from feedpub.model import Entry, Sighting
from feedpub.report import Fault, SourceReport
from feedpub.rhythm import Heard, Rhythm
from feedpub.store import faults, rhythms
from feedpub.store.database import utc

_LEARNED_AGAIN = timedelta(hours=24)
_WEEKS = timedelta(weeks=8)
_FORGOTTEN = 200
"""Lists that are remembered of a source: some have a new address every day."""
_SILENCING = frozenset({"unreachable", "list-failed", "no-answer"})
"""Where a source cannot be heard, its silence says nothing."""
_OF_LISTS = frozenset({"empty", "same-titles", "all-today", "all-future", "wrong-language", "flood"})
_OF_TEXTS = frozenset({"short", "unreadable", "mass-change", "no-answer", "pages-gone"})
_OF_RHYTHM = frozenset({"silent", "language-gone", "few"})


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A release that was read and is not stored yet: as a list has it, as an entry, and whether it was known before.

    `changed` says that its text or title is another than before.
    """

    sighting: Sighting
    entry: Entry
    again: bool
    changed: bool

    @property
    def which(self) -> tuple[str, str]:
        """Its key and language, as its list has them."""
        return self.sighting.key, self.sighting.language


class _Learned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a source from earlier runs; `lists` by address."""

    lists: dict[str, ListNorm] = {}
    texts: TextNorm | None = None
    rhythms: dict[str, Rhythm] = {}
    standing: tuple[Standing, ...] = ()


_decode = msgspec.json.Decoder(_Learned).decode


class Watch:
    """Watches over a source during one run.

    Args:
        source: which.
        learned: what was learned of it, as `learned` gave it the last time; "" for nothing.
        now: the run's time.
        trusting: whether to judge nothing: the past is not like the present.
    """

    def __init__(self, source: Source, learned: str, now: datetime, *, trusting: bool = False) -> None:
        self.source, self.now, self._trusting = source, now, trusting
        self._known = _decode(learned) if learned else _Learned()
        self._found: list[Fault] = []
        self._asked = self._unreadable = 0
        self._judged_lists: set[str] = set()
        self._all_lists = False
        self._heard = False

    @property
    def learned(self) -> str:
        """What is to be kept for the next run; "" where nothing is known."""
        return "" if self._known == _Learned() else msgspec.json.encode(self._known).decode()

    # While it is asked

    def lists(self, discovery: Discovery) -> Discovery:
        """What the lists said, without those that are wrong: nothing of these is taken note of."""
        wrong: list[Listed] = []
        norms = dict(self._known.lists)
        self._all_lists = not discovery.failures
        for listed in discovery.lists:
            self._judged_lists.add(listed.address)
            if listed.sightings is None:
                continue  # It is as it was when it was well: of one that is wrong no validators are kept.
            judged = expectations.judge_list(norms.get(listed.address), listed, self.now, self.source.timezone)
            found = judging.wanted(judged, self.source.expected)
            self._found += found
            if found:
                wrong.append(listed)
            else:
                norm = expectations.learn_list(norms.pop(listed.address, None), listed, self.now, self.source.timezone)
                norms[listed.address] = norm
        norms = dict(list(norms.items())[-_FORGOTTEN:])
        self._known = msgspec.structs.replace(self._known, lists=norms)
        return _without(discovery, wrong) if wrong else discovery

    def releases(self, seen: Sequence[Seen], asked: int, unreadable: int) -> Mapping[tuple[str, str], str]:
        """Judge releases that were read together, before any is kept.

        Args:
            seen: those that could be read.
            asked: how many were asked for.
            unreadable: how many of them were pages that are no release.

        Returns:
            The releases that are to be held back, by key and language, and why.
        """
        self._asked += asked
        self._unreadable += unreadable
        if self._trusting or not seen:
            return {}
        expected = self.source.expected
        texts = {one.which: _text(one) for one in seen}
        judged = expectations.judge_texts(self._known.texts, list(texts.values()), self.source.timezone, expected)
        reasons = {fault.where: fault.what for fault in judged.faults}
        held = {which: reasons.get(which[1], "") for which in judged.held}
        again = [one for one in seen if one.again]
        changes = expectations.judge_changes(len(again), sum(one.changed for one in again))
        faults_ = [*judged.faults]
        if changes and "mass-change" not in expected.ignore:
            faults_.append(changes)
            held |= {one.which: changes.what for one in again if one.changed}
        self._found += judging.wanted(faults_, expected)
        learned = expectations.learn_texts(self._known.texts, (texts[which] for which in texts if which not in held))
        self._known = msgspec.structs.replace(self._known, texts=learned)
        return held

    # In the end

    def end(self, connection: Connection, report: SourceReport) -> SourceReport:
        """Judge the rhythm, keep what stands, and give the report with all that is wrong.

        Args:
            connection: of a transaction.
            report: of the run so far; its `faults` are those that asking met with.
        """
        self._found += report.faults
        unreadable = expectations.judge_unreadable(self._asked, self._unreadable) if self._unreadable else None
        self._found += [unreadable] if unreadable else []
        self._heard = not any(fault.name in _SILENCING for fault in report.faults)
        if self._heard:
            self._rhythm(connection)
        found = judging.wanted(self._found, self.source.expected)
        change = judging.standing(self._known.standing, found, self._could_be_found, self.now)
        if change.standing != self._known.standing:
            self._known = msgspec.structs.replace(self._known, standing=change.standing)
        told = tuple(_told(change.standing))
        self._tell(connection, change)
        problem = "; ".join(f"{fault.what} [{fault.name}]" for fault in told)
        return msgspec.structs.replace(report, faults=told, problem=problem)

    def _could_be_found(self, fault: Fault) -> bool:
        """Whether this run could have found a fault."""
        if fault.name in _OF_LISTS and fault.where.startswith("http"):
            # One that is not asked any more, as another answers, has no fault.
            return self._all_lists or fault.where in self._judged_lists
        if fault.name in _OF_TEXTS:
            return self._asked > 0
        return self._heard if fault.name in _OF_RHYTHM else True

    def _tell(self, connection: Connection, change: Change) -> None:
        """Keep what is to be told: of one name, one fault at a time."""
        standing = {fault.name: fault for fault in _told(one for one in change.standing if one.over is None)}
        for fault in standing.values():
            faults.begin(connection, self.source.id, fault, self.now)
        for name in {one.fault.name for one in change.ended} - set(standing):
            faults.end(connection, self.source.id, name, self.now)

    def _rhythm(self, connection: Connection) -> None:
        """Judge whether releases come as they usually do; that is learned anew once a day."""
        zone, source, expected = self.source.timezone, self.source.id, self.source.expected
        learned = max((one.learned for one in self._known.rhythms.values() if one.learned), default=None)
        if learned is None or not timedelta() <= self.now - learned < _LEARNED_AGAIN:
            times = rhythms.times(connection, source, self.now - _WEEKS)
            known = {language: rhythm.learn(found, self.now, zone) for language, found in times.items()}
            self._known = msgspec.structs.replace(self._known, rhythms=known)
        midnight = datetime.combine(self.now.astimezone(zone).date(), time(), zone)
        heard = {}
        for language, usual in self._known.rhythms.items():
            if usual.longest or expected.silence is not None or expected.per_day is not None:
                heard[language] = Heard(
                    rhythm=usual,
                    last=rhythms.last(connection, source, language, self.now),
                    since=partial(self._since, connection, language),
                    yesterday=rhythms.count(connection, source, language, midnight - timedelta(days=1), midnight),
                )
        self._found += rhythm.judge(heard, self.now, zone, expected)

    def _since(self, connection: Connection, language: str, start: datetime) -> int:
        return rhythms.count(connection, self.source.id, language, start, self.now + timedelta(seconds=1))


def _told(standing: Iterable[Standing]) -> list[Fault]:
    """What stands, one fault a name; without what was well in the last look."""
    by_name: dict[str, list[Standing]] = {}
    for one in standing:
        if one.stands():
            by_name.setdefault(one.fault.name, []).append(one)
    return [
        Fault(
            name=name,
            what="; ".join(dict.fromkeys(one.fault.what for one in ones)),
            where=ones[0].fault.where if len(ones) == 1 else "",
            since=utc(min(one.since for one in ones)),
        )
        for name, ones in by_name.items()
    ]


def _without(discovery: Discovery, wrong: Sequence[Listed]) -> Discovery:
    """What a source's lists said, but for some of them."""
    out = {listed.address for listed in wrong}
    lists = tuple(listed for listed in discovery.lists if listed.address not in out)
    kept = {(one.key, one.language) for listed in lists for one in listed.sightings or ()}
    return msgspec.structs.replace(
        discovery,
        sightings=tuple(one for one in discovery.sightings if (one.key, one.language) in kept),
        # A list that is wrong must not be "not modified" the next time.
        validators={
            where: known for where, known in discovery.validators.items() if where.partition("#")[0] not in out
        },
        lists=lists,
        complete=False,
    )


def _text(one: Seen) -> TextSeen:
    from feedpub.entries.paragraphs import plain  # noqa: PLC0415 - a run with nothing new needs no parser

    entry = one.entry
    return TextSeen(
        key=one.sighting.key,
        language=one.sighting.language,
        title=entry.title,
        length=len(plain(entry.content)),
        issued=entry.published,
        list_title=one.sighting.title,
        listed=one.sighting.issued,
        has_media=bool(entry.photos or entry.videos or entry.attachments),
    )

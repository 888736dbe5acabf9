"""`feedpub check --live`: what the sources would give, and what would not be taken in and why. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from feedpub import expectations, faults, job, subjects
from feedpub.collect import kinds
from feedpub.collect.base import Discovery, OpenSource, Reading, Surroundings
from feedpub.config import Settings, Source
from feedpub.errors import FeedpubError, ReleaseError, TemporaryError, fault
from feedpub.fetching import fetched
from feedpub.model import Entry, Sighting, Tags, Validators
from feedpub.progress import Progress
from feedpub.report import Fault
from feedpub.watching import Seen, Watch

if TYPE_CHECKING:
    from feedpub.subjects import Subjects

NEWEST = 10
"""Releases of a source and a language that a check reads."""
_MOST_UNANSWERED = 3


class Mate(msgspec.Struct, frozen=True, kw_only=True):
    """A language version of a release: its number among those read, and whether a "link" or "evidence" joins them."""

    number: int
    language: str
    by: str


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A release that was read, as it would be taken in.

    `number` counts those of all sources. `length` is of its text, in characters. `waits` are the languages of versions
    that it names and that were not read: "" where it does not say which.
    """

    number: int
    id: str
    language: str
    issued: datetime
    title: str
    address: str
    length: int
    photos: int = 0
    attachments: int = 0
    topics: tuple[str, ...] = ()
    body: str = ""
    pair: tuple[Mate, ...] = ()
    waits: tuple[str, ...] = ()


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A release that would not be taken in, as its list has it, and why."""

    language: str
    address: str
    title: str
    why: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a source answered: how many releases its lists have, or the problem.

    `faults` are what is wrong with its lists and texts. Where releases were read, `taken` and `left_out` are what came
    of them, and `more` are listed and were not read.
    """

    id: str
    releases: int = 0
    problem: str = ""
    warnings: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    taken: tuple[Taken, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    more: int = 0


def live(settings: Settings, now: datetime, newest: int, progress: Progress) -> tuple[Answer, ...]:
    """Ask every source, and read its newest releases.

    Args:
        settings: the config.
        now: the time of the check.
        newest: how many releases of each source and language are read.
        progress: who wants to know how far it is.

    Raises:
        ConfigError: a file that the config names cannot be read.
    """
    job.check_terms(settings)
    topical = subjects.read(settings)
    around = msgspec.structs.replace(job.surroundings(settings, now), pages=None)
    looks = [_Look(source, around, now, newest, progress) for source in settings.sources]
    for look in looks:
        look.ask()
    versions = _Versions([entry for look in looks for entry in look.entries], settings, topical)
    return tuple(look.answer(versions) for look in looks)


class _Look:
    """A look at one source."""

    def __init__(self, source: Source, around: Surroundings, now: datetime, newest: int, progress: Progress) -> None:
        self.source, self.around, self.now, self.newest, self.progress = source, around, now, newest, progress
        self.releases = self.more = 0
        self.entries: list[Entry] = []
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self.faults: list[Fault] = []
        self.left_out: list[LeftOut] = []
        self.watch = Watch(source, "", now)
        self._unanswered = 0

    def ask(self) -> None:
        """Ask for the lists, and read what they name. Whatever goes wrong is said in the answer."""
        try:
            opened = kinds.open_source(self.source, self.around)
            try:
                self._ask(opened)
            finally:
                opened.close()
        except FeedpubError as problem:
            self.problems.append(str(problem))
        except Exception as problem:  # noqa: BLE001 - a fault in one source may not stop the others
            self.problems.append(fault(problem))

    def answer(self, versions: _Versions) -> Answer:
        """What came of it, beside what all sources gave."""
        problems = [*self.problems, *(f"{one.what} [{one.name}]" for one in self.faults)]
        if not self.entries and not problems:
            if self.left_out:
                problems = [f"none of the releases that were asked for ({len(self.left_out)}) can be taken in"]
            elif not kinds.is_local(self.source):
                problems = ["its lists name no release"]
        return Answer(
            id=self.source.id,
            releases=self.releases,
            problem="; ".join(problems),
            warnings=tuple(self.warnings),
            faults=tuple(self.faults),
            taken=tuple(map(versions.taken, self.entries)),
            left_out=tuple(self.left_out),
            more=self.more,
        )

    def _ask(self, opened: OpenSource) -> None:
        discovery = opened.discover(lambda _: None)
        self.releases = len(discovery.sightings)
        self.warnings += discovery.warnings
        self.problems += discovery.failures
        zone, expected = self.source.timezone, self.source.expected
        for listed in discovery.lists:
            self.faults += faults.wanted(expectations.judge_list(None, listed, self.now, zone), expected)
        wanted = _newest(self.watch.lists(discovery), self.newest, self.around.languages)
        self.more = self.releases - len(wanted)
        self.progress.begin(self.source.id, len(wanted))
        self._read(opened, wanted)

    def _read(self, opened: OpenSource, wanted: Sequence[Sighting]) -> None:
        connections = getattr(self.source.options, "connections", 1)
        seen: list[Seen] = []
        count = unread = 0
        answers = fetched(self._while_answered(wanted), lambda one: opened.read(one, Validators()), connections)
        for sighting, came in answers:
            self.progress.advance()
            count += 1
            unread += isinstance(came, ReleaseError)
            self._note(came)
            entry = came if isinstance(came, Exception) else entry_of(came)
            if isinstance(entry, Entry):
                seen.append(Seen(sighting=sighting, entry=entry, again=False, changed=False))
            else:
                self._leave_out(sighting, entry)
        if count < len(wanted):
            self.problems.append(f"does not answer: the other {len(wanted) - count} releases were not asked for")
        self._take(seen, self.watch.releases(seen, count, unread))

    def _while_answered(self, wanted: Sequence[Sighting]) -> Iterator[Sighting]:
        for one in wanted:
            if self._unanswered >= _MOST_UNANSWERED:
                return
            yield one

    def _note(self, came: object) -> None:
        """Whether the source still answers; who asks to be left alone is."""
        if not isinstance(came, TemporaryError):
            self._unanswered = 0
        else:
            self._unanswered = _MOST_UNANSWERED if came.after else self._unanswered + 1

    def _take(self, seen: Sequence[Seen], held: Mapping[tuple[str, str], str]) -> None:
        for one in seen:
            if why := held.get(one.which):
                self._leave_out(one.sighting, ReleaseError(f"held back: {why}"))
            elif one.entry.id in {entry.id for entry in self.entries}:
                self._leave_out(one.sighting, ReleaseError(f"leads to a release that is there already: {one.entry.id}"))
            else:
                self.entries.append(one.entry)
        order = {language: number for number, language in enumerate(self.around.languages)}
        self.entries.sort(key=lambda one: (order.get(one.language, len(order)), -one.published.timestamp()))

    def _leave_out(self, one: Sighting, problem: Exception) -> None:
        why = str(problem).removeprefix(f"{one.address}: ") if isinstance(problem, FeedpubError) else fault(problem)
        self.left_out.append(LeftOut(language=one.language, address=one.address, title=one.title, why=why))


def _newest(discovery: Discovery, count: int, languages: tuple[str, ...]) -> list[Sighting]:
    """The newest releases in each language, the newest first: by their times, else by their places in the lists."""
    places: dict[tuple[str, str], int] = {}
    for listed in discovery.lists:
        for place, one in enumerate(listed.sightings or ()):
            places.setdefault((one.key, one.language), place)
    chosen: list[Sighting] = []
    for language in dict.fromkeys((*languages, *(one.language for one in discovery.sightings))):
        ones = [one for one in reversed(discovery.sightings) if one.language == language]
        dated = [one.issued.timestamp() for one in ones if one.issued]
        if len(dated) == len(ones):
            ones = [one for _, one in sorted(zip(dated, ones, strict=True), key=lambda pair: -pair[0])]
        else:
            ones.sort(key=lambda one: places.get((one.key, one.language), 0))
        chosen += ones[:count]
    return chosen


def entry_of(reading: Reading) -> Entry | Exception:
    """What a release would become, or what is wrong with it."""
    from feedpub.entries.normalise import normalise  # noqa: PLC0415 - a check of the config alone needs no parser

    if reading.release is None:
        return ReleaseError("answered that it is not modified, and was not asked that")
    try:
        return normalise(reading.release)
    except Exception as problem:  # noqa: BLE001 - a fault in one release may not stop the others
        return problem


class _Versions:
    """What was read of all sources, together: which entries are versions of one release, and what they are about."""

    def __init__(self, entries: Sequence[Entry], settings: Settings, topical: Subjects) -> None:
        from feedpub.entries import clues, links, pairing  # noqa: PLC0415 - as in entry_of
        from feedpub.lore import lore  # noqa: PLC0415 - as above

        by_id = {entry.id: entry for entry in entries}
        self.numbers = {identifier: number for number, identifier in enumerate(by_id, start=1)}
        known = {one.id: clues.clues(one, lore(settings.terms)) for one in by_id.values()}
        believed = links.believe(
            map(links.linked, by_id.values()), lambda one, other: pairing.unrelated(known[one], known[other])
        )
        languages = {one.id: one.language for one in by_id.values()}
        self.linked = pairing.join(languages, believed.pairs, ())
        self.waits = believed.waits
        self.mates: dict[str, list[Entry]] = {}
        self.tags: dict[str, Tags] = {}
        for group in pairing.stories(by_id.values(), lore(settings.terms)):
            members = _in_order([by_id[one] for one in group], settings.languages)
            tags = topical.tagger.tag(members) if topical.digest else Tags()
            for one in members:
                self.tags[one.id] = tags
                self.mates[one.id] = [other for other in members if other.id != one.id]

    def taken(self, entry: Entry) -> Taken:
        """An entry beside the others."""
        from feedpub.entries.paragraphs import plain  # noqa: PLC0415 - as in entry_of

        linked = self.linked[entry.id]
        return Taken(
            number=self.numbers[entry.id],
            id=entry.id,
            language=entry.language,
            issued=entry.published,
            title=entry.title,
            address=entry.url or "",
            length=len(plain(entry.content)),
            photos=len(entry.photos),
            attachments=len(entry.attachments),
            topics=self.tags[entry.id].topics,
            body=self.tags[entry.id].body,
            pair=tuple(
                Mate(
                    number=self.numbers[one.id],
                    language=one.language,
                    by="link" if one.id in linked else "evidence",
                )
                for one in self.mates[entry.id]
            ),
            waits=tuple(sorted(self.waits.get(entry.id, ()))),
        )


def _in_order(entries: list[Entry], languages: tuple[str, ...]) -> list[Entry]:
    from feedpub.tagging import in_order  # noqa: PLC0415 - as in entry_of

    return in_order(entries, languages)

"""Which story each entry is in, what the stories are about, and how complete they are."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from feedpub.config import Settings
from feedpub.progress import Progress
from feedpub.report import PairHealth, PairReport, Problem, TagReport
from feedpub.store import notes, tags
from feedpub.store import stories as stored
from feedpub.store.database import Store, utc
from feedpub.subjects import Subjects

_WATCHED = timedelta(days=7)
_MOST_TOLD = 20
_TAGGED, _SORTED = "tagged", "sorted"
"""Notes in the store: the taxonomy that all stories were tagged by, and the feeds that they were sorted into."""
_UNTAGGED = "untagged"
_UPTO = {"pair": "paired up to", "tag": "tagged up to"}
"""Notes in the store: the run up to which it is done. What a run stored that was killed is done by the next one."""


def pair(store: Store, settings: Settings, run: int) -> PairReport:
    """Pair what a run stored."""
    with store.transaction() as connection:
        fresh = stored.changed(connection, _upto(connection, "pair", run))
        if not fresh:
            return PairReport()
        from feedpub.joining import join  # noqa: PLC0415 - a run with nothing new pairs nothing

        report = join(connection, settings, run, fresh)
        notes.put(connection, _UPTO["pair"], str(run))
        return report


def tag(store: Store, settings: Settings, subjects: Subjects, run: int, progress: Progress) -> TagReport:
    """Tag what a run changed; all stories where they were never tagged, and their feeds where the config's changed."""
    with store.transaction() as connection:
        tagged_by = notes.get(connection, _TAGGED)
        whole = not tagged_by or (tagged_by == _UNTAGGED) != (not subjects.digest)
        sort = notes.get(connection, _SORTED) != _selections(settings)
        since = _upto(connection, "tag", run)
        changed = tags.changed_stories(connection, since)
        if not (whole or sort or changed):
            return TagReport(stale=stale(connection, subjects.digest))
        from feedpub.tagging import Tagging  # noqa: PLC0415 - a run with nothing new tags nothing

        work = Tagging(connection, settings, subjects, run, stored.changed(connection, since))
        if not whole:
            work.some(changed)
        if whole or sort:
            work.all(progress, retag=whole)
            notes.put(connection, _SORTED, _selections(settings))
        if whole:
            notes.put(connection, _TAGGED, subjects.digest or _UNTAGGED)
        _settle(connection, run)
        return msgspec.structs.replace(work.report, stale=stale(connection, subjects.digest))


def retag(store: Store, settings: Settings, subjects: Subjects, run: int, progress: Progress) -> TagReport:
    """Tag all stories anew; what a run left unpaired that was killed is paired before."""
    from feedpub.tagging import Tagging  # noqa: PLC0415 - as above

    pair(store, settings, run)
    with store.transaction() as connection:
        fresh = stored.changed(connection, _upto(connection, "tag", run))
        work = Tagging(connection, settings, subjects, run, fresh)
        work.all(progress, retag=True)
        notes.put(connection, _TAGGED, subjects.digest or _UNTAGGED)
        notes.put(connection, _SORTED, _selections(settings))
        _settle(connection, run)
        return work.report


def _upto(connection: Connection, step: str, run: int) -> int:
    """The run up to which entries are paired or tagged; all before this one, where that was never noted."""
    return int(notes.get(connection, _UPTO[step]) or run - 1)


def _settle(connection: Connection, run: int) -> None:
    """Take note that all is tagged, and paired, as that came just before: what tagging moves is not paired again."""
    for note in _UPTO.values():
        notes.put(connection, note, str(run))


def stale(connection: Connection, digest: str) -> bool:
    """Whether the taxonomy, whose digest this is, was edited since all stories were tagged by it."""
    return notes.get(connection, _TAGGED) not in ("", _UNTAGGED, digest)


def _selections(settings: Settings) -> str:
    """A digest of what the config's feeds select."""
    chosen = {feed.id: feed.select for feed in settings.feeds}
    return hashlib.sha256(msgspec.json.encode(chosen)).hexdigest()


def health(connection: Connection, settings: Settings, now: datetime) -> PairHealth:
    """How many of the last week's releases have their other languages, and which are still single after the time set.

    A release that is marked as one of a single language is not counted, nor is one whose authority has no other.
    """
    start, late, end = (utc(now - age) for age in (_WATCHED, settings.single_after, timedelta(seconds=-1)))
    rows = stored.recent(connection, start, end)
    languages: dict[str, set[str]] = {}
    for row in rows:
        languages.setdefault(row.group, set()).add(row.language)
    watched = [row for row in rows if not row.alone and len(languages[row.group]) > 1]
    counts: dict[str, list[bool]] = {}
    for row in watched:
        counts.setdefault(row.language, []).append(row.size > 1)
    single = [row.id for row in watched if row.size == 1 and row.published < late]
    newest = single[: -_MOST_TOLD - 1 : -1]
    told = stored.load(connection, newest)
    return PairHealth(
        paired={language: round(sum(found) / len(found), 3) for language, found in sorted(counts.items())},
        single=len(single),
        newest_single=tuple(Problem(told[one].url or one, told[one].title) for one in newest),
    )

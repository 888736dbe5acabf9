"""Which story each entry is in, and how complete the stories are."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from feedpub.config import Settings
from feedpub.report import PairHealth, PairReport, Problem
from feedpub.store import stories as stored
from feedpub.store.database import Store, utc

_WATCHED = timedelta(days=7)
_MOST_TOLD = 20


def pair(store: Store, settings: Settings, run: int) -> PairReport:
    """Pair what a run stored."""
    with store.transaction() as connection:
        fresh = stored.changed(connection, run)
        if not fresh:
            return PairReport()
        from feedpub.joining import join  # noqa: PLC0415 - a run with nothing new pairs nothing

        return join(connection, settings, run, fresh)


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

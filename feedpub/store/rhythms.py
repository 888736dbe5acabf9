"""When a source's releases came: what its rhythm is learned from and judged by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from feedpub.store.database import utc
from feedpub.store.schema import entry as entries


def last(connection: Connection, source: str, language: str, now: datetime) -> datetime | None:
    """When the last release of a source in a language was issued that is not in the future; None if there is none."""
    query = select(func.max(entries.c.published)).where(
        entries.c.source == source, entries.c.language == language, entries.c.published <= utc(now)
    )
    found = connection.execute(query).scalar()
    return datetime.fromisoformat(found) if found else None


def count(connection: Connection, source: str, language: str, start: datetime, end: datetime) -> int:
    """How many releases of a source in a language were issued from one moment until before another."""
    query = select(func.count()).where(
        entries.c.source == source,
        entries.c.language == language,
        entries.c.published >= utc(start),
        entries.c.published < utc(end),
    )
    return connection.execute(query).scalar_one()


def times(connection: Connection, source: str, since: datetime) -> dict[str, list[datetime]]:
    """When the releases of a source were issued since a moment, by language."""
    query = select(entries.c.language, entries.c.published).where(
        entries.c.source == source, entries.c.published >= utc(since)
    )
    found: dict[str, list[datetime]] = {}
    for language, published in connection.execute(query):
        found.setdefault(language, []).append(datetime.fromisoformat(published))
    return found

"""What the store can say of itself in numbers."""

from __future__ import annotations

from sqlalchemy import Connection, desc, func, select, text

from feedpub.store.schema import run as runs
from feedpub.store.schema import sighting as sightings
from feedpub.store.sightings import DONE

_SQLITE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
_POSTGRESQL = "SELECT pg_database_size(current_database())"


def size(connection: Connection) -> int:
    """The size of the store in bytes; of a SQLite file without its write-ahead log."""
    query = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    return int(connection.execute(text(query)).scalar_one())


def version(connection: Connection) -> int:
    """The version of its tables."""
    return int(connection.exec_driver_sql("SELECT version FROM schema_version").scalar_one())


def count_runs(connection: Connection) -> int:
    """How many runs there were."""
    return connection.execute(select(func.max(runs.c.id))).scalar() or 0


def last_ended(connection: Connection) -> str:
    """When the last run began that ended with a report, as the store writes times; "" if there was none."""
    return connection.execute(select(runs.c.at).order_by(desc(runs.c.id)).limit(1)).scalar() or ""


def pending(connection: Connection) -> dict[tuple[str, str], int]:
    """How many releases are not read, by source and state."""
    query = select(sightings.c.source, sightings.c.state, func.count()).where(sightings.c.state != DONE)
    rows = connection.execute(query.group_by(sightings.c.source, sightings.c.state))
    return {(source, state): count for source, state, count in rows}

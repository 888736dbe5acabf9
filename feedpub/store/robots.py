"""What hosts' robots.txt said: kept for the runs of a day."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from feedpub.store.schema import robots


def known(connection: Connection) -> dict[str, tuple[str, str]]:
    """By origin, when its robots.txt was fetched, and its text."""
    return {row.origin: (row.fetched, row.rules) for row in connection.execute(select(robots))}


def keep(connection: Connection, fresh: dict[str, tuple[str, str]]) -> None:
    """Keep what was fetched, in place of what was known of the same origins."""
    for origin, (fetched, rules) in fresh.items():
        connection.execute(delete(robots).where(robots.c.origin == origin))
        connection.execute(insert(robots).values(origin=origin, fetched=fetched, rules=rules))

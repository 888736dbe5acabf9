"""Notes that runs leave for the next ones: a name and a text each."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from feedpub.store.schema import note as notes


def get(connection: Connection, name: str) -> str:
    """A note's text; "" if there is none."""
    return connection.execute(select(notes.c.value).where(notes.c.name == name)).scalar() or ""


def put(connection: Connection, name: str, value: str) -> None:
    """Leave a note in place of the one of this name."""
    connection.execute(delete(notes).where(notes.c.name == name))
    connection.execute(insert(notes).values(name=name, value=value))


def drop(connection: Connection, name: str) -> None:
    """Take a note away."""
    connection.execute(delete(notes).where(notes.c.name == name))

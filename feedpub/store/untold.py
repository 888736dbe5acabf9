"""What hubs have still to be told of: by hub, the addresses of documents that changed (WebSub).

It is kept in the transaction that takes note of the documents, so that nobody misses one because a run was killed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from feedpub.store import notes

_NOTE = "websub"
_decode = msgspec.json.Decoder(dict[str, list[str]]).decode


def waiting(connection: Connection) -> dict[str, list[str]]:
    """By hub, what it has still to be told of, the oldest first."""
    note = notes.get(connection, _NOTE)
    return _decode(note) if note else {}


def add(connection: Connection, hubs: Iterable[str], topics: Sequence[str]) -> None:
    """Have hubs told of documents by their addresses; hubs that are not among these are forgotten."""
    known = waiting(connection)
    keep(connection, known, {hub: list(dict.fromkeys((*known.get(hub, ()), *topics))) for hub in hubs})


def keep(connection: Connection, known: Mapping[str, list[str]], left: Mapping[str, list[str]]) -> None:
    """Take note of what is left, where it is not what is known."""
    if left != known:
        notes.put(connection, _NOTE, msgspec.json.encode(left).decode())

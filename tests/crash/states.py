"""What a run left: the published files, and what the store knows, without what counts runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import etree, html

State = dict[str, object]
_COUNTERS = {
    "entry": {"run", "seen"},
    "member": {"since"},
    "period": {"due", "upto"},
    "touched": {"run"},
    "document": {"basis"},
    "page": {"due"},
    "source": {"expected"},
}
"""Columns that hold numbers of runs, digests of such, or what was learned from each look at a source's lists."""
_NOTES = ("websub", "alert", "tagged", "sorted")
"""The notes that say nothing of runs and files' times."""


def files(folder: Path) -> dict[str, bytes]:
    """All files of the output."""
    places = (place for place in sorted(folder.rglob("*")) if place.is_file())
    return {str(place.relative_to(folder)): place.read_bytes() for place in places}


def stored(place: Path) -> dict[str, list[tuple[object, ...]]]:
    """What the store knows, by table."""
    connection = sqlite3.connect(place)
    connection.execute("PRAGMA query_only = 1")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    found = {}
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        kept = ", ".join(name for name in columns if name not in _COUNTERS.get(table, ()))
        query = f"SELECT {kept} FROM {table}"  # noqa: S608 - names of the store's own tables
        if table == "note":
            query += f" WHERE name IN {_NOTES}"
        if table != "run":
            found[table] = sorted(connection.execute(query).fetchall())
    connection.close()
    return found


def state(folder: Path) -> State:
    """All that a folder's runs left, the status page aside: it tells of the runs themselves."""
    published = {name: body for name, body in files(folder / "public").items() if not _is_status(name)}
    return {**published, **stored(folder / "var" / "store.db")}


files_once, state_once = cache(files), cache(state)
"""The same, of folders that stay as they are."""


def differences(one: State, other: State) -> list[str]:
    """Where two states differ."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def torn(before: dict[str, bytes], now: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """Files that are neither as before a run nor as after it; a run's own temporary files aside.

    The status page tells of a run that failed; so it only has to be whole.
    """
    return [
        name
        for name, body in now.items()
        if not name.rpartition("/")[2].startswith(".feedpub-tmp")
        and not name.endswith(".feedpub-tmp")
        and body not in (before.get(name), after.get(name))
        and not (_is_status(name) and _is_whole(name, body))
    ]


def dead_links(published: dict[str, bytes], base: str) -> Iterator[str]:
    """Stories and archive documents that feeds lead to and that are not there."""
    for name, body in published.items():
        if name.endswith(".atom"):
            for link in etree.fromstring(body).iter("{*}link"):
                href = (link.get("href") or "").partition("#")[0]
                path = href.removeprefix(base)
                if href.startswith(base) and ("/stories/" in path or "/archive/" in path) and path not in published:
                    yield f"{name}: {path}"


def _is_status(name: str) -> bool:
    return name.rpartition("/")[2].startswith("status.")


def _is_whole(name: str, body: bytes) -> bool:
    return not name.endswith(".html") or (body.rstrip().endswith(b"</html>") and html.fromstring(body) is not None)

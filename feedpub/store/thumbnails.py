"""Small versions of photos: which are wanted, where each is published, and which of them nobody shows any more.

A photo goes by its own address, whichever of its addresses the small version is made from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update

from feedpub.model import Entry
from feedpub.store.schema import entry as entries
from feedpub.store.schema import thumbnail as thumbnails
from feedpub.store.some import some

DUE, DONE, GIVEN_UP = "due", "done", "given up"
_MOST_ENTRIES = 20
"""Of the entries that show a photo, so many are noted: what more of them show is an ornament of the site's."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Entry).decode


class Thumbnail(msgspec.Struct, frozen=True):
    """A small version of a photo: its path in the output directory, and its size in pixels."""

    path: str
    width: int
    height: int


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A photo whose small version is wanted, how often it was tried, and entries that show it."""

    url: str
    entries: tuple[str, ...]
    tries: int


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a photo: the entries that show it, and where its small version is, "" if there is none."""

    url: str
    entries: tuple[str, ...]
    path: str


def known(connection: Connection, urls: Iterable[str]) -> dict[str, Thumbnail]:
    """The small versions of photos, by the photos' addresses."""
    return {
        row.url: Thumbnail(row.path, row.width, row.height)
        for few in some(urls)
        for row in connection.execute(select(thumbnails).where(thumbnails.c.url.in_(few), thumbnails.c.state == DONE))
    }


def changed(connection: Connection, source: str, since: int) -> list[tuple[Entry, int]]:
    """The entries of a source that a run stored or changed, or one after it; with the run."""
    query = select(entries.c.data, entries.c.run).where(entries.c.source == source, entries.c.run >= since)
    return [(_decode(row.data), row.run) for row in connection.execute(query)]


def want(connection: Connection, source: str, shown: dict[str, list[str]]) -> None:
    """Have small versions of photos made, where there are none yet.

    Args:
        connection: to the store.
        source: whose they are.
        shown: the entries that show each, by its address.
    """
    noted = {
        row.url: row.entry.split()
        for few in some(shown)
        for row in connection.execute(select(thumbnails.c.url, thumbnails.c.entry).where(thumbnails.c.url.in_(few)))
    }
    blank = {"source": source, "state": DUE, "tries": 0, "path": "", "width": 0, "height": 0}
    rows = []
    for url, found in shown.items():
        all_ = list(dict.fromkeys((*noted.get(url, ()), *found)))[:_MOST_ENTRIES]
        if url not in noted:
            rows.append({"url": url, "entry": " ".join(all_), **blank})
        elif all_ != noted[url]:
            note(connection, url, all_)
    if rows:
        connection.execute(insert(thumbnails), rows)


def note(connection: Connection, url: str, shown_by: Iterable[str]) -> None:
    """Note which entries show a photo."""
    connection.execute(update(thumbnails).where(thumbnails.c.url == url).values(entry=" ".join(shown_by)))


def due(connection: Connection, source: str) -> list[Wanted]:
    """What has to be made, in no order."""
    query = select(thumbnails).where(thumbnails.c.source == source, thumbnails.c.state == DUE)
    return [Wanted(url=row.url, entries=tuple(row.entry.split()), tries=row.tries) for row in connection.execute(query)]


def paths(connection: Connection, source: str) -> list[str]:
    """Where the small versions of a source's photos are."""
    query = select(thumbnails.c.path).where(thumbnails.c.source == source, thumbnails.c.state == DONE)
    return list(connection.execute(query).scalars())


def at(connection: Connection, places: Iterable[str]) -> list[Kept]:
    """What is kept of the photos whose small versions are at some paths."""
    return [
        _kept(row)
        for few in some(places)
        for row in connection.execute(select(thumbnails).where(thumbnails.c.path.in_(few)))
    ]


def kept(connection: Connection, source: str) -> list[Kept]:
    """All that is kept of a source's photos."""
    return [_kept(row) for row in connection.execute(select(thumbnails).where(thumbnails.c.source == source))]


def _kept(row: Row[Any]) -> Kept:
    return Kept(url=row.url, entries=tuple(row.entry.split()), path=row.path)


def settle(connection: Connection, url: str, made: Thumbnail) -> None:
    """Take note of a small version that was published."""
    values = {"state": DONE, "path": made.path, "width": made.width, "height": made.height}
    connection.execute(update(thumbnails).where(thumbnails.c.url == url).values(**values))


def fail(connection: Connection, url: str, tries: int, *, for_ever: bool) -> None:
    """Take note that one could not be made; `for_ever` gives it up."""
    values = {"state": GIVEN_UP if for_ever else DUE, "tries": tries}
    connection.execute(update(thumbnails).where(thumbnails.c.url == url).values(**values))


def again(connection: Connection, urls: Iterable[str]) -> None:
    """Have small versions made anew, as if there had never been any."""
    for few in some(urls):
        connection.execute(update(thumbnails).where(thumbnails.c.url.in_(few)).values(state=DUE, tries=0, path=""))


def retry(connection: Connection, source: str) -> None:
    """Have those of a source tried again that were given up."""
    where = (thumbnails.c.source == source, thumbnails.c.state == GIVEN_UP)
    connection.execute(update(thumbnails).where(*where).values(state=DUE, tries=0))


def forget(connection: Connection, url: str) -> None:
    """Keep nothing of a photo."""
    connection.execute(delete(thumbnails).where(thumbnails.c.url == url))


def is_published(connection: Connection, path: str) -> bool:
    """Whether a small version at a path belongs to any photo: the same photo may be at two addresses."""
    return connection.execute(select(thumbnails.c.url).where(thumbnails.c.path == path).limit(1)).first() is not None


def showing(connection: Connection, url: str) -> list[str]:
    """The entries that show a photo, of all that there are; not those that were withdrawn. Takes a look at each."""
    # As it stands in the stored JSON.
    text = _encode(url).decode()
    query = select(entries.c.data).where(entries.c.data.contains(text, autoescape=True))
    found = (_decode(data) for (data,) in connection.execute(query))
    return [entry.id for entry in found if url in photos([entry])]


def photos(found: Sequence[Entry]) -> dict[str, list[str]]:
    """The addresses of the photos that entries show, each with the entries; a withdrawn one shows none."""
    shown: dict[str, list[str]] = {}
    for entry in found:
        for photo in () if entry.withdrawn else entry.photos:
            shown.setdefault(photo.url, []).append(entry.id)
    return {url: list(dict.fromkeys(by)) for url, by in shown.items()}

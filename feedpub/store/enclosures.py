"""What the servers of photos and attachments said of them: sizes and types, each asked for once."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, insert, select, update

from feedpub.model import Entry, Measure
from feedpub.store.schema import UNMEASURED
from feedpub.store.schema import enclosure as enclosures
from feedpub.store.some import some

DUE, DONE, GIVEN_UP = "due", "done", "given up"
_MOST_TRIES = 20


class Unmeasured(msgspec.Struct, frozen=True):
    """An enclosure whose server has to be asked, and the entry that it was seen with first."""

    url: str
    entry: str


def addresses(entry: Entry) -> tuple[str, ...]:
    """The addresses of an entry's enclosures."""
    return (*(photo.url for photo in entry.photos), *(link.url for link in entry.attachments))


def want(connection: Connection, source: str, entry: Entry) -> None:
    """Have the servers of an entry's enclosures asked, where they were not yet."""
    urls = list(dict.fromkeys(addresses(entry)))
    known = {
        url
        for few in some(urls)
        for (url,) in connection.execute(select(enclosures.c.url).where(enclosures.c.url.in_(few)))
    }
    rows = [
        {"url": url, "source": source, "entry": entry.id, "state": DUE, "tries": 0, "length": 0, "media_type": ""}
        for url in urls
        if url not in known
    ]
    if rows:
        connection.execute(insert(enclosures), rows)


def due(connection: Connection, source: str, limit: int) -> list[Unmeasured]:
    """What has to be asked for."""
    query = select(enclosures.c.url, enclosures.c.entry).where(enclosures.c.source == source, UNMEASURED)
    query = query.order_by(enclosures.c.tries, enclosures.c.url).limit(limit)
    return [Unmeasured(row.url, row.entry) for row in connection.execute(query)]


def settle(connection: Connection, url: str, measure: Measure | None) -> None:
    """Take note of what a server said; None that it could not be asked, which is tried a few times."""
    where = enclosures.c.url == url
    if measure:
        values = {"state": DONE, "length": measure.length, "media_type": measure.media_type}
        connection.execute(update(enclosures).where(where).values(**values))
        return
    tries = (connection.execute(select(enclosures.c.tries).where(where)).scalar() or 0) + 1
    state = GIVEN_UP if tries >= _MOST_TRIES else DUE
    connection.execute(update(enclosures).where(where).values(state=state, tries=tries))


def measures(connection: Connection, urls: Iterable[str]) -> dict[str, Measure]:
    """What is known of enclosures, by their addresses."""
    return {
        row.url: Measure(length=row.length, media_type=row.media_type)
        for few in some(urls)
        for row in connection.execute(select(enclosures).where(enclosures.c.url.in_(few), enclosures.c.state == DONE))
    }

"""Rows that lead nowhere, contradict others or cannot be read: found, and put right where that can be worked out.

What can be had again from its source is asked for again; what is worked out anew by every run is simply taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    Row,
    Table,
    and_,
    delete,
    func,
    literal_column,
    or_,
    select,
    update,
)

from feedpub.model import Entry, Sighting
from feedpub.store import notes, schema
from feedpub.store.enclosures import addresses
from feedpub.store.entries import columns as columns_of
from feedpub.store.entries import lose
from feedpub.store.sightings import DUE
from feedpub.store.stories import FOUNDED

_AT_ONCE = 1_000
_MOST = 10
"""Examples of what was found that are named."""
_SHOWN = {"enclosure": 1, "thumbnail": 20}
"""With how many entries that show it a photo is noted, by table."""
_NUMBERED = ("run", "paired up to", "tagged up to")
_entry = msgspec.json.Decoder(Entry).decode
_DECODERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "revision": ("data", _entry),
    "sighting": ("data", msgspec.json.Decoder(Sighting).decode),
    "source": ("expected", lambda text: text and msgspec.json.decode(text)),
    "backfill": ("named", lambda text: text and msgspec.json.decode(text, type=list[tuple[str, str]])),
    "run": ("report", msgspec.json.decode),
}
"""Columns that hold JSON; that of entries is looked at for itself."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: how many of what, some of them, and whether it is put right."""

    what: str
    count: int
    examples: tuple[str, ...] = ()
    mended: bool = True


def found(what: str, which: Sequence[object], *, mended: bool = True) -> list[Finding]:
    """A finding; none where there is nothing."""
    examples = tuple(str(one).encode("utf-8", "replace").decode() for one in which[:_MOST])
    return [Finding(what=what, count=len(which), examples=examples, mended=mended)] if which else []


def mend(connection: Connection, run: int) -> list[Finding]:
    """Look at all rows, and put right what can be.

    Args:
        connection: of a transaction.
        run: the number of the run that does it.
    """
    said = _unreadable(connection)
    said += _entries(connection, run)
    said += _dangling(connection)
    return said + _numbers(connection)


@contextmanager
def _lenient(connection: Connection) -> Iterator[None]:
    """Text that is not UTF-8, which SQLite lets in, is read all the same; it cannot be encoded again."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    before = driver.text_factory
    driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    """All rows of a table, each with what names it where it is deleted."""
    sqlite = connection.dialect.name == "sqlite"
    query = select(literal_column("rowid" if sqlite else "0").label("place_"), table)
    last = -1
    while sqlite:
        # A part at a time, as what is read is changed meanwhile.
        rows = connection.execute(
            query.where(literal_column("rowid") > last).order_by(literal_column("rowid")).limit(_AT_ONCE)
        ).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].place_
    yield from connection.execute(query).all()


def _drop(connection: Connection, table: Table, row: Row[Any]) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(delete(table).where(literal_column("rowid") == row.place_))
    else:
        connection.execute(delete(table).where(*(one == getattr(row, one.name) for one in table.primary_key)))


def _unreadable(connection: Connection) -> list[Finding]:
    """Take away rows that cannot be read."""
    said: list[Finding] = []
    with _lenient(connection):
        for table in schema.metadata.sorted_tables:
            if table is not schema.entry:
                bad = [row for row in _rows(connection, table) if not _is_readable(table, row)]
                for row in bad:
                    _drop(connection, table, row)
                which = [_named(table, row) for row in bad]
                if table is schema.revision:
                    said += found("revision: a text before a correction is damaged, and lost", which, mended=False)
                else:
                    said += found(f"{table.name}: a row that cannot be read, taken away", which)
    return said


def _is_readable(table: Table, row: Row[Any]) -> bool:
    if not all(_fits(column, getattr(row, column.name)) for column in table.columns):
        return False
    if table is schema.note:
        return _is_note(row.name, row.value)
    column, decode = _DECODERS.get(table.name, ("", None))
    if decode is None:
        return True
    try:
        decode(getattr(row, column))
    except (msgspec.MsgspecError, ValueError):
        return False
    return True


def _is_note(name: str, value: str) -> bool:
    if name in _NUMBERED or name.startswith("seen "):
        return value.removeprefix("-").isdecimal()
    if name.startswith("damaged ") or not value.startswith(("{", "[")):
        return True
    try:
        msgspec.json.decode(value)
    except (msgspec.MsgspecError, ValueError):
        return False
    return True


def _fits(column: Column[Any], value: object) -> bool:
    if isinstance(column.type, Integer):
        return isinstance(value, int)
    if isinstance(column.type, Float):
        return isinstance(value, (int, float))
    return isinstance(value, str) and (value.isascii() or not any("\ud800" <= one <= "\udfff" for one in value))


def _named(table: Table, row: Row[Any]) -> str:
    return " ".join(str(getattr(row, one.name)) for one in table.primary_key)


def _entries(connection: Connection, run: int) -> list[Finding]:
    """Let go of entries that cannot be read; work the columns of the others out anew where they contradict them."""
    table, lost, wrong = schema.entry, list[str](), list[str]()
    with _lenient(connection):
        for row in _rows(connection, table):
            entry = _read(row)
            if entry is None:
                _drop(connection, table, row)
                lost.append(str(row.id))
                _remember(connection, row)
            elif values := _corrected(entry, row, run):
                connection.execute(update(table).where(table.c.id == row.id).values(**values))
                wrong.append(row.id)
    asked = set(connection.execute(select(schema.sighting.c.entry)).scalars())
    said = found("entry: damaged; the next run asks for it again", [one for one in lost if one in asked])
    alone = [one for one in lost if one not in asked]
    said += found("entry: damaged, and in no list that it could be asked for by", alone, mended=False)
    return said + found("entry: columns that its text contradicts, worked out anew", wrong)


def _read(row: Row[Any]) -> Entry | None:
    if not isinstance(row.data, str) or not isinstance(row.id, str):
        return None
    try:
        row.data.encode()
        entry = _entry(row.data)
    except (msgspec.MsgspecError, ValueError):
        return None
    return entry if entry.id == row.id else None


def _remember(connection: Connection, row: Row[Any]) -> None:
    """Keep what is left of an entry that is let go of: when it was first seen, and its text."""
    if isinstance(row.id, str) and _fits(schema.entry.c.id, row.id):
        raw = row.data if isinstance(row.data, bytes) else str(row.data).encode("utf-8", "surrogateescape")
        seen = row.seen if isinstance(row.seen, int) else 0
        lose(connection, row.id, seen, raw.decode("utf-8", "replace").replace("\0", "\ufffd"))


def _corrected(entry: Entry, row: Row[Any], run: int) -> dict[str, object]:
    """The columns that are not as they should be, as they should be."""
    right: dict[str, object] = {name: value for name, value in columns_of(entry, run).items() if name != "run"}
    right.pop("data")
    others: dict[str, object] = {
        "run": run,
        "seen": run,
        "story": "",
        "open": 1,
        "alone": 0,
        "story_month": entry.month,
    }
    for name, value in others.items():
        held = getattr(row, name)
        right[name] = held if _fits(schema.entry.c[name], held) else value
    return {name: value for name, value in right.items() if getattr(row, name) != value}


def _dangling(connection: Connection) -> list[Finding]:
    """Take away what leads to entries that there are not, and have these asked for again."""
    there = select(schema.entry.c.id)
    said = _founders(connection) + _sightings(connection)
    for table, columns in (
        (schema.name, (schema.name.c.entry,)),
        (schema.claim, (schema.claim.c.entry,)),
        (schema.pair, (schema.pair.c.one, schema.pair.c.other)),
        (schema.member, (schema.member.c.entry,)),
    ):
        where = or_(*(column.not_in(there) for column in columns))
        which = list(connection.execute(select(columns[0]).where(where)).scalars())
        if which:
            connection.execute(delete(table).where(where))
        said += found(f"{table.name}: leads to no entry, taken away", which)
    claim = schema.claim
    where_ = and_(claim.c.target != "", claim.c.target.not_in(there))
    which = list(connection.execute(select(claim.c.entry).where(where_)).scalars())
    if which:
        connection.execute(update(claim).where(where_).values(target="", refused=""))
    said += found("claim: leads to no entry, looked for again", which)
    said += _members(connection)
    return said + _shown(connection) + _stories(connection)


def _founders(connection: Connection) -> list[Finding]:
    """Entries that are gone and founded stories that are there: when they come back, the stories keep their ids."""
    entry = schema.entry
    query = select(entry.c.story, func.min(entry.c.seen)).where(entry.c.story != "").group_by(entry.c.story)
    founders = {story.removesuffix(FOUNDED): seen for story, seen in connection.execute(query)}
    there = set(connection.execute(select(entry.c.id)).scalars())
    gone = {one: seen for one, seen in founders.items() if one not in there}
    fresh = [one for one in gone if not notes.get(connection, f"seen {one}")]
    for one in fresh:
        # Seen before all that are in its story now.
        lose(connection, one, gone[one] - 1)
    return found("story: its first entry is gone; it keeps its id when that comes back", fresh)


def _sightings(connection: Connection) -> list[Finding]:
    """Releases whose entries are gone are read again."""
    sighting = schema.sighting
    where = and_(sighting.c.entry != "", sighting.c.entry.not_in(select(schema.entry.c.id)))
    which = list(connection.execute(select(sighting.c.entry).where(where)).scalars())
    if which:
        anew = {"state": DUE, "entry": "", "missing_since": "", "etag": "", "last_modified": "", "problem": ""}
        connection.execute(update(sighting).where(where).values(**anew, failed_since="", next_look=""))
    return found("sighting: its entry is gone; the next run asks for it again", which)


def _members(connection: Connection) -> list[Finding]:
    """What feeds say of their entries is as the entries say."""
    member, entry = schema.member, schema.entry
    same = and_(
        member.c.language == entry.c.language, member.c.published == entry.c.published, member.c.month == entry.c.month
    )
    query = select(member.c.feed, member.c.entry, entry.c.language, entry.c.published, entry.c.month)
    rows = connection.execute(query.join(entry, entry.c.id == member.c.entry).where(~same)).all()
    for row in rows:
        where = (member.c.feed == row.feed, member.c.entry == row.entry)
        values = {"language": row.language, "published": row.published, "month": row.month}
        connection.execute(update(member).where(*where).values(**values))
    return found("member: not as its entry says, put right", [f"{row.feed} {row.entry}" for row in rows])


def _shown(connection: Connection) -> list[Finding]:
    """Photos and attachments of entries that are gone are noted with others that show them, or forgotten."""
    alone = _alone(connection)
    if not alone:
        return []
    urls = {url for _, url in alone}
    for (data,) in connection.execute(select(schema.entry.c.data).order_by(schema.entry.c.id)).yield_per(_AT_ONCE):
        entry = _entry(data)
        for key in ((name, url) for url in urls.intersection(addresses(entry)) for name in _SHOWN):
            if key in alone and entry.id not in alone[key]:
                alone[key].append(entry.id)
    for (name, url), by in alone.items():
        table = schema.metadata.tables[name]
        change = update(table).values(entry=" ".join(by[: _SHOWN[name]])) if by else delete(table)
        connection.execute(change.where(table.c.url == url))
    return found("photo or attachment: noted with an entry that is gone, put right", [url for _, url in alone])


def _alone(connection: Connection) -> dict[tuple[str, str], list[str]]:
    """By table and address, what is noted with an entry that is gone, and the entries that are left."""
    there = set(connection.execute(select(schema.entry.c.id)).scalars())
    alone: dict[tuple[str, str], list[str]] = {}
    for table in (schema.enclosure, schema.thumbnail):
        for url, entry in connection.execute(select(table.c.url, table.c.entry)):
            if not there.issuperset(of := entry.split()):
                alone[table.name, url] = [one for one in of if one in there]
    return alone


def _stories(connection: Connection) -> list[Finding]:
    """Topics of stories that are no more go, and pages of stories that nobody knows anything of."""
    entry, story, page = schema.entry, schema.story, schema.page
    orphan = story.c.id.not_in(select(entry.c.story))
    awaited = {one.removeprefix("seen ") for one in _noted(connection, "seen ")}
    which = list(connection.execute(select(story.c.id).where(orphan)).scalars())
    if which:
        connection.execute(delete(story).where(orphan))
    said = found("story: has no entry, taken away", which)
    there = set(connection.execute(select(entry.c.id)).scalars()) | awaited
    used = set(connection.execute(select(entry.c.story).distinct()).scalars())
    pages = list(connection.execute(select(page.c.story)).scalars())
    lone = [one for one in pages if one not in used and one.removesuffix(FOUNDED) not in there]
    for one in lone:
        connection.execute(delete(page).where(page.c.story == one))
    return said + found("page: of a story that has no entry, taken away", lone)


def _noted(connection: Connection, prefix: str) -> list[str]:
    query = select(schema.note.c.name).where(schema.note.c.name.startswith(prefix, autoescape=True))
    return list(connection.execute(query).scalars())


def _numbers(connection: Connection) -> list[Finding]:
    """No run to come has a number that one had already."""
    ends = (
        schema.entry.c.run, schema.entry.c.seen, schema.member.c.since, schema.touched.c.run, schema.period.c.upto,
        schema.page.c.due, schema.run.c.id,
    )  # fmt: skip
    last = max(connection.execute(select(func.max(column))).scalar() or 0 for column in ends)
    begun = int(notes.get(connection, "run") or 0)
    known = max(begun, connection.execute(select(func.max(schema.run.c.id))).scalar() or 0)
    if known >= last:
        return []
    notes.put(connection, "run", str(last))
    return found("run: the number of the last one was forgotten, put right", [last])

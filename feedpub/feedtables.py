"""The [[feed]] tables of a config -> feeds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import msgspec

from feedpub import tables
from feedpub.model import EVERYTHING, Feed, Selection
from feedpub.tables import TableError
from feedpub.texts import TextReader, Texts

TOPICS, BODIES = "topics", "bodies"
GROUPS = (TOPICS, BODIES)
"""What stands before the slash in the id of a topic's feed, and of a body's."""
_ALL = "all"
_UNTAGGED = 'stories are not tagged; name the taxonomy with taxonomy = "topics/taxonomy.toml" in [topics]'
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class SelectionTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys that say which stories belong to a feed, of a [[feed]] and of each table in its `any` and `not`."""

    sources: list[str] = []
    topics: list[str] = []
    bodies: list[str] = []
    text: list[str] = []
    any: list[SelectionTable] = []
    none: list[SelectionTable] = msgspec.field(default_factory=list, name="not")


class FeedTable(SelectionTable, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One [[feed]] table."""

    id: str
    title: Texts = ""
    limit: int = 100
    max_bytes: int = 500_000
    counterpart_line: bool | None = None
    correction_note: bool | None = None
    archive: bool | None = None


class Defaults(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for a feed that says nothing of it: the keys of the same names in [site]."""

    counterpart_line: bool
    correction_note: bool


class FeedReader:
    """Reads the tables of feeds; says every error with the key and what was expected.

    `texts` reads texts by language, `site_title` is the default of titles, `sources` are the ids that a feed may name,
    `tagged` says whether stories have topics and bodies.
    """

    def __init__(
        self,
        texts: TextReader,
        site_title: dict[str, str],
        sources: tuple[str, ...],
        *,
        tagged: bool,
    ) -> None:
        self.texts, self.site_title, self.sources, self.tagged = texts, site_title, sources, tagged

    def read(self, given: list[FeedTable], defaults: Defaults) -> tuple[Feed, ...]:
        """The feeds of a config: "all", where it names none.

        Raises:
            TableError: says which feed and what is wrong with it.
        """
        given = given or [FeedTable(id=_ALL)]
        unique("feed", [table.id for table in given])
        return tuple(self._feed(table, defaults) for table in given)

    def _feed(self, table: FeedTable, defaults: Defaults) -> Feed:
        where = f'feed "{table.id}"'
        group, _, name = table.id.rpartition("/")
        identifier(f"{where}: id", name if group in GROUPS else table.id)
        if table.id in GROUPS:
            raise TableError(f"{where}: id", f'"{table.id}" is kept for the feeds of every topic and body')
        select = self._selection(where, table)
        if group and select != EVERYTHING:
            raise TableError(where, f"selects the stories of its {name} already; it takes no other selection")
        if group and not self.tagged:
            raise TableError(f"{where}: id", _UNTAGGED)
        if table.limit < 1:
            raise TableError(f"{where}: limit", "must be at least 1")
        if table.max_bytes < 0:
            raise TableError(f"{where}: max_bytes", "must not be less than 0 (0 is no cap)")
        title = self.texts.read(f"{where}: title", table.title)
        if not group:  # One of a topic or a body is called by its label, which is not known here.
            suffix = f" - {table.id}" if select != EVERYTHING else ""
            title = {tag: own or self.site_title[tag] + suffix for tag, own in title.items()}
        return Feed(
            id=table.id,
            title=title,
            select=select,
            limit=table.limit,
            max_bytes=table.max_bytes,
            counterpart_line=_given(table.counterpart_line, defaults.counterpart_line),
            correction_note=_given(table.correction_note, defaults.correction_note),
            archive=_given(table.archive, has_archive(table.id)),
        )

    def _selection(self, where: str, table: SelectionTable) -> Selection:
        for source in table.sources:
            if source not in self.sources:
                raise TableError(f"{where}: sources", f'no source "{source}"{tables.nearest(source, self.sources)}')
        for key in GROUPS:
            if getattr(table, key) and not self.tagged:
                raise TableError(f"{where}: {key}", _UNTAGGED)
        for phrase in table.text:
            if not any(character.isalnum() for character in phrase):
                raise TableError(f"{where}: text", f'"{phrase}" has no letter to look for')
        return Selection(
            sources=tuple(table.sources),
            topics=tuple(table.topics),
            bodies=tuple(table.bodies),
            text=tuple(table.text),
            any=self._nested(f"{where}: any", table.any),
            none=self._nested(f"{where}: not", table.none),
        )

    def _nested(self, where: str, given: Iterable[SelectionTable]) -> tuple[Selection, ...]:
        found = tuple(self._selection(where, table) for table in given)
        if EVERYTHING in found:
            raise TableError(where, "has a table that selects nothing in particular; give it a key")
        return found


def has_archive(feed: str) -> bool:
    """Whether a feed has archive documents where the config does not say."""
    return feed == _ALL or feed.startswith(f"{TOPICS}/")


def _given(value: bool | None, default: bool) -> bool:  # noqa: FBT001 - a value like any other
    return default if value is None else value


def identifier(where: str, given: str) -> None:
    """Check an id of a source or feed.

    Raises:
        TableError: it has other characters than an address may have.
    """
    if not _ID.fullmatch(given):
        raise TableError(where, f'"{given}": expected small letters, digits, "-" and "_"')


def unique(where: str, names: list[str]) -> None:
    """Check that no name stands there twice.

    Raises:
        TableError: one does.
    """
    for name, count in Counter(names).items():
        if count > 1:
            raise TableError(where, f'"{name}" stands there twice')

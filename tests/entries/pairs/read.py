"""Rows of press releases, from JSON Lines or made up by series.py, as entries; and what a pairing got right of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from feedpub.entries import pairing
from feedpub.entries.normalise import normalise
from feedpub.lore import lore
from feedpub.model import Entry, Release

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
AUTHORITY = "www.info.gov.hk"
_FOLDER = Path(__file__).parent


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One release as the sets have it: `pair` is what its two versions share, None where there is only one."""

    id: str
    lang: str
    title: str
    issued_hkt: str
    url: str
    pair: str | None
    text: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a pairing of rows made of them: pairs of ids of rows."""

    true: frozenset[frozenset[str]]
    found: frozenset[frozenset[str]]
    rows: dict[str, Row]

    @property
    def wrong(self) -> list[str]:
        return self._told(self.found - self.true)

    @property
    def missing(self) -> list[str]:
        return self._told(self.true - self.found)

    def _told(self, pairs: Iterable[frozenset[str]]) -> list[str]:
        return sorted(
            " | ".join(
                f"{row.issued_hkt} {row.title}" for row in sorted(map(self.rows.__getitem__, pair), key=_language)
            )
            for pair in pairs
        )


def rows(*names: str) -> list[Row]:
    """The rows of sets, by their names."""
    lines = (line for name in names for line in (_FOLDER / f"{name}.jsonl").read_bytes().splitlines())
    return [msgspec.json.decode(line, type=Row) for line in lines]


def entry(row: Row) -> Entry:
    """The entry of a row."""
    issued = datetime.strptime(row.issued_hkt, "%Y-%m-%d %H:%M").replace(tzinfo=HONG_KONG)
    paragraphs = (line for line in row.text.split("\n") if line.strip())
    return normalise(
        Release(
            source="gov",
            authority=AUTHORITY,
            key=row.id,
            language=row.lang,
            day=issued.date(),
            title=row.title,
            body="".join(f"<p>{escape(line)}</p>" for line in paragraphs),
            url=row.url,
            base=row.url,
            issued=issued,
        )
    )


def outcome(given: Iterable[Row]) -> Outcome:
    """Pair rows by evidence alone."""
    known = {row.id: row for row in given}
    entries = [entry(row) for row in known.values()]
    keys = {one.id: one.key for one in entries}
    halves: dict[str, set[str]] = {}
    for row in known.values():
        if row.pair:
            halves.setdefault(row.pair, set()).add(row.id)
    stories = pairing.stories(entries, lore(), by_links=False)
    return Outcome(
        true=frozenset(frozenset(pair) for pair in halves.values() if len(pair) > 1),
        found=frozenset(frozenset(keys[one] for one in story) for story in stories if len(story) > 1),
        rows=known,
    )


def recall(outcomes: Iterable[Outcome]) -> float:
    """The share of the true pairs that were found, over all of some outcomes."""
    true = found = 0
    for one in outcomes:
        true += len(one.true)
        found += len(one.true & one.found)
    return found / true


def _language(row: Row) -> str:
    return row.lang

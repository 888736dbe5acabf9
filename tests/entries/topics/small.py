"""The small taxonomy of these tests, and entries to tag."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from feedpub.entries.topics import Tagger
from feedpub.evaluate.labelled import labelled_entry
from feedpub.model import Entry
from feedpub.taxonomy import read_gazetteer, read_taxonomy

_FOLDER = Path(__file__).parent
GAZETTEER = read_gazetteer((_FOLDER / "bodies.toml").read_text("utf-8"))
TAXONOMY = read_taxonomy((_FOLDER / "taxonomy.toml").read_text("utf-8"), GAZETTEER)
TAGGER = Tagger(TAXONOMY, GAZETTEER)
ISSUED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def english(title: str, text: str = "") -> Entry:
    return labelled_entry("test", "en/1", "en", title, text, ISSUED)


def chinese(title: str, text: str = "", language: str = "zh-Hant") -> Entry:
    return labelled_entry("test", f"{language}/1", language, title, text, ISSUED)


def topics(*entries: Entry) -> tuple[str, ...]:
    return TAGGER.tag(entries).topics


def body(*entries: Entry) -> str:
    return TAGGER.tag(entries).body

"""The cases of releases/: a folder holds one release file and what is to become of it."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from feedpub.collect.base import Surroundings
from feedpub.collect.files.source import FilesSource
from feedpub.collect.options import FilesOptions
from feedpub.collect.pacer import Pacer
from feedpub.config import Source
from feedpub.configtables import HttpTable
from feedpub.entries.normalise import normalise
from feedpub.model import Release, Validators

ZONE = ZoneInfo("Asia/Hong_Kong")
_RELEASES = Path(__file__).parent / "releases"
_BLOCKS = ("p", "h3", "h4", "h5", "h6", "pre", "li", "caption", "tr", "blockquote")


def cases(*suffixes: str) -> list[Path]:
    """The folders whose release file has one of the endings."""
    return sorted(case for case in _RELEASES.iterdir() if release_file(case).suffix in suffixes)


def release_file(case: Path) -> Path:
    (found,) = (path for path in case.iterdir() if path.name != "expected.json")
    return found


def expectation(case: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    return found


def open_folder(folder: Path, *, language: str = "en", now: datetime, max_bytes: int = 5_000_000) -> FilesSource:
    source = Source(
        id="inbox",
        kind="files",
        authority="feedpub.internal",
        timezone=ZONE,
        schedule=timedelta(minutes=30),
        credits={},
        options=FilesOptions(directory=str(folder), language=language),
    )
    surroundings = Surroundings(
        now=now,
        http=HttpTable(max_page_bytes=max_bytes),
        user_agent="tests",
        languages=("en", "zh-Hant"),
        pacer=Pacer(),
    )
    return FilesSource(source, surroundings)


def read_case(case: Path, folder: Path) -> Release:
    """Put the case's file into a folder of its own, with its time, and read it from there."""
    expected, original = expectation(case), release_file(case)
    copy = folder / original.name
    copy.write_bytes(original.read_bytes())
    modified = datetime.fromisoformat(expected["modified"]).timestamp()
    os.utime(copy, (modified, modified))
    opened = open_folder(
        folder,
        language=expected["folder_language"],
        now=datetime.fromisoformat(expected["now"]),
    )
    (sighting,) = opened.discover(lambda _: None).sightings
    release = opened.read(sighting, Validators()).release
    assert release is not None
    return release


def shown(release: Release) -> dict[str, Any]:
    """A release as `expected.json` describes it."""
    entry = normalise(release)
    return {
        "key": release.key,
        "language": release.language,
        "title": entry.title,
        "issued": entry.published.isoformat(),
        "url": entry.url,
        "markers": list(entry.markers),
        "paragraphs": paragraphs(entry.content),
        "counterpart_keys": list(release.counterpart_keys),
    }


def paragraphs(content: str) -> list[str]:
    """The text of each block; a row of a table is one, its cells parted by bars."""
    root = etree.fromstring(f"<div>{content}</div>", etree.HTMLParser(encoding="utf-8"))
    found = []
    for block in root.iter(*_BLOCKS):
        if block.tag == "tr":
            found.append(" | ".join("".join(cell.itertext()) for cell in block))
        else:
            found.append("".join(block.itertext()))
    return found


def described(expected: dict[str, Any]) -> dict[str, Any]:
    """`expected.json` without what it is read with."""
    return {key: value for key, value in expected.items() if key not in ("about", "folder_language", "now", "modified")}

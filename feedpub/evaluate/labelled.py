"""Labelled files, and labelled releases as entries."""

from __future__ import annotations

from datetime import datetime
from html import escape
from pathlib import Path

from feedpub.collect.hkscs import restore
from feedpub.entries.normalise import normalise
from feedpub.errors import ConfigError, FeedpubError
from feedpub.languages import LANGUAGES
from feedpub.model import Entry, Release


def labelled_text(path: Path) -> str:
    """The text of a file.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        return path.read_text("utf-8-sig")
    except OSError as problem:
        raise ConfigError(f"{path}: cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError as problem:
        raise ConfigError(f"{path}: is not UTF-8 text (byte {problem.start})") from None


def labelled_entry(where: str, key: str, language: str, title: str, text: str, issued: datetime) -> Entry:
    """The entry that a release would become; a line of its text is a paragraph.

    Raises:
        ConfigError: there is no such language, or the title is empty; says `where`.
    """
    if language not in LANGUAGES:
        raise ConfigError(f'{where}: lang: unknown language "{language}"; expected one of {", ".join(LANGUAGES)}')
    release = Release(
        source="labelled",
        authority="labelled.invalid",
        key=key,
        language=language,
        day=issued.date(),
        title=restore(title),
        body="".join(f"<p>{escape(line)}</p>" for line in restore(text).splitlines() if line.strip()),
        issued=issued,
    )
    try:
        return normalise(release)
    except FeedpubError as problem:
        raise ConfigError(f"{where}: {problem}") from None

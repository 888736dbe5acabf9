"""What stories can be about and who can issue them: the taxonomy and the gazetteer that a config names.

They are large, and most runs need only a little of them: what was read is kept in the store until the files change.
"""

from __future__ import annotations

import hashlib
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from feedpub.config import Settings
from feedpub.errors import ConfigError
from feedpub.store import notes
from feedpub.tables import TableError
from feedpub.taxonomy import Body, Gazetteer, Taxonomy, read_gazetteer, read_taxonomy

if TYPE_CHECKING:
    from feedpub.entries.topics import Tagger

_NOTE = "subjects"
_FORMAT = "1"
"""Raised when what is kept in the store is no longer of the form that is read from it."""


class Subjects(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A taxonomy and a gazetteer, with a digest of their files; none of either where stories are not tagged."""

    digest: str = ""
    taxonomy: Taxonomy = Taxonomy(topic=())
    gazetteer: Gazetteer = Gazetteer()

    @cached_property
    def tagger(self) -> Tagger:
        """What tags stories by them."""
        from feedpub.entries.topics import Tagger  # noqa: PLC0415 - a run with nothing new tags nothing

        return Tagger(self.taxonomy, self.gazetteer)

    @cached_property
    def bodies(self) -> dict[str, Body]:
        """The bodies of the gazetteer by their ids."""
        return {body.id: body for body in self.gazetteer.body}

    @cached_property
    def labels(self) -> str:
        """A digest of what is seen of them in feeds: labels and names."""
        topics = [(topic.id, topic.label, topic.iptc) for topic in self.taxonomy.topic]
        bodies = [(body.id, body.name) for body in self.gazetteer.body]
        return hashlib.sha256(
            msgspec.json.encode((self.taxonomy.scheme, topics, self.taxonomy.iptc, bodies)),
        ).hexdigest()


NONE = Subjects()


def read(settings: Settings) -> Subjects:
    """Read the files that a config names.

    Raises:
        ConfigError: one cannot be read or is not as it should be; says the file, the key and what was expected.
    """
    return _parse(settings, _texts(settings)) if settings.taxonomy else NONE


def known(connection: Connection, settings: Settings) -> Subjects:
    """The same, from the store where the files did not change since they were read.

    Raises:
        ConfigError: as for `read`.
    """
    if not settings.taxonomy:
        return NONE
    texts = _texts(settings)
    kept = notes.get(connection, _NOTE)
    if kept.startswith(_digest(texts)):
        return msgspec.json.decode(kept.partition(" ")[2], type=Subjects)
    subjects = _parse(settings, texts)
    notes.put(connection, _NOTE, f"{subjects.digest} {msgspec.json.encode(subjects).decode()}")
    return subjects


def digest(settings: Settings) -> str:
    """The digest of the files that a config names, "" where it names none.

    Raises:
        ConfigError: one cannot be read.
    """
    return _digest(_texts(settings)) if settings.taxonomy else ""


def packaged() -> Subjects:
    """The taxonomy and the gazetteer that come with feedpub."""
    return _read(tuple(packaged_file(name).read_text("utf-8") for name in PACKAGED))


PACKAGED = ("taxonomy.toml", "bodies.toml")


def packaged_file(name: str) -> Path:
    """Where a file of the taxonomy that comes with feedpub is: in the package, or beside it in a checkout."""
    package = Path(str(files("feedpub")))
    place = package / "data" / "topics" / name
    return place if place.is_file() else package.parent / "config" / "topics" / name


def _paths(settings: Settings) -> tuple[Path, ...]:
    return (settings.taxonomy, *settings.bodies) if settings.taxonomy else ()


def _texts(settings: Settings) -> tuple[str, ...]:
    """The texts of the files: that of the taxonomy, then those of the gazetteer."""
    found = []
    for number, path in enumerate(_paths(settings)):
        try:
            found.append(path.read_text("utf-8-sig"))
        except OSError as problem:
            key = "bodies" if number else "taxonomy"
            what = f"a file that [topics] {key} of {settings.path} names; it cannot be read: {problem.strerror}"
            raise ConfigError(f"{path}: {what}") from None
        except UnicodeDecodeError as problem:
            raise ConfigError(f"{path}: is not UTF-8 text (byte {problem.start})") from None
    return tuple(found)


def _digest(texts: tuple[str, ...]) -> str:
    whole = hashlib.sha256(_FORMAT.encode())
    for text in texts:
        whole.update(b"\0" + text.encode())
    return whole.hexdigest()


def _parse(settings: Settings, texts: tuple[str, ...]) -> Subjects:
    try:
        return _read(texts)
    except _FileError as problem:
        raise ConfigError(f"{_paths(settings)[problem.number]}: {problem}") from None


class _FileError(Exception):
    """A file is not as it should be: its number, 0 for the taxonomy."""

    def __init__(self, problem: TableError, number: int) -> None:
        super().__init__(str(problem))
        self.number = number


@lru_cache(maxsize=4)
def _read(texts: tuple[str, ...]) -> Subjects:
    gazetteer = Gazetteer()
    for number, text in enumerate(texts[1:], start=1):
        try:
            gazetteer = read_gazetteer(text, gazetteer)
        except TableError as problem:
            raise _FileError(problem, number) from None
    try:
        taxonomy = read_taxonomy(texts[0], gazetteer)
    except TableError as problem:
        raise _FileError(problem, 0) from None
    return Subjects(digest=_digest(texts), taxonomy=taxonomy, gazetteer=gazetteer)

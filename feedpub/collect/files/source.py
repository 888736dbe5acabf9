"""Kind "files": a folder of .txt, .md and .html releases in one language."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, time
from pathlib import Path

from feedpub.collect import charsets, furniture
from feedpub.collect.base import Discovery, Examined, Reading, Surroundings
from feedpub.collect.files import textdates, textfile, webpage
from feedpub.collect.options import FilesOptions
from feedpub.collect.webaddress import absolute
from feedpub.config import Source
from feedpub.errors import FetchError, GoneError, ReleaseError, SourceError
from feedpub.languages import LANGUAGES, known_tags
from feedpub.model import Measure, Release, Sighting, Validators

_SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm")


def open_source(source: Source, surroundings: Surroundings) -> FilesSource:
    """Open a source of kind "files" for one run."""
    return FilesSource(source, surroundings)


class FilesSource:
    """The release files below a folder. Hidden files and those of other kinds are left alone."""

    def __init__(self, source: Source, surroundings: Surroundings) -> None:
        options: FilesOptions = source.options
        self._source, self._now, self._limit = source, surroundings.now, surroundings.http.max_page_bytes
        self._folder, self._language = Path(options.directory), options.language

    def close(self) -> None:
        """Nothing is kept open."""

    def discover(self, known: Callable[[str], Validators | None]) -> Discovery:  # noqa: ARG002 - files have none
        """List the files; a file's time and size tell whether to read it again."""
        strange: list[str] = []
        try:
            sightings = tuple(self._sighting(path, status) for path, status in sorted(self._files(strange)))
        except OSError as problem:
            raise SourceError(f"{problem.filename}: cannot be read: {problem.strerror}") from None
        by_key: dict[str, list[Sighting]] = {}
        for one in sightings:
            by_key.setdefault(one.key, []).append(one)
        failures = [
            f"{' and '.join(one.address for one in same)}: have the same name, and so the same id; rename all but one"
            for same in by_key.values()
            if len(same) > 1
        ]
        alone = tuple(one for one in sightings if len(by_key[one.key]) == 1)
        return Discovery(sightings=alone, validators={}, failures=(*strange, *failures), complete=True)

    def _files(self, strange: list[str]) -> Iterator[tuple[str, os.stat_result]]:
        """The files that are releases; of those that may not be any, sentences are added to `strange`."""
        home = self._folder.resolve()
        for path, status in _files(self._folder):
            if not _is_text(path):
                name = path.encode("utf-8", "replace").decode()
                strange.append(f"{name}: its name is not UTF-8; rename it")
            elif not Path(path).resolve().is_relative_to(home):
                # Who may put files there may not have feedpub publish any other that it can read.
                strange.append(f"{path}: leads out of the folder; put the file itself there")
            else:
                yield path, status

    def fits(self, address: str) -> bool:
        """Whether a path is below the folder."""
        return Path(address).is_relative_to(self._folder)

    def examine(self, address: str, raw: bytes | None = None, charset: str = "") -> Examined:  # noqa: ARG002 - a file's path says it all
        """Show a file, in the folder or not yet."""
        from feedpub.collect.files import examining  # noqa: PLC0415 - runs of the job do not examine

        path = Path(address)
        try:
            sighting = self._sighting(address, path.stat())
        except OSError as problem:
            raise FetchError(f"{path}: cannot be read: {problem.strerror}") from None
        return examining.examine(path, lambda: self._read(sighting), self._source.timezone, key=sighting.key)

    def _sighting(self, path: str, status: os.stat_result) -> Sighting:
        below = Path(path).is_relative_to(self._folder)
        return Sighting(
            source=self._source.id,
            key=_stem(Path(path).relative_to(self._folder) if below else Path(Path(path).name)),
            language=self._language,
            address=path,
            stamp=f"{status.st_mtime_ns}:{status.st_size}",
        )

    def measure(self, url: str) -> Measure:
        """A folder has no servers to ask."""
        raise FetchError(f"{url}: not asked for")

    def picture(self, url: str, seconds: float) -> bytes:  # noqa: ARG002 - as of `measure`
        """A folder has no servers to ask."""
        raise FetchError(f"{url}: not asked for")

    def read(self, sighting: Sighting, known: Validators) -> Reading:  # noqa: ARG002 - files have none
        """Read one file."""
        return Reading(release=self._read(sighting))

    def _read(self, sighting: Sighting) -> Release:
        path = Path(sighting.address)
        try:
            size = path.stat().st_size
            if size > self._limit:
                raise ReleaseError(f"{path}: {size:,} bytes are more than the limit of {self._limit:,}")
            raw, modified = path.read_bytes(), path.stat().st_mtime
        except OSError as problem:
            kind = GoneError if isinstance(problem, FileNotFoundError) else FetchError
            raise kind(f"{path}: cannot be read: {problem.strerror}") from None
        file_time = datetime.fromtimestamp(modified, self._source.timezone)
        try:
            if path.suffix.lower() in (".html", ".htm"):
                return self._page(raw, sighting, file_time)
            return self._text(raw, sighting, file_time, markdown=path.suffix.lower() != ".txt")
        except ReleaseError as problem:
            raise ReleaseError(f"{path}: {problem}") from None

    def _page(self, raw: bytes, sighting: Sighting, file_time: datetime) -> Release:
        web = webpage.read(raw, self._source.timezone)
        found = web.found
        issued = found.issued or self._day(sighting, found.title + "\n" + web.plain, self._language) or file_time
        return Release(
            source=self._source.id,
            authority=self._source.authority,
            key=f"{self._source.id}/{sighting.key}",
            language=self._language,
            day=issued.date(),
            title=found.title,
            body=found.body,
            url=web.url,
            base=web.url or "",
            issued=issued,
            photos=found.photos,
            attachments=found.attachments,
            videos=found.videos,
            related=found.related,
            counterparts=found.counterparts,
        )

    def _text(self, raw: bytes, sighting: Sighting, file_time: datetime, *, markdown: bool) -> Release:
        text = _plain_text(raw)
        matter, rest = textfile.split_front_matter(text.replace("\r\n", "\n"), self._source.timezone)
        language = matter.language or self._language
        if language not in known_tags():
            raise ReleaseError(f'front matter: language: unknown language "{language}"')
        found = textfile.read(rest, markdown=markdown)
        issued = (
            matter.issued
            or furniture.issue_time(found.tail, self._source.timezone)
            or self._day(sighting, found.title + "\n" + found.plain, language)
            or file_time
        )
        url = matter.url if matter.url not in ("", "#") else found.url
        return Release(
            source=self._source.id,
            authority=self._source.authority,
            key=f"{self._source.id}/{matter.key or sighting.key}",
            language=language,
            day=issued.date(),
            title=found.title,
            body=found.body,
            url=_address(url),
            base=url or "",
            issued=issued,
            counterpart_keys=(matter.counterpart,) if matter.counterpart else (),
        )

    def _day(self, sighting: Sighting, text: str, language: str) -> datetime | None:
        today = self._now.astimezone(self._source.timezone).date()
        day = textdates.in_file_name(Path(sighting.address).name) or textdates.in_text(text, LANGUAGES[language], today)
        return datetime.combine(day, time(), self._source.timezone) if day else None


def _plain_text(raw: bytes) -> str:
    """The text of a text file.

    Raises:
        ReleaseError: it is empty, damaged, or in a charset that cannot be told.
    """
    try:
        return charsets.decode(raw, what="file").text
    except ReleaseError as problem:
        raise ReleaseError(f"{problem}; save it as UTF-8") from None


def _address(url: str | None) -> str | None:
    if not url:
        return None
    address = absolute(None, url)
    if address is None:
        raise ReleaseError(f'url: "{url[:200]}" is not an absolute http(s) address')
    return address


def _is_text(path: str) -> bool:
    """Whether a path is UTF-8: what else there is in it, Python gives as halves of characters."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path))
            elif entry.name.lower().endswith(_SUFFIXES) and entry.is_file():
                yield entry.path, entry.stat()


def _stem(path: Path) -> str:
    """A file's key: its path without the ending."""
    return re.sub(r"\s+", "-", str(path.with_suffix("").as_posix()))

"""Everything in a store as JSON Lines, out of it (`feedpub export`) and into another (`feedpub import`)."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import BufferedReader
from pathlib import Path

from feedpub import existing
from feedpub.config import Settings
from feedpub.errors import ConfigError
from feedpub.publish.directory import Directory
from feedpub.store import lines
from feedpub.store.database import unmigrated

_GZIP = b"\x1f\x8b"
_SUFFIX = ".gz"
_TEMPORARY = ".feedpub-tmp"
_LONGEST = 1 << 28
"""Bytes of a line; far above any row."""
_SQLITE = "sqlite:///"


def export(settings: Settings, write: Callable[[bytes], object]) -> None:
    """Give everything in the store, in one state of it; runs may go on meanwhile.

    Args:
        settings: the config.
        write: takes the bytes, some lines at a time.

    Raises:
        StoreError: there is no store yet, it cannot be used, or it is damaged.
    """
    store = existing.open_store(settings)
    try:
        with store.reading() as connection:
            for some in lines.give(connection):
                write(some)
    finally:
        store.close()


def export_file(settings: Settings, place: Path) -> None:
    """The same into a file, compressed where its name ends in ".gz": whole, or not at all.

    Raises:
        ConfigError: the file cannot be written; the one that was there before still is.
        StoreError: as for `export`.
    """
    beside = place.with_name(f".{place.name}{_TEMPORARY}")
    try:
        with beside.open("wb") as handle:
            if place.name.endswith(_SUFFIX):
                # With no time and name in it, the same store gives the same bytes.
                with gzip.GzipFile("", "wb", fileobj=handle, mtime=0) as packed:
                    export(settings, packed.write)
            else:
                export(settings, handle.write)
            handle.flush()
            os.fsync(handle.fileno())
        beside.replace(place)
    except OSError as problem:
        _remove(beside)
        raise ConfigError(f"{place}: cannot be written: {problem.strerror}") from None
    except BaseException:
        _remove(beside)
        raise


def take_in(settings: Settings, source: Path | None, standard_input: BufferedReader) -> dict[str, int]:
    """Take an export into a store that has nothing yet: all of it, or nothing.

    Args:
        settings: the config.
        source: the file; standard input if there is none.
        standard_input: what it is read from then.

    Returns:
        How many rows there are of each table.

    Raises:
        ConfigError: the store has something already, or the export cannot be read; says what and where.
        LockedError: a run is going on.
        StoreError: the store cannot be used.
    """
    name = str(source) if source else "standard input"
    with ExitStack() as stack:
        given = stack.enter_context(_opened(source)) if source else standard_input
        stack.enter_context(Directory(settings.output).lock())
        stack.enter_context(_clean(settings.store_url))
        connection = stack.enter_context(unmigrated(settings.store_url))
        if not lines.is_empty(connection):
            raise ConfigError(
                f"{settings.store_url}: the store has something in it already, and an import takes an empty one: name "
                f"another in [store] url of {settings.path}, or move this one away"
            )
        try:
            return lines.take(connection, _lines(given))
        except lines.LineError as problem:
            raise ConfigError(f"{name}: {problem}; nothing was stored") from None


@contextmanager
def _opened(place: Path) -> Iterator[BufferedReader]:
    try:
        handle = place.open("rb")
    except OSError as problem:
        raise ConfigError(f"{place}: cannot be read: {problem.strerror}") from None
    with handle:
        yield handle


@contextmanager
def _clean(url: str) -> Iterator[None]:
    """Leave no file of an empty database behind, where there was none and nothing came of it."""
    place = Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None
    fresh = place is not None and not place.exists()
    try:
        yield
    except BaseException:
        if place and fresh:
            for suffix in ("", "-wal", "-shm"):
                _remove(place.with_name(place.name + suffix))
        raise


def _lines(given: BufferedReader) -> Iterator[bytes]:
    """The lines of an export, compressed or not, with their ends.

    Raises:
        LineError: it cannot be read on.
    """
    number = 0
    try:
        packed = given.peek(len(_GZIP))[: len(_GZIP)] == _GZIP
        source: gzip.GzipFile | BufferedReader = gzip.GzipFile(fileobj=given) if packed else given
        while line := source.readline(_LONGEST):
            number += 1
            if len(line) == _LONGEST:
                raise lines.LineError(f"line {number}: has no end; this is no export")
            yield line
    except EOFError:
        raise lines.LineError(f"ends in the middle after line {number}: it was cut off; take another copy") from None
    except (OSError, zlib.error) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise lines.LineError(f"cannot be read after line {number}: {reason}") from None


def _remove(place: Path) -> None:
    with suppress(OSError):
        place.unlink(missing_ok=True)


def told(counts: dict[str, int]) -> str:
    """What was taken in, for people."""
    some = [f"{count} {name}" for name, count in counts.items() if name in ("entry", "story", "revision", "sighting")]
    return f"imported {sum(counts.values())} rows: {', '.join(some)}"

"""Publishing to a directory: whole files or none, unchanged ones untouched, one run at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from feedpub.errors import LockedError, PublishError
from feedpub.model import Document

_TEMPORARY = ".feedpub-tmp"


class Directory:
    """The output directory."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the directory for one run.

        The lock is on the directory itself (flock), so nothing is left behind, whatever ends the run.

        Raises:
            LockedError: another run holds it.
            PublishError: the directory cannot be made or opened.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as problem:
            raise PublishError(f"{self.root}: the output directory cannot be used: {problem.strerror}") from None
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise LockedError(f"{self.root}: another run holds the output directory") from None
            yield
        finally:
            os.close(handle)

    def size(self, path: str) -> int | None:
        """The size of a published file in bytes; None if there is none."""
        try:
            return self._place(path).stat().st_size
        except OSError:
            return None

    def write(self, document: Document) -> bool:
        """Publish a document: a temporary file, synced, then renamed over the old one.

        Returns:
            False if the file already has these bytes; it is then not touched, so that ETag and Last-Modified stay.

        Raises:
            PublishError: it cannot be written; the old file is still there.
        """
        place = self._place(document.path)
        temporary = place.with_name(f".{place.name}{_TEMPORARY}")
        try:
            if place.is_file() and place.stat().st_size == len(document.body) and place.read_bytes() == document.body:
                return False
            place.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as handle:
                handle.write(document.body)
                handle.flush()
                os.fsync(handle.fileno())
            temporary.replace(place)
            _sync(place.parent)
        except OSError as problem:
            with suppress(OSError):
                temporary.unlink()
            raise PublishError(f"{place}: cannot be written: {problem.strerror}") from None
        return True

    def _place(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or any(part in ("..", ".") or "\0" in part for part in parts):
            raise PublishError(f'"{path}" is not a path below the output directory')
        return self.root.joinpath(*parts)


def _sync(folder: Path) -> None:
    """Make a rename last through a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

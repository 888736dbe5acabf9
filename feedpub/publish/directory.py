"""Publishing to a directory: whole files or none, unchanged ones untouched, one run at a time."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from feedpub.errors import LockedError, PublishError
from feedpub.model import Document
from feedpub.publish import encodings

_TEMPORARY = ".feedpub-tmp"
"""How the names of temporary files end, and the name of the mark that there may be some."""

_OF_THE_DISK = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ENODEV, errno.ENOTCONN, errno.ESTALE}
)
"""Errors that the next document meets as well."""
_MOST_FAILED = 3


class Directory:
    """The output directory; `compress` are the encodings in which each document is written as well."""

    def __init__(self, root: Path, compress: tuple[str, ...] = ()) -> None:
        self.root, self.compress = root, compress
        self._held = self._marked = False
        self._failed = 0

    @property
    def is_out_of_order(self) -> bool:
        """Whether no more can be written: several times in a row the disk was full, read-only, away or broken."""
        return self._failed >= _MOST_FAILED

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the directory for one run.

        The lock is on the directory itself (flock), so it ends with the run, whatever ends that. What a run left
        behind that was killed is taken away.

        Raises:
            LockedError: another run holds it.
            PublishError: the directory cannot be made or opened.
        """
        try:
            _make(self.root)
            handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as problem:
            raise PublishError(f"{self.root}: the output directory cannot be used: {problem.strerror}") from None
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise LockedError(f"{self.root}: another run holds the output directory") from None
            self._tidy()
            self._held = True
            yield
            self._unmark()
        finally:
            self._held = False
            os.close(handle)

    def size(self, path: str) -> int | None:
        """The size of a published file in bytes; None if there is none."""
        try:
            return self._place(path).stat().st_size
        except OSError:
            return None

    def digest(self, path: str) -> str:
        """The SHA-256 of a published file's bytes; "" where there is none that can be read."""
        try:
            return hashlib.sha256(self._place(path).read_bytes()).hexdigest()
        except OSError:
            return ""

    def count(self, folder: str, suffix: str) -> int:
        """How many files with an ending are in a folder."""
        try:
            with os.scandir(self._place(folder)) as entries:
                return sum(entry.name.endswith(suffix) for entry in entries)
        except OSError:
            return 0

    def names(self, folder: str) -> frozenset[str]:
        """What is in a folder; nothing where there is none."""
        try:
            with os.scandir(self._place(folder)) as entries:
                return frozenset(entry.name for entry in entries)
        except OSError:
            return frozenset()

    def modified(self, folder: str) -> int:
        """When something was last put into a folder or taken out, in nanoseconds; 0 where there is none."""
        try:
            return self._place(folder).stat().st_mtime_ns
        except OSError:
            return 0

    def write(self, document: Document) -> bool:
        """Publish a document: temporary files, synced, then renamed over the old ones; the compressed ones first.

        The compressed files have the document's own time, so that it is the same whichever a server sends. One of an
        encoding that is no longer wanted goes.

        Returns:
            False if the file already has these bytes; it is then not touched, so that ETag and Last-Modified stay.

        Raises:
            PublishError: it cannot be written; the old file is still there.
        """
        place = self._place(document.path)
        try:
            same = (
                place.is_file() and place.stat().st_size == len(document.body) and place.read_bytes() == document.body
            )
            if same:
                self._compress(place, document, place.stat().st_mtime_ns)
                return False
            _make(place.parent)
            self._mark()
            with _replacing(place, document.body) as temporary:
                self._compress(place, document, temporary.stat().st_mtime_ns)
            _sync(place.parent)
        except OSError as problem:
            self._failed += problem.errno in _OF_THE_DISK
            raise PublishError(f"{place}: cannot be written: {problem.strerror}") from None
        self._failed = 0
        return True

    def remove(self, path: str) -> None:
        """Take a document off the directory, and its compressed files; nothing, if it is not there.

        Raises:
            PublishError: it cannot be removed.
        """
        place = self._place(path)
        try:
            for suffix in ("", *encodings.SUFFIXES.values()):
                place.with_name(place.name + suffix).unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as problem:
            raise PublishError(f"{place}: cannot be removed: {problem.strerror}") from None

    def _compress(self, place: Path, document: Document, modified: int) -> None:
        """Write the compressed files beside a document, where they are not there with its time.

        They come first: a server that finds them sends a whole document in any case, and a run that is killed between
        them and the document finds this one unlike what it publishes.
        """
        compress = self.compress if encodings.gain(document.media_type) else ()
        for encoding, suffix in encodings.SUFFIXES.items():
            beside = place.with_name(place.name + suffix)
            if encoding not in compress:
                beside.unlink(missing_ok=True)
            elif not (beside.is_file() and beside.stat().st_mtime_ns == modified):
                self._mark()
                with _replacing(beside, encodings.COMPRESS[encoding](document.body)) as temporary:
                    os.utime(temporary, ns=(modified, modified))

    def _mark(self) -> None:
        """Leave a mark before a run's first temporary file, so that one that is left behind is looked for."""
        if self._held and not self._marked:
            (self.root / _TEMPORARY).touch()
            self._marked = True

    def _unmark(self) -> None:
        with suppress(OSError):
            (self.root / _TEMPORARY).unlink(missing_ok=True)
            self._marked = False

    def _tidy(self) -> None:
        """Take away the temporary files of a run that could not do so itself."""
        if not (self.root / _TEMPORARY).exists():
            return
        for folder, _, names in os.walk(self.root):
            for name in names:
                if name.startswith(".") and name.endswith(_TEMPORARY) and name != _TEMPORARY:
                    with suppress(OSError):
                        Path(folder, name).unlink()
        self._unmark()

    def _place(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or any(part == ".." or "\0" in part for part in parts):
            raise PublishError(f'"{path}" is not a path below the output directory')
        return self.root.joinpath(*parts)


@contextmanager
def _replacing(place: Path, body: bytes) -> Iterator[Path]:
    """A temporary file with some bytes that takes a file's place in the end."""
    temporary = place.with_name(f".{place.name}{_TEMPORARY}")
    try:
        with temporary.open("wb") as handle:
            handle.write(body)
            handle.flush()
            os.fsync(handle.fileno())
        yield temporary
        temporary.replace(place)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _make(folder: Path) -> None:
    """Make a folder and those that it is in, so that they last through a power cut."""
    missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in missing:
        _sync(one.parent)


def _sync(folder: Path) -> None:
    """Make what was put into a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

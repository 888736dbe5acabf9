"""The output directory, looked at against what should be in it: by comparing, and by putting right what is not so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock

from feedpub.errors import PublishError
from feedpub.model import Document
from feedpub.publish import encodings
from feedpub.publish.directory import _TEMPORARY, Directory

MARK = _TEMPORARY
"""The name of the file that says that there may be temporary ones."""
_ASIDE = ".aside"
"""Behind the name of what stood in the way of a document and is not feedpub's."""


class Comparing(Directory):
    """Documents that are published here are only compared with what there is; nothing is changed.

    `wanted` are the paths of all files that should be there, `found` what is wrong, by path.
    """

    def __init__(self, root: Path, compress: tuple[str, ...] = ()) -> None:
        super().__init__(root, compress)
        self.wanted = set[str]()
        self.found: dict[str, str] = {}
        self.moved: list[str] = []

    def write(self, document: Document) -> bool:
        """Compare a document with its file, and with the compressed ones beside it.

        Returns:
            Whether anything is not as it should be.
        """
        said = self._look(document)
        if said:
            self.found[document.path] = said
        return bool(said)

    def remove(self, path: str) -> None:
        """Leave it where it is."""

    def _tidy(self) -> None:
        """Leave temporary files where they are; `leftovers` has them."""

    def _mark(self) -> None:
        """Nothing is written."""

    def _unmark(self) -> None:
        """Nothing was written."""

    def _look(self, document: Document) -> str:
        """What is wrong with a document's files; "" if nothing is."""
        place = self._place(document.path)
        self.wanted.add(document.path)
        compress = self.compress if encodings.gain(document.media_type) else ()
        self.wanted.update(document.path + encodings.SUFFIXES[encoding] for encoding in compress)
        said = _difference(place, document.body)
        if said:
            return said
        for encoding in compress:
            suffix = encodings.SUFFIXES[encoding]
            beside = place.with_name(place.name + suffix)
            said = _beside(beside, encoding, document.body)
            if not said and beside.stat().st_mtime_ns != place.stat().st_mtime_ns:
                said = "has another time than the document"
            if said:
                return f"its {suffix} {said}"
        return ""

    def leftovers(self) -> list[str]:
        """The temporary files that were left behind."""
        names = ((path, path.rpartition("/")[2]) for path in self.files())
        # One that is called by nothing else is the mark of this run.
        return [
            path for path, name in names if name.startswith(".") and name.endswith(_TEMPORARY) and path != _TEMPORARY
        ]

    def files(self) -> Iterator[str]:
        """All files, and links that lead nowhere; folders that are links are not entered."""
        for folder, _, names in os.walk(self.root):
            above = Path(folder).relative_to(self.root).as_posix()
            yield from (name if above == "." else f"{above}/{name}" for name in names)


class Mending(Comparing):
    """The same, and what is not as it should be is written. What stands in the way is put aside, never deleted."""

    def __init__(self, root: Path, compress: tuple[str, ...] = ()) -> None:
        super().__init__(root, compress)
        self._clearing = Lock()

    def write(self, document: Document) -> bool:
        """Write a document where anything is not as it should be.

        Returns:
            Whether that was so. A file with the right bytes is not touched.

        Raises:
            PublishError: it cannot be written.
        """
        if not super().write(document):
            return False
        place = self._place(document.path)
        try:
            with self._clearing:
                self._make_way(place)
            for encoding in self.compress:
                beside = place.with_name(place.name + encodings.SUFFIXES[encoding])
                self._clear(beside)
                if beside.is_file() and _beside(beside, encoding, document.body):
                    beside.unlink()
        except OSError as problem:
            self.found.pop(document.path)
            raise PublishError(f"{place}: cannot be written: {problem.strerror}") from None
        try:
            Directory.write(self, document)
        except PublishError:
            self.found.pop(document.path)
            raise
        return True

    def remove(self, path: str) -> None:
        """Take a document off the directory.

        Raises:
            PublishError: it cannot be removed.
        """
        Directory.remove(self, path)

    def _mark(self) -> None:
        Directory._mark(self)  # noqa: SLF001 - its own

    def _unmark(self) -> None:
        Directory._unmark(self)  # noqa: SLF001 - its own

    def take_away(self, path: str) -> bool:
        """Delete a file; False where that cannot be."""
        try:
            self._place(path).unlink(missing_ok=True)
        except (OSError, PublishError):
            return False
        return True

    def _make_way(self, place: Path) -> None:
        """Have folders where there should be folders, and no folder where there should be a file."""
        for folder in reversed(place.relative_to(self.root).parents):
            above = self.root / folder
            if above.is_symlink() and not above.exists():
                above.unlink()
            elif os.path.lexists(above) and not above.is_dir():
                self._put_aside(above)
        self._clear(place)

    def _clear(self, place: Path) -> None:
        if place.is_dir() and not place.is_symlink():
            with suppress(OSError):
                place.rmdir()
            if place.exists():
                self._put_aside(place)
        elif (place.is_symlink() and not place.is_file()) or (place.exists() and not os.access(place, os.R_OK)):
            place.unlink()

    def _put_aside(self, place: Path) -> None:
        names = (f"{place.name}{_ASIDE}{number or ''}" for number in range(1000))
        target = next(one for name in names if not os.path.lexists(one := place.with_name(name)))
        place.rename(target)
        self.moved.append(str(target.relative_to(self.root)))


def _difference(place: Path, body: bytes) -> str:
    """What is wrong with a file that should have some bytes; "" if nothing is."""
    if place.is_symlink() and not place.exists():
        return "leads nowhere (a link)"
    if place.is_dir():
        return "is a folder"
    try:
        held = place.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return "is missing"
    except OSError as problem:
        return f"cannot be read ({problem.strerror})"
    if held == body:
        return ""
    return "is not as it should be" if held else "is empty"


def _beside(beside: Path, encoding: str, body: bytes) -> str:
    """What is wrong with a compressed file, which has to give the document's bytes; "" if nothing is."""
    said = _difference(beside, b"\0")
    if said != "is not as it should be":
        return said
    return "" if encodings.decompressed(encoding, beside.read_bytes()) == body else "is not that of the document"

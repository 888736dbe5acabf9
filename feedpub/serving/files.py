"""The path of a request -> an open file of the output directory, or none."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from feedpub.publish.encodings import SUFFIXES

INDEX = "index.html"
_WELL_KNOWN = ".well-known"
_ABSOLUTE = re.compile(rb"https?://[^/?#]*", re.IGNORECASE)
_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Folder(NamedTuple):
    """A folder with an index that was asked for without its last slash."""


class Opened(NamedTuple):
    """A file that is open: whatever takes its place from now on, this one is whole.

    `path` is that of the document, below the output directory; `encoding` says that the file is the compressed one of
    it. `modified` is in nanoseconds. `handle` has to be closed.
    """

    path: str
    handle: int
    size: int
    modified: int
    tag: str
    encoding: str = ""


def names(raw: bytes) -> tuple[str, ...] | None:
    """The names in the path of a request, the last one "" for a folder; None for one that cannot be a document's.

    A path means what it says: nothing is resolved or put right, so that no two servers can read it in two ways. A name
    has no slash in it, however it is written.
    """
    absolute = _ABSOLUTE.match(raw)  # Also "GET http://news.example.hk/": RFC 9112, 3.2.2.
    path = raw[absolute.end() :] or b"/" if absolute else raw
    if not path.startswith(b"/"):
        return None
    try:
        found = tuple(unquote_to_bytes(name).decode() for name in path[1:].split(b"/"))
    except UnicodeDecodeError:
        return None
    if not all(found[:-1]) or any("/" in name or "\0" in name for name in found):
        return None
    return found


def _shown(path: Sequence[str]) -> bool:
    """Whether a path may be a document's.

    Names that begin with a dot are files being written, or lead upwards; /.well-known/ is for certificates. Compressed
    files are sent in place of their documents only.
    """
    rest = path[1:] if path[0] == _WELL_KNOWN and len(path) > 1 else path
    return not any(name.startswith(".") for name in rest) and not path[-1].endswith(tuple(SUFFIXES.values()))


def find(root: Path, path: Sequence[str], encodings: Sequence[str] = ()) -> Opened | Folder | None:
    """Open what is at a path.

    Args:
        root: the output directory, without symbolic links in its own path.
        path: as `names` gives it.
        encodings: those that a compressed file may be in, the best first.

    Returns:
        None where there is nothing, or nothing that is shown: what is not a file, may not be read, or is a symbolic
        link to elsewhere.
    """
    wanted = (*path[:-1], path[-1] or INDEX)
    real = _real(root, wanted) if _shown(wanted) else None
    if real is None:
        return None
    document = _opened(real)
    if document is None:
        with suppress(OSError):
            if path[-1] and stat.S_ISREG((real / INDEX).lstat().st_mode):
                return Folder()
        return None
    handle, status = document
    where = "/".join(wanted)
    for encoding in encodings:
        beside = _opened(real.with_name(real.name + SUFFIXES[encoding]))
        if beside is None:
            continue
        # One that is older is of an earlier version, one that is newer of the version that is just being written.
        if beside[1].st_mtime_ns == status.st_mtime_ns:
            os.close(handle)
            return _as_opened(where, *beside, encoding)
        os.close(beside[0])
    return _as_opened(where, handle, status)


def _real(root: Path, path: Sequence[str]) -> Path | None:
    """Where a path is once links are followed; None if that is not in the directory, or is not shown."""
    try:
        real = Path(os.path.realpath(root.joinpath(*path), strict=True))
    except OSError:
        return None
    return real if real.is_relative_to(root) and real != root and _shown(real.relative_to(root).parts) else None


def _opened(place: Path) -> tuple[int, os.stat_result] | None:
    """Open a file, and look at what was opened; None if it is not there, or is anything but a file."""
    try:
        handle = os.open(place, _OPEN)
    except OSError:
        return None
    status = os.fstat(handle)
    if stat.S_ISREG(status.st_mode):
        return handle, status
    os.close(handle)
    return None


def _as_opened(path: str, handle: int, status: os.stat_result, encoding: str = "") -> Opened:
    # A clock may stand still between two versions of one size; they are then still two files.
    version = f"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"
    tag = f'"{version}-{encoding}"' if encoding else f'"{version}"'
    return Opened(path, handle, status.st_size, status.st_mtime_ns, tag, encoding)

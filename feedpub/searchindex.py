"""The files of search indexes: put into the output directory, taken away.

An index is whole at any time: its files are named after what is in them, and what names them is written last. Those
that it does not name any more are taken away when it is made anew once more, as a visitor may still be reading them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from feedpub import indexing
from feedpub.errors import SearchError
from feedpub.model import Document
from feedpub.publish.directory import Directory
from feedpub.site.search import FOLDER, LIBRARY, Record

PATIENCE = 300.0
"""Seconds that an index may take."""
_ENTRY = "pagefind-entry.json"
_PARTS = ("", "index/", "fragment/", "filter/")
"""Where an index's files are below its folder."""
_SUFFIXES = (".pf_meta", ".pf_index", ".pf_fragment", ".pf_filter")
"""The files of an index; pagefind writes ready-made parts of pages besides, which are not used."""
_GZIP, _JAVASCRIPT, _JSON = "application/gzip", "text/javascript", "application/json"
_STEMLESS = "unknown"


def entry(name: str) -> str:
    """The path of what names the files of an index."""
    return f"{FOLDER}/{name}/{_ENTRY}"


def write(
    directory: Directory, name: str, records: Iterable[Record], stems: str, left: Iterable[str]
) -> tuple[str, ...]:
    """Make an index, in place of the one of this name.

    Args:
        directory: the output directory.
        name: of the index's folder.
        records: what is in it.
        stems: the language whose inflections are taken off words, "" for none.
        left: files that the index before did not name; they go.

    Returns:
        The files in its folder that the index does not name.

    Raises:
        SearchError: it could not be made.
        PublishError: a file cannot be written.
    """
    language = stems or _STEMLESS
    made = indexing.index(records, language, PATIENCE)
    names = {one for one in made if one.endswith(_SUFFIXES)}
    try:
        reader, entry_ = f"wasm.{language}.pagefind", _shared(made[_ENTRY], language)
        first = {f"{FOLDER}/{reader}": (made[reader], _GZIP), LIBRARY: (made[LIBRARY.rpartition("/")[2]], _JAVASCRIPT)}
    except (msgspec.DecodeError, LookupError, TypeError, AttributeError):
        raise SearchError("pagefind made files of another form than expected") from None
    files = first | {f"{FOLDER}/{name}/{one}": (made[one], _GZIP) for one in sorted(names)}
    for path, (body, media_type) in (files | {entry(name): (entry_, _JSON)}).items():
        directory.write(Document(path=path, media_type=media_type, body=body))
    tidy(directory, name, set(left) - names)
    return tuple(sorted(_files(directory, name) - names))


def tidy(directory: Directory, name: str, files: Iterable[str]) -> None:
    """Take files of an index away.

    Raises:
        PublishError: one cannot be removed.
    """
    for one in files:
        directory.remove(f"{FOLDER}/{name}/{one}")


def remove(directory: Directory, name: str) -> None:
    """Take an index away.

    Raises:
        PublishError: a file cannot be removed.
    """
    tidy(directory, name, (_ENTRY, *sorted(_files(directory, name))))


def digest(directory: Directory, name: str, left: Iterable[str]) -> str:
    """A digest of an index's files as they are in the output directory.

    Args:
        directory: the output directory.
        name: of the index's folder.
        left: files in it that the index does not name.
    """
    return _digest(directory, [entry(name), *(f"{FOLDER}/{name}/{one}" for one in _files(directory, name) - set(left))])


def digest_of_readers(directory: Directory) -> str:
    """The same of the programs that read indexes."""
    return _digest(directory, readers(directory))


def _digest(directory: Directory, paths: Iterable[str]) -> str:
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(f"{path} {directory.digest(path)}\n".encode())
    return whole.hexdigest()


def readers(directory: Directory) -> list[str]:
    """The paths of the programs that read indexes in a browser."""
    return [f"{FOLDER}/{one}" for one in sorted(directory.names(FOLDER)) if one.endswith((".pagefind", ".js"))]


def _files(directory: Directory, name: str) -> set[str]:
    """The files of an index that are there, and those that it does not name any more."""
    return {
        part + one for part in _PARTS for one in directory.names(f"{FOLDER}/{name}/{part}") if one.endswith(_SUFFIXES)
    }


def _shared(named: bytes, language: str) -> bytes:
    """What names an index's files, with the reader that all indexes share: it is loaded once.

    Pagefind looks for "wasm.{…}.pagefind" in the index's own folder; a browser takes ".." out of an address.
    """
    told = msgspec.json.decode(named)
    for one in told["languages"].values():
        one["wasm"] = f"/../../wasm.{language}"
    return msgspec.json.encode(told)

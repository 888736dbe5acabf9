"""The status page: written when what it tells changed, and each hour for its times; else a run has a few look-ups."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from feedpub import __version__
from feedpub.config import Settings
from feedpub.model import Document
from feedpub.publish.directory import Directory
from feedpub.publishing import Attempts, Outcome
from feedpub.report import Problem
from feedpub.store import notes, tallies
from feedpub.store.database import Store
from feedpub.subjects import Subjects

if TYPE_CHECKING:
    from feedpub.site.statusdata import State

_NOTE = "status page"
_RENDERING = "1"
"""Raised when a change of the program changes what the page shows."""
_HOUR = timedelta(hours=1)
_NAME = "status"


class Note(msgspec.Struct, frozen=True):
    """What the published page was made of: digests of what may change it and of what it tells, and when it was written.

    `sizes` are those of the documents, in bytes, and `digests` the SHA-256 of them, by their paths.
    """

    signs: str = ""
    told: str = ""
    at: datetime | None = None
    sizes: dict[str, int] = {}
    digests: dict[str, str] = {}


_decode = msgspec.json.Decoder(Note).decode


def publish(
    store: Store,
    settings: Settings,
    subjects: Subjects,
    directory: Directory,
    now: datetime,
    failed: tuple[Problem, ...] = (),
) -> Outcome:
    """Publish the status page where what it tells is not as it was, its files are gone, or it is more than an hour old.

    Args:
        store: the store.
        settings: the config.
        subjects: the taxonomy and the gazetteer.
        directory: the output directory.
        now: the run's time.
        failed: the documents that the run could not write.
    """
    with store.reading() as connection:
        kept = notes.get(connection, _NOTE)
        signs = _signs(settings, subjects, tallies.change(connection, [one.id for one in settings.sources]), failed)
    note = _decode(kept) if kept else Note()
    stands = _stands(note, directory, now)
    if stands and note.signs == signs:
        return Outcome((), len(note.sizes), ())

    attempts = Attempts(directory)
    fresh: list[State] = []
    attempts.attempt(_NAME, lambda: fresh.append(_state(store, settings, subjects, now, len(failed))))
    for state in fresh:
        told = _told(state, settings)
        if stands and note.told == told:
            attempts.unchanged += len(note.sizes)
            _keep(store, msgspec.structs.replace(note, signs=signs))
        elif documents := _write(settings, state, attempts):
            sizes = {one.path: len(one.body) for one in documents}
            digests = {one.path: hashlib.sha256(one.body).hexdigest() for one in documents}
            _keep(store, Note(signs, told, now, sizes, digests))
    return attempts.outcome


def again(connection: Connection) -> None:
    """Have the page written again by the next publishing."""
    notes.drop(connection, _NOTE)


def digests(connection: Connection) -> dict[str, str]:
    """The SHA-256 of the documents as they were published last, by their paths; it is not known of older ones."""
    text = notes.get(connection, _NOTE)
    try:
        return _decode(text).digests if text else {}
    except msgspec.MsgspecError:
        return {}


# What reads all and renders is imported late: a run with nothing new needs none of it.


def _state(store: Store, settings: Settings, subjects: Subjects, now: datetime, unwritten: int) -> State:
    from feedpub import statusfacts  # noqa: PLC0415 - see above

    with store.reading() as connection:
        return statusfacts.state(connection, settings, subjects, now, unwritten)


def _told(state: State, settings: Settings) -> str:
    from feedpub.site.statusdata import timeless  # noqa: PLC0415 - see above

    return _digest(_around(settings), timeless(state))


def _render(settings: Settings, state: State) -> tuple[Document, ...]:
    from feedpub.site import status  # noqa: PLC0415 - see above
    from feedpub.sitewide import site  # noqa: PLC0415 - see above

    return status.documents(site(settings), state)


def _signs(settings: Settings, subjects: Subjects, change: object, failed: tuple[Problem, ...]) -> str:
    """A digest of all that changes what the page tells, but for times."""
    return _digest(_around(settings), settings.collected, settings.timezone.key, subjects.labels, change, failed)


def _around(settings: Settings) -> tuple[object, ...]:
    """What is around all that it tells."""
    sources = [(source.id, source.kind, source.credits) for source in settings.sources]
    frame = settings.base_url, settings.title, settings.languages, settings.compress, settings.search
    return _RENDERING, __version__, *frame, sources


def _stands(note: Note, directory: Directory, now: datetime) -> bool:
    """Whether the published page is not too old, and all there."""
    if note.at is None or not timedelta() <= now - note.at <= _HOUR:
        return False
    return all(directory.size(path) == size for path, size in note.sizes.items())


def _write(settings: Settings, state: State, attempts: Attempts) -> list[Document]:
    """Write all documents, and give them; none where one could not be written: the next run tries again."""
    documents: list[Document] = []
    whole = attempts.attempt(_NAME, lambda: documents.extend(_render(settings, state)))
    for document in documents:
        whole &= attempts.attempt(document.path, partial(attempts.write, document))
    return documents if whole else []


def _keep(store: Store, note: Note) -> None:
    with store.transaction() as connection:
        notes.put(connection, _NOTE, msgspec.json.encode(note).decode())


def _digest(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()

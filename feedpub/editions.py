"""From the store to published editions: which have to be rendered again, and what each holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection

from feedpub import __version__
from feedpub.config import Settings
from feedpub.errors import FeedpubError, StoreError, fault
from feedpub.model import Document, Edition, Feed
from feedpub.publish.directory import Directory
from feedpub.report import Problem
from feedpub.store import entries, published
from feedpub.store.database import Store

_RENDERING = "1"
"""Raised when a change of the program changes what it writes, so that everything is rendered again."""


class Outcome(msgspec.Struct, frozen=True):
    """What publishing came to: the paths written, how many documents were left as they were, and what failed."""

    written: tuple[str, ...]
    unchanged: int
    failed: tuple[Problem, ...]


def publish_editions(store: Store, settings: Settings, directory: Directory) -> Outcome:
    """Render the editions whose entries, settings or files changed since they were published, and publish them."""
    written: list[str] = []
    failed: list[Problem] = []
    unchanged = 0
    with store.transaction() as connection:
        before = published.all_documents(connection, "feeds/")
        for feed, language in _editions(settings):
            path = f"feeds/{feed.id}/{language}"
            basis = _basis(connection, settings, feed, language)
            current = [name for name, known in before.items() if name.rpartition(".")[0] == path]
            if current and all(_stands(before[name], basis, directory.size(name)) for name in current):
                unchanged += len(current)
                continue
            try:
                fresh = _render(connection, settings, feed, language)
                changed = [document.path for document in fresh if directory.write(document)]
                written += changed
                unchanged += len(fresh) - len(changed)
                # Only now: where one of its documents failed, the edition is rendered again next run.
                for document in fresh:
                    _record(connection, document, basis)
            except StoreError:
                raise
            except FeedpubError as problem:
                failed.append(Problem(path, str(problem)))
            except Exception as problem:  # noqa: BLE001 - one edition may not stop the others
                failed.append(Problem(path, fault(problem)))
    return Outcome(tuple(written), unchanged, tuple(failed))


def _editions(settings: Settings) -> Iterator[tuple[Feed, str]]:
    for feed in settings.feeds:
        for language in settings.languages:
            yield feed, language


def _basis(connection: Connection, settings: Settings, feed: Feed, language: str) -> str:
    """A digest of all that an edition is made of: the program's rendering, the settings, the last change."""
    parts = (
        _RENDERING,
        __version__,
        settings.base_url,
        settings.title,
        settings.languages,
        feed,
        [(source.id, source.credits) for source in settings.sources],
        entries.last_change(connection, language),
    )
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _stands(known: published.Published, basis: str, size: int | None) -> bool:
    return known.basis == basis and known.size == size


def _render(connection: Connection, settings: Settings, feed: Feed, language: str) -> list[Document]:
    from feedpub import feeds  # noqa: PLC0415 - a run with nothing new renders nothing

    edition = build(connection, settings, feed, language)
    return feeds.documents(edition, f"feeds/{feed.id}/{language}")


def build(connection: Connection, settings: Settings, feed: Feed, language: str) -> Edition:
    """An edition as the store has it now."""
    # Topics are not tagged yet, so a feed of topics holds nothing.
    found = () if feed.topics else entries.newest(connection, language, feed.sources, feed.limit)
    shown = feed.sources or tuple(source.id for source in settings.sources)
    return Edition(
        feed=feed,
        language=language,
        address=f"{settings.base_url}feeds/{feed.id}/{language}",
        home=settings.base_url,
        site_title=settings.title[language],
        site_languages=settings.languages,
        credits={source.id: source.credits[language] for source in settings.sources if source.id in shown},
        entries=found,
    )


def _record(connection: Connection, document: Document, basis: str) -> None:
    digest = hashlib.sha256(document.body).hexdigest()
    published.record(
        connection,
        document.path,
        document.media_type,
        published.Published(digest, len(document.body), basis),
    )

"""The pages of stories: which have to be written, and writing them.

A story's page is written when one of its entries was stored, moved or tagged otherwise, when what all pages are made of
changed, and when its file is gone. Which pages have to be written is kept in the store until they are, so that a run
that ends early leaves the rest to the next one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import Connection

from feedpub import __version__
from feedpub.config import Settings
from feedpub.entries.addresses import path_of
from feedpub.model import Document
from feedpub.publish.directory import Directory
from feedpub.publishing import Attempts, Outcome
from feedpub.report import Problem
from feedpub.store import notes, pages
from feedpub.store.database import Store
from feedpub.store.pages import Page
from feedpub.subjects import Subjects

if TYPE_CHECKING:
    from feedpub.storyviews import InLanguage, Lead, Told

_RENDERING = "2"
"""Raised when a change of the program changes how stories' pages look, so that all are written again."""
_NOTE = "pages"
"""What all pages were made of when they were marked last, and the run that marked them."""
_SEEN = "pages' folders"
"""The folders of the newest months and their times, when it was looked whether files are gone."""
_AT_ONCE = 250
"""Stories that are read at once: while their pages are written, others may use the store."""
_WRITERS = 8
"""Files that are written at once: a disk takes the same time for several as for one until they are safe."""
_MONTHS = 2
"""The newest months whose files are looked at each run."""
_STORIES = "stories"


def publish(
    store: Store,
    settings: Settings,
    subjects: Subjects,
    directory: Directory,
    run: int,
    stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Write the pages of stories that have to be; what fails costs its page only, and is tried again next run.

    Args:
        store: the store.
        settings: the config.
        subjects: the taxonomy and the gazetteer.
        directory: the output directory.
        run: the run's number.
        stop: is asked now and then whether to leave the rest to the next run.
    """
    attempts = Attempts(directory)
    with store.transaction() as connection:
        attempts.failed += _Marking(connection, settings, directory, run).mark(_basis(settings, subjects))
        due = bool(pages.due(connection, "", 1))
    if due:
        _Writing(store, settings, subjects, attempts).write(stop)
    return attempts.outcome


class _Begun(NamedTuple):
    """The pages of a story that are being written, and whether all could be rendered."""

    page: Page
    whole: bool
    writes: list[tuple[Document, Future[bool]]]


class _Writing:
    """Writes pages, some stories at a time. What renders is imported here: a run with nothing new needs none of it."""

    def __init__(self, store: Store, settings: Settings, subjects: Subjects, attempts: Attempts) -> None:
        from feedpub import sitewide, storyviews  # noqa: PLC0415 - see above

        self.store, self.settings, self.attempts = store, settings, attempts
        self._read = storyviews.read
        self.views = storyviews.StoryViews(settings, subjects, sitewide.site(settings))

    def write(self, stop: Callable[[], bool]) -> None:
        """Write the pages that are due, and take note of it every now and then."""
        before = ""
        with ThreadPoolExecutor(_WRITERS) as pool:
            while not stop():
                with self.store.reading() as connection:
                    batch = pages.due(connection, before, _AT_ONCE)
                    found = self._read(connection, self.settings, batch)
                if not batch:
                    return
                begun = [self._begin(page, found[page.story], pool) for page in batch if page.story in found]
                # A story that has no page any more is done with as well.
                failed = {one.page.story for one in begun if not self._wait(one)}
                with self.store.transaction() as connection:
                    pages.settle(connection, [page for page in batch if page.story not in failed])
                before = batch[-1].story

    def _begin(self, page: Page, one: Told | Lead, pool: Executor) -> _Begun:
        """Render a story's page in each language, and begin to write them."""
        made: list[InLanguage] = []
        writes: list[tuple[Document, Future[bool]]] = []

        def begin(render: InLanguage, language: str) -> None:
            document = render(language)
            writes.append((document, pool.submit(self.attempts.directory.write, document)))

        whole = self.attempts.attempt(page.path, lambda: made.append(self.views.pages(page.path, one)))
        for render in made:
            for language in self.settings.languages:
                whole &= self.attempts.attempt(f"{language}/{page.path}", partial(begin, render, language))
        return _Begun(page, whole, writes)

    def _wait(self, begun: _Begun) -> bool:
        """Wait until a story's pages are written; False if one could not be rendered or written."""
        whole = begun.whole
        for document, written in begun.writes:
            whole &= self.attempts.attempt(document.path, partial(self._count, document, written))
        return whole

    def _count(self, document: Document, written: Future[bool]) -> None:
        self.attempts.count(document, written=written.result())


class _Marking:
    """Finds out which pages have to be written, in one transaction."""

    def __init__(self, connection: Connection, settings: Settings, directory: Directory, run: int) -> None:
        self.connection, self.settings, self.directory, self.run = connection, settings, directory, run

    def mark(self, basis: str) -> list[Problem]:
        """Mark them; gives what cannot have a page.

        Args:
            basis: a digest of what all pages are made of.
        """
        known, _, last = notes.get(self.connection, _NOTE).partition(" ")
        problems: list[Problem] = []
        if known != basis:
            pages.mark_all(self.connection, self.run)
            problems = self._stories(pages.every(self.connection))
            notes.put(self.connection, _NOTE, f"{basis} {self.run}")
        else:
            changed = pages.changed(self.connection, int(last))
            if changed:
                problems = self._stories(changed)
                notes.put(self.connection, _NOTE, f"{basis} {self.run}")
        self._gone()
        return problems

    def _stories(self, found: Mapping[str, str]) -> list[Problem]:
        """Mark stories, each with its month; those of no month only where they have a page."""
        known = pages.known(self.connection, found)
        pages.mark(self.connection, known, self.run)
        fresh = {story: path_of(story, month) for story, month in found.items() if month and story not in known}
        owners = pages.owners(self.connection, fresh.values())
        problems: list[Problem] = []
        adding: dict[str, str] = {}
        for story, path in sorted(fresh.items()):
            owner = owners.setdefault(path, story)
            if owner == story:
                adding[story] = path
            else:
                problems.append(Problem(path, f"is the page of {owner}; {story} gets none"))
        pages.add(self.connection, adding, self.run)
        return problems

    def _gone(self) -> None:
        """Mark the pages whose files are gone: those of the newest months, or all if a language has none any more.

        Folders that nothing was taken out of since they were looked at are not looked at again.
        """
        months, tags = pages.newest_months(self.connection, _MONTHS), self.settings.languages
        if months and not all(self.directory.names(f"{tag}/{_STORIES}") for tag in tags):
            pages.mark_all(self.connection, self.run)
            return
        folders = {tag: [f"{tag}/{_STORIES}/{month.replace('-', '/')}" for month in months] for tag in tags}
        times = [self.directory.modified(folder) for some in folders.values() for folder in some]
        seen = msgspec.json.encode((months, folders, times)).decode()
        if notes.get(self.connection, _SEEN) == seen:
            return
        for number, month in enumerate(months):
            standing = pages.standing(self.connection, month)
            for tag in tags:
                there = self.directory.names(folders[tag][number])
                gone = [path for path in standing if path.rpartition("/")[2] not in there]
                pages.mark_paths(self.connection, gone, self.run)
        notes.put(self.connection, _SEEN, seen)


def _basis(settings: Settings, subjects: Subjects) -> str:
    """A digest of what all pages are made of: the program, and the settings and labels that they show."""
    main = settings.feeds[0]
    parts = (
        _RENDERING,
        __version__,
        settings.base_url,
        settings.title,
        settings.languages,
        sorted(settings.derive.items()),
        settings.compress,
        settings.images,
        settings.search,
        (main.id, main.title),
        [(source.id, source.credits) for source in settings.sources],
        subjects.labels,
    )
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()

"""What is common to all that publishes documents: whatever fails costs its own document only, and is told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from functools import partial

import msgspec

from feedpub.errors import FeedpubError, StoreError, fault
from feedpub.model import Document
from feedpub.publish.directory import Directory
from feedpub.report import Problem

WRITERS = 4
"""Documents that are written at once."""
_MOST_BYTES, _MOST_BEGUN = 16_000_000, 64
"""What is held for them: bytes of documents, and groups of them."""


class Outcome(msgspec.Struct, frozen=True):
    """What publishing came to: the paths written, how many documents were left as they were, and what failed."""

    written: tuple[str, ...]
    unchanged: int
    failed: tuple[Problem, ...]


def together(*outcomes: Outcome) -> Outcome:
    """What several parts of a run came to, as one."""
    return Outcome(
        tuple(path for one in outcomes for path in one.written),
        sum(one.unchanged for one in outcomes),
        tuple(problem for one in outcomes for problem in one.failed),
    )


class Attempts:
    """Writes documents to a directory, one by one, and counts what came of it."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.written: list[str] = []
        self.failed: list[Problem] = []
        self.unchanged = self.left = 0

    @property
    def outcome(self) -> Outcome:
        """What it came to so far."""
        failed = list(self.failed)
        if self.left:
            what = f"{self.left} more not tried, as the disk can take none; the next run goes on"
            failed.append(Problem(str(self.directory.root), what))
        return Outcome(tuple(self.written), self.unchanged, tuple(failed))

    def write(self, document: Document) -> None:
        """Publish a document.

        Raises:
            PublishError: it cannot be written.
        """
        self.count(document, written=self.directory.write(document))

    def count(self, document: Document, *, written: bool) -> None:
        """Count a document that was published, or left as it was."""
        if written:
            self.written.append(document.path)
        else:
            self.unchanged += 1

    def attempt(self, path: str, publish: Callable[[], None]) -> bool:
        """Do something for a document; what fails is told, and costs that document only.

        Where the disk can take no document any more, no further one is tried.

        Raises:
            StoreError: the store cannot be used.
        """
        if self.directory.is_out_of_order:
            self.left += 1
            return False
        try:
            publish()
        except StoreError:
            raise
        except FeedpubError as problem:
            self.failed.append(Problem(path, str(problem)))
        except Exception as problem:  # noqa: BLE001 - one document may not stop the others
            self.failed.append(Problem(path, fault(problem)))
        else:
            return True
        return False


class Several:
    """Writes documents several at a time: waiting for the disk is most of it. What comes of them is told in order.

    Args:
        attempts: counts what comes of them.
        pool: writes them.
    """

    def __init__(self, attempts: Attempts, pool: Executor) -> None:
        self.attempts, self.pool = attempts, pool
        self._begun = deque[tuple[list[tuple[Document, Future[bool]]], Callable[[], None]]]()
        self._size = 0

    def write(self, documents: Iterable[Document], done: Callable[[], None]) -> None:
        """Begin to write documents.

        Args:
            documents: the documents.
            done: called once all of them are written, by this thread, in a later call; never where one fails.
        """
        writes = [(document, self.pool.submit(self.attempts.directory.write, document)) for document in documents]
        self._begun.append((writes, done))
        self._size += sum(len(document.body) for document, _ in writes)
        while self._size > _MOST_BYTES or len(self._begun) > _MOST_BEGUN:
            self._settle()

    def finish(self) -> None:
        """Wait until everything is written."""
        while self._begun:
            self._settle()

    def _settle(self) -> None:
        writes, done = self._begun.popleft()
        whole = True
        for document, written in writes:
            whole &= self.attempts.attempt(document.path, partial(self._count, document, written))
            self._size -= len(document.body)
        if whole:
            done()

    def _count(self, document: Document, written: Future[bool]) -> None:
        self.attempts.count(document, written=written.result())

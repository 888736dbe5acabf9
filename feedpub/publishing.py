"""What is common to all that publishes documents: whatever fails costs its own document only, and is told."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from feedpub.errors import FeedpubError, StoreError, fault
from feedpub.model import Document
from feedpub.publish.directory import Directory
from feedpub.report import Problem


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
        self.unchanged = 0

    @property
    def outcome(self) -> Outcome:
        """What it came to so far."""
        return Outcome(tuple(self.written), self.unchanged, tuple(self.failed))

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

        Raises:
            StoreError: the store cannot be used.
        """
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

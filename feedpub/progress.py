"""How far a run is, for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from rich import progress as rich


class Progress(Protocol):
    """Who wants to know how far a run is."""

    def begin(self, what: str, total: int) -> None:
        """A piece of work begins: a source, or "stories"; with so many releases or stories."""

    def advance(self, count: int = 1) -> None:
        """Some of them are done."""


class NoBar:
    """Shows nothing: nobody is watching."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def begin(self, what: str, total: int) -> None:
        """Say nothing."""

    def advance(self, count: int = 1) -> None:
        """Say nothing."""


class Bar(NoBar):
    """A progress bar on standard error, gone when the run ends. rich is loaded when there is something to show."""

    def __init__(self) -> None:
        self._progress: rich.Progress | None = None
        self._task: rich.TaskID | None = None

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def begin(self, what: str, total: int) -> None:
        """A piece of work begins, with so many releases or stories."""
        if self._progress is None:
            from rich import progress as rich  # noqa: PLC0415 - see the class
            from rich.console import Console  # noqa: PLC0415

            self._progress = rich.Progress(
                rich.TextColumn("{task.description}"),
                rich.BarColumn(),
                rich.MofNCompleteColumn(),
                rich.TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.start()
        self._task = self._progress.add_task(what, total=total)

    def advance(self, count: int = 1) -> None:
        """Some of them are done."""
        if self._progress and self._task is not None:
            self._progress.advance(self._task, count)

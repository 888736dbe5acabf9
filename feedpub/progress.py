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


class PastProgress:
    """How far a backfill is; shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def begin(self, what: str, parts: int) -> None:
        """A source begins, with so many parts of its past to read."""

    def advance(self) -> None:
        """A part is read."""

    def read(self, count: int) -> None:
        """So many releases were read or failed."""


_WIDE = 90
"""Columns of a terminal that has room for the bar beside the figures."""


class PastBar(PastProgress):
    """A bar on standard error: lists of all lists, releases, releases a second, the time that is left."""

    def __init__(self) -> None:
        from rich import progress as rich  # noqa: PLC0415 - only a person at a terminal needs it
        from rich.console import Console  # noqa: PLC0415 - as above

        console = Console(stderr=True)
        self._bar = rich.Progress(
            rich.TextColumn("{task.description}"),
            *([rich.BarColumn()] if console.width >= _WIDE else []),
            rich.TextColumn("{task.completed}/{task.total} lists, {task.fields[pages]} releases{task.fields[rate]}"),
            rich.TimeRemainingColumn(elapsed_when_finished=True),
            console=console,
            speed_estimate_period=600,
        )
        self._task: rich.TaskID | None = None
        self._pages = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begin(self, what: str, parts: int) -> None:
        """A source begins: a bar of its own."""
        self._pages = 0
        self._task = self._bar.add_task(what, total=parts, pages=0, rate="")

    def advance(self) -> None:
        """A list is read."""
        if self._task is not None:
            self._bar.advance(self._task)

    def read(self, count: int) -> None:
        """Releases were read."""
        self._pages += count
        if self._task is not None:
            seconds = self._bar.tasks[-1].elapsed or 0.0
            rate = f", {self._pages / seconds:.3g}/s" if seconds >= 1 else ""
            self._bar.update(self._task, pages=self._pages, rate=rate)


class ReleasesOf(NoBar):
    """Tells a backfill's progress of the releases of one part."""

    def __init__(self, whole: PastProgress) -> None:
        self._whole = whole

    def advance(self, count: int = 1) -> None:
        """Some releases are read."""
        self._whole.read(count)

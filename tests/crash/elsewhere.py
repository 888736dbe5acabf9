"""Runs of feedpub in processes of their own, forked from one that has all modules, so that each costs little.

python -m tests.crash.elsewhere        (lines of JSON: an order in, what became of it out)
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import pkgutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

import feedpub
from feedpub import cli, editions, storypages
from tests.crash import failing

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 600.0


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A command to run in a folder.

    `at` and `then` are what goes wrong there (failing.py); `after` are seconds until the process is killed, 0 if it is
    not. `single` has documents written one by one, so that events come in the same order each time.
    """

    folder: str
    arguments: tuple[str, ...]
    at: int = 0
    then: str = "kill"
    once: bool = True
    after: float = 0.0
    single: bool = True


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it: the exit code, or the signal as a negative number; what it said; its events; seconds.

    `note` says at which event it was killed, and what was not synced then.
    """

    code: int
    said: str
    events: tuple[str, ...] = ()
    note: str = ""
    seconds: float = 0.0


class Elsewhere:
    """Has commands run elsewhere."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def run(
        self,
        folder: Path,
        *arguments: str,
        at: int = 0,
        then: str = "kill",
        once: bool = True,
        after: float = 0.0,
        single: bool = True,
    ) -> Outcome:
        """Run a command; gives what became of it."""
        order = Order(folder=str(folder), arguments=arguments, at=at, then=then, once=once, after=after, single=single)
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        asked.write(msgspec.json.encode(order) + b"\n")
        asked.flush()
        return msgspec.json.decode(answers.readline(), type=Outcome)


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """A process that runs commands."""
    command = [sys.executable, "-m", "tests.crash.elsewhere"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT)
    with process:
        yield Elsewhere(process)
        assert process.stdin is not None
        process.stdin.close()


def _run(order: Order) -> Outcome:
    """Run a command in a child of this process, and wait for it."""
    said, told, note = (Path(order.folder, name) for name in ("said", "told", "note"))
    for place in (said, told, note):
        place.unlink(missing_ok=True)
    started = time.monotonic()
    child = os.fork()
    if not child:
        code = 70
        try:
            code = _command(order, said, told, note)
        finally:
            os._exit(code)
    if order.after:
        time.sleep(order.after)
        os.kill(child, signal.SIGKILL)
    else:
        until = time.monotonic() + _PATIENCE
        while not os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if time.monotonic() > until:
                os.kill(child, signal.SIGKILL)
            time.sleep(0.002)
    _, status = os.waitpid(child, 0)
    return Outcome(
        code=os.waitstatus_to_exitcode(status),
        said=_read(said),
        events=msgspec.json.decode(_read(told) or "[]", type=tuple[str, ...]),
        note=_read(note),
        seconds=round(time.monotonic() - started, 3),
    )


def _read(place: Path) -> str:
    return place.read_text("utf-8") if place.exists() else ""


def _command(order: Order, said: Path, told: Path, note: Path) -> int:
    with said.open("w", encoding="utf-8") as output:
        sys.stdout = sys.stderr = output
        sys.argv = ["feedpub", *order.arguments]
        os.chdir(order.folder)
        # One by one, events come in the same order each time.
        if order.single:
            editions.WRITERS = storypages._WRITERS = 1  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        # Nothing cuts the power here but failing.py, and a disk takes longer than all else.
        os.fsync = lambda _: None  # type: ignore[assignment]
        watch = failing.watch(Path(order.folder), order.at, order.then, once=order.once) if order.at >= 0 else None
        if watch:
            watch.note = note
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        if watch:
            watch.at = 0
            told.write_bytes(msgspec.json.encode(watch.names))
        return code


def _load() -> None:
    """Import all that a run may need, so that a child need not."""
    for found in pkgutil.walk_packages(feedpub.__path__, "feedpub."):
        with contextlib.suppress(ImportError):
            importlib.import_module(found.name)


def main() -> None:
    """Run what is asked for until there is no more."""
    _load()
    orders, answers = sys.stdin.buffer, io.FileIO(os.dup(1), "w")
    for line in iter(orders.readline, b""):
        answers.write(msgspec.json.encode(_run(msgspec.json.decode(line, type=Order))) + b"\n")


if __name__ == "__main__":
    main()

"""Running a command of the operator's: it gets its time and no more, and what it says is heard if it fails."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from feedpub.characters import clean
from feedpub.errors import FeedpubError

_MOST_BYTES = 4_096
_MOST_LINES = 5
_LOOK_EVERY = 0.1
"""Seconds. A command is over when it ends, though something that it left running may still hold its output."""
_GRACE = 5.0


class CommandError(FeedpubError):
    """A command that could not be started, took too long, or says that it failed."""


def run(command: Sequence[str], given: str, more: Mapping[str, str], *, folder: Path, timeout: float) -> None:
    """Run a command to its end. No shell reads it, and it gets none of our open files.

    Args:
        command: the program and its arguments; one without a slash is looked for in PATH.
        given: what it can read from standard input.
        more: variables for its environment, besides our own.
        folder: where it runs.
        timeout: seconds after which it is killed, with what it started.

    Raises:
        CommandError: it did not end with 0; with the last lines that it wrote. The message names the program only, as
            arguments may hold a password.
    """
    program = command[0]
    try:
        with tempfile.TemporaryFile() as handle:
            handle.write(given.encode("utf-8", "replace"))
            handle.seek(0)
            process = subprocess.Popen(  # noqa: S603 - the operator wrote it
                command,
                stdin=handle,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**os.environ, **more},
                start_new_session=True,
            )
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise CommandError(f"{program}: cannot be started: {reason}") from None
    until = time.monotonic() + timeout
    try:
        said = _listen(process, until)
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(until - time.monotonic(), 0))
        code = process.poll()
    finally:
        _finish(process)
    if code is None:
        raise CommandError(f"{program}: took longer than {timeout:g} s and was ended{_quoted(said)}")
    if code < 0:
        raise CommandError(f"{program}: was ended by {_signal(-code)}{_quoted(said)}")
    if code > 0:
        raise CommandError(f"{program}: ended with exit code {code}{_quoted(said)}")


def _listen(process: subprocess.Popen[bytes], until: float) -> bytes:
    """The end of what a command writes until it ends or its time is over."""
    assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
    output = process.stdout.fileno()
    said = b""
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while (left := until - time.monotonic()) > 0:
            if selector.select(min(left, _LOOK_EVERY)):
                heard = os.read(output, 65_536)
                if not heard:
                    break
                said = (said + heard)[-_MOST_BYTES:]
            elif process.poll() is not None:
                break
    return said


def _finish(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing behind of a command whose time is over; what one that ended left running may go on."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)  # Not for ever: one that runs as another user cannot be killed.
    if process.stdout is not None:
        process.stdout.close()


def _quoted(said: bytes) -> str:
    """The last lines as the end of a message."""
    lines = [line for line in (clean(one).strip() for one in said.decode("utf-8", "replace").splitlines()) if line]
    return f": {' / '.join(lines[-_MOST_LINES:])}" if lines else ""


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

"""What can go wrong at the borders of a program: every file, rename, removal, fsync and SQL commit is an event.

    watch(folder, at=17, then=KILL)

from there on counts the events below a folder, and at the 17th has the process killed, or the operation fail. Files are
seen by Python's audit hooks, whoever opens them; the bytes of a written file are two events, so that it may be cut in
the middle. SQLite's own files are seen at its commits and statements.
"""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import sqlite3
import sqlite3.dbapi2
import sys
from pathlib import Path
from typing import Any

KILL, POWER, FULL, READ_ONLY, BROKEN, NO_ROOM = "kill", "power", "full", "read-only", "broken", "no room"
"""SIGKILL; the same, and what was not synced is lost; errors: no space, a read-only file system, input/output;
no space for the output, which is on a disk of its own."""
_ERRORS = {FULL: errno.ENOSPC, READ_ONLY: errno.EROFS, BROKEN: errno.EIO, NO_ROOM: errno.ENOSPC}
_SQLITE = {
    FULL: "database or disk is full",
    READ_ONLY: "attempt to write a readonly database",
    BROKEN: "disk I/O error",
}
_CHANGES = {"os.rename": 1, "os.remove": 0, "os.mkdir": 0, "os.rmdir": 0, "os.utime": 0, "os.truncate": 0}
"""Audited operations that change a directory, and which of their arguments says where."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Watch:
    """Counts the events of this process.

    Args:
        folder: below which files are looked at.
        at: the event at which something goes wrong; 0 is none.
        then: what.
        once: whether only that event fails; else all from there on do, as on a disk that is full.
    """

    def __init__(self, folder: Path, at: int, then: str, *, once: bool = True) -> None:
        self.folder, self.at, self.then, self.once = f"{folder}/", at, then, once
        self.count = 0
        self.names: list[str] = []
        self._busy = False
        self._unsynced: dict[str, list[tuple[str, str, bytes | None]]] = {}
        self.note = folder / "note"

    def event(self, name: str) -> None:
        """Something is about to be done. Raises OSError, or never returns, where it is not to be."""
        self.count += 1
        self.names.append(name)
        if not self.at or (self.count != self.at if self.once else self.count < self.at):
            return
        if self.then in (KILL, POWER):
            lost = [step for steps in self._unsynced.values() for step in steps] if self.then == POWER else []
            self._busy = True
            told = [name, [(kind, path, None if old is None else old.hex()) for kind, path, old in lost]]
            self.note.write_text(json.dumps(told), "utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(_ERRORS[self.then], os.strerror(_ERRORS[self.then]))

    def audit(self, name: str, args: tuple[Any, ...]) -> None:
        """An audit hook."""
        if self._busy:
            return
        if name == "open":
            path, _, flags = args
            if not (isinstance(path, str | os.PathLike) and isinstance(flags, int) and flags & _WRITING):
                return
        elif name in _CHANGES:
            path = args[_CHANGES[name]]
        else:
            return
        if not isinstance(path, str | os.PathLike) or not (place := os.fspath(path)).startswith(self.folder):
            return
        self._busy = True
        try:
            self.event(f"{name} {place.removeprefix(self.folder)}")
            self._remember(name, place)
        finally:
            self._busy = False

    def _remember(self, name: str, place: str) -> None:
        """Keep what a directory's entry was until the directory is synced: a power cut may bring it back."""
        if self.then != POWER or name not in ("os.rename", "os.mkdir", "os.remove"):
            return
        if name == "os.mkdir" and Path(place).exists():
            return  # It is going to fail.
        try:
            old = Path(place).read_bytes()
        except OSError:
            old = None
        self._unsynced.setdefault(os.path.dirname(place), []).append((name, place, old))  # noqa: PTH120 - a text

    def synced(self, handle: int) -> None:
        """A file or a directory is synced: what was done in a directory stands."""
        self.event("fsync")
        self._busy = True
        try:
            self._unsynced.pop(os.readlink(f"/proc/self/fd/{handle}"), None)  # noqa: PTH115 - a text
        finally:
            self._busy = False

    def sql(self, what: str) -> None:
        """A database is about to commit, or to be written."""
        if self.then == NO_ROOM:
            return
        try:
            self.event(what)
        except OSError:
            raise sqlite3.OperationalError(_SQLITE[self.then]) from None


class _Written(io.BufferedWriter):
    """A file whose bytes are written in two halves."""

    watch: Watch

    def write(self, data: Any) -> int:
        half = len(data) // 2
        super().write(data[:half])
        super().flush()
        self.watch.event(f"write {os.path.basename(str(self.name))}")  # noqa: PTH119 - a text
        return half + super().write(data[half:])


def watch(folder: Path, at: int = 0, then: str = KILL, *, once: bool = True) -> Watch:
    """Watch what this process does from here on; it cannot be undone, so the process should be one of its own."""
    found = Watch(folder, at, then, once=once)
    sys.addaudithook(found.audit)
    opened, connected = io.open, sqlite3.dbapi2.connect

    def halves(file: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if mode not in ("wb", "xb") or not str(file).startswith(found.folder):
            return opened(file, mode, *rest, **more)
        handle = _Written(io.FileIO(file, mode))
        handle.watch = found
        return handle

    class Connection(sqlite3.Connection):
        def commit(self) -> None:
            if self.in_transaction:
                found.sql("commit")
            super().commit()

        def cursor(self, *args: Any, **more: Any) -> Any:
            return super().cursor(_Cursor, *args, **more) if not args else super().cursor(*args, **more)

    class _Cursor(sqlite3.Cursor):
        def execute(self, statement: str, *args: Any) -> Any:
            if statement.startswith(("INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "BEGIN IMMEDIATE")):
                found.sql(f"sql {statement[:40]}")
            return super().execute(statement, *args)

    io.open = halves
    os.fsync = found.synced  # type: ignore[assignment]
    sqlite3.dbapi2.connect = lambda *args, **more: connected(*args, **{"factory": Connection, **more})
    return found

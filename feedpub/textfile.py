"""At the end of a run: its metrics as a file for the textfile collector of node_exporter."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import msgspec

from feedpub.config import Settings
from feedpub.errors import ConfigError, LockedError
from feedpub.report import RunReport
from feedpub.store.database import Store

_TEMPORARY = ".feedpub-tmp"
_MODE = 0o644
"""The collector is another user."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW

# What the metrics are made with is imported late: most sites have no file for them.


def tell(store: Store, settings: Settings, report: RunReport, number: int) -> RunReport:
    """Write the metrics as they are after a run, where the config names a file for them.

    Args:
        store: the store.
        settings: the config.
        report: of the run; it need not be kept yet.
        number: of the run.

    Returns:
        The report; with a warning where the file could not be written.
    """
    if settings.metrics is None:
        return report
    try:
        from feedpub import metrics  # noqa: PLC0415 - see above

        with store.reading() as connection:
            found = msgspec.structs.replace(metrics.read(connection, settings, report.at), runs=number)
        facts = metrics.Facts(last=metrics.of_report(report), store=found)
        write(settings.metrics, metrics.exposition(facts))
    except Exception as problem:  # noqa: BLE001 - the run is done; nothing of it may be lost for want of metrics
        warning = f"{settings.metrics}: the metrics cannot be written: {_reason(problem)}; see [metrics] textfile"
        return msgspec.structs.replace(report, warnings=(*report.warnings, warning))
    return report


@contextmanager
def telling_failure(settings: Settings, now: datetime) -> Iterator[None]:
    """Write the metrics of a run that ends with an error; of one that finds another going on, that one does."""
    started = time.monotonic()
    try:
        yield
    except LockedError:
        raise
    except Exception as problem:
        if settings.metrics is not None:
            with suppress(Exception):  # What is told is why the run failed.
                _write_failure(settings.metrics, settings, now, time.monotonic() - started, problem)
        raise


def write(place: Path, content: bytes) -> None:
    """Write a file for the collector: it sees the old one or the new one, whole, and does not read the temporary one.

    Raises:
        OSError: it cannot be written; the old file is still there.
    """
    temporary = place.with_name(f".{place.name}{_TEMPORARY}")
    temporary.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(temporary, _NEW, _MODE), "wb") as handle:
            os.fchmod(handle.fileno(), _MODE)  # Whatever the umask is.
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(place)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_failure(place: Path, settings: Settings, now: datetime, seconds: float, problem: Exception) -> None:
    from feedpub import metrics  # noqa: PLC0415 - see above

    code = 2 if isinstance(problem, ConfigError) else 1
    last = metrics.LastRun(at=now, seconds=round(seconds, 3), exit_code=code)
    found = metrics.look(settings, now)
    write(place, metrics.exposition(msgspec.structs.replace(found, last=last)))


def _reason(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    return f"{type(problem).__name__}: {problem}"

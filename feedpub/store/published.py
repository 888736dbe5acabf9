"""What was published, what it was made of, and how the runs and sources went."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, desc, func, insert, select, update

from feedpub.store import notes
from feedpub.store.schema import document as documents
from feedpub.store.schema import run as runs
from feedpub.store.schema import source as sources

_RUNS_KEPT = 100
_BEGUN = "run"
"""A note in the store: the number of the last run that began."""


class Published(msgspec.Struct, frozen=True):
    """A document as it was published: the SHA-256 of its bytes, their number, and the basis that it was made of."""

    digest: str
    size: int
    basis: str


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """How a source went: times as the store writes them, empty where there is none yet; the standing problem.

    `expected` is what is expected of it (JSON), `not_before` until when it asked to be left alone.
    """

    last_run: str = ""
    last_success: str = ""
    problem: str = ""
    expected: str = ""
    not_before: str = ""


def all_documents(connection: Connection, prefix: str) -> dict[str, Published]:
    """What was published below a path."""
    query = select(documents).where(documents.c.path.startswith(prefix, autoescape=True))
    return {row.path: Published(row.digest, row.size, row.basis) for row in connection.execute(query)}


def record(connection: Connection, path: str, media_type: str, published: Published) -> None:
    """Take note of a published document."""
    connection.execute(delete(documents).where(documents.c.path == path))
    connection.execute(
        insert(documents).values(
            path=path,
            media_type=media_type,
            digest=published.digest,
            size=published.size,
            basis=published.basis,
        ),
    )


def next_run(connection: Connection) -> int:
    """The number of the run that begins next."""
    begun = notes.get(connection, _BEGUN)
    return max(int(begun or 0), connection.execute(select(func.max(runs.c.id))).scalar() or 0) + 1


def begin_run(connection: Connection) -> int:
    """Begin a run; gives its number. No other has it, though this one be killed before its report is kept."""
    number = next_run(connection)
    notes.put(connection, _BEGUN, str(number))
    return number


def record_run(connection: Connection, number: int, at: str, report: str) -> None:
    """Keep a run's report (JSON), and the last hundred."""
    connection.execute(insert(runs).values(id=number, at=at, report=report))
    connection.execute(delete(runs).where(runs.c.id <= number - _RUNS_KEPT))


def last_report(connection: Connection) -> str | None:
    """The last run's report (JSON)."""
    return connection.execute(select(runs.c.report).order_by(desc(runs.c.id)).limit(1)).scalar()


def source_states(connection: Connection) -> dict[str, SourceState]:
    """How the sources went."""
    return {
        row.id: SourceState(
            last_run=row.last_run,
            last_success=row.last_success,
            problem=row.problem,
            expected=row.expected,
            not_before=row.not_before,
        )
        for row in connection.execute(select(sources))
    }


def record_source(
    connection: Connection, identifier: str, at: str, problem: str, expected: str = "", not_before: str = ""
) -> None:
    """Take note of how a source went this time; `problem` is empty when it went well."""
    state = connection.execute(select(sources.c.last_success).where(sources.c.id == identifier)).first()
    success = at if not problem else (state[0] if state else "")
    values = {"last_run": at, "last_success": success, "problem": problem}
    values |= {"expected": expected, "not_before": not_before}
    if state is None:
        connection.execute(insert(sources).values(id=identifier, **values))
    else:
        connection.execute(update(sources).where(sources.c.id == identifier).values(**values))

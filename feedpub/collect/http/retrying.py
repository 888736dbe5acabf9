"""Tries again what may go well the next time: with growing waits that no two installations share, or as asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from feedpub.errors import TemporaryError

LONGEST_WAIT = 30.0
"""Seconds that a run waits before it tries again; who asks for more is left alone (`TemporaryError.after`)."""
_MOST_ASKED_FOR = 24 * 3600.0
_T = TypeVar("_T")


def tried(once: Callable[[], _T], *, attempts: int, wait: float, left: Callable[[], float]) -> _T:
    """What a request gives, tried again where it fails for now.

    Args:
        once: makes the request; raises TemporaryError where it may go well the next time.
        attempts: how many there are in all.
        wait: seconds before the second; it doubles, and a random part is added.
        left: gives the seconds that there still are for all of it.

    Raises:
        TemporaryError: no attempt went well.
    """
    try:
        return once()
    except TemporaryError as problem:
        if attempts == 1 or not _is_worth_waiting(problem, wait, left()):
            raise
        first: TemporaryError | None = problem
    import stamina  # noqa: PLC0415 - what goes well at once needs none
    from stamina.instrumentation import set_on_retry_hooks  # noqa: PLC0415 - as above

    # By itself it logs each to standard output, which is for data. What fails in the end is in the report.
    set_on_retry_hooks(())
    made = 0

    def again() -> _T:
        nonlocal first
        if first:  # The attempt before.
            failed, first = first, None
            raise failed
        return once()

    def on(problem: Exception) -> bool | float:
        nonlocal made
        made += 1
        # As long as stamina may wait: twice as long each time, and the random part.
        longest = wait * (2 ** (made - 1) + 1)
        if not isinstance(problem, TemporaryError) or not _is_worth_waiting(problem, longest, left()):
            return False
        return problem.after or True

    for attempt in stamina.retry_context(
        on, attempts=attempts, timeout=None, wait_initial=wait, wait_max=LONGEST_WAIT, wait_jitter=wait
    ):
        with attempt:
            return again()
    raise AssertionError  # stamina raises what the last attempt did.


def _is_worth_waiting(problem: TemporaryError, wait: float, left: float) -> bool:
    """Whether to wait: as long as is asked for, or else as long as it may be, but not past the deadline."""
    return problem.after <= LONGEST_WAIT and (problem.after or min(wait, LONGEST_WAIT)) < left


def asked_for(header: str, date: str) -> float:
    """The seconds that a Retry-After header asks to wait (RFC 9110, 10.2.3): seconds, or a date; 0 if it says neither.

    Args:
        header: its value.
        date: the answer's Date header, so that a server whose clock is wrong is understood; "" for our clock.
    """
    text = header.strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), _MOST_ASKED_FOR)
    then = _moment(text)
    if then is None:
        return 0.0
    now = _moment(date) or datetime.now(UTC)
    return min(max((then - now).total_seconds(), 0.0), _MOST_ASKED_FOR)


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

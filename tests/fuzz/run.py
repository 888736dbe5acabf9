"""One run of the fuzzer: texts are changed and read, and whatever should not have come of it is told."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from types import FrameType

from tests.fuzz import mutate
from tests.fuzz.targets import Target

SLOW = 1.0
"""Seconds of the processor that one text may take; and the factor of them after which it is ended."""
_PATIENCE = 20.0


class HangError(BaseException):
    """A text took so long that it was ended. No reader catches it."""


@dataclass(frozen=True)
class Finding:
    """A text that broke its reader, the seed of the other decisions, and what came of it."""

    target: str
    text: bytes
    seed: int
    what: str

    @property
    def place(self) -> str:
        """What tells findings of one cause from others: the kind of fault and where it was."""
        return self.what.splitlines()[0]


@dataclass
class Outcome:
    """What a run did. `findings` has one for each place; `slowest` are the seconds of the slowest text."""

    target: str
    executions: int = 0
    read: int = 0
    slowest: float = 0.0
    findings: dict[str, Finding] = field(default_factory=dict)


def fuzz(target: Target, seed: int, *, seconds: float = 0.0, executions: int = 0, masses: bool = False) -> Outcome:
    """Try a target.

    Args:
        target: what is tried.
        seed: the same one tries the same texts.
        seconds: how long, of the clock; 0 where executions say it.
        executions: how many texts.
        masses: each text has something in masses, instead of a few changes.
    """
    random, outcome = Random(seed), Outcome(target.name)
    change = mutate.massed if masses else mutate.changed
    pool, until = list(target.seeds), time.monotonic() + seconds
    while outcome.executions < executions if executions else time.monotonic() < until:
        text = change(random.choice(pool), random, pool, target.words)
        finding = attempt(target, text, random.randrange(2**32), outcome)
        if finding:
            outcome.findings.setdefault(finding.place, finding)
        elif len(text) < 20_000 and random.random() < 0.02:
            pool[random.randrange(len(target.seeds), len(pool) + 1) :] = [text] if len(pool) < 2_000 else []
    return outcome


def attempt(target: Target, text: bytes, seed: int, outcome: Outcome) -> Finding | None:
    """Read one text; gives what is wrong with it, if anything."""
    outcome.executions += 1
    started = time.process_time()
    try:
        with _ended_after(_PATIENCE):
            target.read(text, Random(seed))
        outcome.read += 1
    except target.refused:
        pass
    except (Exception, HangError) as problem:  # noqa: BLE001 - whatever it is, it is what is looked for
        return Finding(target.name, text, seed, _said(problem))
    spent = time.process_time() - started
    outcome.slowest = max(outcome.slowest, spent)
    if spent > SLOW:
        return Finding(target.name, text, seed, f"took {SLOW:.0f} s and more\n{spent:.1f} s")
    return None


def _said(problem: BaseException) -> str:
    ours = [frame for frame in traceback.extract_tb(problem.__traceback__) if "/site-packages/" not in frame.filename]
    last = ours[-1]
    name = last.filename.rpartition("/")[2]
    return f"{type(problem).__name__} in {last.name} ({name}:{last.lineno})\n" + "".join(
        traceback.format_exception(problem)
    )


@contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    """End what runs inside after so many seconds; regular expressions are ended, too."""

    def end(_: int, __: FrameType | None) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

"""The matrix: which fault meets with which kind of request, what is to come of it, and what is left out and why.

    python -m tests.faults.table

says how many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.contents import CONTENTS
from tests.faults.fault import Fault
from tests.faults.kinds import ASKS, Ask
from tests.faults.leads import LEADS
from tests.faults.sites import OLD, Item
from tests.faults.wire import WIRE

FAULTS = {one.name: one for one in (*WIRE, *LEADS, *CONTENTS)}
NAMED, WARNED, BORNE = "named", "warned of", "borne"
"""A fault of the source, exit code 1; a warning, exit code 0; nothing to tell, as nothing is missing."""


@dataclass(frozen=True)
class Case:
    """One fault at one kind of request."""

    ask: Ask
    fault: Fault

    @property
    def name(self) -> str:
        return f"{self.ask.name}: {self.fault.name}"

    @property
    def comes_to(self) -> str:
        """What is to be told: NAMED, WARNED or BORNE."""
        ask, fault = self.ask, self.fault
        if fault.harmless:
            return BORNE
        if ask.role == "robots":
            # RFC 9309, 2.3.1.3 and 2.3.1.4: one that cannot be had allows all; one that fails for now forbids all, or
            # what it said before goes on being heeded.
            return NAMED if fault.passes and not ask.known else BORNE
        if ask.role == "again":
            # What was read before stands. But a server that asks to be left alone is asked for nothing more.
            return NAMED if fault.rests else WARNED
        if ask.name == "gia's feed":
            # There are the listing pages. But a feed that can be read and is not believed is told as what it is.
            return NAMED if fault.judged else WARNED
        # A release is whole without the size of its pictures.
        return WARNED if ask.role == "head" else NAMED

    @property
    def during(self) -> Sequence[Item]:
        """The releases that are published while the fault lasts."""
        if self.comes_to == BORNE:
            return self.ask.state
        return OLD if self.fault.judged else self.ask.during


def left_out(ask: Ask, fault: Fault) -> str:
    """Why a combination makes no sense; "" if it does."""
    if ask.form not in fault.forms or (fault.roles and ask.role not in fault.roles):
        return fault.why
    if ask.role == "again" and fault.name in ("404", "410"):
        return "a release that is not there any more is withdrawn: test_withdrawals.py"
    return ""


def every() -> tuple[Case, ...]:
    """All that makes sense."""
    return tuple(Case(ask, fault) for ask in ASKS.values() for fault in FAULTS.values() if not left_out(ask, fault))


def some() -> tuple[Case, ...]:
    """Each fault once, each kind of request by turns: a fifth of them in every run of the tests, all in CI."""
    found = []
    for number, fault in enumerate(FAULTS.values()):
        asks = [ask for ask in ASKS.values() if not left_out(ask, fault)]
        found.append(Case(asks[number % len(asks)], fault))
    return tuple(found)


def summary() -> list[str]:
    """How many there are, what comes of them, and what is left out and why."""
    groups = Counter(fault.group for fault in FAULTS.values())
    outcomes = Counter(case.comes_to for case in every())
    reasons = Counter(left_out(ask, fault) for ask in ASKS.values() for fault in FAULTS.values())
    return [
        f"{len(FAULTS)} faults, {len(ASKS)} kinds of request",
        f"{len(every())} combinations with --long, {len(some())} with --slow",
        "; ".join(f"{group}: {count}" for group, count in groups.items()),
        "; ".join(f"{outcome}: {count}" for outcome, count in outcomes.items()),
        *(f"{count} left out: {reason}" for reason, count in reasons.items() if reason),
    ]


if __name__ == "__main__":
    print("\n".join(summary()))  # noqa: T201 - it is what the program is for

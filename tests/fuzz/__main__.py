"""Fuzz the readers for a while: `python -m tests.fuzz --seconds 600 [--target gia] [--seed 1] [--keep FOLDER]`.

What is found is told, one text for each place, and kept in a folder; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.run import Outcome, fuzz
from tests.fuzz.targets import targets

_ROUND = 20.0
"""Seconds that one target is tried before the next has its turn."""


def main() -> int:
    """Fuzz; gives the exit code."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz")
    asked.add_argument("--seconds", type=float, default=60.0, help="how long, all targets together")
    asked.add_argument("--target", action="append", help="what is tried; all, if none is named")
    asked.add_argument("--seed", type=int, default=0, help="the first one; each round has the next")
    asked.add_argument("--masses", action="store_true", help="each text has something in masses")
    asked.add_argument("--keep", type=Path, help="folder for what is found")
    given = asked.parse_args()
    logging.disable()
    found = 0
    totals: dict[str, Outcome] = {}
    with tempfile.TemporaryDirectory() as folder:
        every = targets(Path(folder))
        names = given.target or list(every)
        until, seed = time.monotonic() + given.seconds, given.seed
        while (left := until - time.monotonic()) > 0:
            for name in names:
                outcome = fuzz(every[name], seed, seconds=min(_ROUND, left / len(names)), masses=given.masses)
                total = totals.setdefault(name, Outcome(name))
                found += _told(outcome, total, given.keep)
            seed += 1
    for total in totals.values():
        _say(f"{total.target}: {total.executions:,} texts, {total.read:,} read, the slowest in {total.slowest:.2f} s")
    _say(f"{sum(total.executions for total in totals.values()):,} texts; {found} findings")
    return 1 if found else 0


def _told(outcome: Outcome, total: Outcome, keep: Path | None) -> int:
    """Add an outcome to a total, and tell what is new in it; gives how much that is."""
    total.executions += outcome.executions
    total.read += outcome.read
    total.slowest = max(total.slowest, outcome.slowest)
    fresh = {place: one for place, one in outcome.findings.items() if place not in total.findings}
    total.findings |= fresh
    for one in fresh.values():
        _say(f"{one.target}: {one.what}")
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            name = f"{one.target}-{hashlib.sha256(one.text).hexdigest()[:12]}-{one.seed}"
            (keep / name).write_bytes(one.text)
            _say(f"  kept as {name}")
    return len(fresh)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

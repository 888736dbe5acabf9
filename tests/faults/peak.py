"""A program that runs `feedpub` with the arguments it is given, and prints the most memory that it had, in kB.

    python -m tests.faults.peak publish -c city.toml

`resource.getrusage` would do, but on Linux a program that is started begins with the peak of who started it: a test run
of many megabytes. There the kernel's own note of this program's memory is read.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from feedpub.cli import main


def peak() -> int:
    """In kB."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = [one for one in status.read_text("ascii").splitlines() if one.startswith("VmHWM:")]
        return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)


if __name__ == "__main__":
    try:
        main()
    finally:
        print(peak())  # noqa: T201 - it is what the program is for

"""Memory that a process that goes on for long does not need any more."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Have the C library give back to the system what is free.

    glibc keeps it, by the tens of megabytes after one list that was far too long, and for as long as the process lives
    (malloc_trim(3)). Other libraries, which have no such function, are left to do as they do.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)

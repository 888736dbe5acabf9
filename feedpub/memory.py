"""Memory that a process that goes on for long does not need any more."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def give_back() -> None:
    """Find what nobody needs any more, and have the C library give back to the system what is free.

    Python looks for circles of objects the more rarely the more objects there are. glibc keeps what is free, tens of
    megabytes after one list that was far too long, as long as the process lives (malloc_trim(3)). Other libraries,
    which have no such function, are left to do as they do.
    """
    gc.collect()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)

"""A service gives back the memory that a run took."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from feedpub import memory

_KEPT = """
from pathlib import Path
from feedpub import memory

def resident():
    return next(int(line.split()[1]) for line in Path("/proc/self/status").open() if line.startswith("VmRSS:"))

many = [bytes(600) for _ in range(100_000)]
last = bytes(600)
del many
before = resident()
memory.give_back()
print(before - resident())
"""


class _Circle:
    itself: _Circle


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library is not glibc")
def test_what_is_free_is_given_back_though_something_behind_it_is_not() -> None:
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-c", _KEPT], capture_output=True, check=True, cwd=root)
    assert int(done.stdout) > 40_000


def test_what_is_in_a_circle_is_found() -> None:
    circle = _Circle()
    circle.itself = circle
    gone = weakref.ref(circle)
    del circle
    memory.give_back()
    assert gone() is None


def test_a_c_library_that_cannot_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    memory.give_back()

"""Photos made small in a process of their own.

What is decoded comes from others. Whatever a file does to a decoder, it takes no more than the process: not the run,
not its memory, not its secrets.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from feedpub.characters import clean
from feedpub.errors import FeedpubError

_PROGRAM = Path(__file__).with_name("small.py")
_SECONDS = 30.0
_LONGEST = 200
_PASSED_ON = ("PATH", "HOME", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH")
"""Of the environment what Python needs to find its libraries. The rest may have passwords in it."""


class Small(msgspec.Struct, frozen=True):
    """A photo made small: a WebP file, and its width and height in pixels."""

    body: bytes
    width: int
    height: int


class PictureError(FeedpubError):
    """What was fetched for a photo cannot be shown as one."""


def small(raw: bytes, *, program: Path = _PROGRAM, seconds: float = _SECONDS) -> Small:
    """A photo made small (small.py).

    Args:
        raw: what was fetched.
        program: what makes it small.
        seconds: that it has for it.

    Raises:
        PictureError: it is no photo, is damaged, or takes too much.
    """
    try:
        ended = subprocess.run(  # noqa: S603 - our own program; what was fetched is its input only
            # -P: what lies beside the program, or where the run was started, is not taken for a library.
            [sys.executable, "-P", str(program)],
            input=raw,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise PictureError("takes too long to decode") from None
    except OSError as problem:
        raise PictureError(f"cannot be decoded: no process can be started ({problem.strerror})") from None
    if ended.returncode == 1 and ended.stdout:
        raise PictureError(clean(ended.stdout.decode("utf-8", "replace"))[:_LONGEST])
    if ended.returncode != 0:
        raise PictureError(f"cannot be decoded (the decoder ended with {ended.returncode})")
    size, _, body = ended.stdout.partition(b"\n")
    width, height = map(int, size.split())
    return Small(body, width, height)

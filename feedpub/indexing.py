"""Search indexes, made by pagefind: its program is run for as long as it takes, is given records, and gives files.

The program is spoken to as its own libraries do it: messages in JSON and base64, a comma after each, an answer to each.
Its Python library reads ten answers a second at most, and so is used to find the program only.
"""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader, BufferedWriter
from threading import Timer
from typing import Any, cast

import msgspec

from feedpub.errors import SearchError
from feedpub.site.search import Record

_AT_ONCE = 1 << 16
_CHUNK = {"PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE": "5000"}
"""Places of words in a file of an index, a quarter of what is usual: a search loads a file for each word."""


class _Answer(msgspec.Struct, frozen=True):
    """What the program says to a message."""

    payload: dict[str, Any]


_decode = msgspec.json.Decoder(_Answer).decode


def index(records: Iterable[Record], language: str, patience: float) -> dict[str, bytes]:
    """Make an index.

    Args:
        records: what is in it; they are asked for one by one.
        language: whose inflections are taken off words, "unknown" for none.
        patience: seconds that it may take in all.

    Returns:
        Its files by their paths, and ready-made parts of pages that pagefind has besides. They are not asked for on
        disk, as it answers before they are all there.

    Raises:
        SearchError: the program is missing, failed, or took too long; it has ended.
    """
    with _program(patience) as program:
        number = program.ask({"type": "NewIndex", "config": {"force_language": language}})["index_id"]
        for record in records:
            told = msgspec.to_builtins(record)
            program.ask({"type": "AddRecord", "index_id": number, "language": language, "meta": {}, **told})
        files = program.ask({"type": "GetFiles", "index_id": number})["files"]
    return {one["path"]: base64.b64decode(one["content"]) for one in files}


class _Program:
    """The running program. Each message is answered before the next is sent, so that neither waits for the other."""

    def __init__(self, sending: BufferedWriter, receiving: BufferedReader) -> None:
        self.sending, self.receiving = sending, receiving
        self.message = 0

    def ask(self, payload: dict[str, Any]) -> dict[str, Any]:
        """What the program answers.

        Raises:
            SearchError: it refuses, or has ended.
        """
        self.message += 1
        raw = msgspec.json.encode({"message_id": self.message, "payload": payload})
        try:
            self.sending.write(base64.b64encode(raw) + b",")
            self.sending.flush()
            answer = _decode(base64.b64decode(self._answer())).payload
        except (OSError, ValueError, msgspec.MsgspecError) as problem:
            raise SearchError(f"pagefind broke off: {problem or type(problem).__name__}") from None
        if answer.get("type") == "Error":
            raise SearchError(f"pagefind refused: {answer.get('message')}")
        return answer

    def _answer(self) -> bytes:
        parts: list[bytes] = []
        while not parts or not parts[-1].endswith(b","):
            part = self.receiving.read1(_AT_ONCE)
            if not part:
                raise ValueError("no answer")
            parts.append(part)
        return b"".join(parts)[:-1]


@contextmanager
def _program(patience: float) -> Iterator[_Program]:
    """The program, until the block ends or it took too long; it never outlives the block."""
    process = _started()
    sending, receiving = cast("BufferedWriter", process.stdin), cast("BufferedReader", process.stdout)
    late = Timer(patience, process.kill)
    late.daemon = True
    late.start()
    try:
        yield _Program(sending, receiving)
    except SearchError:
        if late.finished.is_set():
            raise SearchError(f"pagefind was ended: it took more than {patience:g} seconds") from None
        raise
    finally:
        late.cancel()
        process.kill()
        receiving.close()
        with suppress(OSError):  # What it has not read is lost.
            sending.close()
        process.wait()


def _started() -> subprocess.Popen[bytes]:
    from pagefind.service import get_executable  # noqa: PLC0415 - an extra; most runs index nothing

    program = get_executable()
    if program is None:
        raise SearchError('pagefind has no program here: pip install "feedpub[search]"')
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(  # noqa: S603 - the program of an installed package
            [program, "--service"], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=os.environ | _CHUNK
        )
    except OSError as problem:
        raise SearchError(f"pagefind cannot be started: {problem.strerror}") from None

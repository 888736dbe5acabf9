"""What a service logs: events with fields, as lines for people or as JSON lines, whoever logs them.

An event is a short constant text; what it is about are its fields. A JSON line has besides: `timestamp` (RFC 3339,
UTC), `level` (debug, info, warning, error or critical) and, where something was raised, `exception`, the traceback as
one text. Each event is one line, but for a traceback that is shown to people. Other people's text in it acts on no
terminal.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import structlog
from structlog.dev import ConsoleRenderer
from structlog.typing import Processor, WrappedLogger

from feedpub.terminal import printable

TEXT, JSON = STYLES = ("text", "json")
_Event = MutableMapping[str, Any]
_PLAIN = (bool, int, float, type(None))
_CHATTY = ("httpx", "httpcore")
"""Libraries that log each request that they make."""


@contextmanager
def logged(stream: TextIO, style: str) -> Iterator[None]:
    """Have everything logged to a stream until the block is left: by structlog, by the standard library, by Python.

    Args:
        stream: where to; what it does not take is lost, and nobody who logs hears of it.
        style: one of STYLES.
    """
    structlog.configure(
        processors=[*_shared(), *_style(stream, style)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _Lines(stream),
        cache_logger_on_first_use=False,
    )
    root, handler = logging.getLogger(), _Passing()
    before, hook, showing = root.level, threading.excepthook, warnings.showwarning
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    threading.excepthook = _raised
    logging.captureWarnings(capture=True)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        threading.excepthook, warnings.showwarning = hook, showing
        root.removeHandler(handler)
        root.setLevel(before)


def _shared() -> list[Processor]:
    return [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, _with_exception, _harmless]


def _style(stream: TextIO, style: str) -> list[Processor]:
    if style == TEXT:
        colours = stream.isatty() and not _asks_for_no_colour()
        renderer = ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback, sort_keys=False)
        return [structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False), renderer]
    # What a stream cannot write it would write in a form that JSON does not know.
    anything = (getattr(stream, "encoding", None) or "").lower().replace("-", "") == "utf8"
    return [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _in_order,
        structlog.processors.JSONRenderer(serializer=json.dumps, ensure_ascii=not anything),
    ]


def _asks_for_no_colour() -> bool:
    import os  # noqa: PLC0415 - for this alone

    return bool(os.environ.get("NO_COLOR"))


def _with_exception(_logger: WrappedLogger, _name: str, event: _Event) -> _Event:
    """Make of what was raised a text; that of structlog shows people the values of variables, passwords among them."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exception()
    if isinstance(raised, tuple):
        raised = raised[1]
    if isinstance(raised, BaseException):
        event["exception"] = "".join(traceback.format_exception(raised)).rstrip("\n")
    return event


def _harmless(_logger: WrappedLogger, _name: str, event: _Event) -> _Event:
    """Leave nothing in an event that a terminal would obey, or that cannot be written as JSON."""
    told = {printable(key): value for key, value in event.items()}
    return {key: _lines(value) if key == "exception" else _value(value) for key, value in told.items()}


def _lines(text: object) -> str:
    return "\n".join(map(printable, str(text).split("\n")))


def _value(value: object) -> object:
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_value(one) for one in value]
    if isinstance(value, dict):
        return {printable(str(key)): _value(one) for key, one in value.items()}
    return printable(str(value))


def _in_order(_logger: WrappedLogger, _name: str, event: _Event) -> _Event:
    first = {key: event.pop(key) for key in ("timestamp", "level", "event") if key in event}
    return first | dict(event)


class _Lines:
    """Writes lines whole, one after the other, and never fails: a service does not end for want of a log."""

    _gate = threading.Lock()

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        """Write a line."""
        # A full disk, a closed pipe, a terminal that went away.
        with self._gate, suppress(OSError, ValueError):
            self._stream.write(line + "\n")
            self._stream.flush()

    debug = info = warning = error = critical = msg


class _Passing(logging.Handler):
    """Passes on what libraries log by the standard library's logging."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log a record as an event; its `logger` says whose it is."""
        try:
            said = record.getMessage()
        except Exception:  # noqa: BLE001 - a library's mistake in what it logs
            said = str(record.msg)
        level = min(max(record.levelno // 10 * 10, logging.DEBUG), logging.CRITICAL)
        raised = {"exc_info": record.exc_info} if record.exc_info else {}
        structlog.get_logger().log(level, said, logger=record.name, **raised)


def _raised(raised: threading.ExceptHookArgs) -> None:
    name = raised.thread.name if raised.thread else ""
    structlog.get_logger().critical("a fault in feedpub, please report it", thread=name, exc_info=raised.exc_value)

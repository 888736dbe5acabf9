"""What a service logs: one event a line, whoever logs it, and nothing in it that acts on a terminal."""

from __future__ import annotations

import io
import json
import logging
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from feedpub.logs import JSON, TEXT, logged

HOSTILE = "\x1b]0;title\x07 a\nb\r\u202egnp.exe\u2028c\x9b31m \udcff"
"""A terminal's title, lines, a change of direction, a control sequence of one character, a lone surrogate."""


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail(what: str, _secret: str = "") -> None:
    raise RuntimeError(what)


@contextmanager
def json_log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    with logged(stream, JSON):
        yield stream


def test_an_event_is_a_line_with_its_time_in_utc_its_level_and_its_fields() -> None:
    before = datetime.now(UTC)
    with json_log() as stream:
        structlog.get_logger().info("run ended", source="gov", new=3, faults=["silent"], seconds=0.5, well=True)
    (event,) = events(stream)
    assert list(event)[:3] == ["timestamp", "level", "event"]
    assert before <= datetime.fromisoformat(event.pop("timestamp")) <= datetime.now(UTC)
    assert event == {
        "level": "info",
        "event": "run ended",
        "source": "gov",
        "new": 3,
        "faults": ["silent"],
        "seconds": 0.5,
        "well": True,
    }


def test_a_timestamp_is_rfc_3339() -> None:
    with json_log() as stream:
        structlog.get_logger().info("any")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", events(stream)[0]["timestamp"])


def test_chinese_is_written_as_it_is_where_the_stream_can_and_escaped_where_not() -> None:
    with json_log() as stream:
        structlog.get_logger().info("any", title="新聞é")
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, "utf-8") as utf8, logged(utf8, JSON):
        structlog.get_logger().info("any", title="新聞é")
        utf8.flush()
        assert "新聞é".encode() in raw.getvalue()
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, "latin-1", errors="backslashreplace") as latin, logged(latin, JSON):
        structlog.get_logger().info("any", title="新聞é")
        latin.flush()
        assert json.loads(raw.getvalue())["title"] == "新聞é"
    assert events(stream)[0]["title"] == "新聞é"


@pytest.mark.parametrize("style", [JSON, TEXT])
def test_other_peoples_text_is_one_line_and_acts_on_no_terminal(style: str) -> None:
    stream = io.StringIO()
    with logged(stream, style):
        log = structlog.get_logger()
        log.error(HOSTILE, what=HOSTILE, many=[HOSTILE, {HOSTILE: HOSTILE}], odd=ValueError(HOSTILE), **{HOSTILE: 1})
        logging.getLogger("uvicorn.error").error(HOSTILE)
    said = stream.getvalue()
    assert len(said.splitlines()) == 2
    assert not [one for one in said.replace("\n", "") if not one.isprintable()]


def test_what_was_raised_is_one_field_and_shows_no_value_of_a_variable() -> None:
    password = "hunter" + "2"
    with json_log() as stream:
        try:
            fail("first\nsecond \x1b[31m", password)
        except RuntimeError:
            structlog.get_logger().exception("run failed", source="gov")
    (event,) = events(stream)
    assert (event["event"], event["level"], event["source"]) == ("run failed", "error", "gov")
    assert event["exception"].startswith("Traceback (most recent call last):\n")
    assert event["exception"].endswith("RuntimeError: first\nsecond \\x1b[31m")
    assert password not in stream.getvalue()


def test_people_see_a_traceback_over_lines_and_without_values() -> None:
    password, stream = "hunter" + "2", io.StringIO()
    with logged(stream, TEXT):
        try:
            fail(password[:6])
        except RuntimeError:
            structlog.get_logger().exception("run failed")
    assert "\nRuntimeError: hunter\n" in stream.getvalue()
    assert password not in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_what_libraries_log_goes_the_same_way_mistakes_included() -> None:
    before = set(logging.getLogger().handlers)
    with json_log() as stream:
        logging.getLogger("apscheduler.scheduler").warning("Run time of job %s was missed", "gov")
        try:
            fail("gone")
        except RuntimeError:
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
        logging.getLogger("apscheduler").info("nothing that one wants to know")
        logging.getLogger("httpx").info("HTTP Request: GET https://site.example/?token=secret")
        for handler in set(logging.getLogger().handlers) - before:
            handler.handle(logging.LogRecord("any", 95, "", 0, "%d of %s", ("wrong",), None))
    told = events(stream)
    assert [(one["level"], one["event"], one["logger"]) for one in told] == [
        ("warning", "Run time of job gov was missed", "apscheduler.scheduler"),
        ("error", "Exception in ASGI application ", "uvicorn.error"),
        ("critical", "%d of %s", "any"),
    ]
    assert told[1]["exception"].endswith("RuntimeError: gone")


def test_warnings_and_what_ends_a_thread_go_the_same_way() -> None:
    with json_log() as stream:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logging.captureWarnings(capture=True)
            warnings.warn("old\nway", DeprecationWarning, stacklevel=1)
        thread = threading.Thread(target=fail, args=("in a thread",), name="worker")
        thread.start()
        thread.join()
    warned, raised = events(stream)
    assert (warned["level"], warned["logger"]) == ("warning", "py.warnings")
    assert (raised["level"], raised["thread"]) == ("critical", "worker")
    assert raised["exception"].endswith("RuntimeError: in a thread")


class Broken(io.StringIO):
    def write(self, _: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("style", [JSON, TEXT])
def test_a_log_that_cannot_be_written_stops_nobody(style: str) -> None:
    closed = io.StringIO()
    with logged(closed, style):
        closed.close()
        structlog.get_logger().error("any")
    with logged(Broken(), style):
        structlog.get_logger().error("any")
        logging.getLogger("any").error("any")


def test_afterwards_all_is_as_before() -> None:
    before = logging.getLogger().level, list(logging.getLogger().handlers), threading.excepthook, warnings.showwarning
    with json_log():
        pass
    after = logging.getLogger().level, list(logging.getLogger().handlers), threading.excepthook, warnings.showwarning
    assert after == before


def test_threads_that_log_at_once_write_whole_lines() -> None:
    with json_log() as stream:
        log = structlog.get_logger()
        threads = [
            threading.Thread(target=lambda n=number: [log.info("any", n=n, k=k) for k in range(50)])
            for number in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(events(stream)) == 400

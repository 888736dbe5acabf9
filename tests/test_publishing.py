"""What all that publishes documents has in common: several at a time, told in order, a failure costs its own only."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from feedpub.errors import PublishError, StoreError
from feedpub.model import Document
from feedpub.publish.directory import Directory
from feedpub.publishing import Attempts, Outcome, Several, together
from feedpub.report import Problem


def document(path: str, body: bytes = b"text") -> Document:
    return Document(path=path, media_type="text/plain", body=body)


class Shelf(Directory):
    """A directory that keeps nothing: "same" is there already, "full" cannot be written, "odd" is a fault of ours."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))

    def write(self, document: Document) -> bool:
        if document.path == "full":
            raise PublishError("full: cannot be written: No space left on device")
        if document.path == "odd":
            raise KeyError("lantern")
        return document.path != "same"


class AtOnce(Executor):
    """Does what it is given at once, and counts it."""

    def __init__(self) -> None:
        self.done = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = Future[Any]()
        self.done += 1
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as problem:  # noqa: BLE001 - whatever it is, it is the future's
            future.set_exception(problem)
        return future


FULL = Problem("full", "full: cannot be written: No space left on device")


def test_outcomes_are_told_together_in_order() -> None:
    first = Outcome(("a",), 2, (FULL,))
    second = Outcome(("b", "c"), 3, (Problem("d", "gone"),))
    assert together(first, second) == Outcome(("a", "b", "c"), 5, (FULL, Problem("d", "gone")))
    assert together() == Outcome((), 0, ())


# One by one


def test_what_was_written_and_what_was_there_already_is_counted(tmp_path: Path) -> None:
    attempts = Attempts(Directory(tmp_path))
    for one in (document("a"), document("b/c"), document("a"), document("b/c"), document("a", b"other")):
        attempts.write(one)
    assert attempts.outcome == Outcome(("a", "b/c", "a"), 2, ())
    assert (tmp_path / "a").read_bytes() == b"other"


def test_what_fails_is_told_and_the_next_goes_on() -> None:
    attempts = Attempts(Shelf())
    went = [attempts.attempt(path, partial(attempts.write, document(path))) for path in ("a", "full", "odd", "b")]
    assert went == [True, False, False, True]
    odd = Problem("odd", "a fault in feedpub, please report it: KeyError: 'lantern'")
    assert attempts.outcome == Outcome(("a", "b"), 0, (FULL, odd))


def test_a_store_that_cannot_be_used_is_no_documents_fault() -> None:
    def publish() -> None:
        raise StoreError("the store is gone")

    attempts = Attempts(Shelf())
    with pytest.raises(StoreError, match="the store is gone"):
        attempts.attempt("a", publish)
    assert attempts.outcome == Outcome((), 0, ())


def test_where_the_disk_takes_nothing_any_more_no_further_document_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = Attempts(Shelf())
    assert attempts.attempt("a", partial(attempts.write, document("a")))
    monkeypatch.setattr(Directory, "is_out_of_order", True)
    assert [attempts.attempt(path, partial(attempts.write, document(path))) for path in ("b", "c")] == [False, False]
    (told,) = attempts.outcome.failed
    assert (attempts.outcome.written, told.where) == (("a",), "nowhere")
    assert told.what == "2 more not tried, as the disk can take none; the next run goes on"


# Several at a time


class Desk:
    """Writes groups of documents, and notes which are done."""

    def __init__(self) -> None:
        self.attempts, self.pool = Attempts(Shelf()), AtOnce()
        self.several = Several(self.attempts, self.pool)
        self.done: list[str] = []

    def write(self, name: str, *documents: Document) -> None:
        self.several.write(iter(documents), lambda: self.done.append(name))


def test_nothing_is_told_before_its_time_and_everything_in_the_end() -> None:
    desk = Desk()
    desk.write("first", document("a"), document("same"))
    desk.write("second", document("b"))
    desk.write("nothing")
    assert desk.pool.done == 3, "they are begun at once"
    assert (desk.done, desk.attempts.outcome) == ([], Outcome((), 0, ()))
    desk.several.finish()
    assert (desk.done, desk.attempts.outcome) == (["first", "second", "nothing"], Outcome(("a", "b"), 1, ()))
    desk.several.finish()
    assert desk.done == ["first", "second", "nothing"]


def test_a_group_of_which_one_fails_is_not_done_and_its_others_are_written() -> None:
    desk = Desk()
    desk.write("first", document("a"), document("full"), document("b"))
    desk.write("second", document("full"))
    desk.write("third", document("c"))
    desk.several.finish()
    assert (desk.done, desk.attempts.outcome) == (["third"], Outcome(("a", "b", "c"), 0, (FULL, FULL)))


def test_sixty_four_groups_are_begun_and_then_the_first_is_waited_for() -> None:
    desk = Desk()
    for number in range(64):
        desk.write(str(number), document(str(number)))
    assert desk.done == []
    desk.write("64", document("64"))
    desk.write("65", document("65"))
    assert desk.done == ["0", "1"]


def test_sixteen_megabytes_are_held_and_then_the_first_is_waited_for() -> None:
    desk = Desk()
    half = bytes(8_000_000)
    desk.write("first", document("a", half[1:]), document("b", b"x"))
    desk.write("second", document("c", half))
    assert desk.done == []
    desk.write("third", document("d", b"x"))
    assert desk.done == ["first"]
    desk.write("fourth", document("e", half[1:]))
    assert desk.done == ["first"], "what is told is held no more"
    desk.write("fifth", document("f", half + half))
    assert desk.done == ["first", "second", "third", "fourth"]
    desk.write("larger than all that is held", document("g", half + half + b"x"))
    assert desk.done[-1] == "larger than all that is held"

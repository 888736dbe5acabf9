"""What the same page gives when it is read anew: nothing looks new, and no correction is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from feedpub.entries.changes import Change, Decision, reread
from feedpub.model import Correction, Entry, Photo, Withdrawal

ISSUED = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
LATER = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
STORED = Entry(
    id="tag:www.saltmarsh.example,2026-05-04:P1",
    source="saltmarsh",
    key="P1",
    language="en",
    title="Kelp Glasshouse opens",
    published=ISSUED,
    updated=LATER,
    content="<p>It opens on Saturday.</p>",
    corrections=(Correction(at=LATER, changed=1),),
)
NOTICE = "<p>This press release has been withdrawn.</p>"


def fresh(**changes: Any) -> Entry:
    """What a reader gives: it knows nothing of what was."""
    bare = msgspec.structs.replace(STORED, updated=ISSUED, corrections=(), withdrawn=None)
    return msgspec.structs.replace(bare, **changes)


def test_the_same_is_the_same() -> None:
    assert reread(STORED, fresh()) == Decision(Change.SAME, STORED)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Kelp Glasshouse to open"},
        {"content": "<p>It opens on Sunday.</p>"},
        {"photos": (Photo(url="https://www.saltmarsh.example/p.jpg"),)},
    ],
)
def test_whatever_is_read_otherwise_is_taken_in_and_moves_nothing(changes: dict[str, Any]) -> None:
    expected = msgspec.structs.replace(STORED, **changes)
    assert reread(STORED, fresh(**changes)) == Decision(Change.TOUCHED, expected)


def test_id_and_times_are_those_of_the_first_time() -> None:
    other = fresh(id="tag:www.saltmarsh.example,2026-05-05:P1", published=LATER, title="Kelp")
    assert reread(STORED, other) == Decision(Change.TOUCHED, msgspec.structs.replace(STORED, title="Kelp"))


def test_a_withdrawn_entry_stays_as_it_is() -> None:
    gone = msgspec.structs.replace(STORED, withdrawn=Withdrawal(at=LATER, notice=NOTICE))
    assert reread(gone, fresh(title="Kelp")) == Decision(Change.SAME, gone)


def test_a_notice_withdraws_nothing_when_it_is_read_anew() -> None:
    assert reread(STORED, fresh(content=NOTICE)) == Decision(Change.SAME, STORED)

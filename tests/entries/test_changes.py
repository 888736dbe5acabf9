"""What a newly read entry means beside the stored one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from feedpub.entries.changes import Change, decide
from feedpub.model import Entry, Link, Photo

_ZONE = ZoneInfo("Asia/Hong_Kong")
_ISSUED = datetime(2026, 5, 4, 16, 30, tzinfo=_ZONE)
_NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
_STORED = Entry(
    id="tag:www.saltmarsh.example,2026-05-04:P2026050400233",
    source="saltmarsh",
    key="P2026050400233",
    language="en",
    title="Kelp Glasshouse opens",
    published=_ISSUED,
    updated=_ISSUED,
    url="https://www.saltmarsh.example/1",
    summary="It opens on Saturday.",
    content="<p>It opens on <strong>Saturday</strong>.</p>\n<p>Fish &amp; kelp.</p>",
)


def _fresh(**changes: Any) -> Entry:
    return msgspec.structs.replace(_STORED, **changes)


def test_what_is_not_stored_is_new_and_stored_as_it_is() -> None:
    decision = decide(None, _STORED, _NOW)
    assert (decision.change, decision.entry) == (Change.NEW, _STORED)


def test_the_same_again_is_the_same() -> None:
    decision = decide(_STORED, _fresh(), _NOW)
    assert (decision.change, decision.entry) == (Change.SAME, _STORED)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Kelp Glasshouse opens (with photo)", "markers": ("photos",)},
        {"title": "Kelp glasshouse opens"},
        {"content": "<p>It opens on Sunday.</p>"},
        {"content": _STORED.content + "\n<p>More.</p>"},
        {"content": ""},
        {"content": "<p>It opens on <strong>Saturday</strong>.</p>\n<p>Fish &lt; kelp.</p>"},
    ],
    ids=["marker", "capital", "word", "paragraph", "emptied", "sign"],
)
def test_a_change_of_title_or_text_is_an_edit_and_moves_updated_to_now(changes: dict[str, Any]) -> None:
    decision = decide(_STORED, _fresh(**changes), _NOW)
    assert decision.change is Change.EDITED
    assert decision.entry == _fresh(**changes, updated=_NOW)
    assert decision.entry.updated.utcoffset() == _ISSUED.utcoffset(), "in the source's zone"


@pytest.mark.parametrize(
    "changes",
    [
        {"photos": (Photo(url="https://www.saltmarsh.example/p.jpg", caption="Kelp"),)},
        {"attachments": (Link(url="https://www.saltmarsh.example/a.pdf"),)},
        {"counterparts": {"zh-Hant": "https://www.saltmarsh.example/2"}},
        {"url": "https://www.saltmarsh.example/1b"},
        {"summary": "It opens."},
        {"title": "Kelp  Glasshouse\u00a0opens"},
        {"title": "Kelp\u200bGlasshouse opens"},
        {"content": "<p>It opens on Saturday.</p>\n<p>Fish &amp; kelp.</p>"},
        {"content": "<p>It opens on  <strong>Saturday</strong>.<br>\n\u3000Fish &amp; kelp.</p>"},
        {"content": _STORED.content.replace("Saturday", '<a href="https://a.example/?a=1&amp;b=2">Saturday</a>')},
        {"content": _STORED.content + '\n<p><img src="https://a.example/x.png" alt="kelp &gt; fish"></p>'},
    ],
    ids=[
        "photo",
        "attachment",
        "counterpart",
        "address",
        "summary",
        "white space in the title",
        "zero width in the title",
        "markup",
        "white space in the text",
        "link",
        "image",
    ],
)
def test_anything_else_is_a_touch_and_moves_nothing(changes: dict[str, Any]) -> None:
    decision = decide(_STORED, _fresh(**changes), _NOW)
    assert decision.change is Change.TOUCHED
    assert decision.entry == _fresh(**changes)
    assert decision.entry.updated == _STORED.updated


@pytest.mark.parametrize("changes", [{}, {"title": "Another"}, {"summary": "Another"}], ids=["same", "edit", "touch"])
def test_id_and_published_never_move(changes: dict[str, Any]) -> None:
    later = datetime(2026, 5, 5, 9, 0, tzinfo=_ZONE)
    fresh = _fresh(id="tag:www.saltmarsh.example,2026-05-05:P2026050400233", published=later, updated=later, **changes)
    decision = decide(_STORED, fresh, _NOW)
    assert decision.entry.id == _STORED.id
    assert decision.entry.published == _STORED.published


def test_a_moved_issue_time_alone_is_no_change() -> None:
    later = datetime(2026, 5, 5, 9, 0, tzinfo=_ZONE)
    assert decide(_STORED, _fresh(published=later, updated=later), _NOW).change is Change.SAME


def test_updated_never_moves_back() -> None:
    edited = decide(_STORED, _fresh(title="Second"), _NOW).entry
    early = datetime(2026, 5, 1, 0, 0, tzinfo=UTC)
    assert decide(edited, _fresh(title="Third"), early).entry.updated == edited.updated


def test_an_edit_seen_again_is_the_same() -> None:
    edited = decide(_STORED, _fresh(title="Second"), _NOW).entry
    decision = decide(edited, _fresh(title="Second"), datetime(2026, 5, 9, tzinfo=UTC))
    assert (decision.change, decision.entry) == (Change.SAME, edited)

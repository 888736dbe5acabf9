"""How much of an edition fits: no document is larger than its feed wants, and all of them show an entry at least."""

from __future__ import annotations

from datetime import timedelta
from html import escape

import msgspec
import pytest

from feedpub import feeds
from feedpub.feeds.bilingual import compose
from feedpub.feeds.fragments import Fragments
from feedpub.model import Correction, Entry, Item, Story, Tombstone
from tests.feeds import reading
from tests.feeds.editions import ATTACHED, BARE, FULL, document, edition, item, several

EVERY_FORMAT = pytest.mark.parametrize("suffix", [form.suffix for form in feeds.FORMATS])
GIANT = msgspec.structs.replace(FULL, content="<p>" + "Very long. " * 2_000 + "</p>", summary="Short & <sweet>.")
BRIEF = "<p>Short &amp; &lt;sweet&gt;.</p>"


def shown(suffix: str, *entries: Entry | Item, max_bytes: int) -> list[str]:
    return reading.ids(document(edition(*entries, max_bytes=max_bytes), suffix), suffix)


@pytest.mark.parametrize("limit", [1, 2_500, 4_000, 6_000, 1_000_000])
@EVERY_FORMAT
def test_a_document_is_never_larger_than_its_limit_unless_one_entry_is(suffix: str, limit: int) -> None:
    raw = document(edition(FULL, BARE, ATTACHED, max_bytes=limit), suffix)
    count = len(reading.ids(raw, suffix))
    assert count == 1 or len(raw) <= limit
    assert count >= 1


@EVERY_FORMAT
def test_a_document_may_be_as_large_as_its_limit_to_the_byte(suffix: str) -> None:
    entries = several(12)
    size = len(document(edition(*entries), suffix))
    assert shown(suffix, *entries, max_bytes=size) == [entry.id for entry in entries]
    assert shown(suffix, *entries, max_bytes=size - 1) == [entry.id for entry in entries[:-1]]


@EVERY_FORMAT
def test_the_newest_entries_stay(suffix: str) -> None:
    entries = several(12)
    found = shown(suffix, *entries, max_bytes=5_000)
    assert 1 < len(found) < 12
    assert found == [entry.id for entry in entries[: len(found)]]


@EVERY_FORMAT
def test_without_a_limit_everything_is_shown_as_it_is(suffix: str) -> None:
    raw = document(edition(GIANT, ATTACHED, max_bytes=0), suffix)
    assert GIANT.content in reading.contents(raw, suffix)[0]
    assert len(reading.ids(raw, suffix)) == 2


@EVERY_FORMAT
def test_one_entry_is_shown_however_small_the_limit(suffix: str) -> None:
    assert shown(suffix, GIANT, ATTACHED, max_bytes=1) == [GIANT.id]


@EVERY_FORMAT
def test_an_entry_that_would_take_the_room_of_all_others_has_its_summary_as_its_text(suffix: str) -> None:
    raw = document(edition(GIANT, ATTACHED, max_bytes=12_000), suffix)
    brief, whole = reading.contents(raw, suffix)
    assert brief.startswith(f"{BRIEF}<p><a href="), "with the line that leads to its other languages"
    assert whole == ATTACHED.content


@EVERY_FORMAT
def test_a_giant_entry_without_a_summary_keeps_its_text(suffix: str) -> None:
    silent = msgspec.structs.replace(GIANT, summary="")
    (text,) = reading.contents(document(edition(silent, ATTACHED, max_bytes=12_000), suffix), suffix)
    assert silent.content in text


@EVERY_FORMAT
def test_a_giant_bilingual_entry_has_the_summaries_of_both_languages_as_its_text(suffix: str) -> None:
    chinese = msgspec.structs.replace(GIANT, id="tag:x:2", language="zh-Hant", title="市集", summary="短。")
    both = Story(id="tag:x:1?story", founder=GIANT, entries={"en": GIANT, "zh-Hant": chinese})
    giant = item(compose(both), parts=(GIANT, chinese))
    text, _ = reading.contents(document(edition(giant, ATTACHED, max_bytes=12_000), suffix), suffix)
    assert escape(GIANT.summary, quote=False) in text
    assert "短。" in text
    assert "Very long" not in text


@EVERY_FORMAT
def test_a_giant_entry_that_was_corrected_still_says_so(suffix: str) -> None:
    corrected = msgspec.structs.replace(GIANT, corrections=(Correction(at=GIANT.updated, changed=1),))
    text, _ = reading.contents(document(edition(corrected, ATTACHED, max_bytes=12_000), suffix), suffix)
    assert text.startswith(f"{BRIEF}<p><em>Corrected on ")


def test_what_is_shown_is_what_every_format_shows() -> None:
    entries = several(12)
    sizes = {form.suffix: len(document(edition(*entries), form.suffix)) for form in feeds.FORMATS}
    # Only the largest of the documents is too large.
    limited = edition(*entries, max_bytes=max(sizes.values()) - 1)
    rendered = feeds.render(limited, "feeds/all/en", Fragments())
    by_format = {one.path.removeprefix("feeds/all/en"): one.body for one in rendered.documents}
    found = {suffix: reading.ids(body, suffix) for suffix, body in by_format.items()}
    assert sorted(map(len, found.values())) == [11, 12, 12]
    assert rendered.shown == {entry.id for entry in entries[:11]}


@EVERY_FORMAT
def test_a_feed_is_as_new_as_the_newest_of_what_it_shows(suffix: str) -> None:
    entries = several(12)
    entries[1] = msgspec.structs.replace(entries[1], updated=entries[0].updated + timedelta(days=1))
    last = msgspec.structs.replace(entries[-1], updated=entries[0].updated + timedelta(days=9))
    raw = document(edition(*entries[:-1], last, max_bytes=5_000), suffix)
    assert last.id not in reading.ids(raw, suffix)
    assert reading.updated(raw, suffix) == entries[1].updated
    assert reading.updated(document(edition(*entries[:-1], last), suffix), suffix) == last.updated


@EVERY_FORMAT
def test_a_tombstone_counts_also_where_entries_are_left_out(suffix: str) -> None:
    entries = several(12)
    buried = Tombstone(id="tag:x:1", when=entries[0].updated + timedelta(days=3))
    raw = document(edition(*entries, tombstones=(buried,), max_bytes=5_000), suffix)
    assert len(reading.ids(raw, suffix)) < 12
    assert reading.updated(raw, suffix) == buried.when

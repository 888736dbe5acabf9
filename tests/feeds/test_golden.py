"""Every format in every edition against files that a person can read, in golden/.

After a change that is meant, `pytest tests/feeds --golden` writes them anew; read the difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import feedparser
import msgspec
import pytest

from feedpub import feeds
from feedpub.feeds.fragments import Fragments
from tests.feeds import invented, reading

GOLDEN = Path(__file__).parent / "golden"
_ARCHIVE = ".archive.atom"
EVERY_EDITION = pytest.mark.parametrize("tag", invented.EDITIONS)


def subscription(tag: str, suffix: str) -> bytes:
    path = f"feeds/all/{tag}"
    rendered = feeds.render(invented.edition(tag), path, Fragments())
    (found,) = (document.body for document in rendered.documents if document.path == path + suffix)
    return found


def archive(tag: str, _suffix: str) -> bytes:
    around, items = invented.archive(tag)
    fragments = Fragments()
    entries = [feeds.fragment(item, around, feeds.ATOM, fragments) for item in items]
    return feeds.archive(around, entries, f"feeds/all/archive/{tag}/{around.month}").body


def readable(raw: bytes, suffix: str) -> str:
    """A document with one element or member a line, so that a difference can be read."""
    if suffix == ".json":
        return msgspec.json.format(raw, indent=2).decode() + "\n"
    broken = re.sub(rb"(?<=>)(?=<[a-z]|</(?:entry|item|channel|feed|rss))", b"\n", raw)
    return broken.decode().rstrip("\n") + "\n"


@pytest.mark.parametrize(
    ("suffix", "render"),
    [
        (".atom", subscription),
        (".rss", subscription),
        (".json", subscription),
        (_ARCHIVE, archive),
    ],
)
@EVERY_EDITION
def test_a_document_is_the_golden_file(
    tag: str, suffix: str, render: Callable[[str, str], bytes], request: pytest.FixtureRequest
) -> None:
    golden = GOLDEN / f"{tag}{suffix}"
    found = readable(render(tag, suffix), suffix)
    if request.config.getoption("--golden"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")


@EVERY_EDITION
def test_all_formats_show_the_same_entries_in_the_same_order(tag: str) -> None:
    ids = [item.entry.id for item in invented.edition(tag).items]
    for form in feeds.FORMATS:
        assert reading.ids(subscription(tag, form.suffix), form.suffix) == ids


@pytest.mark.parametrize(("suffix", "render"), [(".atom", subscription), (".rss", subscription), (_ARCHIVE, archive)])
@EVERY_EDITION
def test_a_reader_finds_no_fault(tag: str, suffix: str, render: Callable[[str, str], bytes]) -> None:
    parsed = feedparser.parse(render(tag, suffix))
    assert not parsed.bozo
    assert parsed.feed.language == ("en" if tag == "bilingual" else tag)
    assert all(entry.link and entry.title and entry.content for entry in parsed.entries)

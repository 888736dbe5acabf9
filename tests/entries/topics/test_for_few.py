"""A tagger for few stories comes to the same as one that knows all terms."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from feedpub.model import Entry
from feedpub.subjects import packaged
from tests.entries.pairs.read import entry, rows


def _stories(name: str) -> list[list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for row in rows(name):
        found.setdefault(row.pair or row.id, []).append(entry(row))
    return list(found.values())


def _told(stories: Iterable[list[Entry]], *, few: bool) -> list[object]:
    tagger = packaged().tagger
    found: list[object] = []
    for story in stories:
        asked = tagger.for_few(story) if few else tagger
        found.append((asked.tag(story), asked.explain(story)))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", ["two-days", "event"])
def test_a_tagger_for_few_stories_says_the_same_of_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stories = _stories(name)[:8]
    whole = _told(stories, few=False)
    monkeypatch.setattr(packaged().tagger, "_lexicons", {})
    assert _told(stories, few=True) == whole

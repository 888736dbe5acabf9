"""Which feeds an entry belongs to, by what its story is about, who issued it, its source and its text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from feedpub.entries import finder
from feedpub.entries.finder import Finder
from feedpub.languages import LANGUAGES
from feedpub.model import EVERYTHING, Entry, Feed, Selection

_TAGS = re.compile(r"<[^>]*>")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a selection asks of a story: topics, the issuing body and those that it speaks for, phrases in the text."""

    topics: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    text: frozenset[str] = frozenset()


class Selector:
    """Sorts entries into the feeds that do not simply have everything."""

    def __init__(self, feeds: Iterable[Feed]) -> None:
        self._feeds = [feed for feed in feeds if feed.select != EVERYTHING]
        self._phrases = sorted({phrase for feed in self._feeds for phrase in _phrases(feed.select)})
        self._finders: dict[str, Finder] = {}
        # Most feeds ask for one topic or one body and nothing else: these need no looking at.
        self._simple: dict[tuple[str, str], list[str]] = {}
        self._others: list[Feed] = []
        for feed in self._feeds:
            key = _single(feed.select)
            if key:
                self._simple.setdefault(key, []).append(feed.id)
            else:
                self._others.append(feed)

    def _finder(self, tag: str) -> Finder:
        """Finds the phrases in texts of a language, made when it is needed first."""
        if tag not in self._finders:
            phrases = [
                (spelling, number)
                for number, phrase in enumerate(self._phrases)
                for spelling in finder.spellings(phrase, LANGUAGES[tag])
            ]
            self._finders[tag] = Finder(phrases, overlapping=True)
        return self._finders[tag]

    def feeds(self, entries: Sequence[Entry], topics: Iterable[str], bodies: Iterable[str]) -> dict[str, set[str]]:
        """The feeds of each entry of a story, by its id.

        Args:
            entries: the story's language versions.
            topics: what it is about.
            bodies: who issued it, and whose units they are.
        """
        facts = Facts(topics=frozenset(topics), bodies=frozenset(bodies), text=self._found(entries))
        common = {
            feed
            for kind, values in (("topics", facts.topics), ("bodies", facts.bodies))
            for value in values
            for feed in self._simple.get((kind, value), ())
        }
        found = {}
        for entry in entries:
            found[entry.id] = common | {feed.id for feed in self._others if meets(entry, facts, feed.select)}
        return found

    def _found(self, entries: Sequence[Entry]) -> frozenset[str]:
        """The phrases that a story's titles and texts hold."""
        if not self._phrases:
            return frozenset()
        found = set[int]()
        for entry in entries:
            language = LANGUAGES[entry.language]
            text, _ = finder.join((entry.title, html.unescape(_TAGS.sub("\n", entry.content))), language)
            found.update(number for number, _, _ in self._finder(language.terms).find(text))
        return frozenset(self._phrases[number] for number in found)


def meets(entry: Entry, facts: Facts, select: Selection) -> bool:
    """Whether an entry meets a selection."""
    return (
        (not select.sources or entry.source in select.sources)
        and (not select.topics or not facts.topics.isdisjoint(select.topics))
        and (not select.bodies or not facts.bodies.isdisjoint(select.bodies))
        and (not select.text or not facts.text.isdisjoint(select.text))
        and (not select.any or any(meets(entry, facts, one) for one in select.any))
        and not any(meets(entry, facts, one) for one in select.none)
    )


def _single(select: Selection) -> tuple[str, str] | None:
    for kind in ("topics", "bodies"):
        values = getattr(select, kind)
        if len(values) == 1 and select == Selection(**{kind: values}):
            return kind, values[0]
    return None


def _phrases(select: Selection) -> Iterator[str]:
    yield from select.text
    for one in (*select.any, *select.none):
        yield from _phrases(one)

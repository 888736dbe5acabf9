"""The terms and bodies of one language, and what a version of a story says by them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from feedpub.entries import finder
from feedpub.entries.bodies import BEHALF, Bodies, Mention
from feedpub.entries.finder import Finder, Folded, Phrase
from feedpub.languages import LANGUAGES, Language
from feedpub.model import Entry
from feedpub.taxonomy import Taxonomy

TITLE, LEAD, TEXT = 0, 1, 2
_LEAD_BYTES = 480
"""How much of a folded text is its lead: about 150 characters of Chinese, 70 words of English."""
_STRETCH_BYTES = 400
"""The text behind the lead is looked at in stretches of this size."""
_LONGEST = 20_000
"""Characters of a text that are looked at."""
_OPENING = 600
"""Characters in which a text says on which occasion somebody spoke."""
_TAGS = re.compile(r"<[^>]*>")


class Reading(NamedTuple):
    """What one version says.

    Terms by their numbers: those in the title, those in the lead that the title has not, and how often each is there;
    of the text behind it, how many stretches it has, and the weightiest term of each topic in each stretch, by topic
    and stretch. `mentions` are the bodies that are named, from the left.
    """

    title: dict[int, int]
    lead: dict[int, int]
    text: dict[tuple[int, int], int]
    stretches: int
    mentions: list[Mention]


class Lexicon:
    """The terms and bodies of one language by number: what each is called, its topic and weight, or its body.

    Topic and body are -1 where there is none; what has neither says nothing. `within` are the topics that a term adds
    to beside its own, with their weights by its own: the longest term hides those inside it, but for an aspect.
    "Employer fined" is a term of labour, and counts for law and order as "fined" does.

    Args:
        taxonomy: has the terms.
        bodies: have the names.
        language: of both.
        texts: what will be read, folded, where it is little: what does not stand in it is left out. To look for a few
            phrases is made ready much faster than to look for all.
    """

    def __init__(self, taxonomy: Taxonomy, bodies: Bodies, language: Language, texts: bytes | None = None) -> None:
        self.names: list[str] = []
        self.topics: list[int] = []
        self.weights: list[float] = []
        self.bodies: list[int] = []
        phrases: dict[tuple[bytes, bytes], tuple[Phrase, int]] = {}
        for name, topic, weight, body in _rows(taxonomy, bodies, language.tag):
            self.names.append(name)
            self.topics.append(topic)
            self.weights.append(weight)
            self.bodies.append(body)
            for phrase in finder.spellings(name, language):
                if texts is not None and phrase.low not in texts:
                    continue
                # What stands first is meant: a body before a phrase that says nothing, and that before a term.
                phrases.setdefault((phrase.low, phrase.kept), (phrase, len(self.names) - 1))
        self._finder = Finder(phrases.values())
        self.within = self._inner(list(phrases.values()), taxonomy)
        self._named = self._bodies_inside(list(phrases.values()), bodies)

    def _inner(self, phrases: list[tuple[Phrase, int]], taxonomy: Taxonomy) -> dict[int, tuple[tuple[int, float], ...]]:
        """What counts inside terms: the topics, and the weights of the longest term of each by the weight of the outer.

        Inside a term of an aspect those of other topics, inside these those of an aspect; and all inside a term that
        speaks against its topic: "dengue case" is no city service, but it is health.
        """
        aspects = {number for number, topic in enumerate(taxonomy.topic) if topic.aspect}
        likely = taxonomy.weights.likely
        terms = [one for one in phrases if self.topics[one[1]] >= 0]
        outer = [one for one in terms if not 0 < self.weights[one[1]] < likely]
        strong = [one for one in outer if self.weights[one[1]] > 0]
        longest: dict[tuple[int, int], tuple[int, float]] = {}
        for inner, hosts in (
            ([one for one in strong if self.topics[one[1]] in aspects], outer),
            (strong, [one for one in outer if self.topics[one[1]] in aspects or self.weights[one[1]] < 0]),
        ):
            inside = Finder(inner, overlapping=True)
            for which, number, start, end in inside.find_inside([phrase for phrase, _ in hosts]):
                host, topic = hosts[which][1], self.topics[number]
                if topic != self.topics[host] and end - start > longest.get((host, topic), (0, 0.0))[0]:
                    longest[host, topic] = end - start, self.weights[number]
        found: dict[int, tuple[tuple[int, float], ...]] = {}
        for (host, topic), (_, weight) in longest.items():
            found[host] = (*found.get(host, ()), (topic, weight / self.weights[host]))
        return found

    def _bodies_inside(self, phrases: list[tuple[Phrase, int]], bodies: Bodies) -> dict[int, int]:
        """The body that each phrase names: its own, or one that may issue releases at its start: "CHP investigates"."""
        named = [one for one in phrases if self.bodies[one[1]] >= 0]
        others = [one for one in phrases if self.bodies[one[1]] < 0]
        found = {number: self.bodies[number] for _, number in named}
        for which, number, start, _ in Finder(named).find_inside([phrase for phrase, _ in others]):
            if start == 0 and bodies.speaks(self.bodies[number]):
                found.setdefault(others[which][1], self.bodies[number])
        return found

    def read(self, entry: Entry) -> Reading:
        """Read one version."""
        language = LANGUAGES[entry.language]
        folded, (title_end, end) = _folded(entry, language)
        lead_end = title_end + _LEAD_BYTES
        title: dict[int, int] = {}
        lead: dict[int, int] = {}
        text: dict[tuple[int, int], int] = {}
        mentions = self._behalf(entry, language) if entry.issuer else []
        topics, weights = self.topics, self.weights
        named = self._named
        for number, start, _ in self._finder.find(folded):
            if number in named:
                place = TITLE if start < title_end else LEAD if start < lead_end else TEXT
                mentions.append(Mention(named[number], place, start))
            topic = topics[number]
            if topic < 0:
                continue
            if start >= lead_end:
                stretch = topic, (start - lead_end) // _STRETCH_BYTES
                if stretch not in text or weights[number] > weights[text[stretch]]:
                    text[stretch] = number
            if number in title:
                title[number] += 1
            elif start < title_end:
                title[number] = 1
            elif number in lead:
                lead[number] += 1
            elif start < lead_end:
                lead[number] = 1
        return Reading(title, lead, text, max(0, -(-(end - lead_end) // _STRETCH_BYTES)), mentions)

    def _behalf(self, entry: Entry, language: Language) -> list[Mention]:
        """The bodies that a version says it is issued on behalf of."""
        found = [self.bodies[number] for number, _, _ in self._finder.find(finder.fold(entry.issuer, language))]
        return [Mention(body, BEHALF, 0) for body in found if body >= 0]


def all_texts(entries: Iterable[Entry]) -> bytes:
    """All that is read of some versions in one language, folded."""
    found = []
    for entry in entries:
        language = LANGUAGES[entry.language]
        found += [_folded(entry, language)[0].low, finder.fold(entry.issuer, language).low]
    return b"\n".join(found)


def _folded(entry: Entry, language: Language) -> tuple[Folded, tuple[int, ...]]:
    return finder.join((entry.title, _text(entry, language)), language)


def _text(entry: Entry, language: Language) -> str:
    """The text of a version without its markup, and without the occasion on which somebody spoke to the media."""
    text = _TAGS.sub("\n", entry.content[:_LONGEST]).replace("&amp;", "&")
    aside = language.aside.search(text, 0, _OPENING)
    return text[: aside.start()] + text[aside.end() :] if aside else text


def _rows(taxonomy: Taxonomy, bodies: Bodies, tag: str) -> Iterator[tuple[str, int, float, int]]:
    for name, body in bodies.names(tag):
        yield name, -1, 0.0, body
    for phrase in taxonomy.nothing.get(tag, ()):
        yield phrase, -1, 0.0, -1
    for number, topic in enumerate(taxonomy.topic):
        for level, term in topic.terms[tag].levels() if tag in topic.terms else ():
            yield term, number, getattr(taxonomy.weights, level), -1

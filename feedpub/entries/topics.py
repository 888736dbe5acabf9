"""Tags stories with topics: what their titles and texts name, weighed, all languages of a story together.

Each term counts by its level and by the best place that it stands in; repeats add little, and a long text no more than
a few terms. What the issuing body is known for counts as well. Terms and bodies are found together, the longest match
from the left, so that the name of a body is not taken for its subject. Both languages of a story always carry the same
topics, as it is the story that is tagged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from feedpub.entries import finder
from feedpub.entries.bodies import BEHALF, Bodies, Mention
from feedpub.entries.finder import Finder, Phrase
from feedpub.languages import LANGUAGES, Language
from feedpub.model import Entry, Tags
from feedpub.taxonomy import Gazetteer, Taxonomy

TITLE, LEAD, TEXT = 0, 1, 2
PLACES = ("title", "lead", "text")
_LEAD_BYTES = 480
"""How much of a folded text is its lead: about 150 characters of Chinese, 70 words of English."""
_LONGEST = 20_000
"""Characters of a text that are looked at."""
_ISSUER = "issuer"
_TAGS = re.compile(r"<[^>]*>")


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How evidence adds up.

    `places` are the factors of title, lead and text; `repeat` that of each further mention, `repeats` how many count.
    `most_text` is what the text behind the lead can add at most. A topic needs `threshold`, and `share` of the top
    score (`last_share` for one that is given last); or `enough`, where the titles add `central` or name no topic; or
    `plenty`. `issuer` is the factor of what the issuing body is known for, `named` of what another one is that the
    title, or the lead, names. At most `most` topics are given.
    """

    places: tuple[float, float, float] = (1.0, 0.35, 0.35)
    repeat: float = 0.03
    repeats: int = 4
    most_text: float = 12.0
    threshold: float = 3.6
    share: float = 0.4
    enough: float = 10.0
    central: float = 3.0
    plenty: float = 8.0
    last_share: float = 0.8
    issuer: float = 1.0
    named: tuple[float, float] = (0.65, 0.1)
    most: int = 4


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What speaks for a topic, or against it.

    A term or body as it is listed, the best place that it stands in (that of the body that issued the story is
    "issuer"), how often it is mentioned, and what it adds to the score of its language.
    """

    what: str
    language: str
    place: str
    mentions: int
    adds: float


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """A topic with its score, whether the story is given it, and what speaks for it and against it."""

    topic: str
    score: float
    given: bool
    evidence: tuple[Evidence, ...]


class _Hit(NamedTuple):
    """A term or body in a text: its number in the lexicon, its best place, where it begins there, and how often."""

    number: int
    place: int
    start: int
    mentions: int


class _Reading(NamedTuple):
    """What one version says: a score for each topic, what the title adds to that, and the bodies that it names."""

    scores: list[float]
    titles: list[float]
    mentions: list[Mention]


class Tagger:
    """Tags stories by a taxonomy and a gazetteer."""

    def __init__(self, taxonomy: Taxonomy, gazetteer: Gazetteer, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.topics = tuple(topic.id for topic in taxonomy.topic)
        self.bodies = Bodies(gazetteer)
        self._last = frozenset(number for number, topic in enumerate(taxonomy.topic) if topic.last)
        self._known_for = self._pointers(taxonomy)
        self._lexicons = {
            tag: _Lexicon(taxonomy, self.bodies, LANGUAGES[tag])
            for tag in dict.fromkeys(row.terms for row in LANGUAGES.values())
        }

    def _pointers(self, taxonomy: Taxonomy) -> list[tuple[tuple[int, float], ...]]:
        """What each body is known for: topics and weights."""
        found: list[dict[int, float]] = [{} for _ in self.bodies.all]
        for number, topic in enumerate(taxonomy.topic):
            for level, weight in (("hint", taxonomy.weights.hint), ("likely", taxonomy.weights.likely)):
                for body in getattr(topic.bodies, level):
                    found[self.bodies.numbers[body]][number] = weight
        return [tuple(one.items()) for one in found]

    def tag(self, entries: Sequence[Entry]) -> Tags:
        """Tag a story.

        Args:
            entries: its language versions, one a language, in the site's order.
        """
        read = [self._read(entry) for entry in entries]
        body = self.bodies.issuer([one.mentions for one in read])
        return Tags(topics=self._choose(*self._pool(read, body)), body=body)

    def explain(self, entries: Sequence[Entry]) -> list[Weighed]:
        """Every topic that anything in a story speaks for or against, the highest score first."""
        read = [self._read(entry) for entry in entries]
        body = self.bodies.issuer([one.mentions for one in read])
        scores, titles = self._pool(read, body)
        chosen = self._choose(scores, titles)
        found = [one for one in (*self._terms(entries), *self._bodies(entries, body)) if one[1].adds]
        return [
            Weighed(
                topic=self.topics[number],
                score=round(scores[number], 2),
                given=self.topics[number] in chosen,
                evidence=tuple(
                    sorted(
                        (one for topic, one in found if topic == number), key=lambda one: (-abs(one.adds), one.what)
                    ),
                ),
            )
            for number in sorted(range(len(scores)), key=lambda number: (-scores[number], number))
            if scores[number] or any(topic == number for topic, _ in found)
        ]

    def _terms(self, entries: Sequence[Entry]) -> Iterator[tuple[int, Evidence]]:
        for entry in entries:
            lexicon, hits = self._hits(entry)
            for hit in hits:
                topic = lexicon.topics[hit.number]
                if topic >= 0:
                    adds = self._adds(lexicon.weights[hit.number], hit)
                    yield topic, _evidence(lexicon.names[hit.number], entry, PLACES[hit.place], hit.mentions, adds)

    def _bodies(self, entries: Sequence[Entry], issuer: str) -> Iterator[tuple[int, Evidence]]:
        if issuer:
            for topic, weight in self._known_for[self.bodies.numbers[issuer]]:
                yield topic, _evidence(issuer, entries[0], _ISSUER, 1, weight * self.rules.issuer)
        for entry in entries:
            lexicon, hits = self._hits(entry)
            for hit in hits:
                for topic, adds in self._named(lexicon.bodies[hit.number], hit.place, issuer):
                    yield topic, _evidence(lexicon.names[hit.number], entry, PLACES[hit.place], hit.mentions, adds)

    def _named(self, body: int, place: int, issuer: str) -> Iterator[tuple[int, float]]:
        """What a body in the title or lead adds that did not issue the story: topics and how much."""
        if body >= 0 and place in (TITLE, LEAD) and self.bodies.all[body].id != issuer:
            for topic, weight in self._known_for[body]:
                yield topic, self.rules.named[place] * weight

    def _read(self, entry: Entry) -> _Reading:
        """What one version says."""
        lexicon, hits = self._hits(entry)
        none = [0.0] * len(self.topics)
        titles, leads, texts = none[:], none[:], none[:]
        mentions = self._behalf(entry, lexicon) if entry.issuer else []
        for hit in hits:
            topic = lexicon.topics[hit.number]
            if topic >= 0:
                (titles, leads, texts)[hit.place][topic] += self._adds(lexicon.weights[hit.number], hit)
            elif lexicon.bodies[hit.number] >= 0:
                mentions.append(Mention(lexicon.bodies[hit.number], hit.place, hit.start))
        most = self.rules.most_text
        for topic, found in enumerate(texts):
            leads[topic] += titles[topic]
            if found:
                leads[topic] += most * (1 - math.exp(-found / most)) if found > 0 else found
        return _Reading(leads, titles, mentions)

    def _hits(self, entry: Entry) -> tuple[_Lexicon, list[_Hit]]:
        language = LANGUAGES[entry.language]
        lexicon = self._lexicons[language.terms]
        content = _TAGS.sub("\n", entry.content[:_LONGEST]).replace("&amp;", "&")
        text, (title, _) = finder.join((entry.title, content), language)
        lead = title + _LEAD_BYTES
        first: dict[int, int] = {}
        counts: dict[int, int] = {}
        for number, start, _ in lexicon.finder.find(text):
            if number in counts:
                counts[number] += 1
            else:
                counts[number] = 1
                first[number] = start
        return lexicon, [
            _Hit(number, TITLE if start < title else LEAD if start < lead else TEXT, start, counts[number])
            for number, start in first.items()
        ]

    def _adds(self, weight: float, hit: _Hit) -> float:
        rules = self.rules
        return weight * (rules.places[hit.place] + rules.repeat * min(hit.mentions - 1, rules.repeats))

    def _behalf(self, entry: Entry, lexicon: _Lexicon) -> list[Mention]:
        """The bodies that a version says it is issued on behalf of."""
        folded = finder.fold(entry.issuer, LANGUAGES[entry.language])
        found = [lexicon.bodies[number] for number, _, _ in lexicon.finder.find(folded)]
        return [Mention(body, BEHALF, 0) for body in found if body >= 0]

    def _pool(self, read: Sequence[_Reading], body: str) -> tuple[list[float], list[float]]:
        """The scores of a story, and what its titles add: the means of its versions', and what bodies are known for."""
        scores = [sum(column) / len(read) for column in zip(*(one.scores for one in read), strict=True)]
        titles = [sum(column) / len(read) for column in zip(*(one.titles for one in read), strict=True)]
        if body:
            for topic, weight in self._known_for[self.bodies.numbers[body]]:
                scores[topic] += self.rules.issuer * weight
        for one in read:
            for mention in one.mentions:
                for topic, adds in self._named(mention.body, mention.place, body):
                    scores[topic] += adds / len(read)
        return scores, titles

    def _choose(self, scores: list[float], titles: list[float]) -> tuple[str, ...]:
        rules = self.rules
        order = sorted(range(len(scores)), key=lambda number: (-scores[number], number in self._last, number))
        # Titles tell what is central; where they name nothing, the text has to.
        telling = max(titles) >= rules.central

        def needed(number: int) -> float:
            share = scores[order[0]] * (rules.last_share if number in self._last else rules.share)
            central = titles[number] >= rules.central or not telling
            return max(rules.threshold, min(share, rules.enough if central else rules.plenty))

        found = [number for number in order if scores[number] >= needed(number)]
        if not found:
            hinted = [number for number in order if scores[number] > 0 and number not in self._last]
            found = hinted[:1] or sorted(self._last) or order[:1]
        return tuple(self.topics[number] for number in found[: rules.most])


def _evidence(what: str, entry: Entry, place: str, mentions: int, adds: float) -> Evidence:
    return Evidence(what=what, language=entry.language, place=place, mentions=mentions, adds=round(adds, 2))


class _Lexicon:
    """The terms and bodies of one language by number: what each is called, its topic and weight, or its body.

    Topic and body are -1 where there is none; what has neither says nothing.
    """

    def __init__(self, taxonomy: Taxonomy, bodies: Bodies, language: Language) -> None:
        self.names: list[str] = []
        self.topics: list[int] = []
        self.weights: list[float] = []
        self.bodies: list[int] = []
        phrases: dict[tuple[bytes, bytes], tuple[Phrase, int]] = {}
        for name, topic, weight, body in self._rows(taxonomy, bodies, language.tag):
            self.names.append(name)
            self.topics.append(topic)
            self.weights.append(weight)
            self.bodies.append(body)
            for phrase in finder.spellings(name, language):
                # What stands first is meant: a body before a phrase that says nothing, and that before a term.
                phrases.setdefault((phrase.low, phrase.kept), (phrase, len(self.names) - 1))
        self.finder = Finder(phrases.values())

    def _rows(self, taxonomy: Taxonomy, bodies: Bodies, tag: str) -> Iterator[tuple[str, int, float, int]]:
        for name, body in bodies.names(tag):
            yield name, -1, 0.0, body
        for phrase in taxonomy.nothing.get(tag, ()):
            yield phrase, -1, 0.0, -1
        for number, topic in enumerate(taxonomy.topic):
            for level, term in topic.terms[tag].levels() if tag in topic.terms else ():
                yield term, number, getattr(taxonomy.weights, level), -1

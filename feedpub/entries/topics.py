"""Tags stories with topics: what their titles and texts name, weighed, all languages of a story together.

Each term counts by its level and by where it stands: in the title most, in the lead less; in the text behind it, a
topic counts by how much of the text it goes through, so that what is said in passing adds little, and a long text no
more than a short one. What the issuing body is known for counts as well. Terms and bodies are found together, the
longest match from the left, so that the name of a body is not taken for its subject. Both languages of a story always
carry the same topics, as it is the story that is tagged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy

import msgspec

from feedpub.entries.bodies import Bodies
from feedpub.entries.lexicon import LEAD, TITLE, Lexicon, Reading, all_texts
from feedpub.languages import LANGUAGES
from feedpub.model import Entry, Tags
from feedpub.taxonomy import Gazetteer, Taxonomy

_PLACES = ("title", "lead", "text")
_ISSUER = "issuer"


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How evidence adds up.

    A term in the title adds its weight, one in the lead its weight by `lead`; each further mention there adds `repeat`
    of its weight, at most `repeats` times. The text adds `text` where a sure term of the topic stands in every stretch
    of it, and less as it has fewer and weaker ones; one of less than `short` stretches counts as that long. The lead
    adds no more than `leads` to a topic, hints no more than `hints` together. A topic needs `threshold`, and `share` of
    the top score (`last_share` for one that is given last); or `enough`, where the titles add `central` or name no
    topic. `issuer` is the factor of what the issuing body is known for, `named` of what another one is that the title,
    or the lead, names. At most `most` topics are given.
    """

    lead: float = 0.3
    leads: float = 6.0
    repeat: float = 0.03
    repeats: int = 3
    text: float = 14.0
    short: int = 6
    threshold: float = 3.8
    share: float = 0.38
    enough: float = 7.0
    central: float = 2.0
    last_share: float = 0.75
    issuer: float = 1.2
    named: tuple[float, float] = (0.2, 0.2)
    hints: float = 2.5
    most: int = 4


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What speaks for a topic, or against it.

    A term or body as it is listed, the best place that it stands in (that of the body that issued the story is
    "issuer"), how often it is mentioned (in a text: in how many stretches it is the weightiest), and what it adds to
    the score of its language.
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


class Tagger:
    """Tags stories by a taxonomy and a gazetteer."""

    def __init__(self, taxonomy: Taxonomy, gazetteer: Gazetteer, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.topics = tuple(topic.id for topic in taxonomy.topic)
        self.bodies = Bodies(gazetteer)
        self._spoken = frozenset(tag for topic in taxonomy.topic for tag in topic.terms)
        self._last = frozenset(number for number, topic in enumerate(taxonomy.topic) if topic.last)
        self._sure, self._likely = taxonomy.weights.sure, taxonomy.weights.likely
        self._known_for = self._pointers(taxonomy)
        self._taxonomy = taxonomy
        self._lexicons: dict[str, Lexicon] = {}

    def _pointers(self, taxonomy: Taxonomy) -> list[tuple[tuple[int, float], ...]]:
        """What each body is known for: topics and weights."""
        found: list[dict[int, float]] = [{} for _ in self.bodies.all]
        for number, topic in enumerate(taxonomy.topic):
            for level, weight in (("hint", taxonomy.weights.hint), ("likely", taxonomy.weights.likely)):
                for body in getattr(topic.bodies, level):
                    found[self.bodies.numbers[body]][number] = weight
        return [tuple(one.items()) for one in found]

    def for_few(self, entries: Iterable[Entry]) -> Tagger:
        """A tagger that comes to the same for stories of some entries, and is ready much sooner.

        It knows only what stands in their texts.
        """
        by_terms: dict[str, list[Entry]] = {}
        for entry in entries:
            by_terms.setdefault(LANGUAGES[entry.language].terms, []).append(entry)
        narrow = copy(self)
        narrow._lexicons = self._lexicons | {  # noqa: SLF001 - a copy of its own
            tag: Lexicon(self._taxonomy, self.bodies, LANGUAGES[tag], all_texts(found))
            for tag, found in by_terms.items()
            if tag not in self._lexicons
        }
        return narrow

    def tag(self, entries: Sequence[Entry]) -> Tags:
        """Tag a story. One of which nothing is in a language that the taxonomy has terms in may get no topic.

        Args:
            entries: its language versions, one a language, in the site's order.
        """
        readings, body = self._read(entries)
        scores, titles = self._pool(entries, readings, body)
        told = any(self._speaks(entry) for entry in entries) or any(scores)
        return Tags(topics=self._choose(scores, titles) if told else (), body=body)

    def _speaks(self, entry: Entry) -> bool:
        """Whether the taxonomy has terms in the language of a version; without any, it says nothing of the topics."""
        return LANGUAGES[entry.language].terms in self._spoken

    def explain(self, entries: Sequence[Entry]) -> list[Weighed]:
        """Every topic that anything in a story speaks for or against, the highest score first."""
        readings, body = self._read(entries)
        scores, _ = self._pool(entries, readings, body)
        chosen = self.tag(entries).topics
        found: dict[int, list[Evidence]] = {}
        for topic, one in self._evidence(entries, readings, body):
            if one.adds:
                found.setdefault(topic, []).append(one)
        return [
            Weighed(
                topic=self.topics[number],
                score=round(scores[number], 2),
                given=self.topics[number] in chosen,
                evidence=tuple(sorted(found.get(number, ()), key=lambda one: (-abs(one.adds), one.what))),
            )
            for number in sorted(range(len(scores)), key=lambda number: (-scores[number], number))
            if scores[number] or number in found
        ]

    def _read(self, entries: Sequence[Entry]) -> tuple[list[Reading], str]:
        """What each version says, and who issued the story."""
        readings = [self._lexicon(entry).read(entry) for entry in entries]
        return readings, self.bodies.issuer([reading.mentions for reading in readings])

    def _lexicon(self, entry: Entry) -> Lexicon:
        """The lexicon of an entry's language, made when it is needed first."""
        tag = LANGUAGES[entry.language].terms
        if tag not in self._lexicons:
            self._lexicons[tag] = Lexicon(self._taxonomy, self.bodies, LANGUAGES[tag])
        return self._lexicons[tag]

    def _adds(self, lexicon: Lexicon, reading: Reading) -> Iterator[tuple[int, int, int, float]]:
        """What each term adds: its number, its place, its mentions, and how much."""
        rules = self.rules
        for place, factor, terms in ((TITLE, 1.0, reading.title), (LEAD, rules.lead, reading.lead)):
            for number, mentions in terms.items():
                factor_of_all = factor + rules.repeat * min(mentions - 1, rules.repeats)
                yield number, place, mentions, lexicon.weights[number] * factor_of_all
        stretches: dict[int, int] = {}
        for number in reading.text.values():
            stretches[number] = stretches.get(number, 0) + 1
        whole = self._sure * max(reading.stretches, rules.short)
        for number, mentions in stretches.items():
            yield number, 2, mentions, rules.text * lexicon.weights[number] * mentions / whole

    def _known(self, reading: Reading, issuer: str) -> Iterator[tuple[int, int, int, float]]:
        """What the bodies add that a version names in title or lead and that did not issue it: body, place, topic."""
        for body, place in dict.fromkeys((mention.body, mention.place) for mention in reading.mentions):
            if place in (TITLE, LEAD) and self.bodies.all[body].id != issuer:
                for topic, weight in self._known_for[body]:
                    yield body, place, topic, self.rules.named[place] * weight

    def _pool(self, entries: Sequence[Entry], readings: list[Reading], body: str) -> tuple[list[float], list[float]]:
        """The scores of a story, and what its titles add: the means of its versions', and what bodies are known for."""
        scores, titles = [0.0] * len(self.topics), [0.0] * len(self.topics)
        for entry, reading in zip(entries, readings, strict=True):
            self._weigh(self._lexicon(entry), reading, scores, titles)
            for _, _, topic, adds in self._known(reading, body):
                scores[topic] += adds
        read = sum(self._speaks(entry) for entry in entries)
        if read > 1:
            scores, titles = ([one / read for one in some] for some in (scores, titles))
        if body:
            for topic, weight in self._known_for[self.bodies.numbers[body]]:
                scores[topic] += self.rules.issuer * weight
        return scores, titles

    def _weigh(self, lexicon: Lexicon, reading: Reading, scores: list[float], titles: list[float]) -> None:
        """Add what the terms of a version say to the scores, and what those in the title say to that of the titles."""
        hints: dict[int, float] = {}
        leads: dict[int, float] = {}
        for number, place, _, adds in self._adds(lexicon, reading):
            if 0 < lexicon.weights[number] < self._likely:
                hints[lexicon.topics[number]] = hints.get(lexicon.topics[number], 0.0) + adds
                continue
            for topic, ratio in ((lexicon.topics[number], 1.0), *lexicon.within.get(number, ())):
                if place == LEAD:
                    leads[topic] = leads.get(topic, 0.0) + adds * ratio
                    continue
                scores[topic] += adds * ratio
                if place == TITLE:
                    titles[topic] += adds * ratio
        for topic, adds in leads.items():
            scores[topic] += min(adds, self.rules.leads)
        for topic, adds in hints.items():
            scores[topic] += min(adds, self.rules.hints)

    def _evidence(
        self,
        entries: Sequence[Entry],
        readings: list[Reading],
        body: str,
    ) -> Iterator[tuple[int, Evidence]]:
        """All that adds to a score, with its topic."""
        if body:
            for topic, weight in self._known_for[self.bodies.numbers[body]]:
                yield topic, _told(body, entries[0], _ISSUER, 1, weight * self.rules.issuer)
        for entry, reading in zip(entries, readings, strict=True):
            lexicon = self._lexicon(entry)
            for number, place, mentions, adds in self._adds(lexicon, reading):
                for topic, ratio in ((lexicon.topics[number], 1.0), *lexicon.within.get(number, ())):
                    yield topic, _told(lexicon.names[number], entry, _PLACES[place], mentions, adds * ratio)
            for known, place, topic, adds in self._known(reading, body):
                yield topic, _told(self.bodies.all[known].id, entry, _PLACES[place], 1, adds)

    def _choose(self, scores: list[float], titles: list[float]) -> tuple[str, ...]:
        rules = self.rules
        order = sorted(range(len(scores)), key=lambda number: (-scores[number], number in self._last, number))
        top = scores[order[0]]
        # Titles tell what is central; where they name nothing, the text has to.
        telling = max(titles) >= rules.central

        def needed(number: int) -> float:
            share = top * (rules.last_share if number in self._last else rules.share)
            central = titles[number] >= rules.central or not telling
            return min(share, rules.enough) if central else share

        enough = (number for number in order if scores[number] >= rules.threshold)
        found = [number for number in enough if scores[number] >= needed(number)]
        if not found:
            hinted = [number for number in order if scores[number] > 0]
            found = hinted[:1] or sorted(self._last) or order[:1]
        return tuple(self.topics[number] for number in found[: rules.most])


def _told(what: str, entry: Entry, place: str, mentions: int, adds: float) -> Evidence:
    return Evidence(what=what, language=entry.language, place=place, mentions=mentions, adds=round(adds, 2))

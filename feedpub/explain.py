"""`feedpub explain`: why an entry is paired as it is, or why it is not, and why its story has its topics."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import msgspec
from sqlalchemy import Connection

from feedpub import catalogue, subjects
from feedpub.config import Settings
from feedpub.entries import evidence, links, names, pairing
from feedpub.entries.clues import Clues, clues
from feedpub.entries.differences import Difference, differences
from feedpub.entries.topics import Weighed
from feedpub.errors import ConfigError
from feedpub.existing import open_store
from feedpub.feeds import corrections
from feedpub.joining import moment
from feedpub.languages import LANGUAGES
from feedpub.lore import lore
from feedpub.model import Entry, Tags
from feedpub.store import entries, tags
from feedpub.store import stories as stored
from feedpub.store.database import utc
from feedpub.subjects import Subjects
from feedpub.tagging import in_order

_MOST_RIVALS = 5
_MOST_CLUES = 12
_PLACES = ("issuer", "title", "lead", "text")


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the story."""

    id: str
    language: str
    published: str
    title: str
    url: str = ""


class LinkFound(msgspec.Struct, frozen=True, kw_only=True):
    """A language link: whose, what it names, where it leads, and why it is not believed."""

    entry: str
    names: str
    language: str
    leads_to: str
    refused: str


class Rival(msgspec.Struct, frozen=True, kw_only=True):
    """Another entry weighed by evidence: the log odds, what each part adds, and which rare clues both have."""

    id: str
    language: str
    title: str
    paired: bool
    possible: bool
    score: float
    parts: dict[str, float]
    shared: tuple[str, ...]


class Topics(msgspec.Struct, frozen=True, kw_only=True):
    """What the story is about and who issued it: as the store has it, and as its versions are weighed now.

    A topic is given where its score is at least `threshold` and `share` of the highest.
    """

    stored: Tags = Tags()
    now: Tags = Tags()
    issuer: str = ""
    threshold: float = 0.0
    share: float = 0.0
    weighed: tuple[Weighed, ...] = ()


class Revised(msgspec.Struct, frozen=True, kw_only=True):
    """A significant change of the entry: when, what it came to, and what differs, word by word where there is any."""

    at: str
    what: str
    difference: Difference


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """All that there is to say about how an entry is paired and its story is tagged.

    `called` are all addresses and keys that it is known by; `history` its significant changes, the oldest first.
    """

    story: str
    entry: Member
    others: tuple[Member, ...]
    joined_by: str
    links: tuple[LinkFound, ...]
    likely: float
    margin_needed: float
    margin: float | None
    evidence: tuple[Rival, ...]
    conclusion: str
    topics: Topics
    called: tuple[str, ...] = ()
    history: tuple[Revised, ...] = ()


def explain(settings: Settings, text: str) -> list[Explanation]:
    """Explain the entries with an id, a story's id, a key or an address.

    Raises:
        ConfigError: there is no such entry.
        StoreError: there is no store yet, or it cannot be used.
    """
    store = open_store(settings)
    try:
        with store.reading() as connection:
            topical = subjects.read(settings)
            called = stored.called(connection, [names.address(text)]) if "://" in text else []
            found = [entry for _, entry in called] or stored.find(connection, text)
            if not found:
                raise ConfigError(f'no entry has the id, key or address "{text}" in {settings.store_url}')
            return [_explain(connection, settings, topical, identifier) for identifier in found]
    finally:
        store.close()


def _explain(connection: Connection, settings: Settings, topical: Subjects, identifier: str) -> Explanation:
    entry = stored.load(connection, [identifier])[identifier]
    place = stored.places(connection, [identifier])[identifier]
    mates = [one for one in stored.members(connection, [place.story]).get(place.story, []) if one.id != identifier]
    claims = stored.claims_of(connection, [identifier, *(one.id for one in mates)])
    pairs = stored.pairs_with(connection, [identifier])
    linked = {one for pair in stored.linked_with(connection, [identifier]) for one in pair}
    how = [f"{one.id} by {'link' if one.id in linked else 'evidence'}" for one in mates]
    rivals = _rivals(connection, settings, entry, {one.id for one in mates})
    return Explanation(
        story=place.story,
        entry=_member(entry),
        others=tuple(_member(one) for one in mates),
        joined_by="; ".join(how),
        links=tuple(
            LinkFound(
                entry=claim.entry,
                names=claim.name,
                language=claim.language,
                leads_to=claim.target,
                refused=claim.refused,
            )
            for claim in claims
        ),
        likely=pairing.LIKELY,
        margin_needed=pairing.MARGIN,
        margin=pairs[0].margin if pairs else None,
        evidence=tuple(rivals),
        conclusion=_conclusion(entry, mates, linked, rivals, waiting=[c for c in claims if not c.target]),
        called=tuple(name for name, _ in stored.names_of(connection, [identifier])),
        history=tuple(_history(connection, entry)),
        topics=_topics(connection, topical, place.story, in_order([entry, *mates], settings.languages)),
    )


def _history(connection: Connection, entry: Entry) -> Iterator[Revised]:
    """The significant changes of an entry; others keep a revision as well, but are no news."""
    revisions = [*entries.revisions_of(connection, entry.id), entry]
    for old, new in pairwise(revisions):
        if new.updated != old.updated:
            if new.withdrawn:
                what = "withdrawn"
            else:
                what = corrections.line(new.corrections[-1], LANGUAGES["en"].words) if new.corrections else "changed"
            yield Revised(at=new.updated.isoformat(), what=what, difference=differences(old, new))


def _topics(connection: Connection, topical: Subjects, story: str, entries: list[Entry]) -> Topics:
    if not topical.digest:
        return Topics()
    tagger = topical.tagger
    now = tagger.tag(entries)
    issuer = topical.bodies.get(now.body)
    return Topics(
        stored=tags.tagged(connection, [story]).get(story, Tags()),
        now=now,
        issuer=catalogue.name(issuer.name, entries[0].language) if issuer else "",
        threshold=tagger.rules.threshold,
        share=tagger.rules.share,
        weighed=tuple(tagger.explain(entries)),
    )


def _rivals(connection: Connection, settings: Settings, entry: Entry, mates: set[str]) -> list[Rival]:
    """The entries in other languages around an entry, the likeliest first; its mates in any case."""
    known = lore(settings.terms)
    shift = pairing.shift_of(int(entry.published.timestamp()))
    around = {one.id: one for one, _ in stored.between(connection, moment(shift - 1), moment(shift + 2)).values()}
    around |= stored.load(connection, mates)
    found = {one.id: clues(one, known) for one in around.values()} | {entry.id: clues(entry, known)}
    own = found[entry.id]
    rivals = []
    for identifier, other in found.items():
        if other.language == own.language or not (evidence.possible(own, other) or identifier in mates):
            continue
        earlier = min(own, other, key=lambda one: one.published)
        near = evidence.Surroundings(
            one
            for one in found.values()
            if pairing.shift_of(one.published) == pairing.shift_of(earlier.published) and one.group == own.group
        )
        weighed = evidence.weigh(own, other, near)
        rivals.append(
            Rival(
                id=identifier,
                language=other.language,
                title=around[identifier].title,
                paired=identifier in mates,
                possible=evidence.possible(own, other),
                score=round(weighed.score, 2),
                parts={name: round(value, 2) for name, value in weighed.parts.items() if round(value, 2)},
                shared=_shared(own, other, near),
            ),
        )
    rivals.sort(key=lambda rival: (not rival.paired, -rival.score, rival.id))
    return rivals[:_MOST_RIVALS]


def _shared(one: Clues, other: Clues, near: evidence.Surroundings) -> tuple[str, ...]:
    """The clues of an entry that the other has too, the rarest first."""
    worth = near.clues(other.language)
    both = [clue for clue in (*one.title, *(clue for clue, _ in one.body)) if clue in other.covers]
    ordered = sorted(both, key=lambda clue: (-worth[clue].rarity, clue))
    return tuple(" ".join(clue.partition(":")[2].split()) for clue in ordered[:_MOST_CLUES])


def _conclusion(
    entry: Entry,
    mates: list[Entry],
    linked: set[str],
    rivals: list[Rival],
    waiting: list[stored.StoredClaim],
) -> str:
    if mates:
        by_links = all(mate.id in linked for mate in mates)
        return "paired by the pages' links" if by_links else "paired by evidence"
    if links.only_languages(entry.markers):
        return "single: its title says that there is no other language"
    if waiting:
        return f"single so far: it names {waiting[0].name}, which has not been read"
    if not rivals:
        return "single: no entry in another language was published near enough that agrees in enough"
    if rivals[0].score < pairing.LIKELY:
        return f"single: the likeliest has log odds of {rivals[0].score}, less than the {pairing.LIKELY} needed"
    return f"single: the likeliest is not {pairing.MARGIN} better than what it would be without, or is paired otherwise"


def _member(entry: Entry) -> Member:
    return Member(
        id=entry.id,
        language=entry.language,
        published=utc(entry.published),
        title=entry.title,
        url=entry.url or "",
    )


def lines(explanation: Explanation) -> list[str]:
    """The explanation for people."""
    entry = explanation.entry
    said = [f"{entry.title}", f"  {entry.id} ({entry.language}), {entry.published}", f"  story {explanation.story}"]
    said.append(f"  {explanation.conclusion}")
    said += [line for one in explanation.history for line in _history_lines(one)]
    said += [f"  {other.language}: {other.title} ({other.id})" for other in explanation.others]
    for link in explanation.links:
        state = (
            f"not believed: {link.refused}"
            if link.refused
            else (f"to {link.leads_to}" if link.leads_to else "not read yet")
        )
        said.append(f"  link of {link.entry}: {link.language or 'other language'} {link.names}: {state}")
    said.append(f"  evidence (log odds; needed {explanation.likely}, and a margin of {explanation.margin_needed}):")
    for rival in explanation.evidence:
        said.append(f"  {'*' if rival.paired else ' '} {rival.score:7.2f}  {rival.title} ({rival.id})")
        said.append("             " + ", ".join(f"{name} {value:+.1f}" for name, value in rival.parts.items()))
        if rival.shared:
            said.append("             both have: " + ", ".join(rival.shared))
    if not explanation.evidence:
        said.append("    nothing to weigh")
    return said + _topic_lines(explanation.topics)


def _history_lines(revised: Revised) -> Iterator[str]:
    """A change, and the paragraphs that differ, with what went in [-brackets-] and what came in {+braces+}."""
    yield f"  {revised.at}: {revised.what}"
    marks = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
    for parts in (revised.difference.title, *revised.difference.paragraphs):
        if any(part.kind != "same" for part in parts):
            yield "    " + "".join(marks[part.kind][0] + part.text + marks[part.kind][1] for part in parts)


def _topic_lines(topics: Topics) -> list[str]:
    if not topics.weighed and not topics.now.topics:
        return []
    said = [f"  issued by {topics.issuer} ({topics.now.body})" if topics.issuer else "  no issuing body is found"]
    said.append(f"  topics (needed {topics.threshold}, and {topics.share:.0%} of the highest):")
    others = [one for one in topics.weighed if not one.given]
    for one in (*(one for one in topics.weighed if one.given), *others[:_MOST_RIVALS]):
        said.append(f"  {'*' if one.given else ' '} {one.score:7.2f}  {one.topic}")
        said += [f"             {line}" for line in _evidence_lines(one)]
    if others[_MOST_RIVALS:]:
        said.append("             less: " + ", ".join(f"{one.topic} {one.score}" for one in others[_MOST_RIVALS:]))
    if not any(one.given for one in topics.weighed):
        said.append(f"  *          {', '.join(topics.now.topics)}: nothing else fits")
    if topics.stored != topics.now:
        said.append(
            f"  the store has {', '.join(topics.stored.topics) or 'none'}; `feedpub retag` brings it up to date"
        )
    return said


def _evidence_lines(weighed: Weighed) -> list[str]:
    """A line for each language and place, what adds most first."""
    places: dict[tuple[str, int, str], list[str]] = {}
    for one in weighed.evidence:
        times = f" x{one.mentions}" if one.mentions > 1 else ""
        rank = _PLACES.index(one.place)
        places.setdefault((one.language, rank, one.place), []).append(f"{one.what}{times} {one.adds:+.1f}")
    return [f"{language} {place}: {', '.join(found)}" for (language, _, place), found in sorted(places.items())]

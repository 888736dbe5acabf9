"""From the store's entries to its stories: what a run changed is paired again, with what is around it.

The edges of stories are kept in the store: links (`claim`) and pairs by evidence (`pair`); which story an entry is in
follows from them. A run looks at the entries that it stored, at those that links join with them, and at the hours
around them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Connection

from feedpub.config import Settings
from feedpub.entries import identity, links, names, pairing
from feedpub.entries.clues import Clues, Lore, clues
from feedpub.model import Entry
from feedpub.report import PairReport, Problem
from feedpub.store import stories as stored
from feedpub.store.database import utc
from feedpub.store.stories import Place, StoredClaim, StoredPair

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE = 1_000
"""Entries that are paired at once: a store of an earlier version has all of its entries paired in its next run."""


def join(connection: Connection, settings: Settings, run: int, fresh: list[str]) -> PairReport:
    """Put the entries that a run stored, by their ids, into stories."""
    before = set(stored.linked_with(connection, fresh))
    for part in _parts(fresh):
        for entry in stored.load(connection, part).values():
            stored.put_names(connection, entry.id, names.names(entry))
            stored.put_claims(connection, [entry.id], (_claim(entry.id, claim) for claim in names.claims(entry)))
    reports = [_Pairing(connection, settings, run).pair(part, before) for part in _parts(fresh)]
    return PairReport(
        linked=sum(report.linked for report in reports),
        found=sum(report.found for report in reports),
        parted=sum(report.parted for report in reports),
        refused=tuple(dict.fromkeys(problem for report in reports for problem in report.refused)),
    )


class _Pairing:
    """Pairs some of what a run stored."""

    def __init__(self, connection: Connection, settings: Settings, run: int) -> None:
        self.connection, self.settings, self.run = connection, settings, run
        self.entries: dict[str, Entry] = {}
        self.clues: dict[str, Clues] = {}

    def pair(self, fresh: list[str], before: set[pairing.Pair]) -> PairReport:
        """Pair some entries.

        Args:
            fresh: their ids.
            before: the links that were believed before the run.
        """
        around = self._linked_around(fresh)
        old = {_pair(link) for link in (*before, *stored.linked_with(self.connection, around)) if around & {*link}}
        believed, doubted = self._believe(around)
        made, parted = self._pair_around(around)
        self._tell(around | {one for pair in made | parted for one in pair}, set(fresh) | doubted)
        return PairReport(
            linked=len(believed.pairs - old),
            found=len(made - parted),
            parted=len(old - believed.pairs) + len(parted - made),
            refused=tuple(Problem(one.entry, f"{one.claim.name}: {one.reason}") for one in believed.refused),
        )

    def _load(self, identifiers: Iterable[str]) -> list[Entry]:
        missing = [one for one in identifiers if one not in self.entries]
        self.entries |= stored.load(self.connection, missing)
        return [self.entries[one] for one in identifiers]

    def _clues(self, identifier: str) -> Clues:
        if identifier not in self.clues:
            self.clues[identifier] = clues(self._load([identifier])[0], self._lore())
        return self.clues[identifier]

    def _lore(self) -> Lore:
        from feedpub.lore import lore  # noqa: PLC0415 - where links tell everything, it is not needed

        return lore(self.settings.terms)

    def _linked_around(self, fresh: Iterable[str]) -> set[str]:
        """The entries, those that they name, those that name them, and so on; and those of their stories so far."""
        found, waiting = set[str](), set(fresh)
        while waiting:
            found |= waiting
            claimed = {claim.name for claim in stored.claims_of(self.connection, waiting)}
            own = {name for name, _ in stored.names_of(self.connection, waiting)}
            named = {entry for _, entry in stored.called(self.connection, claimed)}
            naming = set(stored.claimants(self.connection, own | claimed))
            known = stored.places(self.connection, waiting).values()
            together = stored.members(self.connection, {place.story for place in known if place.story})
            mates = {entry.id for members in together.values() for entry in members}
            waiting = (named | naming | mates) - found
        return found

    def _believe(self, around: set[str]) -> tuple[links.Believed, set[str]]:
        """Decide which links are believed, and keep it; gives the entries whose doubted links are not as before."""
        went_by: dict[str, set[str]] = {}
        for name, entry in stored.names_of(self.connection, around):
            went_by.setdefault(entry, set()).add(name)
        linked = [links.linked(entry) for entry in self._load(sorted(around))]
        linked = [msgspec.structs.replace(one, names=tuple(sorted(went_by[one.id]))) for one in linked]
        believed = links.believe(linked, lambda one, other: pairing.unrelated(self._clues(one), self._clues(other)))
        refused = {(one.entry, one.claim, one.target): one.reason for one in believed.refused}
        found = [
            _claim(one.id, claim, target, refused.get((one.id, claim, target), ""))
            for one in linked
            for claim in one.claims
            for target in believed.targets.get((one.id, claim), ("",))
        ]
        old = {(one.entry, one.name, one.language) for one in stored.claims_of(self.connection, around) if one.refused}
        new = {(one.entry, one.name, one.language) for one in found if one.refused}
        stored.put_claims(self.connection, around, found)
        self._open(linked, believed)
        return believed, {entry for entry, _, _ in old ^ new}

    def _open(self, linked: list[links.Linked], believed: links.Believed) -> None:
        """Keep which entries evidence may join: those that lack a language, wait for none and are not marked."""
        joined = pairing.join({one.id: one.language for one in linked}, believed.pairs, ())
        for one in linked:
            has = {self.entries[mate].language for mate in joined[one.id]} | believed.waits.get(one.id, frozenset())
            is_open = "" not in has and not set(self.settings.collected) <= has and not one.only
            stored.set_open(self.connection, one.id, is_open=is_open, alone=bool(one.only))

    def _pair_around(self, around: set[str]) -> tuple[set[pairing.Pair], set[pairing.Pair]]:
        """Pair the hours around entries by evidence; gives the pairs that are new and those that are no more."""
        made, parted = set[pairing.Pair](), set[pairing.Pair]()
        shifts = pairing.Shifts(self._candidates)
        for first, last in _ranges({_shift(entry) for entry in self._load(around)}):
            old = {(one.one, one.other) for one in stored.pairs_of_shifts(self.connection, first, last)}
            if not old and not stored.any_open(self.connection, moment(first), moment(last + 2)):
                continue
            found = shifts.pair(first, last)
            stored.replace_pairs(self.connection, first, last, (self._stored(one) for one in found))
            new = {one.pair for one in found}
            made, parted = made | (new - old), parted | (old - new)
        return made, parted

    def _stored(self, found: pairing.Joined) -> StoredPair:
        shift = min(pairing.shift_of(self._clues(one).published) for one in found.pair)
        one, other = found.pair
        return StoredPair(one=one, other=other, shift=shift, score=round(found.score, 3), margin=round(found.margin, 3))

    def _candidates(self, shift: int) -> list[pairing.Candidate]:
        """The entries of a shift; those that no evidence may join stand for what is common only."""
        found = stored.between(self.connection, moment(shift), moment(shift + 1))
        candidates = []
        for identifier, (entry, is_open) in found.items():
            self.clues[identifier] = self.clues.get(identifier) or clues(entry, self._lore())
            mates: tuple[tuple[str, str], ...] = ()
            waits = frozenset({""}) if not is_open else frozenset[str]()
            # Of two languages, an entry that has the other one is not open.
            if is_open and len(self.settings.collected) > 2:  # noqa: PLR2004 - see above
                mates, waits = self._mates(identifier)
            candidates.append(pairing.Candidate(clues=self.clues[identifier], mates=mates, waits=waits))
        return candidates

    def _mates(self, identifier: str) -> tuple[tuple[tuple[str, str], ...], frozenset[str]]:
        """What links say of an entry that lacks a language all the same: whom it has, and what it waits for."""
        together = _closure({identifier}, lambda some: stored.linked_with(self.connection, some)) - {identifier}
        mates = tuple((one, place.language) for one, place in stored.places(self.connection, together).items())
        own = stored.claims_of(self.connection, [identifier])
        return mates, frozenset(claim.language for claim in own if not claim.target and not claim.refused)

    def _tell(self, touched: set[str], fresh: set[str]) -> None:
        """Put entries into the stories that follow from links and pairs."""
        linked, paired = set[pairing.Pair](), dict[pairing.Pair, StoredPair]()

        def edges(some: Iterable[str]) -> list[pairing.Pair]:
            some = list(some)
            links_, pairs_ = stored.linked_with(self.connection, some), stored.pairs_with(self.connection, some)
            linked.update(links_)
            paired.update({(one.one, one.other): one for one in pairs_})
            return [*links_, *paired]

        places = stored.places(self.connection, _closure(touched, edges))
        joined = [pairing.Joined(pair=pair, score=one.score, margin=one.margin) for pair, one in paired.items()]
        story = pairing.join({one: place.language for one, place in places.items()}, linked, joined)
        for members in sorted(set(story.values()), key=min):
            identifier = identity.story_id(_founder([places[one] for one in members]).id)
            ordered = sorted(members)
            if any(places[one].story != identifier for one in members):
                stored.move(self.connection, ordered, identifier, self.run)
            elif not fresh.isdisjoint(members) or members < {
                one for one, place in places.items() if place.story == identifier
            }:
                stored.touch(self.connection, ordered, self.run)


def _claim(entry: str, claim: names.Claim, target: str = "", refused: str = "") -> StoredClaim:
    return StoredClaim(entry=entry, name=claim.name, language=claim.language, target=target, refused=refused)


def _pair(link: pairing.Pair) -> pairing.Pair:
    return min(link), max(link)


def _parts(identifiers: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(identifiers), _AT_ONCE):
        yield identifiers[start : start + _AT_ONCE]


def _founder(members: list[Place]) -> Place:
    """The entry of a story that was seen first; of those that the same run saw, the one that was issued first."""
    return min(members, key=lambda place: (place.seen, place.published, place.id))


def _closure(start: set[str], edges: Callable[[Iterable[str]], Iterable[pairing.Pair]]) -> set[str]:
    """All that can be reached over edges."""
    found, waiting = set[str](), set(start)
    while waiting:
        found |= waiting
        waiting = {one for pair in edges(waiting) for one in pair} - found
    return found


def _ranges(shifts: set[int]) -> list[tuple[int, int]]:
    """The shifts whose pairs depend on what changed in some: two before, one after; neighbours together.

    What changed has edges with the shift before and changes what is common in its own; entries of both, and of the one
    after, may be free for others then.
    """
    found: list[tuple[int, int]] = []
    for shift in sorted(shifts):
        first, last = shift - 2, shift + 1
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return found


def _shift(entry: Entry) -> int:
    return pairing.shift_of(int(entry.published.timestamp()))


def moment(shift: int) -> str:
    """The beginning of a shift as the store writes it."""
    return utc(_EPOCH + timedelta(seconds=pairing.SHIFT * shift))

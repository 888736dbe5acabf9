"""Which language links are believed.

A page names the pages of its other languages. A link in one direction is enough; where links contradict one another,
the pages that name each other are right, and where there are none such, nobody is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from feedpub.entries import names
from feedpub.entries.names import Claim
from feedpub.model import Entry

Unrelated = Callable[[str, str], bool]


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as far as links are concerned: its language, what it goes by, and which other versions it names."""

    id: str
    language: str
    names: tuple[str, ...]
    claims: tuple[Claim, ...]


class Refusal(msgspec.Struct, frozen=True):
    """A claim that is not believed: whose it is, which, and why."""

    entry: str
    claim: Claim
    reason: str


class Believed(msgspec.Struct, frozen=True):
    """What the links say.

    `pairs` of entries (ids in order) are joined by links; `refused` are the claims that are not believed; `waits` are
    the languages, by entry, in which it names a version that is not known: "" where it does not say which;
    `targets` are the entries that claims lead to, where they are known.
    """

    pairs: frozenset[tuple[str, str]]
    refused: tuple[Refusal, ...]
    waits: dict[str, frozenset[str]]
    targets: dict[tuple[str, Claim], str]


def linked(entry: Entry) -> Linked:
    """An entry as far as links are concerned."""
    own = names.names(entry)
    claims = tuple(claim for claim in names.claims(entry) if claim.name not in own)
    return Linked(id=entry.id, language=entry.language, names=own, claims=claims)


def believe(entries: Iterable[Linked], unrelated: Unrelated) -> Believed:
    """Decide which links are believed.

    Args:
        entries: all entries that name or are named by one another; what they name beside may be missing.
        unrelated: whether two entries, of which only one names the other, cannot be versions of one release.

    The order of the entries does not matter.
    """
    return _Decision(sorted(entries, key=lambda entry: entry.id), unrelated).result()


class _Decision:
    def __init__(self, entries: list[Linked], unrelated: Unrelated) -> None:
        self.entries = {entry.id: entry for entry in entries}
        self.unrelated = unrelated
        self.refused: dict[tuple[str, Claim], str] = {}
        self.targets = self._targets(entries)

    def result(self) -> Believed:
        self._refuse_impossible()
        self._refuse_contradicted()
        self._refuse_doubles()
        pairs = frozenset(
            (min(one, other), max(one, other))
            for (one, claim), other in self.targets.items()
            if self._stands(one, claim)
        )
        refusals = (Refusal(one, claim, reason) for (one, claim), reason in self.refused.items())
        return Believed(
            pairs,
            tuple(sorted(refusals, key=lambda r: (r.entry, r.claim.language, r.claim.name))),
            {one: waits for one, entry in self.entries.items() if (waits := self._waits(entry))},
            self.targets,
        )

    def _waits(self, entry: Linked) -> frozenset[str]:
        unknown = (claim for claim in entry.claims if (entry.id, claim) not in self.targets)
        return frozenset(claim.language for claim in unknown if self._stands(entry.id, claim))

    def _targets(self, entries: list[Linked]) -> dict[tuple[str, Claim], str]:
        """Which entry each claim leads to, where it is known."""
        called: dict[str, list[str]] = {}
        for entry in entries:
            for name in entry.names:
                called.setdefault(name, []).append(entry.id)
        found = {}
        for entry in entries:
            for claim in entry.claims:
                # A key may stand for the same release in several languages.
                holders = [
                    one for one in called.get(claim.name, ()) if one != entry.id and self._fits(one, claim, entry)
                ]
                if len(holders) == 1:
                    found[entry.id, claim] = holders[0]
        return found

    def _fits(self, one: str, claim: Claim, entry: Linked) -> bool:
        language = self.entries[one].language if one in self.entries else ""
        return claim.language in ("", language) or language == entry.language

    def _stands(self, one: str, claim: Claim) -> bool:
        return (one, claim) not in self.refused

    def _refuse(self, one: str, claim: Claim, reason: str) -> None:
        self.refused.setdefault((one, claim), reason)

    def _refuse_impossible(self) -> None:
        for (one, claim), other in self.targets.items():
            if self.entries[one].language == self.entries[other].language:
                self._refuse(one, claim, f"it leads to {other}, which is in the same language")
            elif not self._mutual(one, other) and self.unrelated(one, other):
                self._refuse(one, claim, f"it leads to {other}, which is another release")

    def _refuse_contradicted(self) -> None:
        """Where several entries of one language claim one entry, or it claims another than the one that claims it."""
        rivals: dict[tuple[str, str], set[str]] = {}
        for one, entry in self.entries.items():
            for claim in entry.claims:
                other = self.targets.get((one, claim))
                if not self._stands(one, claim):
                    continue
                # What is claimed may be known by its name only: then that is its rival's name.
                rivals.setdefault((one, self.entries[other].language if other else claim.language), set()).add(
                    other or claim.name,
                )
                rivals.setdefault((other or claim.name, entry.language), set()).add(one)
        for one, entry in self.entries.items():
            for claim in entry.claims:
                other = self.targets.get((one, claim))
                if not self._stands(one, claim) or (other and self._mutual(one, other)):
                    continue
                language = self.entries[other].language if other else claim.language
                mine = rivals[one, language] - {other or claim.name}
                theirs = rivals[other or claim.name, entry.language] - {one}
                if theirs:
                    self._refuse(one, claim, f"{_listed(theirs)} and this one claim the same counterpart")
                elif mine:
                    self._refuse(
                        one, claim, f"there is another claim to its counterpart in {language}: {_listed(mine)}"
                    )

    def _mutual(self, one: str, other: str) -> bool:
        return any(
            self.targets.get((other, claim)) == one and self._stands(other, claim)
            for claim in self.entries[other].claims
        )

    def _refuse_doubles(self) -> None:
        """A story has one entry a language: first go the links of one direction that lead to two, then all of them."""
        for only_single in (True, False):
            for members in self._groups():
                languages = [self.entries[one].language for one in members]
                if len(set(languages)) == len(languages):
                    continue
                for (one, claim), other in self.targets.items():
                    if one in members and self._stands(one, claim) and not (only_single and self._mutual(one, other)):
                        self._refuse(one, claim, f"it joins two releases in one language: {_listed(members)}")

    def _groups(self) -> list[set[str]]:
        joined: dict[str, set[str]] = {one: {one} for one in self.entries}
        for (one, claim), other in self.targets.items():
            if self._stands(one, claim) and joined[one] is not joined[other]:
                union = joined[one] | joined[other]
                for member in union:
                    joined[member] = union
        return [members for one, members in joined.items() if one == min(members)]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))

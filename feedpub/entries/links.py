"""Which language links are believed.

A page names the pages of its other languages. A link in one direction is enough; where links contradict one another,
the pages that name each other are right, and where there are none such, nobody is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import msgspec

from feedpub.entries import names
from feedpub.entries.names import Claim
from feedpub.model import Entry

Unrelated = Callable[[str, str], bool]


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as far as links are concerned: its language, what it goes by, and which other versions it names.

    `group` is the authority of its id: only entries of one authority can be versions of one another. `only` are the
    languages that its title's markers leave: ("zh"), none if they say nothing.
    """

    id: str
    language: str
    names: tuple[str, ...]
    claims: tuple[Claim, ...]
    group: str = ""
    only: frozenset[str] = frozenset()


class Refusal(msgspec.Struct, frozen=True):
    """A link that is not believed: whose it is, its claim, the entry that it leads to ("" if unknown), and why."""

    entry: str
    claim: Claim
    target: str
    reason: str


class Believed(msgspec.Struct, frozen=True):
    """What the links say.

    `pairs` of entries (ids in order) are joined by links; `refused` are the links that are not believed; `waits` are
    the languages, by entry, in which it names a version that is not known: "" where it does not say which;
    `targets` are the entries that claims lead to, where they are known.
    """

    pairs: frozenset[tuple[str, str]]
    refused: tuple[Refusal, ...]
    waits: dict[str, frozenset[str]]
    targets: dict[tuple[str, Claim], tuple[str, ...]]


class _Link(NamedTuple):
    """A claim, and where it leads: "" where that is not known."""

    one: str
    claim: Claim
    other: str


def linked(entry: Entry) -> Linked:
    """An entry as far as links are concerned."""
    return Linked(
        id=entry.id,
        language=entry.language,
        names=names.names(entry),
        claims=names.claims(entry),
        group=names.authority(entry),
        only=only_languages(entry.markers),
    )


def only_languages(markers: Iterable[str]) -> frozenset[str]:
    """The languages that markers leave: "en-only" leaves "en"; none if they say nothing."""
    return frozenset(marker.removesuffix("-only") for marker in markers if marker.endswith("-only"))


def allows(only: frozenset[str], language: str) -> bool:
    """Whether markers that leave some languages allow for a version in another: "zh" does for zh-Hans."""
    return not only or language.partition("-")[0] in only


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
        self.refused: dict[_Link, str] = {}
        self.links = list(self._links())
        self.known = [link for link in self.links if link.other]

    def result(self) -> Believed:
        self._refuse_impossible()
        self._refuse_contradicted()
        self._refuse_doubles()
        standing = [link for link in self.links if link not in self.refused]
        targets: dict[tuple[str, Claim], tuple[str, ...]] = {}
        for link in self.known:
            targets[link.one, link.claim] = (*targets.get((link.one, link.claim), ()), link.other)
        waits: dict[str, frozenset[str]] = {}
        for link in standing:
            if not link.other:
                waits[link.one] = waits.get(link.one, frozenset()) | {link.claim.language}
        return Believed(
            pairs=frozenset((min(link.one, link.other), max(link.one, link.other)) for link in standing if link.other),
            refused=tuple(Refusal(*link, self.refused[link]) for link in self.links if link in self.refused),
            waits=waits,
            targets=targets,
        )

    def _links(self) -> Iterator[_Link]:
        """Where each claim leads. A name that an entry goes by itself may be that of all versions of its release."""
        called: dict[str, list[Linked]] = {}
        for entry in self.entries.values():
            for name in entry.names:
                called.setdefault(name, []).append(entry)
        for entry in self.entries.values():
            for claim in entry.claims:
                named = [other for other in called.get(claim.name, ()) if other.id != entry.id]
                meant = [other.id for other in named if claim.language in ("", other.language)]
                same = [other.id for other in named if other.language == entry.language]
                for other in sorted({*meant, *same} if claim.name not in entry.names else {*meant} - {*same}):
                    yield _Link(entry.id, claim, other)
                if not meant and not same and claim.name not in entry.names:
                    yield _Link(entry.id, claim, "")

    def _refuse_impossible(self) -> None:
        for link in self.known:
            if self._language(link) == self.entries[link.one].language:
                self.refused[link] = f"it leads to {link.other}, which is in the same language"
            elif self.entries[link.one].group != self.entries[link.other].group:
                self.refused[link] = f"it leads to {link.other}, which is of another authority"
            elif not (self._speaks(link.one, link.other) and self._speaks(link.other, link.one)):
                self.refused[link] = f"it leads to {link.other}, but a title says that there is no other language"
            elif not self._mutual(link) and self.unrelated(link.one, link.other):
                self.refused[link] = f"it leads to {link.other}, which is another release"

    def _refuse_contradicted(self) -> None:
        """Where several entries of one language claim one entry, or it claims another than the one that claims it."""
        standing = [link for link in self.links if link not in self.refused]
        rivals: dict[tuple[str, str], set[str]] = {}
        for link in standing:
            # What is claimed may be known by its name only: then that stands for it.
            rivals.setdefault((link.one, self._language(link)), set()).add(link.other or link.claim.name)
            rivals.setdefault((link.other or link.claim.name, self.entries[link.one].language), set()).add(link.one)
        for link in standing:
            if self._mutual(link):
                continue
            theirs = rivals[link.other or link.claim.name, self.entries[link.one].language] - {link.one}
            mine = rivals[link.one, self._language(link)] - {link.other or link.claim.name}
            if theirs:
                self.refused[link] = f"{_listed(theirs)} and this one claim the same counterpart"
            elif mine:
                self.refused[link] = f"its counterpart in {self._language(link)} is {_listed(mine)} as well"

    def _refuse_doubles(self) -> None:
        """A story has one entry a language: first go the links of one direction that lead to two, then all of them."""
        for spared in (True, False):
            for members in self._groups():
                languages = [self.entries[one].language for one in members]
                if len(set(languages)) == len(languages):
                    continue
                for link in self.known:
                    if link.one in members and link not in self.refused and not (spared and self._mutual(link)):
                        self.refused[link] = f"it joins two releases in one language: {_listed(members)}"

    def _groups(self) -> list[set[str]]:
        joined: dict[str, set[str]] = {one: {one} for one in self.entries}
        for link in self.known:
            if link not in self.refused and joined[link.one] is not joined[link.other]:
                union = joined[link.one] | joined[link.other]
                for member in union:
                    joined[member] = union
        return [members for one, members in joined.items() if one == min(members)]

    def _speaks(self, one: str, other: str) -> bool:
        return allows(self.entries[one].only, self.entries[other].language)

    def _language(self, link: _Link) -> str:
        return self.entries[link.other].language if link.other else link.claim.language

    def _mutual(self, link: _Link) -> bool:
        """Whether what a link leads to has a link back that stands."""
        back = (other for other in self.known if other.one == link.other and other.other == link.one)
        return any(other not in self.refused for other in back)


def _listed(names_: Iterable[str]) -> str:
    return ", ".join(sorted(names_))

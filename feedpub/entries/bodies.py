"""Which body issued a story: whom it says it was issued for, else the first that its title or lead names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from feedpub.taxonomy import Body, Gazetteer

_SILENT = frozenset({"court", "legislature", "company", "ngo"})
"""Kinds that releases name without being issued by them; theirs say on whose behalf they are issued."""
_NEAR = 60
"""Bytes of a folded text within which a body and its unit are one name: "the CHP of the Department of Health"."""


class Mention(NamedTuple):
    """A body in a text: its number, the place (0 title, 1 lead, 2 text; -1 "on behalf of"), and where that begins."""

    body: int
    place: int
    start: int


BEHALF = -1


class Bodies:
    """The bodies of a gazetteer, by number."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.all = gazetteer.body
        self.numbers = {body.id: number for number, body in enumerate(self.all)}
        self._above = [self._line(body) for body in self.all]

    def _line(self, body: Body) -> frozenset[int]:
        """The bodies that a body belongs to, directly or not; none belongs to itself, or it is not read."""
        found = set[int]()
        while body.part_of:
            number = self.numbers[body.part_of]
            found.add(number)
            body = self.all[number]
        return frozenset(found)

    def names(self, language: str) -> Iterator[tuple[str, int]]:
        """What the bodies and their heads are called in a language, with the bodies' numbers."""
        for number, body in enumerate(self.all):
            for name in dict.fromkeys(body.names(language)):
                yield name, number

    def issuer(self, versions: Sequence[Sequence[Mention]]) -> str:
        """The id of the body that issued a story, "" where none is found.

        Args:
            versions: what each language version names, from the left.
        """
        found = [self._candidates(mentions) for mentions in versions]
        firsts = [candidates[0] for candidates in found if candidates]
        if not firsts:
            return ""
        first = firsts[0]
        for candidates in found[1:]:
            # A unit, where another version names it before all.
            if candidates and first in self._above[candidates[0]]:
                first = candidates[0]
        return self.all[first].id

    def _candidates(self, mentions: Sequence[Mention]) -> list[int]:
        """The bodies that may have issued one version, the likeliest first."""
        behalf = [mention.body for mention in mentions if mention.place == BEHALF]
        if behalf:
            return behalf
        named = [mention for mention in mentions if mention.place <= 1 and self.speaks(mention.body)]
        if not named:
            return []
        first = named[0]
        for mention in named[1:]:
            near = mention.start - first.start < _NEAR
            if near and mention.place == first.place and first.body in self._above[mention.body]:
                first = mention
        return list(dict.fromkeys([first.body, *(mention.body for mention in named)]))

    def speaks(self, number: int) -> bool:
        """Whether a body that a release names may have issued it."""
        body = self.all[number]
        return body.issues and body.kind not in _SILENT

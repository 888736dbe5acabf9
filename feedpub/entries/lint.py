"""What is wrong with a taxonomy and a gazetteer beyond their form: terms of no use, terms that contradict others."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from feedpub.entries import finder
from feedpub.languages import LANGUAGES, Language
from feedpub.taxonomy import Gazetteer, Taxonomy


class Complaint(msgspec.Struct, frozen=True):
    """What is wrong: in which file ("taxonomy" or "bodies"), where in it, and what to do about it."""

    file: str
    where: str
    what: str


def complaints(taxonomy: Taxonomy, gazetteer: Gazetteer) -> list[Complaint]:
    """Look at every term and name; in a fixed order."""
    found = []
    for tag in dict.fromkeys(row.terms for row in LANGUAGES.values()):
        language = LANGUAGES[tag]
        found += list(_Spellings(language).look(taxonomy, gazetteer))
    return found


class _Spellings:
    """The spellings of one language, and who has them already."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.owners: dict[tuple[bytes, bytes], tuple[str, str]] = {}

    def look(self, taxonomy: Taxonomy, gazetteer: Gazetteer) -> Iterator[Complaint]:
        """What is wrong with the terms and names of this language, in the order in which they are found in texts."""
        for file, where, owner, term in self._terms(taxonomy, gazetteer):
            for what in self._look(term, owner):
                yield Complaint(file, where, what)

    def _terms(self, taxonomy: Taxonomy, gazetteer: Gazetteer) -> Iterator[tuple[str, str, str, str]]:
        """Each name and term: its file, where it stands there, whose it is, and as it is written."""
        tag = self.language.tag
        for body in gazetteer.body:
            owner = f'body "{body.id}"'
            for name in body.names(tag):
                yield "bodies", f"{owner}: {tag}", owner, name
        for phrase in taxonomy.nothing.get(tag, ()):
            yield "taxonomy", f"nothing: {tag}", "nothing", phrase
        for topic in taxonomy.topic:
            owner = f'topic "{topic.id}"'
            for level, term in topic.terms[tag].levels() if tag in topic.terms else ():
                yield "taxonomy", f"{owner}: terms: {tag}: {level}", owner, term

    def _look(self, term: str, owner: str) -> Iterator[str]:
        """What is wrong with a term of an owner, a topic or body; its spellings are the owner's from now on."""
        spellings = [(one.low, one.kept) for one in finder.spellings(term, self.language)]
        foreign = self.language.latin and not any(one.isascii() and one.isalnum() for one in term)
        if foreign or not spellings:
            yield f'"{term}" can never match: it has no letter that a text in {self.language.name} may have'
            return
        if "*" in term.rstrip("*"):
            yield f'"{term}" can never match: a * stands for an ending, so it has to be the last character'
            return
        taken = next((self.owners[one] for one in spellings if one in self.owners), None)
        if taken:
            other, as_written = taken
            same = "" if as_written == term else f' as "{as_written}"'
            if other == owner:
                yield f'"{term}" stands there twice{same}; remove one'
            elif other.startswith("topic") and owner.startswith("topic"):
                yield f'"{term}" stands under {other} as well{same}; a term belongs to one topic'
            else:
                yield f'"{term}" can never match here: it stands under {other}{same}, which is found before'
        for one in spellings:
            self.owners.setdefault(one, (owner, term))

"""Texts that a config gives by language."""

from __future__ import annotations

from feedpub import characters, scripts, tables
from feedpub.tables import TableError

Texts = dict[str, str] | str
"""A text by language, or one text for all of them."""


class TextReader:
    """Reads texts by language: one for each of the site's, none for others. Derived languages may go without."""

    def __init__(self, languages: tuple[str, ...], derive: dict[str, str]) -> None:
        self.languages, self.derive = languages, derive

    def read(self, where: str, given: Texts) -> dict[str, str]:
        """The text in each of the site's languages.

        Raises:
            TableError: a language has none, or there is one in a language that the site has not; says `where`.
        """
        holdable(where, *([given] if isinstance(given, str) else given.values()))
        if isinstance(given, str):
            return dict.fromkeys(self.languages, given)
        for tag in given:
            if tag not in self.languages:
                known = tables.nearest(tag, self.languages)
                raise TableError(where, f'"{tag}" is not a language of the site{known}')
        for tag, origin in self.derive.items():
            if tag not in given and origin in given:
                given = {**given, tag: scripts.simplified(given[origin])}
        for tag in self.languages:
            if tag not in given:
                raise TableError(where, f'has no text in "{tag}", a language of the site')
        return {tag: given[tag] for tag in self.languages}


def holdable(where: str, *texts: str) -> None:
    """Check that documents can hold some texts.

    Raises:
        TableError: one has a character that none can; says `where`, and which.
    """
    for text in texts:
        if characters.xml_safe(text) != text:
            odd = next(one for one in text if not characters.xml_safe(one))
            raise TableError(where, f"has the character U+{ord(odd):04X}, which no document can hold; take it out")

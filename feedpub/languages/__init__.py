"""Everything that depends on a language: one row each.

A new language is one more row: a module here, and its name in `_MAKERS`. Nothing else in feedpub asks which language it
has at hand. What a row needs beside it is in `wording` (what feedpub says to readers), `notices` (how a notice of
withdrawal reads), `figures` (numbers and times of day) and `stems` (words without their inflection).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from feedpub.languages.row import Language

__all__ = ["DERIVABLE", "LANGUAGES", "Language", "known_tags"]

_MAKERS = {
    "en": ("english", "english"),
    "zh-Hant": ("chinese", "traditional"),
    "zh-Hans": ("chinese", "simplified"),
    "fr": ("french", "french"),
    "pt": ("portuguese", "portuguese"),
}
"""By BCP 47 tag, the module here and its function that makes the row."""


class _Rows(Mapping[str, Language]):
    """The rows by tag, each made when it is asked for first: a site has two or three, and their patterns take time."""

    def __init__(self) -> None:
        self._made: dict[str, Language] = {}

    def __getitem__(self, tag: str) -> Language:
        row = self._made.get(tag)
        if row is None:
            module, name = _MAKERS[tag]
            row = self._made[tag] = getattr(import_module(f"feedpub.languages.{module}"), name)()
        return row

    def __contains__(self, tag: object) -> bool:
        return tag in _MAKERS

    def __iter__(self) -> Iterator[str]:
        return iter(_MAKERS)

    def __len__(self) -> int:
        return len(_MAKERS)


LANGUAGES: Mapping[str, Language] = _Rows()


DERIVABLE = ("zh-Hans", "zh-Hant")
"""The language that can be converted, and from which."""


def known_tags() -> tuple[str, ...]:
    """The BCP 47 tags that have a row."""
    return tuple(LANGUAGES)

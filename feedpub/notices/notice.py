"""What a language's notices of withdrawal are made of, and how their patterns are written."""

from __future__ import annotations

import re
from re import Pattern

import msgspec


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """How one language says that a release was withdrawn, in a text that stands in its place.

    `longest` is how many characters such a text has at most.

    `itself` finds that a press release says it of itself, `named` that it is said of one that is named: that one may be
    another. `first` finds it in a text's first words where it calls itself by a word for other things too, `paper`.
    `mark` finds the word that is put before or behind the title that it had.

    `courtesy` is said beside it: regrets, where to ask, what comes instead. `press` finds a press release spoken of;
    `doubt` that one is spoken of that is not the government's own, or that it may not be used yet.
    """

    longest: int
    itself: Pattern[str]
    named: Pattern[str]
    first: Pattern[str]
    mark: Pattern[str]
    courtesy: Pattern[str]
    press: Pattern[str]
    doubt: Pattern[str]


# In the patterns a round bracket captures nothing.
ROUND = re.compile(r"(?<!\\)\((?!\?)")


def spaced(*sources: str) -> Pattern[str]:
    """Any of some patterns, in a language with spaces: a space is any white space, an apostrophe straight or curly."""
    source = ROUND.sub("(?:", "|".join(sources)).replace(" ", r"\s+").replace("’", "['’]")
    return re.compile(source, re.IGNORECASE | re.MULTILINE)

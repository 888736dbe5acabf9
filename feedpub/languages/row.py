"""What a row says of its language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from re import Pattern

import msgspec

from feedpub.interface.texts import Interface
from feedpub.scripts import unaccented
from feedpub.wording.words import Words


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """One row: what text in one language looks like.

    `dates` find a date in running text, with groups `day`, `month` and, where written, `year`;
    `today` stands right before the bracket that says which day "today" is.
    `markers` are the words with which a title's last brackets tell about the release, and what they mean;
    `marker_lead` is what may stand before them ("with"), `marker_split` what separates several.
    `only` maps the brackets that say that a release has no other language to the marker.
    `wide` says that brackets and commas are full-width. `sentence_end` ends a sentence, its quotes included.
    `summary_length` is how many characters a summary has at most.
    `abbreviations` are words whose full stop ends no sentence.
    `on_behalf` opens a text that is issued for somebody else, whose name is its first group.

    `tight` finds white space at which no line may break, as before a French colon.

    `number` reads a whole number as dates and titles write it, 0 if it is none.

    For comparing versions of a release: `figures` reads numbers and times of day, with their places; `terms` is the
    tag of the column that has this language's terms; `spaced` says that there are spaces between words, which `stems`
    gives without their inflection; `latin` that names are written in Latin letters, `readings` is the table of how its
    characters sound; `density` is how many characters say what one English character says; `series` finds in a title
    what tells the parts of a series apart.

    `aside` finds where a text says on which occasion somebody spoke to the media; it is not what was spoken about.

    `colon` stands between a site's title and what a feed of it is about; `feeds`, `topics` and `bodies` head the groups
    of a list of feeds.

    `version` leads to this language's version of a release, with its title; `version_only` where the title is not
    known; `converted` says that a text was converted from another script. `words` are about corrections and
    withdrawals (wording/), `interface` is what pages and embeds say (interface/).
    """

    tag: str
    name: str
    months: tuple[str, ...]
    dates: tuple[Pattern[str], ...]
    today: Pattern[str]
    markers: dict[str, str]
    marker_lead: Pattern[str]
    marker_split: Pattern[str]
    only: dict[str, str]
    wide: bool
    sentence_end: Pattern[str]
    summary_length: int
    on_behalf: Pattern[str]
    number: Callable[[str], int]
    figures: Callable[[str], Iterator[tuple[str, int]]]
    terms: str
    spaced: bool
    latin: bool
    density: float
    series: dict[str, Pattern[str]]
    aside: Pattern[str]
    colon: str
    feeds: str
    topics: str
    bodies: str
    version: str
    version_only: str
    words: Words
    interface: Callable[[], Interface]
    converted: str = ""
    readings: str = ""
    stems: Callable[[str], list[str]] = str.split
    tight: Pattern[str] | None = None
    abbreviations: frozenset[str] = frozenset()

    def month(self, text: str) -> int:
        """The number of a month as a date writes it: "Nov", "November", "févr.", 十一; 0 if it is none."""
        start = _plain(text)
        for length in (len(start), _ENOUGH):
            for position, name in enumerate(self.months, start=1):
                if start and _plain(name).startswith(start[:length]):
                    return position
        return self.number(text)


_ENOUGH = 3
"""Letters by which a month is known where it is written otherwise than here: "Sept." """


def _plain(month: str) -> str:
    return unaccented(month.lower().rstrip("."))

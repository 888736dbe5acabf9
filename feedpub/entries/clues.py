"""What of an entry can be found again in another language: terms, figures, names, Latin words, addresses, photos."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from feedpub.entries import text as texts
from feedpub.entries import titles
from feedpub.entries.links import only_languages
from feedpub.entries.names import authority
from feedpub.entries.readings import Readings
from feedpub.entries.terms import Terms, fold
from feedpub.languages import LANGUAGES, Language
from feedpub.model import Entry, Link, Photo
from feedpub.scripts import unaccented

_BREAKS = re.compile(r"</(?:p|li|td|th|tr|h[1-6]|div|blockquote)>|<br ?/?>")
_TAGS = re.compile(r"<[^>]*>")
# Each word is looked at once from its beginning: a long run of letters and full stops is no work.
_ADDRESS = re.compile(
    r"(?<![\w.@+-])(?:[\w+-]+(?:\.[\w+-]+)*@[\w-]+(?:\.[\w-]+)+"
    r"|(?:https?://(?P<host>(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})|(?P<bare>(?:[a-z0-9-]+\.)+[a-z]{2,})(?![\w-]))"
    r"(?:/[\w./?=&%~+#-]*)?)",
    re.ASCII,
)
_LETTER = r"A-Za-z\u00c0-\u024f"
_LATIN = re.compile(rf"[{_LETTER}][{_LETTER}0-9&+]*(?:[.'-][{_LETTER}0-9]+)*")
_LATIN_PARTS = re.compile(r"[-.']")
_CAPITAL = re.compile(r"[A-Z0-9]")
_FILE = re.compile(
    r"([^/?#]+?)(?:[-_](?:en|eng|e|tc|sc|chi|chn|zh|c|zh-hant|zh-hans|fr|fra|f|pt|por|p))?\.\w{2,5}(?:$|[?#])",
    re.IGNORECASE,
)
_LETTERS_IN_FILE = re.compile(r"[a-z]{3}")
_LONGEST_TITLE = 1_000
_LONGEST = 12_000
"""English characters of a text that are looked at; of another language, as many as say the same."""
_LEAD = 400
_LAST_MONTH, _LAST_DAY = 12, 31
_SMALL = 13
TITLE, OPENING = "title", "opening"


class Lore(msgspec.Struct, frozen=True):
    """What is known beside a language's row: bilingual terms, and how characters sound, by the name of the table."""

    terms: Terms
    readings: dict[str, Readings]


class Clues(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry can be recognised by in another language.

    A clue is a text: "number:33200000", "date:11-26", "time:17:30", "latin:mou", "address:www.td.gov.hk",
    "file:map", or a term as its table has it, "en: alarm  fire ". `title` and `body` hold an entry's own, those of the
    body with their places, in order; `title_words` and `words` those that are mere words with a capital in a text in
    Latin letters. `title_covers` and `covers` hold all of them, and what the terms may be called in other languages:
    an entry agrees with another's clue if it covers it. `opening` are those of the title and the first lines, no mere
    words.
    `unsaid` are the terms that have no translation in a language's column, by its tag, and all of them by "" for those
    without a column: what cannot be said there is no evidence.
    Places and `length` are in English characters, or as many of another language as say the same.

    `choices` are what the title and the first lines choose from sets whose members exclude one another: contrasting
    terms, times of day, the numbers of the title, the large numbers of the first lines. `series` is what tells a title
    from others of its series. `names` are pairs of syllables of the names of a text in Latin letters, `sounds` those of
    all of a text in characters. `group` is the authority of the id: only entries of one authority can be versions of
    one another. `published` is in seconds. `only` are the languages that the markers leave ("zh"), none if all.
    """

    id: str
    language: str
    group: str
    published: int
    title: tuple[str, ...]
    title_words: tuple[str, ...]
    body: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, int], ...]
    opening: frozenset[str]
    title_covers: frozenset[str]
    covers: frozenset[str]
    unsaid: dict[str, frozenset[str]]
    choices: dict[str, frozenset[str]]
    series: dict[str, str]
    names: tuple[str, ...]
    sounds: frozenset[str]
    markers: frozenset[str]
    only: frozenset[str]
    photos: int
    attachments: int
    length: int


def clues(entry: Entry, lore: Lore) -> Clues:
    """Gather an entry's clues."""
    language = LANGUAGES[entry.language]
    title = titles.split_markers(entry.title, language)[0][:_LONGEST_TITLE]
    whole = "\n".join(paragraphs(entry.content))
    body = whole[: int(_LONGEST * language.density)]
    in_title, title_contrasts = _look(title, language, lore)
    in_body, body_contrasts = _look(body, language, lore)
    in_body = {clue: place for clue, place in in_body.items() if clue not in in_title}
    in_body |= dict.fromkeys(_files((*entry.photos, *entry.attachments, *entry.videos)), 0)
    ordered = sorted(in_body.items(), key=lambda found: (found[1], found[0]))
    in_opening = [clue for clue, place in ordered if place < _LEAD]
    opening_contrasts = [found for found in body_contrasts if found.place < _LEAD]
    contrasted = {found.term for found in (*title_contrasts, *body_contrasts)}
    names, sounds = _sounds(f"{title}\n{body}", language, lore)
    return Clues(
        id=entry.id,
        language=entry.language,
        group=authority(entry),
        published=int(entry.published.timestamp()),
        title=tuple(clue for clue in sorted(in_title) if not _is_word(clue, language)),
        title_words=tuple(clue for clue in sorted(in_title) if _is_word(clue, language)),
        body=tuple(found for found in ordered if not _is_word(found[0], language)),
        words=tuple(found for found in ordered if _is_word(found[0], language)),
        opening=frozenset(clue for clue in (*in_title, *in_opening) if not _is_word(clue, language)),
        title_covers=_covered({*in_title, *(found.term for found in title_contrasts)}, lore),
        covers=_covered({*in_title, *in_body, *contrasted}, lore),
        unsaid=_unsaid({*in_title, *in_body}, language, lore),
        choices=_choices(TITLE, in_title, title_contrasts) | _choices(OPENING, in_opening, opening_contrasts),
        series=_series(title, language),
        names=tuple(sorted(names)),
        sounds=sounds,
        markers=frozenset(entry.markers),
        only=only_languages(entry.markers),
        photos=len(entry.photos),
        attachments=len(entry.attachments),
        length=int(len(whole) / language.density),
    )


def paragraphs(content: str) -> list[str]:
    """The text of safe HTML, a line a paragraph."""
    return [line for part in _BREAKS.split(content) if (line := texts.one_line(html.unescape(_TAGS.sub("", part))))]


def is_term(clue: str) -> bool:
    """Whether a clue is a term, which other languages call otherwise."""
    return clue.partition(":")[0] in LANGUAGES


def is_small(number: str) -> bool:
    """Whether a number says little: every text has some of the first dozen, and words for them."""
    return len(number) <= 2 and number.isdecimal() and int(number) < _SMALL  # noqa: PLR2004 - two digits


def _covered(found: Iterable[str], lore: Lore) -> frozenset[str]:
    covers = set(found)
    covers.update(*(lore.terms.translations(clue) for clue in found if is_term(clue)))
    return frozenset(covers)


def _unsaid(found: Iterable[str], language: Language, lore: Lore) -> dict[str, frozenset[str]]:
    """The terms that cannot be said in a language, by the tag of its column, and all of them by ""."""
    terms = {clue: lore.terms.columns(clue) for clue in found if is_term(clue)}
    unsaid = {
        tag: frozenset(term for term, columns in terms.items() if tag not in columns)
        for tag in lore.terms.languages
        if tag != language.terms
    }
    return unsaid | {"": frozenset(terms)}


class _Contrast(NamedTuple):
    """A term of a set whose members exclude one another, and its place."""

    chosen_from: str
    term: str
    place: int


def _look(text: str, language: Language, lore: Lore) -> tuple[dict[str, int], list[_Contrast]]:
    """The clues of a text with their first places, and what it chooses from sets that exclude one another."""
    folded = fold(text, language)
    scale = len(text) / (len(folded) or 1) / language.density
    found: dict[str, int] = {}
    for clue, place in (
        *((term, int(place * scale)) for term, place in lore.terms.find(folded, language)),
        *((clue, int(place / language.density)) for clue, place in _figures_and_words(text, language)),
    ):
        found[clue] = min(place, found.get(clue, place))
    contrasts = (_Contrast(chosen, term, int(at * scale)) for chosen, term, at in lore.terms.choices(folded, language))
    return found, list(contrasts)


def _figures_and_words(text: str, language: Language) -> Iterator[tuple[str, int]]:
    """The clues of a text that are no terms; what is read as one thing is not read as another."""
    if "." in text:
        text, addresses = _cut_out(_ADDRESS, text)
        yield from ((f"address:{(one['host'] or one['bare'] or one[0]).lower()}", one.start()) for one in addresses)
    yield from _latin(text, language)
    for pattern in language.dates:
        text, dates = _cut_out(pattern, text)
        for match in dates:
            yield from _date(match, language)
    for figure, place in language.figures(text):
        yield ("time:" if ":" in figure else "number:") + figure, place


def _cut_out(pattern: re.Pattern[str], text: str) -> tuple[str, list[re.Match[str]]]:
    """A text with as many spaces in place of what a pattern matches, so that what follows keeps its place."""
    matches = list(pattern.finditer(text))
    kept: list[str] = []
    at = 0
    for match in matches:
        kept += (text[at : match.start()], " " * len(match[0]))
        at = match.end()
    return ("".join((*kept, text[at:])) if matches else text), matches


def _latin(text: str, language: Language) -> Iterator[tuple[str, int]]:
    """Latin words as another language takes them over: names and acronyms."""
    for match in _LATIN.finditer(text):
        word = match[0]
        if len(word) > 1 and (not language.latin or _CAPITAL.search(unaccented(word))):
            word = unaccented(word).lower()
            yield f"latin:{word}", match.start()
            for part in _LATIN_PARTS.split(word):
                if part != word and len(part) > 1:
                    yield f"latin:{part}", match.start()


def _date(match: re.Match[str], language: Language) -> Iterator[tuple[str, int]]:
    month, day = language.month(match["month"]), language.number(match["day"])
    if 1 <= month <= _LAST_MONTH and 1 <= day <= _LAST_DAY:
        yield f"date:{month:02}-{day:02}", match.start()
        if match["year"]:
            yield f"number:{language.number(match['year'])}", match.start()


def _files(linked: Iterable[Photo | Link]) -> Iterator[str]:
    """File names that are words: the versions of a release share them, but for an ending that tells the language."""
    for one in linked:
        match = _FILE.search(one.url.rpartition("/")[2])
        if match and _LETTERS_IN_FILE.search(match[1].lower()):
            yield f"file:{match[1].lower()}"


def _choices(place: str, clues_: Iterable[str], contrasts: Iterable[_Contrast]) -> dict[str, frozenset[str]]:
    """What a title or its first lines choose from sets whose members exclude one another, by the name of the set."""
    chosen: dict[str, set[str]] = {}
    for found in contrasts:
        chosen.setdefault(f"{place} word {found.chosen_from}", set()).add(found.term)
    for clue in clues_:
        kind, _, value = clue.partition(":")
        if kind == "time" or (kind == "number" and (place == TITLE or not is_small(value))):
            chosen.setdefault(f"{place} {kind}", set()).add(clue)
    return {name: frozenset(members) for name, members in chosen.items()}


def _series(title: str, language: Language) -> dict[str, str]:
    return {
        name: str(language.number(match[1]))
        for name, pattern in language.series.items()
        if (match := pattern.search(title))
    }


def _is_word(clue: str, language: Language) -> bool:
    """Whether a clue is a word with a capital in a text that is full of them."""
    return language.latin and clue.startswith("latin:")


def _sounds(text: str, language: Language, lore: Lore) -> tuple[frozenset[str], frozenset[str]]:
    """The sounds of the names of a text in Latin letters, and those of a text in characters."""
    if language.latin:
        return frozenset[str]().union(*(readings.of_names(text) for readings in lore.readings.values())), frozenset()
    readings = lore.readings.get(language.readings)
    return frozenset(), readings.of_characters(text) if readings else frozenset()

"""Search: the page, and what an index has of each story. The search itself happens in the visitor's browser.

An index is made of records, one a story, with the words of all its languages (searchwords.py). What a page shows of a
story it finds is in its record, too, in the place of the address, which pagefind keeps as it is and does not look into.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from feedpub.model import Document
from feedpub.scripts import variants
from feedpub.site import assets, frame
from feedpub.site.frame import Frame, Site
from feedpub.site.listing import Label
from feedpub.site.searchwords import LETTERS, characters, words

FOLDER = "search"
"""Where the indexes are, a folder for each part of the stories; and the library that reads them."""
CONTENTS, FOLDS, LIBRARY = f"{FOLDER}/contents.json", f"{FOLDER}/folds.json", f"{FOLDER}/pagefind.js"
"""Paths: which indexes there are, what is written for what (`searchwords.fold`), and the library."""
SORT, TOPIC = "when", "topic"
JSON = "application/json"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A story in one language: its title and its text."""

    title: str
    text: str


class Searchable(msgspec.Struct, frozen=True, kw_only=True):
    """A story as it is found and shown.

    `path` is that of its page below a language's folder, `when` its issue time, aware. `versions` are what is shown, by
    language; `indexed` are those that are looked into. `topics` are ids.
    """

    path: str
    when: datetime
    versions: dict[str, Told]
    indexed: tuple[str, ...]
    topics: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What pagefind is given of a story (its API's "custom record")."""

    url: str
    content: str
    filters: dict[str, tuple[str, ...]]
    sort: dict[str, str]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Stories that have an index: its folder, their month ("2026-11"), and how many they are."""

    name: str
    month: str
    stories: int


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What the page reads of a record."""

    path: str
    when: str
    versions: dict[str, Told]


class _Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What the page reads first."""

    library: str
    folds: str
    stems: str
    parts: tuple[Part, ...]


class _Folds(msgspec.Struct, frozen=True, kw_only=True):
    """Characters that are written for one another, a space between groups; letters that are written for others."""

    variants: str
    letters: dict[str, str]


class _Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the page's script needs to know."""

    base: str
    language: str
    languages: tuple[str, ...]
    texts: dict[str, str | tuple[str, str]]


def record(story: Searchable) -> Record:
    """What an index has of a story."""
    found: list[str] = []
    for tag in story.indexed:
        if told := story.versions.get(tag):
            found += words(f"{told.title}\n{told.text}")
    found += characters(found)
    shown = _Shown(path=story.path, when=story.when.isoformat(), versions=story.versions)
    # No slash is left as it is: pagefind takes two of them for one.
    url = msgspec.json.encode(shown).decode().replace("/", "\\u002f")
    filters = {TOPIC: story.topics} if story.topics else {}
    # A text: numbers would be rounded.
    return Record(url=url, content=" ".join(found), filters=filters, sort={SORT: f"{story.when:%Y-%m-%dT%H:%M:%S}"})


def contents(parts: Iterable[Part], stems: str, version: str) -> Document:
    """The document that says which indexes there are.

    Args:
        parts: those that have one, the newest first.
        stems: the language whose inflections pagefind takes off.
        version: of pagefind.
    """
    told = _Contents(
        library=f"{LIBRARY.rpartition('/')[2]}?v={version}",
        folds=f"{FOLDS.rpartition('/')[2]}?v={hashlib.sha256(folds().body).hexdigest()[:8]}",
        stems=stems,
        parts=tuple(parts),
    )
    return Document(path=CONTENTS, media_type=JSON, body=msgspec.json.encode(told))


def folds() -> Document:
    """The characters that are written for one another, for the page's script."""
    told = _Folds(variants=" ".join(variants()), letters=LETTERS)
    return Document(path=FOLDS, media_type=JSON, body=msgspec.json.encode(told))


def pages(site: Site, topics: Mapping[str, Sequence[Label]]) -> list[Document]:
    """The search page in each language of a site.

    Args:
        site: what all pages have in common.
        topics: by language what a search may be narrowed to: the ids of topics as paths, and their names.
    """
    paths = {tag: path(tag) for tag in site.languages}
    return [_page(site, tag, paths, topics.get(tag, ())) for tag in site.languages]


def path(language: str) -> str:
    """Where a language's search page is."""
    return f"{language}/{FOLDER}/index.html"


def _page(site: Site, language: str, paths: dict[str, str], topics: Sequence[Label]) -> Document:
    texts = frame.texts(language).search
    given = _Settings(
        base=frame.relative(paths[language], f"{FOLDER}/"),
        language=language,
        languages=site.languages,
        texts={
            "searching": texts.searching,
            "none": texts.none,
            "found": texts.found,
            "since": texts.since,
            "failed": texts.failed,
        },
    )
    around = Frame(
        site=site,
        language=language,
        path=paths[language],
        title=texts.title,
        versions=paths,
        default=paths[site.languages[0]],
        scripts=(assets.path("search.js"),),
    )
    return frame.page("search.html", around, given=msgspec.json.encode(given).decode(), topics=topics)

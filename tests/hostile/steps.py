"""What happens to an entry between its reader and the documents, step by step, for whoever measures it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache

import msgspec

from feedpub.entries import changes, clues, differences, paragraphs, withdrawal
from feedpub.entries.clues import Lore
from feedpub.entries.normalise import normalise
from feedpub.entries.readings import Readings
from feedpub.entries.terms import Terms
from feedpub.entries.text import bones
from feedpub.errors import FeedpubError
from feedpub.languages import LANGUAGES as ROWS
from feedpub.model import Entry, Photo, Release
from feedpub.site import contents
from tests.entries.topics.small import TAGGER
from tests.fuzz.targets import NOW

LANGUAGES = ("en", "zh-Hant", "fr", "pt")


@cache
def _lore() -> Lore:
    return Lore(
        terms=Terms(["en\tzh-Hant\nalarm fire|fire\t火警|火災\n"], ["en\tzh-Hant\nopening\t開場\n"]),
        readings={"cantonese": Readings("can\t陳\ntaai\t泰\nman\t文民\n")},
    )


def release(title: str, body: str, language: str) -> Release:
    """A release of a title and a body."""
    base = "https://www.saltmarsh.example/x.htm"
    return Release(
        source="saltmarsh",
        authority="www.saltmarsh.example",
        key="P2026112000233",
        language=language,
        day=NOW.date(),
        title=title,
        body=body,
        url=base,
        base=base,
        issued=NOW,
        photos=(Photo(url="/a.jpg", caption=title),),
    )


def steps(title: str, body: str, language: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """The steps by name, each to be called in its turn. Of a release that is refused, those of a harmless one."""
    made: list[Entry] = []

    def normalised() -> None:
        try:
            made.append(normalise(release(title, body, language)))
        except FeedpubError:
            made.append(normalise(release(title if title == "Notice" else "x", "<p>x</p>", language)))

    yield "normalise", normalised
    (entry,) = made
    other = msgspec.structs.replace(entry, content=f"{entry.content}<p>more</p>", title=f"{entry.title} more")
    yield "clues", lambda: clues.clues(entry, _lore())
    yield "topics", lambda: TAGGER.explain([entry])
    yield "notice", lambda: withdrawal.is_notice(entry, other)
    yield "change", lambda: changes.decide(entry, other, NOW + timedelta(hours=2))
    yield "paragraphs", lambda: paragraphs.paragraphs(entry.content)
    yield "difference", lambda: differences.differences(entry, other)
    yield "bones", lambda: bones(entry.content)
    words = ROWS[language].interface().story
    yield "page", lambda: contents.text(entry.content, words, lambda _: None)

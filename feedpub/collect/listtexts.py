"""The base of the kinds whose lists may have the whole text of a release: then its page is not asked for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import msgspec

from feedpub.collect.base import Reading, Surroundings
from feedpub.collect.lists import ListSource
from feedpub.config import Source
from feedpub.errors import FetchError, ReleaseError, SourceError
from feedpub.model import Sighting, Validators

if TYPE_CHECKING:
    from feedpub.collect.linkedpage import LinkedPage

_NONE = Validators()
_IN_LIST, _ON_PAGE = Validators(etag="feedpub:list"), Validators(etag="feedpub:page")
"""Kept where a server gives no validators: where the text of a release came from. No server gets to see them."""
_LONGEST_TITLE, _LONGEST_TEXT = 1_000, 600_000
"""Characters: a multiple of those of any release."""


def too_long(title: str, text: str) -> str:
    """What is wrong with a release whose title or text, as a list has it, is longer than any; "" if they are not."""
    if len(title) > _LONGEST_TITLE:
        return f"its title has {len(title):,} characters, as none has: “{title[:40]}…”"
    return f"its text has {len(text):,} characters, as no release has" if len(text) > _LONGEST_TEXT else ""


class TextListSource(ListSource):
    """A source with lists that may have texts, ready to be asked during one run."""

    may_have_texts, may_read_pages = True, True
    """Whether the lists may have texts, and whether pages are read where they have not."""

    def __init__(self, source: Source, surroundings: Surroundings) -> None:
        super().__init__(source, surroundings)
        self._texts: dict[tuple[str, str], LinkedPage] = {}
        self._gate = threading.Lock()

    def keep_text(self, sighting: Sighting, text: LinkedPage) -> None:
        """Keep the text of a release that its list has, until it is read."""
        self._texts[sighting.key, sighting.language] = text

    def forget(self) -> None:
        """Let go of the texts: those of a past are many."""
        self._texts.clear()

    def full(self, sighting: Sighting) -> LinkedPage | None:
        """A release whose whole text its list has."""
        return self._texts.get((sighting.key, sighting.language))

    def read(self, sighting: Sighting, known: Validators) -> Reading:
        """Take a release from its list, or read its page.

        A release whose text was in its list, and which is no longer in it, has not changed as far as anybody knows:
        lists are short.
        """
        if known == _NONE and self.may_have_texts:
            # It is due, maybe since an earlier run, and the list may have said only that it did not change.
            self._ask_again(sighting)
        if self.full(sighting) is not None:
            return msgspec.structs.replace(super().read(sighting, _NONE), validators=_IN_LIST)
        if known == _IN_LIST:
            return Reading(release=None, validators=known)
        if not self.may_read_pages:
            raise ReleaseError(f"{sighting.address}: its list no longer has it, or has no text of it")
        reading = super().read(sighting, _NONE if known == _ON_PAGE else known)
        return reading if reading.validators != _NONE else msgspec.structs.replace(reading, validators=_ON_PAGE)

    def naming(self, sighting: Sighting) -> tuple[str, ...]:
        """The addresses of the lists that may name a release."""
        return self.addresses(sighting.language)

    def _ask_again(self, sighting: Sighting) -> None:
        """Ask for the lists in a release's language once more, whole, until one has it: those not heard in this run."""
        language = sighting.language
        with self._gate:
            for address in self.naming(sighting) if language in self.languages else ():
                if self.full(sighting) is not None:
                    return
                if address in self.heard:
                    continue
                self.heard.add(address)
                try:
                    for _ in self.pages(address, language, self.most_lists):
                        if self.full(sighting) is not None:
                            return
                except (FetchError, SourceError):  # The look at the lists has told, or the next one will.
                    continue

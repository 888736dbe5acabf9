"""The note at the end of a corrected entry's text: when it was corrected and what changed, in its own language."""

from __future__ import annotations

from html import escape

from feedpub.languages import LANGUAGES
from feedpub.model import Correction, Entry
from feedpub.wording import Words

_MOST_TOLD = 3
"""Corrections that are told of, the last ones; the page of a story has them all."""


def note(entry: Entry) -> str:
    """A paragraph for each of an entry's last corrections, as safe HTML; "" if there are none."""
    words = LANGUAGES[entry.language].words
    lines = (line(correction, words) for correction in entry.corrections[-_MOST_TOLD:])
    return "".join(f"<p><em>{escape(one, quote=False)}</em></p>" for one in lines)


def line(correction: Correction, words: Words) -> str:
    """What a correction changed, as a sentence."""
    when = words.moment(correction.at)
    said = [words.title_before.format(title=correction.title)] if correction.title else []
    counts = (
        (correction.changed, words.changed),
        (correction.added, words.added),
        (correction.removed, words.removed),
    )
    said += [(one if count == 1 else several).format(count=count) for count, (one, several) in counts if count]
    if correction.restored:
        told = words.restored.format(when=when)
        return f"{told} {words.corrected.format(when=when, what=words.listed.join(said))}" if said else told
    return words.corrected.format(when=when, what=words.listed.join(said) or words.text_changed)

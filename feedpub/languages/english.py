"""English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedpub import stems
from feedpub.interface.texts import Interface
from feedpub.languages.row import Language
from feedpub.wording.english import ENGLISH

# fmt: off
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)
_ABBREVIATIONS = frozenset((
    "mr", "mrs", "ms", "dr", "prof", "rev", "hon", "sr", "jr", "st", "no", "nos", "vs", "etc", "inc", "ltd",
    "co", "dept", "fig", "e.g", "i.e", "a.m", "p.m",
))
# fmt: on
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DATES = (
    rf"\b{_MONTH}\.?\s+(?P<day>\d{{1,2}})(?!\d)(?:(?:st|nd|rd|th)\b)?(?:,?\s+(?P<year>\d{{4}})(?!\d))?",
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH}\b\.?(?:,?\s+(?P<year>\d{{4}})(?!\d))?",
)


# Their patterns are many, and most runs read no figure.
def _number(text: str) -> int:
    from feedpub.figures import english  # noqa: PLC0415 - as above

    return english.number(text)


def _figures(text: str) -> Iterator[tuple[str, int]]:
    from feedpub.figures import english  # noqa: PLC0415 - as above

    return english.read(text)


def _interface() -> Interface:
    from feedpub.interface import english  # noqa: PLC0415 - only pages and embeds need it

    return english.ENGLISH


def english() -> Language:
    """The row of English, as governments in Hong Kong and Canada write it."""
    return Language(
        tag="en",
        name="English",
        months=_MONTHS,
        dates=tuple(re.compile(p, re.IGNORECASE) for p in _DATES),
        today=re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\s*\(\s*$", re.IGNORECASE),
        markers={
            "photo": "photos",
            "photos": "photos",
            "video": "video",
            "videos": "video",
            "audio": "audio",
            "podcast": "audio",
            "attachment": "attachments",
            "attachments": "attachments",
        },
        marker_lead=re.compile(r"with\s+", re.IGNORECASE),
        marker_split=re.compile(r"\s*(?:/|,|&|\band\b)\s*"),
        only={
            "english only": "en-only",
            "chinese only": "zh-only",
            "french only": "fr-only",
            "portuguese only": "pt-only",
        },
        wide=False,
        sentence_end=re.compile(r"[.!?][\"'”’)\]]*(?=\s|$)"),
        summary_length=320,
        on_behalf=re.compile(r"^The following is issued on behalf of (.{2,160}?)\s*:?\s*$", re.IGNORECASE),
        abbreviations=_ABBREVIATIONS,
        aside=re.compile(
            r"\b(?:after|before) (?:attend|officiat|visit|inspect|host|tour|open)ing\b[^:\n]{2,300}?"
            r"(?=:|\n| (?:this|today|yesterday)\b)",
        ),
        colon=": ",
        feeds="Main feeds",
        topics="Topics",
        bodies="Issuing bodies",
        version="English version: {title}",
        version_only="English version",
        words=ENGLISH,
        interface=_interface,
        number=_number,
        figures=_figures,
        terms="en",
        stems=stems.english,
        spaced=True,
        latin=True,
        density=1.0,
        series={
            "question": re.compile(r"^LCQ\s?(\d{1,2})\b"),
            "part": re.compile(r"\((?:[Pp]art\s)?(\d{1,2})\)"),
        },
    )

"""What feedpub says to readers in English, and how a caption credits a photo."""

from __future__ import annotations

import re
from datetime import date, datetime

from feedpub.notices.notice import Notice
from feedpub.wording.words import Words

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _moment(moment: datetime) -> str:
    return f"{_day(moment)}, {moment:%H:%M}"


def _day(day: date) -> str:
    return f"{day.day} {_month(day)}"


def _month(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.year}"


def _notice() -> Notice:
    from feedpub.notices import english  # noqa: PLC0415 - its patterns are many, and few runs look at a changed release

    return english.notice()


# A caption may begin with "Photo" in many ways that credit nobody. So a name stands at the end of the caption, of its
# sentence or in brackets; it is a name by its capitals, or that of an office or a firm; and unless it says "source",
# "courtesy" or "provided", it does not stand first in the caption.
_IMAGE = r"\b(?:photo(?:graph)?|picture|image)s?"
_END = r"\s*(?:[)\]]|[.;]?\s*$|(?<!\b[A-Z])\.\s)"
_NAMED = r"[A-Z][\w.'’&-]*"
_PROPER = (
    rf"(?:the\s+|The\s+)?(?!(?:Photo|Picture|Image|The)){_NAMED}"
    rf"(?:(?:\s+|\s*/\s*|,\s+)(?:(?:of|and|the|for|in|to|de|la|van|von|&)\s+){{0,2}}{_NAMED}){{0,11}}"
)
_FIRM = (
    r"(?:Department|Office|Bureau|Service|Authority|Government|Agency|Observatory|Museum|Library|Archive|Gallery"
    r"|Council|Commission|Committee|Trust|Foundation|Association|Federation|Society|Club|University|Institute|Press"
    r"|Studio|Group|Limited|Ltd|News|AFP|AP|Reuters|Xinhua)s?\b"
)
_APART = r"(?:(?<=[(\[])|(?<=[.;/–—|]\s))"
_CREDIT = re.compile(
    rf"(?:(?i:{_IMAGE}\s+(?:source|credit)s?\s*[:：]\s*)(?=[^()\[\]:;]{{2,80}}?{_END})"
    rf"|(?i:{_IMAGE}(?:,?\s+(?:is|are|was|were))?\s+"
    r"(?:(?:by\s+)?courtesy\s+of|(?:kindly\s+)?(?:provided|supplied|contributed)\s+by)\s+)"
    rf"(?=(?:{_PROPER}|the\s+(?:\w+\s+)?\w+){_END})"
    rf"|{_APART}(?i:{_IMAGE}\s+(?:taken\s+)?by\s+)(?={_PROPER}{_END})"
    rf"|{_APART}(?i:{_IMAGE}\s*[:：]\s*)(?!\w+ing\b|Visit|Launch)(?=[^()\[\]]{{0,80}}?{_FIRM})(?={_PROPER}{_END})"
    rf"|(?i:{_IMAGE}\s*)(?:©|\([Cc]\))\s*(?={_PROPER}{_END}))"
    rf"(.{{2,100}}?)(?={_END})",
)

ENGLISH = Words(
    moment=_moment,
    day=_day,
    month=_month,
    listed="; ",
    corrected="Corrected on {when}: {what}.",
    title_before="title (before: “{title}”)",
    text_changed="text changed",
    changed=("{count} paragraph changed", "{count} paragraphs changed"),
    added=("{count} paragraph added", "{count} paragraphs added"),
    removed=("{count} paragraph removed", "{count} paragraphs removed"),
    restored="This press release had been withdrawn. It was published again on {when}.",
    withdrawn_title="Withdrawn: {title}",
    withdrawn="This press release, issued on {issued}, was withdrawn by its publisher (noticed on {when}).",
    notice=_notice,
    photo_credit=_CREDIT,
)

"""What feedpub says to readers in French, and how a caption credits a photo."""

from __future__ import annotations

import re
from datetime import date, datetime

from feedpub.notices.notice import Notice
from feedpub.wording.words import Words

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def _moment(moment: datetime) -> str:
    # The symbol of the hour has a no-break space on both sides.
    return f"{_day(moment)} à {moment.hour}\u00a0h\u00a0{moment:%M}"


def _day(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {_month(day)}"


def _month(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.year}"


def _notice() -> Notice:
    from feedpub.notices import french  # noqa: PLC0415 - its patterns are many, and few runs look at a changed release

    return french.notice()


# A name stands at the end of the caption, of its sentence or in brackets, behind words that credit somebody; behind
# "Photo :" alone only in brackets or behind a full stop.
_IMAGE = r"\b(?:photo(?:graphie)?|image)s?"
_COLON = "[\\s\u00a0\u202f]*:\\s*"
_END = r"\s*(?:[)\]]|[.;]?\s*$|(?<!\b[A-Z])\.\s)"
_NAMED = r"[A-ZÀ-ÖØ-Þ][\w.'’&-]*"
_SMALL = r"(?:de|du|des|la|le|les|et|pour|à|au|aux|en|d’|d'|l’|l'|van|von|&)"
_PROPER = (
    rf"(?:(?:le|la|les|l’|l')\s*)?(?!(?:Photo|Image|De\b)){_NAMED}(?:(?:\s+|\s*/\s*|,\s+)(?:{_SMALL}\s*){{0,3}}{_NAMED}"
    r"|\s+(?:[a-zà-ÿ]{4,})){0,11}"
)
_APART = r"(?:(?<=[(\[])|(?<=[.;/–—|]\s))"
_CREDIT = re.compile(
    rf"(?:(?i:(?<!\w)crédits?(?:\s+(?:de\s+(?:la\s+)?)?(?:photo|image)s?)?{_COLON}|{_IMAGE}\s+\(crédit\){_COLON}"
    rf"|(?<!\w)source\s+(?:de\s+(?:la\s+|l[’'])|des\s+)(?:photo|image)s?{_COLON})(?=[^()\[\]:;]{{2,80}}?{_END})"
    rf"|(?i:{_IMAGE}(?:\s+(?:est|sont|a\s+été|ont\s+été))?\s+"
    r"(?:(?:fourni|prêté|offert|transmis)e?s?\s+par\s+(?:(?:le|la|les)\s+|l[’'])?|(?:à\s+la\s+)?gracieuseté\s+(?:de\s+(?:la\s+|l[’'])?|du\s+|des\s+|d[’'])))"
    rf"(?=[^()\[\]:;]{{2,80}}?{_END})(?![^.)\]]*\b(?:montre|montrent|présente)\b)"
    rf"|{_APART}(?i:{_IMAGE}{_COLON})(?={_PROPER}{_END})"
    rf"|(?i:{_IMAGE}\s*)©\s*(?={_PROPER}{_END}))"
    rf"(.{{2,100}}?)(?={_END})",
)

FRENCH = Words(
    moment=_moment,
    day=_day,
    month=_month,
    listed="\u00a0; ",
    corrected="Corrigé le {when}\u00a0: {what}.",
    title_before="titre (auparavant\u00a0: «\u00a0{title}\u00a0»)",
    text_changed="texte modifié",
    changed=("{count} paragraphe modifié", "{count} paragraphes modifiés"),
    added=("{count} paragraphe ajouté", "{count} paragraphes ajoutés"),
    removed=("{count} paragraphe supprimé", "{count} paragraphes supprimés"),
    restored="Ce communiqué avait été retiré. Il a été publié de nouveau le {when}.",
    withdrawn_title="Retiré\u00a0: {title}",
    withdrawn="Ce communiqué, publié le {issued}, a été retiré par l’organisme qui l’a publié (constaté le {when}).",
    notice=_notice,
    photo_credit=_CREDIT,
)

"""French."""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedpub import stems
from feedpub.interface.texts import Interface
from feedpub.languages.row import Language
from feedpub.wording.french import FRENCH

# fmt: off
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)
_ABBREVIATIONS = frozenset((
    "m", "mm", "mme", "mmes", "mlle", "dr", "dre", "drs", "pr", "pre", "me", "mgr", "st", "ste", "hon", "no", "nos",
    "art", "al", "par", "ch", "p", "pp", "vol", "éd", "env", "max", "min", "tél", "poste", "c.-à-d", "p. ex", "ex",
    "cf", "inc", "ltée", "cie", "s.a", "janv", "févr", "avr", "juill", "sept", "oct", "nov", "déc",
))
# fmt: on
_MONTH = (
    r"(?P<month>janv(?:ier)?|f[ée]v(?:r(?:ier)?)?|mars|avr(?:il)?|mai|juin|juil(?:l(?:et)?)?|ao[ûu]t|sept(?:embre)?|"
    r"oct(?:obre)?|nov(?:embre)?|d[ée]c(?:embre)?)"
)
_DAY = r"(?<![\d.,])(?P<day>\d{1,2})(?:\s?(?:er|ᵉʳ))?"
_DATES = (
    # Of "du 17 au 19 novembre" the first day: the month follows the last.
    rf"{_DAY}(?=\s(?:au|et)\s(?:le\s)?\d{{1,2}}(?:er)?\s{_MONTH}\b)(?P<year>(?!))?",
    rf"{_DAY}\s+{_MONTH}\b\.?(?:\s+(?P<year>\d{{4}})(?!\d))?",
)


# Their patterns are many, and most runs read no figure.
def _number(text: str) -> int:
    from feedpub.figures import french  # noqa: PLC0415 - as above

    return french.number(text)


def _figures(text: str) -> Iterator[tuple[str, int]]:
    from feedpub.figures import french  # noqa: PLC0415 - as above

    return french.read(text)


def _interface() -> Interface:
    from feedpub.interface import french  # noqa: PLC0415 - only pages and embeds need it

    return french.FRENCH


def french() -> Language:
    """The row of French, as the governments of Canada and of France write it."""
    return Language(
        tag="fr",
        name="Français",
        months=_MONTHS,
        dates=tuple(re.compile(p, re.IGNORECASE) for p in _DATES),
        today=re.compile(
            r"\b(?:aujourd[’']hui|ce (?:matin|midi|soir|jour)|cet après-midi)\s*(?:\(|,\s)?\s*(?:le\s+)?(?:\w+di\s+)?$",
            re.IGNORECASE,
        ),
        markers={
            "photo": "photos",
            "photos": "photos",
            "photographie": "photos",
            "photographies": "photos",
            "image": "photos",
            "images": "photos",
            "vidéo": "video",
            "vidéos": "video",
            "audio": "audio",
            "extrait sonore": "audio",
            "extraits sonores": "audio",
            "balado": "audio",
            "pièce jointe": "attachments",
            "pièces jointes": "attachments",
            "annexe": "attachments",
            "annexes": "attachments",
        },
        marker_lead=re.compile(r"avec\s+(?:(?:une|un|des)\s+)?", re.IGNORECASE),
        marker_split=re.compile(r"\s*(?:/|,|&|\bet\b)\s*"),
        only={
            "en français seulement": "fr-only",
            "français seulement": "fr-only",
            "en français uniquement": "fr-only",
            "disponible en français seulement": "fr-only",
            "en anglais seulement": "en-only",
            "anglais seulement": "en-only",
            "en anglais uniquement": "en-only",
            "disponible en anglais seulement": "en-only",
        },
        wide=False,
        # « Bonjour ! » a-t-il dit: no sentence ends before a small letter.
        sentence_end=re.compile("[.!?…](?:[ \u00a0\u202f]?»|[\"'”’)\\]])*+(?=\\s+[^\\sa-zà-öø-ÿ–—]|\\s*$)"),
        summary_length=360,
        on_behalf=re.compile(
            r"^(?:Le (?:texte|communiqué|message) (?:suivant|qui suit|ci-dessous) est (?:publié|diffusé|émis)"
            r"|Communiqué (?:publié|diffusé|émis)) (?:au nom|pour le compte) (?:de la |de l[’']|de |du |des |d[’'])"
            r"(.{2,160}?)\s*:?\s*$",
            re.IGNORECASE,
        ),
        abbreviations=_ABBREVIATIONS,
        aside=re.compile(
            r"\b(?:après|avant) (?:avoir (?:assisté|visité|participé|inauguré|présidé)|(?:une )?visite)\b[^:\n]{2,300}?"
            r"(?=:|\n| (?:ce|cet|aujourd|hier)\b)",
        ),
        colon="\u00a0: ",
        feeds="Fils principaux",
        topics="Thèmes",
        bodies="Organismes",
        version="Version française\u00a0: {title}",
        version_only="Version française",
        words=FRENCH,
        interface=_interface,
        number=_number,
        figures=_figures,
        terms="fr",
        stems=stems.french,
        # Imprimerie nationale, Lexique des règles typographiques; Le guide du rédacteur (Canada), 6.
        tight=re.compile(
            r" (?=[:;!?»](?![)(DPp/-])|%|\$)|(?<=«) |(?<=\d) (?=\d{3}(?!\d)|[kMG]?\$|h\b)|(?<=\d h) (?=\d\d\b)"
        ),
        spaced=True,
        latin=True,
        density=1.15,
        series={"part": re.compile(r"\((?:[Pp]artie\s)?(\d{1,2})\)")},
    )

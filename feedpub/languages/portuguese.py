"""Portuguese."""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedpub import stems
from feedpub.interface.texts import Interface
from feedpub.languages.row import Language
from feedpub.wording.portuguese import PORTUGUESE

# fmt: off
_MONTHS = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho",
    "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
)
_ABBREVIATIONS = frozenset((
    "sr", "sra", "srs", "sras", "dr", "dra", "drs", "eng", "eng.º", "prof", "profa", "arq", "exmo", "exma", "exmos",
    "art", "n", "nos", "al", "pág", "págs", "vol", "tel", "av", "r", "lda", "ltd", "s.a", "cia", "etc", "ex", "p. ex",
))
# fmt: on
_MONTH = (
    r"(?P<month>jan(?:eiro)?|fev(?:ereiro)?|mar(?:ço)?|abr(?:il)?|mai(?:o)?|jun(?:ho)?|jul(?:ho)?|ago(?:sto)?|"
    r"set(?:embro)?|out(?:ubro)?|nov(?:embro)?|dez(?:embro)?)"
)
_DAY = r"(?<![\d.,])(?P<day>\d{1,2})(?:\.?[ºª°])?"
_DATES = (
    # Of "de 17 a 19 de Novembro" the first day: the month follows the last.
    rf"{_DAY}(?=\s(?:a|e)\s\d{{1,2}}\sde\s{_MONTH}\b)(?P<year>(?!))?",
    rf"{_DAY}\s+de\s+{_MONTH}\b\.?(?:\s+de\s+(?P<year>\d{{4}})(?!\d))?",
)


# Their patterns are many, and most runs read no figure.
def _number(text: str) -> int:
    from feedpub.figures import portuguese  # noqa: PLC0415 - as above

    return portuguese.number(text)


def _figures(text: str) -> Iterator[tuple[str, int]]:
    from feedpub.figures import portuguese  # noqa: PLC0415 - as above

    return portuguese.read(text)


def _interface() -> Interface:
    from feedpub.interface import portuguese  # noqa: PLC0415 - only pages and embeds need it

    return portuguese.PORTUGUESE


def portuguese() -> Language:
    """The row of Portuguese, as the government of Macao writes it: before the agreement on spelling of 1990."""
    return Language(
        tag="pt",
        name="Português",
        months=_MONTHS,
        dates=tuple(re.compile(p, re.IGNORECASE) for p in _DATES),
        today=re.compile(
            r"\b(?:hoje|est[ae] (?:manhã|tarde|noite)|hoje (?:de manhã|à tarde|à noite))\s*(?:\(|,\s)?\s*(?:dia\s+)?$",
            re.IGNORECASE,
        ),
        markers={
            "foto": "photos",
            "fotos": "photos",
            "fotografia": "photos",
            "fotografias": "photos",
            "imagem": "photos",
            "imagens": "photos",
            "vídeo": "video",
            "vídeos": "video",
            "áudio": "audio",
            "anexo": "attachments",
            "anexos": "attachments",
        },
        marker_lead=re.compile(r"com\s+(?:(?:uma?|as?|os?)\s+)?", re.IGNORECASE),
        marker_split=re.compile(r"\s*(?:/|,|&|\be\b)\s*"),
        only={
            "só em português": "pt-only",
            "apenas em português": "pt-only",
            "só em chinês": "zh-only",
            "apenas em chinês": "zh-only",
            "só em inglês": "en-only",
            "apenas em inglês": "en-only",
        },
        wide=False,
        sentence_end=re.compile(r"[.!?…][\"'”’»)\]]*+(?=\s+[^\sa-zà-öø-ÿ–—]|\s*$)"),
        summary_length=360,
        on_behalf=re.compile(
            r"^(?:O (?:texto|comunicado) (?:seguinte|que se segue)|A (?:nota|informação) (?:seguinte|que se segue)) "
            r"é (?:emitid|divulgad|publicad)[ao] em nome d[aeo]s? (.{2,160}?)\s*:?\s*$",
            re.IGNORECASE,
        ),
        abbreviations=_ABBREVIATIONS,
        aside=re.compile(
            r"\b(?:após|depois de|antes de) (?:ter )?(?:participa|visita|assisti|preside|presidi|inaugura)\w*\b"
            r"[^:\n]{2,300}?(?=:|\n| (?:est[ae]|hoje|ontem)\b)",
        ),
        colon=": ",
        feeds="Canais principais",
        topics="Temas",
        bodies="Entidades",
        version="Versão portuguesa: {title}",
        version_only="Versão portuguesa",
        words=PORTUGUESE,
        interface=_interface,
        number=_number,
        figures=_figures,
        terms="pt",
        stems=stems.portuguese,
        spaced=True,
        latin=True,
        density=1.15,
        series={"part": re.compile(r"\((?:[Pp]arte\s)?(\d{1,2})\)")},
    )

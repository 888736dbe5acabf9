"""What feedpub says to readers in Portuguese, as written in Macao, and how a caption credits a photo."""

from __future__ import annotations

import re
from datetime import date, datetime

from feedpub.notices.notice import Notice
from feedpub.wording.words import Words

_MONTHS = (
    "Janeiro", "Fevereiro", "Março", "Abril", "Maio", "Junho",
    "Julho", "Agosto", "Setembro", "Outubro", "Novembro", "Dezembro",
)  # fmt: skip


def _moment(moment: datetime) -> str:
    return f"{_day(moment)}, às {moment.hour}h{moment:%M}"


def _day(day: date) -> str:
    return f"{day.day} de {_month(day)}"


def _month(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} de {day.year}"


def _notice() -> Notice:
    from feedpub.notices import portuguese  # noqa: PLC0415 - its patterns are many, and few runs look at a changed release

    return portuguese.notice()


# A name stands at the end of the caption, of its sentence or in brackets, behind words that credit somebody; behind
# "Foto:" alone only in brackets or behind a full stop.
_IMAGE = r"\b(?:foto(?:grafia)?|image(?:m|ns))s?"
_END = r"\s*(?:[)\]]|[.;]?\s*$|(?<!\b[A-Z])\.\s)"
_NAMED = r"[A-ZÀ-ÖØ-Þ][\w.'’&-]*"
_PROPER = (
    rf"(?:[ao]s?\s+)?(?!(?:Foto|Imagem)){_NAMED}"
    rf"(?:(?:\s+|\s*/\s*|,\s+)(?:(?:d[aeo]s?|e|para|[ao]s?|em|n[ao]s?|&)\s+){{0,3}}{_NAMED}){{0,11}}"
)
_APART = r"(?:(?<=[(\[])|(?<=[.;/–—|]\s))"
_CREDIT = re.compile(
    rf"(?:(?i:(?<!\w)créditos?(?:\s+(?:d[ae]s?\s+)?(?:foto(?:grafia)?s?|imagem|imagens))?\s*:\s*"
    rf"|(?<!\w)fonte\s+d[ae]s?\s+(?:foto(?:grafia)?s?|imagem|imagens)\s*:\s*)(?=[^()\[\]:;]{{2,80}}?{_END})"
    rf"|(?i:{_IMAGE}(?:\s+(?:foi|foram))?\s+(?:(?:cedid|fornecid|disponibilizad|facultad)as?\s+pel[ao]s?|cortesia\s+d[aeo]s?)\s+)"
    rf"(?=[^()\[\]:;]{{2,80}}?{_END})(?![^.)\]]*\bmostra)"
    rf"|{_APART}(?i:{_IMAGE}\s*:\s*)(?={_PROPER}{_END})"
    rf"|(?i:{_IMAGE}\s*)©\s*(?={_PROPER}{_END}))"
    rf"(.{{2,100}}?)(?={_END})",
)

PORTUGUESE = Words(
    moment=_moment,
    day=_day,
    month=_month,
    listed="; ",
    corrected="Corrigido em {when}: {what}.",
    title_before="título (anterior: «{title}»)",
    text_changed="texto alterado",
    changed=("{count} parágrafo alterado", "{count} parágrafos alterados"),
    added=("{count} parágrafo acrescentado", "{count} parágrafos acrescentados"),
    removed=("{count} parágrafo eliminado", "{count} parágrafos eliminados"),
    restored="Esta nota de imprensa tinha sido retirada. Foi novamente publicada em {when}.",
    withdrawn_title="Retirada: {title}",
    withdrawn="Esta nota de imprensa, de {issued}, foi retirada pela entidade que a publicou (verificado em {when}).",
    notice=_notice,
    photo_credit=_CREDIT,
)

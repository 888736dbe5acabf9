"""Numbers and times of day in Portuguese as written in Macao: 1.234,5, 2,3 mil milhões, vinte e um, 3.º, 17h30."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from feedpub.figures.common import MOST_DIGITS, clock, spelled
from feedpub.figures.spelling import any_of, digits, values

# fmt: off
_NUMBERS = {
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "três": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
    "nove": 9, "dez": 10, "onze": 11, "doze": 12, "treze": 13, "catorze": 14, "quinze": 15, "dezasseis": 16,
    "dezassete": 17, "dezoito": 18, "dezanove": 19, "vinte": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50,
    "sessenta": 60, "setenta": 70, "oitenta": 80, "noventa": 90, "cem": 100, "cento": 100, "duzentos": 200,
    "duzentas": 200, "trezentos": 300, "trezentas": 300, "quatrocentos": 400, "quatrocentas": 400, "quinhentos": 500,
    "quinhentas": 500, "seiscentos": 600, "seiscentas": 600, "setecentos": 700, "setecentas": 700, "oitocentos": 800,
    "oitocentas": 800, "novecentos": 900, "novecentas": 900,
}
_ORDINALS = {
    "primeiro": 1, "primeira": 1, "terceiro": 3, "terceira": 3, "quarto": 4, "quarta": 4, "quinto": 5, "quinta": 5,
    "sexto": 6, "sexta": 6, "sétimo": 7, "sétima": 7, "oitavo": 8, "oitava": 8, "nono": 9, "nona": 9, "décimo": 10,
    "décima": 10,
}
# fmt: on
_SCALES = {"mil": 10**3, "milhão": 10**6, "milhões": 10**6, "bilião": 10**12, "biliões": 10**12}
_WORDS = _NUMBERS | _SCALES | _ORDINALS
_ARTICLES = ("um", "uma")
"""By themselves they count nothing: "uma reunião"."""
_SPACE = "[ \u00a0\u202f\u2009]"
# A telephone number of Macao is 2833 5555.
_DIGITS = rf"\d{{4}}{_SPACE}\d{{4}}(?!\d)|\d{{1,3}}(?:(?:\.|{_SPACE})\d{{3}}(?!\d))+(?:,\d+)?|\d+(?:,\d+)?"
_SCALE = any_of(_SCALES)
_WORD = any_of(_WORDS)
_WORD_ONE = re.compile(_WORD, re.IGNORECASE)
_NUMBER = re.compile(
    rf"(?<![\w.,])(?:(?P<digits>(?>{_DIGITS}))(?:\.?[ºª°])?(?![A-Za-z])(?P<scales>(?:{_SPACE}(?:{_SCALE})\b)*)"
    # "segunda-feira" is no second of anything.
    rf"|(?P<words>(?:{_WORD})(?:(?:\se\s|\s)(?:{_WORD}))*+)(?![\w-]))",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"(?<![\d.,])(?:(?P<hour>\d{{1,2}}){_SPACE}?h(?:{_SPACE}?(?P<minute>\d\d)(?!\d)|(?![\w/]))"
    rf"|(?:(?<=\bàs\s)|(?<=\bdas\s)|(?<=\bpelas\s)|(?<=\bas\s))(?P<hour2>\d{{1,2}})(?::(?P<minute2>[0-5]\d))?"
    rf"{_SPACE}horas?\b(?:\se\s(?:(?P<minute3>\d{{1,2}})\sminutos|(?P<thirty>meia)))?(?:\sda\s(?P<half>manhã|tarde|noite))?"
    r"|(?P<hour3>[0-2]?\d):(?P<minute4>[0-5]\d)(?![\d:])|\b(?P<word>meio-dia|meia-noite)\b)",
    re.IGNORECASE,
)
_AT_WORD = {"meio-dia": "12:00", "meia-noite": "00:00"}


def read(text: str) -> Iterator[tuple[str, int]]:
    """The figures of a Portuguese text with their places in it: times of day, then numbers."""
    for match in _TIME.finditer(text):
        if found := _time(match):
            yield found, match.start()
    for match in _NUMBER.finditer(_TIME.sub(lambda time: " " * len(time[0]), text)):
        for amount in _amounts(match):
            yield spelled(amount), match.start()


def number(text: str) -> int:
    """A whole number in digits; 0 if it is none."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0


def _amounts(match: re.Match[str]) -> Iterator[Decimal]:
    if match["words"]:
        words = [word.lower() for word in _WORD_ONE.findall(match["words"])]
        if len(words) > 1 or words[0] not in _ARTICLES:
            yield from map(Decimal, values(words, _WORDS))
        return
    amount = digits(match["digits"])
    if amount is not None:
        for scale in match["scales"].lower().split():
            amount *= _SCALES[scale]
        yield amount


def _time(match: re.Match[str]) -> str | None:
    if match["word"]:
        return _AT_WORD[match["word"].lower()]
    hour = int(match["hour"] or match["hour2"] or match["hour3"])
    minute = match["minute"] or match["minute2"] or match["minute3"] or match["minute4"] or "0"
    half = (match["half"] or "").lower()
    late = half in ("tarde", "noite")
    return clock(hour, 30 if match["thirty"] else int(minute), afternoon=late, morning=half == "manhã")

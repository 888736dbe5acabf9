"""How Chinese names sound in Latin letters, roughly: 宏福苑 and "Wang Fuk", 何偉豪 and "Ho Wai-ho".

Names are spelled by ear and by custom, so both sides are brought to classes of sounds: an initial and a final, where
what the usual spellings do not tell apart is one class (盧 and 羅 are both "Lo"). A pair of neighbouring syllables is
what is compared: one alone says little.
"""

from __future__ import annotations

import re
from itertools import pairwise

# Jyutping (without tones) to classes, and the spellings that government texts have for the same.
# fmt: off
_INITIALS = {
    "b": "P", "p": "P", "m": "M", "f": "F", "d": "T", "t": "T", "n": "N", "l": "L", "gw": "Q", "kw": "Q", "g": "K",
    "k": "K", "ng": "", "h": "H", "w": "W", "z": "C", "c": "C", "s": "S", "j": "Y", "": "",
}
_FINALS = {
    "aa": "A", "a": "A", "aai": "AI", "ai": "AI", "aau": "AU", "au": "AU", "aam": "AM", "am": "AM", "aan": "AN",
    "an": "AN", "aang": "ANG", "ang": "ANG", "aap": "AP", "ap": "AP", "aat": "AT", "at": "AT", "aak": "AK", "ak": "AK",
    "e": "E", "ek": "IK", "eng": "ING", "ei": "I", "eu": "IU", "i": "I", "iu": "IU", "im": "IM", "in": "IN",
    "ing": "ING", "ip": "IP", "it": "IT", "ik": "IK", "o": "O", "oi": "OI", "on": "ON", "ong": "ONG", "ot": "OT",
    "ok": "OK", "ou": "O", "u": "U", "ui": "UI", "un": "UN", "ung": "UNG", "ut": "UT", "uk": "UK", "eoi": "UI",
    "eon": "UN", "eot": "UT", "oe": "EU", "oeng": "EUNG", "oek": "EUK", "yu": "U", "yun": "UN", "yut": "UT",
    "m": "NG", "ng": "NG", "et": "IT", "ep": "IP", "em": "IM", "en": "IN",
}
_SPELLED_INITIALS = {
    "b": "P", "p": "P", "m": "M", "f": "F", "d": "T", "t": "T", "n": "N", "l": "L", "kw": "Q", "gw": "Q", "qu": "Q",
    "g": "K", "k": "K", "ng": "", "h": "H", "w": "W", "ch": "C", "ts": "C", "tz": "C", "s": "S", "sh": "S", "sz": "S",
    "y": "Y", "": "",
}
_SPELLED_FINALS = {
    "a": "A", "ah": "A", "ar": "A", "ai": "AI", "aai": "AI", "au": "AU", "aau": "AU", "am": "AM", "um": "AM",
    "om": "AM", "an": "AN", "ang": "ANG", "ap": "AP", "up": "AP", "op": "AP", "at": "AT", "ak": "AK", "ac": "AK",
    "e": "E", "eh": "E", "ea": "E", "ek": "IK", "eck": "IK", "eng": "ING", "ei": "I", "ay": "I", "ee": "I", "i": "I",
    "ie": "I", "ze": "I", "iu": "IU", "ew": "IU", "iew": "IU", "im": "IM", "in": "IN", "een": "IN", "ing": "ING",
    "ip": "IP", "it": "IT", "ik": "IK", "ick": "IK", "o": "O", "oh": "O", "or": "O", "ow": "O", "oi": "OI", "oy": "OI",
    "on": "ON", "ong": "ONG", "ot": "OT", "ok": "OK", "ock": "OK", "u": "U", "oo": "U", "ue": "U", "ui": "UI",
    "un": "UN", "oon": "UN", "uen": "UN", "ung": "UNG", "ut": "UT", "uet": "UT", "uk": "UK", "eung": "EUNG",
    "euk": "EUK", "ng": "NG", "eong": "EUNG", "eok": "EUK", "aw": "O",
}
# fmt: on
_WHOLE = {"ng": "NG", "sz": "SI", "tsz": "CI", "sze": "SI", "tsze": "CI", "yee": "YI", "yi": "YI", "kwu": "KU"}
_JYUTPING = re.compile(r"(gw|kw|ng|[bpmfdtnlgkhwzcsj]?)(.+)")
_NAME = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]*(?:[ -][A-Za-z]+)+")
_PART = re.compile(r"[ -]")
_FIRST_CODE = 0xE000
"""Sounds are written as single characters of Unicode's private use area, so that a text becomes a text of sounds."""
_PAIR = re.compile("(?=([\ue000-\uf8ff]{2}))")


class Readings:
    """The sounds of a script's characters and of names in Latin letters."""

    def __init__(self, table: str) -> None:
        """Read a table of readings.

        Args:
            table: a line a syllable in Jyutping without tone, a tab, the characters that are read so; the usual
                reading of a character stands first in the file.
        """
        codes: dict[str, str] = {}
        self._characters: dict[int, str] = {}
        self._second: dict[int, str] = {}
        for line in table.splitlines():
            syllable, _, characters = line.partition("\t")
            if not characters or syllable.startswith("#"):
                continue
            code = codes.setdefault(_jyutping_class(syllable), chr(_FIRST_CODE + len(codes)))
            for character in characters:
                known = self._characters.setdefault(ord(character), code)
                if known != code:
                    self._second.setdefault(ord(character), code)
        self._syllables = {spelled: codes[sound] for spelled, sound in _spellings().items() if sound in codes}

    def of_characters(self, text: str) -> frozenset[str]:
        """The pairs of neighbouring sounds of a text in Chinese characters."""
        found = set(_PAIR.findall(text.translate(self._characters)))
        if not self._second.keys().isdisjoint(map(ord, set(text))):
            other = text.translate(self._second).translate(self._characters)
            found.update(_PAIR.findall(other))
        return frozenset(found)

    def of_names(self, text: str) -> frozenset[str]:
        """The pairs of neighbouring sounds of the names in a text in Latin letters."""
        found: set[str] = set()
        for name in _NAME.finditer(text):
            sounds = [self._syllables.get(part.lower(), "") for part in _PART.split(name[0])]
            found.update(first + second for first, second in pairwise(sounds) if first and second)
        return frozenset(found)


def _jyutping_class(syllable: str) -> str:
    if syllable in ("m", "ng"):
        return "NG"
    match = _JYUTPING.fullmatch(syllable)
    if not match or match[2] not in _FINALS:
        return syllable
    return _joined(_INITIALS[match[1]], _FINALS[match[2]])


def _joined(initial: str, final: str) -> str:
    # 觀 is gun and "Kwun", 古 is gu and "Kwu".
    return ("K" if initial == "Q" and final[0] == "U" else initial) + final


def _spellings() -> dict[str, str]:
    table = {
        initial + final: _joined(first, last)
        for initial, first in _SPELLED_INITIALS.items()
        for final, last in _SPELLED_FINALS.items()
    }
    return table | _WHOLE

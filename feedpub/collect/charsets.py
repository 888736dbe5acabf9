"""The bytes of a page, a feed or a text file -> its text, in whatever charset it is.

What counts, in this order: a byte order mark; UTF-8 where all bytes are valid, whatever is declared, because text of
another charset practically never is; the charset that the server, the page or the feed declares; what the bytes look
like. Old pages often declare the wrong one of Big5, GB18030, ISO-8859-1 and UTF-8, so a declaration is not believed
where another charset gives Chinese as people write it and the declared one does not. What cannot be told is refused:
nothing is published as mojibake.

The charset is told by the frequency of the characters that come out (`plausible`). On Hong Kong texts in Big5-HKSCS
and GB18030, traditional and simplified, cut to 10 characters, no choice was wrong; charset-normalizer 3.5 chose
wrongly for 10 to 35 in 100 of these.
"""

from __future__ import annotations

import codecs
import re

import msgspec

from feedpub.collect import charsetlabels, hkscs, oldcodecs, plausible
from feedpub.errors import ReleaseError

_BAD = "\ufffd"
_CHINESE = ("big5hkscs", "gb18030")
_SIXTEEN = ("utf-16-le", "utf-16-be")
_MARK_BYTES = 2
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_LATE_PRIVATE = re.compile(rb"\xef[\x80-\xa3]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_MARKUP = re.compile(rb"([\x00-\x7f])[\x00-\x7f]{7,}")
_SAMPLE_BYTES = 60_000
_LEAST_CHARACTERS = 6
_CLEAR_LEAD = 0.3
"""How much more plausible than the other a charset has to be."""
_FEW = 8
_ACCENTED_RUN = re.compile("[\x80-\x9f\xa1-\xff]{4}")
_HIGH = re.compile("[^\x00-\x7f]+")
# Letters with accents and curly quotes in or beside a word, words of one letter, and signs where they belong.
_WESTERN = re.compile(
    "(?<=[A-Za-z])[À-ÖØ-öø-ÿŒœ]{1,2}(?![^\x00-\x7f])|(?<![^\x00-\x7f])(?:[ß-öø-ÿœ]{1,2}(?=[a-z])|[À-ÖØ-ÞŒ](?=[A-Za-z]))"
    "|(?<=[\\s>(])[ÀÁÉÓàáéíóôêœ](?=[\\s<),.])|(?<=[A-Za-z])[’‘](?=[A-Za-z])|(?<=[A-Za-z.,!?])[’”](?=[\\s<),.;:])"
    "|(?<=[\\s>(])[‘“](?=[A-Za-z])|(?<=[\\s>])[«»–—\xa0©®•](?=[\\s<])|(?<=[\\d.])[ªº°](?=[\\s<),.C])|[€£](?=\\d)"
)
_LEAST_RUNS = 3
_MOSTLY = 0.75
_LATIN = ("cp1252", "cp1254", "iso8859_15")


class Decoded(msgspec.Struct, frozen=True):
    """A text, Python's name of the charset that it was read in, and whether nothing declared that charset.

    `damaged`: it has U+FFFD where bytes could not be read.
    """

    text: str
    charset: str
    guessed: bool
    damaged: bool = False


def decode(raw: bytes, declared: str = "", *, what: str = "page", tolerant: bool = False) -> Decoded:
    """The text of bytes, with private-use characters replaced or dropped.

    Args:
        raw: the bytes.
        declared: the charset that the server declared, "" if none.
        what: what the bytes are, for the errors.
        tolerant: a few bytes that cannot be read become U+FFFD. The caller asks `refuse_mojibake` about each text
            that it takes to be published.

    Raises:
        ReleaseError: there are none, their charset cannot be told, or some cannot be read.
    """
    if not raw or raw.isspace():
        raise ReleaseError(f"the {what} is empty")
    found = _decoded(raw, declared, f"the {what}")
    if found.damaged and not tolerant:
        refuse_mojibake(found, found.text, what=what)
    return found


def refuse_mojibake(found: Decoded, *published: str, what: str = "page") -> None:
    """Refuse what would be published with unreadable bytes in it; those elsewhere in a page do no harm.

    Raises:
        ReleaseError: a published text has a U+FFFD that decoding put there.
    """
    if found.damaged and any(_BAD in one for one in published):
        name = "UTF-8" if found.charset == "utf-8" else found.charset
        raise ReleaseError(f"the {what}'s text is not valid {name}: it is in another charset, or damaged")


def without_private(text: str) -> str:
    """Private-use characters back to those of HKSCS that they stood for; the others mean nothing to readers and go."""
    return _PRIVATE.sub("", hkscs.restore(text))


def _has_private(raw: bytes) -> bool:
    """Whether UTF-8 text has any private-use character: most have none."""
    return b"\xee" in raw or b"\xf3" in raw or b"\xf4" in raw or _LATE_PRIVATE.search(raw) is not None


def _decoded(raw: bytes, declared: str, what: str) -> Decoded:
    if codec := _MARKS.get(raw[:_MARK_BYTES]):
        return _read(raw[_MARK_BYTES:], codec, guessed=False)
    if b"\0" in raw and (codec := _sixteen(raw, told := charsetlabels.codec(declared))):
        return _read(raw, codec, guessed=codec != told)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        return _other(raw, declared, what, problem.start)
    return Decoded(without_private(text) if _has_private(raw) else text, "utf-8", guessed=False)


def _read(raw: bytes, codec: str, *, guessed: bool) -> Decoded:
    text = oldcodecs.read(raw, codec)
    text = _PRIVATE.sub("", text) if codec == "gb18030" else without_private(text)
    own = _BAD.encode(codec, "ignore")
    # What the page itself replaced may stay.
    return Decoded(text, codec, guessed=guessed, damaged=_BAD in text and not (own and own in raw))


def _is_ruined(found: Decoded) -> bool:
    """Whether more than a few characters cannot be read."""
    bad = found.text.count(_BAD) if found.damaged else 0
    return bad > _FEW and bad * 10 > len(plausible.beyond_ascii(found.text))


def _sixteen(raw: bytes, told: str | None) -> str | None:
    """Which UTF-16 bytes with zeros in them are: in the other one, and in UTF-8, most characters are unlikely ones."""
    sample = raw[:_SAMPLE_BYTES]
    likely = {codec: _likely(sample.decode(codec, "replace")) for codec in _SIXTEEN}
    best, other = sorted(likely, key=likely.__getitem__, reverse=True)
    return best if best == told or likely[best] - max(likely[other], 0) > 2 * _CLEAR_LEAD else None


def _likely(text: str) -> float:
    average, count = plausible.chinese(text)
    ascii_text = sum(1 for one in text if one.isascii() and (one.isprintable() or one.isspace()))
    return (ascii_text + average * count) / len(text) if text else 0.0


def _other(raw: bytes, header: str, what: str, start: int) -> Decoded:
    """Text that is no valid UTF-8."""
    labels = charsetlabels.declared(raw, header)
    told = list(dict.fromkeys(codec for label in labels if (codec := charsetlabels.codec(label))))
    marked = raw.startswith(codecs.BOM_UTF8)
    as_utf8 = _read(raw.removeprefix(codecs.BOM_UTF8), "utf-8", guessed=False)
    unreadable = as_utf8.text.count(_BAD)
    if marked or len(plausible.beyond_ascii(as_utf8.text)) >= 2 * unreadable:
        return as_utf8
    scores = _scores(raw)
    sure = _clear(scores)
    if sure and not _is_ruined(found := _read(raw, sure, guessed=sure not in told)):
        return found
    for codec in told:
        if not codec.startswith("utf-") and (as_declared := _as_declared(raw, codec, scores)):
            return as_declared
    if not labels and _is_western(western := _read(raw, "cp1252", guessed=True)):
        return western
    if unreadable <= _FEW and all(charsetlabels.codec(label) == "utf-8" for label in labels):
        return as_utf8
    if labels:
        raise ReleaseError(f'{what} is neither UTF-8 (byte {start}) nor "{labels[0]}", which it declares')
    raise ReleaseError(f"{what} is not UTF-8 (byte {start}), and no other charset can be told from its bytes")


def _scores(raw: bytes) -> dict[str, tuple[float, int]]:
    """How plausible each Chinese charset is, without the markup."""
    sample = _MARKUP.sub(rb"\1 ", raw)[:_SAMPLE_BYTES]
    return {codec: plausible.chinese(oldcodecs.read(sample, codec)) for codec in _CHINESE}


def _clear(scores: dict[str, tuple[float, int]]) -> str | None:
    """The Chinese charset that there is no doubt about; a few characters have to look better than many."""
    other, best = sorted(_CHINESE, key=lambda codec: scores[codec][0])
    score, count = scores[best]
    enough = count >= _LEAST_CHARACTERS and score >= 0.45 + 1.5 / count
    return best if enough and score - scores[other][0] >= _CLEAR_LEAD else None


def _as_declared(raw: bytes, codec: str, scores: dict[str, tuple[float, int]]) -> Decoded | None:
    """The text in the charset that it declares, if that can be."""
    found = _read(raw, codec, guessed=False)
    if _is_ruined(found):
        return None
    if codec in _CHINESE:
        rival = next(one for one in _CHINESE if one != codec)
        better = scores[rival][0] > _CLEAR_LEAD and scores[rival][0] - scores[codec][0] > _CLEAR_LEAD / 2
        return None if better else found
    # A charset of single bytes makes letters of anything; real text has no such runs of accented ones.
    strange = _ACCENTED_RUN.search(found.text) or (codec in _LATIN and _western(found.text) < _MOSTLY)
    return None if strange else found


def _is_western(found: Decoded) -> bool:
    """Whether nothing but a Western language can be meant; two bytes may be anything."""
    return not found.damaged and len(_HIGH.findall(found.text)) >= _LEAST_RUNS and _western(found.text) == 1


def _western(text: str) -> float:
    """The share of what is beyond ASCII that are letters, quotes and signs where a Western language has them."""
    return len(_WESTERN.findall(text)) / len(_HIGH.findall(text))

"""Changes a text as hostile and broken publishers do: by its tags, attributes, entities, numbers and charset."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

_TAG = re.compile(rb"</?[A-Za-z][^<>]{0,300}>")
_NUMBER = re.compile(rb"\d+")
_QUOTED = re.compile(rb"\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'")
_LINE = re.compile(rb"^.*\n", re.MULTILINE)
_LOOKED_AT = 100_000
"""Bytes of a text in which something to change is looked for."""
_LARGEST = 1_000_000
"""Bytes up to which a text grows."""
_OFTEN, _SELDOM = (2, 3, 10, 70), (1_000, 20_000, 100_000)
"""How many times something is repeated."""

MARKUP = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        "<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>", "<?xml", "?>", "&", "&amp;", "&lt;", "&#0;", "&#x0;",
        "&#xD800;", "&#1114112;", "&#99999999999;", "&#133;", "&nbsp;", "&bogus;", "&#x202e;", '"', "'", "`", "=", "\0",
        "\x01", "\x0b", "\x1b[2J", "\x7f", "\x85", "\r", "\n", "\r\n", "\t", "\u00a0", "\u200b", "\u2028", "\u202e",
        "\u3000", "\ufeff", "\ufffe", "\uffff", "\ue000", "\U0010fffd", "\U000e0001", "\u0301", "\u200d", "😀", "🇭🇰",
        "漢", "（", "）", "(", ")", "完", "Ends", "NNNN", "*****", "<br>", "<p>", "</p>", "<div>", "</div>", "<b>",
        "<table>", "<tr>", "<td>", "<ul>", "<li>", "<pre>", "<a href=", "<a>", "</a>", "<img src=", "<svg>", "<math>",
        "<title>", "</title>", "<style>", "<script>", "</script>", "<template>", "<noscript>", "<select>", "<textarea>",
        "<plaintext>", "<xmp>", "<base href=", "<meta charset=big5>", "<time datetime=", "<h1>", "<article>", "<main>",
        "<body>", "</body>", "</html>", "<html>", "<frameset>", "<form>", "<input>", " id=pressrelease", " class=share",
        " id='PRHeadlineSpan'", " onclick=x", " style=x", " srcdoc=x", " xmlns:x='y'", " xml:base='//x'",
        " hreflang=fr",
        "javascript:", "data:text/html,", "http://[", "http://[::1", "https://x:99999999/", "//", "?", "#", "%00",
        "%zz",
        "../", "{{", "${", "{%", "\\", "\\u0000", "\\ud800",
    )
)  # fmt: skip
DATES = tuple(
    text.encode()
    for text in (
        "0000-00-00", "9999-12-31", "2026-02-30", "1900-01-01T00:00:00+23:59", "2199-12-31T23:59:59-23:59",
        "1e1000", "-1",
        "2026-11-20T25:61:61", "24:00", "12:60", "0:00 am", "13 pm", "12:30:00.999999999999", "+99:99", "-24:00", "Z",
        "\u0662\u0660\u0662\u0666-\u0661\u0661-\u0662\u0660", "２０２６年１１月２０日", "二〇二六年十一月二十日",
        "零年零月零日", "〇〇〇〇年〇月〇日",
        "十十十年十月廿卅日",
        "上午十二時", "下午二十五時九十九分", "99999999999999999999", "²", "½", "Ⅻ", "26 novembre 2026 à 16 h 30",
        "Feb 29, 2025", "31 April 2026", "1st May 0000", "年", "月", "日", "時", "今日（", "today (",
        "Issued at HKT 24:60",
    )
)  # fmt: skip
TOML = tuple(
    text.encode()
    for text in (
        "[", "]", "[[", "]]", "=", ".", '"', '"""', "'''", "#", "\\", "\\uD800", "\\U00110000", "{", "}", "inf",
        "-inf", "nan",
        "1e400", "0x7fffffffffffffffffff", "9" * 5000, "true", "[]", "{}", "[[]]", "[1, 'x']", "1979-05-27",
        "07:32:00", "-0",
        '""', '" "', '"\\u0000"', '"/"', '".."', '"../../x"', '"~"', '"\\n"', '"topics/"', '"topics/x"',
        '"*/0 * * * *"', '"* * 31 2 *"', '"99999999d"', '"http://["', '"https://x:0/"', '"https://\\u0000/"',
        '"zh-Hant"',
        '"//"', '"xx"', '"(("', '"["', '"(a+)+$"', '"%"', '"%Q"', '"//*["', '"::before"', '"\\u202e"', "[source.page]",
        "[source.expect]", "[[source]]", "[[feed]]", "[alert]", "[websub]", "[http]", "\0", "\ufeff", "é",
    )
)  # fmt: skip
_CHARSETS = ("big5hkscs", "gb18030", "utf-16", "utf-16-be", "utf-32", "cp1252", "utf-7", "shift_jis", "iso2022_jp")

_JOINTS, _MASSES = (b"", b" ", b"x", b"1", b"\n", "漢".encode()), (3_000, 20_000, 60_000, 400_000, 400_000)
"""What joins the words of a mass, and how many times they are repeated."""

Change = Callable[[bytes, Random, Sequence[bytes]], bytes]
"""Changes a text, with a source of chance and other texts to take from."""


def changed(text: bytes, random: Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """A text with a few changes.

    Args:
        text: what is changed.
        random: what decides.
        others: texts of the same kind, to take pieces of.
        words: what is put into it.
    """
    for _ in range(random.choice((1, 1, 2, 3, 5, 9))):
        change = random.choice(_CHANGES)
        text = _insert(text, random, words) if change is _insert else change(text, random, others)
        if len(text) > _LARGEST:
            return text[:_LARGEST]
    return text


def massed(text: bytes, random: Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """A text with a few words, or a stretch of another one, in masses: what takes a time that grows with a square.

    Args:
        text: what is changed, as in `changed`; its beginning, to leave the masses room.
        random: what decides.
        others: texts of the same kind.
        words: what is put into it.
    """
    text = text[:20_000]
    if random.random() < 0.15:
        other = random.choice(others)
        start = random.randrange(len(other) + 1)
        mass = other[start : start + random.choice((5, 20, 80, 300))]
    else:
        mass = b"".join(random.choice(words) + random.choice(_JOINTS) for _ in range(random.choice((1, 1, 2, 2, 3))))
    mass *= min(random.choice(_MASSES), (_LARGEST - len(text)) // max(len(mass), 1))
    if random.random() < 0.3:
        mass = random.choice(words) + mass + random.choice(words)
    at = random.choice(_piece(text, random))
    return (text[:at] + mass + text[at:])[:_LARGEST]


def _span(text: bytes, random: Random) -> tuple[int, int]:
    """A stretch of a text, mostly short."""
    start = random.randrange(len(text) + 1)
    return start, min(len(text), start + random.choice((1, 2, 8, 40, 300, len(text))))


def _piece(text: bytes, random: Random) -> tuple[int, int]:
    """A stretch that means something: a tag, a number, a quoted text, a line; else any."""
    start = random.randrange(max(len(text) - _LOOKED_AT, 1))
    pattern = random.choice((_TAG, _NUMBER, _QUOTED, _LINE))
    found = list(pattern.finditer(text, start, start + _LOOKED_AT))
    return random.choice(found).span() if found else _span(text, random)


def _insert(text: bytes, random: Random, words: Sequence[bytes]) -> bytes:
    word = random.choice(words) * (random.choice(_OFTEN) if random.random() < 0.1 else 1)
    if random.random() < 0.01:
        word += random.choice((b"", b" ", b"x"))
        word *= min(random.choice(_SELDOM), _LARGEST // len(word) + 1)
    start, end = _piece(text, random)
    at = random.choice((start, end, (start + end) // 2))
    return text[:at] + word + text[at:]


def _delete(text: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _piece(text, random)
    return text[:start] + text[end:]


def _repeat(text: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _piece(text, random)
    times = random.choice(_SELDOM if random.random() < 0.03 else _OFTEN)
    return text[:start] + text[start:end] * min(times, _LARGEST // max(end - start, 1)) + text[end:]


def _splice(text: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    other = random.choice(others)
    first, last = _piece(text, random)
    start, end = _piece(other, random) if random.random() < 0.5 else _span(other, random)
    return text[:first] + other[start:end] + text[random.choice((first, last)) :]


def _flip(text: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    found = bytearray(text)
    for _time in range(random.choice((1, 1, 4))):
        if found:
            found[random.randrange(len(found))] = random.randrange(256)
    return bytes(found)


def _renumber(text: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    found = list(_NUMBER.finditer(text, 0, _LOOKED_AT))
    if not found:
        return text
    start, end = random.choice(found).span()
    number = random.choice(
        (b"0", b"-1", b"00", b"13", b"32", b"60", b"1e999", b"0" * 4400, str(random.random()).encode())
    )
    return text[:start] + number + text[end:]


def _swap(text: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    (first, last), (start, end) = sorted((_piece(text, random), _piece(text, random)))
    if last > start:
        return text
    return text[:first] + text[start:end] + text[last:start] + text[first:last] + text[end:]


def _requote(text: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    """Put something else between quotes, or leave a quote out."""
    found = list(_QUOTED.finditer(text, 0, _LOOKED_AT))
    if not found:
        return text
    start, end = random.choice(found).span()
    inner = text[start + 1 : end - 1]
    return text[:start] + random.choice((inner, b"'" + inner + b"'", b'"' + inner, inner + b'"', b'""')) + text[end:]


def _recode(text: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    if random.random() < 0.7:
        return text
    return text.decode("utf-8", "ignore").encode(random.choice(_CHARSETS), "ignore")


def _cut(text: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    return text[: random.randrange(len(text) + 1)] if random.random() < 0.3 else text


_CHANGES: tuple[Change, ...] = (
    _insert, _insert, _insert, _delete, _repeat, _splice, _splice, _flip, _renumber, _swap, _requote, _recode, _cut,
)  # fmt: skip

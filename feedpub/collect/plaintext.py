"""Texts that may be HTML or plain, as feeds and APIs give them, and plain text of either."""

from __future__ import annotations

import html
import re

from feedpub.languages import Language

_MARKUP = re.compile(
    r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>|<!--|&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]\w{1,31});"
)
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[A-Za-z][^<>]*>", re.DOTALL)
_DROPPED = re.compile(r"<(script|style|template)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|dl|dd|dt|table|tr|td|th|h[1-6]|blockquote|section|article|pre|figure|hr)\b[^<>]*>"
    r"(?:\s*<br\s*/?>)*",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title[^<>]*+>\s*+([^<]{0,200})", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\u3000]+")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n\s*")
# How a text ends that goes on elsewhere: in dots, or in a link of its own that says so.
_DOTS = re.compile(r"(?:…|\.\.\.)\s*+[\])）】]?\s*\Z")
_MORE = re.compile(
    r"(?:\A|…|\.\.\.|[\[(（【])\s*"
    r"(?:read (?:more|on|the rest|the full \w+)|continue reading|full (?:story|text|release)|more"
    r"|lire (?:la suite|plus)"
    r"|en savoir plus|(?:閱讀|阅读)(?:全文|更多)|(?:繼續閱讀|继续阅读)|查看全文|了解更多|詳情|详情|更多|全文)"
    r"\s*[\])）】»>→.。…]*\s*\Z",
    re.IGNORECASE,
)
_ZEROS, _NO_CHARACTER = re.compile(r"&#0+(?=[0-9])"), re.compile(r"&#[1-9][0-9]{7,}+;?")
_SEVERAL = 2
_LONG = 2
"""How many times the length of a summary a text has at least that is more than one."""


def unescaped(text: str) -> str:
    """Text with its references replaced; those to numbers that no character has are U+FFFD, as in browsers.

    Python reads no number of thousands of digits.
    """
    if "&#" in text:
        text = _NO_CHARACTER.sub("\ufffd", _ZEROS.sub("&#", text))
    return html.unescape(text)


def is_markup(text: str) -> bool:
    """Whether a text of unknown kind is HTML: it has a tag or an entity."""
    return bool(_MARKUP.search(text))


def as_html(text: str) -> str:
    """A text of unknown kind as HTML."""
    return text if is_markup(text) else paragraphs(text)


def paragraphs(plain: str) -> str:
    """Plain text as HTML: an empty line ends a paragraph, any other end of a line stays one."""
    lines = plain.replace("\r\n", "\n").replace("\r", "\n").strip()
    found = (html.escape(part.strip(), quote=False) for part in _EMPTY_LINE.split(lines))
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in found if part)


def plain(markup: str) -> str:
    """HTML as plain text in one line."""
    return " ".join(blocks(markup))


def one_line(text: str) -> str:
    """Text in one line. An ideographic space stays: it parts what has no other mark between."""
    return _SPACES.sub(" ", text).strip()


def blocks(markup: str) -> list[str]:
    """The blocks of a piece of HTML as plain text, each in one line; those without text are left out."""
    markup = _DROPPED.sub("", markup)
    found = (one_line(unescaped(_TAG.sub("", part))) for part in _BLOCK.split(markup))
    return [part for part in found if part]


def is_whole(markup: str, language: Language, *, said: bool) -> bool:
    """Whether a text that a list gives is the whole text of a release and not a summary.

    Args:
        markup: HTML.
        language: what it is in: Chinese says as much in a third of the characters.
        said: the list calls it the content. It is whole, unless it ends as a text does that goes on elsewhere. Any
            other is whole where it has several paragraphs or is much longer than a summary.
    """
    parts = blocks(markup)
    if not parts or _DOTS.search(parts[-1]) or _MORE.search(parts[-1]):
        return False
    return said or len(parts) >= _SEVERAL or sum(map(len, parts)) > _LONG * language.summary_length


def page_name(text: str) -> str:
    """What a page that came instead of something else is called, for an error."""
    title = _TITLE.search(text)
    name = " ".join(unescaped(title[1]).split()) if title else ""
    return f"a page (“{name}”)" if name else "a page"

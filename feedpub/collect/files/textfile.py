"""A text or Markdown file -> title, front matter and body. Reads the text that it is given."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from feedpub import tables
from feedpub.characters import xml_safe
from feedpub.collect import furniture
from feedpub.errors import ReleaseError

_FRONT = re.compile(r"\A(?P<fence>\+{3}|-{3})[ \t]*\n(?P<matter>(?:.*?\n)?)(?P=fence)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(?P<text>.+)$")
_CLOSING = re.compile(r"(?<![ \t#])[ \t]++#++\Z")
_LINK = re.compile(r"^\[(?P<text>(?:\\.|[^\]\\]|\](?!\())*)\]\((?P<address>(?:\\.|[^()\\]|\([^()]*\))*)\)$")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNDERLINE = re.compile(r"^[ \t]{0,3}(?:=+|-+)[ \t]*$")
_BLANK = "\ufeff\u200b \t\u00a0\u3000"
_LARGEST = 10**30
_MARKS = "\\[]*_`<>&!|#~\n$%+-:=@^{}"
_MOST_MARKS = 40_000
"""At each of them the parser stops and looks, which takes a multiple of the time that plain text does."""
_LONGEST_MATTER = 20_000
_KEYS = ("date", "language", "url", "key", "counterpart")


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """Front matter, checked: what a file says of itself. Empty where it says nothing."""

    issued: datetime | None = None
    language: str = ""
    url: str = ""
    key: str = ""
    counterpart: str = ""


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A file's title, the address that its title links to (None for "#"), its plain text, HTML body and tail."""

    title: str
    url: str | None
    plain: str
    body: str
    tail: str


def split_front_matter(text: str, zone: ZoneInfo) -> tuple[Matter, str]:
    """The front matter between `+++` (TOML) or `---` (YAML) lines, and the rest.

    Raises:
        ReleaseError: it cannot be read, or has a key or value that is not known.
    """
    match = _FRONT.match(text)
    if not match:
        return Matter(), text
    if len(match["matter"]) > _LONGEST_MATTER:
        raise ReleaseError(
            f"the front matter has {len(match['matter']):,} characters; expected at most {_LONGEST_MATTER:,} (if it is "
            f"none, leave a line empty above the first “{match['fence']}”)"
        )
    if match["fence"] == "+++":
        try:
            found: Any = tables.toml(match["matter"])
        except (ValueError, RecursionError) as problem:  # A number of thousands of digits is no TOMLDecodeError.
            raise ReleaseError(f"the front matter is not valid TOML: {problem}") from None
        except tables.TableError as problem:
            raise ReleaseError(f"front matter: {problem}") from None
    else:
        found = _yaml(match["matter"])
        if found is None:
            found = {}
        if not isinstance(found, dict):  # A rule of dashes and some text, not front matter.
            return Matter(), text
    return _checked(found, zone), text[match.end() :]


def _yaml(matter: str) -> Any:
    import yaml  # noqa: PLC0415 - only files with YAML front matter need it

    try:
        return yaml.safe_load(matter)
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, LookupError) as problem:  # as of "!!timestamp x"
        raise ReleaseError(f"the front matter is not valid YAML: {problem}") from None
    except RecursionError:
        raise ReleaseError("the front matter is not valid YAML: it is nested too deeply") from None


def _checked(found: dict[Any, Any], zone: ZoneInfo) -> Matter:
    for key in found:
        if key not in _KEYS:
            raise ReleaseError(f'front matter: unknown key "{key}"; expected one of {", ".join(_KEYS)}')
    texts = {}
    for key in _KEYS[1:]:
        value = found.get(key)
        if value is not None and not _is_text(value):
            raise ReleaseError(f"front matter: {key}: expected text, got {_kind(value)}")
        # YAML can name half a character.
        texts[key] = "" if value is None else " ".join(xml_safe(str(value)).split())
    return Matter(issued=_when(found.get("date"), zone), **texts)


def _is_text(value: Any) -> bool:
    """Whether a value is a text, or a number that can be one: Python writes none of thousands of digits."""
    return isinstance(value, str) or (isinstance(value, int) and abs(value) < _LARGEST)


def _kind(value: Any) -> str:
    """A value for a message; a list or a table may be of any size, and so may a number."""
    if isinstance(value, int) and abs(value) >= _LARGEST:
        return "a number that no key is"
    return type(value).__name__ if isinstance(value, dict | list | set | tuple) else repr(value)[:60]


def _when(value: Any, zone: ZoneInfo) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ReleaseError(
                f'front matter: date: "{value}": expected one like 2024-12-03 or 2024-12-03T16:30:00+08:00',
            ) from None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone)
    raise ReleaseError(f"front matter: date: expected a date, got {_kind(value)}")


def read(text: str, *, markdown: bool) -> Text:
    """Read what follows the front matter.

    The first line that is not empty is the title: plain, a Markdown heading, or a Markdown link with escaped
    brackets, whose address "#" means none. The rest are paragraphs separated by blank lines.

    Args:
        text: the file's text.
        markdown: whether the paragraphs are Markdown.

    Raises:
        ReleaseError: there is no title.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip(_BLANK)), None)
    if first is None:
        raise ReleaseError("the file is empty")
    title, url = _title(lines[first].strip(_BLANK))
    rest = lines[first + 1 :]
    if markdown and rest and _UNDERLINE.match(rest[0]):
        rest = rest[1:]
    trimmed = furniture.trim(["\n".join(rest)], title)
    plain = trimmed.pieces[0]
    return Text(
        title=title,
        url=url,
        plain=plain,
        body=_markdown(plain) if markdown else _paragraphs(plain),
        tail=trimmed.tail,
    )


def _title(line: str) -> tuple[str, str | None]:
    if heading := _HEADING.match(line):
        line = _CLOSING.sub("", heading["text"].rstrip(" \t"))
    if link := _LINK.match(line):
        address = _ESCAPE.sub(r"\1", link["address"]).strip().split(" ")[0]
        return _ESCAPE.sub(r"\1", link["text"]), None if address in ("", "#") else address
    return (_ESCAPE.sub(r"\1", line) if "\\" in line else line), None


def _paragraphs(text: str) -> str:
    blocks = re.split(r"\n[^\S\n]*\n\s*", text.strip("\n"))
    return "".join(f"<p>{'<br>'.join(escape(block).split(chr(10)))}</p>" for block in blocks if block.strip())


def _markdown(text: str) -> str:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only Markdown files need it

    if sum(map(text.count, _MARKS)) > _MOST_MARKS:
        raise ReleaseError(f"the file has more than {_MOST_MARKS:,} marks that Markdown may have, as no release does")
    # Releases indent their paragraphs; that makes no code of them.
    html: str = MarkdownIt("commonmark").enable("table").disable("code").render(text)
    return html

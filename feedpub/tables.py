"""A TOML table -> a struct, strictly; what is wrong is said with the key and what was expected."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T", bound=msgspec.Struct)
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
    "object | str": "a text, or a table with one text a language",
    "str | object": "a text, or a table with one text a language",
    "str | null": "text",
    "bool | null": "true or false",
    "object | null": "a table",
    "array | null": "a list",
}

_PARTS = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){16,}+""")
_MOST_PARTS = 1_000
"""What looks like a dotted key of many parts; and the most that it may have."""
_LONGEST = 25_000
"""Characters that a text may have. Patterns, selectors and templates take a multiple of the time to be checked."""


class TableError(Exception):
    """A table that is not as it should be: the key (`site: title`) and what is wrong with it."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.where, self.what = where, what


def toml(text: str) -> dict[str, Any]:
    """What a TOML text says.

    Raises:
        ValueError: it is none, or has a key of so many parts that tomllib would take far too long over it.
        RecursionError: it is nested too deeply.
        TableError: a text or a key in it is far longer than any that is meant.
    """
    for match in _PARTS.finditer(text):
        if match[0].count(".") > _MOST_PARTS:
            line = text.count("\n", 0, match.start()) + 1
            raise ValueError(f"a key of more than {_MOST_PARTS:,} parts (at line {line})")
    found = tomllib.loads(text)
    if len(text) > _LONGEST:
        _check_lengths(found, "")
    return found


def _check_lengths(value: Any, where: str) -> None:
    if isinstance(value, str):
        if len(value) > _LONGEST:
            raise TableError(where, f"has {len(value):,} characters; expected at most {_LONGEST:,}")
    elif isinstance(value, dict):
        for key, one in value.items():
            if len(key) > _LONGEST:
                raise TableError(where, f"a key has {len(key):,} characters; expected at most {_LONGEST:,}")
            _check_lengths(one, f"{where}: {key}" if where else key)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            _check_lengths(one, name(where, one, index) if isinstance(one, dict) else where)


def convert(raw: Any, type_: type[_T], where: str) -> _T:
    """Convert a table.

    Args:
        raw: what tomllib gave.
        type_: a msgspec struct that forbids unknown fields.
        where: the table's name for messages, "" for the whole file.

    Raises:
        TableError: unknown keys are told first, as they are the likeliest mistake behind a missing one.
    """
    try:
        return msgspec.convert(raw, type_)
    except msgspec.ValidationError as problem:
        _find_unknown_key(raw, type_, where)
        raise _plainly(str(problem), where, raw) from None


def name(where: str, table: Any, index: int) -> str:
    """What to call one table of a list: by its id, else by its number."""
    identity = table.get("id") if isinstance(table, dict) else None
    return f'{where} "{identity}"' if isinstance(identity, str) else f"{where} number {index + 1}"


def unknown_key(key: str, known: Iterable[str]) -> str:
    """The message for a key that there is not."""
    return f'unknown key "{key}"{nearest(key, known)}'


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown word: the known one that was probably meant, else all of them."""
    import difflib  # noqa: PLC0415 - only a mistake needs it

    names = list(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    return f'; did you mean "{close[0]}"?' if close else f"; expected one of {listed(names)}"


def listed(names: Iterable[str]) -> str:
    """Names in quotes, for a message."""
    return ", ".join(f'"{one}"' for one in names)


def _find_unknown_key(raw: Any, type_: Any, where: str) -> None:
    if isinstance(raw, list):
        item = _item_of(type_)
        for index, one in enumerate(raw if item else ()):
            _find_unknown_key(one, item, name(where, one, index))
        return
    struct = _struct_of(type_)
    if struct is None or not isinstance(raw, dict):
        return
    fields = _fields_of(struct)
    for key, value in raw.items():
        if key not in fields:
            raise TableError(where, unknown_key(key, fields))
        _find_unknown_key(value, fields[key], f"{where}: {key}" if where else key)


@cache  # A list may have any number of tables; for this, as for the next two.
def _fields_of(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """The types of a struct's fields, by the keys that they have in a table."""
    return {field.encode_name: field.type for field in msgspec.structs.fields(struct)}


@cache
def _item_of(type_: Any) -> type[msgspec.Struct] | None:
    """The struct that a list's type holds."""
    found: type[msgspec.Struct] | None = getattr(
        getattr(msgspec.inspect.type_info(type_), "item_type", None), "cls", None
    )
    return found


@cache
def _struct_of(type_: Any) -> type[msgspec.Struct] | None:
    """The struct that a field's type holds, also inside an optional."""
    info = msgspec.inspect.type_info(type_)
    candidates = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
    return next((one.cls for one in candidates if isinstance(one, msgspec.inspect.StructType)), None)


def _plainly(problem: str, where: str, raw: Any) -> TableError:
    """Turn msgspec's "Expected `str`, got `int` - at `$.site.title`" into our form."""
    what, _, at = problem.partition(" - at `$")
    parts = [where] if where else []
    here = raw
    for key, index in re.findall(r"\.([\w-]+)|\[(\d+|\.\.\.)\]", at):
        if index:
            number = int(index) if index.isdecimal() else -1
            here = here[number] if isinstance(here, list) and number >= 0 else None
            parts[-1] = name(parts[-1], here, number) if isinstance(here, dict) else parts[-1]
        else:
            here = here.get(key) if isinstance(here, dict) else None
            parts.append(key)
    if missing := re.search(r"missing required field `(.+?)`", what):
        parts.append(missing[1])
        what = "is missing"
    elif wrong := re.fullmatch(r"Expected `(.+?)`, got `(.+?)`", what):
        what = f"expected {_WORDS.get(wrong[1], wrong[1])}, got {_WORDS.get(wrong[2], wrong[2])}"
    return TableError(": ".join(parts), what)

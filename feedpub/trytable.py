"""What `feedpub check --live` and `--page` found, for people. Other people's text is shown and does nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from feedpub.languages import LANGUAGES
from feedpub.onepage import Shown
from feedpub.terminal import printable
from feedpub.trying import Answer, Taken

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_UNWATCHED = 140
"""Columns where nothing says how many there are: in a file, in cron's mail."""
_NARROW = 100
"""Columns below which what is told of a release stands below its title."""
_MOST_ITEMS = 10
_MARGIN = 12


# Live


def show(answers: tuple[Answer, ...], width: int | None = None) -> None:
    """Print what the sources answered to standard error.

    Args:
        answers: of the sources.
        width: columns; None for those of the terminal.
    """
    from rich.console import Console  # noqa: PLC0415 - only a look at the sources has a table

    console = Console(stderr=True, markup=False, highlight=False, emoji=False, width=width or _columns())
    for answer in answers:
        for line in lines(answer):
            _say(console, line)
        if answer.taken:
            console.print(_table(answer, narrow=console.width < _NARROW))
        for one in answer.left_out:
            title = f" “{one.title}”" if one.title else ""
            _say(console, f"  not taken: {one.address}{title} ({one.language}): {one.why}")


def lines(answer: Answer) -> list[str]:
    """How a source is doing, in a line, and its warnings."""
    count = len(answer.taken) + len(answer.left_out)
    read = f", {count} of them read" if answer.more else ""
    said = f"{answer.releases} listed{read}"
    if answer.problem:
        said = f"FAILED: {answer.problem}" + (f"; {said}" if answer.releases else "")
    return [f"{answer.id}: {said}", *(f"  warning: {one}" for one in answer.warnings)]


def _columns() -> int | None:
    """None where a terminal says, or the environment, as rich looks for it."""
    return None if sys.stderr.isatty() or os.environ.get("COLUMNS", "").isdecimal() else _UNWATCHED


def _say(console: Console, line: str) -> None:
    """A line as it is, however long: terminals break it, and programs find it whole."""
    from rich.text import Text  # noqa: PLC0415 - as in show

    console.print(Text(printable(line)), soft_wrap=True)


def _table(answer: Answer, *, narrow: bool) -> Table:
    from rich import box  # noqa: PLC0415 - as in show
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("lang", no_wrap=True)
    table.add_column("time", no_wrap=True)
    table.add_column("title", ratio=1, no_wrap=True, overflow="ellipsis")
    if not narrow:
        table.add_column("length", justify="right", no_wrap=True)
        table.add_column("photos", justify="right", no_wrap=True)
        table.add_column("topics", max_width=30, overflow="fold")
        table.add_column("pair", max_width=24, overflow="fold")
    for one in answer.taken:
        told = (f"{one.length:,}", str(one.photos), ", ".join(one.topics) or "-", _pair(one))
        first = (str(one.number), one.language, f"{one.issued:%Y-%m-%d %H:%M}")
        more: tuple[str, ...]
        if narrow:
            below = f"{_count(one.length, 'character')}, {_count(one.photos, 'photo')}\n{told[2]}; {told[3]}"
            more = (f"{printable(one.title)}\n{below}",)
        else:
            more = (printable(one.title), *told)
        table.add_row(*map(Text, (*first, *more)))
    return table


def _pair(one: Taken) -> str:
    """Its versions by their numbers, those that it names, or that it is single."""
    said = [f"{mate.number} by {mate.by}" for mate in one.pair]
    said += [f"names {language or 'another'}, not read" for language in one.waits]
    return ", ".join(said) or "single"


# One page


def page_lines(shown: Shown) -> Iterator[str]:
    """One page through the rules, for people."""
    for line in _page_lines(shown):
        yield printable(line).rstrip()


def _page_lines(shown: Shown) -> Iterator[str]:
    page = shown.page
    language = LANGUAGES[page.language].name if page.language in LANGUAGES else page.language
    read = f"read by source {shown.source} ({shown.kind}) as a {page.what}{f' in {language}' if language else ''}"
    yield f"{page.address or '(its address is not known)'}: {read}"
    if shown.problem:
        yield f"FAILED: {shown.problem}"
    for part in page.parts:
        if part.name == "body":
            characters, count = sum(map(len, shown.paragraphs)), len(shown.paragraphs)
            found = (f"{_count(count, 'paragraph')}, {_count(characters, 'character')}",) if count else ()
            yield from _part(part.name, found, part.by, part.problem)
            yield from (f"{'':{_MARGIN}}| {one}" for one in shown.paragraphs)
        else:
            yield from _part(part.name, part.found, part.by, part.problem)
    if shown.title and shown.title not in [one for part in page.parts for one in part.found]:
        yield from _part("shown as", (shown.title,))
    if shown.id:
        yield from _part("id", (shown.id,))
    if page.removed:
        yield from _part("removed", page.removed)
    if page.what == "list":
        yield from _items(shown)
    for warning in page.warnings:
        yield f"warning: {warning}"


def _part(name: str, found: tuple[str, ...], by: str = "", problem: str = "") -> Iterator[str]:
    """A part: its name and what was found, then how."""
    how = [by] if by else []
    how += [f"! {problem}"] if problem else []
    lines_ = [*found, *(f"({one})" if found else one for one in how)] or ["-"]
    for number, one in enumerate(lines_):
        yield f"{'' if number else name:{_MARGIN}}{one}"


def _items(shown: Shown) -> Iterator[str]:
    found = shown.page.sightings
    yield _count(len(found), "release") + (f", the first {_MOST_ITEMS}:" if len(found) > _MOST_ITEMS else ":")
    for one in found[:_MOST_ITEMS]:
        issued = f"{one.issued:%Y-%m-%d %H:%M}" if one.issued else "no date"
        yield f"  {issued}  {one.title or '(no title)'}"
        yield f"    {one.address}  key {one.key}"
    yield f"next page: {shown.page.next_address or 'none'}"


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def as_data(shown: Shown) -> Shown:
    """The same as data; of a list, its first releases."""
    page = msgspec.structs.replace(shown.page, sightings=shown.page.sightings[:_MOST_ITEMS])
    return msgspec.structs.replace(shown, page=page)

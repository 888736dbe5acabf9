"""What the commands have in common: kinds of arguments, progress bars, signals, what is said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from feedpub import progress
    from feedpub.config import Settings
    from feedpub.serving.address import Address

_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_SERVER = ("starlette", "uvicorn")
"""The packages of the extra "serve"."""

config_option = click.option(
    "-c",
    "--config",
    "config",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CONFIG",
    help="The config file (TOML).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON to standard output.")


class Moment(click.ParamType[datetime]):
    """An RFC 3339 date and time with its offset."""

    name = "RFC3339"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it."""
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f'"{value}" is not a date and time like 2026-11-23T08:00:00+08:00', param, ctx)
        if moment.tzinfo is None:
            self.fail(f'"{value}" has no offset; write it like 2026-11-23T08:00:00+08:00', param, ctx)
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            self.fail(f'"{value}": expected a year from {_FIRST_YEAR} to {_LAST_YEAR}', param, ctx)
        return moment


class Day(click.ParamType[date]):
    """A day."""

    name = "DATE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it."""
        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f'"{value}" is not a day like 2026-11-23', param, ctx)
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            self.fail(f'"{value}": expected a year from {_FIRST_YEAR} to {_LAST_YEAR}', param, ctx)
        return day


class Listening(click.ParamType["Address"]):
    """Where a server listens."""

    name = "HOST:PORT"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Address:
        """Read it."""
        from feedpub.serving.address import Address, parse

        try:
            return value if isinstance(value, Address) else parse(str(value))
        except ValueError as problem:
            self.fail(str(problem), param, ctx)


def need_server() -> None:
    """Make sure that what serving needs is installed.

    Raises:
        ConfigError: it is not.
    """
    from importlib.util import find_spec

    from feedpub.errors import ConfigError

    if not all(map(find_spec, _SERVER)):
        raise ConfigError('to serve needs the starlette and uvicorn packages: pip install "feedpub[serve]"')


def progress_bar(*, quiet: bool) -> progress.NoBar:
    """A progress bar where a person is watching."""
    from feedpub.progress import Bar, NoBar

    return Bar() if sys.stderr.isatty() and not quiet else NoBar()


def past_bar(*, quiet: bool) -> progress.PastProgress:
    """A backfill's progress bar where a person is watching."""
    from feedpub.progress import PastBar, PastProgress

    return PastBar() if sys.stderr.isatty() and not quiet else PastProgress()


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Whether a signal asked to stop; a second one ends the process as it would without us."""
    import signal

    asked: list[int] = []

    def note(number: int, _frame: object) -> None:
        asked.append(number)
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def say(line: str, *, err: bool = False) -> None:
    """Say a line to people: titles and addresses in it are other people's, and must not act on a terminal."""
    from feedpub.terminal import printable

    click.echo("\n".join(map(printable, line.split("\n"))), err=err)


def print_json(data: object) -> None:
    """Print data to standard output, for programs."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())


def read_settings(config: Path) -> Settings:
    """Read the config, with all kinds of sources that there are.

    Raises:
        ConfigError: it cannot be read, or something in it is not as it should be.
    """
    from feedpub import config as configs
    from feedpub.collect.kinds import KINDS

    return configs.load(config, KINDS)

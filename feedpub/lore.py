"""What is known of languages beside their rows, read from the package: bilingual terms, contrasts and readings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from feedpub.entries.clues import Lore
from feedpub.entries.readings import Readings
from feedpub.entries.terms import Terms, TermsError, read_table
from feedpub.errors import ConfigError


@cache
def lore(own: tuple[Path, ...] = ()) -> Lore:
    """The lore of the package with an operator's own tables of terms added.

    Raises:
        ConfigError: a table of the operator's cannot be read; says the file, the line and what was expected.
    """
    terms = Terms((*_tables("terms"), *_own(own)), _tables("contrasts"))
    readings = {name: Readings(table) for name, table in _named("readings")}
    return Lore(terms=terms, readings=readings)


def _own(paths: Iterable[Path]) -> list[str]:
    tables = []
    for path in paths:
        try:
            tables.append(path.read_text("utf-8-sig"))
            list(read_table(tables[-1]))
        except OSError as problem:
            raise ConfigError(f"{path}: a table of [pairing] terms; it cannot be read: {problem.strerror}") from None
        except UnicodeDecodeError as problem:
            raise ConfigError(f"{path}: is not UTF-8 text (byte {problem.start})") from None
        except TermsError as problem:
            raise ConfigError(f"{path}: {problem}") from None
    return tables


def _tables(folder: str) -> list[str]:
    return [table for _, table in _named(folder)]


def _named(folder: str) -> list[tuple[str, str]]:
    """The tables of a folder of the package, by name, in its order."""
    found = sorted(files("feedpub").joinpath("data", folder).iterdir(), key=lambda file: file.name)
    return [(file.name.removesuffix(".tsv"), file.read_text("utf-8")) for file in found if file.name.endswith(".tsv")]

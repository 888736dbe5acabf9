"""The commands that keep what there is: `feedpub export`, `feedpub import`, `feedpub doctor`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from feedpub.commandline import config_option, json_option, print_json, read_settings, say


@click.command()
@config_option
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to this file (default: standard output), compressed if its name ends in .gz.",
)
def export(config: Path, file: Path | None) -> None:
    """Write everything in the store as JSON Lines.

    It is one state of the store, whatever runs go on meanwhile, and is a backup: `feedpub import` takes it in again. A
    file is replaced when the new one is whole. The output directory is not in it: the next run writes it anew. Photos
    that are published (images = "local") are fetched again, unless their folder images/ is copied.
    """
    from feedpub import moving
    from feedpub.errors import FeedpubError

    settings = read_settings(config)
    if file:
        moving.export_file(settings, file)
        return
    try:
        moving.export(settings, sys.stdout.buffer.write)
        sys.stdout.buffer.flush()
    except OSError as problem:
        sys.stdout = None  # Else Python tries once more at its end.
        raise FeedpubError(f"standard output: cannot be written: {problem.strerror}; the export is not whole") from None


@click.command("import")
@config_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("-q", "--quiet", is_flag=True, help="Say nothing when all is well.")
@json_option
def import_(config: Path, file: Path, *, quiet: bool, as_json: bool) -> None:
    """Take in what `feedpub export` wrote.

    FILE may be compressed; "-" is standard input. The store has to be empty: of one that is not, nothing is changed. An
    export of an earlier version is brought to this one. Afterwards `feedpub publish --offline` writes all documents as
    the store that was exported would. Exits with 2 if the store is not empty, or the file is cut, was changed or is no
    export: nothing is stored then; with 3 at once if a run is going on.
    """
    from feedpub import moving

    settings = read_settings(config)
    counts = moving.take_in(settings, None if str(file) == "-" else file, sys.stdin.buffer)
    if as_json:
        print_json({"rows": counts})
    if not quiet:
        say(moving.told(counts), err=True)

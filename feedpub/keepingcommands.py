"""The commands that keep what there is: `feedpub export`, `feedpub import`, `feedpub doctor`."""

from __future__ import annotations

import sys
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import cast

import click

from feedpub.commandline import config_option, json_option, print_json, progress_bar, read_settings, say


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
    counts = moving.take_in(settings, None if str(file) == "-" else file, cast("BufferedReader", sys.stdin.buffer))
    if as_json:
        print_json({"rows": counts})
    if not quiet:
        say(moving.told(counts), err=True)


@click.command()
@config_option
@click.option("--check", is_flag=True, help="Only tell; change nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing when all is well.")
@json_option
def doctor(config: Path, *, check: bool, quiet: bool, as_json: bool) -> None:
    """Compare the store and the output with what they should be, and repair them.

    Looks at the file of the store, at each row and at what leads from one to another; what can be worked out anew is,
    and a release that is damaged is asked for again by the next run. Then renders everything that is published and
    compares it with the files, the compressed ones too: those that are missing or differ are written, others are not
    touched. Files that are not feedpub's stay. With --check a copy of the store is looked at, in the folder for
    temporary files (TMPDIR). Exits with 1 if something could not be repaired (with --check: if something is to be),
    with 3 at once if a run is going on.
    """
    from feedpub import doctoring

    settings = read_settings(config)
    with progress_bar(quiet=quiet) as bar:
        report = doctoring.examine(settings, datetime.now(settings.timezone), bar, check=check)
    if as_json:
        print_json(report)
    for line in doctoring.told(report) if not quiet or report.store or report.output or report.failed else ():
        say(line, err=True)
    sys.exit(report.exit_code)

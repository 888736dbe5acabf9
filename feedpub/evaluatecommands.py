"""The commands that measure against labelled data: `feedpub evaluate`."""

from __future__ import annotations

from pathlib import Path

import click

from feedpub.commandline import json_option, print_json, read_settings, say
from feedpub.errors import ConfigError


@click.group()
def evaluate() -> None:
    """Measure against labelled data."""


@evaluate.command("pairs")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def evaluate_pairs(file: Path, *, as_json: bool) -> None:
    """Pair the releases of FILE by evidence alone.

    FILE is JSON Lines, a release a line: id, lang, title, issued_hkt, url, pair, text; the versions of one release have
    the same `pair`. Language links are not looked at. Prints precision, recall, F1, the wrong and the missing pairs.
    """
    from feedpub.evaluate import pairs

    outcome = pairs.pairs(file)
    if as_json:
        print_json(outcome)
        return
    for line in pairs.lines(outcome):
        say(line)


@evaluate.command("topics")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-c",
    "--config",
    "config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CONFIG",
    help="Tag by the taxonomy of this config (default: the one that comes with feedpub).",
)
@click.option("--titles-only", is_flag=True, help="Leave the texts away.")
@json_option
def evaluate_topics(file: Path, config: Path | None, *, titles_only: bool, as_json: bool) -> None:
    """Tag the stories of FILE, and compare with their labels.

    FILE is JSON, a list of stories or one a line: doc, topics, also_fine, and for each language a table with title and
    text. Topics that are also fine count neither way. Prints precision, recall and F1 over all decisions (micro) and as
    a mean of the topics (macro), for each topic and each language alone, how often the languages agree, and the errors.
    """
    from feedpub import subjects
    from feedpub.evaluate import topics

    chosen = subjects.read(read_settings(config)) if config else subjects.packaged()
    if not chosen.digest:
        raise ConfigError(f"{config}: names no taxonomy; add [topics] with taxonomy to it")
    outcome = topics.topics(file, chosen.tagger, titles_only=titles_only)
    if as_json:
        print_json(outcome)
        return
    for line in topics.lines(outcome):
        say(line)

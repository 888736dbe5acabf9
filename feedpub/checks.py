"""`feedpub check`: what a config and its taxonomy say, and what its folders hold."""

from __future__ import annotations

from datetime import datetime

import msgspec

from feedpub import catalogue, job, subjects
from feedpub.collect import kinds
from feedpub.config import Settings
from feedpub.entries import lint
from feedpub.errors import FeedpubError
from feedpub.report import Problem
from feedpub.trying import Answer


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found: what the folders hold, and what is wrong with the terms of the taxonomy."""

    answers: tuple[Answer, ...]
    taxonomy: tuple[Problem, ...]


def check(settings: Settings, now: datetime, *, folders: bool = True) -> Found:
    """Look at the taxonomy and, if `folders`, at the folders. Nothing is stored.

    Raises:
        ConfigError: a file that the config names cannot be read.
    """
    topical = subjects.read(settings)
    catalogue.check(settings, topical)
    files = {"taxonomy": str(settings.taxonomy), "bodies": ", ".join(map(str, settings.bodies))}
    complaints = lint.complaints(topical.taxonomy, topical.gazetteer)
    job.check_terms(settings)
    return Found(
        answers=look(settings, now) if folders else (),
        taxonomy=tuple(Problem(files[one.file], f"{one.where}: {one.what}") for one in complaints),
    )


def look(settings: Settings, now: datetime) -> tuple[Answer, ...]:
    """Look at the folders; the network is not asked, and no release is read."""
    around = job.surroundings(settings, now)
    answers = []
    for source in filter(kinds.is_local, settings.sources):
        opened = kinds.open_source(source, around)
        try:
            found = opened.discover(lambda _: None)
        except FeedpubError as problem:
            answers.append(Answer(id=source.id, problem=str(problem)))
        else:
            answers.append(
                Answer(
                    id=source.id,
                    releases=len(found.sightings),
                    problem="; ".join(found.failures),
                    warnings=found.warnings,
                ),
            )
        finally:
            opened.close()
    return tuple(answers)


def lines(settings: Settings, found: Found) -> list[str]:
    """What is said of the config and the taxonomy, for people."""
    feeds = ", ".join(feed.id for feed in settings.feeds)
    said = [f"{settings.path}: valid; feeds {feeds} in {', '.join(settings.languages)}, published to {settings.output}"]
    said += [f"{problem.where}: {problem.what}" for problem in found.taxonomy]
    if settings.taxonomy and not found.taxonomy:
        said.append(f"{settings.taxonomy}: nothing wrong with its terms")
    return said

"""`feedpub check`: what a config says, and whether its sources answer."""

from __future__ import annotations

from datetime import datetime

import msgspec

from feedpub import catalogue, job, subjects
from feedpub.collect import kinds
from feedpub.config import Settings
from feedpub.entries import lint
from feedpub.errors import FeedpubError
from feedpub.report import Problem


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a source answered: how many releases its lists have, or the problem."""

    id: str
    releases: int = 0
    problem: str = ""
    warnings: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found: the sources' answers, and what is wrong with the terms of the taxonomy."""

    answers: tuple[Answer, ...]
    taxonomy: tuple[Problem, ...]


def check(settings: Settings, now: datetime, *, live: bool) -> Found:
    """Look at the taxonomy and ask the sources. Nothing is stored.

    Raises:
        ConfigError: a file that the config names cannot be read.
    """
    topical = subjects.read(settings)
    catalogue.check(settings, topical)
    files = {"taxonomy": str(settings.taxonomy), "bodies": ", ".join(map(str, settings.bodies))}
    complaints = lint.complaints(topical.taxonomy, topical.gazetteer)
    return Found(
        answers=ask(settings, now, live=live),
        taxonomy=tuple(Problem(files[one.file], f"{one.where}: {one.what}") for one in complaints),
    )


def ask(settings: Settings, now: datetime, *, live: bool) -> tuple[Answer, ...]:
    """Ask the sources for their lists: folders always, the network only if `live`. Nothing is stored."""
    job.check_terms(settings)
    around = job.surroundings(settings, now)
    answers = []
    for source in settings.sources:
        if not live and not kinds.is_local(source):
            continue
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
    """The result for people."""
    feeds = ", ".join(feed.id for feed in settings.feeds)
    said = [f"{settings.path}: valid; feeds {feeds} in {', '.join(settings.languages)}, published to {settings.output}"]
    said += [f"{problem.where}: {problem.what}" for problem in found.taxonomy]
    if settings.taxonomy and not found.taxonomy:
        said.append(f"{settings.taxonomy}: nothing wrong with its terms")
    for answer in found.answers:
        said.append(f"{answer.id}: " + (f"FAILED: {answer.problem}" if answer.problem else f"{answer.releases} listed"))
        said += [f"  warning: {warning}" for warning in answer.warnings]
    return said

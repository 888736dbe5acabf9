"""`feedpub check`: what a config says, and whether its sources answer."""

from __future__ import annotations

from datetime import datetime

import msgspec

from feedpub import job
from feedpub.collect import kinds
from feedpub.config import Settings
from feedpub.errors import FeedpubError


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a source answered: how many releases its lists have, or the problem."""

    id: str
    releases: int = 0
    problem: str = ""
    warnings: tuple[str, ...] = ()


def ask(settings: Settings, now: datetime, *, live: bool) -> tuple[Answer, ...]:
    """Ask the sources for their lists: folders always, the network only if `live`. Nothing is stored."""
    job.check_terms(settings)
    around = job.surroundings(settings, now)
    answers = []
    for source in settings.sources:
        if not live and source.kind not in kinds.LOCAL_KINDS:
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


def lines(settings: Settings, answers: tuple[Answer, ...]) -> list[str]:
    """The result for people."""
    feeds = ", ".join(feed.id for feed in settings.feeds)
    said = [f"{settings.path}: valid; feeds {feeds} in {', '.join(settings.languages)}, published to {settings.output}"]
    for answer in answers:
        said.append(f"{answer.id}: " + (f"FAILED: {answer.problem}" if answer.problem else f"{answer.releases} listed"))
        said += [f"  warning: {warning}" for warning in answer.warnings]
    return said

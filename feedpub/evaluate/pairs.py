"""`feedpub evaluate pairs`: how well the evidence finds the pairs of labelled releases; links are not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from feedpub.entries import pairing
from feedpub.errors import ConfigError
from feedpub.evaluate.labelled import labelled_entry, labelled_text
from feedpub.lore import lore
from feedpub.model import Entry

_ZONE = ZoneInfo("Asia/Hong_Kong")


class Labelled(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the file: a release, and a name that the versions of one release share; None if it has no other."""

    id: str
    lang: str
    title: str
    issued_hkt: str
    url: str | None = None
    pair: str | int | None = None
    text: str | None = None


class Couple(msgspec.Struct, frozen=True, kw_only=True):
    """Two releases that were paired and should not have been, or the other way round."""

    ids: tuple[str, str]
    titles: tuple[str, str]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The figures, with the pairs that are wrong and those that are missing."""

    releases: int
    pairs: int
    found: int
    right: int
    precision: float
    recall: float
    f1: float
    wrong: tuple[Couple, ...]
    missing: tuple[Couple, ...]


def pairs(path: Path) -> Outcome:
    """Pair the releases of a file (JSON Lines) by evidence alone, and compare with its labels.

    Raises:
        ConfigError: the file cannot be read; says the line and what was expected.
    """
    labelled: dict[str, Labelled] = {}
    entries = []
    for number, one in _read(path):
        entry = _entry(one, f"{path}: line {number}")
        if entry.id in labelled:
            raise ConfigError(f'{path}: line {number}: the id "{one.id}" stands there twice for one day')
        labelled[entry.id] = one
        entries.append(entry)
    found = _couples(pairing.stories(entries, lore(), by_links=False))
    together: dict[str | int, list[str]] = {}
    for identifier, one in labelled.items():
        if one.pair is not None:
            together.setdefault(one.pair, []).append(identifier)
    meant = _couples(together.values())
    right = len(found & meant)
    precision, recall = right / len(found) if found else 1.0, right / len(meant) if meant else 1.0
    return Outcome(
        releases=len(labelled),
        pairs=len(meant),
        found=len(found),
        right=right,
        precision=round(precision, 4),
        recall=round(recall, 4),
        f1=round(2 * precision * recall / (precision + recall), 4) if right else 0.0,
        wrong=_told(found - meant, labelled),
        missing=_told(meant - found, labelled),
    )


def lines(outcome: Outcome) -> list[str]:
    """The outcome for people."""
    said = [
        f"{outcome.releases} releases, {outcome.pairs} pairs: {outcome.found} found, {outcome.right} of them right",
        f"precision {outcome.precision:.4f}, recall {outcome.recall:.4f}, F1 {outcome.f1:.4f}",
    ]
    for what, couples in (("wrong", outcome.wrong), ("missing", outcome.missing)):
        for couple in couples:
            said.append(f"{what}: {' + '.join(couple.ids)}")
            said += [f"    {title}" for title in couple.titles]
    return said


def _read(path: Path) -> Iterator[tuple[int, Labelled]]:
    decode = msgspec.json.Decoder(Labelled).decode
    for number, line in enumerate(labelled_text(path).split("\n"), start=1):
        if line.strip():
            try:
                yield number, decode(line)
            except msgspec.DecodeError as problem:
                raise ConfigError(f"{path}: line {number}: {problem}") from None


def _entry(one: Labelled, where: str) -> Entry:
    try:
        issued = datetime.fromisoformat(one.issued_hkt)
    except ValueError:
        raise ConfigError(f'{where}: issued_hkt: "{one.issued_hkt}"; expected a time like "2026-11-23 16:30"') from None
    issued = issued.replace(tzinfo=_ZONE) if issued.tzinfo is None else issued
    return labelled_entry(where, one.id, one.lang, one.title, one.text or "", issued)


def _couples(groups: Iterable[Iterable[str]]) -> set[tuple[str, str]]:
    return {couple for group in groups for couple in combinations(sorted(group), 2)}


def _told(couples: Iterable[tuple[str, str]], labelled: dict[str, Labelled]) -> tuple[Couple, ...]:
    return tuple(
        Couple(
            ids=(labelled[one].id, labelled[other].id),
            titles=(labelled[one].title, labelled[other].title),
        )
        for one, other in sorted(couples)
    )

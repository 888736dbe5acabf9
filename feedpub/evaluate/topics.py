"""`feedpub evaluate topics`: how well stories are tagged, against topics that people gave them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from feedpub import tables
from feedpub.entries.topics import Tagger
from feedpub.errors import ConfigError
from feedpub.evaluate.labelled import labelled_entry, labelled_text
from feedpub.languages import LANGUAGES
from feedpub.model import Entry

_ISSUED = datetime(2000, 1, 1, tzinfo=UTC)
_LABELS = ("doc", "topics", "also_fine")


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A labelled story in one language; it may have a title only."""

    title: str
    text: str | None = ""


class Labelled(msgspec.Struct, frozen=True, kw_only=True):
    """A labelled story: its versions by language; `also_fine` are topics that are neither right nor wrong."""

    doc: str
    versions: dict[str, Version]
    topics: frozenset[str]
    also_fine: frozenset[str] = frozenset()


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """How well some stories are tagged: topics that are right, wrong and missing, and what follows from them."""

    stories: int
    right: int
    wrong: int
    missing: int
    precision: float
    recall: float
    f1: float


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """A story whose topics are not those that it should have."""

    doc: str
    title: str
    found: tuple[str, ...]
    wrong: tuple[str, ...]
    missing: tuple[str, ...]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A story whose versions, each by itself, do not have the same topics: what each has, by language."""

    doc: str
    title: str
    found: dict[str, tuple[str, ...]]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """All figures. `macro` are means over the topics that occur; `agreement` is None where no story has two languages.

    `agreement` is the share of stories whose versions have the very same topics each by itself,
    `agreement_but_fine` the same without the topics that are neither right nor wrong.
    """

    stories: int
    micro: Figures
    macro_precision: float
    macro_recall: float
    macro_f1: float
    topics: dict[str, Figures]
    languages: dict[str, Figures]
    both: int
    agreement: float | None
    agreement_but_fine: float | None
    mistakes: tuple[Mistake, ...]
    differences: tuple[Difference, ...]


def topics(path: Path, tagger: Tagger, *, titles_only: bool = False) -> Outcome:
    """Tag the stories of a file, and compare with its labels.

    Args:
        path: JSON, a list of stories or a story a line: {"doc": …, "topics": […], "also_fine": […]} and for each
            language {"title": …, "text": …}.
        tagger: what to measure.
        titles_only: whether to leave the texts away.

    Raises:
        ConfigError: the file cannot be read; says the story and what was expected.
    """
    labelled = read(path, tagger.topics)
    found, alone = {}, {}
    for one in labelled:
        entries = list(_entries(path, one, titles_only=titles_only))
        found[one.doc] = tagger.tag(entries).topics
        alone[one.doc] = {entry.language: tagger.tag([entry]).topics for entry in entries}
    by_topic = {
        topic: _figures(
            (frozenset({topic}) & one.topics, one.also_fine, {topic} & set(found[one.doc])) for one in labelled
        )
        for topic in tagger.topics
    }
    occurring = [figures for figures in by_topic.values() if figures.right or figures.wrong or figures.missing]
    both = [one for one in labelled if len(one.versions) > 1]
    return Outcome(
        stories=len(labelled),
        micro=_figures((one.topics, one.also_fine, found[one.doc]) for one in labelled),
        macro_precision=_mean(figures.precision for figures in occurring),
        macro_recall=_mean(figures.recall for figures in occurring),
        macro_f1=_mean(figures.f1 for figures in occurring),
        topics={topic: figures for topic, figures in by_topic.items() if figures in occurring},
        languages={
            tag: _figures((one.topics, one.also_fine, alone[one.doc][tag]) for one in labelled if tag in one.versions)
            for tag in LANGUAGES
            if any(tag in one.versions for one in labelled)
        },
        both=len(both),
        agreement=_share(len({frozenset(some) for some in alone[one.doc].values()}) == 1 for one in both),
        agreement_but_fine=_share(
            len({frozenset(some) - one.also_fine for some in alone[one.doc].values()}) == 1 for one in both
        ),
        mistakes=tuple(_mistakes(labelled, found)),
        differences=tuple(
            Difference(doc=one.doc, title=_title(one), found=alone[one.doc])
            for one in both
            if len({frozenset(some) for some in alone[one.doc].values()}) > 1
        ),
    )


def lines(outcome: Outcome) -> list[str]:
    """The outcome for people."""
    micro = outcome.micro
    said = [
        f"{outcome.stories} stories: {micro.right} topics right, {micro.wrong} wrong, {micro.missing} missing",
        f"micro  precision {micro.precision:.3f}, recall {micro.recall:.3f}, F1 {micro.f1:.3f}",
        f"macro  precision {outcome.macro_precision:.3f}, recall {outcome.macro_recall:.3f}, F1 {outcome.macro_f1:.3f}",
    ]
    for tag, figures in outcome.languages.items():
        said.append(
            f"{tag} alone: {figures.stories} stories, precision {figures.precision:.3f}, "
            f"recall {figures.recall:.3f}, F1 {figures.f1:.3f}",
        )
    if outcome.agreement is not None:
        fine = f"{outcome.agreement_but_fine:.3f} but for topics that are also fine"
        said.append(f"each language alone gives the same topics on {outcome.agreement:.3f} of {outcome.both} ({fine})")
    said.append("")
    said.append(f"{'topic':24}{'right':>6}{'wrong':>6}{'missing':>8}{'precision':>10}{'recall':>8}{'F1':>7}")
    said += [
        f"{topic:24}{one.right:6}{one.wrong:6}{one.missing:8}{one.precision:10.3f}{one.recall:8.3f}{one.f1:7.3f}"
        for topic, one in outcome.topics.items()
    ]
    for mistake in outcome.mistakes:
        said.append(f"{mistake.doc}: {mistake.title}")
        said.append(
            f"    found {', '.join(mistake.found)}"
            + _listed("wrong", mistake.wrong)
            + _listed("missing", mistake.missing)
        )
    for one in outcome.differences:
        said.append(f"{one.doc}: not the same in each language: {one.title}")
        said += [f"    {tag}: {', '.join(found)}" for tag, found in one.found.items()]
    return said


def read(path: Path, known: Sequence[str]) -> list[Labelled]:
    """Read a labelled file.

    Raises:
        ConfigError: says the story and what was expected.
    """
    text = labelled_text(path)
    try:
        if text.lstrip().startswith("["):
            raw = msgspec.json.decode(text, type=list[dict[str, msgspec.Raw]])
        else:
            raw = [msgspec.json.decode(line, type=dict[str, msgspec.Raw]) for line in text.splitlines() if line.strip()]
    except msgspec.DecodeError as problem:
        raise ConfigError(f"{path}: {problem}; expected a list of stories, or a story a line") from None
    found = [_labelled(f"{path}: story {number}", one, known) for number, one in enumerate(raw, start=1)]
    seen = set[str]()
    for one in found:
        if one.doc in seen:
            raise ConfigError(f'{path}: the story "{one.doc}" stands there twice')
        seen.add(one.doc)
    return found


def _labelled(where: str, raw: dict[str, msgspec.Raw], known: Sequence[str]) -> Labelled:
    for key in raw:
        if key not in (*_LABELS, *LANGUAGES):
            raise ConfigError(f"{where}: {tables.unknown_key(key, (*_LABELS, *LANGUAGES))}")
    try:
        one = Labelled(
            doc=msgspec.json.decode(raw["doc"], type=str),
            versions={tag: msgspec.json.decode(raw[tag], type=Version) for tag in LANGUAGES if tag in raw},
            topics=msgspec.json.decode(raw["topics"], type=frozenset[str]),
            also_fine=msgspec.json.decode(raw.get("also_fine", b"[]"), type=frozenset[str]),
        )
    except KeyError as problem:
        raise ConfigError(f"{where}: {problem.args[0]} is missing") from None
    except msgspec.DecodeError as problem:
        raise ConfigError(f"{where}: {problem}") from None
    if not one.versions:
        raise ConfigError(f"{where}: has no version; expected one of {tables.listed(LANGUAGES)}")
    for topic in sorted(one.topics | one.also_fine):
        if topic not in known:
            raise ConfigError(f'{where}: "{topic}" is not in the taxonomy{tables.nearest(topic, known)}')
    return one


def _entries(path: Path, one: Labelled, *, titles_only: bool) -> Iterator[Entry]:
    for tag, version in one.versions.items():
        text = "" if titles_only else version.text or ""
        yield labelled_entry(f"{path}: {one.doc}", f"{one.doc}/{tag}", tag, version.title, text, _ISSUED)


def _figures(rows: Iterable[tuple[Iterable[str], Iterable[str], Iterable[str]]]) -> Figures:
    """The figures of rows of required topics, topics that are fine as well, and topics found."""
    stories = right = wrong = missing = 0
    for required, fine, found in ((frozenset(a), frozenset(b), frozenset(c)) for a, b, c in rows):
        stories += 1
        right += len(required & found)
        wrong += len(found - required - fine)
        missing += len(required - found)
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missing) if right + missing else 1.0
    return Figures(
        stories=stories,
        right=right,
        wrong=wrong,
        missing=missing,
        precision=round(precision, 4),
        recall=round(recall, 4),
        f1=round(2 * precision * recall / (precision + recall), 4) if right else 0.0,
    )


def _mistakes(labelled: Iterable[Labelled], found: dict[str, tuple[str, ...]]) -> Iterator[Mistake]:
    for one in labelled:
        tags = found[one.doc]
        wrong = tuple(topic for topic in tags if topic not in one.topics | one.also_fine)
        missing = tuple(sorted(one.topics - set(tags)))
        if wrong or missing:
            yield Mistake(doc=one.doc, title=_title(one), found=tags, wrong=wrong, missing=missing)


def _title(one: Labelled) -> str:
    return next(iter(one.versions.values())).title


def _listed(what: str, some: tuple[str, ...]) -> str:
    return f"; {what} {', '.join(some)}" if some else ""


def _mean(values: Iterable[float]) -> float:
    some = list(values)
    return round(sum(some) / len(some), 4) if some else 0.0


def _share(values: Iterable[bool]) -> float | None:
    some = list(values)
    return round(sum(some) / len(some), 4) if some else None

"""The taxonomy of topics and the gazetteer of bodies, as a person writes them in TOML.

A *topic* is a subject with a language-neutral id, labels, and the terms that find it; a *body* is a bureau, department
or public body with its names and the titles of its heads. This module reads their tables strictly; what terms do to a
text is in entries/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from feedpub import scripts, tables
from feedpub.languages import DERIVABLE, LANGUAGES
from feedpub.tables import TableError
from feedpub.texts import holdable

IPTC_SCHEME = "http://cv.iptc.org/newscodes/mediatopic/"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_IPTC = re.compile(r"\d{8}")


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms of one topic in one language, by how much they say."""

    sure: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    hint: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    def levels(self) -> Iterator[tuple[str, str]]:
        """All terms, each with its level."""
        for level in ("sure", "likely", "hint", "against"):
            for term in getattr(self, level):
                yield level, term


class Pointers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ids of bodies whose releases are nearly always, or often, about a topic."""

    likely: tuple[str, ...] = ()
    hint: tuple[str, ...] = ()


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A subject: `label` by language, `iptc` the nearest IPTC Media Topic, `terms` by language."""

    id: str
    label: dict[str, str]
    iptc: str = ""
    scope: str = ""
    last: bool = False
    """Given only where nothing else fits, or its own terms are the strongest."""
    aspect: bool = False
    """A side that every subject may have: its terms count inside those of other topics, and theirs inside its own."""
    bodies: Pointers = Pointers()
    terms: dict[str, Terms] = {}


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much a term of each level adds to a topic's score."""

    sure: float = 8.0
    likely: float = 4.0
    hint: float = 1.5
    against: float = -4.0


class Taxonomy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All topics. `scheme` is relative to the site's base URL; `nothing` are phrases that say nothing, by language.

    `iptc` are the labels of the IPTC Media Topics by id and language.
    """

    scheme: str = "topics/"
    weights: Weights = Weights()
    nothing: dict[str, tuple[str, ...]] = {}
    iptc: dict[str, dict[str, str]] = {}
    topic: tuple[Topic, ...]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body: official `name`, other names (`also`), abbreviations (`short`) and titles of its `heads`, by language.

    `part_of` is the id of the body that it belongs to; `until` the last year of one that is no more. One that does not
    issue releases (`issues = false`) is known by its name only.
    """

    id: str
    kind: str
    name: dict[str, str]
    part_of: str = ""
    also: dict[str, tuple[str, ...]] = {}
    short: dict[str, tuple[str, ...]] = {}
    heads: dict[str, tuple[str, ...]] = {}
    until: int | None = None
    issues: bool = True

    def names(self, language: str) -> Iterator[str]:
        """What the body and its heads are called in a language."""
        if language in self.name:
            yield self.name[language]
        for more in (self.also, self.short, self.heads):
            yield from more.get(language, ())


class Gazetteer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All bodies."""

    body: tuple[Body, ...] = ()


def read_taxonomy(text: str, gazetteer: Gazetteer) -> Taxonomy:
    """Read the taxonomy's TOML. Labels in a language that can be derived are derived where they are missing.

    Raises:
        TableError: says the key and what was expected. What is merely of no use is found by entries/lint.py.
    """
    taxonomy = tables.convert(_toml(text), Taxonomy, "")
    _unique("topic", [topic.id for topic in taxonomy.topic])
    bodies = [body.id for body in gazetteer.body]
    if not taxonomy.topic:
        raise TableError("topic", "there is none; a taxonomy needs at least one [[topic]]")
    if not re.fullmatch(r"[a-z0-9][a-z0-9/-]*/", taxonomy.scheme):
        raise TableError("scheme", f'"{taxonomy.scheme}": expected a relative path that ends in "/", like "topics/"')
    for topic in taxonomy.topic:
        where = f'topic "{topic.id}"'
        _identifier(f"{where}: id", topic.id)
        _languages(f"{where}: label", topic.label)
        holdable(f"{where}: label", *topic.label.values())
        _languages(f"{where}: terms", topic.terms)
        if topic.iptc and not _IPTC.fullmatch(topic.iptc):
            raise TableError(f"{where}: iptc", f'"{topic.iptc}": expected the eight digits of an IPTC Media Topic')
        for level in ("likely", "hint"):
            for body in getattr(topic.bodies, level):
                if body not in bodies:
                    raise TableError(f"{where}: bodies: {level}", f'no body "{body}"{tables.nearest(body, bodies)}')
    _languages("nothing", taxonomy.nothing)
    for identifier, labels in taxonomy.iptc.items():
        _languages(f'iptc: "{identifier}"', labels)
        holdable(f'iptc: "{identifier}"', *labels.values())
    return msgspec.structs.replace(
        taxonomy,
        topic=tuple(msgspec.structs.replace(topic, label=_derived(topic.label)) for topic in taxonomy.topic),
        iptc={identifier: _derived(labels) for identifier, labels in taxonomy.iptc.items()},
    )


def read_gazetteer(text: str, known: Gazetteer | None = None) -> Gazetteer:
    """Read the gazetteer's TOML, or a further file of it: `known` is what was read before.

    Raises:
        TableError: says the key and what was expected.
    """
    own = tables.convert(_toml(text), Gazetteer, "").body
    before = known.body if known else ()
    identifiers = [body.id for body in (*before, *own)]
    _unique("body", identifiers)
    above = {body.id: body.part_of for body in (*before, *own)}
    for body in own:
        where = f'body "{body.id}"'
        _identifier(f"{where}: id", body.id)
        if not body.name:
            raise TableError(f"{where}: name", 'is empty; expected { en = "…" } with a name in at least one language')
        for key in ("name", "also", "short", "heads"):
            _languages(f"{where}: {key}", getattr(body, key))
        holdable(f"{where}: name", *body.name.values())
        if body.part_of and body.part_of not in above:
            raise TableError(
                f"{where}: part_of", f'no body "{body.part_of}"{tables.nearest(body.part_of, identifiers)}'
            )
        if body.id in _chain(body.part_of, above):
            raise TableError(f"{where}: part_of", "leads back to itself")
    return Gazetteer(body=(*before, *(msgspec.structs.replace(body, name=_derived(body.name)) for body in own)))


def _chain(identifier: str, above: dict[str, str]) -> list[str]:
    found: list[str] = []
    while identifier and identifier not in found:
        found.append(identifier)
        identifier = above.get(identifier, "")
    return found


def _toml(text: str) -> dict[str, Any]:
    try:
        return tables.toml(text)
    except (ValueError, RecursionError) as problem:  # A number of thousands of digits is no TOMLDecodeError.
        raise TableError("", f"is not valid TOML: {problem}") from None


def _identifier(where: str, identifier: str) -> None:
    if not _ID.fullmatch(identifier):
        raise TableError(where, f'"{identifier}": expected small letters, digits and "-"')


def _unique(where: str, identifiers: list[str]) -> None:
    seen = set[str]()
    for identifier in identifiers:
        if identifier in seen:
            raise TableError(where, f'"{identifier}" stands there twice')
        seen.add(identifier)


def _languages(where: str, given: dict[str, Any]) -> None:
    for tag in given:
        if tag not in LANGUAGES:
            raise TableError(where, f'unknown language "{tag}"{tables.nearest(tag, LANGUAGES)}')


def _derived(labels: dict[str, str]) -> dict[str, str]:
    tag, origin = DERIVABLE
    return labels | {tag: scripts.simplified(labels[origin])} if origin in labels and tag not in labels else labels

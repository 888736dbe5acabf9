"""The kinds of source there are. Registering one: its options, its facts for config.py, and its module.

A package of somebody else's adds a kind through an entry point of the group "feedpub.kinds": its name is the kind's,
and it leads to a `Kind`. It is loaded only where a config names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from feedpub.collect.options import (
    ApiOptions,
    FilesOptions,
    GiaOptions,
    PagesOptions,
    WebFeedOptions,
    check_api,
    check_files,
    check_gia,
    check_pages,
    check_web_feed,
)
from feedpub.config import Kind, Source
from feedpub.errors import ConfigError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from feedpub.collect.base import OpenSource, Surroundings

GROUP = "feedpub.kinds"
"""The group of entry points that other packages' kinds are registered in."""
_OWN = {
    kind.name: kind
    for kind in (
        Kind(
            name="gia",
            module="feedpub.collect.gia.source",
            options=GiaOptions,
            # Who minted the keys, whichever server the pages are read from: a mirror gives the same ids.
            authority="www.info.gov.hk",
            timezone="Asia/Hong_Kong",
            past=True,
            check=check_gia,
        ),
        Kind(
            name="files",
            module="feedpub.collect.files.source",
            options=FilesOptions,
            # A folder belongs to no domain; ".internal" is kept for names that mean something only locally.
            authority="feedpub.internal",
            local=True,
            paths=("directory",),
            check=check_files,
        ),
        Kind(name="webfeed", module="feedpub.collect.webfeed.source", options=WebFeedOptions, check=check_web_feed),
        Kind(name="api", module="feedpub.collect.api", options=ApiOptions, past=True, check=check_api),
        Kind(name="pages", module="feedpub.collect.pages", options=PagesOptions, past=True, check=check_pages),
    )
}


class _Kinds(Mapping[str, Kind]):
    """Our own kinds and those of other packages, which are loaded when they are asked for by name."""

    def __getitem__(self, name: str) -> Kind:
        return _OWN.get(name) or _others(name)

    def __contains__(self, name: object) -> bool:
        return name in _OWN or name in set(self)

    def __iter__(self) -> Iterator[str]:
        yield from dict.fromkeys((*_OWN, *(point.name for point in _entry_points())))

    def __len__(self) -> int:
        return len(list(iter(self)))


KINDS: Mapping[str, Kind] = _Kinds()


def is_local(source: Source) -> bool:
    """Whether a source needs no network: `--offline` still reads it."""
    return KINDS[source.kind].local


def has_past(source: Source) -> bool:
    """Whether a source's kind can be asked for its past (`HasPast`)."""
    return KINDS[source.kind].past


def open_source(source: Source, surroundings: Surroundings) -> OpenSource:
    """Open a source with its kind's module, which is imported only now."""
    opened: OpenSource = import_module(KINDS[source.kind].module).open_source(source, surroundings)
    return opened


def _entry_points() -> Iterable[EntryPoint]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - only kinds that are not ours need it

    return entry_points(group=GROUP)


def _others(name: str) -> Kind:
    for point in _entry_points():
        if point.name == name:
            try:
                kind = point.load()
            except Exception as problem:
                raise ConfigError(
                    f'kind "{name}" of package {_package(point)} cannot be loaded: {type(problem).__name__}: {problem}'
                ) from problem
            if not isinstance(kind, Kind) or kind.name != name:
                raise ConfigError(f'kind "{name}" of package {_package(point)}: is no feedpub.config.Kind of that name')
            return kind
    raise KeyError(name)


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value

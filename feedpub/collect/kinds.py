"""The kinds of source there are. Registering one: its options, its facts for config.py, and its module."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from feedpub.config import Kind, Options, Source, is_base_url
from feedpub.languages import known_tags

if TYPE_CHECKING:
    from feedpub.collect.base import OpenSource, Surroundings


class GiaOptions(Options, frozen=True, kw_only=True):
    """Keys of kind "gia": the press release pages of info.gov.hk, or a server that has them at the same paths."""

    base_url: str = "https://www.info.gov.hk/gia/"
    requests_per_second: float = 2.0
    allow_private_network: bool = False


class FilesOptions(Options, frozen=True, kw_only=True):
    """Keys of kind "files": a folder of .txt, .md and .html releases in one language."""

    directory: str
    language: str


def _check_gia(options: GiaOptions) -> None:
    if not is_base_url(options.base_url):
        raise ValueError(f'base_url: "{options.base_url}" is not an absolute http(s) address')
    if options.requests_per_second < 0:
        raise ValueError("requests_per_second: must not be less than 0 (0 is no limit)")


def _check_files(options: FilesOptions) -> None:
    if options.language not in known_tags():
        known = ", ".join(f'"{tag}"' for tag in known_tags())
        raise ValueError(f'language: unknown language "{options.language}"; expected one of {known}')


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="gia",
            options=GiaOptions,
            # Who minted the keys, whichever server the pages are read from: a mirror gives the same ids.
            authority="www.info.gov.hk",
            timezone="Asia/Hong_Kong",
            check=_check_gia,
        ),
        Kind(
            name="files",
            options=FilesOptions,
            # A folder belongs to no domain; ".internal" is kept for names that mean something only locally.
            authority="feedpub.internal",
            paths=("directory",),
            check=_check_files,
        ),
    )
}
_MODULES = {"gia": "feedpub.collect.gia.source", "files": "feedpub.collect.files.source"}
LOCAL_KINDS = frozenset({"files"})
"""Kinds that need no network: `--offline` still reads them."""


def open_source(source: Source, surroundings: Surroundings) -> OpenSource:
    """Open a source with its kind's module, which is imported only now."""
    opened: OpenSource = import_module(_MODULES[source.kind]).open_source(source, surroundings)
    return opened

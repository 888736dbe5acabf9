"""`feedpub check --page`: one page through the rules of a source, for writing them. Writes nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import cast

import msgspec

from feedpub import job
from feedpub.collect import kinds
from feedpub.collect.base import Examined, HasPages, OpenSource, Reading
from feedpub.config import Settings, Source
from feedpub.errors import ConfigError, FeedpubError, fault
from feedpub.trying import entry_of

_MOST_FILE_BYTES = 50_000_000


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One page through the rules of a source: what the source makes of it, and what the entry would be.

    `id` and `title` are the entry's, "" where there would be none; `paragraphs` are its text.
    """

    source: str
    kind: str
    page: Examined
    id: str = ""
    title: str = ""
    paragraphs: tuple[str, ...] = ()
    problem: str = ""


def page(settings: Settings, now: datetime, where: str, source: str = "", address: str = "") -> Shown:
    """Show one page through the rules of a source.

    Args:
        settings: the config.
        now: the time of the check.
        where: an address, or a file.
        source: the id of the source, "" for the one that it fits.
        address: the address of a file's page, "" for the one that it says itself.

    Raises:
        ConfigError: there is no such source or file, or it cannot be told which source is meant.
        FetchError, SourceError: the page could not be asked for.
    """
    job.check_sources(settings, (source,) if source else ())
    around = msgspec.structs.replace(job.surroundings(settings, now), pages=None)
    raw = None if "://" in where else _file(where)
    if raw is not None:
        from feedpub.collect.examining import canonical  # noqa: PLC0415 - most checks are of no page

        address = address or canonical(raw)
    opened = {one.id: kinds.open_source(one, around) for one in settings.sources if not source or one.id == source}
    try:
        path = str(Path(where).absolute()) if raw is not None else ""
        chosen = _chosen(settings, opened, where, path, address if raw is not None else where)
        local = kinds.is_local(chosen)
        if local and raw is None:
            raise ConfigError(f'{where}: source "{chosen.id}" is a folder and has no addresses; name a file')
        asker = cast("HasPages", opened[chosen.id])
        found = asker.examine(path, raw) if local else asker.examine(where if raw is None else address, raw)
    finally:
        for one in opened.values():
            one.close()
    return _shown(chosen, found)


def _file(where: str) -> bytes:
    path = Path(where)
    try:
        if path.stat().st_size > _MOST_FILE_BYTES:
            raise ConfigError(f"{where}: is larger than any page ({_MOST_FILE_BYTES:,} bytes)")
        return path.read_bytes()
    except OSError as problem:
        raise ConfigError(f"{where}: cannot be read: {problem.strerror}; expected an address, or a file") from None


def _chosen(settings: Settings, opened: dict[str, OpenSource], where: str, path: str, address: str) -> Source:
    """The source whose page it is: the one that was named, that it fits, or that is the only one."""
    able = [one for one in settings.sources if hasattr(opened.get(one.id), "examine")]
    if not able:
        raise ConfigError(f"{where}: no source of {settings.path} can show a page through its rules")
    if len(opened) == 1:
        return able[0]
    fitting = [
        one
        for one in able
        if (place := path if kinds.is_local(one) else address) and cast("HasPages", opened[one.id]).fits(place)
    ]
    if len(fitting) == 1:
        return fitting[0]
    named = ", ".join(f'"{one.id}"' for one in fitting or able)
    what = "several sources" if fitting else "no source's hosts"
    raise ConfigError(f"{where}: fits {what}; say which one with --source: {named}")


def _shown(source: Source, found: Examined) -> Shown:
    from feedpub.entries import body, paragraphs  # noqa: PLC0415 - most checks are of no page

    if found.what == "list":
        return Shown(source=source.id, kind=source.kind, page=found, problem=found.problem)
    if found.release is None:
        texts = body.clean(found.body, found.address).paragraphs if found.body else ()
        return Shown(source=source.id, kind=source.kind, page=found, paragraphs=texts, problem=found.problem)
    entry = entry_of(Reading(release=found.release))
    if isinstance(entry, Exception):
        why = str(entry) if isinstance(entry, FeedpubError) else fault(entry)
        return Shown(source=source.id, kind=source.kind, page=found, problem=why)
    return Shown(
        source=source.id,
        kind=source.kind,
        page=found,
        id=entry.id,
        title=entry.title,
        paragraphs=tuple(paragraphs.paragraphs(entry.content)),
        problem=found.problem,
    )

"""Values of a config -> what they mean; what is wrong is said with the key and what was expected."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedpub import cron
from feedpub.tables import TableError

_METRICS = ".prom"
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def is_base_url(url: str) -> bool:
    """Whether a text is an absolute http(s) address that others can be below of."""
    try:
        parts = urlsplit(url)
        usable = parts.port is None or parts.port > 0
        host = parts.hostname or ""
        usable &= host.isascii() or bool(host.encode("idna"))
    except ValueError:
        return False
    return usable and parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query + parts.fragment


def span(where: str, text: str) -> timedelta:
    """A time that may be none."""
    return timedelta() if text.strip() == "0" else interval(where, text, 'a time like "12h" or "2d", or "0"')


def interval(where: str, text: str, expected: str = 'a time like "12h" or "2d"') -> timedelta:
    """A time like "12h".

    Raises:
        TableError: it is none.
    """
    try:
        found = cron.interval(text)
    except ValueError as problem:
        raise TableError(where, str(problem)) from None
    if found is None:
        raise TableError(where, f'"{text}": expected {expected}')
    return found


def textfile(where: str, text: str, folder: Path, output: Path) -> Path:
    """The file that metrics are written to.

    Args:
        where: the key.
        text: as the config has it.
        folder: of the config.
        output: the output directory; what is in there is for everybody.

    Raises:
        TableError: nothing would read it there, or everybody would.
    """
    path = Path(text)
    if path.suffix != _METRICS or "\0" in text:
        raise TableError(where, f'"{text}" does not end in {_METRICS}; the collector of node_exporter reads no other')
    found = (folder / path).resolve()
    if found.is_relative_to(output):
        raise TableError(where, f'"{text}" is in the output directory, which is public; expected another folder')
    return found


def zone(where: str, name: str) -> ZoneInfo:
    """A time zone by its name.

    Raises:
        TableError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise TableError(where, f'unknown time zone "{name}"; expected a name like "Asia/Hong_Kong"') from None


def authority(where: str, name: str) -> str:
    """A domain name for ids (RFC 4151), in lower case.

    Raises:
        TableError: it is empty, or none.
    """
    if not name:
        raise TableError(
            where, "is missing; name the publisher's domain, once: the ids of its entries depend on it (RFC 4151)"
        )
    if not _AUTHORITY.fullmatch(name):
        raise TableError(where, f'"{name}" is not a domain name (RFC 4151)')
    return name.lower()

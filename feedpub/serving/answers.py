"""What is answered about a document that was found: the status, the headers, and which of its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import formatdate
from typing import NamedTuple

import msgspec

from feedpub.serving import asked, rules
from feedpub.serving.asked import Part
from feedpub.serving.files import Opened

OK, PARTIAL, NOT_MODIFIED, FAILED, UNSATISFIABLE = asked.OK, 206, asked.NOT_MODIFIED, asked.FAILED, 416
_NANOSECONDS = 1_000_000_000
_NOTHING = Part(0, 0)


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """What all answers depend on.

    `base_url` is the address that the output directory has for the world, `hubs` are those that subscription documents
    name. `remote_images` says that pages show pictures of other hosts.
    """

    base_url: str
    hubs: tuple[str, ...] = ()
    remote_images: bool = False


class Answer(NamedTuple):
    """An answer; its body is that part of the document."""

    status: int
    headers: tuple[tuple[str, str], ...]
    part: Part


def document(
    found: Opened, served: Served, headers: Mapping[str, str], now: datetime, *, whole: bool, versioned: bool
) -> Answer:
    """The answer about a document.

    Args:
        found: the document, open.
        served: what all answers depend on.
        headers: the request's, by their names in lower case.
        now: the time.
        whole: no part is asked for, whatever the headers say (HEAD).
        versioned: the address names a version.
    """
    modified = found.modified // _NANOSECONDS
    status, part = asked.precondition(headers, found.tag, modified), _NOTHING
    told: list[tuple[str, str]] = []
    if status == OK:
        status, part = OK, Part(0, found.size)
        some = None if whole or not asked.same(headers.get("if-range"), found.tag) else _some(headers, found.size)
        if some == _NOTHING:
            status, part = UNSATISFIABLE, some
            told.append(("Content-Range", f"bytes */{found.size}"))
        elif some:
            status, part = PARTIAL, some
            told.append(("Content-Range", f"bytes {part.start}-{part.end - 1}/{found.size}"))
    if status in (OK, PARTIAL):
        told += [("Content-Type", rules.media_type(found.path)), ("Accept-Ranges", "bytes")]
        if found.encoding:
            told.append(("Content-Encoding", found.encoding))
    if status != NOT_MODIFIED:
        told.append(("Content-Length", str(part.end - part.start)))
    if status in (OK, PARTIAL, NOT_MODIFIED):
        told.append(("Cache-Control", rules.cache(found.path, now, versioned=versioned)))
        told += [("Link", link) for link in rules.links(found.path, served.hubs, served.base_url)]
    told += [("ETag", found.tag), ("Last-Modified", formatdate(modified, usegmt=True)), ("Vary", "Accept-Encoding")]
    page = rules.media_type(found.path).startswith(rules.HTML)
    return Answer(status, (*told, *common(found.path, served, page=page)), part)


def common(path: str, served: Served, *, page: bool) -> tuple[tuple[str, str], ...]:
    """The headers that errors have too: a script has to be able to read that there is no such feed."""
    told = [("X-Content-Type-Options", "nosniff")]
    if rules.shared(path):
        told.append(("Access-Control-Allow-Origin", "*"))
    if page:
        told.append(("Content-Security-Policy", rules.policy(path, remote_images=served.remote_images)))
    return tuple(told)


def _some(headers: Mapping[str, str], size: int) -> Part | None:
    """The part that is asked for; _NOTHING for one that there is not, None for all."""
    part = asked.part(headers.get("range"), size)
    return _NOTHING if part and part.start >= part.end else part

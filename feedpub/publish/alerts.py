"""What an alert says: to a person in English, and to a program in JSON and in variables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from feedpub.characters import clean

STARTED, ENDED, TEST = "started", "ended", "test"
_BOTH = "both"
_MOST_TOLD = 50
"""Faults in a text; chat services cut off or refuse a long one."""
_LONGEST = 500
"""Characters of what is said of one."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fault of a source that started or ended.

    `source`, `fault` and `since` are the same in both, so that a program can tell what belongs together. `where` is the
    address of the list that it is about, "" where it is about all of the source. `at` is when it started or ended.
    Times are RFC 3339 in UTC.
    """

    event: str
    source: str
    fault: str
    what: str
    where: str = ""
    since: str
    at: str


def test(at: str) -> Event:
    """An event that says nothing but that alerts arrive."""
    what = "this is a test of feedpub's alerts; nothing is wrong"
    return Event(event=TEST, source="", fault=TEST, what=what, since=at, at=at)


def text(events: Sequence[Event], site: str, zone: ZoneInfo) -> str:
    """A text for people, a line a fault: what started, then what ended.

    Args:
        events: what is told.
        site: the address of the site that they are about.
        zone: in which times are told.
    """
    started, ended = (_of(events, kind) for kind in (STARTED, ENDED))
    news = [f"{_faults(started)} began"] * bool(started) + [f"{_faults(ended)} ended"] * bool(ended)
    said = [f"feedpub, {site}: {', '.join(news) or 'a test'}."]
    told = [*_of(events, TEST), *started, *ended]
    said += [_sentence(event, zone) for event in told[:_MOST_TOLD]]
    if len(told) > _MOST_TOLD:
        said.append(f"And {len(told) - _MOST_TOLD} more; `feedpub status` lists what is wrong now.")
    return "\n".join(said) + "\n"


def document(events: Sequence[Event], site: str, zone: ZoneInfo) -> bytes:
    """The JSON for a webhook: `text` for chat services, `events` for programs, and the address of the site.

    Slack and those that are like it read &, < and > in a text as marks of their own; so they are escaped there.
    """
    shown = text(events, site, zone).rstrip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return msgspec.json.encode({"text": shown, "events": events, "site": site})


def variables(events: Sequence[Event], config: Path) -> dict[str, str]:
    """What a command finds in its environment: names without spaces, with spaces between them."""
    kinds = {event.event for event in events}
    return {
        "FEEDPUB_EVENT": kinds.pop() if len(kinds) == 1 else _BOTH,
        "FEEDPUB_SOURCES": " ".join(dict.fromkeys(event.source for event in events)),
        "FEEDPUB_FAULTS": " ".join(dict.fromkeys(event.fault for event in events)),
        "FEEDPUB_CONFIG": str(config.resolve()),
    }


def _of(events: Sequence[Event], kind: str) -> list[Event]:
    return [event for event in events if event.event == kind]


def _faults(events: Sequence[Event]) -> str:
    return f"{len(events)} fault{'' if len(events) == 1 else 's'}"


def _sentence(event: Event, zone: ZoneInfo) -> str:
    """One line, that begins with a word of ours: no mail program takes what comes from outside for a command."""
    what = clean(" ".join(event.what.split()))[:_LONGEST].rstrip(".")
    if event.event == TEST:
        return f"Test: {what}."
    where = f" ({clean(event.where)[:_LONGEST]})" if event.where else ""
    about = f"{event.source}: {event.fault}: {what}{where}"
    if event.event == STARTED:
        return f"Began {_time(event.at, zone)}: {about}."
    return f"Ended {_time(event.at, zone)}: {about}; it had begun {_time(event.since, zone)}."


def _time(moment: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(zone):%Y-%m-%d %H:%M %Z}"

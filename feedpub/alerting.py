"""After publishing: the operator is told of faults that began or ended, by a command, a webhook or both.

What there is to tell is put into a box for each of the two before it is sent, and taken out after: so it is told at
least once, each is told though the other fails, and what could not be sent goes along in the next run's message. A run
sends one message at most to each, and an hour sees no more than twenty; the rest waits, and is told in one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Connection

from feedpub.collect.base import Surroundings
from feedpub.config import Settings
from feedpub.errors import ConfigError, FeedpubError, FetchError, RefusedAddressError
from feedpub.publish import alerts
from feedpub.publish.alerts import ENDED, STARTED, Event
from feedpub.report import AlertReport, Fault, Problem
from feedpub.store import faults, notes
from feedpub.store.database import Store, utc

_NOTE = "alert"
"""A note in the store: the boxes."""
_HOUR = timedelta(hours=1)
_MOST_AN_HOUR = 20
_MOST_WAITING = 500
Send = Callable[[Sequence[Event]], None]


class Box(msgspec.Struct, frozen=True):
    """What waits to be told, the oldest first, and when messages were sent within the last hour."""

    waiting: tuple[Event, ...] = ()
    sent: tuple[str, ...] = ()


_decode = msgspec.json.Decoder(dict[str, Box]).decode


def tell(store: Store, settings: Settings, around: Surroundings, *, offline: bool) -> AlertReport:
    """Tell the operator what began and ended, and what could not be told before.

    Args:
        store: keeps the faults and the boxes.
        settings: name the command and the webhook.
        around: what clients are made with; the run's time.
        offline: leaves all of it for the next run.
    """
    ways = _ways(settings, around)
    with store.transaction() as connection:
        boxes = _fill(connection, settings, around, ways)
    told, failed = 0, list[Problem]()
    for way, send in ways.items():
        box = boxes[way]
        if offline or not box.waiting or len(box.sent) >= _MOST_AN_HOUR:
            continue
        problem = _problem(way, send, box.waiting)
        if problem:
            failed.append(problem)
            continue
        told += len(box.waiting)
        boxes[way] = Box(sent=(*box.sent, utc(around.now)))
        with store.transaction() as connection:
            notes.put(connection, _NOTE, msgspec.json.encode(boxes).decode())
    return AlertReport(told=told, waiting=sum(len(box.waiting) for box in boxes.values()), failed=tuple(failed))


def waiting(connection: Connection) -> int:
    """How many events wait to be told, each once for the command and once for the webhook."""
    note = notes.get(connection, _NOTE)
    return sum(len(box.waiting) for box in _decode(note).values()) if note else 0


def test(settings: Settings, around: Surroundings) -> AlertReport:
    """Send an event that says that it is a test, to the command and to the webhook. Nothing is stored.

    Raises:
        ConfigError: the config names neither.
    """
    ways = _ways(settings, around)
    if not ways:
        raise ConfigError(f"{settings.path}: names nobody to alert; add [alert] with command or webhook to it")
    events = (alerts.test(utc(around.now)),)
    found = [_problem(way, send, events) for way, send in ways.items()]
    failed = tuple(problem for problem in found if problem)
    return AlertReport(told=len(ways) - len(failed), failed=failed)


def _fill(connection: Connection, settings: Settings, around: Surroundings, ways: dict[str, Send]) -> dict[str, Box]:
    """Put what is new into the boxes, and forget what nobody is to be told any more."""
    sources = [source.id for source in settings.sources]
    news = faults.take(connection, sources, wanted=bool(ways))
    note = notes.get(connection, _NOTE)
    known = _decode(note) if note else {}
    now, hour_ago = utc(around.now), utc(around.now - _HOUR)
    boxes = {}
    for way in ways:
        box = known.get(way, Box())
        waiting = tuple(event for event in box.waiting if event.source in sources) + _events(news)
        sent = tuple(moment for moment in box.sent if hour_ago < moment <= now)
        boxes[way] = Box(waiting[-_MOST_WAITING:], sent)
    if boxes != known:
        notes.put(connection, _NOTE, msgspec.json.encode(boxes).decode())
    return boxes


def _events(news: faults.News) -> tuple[Event, ...]:
    started = tuple(_event(STARTED, source, fault, fault.since) for source, fault in news.begun)
    return started + tuple(_event(ENDED, one.source, one.fault, one.at) for one in news.ended)


def _event(kind: str, source: str, fault: Fault, at: str) -> Event:
    return Event(
        event=kind, source=source, fault=fault.name, what=fault.what, where=fault.where, since=fault.since, at=at
    )


def _ways(settings: Settings, around: Surroundings) -> dict[str, Send]:
    """How the config wants the operator to be told."""
    ways: dict[str, Send] = {}
    if settings.alert.command:
        ways["command"] = lambda events: _run(events, settings)
    if settings.alert.webhook:
        ways["webhook"] = lambda events: _post(events, settings, around)
    return ways


def _problem(way: str, send: Send, events: Sequence[Event]) -> Problem | None:
    try:
        send(events)
    except FeedpubError as problem:
        return Problem(way, str(problem))
    return None


def _run(events: Sequence[Event], settings: Settings) -> None:
    from feedpub.publish import commands  # noqa: PLC0415 - most runs have nothing to tell

    commands.run(
        settings.alert.command,
        alerts.text(events, settings.base_url, settings.timezone),
        alerts.variables(events, settings.path),
        folder=settings.path.resolve().parent,
        timeout=settings.alert.timeout,
    )


def _post(events: Sequence[Event], settings: Settings, around: Surroundings) -> None:
    """Post to the webhook. Its address may well be its password: no message has more of it than the host."""
    from feedpub.collect.http import Client  # noqa: PLC0415 - most runs have nothing to tell

    url, timeout = settings.alert.webhook, settings.alert.timeout
    parts = urlsplit(url)
    shown = f"{parts.scheme}://{parts.netloc}/…"
    limits = msgspec.structs.replace(settings.http, timeout=timeout, deadline=timeout)
    try:
        # The operator wrote the address, so it may be one of their own network.
        with Client(url, msgspec.structs.replace(around, http=limits), allow_private=True, heed_robots=False) as client:
            client.post_json(url, alerts.document(events, settings.base_url, settings.timezone))
    except RefusedAddressError:
        raise FetchError(f"{shown}: leads to another host; write where it should lead as the webhook") from None
    except FetchError as problem:
        said = str(problem).replace(url, shown)
        rest = url.partition(parts.netloc)[2]
        raise FetchError(said.replace(rest, "/…") if len(rest) > 1 else said) from None

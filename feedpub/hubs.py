"""After publishing: the hubs are told of the editions that changed (WebSub). Nothing here fails a run."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from feedpub.collect.base import Surroundings
from feedpub.config import Settings
from feedpub.errors import FeedpubError
from feedpub.report import HubReport, Problem
from feedpub.store import untold
from feedpub.store.database import Store


def tell(store: Store, settings: Settings, around: Surroundings, *, offline: bool) -> HubReport:
    """Tell the hubs which subscription documents changed, and what they could not be told before.

    Args:
        store: keeps what is still to be told.
        settings: name the hubs.
        around: what clients are made with.
        offline: leaves all of it for the next run.
    """
    if not settings.hubs:
        return HubReport()
    with store.reading() as connection:
        known = untold.waiting(connection)
    left, told, failed = {hub: known.get(hub, []) for hub in settings.hubs}, 0, list[Problem]()
    for hub, addresses in known.items():
        if addresses and hub in left and not offline:
            count, left[hub], problems = _tell(hub, addresses, settings, around)
            told += count
            failed += problems
    if left != known:
        with store.transaction() as connection:
            untold.keep(connection, known, left)
    return HubReport(told=told, failed=tuple(failed))


def _tell(
    hub: str, topics: list[str], settings: Settings, around: Surroundings
) -> tuple[int, list[str], list[Problem]]:
    from feedpub.collect import guard  # noqa: PLC0415 - a run that tells nobody needs no client
    from feedpub.collect.http import Client  # noqa: PLC0415 - a run that tells nobody needs no client
    from feedpub.publish import websub  # noqa: PLC0415 - as above

    limits = msgspec.structs.replace(settings.http, timeout=settings.hub_timeout, deadline=settings.hub_timeout)
    try:
        # One that the operator wrote as an address of a private network is one of their own.
        own = guard.is_literal_private(urlsplit(hub).hostname or "")
        with Client(hub, msgspec.structs.replace(around, http=limits), allow_private=own, heed_robots=False) as client:
            done = websub.tell(hub, topics, client.post)
    except FeedpubError as problem:
        return 0, topics, [Problem(hub, str(problem))]
    return done.count, list(done.left), list(done.failed)

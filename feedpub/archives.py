"""The history of each edition: its archive documents by month (RFC 5005), written only where something in them changed.

A busy month's document does not take in each new story at once: while a story is in the subscription documents, nothing
is lost. It takes in all that wait before the first of them falls out of those, and whenever it is written anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import Connection

from feedpub import feeds, showing
from feedpub.entries.identity import origin_id
from feedpub.feeds.fragments import Fragment, Fragments
from feedpub.model import BILINGUAL, EVERYTHING, Document, Edition, Feed, archive_path
from feedpub.showing import Showing
from feedpub.store import periods
from feedpub.store.periods import ANEW, CHANGED, EVERY, WAITING, Held, Period

_SMALL = 500
"""Stories of a month up to which its document takes in every new one at once."""
_AT_ONCE = 200


def key(feed: Feed) -> str:
    """What a feed is called among the archives: feeds that simply have everything are one."""
    return EVERY if feed.select == EVERYTHING else feed.id


class Archives:
    """Writes the archive documents that are due.

    Args:
        connection: to the store.
        shows: makes items of stories.
        fragments: entries that are rendered already.
        run: the run's number.
    """

    def __init__(self, connection: Connection, shows: Showing, fragments: Fragments, run: int) -> None:
        self.connection, self.shows, self.fragments, self.run = connection, shows, fragments, run

    def prepare(self, feed: Feed, tag: str) -> None:
        """Have all documents of an edition written again; those that there should be, too."""
        languages = self.shows.settings.origins(tag)
        find = periods.months_bilingual if tag == BILINGUAL else periods.months
        for month in find(self.connection, key(feed), languages):
            periods.mark(self.connection, feed.id, tag, month, ANEW)
        periods.mark_all(self.connection, feed.id, tag)

    def render(self, period: Period, feed: Feed, shown: frozenset[str] | None) -> tuple[Period, Document] | None:
        """An archive document that is due, and what it then holds; None where it can wait.

        Args:
            period: the document.
            feed: its feed.
            shown: the ids of the entries that every subscription document of the edition shows, None where these were
                not written in this run.
        """
        if period.due == WAITING and shown is None:
            return None
        find = periods.held_bilingual if period.edition == BILINGUAL else periods.held
        languages = self.shows.settings.origins(period.edition)
        held = find(self.connection, key(feed), languages, period.month)
        waiting = [one for one in held if one.since > period.upto]
        if not self._takes_in(period, waiting, shown, small=len(held) <= _SMALL):
            if period.due == WAITING:
                return None
            # Written with what it holds, so that the same store gives the same bytes; the others go on waiting.
            held = [one for one in held if one.since <= period.upto]
            period = msgspec.structs.replace(period, due=WAITING if waiting else 0)
        else:
            period = msgspec.structs.replace(period, due=0, upto=self.run)
        previous, following = periods.around(self.connection, feed.id, period.edition, period.month)
        edition = msgspec.structs.replace(
            self.shows.edition(feed, period.edition),
            month=period.month,
            previous=previous,
            following=following,
            tombstones=self.shows.tombstones(period.edition, [one for one in held if one.buried]),
        )
        entries = list(self._entries(edition, [one for one in held if not one.buried]))
        return period, feeds.archive(edition, entries, archive_path(feed.id, period.edition, period.month))

    def _takes_in(self, period: Period, waiting: Sequence[Held], shown: frozenset[str] | None, *, small: bool) -> bool:
        """Whether a document takes in what waits: when it is written anyway, and before any of it would be nowhere."""
        if small or period.due == CHANGED or not period.upto:
            return True
        safe = {origin_id(one) for one in shown} if shown is not None else None
        return safe is not None and any(_name(one, period.edition) not in safe for one in waiting)

    def _entries(self, edition: Edition, held: Sequence[Held]) -> Iterator[Fragment]:
        """The entries of a document, some at a time; those that another one had are there already."""
        for start in range(0, len(held), _AT_ONCE):
            few = held[start : start + _AT_ONCE]
            kept = {one.story: self._kept(edition, one) for one in few}
            items = self.shows.items(edition.tag, [one for one in few if not kept[one.story]])
            made = {item.key: feeds.fragment(item, edition, feeds.ATOM, self.fragments) for item in items}
            for one in few:
                fragment = kept[one.story] or made.get(showing.key(edition.tag, one.story, one.entry))
                if fragment:
                    yield fragment

    def _kept(self, edition: Edition, held: Held) -> Fragment | None:
        name = showing.key(edition.tag, held.story, held.entry)
        return self.fragments.get(feeds.key_of(name, edition, feeds.ATOM))


def _name(held: Held, tag: str) -> str:
    return origin_id(held.story) if tag == BILINGUAL else held.entry

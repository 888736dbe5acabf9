"""Small versions of photos, published with the pages: fetched from the photos' publisher, made, kept, taken away.

A photo is looked for when an entry that shows it was stored or changed. It is asked for a few times; one that cannot
be had is a link. The small version goes when no entry shows its photo any more: when the release was withdrawn, or the
photo was taken off it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection

from feedpub.collect.base import OpenSource
from feedpub.config import Source
from feedpub.configtables import HttpTable
from feedpub.errors import (
    FetchError,
    PublishError,
    RefusedAddressError,
    StoppedError,
    StoreError,
    TemporaryError,
    fault,
)
from feedpub.model import Document, Entry, Photo
from feedpub.pictures import apart
from feedpub.pictures.apart import PictureError, Small
from feedpub.publish.directory import Directory
from feedpub.store import notes, pages, thumbnails
from feedpub.store import stories as stored_stories
from feedpub.store.database import Store
from feedpub.store.stories import Place
from feedpub.store.thumbnails import Thumbnail, Wanted

_MOST_ASKED, _LONGEST = 50, 30.0
"""Photos, and seconds, that a run takes for a source: feeds wait for them, as the pages name what is there."""
_MOST_LOOKED_AT = 5_000
"""Photos that may turn out to be on hosts that are not asked; they cost nothing else."""
_MOST_FAILED = 3
"""Photos that cannot be had for now before a run leaves the others for the next."""
_TRIES, _TRIES_FOR_NOW = 4, 20
"""After which a photo is given up: where it is not there or is none; where its server does not answer."""
_MOST_SAID = 3
_MEDIA_TYPE, _SUFFIX = "image/webp", ".webp"


class _Seen(msgspec.Struct, frozen=True):
    """Up to which run the photos of a source were looked for, and how it was asked then (a digest)."""

    run: int
    how: str


class Album:
    """The small versions of one source's photos, during one run.

    Args:
        store: where it is kept what there is.
        directory: where they are published.
        source: the source.
        limits: what asking may cost.
        run: the number of the run.
        stop: whether the run is to end.
    """

    def __init__(
        self,
        store: Store,
        directory: Directory,
        source: Source,
        limits: HttpTable,
        run: int,
        stop: Callable[[], bool],
    ) -> None:
        self.store, self.directory, self.source = store, directory, source
        self.limits, self.run, self.stop = limits, run, stop
        self._said: list[str] = []
        self._refused: dict[str, str] = {}

    def fill(self, opened: OpenSource, until: float) -> tuple[str, ...]:
        """Publish what is missing, and take away what is not shown any more.

        Args:
            opened: the source.
            until: when the source's time in this run is over, on the monotonic clock.

        Returns:
            What there is to warn of: photos that were given up, each once.
        """
        until = min(until, time.monotonic() + _LONGEST)
        with self.store.transaction() as connection:
            fresh = self._take_note(connection)
        with self.store.reading() as connection:
            wanted = thumbnails.due(connection, self.source.id)
            places = stored_stories.places(connection, [one.entries[0] for one in wanted])
            wanted = _in_turn(wanted, places, fresh)[:_MOST_LOOKED_AT]
            shown = stored_stories.load(connection, [one.entries[0] for one in wanted])
        self._ask(opened, wanted, shown, until)
        with self.store.transaction() as connection:
            for one in self._refused:
                thumbnails.fail(connection, one, 1, for_ever=True)
        return self._warnings()

    def _take_note(self, connection: Connection) -> frozenset[str]:
        """See what changed since the photos were looked for; gives the entries that did in this run."""
        how = hashlib.sha256(msgspec.json.encode((self.source.options, self.limits.max_picture_bytes))).hexdigest()
        name = f"photos {self.source.id}"
        noted = notes.get(connection, name)
        seen = msgspec.json.decode(noted, type=_Seen) if noted else _Seen(0, how)
        notes.put(connection, name, msgspec.json.encode(_Seen(self.run, how)).decode())
        if seen.how != how:
            thumbnails.retry(connection, self.source.id)
        self._find_gone(connection)
        # That run's own once more: it may have been stopped before the rest of its entries were stored.
        changed = thumbnails.changed(connection, self.source.id, seen.run)
        shown = thumbnails.photos([entry for entry, _ in changed])
        self._let_go(connection, {entry.id for entry, _ in changed}, shown)
        thumbnails.want(connection, self.source.id, {url: by for url, by in shown.items() if _is_web(url)})
        return frozenset(entry.id for entry, run in changed if run == self.run)

    def _find_gone(self, connection: Connection) -> None:
        """Have those made anew whose files are not there, and the pages written that show them."""
        named = [path.rpartition("/")[::2] for path in thumbnails.paths(connection, self.source.id)]
        there = {folder: self.directory.names(folder) for folder in {folder for folder, _ in named}}
        gone = thumbnails.at(connection, [f"{folder}/{name}" for folder, name in named if name not in there[folder]])
        if gone:
            thumbnails.again(connection, [one.url for one in gone])
            pages.mark_with(connection, [entry for one in gone for entry in one.entries], self.run)

    def _let_go(self, connection: Connection, changed: set[str], shown: dict[str, list[str]]) -> None:
        """Take away what changed entries showed before, where no other does."""
        for one in thumbnails.kept(connection, self.source.id) if changed else ():
            left = [entry for entry in one.entries if entry not in changed or entry in shown.get(one.url, ())]
            if len(left) == len(one.entries):
                continue
            left = left or thumbnails.showing(connection, one.url)
            if left:
                thumbnails.note(connection, one.url, left)
                continue
            thumbnails.forget(connection, one.url)
            if one.path and not thumbnails.is_published(connection, one.path):
                self._remove(one.path)

    def _remove(self, path: str) -> None:
        try:
            self.directory.remove(path)
        except PublishError as problem:
            self._said.append(str(problem))

    def _ask(self, opened: OpenSource, wanted: Sequence[Wanted], shown: dict[str, Entry], until: float) -> None:
        asked = failed = 0
        for one in wanted:
            left = until - time.monotonic()
            if self.stop() or asked >= _MOST_ASKED or failed >= _MOST_FAILED or left <= 0:
                return
            photo = _photo(one, shown)
            try:
                self._publish(one, apart.small(opened.picture(_address(photo, one.tries), left)))
            except RefusedAddressError as problem:
                # Of whole sites' photos, maybe; it costs no request.
                self._refused[one.url] = str(problem)
                continue
            except TemporaryError as problem:
                failed = _MOST_FAILED if problem.after else failed + 1
                self._give_up(one, _TRIES_FOR_NOW, str(problem))
            except (FetchError, PictureError) as problem:
                self._give_up(one, _TRIES, str(problem))
            except PublishError as problem:
                self._said.append(str(problem))
                return
            except StoppedError:
                return
            except StoreError:
                raise
            except Exception as problem:  # noqa: BLE001 - a fault in one photo may not stop the releases
                self._give_up(one, 1, fault(problem))
            asked += 1

    def _publish(self, one: Wanted, small: Small) -> None:
        digest = hashlib.sha256(small.body).hexdigest()[:32]
        path = f"images/{digest[:2]}/{digest}{_SUFFIX}"
        self.directory.write(Document(path=path, media_type=_MEDIA_TYPE, body=small.body))
        with self.store.transaction() as connection:
            thumbnails.settle(connection, one.url, Thumbnail(path, small.width, small.height))
            pages.mark_with(connection, one.entries, self.run)

    def _give_up(self, one: Wanted, tries: int, said: str) -> None:
        """Take note of a failure; after so many, say it."""
        is_last = one.tries + 1 >= tries
        if is_last:
            self._said.append(said if one.url in said else f"{one.url}: {said}")
        with self.store.transaction() as connection:
            thumbnails.fail(connection, one.url, one.tries + 1, for_ever=is_last)

    def _warnings(self) -> tuple[str, ...]:
        said = [f"photo: {one}; given up, it is shown as a link" for one in self._said[:_MOST_SAID]]
        if more := len(self._said) - _MOST_SAID:
            said += [f"photo: {more} more that cannot be had"] if more > 0 else []
        if self._refused:
            count = len(self._refused)
            said.append(f"{count} photo{'s' if count > 1 else ''} not asked for: {next(iter(self._refused.values()))}")
        return tuple(said)


def _in_turn(wanted: Sequence[Wanted], places: dict[str, Place], fresh: frozenset[str]) -> list[Wanted]:
    """Those of entries that just changed first, then what was not tried yet, each the newest first."""

    def published(one: Wanted) -> str:
        place = places.get(one.entries[0])
        return place.published if place else ""

    newest_first = sorted(wanted, key=published, reverse=True)
    return sorted(newest_first, key=lambda one: (not fresh.intersection(one.entries), one.tries))


def _photo(one: Wanted, shown: dict[str, Entry]) -> Photo:
    entry = shown.get(one.entries[0])
    found = (photo for photo in entry.photos if photo.url == one.url) if entry else iter(())
    return next(found, Photo(url=one.url))


def _address(photo: Photo, tries: int) -> str:
    """What to ask for: the small version that the source has itself, and in turn with it the photo."""
    choice = [url for url in (photo.thumbnail, photo.url) if _is_web(url)]
    return choice[tries % len(choice)]


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))

"""Search: its page, and the indexes that it reads, one for each part of a month's stories.

Parts are small, as pagefind takes close to a megabyte of memory for each story, and as one new story has its part
indexed again. That is done at most once an hour; what was indexed last is kept as a note.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection

from feedpub import __version__, catalogue
from feedpub.config import Settings
from feedpub.entries import paragraphs, withdrawal
from feedpub.entries.addresses import page_path
from feedpub.languages import LANGUAGES
from feedpub.model import Entry, Tags
from feedpub.publish.directory import Directory
from feedpub.publishing import Attempts, Outcome
from feedpub.store import notes, searchable, tags
from feedpub.store import stories as stored
from feedpub.store.database import Store, utc
from feedpub.subjects import Subjects

if TYPE_CHECKING:
    from feedpub.site.search import Record, Told

PART = 300
"""Stories in an index at most."""
_RARELY = timedelta(hours=1)
_LONGEST = 600.0
"""Seconds after which a run leaves the rest to the next one."""
_RENDERING = "1"
"""Raised when a change of the program changes what an index has or how it is read, so that all are made again."""
_NOTE = "search"
_CONTENTS, _FOLDS = "search/contents.json", "search/folds.json"


class _Indexed(msgspec.Struct, frozen=True):
    """An index that there is: its month, a digest of what is in it, how many stories, files that it does not name.

    `whole` is a digest of its files, "" where it was made before that was kept.
    """

    month: str
    digest: str
    stories: int
    left: tuple[str, ...] = ()
    whole: str = ""


class _State(msgspec.Struct, frozen=True, kw_only=True):
    """What was done last: when, for which state of the store, what the pages were made of, the indexes by their names.

    `change` is "" where something failed, `at` where something was left to the next run. `readers` is a digest of the
    programs that read indexes.
    """

    at: str = ""
    change: str = ""
    pages: str = ""
    parts: dict[str, _Indexed] = {}
    readers: str = ""


def publish(
    store: Store,
    settings: Settings,
    subjects: Subjects,
    directory: Directory,
    now: datetime,
    stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Publish the search page, and the indexes of stories that changed; what fails is tried again in an hour.

    Args:
        store: the store.
        settings: the config; where it wants no search, what there was is taken away.
        subjects: the taxonomy.
        directory: the output directory.
        now: the run's time.
        stop: is asked now and then whether to leave the rest to the next run.
    """
    with store.transaction() as connection:
        text = notes.get(connection, _NOTE)
        change = searchable.last_change(connection) if settings.search else ""
    known = msgspec.json.decode(text, type=_State) if text else _State()
    attempts = Attempts(directory)
    state = known
    if settings.search:
        state = _Searching(store, settings, subjects, attempts).publish(known, now, change, stop)
    elif known != _State():
        state = _take_away(settings, attempts, known)
    if state != known:
        with store.transaction() as connection:
            notes.put(connection, _NOTE, msgspec.json.encode(state).decode())
    return attempts.outcome


def again(connection: Connection, directory: Directory) -> list[str]:
    """Have the page written again by the next publishing, and indexes made again that are not as they were made.

    Two makings of one index differ in their bytes, so that it is not made to compare.

    Returns:
        The names of these.
    """
    from feedpub import searchindex  # noqa: PLC0415 - only the doctor looks

    text = notes.get(connection, _NOTE)
    try:
        known = msgspec.json.decode(text, type=_State) if text else _State()
    except msgspec.MsgspecError:
        known = _State()
    bad = [
        name
        for name, one in known.parts.items()
        if one.stories and one.whole != searchindex.digest(directory, name, one.left)
    ]
    if known.parts and known.readers != searchindex.digest_of_readers(directory):
        bad = list(known.parts)
    parts = {name: msgspec.structs.replace(one, digest="") if name in bad else one for name, one in known.parts.items()}
    notes.put(connection, _NOTE, msgspec.json.encode(_State(parts=parts)).decode())
    return [name for name in bad if known.parts[name].whole]


class _Searching:
    """Publishes in one run. What indexes and renders is imported late: most runs need none of it."""

    def __init__(self, store: Store, settings: Settings, subjects: Subjects, attempts: Attempts) -> None:
        self.store, self.settings, self.subjects = store, settings, subjects
        self.attempts, self.directory = attempts, attempts.directory
        self.stems = next((_primary(tag) for tag in settings.collected if LANGUAGES[tag].spaced), "")
        self.basis = _digest(__version__, _RENDERING, settings.languages, settings.collected)

    def publish(self, state: _State, now: datetime, change: str, stop: Callable[[], bool]) -> _State:
        """Publish what has to be; gives what is known now."""
        pages, paths = self._look(), _pages(self.settings)
        if state.pages != pages or any(self.directory.size(path) is None for path in paths):
            done = self.attempts.attempt(paths[0], self._render)
            state = msgspec.structs.replace(state, pages=pages if done else "")
        change = f"{change} {self.basis}"
        if self.directory.size(_CONTENTS) is not None:
            # Of a time that has not come, the clock was wrong.
            late = not state.at or not timedelta() <= now - datetime.fromisoformat(state.at) < _RARELY
            if state.change == change or not late:
                return state
        return self._indexes(state, now, change, stop)

    def _look(self) -> str:
        """A digest of what the pages are made of."""
        settings = self.settings
        credits_ = [(source.id, source.credits) for source in settings.sources]
        site = settings.base_url, settings.title, settings.languages, settings.compress, credits_
        return _digest(__version__, _RENDERING, site, self.subjects.labels)

    def _render(self) -> None:
        from feedpub import sitewide  # noqa: PLC0415 - see above
        from feedpub.site import search  # noqa: PLC0415 - see above
        from feedpub.site.listing import Label  # noqa: PLC0415 - see above

        topics = {
            tag: [Label(text=catalogue.name(topic.label, tag), path=topic.id) for topic in self.subjects.taxonomy.topic]
            for tag in self.settings.languages
        }
        for document in search.pages(sitewide.site(self.settings), topics):
            self.attempts.write(document)

    def _indexes(self, state: _State, now: datetime, change: str, stop: Callable[[], bool]) -> _State:
        """Index what has to be, the newest first; where that fails, what there was stays."""
        from feedpub import searchindex  # noqa: PLC0415 - see above

        started = time.monotonic()
        # Other versions make other indexes; which they are takes longer to find out than all else in a quiet run.
        basis = _digest(self.basis, version("pagefind"), version("opencc"))
        with self.store.reading() as connection:
            parts = searchable.parts(connection, PART)
        # What has no story any more goes.
        known = {name: state.parts[name] for name in parts if name in state.parts}
        whole, left = True, False
        for name, part in parts.items():
            digest, path = _digest(basis, part.digest), searchindex.entry(name)
            there = name in known and (self.directory.size(path) is not None or not known[name].stories)
            if there and known[name].digest == digest:
                if state.at and known[name].left:
                    self.attempts.attempt(path, partial(self._tidy, known, name))
                continue
            left = left or stop() or time.monotonic() - started > _LONGEST
            if not left:
                whole &= self.attempts.attempt(path, partial(self._index, known, name, part, digest))
        known = {name: known[name] for name in parts if name in known}
        whole &= self.attempts.attempt(_CONTENTS, partial(self._list, known))
        for name in state.parts.keys() - known.keys():
            self.attempts.attempt(searchindex.entry(name), partial(searchindex.remove, self.directory, name))
        return msgspec.structs.replace(
            state,
            at="" if left else utc(now),
            change=change if whole and not left else "",
            parts=known,
            readers=searchindex.digest_of_readers(self.directory),
        )

    def _index(self, known: dict[str, _Indexed], name: str, part: searchable.Part, digest: str) -> None:
        from feedpub import searchindex  # noqa: PLC0415 - see above

        left = known[name].left if name in known else ()
        records = list(self._records(part.stories))
        if records:
            left = searchindex.write(self.directory, name, records, self.stems, left)
            self.attempts.written.append(searchindex.entry(name))
        whole = searchindex.digest(self.directory, name, left) if records else ""
        known[name] = _Indexed(part.month, digest, len(records), left, whole)

    def _tidy(self, known: dict[str, _Indexed], name: str) -> None:
        """Take away what an index that was made an hour ago or more does not name."""
        from feedpub import searchindex  # noqa: PLC0415 - see above

        searchindex.tidy(self.directory, name, known[name].left)
        known[name] = msgspec.structs.replace(known[name], left=())

    def _records(self, identifiers: Sequence[str]) -> Iterator[Record]:
        """What an index has of stories."""
        from feedpub.showing import story_of  # noqa: PLC0415 - see above
        from feedpub.site import search  # noqa: PLC0415 - see above

        with self.store.reading() as connection:
            members, tagged = stored.members(connection, identifiers), tags.tagged(connection, identifiers)
        for identifier, entries in members.items():
            story = story_of(identifier, entries, tagged.get(identifier, Tags()), self.settings)
            if story.entries:
                yield search.record(
                    search.Searchable(
                        path=page_path(story),
                        when=story.published,
                        versions={tag: _told(withdrawal.shown(entry)) for tag, entry in story.entries.items()},
                        indexed=self.settings.collected,
                        topics=story.tags.topics,
                    )
                )

    def _list(self, known: dict[str, _Indexed]) -> None:
        """Say which indexes there are."""
        from feedpub.site import search  # noqa: PLC0415 - see above

        some = {name: one for name, one in known.items() if one.stories}
        parts = [search.Part(name=name, month=one.month, stories=one.stories) for name, one in some.items()]
        self.attempts.write(search.folds())
        self.attempts.write(search.contents(parts, self.stems, version("pagefind")))


def _take_away(settings: Settings, attempts: Attempts, known: _State) -> _State:
    """Remove what there is of a search that is not wanted any more; gives what is left of it."""
    from feedpub import searchindex  # noqa: PLC0415 - see above

    directory, left = attempts.directory, dict(known.parts)
    for path in (_CONTENTS, _FOLDS, *_pages(settings), *searchindex.readers(directory)):
        attempts.attempt(path, partial(directory.remove, path))
    for name in known.parts:
        if attempts.attempt(searchindex.entry(name), partial(searchindex.remove, directory, name)):
            del left[name]
    return _State(parts=left)


def _told(entry: Entry) -> Told:
    """What is found and shown of an entry: its title; its text, and what is said of photos and attachments."""
    from feedpub.site.search import Told  # noqa: PLC0415 - see above

    links = (*entry.attachments, *entry.videos, *entry.related)
    parts = (
        *paragraphs.paragraphs(entry.content),
        *(photo.caption for photo in entry.photos),
        *(one.title for one in links),
    )
    between = "\n" if LANGUAGES[entry.language].spaced else "\u3000"
    return Told(title=entry.title, text=between.join(dict.fromkeys(part for part in parts if part)))


def _pages(settings: Settings) -> list[str]:
    return [f"{tag}/search/index.html" for tag in settings.languages]


def _primary(tag: str) -> str:
    """The language of a BCP 47 tag."""
    return tag.partition("-")[0]


def _digest(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()

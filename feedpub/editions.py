"""From the store to published editions: which have to be rendered again, and what each holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from feedpub import __version__
from feedpub.config import Settings
from feedpub.entries.derive import derive
from feedpub.entries.identity import story_id
from feedpub.errors import FeedpubError, StoreError, fault
from feedpub.model import Credit, Document, Edition, Entry, Feed, Story, Version
from feedpub.publish.directory import Directory
from feedpub.report import Problem
from feedpub.store import entries, published
from feedpub.store import stories as stored_stories
from feedpub.store.database import Store

BILINGUAL = "bilingual"
"""In the place of a language, in addresses too: the edition with all languages of a story in one entry."""
_RENDERING = "2"
"""Raised when a change of the program changes what it writes, so that everything is rendered again."""


class Outcome(msgspec.Struct, frozen=True):
    """What publishing came to: the paths written, how many documents were left as they were, and what failed."""

    written: tuple[str, ...]
    unchanged: int
    failed: tuple[Problem, ...]


def publish_editions(store: Store, settings: Settings, directory: Directory) -> Outcome:
    """Render the editions whose entries, settings or files changed since they were published, and publish them."""
    written: list[str] = []
    failed: list[Problem] = []
    unchanged = 0
    with store.transaction() as connection:
        before = published.all_documents(connection, "feeds/")
        for feed, language in _editions(settings):
            path = f"feeds/{feed.id}/{language}"
            basis = _basis(connection, settings, feed, language)
            current = [name for name, known in before.items() if name.rpartition(".")[0] == path]
            if current and all(_stands(before[name], basis, directory.size(name)) for name in current):
                unchanged += len(current)
                continue
            try:
                fresh = _render(connection, settings, feed, language)
                changed = [document.path for document in fresh if directory.write(document)]
                written += changed
                unchanged += len(fresh) - len(changed)
                # Only now: where one of its documents failed, the edition is rendered again next run.
                for document in fresh:
                    _record(connection, document, basis)
            except StoreError:
                raise
            except FeedpubError as problem:
                failed.append(Problem(path, str(problem)))
            except Exception as problem:  # noqa: BLE001 - one edition may not stop the others
                failed.append(Problem(path, fault(problem)))
    return Outcome(tuple(written), unchanged, tuple(failed))


def _editions(settings: Settings) -> Iterator[tuple[Feed, str]]:
    """All editions: the feeds in each language, and bilingual where there is more than one that is not derived."""
    for feed in settings.feeds:
        for language in settings.languages:
            yield feed, language
        if len(settings.collected) > 1:
            yield feed, BILINGUAL


def _basis(connection: Connection, settings: Settings, feed: Feed, language: str) -> str:
    """A digest of all that an edition is made of: the program's rendering, the settings, the last change."""
    parts = (
        _RENDERING,
        __version__,
        settings.base_url,
        settings.title,
        settings.languages,
        sorted(settings.derive.items()),
        feed,
        [(source.id, source.credits) for source in settings.sources],
        entries.last_change(connection, _origins(settings, language)),
    )
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def _stands(known: published.Published, basis: str, size: int | None) -> bool:
    return known.basis == basis and known.size == size


def _origins(settings: Settings, language: str) -> tuple[str, ...]:
    """The languages whose entries an edition is made of."""
    if language == BILINGUAL:
        return settings.collected
    origin = settings.derive.get(language)
    return (language, origin) if origin else (language,)


def _render(connection: Connection, settings: Settings, feed: Feed, language: str) -> list[Document]:
    from feedpub import feeds  # noqa: PLC0415 - a run with nothing new renders nothing

    edition = build(connection, settings, feed, language)
    return feeds.documents(edition, f"feeds/{feed.id}/{language}")


def build(connection: Connection, settings: Settings, feed: Feed, language: str) -> Edition:
    """An edition as the store has it now; `language` may be BILINGUAL."""
    from feedpub.feeds.bilingual import compose  # noqa: PLC0415 - as above

    stories = _stories(connection, settings, feed, language)
    first = settings.collected[0] if language == BILINGUAL else language
    if language == BILINGUAL:
        feed = msgspec.structs.replace(feed, title={first: _both(feed.title, settings)}, counterpart_line=False)
        found = [(compose(story), next(iter(story.entries.values())), story) for story in stories]
    else:
        found = [(story.entries[language], story.entries[language], story) for story in stories]
    refused = stored_stories.refused_of(connection, (own.id for _, own, _ in found))
    return Edition(
        feed=feed,
        language=first,
        address=f"{settings.base_url}feeds/{feed.id}/{language}",
        home=settings.base_url,
        site_title=_both(settings.title, settings) if language == BILINGUAL else settings.title[language],
        credits={
            source.id: _credit(source.credits, settings, language)
            for source in settings.sources
            if not feed.sources or source.id in feed.sources or language == BILINGUAL
        },
        entries=tuple(entry for entry, _, _ in found),
        versions={entry.id: _versions(own, story, settings, refused) for entry, own, story in found},
    )


def _stories(connection: Connection, settings: Settings, feed: Feed, language: str) -> list[Story]:
    """The newest stories of an edition, each with its entries in the site's languages, derived ones included."""
    if feed.topics:
        return []  # Topics are not tagged yet, so a feed of topics holds nothing.
    origins = _origins(settings, language)
    rows = [row for tag in origins for row in entries.newest(connection, tag, feed.sources, feed.limit)]
    identifiers = dict.fromkeys(story for story, _ in rows)
    members = stored_stories.members(connection, identifiers)
    stories = [_story(identifier, members[identifier], settings) for identifier in identifiers]
    if language == BILINGUAL:
        stories = [msgspec.structs.replace(one, entries=_only(one.entries, settings.collected)) for one in stories]
        ordered = sorted(((one.published, one.id, one) for one in stories if one.entries), key=_newest, reverse=True)
    else:
        own = [(one.entries[language], one) for one in stories if language in one.entries]
        own = [(entry, one) for entry, one in own if not feed.sources or entry.source in feed.sources]
        ordered = sorted(((entry.published, entry.id, one) for entry, one in own), key=_newest, reverse=True)
    return [story for _, _, story in ordered[: feed.limit]]


def _newest(row: tuple[datetime, str, Story]) -> tuple[datetime, str]:
    return row[0], row[1]


def _story(identifier: str, members: list[Entry], settings: Settings) -> Story:
    by_language = {entry.language: entry for entry in members}
    founder = next((entry for entry in members if story_id(entry.id) == identifier), min(members, key=_issued))
    found: dict[str, Entry] = {}
    for language in settings.languages:
        origin = by_language.get(settings.derive.get(language, ""))
        if language in by_language:
            found[language] = by_language[language]
        elif origin:
            found[language] = derive(origin, language)
    return Story(id=identifier, founder=founder, entries=found)


def _versions(
    own: Entry,
    story: Story,
    settings: Settings,
    refused: set[tuple[str, str]],
) -> tuple[Version, ...]:
    """The other languages of an entry: those of its story, and those that its source names and feedpub has not got."""
    found = []
    for language in settings.languages:
        other = story.entries.get(language)
        claimed = own.counterparts.get(language) if (own.id, language) not in refused else None
        if language == own.language:
            continue
        origin = story.entries.get(settings.derive.get(language, ""))
        # What was converted here and has no page of its own stands at its origin's, which is in another language.
        if other and other.url and not (origin and origin.url == other.url):
            found.append(Version(language=language, url=other.url, title=other.title))
        elif not other and claimed:
            found.append(Version(language=language, url=claimed))
    return tuple(found)


def _both(texts: dict[str, str], settings: Settings) -> str:
    return " | ".join(dict.fromkeys(texts[tag] for tag in settings.collected))


def _credit(credits_: dict[str, Credit], settings: Settings, language: str) -> Credit:
    if language != BILINGUAL:
        return credits_[language]
    each = [credits_[tag] for tag in settings.collected]
    return Credit(
        name=" | ".join(dict.fromkeys(credit.name for credit in each if credit.name)),
        rights=" | ".join(dict.fromkeys(credit.rights for credit in each if credit.rights)),
    )


def _only(found: dict[str, Entry], languages: tuple[str, ...]) -> dict[str, Entry]:
    return {tag: entry for tag, entry in found.items() if tag in languages}


def _issued(entry: Entry) -> tuple[datetime, str]:
    return entry.published, entry.id


def _record(connection: Connection, document: Document, basis: str) -> None:
    digest = hashlib.sha256(document.body).hexdigest()
    published.record(
        connection,
        document.path,
        document.media_type,
        published.Published(digest, len(document.body), basis),
    )

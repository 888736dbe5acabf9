"""From the store's stories to what their pages show, in the words of each language of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from urllib.parse import unquote, urlsplit

import msgspec
from sqlalchemy import Connection

from feedpub.characters import xml_safe
from feedpub.config import LOCAL, REMOTE, Settings
from feedpub.entries import differences as differing
from feedpub.entries import withdrawal
from feedpub.entries.addresses import page_path
from feedpub.entries.derive import derive
from feedpub.entries.differences import differences
from feedpub.entries.identity import origin_id
from feedpub.feeds.corrections import line
from feedpub.feedtables import BODIES, TOPICS
from feedpub.languages import LANGUAGES
from feedpub.model import Credit, Document, Entry, Link, Story, Tags
from feedpub.model import page_path as feed_page
from feedpub.showing import Filing, story_of
from feedpub.site import contents, frame, history, storypage
from feedpub.site.contents import Picture
from feedpub.site.frame import Announced, Site, web
from feedpub.site.history import Change, Line, Part
from feedpub.site.listing import Label
from feedpub.site.storypage import Beside, Caption, Moved, Official, Other, Photo, StoryPage, Topic, Version
from feedpub.store import entries as stored_entries
from feedpub.store import stories as stored
from feedpub.store import tags, thumbnails
from feedpub.store.pages import Page
from feedpub.subjects import Subjects

_MOST_CHANGES = 20
"""Corrections of a language whose differences are shown, the last ones; of older ones it is said what they came to."""
_LONGEST_CHANGED = 200_000
"""Characters of a text up to which it is looked for what differs."""
_LONGEST_SHOWN = 20_000
"""Characters of differences up to which they are shown: of a text that is another now, they say nothing."""


InLanguage = Callable[[str], Document]
_NOTHING: tuple[Line, tuple[Line, ...]] = ((), ())


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A story as the store has it, with all that its pages need beside it.

    `refused` are the claims of its entries that are not believed: the entry and the language that it names. `revisions`
    are by the id of a corrected entry what it was before, the oldest first, and what it is now. `pictures` are ours of
    photos, by the photos' addresses; their `src` is their path below the output directory.
    """

    story: Story
    refused: frozenset[tuple[str, str]] = frozenset()
    revisions: dict[str, list[Entry]] = {}
    pictures: dict[str, Picture] = {}


class Lead(msgspec.Struct, frozen=True):
    """Where a story went that is no more: the entry that it was made of first, and the path of the page that has it."""

    entry: Entry
    target: str


def read(connection: Connection, settings: Settings, pages: Iterable[Page]) -> dict[str, Told | Lead]:
    """What the pages of stories are made of, by the stories; none of one that no language of the site has."""
    identifiers = [page.story for page in pages]
    members = stored.members(connection, identifiers)
    tagged = tags.tagged(connection, members)
    everyone = [entry for found in members.values() for entry in found]
    refused = stored.refused_of(connection, (entry.id for entry in everyone if entry.counterparts))
    ours = _ours(connection, everyone) if settings.images == LOCAL else {}
    found: dict[str, Told | Lead] = {}
    for identifier, entries in members.items():
        story = story_of(identifier, entries, tagged.get(identifier, Tags()), settings)
        if not story.entries:
            continue
        found[identifier] = Told(
            story=story,
            refused=frozenset(one for one in refused if one[0] in {entry.id for entry in entries}),
            revisions={
                entry.id: [*stored_entries.revisions_of(connection, entry.id), entry]
                for entry in entries
                if entry.corrections and not entry.withdrawn
            },
            pictures={url: ours[url] for url in thumbnails.photos(entries) if url in ours},
        )
    return found | _leads(connection, settings, [one for one in identifiers if one not in members])


def _ours(connection: Connection, entries: list[Entry]) -> dict[str, Picture]:
    known = thumbnails.known(connection, thumbnails.photos(entries))
    return {url: Picture(one.path, one.width, one.height) for url, one in known.items()}


def _leads(connection: Connection, settings: Settings, gone: list[str]) -> dict[str, Told | Lead]:
    """Where stories went whose founders are in others now."""
    founders = stored.load(connection, [origin_id(one) for one in gone])
    places = stored.places(connection, founders)
    targets = stored.members(connection, {place.story for place in places.values()})
    return {
        one: Lead(founders[founder], page_path(story_of(story, targets[story], Tags(), settings)))
        for one in gone
        if (founder := origin_id(one)) in founders and (story := places[founder].story) in targets
    }


class StoryViews:
    """Makes what pages show of stories.

    Args:
        settings: the config.
        subjects: the taxonomy and the gazetteer.
        site: what all pages have in common.
    """

    def __init__(self, settings: Settings, subjects: Subjects, site: Site) -> None:
        self.settings, self.subjects, self.site = settings, subjects, site
        self.filings = {tag: Filing(settings, subjects, (tag,)) for tag in settings.languages}
        self.sources = {source.id: source for source in settings.sources}
        main = settings.feeds[0]
        self.announced = {
            tag: Announced(title=main.title[tag], language=tag, path=f"feeds/{main.id}/{tag}")
            for tag in settings.languages
        }
        self.more = {
            tag: Label(text=frame.texts(tag).site.more_of.format(feed=main.title[tag]), path=feed_page(main.id, tag))
            for tag in settings.languages
        }

    def pages(self, path: str, one: Told | Lead) -> InLanguage:
        """What makes the page of a story, or the one that leads to where it went, in a language of the site.

        Args:
            path: of the page, below a language's folder.
            one: the story.
        """
        if isinstance(one, Lead):
            return partial(self._moved, path, one)
        telling = _Telling(self, path, one)
        return lambda tag: storypage.page(telling.page(tag))

    def _moved(self, path: str, lead: Lead, tag: str) -> Document:
        entry = withdrawal.shown(lead.entry)
        return storypage.moved(
            Moved(
                site=self.site,
                language=tag,
                path=path,
                target=lead.target,
                title=entry.title,
                title_language=entry.language,
            )
        )


class _Telling:
    """Makes the pages of one story; what they have in common is made once."""

    def __init__(self, views: StoryViews, path: str, told: Told) -> None:
        self.views, self.path, self.told = views, path, told
        self.story, self.settings = told.story, views.settings
        self.entries = {tag: withdrawal.shown(entry) for tag, entry in self.story.entries.items()}
        self.pictures = self._pictures()
        self._versions: dict[str, Version] = {}

    def page(self, tag: str) -> StoryPage:
        """The page for the readers of a language."""
        views, filing = self.views, self.views.filings[tag]
        shown = self._shown(tag)
        entries = [self.entries[one] for one in shown]
        body = self.story.tags.body
        issuer = filing.issuer(self.story)
        gone = [entry.withdrawn for entry in self.entries.values()]
        return StoryPage(
            site=views.site,
            language=tag,
            path=self.path,
            versions=tuple(self._version(one) for one in shown),
            translations=tuple(Other(one, entry.title) for one, entry in self.entries.items()),
            official=tuple(self._official(tag)),
            only=self._only(),
            issuer=Label(text=issuer, path=feed_page(f"{BODIES}/{body}", tag) if issuer else ""),
            topics=tuple(
                Topic(text=one.label, path=feed_page(f"{TOPICS}/{one.term}", tag), iri=one.scheme + one.term)
                for one in filing.categories(self.story)
                if one.topic
            ),
            photos=self._photos(entries),
            attachments=_beside((entry.language, entry.attachments) for entry in entries),
            videos=_beside((entry.language, entry.videos) for entry in entries),
            related=_beside((entry.language, entry.related) for entry in entries),
            changes=self._changes(tag, shown),
            credits=self._credits(tag),
            announced=views.announced[tag],
            more=views.more[tag],
            buried=all(one and one.buried for one in gone),
        )

    def _shown(self, tag: str) -> list[str]:
        """The languages whose texts a page shows: its own, then the others that are collected.

        A text stands in one script only: what the page's own is converted from is left out.
        """
        own = [tag] if tag in self.entries else []
        origin = self.settings.derive.get(tag) if own else None
        others = [one for one in self.settings.collected if one in self.entries and one not in (tag, origin)]
        return own + others or list(self.entries)[:1]

    def _version(self, tag: str) -> Version:
        if tag not in self._versions:
            self._versions[tag] = self._made(tag)
        return self._versions[tag]

    def _made(self, tag: str) -> Version:
        entry, row = self.entries[tag], LANGUAGES[tag]
        # What was converted says so below its text, which has as many blocks as its origin's then.
        note = row.converted if row.converted and origin_id(entry.id) != entry.id else ""
        content = entry.content.removesuffix(f"<p>{note}</p>") if note else entry.content
        return Version(
            language=tag,
            title=entry.title,
            text=contents.text(content, row.interface().story, self._picture),
            published=entry.published,
            updated=entry.updated,
            summary=entry.summary,
            url=entry.url or "",
            note=note,
            withdrawn=entry.withdrawn is not None,
        )

    def _official(self, tag: str) -> Iterable[Official]:
        """The releases in all languages, the page's own first; also those that the source names and feedpub has not."""
        seen: set[str] = set()
        for one in (tag, *(other for other in self.settings.languages if other != tag)):
            entry = self.story.entries.get(one)
            origin = self.story.entries.get(self.settings.derive.get(one, ""))
            url = self._claimed(one) if entry is None else "" if _is_gone(entry) else web(entry.url)
            if url and url not in seen:
                seen.add(url)
                # What was converted here and has no page of its own stands at its origin's.
                yield Official(origin.language if origin and origin.url == url else one, url)

    def _claimed(self, tag: str) -> str:
        """Where the source says that a language is that feedpub has not got; "" if it does not, or is not believed."""
        for entry in self.story.entries.values():
            url = web(entry.counterparts.get(tag))
            if url and (origin_id(entry.id), tag) not in self.told.refused:
                return url
        return ""

    def _only(self) -> tuple[str, ...]:
        """The languages that a story is in, where it was issued in those only."""
        collected = self.settings.collected
        has = tuple(tag for tag in collected if tag in self.entries)
        missing = [tag for tag in collected if tag not in self.entries]
        return has if missing and not any(self._claimed(tag) for tag in missing) else ()

    def _pictures(self) -> dict[str, Picture]:
        """What is shown of photos, by their addresses."""
        if self.settings.images == REMOTE:
            photos = (photo for entry in self.entries.values() for photo in entry.photos)
            return {photo.url: Picture(web(photo.thumbnail) or photo.url) for photo in photos}
        here = f"{self.settings.languages[0]}/{self.path}"
        return {
            url: msgspec.structs.replace(picture, src=frame.relative(here, picture.src))
            for url, picture in self.told.pictures.items()
        }

    def _picture(self, url: str) -> Picture | None:
        found = self.pictures.get(url)
        return found or (Picture(url) if self.settings.images == REMOTE else None)

    def _photos(self, entries: list[Entry]) -> tuple[Photo, ...]:
        """The photos of the language that has the most, with the captions of all that have as many."""
        most = max(entries, key=lambda entry: len(entry.photos))
        alike = [entry for entry in entries if len(entry.photos) == len(most.photos)]
        found = []
        for same in zip(*(entry.photos for entry in alike), strict=True):
            url = web(same[0].url)
            if not url:
                continue
            captions = {one.caption: entry.language for one, entry in reversed([*zip(same, alike, strict=True)])}
            ours = self.told.pictures.get(url)
            found.append(
                Photo(
                    url=url,
                    captions=tuple(Caption(captions[text], text) for text in reversed(captions) if text),
                    credits=tuple(dict.fromkeys(photo.credit for photo in same if photo.credit)),
                    picture=self._picture(url),
                    ours=ours.src if ours else "",
                )
            )
        return tuple(found)

    def _credits(self, tag: str) -> tuple[Credit, ...]:
        found = (self.views.sources.get(entry.source) for entry in self.story.entries.values())
        credited = (source.credits[tag] for source in found if source)
        return tuple(dict.fromkeys(one for one in credited if one.name or one.rights))

    def _changes(self, tag: str, shown: list[str]) -> tuple[Change, ...]:
        """The corrections of the languages that are shown, in the words of a page's language, the newest first."""
        found = [change for one in shown for change in self._changes_of(one, tag)]
        return tuple(sorted(found, key=lambda change: change.when, reverse=True))

    def _changes_of(self, tag: str, page: str) -> Iterable[Change]:
        entry = self.story.entries[tag]
        if entry.withdrawn:
            return
        diffs = self._diffs(tag)
        words = LANGUAGES[page].words
        # What it said before it was withdrawn is not told.
        first = max((number for number, one in enumerate(entry.corrections) if one.restored), default=-1)
        for number, correction in enumerate(entry.corrections):
            one = correction if number > first else msgspec.structs.replace(correction, title="")
            told = line(one, words)
            title, lines = diffs.get(number, _NOTHING) if number > first else _NOTHING
            yield Change(language=tag, when=one.at, told=told, title=title, lines=lines)

    def _diffs(self, tag: str) -> dict[int, tuple[Line, tuple[Line, ...]]]:
        """What the last corrections of a language changed in its title and its text, by their numbers."""
        entry = self.story.entries[tag]
        states = self.told.revisions.get(origin_id(entry.id), [])
        found: dict[int, tuple[Line, tuple[Line, ...]]] = {}
        for old, new in list(pairwise(states))[-_MOST_CHANGES:]:
            corrected = len(new.corrections) > len(old.corrections)
            if corrected and not old.withdrawn and not new.withdrawn:
                found[len(new.corrections) - 1] = _difference(old, new, tag)
        return found


def _is_gone(entry: Entry) -> bool:
    """Whether a release was taken off its place; one that was withdrawn with a notice has that there."""
    return entry.withdrawn is not None and not entry.withdrawn.notice


def _difference(old: Entry, new: Entry, tag: str) -> tuple[Line, tuple[Line, ...]]:
    if max(len(old.content), len(new.content)) > _LONGEST_CHANGED:
        return (), ()
    if tag != new.language:
        old, new = derive(old, tag), derive(new, tag)
    found = differences(old, new)
    title = history.changed(_line(found.title))
    lines = history.brief(_line(one) for one in found.paragraphs)
    shown = sum(len(part.text) for one in lines for part in one)
    return title, lines if shown <= _LONGEST_SHOWN else ()


def _line(parts: Iterable[differing.Part]) -> Line:
    return tuple(Part(one.kind, one.text) for one in parts)


def _beside(found: Iterable[tuple[str, tuple[Link, ...]]]) -> tuple[Beside, ...]:
    """What releases point to, once an address, each with its title or with the last part of its address."""
    links: dict[str, Beside] = {}
    for language, some in found:
        for one in some:
            url = web(one.url)
            if url:
                name = xml_safe(unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]))
                links.setdefault(url, Beside(url=url, title=one.title or name or url, language=language))
    return tuple(links.values())

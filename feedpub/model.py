"""The nouns of feedpub, frozen. Every room speaks in these; this module imports nothing of ours.

A *release* is one press release in one language as the source gave it. An *entry* is a release normalised.
A *story* is the language versions of one release, with the topics that it is about and the body that issued it.
A *feed* is a named selection, an *edition* is a feed in one language, and a *document* is what gets published.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

BILINGUAL = "bilingual"
"""In the place of a language, in addresses too: the edition with all languages of a story in one entry."""


class Photo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A picture of a release: its full-size address and its caption."""

    url: str
    caption: str = ""


class Link(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An address that a release points to beside its text: an attachment, a video, a related release."""

    url: str
    title: str = ""


class Sighting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a source's list says of one release, before the release itself is read.

    `key` and `language` name it within its source. `address` is what the source reads it from: an URL or a path.
    `stamp` changes when the release has to be read again: its title in the list, or a file's time and size.
    `digest` is of what else the list says of it; empty if it says nothing else. It may come and go (a feed has it, a
    listing page has not), so a release is read again only where two that are known differ.
    `issued` is what the list says of the issue time, used where the release itself does not say.
    """

    source: str
    key: str
    language: str
    address: str
    stamp: str
    digest: str = ""
    issued: datetime | None = None


class Validators(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a server gave to ask it again with (RFC 9110, 13.1): the ETag and Last-Modified of an address."""

    etag: str = ""
    last_modified: str = ""


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """One press release in one language, as the source gave it.

    `key` is the source's own identifier, stable for ever. `authority` and `key` make the entry's id.
    `day` is the day of release by the source's own books; with `authority` and `key` it makes the entry's id.
    `body` is an HTML fragment (not yet safe), its relative addresses relative to `base`.
    `issued` is aware, in the source's zone; None if the release does not say.
    `counterparts` are the addresses of its other language versions, by language, as the release names them;
    `counterpart_keys` are their keys (or addresses), where it does not say which language they are in.
    """

    source: str
    authority: str
    key: str
    language: str
    day: date
    title: str
    body: str
    url: str | None = None
    base: str = ""
    issued: datetime | None = None
    photos: tuple[Photo, ...] = ()
    attachments: tuple[Link, ...] = ()
    videos: tuple[Link, ...] = ()
    related: tuple[Link, ...] = ()
    counterparts: dict[str, str] = {}
    counterpart_keys: tuple[str, ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A release normalised: clean title, safe HTML, aware dates, a permanent id; one language.

    `markers` are what the title's brackets say about the release, language-neutral: "photos", "video", "en-only" ...
    `issuer` is the body that the text says it was issued on behalf of, as written; empty if it says nothing.
    `content` is safe HTML with absolute http(s) addresses only; `summary` is plain text.
    `updated` moves only when the title or the text changes in more than white space.
    """

    id: str
    source: str
    key: str
    language: str
    title: str
    published: datetime
    updated: datetime
    url: str | None = None
    summary: str = ""
    content: str = ""
    markers: tuple[str, ...] = ()
    issuer: str = ""
    photos: tuple[Photo, ...] = ()
    attachments: tuple[Link, ...] = ()
    videos: tuple[Link, ...] = ()
    related: tuple[Link, ...] = ()
    counterparts: dict[str, str] = {}
    counterpart_keys: tuple[str, ...] = ()


class Tags(msgspec.Struct, frozen=True, kw_only=True):
    """What a story is about: ids of topics, the strongest first; the id of the issuing body, "" where there is none."""

    topics: tuple[str, ...] = ()
    body: str = ""


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """The entries that are language versions of one release, one a language.

    `founder` is the entry that was seen first: the story keeps its id from it, and its issue time.
    `entries` by language, in the site's order.
    """

    id: str
    founder: Entry
    entries: dict[str, Entry]
    tags: Tags = Tags()

    @property
    def published(self) -> datetime:
        """The issue time of the version that was seen first; it never moves."""
        return self.founder.published

    @property
    def updated(self) -> datetime:
        """When a version was corrected last. A version that arrives later does not make the story look new."""
        corrected = (entry.updated for entry in self.entries.values() if entry.updated > entry.published)
        return max((self.founder.updated, *corrected))


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """Another language version of an entry: where it is, and its title where it is known."""

    language: str
    url: str
    title: str = ""


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries belong to a feed: those that meet every condition. One that is empty is met by all.

    `sources`, `topics`, `bodies` and `text` are each met by any one of them; `text` is looked for in titles and texts
    of all languages of a story. Of `any`, one selection has to be met, of `none`, no one may be.
    """

    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    any: tuple[Selection, ...] = ()
    none: tuple[Selection, ...] = ()


EVERYTHING = Selection()


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A named selection of stories. `title` by language.

    `counterpart_line` says whether an entry's text ends in a line that leads to its other languages.
    """

    id: str
    title: dict[str, str]
    select: Selection = EVERYTHING
    limit: int = 100
    max_bytes: int = 500_000
    counterpart_line: bool = True


class Credit(msgspec.Struct, frozen=True, kw_only=True):
    """Who says it and under which rights, for one source in one language; empty strings where nothing is set."""

    name: str
    rights: str = ""


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry is filed under: a language-neutral term, the IRI of the scheme it is of, a label for people."""

    term: str
    scheme: str
    label: str


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """A feed in one language, ready to be rendered in any format.

    `address` is the absolute address of its documents without their ending, `home` a page for people,
    `credits` by source id, `entries` the newest first, `ttl` in minutes. By an entry's id: `versions` are its other
    languages, `categories` what it is filed under, `issuers` the name of the body that issued it.
    """

    feed: Feed
    language: str
    address: str
    home: str
    site_title: str
    credits: dict[str, Credit]
    entries: tuple[Entry, ...]
    versions: dict[str, tuple[Version, ...]] = {}
    categories: dict[str, tuple[Category, ...]] = {}
    issuers: dict[str, str] = {}
    ttl: int = 15

    @property
    def title(self) -> str:
        """The feed's title in the edition's language."""
        return self.feed.title[self.language]

    @property
    def description(self) -> str:
        """Who speaks in the feed, else its title."""
        names = dict.fromkeys(credit.name for credit in self.credits.values() if credit.name)
        return ", ".join(names) or self.title

    @property
    def rights(self) -> str:
        """The rights of all its sources."""
        return "; ".join(dict.fromkeys(credit.rights for credit in self.credits.values() if credit.rights))

    def author(self, entry: Entry) -> str:
        """Who says it: the issuing body, else whom the config credits for the source, else the site."""
        credit = self.credits.get(entry.source)
        return self.issuers.get(entry.id) or (credit.name if credit else "") or self.site_title


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A path below the output directory ("feeds/all/en.atom"), a media type and bytes, ready to be published."""

    path: str
    media_type: str
    body: bytes

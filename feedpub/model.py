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
YEARS = range(1900, 2200)
"""Years that anybody issues anything in, far from where zones leave the calendar. Who writes another, such as 0001 or
9999, means that there is no date."""
LONGEST_ADDRESS = 8_000
"""Characters of an address: the octets that RFC 9110, 4.1 has at least supported. One of more is none."""


class Photo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A picture of a release: its full-size address, its caption, its small version and who is credited for it."""

    url: str
    caption: str = ""
    thumbnail: str = ""
    credit: str = ""


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
    `issued` is what the list says of the issue time, used where the release itself does not say; `title` is its title.
    """

    source: str
    key: str
    language: str
    address: str
    stamp: str
    digest: str = ""
    issued: datetime | None = None
    title: str = ""


class Validators(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a server gave to ask it again with (RFC 9110, 13.1): the ETag and Last-Modified of an address."""

    etag: str = ""
    last_modified: str = ""


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """One press release in one language, as the source gave it.

    `key` is the source's own identifier, stable for ever, that no other release of it has. `day` is the day of release
    by the source's own books; with `authority` and `key` it makes the entry's id, with `minted` in the place of the key
    where that names it within its day.
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
    minted: str = ""
    url: str | None = None
    base: str = ""
    issued: datetime | None = None
    photos: tuple[Photo, ...] = ()
    attachments: tuple[Link, ...] = ()
    videos: tuple[Link, ...] = ()
    related: tuple[Link, ...] = ()
    counterparts: dict[str, str] = {}
    counterpart_keys: tuple[str, ...] = ()


class Correction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A significant change of an entry after it was published, and when feedpub saw it.

    `title` is the title before, "" where it stayed. `changed`, `added` and `removed` count paragraphs of the text.
    `restored` says that the release was withdrawn before, and came back.
    """

    at: datetime
    title: str = ""
    changed: int = 0
    added: int = 0
    removed: int = 0
    restored: bool = False


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That a release was withdrawn by its source: when feedpub saw it, and the notice in its place, "" if it just went.

    `buried` says that the notice was shown long enough: the entry leaves its feeds, and a tombstone stays (RFC 6721).
    """

    at: datetime
    notice: str = ""
    buried: bool = False


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A release normalised: clean title, safe HTML, aware dates, a permanent id; one language.

    `markers` are what the title's brackets say about the release, language-neutral: "photos", "video", "en-only" ...
    `issuer` is the body that the text says it was issued on behalf of, as written; empty if it says nothing.
    `content` is safe HTML with absolute http(s) addresses only; `summary` is plain text.
    `updated` moves only when the title or the text changes in more than white space, markers or photos; `corrections`
    are these changes, the oldest first. A withdrawn entry keeps its texts; what is shown of it is its `withdrawn`.
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
    corrections: tuple[Correction, ...] = ()
    withdrawn: Withdrawal | None = None

    @property
    def revision(self) -> int:
        """1, and one more for each correction, each withdrawal and each return."""
        return 1 + sum(1 + one.restored for one in self.corrections) + (self.withdrawn is not None)

    @property
    def month(self) -> str:
        """The month of its issue by the source's own clock, "2026-11": which archive document it is in."""
        return f"{self.published:%Y-%m}"


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
        changed = (one for one in self.entries.values() if one.revision > 1 or one.updated > one.published)
        corrected = (entry.updated for entry in changed)
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

    `counterpart_line` says whether an entry's text ends in a line that leads to its other languages, `correction_note`
    whether a corrected one says what was corrected. `archive` asks for archive documents by month.
    """

    id: str
    title: dict[str, str]
    select: Selection = EVERYTHING
    limit: int = 100
    max_bytes: int = 500_000
    counterpart_line: bool = True
    correction_note: bool = True
    archive: bool = False


class Credit(msgspec.Struct, frozen=True, kw_only=True):
    """Who says it and under which rights, for one source in one language; empty strings where nothing is set."""

    name: str
    rights: str = ""


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry is filed under: a language-neutral term, the IRI of the scheme it is of, a label for people.

    `topic` says that it is a topic of the site's own taxonomy.
    """

    term: str
    scheme: str
    label: str
    topic: bool = False


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What the server of an enclosure says of it: its size in bytes (0 if it does not say) and its media type ("")."""

    length: int = 0
    media_type: str = ""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as an edition shows it.

    `versions` are its other languages, `categories` what it is filed under, `author` who says it. `measures` are what
    is known of its enclosures, by their addresses. Of a bilingual item, `parts` are the versions that its text is made
    of. `key` tells it from other items of its edition; `page` is where its story's page is below a language's folder
    ("stories/2026/11/p2026112000101-1k3f9a2c.html"). `revision` of several versions is 1, and one more for each
    change of any; 0 is the entry's own.
    """

    entry: Entry
    author: str
    key: str = ""
    page: str = ""
    revision: int = 0
    parts: tuple[Entry, ...] = ()
    versions: tuple[Version, ...] = ()
    categories: tuple[Category, ...] = ()
    measures: dict[str, Measure] = {}


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry that was withdrawn leaves behind (RFC 6721): its id, when it was withdrawn, and a notice."""

    id: str
    when: datetime
    comment: str = ""


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """A feed in one language, ready to be rendered in any format.

    `site_url` is the absolute address that its documents are below, `credits` are by source id, `items` the
    newest first, `ttl` in minutes, `hubs` tell of changes (WebSub).
    `tag` is what the edition is called in addresses: its language, or BILINGUAL.

    Of an archive document (RFC 5005), `month` is the month that it holds ("2026-11"; "" for the subscription document).
    `previous` is the month of the archive document before this document, `following` that of the one after an archive
    document; "" if there is none.
    """

    feed: Feed
    tag: str
    language: str
    site_url: str
    site_title: str
    credits: dict[str, Credit]
    items: tuple[Item, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    hubs: tuple[str, ...] = ()
    month: str = ""
    previous: str = ""
    following: str = ""
    ttl: int = 15

    @property
    def address(self) -> str:
        """The absolute address of the subscription documents without their ending."""
        return f"{self.site_url}feeds/{self.feed.id}/{self.tag}"

    @property
    def home(self) -> str:
        """A page for people: the feed's own in its language; of a bilingual edition, in its first language."""
        return self.site_url + page_path(self.feed.id, self.language).removesuffix("index.html")

    def archive(self, month: str) -> str:
        """The absolute address of the archive document of a month, without its ending."""
        return self.site_url + archive_path(self.feed.id, self.tag, month)

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


def page_path(feed: str, language: str) -> str:
    """Where the page of a feed is, below the output directory: "en/feeds/topics/health/index.html"."""
    return f"{language}/feeds/{feed}/index.html"


def archive_path(feed: str, edition: str, month: str) -> str:
    """Where the archive document of a month is, below the output directory and without its ending."""
    return f"feeds/{feed}/archive/{edition}/{month}"


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A path below the output directory ("feeds/all/en.atom"), a media type and bytes, ready to be published."""

    path: str
    media_type: str
    body: bytes

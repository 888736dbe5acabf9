"""The keys that each kind of source has in the config, and what is wrong with their values."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec

from feedpub.config import Options, is_base_url
from feedpub.languages import known_tags

_HOST = re.compile(r"(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")
_MOST_CONNECTIONS = 32
Selectors = str | tuple[str, ...]
"""A rule for a page: a CSS selector, or an XPath where it begins with "/", "./" or "("; or several, to try in turn."""


class WebOptions(Options, frozen=True, kw_only=True):
    """Keys of every kind that asks a server.

    `hosts` are further hosts that the source may be led to, "www.example.hk", "*.example.hk" or "example.hk:8080".
    `connections` is how many requests to it may be under way at once; `robots` whether its robots.txt is heeded.
    """

    requests_per_second: float = 2.0
    allow_private_network: bool = False
    hosts: tuple[str, ...] = ()
    connections: int = 1
    robots: bool = True


class GiaOptions(WebOptions, frozen=True, kw_only=True):
    """Keys of kind "gia": the press release pages of info.gov.hk, or a server that has them at the same paths."""

    base_url: str = "https://www.info.gov.hk/gia/"


class FilesOptions(Options, frozen=True, kw_only=True):
    """Keys of kind "files": a folder of .txt, .md and .html releases in one language."""

    directory: str
    language: str


class PageRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table [source.page]: where the parts of a release are on its page. What is left out is found by itself.

    `body` holds the text, from which `remove` is cut out. `date` is read with `date_formats` (strptime), in the
    source's zone where it has none of its own. `images` are <img> elements, or links to pictures; `caption` is looked
    for within the image's nearest ancestor that has one. `languages` are, by language, the links to the page's other
    versions; where it is left out, the page's own `hreflang` links are followed.
    """

    title: Selectors = ()
    body: Selectors = ()
    remove: Selectors = ()
    date: Selectors = ()
    date_formats: tuple[str, ...] = ()
    images: Selectors = ()
    caption: Selectors = ()
    attachments: Selectors = ()
    languages: dict[str, Selectors] = msgspec.field(default_factory=dict)


class ListOptions(WebOptions, frozen=True, kw_only=True):
    """Keys of the kinds that have a list for each language and, for each release in it, a page.

    `lists` are the addresses of the lists by language. `key` is a regular expression: what its groups (or all of it)
    match in a release's address is the release's key; without it the key is the address itself, without its scheme.
    `shared_keys` says that the versions of a release in several languages have the same key. `date_in_link` is a
    regular expression for a date in a release's address, read with `date_formats`. `page` are the rules for the pages
    of the releases.
    """

    lists: dict[str, str]
    key: str = ""
    shared_keys: bool = False
    date_formats: tuple[str, ...] = ()
    date_in_link: str = ""
    page: PageRules = PageRules()


class WebFeedOptions(ListOptions, frozen=True, kw_only=True):
    """Keys of kind "webfeed": any RSS, Atom or JSON Feed.

    `full_text` says whether the linked pages are read: "auto" where the feed has only a summary, "always" or "never".
    """

    full_text: str = "auto"


class PagesOptions(ListOptions, frozen=True, kw_only=True):
    """Keys of kind "pages": any listing and its detail pages, by CSS or XPath rules.

    `item` are the releases of the list; in each, `link` is its link, `title` and `date` what the list says of it.
    `next` is the link to the list's next page; at most `most_lists` pages of a list are read in one run.
    """

    item: Selectors
    link: Selectors = "a"
    title: Selectors = ()
    date: Selectors = ()
    next: Selectors = ()
    most_lists: int = 3


class ApiOptions(ListOptions, frozen=True, kw_only=True):
    """Keys of kind "api": JSON over HTTP, by JMESPath rules.

    The addresses in `lists` may have "{offset}" (how many releases came before), "{page}" (from 1), "{from}" and
    "{to}" (days, written with `day_format`). `items` gives the list of releases; `link`, `title`, `date`, `body` (HTML,
    or plain text) and `summary` are of each. At most `most_lists` pages of a list are read in one run.
    """

    items: str
    link: str = "link"
    title: str = "title"
    date: str = "date"
    body: str = ""
    summary: str = ""
    day_format: str = "%Y-%m-%d"
    days: int = 7
    most_lists: int = 1


def check_web(options: WebOptions) -> None:
    """Check what every kind that asks a server has."""
    if options.requests_per_second < 0:
        raise ValueError("requests_per_second: must not be less than 0 (0 is no limit)")
    if not 1 <= options.connections <= _MOST_CONNECTIONS:
        raise ValueError(f"connections: expected 1 to {_MOST_CONNECTIONS}")
    for host in options.hosts:
        if not _HOST.fullmatch(host):
            raise ValueError(
                f'hosts: "{host}" is not a host like "www.example.hk", "*.example.hk" or "example.hk:8080"'
            )


def check_gia(options: GiaOptions) -> None:
    """Check the keys of kind "gia"."""
    check_web(options)
    check_address("base_url", options.base_url)


def check_files(options: FilesOptions) -> None:
    """Check the keys of kind "files"."""
    check_language("language", options.language)


def check_address(key: str, address: str) -> None:
    """Check an address that a source is asked at.

    Raises:
        ValueError: it is no absolute http(s) address, or has a name and password in it.
    """
    if not is_base_url(address.partition("?")[0]):
        raise ValueError(f'{key}: "{address}" is not an absolute http(s) address')
    if urlsplit(address).username is not None:
        raise ValueError(f"{key}: has a name or password in it, which would be in logs and feeds; leave it out")


def check_language(key: str, language: str) -> None:
    """Check that a language is one that there is.

    Raises:
        ValueError: there is no such language.
    """
    if language not in known_tags():
        known = ", ".join(f'"{tag}"' for tag in known_tags())
        raise ValueError(f'{key}: unknown language "{language}"; expected one of {known}')

"""The keys that each kind of source has in the config, and what is wrong with their values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec

from feedpub.config import Options
from feedpub.configvalues import is_base_url
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

    `lists` are the addresses of the lists by language, one or several; a release that is in several counts once. `key`
    is a regular expression: what its groups (or all of it) match in a release's address is the release's key; without
    it the key is the address itself, without its scheme. `shared_keys` says that the versions of a release in several
    languages have the same key. `date_in_link` is a regular expression for a date in a release's address, read with
    `date_formats`. `page` are the rules for the pages of the releases.
    """

    lists: dict[str, str | tuple[str, ...]]
    key: str = ""
    shared_keys: bool = False
    date_formats: tuple[str, ...] = ()
    date_in_link: str = ""
    page: PageRules = PageRules()

    def addresses(self, language: str) -> tuple[str, ...]:
        """The addresses of the lists in a language."""
        given = self.lists[language]
        return (given,) if isinstance(given, str) else given

    def every_address(self) -> tuple[str, ...]:
        """The addresses of all lists."""
        return tuple(address for language in self.lists for address in self.addresses(language))


class WebFeedOptions(ListOptions, frozen=True, kw_only=True):
    """Keys of kind "webfeed": any RSS, Atom or JSON Feed.

    `full_text` says whether the linked pages are read: "auto" where the feed has only a summary, "always" or "never".
    """

    full_text: str = "auto"


class PagesOptions(ListOptions, frozen=True, kw_only=True):
    """Keys of kind "pages": any listing and its detail pages, by CSS or XPath rules.

    `item` are the releases of the list; in each, `link` is its link, `title` and `date` what the list says of it; the
    title is the link's text where it is left out. `listing` is what holds the items, where a list may be empty: there
    may be none in it then, while items that are nowhere are a redesign. `next` is the link to the list's next page; at
    most `most_lists` pages of a list are read in one run.
    """

    item: Selectors
    listing: Selectors = ()
    link: Selectors = "a"
    title: Selectors = ()
    date: Selectors = ()
    next: Selectors = ()
    most_lists: int = 3


class ApiOptions(ListOptions, frozen=True, kw_only=True):
    """Keys of kind "api": JSON over HTTP, by JMESPath rules.

    The addresses in `lists` may have "{offset}" (how many releases came before), "{page}" (from 1), "{from}" and
    "{to}" (the first and the last of `days` days up to today, written with `day_format`). `items` gives the list of
    releases; `link`, `title`, `date`, `body` (HTML, or plain text) and `summary` are of each. A `date` that is empty
    says that the page has it. `ok` has to be true of an answer; `error` is what it says where it is not. At most
    `most_lists` pages of a list are read in one run.
    """

    items: str
    link: str = "link"
    title: str = "title"
    date: str = "date"
    body: str = ""
    summary: str = ""
    ok: str = ""
    error: str = ""
    day_format: str = "%Y-%m-%d"
    days: int = 7
    most_lists: int = 1


PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
"""In an address of kind "api": what stands for an offset, a page or a day."""
_FULL_TEXT = ("auto", "always", "never")
_PLACEHOLDERS = ("offset", "page", "from", "to")
_MOST_LISTS, _MOST_DAYS = 100, 366


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


def check_web_feed(options: WebFeedOptions) -> None:
    """Check the keys of kind "webfeed"."""
    check_lists(options)
    if options.full_text not in _FULL_TEXT:
        raise ValueError(f'full_text: expected one of {", ".join(_FULL_TEXT)}, got "{options.full_text}"')


def check_api(options: ApiOptions) -> None:
    """Check the keys of kind "api"."""
    check_lists(options)
    for key in ("items", "link", "title", "date", "body", "summary", "ok", "error"):
        _check_expression(key, getattr(options, key), needed=key in {"items", "link", "title"})
    for language, address in ((one, address) for one in options.lists for address in options.addresses(one)):
        used = PLACEHOLDER.findall(address)
        for name in used:
            if name not in _PLACEHOLDERS:
                known = ", ".join(f"{{{one}}}" for one in _PLACEHOLDERS)
                raise ValueError(f'lists: {language}: unknown "{{{name}}}"; expected {known}')
        if options.most_lists > 1 and not {"offset", "page"} & set(used):
            raise ValueError(f'most_lists: the address in {language} has no "{{offset}}" or "{{page}}" to ask for more')
    if not 1 <= options.most_lists <= _MOST_LISTS:
        raise ValueError(f"most_lists: expected 1 to {_MOST_LISTS}")
    if not 1 <= options.days <= _MOST_DAYS:
        raise ValueError(f"days: expected 1 to {_MOST_DAYS}")


def _check_expression(key: str, expression: str, *, needed: bool) -> None:
    """Check a JMESPath expression; one that is not `needed` may be empty."""
    if not expression.strip():
        if needed:
            raise ValueError(f"{key}: is empty; expected a JMESPath expression")
        return
    import jmespath  # noqa: PLC0415 - only configs with a source of this kind need it
    from jmespath.exceptions import JMESPathError  # noqa: PLC0415 - as above

    try:
        jmespath.compile(expression)
    except (JMESPathError, RecursionError) as problem:
        said = " ".join(str(problem).split())
        raise ValueError(f'{key}: "{expression}" is no JMESPath expression ({said})') from None


def check_lists(options: ListOptions) -> None:
    """Check what the kinds have that have a list for each language."""
    check_web(options)
    if not options.lists:
        raise ValueError('lists: is empty; expected addresses by language, as in { en = "https://…" }')
    for language in options.lists:
        check_language("lists", language)
        addresses = options.addresses(language)
        if not addresses:
            raise ValueError(f"lists: {language}: is empty; expected an address, or several")
        for address in addresses:
            check_address(f"lists: {language}", address)
        twice = next((one for one in addresses if addresses.count(one) > 1), None)
        if twice:
            raise ValueError(f'lists: {language}: has "{twice}" twice')
    for key in ("key", "date_in_link"):
        check_pattern(key, getattr(options, key))
    check_formats("date_formats", options.date_formats)
    rules = options.page
    check_formats("page: date_formats", rules.date_formats)
    for key in ("title", "body", "remove", "date", "images", "caption", "attachments"):
        check_rule(f"page: {key}", getattr(rules, key))
    for language, rule in rules.languages.items():
        check_language("page: languages", language)
        check_rule(f"page: languages: {language}", rule)


def check_pages(options: PagesOptions) -> None:
    """Check the keys of kind "pages"."""
    check_lists(options)
    if not options.item:
        raise ValueError("item: is empty; expected a rule for the releases of the list")
    if not options.link:
        raise ValueError("link: is empty; expected a rule for the link in each item")
    for key in ("item", "listing", "next"):
        check_rule(key, getattr(options, key))
    for key in ("link", "title", "date"):
        check_rule(key, getattr(options, key), within=True)
    if options.most_lists < 1:
        raise ValueError("most_lists: must be 1 or more")


def check_rule(key: str, rule: Selectors, *, within: bool = False) -> None:
    """Check a rule for pages; `within` says that it is looked for in an item of a list.

    Raises:
        ValueError: it is no CSS selector and no XPath.
    """
    if rule or rule == "":
        from feedpub.collect import rules  # noqa: PLC0415 - sources of other kinds need no parser

        rules.check(key, rule, within=within)


def check_formats(key: str, formats: Iterable[str]) -> None:
    """Check formats of dates.

    Raises:
        ValueError: one has an unknown directive, or does not tell a day.
    """
    from feedpub.collect import dateformats  # noqa: PLC0415 - as above

    for one in formats:
        dateformats.check(key, one)


def check_pattern(key: str, pattern: str) -> None:
    """Check a regular expression.

    Raises:
        ValueError: it is none.
    """
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as problem:
        raise ValueError(f'{key}: "{pattern}" is no regular expression ({problem})') from None


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

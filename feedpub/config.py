"""TOML -> Settings. Strict: every error names the file, the key and what was expected."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from feedpub import cron
from feedpub.errors import ConfigError
from feedpub.languages import known_tags
from feedpub.model import Credit, Feed

Texts = dict[str, str] | str
"""A text by language, or one text for all of them."""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class SiteTable(_Table):
    base_url: str
    title: Texts
    languages: list[str]
    timezone: str = "UTC"


class OutputTable(_Table):
    directory: str


class StoreTable(_Table):
    url: str


class TopicsTable(_Table):
    taxonomy: str


class HttpTable(_Table):
    """Limits of what one request may cost: bytes decoded, seconds, redirects."""

    max_page_bytes: int = 5_000_000
    max_feed_bytes: int = 20_000_000
    timeout: float = 20.0
    deadline: float = 120.0
    max_redirects: int = 5


class SourceTable(_Table):
    """What every kind of source has; a kind's own keys are its options (collect/kinds.py)."""

    id: str
    kind: str
    schedule: str = "30m"
    timezone: str | None = None
    authority: str | None = None
    credit: Texts = ""
    rights: Texts = ""


class FeedTable(_Table):
    id: str
    title: Texts = ""
    sources: list[str] = []
    topics: list[str] = []
    limit: int = 100
    max_bytes: int = 500_000


class Root(_Table):
    site: SiteTable
    output: OutputTable
    store: StoreTable
    source: list[dict[str, Any]]
    topics: TopicsTable | None = None
    http: HttpTable = HttpTable()
    feed: list[FeedTable] = []


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The keys that only one kind of source has; each kind subclasses this (collect/kinds.py)."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What config has to know of a kind of source.

    `authority` and `timezone` are the kind's own where the config says nothing; None means the project's.
    `check` gets the options with paths made absolute, and raises ValueError("key: what was expected").
    """

    name: str
    options: type[Options]
    authority: str
    timezone: str | None = None
    paths: tuple[str, ...] = ()
    check: Callable[[Any], None] | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One source, ready to be asked. `options` are of its kind's own type."""

    id: str
    kind: str
    authority: str
    timezone: ZoneInfo
    schedule: cron.Cron | timedelta
    credits: dict[str, Credit]
    options: Any


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A config, checked, its paths absolute."""

    path: Path
    base_url: str
    title: dict[str, str]
    languages: tuple[str, ...]
    timezone: ZoneInfo
    output: Path
    store_url: str
    http: HttpTable
    sources: tuple[Source, ...]
    feeds: tuple[Feed, ...]


_T = TypeVar("_T", bound=msgspec.Struct)
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_RESERVED = ("topics", "bodies")
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
    "object | str": "a text, or a table with one text a language",
    "str | object": "a text, or a table with one text a language",
    "str | null": "text",
    "object | null": "a table",
}


def load(path: Path, kinds: Mapping[str, Kind]) -> Settings:
    """Read and check a config.

    Args:
        path: the TOML file; paths inside it are relative to its folder.
        kinds: the kinds of source there are, by name.

    Raises:
        ConfigError: with the file, the key and what was expected.
    """
    return _Reader(path, kinds).settings()


class _Reader:
    def __init__(self, path: Path, kinds: Mapping[str, Kind]) -> None:
        self.path, self.kinds = path, kinds
        self.folder = path.resolve().parent

    def error(self, where: str, what: str) -> ConfigError:
        return ConfigError(f"{self.path}: {where}: {what}" if where else f"{self.path}: {what}")

    def settings(self) -> Settings:
        raw = self._read()
        root = self._table(raw, Root, "")
        languages = self._languages(root.site.languages)
        texts = _TextReader(self, languages)
        zone = self._zone("site: timezone", root.site.timezone)
        self._limits(root.http)
        sources = tuple(self._source(i, table, texts, zone) for i, table in enumerate(root.source))
        if not sources:
            raise self.error("source", "no [[source]] table; releases have to come from somewhere")
        self._unique("source", [source.id for source in sources])
        title = texts.read("site: title", root.site.title)
        if not all(title.values()):
            raise self.error("site: title", "is empty")
        feeds = self._feeds(root.feed, texts, title, [source.id for source in sources])
        return Settings(
            path=self.path,
            base_url=self._base_url("site: base_url", root.site.base_url),
            title=title,
            languages=languages,
            timezone=zone,
            output=(self.folder / root.output.directory).resolve(),
            store_url=self._store_url(root.store.url),
            http=root.http,
            sources=sources,
            feeds=feeds,
        )

    def _read(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.path.read_bytes().decode("utf-8-sig"))
        except FileNotFoundError:
            raise self.error("", "no such file; `feedpub init` writes a starter config") from None
        except OSError as problem:
            raise self.error("", f"cannot be read: {problem.strerror}") from None
        except UnicodeDecodeError as problem:
            raise self.error("", f"is not UTF-8 text (byte {problem.start})") from None
        except tomllib.TOMLDecodeError as problem:
            raise self.error("", f"is not valid TOML: {problem}") from None

    def _table(self, raw: Any, type_: type[_T], where: str) -> _T:
        """Convert one table; unknown keys are told first: they are the likeliest mistake behind a missing one."""
        try:
            return msgspec.convert(raw, type_)
        except msgspec.ValidationError as problem:
            self._unknown_keys(raw, type_, where)
            raise self._said_plainly(str(problem), where, raw) from None

    def _unknown_keys(self, raw: Any, type_: Any, where: str) -> None:
        if isinstance(raw, list):
            item = msgspec.inspect.type_info(type_)
            for index, one in enumerate(raw):
                inner = getattr(getattr(item, "item_type", None), "cls", None)
                if inner is not None:
                    self._unknown_keys(one, inner, self._name(where, one, index))
            return
        struct = _struct_of(type_)
        if struct is None or not isinstance(raw, dict):
            return
        fields = {field.name: field.type for field in msgspec.structs.fields(struct)}
        for key, value in raw.items():
            if key not in fields:
                raise self.error(where, _unknown(key, fields))
            self._unknown_keys(value, fields[key], f"{where}: {key}" if where else key)

    def _name(self, where: str, one: Any, index: int) -> str:
        identity = one.get("id") if isinstance(one, dict) else None
        return f'{where} "{identity}"' if isinstance(identity, str) else f"{where} number {index + 1}"

    def _said_plainly(self, problem: str, where: str, raw: Any) -> ConfigError:
        """Turn msgspec's "Expected `str`, got `int` - at `$.site.title`" into our form."""
        what, _, at = problem.partition(" - at `$")
        parts = [where] if where else []
        here = raw
        for key, index in re.findall(r"\.([\w-]+)|\[(\d+|\.\.\.)\]", at):
            if index:
                number = int(index) if index.isdecimal() else -1
                here = here[number] if isinstance(here, list) and number >= 0 else None
                parts[-1] = self._name(parts[-1], here, number) if isinstance(here, dict) else parts[-1]
            else:
                here = here.get(key) if isinstance(here, dict) else None
                parts.append(key)
        if missing := re.search(r"missing required field `(.+?)`", what):
            parts.append(missing[1])
            what = "is missing"
        elif wrong := re.fullmatch(r"Expected `(.+?)`, got `(.+?)`", what):
            what = f"expected {_WORDS.get(wrong[1], wrong[1])}, got {_WORDS.get(wrong[2], wrong[2])}"
        return self.error(": ".join(parts), what)

    def _languages(self, tags: list[str]) -> tuple[str, ...]:
        if not tags:
            raise self.error("site: languages", 'is empty; expected BCP 47 tags like ["en", "zh-Hant"]')
        for tag in tags:
            if tag not in known_tags():
                raise self.error("site: languages", f'unknown language "{tag}"{_nearest(tag, known_tags())}')
        self._unique("site: languages", tags)
        return tuple(tags)

    def _unique(self, where: str, names: list[str]) -> None:
        for name in names:
            if names.count(name) > 1:
                raise self.error(where, f'"{name}" stands there twice')

    def _base_url(self, where: str, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise self.error(where, f'"{url}" is not an absolute http(s) address like "https://news.example.hk/"')
        return url if url.endswith("/") else url + "/"

    def _zone(self, where: str, name: str) -> ZoneInfo:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self.error(where, f'unknown time zone "{name}"; expected a name like "Asia/Hong_Kong"') from None

    def _store_url(self, url: str) -> str:
        prefix = "sqlite:///"
        if url.startswith(prefix):
            return prefix + str((self.folder / url.removeprefix(prefix)).resolve())
        if url.startswith("postgresql"):
            return url
        raise self.error("store: url", f'"{url}": expected "sqlite:///PATH" or "postgresql://…"')

    def _limits(self, http: HttpTable) -> None:
        for key in ("max_page_bytes", "max_feed_bytes", "timeout", "deadline"):
            if getattr(http, key) <= 0:
                raise self.error(f"http: {key}", "must be more than 0")
        if http.max_redirects < 0:
            raise self.error("http: max_redirects", "must not be less than 0")

    def _source(self, index: int, raw: dict[str, Any], texts: _TextReader, site_zone: ZoneInfo) -> Source:
        where = self._name("source", raw, index)
        name = raw.get("kind")
        if "kind" not in raw:
            raise self.error(f"{where}: kind", f"is missing; expected one of {_listed(self.kinds)}")
        if name not in self.kinds:
            known = tuple(self.kinds)
            raise self.error(f"{where}: kind", f'unknown kind "{name}"{_nearest(str(name), known)}')
        kind = self.kinds[name]
        common = {field.name for field in msgspec.structs.fields(SourceTable)}
        own = {field.name for field in msgspec.structs.fields(kind.options)}
        for key in raw:
            if key not in common | own:
                raise self.error(where, _unknown(key, sorted(common | own)) + f' (kind "{name}")')
        table = self._table({k: v for k, v in raw.items() if k in common}, SourceTable, where)
        options = self._table({k: v for k, v in raw.items() if k in own}, kind.options, where)
        self._identifier(f"{where}: id", table.id)
        for key in kind.paths:
            absolute = str((self.folder / getattr(options, key)).resolve())
            options = msgspec.structs.replace(options, **{key: absolute})
        try:
            schedule = cron.parse(table.schedule)
        except ValueError as problem:
            raise self.error(f"{where}: schedule", str(problem)) from None
        authority = table.authority or kind.authority
        if not _AUTHORITY.fullmatch(authority):
            raise self.error(f"{where}: authority", f'"{authority}" is not a domain name (RFC 4151)')
        if kind.check:
            try:
                kind.check(options)
            except ValueError as problem:
                raise self.error(where, str(problem)) from None
        zone_name = table.timezone or kind.timezone
        credit = texts.read(f"{where}: credit", table.credit)
        rights = texts.read(f"{where}: rights", table.rights)
        return Source(
            id=table.id,
            kind=name,
            authority=authority.lower(),
            timezone=self._zone(f"{where}: timezone", zone_name) if zone_name else site_zone,
            schedule=schedule,
            credits={tag: Credit(name=credit[tag], rights=rights[tag]) for tag in credit},
            options=options,
        )

    def _identifier(self, where: str, identifier: str) -> None:
        if not _ID.fullmatch(identifier):
            raise self.error(where, f'"{identifier}": expected small letters, digits, "-" and "_"')

    def _feeds(
        self,
        tables: list[FeedTable],
        texts: _TextReader,
        site_title: dict[str, str],
        sources: list[str],
    ) -> tuple[Feed, ...]:
        tables = tables or [FeedTable(id="all")]
        self._unique("feed", [table.id for table in tables])
        feeds = []
        for table in tables:
            where = f'feed "{table.id}"'
            self._identifier(f"{where}: id", table.id)
            if table.id in _RESERVED:
                raise self.error(f"{where}: id", f'"{table.id}" is kept for the feeds of every topic and body')
            for source in table.sources:
                if source not in sources:
                    raise self.error(f"{where}: sources", f'no source "{source}"{_nearest(source, sources)}')
            if table.limit < 1:
                raise self.error(f"{where}: limit", "must be at least 1")
            if table.max_bytes < 0:
                raise self.error(f"{where}: max_bytes", "must not be less than 0 (0 is no cap)")
            given = texts.read(f"{where}: title", table.title)
            narrow = bool(table.sources or table.topics)
            title = {
                tag: given[tag] or (f"{site_title[tag]} - {table.id}" if narrow else site_title[tag]) for tag in given
            }
            feeds.append(
                Feed(
                    id=table.id,
                    title=title,
                    sources=tuple(table.sources),
                    topics=tuple(table.topics),
                    limit=table.limit,
                    max_bytes=table.max_bytes,
                ),
            )
        return tuple(feeds)


class _TextReader:
    """Reads texts by language: one for each of the site's, none for others."""

    def __init__(self, reader: _Reader, languages: tuple[str, ...]) -> None:
        self.reader, self.languages = reader, languages

    def read(self, where: str, given: Texts) -> dict[str, str]:
        if isinstance(given, str):
            return dict.fromkeys(self.languages, given)
        for tag in given:
            if tag not in self.languages:
                known = _nearest(tag, self.languages)
                raise self.reader.error(where, f'"{tag}" is not a language of the site{known}')
        for tag in self.languages:
            if tag not in given:
                raise self.reader.error(where, f'has no text in "{tag}", a language of the site')
        return {tag: given[tag] for tag in self.languages}


def _struct_of(type_: Any) -> type[msgspec.Struct] | None:
    """The struct that a field's type holds, also inside a list or an optional."""
    info = msgspec.inspect.type_info(type_)
    candidates = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
    return next((one.cls for one in candidates if isinstance(one, msgspec.inspect.StructType)), None)


def _unknown(key: str, known: Any) -> str:
    return f'unknown key "{key}"{_nearest(key, list(known))}'


def _nearest(word: str, known: Any) -> str:
    import difflib  # noqa: PLC0415 - only a mistake in a config needs it

    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f'; did you mean "{close[0]}"?' if close else f"; expected one of {_listed(known)}"


def _listed(names: Any) -> str:
    return ", ".join(f'"{name}"' for name in names)

"""TOML -> Settings. Strict: every error names the file, the key and what was expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from feedpub import configvalues, cron, tables
from feedpub.configtables import (
    AlertTable,
    ExpectTable,
    HttpTable,
    MetricsTable,
    Root,
    SourceTable,
    TopicsTable,
    WebSubTable,
)
from feedpub.configvalues import is_base_url
from feedpub.errors import ConfigError
from feedpub.faults import NAMES, Expected
from feedpub.feedtables import Defaults, FeedReader, identifier, unique
from feedpub.languages import DERIVABLE, known_tags
from feedpub.model import BILINGUAL, Credit, Feed
from feedpub.tables import TableError
from feedpub.texts import TextReader


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys that only one kind of source has; each kind subclasses this (collect/kinds.py)."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What config has to know of a kind of source.

    `module` is imported when a source of the kind is opened, and has `open_source(source, surroundings)`
    (collect/base.py). `authority` and `timezone` are the kind's own where the config says nothing; without an authority
    the config has to name one, without a zone it is the site's. `local` kinds need no network; kinds with a `past` can
    be asked for it (`feedpub backfill`).
    `check` gets the options with paths made absolute, and raises ValueError("key: what was expected").
    """

    name: str
    module: str
    options: type[Options]
    authority: str = ""
    timezone: str | None = None
    local: bool = False
    past: bool = False
    paths: tuple[str, ...] = ()
    check: Callable[[Any], None] | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One source, ready to be asked. `options` are of its kind's own type.

    `recheck` is how long after its issue a release is looked at again; 0 is never. `measure_enclosures` says that the
    servers of photos and attachments are asked for sizes and types. `expected` is what the operator expects of it.
    """

    id: str
    kind: str
    authority: str
    timezone: ZoneInfo
    schedule: cron.Cron | timedelta
    credits: dict[str, Credit]
    options: Any
    recheck: timedelta = timedelta()
    measure_enclosures: bool = False
    expected: Expected = Expected()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A config, checked, its paths absolute.

    `derive` says which languages of the site are converted from which. `terms` are the operator's own tables of
    bilingual terms. A story that is still single after `single_after` is reported. `taxonomy` and `bodies` are the
    files that stories are tagged by, None and () where they are not tagged. `defaults` are those of the feeds that the
    config does not name. A withdrawn entry's notice is shown for `withdrawn_for`. `compress` are the encodings that
    each document is published in as well; `hubs` are told of changes, each within `hub_timeout` seconds. `alert` says
    who is told of faults; its command is ready to be run. Each run writes its `metrics` to that file. `images` is how
    pages show photos: one of IMAGES.
    `search` says whether there is a search page.
    """

    path: Path
    base_url: str
    title: dict[str, str]
    languages: tuple[str, ...]
    derive: dict[str, str]
    timezone: ZoneInfo
    output: Path
    store_url: str
    http: HttpTable
    keep_pages: Path | None
    terms: tuple[Path, ...]
    single_after: timedelta
    taxonomy: Path | None
    bodies: tuple[Path, ...]
    defaults: Defaults
    withdrawn_for: timedelta
    images: str
    search: bool
    compress: tuple[str, ...]
    hubs: tuple[str, ...]
    hub_timeout: float
    alert: AlertTable
    metrics: Path | None
    sources: tuple[Source, ...]
    feeds: tuple[Feed, ...]

    @property
    def collected(self) -> tuple[str, ...]:
        """The languages that come from the sources."""
        return tuple(language for language in self.languages if language not in self.derive)

    @property
    def editions(self) -> tuple[str, ...]:
        """What a feed's editions are called in addresses: the languages, and BILINGUAL where several are collected."""
        return (*self.languages, BILINGUAL) if len(self.collected) > 1 else self.languages

    def origins(self, edition: str) -> tuple[str, ...]:
        """The languages whose entries an edition is made of."""
        if edition == BILINGUAL:
            return self.collected
        origin = self.derive.get(edition)
        return (edition, origin) if origin else (edition,)


GZIP, BROTLI = "gzip", "br"
ENCODINGS = (GZIP, BROTLI)
"""HTTP content encodings (RFC 9110, 8.4.1; RFC 7932) that documents can be published in."""
BROTLI_MODULE = "brotli"
LINKS, LOCAL, REMOTE = IMAGES = ("links", "local", "remote")
"""How pages show photos: as links, small and from the output directory, or from where their publisher has them."""
_PAGEFIND_MODULE = "pagefind"
_PILLOW_MODULE = "PIL"
_BODIES = "bodies.toml"


def searches() -> bool:
    """Whether there is a search where the config says nothing of it."""
    return find_spec(_PAGEFIND_MODULE) is not None


def load(path: Path, kinds: Mapping[str, Kind]) -> Settings:
    """Read and check a config.

    Args:
        path: the TOML file; paths inside it are relative to its folder.
        kinds: the kinds of source there are, by name.

    Raises:
        ConfigError: with the file, the key and what was expected.
    """
    try:
        return _Reader(path, kinds).settings()
    except TableError as problem:
        raise ConfigError(f"{path}: {problem}") from None


class _Reader:
    def __init__(self, path: Path, kinds: Mapping[str, Kind]) -> None:
        self.path, self.kinds = path, kinds
        self.folder = path.resolve().parent

    def settings(self) -> Settings:
        raw = self._read()
        root = tables.convert(raw, Root, "")
        languages = self._languages(root.site.languages)
        derive = self._derive(root.site.derive, languages)
        texts = TextReader(languages, derive)
        zone = configvalues.zone("site: timezone", root.site.timezone)
        self._limits(root.http)
        sources = tuple(self._source(i, table, texts, zone) for i, table in enumerate(root.source))
        if not sources:
            raise TableError("source", "no [[source]] table; releases have to come from somewhere")
        unique("source", [source.id for source in sources])
        title = texts.read("site: title", root.site.title)
        if not all(title.values()):
            raise TableError("site: title", "is empty")
        reader = FeedReader(texts, title, tuple(source.id for source in sources), tagged=root.topics is not None)
        defaults = Defaults(counterpart_line=root.site.counterpart_line, correction_note=root.site.correction_note)
        feeds = reader.read(root.feed, defaults)
        taxonomy, bodies = self._topics(root.topics)
        output = (self.folder / root.output.directory).resolve()
        return Settings(
            path=self.path,
            base_url=self._base_url("site: base_url", root.site.base_url),
            title=title,
            languages=languages,
            derive=derive,
            timezone=zone,
            output=output,
            store_url=self._store_url(root.store.url),
            http=root.http,
            keep_pages=(self.folder / root.collect.keep_pages).resolve() if root.collect.keep_pages else None,
            terms=tuple((self.folder / path).resolve() for path in root.pairing.terms),
            single_after=configvalues.interval("pairing: single_after", root.pairing.single_after),
            taxonomy=taxonomy,
            bodies=bodies,
            defaults=defaults,
            withdrawn_for=configvalues.interval("site: withdrawn_for", root.site.withdrawn_for),
            images=self._images(root.site.images),
            search=self._search(root.site.search),
            compress=self._compress(root.output.compress),
            hubs=self._hubs(root.websub),
            hub_timeout=root.websub.timeout,
            alert=self._alert(root.alert),
            metrics=self._metrics(root.metrics, output),
            sources=sources,
            feeds=feeds,
        )

    def _read(self) -> dict[str, Any]:
        try:
            return tables.toml(self.path.read_bytes().decode("utf-8-sig"))
        except FileNotFoundError:
            raise TableError("", "no such file; `feedpub init` writes a starter config") from None
        except OSError as problem:
            raise TableError("", f"cannot be read: {problem.strerror}") from None
        except UnicodeDecodeError as problem:
            raise TableError("", f"is not UTF-8 text (byte {problem.start})") from None
        except (ValueError, RecursionError) as problem:  # A number of thousands of digits is no TOMLDecodeError.
            raise TableError("", f"is not valid TOML: {problem}") from None

    def _languages(self, tags: list[str]) -> tuple[str, ...]:
        if not tags:
            raise TableError("site: languages", 'is empty; expected BCP 47 tags like ["en", "zh-Hant"]')
        for tag in tags:
            if tag not in known_tags():
                raise TableError("site: languages", f'unknown language "{tag}"{tables.nearest(tag, known_tags())}')
        unique("site: languages", tags)
        return tuple(tags)

    def _derive(self, given: dict[str, str], languages: tuple[str, ...]) -> dict[str, str]:
        where = "site: derive"
        for tag, origin in given.items():
            if tag not in languages:
                raise TableError(where, f'"{tag}" is not a language of the site{tables.nearest(tag, languages)}')
            if (tag, origin) != DERIVABLE:
                only = " from ".join(f'"{one}"' for one in DERIVABLE)
                raise TableError(where, f'"{tag}" cannot be derived from "{origin}"; only {only}')
            if origin not in languages:
                raise TableError(where, f'"{tag}" is derived from "{origin}", which is not a language of the site')
        return given

    def _topics(self, given: TopicsTable | None) -> tuple[Path | None, tuple[Path, ...]]:
        if given is None:
            return None, ()
        taxonomy = (self.folder / given.taxonomy).resolve()
        if given.bodies is None:
            return taxonomy, (taxonomy.with_name(_BODIES),)
        return taxonomy, tuple((self.folder / path).resolve() for path in given.bodies)

    def _images(self, given: str) -> str:
        if given not in IMAGES:
            raise TableError("site: images", f'"{given}": expected one of {tables.listed(IMAGES)}')
        if given == LOCAL and not find_spec(_PILLOW_MODULE):
            raise TableError("site: images", '"local" needs the Pillow package: pip install "feedpub[images]"')
        return given

    def _search(self, given: bool | None) -> bool:  # noqa: FBT001 - the config says so, or nothing
        if given and not find_spec(_PAGEFIND_MODULE):
            raise TableError("site: search", 'needs the pagefind package: pip install "feedpub[search]"')
        return searches() if given is None else given

    def _compress(self, given: list[str] | None) -> tuple[str, ...]:
        if given is None:
            return tuple(name for name in ENCODINGS if name == GZIP or find_spec(BROTLI_MODULE))
        for name in given:
            if name not in ENCODINGS:
                raise TableError("output: compress", f'unknown encoding "{name}"{tables.nearest(name, ENCODINGS)}')
            if name != GZIP and not find_spec(BROTLI_MODULE):
                raise TableError("output: compress", '"br" needs the brotli package: pip install "feedpub[brotli]"')
        unique("output: compress", given)
        return tuple(given)

    def _hubs(self, given: WebSubTable) -> tuple[str, ...]:
        for hub in given.hubs:
            if not is_base_url(hub.partition("?")[0]):
                raise TableError("websub: hubs", f'"{hub}" is not an absolute http(s) address')
        unique("websub: hubs", given.hubs)
        if given.timeout <= 0:
            raise TableError("websub: timeout", "must be more than 0")
        return tuple(given.hubs)

    def _alert(self, given: AlertTable | None) -> AlertTable:
        if given is None:
            return AlertTable()
        if not given.command and not given.webhook:
            raise TableError("alert", "names nobody to tell; expected command, webhook or both")
        if given.command and not given.command[0].strip():
            raise TableError("alert: command", "its first text is empty; expected a program and its arguments")
        if any("\0" in word for word in given.command):
            raise TableError("alert: command", "has a NUL character in it")
        if given.timeout <= 0:
            raise TableError("alert: timeout", "must be more than 0")
        self._webhook("alert: webhook", given.webhook)
        program, *arguments = given.command or [""]
        if "/" not in program:
            return given  # It is looked for in PATH when it is needed.
        return msgspec.structs.replace(given, command=[str(self.folder / program), *arguments])

    def _metrics(self, given: MetricsTable | None, output: Path) -> Path | None:
        return configvalues.textfile("metrics: textfile", given.textfile, self.folder, output) if given else None

    def _webhook(self, where: str, url: str) -> None:
        # Its address is often its password, so no message shows it.
        if url and not is_base_url(url.partition("?")[0]):
            raise TableError(where, "is not an absolute http(s) address")
        if "@" in urlsplit(url).netloc:
            raise TableError(where, "has a name or password in it; a command can send it with what it needs")

    def _base_url(self, where: str, url: str) -> str:
        if not is_base_url(url):
            raise TableError(where, f'"{url}" is not an absolute http(s) address like "https://news.example.hk/"')
        return url if url.endswith("/") else url + "/"

    def _store_url(self, url: str) -> str:
        prefix = "sqlite:///"
        if url.startswith(prefix):
            return prefix + str((self.folder / url.removeprefix(prefix)).resolve())
        if url.startswith("postgresql"):
            return url
        raise TableError("store: url", f'"{url}": expected "sqlite:///PATH" or "postgresql://…"')

    def _limits(self, http: HttpTable) -> None:
        sizes = ("max_page_bytes", "max_feed_bytes", "max_picture_bytes")
        for key in (*sizes, "timeout", "deadline", "attempts", "pages_per_run", "run_time"):
            if getattr(http, key) <= 0:
                raise TableError(f"http: {key}", "must be more than 0")
        for key in ("max_redirects", "retry_wait"):
            if getattr(http, key) < 0:
                raise TableError(f"http: {key}", "must not be less than 0")
        if http.proxy not in ("", "environment") and not is_base_url(http.proxy):
            raise TableError(
                "http: proxy",
                f'"{http.proxy}": expected an address like "http://proxy.example.hk:3128", or "environment"',
            )

    def _source(self, index: int, raw: dict[str, Any], texts: TextReader, site_zone: ZoneInfo) -> Source:
        where = tables.name("source", raw, index)
        name = raw.get("kind")
        if not isinstance(name, str):
            raise TableError(f"{where}: kind", f"is missing or no text; expected one of {tables.listed(self.kinds)}")
        if name not in self.kinds:
            known = tuple(self.kinds)
            raise TableError(f"{where}: kind", f'unknown kind "{name}"{tables.nearest(str(name), known)}')
        kind = self.kinds[name]
        common = {field.name for field in msgspec.structs.fields(SourceTable)}
        own = {field.name for field in msgspec.structs.fields(kind.options)}
        for key in raw:
            if key not in common | own:
                raise TableError(where, tables.unknown_key(key, sorted(common | own)) + f' (kind "{name}")')
        table = tables.convert({k: v for k, v in raw.items() if k in common}, SourceTable, where)
        options = tables.convert({k: v for k, v in raw.items() if k in own}, kind.options, where)
        identifier(f"{where}: id", table.id)
        for key in kind.paths:
            absolute = str((self.folder / getattr(options, key)).resolve())
            options = msgspec.structs.replace(options, **{key: absolute})
        try:
            schedule = cron.parse(table.schedule)
        except ValueError as problem:
            raise TableError(f"{where}: schedule", str(problem)) from None
        if kind.check:
            try:
                kind.check(options)
            except ValueError as problem:
                raise TableError(where, str(problem)) from None
        zone_name = table.timezone or kind.timezone
        credit = texts.read(f"{where}: credit", table.credit)
        rights = texts.read(f"{where}: rights", table.rights)
        return Source(
            id=table.id,
            kind=name,
            authority=configvalues.authority(f"{where}: authority", table.authority or kind.authority),
            timezone=configvalues.zone(f"{where}: timezone", zone_name) if zone_name else site_zone,
            schedule=schedule,
            credits={tag: Credit(name=credit[tag], rights=rights[tag]) for tag in credit},
            options=options,
            recheck=configvalues.span(f"{where}: recheck", table.recheck),
            measure_enclosures=table.measure_enclosures,
            expected=self._expected(f"{where}: expect", table.expect),
        )

    def _expected(self, where: str, table: ExpectTable) -> Expected:
        for name in table.ignore:
            if name not in NAMES:
                raise TableError(f"{where}: ignore", f'unknown fault "{name}"{tables.nearest(name, NAMES)}')
        for key in ("per_day", "shortest"):
            if (getattr(table, key) or 0) < 0:
                raise TableError(f"{where}: {key}", "must not be less than 0")
        return Expected(
            silence=None if table.silence is None else configvalues.interval(f"{where}: silence", table.silence),
            per_day=table.per_day,
            shortest=table.shortest,
            holidays=tuple(table.holidays),
            ignore=tuple(table.ignore),
        )

"""What is fuzzed: readers of what comes from outside, the texts that they are tried with, and what has to hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from feedpub import config, taxonomy
from feedpub.collect import dateformats, dates, linkedpage
from feedpub.collect.api import ApiSource
from feedpub.collect.base import Surroundings
from feedpub.collect.files import textdates
from feedpub.collect.files.source import FilesSource
from feedpub.collect.furniture import issue_time
from feedpub.collect.gia import lists, page
from feedpub.collect.http import Reply
from feedpub.collect.kinds import KINDS
from feedpub.collect.lists import ListSource
from feedpub.collect.options import ApiOptions, FilesOptions, PageRules, PagesOptions, WebFeedOptions
from feedpub.collect.pacer import Pacer
from feedpub.collect.pages import PagesSource
from feedpub.collect.webfeed.source import WebFeedSource
from feedpub.config import Source
from feedpub.configtables import HttpTable
from feedpub.entries.normalise import normalise
from feedpub.errors import FeedpubError
from feedpub.languages import LANGUAGES
from feedpub.model import Entry, Release, Validators
from feedpub.tables import TableError
from tests.fuzz import mutate

_TESTS = Path(__file__).parents[1]
_ROOT = _TESTS.parent
ZONE = ZoneInfo("Asia/Hong_Kong")
_YEARS = range(1900, 2200)
NOW = datetime(2026, 11, 20, 18, 0, tzinfo=ZONE)
_URL = "https://www.saltmarsh.example/gia/general/202605/04/P2026050400233.htm"
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RULES = (
    PageRules(),
    PageRules(title="h1", body=("article", "main", "//body"), date=("time", "//time/@datetime"), remove=".share"),
    PageRules(body="//p//text()", images="img", caption=".caption", attachments="a", languages={"fr": "a.fr"}),
)
_FORMATS = ("%d.%m.%Y", "%Y%m%d%H%M", "%d %B %Y %I:%M %p", "%s", "%A, %b %d, %Y %z")


@dataclass(frozen=True)
class Target:
    """A reader: `read` gets a text and what decides the rest, and asserts what has to hold of what it gives.

    `refused` are the errors that it may raise. `words` are what is put into the texts of `seeds`.
    """

    name: str
    seeds: Sequence[bytes]
    words: Sequence[bytes]
    read: Callable[[bytes, Random], None]
    refused: tuple[type[Exception], ...] = (FeedpubError,)


def targets(folder: Path) -> dict[str, Target]:
    """All of them, by name; `folder` is for the files that some read."""
    found = (
        Target("gia", _files("collect/gia/pages/*/page.html"), mutate.MARKUP + mutate.DATES, _read_gia),
        Target("pages", _files("collect/*/sites/**/*.html", "ready/**/*.html"), mutate.MARKUP, _read_page),
        Target("lists", _files("collect/pages/sites/**/*.htm*"), mutate.MARKUP, _read_list),
        Target("gia-lists", _files("collect/gia/lists/*.*"), mutate.MARKUP + mutate.DATES, _read_gia_list),
        Target("feeds", _files("collect/webfeed/feeds/*/feed.*"), mutate.MARKUP + mutate.DATES, _read_feed),
        Target(
            "api", _files("collect/api/sites/**/*.json", "ready/**/*.json"), mutate.MARKUP + mutate.DATES, _read_api
        ),
        Target("text", _files("collect/files/releases/*/*.*"), _TEXTS, _TextReader(folder)),
        Target("config", _configs(), mutate.TOML, _ConfigReader(folder)),
        Target("taxonomy", _taxonomies(), mutate.TOML, _read_taxonomy, (TableError,)),
        Target("dates", _dates(), mutate.DATES + mutate.MARKUP, _read_dates, (ValueError,)),
    )
    return {one.name: one for one in found}


_TEXTS = mutate.MARKUP + mutate.DATES + tuple(
    text.encode()
    for text in (
        "+++\n", "---\n", "...\n", "date: ", "date = ", "language: ", "url: ", "key: ", "counterpart: ",
        "!!python/object:os ",
        "&a [", "*a", "<<: *a", "? ", "- ", ": ", "%YAML 9.9\n", "|\n ", ">\n ", "!!binary x", "!!timestamp ", "1:1:1",
        ".inf", "0o7", "[x](", "](", "![", "# ", "===\n", "```\n", "> ", "| - |\n", "1. ", "\\", "[", "]", "\\[",
        "~~~\n",
    )
)  # fmt: skip


def _files(*patterns: str) -> tuple[bytes, ...]:
    return tuple(one.read_bytes() for each in patterns for one in sorted(_TESTS.glob(each)) if one.is_file())


# Pages, lists, feeds and answers


def _read_gia(raw: bytes, random: Random) -> None:
    charset = random.choice(("", "", "utf-8", "big5", "no-such"))
    found = page.read(raw, url=_URL, zone=ZONE, charset=charset)
    assert found.title.strip()
    _in_range(found.issued)
    told = {name: getattr(found, name) for name in ("photos", "attachments", "videos", "related", "counterparts")}
    _normalised(_release(found.title, found.body, found.issued, random, **told))


def _read_page(raw: bytes, random: Random) -> None:
    title = random.choice(("", "", "Harbour ferries to stop for the night", "x"))
    found = linkedpage.read(raw, url=_URL, charset="", rules=random.choice(_RULES), zone=ZONE, list_title=title)
    _in_range(found.issued)
    told = {name: getattr(found, name) for name in ("photos", "attachments", "videos", "counterparts")}
    _normalised(_release(found.title, found.body, found.issued, random, **told))


def _read_gia_list(raw: bytes, random: Random) -> None:
    own: Any = {"source": "gia", "base_url": "https://www.saltmarsh.example/gia/", "language": "en"}
    feed = random.random() < 0.5
    for sighting in lists.from_feed(raw, zone=ZONE, **own) if feed else lists.from_listing(raw, **own):
        _in_range(sighting.issued)
        msgspec.json.encode(sighting)


def _read_list(raw: bytes, random: Random) -> None:
    _read_releases(random.choice(_sources()[PagesSource]), raw)


def _read_feed(raw: bytes, random: Random) -> None:
    _read_releases(random.choice(_sources()[WebFeedSource]), raw)


def _read_api(raw: bytes, random: Random) -> None:
    _read_releases(random.choice(_sources()[ApiSource]), raw)


@cache
def _sources() -> dict[type[ListSource], list[ListSource]]:
    """The sources that read what they are given; opening one takes longer than most texts do."""
    own: Any = {"lists": {"en": _URL}}
    options: tuple[tuple[type[ListSource], Any], ...] = (
        (PagesSource, PagesOptions(item="li", **own)),
        (PagesSource, PagesOptions(item="//li", date="time", next="a.next", **own)),
        (PagesSource, PagesOptions(item="tr", title="td", listing="table", **own)),
        (WebFeedSource, WebFeedOptions(**own)),
        (WebFeedSource, WebFeedOptions(full_text="never", date_formats=_FORMATS[:1], **own)),
        (ApiSource, ApiOptions(items="result", date_in_link="(x)", **own)),
        (ApiSource, ApiOptions(items="Table", link="url", title="Title", date="Date", body="Body", **own)),
        (ApiSource, ApiOptions(items="[items, result.records][]", body="body", summary="summary", **own)),
    )
    found: dict[type[ListSource], list[ListSource]] = {}
    for kind, one in options:
        found.setdefault(kind, []).append(kind(source(one), around()))
    return found


def _read_releases(source: ListSource, raw: bytes) -> None:
    """Read a list, and those of its releases that it has whole."""
    source.forget()
    listed = source.parse(Reply(url=_URL, status=200, body=raw, charset="", validators=Validators()), "en")
    msgspec.json.encode((listed.warnings, listed.failures))  # As a report is kept.
    for sighting in listed.sightings:
        assert urlsplit(sighting.address).scheme in ("http", "https"), sighting.address
        _in_range(sighting.issued)
        msgspec.json.encode(sighting)
        if source.full(sighting) is not None:
            _release_of(source, sighting)


def _release_of(source: ListSource, sighting: Any) -> None:
    try:
        release = source.read(sighting, Validators()).release
    except FeedpubError:
        return
    assert release is not None
    _in_range(release.issued)
    _normalised(release)


# Files, configs, tables, dates


class _TextReader:
    """Reads texts as files of a folder, of each ending."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "texts"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.source = FilesSource(source(FilesOptions(directory=str(self.folder), language="en")), around())

    def __call__(self, raw: bytes, random: Random) -> None:
        place = self.folder / f"release{random.choice(('.txt', '.md', '.md', '.html'))}"
        place.write_bytes(raw)
        try:
            (sighting,) = self.source.discover(lambda _: None).sightings
            release = self.source.read(sighting, Validators()).release
        finally:
            place.unlink()
        assert release is not None
        _in_range(release.issued)
        assert release.language in LANGUAGES
        assert not release.url or urlsplit(release.url).scheme in ("http", "https")
        _normalised(release)


class _ConfigReader:
    """Reads configs from a folder, where each names folders that may not be there."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "config" / "feedpub.toml"
        self.place.parent.mkdir(parents=True, exist_ok=True)

    def __call__(self, raw: bytes, _: Random) -> None:
        self.place.write_bytes(raw)
        found = config.load(self.place, KINDS)
        assert urlsplit(found.base_url).scheme in ("http", "https")
        assert all(found.title.values())
        for feed in found.feeds:
            assert re.fullmatch(r"(?:(?:topics|bodies)/)?[a-z0-9][a-z0-9_-]*", feed.id), feed.id
        for source in found.sources:
            assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", source.id), source.id
            assert NOW.astimezone(source.timezone)


def _read_taxonomy(raw: bytes, random: Random) -> None:
    text = raw.decode("utf-8", "ignore")
    if random.random() < 0.5:
        found = taxonomy.read_taxonomy(text, taxonomy.Gazetteer())
        names = [topic.id for topic in found.topic]
        assert not found.scheme.startswith("/")
        assert ".." not in found.scheme
    else:
        names = [body.id for body in taxonomy.read_gazetteer(text).body]
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]*", one) for one in names), names


def _read_dates(raw: bytes, random: Random) -> None:
    text = raw.decode("utf-8", "ignore")
    zone = random.choice((UTC, ZONE, ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Kiritimati")))
    found = dates.parse(text, random.sample(_FORMATS, 2), zone)
    assert found is None or (found.year in _YEARS and found.tzinfo is not None)
    for row in LANGUAGES.values():
        day = textdates.in_text(text, row, NOW.date())
        assert day is None or day <= NOW.date()
    textdates.in_file_name(text)
    _in_range(issue_time(text, ZONE))
    given = text[:40]
    dateformats.check("date_formats", given)
    dateformats.find(random.choice(("2026-11-20 10:00", "20 November 2026 pm", text)), given, zone)


def _configs() -> tuple[bytes, ...]:
    places = [_ROOT / "config" / "feedpub.toml", *sorted((_ROOT / "config" / "sources").glob("*.toml"))]
    whole = tuple(one.read_bytes() for one in [*places, *sorted(_TESTS.glob("collect/*/sites/*/source.toml"))])
    return (WHOLE_CONFIG.encode(), *whole)


WHOLE_CONFIG = """\
[site]
base_url = "https://news.example.hk/"
title = { en = "News", zh-Hant = "新聞", zh-Hans = "新闻" }
languages = ["en", "zh-Hant", "zh-Hans"]
derive = { zh-Hans = "zh-Hant" }
timezone = "Asia/Hong_Kong"
withdrawn_for = "14d"
[output]
directory = "../public"
compress = ["gzip"]
[store]
url = "sqlite:///../var/feedpub.db"
[topics]
taxonomy = "topics.toml"
bodies = ["bodies.toml"]
[pairing]
single_after = "1d"
[websub]
hubs = ["https://hub.example/"]
[alert]
command = ["mail", "-s", "feedpub", "desk@news.example"]
webhook = "https://desk.example/in"
[http]
timeout = 20
max_page_bytes = 5_000_000
[[source]]
id = "town"
kind = "pages"
authority = "town.example"
lists = { en = "https://town.example/en/", zh-Hant = ["https://town.example/zh/"] }
item = "li.item"
link = ["a", "./@href"]
key = '/(\\d+)/'
date_formats = ["%d.%m.%Y"]
date_in_link = '\\d{8}'
schedule = "*/10 8-20 * * mon-fri"
recheck = "30d"
credit = "The town"
[source.page]
title = "h1"
body = "//article"
languages = { zh-Hant = "a.zh" }
[source.expect]
silence = "36h"
holidays = [2026-12-25]
ignore = ["all-today"]
[[source]]
id = "api"
kind = "api"
authority = "api.example"
lists = { en = "https://api.example/?offset={offset}&from={from}&to={to}" }
items = "result[*].records[]"
most_lists = 3
[[source]]
id = "inbox"
kind = "files"
directory = "inbox"
language = "en"
[[feed]]
id = "harbour"
title = { en = "Around the harbour", zh-Hant = "海港消息" }
topics = ["transport"]
text = ["harbour", "海港"]
not = [{ bodies = ["police"] }, { any = [{ topics = ["weather"] }] }]
[[feed]]
id = "topics/health"
limit = 5
"""


def _taxonomies() -> tuple[bytes, ...]:
    places = (_TESTS / "entries" / "topics" / name for name in ("taxonomy.toml", "bodies.toml"))
    return tuple(one.read_bytes() for one in places)


def _dates() -> tuple[bytes, ...]:
    written = (
        "2026-11-20T09:30:00+08:00", "Fri, 20 Nov 2026 09:30:00 GMT", "November 26, 2026 4:30 pm",
        "26 novembre 2026 à 16 h 30",
        "20 de novembro de 2026, 16h30", "2026年11月20日 下午4時30分", "二〇二六年十一月二十日上午十時半",
        "2026/11/20 (Fri) 12.30 p.m.",
        "Published: 26 November 2026 | Press Office | 10:00", "today (December 3), at 10am on December 4, 2026",
        "今日（十二月三日）下午三時，於十二月四日", "Ends/Friday, November 20, 2026\nIssued at HKT 20:16\nNNNN",
        "完\n2026年11月20日（星期五）\n香港時間20時00分", "P202611200012 2026_11_20 20261120",
        "aujourd'hui (3 décembre), le 4 décembre 2026",
        "%d %B %Y %H:%M", "%A, %b %d, %y %I:%M %p %z", "%s", "%Y%m%d%H%M%S%f",
    )  # fmt: skip
    return tuple(one.encode() for one in written)


# What has to hold


def _release(title: str, body: str, issued: datetime | None, random: Random, **told: Any) -> Release:
    return Release(
        source="saltmarsh",
        authority="www.saltmarsh.example",
        key="P2026050400233",
        language=random.choice(("en", "zh-Hant", "fr")),
        day=date(2026, 5, 4),
        title=title,
        body=body,
        url=_URL,
        base=_URL,
        issued=issued or NOW,
        **told,
    )


def _normalised(release: Release) -> None:
    """Make an entry of a release, and look at it as those do who store and publish it."""
    try:
        entry = normalise(release)
    except FeedpubError:
        return
    assert entry.title == entry.title.strip() != ""
    assert not re.search("[\n\r\t\u2028\u2029]", entry.title), entry.title
    _in_range(entry.published)
    for address in _addresses(entry):
        parts = urlsplit(address)
        assert parts.scheme.lower() in ("http", "https"), address
        assert not re.search(r"[\s<>\"]", address), address
    for text in _texts(entry):
        assert not _NEVER.search(text), text[:200]
    assert msgspec.json.decode(msgspec.json.encode(entry), type=Entry) == entry


def _addresses(entry: Entry) -> Iterable[str]:
    links = [one.url for one in (*entry.attachments, *entry.videos, *entry.related)]
    photos = [address for one in entry.photos for address in (one.url, one.thumbnail)]
    return filter(None, (entry.url, *entry.counterparts.values(), *links, *photos))


def _texts(entry: Entry) -> Iterable[str]:
    links = (*entry.attachments, *entry.videos, *entry.related)
    return (
        entry.id, entry.key, entry.title, entry.summary, entry.content, entry.issuer, *_addresses(entry),
        *(one.title for one in links), *(one.caption + one.credit for one in entry.photos),
    )  # fmt: skip


def _in_range(moment: datetime | None) -> None:
    """Whether a moment can be published: it is aware, and in any zone within the calendar."""
    if moment is None:
        return
    assert moment.tzinfo is not None
    assert moment.year in _YEARS
    moment.astimezone(UTC)
    moment.astimezone(ZoneInfo("Pacific/Kiritimati"))


def source(options: Any) -> Source:
    return Source(
        id="town",
        kind="pages",
        authority="town.example",
        timezone=ZONE,
        schedule=timedelta(minutes=10),
        credits={},
        options=options,
    )


def around() -> Surroundings:
    return Surroundings(now=NOW, http=HttpTable(), user_agent="tests", languages=("en", "zh-Hant", "fr"), pacer=Pacer())

"""The tables of a config as they are written: every key with its type and default; an unknown one is an error."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from feedpub.feedtables import FeedTable
from feedpub.texts import Texts


class SiteTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [site] table; `search` is whether there is what it needs, where it is left out."""

    base_url: str
    title: Texts
    languages: list[str]
    timezone: str = "UTC"
    derive: dict[str, str] = {}
    counterpart_line: bool = True
    correction_note: bool = True
    withdrawn_for: str = "14d"
    images: str = "links"
    search: bool | None = None


class OutputTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [output] table; `compress` is what there is, where it is left out."""

    directory: str
    compress: list[str] | None = None


class WebSubTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [websub] table."""

    hubs: list[str]
    timeout: float = 10.0


class AlertTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [alert] table: who is told of faults; at least one of the two."""

    command: list[str] = []
    webhook: str = ""
    timeout: float = 30.0


class MetricsTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [metrics] table."""

    textfile: str


class StoreTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [store] table."""

    url: str


class TopicsTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [topics] table; `bodies` is "bodies.toml" beside the taxonomy where it is left out."""

    taxonomy: str
    bodies: list[str] | None = None


class PairingTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [pairing] table."""

    terms: list[str] = []
    single_after: str = "1d"


class HttpTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of what asking may cost.

    One request: bytes decoded (a photo has a limit of its own), seconds without an answer (`timeout`) and in all
    (`deadline`), redirects. Where it fails for now it is made again, `attempts` in all, after `retry_wait` seconds and
    then longer. One source in one run: `pages_per_run` releases, `run_time` seconds; what is left is for the next run.
    `proxy` is the address of a proxy, or "environment" for those that the environment names.
    """

    max_page_bytes: int = 5_000_000
    max_feed_bytes: int = 10_000_000
    max_picture_bytes: int = 10_000_000
    timeout: float = 20.0
    deadline: float = 120.0
    max_redirects: int = 5
    attempts: int = 3
    retry_wait: float = 1.0
    pages_per_run: int = 1_000
    run_time: float = 600.0
    proxy: str = ""


class CollectTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The [collect] table; `keep_pages` is the folder that the pages of releases are kept in, "" for none."""

    keep_pages: str = ""


class ExpectTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table [source.expect]: what the operator expects of a source, in place of what is learned."""

    silence: str | None = None
    per_day: int | None = None
    shortest: int | None = None
    holidays: list[date] = []
    ignore: list[str] = []


class SourceTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every kind of source has; a kind's own keys are its options (collect/kinds.py)."""

    id: str
    kind: str
    schedule: str = "30m"
    timezone: str | None = None
    authority: str | None = None
    credit: Texts = ""
    rights: Texts = ""
    recheck: str = "30d"
    measure_enclosures: bool = False
    expect: ExpectTable = ExpectTable()


class Root(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    site: SiteTable
    output: OutputTable
    store: StoreTable
    source: list[dict[str, Any]]
    topics: TopicsTable | None = None
    collect: CollectTable = CollectTable()
    http: HttpTable = HttpTable()
    websub: WebSubTable = WebSubTable(hubs=[])
    alert: AlertTable | None = None
    metrics: MetricsTable | None = None
    pairing: PairingTable = PairingTable()
    feed: list[FeedTable] = []

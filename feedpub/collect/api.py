"""Kind "api": finds releases in JSON over HTTP, by JMESPath rules (https://jmespath.org)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from feedpub import characters
from feedpub.collect import dates, plaintext
from feedpub.collect.base import Past, Surroundings
from feedpub.collect.http import Reply
from feedpub.collect.lists import ListPage
from feedpub.collect.listtexts import TextListSource, too_long
from feedpub.collect.options import PLACEHOLDER, ApiOptions
from feedpub.collect.webaddress import absolute
from feedpub.config import Source
from feedpub.errors import ReleaseError, SourceError
from feedpub.model import Sighting

_MOST_VALUES = 500_000
"""Values of an answer: each takes a multiple of its bytes in memory."""
_MOST_NAMED = 3


def open_source(source: Source, surroundings: Surroundings) -> ApiSource:
    """Open a source of kind "api" for one run."""
    return ApiSource(source, surroundings)


class ApiSource(TextListSource):
    """An API with an answer for each language, or several where it gives them by pages."""

    options: ApiOptions

    def __init__(self, source: Source, surroundings: Surroundings) -> None:
        super().__init__(source, surroundings)
        self.most_lists = self.options.most_lists
        self.may_have_texts = bool(self.options.body)
        self._of_days = False
        self._places: dict[str, _Place] = {}
        self._seen: set[tuple[str, str]] = set()

    def addresses(self, language: str) -> tuple[str, ...]:
        """The addresses of the first pages: of the days up to today, where they have days."""
        today = self.today()
        return self.within(language, today - timedelta(days=self.options.days - 1), today)

    def within(self, language: str, first: date, last: date) -> tuple[str, ...]:
        """The addresses of the first pages that have the releases of some days, both included."""
        templates = self.options.addresses(language)
        return tuple(self._address(_Place(template=one, first=first, last=last)) for one in templates)

    def parse(self, reply: Reply, language: str) -> ListPage:
        """Read one page of the answer."""
        try:
            records = self._records(reply)
        except SourceError as problem:
            raise SourceError(f"{reply.url}: {problem}") from None
        found: list[Sighting] = []
        broken: list[str] = []
        for number, record in enumerate(records, start=1):
            try:
                sighting = self._sighting(record, reply.url, language)
            except ValueError as problem:
                broken.append(f"record {number}: {problem}")
                continue
            if sighting:
                found.append(sighting)
        failures = [f"{reply.url}: {one}" for one in broken[:_MOST_NAMED]]
        if len(broken) > _MOST_NAMED:
            failures.append(f"{reply.url}: {len(broken) - _MOST_NAMED} more records that cannot be read")
        return ListPage(
            sightings=tuple(found),
            next_address=self._next(reply.url, language, found, len(records)),
            failures=tuple(failures),
        )

    def past(self, first: date, last: date) -> Iterator[Past]:
        """Parts of some days, where all addresses have them; else the pages, as far back as the first day.

        Raises:
            SourceError: the addresses have neither days nor an offset or a page.
        """
        from feedpub.collect import listpast  # noqa: PLC0415 - runs of the job have no use for it

        names = [set(PLACEHOLDER.findall(one)) for one in self.options.every_address()]
        if all({"from", "to"} <= one for one in names):
            self._of_days, self.most_lists = True, listpast.MOST_PAGES
            return listpast.by_days(self, first, last, self.options.days, self.within)
        if all({"offset", "page"} & one for one in names):
            return listpast.by_pages(self, first, last)
        raise SourceError('its past cannot be asked for: its lists have no "{from}" and "{to}", "{offset}" or "{page}"')

    def naming(self, sighting: Sighting) -> tuple[str, ...]:
        """The addresses of the lists that may name a release: in the past, those of its days."""
        day = self.day(sighting)
        if day is None or not self._of_days:
            return super().naming(sighting)
        from feedpub.collect import listpast  # noqa: PLC0415 - as above

        begin, end = listpast.part(day, self.options.days)
        return self.within(sighting.language, begin, min(end, self.today()))

    def _records(self, reply: Reply) -> list[Any]:
        answer = read(reply.body, reply.charset)
        if self.options.ok and search(self.options.ok, answer) is not True:
            said = search(self.options.error, answer) if self.options.error else answer
            raise SourceError(f"says that something is wrong (ok = “{self.options.ok}” is not true): {_shown(said)}")
        records = search(self.options.items, answer)
        if not isinstance(records, list):
            raise SourceError(
                f"the rule items = “{self.options.items}” gives {_kind(records)} and no list; the answer {_top(answer)}"
            )
        return records

    def _sighting(self, record: Any, url: str, language: str) -> Sighting | None:
        """What one record says.

        Raises:
            ValueError: it has no link, no title or no date.
        """
        rules = self.options
        title = self._needed("title", record)
        title = plaintext.plain(title) if plaintext.is_markup(title) else title
        link = self._needed("link", record)
        address = absolute(url, link)
        if address is None:
            raise ValueError(f"link = “{rules.link}” gives “{link[:200]}”, which is no address")
        body = text_of(record, rules.body) if rules.body else ""
        if said := too_long(title, body):
            raise ValueError(said)
        summary = text_of(record, rules.summary) if rules.summary else ""
        sighting = self.sighting(
            address,
            language,
            title=title,
            issued=self._dated(record),
            rest=plaintext.plain(plaintext.as_html(body or summary)),
            fetched=not body,
        )
        if sighting and body and self.full(sighting) is None:
            from feedpub.collect.linkedpage import LinkedPage  # noqa: PLC0415 - answers without texts need no parser

            self.keep_text(sighting, LinkedPage(title=title, body=plaintext.as_html(body)))
        return sighting

    def _dated(self, record: Any) -> datetime | None:
        rules = self.options
        if not rules.date:
            return None
        written = text_of(record, rules.date)
        issued = dates.parse(written, rules.date_formats, self.source.timezone) if written else None
        if issued is None and not rules.date_in_link:
            known = f"gives “{written[:60]}”, which is no date; give its format in `date_formats`"
            raise ValueError(f"date = “{rules.date}” {known if written else 'gives nothing'}")
        return issued

    def _needed(self, name: str, record: Any) -> str:
        rule: str = getattr(self.options, name)
        found = " ".join(text_of(record, rule).split())
        if not found:
            raise ValueError(f"{name} = “{rule}” gives nothing; {_top(record)}")
        return found

    def _next(self, url: str, language: str, found: list[Sighting], count: int) -> str:
        """The address of the next page: "" where this one has nothing that was not in those before."""
        # Of an answer that came from elsewhere, by a redirect, only the language is known.
        place = self._places.get(url) or self._places[self.addresses(language)[0]]
        fresh = {(place.template, one.key) for one in found} - self._seen
        self._seen |= fresh
        if not fresh:
            return ""
        return self._address(msgspec.structs.replace(place, page=place.page + 1, offset=place.offset + count))

    def _address(self, place: _Place) -> str:
        filled = {
            "page": str(place.page),
            "offset": str(place.offset),
            "from": place.first.strftime(self.options.day_format),
            "to": place.last.strftime(self.options.day_format),
        }
        address = PLACEHOLDER.sub(lambda match: filled.get(match[1], match[0]), place.template)
        self._places[address] = place
        return address


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page of an answer is: an address of the config, and what stands for the placeholders in it."""

    template: str
    first: date
    last: date
    page: int = 1
    offset: int = 0


def read(raw: bytes, charset: str = "") -> Any:
    """Read JSON as strictly as it is meant (RFC 8259), and with bounds.

    Raises:
        SourceError: it is no JSON, has a name twice, or is too much.
    """
    from feedpub.collect import charsets  # noqa: PLC0415 - answers that did not change need no decoder

    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > _MOST_VALUES:
        raise SourceError(f"has more than {_MOST_VALUES:,} values; ask for fewer")
    try:
        text = charsets.decode(raw, charset, what="answer").text
    except ReleaseError as problem:
        raise SourceError(str(problem)) from None
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError:
        raise SourceError("is no JSON that can be read: nested too deeply") from None
    except ValueError as problem:
        if text.lstrip()[:1] == "<":
            raise SourceError(f"is no JSON but {plaintext.page_name(text)}") from None
        raise SourceError(f"is no JSON: {problem}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has “{twice[:60]}” twice")
    return found


def _constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def search(rule: str, value: Any) -> Any:
    """What a rule gives of a value.

    Raises:
        SourceError: the rule cannot be used on it.
    """
    from jmespath.exceptions import JMESPathError  # noqa: PLC0415 - only sources of this kind need it

    try:
        return compiled(rule).search(value)
    except JMESPathError as problem:
        raise SourceError(f"the rule “{rule}” cannot be used: {problem}") from None


@lru_cache(maxsize=256)
def compiled(rule: str) -> Any:
    """A rule, ready to be asked."""
    import jmespath  # noqa: PLC0415 - only sources of this kind need it

    return jmespath.compile(rule)


def text_of(record: Any, rule: str) -> str:
    """What a rule gives of a record, as text; "" where it gives nothing.

    Raises:
        ValueError: it gives something that is no text, or cannot be used.
    """
    try:
        found = search(rule, record)
    except SourceError as problem:
        raise ValueError(str(problem)) from None
    if found is None:
        return ""
    if isinstance(found, str):
        return characters.xml_safe(found).strip()  # JSON can name half a character.
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    raise ValueError(f"the rule “{rule}” gives {_kind(found)} and no text")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number")


def _top(value: Any) -> str:
    """What a value has at its top, for an error."""
    if isinstance(value, dict):
        keys = ", ".join(characters.xml_safe(name)[:40] for name in list(value)[:12])
        return f"has {keys}" if keys else "is an empty object"
    return f"is {_kind(value)}"


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return re.sub(r"\s+", " ", characters.xml_safe(text))[:200]

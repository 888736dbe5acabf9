"""What a source of kind "api" makes of answers, and what it says of those that it cannot use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feedpub.collect import api
from feedpub.collect.api import ApiSource
from feedpub.collect.base import Discovery, Surroundings
from feedpub.collect.http import Reply
from feedpub.collect.lists import ListPage
from feedpub.collect.options import ApiOptions
from feedpub.collect.pacer import Pacer
from feedpub.config import Source
from feedpub.configtables import HttpTable
from feedpub.errors import SourceError
from feedpub.model import Validators
from tests import loopback
from tests.loopback import Loopback

ZONE = ZoneInfo("Asia/Hong_Kong")
URL = "https://api.example/v1/news"


@pytest.fixture
def opened() -> Iterator[list[ApiSource]]:
    """The sources that a test opens; they are closed behind it."""
    sources: list[ApiSource] = []
    yield sources
    for one in sources:
        one.close()


def open_api(opened: list[ApiSource], address: str = URL, **options: Any) -> ApiSource:
    given: dict[str, Any] = {
        "items": "items",
        "lists": {"en": address},
        "requests_per_second": 0,
        "allow_private_network": True,
    }
    source = Source(
        id="api",
        kind="api",
        authority="api.example",
        timezone=ZONE,
        schedule=timedelta(minutes=10),
        credits={},
        options=ApiOptions(**given | options),
    )
    surroundings = Surroundings(
        now=datetime(2026, 12, 1, 0, 30, tzinfo=ZONE),
        http=HttpTable(timeout=2.5),
        user_agent="tests",
        languages=("en",),
        pacer=Pacer(),
    )
    opened.append(ApiSource(source, surroundings))
    return opened[-1]


def parse(source: ApiSource, body: str | bytes, url: str = URL) -> ListPage:
    raw = body.encode() if isinstance(body, str) else body
    return source.parse(Reply(url=url, status=200, body=raw, charset="", validators=Validators()), "en")


def discover(source: ApiSource) -> Discovery:
    return source.discover(lambda _: None)


# What rules give


def test_rules_find_what_lies_deep(opened: list[ApiSource]) -> None:
    source = open_api(
        opened,
        items="data.list[?type == 'press'][]",
        title="heading.en",
        link="join('/', ['/news', to_string(id), 'index.html'])",
        date="time.issued",
        date_formats=["%s"],
    )
    found = parse(
        source,
        '{"data": {"list": [{"type": "ad"}, {"type": "press", "id": 7, "heading": {"en": "A &amp; <b>B</b>"},'
        ' "time": {"issued": 1795138200}}]}}',
    )
    (one,) = found.sightings
    assert (one.title, one.address, one.key) == (
        "A & B",
        "https://api.example/news/7/index.html",
        "en/api.example/news/7/index.html",
    )
    assert one.issued == datetime(2026, 11, 20, 9, 30, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("record", "what"),
    [
        ('{"title": "T", "date": "2026-11-20"}', "record 1: link = “link” gives nothing; has title, date"),
        ('{"link": "/1", "date": "2026-11-20"}', "record 1: title = “title” gives nothing; has link, date"),
        ('{"link": "/1", "title": " ", "date": "2026-11-20"}', "record 1: title = “title” gives nothing"),
        ('{"link": "/1", "title": "T"}', "record 1: date = “date” gives nothing"),
        ('{"link": "/1", "title": "T", "date": "1/2/2026"}', "gives “1/2/2026”, which is no date; give its format"),
        ('{"link": "javascript:x", "title": "T", "date": "2026-11-20"}', "“javascript:x”, which is no address"),
        ('{"link": {"x": 1}, "title": "T", "date": "2026-11-20"}', "the rule “link” gives an object and no text"),
        ('"text"', "record 1: title = “title” gives nothing; is a text"),
    ],
)
def test_a_record_that_lacks_something_costs_that_record_only(record: str, what: str, opened: list[ApiSource]) -> None:
    whole = '{"link": "/2", "title": "Whole", "date": "2026-11-20"}'
    found = parse(open_api(opened), f'{{"items": [{record}, {whole}]}}')
    assert [one.title for one in found.sightings] == ["Whole"]
    (failure,) = found.failures
    assert what in failure


def test_many_broken_records_are_a_few_lines(opened: list[ApiSource]) -> None:
    found = parse(open_api(opened), f'{{"items": [{", ".join(["{}"] * 50)}]}}')
    assert len(found.failures) == 4
    assert found.failures[-1].endswith("47 more records that cannot be read")


def test_a_date_that_the_page_has_is_not_asked_of_the_answer(opened: list[ApiSource]) -> None:
    found = parse(open_api(opened, date=""), '{"items": [{"link": "/1", "title": "T"}]}')
    assert (found.sightings[0].issued, found.failures) == (None, ())


def test_a_function_that_does_not_fit_a_record_costs_that_record_only(opened: list[ApiSource]) -> None:
    source = open_api(opened, title="join(' ', titles)")
    records = '{"link": "/1", "titles": 5, "date": "2026-11-20"}, {"link": "/2", "titles": ["A"], "date": "2026-11-20"}'
    found = parse(source, f'{{"items": [{records}]}}')
    assert [one.title for one in found.sightings] == ["A"]
    assert "record 1: the rule “join(' ', titles)” cannot be used" in found.failures[0]


# Answers that are no use


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("", "the answer is empty"),
        ("{", "is no JSON: "),
        ("<!doctype html><title>Sorry</title>", "is no JSON but a page (“Sorry”)"),
        (
            '{"results": [], "count": 0}',
            "the rule items = “items” gives nothing and no list; the answer has results, count",
        ),
        ('{"items": {"a": 1}}', "gives an object and no list"),
        ("[]", "gives nothing and no list; the answer is a list"),
        ('{"items": [], "items": []}', "an object has “items” twice"),
        ('{"items": [NaN]}', "NaN is no number of JSON"),
        ('{"items": [-Infinity]}', "-Infinity is no number of JSON"),
        ('{"items": ' + "9" * 10_000 + "}", "is no JSON: "),
        ('{"items": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ("[" + "0," * 600_000 + "0]", "has more than 500,000 values; ask for fewer"),
        (b'{"items": "\xff\xfe\xfd"}', "answer"),
    ],
)
def test_an_answer_that_is_no_use_is_told_in_one_line(body: str | bytes, what: str, opened: list[ApiSource]) -> None:
    with pytest.raises(SourceError) as refused:
        parse(open_api(opened), body)
    assert what in str(refused.value)
    assert str(refused.value).startswith(f"{URL}: ")
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("success", ["false", "null", '"true"', "1", '{"yes": true}'])
def test_what_is_not_true_is_not_well(success: str, opened: list[ApiSource]) -> None:
    source = open_api(opened, ok="success", error="message")
    with pytest.raises(SourceError, match=r"says that something is wrong .*: Too many requests"):
        parse(source, f'{{"success": {success}, "message": "Too many\\nrequests", "items": []}}')


def test_without_a_rule_for_errors_the_answer_is_shown(opened: list[ApiSource]) -> None:
    with pytest.raises(SourceError, match=r'is not true\): {"code": 7'):
        parse(open_api(opened, ok="code == `0`"), '{"code": 7, "items": []}')


def test_an_answer_in_big5_is_read(opened: list[ApiSource]) -> None:
    body = '{"items": [{"link": "/1", "title": "渡輪碼頭明早重開，首班船六時開出", "date": "2026-11-20"}]}'
    assert parse(open_api(opened), body.encode("big5hkscs")).sightings[0].title == "渡輪碼頭明早重開，首班船六時開出"


# Addresses and pages


def test_days_in_an_address_are_those_up_to_today(opened: list[ApiSource]) -> None:
    source = open_api(opened, f"{URL}?from={{from}}&to={{to}}&p={{page}}&o={{offset}}", days=3, day_format="%d.%m.%Y")
    assert source.address("en") == f"{URL}?from=29.11.2026&to=01.12.2026&p=1&o=0"


def record(number: int) -> str:
    return f'{{"link": "/{number}", "title": "No. {number}", "date": "2026-11-20"}}'


def answer(*numbers: int) -> loopback.Route:
    return loopback.page(f'{{"items": [{", ".join(map(record, numbers))}]}}', "application/json")


@pytest.mark.parametrize(
    ("most", "asked", "seen"),
    [(1, ["/n?p=1"], 2), (2, ["/n?p=1", "/n?p=2"], 3), (9, ["/n?p=1", "/n?p=2", "/n?p=3"], 3)],
)
def test_pages_are_asked_for_until_one_has_nothing_new(
    most: int, asked: list[str], seen: int, opened: list[ApiSource]
) -> None:
    routes = {"/n?p=1": answer(1, 2), "/n?p=2": answer(2, 3), "/n?p=3": answer(3)}
    with Loopback(routes) as server:
        found = discover(open_api(opened, server.address("/n?p={page}"), most_lists=most))
    assert (server.paths, len(found.sightings)) == (asked, seen)


def test_a_list_none_of_whose_records_can_be_read_is_not_empty_but_broken(opened: list[ApiSource]) -> None:
    with Loopback({"/n": loopback.page('{"items": [{"link": "/1", "title": ""}]}', "application/json")}) as server:
        source = open_api(opened, server.address("/n"))
        with pytest.raises(
            SourceError, match=r"list in en: nothing of it can be read: .*/n: record 1: title = “title” gives nothing"
        ):
            discover(source)


def test_an_api_that_ignores_the_page_is_asked_twice(opened: list[ApiSource]) -> None:
    with Loopback({"/n": answer(1, 2)}) as server:
        found = discover(open_api(opened, server.address("/n?o={offset}"), most_lists=9))
    assert (server.paths, len(found.sightings)) == (["/n?o=0", "/n?o=2"], 2)


def test_a_text_of_the_answer_is_taken_from_it(opened: list[ApiSource]) -> None:
    with Loopback() as server:
        server.routes["/n"] = loopback.page(
            '{"items": [{"link": "https://other.example/1", "title": "T", "date": "2026-11-20",'
            ' "text": "A & b.\\n\\nC."}]}'
        )
        source = open_api(opened, server.address("/n"), body="text")
        (one,) = discover(source).sightings
        release = source.read(one, Validators()).release
    assert release is not None
    assert (release.body, release.url) == ("<p>A &amp; b.</p><p>C.</p>", "https://other.example/1")
    assert server.paths == ["/n"]


# Keys of the config


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"items": "a["}, 'items: "a[" is no JMESPath expression'),
        ({"title": ""}, "title: is empty"),
        ({"link": "a |"}, "link: "),
        ({"ok": "=="}, "ok: "),
        (
            {"lists": {"en": URL + "?p={pages}"}},
            'lists: en: unknown "{pages}"; expected {offset}, {page}, {from}, {to}',
        ),
        ({"most_lists": 2}, 'most_lists: the address in en has no "{offset}" or "{page}"'),
        ({"most_lists": 0}, "most_lists: expected 1 to"),
        ({"days": 0}, "days: expected 1 to"),
    ],
)
def test_a_key_that_cannot_be_used_is_named(options: dict[str, Any], what: str) -> None:
    from feedpub.collect.options import check_api  # noqa: PLC0415 - the one test that needs it

    given = {"items": "items", "lists": {"en": URL}} | options
    with pytest.raises(ValueError, match=r".") as refused:
        check_api(ApiOptions(**given))
    assert what in str(refused.value)


def test_numbers_of_json_stay_what_they_are() -> None:
    assert api.text_of({"id": 20261119}, "id") == "20261119"

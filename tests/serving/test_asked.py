"""What requests ask for: weights, encodings, languages, parts, conditions."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedpub.serving import asked
from feedpub.serving.asked import FAILED, NOT_MODIFIED, OK, Part

BOTH = ("br", "gzip")
SIZE = 1000

# Encodings


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        (None, ()),
        ("", ()),
        ("identity", ()),
        ("deflate, zstd", ()),
        ("gzip", ("gzip",)),
        ("GZIP", ("gzip",)),
        ("x-gzip", ("gzip",)),
        ("gzip, deflate, br", ("br", "gzip")),
        ("br;q=0.5, gzip", ("gzip", "br")),
        ("br;q=0.5,gzip;q=0.9", ("gzip", "br")),
        ("br;q=0, gzip", ("gzip",)),
        ("br ; Q=0.000 , gzip;q=0.001", ("gzip",)),
        ("*", ("br", "gzip")),
        ("*;q=0", ()),
        ("br, *;q=0", ("br",)),
        ("gzip;q=0, *", ("br",)),
        ("identity, gzip;q=0.5", ()),
        ("identity;q=0.5, gzip", ("gzip",)),
        ("identity;q=0, gzip;q=0.1", ("gzip",)),
        ("gzip;q=2", ()),
        ("gzip;q=-1, br;q=x", ()),
        ("gzip;level=9", ()),
        ("br;q=0, br", ()),
    ],
)
def test_the_encodings_that_are_taken_the_best_first(header: str | None, taken: tuple[str, ...]) -> None:
    assert asked.encodings(header, BOTH) == taken


@given(st.dictionaries(st.sampled_from(["br", "gzip", "identity", "*", "zstd"]), st.integers(0, 1000)))
def test_nothing_is_sent_in_an_encoding_that_is_refused(weights: dict[str, int]) -> None:
    header = ", ".join(f"{name};q={weight / 1000:.3f}" for name, weight in weights.items())
    taken = asked.encodings(header, BOTH)
    for one in BOTH:
        weight = weights.get(one, weights.get("*", 0))
        assert (one in taken) == (weight > 0 and weight >= weights.get("identity", 0))
    assert list(taken) == sorted(taken, key=lambda one: -weights.get(one, weights.get("*", 0)))


@given(st.text(max_size=60))
def test_whatever_a_header_holds_it_is_read(header: str) -> None:
    assert set(asked.encodings(header, BOTH)) <= set(BOTH)
    assert asked.language(header, ("en", "zh-Hant")) in ("en", "zh-Hant")
    part = asked.part(header, SIZE)
    assert part is None or 0 <= part.start <= part.end <= SIZE
    headers = {"if-none-match": header, "if-modified-since": header, "if-range": header}
    assert asked.precondition(headers, '"tag"', 0) in (OK, NOT_MODIFIED)


# Languages


@pytest.mark.parametrize(
    ("header", "ours", "best"),
    [
        (None, ("en", "zh-Hant"), "en"),
        ("", ("zh-Hant", "en"), "zh-Hant"),
        ("zh-HK", ("en", "zh-Hant"), "zh-Hant"),
        ("zh-HK,zh;q=0.9,en;q=0.8", ("en", "zh-Hant", "zh-Hans"), "zh-Hant"),
        ("zh-CN,zh;q=0.9,en;q=0.8", ("en", "zh-Hant", "zh-Hans"), "zh-Hans"),
        ("zh-CN,en;q=0.8", ("en", "zh-Hant"), "zh-Hant"),
        ("zh", ("en", "zh-Hant"), "zh-Hant"),
        ("en-GB;q=0.3, zh-TW;q=0.7", ("en", "zh-Hant"), "zh-Hant"),
        ("de, fr;q=0.9, en;q=0.1", ("en", "zh-Hant"), "en"),
        ("de, ja", ("pt", "zh-Hant"), "pt"),
        ("pt-BR", ("zh-Hant", "pt"), "pt"),
        ("zh-Hant;q=0, en;q=0.1", ("zh-Hant", "en"), "en"),
        ("*", ("zh-Hant", "en"), "zh-Hant"),
    ],
)
def test_the_language_that_a_visitor_reads_best(header: str | None, ours: tuple[str, ...], best: str) -> None:
    assert asked.language(header, ours) == best


# Parts


@pytest.mark.parametrize(
    ("header", "part"),
    [
        (None, None),
        ("", None),
        ("bytes=0-0", Part(0, 1)),
        ("bytes=0-499", Part(0, 500)),
        ("bytes=500-", Part(500, 1000)),
        ("bytes=500-5000", Part(500, 1000)),
        ("bytes=-1", Part(999, 1000)),
        ("bytes=-5000", Part(0, 1000)),
        ("Bytes = 5 - 9", Part(5, 10)),
        ("bytes=00000000000000000000000000005-9", Part(5, 10)),
        ("bytes=0-" + "9" * 3000, Part(0, 1000)),
        ("bytes=1000-", Part(1000, 1000)),
        ("bytes=5000-6000", Part(1000, 1000)),
        ("bytes=" + "9" * 3000 + "-", Part(1000, 1000)),
        ("bytes=-0", Part(1000, 1000)),
        # What is none, and what asks for several, is for all of it.
        ("bytes=5-4", None),
        ("bytes=2000-1999", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=\u0660-\u0669", None),
        ("bytes=0x0-0x9", None),
        ("bytes=0-4,6-9", None),
        ("lines=0-4", None),
        ("bytes 0-4", None),
        ("bytes=+0-4", None),
    ],
)
def test_the_part_that_is_asked_for(header: str | None, part: Part | None) -> None:
    assert asked.part(header, SIZE) == part


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=0-0", "bytes=-1", "bytes=-0", "bytes=7-"])
def test_of_nothing_there_is_no_part(header: str) -> None:
    assert asked.part(header, 0) == Part(0, 0)


@given(st.integers(0, 50), st.one_of(st.none(), st.integers(0, 60)), st.one_of(st.none(), st.integers(0, 60)))
def test_a_part_is_what_a_slice_of_the_bytes_is(size: int, first: int | None, last: int | None) -> None:
    document = bytes(range(size))
    header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    part = asked.part(header, size)
    if first is None and last is None:
        assert part is None
    elif first is None:
        assert part
        assert document[part.start : part.end] == (document[-last:] if last else b"")
    elif last is None:
        assert part
        assert document[part.start : part.end] == document[first:]
    elif last < first:
        assert part is None
    else:
        assert part
        assert document[part.start : part.end] == document[first : last + 1]


# Conditions

TAG = '"1-2-3"'
WRITTEN = int(datetime(2026, 11, 23, 8, 0, 0, tzinfo=UTC).timestamp())


def date(seconds: int) -> str:
    return format_datetime(datetime.fromtimestamp(WRITTEN + seconds, UTC), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, OK),
        ({"if-none-match": TAG}, NOT_MODIFIED),
        ({"if-none-match": f"W/{TAG}"}, NOT_MODIFIED),
        ({"if-none-match": f'"a", "b,c", {TAG}'}, NOT_MODIFIED),
        ({"if-none-match": "*"}, NOT_MODIFIED),
        ({"if-none-match": '"1-2-3-br"'}, OK),
        ({"if-none-match": "1-2-3"}, OK),
        ({"if-modified-since": date(0)}, NOT_MODIFIED),
        ({"if-modified-since": date(1)}, NOT_MODIFIED),
        ({"if-modified-since": date(-1)}, OK),
        ({"if-modified-since": "Monday, 23-Nov-26 08:00:00 GMT"}, NOT_MODIFIED),
        ({"if-modified-since": "yesterday"}, OK),
        ({"if-modified-since": "Mon, 23 Nov 99999 08:00:00 GMT"}, OK),
        # Where there is a tag, nobody looks at the date.
        ({"if-none-match": '"old"', "if-modified-since": date(1)}, OK),
        ({"if-none-match": TAG, "if-modified-since": date(-1)}, NOT_MODIFIED),
        ({"if-match": TAG}, OK),
        ({"if-match": "*"}, OK),
        ({"if-match": f'"a", {TAG}'}, OK),
        ({"if-match": f"W/{TAG}"}, FAILED),
        ({"if-match": '"old"'}, FAILED),
        ({"if-unmodified-since": date(0)}, OK),
        ({"if-unmodified-since": date(-1)}, FAILED),
        ({"if-match": TAG, "if-unmodified-since": date(-1)}, OK),
        ({"if-match": '"old"', "if-none-match": TAG}, FAILED),
        ({"if-match": TAG, "if-none-match": TAG}, NOT_MODIFIED),
    ],
)
def test_conditions_are_looked_at_in_the_order_of_the_rfc(headers: dict[str, str], status: int) -> None:
    assert asked.precondition(headers, TAG, WRITTEN) == status


@pytest.mark.parametrize(
    ("header", "same"),
    [(None, True), (TAG, True), (f"W/{TAG}", False), ('"old"', False), (date(0), False), ("*", False)],
)
def test_the_rest_is_sent_only_to_who_has_the_beginning_of_the_same(header: str | None, *, same: bool) -> None:
    assert asked.same(header, TAG) == same

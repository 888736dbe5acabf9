"""HTML files. Every folder of releases/ is a case; its `expected.json` says what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedpub.collect.files import webpage
from feedpub.collect.webaddress import absolute
from feedpub.errors import ReleaseError
from tests.collect.files.files_cases import ZONE, cases, described, expectation, read_case, shown

_CASES = cases(".html", ".htm")


@pytest.mark.parametrize("case", _CASES, ids=lambda case: str(case.name))
def test_a_page_becomes_the_expected_release(case: Path, tmp_path: Path) -> None:
    expected = expectation(case)
    if "error" not in expected:
        assert shown(read_case(case, tmp_path)) == described(expected)
        return
    with pytest.raises(ReleaseError) as refused:
        read_case(case, tmp_path)
    assert expected["error"] in str(refused.value)
    assert "notice.html" in str(refused.value), "the message names the file"


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="https://a.example/1">', "https://a.example/1"),
        ('<meta property="og:url" content=" http://a.example/2 ">', "http://a.example/2"),
        (
            '<meta property="og:url" content="https://a.example/2"><link rel="canonical" href="https://a.example/1">',
            "https://a.example/1",
        ),
        ('<link rel="canonical" href="/1">', None),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ("", None),
    ],
)
def test_a_page_says_where_it_is_from(head: str, url: str | None) -> None:
    raw = f"<html><head>{head}</head><body><h1>T</h1><p>Text.</p></body></html>".encode()
    assert webpage.read(raw, ZONE).url == url


def test_a_tail_tells_the_time_in_any_page() -> None:
    raw = b"<h1>T</h1><p>Text.</p><p>Ends/Thursday, December 3, 2026</p><p>Issued at HKT 16:45</p>"
    found = webpage.read(raw, ZONE).found
    assert found.issued is not None
    assert found.issued.isoformat() == "2026-12-03T16:45:00+08:00"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("/x", None),
        ("javascript:alert(1)", None),
        ("mailto:a@a.example", None),
        ("http://[", None),
    ],
)
def test_only_absolute_web_addresses_count(address: str, expected: str | None) -> None:
    assert absolute(None, address) == expected

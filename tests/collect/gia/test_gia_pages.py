"""Every folder below pages/ is a case: a page as the server sends it, and what is to become of it.

`expected.json` says in `about` what the case shows; `error` is a part of the expected refusal. Where the markup
matters, `content.html` is the whole expected content. A new case is a new folder.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from lxml import etree

from feedpub.collect.gia import addresses, page
from feedpub.entries.normalise import normalise
from feedpub.errors import ReleaseError
from feedpub.model import Entry, Release

_CASES = sorted(path for path in (Path(__file__).parent / "pages").iterdir() if path.is_dir())
_ZONE = ZoneInfo("Asia/Hong_Kong")
_LISTED_AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
_BLOCKS = ("p", "h3", "h4", "h5", "h6", "blockquote", "pre", "li", "caption", "tr")


def _read(case: Path, expected: dict[str, Any]) -> tuple[page.Page, Entry]:
    url = expected["url"]
    found = page.read((case / "page.html").read_bytes(), url=url, zone=_ZONE)
    detail = addresses.detail(url)
    assert detail is not None
    release = Release(
        source="saltmarsh",
        authority="www.saltmarsh.example",
        key=detail.key,
        language=found.language or expected["listed_in"],
        day=detail.day,
        title=found.title,
        body=found.body,
        url=url,
        base=url,
        issued=found.issued or _LISTED_AT,
        photos=found.photos,
        attachments=found.attachments,
        videos=found.videos,
        related=found.related,
        counterparts=found.counterparts,
    )
    return found, normalise(release)


def _paragraphs(content: str) -> list[str]:
    """The text of each block; a row of a table is one, its cells parted by bars."""
    root = etree.fromstring(f"<div>{content}</div>", etree.HTMLParser(encoding="utf-8"))
    found = []
    for block in root.iter(*_BLOCKS):
        if block.tag == "tr":
            found.append(" | ".join("".join(cell.itertext()) for cell in block))
        else:
            found.append("".join(block.itertext()))
    return found


@pytest.mark.parametrize("case", _CASES, ids=lambda case: str(case.name))
def test_a_page_becomes_the_expected_entry(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    if "error" in expected:
        with pytest.raises(ReleaseError) as refused:
            _read(case, expected)
        assert expected["error"] in str(refused.value)
        return
    found, entry = _read(case, expected)
    got = {
        "title": entry.title,
        "language": found.language,
        "issued": found.issued.isoformat() if found.issued else None,
        "markers": list(entry.markers),
        "issuer": entry.issuer,
        "summary": entry.summary,
        "paragraphs": _paragraphs(entry.content),
        "counterparts": entry.counterparts,
    }
    for name in ("photos", "attachments", "videos", "related"):
        got[name] = [msgspec.to_builtins(item) for item in getattr(entry, name)]
    described = {key: value for key, value in expected.items() if key not in ("about", "url", "listed_in")}
    assert got == {"issuer": "", **described}


@pytest.mark.parametrize(
    "case", [case for case in _CASES if (case / "content.html").exists()], ids=lambda case: str(case.name)
)
def test_the_content_is_exactly_the_expected_html(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    _, entry = _read(case, expected)
    assert entry.content + "\n" == (case / "content.html").read_text(encoding="utf-8")


def test_every_case_says_what_it_shows() -> None:
    for case in _CASES:
        assert json.loads((case / "expected.json").read_text(encoding="utf-8"))["about"], case.name


def test_the_servers_charset_counts_where_the_page_declares_none() -> None:
    markup = '<html><body><span id="PRHeadlineSpan">海堤</span><span id="pressrelease">內文</span></body></html>'
    found = page.read(markup.encode("big5"), url="https://a.example/", zone=_ZONE, charset="Big5")
    assert (found.title, found.body) == ("海堤", "內文")


def test_utf_8_is_read_as_such_whatever_is_declared() -> None:
    markup = '<html><body><span id="PRHeadlineSpan">海堤</span><span id="pressrelease">內文</span></body></html>'
    found = page.read(markup.encode(), url="https://a.example/", zone=_ZONE, charset="big5")
    assert found.title == "海堤"


def test_a_charset_that_nobody_knows_is_an_error_that_names_it() -> None:
    with pytest.raises(ReleaseError, match="x-salt"):
        page.read("海堤</html>".encode("big5"), url="https://a.example/", zone=_ZONE, charset="x-salt")


def test_a_page_with_a_title_and_no_text_is_no_release() -> None:
    markup = (
        b'<html><body><span id="PRHeadlineSpan">Sea wall</span><span id="pressrelease"> &nbsp;</span></body></html>'
    )
    with pytest.raises(ReleaseError, match="text is empty"):
        page.read(markup, url="https://a.example/", zone=_ZONE)


def test_a_page_may_be_photos_only() -> None:
    markup = (
        b'<html><body><span id="PRHeadlineSpan">Sea wall</span><span id="pressrelease"></span>'
        b'<a class="fancybox" href="/p_photo_1.jpg" title="The wall"></a></body></html>'
    )
    found = page.read(markup, url="https://a.example/gia/", zone=_ZONE)
    assert [photo.url for photo in found.photos] == ["https://a.example/p_photo_1.jpg"]


def test_the_day_of_a_release_is_its_folder_and_not_the_day_in_its_key() -> None:
    expected = json.loads((_CASES[0].parent / "issued-after-midnight" / "expected.json").read_text(encoding="utf-8"))
    _, entry = _read(_CASES[0].parent / "issued-after-midnight", expected)
    assert entry.published.date() == date(2026, 5, 5)
    assert entry.id == "tag:www.saltmarsh.example,2026-05-05:P2026050400902"


def test_text_that_is_nested_too_deeply_is_not_lost_silently() -> None:
    # libxml2 stops at 256 levels: the release is whole, or refused.
    deep = "before " + "<b>" * 300 + "deep" + "</b>" * 300 + " after"
    markup = f'<html><body><span id="PRHeadlineSpan">T</span><span id="pressrelease">{deep}</span></body></html>'
    try:
        found = page.read(markup.encode(), url="https://a.example/", zone=_ZONE)
    except ReleaseError:
        return
    assert (
        "".join(etree.HTML(f"<p>{found.body}</p>", etree.HTMLParser(huge_tree=True)).itertext()) == "before deep after"
    )


def test_a_control_character_in_an_address_costs_no_release() -> None:
    markup = (
        b'<html><body><span id="PRHeadlineSpan">Sea wall</span><span id="pressrelease">'
        b'<a href=" \x01javascript:go()">One</a> <img src="\x02\n/wall.jpg"> two</span></body></html>'
    )
    found = page.read(markup, url="https://a.example/", zone=_ZONE)
    assert '<a href="javascript:go()">One</a> <img src="/wall.jpg"> two' in found.body  # normalise() takes it away

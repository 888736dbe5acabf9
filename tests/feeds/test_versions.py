"""The line at the end of an entry's text that leads to its other languages."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import feedparser
import msgspec
import pytest

from feedpub import feeds
from feedpub.feeds import legible, versions
from feedpub.languages import LANGUAGES
from feedpub.model import Edition, Entry, Version
from tests.feeds.editions import BARE, FULL, edition

CHINESE = Version(language="zh-Hant", url="https://www.example.gov/P2.htm", title="市集重開")
SIMPLIFIED = Version(language="zh-Hans", url="http://sc.example.gov/TuniS/P2.htm", title="市集重开")


def with_versions(*found: Version, entry: Entry = FULL, **how: Any) -> Edition:
    return msgspec.structs.replace(edition(entry, **how), versions={entry.id: found})


def line(*found: Version, entry: Entry = FULL) -> str:
    content = versions.content(entry, with_versions(*found, entry=entry))
    assert content.startswith(entry.content)
    return content.removeprefix(entry.content)


def test_the_line_is_in_the_other_language_and_ends_the_content() -> None:
    expected = (
        '<p><a href="https://www.example.gov/P2.htm" hreflang="zh-Hant" lang="zh-Hant">繁體中文版：市集重開</a></p>'
    )
    assert line(CHINESE) == expected


def test_each_of_several_languages_speaks_for_itself() -> None:
    found = re.findall(r'<a href="([^"]*)" hreflang="([^"]*)" lang="([^"]*)">([^<]*)</a>', line(CHINESE, SIMPLIFIED))
    assert found == [
        (CHINESE.url, "zh-Hant", "zh-Hant", "繁體中文版：市集重開"),
        (SIMPLIFIED.url, "zh-Hans", "zh-Hans", "简体中文版：市集重开"),
    ]
    assert line(CHINESE, SIMPLIFIED).count("<p>") == 1


def test_it_is_escaped() -> None:
    found = line(Version(language="en", url='https://x.example/?a=1&b="2"', title='Fish & <b>"chips"</b>'))
    assert "<b>" not in found
    match = re.fullmatch(r'<p><a href="([^"]*)" hreflang="en" lang="en">([^<]*)</a></p>', found)
    assert match
    assert "&b=" not in match[1]
    assert unescape(match[1]) == 'https://x.example/?a=1&b="2"'
    assert unescape(match[2]) == 'English version: Fish & <b>"chips"</b>'


@pytest.mark.parametrize("title", ["{title}", "{0} and {", "}}"])
def test_braces_in_a_title_are_only_braces(title: str) -> None:
    assert f">English version: {title}</a>" in line(Version(language="en", url="https://x.example/", title=title))


@pytest.mark.parametrize("tag", sorted(LANGUAGES))
def test_where_the_title_is_not_known_only_the_language_is_named(tag: str) -> None:
    text = LANGUAGES[tag].version_only
    expected = f'<p><a href="https://x.example/" hreflang="{tag}" lang="{tag}">{text}</a></p>'
    assert line(Version(language=tag, url="https://x.example/")) == expected


def test_without_other_languages_there_is_no_line() -> None:
    assert line() == ""
    assert versions.content(BARE, edition(FULL)) == BARE.content, "and none where the edition knows nothing of it"


def test_an_entry_without_a_text_has_the_line_all_the_same() -> None:
    assert line(CHINESE, entry=BARE).endswith("繁體中文版：市集重開</a></p>")


def test_a_feed_may_go_without_the_line_and_keeps_the_links() -> None:
    plain = with_versions(CHINESE, counterpart_line=False)
    assert versions.content(FULL, plain) == FULL.content
    for document in feeds.documents(plain, "feeds/all/en"):
        assert "繁體中文版" not in document.body.decode()
        assert CHINESE.url.encode() in document.body


@pytest.mark.parametrize("form", feeds.FORMATS, ids=lambda form: form.suffix)
def test_a_reader_sees_the_line_last_in_every_format(form: feeds.Format) -> None:
    (entry,) = feedparser.parse(legible.render(with_versions(CHINESE), form.render)).entries
    (content,) = [one.value for one in entry.content if one.value != entry.get("summary")] or [entry.content[0].value]
    assert re.sub(r"<[^>]*>", "", content).endswith("繁體中文版：市集重開")
    assert CHINESE.title not in entry.summary

"""What ends an entry's text: a note about its corrections, and a line that leads to its other languages."""

from __future__ import annotations

import re
from html import unescape

import feedparser
import msgspec
import pytest

from feedpub import feeds
from feedpub.feeds import content
from feedpub.feeds.bilingual import compose
from feedpub.feeds.fragments import Fragments
from feedpub.languages import LANGUAGES
from feedpub.model import Correction, Entry, Feed, Story, Version
from tests.feeds import reading
from tests.feeds.editions import BARE, FULL, document, edition, item

CHINESE = Version(language="zh-Hant", url="https://www.example.gov/P2.htm", title="市集重開")
SIMPLIFIED = Version(language="zh-Hans", url="http://sc.example.gov/TuniS/P2.htm", title="市集重开")
FEED = Feed(id="all", title={"en": "News"})
CORRECTED = msgspec.structs.replace(FULL, corrections=(Correction(at=FULL.updated, changed=1),))
NOTE = "<p><em>Corrected on 20 November 2026, 17:05: 1 paragraph changed.</em></p>"


def line(*found: Version, entry: Entry = FULL) -> str:
    text = content.content(item(entry, versions=found), FEED)
    assert text.startswith(entry.content)
    return text.removeprefix(entry.content)


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
    assert content.content(item(BARE), FEED) == ""


def test_an_entry_without_a_text_has_the_line_all_the_same() -> None:
    assert line(CHINESE, entry=BARE).endswith("繁體中文版：市集重開</a></p>")


def test_a_feed_may_go_without_the_line_and_keeps_the_links() -> None:
    shown = item(FULL, versions=(CHINESE,))
    plain = edition(shown, counterpart_line=False)
    assert content.content(shown, plain.feed) == FULL.content
    for one in feeds.render(plain, "feeds/all/en", Fragments()).documents:
        assert "繁體中文版" not in one.body.decode()
        assert CHINESE.url.encode() in one.body


@pytest.mark.parametrize("suffix", [".atom", ".rss"])
def test_a_reader_sees_the_line_last_in_every_format(suffix: str) -> None:
    (entry,) = feedparser.parse(document(edition(item(FULL, versions=(CHINESE,))), suffix)).entries
    (found,) = [one.value for one in entry.content if one.value != entry.get("summary")] or [entry.content[0].value]
    assert re.sub(r"<[^>]*>", "", found).endswith("繁體中文版：市集重開")
    assert CHINESE.title not in entry.summary


def test_the_line_comes_last_in_json_too() -> None:
    (found,) = reading.contents(document(edition(item(FULL, versions=(CHINESE,))), ".json"), ".json")
    assert found == FULL.content + line(CHINESE)


def test_a_corrected_entry_says_so_after_its_text_and_before_the_line() -> None:
    assert content.content(item(CORRECTED, versions=(CHINESE,)), FEED) == CORRECTED.content + NOTE + line(CHINESE)


def test_an_entry_without_a_text_has_the_note_all_the_same() -> None:
    corrected = msgspec.structs.replace(BARE, corrections=CORRECTED.corrections)
    assert content.content(item(corrected), FEED) == NOTE


def test_a_feed_may_go_without_the_note() -> None:
    silent = msgspec.structs.replace(FEED, correction_note=False)
    assert content.content(item(CORRECTED, versions=()), silent) == CORRECTED.content


@pytest.mark.parametrize("form", feeds.FORMATS, ids=lambda form: form.suffix)
def test_the_note_is_in_the_text_of_every_format(form: feeds.Format) -> None:
    noted, silent = edition(CORRECTED), edition(CORRECTED, correction_note=False)
    assert NOTE in reading.contents(document(noted, form.suffix), form.suffix)[0]
    assert NOTE not in reading.contents(document(silent, form.suffix), form.suffix)[0]


def test_a_bilingual_text_has_the_note_of_a_version_in_its_own_section_and_language() -> None:
    chinese = msgspec.structs.replace(CORRECTED, id="tag:x:2", language="zh-Hant", title="市集", content="<p>市集</p>")
    english = msgspec.structs.replace(FULL, corrections=())
    both = Story(id="tag:x:1?story", founder=english, entries={"en": english, "zh-Hant": chinese})
    text = content.content(item(compose(both), parts=(english, chinese)), FEED)
    first, second = re.findall(r'<div lang="[^"]*">(.*?)</div>', text)
    assert "<em>" not in first
    assert "<p>市集</p><p><em>更正（2026年11月20日17時05分）：修改了1段。</em></p>" in second

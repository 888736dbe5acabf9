"""Search: by which words texts are found, what an index has of a story, and the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from feedpub import scripts
from feedpub.site import search
from feedpub.site.frame import Site
from feedpub.site.listing import Label
from feedpub.site.search import Part, Searchable, Told
from feedpub.site.searchwords import HAN, LONGEST, characters, fold, words
from tests.newssite import HKT
from tests.site import htmlcheck

_HERE = Path(__file__).with_name("search")
TERMS = (_HERE / "terms.txt").read_text("utf-8").split()
WORDS = [line.split(" | ") for line in (_HERE / "words.txt").read_text("utf-8").splitlines()]
SITE = Site(
    url="https://news.example/",
    title={"en": "News", "zh-Hant": "新聞", "zh-Hans": "新闻", "fr": "Nouvelles", "pt": "Notícias"},
    languages=("en", "zh-Hant", "zh-Hans", "fr", "pt"),
    search=True,
)


@pytest.mark.parametrize(("text", "found"), WORDS)
def test_the_words_of_a_text(text: str, found: str) -> None:
    assert words(text) == [fold(one) for one in found.split()]


def test_a_word_without_an_end_is_cut() -> None:
    assert words("x" * 10_000) == ["x" * LONGEST]


def _texts() -> list[str]:
    """Invented texts in which terms stand next to one another, with marks or spaces between them now and then."""
    random = Random(5)

    def text() -> Iterator[str]:
        for _ in range(random.randint(8, 30)):
            yield random.choice(TERMS)
            yield random.choice(("", "", "", "，", "。", " ", "（"))

    return ["".join(text()) for _ in range(80)]


def _sought(part: str) -> list[str]:
    """The words of a part of a text, which may go on before and after it."""
    found = words(part)
    if len(fold(part)) == 1:
        return found[:1]
    start, end = (bool(re.match(f"[{HAN}]", fold(one))) for one in (part[0], part[-1]))
    return found[start : len(found) - end]


def _holds(text: list[str], phrase: list[str]) -> bool:
    return any(text[at : at + len(phrase)] == phrase for at in range(len(text) - len(phrase) + 1))


def _cuts(text: str, start: int, end: int) -> bool:
    """Whether a part of a text begins or ends in a word or a number that is not Chinese."""
    inside = re.compile(rf"(?![{HAN}])\w\w")
    return any(inside.fullmatch(fold(text[max(0, at - 1) : at + 1])) for at in (start, end))


@pytest.mark.parametrize("script", ["as written", "simplified", "full-width"])
def test_every_part_of_a_text_is_a_phrase_of_its_words(script: str) -> None:
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
    for text in _texts():
        whole = words(text)
        whole += characters(whole)
        other = {"as written": text, "simplified": scripts.simplified(text), "full-width": text.translate(wide)}[script]
        for size in range(1, 7):
            for start in range(len(other) - size + 1):
                part = other[start : start + size]
                if not _cuts(other, start, start + size):
                    assert _holds(whole, _sought(part)), (text, part)


def _story(**changes: object) -> Searchable:
    versions = {
        "en": Told(title="Ferries", text="New times // for all."),
        "zh-Hant": Told(title="渡輪", text="新時間表。"),
        "zh-Hans": Told(title="渡轮", text="新时间表。"),
    }
    story = {
        "path": "stories/2026/11/p1-abcdefgh.html",
        "when": datetime(2026, 11, 20, 9, 30, tzinfo=HKT),
        "versions": versions,
        "indexed": ("en", "zh-Hant"),
        "topics": ("health",),
    }
    return Searchable(**(story | changes))  # type: ignore[arg-type]  # its own fields


def test_a_record_has_the_words_of_languages_that_are_looked_into_once() -> None:
    found = search.record(_story()).content.split()
    assert found[:6] == ["ferries", "new", "times", "for", "all", fold("渡")]
    assert found.count(fold("渡輪")) == 1
    assert fold("時") in found


def test_a_record_has_what_is_shown_where_no_slash_is_left() -> None:
    one = search.record(_story())
    assert "/" not in one.url
    shown = json.loads(one.url)
    assert shown["path"] == "stories/2026/11/p1-abcdefgh.html"
    assert shown["when"] == "2026-11-20T09:30:00+08:00"
    assert shown["versions"]["en"] == {"title": "Ferries", "text": "New times // for all."}
    assert shown["versions"]["zh-Hans"]["title"] == "渡轮"


def test_a_record_is_sorted_by_a_text_and_filtered_by_topics() -> None:
    one = search.record(_story())
    assert one.sort == {"when": "2026-11-20T09:30:00"}
    assert one.filters == {"topic": ("health",)}
    assert search.record(_story(topics=())).filters == {}


def test_contents_say_which_indexes_there_are() -> None:
    parts = [Part(name="2026-11-2", month="2026-11", stories=4), Part(name="2026-11", month="2026-11", stories=300)]
    told = json.loads(search.contents(parts, "en", "1.5.2").body)
    assert [one["name"] for one in told["parts"]] == ["2026-11-2", "2026-11"]
    assert (told["stems"], told["library"]) == ("en", "pagefind.js?v=1.5.2")
    assert re.fullmatch(r"folds\.json\?v=[0-9a-f]{8}", told["folds"])


def test_the_folds_are_those_of_the_words() -> None:
    told = json.loads(search.folds().body)
    for group in told["variants"].split():
        assert len({fold(one) for one in group}) == 1, group
    for letter, plain in told["letters"].items():
        assert fold(letter) == plain


@pytest.mark.parametrize("language", SITE.languages)
def test_the_page_is_valid_and_leads_to_its_other_languages(language: str) -> None:
    topics = {tag: [Label(text="Health & <b>", path="health")] for tag in SITE.languages}
    (page,) = [one for one in search.pages(SITE, topics) if one.path == search.path(language)]
    text = page.body.decode()
    assert htmlcheck.faults(page.body) == []
    assert '<p class="note unscripted">' in text
    assert '<option value="health">Health &amp; &lt;b&gt;</option>' in text
    for tag in SITE.languages:
        assert f'hreflang="{tag}" href="https://news.example/{tag}/search/"' in text


def test_a_site_without_topics_has_none_to_choose() -> None:
    assert all(b"<select" not in page.body for page in search.pages(SITE, {}))

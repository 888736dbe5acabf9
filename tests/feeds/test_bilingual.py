"""A story as one entry in all of its languages."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from feedpub.entries.identity import story_id
from feedpub.feeds import content
from feedpub.feeds.bilingual import compose
from feedpub.model import Correction, Entry, Feed, Item, Link, Photo, Story, Withdrawal
from tests.feeds.editions import HKT

MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=HKT)
ENGLISH = Entry(
    id="tag:www.example.gov,2026-11-20:P1",
    source="gov",
    key="P1",
    language="en",
    title="Fair & <stalls> return",
    published=MORNING,
    updated=MORNING,
    url="https://www.example.gov/P1.htm?a=1&b=2",
    summary="The fair returns.",
    content="<p>The fair &amp; its stalls return.</p>",
)
CHINESE = Entry(
    id="tag:www.example.gov,2026-11-20:P2",
    source="gov-zh",
    key="P2",
    language="zh-Hant",
    title="市集重開",
    published=MORNING + timedelta(hours=2),
    updated=MORNING + timedelta(hours=2),
    url="https://www.example.gov/P2.htm",
    summary="市集重開。",
    content="<p>市集今日重開。</p>",
)


def story(*entries: Entry, founder: Entry | None = None) -> Story:
    founder = founder or entries[0]
    return Story(id=story_id(founder.id), founder=founder, entries={entry.language: entry for entry in entries})


def but(entry: Entry, **changes: Any) -> Entry:
    return msgspec.structs.replace(entry, **changes)


def sections(shown: Story) -> list[tuple[str, str]]:
    """The sections of a story's text as an edition shows it: language and content. There is nothing beside them."""
    item = Item(entry=compose(shown), author="", parts=tuple(shown.entries.values()))
    text = content.content(item, Feed(id="all", title={}))
    found = re.findall(r'<div lang="([^"]+)">(.*?)</div>', text, re.DOTALL)
    assert "".join(f'<div lang="{tag}">{inside}</div>' for tag, inside in found) == text
    return found


def test_its_id_is_the_storys_and_none_of_its_entries() -> None:
    composed = compose(story(ENGLISH, CHINESE))
    assert composed.id == "tag:www.example.gov,2026-11-20:P1?story"
    assert composed.id not in (ENGLISH.id, CHINESE.id)


def test_its_id_and_time_are_the_founders_whichever_language_stands_first() -> None:
    composed = compose(story(ENGLISH, CHINESE, founder=CHINESE))
    assert (composed.id, composed.published) == ("tag:www.example.gov,2026-11-20:P2?story", CHINESE.published)


def test_titles_and_summaries_stand_side_by_side_in_the_storys_order() -> None:
    composed = compose(story(ENGLISH, CHINESE))
    assert (composed.title, composed.summary) == ("Fair & <stalls> return | 市集重開", "The fair returns.\n市集重開。")
    assert compose(story(CHINESE, ENGLISH)).title == "市集重開 | Fair & <stalls> return"


def test_a_title_that_all_languages_have_stands_once() -> None:
    assert compose(story(ENGLISH, but(CHINESE, title=ENGLISH.title))).title == ENGLISH.title


def test_the_text_has_a_section_for_each_language_with_its_title_and_its_own_page() -> None:
    (tag, english), (other_tag, chinese) = sections(story(ENGLISH, CHINESE))
    assert (tag, other_tag) == ("en", "zh-Hant")
    assert english == (
        "<h2>Fair &amp; &lt;stalls&gt; return</h2><p>The fair &amp; its stalls return.</p>"
        '<p><a href="https://www.example.gov/P1.htm?a=1&amp;b=2" hreflang="en">English version</a></p>'
    )
    assert chinese == (
        "<h2>市集重開</h2><p>市集今日重開。</p>"
        '<p><a href="https://www.example.gov/P2.htm" hreflang="zh-Hant">繁體中文版</a></p>'
    )


def test_a_section_of_an_entry_without_an_address_leads_nowhere() -> None:
    (_, english), (_, chinese) = sections(story(ENGLISH, but(CHINESE, url=None)))
    assert "<a " in english
    assert chinese == "<h2>市集重開</h2><p>市集今日重開。</p>"


def test_a_story_in_one_language_is_its_entry_under_the_storys_id() -> None:
    alone = but(
        CHINESE,
        photos=(Photo(url="https://p.example/1.jpg", caption="圖"),),
        attachments=(Link(url="https://p.example/1.pdf", title="附件"),),
    )
    assert compose(story(alone)) == but(alone, id=story_id(alone.id), content="")
    assert sections(story(alone)) == [("zh-Hant", CHINESE.content)], "no heading and no link to itself"


def photos(name: str, *captions: str) -> tuple[Photo, ...]:
    return tuple(Photo(url=f"https://p.example/{name}{n}.jpg", caption=one) for n, one in enumerate(captions, 1))


def test_photos_stand_once_with_the_captions_of_both() -> None:
    english, chinese = (
        but(ENGLISH, photos=photos("e", "One.", "Two.")),
        but(CHINESE, photos=photos("c", "一。", "二。")),
    )
    assert compose(story(english, chinese)).photos == photos("e", "One. | 一。", "Two. | 二。")


def test_a_caption_that_is_the_same_or_missing_stands_once() -> None:
    english, chinese = (
        but(ENGLISH, photos=photos("e", "A.", "", "C.", "")),
        but(CHINESE, photos=photos("c", "A.", "乙。", "", "")),
    )
    assert compose(story(english, chinese)).photos == photos("e", "A.", "乙。", "C.", "")


@pytest.mark.parametrize("first", ["en", "zh-Hant"])
def test_where_counts_of_photos_differ_they_are_those_of_the_language_with_most(first: str) -> None:
    english, chinese = but(ENGLISH, photos=photos("e", "One.")), but(CHINESE, photos=photos("c", "一。", "二。"))
    both = (english, chinese) if first == "en" else (chinese, english)
    assert compose(story(*both)).photos == chinese.photos


def test_of_three_languages_those_with_as_many_photos_give_captions() -> None:
    simplified = but(CHINESE, id="tag:x:3", language="zh-Hans", photos=photos("s", "一图。", "二图。"))
    english, chinese = but(ENGLISH, photos=photos("e", "One.", "Two.")), but(CHINESE, photos=photos("c", "一。"))
    assert compose(story(english, chinese, simplified)).photos == photos("e", "One. | 一图。", "Two. | 二图。")


@pytest.mark.parametrize("kind", ["attachments", "videos", "related"])
def test_what_is_attached_stands_once_an_address_under_its_first_title(kind: str) -> None:
    form, english_only, chinese_only = (f"https://p.example/{name}.pdf" for name in ("form", "en", "tc"))
    english = but(ENGLISH, **{kind: (Link(url=form, title="Form"), Link(url=english_only, title="Annex"))})
    chinese = but(CHINESE, **{kind: (Link(url=chinese_only, title="附件"), Link(url=form, title="表格"))})
    assert getattr(compose(story(english, chinese)), kind) == (
        Link(url=form, title="Form"),
        Link(url=english_only, title="Annex"),
        Link(url=chinese_only, title="附件"),
    )


def test_a_version_that_comes_later_does_not_make_it_look_new() -> None:
    assert compose(story(ENGLISH, CHINESE)).updated == MORNING


def test_a_correction_of_any_version_updates_it() -> None:
    corrected = MORNING + timedelta(hours=5)
    assert compose(story(ENGLISH, but(CHINESE, updated=corrected))).updated == corrected
    assert compose(story(but(ENGLISH, updated=corrected), CHINESE)).updated == corrected


def test_the_last_of_several_corrections_counts() -> None:
    english = but(ENGLISH, updated=MORNING + timedelta(hours=7))
    assert compose(story(english, but(CHINESE, updated=MORNING + timedelta(hours=5)))).updated == english.updated


def test_it_never_looks_older_than_its_founder() -> None:
    early = but(ENGLISH, published=MORNING - timedelta(hours=3), updated=MORNING - timedelta(hours=1))
    composed = compose(story(early, CHINESE, founder=CHINESE))
    assert composed.published == composed.updated == CHINESE.updated


def test_corrections_of_all_versions_stand_in_the_order_of_time() -> None:
    first, second, third = (Correction(at=MORNING + timedelta(hours=hour), changed=hour) for hour in (1, 2, 3))
    composed = compose(story(but(ENGLISH, corrections=(first, third)), but(CHINESE, corrections=(second,))))
    assert composed.corrections == (first, second, third)


def test_it_is_withdrawn_only_where_all_of_its_versions_are() -> None:
    gone = Withdrawal(at=MORNING + timedelta(hours=3))
    assert compose(story(but(ENGLISH, withdrawn=gone), CHINESE)).withdrawn is None
    assert compose(story(ENGLISH, but(CHINESE, withdrawn=gone))).withdrawn is None
    assert compose(story(but(ENGLISH, withdrawn=gone), but(CHINESE, withdrawn=gone))).withdrawn == gone


def test_photos_of_both_keep_the_small_version_of_the_first_and_the_credits_of_all() -> None:
    small, other = "https://p.example/e1t.jpg", "https://p.example/c1t.jpg"
    english = but(ENGLISH, photos=(Photo(url="https://p.example/e1.jpg", thumbnail=small, credit="Harbour Club"),))
    chinese = but(CHINESE, photos=(Photo(url="https://p.example/c1.jpg", thumbnail=other, credit="海港會"),))
    (photo,) = compose(story(english, chinese)).photos
    assert (photo.url, photo.thumbnail) == ("https://p.example/e1.jpg", small)
    assert photo.credit == "Harbour Club | 海港會"

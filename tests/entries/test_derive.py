"""An entry that is converted from Traditional to Simplified Chinese."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import msgspec

from feedpub.entries.derive import derive
from feedpub.entries.identity import story_id
from feedpub.model import Correction, Entry, Link, Photo, Withdrawal

HKT = timezone(timedelta(hours=8))
MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=HKT)
ORIGIN = Entry(
    id="tag:www.example.gov,2026-11-20:P2",
    source="gov",
    key="P2",
    language="zh-Hant",
    title="財政司司長談樓市（附圖）",
    published=MORNING,
    updated=MORNING + timedelta(hours=3),
    url="https://www.example.gov/202611/20/P2.htm",
    summary="財政司司長今日會見傳媒。",
    content=(
        '<p>財政司司長&amp;發言人今日<b>會見傳媒</b>，詳見<a href="https://www.example.gov/樓市/?a=1&amp;b=2" '
        'title="樓市">網頁</a>。</p>\n<p>1 &lt; 2</p>'
    ),
    markers=("photos",),
    issuer="財政司",
    photos=(
        Photo(url="https://p.example/圖1.jpg", caption="財政司司長會見傳媒。"),
        Photo(url="https://p.example/2.jpg"),
    ),
    attachments=(Link(url="https://p.example/樓市.pdf", title="附件：樓市統計"),),
    videos=(Link(url="https://p.example/v?題=1", title="短片：談話內容"),),
    related=(Link(url="https://www.example.gov/19/P9.htm", title="樓市數據"),),
    counterparts={
        "en": "https://www.example.gov/202611/20/P1.htm",
        "zh-Hans": "https://sc.example.gov/TuniS/www.example.gov/202611/20/P2.htm",
    },
)
DERIVED = derive(ORIGIN, "zh-Hans")


def test_its_id_is_its_own() -> None:
    assert DERIVED.id == "tag:www.example.gov,2026-11-20:P2?zh-Hans"
    assert len({DERIVED.id, ORIGIN.id, story_id(ORIGIN.id)}) == 3


def test_it_is_in_its_language_and_has_the_times_of_what_it_was_made_of() -> None:
    assert DERIVED.language == "zh-Hans"
    assert (DERIVED.published, DERIVED.updated) == (ORIGIN.published, ORIGIN.updated)
    assert (DERIVED.source, DERIVED.key, DERIVED.markers) == (ORIGIN.source, ORIGIN.key, ORIGIN.markers)


def test_its_address_is_the_sources_own_page_in_that_language_where_there_is_one() -> None:
    assert DERIVED.url == ORIGIN.counterparts["zh-Hans"]


def test_its_address_is_that_of_what_it_was_made_of_where_there_is_none() -> None:
    bare = msgspec.structs.replace(ORIGIN, counterparts={"en": ORIGIN.counterparts["en"]})
    assert derive(bare, "zh-Hans").url == ORIGIN.url
    assert derive(msgspec.structs.replace(bare, url=None), "zh-Hans").url is None


def test_texts_are_converted() -> None:
    assert (DERIVED.title, DERIVED.summary, DERIVED.issuer) == (
        "财政司司长谈楼市（附图）",
        "财政司司长今日会见传媒。",
        "财政司",
    )
    assert [photo.caption for photo in DERIVED.photos] == ["财政司司长会见传媒。", ""]
    assert [link.title for link in (*DERIVED.attachments, *DERIVED.videos, *DERIVED.related)] == [
        "附件：楼市统计",
        "短片：谈话内容",
        "楼市数据",
    ]


def test_the_text_is_converted_and_its_tags_and_addresses_are_not() -> None:
    tags = re.compile(r"<[^>]*>")
    assert tags.findall(DERIVED.content)[:-2] == tags.findall(ORIGIN.content)
    assert 'href="https://www.example.gov/樓市/?a=1&amp;b=2"' in DERIVED.content
    text = tags.sub("", DERIVED.content)
    assert text.startswith("财政司司长&amp;发言人今日会见传媒，详见网页。\n1 &lt; 2")


def test_addresses_stay_as_they_are() -> None:
    assert [photo.url for photo in DERIVED.photos] == [photo.url for photo in ORIGIN.photos]
    for kind in ("attachments", "videos", "related"):
        assert [link.url for link in getattr(DERIVED, kind)] == [link.url for link in getattr(ORIGIN, kind)]


def test_it_is_marked_as_converted_once_at_the_end() -> None:
    mark = "<p>（简体中文版由繁体中文版自动转换。）</p>"
    assert DERIVED.content.endswith(mark)
    assert DERIVED.content.count(mark) == 1
    assert mark not in DERIVED.title + DERIVED.summary


def test_an_entry_without_a_text_is_marked_all_the_same() -> None:
    assert derive(msgspec.structs.replace(ORIGIN, content=""), "zh-Hans").content.startswith("<p>（简体中文版")


def test_titles_before_its_corrections_are_converted_and_nothing_else_of_them() -> None:
    noon = MORNING + timedelta(hours=3)
    corrections = (
        Correction(at=MORNING, title="財政司司長談股市（附圖）", changed=1),
        Correction(at=noon, added=2, removed=3, restored=True),
    )
    made = derive(msgspec.structs.replace(ORIGIN, corrections=corrections), "zh-Hans")
    assert made.corrections == (
        Correction(at=MORNING, title="财政司司长谈股市（附图）", changed=1),
        Correction(at=noon, added=2, removed=3, restored=True),
    )
    assert made.revision == 4


def test_a_withdrawn_entry_is_withdrawn_at_the_same_time_with_its_notice_converted() -> None:
    notice = '<p>本新聞公報已撤回，詳見<a href="https://www.example.gov/撤回/">網頁</a>。</p>'
    gone = Withdrawal(at=MORNING, notice=notice, buried=True)
    made = derive(msgspec.structs.replace(ORIGIN, withdrawn=gone), "zh-Hans")
    converted = '<p>本新闻公报已撤回，详见<a href="https://www.example.gov/撤回/">网页</a>。</p>'
    assert made.withdrawn == Withdrawal(at=MORNING, notice=converted, buried=True)
    assert DERIVED.withdrawn is None


def test_who_is_credited_for_a_photo_is_converted() -> None:
    photos = (Photo(url="https://p.example/1.jpg", thumbnail="https://p.example/圖s.jpg", credit="康樂事務處"),)
    (photo,) = derive(msgspec.structs.replace(ORIGIN, photos=photos), "zh-Hans").photos
    assert (photo.credit, photo.thumbnail) == ("康乐事务处", "https://p.example/圖s.jpg")


def test_what_is_not_chinese_stays_as_it_is() -> None:
    content = "<p>Plain <em>English</em> text &lt;b&gt; &#x27;x&#x27;</p><ul><li>1</li></ul><br><hr>text after"
    made = derive(msgspec.structs.replace(ORIGIN, title="English", content=content), "zh-Hans")
    assert made.title == "English"
    assert made.content.startswith(content)


def test_what_it_was_made_of_is_not_touched() -> None:
    before = msgspec.json.encode(ORIGIN)
    derive(ORIGIN, "zh-Hans")
    assert msgspec.json.encode(ORIGIN) == before

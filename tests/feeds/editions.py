"""Editions for the tests of the writers: one with everything in it, one with next to nothing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec

from feedpub import feeds
from feedpub.feeds.fragments import Fragments
from feedpub.model import Category, Credit, Edition, Entry, Feed, Item, Link, Measure, Photo, Version

HKT = timezone(timedelta(hours=8))

FULL = Entry(
    id="tag:www.example.gov,2026-11-20:P2026112000101",
    source="gov",
    key="P2026112000101",
    language="en",
    title='Fish & chips <fair> returns, "bigger" than ever (with photos/video)',
    published=datetime(2026, 11, 20, 9, 30, tzinfo=HKT),
    updated=datetime(2026, 11, 20, 17, 5, tzinfo=HKT),
    url="https://www.example.gov/gia/general/202611/20/P2026112000101.htm",
    summary="The fair & its <stalls> return.",
    content='<p>The fair &amp; its &lt;stalls&gt; return, see <a href="https://fair.example/?a=1&amp;b=2">here</a>.</p>',
    markers=("photos", "video"),
    photos=(
        Photo(
            url="https://photos.example/P2026112000101_photo_1.jpg",
            caption='The mayor & the "big" fish.',
            thumbnail="https://photos.example/P2026112000101_photo_1t.jpg",
            credit="Fish & Friends",
        ),
        Photo(url="https://photos.example/P2026112000101_photo_2.png", caption="A stall."),
        Photo(url="https://photos.example/P2026112000101_photo_3"),
    ),
    attachments=(
        Link(url="https://photos.example/annex.pdf", title="Annex"),
        Link(url="https://photos.example/prices.xlsx", title="Prices"),
    ),
    videos=(Link(url="https://video.example/vod/?id=1&t=2", title="Mayor opens fair"),),
    related=(Link(url="https://www.example.gov/gia/general/202611/19/P2026111900001.htm", title="Fair announced"),),
    counterparts={
        "zh-Hant": "https://www.example.gov/gia/general/202611/20/P2026112000099.htm",
        "zh-Hans": "http://sc.example.gov/TuniS/P2026112000099.htm",
    },
)
BARE = Entry(
    id="tag:feedpub.internal,2026-11-19:inbox/note",
    source="inbox",
    key="inbox/note",
    language="en",
    title="A note <without> an address & a text",
    published=datetime(2026, 11, 19, tzinfo=HKT),
    updated=datetime(2026, 11, 19, tzinfo=HKT),
)
ATTACHED = Entry(
    id="tag:www.example.gov,2026-11-18:P2026111800007",
    source="gov",
    key="P2026111800007",
    language="en",
    title="Two annexes and no photo",
    published=datetime(2026, 11, 18, 23, 59, tzinfo=HKT),
    updated=datetime(2026, 11, 18, 23, 59, tzinfo=HKT),
    url="https://www.example.gov/gia/general/202611/18/P2026111800007.htm",
    summary="See the annexes.",
    content="<p>See the annexes.</p>",
    attachments=(
        Link(url="https://photos.example/one.pdf", title="Annex 1"),
        Link(url="https://photos.example/two.pdf", title="Annex 2"),
    ),
)
OTHER = Version(
    language="zh-Hant",
    url="https://www.example.gov/gia/general/202611/20/P2026112000099.htm?a=1&b=2",
    title='炸魚薯條"市集" <重開> & 更大（附圖／短片）',
)

CATEGORIES = (
    Category(term="food", scheme="https://news.example/topics/", label="Food & drink", topic=True),
    Category(term="leisure", scheme="https://news.example/topics/", label="Leisure", topic=True),
    Category(term="10000000", scheme="http://cv.iptc.org/newscodes/mediatopic/", label=""),
)
MEASURES = {
    FULL.photos[0].url: Measure(length=184_320, media_type="image/jpeg"),
    FULL.photos[1].url: Measure(media_type="image/webp"),
    FULL.attachments[0].url: Measure(length=73_412),
}
"""Of the first photo's server, which says all; the second's, which says no size; the annex's, which says no type."""


def item(entry: Entry, **changes: Any) -> Item:
    """An entry as the editions show it; FULL has another language, topics, an issuer and measures."""
    if entry.id == FULL.id:
        full = {"author": "Fisheries & Fairs Department", "versions": (OTHER,)}
        changes = {**full, "categories": CATEGORIES, "measures": MEASURES, **changes}
    changes.setdefault("author", "Example Government" if entry.source == "gov" else "Example news")
    return Item(entry=entry, key=entry.id, **changes)


def edition(*shown: Entry | Item, language: str = "en", feed: str = "all", **how: Any) -> Edition:
    """An edition of a feed with these entries or items; `how` are fields of the feed and of the edition."""
    settings = {name: how.pop(name) for name in Feed.__struct_fields__ if name in how}
    title = {"en": "News & notices", "zh-Hant": "新聞及公告"}
    credits_ = {"gov": Credit(name="Example Government", rights="© Example Government"), "inbox": Credit(name="")}
    return Edition(
        feed=Feed(**{"id": feed, "title": title, "max_bytes": 0, **settings}),
        tag=language,
        language=language,
        site_url="https://news.example/",
        site_title={"en": "Example news", "zh-Hant": "例子新聞"}[language],
        items=tuple(one if isinstance(one, Item) else item(one) for one in shown),
        **{"credits": credits_, **how},
    )


def several(count: int) -> list[Entry]:
    """Entries that are all of one size, the newest first."""
    return [
        msgspec.structs.replace(
            ATTACHED,
            id=f"tag:www.example.gov,2026-11-18:P20261118{10_000 - number}",
            published=ATTACHED.published - timedelta(minutes=number),
            updated=ATTACHED.updated - timedelta(minutes=number),
        )
        for number in range(count)
    ]


def document(shown: Edition, suffix: str) -> bytes:
    """An edition in one format."""
    rendered = feeds.render(shown, "feeds/all/en", Fragments())
    (found,) = (one.body for one in rendered.documents if one.path == f"feeds/all/en{suffix}")
    return found

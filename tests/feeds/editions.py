"""Editions for the tests of the writers: one with everything in it, one with next to nothing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from feedpub.model import Category, Credit, Edition, Entry, Feed, Link, Photo, Version

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
        Photo(url="https://photos.example/P2026112000101_photo_1.jpg", caption='The mayor & the "big" fish.'),
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
    title="A note without an address",
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
    Category(term="food", scheme="https://news.example/topics/", label="Food & drink"),
    Category(term="leisure", scheme="https://news.example/topics/", label="Leisure"),
    Category(term="10000000", scheme="http://cv.iptc.org/newscodes/mediatopic/", label=""),
)


def edition(
    *entries: Entry,
    language: str = "en",
    max_bytes: int = 0,
    counterpart_line: bool = True,
) -> Edition:
    """An edition of the feed "all" with these entries; FULL has another language."""
    return Edition(
        feed=Feed(
            id="all",
            title={"en": "News & notices", "zh-Hant": "新聞及公告"},
            max_bytes=max_bytes,
            counterpart_line=counterpart_line,
        ),
        language=language,
        address=f"https://news.example/feeds/all/{language}",
        home="https://news.example/",
        site_title={"en": "Example news", "zh-Hant": "例子新聞"}[language],
        credits={"gov": Credit(name="Example Government", rights="© Example Government"), "inbox": Credit(name="")},
        entries=entries,
        versions={entry.id: (OTHER,) if entry.id == FULL.id else () for entry in entries},
        categories={FULL.id: CATEGORIES},
        issuers={FULL.id: "Fisheries & Fairs Department"},
    )

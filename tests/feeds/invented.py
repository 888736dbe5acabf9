"""The edition of the golden files: a few releases of an invented city, in every way that an entry can be shown."""

from __future__ import annotations

from datetime import datetime

import msgspec

from feedpub.entries import withdrawal
from feedpub.entries.derive import derive
from feedpub.entries.identity import story_id
from feedpub.feeds import bilingual
from feedpub.model import (
    BILINGUAL,
    Category,
    Correction,
    Credit,
    Edition,
    Entry,
    Feed,
    Item,
    Link,
    Measure,
    Photo,
    Story,
    Tombstone,
    Version,
    Withdrawal,
)
from tests.feeds.editions import HKT

EDITIONS = ("en", "zh-Hant", "zh-Hans", BILINGUAL)
_COLLECTED = ("en", "zh-Hant")
_PAGES = "https://www.portlantern.example/gia/general"
_PHOTOS = "https://photos.portlantern.example/general/202611/20"


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=HKT)


_MARKET = Entry(
    id="tag:www.portlantern.example,2026-11-20:P2026112000310",
    source="gov-en",
    key="P2026112000310",
    language="en",
    title="Night market to open on Copper Quay on December 5 (with photos/video)",
    published=_at(11, 20, 15),
    updated=_at(11, 20, 15),
    url=f"{_PAGES}/202611/20/P2026112000310.htm",
    summary="A night market with 64 stalls of food, crafts & second-hand books will open on Copper Quay on December 5.",
    content=(
        "<p>A night market with 64 stalls of food, crafts &amp; second-hand books will open on Copper Quay on "
        "December 5 (Saturday), the Culture and Learning Bureau announced today (November 20).</p>"
        "<p>It will be open from 6pm to 11pm on Saturdays and Sundays until February 28 next year. Admission is free. "
        'For details, please visit <a href="https://www.nightmarket.example/?lang=en&amp;year=2026">'
        "www.nightmarket.example</a>.</p>"
    ),
    markers=("photos", "video"),
    photos=(
        Photo(
            url=f"{_PHOTOS}/P2026112000310_photo_1.jpg",
            caption="The Secretary for Culture and Learning, Ms Ines Loh (left), lights the first lantern.",
            thumbnail=f"{_PHOTOS}/P2026112000310_photo_1t.jpg",
            credit="Copper Quay Traders' Association",
        ),
        Photo(url=f"{_PHOTOS}/P2026112000310_photo_2.jpg", caption='A stall of "driftwood & brass" lamps.'),
    ),
    attachments=(
        Link(url="https://www.portlantern.example/files/stalls-map-en.pdf", title="Annex: map of the stalls"),
        Link(url="https://www.portlantern.example/files/stalls-en.ods", title="List of the stalls"),
    ),
    videos=(Link(url="https://video.portlantern.example/vod/?id=231&lang=en", title="Lighting of the first lantern"),),
    related=(Link(url=f"{_PAGES}/202610/12/P2026101200077.htm", title="Applications for stalls invited"),),
)
_MARKET_CHINESE = Entry(
    id="tag:www.portlantern.example,2026-11-20:P2026112000287",
    source="gov-zh",
    key="P2026112000287",
    language="zh-Hant",
    title="銅埗碼頭夜市十二月五日開鑼（附圖／短片）",
    published=_at(11, 20, 14, 45),
    updated=_at(11, 20, 14, 45),
    url=f"{_PAGES}/202611/20/P2026112000287.htm",
    summary="銅埗碼頭夜市將於十二月五日開鑼，設有64個售賣美食、手工藝品及二手書籍的攤檔。",
    content=(
        "<p>文化及教育局今日（十一月二十日）宣布，銅埗碼頭夜市將於十二月五日（星期六）開鑼，"
        "設有64個售賣美食、手工藝品及二手書籍的攤檔。</p>"
        "<p>夜市逢星期六及星期日晚上六時至十一時開放，直至明年二月二十八日，免費入場。"
        '詳情請瀏覽<a href="https://www.nightmarket.example/?lang=tc&amp;year=2026">www.nightmarket.example</a>。</p>'
    ),
    markers=("photos", "video"),
    photos=(
        Photo(
            url=f"{_PHOTOS}/P2026112000287_photo_1.jpg",
            caption="文化及教育局局長羅綺思（左）點亮首盞燈籠。",
            thumbnail=f"{_PHOTOS}/P2026112000287_photo_1t.jpg",
            credit="銅埗碼頭商戶聯會",
        ),
        Photo(url=f"{_PHOTOS}/P2026112000287_photo_2.jpg", caption="售賣「浮木與黃銅」燈飾的攤檔。"),
    ),
    attachments=(
        Link(url="https://www.portlantern.example/files/stalls-map-tc.pdf", title="附件：攤檔分布圖"),
        Link(url="https://www.portlantern.example/files/stalls-tc.ods", title="攤檔名單"),
    ),
    videos=(Link(url="https://video.portlantern.example/vod/?id=231&lang=tc", title="點亮首盞燈籠"),),
    related=(Link(url=f"{_PAGES}/202610/12/P2026101200068.htm", title="接受攤檔申請"),),
    counterparts={"zh-Hans": "https://sc.portlantern.example/gia/general/202611/20/P2026112000287.htm"},
)
_BEACH = Entry(
    id="tag:www.portlantern.example,2026-11-19:P2026111900522",
    source="gov-en",
    key="P2026111900522",
    language="en",
    title="Gull Beach to reopen tomorrow",
    published=_at(11, 19, 16, 10),
    updated=_at(11, 19, 18, 45),
    url=f"{_PAGES}/202611/19/P2026111900522.htm",
    summary="Gull Beach will reopen tomorrow.",
    content="<p>Gull Beach will reopen tomorrow (November 20), the Parks and Sports Department said today.</p>",
    withdrawn=Withdrawal(
        at=_at(11, 19, 18, 45), notice="<p>This press release was issued in error. Gull Beach remains closed.</p>"
    ),
)
_BEACH_CHINESE = Entry(
    id="tag:www.portlantern.example,2026-11-19:P2026111900508",
    source="gov-zh",
    key="P2026111900508",
    language="zh-Hant",
    title="鷗灣泳灘明日重開",
    published=_at(11, 19, 16, 10),
    updated=_at(11, 19, 18, 30),
    url=f"{_PAGES}/202611/19/P2026111900508.htm",
    summary="鷗灣泳灘明日重開。",
    content="<p>公園及體育署今日表示，鷗灣泳灘將於明日（十一月二十日）重開。</p>",
    withdrawn=Withdrawal(at=_at(11, 19, 18, 30), notice="<p>本署早前誤發有關消息，鷗灣泳灘仍然關閉。</p>"),
)
_REMARKS = Entry(
    id="tag:www.portlantern.example,2026-11-18:P2026111800733",
    source="gov-zh",
    key="P2026111800733",
    language="zh-Hant",
    title="海港及交通局局長會見傳媒談話內容（只有中文）",
    published=_at(11, 18, 12, 20),
    updated=_at(11, 18, 12, 20),
    url=f"{_PAGES}/202611/18/P2026111800733.htm",
    summary="以下是海港及交通局局長區曉嵐今日會見傳媒的談話內容。",
    content=(
        "<p>以下是海港及交通局局長區曉嵐今日（十一月十八日）會見傳媒的談話內容：</p>"
        "<p>局長：各位早晨。北堤渡輪由下星期一起增加班次，多謝大家體諒。</p>"
    ),
    markers=("zh-only",),
)
_WATER = Entry(
    id="tag:www.portlantern.example,2026-10-30:P2026103000145",
    source="gov-en",
    key="P2026103000145",
    language="en",
    title="Water supply in Heron Reach to be suspended on November 4",
    published=_at(10, 30, 11),
    updated=_at(10, 31, 9, 20),
    url=f"{_PAGES}/202610/30/P2026103000145.htm",
    summary="Water supply to parts of Heron Reach will be suspended on November 4.",
    content=(
        "<p>Water supply to parts of Heron Reach will be suspended from 11pm on November 4 to 6am on November 5.</p>"
        "<p>Water wagons will be provided at Reed Street and the ferry pier.</p>"
    ),
    corrections=(
        Correction(at=_at(10, 30, 15, 40), removed=1),
        Correction(
            at=_at(10, 31, 9, 20),
            title="Water supply in Heron Reach to be suspended on November 3 & 4",
            changed=2,
            added=1,
        ),
    ),
)
_WATER_CHINESE = Entry(
    id="tag:www.portlantern.example,2026-10-30:P2026103000139",
    source="gov-zh",
    key="P2026103000139",
    language="zh-Hant",
    title="鷺灣區十一月四日暫停供水",
    published=_at(10, 30, 11),
    updated=_at(10, 31, 9, 5),
    url=f"{_PAGES}/202610/30/P2026103000139.htm",
    summary="鷺灣區部分地方十一月四日暫停供水。",
    content=(
        "<p>鷺灣區部分地方將於十一月四日晚上十一時至翌日早上六時暫停供水。</p>"
        "<p>水車將停泊於蘆葦街及渡輪碼頭，供市民取水。</p>"
    ),
    corrections=(Correction(at=_at(10, 31, 9, 5), title="鷺灣區十一月三及四日暫停供水", changed=2, added=1),),
)
_TRAM = Entry(
    id="tag:www.portlantern.example,2026-10-06:P2026100600201",
    source="gov-en",
    key="P2026100600201",
    language="en",
    title="Tram fares to go up",
    published=_at(10, 6, 10),
    updated=_at(10, 6, 17, 30),
    withdrawn=Withdrawal(at=_at(10, 6, 17, 30), buried=True),
)
_TRAM_CHINESE = Entry(
    id="tag:www.portlantern.example,2026-10-06:P2026100600194",
    source="gov-zh",
    key="P2026100600194",
    language="zh-Hant",
    title="電車加價",
    published=_at(10, 6, 10),
    updated=_at(10, 6, 17, 30),
    withdrawn=Withdrawal(at=_at(10, 6, 17, 30), buried=True),
)

_LABELS = {
    "culture": {"en": "Arts, culture and heritage", "zh-Hant": "文化藝術及文物", "zh-Hans": "文化艺术及文物"},
    "tourism": {"en": "Tourism", "zh-Hant": "旅遊", "zh-Hans": "旅游"},
    "transport": {"en": "Transport and logistics", "zh-Hant": "運輸及物流", "zh-Hans": "运输及物流"},
    "10000000": {"en": "lifestyle and leisure", "zh-Hant": "生活方式和休閒", "zh-Hans": "生活方式和休闲"},
}
_TOPICS = {_MARKET.id: ("culture", "tourism", "10000000"), _REMARKS.id: ("transport",)}
_GOVERNMENT = {"en": "Port Lantern Government", "zh-Hant": "燈港市政府", "zh-Hans": "灯港市政府"}
_ISSUERS = {
    _MARKET.id: {"en": "Culture and Learning Bureau", "zh-Hant": "文化及教育局", "zh-Hans": "文化及教育局"},
    _REMARKS.id: {"en": "Harbour and Mobility Bureau", "zh-Hant": "海港及交通局", "zh-Hans": "海港及交通局"},
}
_TITLES = {"en": "Port Lantern press releases", "zh-Hant": "燈港新聞公報", "zh-Hans": "灯港新闻公报"}
_SCHEMES = {True: "https://news.portlantern.example/topics/", False: "http://cv.iptc.org/newscodes/mediatopic/"}
_MEASURES = {
    _MARKET.photos[0].url: Measure(length=184_320, media_type="image/jpeg"),
    _MARKET.photos[1].url: Measure(media_type="image/webp"),
    _MARKET.attachments[0].url: Measure(length=73_412),
    _MARKET_CHINESE.photos[0].url: Measure(length=184_977, media_type="image/jpeg"),
    _MARKET_CHINESE.attachments[0].url: Measure(length=81_006),
}


def edition(tag: str) -> Edition:
    """The newest releases: the market, a withdrawn one, one in Chinese only and a corrected one; one is buried."""
    stories = (_story(_MARKET, _MARKET_CHINESE), _story(_BEACH, _BEACH_CHINESE), _story(_REMARKS), _corrected())
    items = (_item(story, tag) for story in stories)
    return msgspec.structs.replace(
        _around(tag),
        items=tuple(item for item in items if item),
        hubs=("https://hub.portlantern.example/", "https://websub.example/?site=portlantern"),
        previous="2026-10",
    )


def archive(tag: str) -> tuple[Edition, tuple[Item, ...]]:
    """The archive document of October, which has one before it, and its entries."""
    item = _item(_corrected(), tag)
    assert item
    return msgspec.structs.replace(_around(tag), month="2026-10", previous="2026-09"), (item,)


def _around(tag: str) -> Edition:
    feed = Feed(id="all", title=_TITLES, archive=True)
    language = "en" if tag == BILINGUAL else tag
    if tag == BILINGUAL:
        feed = msgspec.structs.replace(feed, title={"en": _words(_TITLES, tag)}, counterpart_line=False)
    government = _words(_GOVERNMENT, tag)
    credit = Credit(name=government, rights=f"© {government}")
    return Edition(
        feed=feed,
        tag=tag,
        language=language,
        site_url="https://news.portlantern.example/",
        site_title=_words(_TITLES, tag),
        credits={"gov-en": credit, "gov-zh": credit},
        tombstones=(_tombstone(tag),),
    )


def _corrected() -> Story:
    return _story(_WATER, _WATER_CHINESE)


def _story(*collected: Entry) -> Story:
    entries = {entry.language: entry for entry in collected}
    entries["zh-Hans"] = derive(entries["zh-Hant"], "zh-Hans")
    return Story(id=story_id(collected[0].id), founder=collected[0], entries=entries)


def _words(texts: dict[str, str], tag: str) -> str:
    """A text in an edition's language, or in both."""
    return " | ".join(texts[one] for one in _COLLECTED) if tag == BILINGUAL else texts[tag]


def _item(story: Story, tag: str) -> Item | None:
    parts: tuple[Entry, ...] = ()
    if tag == BILINGUAL:
        whole = {one: withdrawal.shown(story.entries[one]) for one in _COLLECTED if one in story.entries}
        parts = tuple(whole.values())
        entry, own = bilingual.compose(msgspec.structs.replace(story, entries=whole)), parts[0]
    elif tag in story.entries:
        entry = own = withdrawal.shown(story.entries[tag])
    else:
        return None
    return Item(
        entry=entry,
        author=_words(_ISSUERS.get(story.founder.id, _GOVERNMENT), tag),
        key=story.id,
        parts=parts,
        versions=_versions(story, own),
        categories=tuple(
            Category(term=one, scheme=_SCHEMES[one.isalpha()], label=_words(_LABELS[one], tag), topic=one.isalpha())
            for one in _TOPICS.get(story.founder.id, ())
        ),
        measures=_MEASURES,
    )


def _versions(story: Story, own: Entry) -> tuple[Version, ...]:
    """The other languages that are not withdrawn and have a page of their own."""
    others = (other for other in story.entries.values() if other.language != own.language and not other.withdrawn)
    found = (Version(language=other.language, url=other.url, title=other.title) for other in others if other.url)
    traditional = story.entries["zh-Hant"].url
    return tuple(one for one in found if one.language != "zh-Hans" or one.url != traditional)


def _tombstone(tag: str) -> Tombstone:
    story = _story(_TRAM, _TRAM_CHINESE)
    gone = [story.entries[one] for one in (_COLLECTED if tag == BILINGUAL else (tag,))]
    return Tombstone(
        id=story.id if tag == BILINGUAL else gone[0].id,
        when=_at(10, 6, 17, 30),
        comment=" ".join(withdrawal.shown(entry).summary for entry in gone),
    )

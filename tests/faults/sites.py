"""The sites of the matrix: what is at each path, of every kind of source, as a list of releases has it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from tests import newssite
from tests.loopback import Route, validated
from tests.newssite import HKT, Paper

HTML, XML, JSON, TEXT = "text/html; charset=utf-8", "text/xml; charset=utf-8", "application/json", "text/plain"
_FIRST = datetime(2026, 11, 18, 9, 30, tzinfo=HKT)
_SUBJECTS = ("北灣碼頭", "中央圖書館", "南坡泳池", "石橋街市", "東堤渡輪", "舊郵政局", "山頂步道")
_DONE = ("重新開放", "延長開放時間", "更換水管", "招標結果", "加開班次", "改作展覽館", "完成修葺")
_ENGLISH = ("Pier", "Library", "Pool", "Market", "Ferry", "Post office", "Footpath")


@dataclass(frozen=True)
class Item:
    """One release: the texts of its paragraphs, when it was issued, a picture if it has one."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    issued: datetime
    language: str = "zh-Hant"
    photo: str = ""


@dataclass(frozen=True)
class File:
    """What is at a path."""

    body: bytes
    content_type: str = HTML

    def route(self) -> Route:
        """It, with an ETag."""
        etag = f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'
        return validated(self.body, etag=etag, content_type=self.content_type)


Render = Callable[[Sequence[Item]], File]


def item(number: int) -> Item:
    """A release in Chinese, eleven hours after the one before."""
    subject, done = _SUBJECTS[number % 7], _DONE[number % 7]
    return Item(
        number,
        f"{subject}{done}（第{number}號公告）",
        (
            f"{subject}於本月{done}，市民可於上午七時至晚上十一時使用有關設施，詳情已張貼於現場的告示板。",
            f"發言人說：「我們感謝居民在工程期間的體諒。」查詢請致電二一二三四{number:03}。",
        ),
        _FIRST + timedelta(hours=11 * number),
    )


def english(one: Item) -> Item:
    """A release as the list in the other language has it."""
    name = f"{_ENGLISH[one.number % 7]} opens again, notice number {one.number}"
    return replace(one, title=name, paragraphs=(f"{name}. It is open from seven to eleven.",), language="en")


OLD = tuple(item(number) for number in range(5))
NEW, FURTHER = replace(item(5), photo="http://broken.example/photo5.jpg"), item(6)
EDITED = replace(OLD[4], paragraphs=(*OLD[4].paragraphs, "更正：開放時間為上午六時半至晚上十時。"))


def papers(items: Iterable[Item]) -> list[Paper]:
    """Releases as the site of kind "gia" has them."""
    return [
        Paper(
            f"P20261120{one.number:05}",
            one.title,
            one.paragraphs,
            one.language,
            one.issued,
            photos=(one.photo,) if one.photo else (),
        )
        for one in items
    ]


def gia_path(one: Item) -> str:
    return papers([one])[0].path


def gia_feed(items: Sequence[Item]) -> File:
    return File(newssite.feed(papers(reversed(items))).encode(), XML)


def gia_listing(items: Sequence[Item]) -> File:
    return File(newssite.listing(papers(reversed(items))).encode())


def gia_page(items: Sequence[Item]) -> File:
    return File(newssite.page(papers(items)[0]).encode())


def gia(items: Sequence[Item]) -> dict[str, File]:
    """A site of kind "gia": the Chinese releases, and two in English."""
    others = [english(replace(one, number=one.number + 70)) for one in OLD[:2]]
    return {
        "/gia/rss/general_zh.xml": gia_feed(items),
        "/gia/rss/general_en.xml": gia_feed(others),
        "/gia/general/ctoday.htm": gia_listing(items),
        "/gia/general/today.htm": gia_listing(others),
        **{gia_path(one): gia_page([one]) for one in (*items, *others)},
        "/photo5.jpg": File(b"\xff\xd8" + bytes(898), "image/jpeg"),
    }


def feed(items: Sequence[Item], *, whole: bool = False) -> File:
    """An RSS feed: the first words, or with the whole text."""
    rows = []
    for one in reversed(items):
        text = "".join(f"<p>{line}</p>" for line in one.paragraphs) if whole else one.paragraphs[0][:20] + "…"
        rows.append(
            f"<item><title>{escape(one.title)}</title><link>/news/{one.number}.html</link>"
            f"<guid isPermaLink='false'>news-{one.number}</guid><pubDate>{format_datetime(one.issued)}</pubDate>"
            f"<{'content:encoded' if whole else 'description'}>{escape(text)}"
            f"</{'content:encoded' if whole else 'description'}></item>"
        )
    return File(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>公告</title>'
        f"{''.join(rows)}</channel></rss>".encode(),
        XML,
    )


def page(items: Sequence[Item]) -> File:
    """A release's page, as a site has it that no rule was written for and as one that has rules."""
    (one,) = items
    lines = "".join(f"<p>{escape(line, quote=False)}</p>" for line in one.paragraphs)
    return File(
        f"""<!DOCTYPE html><html lang="{one.language}">
<head><meta charset="utf-8"><title>{one.title} | 市鎮</title></head>
<body><ul class="menu"><li><a href="/">首頁</a></li><li><a href="/list.html">公告</a></li></ul>
<div class="notice"><h1>{one.title}</h1><p class="day">{one.issued:%Y-%m-%d %H:%M}</p>
<div class="text">{lines}</div></div>
<p class="foot">私隱政策</p></body></html>""".encode()
    )


def web_feed(items: Sequence[Item]) -> dict[str, File]:
    """A site with a feed that has only first words: the texts are on the linked pages."""
    return {"/feed.xml": feed(items), **{f"/news/{one.number}.html": page([one]) for one in items}}


def town(items: Sequence[Item]) -> dict[str, File]:
    """A site whose feed has it all."""
    return {"/feed.xml": feed(items, whole=True)}


def listing(items: Sequence[Item], *, further: bool = False, host: str = "") -> File:
    """One page of a list."""
    rows = "".join(
        f'<li class="row"><a href="{host}/release/{one.number}.html">{escape(one.title)}</a>'
        f'<span class="day">{one.issued:%Y-%m-%d}</span></li>'
        for one in reversed(items)
    )
    more = '<a class="next" href="/list2.html">下一頁</a>' if further else ""
    return File(
        f'<!DOCTYPE html><html lang="zh-Hant"><head><meta charset="utf-8"><title>公告</title></head>'
        f'<body><ul class="rows">{rows}</ul>{more}</body></html>'.encode()
    )


def first_listing(items: Sequence[Item]) -> File:
    return listing(items, further=True)


def pages(items: Sequence[Item]) -> dict[str, File]:
    """A site with a list in two pages. FURTHER, if it is there, is on the second one only."""
    older = [one for one in items if one.number < 2 or one == FURTHER]
    return {
        "/list.html": first_listing([one for one in items if one not in older]),
        "/list2.html": listing(older),
        **{f"/release/{one.number}.html": page([one]) for one in items},
        "/robots.txt": File(b"User-agent: *\nDisallow: /private/\n", TEXT),
    }


def spread(items: Sequence[Item]) -> dict[str, File]:
    """The same, with the new releases on another host."""
    here = [one for one in items if one in OLD]
    there = [one for one in items if one not in OLD]
    rows = listing(here).body.replace(
        b'<ul class="rows">', b'<ul class="rows">' + _rows(listing(there, host="http://elsewhere.example"))
    )
    return pages(items) | {"/list.html": File(rows)}


def _rows(file: File) -> bytes:
    return file.body.partition(b'<ul class="rows">')[2].partition(b"</ul>")[0]


def api_answer(items: Sequence[Item]) -> File:
    records = [
        {
            "link": f"/release/{one.number}.html",
            "title": one.title,
            "date": one.issued.isoformat(),
            "text": "\n\n".join(one.paragraphs),
        }
        for one in reversed(items)
    ]
    return File(json.dumps({"ok": True, "records": records}, ensure_ascii=False).encode(), JSON)


def api(items: Sequence[Item]) -> dict[str, File]:
    """An API that gives the texts as well."""
    return {"/api.json": api_answer(items)}


BROKEN = "http://broken.example"
_RULES = """lists = {{ zh-Hant = "{broken}/{path}" }}
timezone = "Asia/Hong_Kong"
authority = "broken.example"
"""
SITES: dict[str, tuple[Callable[[Sequence[Item]], dict[str, File]], str]] = {
    "gia": (gia, f'kind = "gia"\nbase_url = "{BROKEN}/gia/"\nauthority = "broken.example"\nmeasure_enclosures = true'),
    "webfeed": (web_feed, 'kind = "webfeed"\n' + _RULES.format(broken=BROKEN, path="feed.xml")),
    "pages": (
        pages,
        'kind = "pages"\n'
        + _RULES.format(broken=BROKEN, path="list.html")
        + """item = "ul.rows > li.row"
title = "a"
date = "span.day"
next = "a.next"
most_lists = 2
page = { title = "h1", body = "div.text", date = "p.day" }""",
    ),
    "api": (
        api,
        'kind = "api"\n'
        + _RULES.format(broken=BROKEN, path="api.json")
        + 'items = "records"\nok = "ok"\nerror = "error"\nbody = "text"',
    ),
}
"""What is at a site's paths, given its releases; and the keys of its source."""
SITES["listings"] = (
    lambda items: {path: file for path, file in gia(items).items() if "/rss/" not in path},
    SITES["gia"][1],
)
SITES["spread"] = (spread, SITES["pages"][1])

"""An invented government's press release site, at the paths of info.gov.hk, on a loopback server."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape
from pathlib import Path

from tests.loopback import Loopback, Route, answer, validated

HKT = timezone(timedelta(hours=8))
LANGUAGES = ("en", "zh-Hant")
_NO_SEARCH = "\nsearch = false"
"""Also for programs that a test starts: an index takes a second."""
_WEEKDAYS = "一二三四五六日"
_FEEDS = {"en": "/gia/rss/general_en.xml", "zh-Hant": "/gia/rss/general_zh.xml"}
_TODAY = {"en": "/gia/general/today.htm", "zh-Hant": "/gia/general/ctoday.htm"}


@dataclass(frozen=True)
class Paper:
    """One release of the site. `counterpart` is the key of its other language.

    `small` are the site's own small versions of the photos, as many as there are.
    """

    key: str
    title: str
    paragraphs: tuple[str, ...] = ("A first paragraph.", "A second paragraph.")
    language: str = "en"
    issued: datetime = datetime(2026, 11, 20, 9, 30, tzinfo=HKT)
    photos: tuple[str, ...] = ()
    small: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    counterpart: str = ""
    tail: bool = True

    @property
    def path(self) -> str:
        return f"/gia/general/{self.issued:%Y%m/%d}/{self.key}.htm"


@dataclass
class NewsSite:
    """The site: releases newest first in its feeds, and a page for each."""

    server: Loopback
    papers: dict[str, Paper] = field(default_factory=dict)
    feeds: bool = True

    def publish(self, *papers: Paper) -> None:
        """Put releases on the site, or edit those that are there."""
        self.papers.update({paper.key: paper for paper in papers})
        for paper in papers:
            self.server.routes[paper.path] = _with_etag(page(paper))
        self._lists()

    def edit(self, key: str, **changes: object) -> None:
        """Change a release in place: same address, same issue time."""
        self.publish(replace(self.papers[key], **changes))  # type: ignore[arg-type]  # names of Paper's fields

    def without_feeds(self) -> None:
        """Take the official feeds away; the listing pages stay."""
        self.feeds = False
        for path in _FEEDS.values():
            self.server.routes.pop(path, None)

    def _lists(self) -> None:
        for language, address in _FEEDS.items():
            found = [paper for paper in reversed(self.papers.values()) if paper.language == language]
            if self.feeds:
                self.server.routes[address] = _with_etag(feed(found), "text/xml")
            self.server.routes[_TODAY[language]] = _with_etag(listing(found))

    def withdraw(self, key: str, status: int = 404, *, listed: bool = False) -> None:
        """Take a release off the site; `listed` leaves it in the lists."""
        self.server.routes[self.papers[key].path] = answer(b"no such page", status=status)
        if not listed:
            del self.papers[key]
            self._lists()

    def config(self, folder: Path, extra: str = "", *, site: str = "", languages: tuple[str, ...] = LANGUAGES) -> Path:
        """A config for the site, published and stored below a folder.

        Args:
            folder: where it is written.
            extra: keys of the source, then more tables.
            site: more keys of the site; there is a search only where it says so.
            languages: of the site.
        """
        place = folder / "site.toml"
        place.write_text(
            f"""
[site]
base_url = "https://news.example/"
title = {{ en = "News", zh-Hant = "新聞" }}
languages = {json.dumps(languages)}
timezone = "Asia/Hong_Kong"
{site}{"" if "search = " in site else _NO_SEARCH}
[output]
directory = "public"
[store]
url = "sqlite:///var/store.db"
[[source]]
id = "gov"
kind = "gia"
base_url = "{self.server.url}gia/"
requests_per_second = 0
allow_private_network = true
credit = {{ en = "The Government", zh-Hant = "政府" }}
rights = {{ en = "© The Government", zh-Hant = "© 政府" }}
{extra}
""",
            "utf-8",
        )
        return place


def page(paper: Paper) -> str:
    """A detail page in the responsive layout."""
    indent, chinese = ("\u3000\u3000", True) if paper.language == "zh-Hant" else ("\u00a0" * 5, False)
    text = "<br>\n<br>\n".join(indent + escape(paragraph, quote=False) for paragraph in paper.paragraphs)
    issued = paper.issued
    if chinese:
        day = f"{issued.year}年{issued.month}月{issued.day}日（星期{_WEEKDAYS[issued.weekday()]}）"
        tail = f"<div>完</div><div>{day}<br>香港時間{issued:%H}時{issued:%M}分</div>"
    else:
        day = f"{issued:%A, %B} {issued.day}, {issued.year}"
        tail = f"<div>Ends/{day}<br>Issued at HKT {issued:%H:%M}</div><div>NNNN</div>"
    language_link = ""
    if paper.counterpart:
        identifier = "hdrENLnk" if chinese else "hdrTCLnk"
        language_link = f'<a href="{paper.counterpart}.htm?fontSize=1"><img id="{identifier}"></a>'
    photos = "".join(map(_photo, paper.photos, (*paper.small, *("" for _ in paper.photos))))
    attached = "".join(f'<a class="attach_text" href="{url}"><span>Annex</span></a>' for url in paper.attachments)
    return f"""<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{escape(paper.title)}</title></head><body>{language_link}<div id="contentBody">
<div class="headline" style="display:none">{escape(paper.title)}</div>
<div id="PRHeadline"><span id="PRHeadlineSpan">{escape(paper.title)}</span></div>
<span id="pressrelease">
{text}
<br><div class="controlDisplay2"></div>
{tail if paper.tail else ""}</span>
<div class="controlDisplay1"><div id="rightContent">{photos}<div class="resAttach">{attached}</div></div></div>
</div></body></html>"""


def _photo(url: str, small: str) -> str:
    inside = f'<img src="{small}">' if small else ""
    return f'<a class="fancybox" href="{url}" title="Photo {url[-5]}">{inside}</a>'


def feed(papers: Iterable[Paper]) -> str:
    """The official feed: RSS 2.0 with titles and links."""
    items = "".join(
        f"<item><title>{escape(paper.title)}</title><link>https://www.info.gov.hk{paper.path}</link>"
        f"<pubDate>{format_datetime(paper.issued)}</pubDate>"
        f"<description>{escape(escape(paper.paragraphs[0][:200]))}</description></item>"
        for paper in papers
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'
    )


def listing(papers: Iterable[Paper]) -> str:
    """A listing page."""
    items = "".join(f'<li><a href="{paper.path}">{escape(paper.title)}</a></li>' for paper in papers)
    return f'<html><body><div id="contentBody"><ul class="list">{items}</ul></div></body></html>'


def _with_etag(text: str, content_type: str = "text/html; charset=utf-8") -> Route:
    raw = text.encode()
    return validated(raw, etag=f'"{hashlib.sha256(raw).hexdigest()[:16]}"', content_type=content_type)

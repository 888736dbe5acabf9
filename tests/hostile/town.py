"""A source of each kind, on loopback or in a folder, whose every text is hostile; and the site that is made of it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from urllib.parse import quote

from feedpub import config, job
from feedpub.collect.kinds import KINDS
from feedpub.faults import NAMES
from feedpub.report import RunReport
from tests.loopback import Loopback, page
from tests.newssite import HKT, NewsSite, Paper
from tests.newssite import page as paper_page

KINDS_OF_SOURCE = ("gia", "webfeed", "pages", "api", "files")
NOW = datetime(2026, 11, 20, 23, 0, tzinfo=HKT)
_MARK = "MARKUP-GOES-HERE"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = '"\\\x7f'
_SUBJECTS, _FEW = 12, 200
"""Topics and bodies whose labels are hostile, each that of some releases; fewer, where there are few releases."""
_LONGEST_NAME, _LONGEST_LABEL = 80, 2_000


@dataclass(frozen=True)
class Town:
    """A site that was made of hostile texts: its folder, what was told of the run, and how many releases there were."""

    folder: Path
    report: RunReport
    releases: int

    @property
    def public(self) -> Path:
        return self.folder / "public"


def made(kind: str, texts: Sequence[str], folder: Path, *, images: str = "links") -> Town:
    """Publish a source whose releases have the texts everywhere that a release has a text.

    Args:
        kind: of the source.
        texts: one for each release, and for the labels of topics, bodies, feeds, and the rest of the config.
        folder: where all of it is.
        images: how photos are shown.
    """
    with Loopback() as server:
        keys = _MAKERS[kind](server, folder, texts)
        place = _config(folder, kind, keys, texts, images)
        settings = config.load(place, KINDS)
        report = job.run(settings, job.Run(now=NOW))
        return Town(folder, report, len(texts))


def xml_text(text: str) -> str:
    """A text as XML has it, without what it cannot hold."""
    return escape(_NOT_XML.sub("", text))


def toml(text: str) -> str:
    """A text as TOML has it."""
    whole = text.encode("utf-8", "ignore").decode()
    return '"' + "".join(f"\\u{ord(one):04x}" if ord(one) < ord(" ") or one in _ESCAPED else one for one in whole) + '"'


def title_of(text: str, number: int) -> str:
    """A text as a title: of some, what shows that there is one stands before it."""
    return text if re.search(r"\w", text) and number % 2 else f"{number} {text}"


def issued(number: int) -> datetime:
    """When a release was issued: each at a time of its own."""
    return NOW - timedelta(minutes=5 + number)


def _body(text: str, number: int) -> str:
    """A release's own HTML: the text as it is and as somebody might quote it."""
    quoted = escape(text)
    return (
        f"<p>Subject{number % _SUBJECTS} of Office{number % _SUBJECTS}.</p><p>{quoted}</p><blockquote>{quoted}</blockquote>"
        f'<p><a href="{quoted}">{quoted}</a> <img src="{quoted}" alt="{quoted}"></p>{text}'
    )


def _gia(server: Loopback, _: Path, texts: Sequence[str]) -> dict[str, str]:
    site = NewsSite(server)
    papers = []
    for number, text in enumerate(texts):
        papers.append(
            Paper(
                f"P20261120{number:04}1",
                _NOT_XML.sub("", title_of(text, number)) or "Notice",
                (_MARK,),
                issued=issued(number),
            )
        )
    site.publish(*papers)
    for number, (paper, text) in enumerate(zip(papers, texts, strict=True)):
        photo = f"https://photos.example/{number}_1.jpg"
        attached = (f"https://town.example/{number}.pdf", escape(text))
        shown = paper_page(replace(paper, photos=(photo,), attachments=attached)).replace(_MARK, _body(text, number), 1)
        other = f'<a class="fancybox" href="{escape(text)}"><img src="{escape(text)}"></a>'
        shown = shown.replace('<div class="resAttach">', f'{other}<div class="resAttach">')
        shown = shown.replace('title="Photo 1"', f'title="{escape(text)}"').replace(
            "<span>Annex", f"<span>{escape(text)}"
        )
        title = f'PRHeadlineSpan">{escape(paper.title)}'
        shown = shown.replace(title, f'PRHeadlineSpan">{escape(title_of(text, number))}')
        server.routes[paper.path] = page(shown.encode("utf-8", "surrogatepass"))
    return {"base_url": toml(f"{server.url}gia/")}


def _webfeed(server: Loopback, _: Path, texts: Sequence[str]) -> dict[str, str]:
    numbered = list(enumerate(texts))
    rss = "".join(_rss_item(server, number, text) for number, text in numbered[::3])
    atom = "".join(_atom_entry(server, number, text) for number, text in numbered[1::3])
    items = [_json_item(server, number, text) for number, text in numbered[2::3]]
    server.routes["/feed.rss"] = _listed(
        f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:media="http://search.yahoo.com/mrss/"><channel><title>x</title>{rss}</channel></rss>',
        "application/rss+xml",
    )
    server.routes["/feed.atom"] = _listed(
        f'<feed xmlns="http://www.w3.org/2005/Atom">{atom}</feed>', "application/atom+xml"
    )
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": items}, ensure_ascii=False)
    server.routes["/feed.json"] = _listed(feed, "application/feed+json")
    lists = [server.address(f"/feed.{one}") for one in ("rss", "atom", "json")]
    return {"lists": f"{{ en = {json.dumps(lists)} }}", "full_text": '"never"'}


def _link(server: Loopback, number: int, text: str) -> str:
    written = quote(text[:200].encode("utf-8", "replace"))
    return server.address(f"/r/{number}?x={written}") if number % 2 else server.address(f"/r/{number}#{written}")


def _rss_item(server: Loopback, number: int, text: str) -> str:
    shown = xml_text(text)
    return (
        f"<item><title>{xml_text(title_of(text, number))}</title><link>{escape(_link(server, number, text))}</link>"
        f'<guid isPermaLink="false">{shown}</guid><pubDate>{format_datetime(issued(number))}</pubDate>'
        f"<description>{shown}</description><content:encoded>{xml_text(_body(text, number))}</content:encoded>"
        f'<enclosure url="{shown}" type="application/pdf"/><media:content url="https://photos.example/{number}.jpg" '
        f'medium="image"><media:description>{shown}</media:description><media:credit>{shown}</media:credit>'
        f'<media:thumbnail url="{shown}"/></media:content></item>'
    )


def _atom_entry(server: Loopback, number: int, text: str) -> str:
    shown, kind = xml_text(text), ("html", "text")[number % 2]
    return (
        f'<entry><title type="{kind}">{xml_text(title_of(text, number))}</title><id>{shown}</id>'
        f'<link href="{escape(_link(server, number, text))}"/><published>{issued(number).isoformat()}</published>'
        f'<link rel="enclosure" href="{shown}" title="{shown}"/><link rel="alternate" hreflang="fr" href="{shown}"/>'
        f'<summary>{shown}</summary><content type="html">{xml_text(_body(text, number))}</content></entry>'
    )


def _json_item(server: Loopback, number: int, text: str) -> dict[str, object]:
    text = text.encode("utf-8", "ignore").decode()
    return {
        "id": text,
        "url": _link(server, number, text),
        "title": title_of(text, number),
        "content_html": _body(text, number),
        "summary": text,
        "image": text,
        "date_published": issued(number).isoformat(),
        "attachments": [
            {"url": text, "mime_type": text, "title": text},
            {"url": "/x.pdf", "mime_type": "x", "title": text},
        ],
    }


def _pages(server: Loopback, _: Path, texts: Sequence[str]) -> dict[str, str]:
    items = []
    for number, text in enumerate(texts):
        title, quoted = escape(title_of(text, number)), escape(text)
        link = escape(_link(server, number, text))
        items.append(
            f'<li class="item"><a href="{link}">{title}</a> <time datetime="{issued(number).isoformat()}">x</time></li>'
        )
        shown = (
            f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><article>"
            f'<figure><img src="/{number}.jpg" alt="{quoted}"><figcaption>{quoted}</figcaption></figure>'
            f'<p><a href="/x.pdf?{quoted}">{quoted}</a></p>{_body(text, number)}</article></body></html>'
        )
        server.routes[f"/r/{number}"] = page(shown.encode("utf-8", "surrogatepass"))
    server.routes["/list"] = _listed(f"<html><body><ul>{''.join(items)}</ul></body></html>", "text/html; charset=utf-8")
    return {
        "lists": f'{{ en = "{server.address("/list")}" }}',
        "item": '"li.item"',
        "date": '"time"',
        "most_lists": "1",
    }


def _api(server: Loopback, _: Path, texts: Sequence[str]) -> dict[str, str]:
    records = [
        {
            "link": _link(server, number, text),
            "title": title_of(text, number),
            "date": issued(number).isoformat(),
            "body": _body(text, number),
            "summary": text,
        }
        for number, text in enumerate(texts)
    ]
    # In ASCII: half characters come through, as JSON can name them.
    server.routes["/api"] = page(json.dumps({"items": records}), "application/json")
    address = server.address("/api")
    return {"lists": f'{{ en = "{address}" }}', "items": '"items"', "body": '"body"', "summary": '"summary"'}


def _files(_: Loopback, folder: Path, texts: Sequence[str]) -> dict[str, str]:
    inbox = folder / "inbox"
    inbox.mkdir()
    for number, text in enumerate(texts):
        suffix = (".txt", ".md", ".html")[number % 3]
        place = inbox.joinpath(*_file_name(text), f"{number}{suffix}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(_file(text, number, suffix).encode("utf-8", "surrogatepass"))
    return {"directory": '"inbox"', "language": '"en"'}


def _file_name(text: str) -> list[str]:
    """The folders that a text names, as far as there can be any."""
    parts = (
        part.replace("\0", "").encode("utf-8", "ignore")[:_LONGEST_NAME].decode("utf-8", "ignore")
        for part in text.split("/")
    )
    return [part for part in parts if part not in ("", ".", "..") and not part.startswith(".")][:4]


def _file(text: str, number: int, suffix: str) -> str:
    title = " ".join(title_of(text, number).split()) or "Notice"
    body = f"Subject{number % _SUBJECTS} of Office{number % _SUBJECTS}.\n\n{text}\n\n{escape(text)}\n"
    if suffix == ".html":
        return (
            f"<html><head><title>{escape(title)}</title><link rel=canonical href='{escape(text)}'></head><body><article>"
            f"<h1>{escape(title)}</h1>{_body(text, number)}</article></body></html>"
        )
    matter = f"+++\ndate = 2026-11-20T10:{number % 60:02}:00+08:00\n+++\n"
    if number % 4 == 1:
        matter = f"+++\nkey = {toml(text)}\ncounterpart = {toml(text)}\ndate = 2026-11-20\n+++\n"
    elif number % 4 == 2:
        matter = f"---\nkey: {json.dumps(text)}\ndate: 2026-11-20\n---\n"
    return f"{matter}{title}\n\n{body}"


_MAKERS = {"gia": _gia, "webfeed": _webfeed, "pages": _pages, "api": _api, "files": _files}


def _listed(text: str, content_type: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a route
    return page(text.encode("utf-8", "replace"), content_type)


def _config(folder: Path, kind: str, keys: dict[str, str], texts: Sequence[str], images: str) -> Path:
    """A config whose texts are hostile, too: titles, credits, rights, and the labels of topics and bodies."""
    own = [
        text
        for one in texts
        if (text := _NOT_XML.sub("", one)) and re.search(r"\w", text) and len(text) < _LONGEST_LABEL
    ]
    # Each kind has others of the texts in these places.
    first = KINDS_OF_SOURCE.index(kind) * 2 * _SUBJECTS
    chosen = [own[(first + one) % len(own)] for one in range(2 * _SUBJECTS + 8)]
    count = _SUBJECTS if len(texts) > _FEW else _SUBJECTS // 4
    topics, bodies = chosen[:count], chosen[_SUBJECTS:][:count]
    site, credit, rights, title = chosen[-4:]
    (folder / "taxonomy.toml").write_text(
        "".join(
            f'[[topic]]\nid = "t{number}"\nlabel = {{ en = {toml(text)} }}\nscope = {toml(text)}\n'
            f'terms = {{ en = {{ sure = ["Subject{number}"] }} }}\n'
            for number, text in enumerate(topics)
        ),
        "utf-8",
    )
    (folder / "bodies.toml").write_text(
        "".join(
            f'[[body]]\nid = "b{number}"\nkind = "bureau"\nname = {{ en = {toml(text)} }}\nalso = {{ en = ["Office{number}"] }}\n'
            for number, text in enumerate(bodies)
        ),
        "utf-8",
    )
    web = "" if kind == "files" else "requests_per_second = 0\nallow_private_network = true\nconnections = 4\n"
    own_keys = "".join(f"{key} = {value}\n" for key, value in keys.items())
    place = folder / "site.toml"
    place.write_text(
        f"""\
[site]
base_url = "https://news.example/"
title = {{ en = {toml(site)} }}
languages = ["en"]
timezone = "Asia/Hong_Kong"
search = false
images = "{images}"
[output]
directory = "public"
compress = []
[store]
url = "sqlite:///var/store.db"
[topics]
taxonomy = "taxonomy.toml"
[http]
retry_wait = 0
[[source]]
id = "town"
kind = "{kind}"
authority = "town.example"
credit = {toml(credit)}
rights = {toml(rights)}
{web}{own_keys}
[source.expect]
ignore = {json.dumps(list(NAMES))}
[[feed]]
id = "all"
limit = 1000
max_bytes = 0
[[feed]]
id = "odd"
limit = 20
text = ["notice"]
title = {toml(title)}
""",
        "utf-8",
    )
    return place

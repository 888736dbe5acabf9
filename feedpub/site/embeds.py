"""What other sites embed: a feed's newest stories as data, as a frame and as a fragment, and the lines to copy.

The data and the fragment become parts of other sites' pages, so their addresses are absolute. The frame is a page of
its own: its addresses are relative, as those of all pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from markupsafe import escape

from feedpub.languages import LANGUAGES
from feedpub.model import Document
from feedpub.site import frame as frames
from feedpub.site.assets import CSS, JAVASCRIPT, source
from feedpub.site.frame import HTML, Site, absolute, script_json, web
from feedpub.site.listing import Listed

JSON = "application/json"
SCRIPT, STYLE = "embed/feedpub.js", "embed/frame.css"
MOST, FRAMED = 20, 10
"""Stories of an embed at most, and of a frame or a fragment that does not say how many."""
_ROW, _AROUND = 80, 140
"""Pixels of a story in a frame, and of what is around them, by `css/embed.css` and a font of 16 pixels."""
_WIDTH = 600
RESERVING = "feedpub-latest:not(:defined) { display: block; height: calc({count} * 5em + 6.5em + 3px); }"
"""A style by which a page keeps the element's place free before the script has run, with `{count}`."""
_PLACE = re.compile(r"\{(\w+)\}")
_CACHED = 300
"""Seconds for which an embed is kept, as its documents are."""


class Embedded(msgspec.Struct, frozen=True, kw_only=True):
    """A feed's edition for other sites.

    `title` is the feed's in the language, `items` are its stories, the newest first. `languages` are those that the
    feed has, in the site's order.
    """

    site: Site
    feed: str
    title: str
    language: str
    items: tuple[Listed, ...]
    languages: tuple[str, ...]


def path(feed: str, language: str, suffix: str) -> str:
    """Where a feed's embed is: "embed/health/en.html", by the suffix ".html", ".json", ".inc" or ".oembed.json"."""
    return f"embed/{feed}/{language}{suffix}"


def documents(embedded: Embedded) -> tuple[Document, ...]:
    """The data that the script loads, the frame, the fragment, and how to embed (oEmbed)."""
    return (
        _data(embedded),
        _html(embedded, ".html", "embed_frame.html", numbers=tuple(range(1, MOST + 1)), framed=FRAMED),
        _html(embedded, ".inc", "embed_fragment.html", count=FRAMED),
        _oembed(embedded),
    )


def shared(site: Site, feeds: Iterable[str]) -> tuple[Document, ...]:
    """What all embeds of a site load: the script that defines the element, and the frames' style sheet.

    Args:
        site: the site.
        feeds: the ids of all its feeds. A page may name a topic's without "topics/", so the script has to know which
            other feeds there are.
    """
    style = compact(source("css/embed.css"))
    texts = {tag: _texts(tag) for tag in site.languages}
    own = [feed for feed in feeds if "/" not in feed]
    filling = script_json({"url": site.url, "feeds": own, "style": style, "languages": texts})
    script = plain(source("js/feedpub.js")).replace('"%site%"', filling)
    framed = "\n".join((style, compact(source("css/frame.css")), *_counts()))
    return (
        Document(path=SCRIPT, media_type=JAVASCRIPT, body=script.encode()),
        Document(path=STYLE, media_type=CSS, body=framed.encode()),
    )


def frame_pattern(site: Site, width: str = "100%") -> str:
    """The HTML that puts a feed's frame into a page, with `{feed}`, `{lang}`, `{count}`, `{title}` and `{height}`.

    It has no style of its own, so that no policy refuses it.
    """
    address = absolute(site, path("{feed}", "{lang}", ".html"))
    return (
        f'<iframe src="{address}#n{{count}}" title="{{title}}" width="{width}" height="{{height}}" frameborder="0" '
        'loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )


def frame_title(language: str, title: str) -> str:
    """What a frame's `title` attribute says, escaped: "Latest: Health"."""
    return str(escape(frames.texts(language).embed.latest.format(feed=title)))


def filled(pattern: str, values: Mapping[str, str]) -> str:
    """A pattern with what its places stand for; what is put in is not looked through again."""
    return _PLACE.sub(lambda place: values[place[1]], pattern)


def height(count: int) -> int:
    """The pixels that a frame with so many stories is high."""
    return _ROW * count + _AROUND


def _data(embedded: Embedded) -> Document:
    own = absolute(embedded.site, f"{embedded.language}/feeds/{embedded.feed}/index.html")
    data: dict[str, Any] = {"feed": embedded.feed, "title": embedded.title, "language": embedded.language, "page": own}
    credit = _credit(embedded)
    if credit:
        data["credit"] = credit
    data["items"] = [_item(one, embedded) for one in embedded.items[:MOST]]
    # Some servers say of JSON that it is HTML: nothing in it may then begin an element.
    return _document(embedded, ".json", JSON, str(script_json(data)))


def _item(item: Listed, embedded: Embedded) -> dict[str, Any]:
    words = LANGUAGES[embedded.language].words
    found: dict[str, Any] = {"title": item.title}
    if web(item.url):
        found["url"] = item.url
    found |= {
        "page": absolute(embedded.site, item.path),
        "time": item.when.isoformat(),
        "when": words.moment(item.when),
    }
    topics = _topics(item, embedded)
    if topics:
        found["topics"] = topics
    if item.withdrawn:
        found["withdrawn"] = True
    return found


def _topics(item: Listed, embedded: Embedded) -> list[str]:
    """What else a story is about; a topic's own feed need not say so at each."""
    own = f"{embedded.language}/feeds/{embedded.feed}/index.html"
    return [one.text for one in item.topics if one.path != own]


def _html(embedded: Embedded, suffix: str, template: str, **content: Any) -> Document:
    place = path(embedded.feed, embedded.language, suffix)
    pages = {tag: f"{tag}/feeds/{embedded.feed}/index.html" for tag in embedded.languages}
    body = frames.render(
        template,
        place,
        embedded.language,
        embedded=embedded,
        site=embedded.site,
        items=[(one, _topics(one, embedded)) for one in embedded.items[:MOST]],
        page=f"{embedded.language}/feeds/{embedded.feed}/index.html",
        pages=pages,
        frames={tag: path(embedded.feed, tag, ".html") for tag in pages},
        style=STYLE,
        credit=_credit(embedded),
        **content,
    )
    return Document(path=place, media_type=HTML, body=body.encode())


def _oembed(embedded: Embedded) -> Document:
    """How to embed the frame, as oEmbed 1.0 (oembed.com, 2.3.4.4) tells it."""
    data = {
        "version": "1.0",
        "type": "rich",
        "title": embedded.title,
        "provider_name": embedded.site.title[embedded.language],
        "provider_url": embedded.site.url,
        "cache_age": _CACHED,
        "width": _WIDTH,
        "height": height(FRAMED),
        "html": filled(
            frame_pattern(embedded.site, str(_WIDTH)),
            {
                "feed": embedded.feed,
                "lang": embedded.language,
                "title": frame_title(embedded.language, embedded.title),
                "height": str(height(FRAMED)),
                "count": str(FRAMED),
            },
        ),
    }
    return _document(embedded, ".oembed.json", JSON, str(script_json(data)))


def _document(embedded: Embedded, suffix: str, media_type: str, body: str) -> Document:
    return Document(path=path(embedded.feed, embedded.language, suffix), media_type=media_type, body=body.encode())


def _credit(embedded: Embedded) -> str:
    names = embedded.site.credits.get(embedded.language)
    if not names:
        return ""
    listed = LANGUAGES[embedded.language].words.listed.join(names)
    return frames.texts(embedded.language).site.credit.format(names=listed)


def _texts(tag: str) -> dict[str, str]:
    """What the script says in a language."""
    embed = frames.texts(tag).embed
    said = ("loading", "empty", "offline", "missing", "retry", "all", "language")
    return {"name": LANGUAGES[tag].name} | {name: getattr(embed, name) for name in said}


def _counts() -> list[str]:
    """The rules by which a frame shows as many stories as its address's fragment says ("#n5")."""
    rules = [f".entry:nth-child(n+{FRAMED + 1}){{display:none}}", f".n{FRAMED}{{display:block}}"]
    rules.append(f":target~.box .n{FRAMED}{{display:none}}")
    for count in range(1, MOST + 1):
        here = f"#n{count}:target~.box"
        rules.append(f"{here} .n{count}{{display:block}}")
        if count < FRAMED:
            rules.append(f"{here} .entry:nth-child(n+{count + 1}){{display:none}}")
        elif count > FRAMED:
            rules.append(f"{here} .entry:nth-child(-n+{count}){{display:flex}}")
    return rules


def plain(script: str) -> str:
    """A script without the lines that are comments, and without what its lines begin with.

    It must have no text that goes over several lines.
    """
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def compact(style: str) -> str:
    """A style sheet without comments, and without the white space that says nothing.

    It must have no text in quotes with more than one blank in a row, or with any of `{};,`.
    """
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    style = re.sub(r"\s+", " ", style)
    return re.sub(r" ?([{};,]) ?", r"\1", style).replace(";}", "}").strip()

"""What every page has around its content: the head, the way to its other languages, the footer."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from feedpub.interface.texts import Interface
from feedpub.languages import LANGUAGES
from feedpub.model import Document
from feedpub.wording.words import Words

HTML = "text/html"
FORMATS = ((".atom", "Atom", "application/atom+xml"), (".rss", "RSS", "application/rss+xml"),
           (".json", "JSON", "application/feed+json"))  # fmt: skip
"""The ending, the name and the media type of each format, the one that most readers prefer first."""
_INDEX = "index.html"
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What all pages of a site have in common.

    `url` is the absolute address that all paths are below, `title` its name by language. `languages` are in the order
    of preference. `credits` says by language who is credited, `rights` under which rights. `search` says whether there
    is a search page. `style` and `script` are the paths of what pages load, with their versions.
    """

    url: str
    title: dict[str, str]
    languages: tuple[str, ...]
    credits: dict[str, tuple[str, ...]] = {}
    rights: dict[str, tuple[str, ...]] = {}
    search: bool = False
    style: str = "assets/site.css"
    script: str = "assets/site.js"


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """A feed's edition that a page is about: programs that look for a feed in the page find it (autodiscovery).

    `path` is that of its documents without their ending.
    """

    title: str
    language: str
    path: str


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What is around a page's content.

    `path` is where the page is: "en/index.html". `title` is its own, "" where it has the site's. `versions` are the
    paths of the same page for the readers of each language, by language. `told` are those of them that are said to be
    in their language (`hreflang`); all, where it is None. `default` is the path of the page for readers of any other
    language, `canonical` that of the page that has this one's content, where that is another. `kept` is False for a
    page that search engines shall not list. `oembed` is the path of a JSON document that tells how to embed the page.
    """

    site: Site
    language: str
    path: str
    title: str = ""
    description: str = ""
    versions: dict[str, str] = {}
    told: tuple[str, ...] | None = None
    default: str = ""
    canonical: str = ""
    announced: tuple[Announced, ...] = ()
    oembed: str = ""
    kept: bool = True
    scripts: tuple[str, ...] = ()


def page(template: str, frame: Frame, **content: Any) -> Document:
    """A page.

    Args:
        template: its file's name in `templates/`; it extends "base.html".
        frame: what is around its content.
        content: what the template shows, by name. Besides, templates have `frame`, `site`, `texts` (interface/, in the
            page's language), `language` (the row), `to(path)` (a relative address of a path), `formats`.
    """
    body = render(template, frame.path, frame.language, frame=frame, site=frame.site, **content)
    return Document(path=frame.path, media_type=HTML, body=body.encode())


def render(template: str, path: str, language: str, **content: Any) -> str:
    """What a template shows at a path, in a language's words; as `page`, for what has no frame."""
    row = LANGUAGES[language]
    return (
        environment()
        .get_template(template)
        .render(to=_to(path), texts=row.interface(), language=row, languages=LANGUAGES, formats=FORMATS, **content)
    )


def texts(language: str) -> Interface:
    """What a language says on pages."""
    return LANGUAGES[language].interface()


def words(language: str) -> Words:
    """How a language writes times, and what it says about corrections and withdrawals."""
    return LANGUAGES[language].words


def relative(origin: str, target: str) -> str:
    """The relative address of a path, from the document at another path: "../feeds.opml" from "en/index.html".

    A folder's page goes by the folder's address.
    """
    target, _, query = target.partition("?")
    if target.endswith(_INDEX) and target[: -len(_INDEX)][-1:] in ("", "/"):
        target = target[: -len(_INDEX)]
    here, there = origin.split("/")[:-1], target.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    address = "../" * (len(here) - shared) + "/".join(there[shared:])
    if not address or ":" in address.partition("/")[0]:
        address = f"./{address}"
    return f"{address}?{query}" if query else address


def _to(origin: str) -> Callable[[str], str]:
    return lambda target: relative(origin, target)


def absolute(site: Site, path: str) -> str:
    """The absolute address of a path; a folder's page goes by the folder's address."""
    return site.url + path.removesuffix(_INDEX)


def web(url: str | None) -> str:
    """An address as it is, if it is http(s); else "". What is of another kind may run code."""
    try:
        return url if url and urlsplit(url).scheme.lower() in ("http", "https") else ""
    except ValueError:  # "http://[1.2/": a browser would not know where to go, either.
        return ""


def script_json(data: object) -> Markup:
    """Data as JSON that may stand in a `script` element: nothing in it ends the element."""
    text = msgspec.json.encode(data).decode()
    return Markup("".join(_ESCAPED.get(one, one) for one in text))  # noqa: S704 - what could end it is escaped


@cache
def environment() -> Environment:
    """The templates, escaped by default."""
    made = Environment(
        loader=PackageLoader("feedpub.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"web": web, "script_json": script_json}
    made.globals["absolute"] = absolute
    return made

"""What pages load besides themselves: one style sheet, an icon and a few small scripts, from their own host only."""

from __future__ import annotations

import hashlib
from functools import cache

from feedpub.model import Document
from feedpub.site.frame import environment

CSS, JAVASCRIPT, SVG = "text/css", "text/javascript", "image/svg+xml"
_TYPES = {"css": CSS, "js": JAVASCRIPT, "svg": SVG}
_STYLES = ("base", "lists", "story", "status", "search", "builder", "print")
"""The parts of the site's style sheet, in `templates/css/`, in this order."""
_SEARCH = "assets/search.js"
_SCRIPTS = ("site", "index", "search", "builder")
"""The scripts of pages, in `templates/js/`."""


def documents(*, search: bool) -> tuple[Document, ...]:
    """The style sheet, the icon and the scripts of pages; that of the search page where there is one."""
    return tuple(
        Document(path=path, media_type=_type(path), body=body.encode())
        for path, body in _all().items()
        if search or path != _SEARCH
    )


def path(name: str) -> str:
    """Where a file is, with its version, so that no page is shown with an old one: "assets/site.css?v=0a1b2c3d"."""
    place = f"assets/{name}"
    return f"{place}?v={hashlib.sha256(_all()[place].encode()).hexdigest()[:8]}"


def source(name: str) -> str:
    """The text of a file in `templates/`."""
    environment_ = environment()
    loader = environment_.loader
    if loader is None:  # pragma: no cover - it has one
        raise LookupError(name)
    return loader.get_source(environment_, name)[0]


@cache
def _all() -> dict[str, str]:
    style = "\n".join(source(f"css/{name}.css") for name in _STYLES)
    scripts = {f"assets/{name}.js": source(f"js/{name}.js") for name in _SCRIPTS}
    return {"assets/site.css": style, "assets/icon.svg": source("icon.svg"), **scripts}


def _type(path_: str) -> str:
    return _TYPES[path_.rpartition(".")[2]]

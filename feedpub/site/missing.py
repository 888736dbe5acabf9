"""The page for where there is nothing: it is shown at addresses of any depth."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from feedpub.model import Document
from feedpub.site import frame as frames
from feedpub.site.frame import Frame, Site

PATH = "404.html"
_INDEX = "index.html"


def page(site: Site, languages: Sequence[str]) -> Document:
    """The page that says that there is nothing at an address.

    Args:
        site: what all pages have in common.
        languages: those that it says it in, one after the other.
    """
    root = urlsplit(site.url).path or "/"

    def rooted(path: str) -> str:
        folder, _, name = path.rpartition("/")
        return root + (path if name != _INDEX else f"{folder}/" if folder else "")

    texts = frames.texts(languages[0]).site
    frame = Frame(
        site=site,
        language=languages[0],
        path=PATH,
        title=texts.not_found,
        versions={tag: f"{tag}/{_INDEX}" for tag in site.languages},
        told=(),
        kept=False,
    )
    return frames.page("missing.html", frame, rooted=rooted, shown=languages)

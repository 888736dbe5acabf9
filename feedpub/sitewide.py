"""What all pages of a site have in common, from its config."""

from __future__ import annotations

from collections.abc import Callable

from feedpub.config import Settings
from feedpub.model import Credit
from feedpub.site import assets
from feedpub.site.frame import Site


def site(settings: Settings) -> Site:
    """The site as its pages show it."""
    return Site(
        url=settings.base_url,
        title=settings.title,
        languages=settings.languages,
        credits=_by_language(settings, lambda credit: credit.name),
        rights=_by_language(settings, lambda credit: credit.rights),
        style=assets.path("site.css"),
        search=settings.search,
        script=assets.path("site.js"),
    )


def _by_language(settings: Settings, text: Callable[[Credit], str]) -> dict[str, tuple[str, ...]]:
    """A text of all sources' credits by language, once each, without those that are empty."""
    return {
        tag: tuple(dict.fromkeys(one for source in settings.sources if (one := text(source.credits[tag]))))
        for tag in settings.languages
    }
